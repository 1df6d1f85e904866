package walk

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/api"
	"github.com/rolecall-iam/rolecall/test/requesttest"
)

// broken is a value in which one thing is wrong.
type broken struct {
	what  string // such as "Tags.1.Key: too long (129)"
	value any
}

// longest is the length of text or list up to which a maximum is tried; beyond
// it, requests would be of megabytes.
const longest = 1 << 18

// breaker makes all that can be wrong in a value, by its shape.
type breaker struct {
	texts requesttest.Texts
	form  bool         // everything is written as text
	alone bool         // and there is room for one text only
	above []*api.Shape // the structures that it is in
}

// structures are all broken forms of a structure that is whole.
func (b breaker) structures(s *api.Shape, at string, whole structure) []broken {
	if slices.Contains(b.above, s) || len(b.above) > requesttest.Deepest {
		return nil
	}
	b.above = append(slices.Clone(b.above), s)
	var all []broken
	for i := range s.Members {
		m := &s.Members[i]
		if m.Streaming {
			continue
		}
		value, there := whole.Get(m.Name)
		if !there {
			value = requesttest.Valid(m, b.texts, len(b.above))
		}
		// A path without one of its parts is another path.
		if m.Required && m.Location != api.Path {
			all = append(all, broken{at + m.Name + ": missing", whole.Without(m)})
		}
		b := b
		b.alone = m.Location != 0
		for _, v := range b.values(m.Shape(), at+m.Name, value) {
			if requesttest.Text(v.value) == "" && m.Location == api.Path {
				continue
			}
			all = append(all, broken{v.what, whole.With(m, v.value)})
		}
	}
	return all
}

// values are all broken forms of a value.
func (b breaker) values(s *api.Shape, at string, value any) []broken {
	var all []broken
	add := func(what string, v any) { all = append(all, broken{at + ": " + what, v}) }
	switch s.Kind {
	case api.Structure:
		whole, ok := value.(structure)
		if !ok {
			return nil
		}
		return append(b.structures(s, at+".", whole), b.ofWrongKind(s, at)...)
	case api.List:
		return b.lists(s, at, value)
	case api.Map:
		return b.mappings(s, at, value)
	case api.String:
		b.strings(s, value, add)
	case api.Integer, api.Long:
		numbers(s, add)
	case api.Blob:
		if s.HasMin && s.Min > 0 {
			add(fmt.Sprintf("too short (%d)", s.Min-1), blob(strings.Repeat("a", int(s.Min-1))))
		}
		if s.HasMax && s.Max < longest {
			add(fmt.Sprintf("too long (%d)", s.Max+1), blob(strings.Repeat("a", int(s.Max+1))))
		}
	}
	return append(all, b.ofWrongKind(s, at)...)
}

func (b breaker) strings(s *api.Shape, value any, add func(string, any)) {
	have, _ := value.(string)
	if s.HasMin && s.Min > 0 {
		short := strings.Repeat("a", int(s.Min-1))
		if int64(len(have)) >= s.Min && fits(s, have[:s.Min-1]) {
			short = have[:s.Min-1]
		}
		add(fmt.Sprintf("too short (%d)", s.Min-1), short)
	}
	if s.HasMax && s.Max < longest {
		long, ok := textOfLength(s, s.Max+1)
		if !ok || int64(len(long)) > s.Max+20 {
			long = strings.Repeat("a", int(s.Max+1))
		}
		add(fmt.Sprintf("too long (%d)", len(long)), long)
	}
	if v, ok := misfit(s, have); ok {
		add("wrong characters", v)
	}
	if len(s.Enum) > 0 {
		add("none of those", "Wrong")
	}
}

func numbers(s *api.Shape, add func(string, any)) {
	if s.HasMin {
		add(fmt.Sprintf("too small (%d)", s.Min-1), s.Min-1)
	}
	if s.HasMax && s.Max < 1<<62 {
		add(fmt.Sprintf("too large (%d)", s.Max+1), s.Max+1)
	}
	add("a number beyond all", json.Number("99999999999999999999"))
	add("no whole number", 1.5)
}

func (b breaker) lists(s *api.Shape, at string, value any) []broken {
	have, _ := value.(list)
	elem := requesttest.Valid(s.Elem, b.texts, len(b.above))
	if len(have) > 0 {
		elem = have[0]
	}
	var all []broken
	for _, v := range b.values(s.Elem.Shape(), at+".1", elem) {
		changed := list{v.value}
		if len(have) > 1 {
			changed = append(changed, have[1:]...)
		}
		all = append(all, broken{v.what, changed})
	}
	if s.HasMin && s.Min > 0 {
		all = append(all, broken{fmt.Sprintf("%s: too few (%d)", at, s.Min-1), list(slices.Repeat([]any{elem}, int(s.Min-1)))})
	}
	if s.HasMax && s.Max < longest/256 {
		all = append(all, broken{fmt.Sprintf("%s: too many (%d)", at, s.Max+1), list(slices.Repeat([]any{elem}, int(s.Max+1)))})
	}
	return append(all, b.ofWrongKind(s, at)...)
}

func (b breaker) mappings(s *api.Shape, at string, value any) []broken {
	have, _ := value.(mapping)
	if len(have) == 0 {
		have = mapping{{Key: validText(s.Key.Shape()), Value: requesttest.Valid(s.Elem, b.texts, len(b.above))}}
	}
	var all []broken
	b.strings(s.Key.Shape(), have[0].Key, func(what string, v any) {
		all = append(all, broken{at + "'s key: " + what, mapping{{Key: v.(string), Value: have[0].Value}}})
	})
	for _, v := range b.values(s.Elem.Shape(), at+"'s value", have[0].Value) {
		all = append(all, broken{v.what, mapping{{Key: have[0].Key, Value: v.value}}})
	}
	return append(all, b.ofWrongKind(s, at)...)
}

// ofWrongKind are values of another kind than the shape's.
func (b breaker) ofWrongKind(s *api.Shape, at string) []broken {
	var all []broken
	add := func(what string, v any) { all = append(all, broken{at + ": " + what, v}) }
	switch s.Kind {
	case api.Structure, api.Map:
		if b.alone {
			return nil
		}
		add("a text", "text")
		if !b.form {
			add("a list", list{"text"})
		}
	case api.List:
		if b.alone {
			return nil
		}
		add("a text", "text")
		if !b.form {
			add("a structure", mapping{{Key: "a", Value: "b"}})
		}
	case api.Document:
	case api.String:
		if b.alone {
			return nil
		}
		if !b.form {
			add("a number", int64(7))
			add("a truth", true)
		}
		add("a list", list{"text"})
	case api.Blob:
		add("not Base64", "%")
	default:
		add("a text", "text")
		if !b.form && !b.alone {
			add("a list", list{"text"})
		}
	}
	return all
}
