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
	service, name, ok := strings.Cut(text, ":")
	if !ok {
		return unknown
	}
	vendor := glob{text: service, fold: true}
	if !vendor.match(e.service) || !(glob{text: name, fold: true}).match(e.operation) {
		return no
	}
	if vendor.wild() {
		return unknown
	}
	return yes
}
