package authz

import (
	"encoding/base64"
	"net/netip"
	"strings"
)

// operator is a condition operator without prefix and suffix. match holds one
// value of the policy against one of the request; unknown is its answer to
// what the operator cannot read.
type operator struct {
	negated   bool // the condition holds where nothing matches
	variables bool // values of the policy may hold ${...}
	null      bool // asks only whether the key is there
	match     func(want glob, have string) truth
}

// operators are all of AWS's.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
var operators = map[string]operator{
	"StringEquals":              {variables: true, match: stringEquals},
	"StringNotEquals":           {variables: true, match: stringEquals, negated: true},
	"StringEqualsIgnoreCase":    {variables: true, match: stringEqualsIgnoreCase},
	"StringNotEqualsIgnoreCase": {variables: true, match: stringEqualsIgnoreCase, negated: true},
	"StringLike":                {variables: true, match: stringLike},
	"StringNotLike":             {variables: true, match: stringLike, negated: true},
	"ArnEquals":                 {variables: true, match: arnLike},
	"ArnLike":                   {variables: true, match: arnLike},
	"ArnNotEquals":              {variables: true, match: arnLikeOrUnknown, negated: true},
	"ArnNotLike":                {variables: true, match: arnLikeOrUnknown, negated: true},
	"Bool":                      {variables: true, match: boolEquals},
	"NumericEquals":             {match: numeric(equal)},
	"NumericNotEquals":          {match: numeric(equal), negated: true},
	"NumericLessThan":           {match: numeric(less)},
	"NumericLessThanEquals":     {match: numeric(atMost)},
	"NumericGreaterThan":        {match: numeric(greater)},
	"NumericGreaterThanEquals":  {match: numeric(atLeast)},
	"DateEquals":                {match: date(equal)},
	"DateNotEquals":             {match: date(equal), negated: true},
	"DateLessThan":              {match: date(less)},
	"DateLessThanEquals":        {match: date(atMost)},
	"DateGreaterThan":           {match: date(greater)},
	"DateGreaterThanEquals":     {match: date(atLeast)},
	"BinaryEquals":              {match: binaryEquals},
	"IpAddress":                 {match: inNetwork},
	"NotIpAddress":              {match: inNetwork, negated: true},
	"Null":                      {null: true},
}

// findOperator looks a name up, without regard to case.
func findOperator(name string) (operator, bool) {
	if op, ok := operators[name]; ok {
		return op, true
	}
	for other, op := range operators {
		if strings.EqualFold(other, name) {
			return op, true
		}
	}
	return operator{}, false
}

func stringEquals(want glob, have string) truth { return truthOf(want.text == have) }

func stringEqualsIgnoreCase(want glob, have string) truth {
	return truthOf(strings.EqualFold(want.text, have))
}

func stringLike(want glob, have string) truth { return truthOf(want.match(have)) }

// boolEquals compares true and false without regard to case; no other text
// ever matches.
func boolEquals(want glob, have string) truth {
	isBool := strings.EqualFold(want.text, "true") || strings.EqualFold(want.text, "false")
	return truthOf(isBool && strings.EqualFold(want.text, have))
}

// binaryEquals compares base64 texts.
func binaryEquals(want glob, have string) truth {
	if _, err := base64.StdEncoding.DecodeString(want.text); err != nil {
		return unknown
	}
	return truthOf(want.text == have)
}

// arnLike compares part by part; what is not an ARN is like none.
func arnLike(want glob, have string) truth {
	return truthOf(arnLikeOrUnknown(want, have) == yes)
}

// arnLikeOrUnknown is arnLike for the negated operators, for which AWS does
// not say what they make of what is not an ARN.
func arnLikeOrUnknown(want glob, have string) truth {
	parts, n := splitARN(have)
	pattern, m := splitARN(want.text)
	if n < len(parts) || m < len(pattern) || parts[0] != "arn" || pattern[0] != "arn" {
		return unknown
	}
	from := 0
	for i := range pattern {
		to := from + len(pattern[i])
		if !want.part(from, to).match(parts[i]) {
			return no
		}
		from = to + 1
	}
	return yes
}

// inNetwork tells whether an address lies in a range. An address without a
// prefix length is a range of one, and an IPv4 address written as an IPv6 one
// is the IPv4 address.
func inNetwork(want glob, have string) truth {
	network, ok := parseNetwork(want.text)
	address, err := netip.ParseAddr(have)
	if !ok || err != nil {
		return unknown
	}
	return truthOf(network.Contains(address.WithZone("").Unmap()))
}

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

// equal and the four below it read the order of the request's value and the
// policy's.
func equal(order int) bool   { return order == 0 }
func less(order int) bool    { return order < 0 }
func atMost(order int) bool  { return order <= 0 }
func greater(order int) bool { return order > 0 }
func atLeast(order int) bool { return order >= 0 }

// numeric makes the match of a numeric operator: the request's value is on
// the left.
func numeric(holds func(order int) bool) func(glob, string) truth {
	return func(want glob, have string) truth {
		w, ok1 := parseDecimal(want.text)
		h, ok2 := parseDecimal(have)
		if !ok1 || !ok2 {
			return unknown
		}
		return truthOf(holds(h.compare(w)))
	}
}

// date makes the match of a date operator.
func date(holds func(order int) bool) func(glob, string) truth {
	return func(want glob, have string) truth {
		w, ok1 := parseInstant(want.text)
		h, ok2 := parseInstant(have)
		if !ok1 || !ok2 {
			return unknown
		}
		return truthOf(holds(h.compare(w)))
	}
}
