package iam

import (
	"context"
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// The managed policies that users, groups and roles have.

func (s *Service) attachOperations() []service.Operation {
	return []service.Operation{
		service.Bind(iam.AttachUserPolicy, one(func(c *service.Call, in *iam.AttachUserPolicyInput) service.Need {
			return attaching(onUser(c, in.UserName), userBoundary(c, in.UserName), in.PolicyArn)
		}), s.AttachUserPolicy),
		service.Bind(iam.AttachGroupPolicy, one(func(c *service.Call, in *iam.AttachGroupPolicyInput) service.Need {
			return attaching(onGroup(c, in.GroupName), "", in.PolicyArn)
		}), s.AttachGroupPolicy),
		service.Bind(iam.AttachRolePolicy, one(func(c *service.Call, in *iam.AttachRolePolicyInput) service.Need {
			return attaching(onRole(c, in.RoleName), roleBoundary(c, in.RoleName), in.PolicyArn)
		}), s.AttachRolePolicy),
		service.Bind(iam.DetachUserPolicy, one(func(c *service.Call, in *iam.DetachUserPolicyInput) service.Need {
			return attaching(onUser(c, in.UserName), userBoundary(c, in.UserName), in.PolicyArn)
		}), s.DetachUserPolicy),
		service.Bind(iam.DetachGroupPolicy, one(func(c *service.Call, in *iam.DetachGroupPolicyInput) service.Need {
			return attaching(onGroup(c, in.GroupName), "", in.PolicyArn)
		}), s.DetachGroupPolicy),
		service.Bind(iam.DetachRolePolicy, one(func(c *service.Call, in *iam.DetachRolePolicyInput) service.Need {
			return attaching(onRole(c, in.RoleName), roleBoundary(c, in.RoleName), in.PolicyArn)
		}), s.DetachRolePolicy),
		service.Bind(iam.ListAttachedUserPolicies, one(func(c *service.Call, in *iam.ListAttachedUserPoliciesInput) service.Need {
			return onUser(c, in.UserName)
		}), s.ListAttachedUserPolicies),
		service.Bind(iam.ListAttachedGroupPolicies, one(func(c *service.Call, in *iam.ListAttachedGroupPoliciesInput) service.Need {
			return onGroup(c, in.GroupName)
		}), s.ListAttachedGroupPolicies),
		service.Bind(iam.ListAttachedRolePolicies, one(func(c *service.Call, in *iam.ListAttachedRolePoliciesInput) service.Need {
			return onRole(c, in.RoleName)
		}), s.ListAttachedRolePolicies),
		service.Bind(iam.ListEntitiesForPolicy, one(func(c *service.Call, in *iam.ListEntitiesForPolicyInput) service.Need {
			return onPolicy(c, in.PolicyArn)
		}), s.ListEntitiesForPolicy),
	}
}

// AttachUserPolicy attaches a managed policy to a user.
func (s *Service) AttachUserPolicy(ctx context.Context, in *iam.AttachUserPolicyInput) (*iam.AttachUserPolicyOutput, error) {
	return &iam.AttachUserPolicyOutput{}, attach(ctx, userHolder(), in.UserName, in.PolicyArn)
}

// AttachGroupPolicy attaches a managed policy to a group.
func (s *Service) AttachGroupPolicy(ctx context.Context, in *iam.AttachGroupPolicyInput) (*iam.AttachGroupPolicyOutput, error) {
	return &iam.AttachGroupPolicyOutput{}, attach(ctx, groupHolder(), in.GroupName, in.PolicyArn)
}

// AttachRolePolicy attaches a managed policy to a role.
func (s *Service) AttachRolePolicy(ctx context.Context, in *iam.AttachRolePolicyInput) (*iam.AttachRolePolicyOutput, error) {
	return &iam.AttachRolePolicyOutput{}, attach(ctx, roleHolder(), in.RoleName, in.PolicyArn)
}

// attach adds a managed policy to an entity. To attach what is attached is no
// error and counts against no quota.
func attach(ctx context.Context, h holder, entity, policyARN string) error {
	c := service.CallOf(ctx)
	if _, err := parsePolicyARN(c, policyARN); err != nil {
		return err
	}
	return h.update(ctx, entity, func(tx *directory.Tx, e *directory.Entity) (bool, error) {
		ref, err := attachable(c, &tx.Reader, h, policyARN, notAttachable)
		switch {
		case err != nil || slices.Contains(e.Attached, ref):
			return false, err
		case len(e.Attached) >= h.attached.limit(c):
			return false, overQuota(c, h.attached)
		}
		e.Attached = append(e.Attached, ref)
		return true, nil
	})
}

// attachable finds a policy that a customer's entity may have: any but the
// policies that AWS keeps for service-linked roles and root tasks.
func attachable(c *service.Call, r *directory.Reader, h holder, policyARN string, missing func(string) error) (directory.PolicyRef, error) {
	p, err := lookUpPolicy(c, r, policyARN, missing)
	if err != nil {
		return "", err
	}
	if p, ok := p.(awsPolicy); ok && !p.Attachable {
		return "", serviceRolePolicy(h.title)
	}
	return p.ref(), nil
}

// DetachUserPolicy takes a managed policy away from a user.
func (s *Service) DetachUserPolicy(ctx context.Context, in *iam.DetachUserPolicyInput) (*iam.DetachUserPolicyOutput, error) {
	return &iam.DetachUserPolicyOutput{}, detach(ctx, userHolder(), in.UserName, in.PolicyArn)
}

// DetachGroupPolicy takes a managed policy away from a group.
func (s *Service) DetachGroupPolicy(ctx context.Context, in *iam.DetachGroupPolicyInput) (*iam.DetachGroupPolicyOutput, error) {
	return &iam.DetachGroupPolicyOutput{}, detach(ctx, groupHolder(), in.GroupName, in.PolicyArn)
}

// DetachRolePolicy takes a managed policy away from a role.
func (s *Service) DetachRolePolicy(ctx context.Context, in *iam.DetachRolePolicyInput) (*iam.DetachRolePolicyOutput, error) {
	return &iam.DetachRolePolicyOutput{}, detach(ctx, roleHolder(), in.RoleName, in.PolicyArn)
}

func detach(ctx context.Context, h holder, entity, policyARN string) error {
	c := service.CallOf(ctx)
	if _, err := parsePolicyARN(c, policyARN); err != nil {
		return err
	}
	return h.update(ctx, entity, func(tx *directory.Tx, e *directory.Entity) (bool, error) {
		p, err := lookUpPolicy(c, &tx.Reader, policyARN, noSuchPolicy)
		if err != nil {
			return false, err
		}
		i := slices.Index(e.Attached, p.ref())
		if i < 0 {
			return false, noSuchPolicy(policyARN)
		}
		e.Attached = slices.Delete(e.Attached, i, i+1)
		return true, nil
	})
}

// ListAttachedUserPolicies lists the managed policies of a user.
func (s *Service) ListAttachedUserPolicies(ctx context.Context, in *iam.ListAttachedUserPoliciesInput) (*iam.ListAttachedUserPoliciesOutput, error) {
	p, err := listAttached(ctx, userHolder(), in.UserName, in.PathPrefix, in.Marker, in.MaxItems)
	if err != nil {
		return nil, err
	}
	return &iam.ListAttachedUserPoliciesOutput{AttachedPolicies: p.Items, IsTruncated: p.IsTruncated, Marker: p.Marker}, nil
}

// ListAttachedGroupPolicies lists the managed policies of a group.
func (s *Service) ListAttachedGroupPolicies(ctx context.Context, in *iam.ListAttachedGroupPoliciesInput) (*iam.ListAttachedGroupPoliciesOutput, error) {
	p, err := listAttached(ctx, groupHolder(), in.GroupName, in.PathPrefix, in.Marker, in.MaxItems)
	if err != nil {
		return nil, err
	}
	return &iam.ListAttachedGroupPoliciesOutput{AttachedPolicies: p.Items, IsTruncated: p.IsTruncated, Marker: p.Marker}, nil
}

// ListAttachedRolePolicies lists the managed policies of a role.
func (s *Service) ListAttachedRolePolicies(ctx context.Context, in *iam.ListAttachedRolePoliciesInput) (*iam.ListAttachedRolePoliciesOutput, error) {
	p, err := listAttached(ctx, roleHolder(), in.RoleName, in.PathPrefix, in.Marker, in.MaxItems)
	if err != nil {
		return nil, err
	}
	return &iam.ListAttachedRolePoliciesOutput{AttachedPolicies: p.Items, IsTruncated: p.IsTruncated, Marker: p.Marker}, nil
}

func listAttached(ctx context.Context, h holder, entity, prefix, marker string, maxItems int32) (page[iam.AttachedPolicy], error) {
	c := service.CallOf(ctx)
	e, err := h.find(c, &c.View.Reader, entity)
	if err != nil {
		return page[iam.AttachedPolicy]{}, err
	}
	byName := func(p iam.AttachedPolicy) string { // AWS may have a policy of the same name
		return p.PolicyName + "/" + strings.Split(p.PolicyArn, ":")[4]
	}
	return pageOf(marker, maxItems, byName, inOrder(attachedPolicies(c, &c.View.Reader, e, prefix), byName))
}

// attachedPolicies are the managed policies attached to an entity, under a
// path, in the order in which they came.
func attachedPolicies(c *service.Call, r *directory.Reader, e *directory.Entity, prefix string) []iam.AttachedPolicy {
	list := make([]iam.AttachedPolicy, 0, len(e.Attached))
	for _, ref := range e.Attached {
		p, ok := byRef(c, r, ref)
		if !ok || !strings.HasPrefix(p.path(), prefix) {
			continue
		}
		w := p.wire(c.Partition)
		list = append(list, iam.AttachedPolicy{PolicyArn: w.Arn, PolicyName: w.PolicyName})
	}
	return list
}
