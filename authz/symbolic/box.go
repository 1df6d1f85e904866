package symbolic

import "slices"

// box is a set of requests: on each side what is wanted there.
type box struct {
	people    []bool // nil where policies of identities are asked about
	actions   []clause
	resources []clause
	keys      []keyTests
}

// keyTests is what is wanted of one key.
type keyTests struct {
	key   string
	tests []wanted
}

// sideOf is one side of a box with what a statement wants of it.
type sideOf struct {
	of    *statement
	which int // who, what, where, or conditionsFrom and the condition's place
}

const (
	who = iota
	what
	where
	conditionsFrom
)

// sides are the sides that a statement has anything to say about.
func (s *statement) sides() []sideOf {
	var list []sideOf
	if s.who.may != nil {
		list = append(list, sideOf{s, who})
	}
	list = append(list, sideOf{s, what}, sideOf{s, where})
	for i := range s.conditions {
		list = append(list, sideOf{s, conditionsFrom + i})
	}
	return list
}

// with is the part of a box that a statement's side covers; with not, the part
// that it does not.
func (b box) with(s sideOf, not bool) box {
	switch s.which {
	case who:
		b.people = slices.Clone(b.people)
		for i := range b.people {
			if not {
				b.people[i] = b.people[i] && !s.of.who.sure[i]
			} else {
				b.people[i] = b.people[i] && s.of.who.may[i]
			}
		}
	case what:
		b.actions = appended(b.actions, s.of.action, not)
	case where:
		b.resources = appended(b.resources, s.of.resource, not)
	default:
		c := s.of.conditions[s.which-conditionsFrom]
		b.keys = slices.Clone(b.keys)
		i := slices.IndexFunc(b.keys, func(k keyTests) bool { return k.key == c.key })
		if i < 0 {
			i = len(b.keys)
			b.keys = append(b.keys, keyTests{key: c.key})
		}
		b.keys[i].tests = append(slices.Clone(b.keys[i].tests), wanted{c.test, not})
	}
	return b
}

func appended(list []clause, c clause, not bool) []clause {
	if not {
		c = c.not()
	}
	return append(slices.Clone(list), c)
}

// side tells whether a box is empty on a side.
func (b box) side(w *budget, s sideOf) outcome {
	switch s.which {
	case who:
		if slices.Contains(b.people, true) {
			return some
		}
		return none
	case what:
		_, o := solveText(w, b.actions, everyAction(), notInActions)
		return o
	case where:
		_, o := solveText(w, b.resources, everyResource(), "")
		return o
	}
	key := s.of.conditions[s.which-conditionsFrom].key
	i := slices.IndexFunc(b.keys, func(k keyTests) bool { return k.key == key })
	_, o := solveKey(w, key, b.keys[i].tests, false)
	return o
}

// within is the part of a box that a statement covers; false where there is
// none.
func (b box) within(w *budget, s *statement) (box, bool) {
	for _, side := range s.sides() {
		b = b.with(side, false)
		if b.side(w, side) == none {
			return b, false
		}
	}
	return b, true
}
