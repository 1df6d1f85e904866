package authz

import (
	"strings"

	"github.com/rolecall-iam/rolecall/policy"
)

// action tells whether an Action or NotAction element covers the request's
// action. A statement with neither is not one that AWS stores.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
func (e *evaluation) action(set policy.Set) truth {
	if !set.Present || len(set.Values) == 0 {
		return unknown
	}
	listed := no
	for i := range set.Values {
		listed = listed.or(e.actionIs(set.Values[i].Value))
	}
	if set.Negated {
		return listed.not()
	}
	return listed
}

// actionIs compares one action of a policy, without regard to case. AWS wants
// the service spelled out, so a wildcard there leaves the answer open where it
// would match. White space and commas are in no request's action, so
// an action with them never matches.
func (e *evaluation) actionIs(text string) truth {
	if text == "*" {
		return yes
	}
	colon := strings.IndexByte(text, ':')
	if colon < 0 {
		return unknown
	}
	if e.service != "" && otherLetter(text[0], e.service[0]) {
		return no // which is so of most of the thousands that AWS's policies have
	}
	service, name := text[:colon], text[colon+1:]
	vendor := glob{text: service, fold: true}
	if !vendor.match(e.service) || !(glob{text: name, fold: true}).match(e.operation) {
		return no
	}
	if vendor.wild() {
		return unknown
	}
	return yes
}

// otherLetter tells whether a byte is a letter, and in neither case the other.
func otherLetter(c, other byte) bool {
	lower := c | 0x20
	return lower >= 'a' && lower <= 'z' && other < 0x80 && lower != other|0x20
}
