package compiled

import (
	"math/bits"
	"unicode/utf8"
)

// prime spreads what mix is given over all bits.
const prime = 0x9e3779b97f4a7c15

func mix(a, b uint64) uint64 {
	high, low := bits.Mul64(a, b)
	return high ^ low
}

// load8 reads the eight bytes of s from i on as one word.
func load8(s string, i int) uint64 {
	b := s[i : i+8]
	return uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
		uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
}

// head8 reads the first bytes of s, at most eight, with zeros after them.
func head8(s string) uint64 {
	if len(s) >= 8 {
		return load8(s, 0)
	}
	var word uint64
	for i := len(s) - 1; i >= 0; i-- {
		word = word<<8 | uint64(s[i])
	}
	return word
}

// lower8 turns A to Z into a to z, in eight bytes at once, and leaves every
// other byte alone.
func lower8(word uint64) uint64 {
	const ones = 0x0101010101010101
	low := word & (0x7f * ones)
	fromA := low + (0x80-'A')*ones
	afterZ := low + (0x7f-'Z')*ones
	capitals := (fromA ^ afterZ) &^ word & (0x80 * ones)
	return word | capitals>>2
}

func lower(b byte) byte {
	if 'A' <= b && b <= 'Z' {
		return b + 'a' - 'A'
	}
	return b
}

// foldHash is the same for texts that differ only in the case of A to Z.
func foldHash(s string) uint64 {
	h := uint64(len(s)) * prime
	if len(s) < 8 {
		return mix(h^lower8(head8(s)), prime)
	}
	last := load8(s, len(s)-8)
	for ; len(s) > 8; s = s[8:] {
		h = mix(h^lower8(load8(s, 0)), prime)
	}
	return mix(h^lower8(last), prime)
}

// sameFolded compares without regard to the case of A to Z.
func sameFolded(a, b string) bool {
	return len(a) == len(b) && (a == b || hasFolded(a, b))
}

// hasFolded tells whether s begins with prefix, without regard to case.
func hasFolded(s, prefix string) bool {
	if len(s) < len(prefix) {
		return false
	}
	for i := range len(prefix) {
		if s[i] != prefix[i] && lower(s[i]) != lower(prefix[i]) {
			return false
		}
	}
	return true
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
