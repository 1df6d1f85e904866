package xmldsig

import "strings"

// Element is an element of a document, with its names resolved.
type Element struct {
	Space, Local string // namespace and local name

	prefix   string
	attrs    []attr    // without the declarations of namespaces
	declared []binding // namespaces, in document order
	nodes    []node
	parent   *Element
}

// node is an element or, where that is nil, text.
type node struct {
	element *Element
	text    string
}

type attr struct{ space, prefix, local, value string }

// binding is a namespace by its prefix; the default one has none.
type binding struct{ prefix, space string }

const xmlSpace = "http://www.w3.org/XML/1998/namespace"

// Is tells whether the element has that name.
func (e *Element) Is(space, local string) bool { return e.Local == local && e.Space == space }

// Parent is the element around this one; nil at the root.
func (e *Element) Parent() *Element { return e.parent }

// Attr is the value of an attribute without a namespace, and whether it is
// there.
func (e *Element) Attr(name string) (value string, ok bool) {
	for i := range e.attrs {
		if a := &e.attrs[i]; a.space == "" && a.local == name {
			return a.value, true
		}
	}
	return "", false
}

// ID is the attribute that references name an element by: SAML's ID, the Id of
// signatures and encryption, or xml:id.
func (e *Element) ID() (ids []string) {
	for i := range e.attrs {
		a := &e.attrs[i]
		if a.space == "" && (a.local == "ID" || a.local == "Id" || a.local == "id") || a.space == xmlSpace && a.local == "id" {
			ids = append(ids, a.value)
		}
	}
	return ids
}

// Children are the elements directly in this one.
func (e *Element) Children() []*Element {
	var list []*Element
	for i := range e.nodes {
		if c := e.nodes[i].element; c != nil {
			list = append(list, c)
		}
	}
	return list
}

// All are the children of that name.
func (e *Element) All(space, local string) []*Element {
	var list []*Element
	for i := range e.nodes {
		if c := e.nodes[i].element; c != nil && c.Is(space, local) {
			list = append(list, c)
		}
	}
	return list
}

// One is the only child of that name. It is nil where there is none or more
// than one.
func (e *Element) One(space, local string) *Element {
	var found *Element
	for i := range e.nodes {
		if c := e.nodes[i].element; c != nil && c.Is(space, local) {
			if found != nil {
				return nil
			}
			found = c
		}
	}
	return found
}

// Text is all text directly in the element, joined, and whether it has text
// alone: an element inside a value makes it none.
func (e *Element) Text() (text string, ok bool) {
	if len(e.nodes) == 1 && e.nodes[0].element == nil {
		return e.nodes[0].text, true
	}
	var b strings.Builder
	for i := range e.nodes {
		if e.nodes[i].element != nil {
			return "", false
		}
		b.WriteString(e.nodes[i].text)
	}
	return b.String(), true
}

// Blank tells whether the element has no text but white space directly in it.
func (e *Element) Blank() bool {
	for i := range e.nodes {
		if e.nodes[i].element == nil && strings.Trim(e.nodes[i].text, " \t\r\n") != "" {
			return false
		}
	}
	return true
}

// Walk calls yield for the element and all in it, in document order, until it
// answers false.
func (e *Element) Walk(yield func(*Element) bool) bool {
	if !yield(e) {
		return false
	}
	for i := range e.nodes {
		if c := e.nodes[i].element; c != nil && !c.Walk(yield) {
			return false
		}
	}
	return true
}

// lookup is the namespace of a prefix where the element stands.
func (e *Element) lookup(prefix string) (space string, ok bool) {
	for ; e != nil; e = e.parent {
		for i := range e.declared {
			if e.declared[i].prefix == prefix {
				return e.declared[i].space, true
			}
		}
	}
	switch prefix {
	case "":
		return "", true
	case "xml":
		return xmlSpace, true
	}
	return "", false
}
