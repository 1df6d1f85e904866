package compiled

import (
	"strings"

	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/policy"
)

// condition is one key of one operator, its values read.
type condition struct {
	key      authz.Key
	operator operator
	negated  bool // holds where nothing matches
	ifExists bool
	set      setOperator

	// What the values are, by operator. unreadable tells that some could not
	// be read, or for all operators but unknownOperator that there are none.
	unreadable bool
	texts      []string // in order, if there are many
	patterns   []pattern
	arns       []arnPattern
	operands   *operands
	isTrue     bool
	isFalse    bool
}

// setOperator is how a condition takes the values of a multivalued key.
type setOperator uint8

const (
	singleValue setOperator = iota
	forAllValues
	forAnyValue
)

// block is the conditions of a statement; statements with the same share it.
type block []condition

// holds tells whether every condition does.
func (e *evaluation) holds(b block) truth {
	holds := yes
	for i := range b {
		if holds = min(holds, e.condition(&b[i])); holds == no {
			return no
		}
	}
	return holds
}

// condition tells whether one does. A multivalued key wants a set operator;
// without one the answer is open.
func (e *evaluation) condition(c *condition) truth {
	if c.operator == unknownOperator {
		return unknown
	}
	key := e.r.Context.Lookup(&c.key)
	switch {
	case c.operator == null:
		return c.null(key)
	case !key.Present():
		return c.missing()
	case c.set == forAllValues:
		return e.allValues(c, key)
	case c.set == forAnyValue:
		return e.anyValue(c, key)
	case key.Multi():
		return unknown
	}
	return e.compare(c, key.At(0))
}

// missing is the answer where the request does not have the key.
func (c *condition) missing() truth {
	switch {
	case c.ifExists, c.set == forAllValues:
		return yes
	case c.set == forAnyValue:
		return no
	}
	return truthOf(c.negated)
}

// null answers the Null operator: true wants the key absent or without a
// value, false wants it there.
func (c *condition) null(key authz.Values) truth {
	absent := !key.Present() || isNull(key)
	switch {
	case absent && c.isTrue, !absent && c.isFalse:
		return yes
	case c.unreadable:
		return unknown
	}
	return no
}

// isNull tells whether a key is there without a value.
func isNull(key authz.Values) bool {
	return key.Len() == 0 || key.Len() == 1 && key.At(0) == ""
}

// allValues holds where every value of the request does, and for a request
// with none.
func (e *evaluation) allValues(c *condition, key authz.Values) truth {
	if isNull(key) {
		return yes
	}
	holds := yes
	for i := range key.Len() {
		holds = min(holds, e.compare(c, key.At(i)))
	}
	return holds
}

// anyValue holds where some value of the request does.
func (e *evaluation) anyValue(c *condition, key authz.Values) truth {
	if isNull(key) {
		return no
	}
	holds := no
	for i := range key.Len() {
		holds = max(holds, e.compare(c, key.At(i)))
	}
	return holds
}

// compare holds a value of the request against the values of the policy: one
// must match, for a negated operator none may.
func (e *evaluation) compare(c *condition, have string) truth {
	matched := e.matchesAny(c, have)
	if c.unreadable {
		matched = max(matched, unknown)
	}
	if c.negated {
		return yes - matched
	}
	return matched
}

// readCondition reads a condition of a policy.
func readCondition(from *policy.Condition, variables bool) condition {
	c := condition{key: authz.MakeKey(from.Key.Value)}
	if len(from.Values) == 0 || !c.readOperator(from.Operator.Value) {
		return condition{operator: unknownOperator}
	}
	c.makeRoom(len(from.Values))
	for i := range from.Values {
		c.readValue(from.Values[i].Value, variables)
	}
	c.finish()
	return c
}

// readOperator reads an operator, without regard to case. Null takes neither
// prefix nor suffix.
func (c *condition) readOperator(name string) bool {
	if rest, ok := cutPrefixFold(name, "ForAllValues:"); ok {
		name, c.set = rest, forAllValues
	} else if rest, ok := cutPrefixFold(name, "ForAnyValue:"); ok {
		name, c.set = rest, forAnyValue
	}
	const suffix = "IfExists"
	if cut := len(name) - len(suffix); cut > 0 && strings.EqualFold(name[cut:], suffix) {
		name, c.ifExists = name[:cut], true
	}
	for i := range operators {
		if o := &operators[i]; o.name == name || strings.EqualFold(o.name, name) {
			c.operator, c.negated = o.operator, o.negated
			return c.operator != null || !c.ifExists && c.set == singleValue
		}
	}
	return false
}

func cutPrefixFold(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return s[len(prefix):], true
}
