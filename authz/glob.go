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
	at, in := 0, 0      // how far the pattern and s have come
	star, from := -1, 0 // the latest *, and where in s what follows it was tried
	for in < len(s) {
		switch {
		case g.wildcard(at, '*'):
			if at++; at == len(g.text) {
				return true
			}
			star, from = at, in
		case g.wildcard(at, '?'):
			at++
			in += characterLen(s[in:])
		case at < len(g.text) && g.same(g.text[at], s[in]):
			at++
			in++
		case star >= 0:
			from += characterLen(s[from:])
			at, in = star, from
		default:
			return false
		}
	}
	for g.wildcard(at, '*') {
		at++
	}
	return at == len(g.text)
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

func (g *glob) same(a, b byte) bool { return a == b || g.fold && lower(a) == lower(b) }

func lower(b byte) byte {
	if 'A' <= b && b <= 'Z' {
		return b + 'a' - 'A'
	}
	return b
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
