package authz

import (
	"math/bits"
	"strings"
	"unicode"
)

// Key is the name of a condition key, made ready once to be looked up in many
// Contexts.
type Key struct {
	hash uint64
	name string
}

// MakeKey makes a Key of a name, whose case does not matter.
func MakeKey(name string) Key { return Key{foldHash(name), name} }

// Values are those of one key of a Context. The zero Values are of a key that
// is not there.
type Values struct{ key *contextKey }

// Lookup answers the values of a key, without the copy that Get makes.
func (c *Context) Lookup(k *Key) Values {
	for i := range c.keys {
		have := &c.keys[i]
		if have.hash == k.hash && (have.name == k.name || strings.EqualFold(have.name, k.name)) {
			return Values{have}
		}
	}
	return Values{}
}

// Present tells whether the key is there, if only with an empty set.
func (v Values) Present() bool { return v.key != nil }

// Multi tells whether the key is multivalued.
func (v Values) Multi() bool { return v.key.multi }

// Len is the number of values of a key that is there.
func (v Values) Len() int { return v.key.len() }

// At is the i-th value of a key that is there.
func (v Values) At(i int) string { return v.key.at(i) }

// foldHash is the same for names that strings.EqualFold finds equal. It is no
// protection against names chosen to collide: those only take longer.
func foldHash(s string) uint64 {
	for i := range len(s) {
		if s[i] >= 0x80 {
			s = strings.Map(firstOfCase, s)
			break
		}
	}
	const prime = 0x9e3779b97f4a7c15
	h := uint64(len(s)) * prime
	for ; len(s) >= 8; s = s[8:] {
		word := uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
			uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
		h = mix(h^caseless(word), prime)
	}
	var rest uint64
	for i := range len(s) {
		rest = rest<<8 | uint64(s[i])
	}
	return mix(h^caseless(rest), prime)
}

// caseless clears what tells a small letter from a capital, in eight bytes at
// once. Other characters lose it as well, which a hash may.
func caseless(word uint64) uint64 { return word &^ 0x2020202020202020 }

func mix(a, b uint64) uint64 {
	high, low := bits.Mul64(a, b)
	return high ^ low
}

// firstOfCase is the first of the characters that differ from r in case only.
func firstOfCase(r rune) rune {
	first := r
	for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
		first = min(first, other)
	}
	return first
}
