package reference

import (
	"fmt"
	"strings"
)

// table is rows that are found by name without regard to case.
type table[T any] struct {
	rows   []T
	byName map[string]int // lower case
}

func (t *table[T]) add(name string, row T) {
	if t.byName == nil {
		t.byName = map[string]int{}
	}
	t.byName[strings.ToLower(name)] = len(t.rows)
	t.rows = append(t.rows, row)
}

func (t *table[T]) find(name string) (T, bool) {
	i, ok := t.byName[strings.ToLower(name)]
	if !ok {
		var none T
		return none, false
	}
	return t.rows[i], true
}

// parse takes a service's part apart: a line each, of a letter and fields.
func parse(s service, text string) (*ServiceEntry, error) {
	e := &ServiceEntry{Prefix: s.prefix, Name: s.name, RCP: s.rcp}
	for line := range strings.Lines(text) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		read, ok := lines[f[0]]
		if !ok || len(f) != read.fields {
			return nil, fmt.Errorf("%q is no line of the reference", line)
		}
		if err := read.into(e, f); err != nil {
			return nil, err
		}
	}
	return e, nil
}

// lines is what each letter's line means.
var lines = map[string]struct {
	fields int
	into   func(e *ServiceEntry, f []string) error
}{
	"action":   {4, action},
	"takes":    {4, takes},
	"resource": {4, resource},
	"key":      {4, key},
}

func action(e *ServiceEntry, f []string) error {
	e.actions.add(f[1], ActionEntry{Name: f[1], Level: AccessLevel(f[2]), Keys: list(f[3])})
	return nil
}

// takes adds a type of resource to the action on the line before.
func takes(e *ServiceEntry, f []string) error {
	if len(e.actions.rows) == 0 {
		return fmt.Errorf("resource type %q belongs to no action", f[1])
	}
	a := &e.actions.rows[len(e.actions.rows)-1]
	a.Resources = append(a.Resources, ActionResource{f[1], f[2] == "required", list(f[3])})
	return nil
}

func resource(e *ServiceEntry, f []string) error {
	e.resources.add(f[1], ResourceEntry{f[1], f[2], list(f[3])})
	return nil
}

func key(e *ServiceEntry, f []string) error {
	if t, ok := newTemplate(f[1], len(e.keys.rows)); ok {
		e.templates = append(e.templates, t)
	}
	e.keys.add(f[1], KeyEntry{f[1], f[2], f[3] == "multivalued"})
	return nil
}

func list(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ",")
}

// template is a key with gaps: the pieces of text around them, in lower case.
type template struct {
	row    int
	pieces []string
}

// newTemplate splits a key at its gaps, ${TagKey} or <key>. It is false for a
// key without.
func newTemplate(key string, row int) (template, bool) {
	t := template{row: row}
	rest := strings.ToLower(key)
	for {
		start := strings.Index(rest, "${")
		end := "}"
		if start < 0 {
			start, end = strings.IndexByte(rest, '<'), ">"
		}
		if start < 0 {
			break
		}
		length := strings.Index(rest[start:], end)
		if length < 0 {
			break
		}
		t.pieces = append(t.pieces, rest[:start])
		rest = rest[start+length+1:]
	}
	t.pieces = append(t.pieces, rest)
	return t, len(t.pieces) > 1
}

// matches tells whether key, in lower case, fills every gap with a character
// at least.
func (t template) matches(key string) bool {
	last := len(t.pieces) - 1
	rest, ok := strings.CutPrefix(key, t.pieces[0])
	if !ok {
		return false
	}
	for _, piece := range t.pieces[1:last] {
		if rest == "" {
			return false
		}
		i := strings.Index(rest[1:], piece)
		if i < 0 {
			return false
		}
		rest = rest[1+i+len(piece):]
	}
	return len(rest) > len(t.pieces[last]) && strings.HasSuffix(rest, t.pieces[last])
}

// literal is how many characters of the key are no gap: of two templates that
// match, the one with more says more.
func (t template) literal() int {
	n := 0
	for _, piece := range t.pieces {
		n += len(piece)
	}
	return n
}
