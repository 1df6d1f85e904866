package symbolic

import "slices"

// A search takes statements away from a box until nothing is left, or a part
// that none of them covers.
//
// A statement that leaves nothing on any side covers the box. One that has
// nothing of the box on some side is put aside. One that leaves something on one
// side only leaves a box. Only where it leaves something on several sides, and
// no other statement does better, are there several boxes to go on with; their
// number is bounded.
type search struct {
	work  *budget
	boxes int
	// found is asked about each part that is left; the search ends where it
	// answers true.
	found func(box) bool
}

// mostBoxes bounds the boxes that one statement is cut into.
const mostBoxes = 3000

// cut is a statement with the sides on which it leaves something.
type cut struct {
	of   *statement
	open []sideOf
}

// take answers whether something may be left of a box: some where found was
// content, unsure where it never was.
func (s *search) take(b box, away []*statement) outcome {
	if s.boxes++; s.boxes > mostBoxes || s.work.left < 0 {
		return unsure
	}
	away = slices.Clone(away)
	for {
		best, rest, covered := s.best(b, away)
		switch {
		case covered:
			return none
		case best == nil:
			if s.found(b) {
				return some
			}
			return unsure
		case len(best.open) > 1:
			return s.split(b, best, rest)
		}
		b = b.with(best.open[0], true)
		away = rest
	}
}

// best answers the statement that leaves something on the fewest sides, and
// the others that have anything of the box.
func (s *search) best(b box, away []*statement) (best *cut, rest []*statement, covered bool) {
	for i, a := range away {
		c, meets := s.cut(b, a)
		if !meets {
			continue
		}
		if len(c.open) == 0 {
			return nil, nil, true
		}
		if best != nil && len(c.open) >= len(best.open) {
			rest = append(rest, a)
			continue
		}
		if best != nil {
			rest = append(rest, best.of)
		}
		if best = &c; len(c.open) == 1 {
			return best, append(rest, away[i+1:]...), false
		}
	}
	return best, rest, false
}

// cut looks at a box side by side.
func (s *search) cut(b box, a *statement) (c cut, meets bool) {
	c.of = a
	for _, side := range a.sides() {
		if b.with(side, false).side(s.work, side) == none {
			return c, false
		}
		if b.with(side, true).side(s.work, side) != none {
			c.open = append(c.open, side)
		}
	}
	return c, true
}

// split goes on with each part that a statement leaves: what differs on the
// first side, what agrees there and differs on the second, and so on.
func (s *search) split(b box, c *cut, rest []*statement) outcome {
	left := none
	for i, side := range c.open {
		part := b.with(side, true)
		if i > 0 && part.side(s.work, side) == none {
			continue
		}
		switch o := s.take(part, rest); o {
		case some:
			return some
		case unsure:
			left = unsure
		}
		b = b.with(side, false)
		if b.side(s.work, side) == none {
			break
		}
	}
	return left
}
