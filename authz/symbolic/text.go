package symbolic

import "slices"

// word is a text in which a character from firstVariable on stands for the
// value of a policy variable.
type word []rune

// language is a set of texts: those of the patterns and, with notARN, all
// that do not have the parts of an ARN. With perhapsARN these may be in it only
// where variables have values.
type language struct {
	patterns           []pattern
	notARN, perhapsARN bool
	measured           *measure // in place of patterns: numbers, dates, addresses
}

// clause wants a text in a language, or out of it.
type clause struct {
	language
	out bool
}

// not is the opposite.
func (c clause) not() clause { return clause{c.language, !c.out} }

// odd tells whether the clause has to do with what is no ARN.
func (c clause) odd() bool { return c.notARN && !(c.out && c.perhapsARN) }

// usable are the patterns that count: no loose ones where they are taken away.
func (c clause) usable() []pattern {
	if !c.out {
		return c.patterns
	}
	return slices.DeleteFunc(slices.Clone(c.patterns), func(p pattern) bool { return p.loose })
}

// conjunction is all that is wanted of a text, sorted by kind.
type conjunction struct {
	within  [][]pattern     // a text is in one pattern of each
	without []pattern       // and in none of these
	odd     []clause        // and as these want it, which speak of ARNs
	spelled map[string]bool // how those of without are written
}

func gather(clauses []clause) conjunction {
	var j conjunction
	for _, c := range clauses {
		switch {
		case c.odd():
			j.odd = append(j.odd, c)
		case c.out:
			j.without = append(j.without, c.usable()...)
		default:
			j.within = append(j.within, c.usable())
		}
	}
	j.spelled = make(map[string]bool, len(j.without))
	for _, p := range j.without {
		j.spelled[p.spelling()] = true
	}
	return j
}

// solveText looks for a text that is as all clauses want it. The universe
// holds every text there is; forbidden are characters that none has.
func solveText(b *budget, clauses []clause, universe []pattern, forbidden string) (word, outcome) {
	for _, c := range clauses {
		if !b.spend(1 + len(c.patterns)) {
			return nil, unsure
		}
	}
	j := gather(clauses)
	slices.SortStableFunc(j.within, easierFirst)
	j.within = append(j.within, universe)
	if slices.ContainsFunc(j.without, pattern.everything) || slices.ContainsFunc(j.within, j.hasAll) {
		return nil, none
	}
	found := none
	for _, p := range j.within[0] {
		w, o := j.among(b, p, forbidden)
		if o == some {
			return w, some
		}
		found = max(found, o)
	}
	return nil, found
}

// hasAll tells whether what is taken away has each of the patterns, written
// alike.
func (j *conjunction) hasAll(patterns []pattern) bool {
	return !slices.ContainsFunc(patterns, func(p pattern) bool { return !j.spelled[p.spelling()] })
}

// easierFirst puts variables first, whose value is then known as itself; then
// lists of texts; then the shorter lists.
func easierFirst(a, b []pattern) int {
	rank := func(list []pattern) int {
		if slices.ContainsFunc(list, pattern.hasVariables) {
			return 0
		}
		if !slices.ContainsFunc(list, func(p pattern) bool { _, ok := p.text(); return !ok }) {
			return 1
		}
		return 2 + len(list)
	}
	return rank(a) - rank(b)
}

// among looks for a text of a pattern of the first list.
func (j *conjunction) among(b *budget, p pattern, forbidden string) (word, outcome) {
	if s, ok := p.text(); ok {
		if !b.spend(1 + len(s)) {
			return nil, unsure
		}
		fits := !j.spelled[p.spelling()] && j.accepts(b, s)
		switch {
		case b.left < 0:
			return nil, unsure
		case fits:
			return word(s), some
		}
		return nil, none
	}
	var a automaton
	a.add(p, first)
	end := a.last[0]
	var sides [][]int
	for _, list := range j.within[1:] {
		var ends []int
		for _, q := range list {
			if q.everything() {
				ends = nil
				break
			}
			if mayMeet(p, q) {
				ends = append(ends, a.add(q, side))
			}
		}
		if ends == nil && !slices.ContainsFunc(list, pattern.everything) {
			return nil, none
		}
		if ends != nil {
			sides = append(sides, ends)
		}
	}
	if !b.spend(len(j.without)) {
		return nil, unsure
	}
	var outside []int
	for _, q := range j.without {
		if mayMeet(p, q) {
			outside = append(outside, a.take(q))
		}
	}
	odd := a.addOdd(j.odd, p.hasVariables())
	if !b.spend(len(a.tokens)) {
		return nil, unsure
	}
	return a.find(b, forbidden, func(s places) bool {
		return s.has(end) && everyAny(s, sides) && !slices.ContainsFunc(outside, s.has) &&
			!slices.ContainsFunc(odd, func(o oddPlaces) bool { return !o.accepts(s) })
	})
}

func everyAny(s places, lists [][]int) bool {
	for _, ends := range lists {
		if !slices.ContainsFunc(ends, s.has) {
			return false
		}
	}
	return true
}

// oddPlaces are where the patterns of a clause with notARN end, and where the
// shape of an ARN does.
type oddPlaces struct {
	ends  []int
	shape int
	out   bool
}

func (o oddPlaces) accepts(s places) bool {
	return (slices.ContainsFunc(o.ends, s.has) || !s.has(o.shape)) != o.out
}

// addOdd leaves the clauses out where variables are about: what they want is
// then not known, and may be so.
func (a *automaton) addOdd(clauses []clause, variables bool) []oddPlaces {
	if variables {
		return nil
	}
	var odd []oddPlaces
	for _, c := range clauses {
		as := side
		if c.out {
			as = taken
		}
		o := oddPlaces{out: c.out, shape: a.add(arnShape(), taken)}
		for _, p := range c.usable() {
			o.ends = append(o.ends, a.add(p, as))
		}
		odd = append(odd, o)
	}
	return odd
}

// mayMeet is false where two patterns begin differently, letter by letter, and
// so have no text in common.
func mayMeet(p, q pattern) bool {
	for i := range min(len(p.tokens), len(q.tokens)) {
		a, b := p.tokens[i], q.tokens[i]
		switch {
		case a.kind != letter || b.kind != letter:
			return true
		case a.char != b.char:
			return false
		}
	}
	return true
}

// accepts tells whether a text, in which there are no variables, is as the
// whole conjunction wants it.
func (j *conjunction) accepts(b *budget, s string) bool {
	for _, list := range j.within {
		if !slices.ContainsFunc(list, func(p pattern) bool { return p.match(b, s, side) }) {
			return false
		}
	}
	for _, p := range j.without {
		if p.match(b, s, taken) {
			return false
		}
	}
	for _, c := range j.odd {
		if !c.accepts(b, s) {
			return false
		}
	}
	return true
}

// accepts tells whether one text may be as the clause wants it.
func (c clause) accepts(b *budget, s string) bool {
	if c.measured != nil {
		return c.measured.holds(b, s) != c.out
	}
	as := side
	if c.out {
		as = taken
	}
	in := c.odd() && !arnShape().match(b, s, taken)
	for _, p := range c.usable() {
		in = in || p.match(b, s, as)
	}
	return in != c.out
}

// match tells whether a pattern has a text. Beyond the budget it is said to
// have what it would not be taken away from.
func (p pattern) match(b *budget, s string, as part) bool {
	if t, ok := p.text(); ok {
		return t == s
	}
	if !p.begins(s) {
		return false
	}
	var a automaton
	last := a.add(p, as)
	at, ok := a.start(), true
	for _, c := range s {
		if at, ok = a.step(at, c, b); !ok {
			return as != taken
		}
	}
	return at.has(last)
}

// begins is false where a text differs from what the pattern begins with.
func (p pattern) begins(s string) bool {
	i := 0
	for _, c := range s {
		if i == len(p.tokens) || p.tokens[i].kind != letter {
			return true
		}
		if p.tokens[i].char != c {
			return false
		}
		i++
	}
	return true
}
