package authz

import (
	"strings"

	"github.com/rolecall-iam/rolecall/policy"
)

// arnParts are the six parts of an ARN, or of a pattern for one.
type arnParts [6]string

// splitARN splits at the first five colons and answers how many parts there
// are.
func splitARN(s string) (parts arnParts, n int) {
	for n < len(parts)-1 {
		colon := strings.IndexByte(s, ':')
		if colon < 0 {
			break
		}
		parts[n] = s[:colon]
		s = s[colon+1:]
		n++
	}
	parts[n] = s
	return parts, n + 1
}

// resource tells whether a Resource or NotResource element covers the
// request's resource.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
func (e *evaluation) resource(set policy.Set) truth {
	if !set.Present || len(set.Values) == 0 {
		return unknown
	}
	listed := no
	for i := range set.Values {
		listed = listed.or(e.resourceIs(set.Values[i].Value))
	}
	if set.Negated {
		return listed.not()
	}
	return listed
}

// resourceIs compares one resource of a policy, part by part and with regard
// to case. Parts that the author left off stand for anything. Variables count
// only after the fifth colon; one without a value matches no resource. As with
// actions, a wildcard for the service leaves the answer open.
func (e *evaluation) resourceIs(text string) truth {
	if text == "*" {
		return yes
	}
	if e.anyResource {
		return no
	}
	parts, n := splitARN(text)
	if parts[0] != "arn" {
		return unknown
	}
	for ; n < len(parts); n++ {
		parts[n] = "*"
	}
	for i := 1; i <= 4; i++ {
		if !(glob{text: parts[i]}).match(e.target[i]) {
			return no
		}
	}
	last, ok := e.expand(parts[5])
	if !ok {
		return no
	}
	matches := e.orOpen(truthOf(last.match(e.target[5])), last, e.target[5])
	if service := (glob{text: parts[2]}); matches != no && service.wild() {
		return unknown
	}
	return matches
}
