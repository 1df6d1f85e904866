package explain

import (
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/policy"
)

// loginKey is what Cognito tells of how an identity signed in: authenticated and
// the provider's name, or unauthenticated.
//
// Source: https://docs.aws.amazon.com/cognito/latest/developerguide/role-trust-and-permissions.html
const loginKey = "cognito-identity.amazonaws.com:amr"

// toStrangers tells what a policy opens that lets who did not sign in do what
// others have to sign in for.
const toStrangers = "everybody on the internet may then do it: who has not signed in is anybody who asks Cognito for an identity"

func isLogin(c policy.Condition) bool { return strings.EqualFold(c.Key.Value, loginKey) }

// unauthenticated tells whether who asks is known not to have signed in.
func (q *Question) unauthenticated() bool {
	has, _ := q.Request.Context.Get(loginKey)
	return slices.Contains(has, "unauthenticated")
}

// signInFirst is the change that a condition on the login asks for: to sign in.
func (q *Question) signInFirst(c *policy.Condition) []candidate {
	if !q.unauthenticated() {
		return nil
	}
	methods := []string{"authenticated"}
	for _, v := range q.plainValues(c) {
		if v != "unauthenticated" && !slices.Contains(methods, v) {
			methods = append(methods, v)
		}
	}
	return []candidate{{
		Edit: Edit{Title: "sign in first: with a login of an identity provider, Cognito's token says authenticated", Target: "request"},
		cost: costRequest, otherwise: true,
		apply: func(q *Question) { q.Request.Context.SetMany(loginKey, methods...) },
	}}
}

// goesAroundLogin tells whether a statement of its own would let in who has not
// signed in, where another keeps them out.
func (q *Question) goesAroundLogin(trace authz.Trace, why authz.ImplicitDeny) bool {
	if !q.unauthenticated() {
		return false
	}
	for _, l := range trace.Layers {
		if l.Layer != why.Layer || l.Level != why.Level {
			continue
		}
		for _, p := range l.Policies {
			for _, t := range p.Statements {
				s := &p.Policy.Document.Statements[t.Index]
				for i, o := range t.Conditions {
					if s.Effect == policy.Allow && o != authz.Holds && isLogin(s.Conditions[i]) {
						return true
					}
				}
			}
		}
	}
	return false
}
