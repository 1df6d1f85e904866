package wire

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// maxParameters bounds the parameters of one form, maxElements the elements of
// one list in it.
const (
	maxParameters = 10_000
	maxElements   = 5_000
)

// form is a form's parameters, ordered by key.
type form []parameter

type parameter struct{ key, value string }

// parseForm reads the parameters of a URL's query and of a body. Both are
// untrusted: too many parameters, a wrong escape, bytes that are not UTF-8, a
// NUL, or a key that comes twice is an error.
func parseForm(query string, body []byte) (form, *Error) {
	n := strings.Count(query, "&") + 2
	for _, b := range body {
		if b == '&' {
			n++
		}
	}
	if n > maxParameters {
		return nil, malformedInput("The request has too many parameters.")
	}
	f := make(form, 0, n)
	f, err := f.parse(query)
	if err == nil {
		f, err = f.parse(string(body))
	}
	if err != nil {
		return nil, err
	}
	byKey := func(a, b parameter) int { return strings.Compare(a.key, b.key) }
	if !slices.IsSortedFunc(f, byKey) {
		slices.SortStableFunc(f, byKey)
	}
	for i := 1; i < len(f); i++ {
		if f[i].key == f[i-1].key {
			return nil, malformedInput("The parameter " + shorten(f[i].key) + " is given more than once.")
		}
	}
	return f, nil
}

// asks tells whether there is an action to be done.
func (f form) asks() bool {
	action, _ := f.get("Action")
	return action != ""
}

// parse adds the parameters of one encoded string.
func (f form) parse(s string) (form, *Error) {
	if len(s) > 0 && (strings.IndexByte(s, 0) >= 0 || !utf8.ValidString(s)) {
		return nil, notText()
	}
	for s != "" {
		var pair string
		pair, s, _ = strings.Cut(s, "&")
		if pair == "" {
			continue
		}
		key, value, _ := strings.Cut(pair, "=")
		key, ok := unescapeForm(key)
		if !ok {
			return nil, malformedQueryString()
		}
		value, ok = unescapeForm(value)
		if !ok {
			return nil, malformedQueryString()
		}
		if !isText(key) || !isText(value) {
			return nil, notText()
		}
		f = append(f, parameter{key, value})
	}
	return f, nil
}

// isText says whether an unescaped string is UTF-8 without NUL.
func isText(s string) bool { return strings.IndexByte(s, 0) < 0 && utf8.ValidString(s) }

// unescapeForm undoes application/x-www-form-urlencoded.
func unescapeForm(s string) (string, bool) {
	first := strings.IndexAny(s, "%+")
	if first < 0 {
		return s, true
	}
	b := make([]byte, first, len(s))
	copy(b, s)
	for i := first; i < len(s); i++ {
		switch c := s[i]; c {
		case '+':
			b = append(b, ' ')
		case '%':
			if i+2 >= len(s) {
				return "", false
			}
			hi, lo := unhex(s[i+1]), unhex(s[i+2])
			if hi > 15 || lo > 15 {
				return "", false
			}
			b = append(b, hi<<4|lo)
			i += 2
		default:
			b = append(b, c)
		}
	}
	return string(b), true
}

// unhex is the value of a hexadecimal digit; 16 and more is none.
func unhex(c byte) byte {
	switch {
	case c >= '0' && c <= '9':
		return c - '0'
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10
	}
	return 16
}

// get is one parameter's value.
func (f form) get(key string) (string, bool) {
	at, found := slices.BinarySearchFunc(f, key, func(p parameter, key string) int { return strings.Compare(p.key, key) })
	if !found {
		return "", false
	}
	return f[at].value, true
}

// exactly is the value of the key that is name after its first n bytes. All
// keys of f are equal in those n bytes.
func (f form) exactly(n int, name string) (string, bool) {
	at, found := slices.BinarySearchFunc(f, name, func(p parameter, name string) int { return strings.Compare(p.key[n:], name) })
	if !found {
		return "", false
	}
	return f[at].value, true
}

// below is the run of parameters whose keys go on with name and a dot after
// their first n bytes. All keys of f are equal in those n bytes.
func (f form) below(n int, name string) form {
	start, _ := slices.BinarySearchFunc(f, name, func(p parameter, name string) int { return compareDotted(p.key[n:], name) })
	end := start
	for end < len(f) && compareDotted(f[end].key[n:], name) == 0 {
		end++
	}
	return f[start:end]
}

// compareDotted orders key against all keys that begin with name and a dot.
func compareDotted(key, name string) int {
	if len(key) <= len(name) {
		if c := strings.Compare(key, name); c != 0 {
			return c
		}
		return -1
	}
	if c := strings.Compare(key[:len(name)], name); c != 0 {
		return c
	}
	return int(key[len(name)]) - '.'
}

// shorten cuts what a client sent before it is repeated in an error.
func shorten(s string) string {
	if len(s) > 200 {
		return strings.ToValidUTF8(s[:200], "") + "…"
	}
	return s
}
