package explain

import (
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/policy"
)

// ssoRoleTrust: a role of IAM Identity Center is to be assumed otherwise than by
// signing in.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/assignusers.html
func ssoRoleTrust(q *Question, trace authz.Trace) string {
	role, err := arn.Parse(q.Request.Resource)
	if err != nil {
		return ""
	}
	set, ok := ssoRole(role)
	why, silent := trace.Decision.Reason.(authz.ImplicitDeny)
	if !ok || !silent || !why.Trust {
		return ""
	}
	return "The role is made of permission set " + set + ", and its trust policy cannot be changed: people come to it by signing in to IAM Identity Center. " +
		"Ask its administrator for an assignment (aws sso-admin create-account-assignment --target-id " + role.Account + " --target-type AWS_ACCOUNT …), " +
		"or let somebody assume a role of their own."
}

// confusedDeputy: a service comes on behalf of another resource or account than
// the policy asks for, or tells of none.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
func confusedDeputy(q *Question, trace authz.Trace) string {
	if _, ok := q.Request.Principal.(authz.ServicePrincipal); !ok {
		return ""
	}
	source := func(key string) bool {
		switch strings.ToLower(key) {
		case "aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths":
			return true
		}
		return false
	}
	c := failing(trace, source)
	if c == nil {
		return ""
	}
	return keyMissed(q, trace, c.Key.Value, c.Key.Value) +
		" So that nobody uses the service to get at what they may not, it is let in only on behalf of that: correct the value if it is yours, and do not take the condition out."
}

// notAction: NotAction that lists the action, or denies all that it does not
// list.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html
func notAction(q *Question, trace authz.Trace) string {
	for _, m := range trace.Decision.Matched {
		if s := m.Statement(); s.Effect != policy.Allow && s.Actions.Negated && s.Actions.Present {
			return capital(statementName(s, m.Index)) + " denies every action but " + some(texts(s.Actions.Values)) + ", and so " + q.Request.Action +
				" too: with NotAction a Deny is of all that is not listed."
		}
	}
	why, ok := trace.Decision.Reason.(authz.ImplicitDeny)
	if !ok {
		return ""
	}
	for _, l := range trace.Layers {
		if l.Layer != why.Layer || l.Level != why.Level {
			continue
		}
		for _, p := range l.Policies {
			for _, t := range p.Statements {
				s := &p.Policy.Document.Statements[t.Index]
				if s.Effect == policy.Allow && s.Actions.Negated && s.Actions.Present && t.Action == authz.Fails {
					return capital(statementName(s, t.Index)) + " allows every action but " + some(texts(s.Actions.Values)) + ", and " + q.Request.Action +
						" is among those: nothing allows it, though nothing denies it either."
				}
			}
		}
	}
	return ""
}

// subjects are how the subjects of well-known issuers' tokens begin.
//
// Sources: https://docs.github.com/en/actions/reference/security/oidc,
// https://docs.gitlab.com/ci/secrets/id_token_authentication/,
// https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/
func subjects() map[string][]string {
	return map[string][]string{
		"token.actions.githubusercontent.com": {"repo:"}, // or another claim's name, where that is set
		"gitlab.com":                          {"project_path:"},
		"oidc.eks.":                           {"system:serviceaccount:"},
		"app.terraform.io":                    {"organization:"},
		"api.bitbucket.org":                   {"{"},
	}
}

// oidcSubject: no token of the issuer can have such a subject.
func oidcSubject(_ *Question, trace authz.Trace) string {
	c := failing(trace, func(key string) bool { return strings.HasSuffix(strings.ToLower(key), ":sub") })
	if c == nil {
		return ""
	}
	for issuer, begin := range subjects() {
		if !strings.HasPrefix(c.Key.Value, issuer) {
			continue
		}
		for _, v := range c.Values {
			stem, _, _ := strings.Cut(v.Value, "*")
			possible := slices.ContainsFunc(begin, func(b string) bool { return strings.HasPrefix(stem, b) || strings.HasPrefix(b, stem) })
			claim, _, named := strings.Cut(stem, ":")
			if begin[0] == "repo:" && named && claim == strings.ToLower(claim) && !strings.Contains(claim, "/") {
				possible = true
			}
			if !possible {
				return "No token of " + c.Key.Value[:len(c.Key.Value)-len(":sub")] + " has a subject like " + v.Value + ": they begin with " + begin[0] + ", in small letters."
			}
		}
	}
	return ""
}
