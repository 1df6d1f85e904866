package compiled

import (
	"encoding/base64"
	"net/netip"
	"slices"
	"strings"
)

// operator is how one value of a policy is compared with one of a request.
type operator uint8

const (
	unknownOperator operator = iota
	null
	equals
	equalsIgnoringCase
	like
	arnLike
	boolean
	binary
	inNetwork
	// Numbers and dates: is the request's value ... the policy's?
	numberIs
	numberBelow
	numberAtMost
	numberAbove
	numberAtLeast
	dateIs
	dateBefore
	dateNotAfter
	dateAfter
	dateNotBefore
)

// operators are all of AWS's.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
var operators = [...]struct {
	name     string
	operator operator
	negated  bool
}{
	{"StringEquals", equals, false},
	{"StringNotEquals", equals, true},
	{"StringEqualsIgnoreCase", equalsIgnoringCase, false},
	{"StringNotEqualsIgnoreCase", equalsIgnoringCase, true},
	{"StringLike", like, false},
	{"StringNotLike", like, true},
	{"ArnEquals", arnLike, false},
	{"ArnLike", arnLike, false},
	{"ArnNotEquals", arnLike, true},
	{"ArnNotLike", arnLike, true},
	{"Bool", boolean, false},
	{"NumericEquals", numberIs, false},
	{"NumericNotEquals", numberIs, true},
	{"NumericLessThan", numberBelow, false},
	{"NumericLessThanEquals", numberAtMost, false},
	{"NumericGreaterThan", numberAbove, false},
	{"NumericGreaterThanEquals", numberAtLeast, false},
	{"DateEquals", dateIs, false},
	{"DateNotEquals", dateIs, true},
	{"DateLessThan", dateBefore, false},
	{"DateLessThanEquals", dateNotAfter, false},
	{"DateGreaterThan", dateAfter, false},
	{"DateGreaterThanEquals", dateNotBefore, false},
	{"BinaryEquals", binary, false},
	{"IpAddress", inNetwork, false},
	{"NotIpAddress", inNetwork, true},
	{"Null", null, false},
}

// operands are values that are not compared as texts.
type operands struct {
	numbers  []decimal
	instants []instant
	networks []netip.Prefix
}

// manyTexts is from how many texts on they are searched by halves.
const manyTexts = 12

// readValue reads one value of a policy, as the operator takes it.
func (c *condition) readValue(text string, variables bool) {
	variables = variables && strings.Contains(text, "${")
	switch c.operator {
	case null, boolean:
		c.readBoolean(text, variables)
	case equals, equalsIgnoringCase:
		c.readText(text, false, variables)
	case like:
		c.readText(text, strings.ContainsAny(text, "*?"), variables)
	case arnLike:
		c.readARN(split(text, true, variables))
	case binary:
		_, err := base64.StdEncoding.DecodeString(text)
		c.keep(err == nil, func() { c.texts = append(c.texts, text) })
	default:
		c.readOperand(text)
	}
}

// makeRoom is for values that are known to be many.
func (c *condition) makeRoom(n int) {
	switch c.operator {
	case like:
		c.patterns = make([]pattern, 0, n)
	case equals:
		c.texts = make([]string, 0, n)
	case arnLike:
		c.arns = make([]arnPattern, 0, n)
	case inNetwork:
		c.operands = &operands{networks: make([]netip.Prefix, 0, n)}
	}
}

// keep adds what could be read, and notes that something could not.
func (c *condition) keep(ok bool, add func()) {
	if !ok {
		c.unreadable = true
		return
	}
	add()
}

func (c *condition) readBoolean(text string, variables bool) {
	if variables && c.operator == boolean {
		p := split(text, false, true)
		plain, ok := p.plain()
		if !ok {
			c.patterns = append(c.patterns, p)
			return
		}
		text = plain
	}
	switch {
	case strings.EqualFold(text, "true"):
		c.isTrue = true
	case strings.EqualFold(text, "false"):
		c.isFalse = true
	case c.operator == null:
		c.unreadable = true
	}
}

func (c *condition) readText(text string, wild, variables bool) {
	if !wild && !variables {
		c.texts = append(c.texts, text)
		return
	}
	p := split(text, wild, variables)
	if plain, ok := p.plain(); ok {
		c.texts = append(c.texts, plain)
		return
	}
	c.patterns = append(c.patterns, p)
}

// readARN reads a value of ArnLike and its like: what is no ARN is like none,
// and leaves the negated operators open.
func (c *condition) readARN(p pattern) {
	if len(p.variables) > 0 {
		c.patterns = append(c.patterns, p)
		return
	}
	if a, ok := p.asARN(); ok || c.negated {
		c.keep(ok, func() { c.arns = append(c.arns, a) })
	}
}

func (c *condition) readOperand(text string) {
	if c.operands == nil {
		c.operands = new(operands)
	}
	o := c.operands
	switch {
	case c.operator == inNetwork:
		network, ok := parseNetwork(text)
		c.keep(ok, func() { o.networks = append(o.networks, network) })
	case c.operator < dateIs:
		number, ok := parseDecimal(text)
		c.keep(ok, func() { o.numbers = append(o.numbers, number) })
	default:
		at, ok := parseInstant(text)
		c.keep(ok, func() { o.instants = append(o.instants, at) })
	}
}

// finish orders the texts, where they are many.
func (c *condition) finish() {
	if len(c.texts) >= manyTexts && c.operator != equalsIgnoringCase {
		slices.Sort(c.texts)
	}
}

// parseNetwork reads an address or a range. An address without a prefix
// length is a range of one, and an IPv4 address written as an IPv6 one is the
// IPv4 address.
func parseNetwork(s string) (netip.Prefix, bool) {
	if strings.IndexByte(s, '/') < 0 {
		address, err := netip.ParseAddr(s)
		if err != nil || address.Zone() != "" {
			return netip.Prefix{}, false
		}
		address = address.Unmap()
		return netip.PrefixFrom(address, address.BitLen()), true
	}
	network, err := netip.ParsePrefix(s)
	const mapped = 96 // bits before the IPv4 address in ::ffff:a.b.c.d
	if err == nil && network.Addr().Is4In6() && network.Bits() >= mapped {
		network = netip.PrefixFrom(network.Addr().Unmap(), network.Bits()-mapped)
	}
	return network, err == nil
}
