package xmldsig

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

const xmlnsSpace = "http://www.w3.org/2000/xmlns/"

// attributes reads the rest of a start tag up to its > or />, and resolves the
// names of the element and of its attributes.
func (p *parser) attributes(e *Element) error {
	p.raw = p.raw[:0]
	for {
		before := len(p.rest)
		p.space()
		if p.rest == "" || p.rest[0] == '>' || p.rest[0] == '/' {
			return p.resolve(e)
		}
		if len(p.rest) == before {
			return errors.New("a tag is malformed")
		}
		if len(p.raw) == most {
			return fmt.Errorf("an element has more than %d attributes", most)
		}
		prefix, local, err := p.name()
		if err != nil {
			return err
		}
		p.space()
		if !strings.HasPrefix(p.rest, "=") {
			return errors.New("an attribute has no value")
		}
		p.rest = p.rest[1:]
		p.space()
		value, err := p.value()
		if err != nil {
			return err
		}
		p.raw = append(p.raw, rawAttr{prefix, local, value})
	}
}

// value reads the quoted value of an attribute.
func (p *parser) value() (string, error) {
	if p.rest == "" || p.rest[0] != '"' && p.rest[0] != '\'' {
		return "", errors.New("an attribute has no value in quotes")
	}
	end := strings.IndexByte(p.rest[1:], p.rest[0])
	if end < 0 {
		return "", errors.New("the value of an attribute does not end")
	}
	raw := p.rest[1 : 1+end]
	p.rest = p.rest[end+2:]
	if strings.IndexByte(raw, '<') >= 0 {
		return "", errors.New("there is a < in the value of an attribute")
	}
	if strings.ContainsAny(raw, "\t\n\r") {
		raw = whiteSpace.Replace(raw)
	}
	return references(raw)
}

// whiteSpace normalizes an attribute's value before its references are
// resolved: a reference to a tab stays one.
var whiteSpace = strings.NewReplacer("\r\n", " ", "\r", " ", "\n", " ", "\t", " ")

// resolve takes the declarations of namespaces out of a tag's attributes, and
// finds the namespaces of the rest.
func (p *parser) resolve(e *Element) error {
	for _, a := range p.raw {
		if err := e.declare(a); err != nil {
			return err
		}
	}
	e.attrs = take(&p.attrs, len(p.raw)-len(e.declared))[:0]
	space, ok := e.lookup(e.prefix)
	if !ok || e.prefix == "xmlns" {
		return errors.New("a prefix has no namespace")
	}
	e.Space = space
	for _, a := range p.raw {
		if a.prefix == "xmlns" || a.prefix == "" && a.local == "xmlns" {
			continue
		}
		named := attr{prefix: a.prefix, local: a.local, value: a.value}
		if a.prefix != "" {
			if named.space, ok = e.lookup(a.prefix); !ok {
				return errors.New("a prefix has no namespace")
			}
		}
		for i := range e.attrs {
			if e.attrs[i].local == named.local && e.attrs[i].space == named.space {
				return errors.New("an attribute is there twice")
			}
		}
		e.attrs = append(e.attrs, named)
	}
	return nil
}

// declare notes a namespace where the attribute declares one.
func (e *Element) declare(a rawAttr) error {
	b := binding{space: a.value}
	switch {
	case a.prefix == "xmlns":
		if b.prefix = a.local; a.value == "" {
			return errors.New("a prefix is declared without a namespace")
		}
	case a.prefix == "" && a.local == "xmlns":
	default:
		return nil
	}
	if b.prefix == "xml" || b.prefix == "xmlns" || b.space == xmlSpace || b.space == xmlnsSpace {
		return errors.New("a namespace of XML's own is declared")
	}
	for _, before := range e.declared {
		if before.prefix == b.prefix {
			return errors.New("a namespace is declared twice")
		}
	}
	e.declared = append(e.declared, b)
	return nil
}

// characters is text as it is meant: line ends normalized, references resolved.
func characters(raw string) (string, error) {
	if strings.Contains(raw, "]]>") {
		return "", errors.New("there is a ]]> in text")
	}
	return references(lineEnds(raw))
}

func lineEnds(raw string) string {
	if strings.IndexByte(raw, '\r') < 0 {
		return raw
	}
	return strings.ReplaceAll(strings.ReplaceAll(raw, "\r\n", "\n"), "\r", "\n")
}

// references resolves references to characters and to XML's five entities.
func references(raw string) (string, error) {
	if strings.IndexByte(raw, '&') < 0 {
		return raw, nil
	}
	var b strings.Builder
	for {
		before, after, more := strings.Cut(raw, "&")
		b.WriteString(before)
		if !more {
			return b.String(), nil
		}
		name, rest, ok := strings.Cut(after, ";")
		if !ok || len(name) > len("#x0010ffff") {
			return "", errors.New("a reference does not end")
		}
		r, err := reference(name)
		if err != nil {
			return "", err
		}
		b.WriteRune(r)
		raw = rest
	}
}

func reference(name string) (rune, error) {
	switch name {
	case "lt":
		return '<', nil
	case "gt":
		return '>', nil
	case "amp":
		return '&', nil
	case "quot":
		return '"', nil
	case "apos":
		return '\'', nil
	}
	digits, ok := strings.CutPrefix(name, "#")
	base := 10
	if hex, found := strings.CutPrefix(digits, "x"); found {
		digits, base = hex, 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if !ok || err != nil || !allowed(n) {
		return 0, errors.New("a reference is to no character")
	}
	return rune(n), nil
}

// allowed tells whether XML 1.0 has a place for the character.
func allowed(n uint64) bool {
	switch {
	case n == '\t' || n == '\n' || n == '\r':
		return true
	case n < 0x20, 0xd800 <= n && n <= 0xdfff, n == 0xfffe, n == 0xffff:
		return false
	}
	return n <= 0x10ffff
}
