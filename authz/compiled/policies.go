package compiled

import (
	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/policy"
)

// Policies is every policy that has a say in a request, compiled. It keeps
// the authz.Policies that it was made of, by which a decision is explained.
// Nothing changes it once it is made.
type Policies struct {
	literal      authz.Policies
	organization []layer // RCPs, SCPs and the endpoint's policy, level by level: each must allow
	resource     layer
	identity     layer
	boundary     layer
	session      layer
	unreadable   bool // some have no document
}

// layer is the policies of one layer, or of one level of it.
type layer struct {
	name     authz.Layer
	level    int
	list     []authz.Named
	one      *authz.Named
	policies []*Policy
	denies   bool // some have Deny statements
}

// NewPolicies compiles policies without a Cache.
func NewPolicies(p authz.Policies) *Policies { return newPolicies(p, Compile) }

// newPolicies puts policies together that compile makes or finds.
func newPolicies(p authz.Policies, compile compiler) *Policies {
	c := &Policies{literal: p}
	for i := range p.RCPs {
		c.organization = append(c.organization, c.layer(compile, authz.ResourceControlLayer, i, p.RCPs[i]))
	}
	for i := range p.SCPs {
		c.organization = append(c.organization, c.layer(compile, authz.ServiceControlLayer, i, p.SCPs[i]))
	}
	if p.Endpoint != nil {
		c.organization = append(c.organization, c.single(compile, authz.EndpointLayer, p.Endpoint))
	}
	c.resource.name, c.boundary.name = authz.ResourceLayer, authz.BoundaryLayer
	if p.Resource != nil {
		c.resource = c.single(compile, authz.ResourceLayer, &p.Resource.Named)
	}
	if p.Boundary != nil {
		c.boundary = c.single(compile, authz.BoundaryLayer, p.Boundary)
	}
	c.identity = c.layer(compile, authz.IdentityLayer, 0, p.Identity)
	c.session = c.layer(compile, authz.SessionLayer, 0, p.Session)
	return c
}

// compiler makes a Policy of a document, or finds it.
type compiler func(*policy.Document) *Policy

func (c *Policies) layer(compile compiler, name authz.Layer, level int, list []authz.Named) layer {
	l := layer{name: name, level: level, list: list, policies: make([]*Policy, len(list))}
	for i := range list {
		c.add(&l, i, compile(list[i].Document))
	}
	return l
}

func (c *Policies) single(compile compiler, name authz.Layer, one *authz.Named) layer {
	l := layer{name: name, one: one, policies: make([]*Policy, 1)}
	c.add(&l, 0, compile(one.Document))
	return l
}

func (c *Policies) add(l *layer, i int, p *Policy) {
	l.policies[i] = p
	switch {
	case p == nil:
		c.unreadable = true
	case len(p.deny) > 0:
		l.denies = true
	}
}

// at is the policy at that place, as it was given.
func (l *layer) at(i int) *authz.Named {
	if l.one != nil {
		return l.one
	}
	return &l.list[i]
}
