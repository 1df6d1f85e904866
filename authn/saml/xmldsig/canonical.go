package xmldsig

import (
	"slices"
	"strings"
)

// Canonical is the element in exclusive canonical form without comments.
// inclusive are the prefixes whose namespaces are written as inclusive
// canonicalization does, "" for the default one. What is in the element without
// is left out.
//
// Source: https://www.w3.org/TR/xml-exc-c14n/
func (e *Element) Canonical(inclusive []string, without *Element) []byte {
	c := canonicalizer{inclusive: inclusive, without: without, out: make([]byte, 0, 4096)}
	c.element(e)
	return c.out
}

// canonicalizer is a canonical form in the making.
type canonicalizer struct {
	out       []byte
	inclusive []string
	without   *Element
	rendered  []binding // namespaces written by the elements that are open
	needed    []binding // scratch
}

func (c *canonicalizer) element(e *Element) {
	before := len(c.rendered)
	c.out = append(c.out, '<')
	c.name(e.prefix, e.Local)
	c.namespaces(e)
	c.attributes(e.attrs)
	c.out = append(c.out, '>')
	for i := range e.nodes {
		switch n := &e.nodes[i]; {
		case n.element == nil:
			c.text(n.text)
		case n.element != c.without:
			c.element(n.element)
		}
	}
	c.out = append(c.out, '<', '/')
	c.name(e.prefix, e.Local)
	c.out = append(c.out, '>')
	c.rendered = c.rendered[:before]
}

func (c *canonicalizer) name(prefix, local string) {
	if prefix != "" {
		c.out = append(append(c.out, prefix...), ':')
	}
	c.out = append(c.out, local...)
}

// namespaces writes those that the element makes visible use of, and the
// inclusive ones, as far as no element around has written the same.
func (c *canonicalizer) namespaces(e *Element) {
	c.needed = c.needed[:0]
	c.need(e, e.prefix)
	for i := range e.attrs {
		if p := e.attrs[i].prefix; p != "" {
			c.need(e, p)
		}
	}
	for _, p := range c.inclusive {
		c.need(e, p)
	}
	if len(c.needed) > 1 {
		slices.SortFunc(c.needed, func(a, b binding) int { return strings.Compare(a.prefix, b.prefix) })
	}
	for _, b := range c.needed {
		c.out = append(c.out, " xmlns"...)
		if b.prefix != "" {
			c.out = append(append(c.out, ':'), b.prefix...)
		}
		c.out = append(c.out, '=', '"')
		c.value(b.space)
		c.out = append(c.out, '"')
	}
	c.rendered = append(c.rendered, c.needed...)
}

func (c *canonicalizer) need(e *Element, prefix string) {
	if prefix == "xml" {
		return
	}
	for _, b := range c.needed {
		if b.prefix == prefix {
			return
		}
	}
	space, ok := e.lookup(prefix)
	if ok && c.written(prefix) != space {
		c.needed = append(c.needed, binding{prefix, space})
	}
}

// written is the namespace that an element around wrote for a prefix.
func (c *canonicalizer) written(prefix string) string {
	for i := len(c.rendered) - 1; i >= 0; i-- {
		if c.rendered[i].prefix == prefix {
			return c.rendered[i].space
		}
	}
	return ""
}

// attributes writes them by namespace and name.
func (c *canonicalizer) attributes(attrs []attr) {
	order := func(a, b attr) int {
		if d := strings.Compare(a.space, b.space); d != 0 {
			return d
		}
		return strings.Compare(a.local, b.local)
	}
	if !slices.IsSortedFunc(attrs, order) {
		attrs = slices.SortedFunc(slices.Values(attrs), order)
	}
	for i := range attrs {
		c.out = append(c.out, ' ')
		c.name(attrs[i].prefix, attrs[i].local)
		c.out = append(c.out, '=', '"')
		c.value(attrs[i].value)
		c.out = append(c.out, '"')
	}
}

func (c *canonicalizer) text(s string) {
	from := 0
	for i := range len(s) {
		var as string
		switch s[i] {
		case '&':
			as = "&amp;"
		case '<':
			as = "&lt;"
		case '>':
			as = "&gt;"
		case '\r':
			as = "&#xD;"
		default:
			continue
		}
		c.out = append(append(c.out, s[from:i]...), as...)
		from = i + 1
	}
	c.out = append(c.out, s[from:]...)
}

func (c *canonicalizer) value(s string) {
	from := 0
	for i := range len(s) {
		var as string
		switch s[i] {
		case '&':
			as = "&amp;"
		case '<':
			as = "&lt;"
		case '"':
			as = "&quot;"
		case '\t':
			as = "&#x9;"
		case '\n':
			as = "&#xA;"
		case '\r':
			as = "&#xD;"
		default:
			continue
		}
		c.out = append(append(c.out, s[from:i]...), as...)
		from = i + 1
	}
	c.out = append(c.out, s[from:]...)
}
