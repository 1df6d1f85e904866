package walk

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/api"
	"github.com/rolecall-iam/rolecall/test/requesttest"
)

// What a request says, before it is written in a protocol. Nothing keeps a value
// from being of another kind than the model wants.
type (
	structure = requesttest.Structure
	list      = requesttest.List
	mapping   = requesttest.Mapping
	blob      = requesttest.Blob
	instant   = requesttest.Instant
	field     = requesttest.Field
	entry     = requesttest.Entry
)

// textsOf has texts as named says, or as their patterns want them.
func textsOf(named func(member string) (string, bool)) requesttest.Texts {
	return func(member string, s *api.Shape) string {
		if member != "" {
			if text, ok := named(member); ok && satisfies(s, text) {
				return text
			}
		}
		return validText(s)
	}
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
			m = append(m, entry{Key: key, Value: v})
		}
		slices.SortFunc(m, func(a, b entry) int { return strings.Compare(a.Key, b.Key) })
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
		fields = append(fields, field{Member: m, Value: v})
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
