package symbolic

import (
	"math/bits"
	"slices"
	"unicode"
)

// outcome is whether something is in a set.
type outcome uint8

const (
	none   outcome = iota // nothing, for sure
	some                  // there is, and here it is
	unsure                // the bound came first, or the method is not exact
)

// budget is the work that may still be done.
type budget struct{ left int }

func (b *budget) spend(n int) bool {
	b.left -= n
	return b.left >= 0
}

// part is how a pattern takes part in an automaton. The first is what the
// texts are made of; it alone has a variable's value as one character.
// A side pattern must match as well, and a taken one must not: so a side
// pattern takes a variable's value for any text, a taken one for its own.
type part uint8

const (
	first part = iota
	side
	taken
)

// automaton runs patterns side by side. Its state is the set of places that
// the patterns have come to, one bit each.
type automaton struct {
	tokens []token
	parts  []part
	last   []int // of each place, that of the pattern's end
	starts []int
	lost   []int // from these places on every text is taken away
}

// add puts a pattern in and answers its place for accepts.
func (a *automaton) add(p pattern, as part) int {
	start := len(a.tokens)
	a.starts = append(a.starts, start)
	a.tokens = append(append(a.tokens, p.tokens...), token{kind: end})
	for len(a.parts) < len(a.tokens) {
		a.parts = append(a.parts, as)
		a.last = append(a.last, start+len(p.tokens))
	}
	return start + len(p.tokens)
}

// take puts a pattern in that no text may match, and answers its place.
func (a *automaton) take(p pattern) int {
	at := a.add(p, taken)
	if n := len(p.tokens); n > 0 && p.tokens[n-1].kind == anyText {
		a.lost = append(a.lost, at-1)
	}
	return at
}

// places is a state.
type places []uint64

func (s places) has(i int) bool { return s[i/64]>>(i%64)&1 == 1 }

// reach adds a place and those that are reached from it without a character.
func (a *automaton) reach(s places, i int) {
	for {
		s[i/64] |= 1 << (i % 64)
		k := a.tokens[i].kind
		if k != anyText && k != partText && (k != variable || a.parts[i] != side) {
			return
		}
		i++
	}
}

func (a *automaton) empty() places { return make(places, (len(a.tokens)+63)/64) }

func (a *automaton) start() places {
	s := a.empty()
	for _, i := range a.starts {
		a.reach(s, i)
	}
	return s
}

// step answers the state after a character.
func (a *automaton) step(from places, c rune, b *budget) (places, bool) {
	to := a.empty()
	work := len(to)
	for w, set := range from {
		for ; set != 0; set &= set - 1 {
			work++
			a.move(to, w*64+bits.TrailingZeros64(set), c)
		}
	}
	return to, b.spend(work)
}

// move adds the places after place i and a character.
func (a *automaton) move(to places, i int, c rune) {
	t, as := a.tokens[i], a.parts[i]
	if c >= firstVariable {
		a.moveVariable(to, i, c)
		return
	}
	switch t.kind {
	case letter:
		if t.char == c {
			a.reach(to, i+1)
		}
	case folded:
		if sameFold(t.char, c) {
			a.reach(to, i+1)
		}
	case anyOne:
		a.reach(to, i+1)
	case partOne:
		if c != ':' {
			a.reach(to, i+1)
		}
	case anyText:
		a.reach(to, i)
	case partText:
		if c != ':' {
			a.reach(to, i)
		}
	case variable:
		if as == side {
			a.reach(to, i)
		}
	}
}

// moveVariable is move for the value of a variable, which may be any text.
func (a *automaton) moveVariable(to places, i int, c rune) {
	t := a.tokens[i]
	switch {
	case a.parts[i] == side:
		for j := i; j <= a.last[i]; j++ {
			a.reach(to, j)
		}
	case t.kind == variable && t.char == c:
		a.reach(to, i+1)
	case t.kind == anyText && a.parts[i] == taken:
		a.reach(to, i)
	}
}

// find looks for the shortest text with which accepts is content. without
// are characters that no text may have.
func (a *automaton) find(b *budget, without string, accepts func(places) bool) (word, outcome) {
	type node struct {
		state places
		from  int
		char  rune
	}
	alphabet := a.alphabet(without)
	queue := []node{{state: a.start(), from: -1}}
	seen := map[string]bool{key(queue[0].state): true}
	for at := 0; at < len(queue); at++ {
		if accepts(queue[at].state) {
			text := word{}
			for i := at; queue[i].from >= 0; i = queue[i].from {
				text = append(text, queue[i].char)
			}
			slices.Reverse(text)
			return text, some
		}
		for _, c := range alphabet {
			next, ok := a.step(queue[at].state, c, b)
			if !ok {
				return nil, unsure
			}
			if k := key(next); !seen[k] && a.alive(next) {
				seen[k] = true
				queue = append(queue, node{next, at, c})
			}
		}
	}
	return nil, none
}

// alive tells whether the first pattern, which is at the beginning, can still
// match, and no taken one has all that may come.
func (a *automaton) alive(s places) bool {
	for _, i := range a.lost {
		if s.has(i) {
			return false
		}
	}
	for i := 0; i <= a.last[0]; i++ {
		if s.has(i) {
			return true
		}
	}
	return false
}

// alphabet is one character that the patterns do not mention, those that they
// do, and the variables of the first pattern.
func (a *automaton) alphabet(without string) []rune {
	chars := map[rune]bool{':': true}
	var variables []rune
	for i, t := range a.tokens {
		switch {
		case t.kind == letter:
			chars[t.char] = true
		case t.kind == folded:
			for c := unicode.SimpleFold(t.char); !chars[c]; c = unicode.SimpleFold(c) {
				chars[c] = true
			}
		case t.kind == variable && a.parts[i] == first && !slices.Contains(variables, t.char):
			variables = append(variables, t.char)
		}
	}
	for _, c := range without {
		delete(chars, c)
	}
	alphabet := []rune{unmentioned(chars)}
	mentioned := make([]rune, 0, len(chars))
	for c := range chars {
		mentioned = append(mentioned, c)
	}
	slices.Sort(mentioned)
	return append(append(alphabet, mentioned...), variables...)
}

// unmentioned is a character that is not among chars: a small letter or a digit
// while there is one.
func unmentioned(chars map[rune]bool) rune {
	for _, c := range "xyzabcdefghijklmnopqrstuvw0123456789-_" {
		if !chars[c] {
			return c
		}
	}
	c := rune('ぁ')
	for chars[c] || unicode.SimpleFold(c) != c {
		c++
	}
	return c
}

// key is a state as the key of a map.
func key(s places) string {
	out := make([]byte, 0, 8*len(s))
	for _, w := range s {
		out = append(out, byte(w), byte(w>>8), byte(w>>16), byte(w>>24), byte(w>>32), byte(w>>40), byte(w>>48), byte(w>>56))
	}
	return string(out)
}

func sameFold(a, b rune) bool {
	if a == b {
		return true
	}
	for c := unicode.SimpleFold(a); c != a; c = unicode.SimpleFold(c) {
		if c == b {
			return true
		}
	}
	return false
}
