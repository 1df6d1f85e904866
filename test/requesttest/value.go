package requesttest

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rolecall-iam/rolecall/api"
)

// A value is what a request says, before it is written in a protocol: a
// string, a number (int64, float64), a bool, an Instant, a Blob, a List, a
// Mapping or a Structure.
type (
	Structure []Field
	List      []any
	Mapping   []Entry
	Blob      []byte
	Instant   string // in ISO 8601
)

// Field is a member of a structure with its value.
type Field struct {
	Member *api.Member
	Value  any
}

// Entry is one of a Mapping.
type Entry struct {
	Key   string
	Value any
}

// With is the structure with one member set, or put in.
func (s Structure) With(m *api.Member, value any) Structure {
	c := slices.Clone(s)
	for i := range c {
		if c[i].Member.Name == m.Name {
			c[i].Value = value
			return c
		}
	}
	return append(c, Field{m, value})
}

// Without is the structure without a member.
func (s Structure) Without(m *api.Member) Structure {
	return slices.DeleteFunc(slices.Clone(s), func(f Field) bool { return f.Member.Name == m.Name })
}

// Get finds the value of a member by its name.
func (s Structure) Get(name string) (any, bool) {
	for _, f := range s {
		if f.Member.Name == name {
			return f.Value, true
		}
	}
	return nil, false
}

// Deepest is how many structures may require each other.
const Deepest = 8

// Texts answers the text of a member, or of a key of a map, which has no name.
// The elements of a list go by the list's name.
type Texts func(member string, s *api.Shape) string

// Whole is a structure with all that the model requires and nothing else.
func Whole(s *api.Shape, texts Texts, depth int) Structure {
	fields := Structure{}
	for i := range s.Members {
		m := &s.Members[i]
		if m.Required || s.Union && i == 0 {
			fields = append(fields, Field{m, Valid(m, texts, depth+1)})
		}
	}
	// A form cannot tell an empty structure from none.
	if len(fields) == 0 && len(s.Members) > 0 && 0 < depth && depth < Deepest {
		fields = append(fields, Field{&s.Members[0], Valid(&s.Members[0], texts, depth+1)})
	}
	return fields
}

// Valid is a value of a member as the model wants it.
func Valid(m *api.Member, texts Texts, depth int) any {
	s := m.Shape()
	switch s.Kind {
	case api.Structure:
		if depth > Deepest {
			return Structure{}
		}
		return Whole(s, texts, depth)
	case api.List:
		var l List
		elem := *s.Elem
		if elem.Shape().Kind == api.String {
			elem.Name = m.Name
		}
		for range max(s.Min, 1) {
			l = append(l, Valid(&elem, texts, depth+1))
		}
		return l
	case api.Map:
		return Mapping{{texts("", s.Key.Shape()), Valid(s.Elem, texts, depth+1)}}
	case api.String:
		return texts(m.Name, s)
	case api.Boolean:
		return true
	case api.Timestamp:
		return Instant("2026-03-01T12:00:00Z")
	case api.Blob:
		return Blob(strings.Repeat("a", int(max(s.Min, 1))))
	case api.Document:
		return Structure{}
	}
	return max(s.Min, 1)
}

// Text is a value as it stands in a form, a header or an address.
func Text(value any) string {
	switch v := value.(type) {
	case Blob:
		return base64.StdEncoding.EncodeToString(v)
	case List:
		if len(v) == 0 {
			return ""
		}
		return Text(v[0])
	case Structure, Mapping:
		return ""
	}
	return fmt.Sprint(value)
}

// json is an instant as JSON has it: in seconds, where the model does not say.
func (i Instant) json(m *api.Member) any {
	at, err := time.Parse(time.RFC3339, string(i))
	if err != nil || m.Shape().Time == api.ISO8601 {
		return string(i)
	}
	return at.Unix()
}
