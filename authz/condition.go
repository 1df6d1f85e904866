package authz

import (
	"strings"

	"github.com/rolecall-iam/rolecall/policy"
)

// conditions tells whether every condition holds.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
func (e *evaluation) conditions(all []policy.Condition) truth {
	holds := yes
	for i := range all {
		if holds = holds.and(e.condition(&all[i])); holds == no {
			return no
		}
	}
	return holds
}

// condition tells whether one key of one operator holds. A multivalued key
// wants a set operator; without one the answer is open.
func (e *evaluation) condition(c *policy.Condition) truth { return e.settle(e.holds(c)) }

func (e *evaluation) holds(c *policy.Condition) truth {
	test, ok := parseTest(c.Operator.Value)
	if !ok || len(c.Values) == 0 {
		return unknown
	}
	key := e.r.Context.find(c.Key.Value)
	switch {
	case test.null:
		return null(key, c.Values)
	case key == nil:
		return test.missing()
	case test.set == forAllValues:
		return e.allValues(test, c, key)
	case test.set == forAnyValue:
		return e.anyValue(test, c, key)
	case key.multi:
		return unknown
	}
	return e.compare(test.operator, c, key.one)
}

// allValues holds where every value of the request does, and for a request
// with no values.
func (e *evaluation) allValues(t test, c *policy.Condition, key *contextKey) truth {
	if key.isNull() {
		return yes
	}
	holds := yes
	for i := range key.len() {
		holds = holds.and(e.compare(t.operator, c, key.at(i)))
	}
	return holds
}

// anyValue holds where some value of the request does.
func (e *evaluation) anyValue(t test, c *policy.Condition, key *contextKey) truth {
	if key.isNull() {
		return no
	}
	holds := no
	for i := range key.len() {
		holds = holds.or(e.compare(t.operator, c, key.at(i)))
	}
	return holds
}

// compare holds a value of the request against the values of the policy: one
// must match, for a negated operator none may.
func (e *evaluation) compare(op operator, c *policy.Condition, have string) truth {
	matched := no
	for i := range c.Values {
		want, ok := glob{text: c.Values[i].Value}, true
		if op.variables {
			want, ok = e.expand(c.Values[i].Value)
		}
		if ok {
			matched = matched.or(e.orOpen(op.match(want, have), want, have))
		}
	}
	if op.negated {
		return matched.not()
	}
	return matched
}

// isNull tells whether a key is there without a value: an empty set, or the
// empty string alone.
func (k *contextKey) isNull() bool {
	return k.len() == 0 || k.len() == 1 && k.at(0) == ""
}

// null answers the Null operator: true wants the key absent or without a
// value, false wants it there.
func null(key *contextKey, values []policy.Text) truth {
	absent := key == nil || key.isNull()
	holds := no
	for i := range values {
		switch {
		case strings.EqualFold(values[i].Value, "true"):
			holds = holds.or(truthOf(absent))
		case strings.EqualFold(values[i].Value, "false"):
			holds = holds.or(truthOf(!absent))
		default:
			holds = holds.or(unknown)
		}
	}
	return holds
}

// setOperator is how a condition takes the values of a multivalued key.
type setOperator uint8

const (
	singleValue setOperator = iota
	forAllValues
	forAnyValue
)

// test is an operator as a policy spells it, prefix and suffix read.
type test struct {
	operator
	set      setOperator
	ifExists bool
}

// missing is the answer where the request does not have the key.
func (t test) missing() truth {
	switch {
	case t.ifExists, t.set == forAllValues:
		return yes
	case t.set == forAnyValue:
		return no
	}
	return truthOf(t.negated)
}

// parseTest reads an operator, without regard to case. Null takes neither
// prefix nor suffix.
func parseTest(name string) (t test, ok bool) {
	if rest, ok := cutPrefixFold(name, "ForAllValues:"); ok {
		name, t.set = rest, forAllValues
	} else if rest, ok := cutPrefixFold(name, "ForAnyValue:"); ok {
		name, t.set = rest, forAnyValue
	}
	const suffix = "IfExists"
	if cut := len(name) - len(suffix); cut > 0 && strings.EqualFold(name[cut:], suffix) {
		name, t.ifExists = name[:cut], true
	}
	t.operator, ok = findOperator(name)
	if t.null && (t.ifExists || t.set != singleValue) {
		return t, false
	}
	return t, ok
}

func cutPrefixFold(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return s[len(prefix):], true
}
