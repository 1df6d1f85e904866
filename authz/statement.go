package authz

import (
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/policy"
)

// evaluation is one decision under way: the question taken apart, and what
// the document being read says about how to read it.
type evaluation struct {
	r *Request
	p *Policies

	account            arn.AccountID // the principal's
	service, operation string        // the action's two halves
	target             arnParts      // the resource's
	anyResource        bool          // the resource is "*"

	layer     Layer // of the document being read
	variables bool  // it has policy variables
	trust     bool  // it is a role trust policy

	open    bool          // the request has open keys
	sawOpen bool          // the element being read was compared with one
	effect  policy.Effect // of the statement being read
}

// enter gets ready to read a document of a layer.
func (e *evaluation) enter(l Layer, doc *policy.Document) {
	e.layer = l
	e.variables = doc.Version == policy.Version2012
	e.trust = e.trusts(l)
}

// statement tells whether a statement of the document being read matches, and
// how closely its Principal names the caller.
func (e *evaluation) statement(s *policy.Statement) (truth, grant) {
	e.effect = s.Effect
	who, closest := e.who(s)
	if who == no {
		return no, closest
	}
	matches := who.and(e.action(s.Actions))
	if matches != no {
		matches = matches.and(e.what(s.Resources))
	}
	if matches != no {
		matches = matches.and(e.conditions(s.Conditions))
	}
	return matches, closest
}

// who tells whether a statement speaks of the caller. Policies attached to a
// principal have no Principal element, the others must have one.
func (e *evaluation) who(s *policy.Statement) (truth, grant) {
	switch e.layer {
	case ResourceLayer, EndpointLayer, ResourceControlLayer:
		t, closest := e.principals(s.Principals, s.Effect)
		return e.settle(t), closest
	}
	if s.Principals.Present {
		return unknown, byNobody
	}
	return yes, byNobody
}

// what tells whether a statement speaks of the resource. A role trust policy
// speaks of its role and has no Resource element.
func (e *evaluation) what(set policy.Set) truth {
	if !e.trust {
		return e.settle(e.resource(set))
	}
	if set.Present {
		return unknown
	}
	return yes
}

// each goes through the statements of one layer that deny and match, or could;
// or, without deny, through those that allow and do. It ends where found
// answers false.
func (e *evaluation) each(a applied, deny bool, found func(Match, grant) bool) {
	for i := range a.len() {
		doc := a.at(i).Document
		if doc == nil {
			continue
		}
		e.enter(a.layer, doc)
		for n := range doc.Statements {
			s := &doc.Statements[n]
			if (s.Effect != policy.Allow) != deny {
				continue
			}
			t, g := e.statement(s)
			if t == no || t == unknown && !deny {
				continue
			}
			if !found(Match{a.layer, a.at(i), n, e.trust, t == unknown}, g) {
				return
			}
		}
	}
}

// denials adds the statements of a layer that deny.
func (e *evaluation) denials(to []Match, a applied) []Match {
	e.each(a, true, func(m Match, _ grant) bool {
		to = append(to, m)
		return true
	})
	return to
}

// allowances adds the statements of a layer that allow, and answers how
// closely the closest of them names the caller.
func (e *evaluation) allowances(to []Match, a applied) ([]Match, grant) {
	closest := byNobody
	e.each(a, false, func(m Match, g grant) bool {
		to = append(to, m)
		closest = max(closest, g)
		return true
	})
	return to, closest
}

// allows tells whether any statement of a layer allows.
func (e *evaluation) allows(a applied) bool {
	allowed := false
	e.each(a, false, func(Match, grant) bool {
		allowed = true
		return false
	})
	return allowed
}
