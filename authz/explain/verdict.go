package explain

import (
	"strconv"

	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/policy"
)

// verdict is the decision in one sentence.
func (q *Question) verdict(trace authz.Trace) string {
	who, what := callerName(q.Request), q.Request.Action+" on "+q.Request.Resource
	switch why := trace.Decision.Reason.(type) {
	case authz.Granted:
		return who + " may do " + what + ": " + q.granted(trace, why) + " allows it and nothing denies it."
	case authz.ExplicitDeny:
		s := why.Statement()
		text := who + " may not do " + what + ": " + statementName(s, why.Index) + " of the " + policyName(why.Match) + " denies it, whatever allows it"
		if why.Unevaluable {
			text = who + " may not do " + what + ": " + statementName(s, why.Index) + " of the " + policyName(why.Match) + " cannot be evaluated, and what denies then does"
			return text + "."
		}
		for i := range s.Conditions {
			text += []string{". It denies where ", ", and where "}[min(i, 1)] + q.denies(why.Policy.Document, &s.Conditions[i])
		}
		return text + "."
	case authz.ImplicitDeny:
		return q.silent(trace, who, what, why)
	case authz.UnreadablePolicy:
		return who + " may not do " + what + ": the " + why.Layer.String() + " " + why.Policy.Name + " cannot be read, so nobody knows what it says."
	case authz.FixedRule:
		return q.fixed(who, what, why.Rule)
	}
	return who + " may not do " + what + "."
}

func (q *Question) fixed(who, what string, rule authz.Rule) string {
	switch rule {
	case authz.NoPermissionNeeded:
		return who + " may do " + what + ": it needs no permission."
	case authz.RootUser:
		return who + " may do " + what + ": it is the account's root user."
	case authz.RootAssumesRole:
		return who + " may not do " + what + ": root users cannot assume roles; use a user or another role."
	case authz.OwnedByAWS:
		return who + " may not do " + what + ": it belongs to AWS, and no policy can allow changing it."
	case authz.Malformed:
	}
	return "The request cannot be decided: its principal, action or resource is not of AWS's form."
}

// granted names the policy that allows.
func (q *Question) granted(trace authz.Trace, why authz.Granted) string {
	for _, m := range trace.Decision.Matched {
		if m.Layer == why.Layer {
			return statementName(m.Statement(), m.Index) + " of the " + policyName(m)
		}
	}
	return "the " + why.Layer.String()
}

// silent tells which policy would have had to allow, and what kept the closest
// statement from it.
func (q *Question) silent(trace authz.Trace, who, what string, why authz.ImplicitDeny) string {
	text := who + " may not do " + what + ": no " + why.Layer.String() + " allows it"
	if why.Trust {
		text = who + " may not do " + what + ": the role's trust policy does not allow it"
	}
	if s, doc, ok := near(trace, why, shownDistance); ok {
		if f := q.failures(doc, s); len(f) > 0 {
			return text + ". " + capital(statementName(&doc.Statements[s.Index], s.Index)) + " comes closest, but " + f[0].Text + "."
		}
	}
	return text + "."
}

// near is the allowing statement of the layer that had to allow that came
// closest by a measure; false where none speaks of the action.
func near(trace authz.Trace, why authz.ImplicitDeny, far func(*authz.StatementTrace) int) (best authz.StatementTrace, doc *policy.Document, ok bool) {
	for _, l := range trace.Layers {
		if l.Layer != why.Layer || l.Level != why.Level {
			continue
		}
		for _, p := range l.Policies {
			for i := range p.Statements {
				s := &p.Statements[i]
				if p.Policy.Document.Statements[s.Index].Effect != policy.Allow || s.Action == authz.Fails && !l.Trust {
					continue
				}
				if !ok || far(s) < far(&best) {
					best, doc, ok = *s, p.Policy.Document, true
				}
			}
		}
	}
	return best, doc, ok
}

func statementName(s *policy.Statement, index int) string {
	if s.Sid != "" {
		return "statement " + s.Sid
	}
	return "statement " + strconv.Itoa(index+1)
}

func capital(s string) string { return string(s[0]-'a'+'A') + s[1:] }

func policyName(m authz.Match) string {
	if m.Trust {
		return "role's trust policy"
	}
	name := m.Layer.String()
	if m.Policy.Name != "" {
		name += " " + m.Policy.Name
	}
	return name
}
