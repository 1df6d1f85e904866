package conformance

import (
	"errors"
	"fmt"
	"strings"
)

// expansion replaces each $name of a value by the field of that name. ${...}
// is a policy variable and stays.
type expansion struct {
	fields fields
	left   int // how many more names are replaced before the file is refused
}

// Names may lead to each other, but neither in circles nor without end.
const (
	maxNames = 1000
	maxDepth = 8
)

func (e *expansion) expand(value string, depth int) (string, error) {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(value, "$")
		out.WriteString(before)
		if !found {
			return out.String(), nil
		}
		name := rest[:nameLen(rest)]
		if value = rest[len(name):]; name == "" {
			out.WriteByte('$')
			continue
		}
		text, err := e.named(name, depth)
		if err != nil {
			return "", err
		}
		out.WriteString(text)
	}
}

// named is what a name stands for.
func (e *expansion) named(name string, depth int) (string, error) {
	value, ok := e.fields["$"+name]
	if !ok {
		return "", fmt.Errorf("nothing is called $%s", name)
	}
	if e.left--; e.left < 0 || depth == maxDepth {
		return "", errors.New("names that lead to each other")
	}
	return e.expand(value, depth+1)
}

// nameLen is the length of the letters and digits that s begins with.
func nameLen(s string) int {
	for i := range len(s) {
		c := s[i]
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		digit := c >= '0' && c <= '9'
		if !letter && (i == 0 || !digit) {
			return i
		}
	}
	return len(s)
}

// take expands a field's value and takes the field away, so that what is left
// at the end is what nobody knows.
func (f fields) take(name string) (string, error) {
	value, ok := f[name]
	if !ok {
		return "", nil
	}
	e := expansion{f, maxNames}
	text, err := e.expand(value, 0)
	if err != nil {
		return "", fmt.Errorf("%s: %w", name, err)
	}
	delete(f, name)
	if text == "none" {
		return "", nil
	}
	return text, nil
}
