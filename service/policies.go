package service

import (
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authn/session"
	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/policy"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// policies gathers every policy of the caller that has a say in its calls, as
// they are at the call's view.
func (c *Call) policies() authz.Policies {
	var p authz.Policies
	switch {
	case c.Caller.User != nil:
		u := c.Caller.User
		p.Identity = c.entityPolicies(p.Identity, &u.Entity)
		c.View.GroupsOf(u, func(g *directory.Group) bool {
			p.Identity = c.entityPolicies(p.Identity, &g.Entity)
			return true
		})
		p.Boundary = c.boundary(&u.Entity)
	case c.Caller.Role != nil:
		p.Identity = c.entityPolicies(p.Identity, &c.Caller.Role.Entity)
		p.Boundary = c.boundary(&c.Caller.Role.Entity)
	}
	c.sessionPolicies(&p)
	return p
}

func (c *Call) entityPolicies(to []authz.Named, e *directory.Entity) []authz.Named {
	for _, inline := range e.Inline {
		to = append(to, authz.Named{Name: inline.Name, Document: inline.Document.Document()})
	}
	for _, ref := range e.Attached {
		to = append(to, c.managedPolicy(e.Account, ref))
	}
	return to
}

func (c *Call) boundary(e *directory.Entity) *authz.Named {
	if e.Boundary == "" {
		return nil
	}
	named := c.managedPolicy(e.Account, e.Boundary)
	return &named
}

// managedPolicy is the default version of a managed policy. What is not there
// any more has no document, and so denies.
func (c *Call) managedPolicy(account arn.AccountID, ref directory.PolicyRef) authz.Named {
	if name, ok := ref.AWSManaged(c.Partition); ok {
		return authz.Named{Name: entityARN(name).ResourceName(), ARN: name, Document: c.door.awsPolicy(name)}
	}
	p, ok := c.View.PolicyByID(account, string(ref))
	if !ok {
		return authz.Named{Name: string(ref)}
	}
	text, _ := c.View.PolicyText(p, p.Default)
	return authz.Named{Name: p.Name, ARN: p.ARN(c.Partition), Document: text.Document()}
}

// sessionPolicies adds what was passed when the caller's session began.
func (c *Call) sessionPolicies(p *authz.Policies) {
	s := c.Caller.Session
	if s == nil || s.Policy == "" && len(s.PolicyARNs) == 0 {
		return
	}
	p.SessionPresent = true
	if s.Policy != "" {
		doc, _ := policy.Parse(s.Policy)
		p.Session = append(p.Session, authz.Named{Name: "SessionPolicy", Document: doc})
	}
	for _, name := range s.PolicyARNs {
		p.Session = append(p.Session, c.PolicyByARN(name))
	}
	if s.Kind == session.AssumedRoot {
		// The policy of a root task denies what is not the task, and allows nothing.
		p.Session = append(p.Session, c.managedPolicy(s.Account, "aws:/AdministratorAccess"))
	}
}

// PolicyByARN is the default version of the managed policy that an ARN names,
// AWS's own or a customer's. One that does not exist has no document.
func (c *Call) PolicyByARN(name string) authz.Named {
	a, err := arn.Parse(name)
	if err != nil {
		return authz.Named{Name: name, ARN: name}
	}
	if ref, ok := directory.AWSPolicy(a); ok {
		return c.managedPolicy(arn.AccountID{}, ref)
	}
	account, err := arn.ParseAccountID(a.Account)
	if err != nil {
		return authz.Named{Name: name, ARN: name}
	}
	p, ok := c.View.Policy(account, a.ResourceName())
	if !ok || p.ARN(a.Partition) != name {
		return authz.Named{Name: name, ARN: name}
	}
	return c.managedPolicy(account, directory.PolicyRef(p.ID))
}
