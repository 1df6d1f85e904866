package walk

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/api"
)

// A value is what a request says, before it is written in a protocol: a
// string, a number (int64, float64), a bool, an instant, a blob, a list, a
// mapping or a structure. Nothing keeps it from being of another kind than the
// model wants.
type (
	structure []field
	list      []any
	mapping   []entry
	blob      []byte
	instant   string // in ISO 8601
)

type field struct {
	member *api.Member
	value  any
}

type entry struct {
	key   string
	value any
}

// with is the structure with one member set, or put in.
func (s structure) with(m *api.Member, value any) structure {
	c := slices.Clone(s)
	for i := range c {
		if c[i].member.Name == m.Name {
			c[i].value = value
			return c
		}
	}
	return append(c, field{m, value})
}

func (s structure) without(m *api.Member) structure {
	return slices.DeleteFunc(slices.Clone(s), func(f field) bool { return f.member.Name == m.Name })
}

func (s structure) get(name string) (any, bool) {
	for _, f := range s {
		if f.member.Name == name {
			return f.value, true
		}
	}
	return nil, false
}

// deepest is how many structures may require each other.
const deepest = 8

// whole is a structure with all that the model requires, each text as named
// says or as the pattern wants it.
func whole(s *api.Shape, named func(member string) (string, bool), depth int) structure {
	fields := structure{}
	for i := range s.Members {
		m := &s.Members[i]
		if m.Required || s.Union && i == 0 {
			fields = append(fields, field{m, valid(m, named, depth+1)})
		}
	}
	// A form cannot tell an empty structure from none.
	if len(fields) == 0 && len(s.Members) > 0 && 0 < depth && depth < deepest {
		fields = append(fields, field{&s.Members[0], valid(&s.Members[0], named, depth+1)})
	}
	return fields
}

func valid(m *api.Member, named func(string) (string, bool), depth int) any {
	s := m.Shape()
	switch s.Kind {
	case api.Structure:
		if depth > deepest {
			return structure{}
		}
		return whole(s, named, depth)
	case api.List:
		var l list
		elem := *s.Elem
		if elem.Shape().Kind == api.String {
			elem.Name = m.Name // what the texts of a list are is said by its name
		}
		for range max(s.Min, 1) {
			l = append(l, valid(&elem, named, depth+1))
		}
		return l
	case api.Map:
		return mapping{{validText(s.Key.Shape()), valid(s.Elem, named, depth+1)}}
	case api.String:
		if text, ok := named(m.Name); ok && satisfies(s, text) {
			return text
		}
		return validText(s)
	case api.Boolean:
		return true
	case api.Timestamp:
		return instant("2026-03-01T12:00:00Z")
	case api.Blob:
		return blob(strings.Repeat("a", int(max(s.Min, 1))))
	case api.Document:
		return structure{}
	}
	return max(s.Min, 1)
}

// parse reads a value from JSON, as its shape wants it.
func parse(s *api.Shape, text json.RawMessage) (any, error) {
	switch s.Kind {
	case api.Structure:
		return parseStructure(s, text)
	case api.List:
		var elems []json.RawMessage
		if err := json.Unmarshal(text, &elems); err != nil {
			return nil, err
		}
		l := list{}
		for _, e := range elems {
			v, err := parse(s.Elem.Shape(), e)
			if err != nil {
				return nil, err
			}
			l = append(l, v)
		}
		return l, nil
	case api.Map:
		var elems map[string]json.RawMessage
		if err := json.Unmarshal(text, &elems); err != nil {
			return nil, err
		}
		m := mapping{}
		for key, e := range elems {
			v, err := parse(s.Elem.Shape(), e)
			if err != nil {
				return nil, err
			}
			m = append(m, entry{key, v})
		}
		slices.SortFunc(m, func(a, b entry) int { return strings.Compare(a.key, b.key) })
		return m, nil
	}
	return parseScalar(s, text)
}

func parseStructure(s *api.Shape, text json.RawMessage) (any, error) {
	var given map[string]json.RawMessage
	if err := json.Unmarshal(text, &given); err != nil {
		return nil, err
	}
	fields := structure{}
	for i := range s.Members {
		m := &s.Members[i]
		t, ok := given[m.Name]
		if !ok {
			continue
		}
		delete(given, m.Name)
		v, err := parse(m.Shape(), t)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.Name, err)
		}
		fields = append(fields, field{m, v})
	}
	for name := range given {
		return nil, fmt.Errorf("%s has no member %s", s.Name, name)
	}
	return fields, nil
}

func parseScalar(s *api.Shape, text json.RawMessage) (any, error) {
	var v any
	if err := json.Unmarshal(text, &v); err != nil {
		return nil, err
	}
	switch x := v.(type) {
	case float64:
		if s.Kind == api.Integer || s.Kind == api.Long {
			return int64(x), nil
		}
	case string:
		switch s.Kind {
		case api.Timestamp:
			return instant(x), nil
		case api.Blob:
			return blob(x), nil
		}
	}
	return v, nil
}

// text is a value as it stands in a form, a header or a URL.
func text(value any) string {
	switch v := value.(type) {
	case blob:
		return base64.StdEncoding.EncodeToString(v)
	case list:
		if len(v) == 0 {
			return ""
		}
		return text(v[0])
	case structure, mapping:
		return ""
	}
	return fmt.Sprint(value)
}
