package world

import (
	"strconv"
	"strings"
)

// node is a value of a JSON or YAML text, with its line.
type node struct {
	kind  kind
	line  int
	text  string   // of a scalar, as it is written; of a hole, why it is not known
	tag   string   // in YAML, such as !Ref
	names []string // of an object's members
	items []*node  // their values, or a list's
}

// kind is what a node is.
type kind uint8

// The kinds. A hole is a value that is not known yet.
const (
	_ kind = iota
	object
	list
	text
	number
	boolean
	null
	hole
)

// String names the kind for people.
func (k kind) String() string {
	return [...]string{"nothing", "an object", "a list", "a text", "a number", "true or false", "null", "a value that is not known"}[k]
}

// most is how many values one text may have, its aliases followed: more than
// any template or plan, and not more than fits a machine.
const most = 4_000_000

// get is a member, nil where there is none, or where n is nil or no object.
func (n *node) get(name string) *node {
	if n == nil || n.kind != object {
		return nil
	}
	for i, has := range n.names {
		if has == name {
			return n.items[i]
		}
	}
	return nil
}

// at follows members.
func (n *node) at(names ...string) *node {
	for _, name := range names {
		n = n.get(name)
	}
	return n
}

// has tells whether there is something other than null.
func (n *node) has() bool { return n != nil && n.kind != null }

// is tells the kind; false for nil.
func (n *node) is(k kind) bool { return n != nil && n.kind == k }

// str is a scalar's text, empty where it is none.
func (n *node) str() string {
	if n == nil {
		return ""
	}
	switch n.kind {
	case text, number, boolean:
		return n.text
	}
	return ""
}

// whole is a number without a fraction.
func (n *node) whole() (int, bool) {
	i, err := strconv.Atoi(n.str())
	return i, err == nil
}

// list are the items of a list, or the value itself where it is no list; none
// of null.
func (n *node) list() []*node {
	switch {
	case !n.has():
		return nil
	case n.kind == list:
		return n.items
	}
	return []*node{n}
}

// strings are the texts of a list.
func (n *node) strings() []string {
	var out []string
	for _, item := range n.list() {
		out = append(out, item.str())
	}
	return out
}

// set puts a member into an object, in the place of one of the same name.
func (n *node) set(name string, value *node) {
	for i, has := range n.names {
		if has == name {
			n.items[i] = value
			return
		}
	}
	n.names, n.items = append(n.names, name), append(n.items, value)
}

// firstHole is the first value in a tree that is not known; nil where all is.
func (n *node) firstHole() *node {
	if n == nil || n.kind == hole {
		return n
	}
	for _, item := range n.items {
		if h := item.firstHole(); h != nil {
			return h
		}
	}
	return nil
}

func textNode(line int, s string) *node { return &node{kind: text, line: line, text: s} }

func holeNode(line int, why string) *node { return &node{kind: hole, line: line, text: why} }

func listNode(line int, items []*node) *node { return &node{kind: list, line: line, items: items} }

// render writes a tree as JSON for people. It has no holes.
func (n *node) render() string {
	var b strings.Builder
	n.write(&b, "\n")
	return b.String()
}

func (n *node) write(b *strings.Builder, margin string) {
	switch n.kind {
	case object, list:
		n.writeItems(b, margin)
	case number, boolean:
		b.WriteString(n.text)
	case text:
		writeText(b, n.text)
	default:
		b.WriteString("null")
	}
}

func (n *node) writeItems(b *strings.Builder, margin string) {
	open, shut := "{", "}"
	if n.kind == list {
		open, shut = "[", "]"
	}
	b.WriteString(open)
	for i, item := range n.items {
		if i > 0 {
			b.WriteString(",")
		}
		b.WriteString(margin + "  ")
		if n.kind == object {
			writeText(b, n.names[i])
			b.WriteString(": ")
		}
		item.write(b, margin+"  ")
	}
	if len(n.items) > 0 {
		b.WriteString(margin)
	}
	b.WriteString(shut)
}
