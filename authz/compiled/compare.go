package compiled

import (
	"net/netip"
	"slices"
	"strings"
)

// matchesAny tells whether one of a condition's readable values matches what
// the request has.
func (e *evaluation) matchesAny(c *condition, have string) truth {
	switch c.operator {
	case equals, like, binary:
		return truthOf(c.hasText(have) || e.matchesPattern(c, have))
	case equalsIgnoringCase:
		return truthOf(c.hasTextFolded(have) || e.matchesFolded(c, have))
	case boolean:
		isIt := c.isTrue && strings.EqualFold(have, "true") || c.isFalse && strings.EqualFold(have, "false")
		return truthOf(isIt || e.matchesBoolean(c, have))
	case arnLike:
		return e.matchesARN(c, have)
	case inNetwork:
		return e.matchesNetwork(c, have)
	}
	if c.operator < dateIs {
		return c.matchesNumber(have)
	}
	return c.matchesInstant(have)
}

func (c *condition) hasText(have string) bool {
	if len(c.texts) >= manyTexts {
		_, found := slices.BinarySearch(c.texts, have)
		return found
	}
	for _, want := range c.texts {
		if want == have {
			return true
		}
	}
	return false
}

func (c *condition) hasTextFolded(have string) bool {
	for _, want := range c.texts {
		if strings.EqualFold(want, have) {
			return true
		}
	}
	return false
}

func (e *evaluation) matchesPattern(c *condition, have string) bool {
	for i := range c.patterns {
		if e.matches(&c.patterns[i], have) {
			return true
		}
	}
	return false
}

// matches compares a pattern whose variables have yet to get their values. One
// without a value matches nothing.
func (e *evaluation) matches(p *pattern, have string) bool {
	if len(p.variables) == 0 {
		return matcher{}.match(p.runs, have)
	}
	var with values
	return e.expand(p, &with) && matcher{with: &with}.match(p.runs, have)
}

// expand finds what stands for the variables of a pattern, and answers false
// where one has no value and no default. A multivalued key has none.
func (e *evaluation) expand(p *pattern, with *values) bool {
	if len(p.variables) > len(with) {
		e.stuck = true
		return false
	}
	for i := range p.variables {
		v := &p.variables[i]
		key := e.r.Context.Lookup(&v.key)
		switch {
		case key.Present() && !key.Multi():
			with[i] = key.At(0)
		case !v.hasDefault:
			return false
		default:
			with[i] = v.fallback
		}
	}
	return true
}

// matchesFolded compares texts with variables without regard to case. What is
// put together of several pieces is left to the literal evaluator: letters of
// one case may differ in length.
func (e *evaluation) matchesFolded(c *condition, have string) bool {
	for i := range c.patterns {
		if text, ok := e.single(&c.patterns[i]); ok && strings.EqualFold(text, have) {
			return true
		}
	}
	return false
}

// matchesBoolean compares true and false that come from variables.
func (e *evaluation) matchesBoolean(c *condition, have string) bool {
	for i := range c.patterns {
		text, ok := e.single(&c.patterns[i])
		isBool := strings.EqualFold(text, "true") || strings.EqualFold(text, "false")
		if ok && isBool && strings.EqualFold(text, have) {
			return true
		}
	}
	return false
}

// single is the value of a text that is one variable and nothing else.
func (e *evaluation) single(p *pattern) (string, bool) {
	if len(p.runs) > 1 {
		e.stuck = true
		return "", false
	}
	var with values
	ok := e.expand(p, &with)
	return with[0], ok
}

// matchesNetwork reads the request's address once: most policies that ask for
// one ask for the same.
func (e *evaluation) matchesNetwork(c *condition, have string) truth {
	if !e.address.read || e.address.text != have {
		address, err := netip.ParseAddr(have)
		e.address = readAddress{have, address.WithZone("").Unmap(), err == nil, true}
	}
	if !e.address.ok {
		return unknown
	}
	for _, network := range c.operands.networks {
		if network.Contains(e.address.address) {
			return yes
		}
	}
	return no
}

func (c *condition) matchesNumber(have string) truth {
	h, ok := parseDecimal(have)
	if !ok {
		return unknown
	}
	for i := range c.operands.numbers {
		order := h.compare(&c.operands.numbers[i])
		if holdsFor(order, c.operator-numberIs) {
			return yes
		}
	}
	return no
}

func (c *condition) matchesInstant(have string) truth {
	h, ok := parseInstant(have)
	if !ok {
		return unknown
	}
	for _, want := range c.operands.instants {
		if holdsFor(h.compare(want), c.operator-dateIs) {
			return yes
		}
	}
	return no
}

// holdsFor tells whether an order is the one that an operator asks for, which
// is counted from the first of its kind.
func holdsFor(order int, asked operator) bool {
	switch asked {
	case numberBelow - numberIs:
		return order < 0
	case numberAtMost - numberIs:
		return order <= 0
	case numberAbove - numberIs:
		return order > 0
	case numberAtLeast - numberIs:
		return order >= 0
	}
	return order == 0
}
