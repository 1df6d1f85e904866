package compiled

import (
	"net/netip"
	"strings"

	"github.com/rolecall-iam/rolecall/authz"
)

// evaluation is one decision under way.
type evaluation struct {
	r *authz.Request
	p *Policies

	caller caller
	action action
	target target
	sets   sets

	// What the layer being read says about how to read it.
	named  bool // its statements have a Principal
	trust  bool // it is a role trust policy
	grades bool // how closely a statement names the caller counts

	// What the request's values were last read as.
	address readAddress
	arn     readARN

	// stuck tells that something was met that is left to the literal
	// evaluator; what was found is then not to be used.
	stuck bool
}

type readAddress struct {
	text     string
	address  netip.Addr
	ok, read bool
}

type readARN struct {
	text     string
	parts    arnParts
	ok, read bool
}

// Decide answers r by p as authz.Decide does, without allocating. Both are
// only read.
//
// A few rare forms are left to authz.Decide, which does allocate: texts with
// more than eight variables, ARNs with variables of more than twenty-four
// pieces, and a variable beside other text where case does not count. So does
// reading an address of the request's that is none or has a zone.
func Decide(r *authz.Request, p *Policies) Decision {
	e := evaluation{r: r, p: p}
	if !e.read() {
		return Decision{Cause: ByRule, Rule: authz.Malformed}
	}
	if rule, allowed := e.fixedRule(); rule != 0 {
		return Decision{Allowed: allowed, Cause: ByRule, Rule: rule}
	}
	d := e.decide()
	if e.stuck {
		return literally(r, p)
	}
	return d
}

// decide goes through the policies: first whatever denies, then those without
// which nothing is allowed.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
func (e *evaluation) decide() Decision {
	var d Decision
	if e.denied(&d) {
		return d
	}
	if e.p.unreadable && e.unreadable(&d) {
		return d
	}
	for i := range e.p.organization {
		if l := &e.p.organization[i]; e.binds(l) && e.find(l, false, &d.Match).index < 0 {
			return Decision{Cause: Implicit, Level: l.level, Match: authz.Match{Layer: l.name}}
		}
	}
	return e.grants()
}

// layer is the i-th layer in AWS's order, nil where that is not for the caller;
// ok ends with the last.
func (e *evaluation) layer(i int) (l *layer, ok bool) {
	organization := e.p.organization
	if i < len(organization) {
		if l = &organization[i]; !e.binds(l) {
			l = nil
		}
		return l, true
	}
	switch i -= len(organization); {
	case i == 0:
		l = &e.p.resource
	case i == 1 && e.caller.hasPolicies():
		l = &e.p.identity
	case i == 2 && e.caller.hasPolicies():
		l = &e.p.boundary
	case i == 3 && e.narrowed():
		l = &e.p.session
	}
	return l, i <= 3
}

// denied looks for a Deny.
func (e *evaluation) denied(d *Decision) bool {
	for i := 0; ; i++ {
		l, ok := e.layer(i)
		switch {
		case !ok:
			return false
		case l != nil && l.denies && e.find(l, true, &d.Match).index >= 0:
			d.Cause = Explicit
			return true
		}
	}
}

// unreadable looks for a policy without a document.
func (e *evaluation) unreadable(d *Decision) bool {
	for i := 0; ; i++ {
		l, ok := e.layer(i)
		if !ok {
			return false
		}
		for n := 0; l != nil && n < len(l.policies); n++ {
			if l.policies[n] == nil {
				d.Cause, d.Match = Unreadable, authz.Match{Layer: l.name, Policy: l.at(n), Trust: e.trusts(l.name)}
				return true
			}
		}
	}
}

// binds tells whether a policy of the organization, or the endpoint's, is for
// the caller. Service control policies bind the principals of their account,
// resource control policies everybody; neither binds service-linked roles.
//
// Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
func (e *evaluation) binds(l *layer) bool {
	switch l.name {
	case authz.ResourceControlLayer:
		return !e.caller.linked
	case authz.ServiceControlLayer:
		return !e.caller.linked && e.caller.belongsToAccount()
	}
	return true
}

// narrowed tells whether session policies were passed to the caller's session.
func (e *evaluation) narrowed() bool {
	return e.caller.belongsToAccount() && (e.p.literal.SessionPresent || len(e.p.literal.Session) > 0)
}

// enter gets ready to read a layer.
func (e *evaluation) enter(l *layer) {
	e.grades = l.name == authz.ResourceLayer
	e.named = e.grades || l.name == authz.EndpointLayer || l.name == authz.ResourceControlLayer
	e.trust = e.trusts(l.name)
}

// find looks for the first statement of a layer that denies, or allows, and
// notes it.
func (e *evaluation) find(l *layer, deny bool, m *authz.Match) found {
	e.enter(l)
	for i, p := range l.policies {
		if p == nil {
			continue
		}
		segments := p.allow
		if deny {
			segments = p.deny
		}
		if f := e.findIn(segments, deny); f.index >= 0 {
			*m = authz.Match{Layer: l.name, Policy: l.at(i), Index: f.index, Trust: e.trust, Unevaluable: f.truth == unknown}
			return f
		}
	}
	return found{index: -1}
}

func (e *evaluation) findIn(segments []segment, deny bool) found {
	all := found{index: -1}
	for i := range segments {
		f := e.search(&segments[i], deny)
		if f.index < 0 {
			continue
		}
		if all.index < 0 {
			all.index, all.truth = f.index, f.truth
		}
		if all.closest = max(all.closest, f.closest); deny || !e.grades || all.closest == bySelf {
			break
		}
	}
	return all
}

// grants decides where nothing denies explicitly and the organization and
// endpoint let the request through, by the resource's policy and the
// principal's own; package authz says why.
func (e *evaluation) grants() Decision {
	d := Decision{Allowed: true, Cause: Granted}
	closest := e.find(&e.p.resource, false, &d.Match).closest
	if !e.caller.belongsToAccount() {
		if closest == byNobody {
			return e.missing(authz.ResourceLayer)
		}
		return d
	}
	if closest == byNobody && e.resourceMustAllow() {
		return e.missing(authz.ResourceLayer)
	}
	if e.crossAccount() || e.passesIdentityOn() {
		closest = min(closest, byAccount)
	}
	byIdentity := e.caller.owner || e.find(&e.p.identity, false, &d.Match).index >= 0
	var unused authz.Match
	switch {
	case !byIdentity && closest < byEntity:
		return e.missing(authz.IdentityLayer)
	case closest == bySelf:
	case e.p.literal.Boundary != nil && e.caller.kind != root && e.find(&e.p.boundary, false, &unused).index < 0:
		return e.missing(authz.BoundaryLayer)
	case (e.caller.kind == federatedUser || e.narrowed()) && e.find(&e.p.session, false, &unused).index < 0:
		return e.missing(authz.SessionLayer)
	}
	switch {
	case e.caller.kind == root:
		return Decision{Allowed: true, Cause: ByRule, Rule: authz.RootUser}
	case e.caller.owner:
		d.Match = authz.Match{Layer: authz.IdentityLayer}
	}
	return d
}

// missing denies for want of an Allow.
func (e *evaluation) missing(l authz.Layer) Decision {
	return Decision{Cause: Implicit, Match: authz.Match{Layer: l, Trust: e.trusts(l)}}
}

// trusts tells whether a layer is that of a role trust policy.
func (e *evaluation) trusts(l authz.Layer) bool {
	r := e.p.literal.Resource
	return l == authz.ResourceLayer && r != nil && r.Kind == authz.TrustPolicy
}

// crossAccount tells whether the resource belongs to another account.
func (e *evaluation) crossAccount() bool {
	return !e.r.ResourceAccount.IsZero() && e.r.ResourceAccount.String() != e.caller.account
}

// passesIdentityOn tells whether a role session takes its source identity to
// another role, which both sides must allow in one account as well.
func (e *evaluation) passesIdentityOn() bool {
	return e.caller.kind == roleSession && e.asks("SetSourceIdentity") && strings.EqualFold(e.action.service, "sts")
}

// resourceMustAllow tells whether the resource's policy has to name the caller
// or its account: always from another account, and for roles and keys.
func (e *evaluation) resourceMustAllow() bool {
	r := e.p.literal.Resource
	return e.crossAccount() || r != nil && r.Kind != authz.OrdinaryPolicy
}
