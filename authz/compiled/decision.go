package compiled

import "github.com/rolecall-iam/rolecall/authz"

// Decision is the answer to a request, in a form that needs no memory of its
// own. The zero value denies.
type Decision struct {
	Allowed bool
	Cause   Cause
	// Rule is the one that decided, if Cause is ByRule.
	Rule authz.Rule
	// Level is which of the SCPs or RCPs would have had to allow, if Cause is
	// Implicit.
	Level int
	// Match is the first statement of the layer that decided, if Cause is
	// Granted or Explicit. Its Policy points into the authz.Policies that were
	// decided on. If Cause is Implicit it has a Layer and Trust only, if
	// Unreadable a Policy as well.
	Match authz.Match
}

// Cause is which kind of authz.Reason a Decision has.
type Cause uint8

// The causes, named like the reasons of package authz.
const (
	_ Cause = iota
	Granted
	Explicit
	Implicit
	Unreadable
	ByRule
)

// Reason puts the cause into the words of package authz.
func (d Decision) Reason() authz.Reason {
	switch d.Cause {
	case Granted:
		return authz.Granted{Layer: d.Match.Layer}
	case Explicit:
		return authz.ExplicitDeny{Match: d.Match}
	case Implicit:
		return authz.ImplicitDeny{Layer: d.Match.Layer, Level: d.Level, Trust: d.Match.Trust}
	case Unreadable:
		return authz.UnreadablePolicy{Layer: d.Match.Layer, Policy: d.Match.Policy, Trust: d.Match.Trust}
	case ByRule:
		return authz.FixedRule{Rule: d.Rule}
	}
	return nil
}

// Explain decides again, with the literal evaluator of package authz, which
// tells all statements that matched.
func Explain(r *authz.Request, p *Policies) authz.Decision { return authz.Decide(*r, p.literal) }

// literally decides with the literal evaluator what the compiled one left to
// it.
func literally(r *authz.Request, p *Policies) Decision {
	from := authz.Decide(*r, p.literal)
	d := Decision{Allowed: from.Allowed}
	switch why := from.Reason.(type) {
	case authz.Granted:
		d.Cause, d.Match.Layer = Granted, why.Layer
		for _, m := range from.Matched {
			if m.Layer == why.Layer {
				d.Match = m
				break
			}
		}
	case authz.ExplicitDeny:
		d.Cause, d.Match = Explicit, why.Match
	case authz.ImplicitDeny:
		d.Cause, d.Level, d.Match.Layer, d.Match.Trust = Implicit, why.Level, why.Layer, why.Trust
	case authz.UnreadablePolicy:
		d.Cause, d.Match = Unreadable, authz.Match{Layer: why.Layer, Policy: why.Policy, Trust: why.Trust}
	case authz.FixedRule:
		d.Cause, d.Rule = ByRule, why.Rule
	}
	return d
}
