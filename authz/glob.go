package authz

import (
	"slices"
	"unicode/utf8"
)

// glob is a pattern: * stands for any characters, ? for one. What a policy
// variable put into it is literal text, so a user named * matches himself and
// nobody else.
type glob struct {
	text    string
	literal []int // offsets, in the whole pattern, of each * and ? that is plain text
	offset  int   // of text in the whole pattern
	fold    bool  // letters A to Z are compared without regard to case
}

// match tells whether the pattern covers all of s. It takes back only the
// latest *, so the time is at most proportional to len(g.text) times len(s).
func (g glob) match(s string) bool {
	if fits, told := g.plainly(s); told {
		return fits
	}
	var room [128]symbol
	pattern := g.symbols(room[:0])
	if g.fold {
		s = lower(s)
	}
	at, in := 0, 0      // how far the pattern and s have come
	star, from := -1, 0 // what follows the latest *, and where in s that was tried
	for {
		for at < len(pattern) && in < len(s) && pattern[at] == symbol(s[in]) {
			at++
			in++
		}
		switch {
		case at < len(pattern) && pattern[at] == anyCharacters:
			at++
			star, from = at, in
		case at == len(pattern) && (in == len(s) || at == star):
			return true
		case in == len(s):
			return false
		case at < len(pattern) && pattern[at] == oneCharacter:
			at++
			in += characterLen(s[in:])
		case star >= 0:
			from += characterLen(s[from:])
			at, in = star, from
		default:
			return false
		}
	}
}

// plainly compares what stands before the first wildcard. It tells whether the
// pattern covers s where that settles it.
func (g *glob) plainly(s string) (fits, told bool) {
	for i := range len(g.text) {
		switch c := g.text[i]; {
		case (c == '*' || c == '?') && (g.wildcard(i, '*') || g.wildcard(i, '?')):
			return false, false
		case i >= len(s):
			return false, true
		case c != s[i] && !(g.fold && lowerByte(c) == lowerByte(s[i])):
			return false, true
		}
	}
	return len(s) == len(g.text), true
}

// symbol is one byte of a pattern, or a wildcard.
type symbol uint16

const (
	anyCharacters symbol = 0x100 + iota
	oneCharacter
)

// symbols is the pattern with its wildcards told from plain text.
func (g *glob) symbols(to []symbol) []symbol {
	text := g.text
	if g.fold {
		text = lower(text)
	}
	for i := range len(text) {
		switch {
		case g.wildcard(i, '*'):
			to = append(to, anyCharacters)
		case g.wildcard(i, '?'):
			to = append(to, oneCharacter)
		default:
			to = append(to, symbol(text[i]))
		}
	}
	return to
}

// wildcard tells whether the pattern has the wildcard w at that place.
func (g *glob) wildcard(at int, w byte) bool {
	return at < len(g.text) && g.text[at] == w && (g.literal == nil || !g.plain(at))
}

// plain tells whether a variable's value put the character there.
func (g *glob) plain(at int) bool {
	_, found := slices.BinarySearch(g.literal, g.offset+at)
	return found
}

// wild tells whether the pattern has any wildcard.
func (g *glob) wild() bool {
	for i := range len(g.text) {
		if g.wildcard(i, '*') || g.wildcard(i, '?') {
			return true
		}
	}
	return false
}

// part is the pattern's piece from one offset of its text to another.
func (g *glob) part(from, to int) glob {
	return glob{text: g.text[from:to], literal: g.literal, offset: g.offset + from, fold: g.fold}
}

// lower turns A to Z into a to z and leaves every other byte alone.
func lower(s string) string {
	b := []byte(s)
	for i, c := range b {
		b[i] = lowerByte(c)
	}
	return string(b)
}

func lowerByte(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// characterLen is the number of bytes in the first character of s; a byte that
// is not UTF-8 counts as a character.
func characterLen(s string) int {
	if s[0] < utf8.RuneSelf {
		return 1
	}
	_, n := utf8.DecodeRuneInString(s)
	return n
}
