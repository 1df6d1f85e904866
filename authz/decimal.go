package authz

import (
	"cmp"
	"strings"
)

// decimal is a number kept as its digits, so that numbers of any size compare
// exactly and no float rounds them. Its value is the digits of whole and
// fraction, with the point exponent places to the right of where it stands
// between them.
type decimal struct {
	negative        bool
	whole, fraction string // digits alone
	exponent        int
}

// maxExponent bounds what a number may be multiplied by, as a power of ten.
const maxExponent = 1_000_000_000

// parseDecimal reads an integer or decimal, with a sign and an exponent if
// need be. At least one digit must stand before or after the point.
func parseDecimal(s string) (decimal, bool) {
	var d decimal
	s, d.negative = cutSign(s)
	mantissa, exponent, hasExponent := s, "", false
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		mantissa, exponent, hasExponent = s[:i], s[i+1:], true
	}
	whole, fraction, hasPoint := strings.Cut(mantissa, ".")
	if whole+fraction == "" || hasPoint && fraction == "" || !allDigits(whole) || !allDigits(fraction) {
		return decimal{}, false
	}
	if hasExponent {
		digits, negative := cutSign(exponent)
		n, ok := smallNumber(digits, maxExponent)
		if !ok {
			return decimal{}, false
		}
		if d.exponent = n; negative {
			d.exponent = -n
		}
	}
	d.whole, d.fraction = whole, fraction
	return d, true
}

// compare is negative where d is less than o, and positive where it is more.
func (d decimal) compare(o decimal) int {
	switch a, b := d.sign(), o.sign(); {
	case a != b:
		return cmp.Compare(a, b)
	case a == 0:
		return 0
	}
	order := d.compareSize(o)
	if d.negative {
		return -order
	}
	return order
}

func (d decimal) sign() int {
	switch {
	case strings.Trim(d.whole, "0")+strings.Trim(d.fraction, "0") == "":
		return 0
	case d.negative:
		return -1
	}
	return 1
}

// compareSize compares two numbers other than zero without their signs: first
// where the first digit stands, then digit by digit.
func (d decimal) compareSize(o decimal) int {
	i, first := d.first()
	j, other := o.first()
	if first != other {
		return cmp.Compare(first, other)
	}
	for i < d.len() || j < o.len() {
		if a, b := d.digit(i), o.digit(j); a != b {
			return cmp.Compare(a, b)
		}
		i++
		j++
	}
	return 0
}

// first answers which digit is the first other than zero, and the power of
// ten that it counts.
func (d decimal) first() (index, power int) {
	for index < d.len() && d.digit(index) == '0' {
		index++
	}
	return index, len(d.whole) - index + d.exponent
}

func (d decimal) len() int { return len(d.whole) + len(d.fraction) }

// digit is the i-th digit; beyond the last they are all zero.
func (d decimal) digit(i int) byte {
	switch {
	case i < len(d.whole):
		return d.whole[i]
	case i < d.len():
		return d.fraction[i-len(d.whole)]
	}
	return '0'
}

func cutSign(s string) (rest string, negative bool) {
	if rest, ok := strings.CutPrefix(s, "-"); ok {
		return rest, true
	}
	return strings.TrimPrefix(s, "+"), false
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// smallNumber reads digits, at least one, as a number up to limit.
func smallNumber(s string, limit int) (int, bool) {
	if s == "" || !allDigits(s) {
		return 0, false
	}
	n := 0
	for i := range len(s) {
		if n = n*10 + int(s[i]-'0'); n > limit {
			return 0, false
		}
	}
	return n, true
}
