package conformance

import (
	"errors"
	"fmt"
	"strings"
)

// maxDepth is how often a $name may lead to another.
const maxDepth = 8

// expand replaces each $name of a value by the field of that name. ${...} is
// a policy variable and stays.
func (f fields) expand(value string, depth int) (string, error) {
	if depth > maxDepth {
		return "", errors.New("names that lead to each other")
	}
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
		defined, ok := f["$"+name]
		if !ok {
			return "", fmt.Errorf("nothing is called $%s", name)
		}
		text, err := f.expand(defined, depth+1)
		if err != nil {
			return "", err
		}
		out.WriteString(text)
	}
}

// nameLen is the length of the letters and digits that s begins with.
func nameLen(s string) int {
	for i := range len(s) {
		c := s[i]
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || i > 0 && c >= '0' && c <= '9') {
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
	text, err := f.expand(value, 0)
	if err != nil {
		return "", fmt.Errorf("%s: %w", name, err)
	}
	delete(f, name)
	if text == "none" {
		return "", nil
	}
	return text, nil
}
