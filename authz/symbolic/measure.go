package symbolic

import (
	"math/big"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/policy"
)

// measure is one condition on numbers, dates or addresses. Its texts are those
// of which authz.Decide says that the condition holds; or, with open, also
// those of which it says that it may.
type measure struct {
	class    class
	operator string // without prefix and suffix
	values   []string
	open     bool
}

// class is what an operator compares.
type class uint8

const (
	texts class = iota
	numbers
	dates
	addresses
)

// tested is the key under which a measure asks.
const tested = "rolecall:tested"

// holds asks the evaluator.
func (m *measure) holds(b *budget, value string) bool {
	const perValue = 40
	if !b.spend(perValue * (1 + len(m.values))) {
		return true
	}
	condition := policy.Condition{Operator: policy.Text{Value: m.operator}, Key: policy.Text{Value: tested}}
	for _, v := range m.values {
		condition.Values = append(condition.Values, policy.Text{Value: v})
	}
	r := authz.Request{Principal: asker(), Action: askedAction, Resource: "*"}
	r.Context.Set(tested, value)
	if m.open {
		return !authz.Decide(r, authz.Policies{Identity: []authz.Named{
			{Document: anything(policy.Allow)}, {Document: anything(policy.Deny, condition)},
		}}).Allowed
	}
	return authz.Decide(r, authz.Policies{Identity: []authz.Named{{Document: anything(policy.Allow, condition)}}}).Allowed
}

// anything is a document of one statement about every action and resource.
func anything(effect policy.Effect, conditions ...policy.Condition) *policy.Document {
	every := policy.Set{Present: true, Values: []policy.Text{{Value: "*"}}}
	return &policy.Document{Version: policy.Version2012, Statements: []policy.Statement{
		{Effect: effect, Actions: every, Resources: every, Conditions: conditions},
	}}
}

// solveValue looks for a value of a condition key that is as all clauses want
// it, by the values at which a measure's answer can change.
func solveValue(b *budget, clauses []clause, universe []pattern) (word, outcome) {
	var measures, rest []clause
	for _, c := range clauses {
		if c.measured != nil {
			measures = append(measures, c)
		} else {
			rest = append(rest, c)
		}
	}
	if len(measures) == 0 {
		return solveText(b, rest, universe, "")
	}
	tries, exact := candidates(measures)
	all := append(slices.Clone(rest), clause{language: language{patterns: universe}})
	for _, s := range tries {
		if !slices.ContainsFunc(append(slices.Clone(measures), all...), func(c clause) bool { return !c.accepts(b, s) }) {
			return word(s), some
		}
		if b.left < 0 {
			return nil, unsure
		}
	}
	if exact && len(rest) == 0 {
		return nil, none
	}
	return solveApart(b, measures, rest, universe)
}

// solveApart looks at texts and measures by themselves: where either has no
// value, both have none.
func solveApart(b *budget, measures, rest []clause, universe []pattern) (word, outcome) {
	if len(rest) == 0 {
		return nil, unsure
	}
	if _, o := solveText(b, rest, universe, ""); o == none {
		return nil, none
	}
	if _, o := solveValue(b, measures, universe); o == none {
		return nil, none
	}
	return nil, unsure
}

// candidates are values of every kind that measures can tell apart, and
// whether there is no other: not with numbers or dates that are not read here,
// and not with two classes.
func candidates(measures []clause) (list []string, exact bool) {
	var values [addresses + 1][]string
	classes := 0
	for _, c := range measures {
		m := c.measured
		if values[m.class] == nil {
			classes++
		}
		values[m.class] = append(values[m.class], m.values...)
	}
	exact = classes == 1
	around := [...]func([]string) ([]string, bool){numbers: aroundNumbers, dates: aroundDates, addresses: aroundAddresses}
	for class := numbers; class <= addresses; class++ {
		if values[class] != nil {
			found, ok := around[class](values[class])
			list, exact = append(list, found...), exact && ok
		}
	}
	return append(list, "x", ""), exact
}

// aroundNumbers are the numbers themselves, one between each two, and one
// beyond both ends.
func aroundNumbers(values []string) ([]string, bool) {
	var sorted []*big.Rat
	ok := true
	list := []string{"0"}
	for _, s := range values {
		r, readable := readNumber(s)
		if !readable {
			ok = false
			continue
		}
		sorted = append(sorted, r)
		list = append(list, s)
	}
	slices.SortFunc(sorted, (*big.Rat).Cmp)
	for i, r := range sorted {
		if i == 0 {
			list = append(list, writeNumber(new(big.Rat).Sub(r, big.NewRat(1, 1))))
		} else {
			middle := new(big.Rat).Add(sorted[i-1], r)
			list = append(list, writeNumber(middle.Mul(middle, big.NewRat(1, 2))))
		}
		if i == len(sorted)-1 {
			list = append(list, writeNumber(new(big.Rat).Add(r, big.NewRat(1, 1))))
		}
	}
	return list, ok
}

// readNumber reads what is short: a number with an exponent of a million is
// left to the evaluator.
func readNumber(s string) (*big.Rat, bool) {
	const longest = 64
	mantissa, exponent, has := strings.Cut(strings.ToLower(s), "e")
	if n, err := strconv.Atoi(exponent); has && (err != nil || n > 100 || n < -100) {
		return nil, false
	}
	if len(s) > longest || strings.Trim(mantissa, "0123456789.+-") != "" {
		return nil, false
	}
	return new(big.Rat).SetString(s)
}

func writeNumber(r *big.Rat) string {
	digits, _ := r.FloatPrec()
	return r.FloatString(digits)
}

// aroundDates are the dates themselves and the nanoseconds before and after.
func aroundDates(values []string) ([]string, bool) {
	list := []string{"2020-01-01T00:00:00Z"}
	ok := true
	for _, s := range values {
		t, readable := readDate(s)
		ok = ok && readable
		for _, d := range []time.Duration{-1, 0, 1} {
			if readable {
				list = append(list, t.Add(d).UTC().Format("2006-01-02T15:04:05.000000000Z"))
			}
		}
	}
	return list, ok
}

// readDate reads the forms that policies usually have.
func readDate(s string) (time.Time, bool) {
	for _, form := range []string{"2006-01-02T15:04:05Z07:00", "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05", "2006-01-02", "2006-01", "2006"} {
		if t, err := time.Parse(form, s); err == nil && t.Year() >= 1 && t.Year() < 9999 {
			return t, true
		}
	}
	n, err := strconv.ParseInt(s, 10, 64)
	const farOff = 1 << 36 // in the year 4147
	return time.Unix(n, 0), err == nil && n >= 0 && n < farOff
}

// aroundAddresses are the least address of each kind, the first of every range
// and the one after it: a set made of ranges can begin nowhere else.
func aroundAddresses(values []string) ([]string, bool) {
	const afterMapped = "::1:0:0:0" // what is below it, from ::ffff:0:0 on, are IPv4 addresses
	list := []string{"198.51.100.7", "0.0.0.0", "::", afterMapped}
	for _, s := range values {
		p, ok := readNetwork(s)
		if !ok {
			continue // the evaluator cannot read it either
		}
		list = append(list, p.Masked().Addr().String())
		if next := lastOf(p).Next(); next.IsValid() {
			list = append(list, next.String())
		}
	}
	return list, true
}

// readNetwork reads a range, or an address as the range that it is.
func readNetwork(s string) (netip.Prefix, bool) {
	if a, err := netip.ParseAddr(s); err == nil {
		a = a.WithZone("").Unmap()
		return netip.PrefixFrom(a, a.BitLen()), true
	}
	p, err := netip.ParsePrefix(s)
	if err == nil && p.Addr().Is4In6() && p.Bits() >= 96 {
		p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
	}
	return p, err == nil
}

// lastOf is the last address of a range.
func lastOf(p netip.Prefix) netip.Addr {
	bytes := p.Masked().Addr().AsSlice()
	for bit := p.Bits(); bit < 8*len(bytes); bit++ {
		bytes[bit/8] |= 1 << (7 - bit%8)
	}
	a, _ := netip.AddrFromSlice(bytes)
	return a
}
