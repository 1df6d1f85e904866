package policy

import "slices"

// element is an element of a statement.
type element uint8

const (
	unknownElement element = iota
	sidElement
	effectElement
	actionElement
	notActionElement
	resourceElement
	notResourceElement
	principalElement
	notPrincipalElement
	conditionElement
)

// elementOf knows an element by its name, letter by letter (rule G11).
func elementOf(name string) element {
	switch name {
	case "Sid":
		return sidElement
	case "Effect":
		return effectElement
	case "Action":
		return actionElement
	case "NotAction":
		return notActionElement
	case "Resource":
		return resourceElement
	case "NotResource":
		return notResourceElement
	case "Principal":
		return principalElement
	case "NotPrincipal":
		return notPrincipalElement
	case "Condition":
		return conditionElement
	}
	return unknownElement
}

// elements is a set of them.
type elements uint16

func (s elements) has(e element) bool { return s>>e&1 == 1 }

// add answers whether e is new.
func (s *elements) add(e element) bool {
	had := s.has(e)
	*s |= 1 << e
	return !had
}

// names is a set of member names: a list while they are few, so that the
// usual object needs no map.
type names struct {
	few  [8]string
	n    int
	many map[string]struct{}
}

// add answers whether name is new.
func (s *names) add(name string) bool {
	if slices.Contains(s.few[:s.n], name) {
		return false
	}
	if s.n < len(s.few) {
		s.few[s.n] = name
		s.n++
		return true
	}
	if _, had := s.many[name]; had {
		return false
	}
	if s.many == nil {
		s.many = map[string]struct{}{}
	}
	s.many[name] = struct{}{}
	return true
}

// slab gives small slices room in few allocations.
type slab[T any] struct {
	size int
	free []T
}

// keep copies values to a place of their own.
func (s *slab[T]) keep(values []T) []T {
	if len(values) == 0 {
		return nil
	}
	if len(values) > s.size {
		return slices.Clone(values)
	}
	if len(values) > cap(s.free)-len(s.free) {
		s.free = make([]T, 0, s.size)
	}
	from := len(s.free)
	s.free = append(s.free, values...)
	return s.free[from:len(s.free):len(s.free)]
}

// push appends, doubling what is full: append itself grows large slices by a
// quarter, and so copies a large document's five times.
func push[T any](s []T, value T) []T {
	if len(s) == cap(s) {
		s = slices.Grow(s, max(len(s), 4))
	}
	return append(s, value)
}

// set reads an Action or Resource element. AWS accepts null inside an array of
// resources; it names nothing, and is left out.
func (d *draft) set(s *Set, negated bool, element string, nulls bool) bool {
	values, ok := d.list(element, nulls, false)
	*s = Set{Present: true, Negated: negated, Values: values}
	return ok
}

// list reads a string or an array of strings (rule G12); scalars lets numbers
// and booleans stand without quotes.
func (d *draft) list(element string, nulls, scalars bool) ([]Text, bool) {
	d.scratch = d.scratch[:0]
	if d.peek() != '[' {
		ok := d.one(element, false, scalars)
		return d.texts.keep(d.scratch), ok
	}
	ok := d.array(func() bool { return d.one(element, nulls, scalars) })
	return d.texts.keep(d.scratch), ok
}

// one reads one value of a list to the scratch.
func (d *draft) one(element string, nulls, scalars bool) bool {
	at := d.at()
	switch d.peek() {
	case '"':
		t, ok := d.str()
		d.scratch = push(d.scratch, t)
		return ok
	case '{', '[':
		d.note(WrongType, at, element+" must be a string or an array of strings")
		return d.skip()
	}
	t, ok := d.scalar()
	switch {
	case !ok || nulls && t.Value == "null":
	case scalars && t.Value != "null":
		d.scratch = push(d.scratch, t)
	default:
		d.note(WrongType, at, element+" must be a string or an array of strings")
	}
	return ok
}

// principal reads a Principal element: the bare "*", or principals by type.
func (d *draft) principal(s *PrincipalSet, negated bool) bool {
	*s = PrincipalSet{Present: true, Negated: negated}
	switch d.peek() {
	case '"':
		t, ok := d.str()
		if ok && t.Value != "*" {
			d.note(WrongType, t.Start, `Principal must be "*" or an object`)
			return true
		}
		s.Values = d.principals.keep([]Principal{{Everyone, t}})
		return ok
	case '{':
		return d.principalMap(s)
	}
	d.note(WrongType, d.at(), `Principal must be "*" or an object`)
	return d.skip()
}

func (d *draft) principalMap(s *PrincipalSet) bool {
	var seen names
	var all []Principal
	ok := d.object(func(name Text) bool {
		if !seen.add(name.Value) {
			d.note(DuplicateMember, name.Start, "the type of principal stands twice")
		}
		switch kind := PrincipalType(name.Value); kind {
		case AWS, Service, Federated, CanonicalUser:
			values, ok := d.list("Principal", false, false)
			for _, t := range values {
				all = push(all, Principal{kind, t})
			}
			return ok
		}
		d.note(UnknownPrincipal, name.Start, "principals have no such type")
		return d.skip()
	})
	s.Values = all
	return ok
}

// condition reads a Condition element: values by key by operator.
func (d *draft) condition() bool {
	if d.peek() != '{' {
		d.note(WrongType, d.at(), "Condition must be an object")
		return d.skip()
	}
	var operators names
	return d.object(func(operator Text) bool {
		if !operators.add(operator.Value) {
			d.note(DuplicateMember, operator.Start, "the operator stands twice")
		}
		if d.peek() != '{' {
			d.note(WrongType, d.at(), "an operator's value must be an object of keys")
			return d.skip()
		}
		var keys names
		return d.object(func(key Text) bool {
			if !keys.add(key.Value) {
				d.note(DuplicateMember, key.Start, "the key stands twice")
			}
			values, ok := d.list("a condition's value", false, true)
			d.conditions = push(d.conditions, Condition{operator, key, values})
			return ok
		})
	})
}
