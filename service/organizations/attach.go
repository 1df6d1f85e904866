package organizations

import (
	"context"
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/api/organizations"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

func (s *Service) attachmentOperations() []service.Operation {
	return []service.Operation{
		bind(organizations.AttachPolicy, delegates, func(c scope, in *organizations.AttachPolicyInput) service.Need {
			return c.onPolicy(in.PolicyId)
		}, s.AttachPolicy),
		bind(organizations.DetachPolicy, delegates, func(c scope, in *organizations.DetachPolicyInput) service.Need {
			return c.onPolicy(in.PolicyId)
		}, s.DetachPolicy),
		bind(organizations.ListPoliciesForTarget, readers, func(c scope, in *organizations.ListPoliciesForTargetInput) service.Need {
			return withType(c.on(in.TargetId), in.Filter)
		}, s.ListPoliciesForTarget),
		bind(organizations.ListTargetsForPolicy, readers, func(c scope, in *organizations.ListTargetsForPolicyInput) service.Need {
			return c.onPolicy(in.PolicyId)
		}, s.ListTargetsForPolicy),
		bind(organizations.DescribeEffectivePolicy, members, func(c scope, in *organizations.DescribeEffectivePolicyInput) service.Need {
			return withType(c.on(effectiveTarget(c, in)), in.PolicyType)
		}, s.DescribeEffectivePolicy),
	}
}

// mostAttached is how many resource control policies may be attached to one
// target; of service control policies (since May 15, 2026) and of the types
// that merge, mostMerged.
//
// Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
const (
	mostAttached = 5
	mostMerged   = 10
)

// node finds what a policy may be attached to, and answers how to write it
// back once it is changed.
func node(tx *directory.Tx, o *directory.Organization, id string) (*directory.Node, func(), bool) {
	if id == o.Root.ID {
		before, ok := tx.Organization(o.ID)
		if !ok {
			return nil, nil, false
		}
		now := before.Clone()
		return &now.Root, func() { tx.PutOrganization(before, now) }, true
	}
	if before, ok := tx.Unit(o.ID, id); ok {
		now := before.Clone()
		return &now.Node, func() { tx.PutUnit(before, now) }, true
	}
	if before, ok := memberOf(&tx.Reader, o, id); ok {
		now := before.Clone()
		return &now.Node, func() { tx.PutMember(before, now) }, true
	}
	return nil, nil, false
}

// AttachPolicy makes a policy bind the root, a unit or an account, and all
// accounts below.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_AttachPolicy.html
func (s *Service) AttachPolicy(ctx context.Context, c scope, in *organizations.AttachPolicyInput) (*organizations.AttachPolicyOutput, error) {
	return &organizations.AttachPolicyOutput{}, c.Update(ctx, func(tx *directory.Tx) error {
		o, ok := tx.Organization(c.org.ID)
		if !ok {
			return notInUse()
		}
		p, ok := policyOf(&tx.Reader, o, in.PolicyId)
		if !ok {
			return noPolicy()
		}
		n, put, ok := node(tx, o, in.TargetId)
		if !ok {
			return noTarget()
		}
		if !o.Has(p.Type) {
			return typeNotEnabled()
		}
		ref := directory.OrgPolicyRef{Type: p.Type, ID: p.ID}
		if slices.Contains(n.Attached, ref) {
			return refuse("DuplicatePolicyAttachmentException", "The selected policy is already attached to the specified target.")
		}
		most := mostMerged
		if p.Type == service.ResourceControlPolicy {
			most = mostAttached
		}
		if attached(n, p.Type) >= most {
			return constraint("MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED", "You have attached the maximum number of policies to the specified target.")
		}
		n.Attached = append(n.Attached, ref)
		put()
		return nil
	})
}

// attached counts the policies of one type.
func attached(n *directory.Node, policyType string) int {
	count := 0
	for _, ref := range n.Attached {
		if ref.Type == policyType {
			count++
		}
	}
	return count
}

// DetachPolicy ends that. The last SCP stays, and so does RCPFullAWSAccess.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_DetachPolicy.html
func (s *Service) DetachPolicy(ctx context.Context, c scope, in *organizations.DetachPolicyInput) (*organizations.DetachPolicyOutput, error) {
	return &organizations.DetachPolicyOutput{}, c.Update(ctx, func(tx *directory.Tx) error {
		p, ok := policyOf(&tx.Reader, c.org, in.PolicyId)
		if !ok {
			return noPolicy()
		}
		n, put, ok := node(tx, c.org, in.TargetId)
		if !ok {
			return noTarget()
		}
		at := slices.Index(n.Attached, directory.OrgPolicyRef{Type: p.Type, ID: p.ID})
		switch {
		case at < 0:
			return refuse("PolicyNotAttachedException", "The policy isn't attached to the specified target in the specified root.")
		case p.ID == "p-RCPFullAWSAccess":
			return invalid("NON_DETACHABLE_POLICY", "You can't detach this AWS managed policy.")
		case p.Type == service.ServiceControlPolicy && attached(n, p.Type) == 1:
			return constraint("MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED", "You cannot remove the last policy attached to the specified target. You must have at least one attached at all times.")
		}
		n.Attached = slices.Delete(n.Attached, at, at+1)
		put()
		return nil
	})
}

// ListPoliciesForTarget tells what is attached directly to a target.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListPoliciesForTarget.html
func (s *Service) ListPoliciesForTarget(_ context.Context, c scope, in *organizations.ListPoliciesForTargetInput) (*organizations.ListPoliciesForTargetOutput, error) {
	page, err := newPage[organizations.PolicySummary](in.NextToken, in.MaxResults)
	if err != nil {
		return nil, err
	}
	n, ok := c.nodeOf(in.TargetId)
	if !ok {
		return nil, noTarget()
	}
	refs := slices.Clone(n.Attached)
	slices.SortFunc(refs, func(a, b directory.OrgPolicyRef) int { return strings.Compare(a.ID, b.ID) })
	for _, ref := range refs {
		p, ok := policyOf(&c.View.Reader, c.org, ref.ID)
		if ok && ref.Type == in.Filter && ref.ID > page.After && !page.Add(ref.ID, *shownSummary(c, p)) {
			break
		}
	}
	return &organizations.ListPoliciesForTargetOutput{Policies: page.Items, NextToken: page.NextToken()}, nil
}

// nodeOf finds a root, a unit or an account to read.
func (s scope) nodeOf(id string) (*directory.Node, bool) {
	if id == s.org.Root.ID {
		return &s.org.Root, true
	}
	if u, ok := s.View.Unit(s.org.ID, id); ok {
		return &u.Node, true
	}
	if m, ok := memberOf(&s.View.Reader, s.org, id); ok {
		return &m.Node, true
	}
	return nil, false
}

// ListTargetsForPolicy tells what a policy is attached to.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListTargetsForPolicy.html
func (s *Service) ListTargetsForPolicy(_ context.Context, c scope, in *organizations.ListTargetsForPolicyInput) (*organizations.ListTargetsForPolicyOutput, error) {
	p, ok := policyOf(&c.View.Reader, c.org, in.PolicyId)
	if !ok {
		return nil, noPolicy()
	}
	page, err := newPage[organizations.PolicyTargetSummary](in.NextToken, in.MaxResults)
	if err != nil {
		return nil, err
	}
	c.View.PolicyTargets(c.org.ID, p.ID, page.After, func(id string) bool {
		return page.Add(id, c.shownTarget(id))
	})
	return &organizations.ListTargetsForPolicyOutput{Targets: page.Items, NextToken: page.NextToken()}, nil
}

func (s scope) shownTarget(id string) organizations.PolicyTargetSummary {
	shown := organizations.PolicyTargetSummary{TargetId: &id, Type: kindOf(id)}
	kind := "account"
	switch shown.Type {
	case "ROOT":
		kind, shown.Name = "root", "Root"
	case "ORGANIZATIONAL_UNIT":
		kind = "ou"
		if u, ok := s.View.Unit(s.org.ID, id); ok {
			shown.Name = u.Name
		}
	default:
		if m, ok := memberOf(&s.View.Reader, s.org, id); ok {
			shown.Name = nameOf(&s.View.Reader, m.Account)
		}
	}
	shown.Arn = new(s.name(kind, "/"+id))
	return shown
}
