package authz

import (
	"iter"
	"slices"
	"strings"
	"unicode/utf8"
)

// Context is the condition keys of a request. Names are compared without
// regard to case, tag keys included; values keep theirs. A key is single- or
// multivalued by how it was set, whatever the number of its values.
//
// The zero value is empty and ready to use. A copy shares its keys with the
// original; Clone gives one that does not.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
type Context struct{ keys []contextKey }

// contextKey is one key: a single value in one, or several in many.
type contextKey struct {
	hash  uint64 // of the name, without regard to case
	name  string
	one   string
	many  []string
	multi bool
	open  bool // one is a form of the value: see SetOpen
}

// Set gives a single-valued key its value, in place of any it had.
func (c *Context) Set(name, value string) { c.put(contextKey{name: name, one: value}) }

// SetMany gives a multivalued key its values, in place of any it had. A key
// set with no values is there, with an empty set.
func (c *Context) SetMany(name string, values ...string) {
	c.put(contextKey{name: name, many: values, multi: true})
}

// SetOpen gives a single-valued key a value of which only the beginning and the
// end are known, in place of any it had: Get answers no value for it. It is for
// Decide and Explain alone; package compiled knows no such keys.
func (c *Context) SetOpen(name, begins, ends string) {
	c.put(contextKey{name: name, one: begins + unknownPart + ends, open: true})
}

// Drop takes a key out. A copy that shares its keys must not be used after it.
func (c *Context) Drop(name string) {
	c.keys = slices.DeleteFunc(c.keys, func(k contextKey) bool { return sameKey(k.name, name) })
}

func (c *Context) put(k contextKey) {
	k.hash = foldHash(k.name)
	for i := range c.keys {
		if c.keys[i].hash == k.hash && sameKey(c.keys[i].name, k.name) {
			c.keys[i] = k
			return
		}
	}
	if c.keys == nil {
		c.keys = make([]contextKey, 0, usualKeys)
	}
	c.keys = append(c.keys, k)
}

// usualKeys is room for the keys that most requests have.
const usualKeys = 24

// Get answers the values of a key and whether the key is there.
func (c Context) Get(name string) (values []string, ok bool) {
	k := c.find(name)
	switch {
	case k == nil:
		return nil, false
	case k.open:
		return nil, true
	case k.multi:
		return k.many, true
	}
	return []string{k.one}, true
}

// All goes through the keys in the order in which they were first set.
func (c Context) All() iter.Seq2[string, []string] {
	return func(yield func(string, []string) bool) {
		for _, k := range c.keys {
			values, _ := c.Get(k.name)
			if !yield(k.name, values) {
				return
			}
		}
	}
}

// Len is the number of keys.
func (c *Context) Len() int { return len(c.keys) }

// At answers the i-th key, in the order of All: a multivalued key's values are
// in many, another's is in one.
func (c *Context) At(i int) (name, one string, many []string, multi bool) {
	k := &c.keys[i]
	return k.name, k.one, k.many, k.multi
}

// Clone answers a Context with the same keys that can be changed on its own.
func (c Context) Clone() Context {
	return Context{append(make([]contextKey, 0, max(len(c.keys), usualKeys)), c.keys...)}
}

// find answers the key of that name, or nil.
func (c *Context) find(name string) *contextKey {
	for i := range c.keys {
		k := &c.keys[i]
		if sameKey(k.name, name) {
			return k
		}
	}
	return nil
}

// len is the number of values.
func (k *contextKey) len() int {
	if k.multi {
		return len(k.many)
	}
	return 1
}

// at is the i-th value.
func (k *contextKey) at(i int) string {
	if k.multi {
		return k.many[i]
	}
	return k.one
}

// sameKey compares the names of keys. Most differ in their last letter, which
// settles it; a letter beyond ASCII may equal one of another length.
func sameKey(a, b string) bool {
	if a == "" || b == "" {
		return a == b
	}
	x, y := a[len(a)-1], b[len(b)-1]
	if x|0x20 != y|0x20 && x < utf8.RuneSelf && y < utf8.RuneSelf {
		return false
	}
	return strings.EqualFold(a, b)
}
