package authz

import "strings"

// expand puts the values of the policy variables into a policy's text. It
// answers false where a variable has no value and no default: the text then
// equals nothing. Only documents of version 2012-10-17 have variables.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
func (e *evaluation) expand(text string) (glob, bool) {
	if !e.variables || !strings.Contains(text, "${") {
		return glob{text: text}, true
	}
	var out strings.Builder
	var literal []int
	for {
		start := strings.Index(text, "${")
		if start < 0 {
			break
		}
		v, ok := parseVariable(text[start:])
		if !ok {
			break // no closing brace: plain text
		}
		value, ok := e.value(v)
		if !ok {
			return glob{}, false
		}
		out.WriteString(text[:start])
		for i := range len(value) {
			if value[i] == '*' || value[i] == '?' {
				literal = append(literal, out.Len()+i)
			}
		}
		out.WriteString(value)
		text = text[start+v.length:]
	}
	out.WriteString(text)
	return glob{text: out.String(), literal: literal}, true
}

// variable is a ${key} or a ${key, 'default'}.
type variable struct {
	key        string
	fallback   string
	hasDefault bool
	length     int // of the whole, braces included
}

// parseVariable reads the variable that s begins with. A default is written
// after a comma and one space, in single quotes; other spellings make a key
// that no request has.
func parseVariable(s string) (variable, bool) {
	end := strings.IndexByte(s, '}')
	if end < 0 {
		return variable{}, false
	}
	v := variable{key: s[2:end], length: end + 1}
	key, _, quoted := strings.Cut(v.key, ", '")
	if !quoted {
		return v, true
	}
	rest := s[len("${")+len(key)+len(", '"):]
	fallback, _, closed := strings.Cut(rest, "'}")
	if !closed {
		return v, true
	}
	length := len("${") + len(key) + len(", '") + len(fallback) + len("'}")
	return variable{key, fallback, true, length}, true
}

// value is what stands for a variable. A multivalued key has none, and
// ${*}, ${?} and ${$} are the characters themselves.
func (e *evaluation) value(v variable) (string, bool) {
	switch v.key {
	case "*", "?", "$":
		return v.key, true
	}
	if k := e.r.Context.find(v.key); k != nil && !k.multi {
		return k.one, true
	}
	return v.fallback, v.hasDefault
}
