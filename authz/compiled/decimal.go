package compiled

import (
	"cmp"
	"strings"
)

// decimal is a number kept as its digits, so that numbers of any size compare
// exactly: 0.abc times ten to the power, where a is the first digit other than
// zero. Digits beyond the last are all zero; zero itself has no digits.
type decimal struct {
	sign        int
	power       int
	first, rest string // the digits before and after the point
}

// maxExponent bounds what a number may be multiplied by, as a power of ten.
const maxExponent = 1_000_000_000

// parseDecimal reads an integer or decimal, with a sign and an exponent if
// need be.
func parseDecimal(s string) (decimal, bool) {
	s, negative := cutSign(s)
	exponent := 0
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		digits, minus := cutSign(s[i+1:])
		n, ok := number(digits, maxExponent)
		if !ok {
			return decimal{}, false
		}
		if exponent = n; minus {
			exponent = -n
		}
		s = s[:i]
	}
	whole, fraction, point := strings.Cut(s, ".")
	if whole == "" && fraction == "" || point && fraction == "" || !allDigits(whole) || !allDigits(fraction) {
		return decimal{}, false
	}
	d := decimal{sign: 1, power: exponent}
	if negative {
		d.sign = -1
	}
	d.first = strings.TrimLeft(whole, "0")
	d.power += len(d.first)
	d.rest = fraction
	if d.first == "" {
		d.rest = strings.TrimLeft(fraction, "0")
		d.power -= len(fraction) - len(d.rest)
	}
	if d.first == "" && d.rest == "" {
		return decimal{}, true
	}
	return d, true
}

// compare is negative where d is less than o, and positive where it is more.
func (d *decimal) compare(o *decimal) int {
	if d.sign != o.sign || d.sign == 0 {
		return cmp.Compare(d.sign, o.sign)
	}
	if d.power != o.power {
		return d.sign * cmp.Compare(d.power, o.power)
	}
	for i := range max(d.len(), o.len()) {
		if a, b := d.digit(i), o.digit(i); a != b {
			return d.sign * cmp.Compare(a, b)
		}
	}
	return 0
}

func (d *decimal) len() int { return len(d.first) + len(d.rest) }

func (d *decimal) digit(i int) byte {
	switch {
	case i < len(d.first):
		return d.first[i]
	case i < d.len():
		return d.rest[i-len(d.first)]
	}
	return '0'
}

func cutSign(s string) (rest string, negative bool) {
	switch {
	case s == "":
		return s, false
	case s[0] == '-':
		return s[1:], true
	case s[0] == '+':
		return s[1:], false
	}
	return s, false
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// number reads digits, at least one, as a number up to limit.
func number(s string, limit int) (int, bool) {
	if s == "" {
		return 0, false
	}
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		if n = n*10 + int(s[i]-'0'); n > limit {
			return 0, false
		}
	}
	return n, true
}
