package iam

import (
	"context"
	"slices"

	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/policy"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// The inline policies of users, groups and roles.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html#inline-policies

func (s *Service) inlineOperations() []service.Operation {
	return []service.Operation{
		service.Bind(iam.PutUserPolicy, one(func(c *service.Call, in *iam.PutUserPolicyInput) service.Need {
			return withBoundary(onUser(c, in.UserName), userBoundary(c, in.UserName))
		}), s.PutUserPolicy),
		service.Bind(iam.PutGroupPolicy, one(func(c *service.Call, in *iam.PutGroupPolicyInput) service.Need {
			return onGroup(c, in.GroupName)
		}), s.PutGroupPolicy),
		service.Bind(iam.PutRolePolicy, one(func(c *service.Call, in *iam.PutRolePolicyInput) service.Need {
			return withBoundary(onRole(c, in.RoleName), roleBoundary(c, in.RoleName))
		}), s.PutRolePolicy),
		service.Bind(iam.GetUserPolicy, one(func(c *service.Call, in *iam.GetUserPolicyInput) service.Need {
			return onUser(c, in.UserName)
		}), s.GetUserPolicy),
		service.Bind(iam.GetGroupPolicy, one(func(c *service.Call, in *iam.GetGroupPolicyInput) service.Need {
			return onGroup(c, in.GroupName)
		}), s.GetGroupPolicy),
		service.Bind(iam.GetRolePolicy, one(func(c *service.Call, in *iam.GetRolePolicyInput) service.Need {
			return onRole(c, in.RoleName)
		}), s.GetRolePolicy),
		service.Bind(iam.DeleteUserPolicy, one(func(c *service.Call, in *iam.DeleteUserPolicyInput) service.Need {
			return withBoundary(onUser(c, in.UserName), userBoundary(c, in.UserName))
		}), s.DeleteUserPolicy),
		service.Bind(iam.DeleteGroupPolicy, one(func(c *service.Call, in *iam.DeleteGroupPolicyInput) service.Need {
			return onGroup(c, in.GroupName)
		}), s.DeleteGroupPolicy),
		service.Bind(iam.DeleteRolePolicy, one(func(c *service.Call, in *iam.DeleteRolePolicyInput) service.Need {
			return withBoundary(onRole(c, in.RoleName), roleBoundary(c, in.RoleName))
		}), s.DeleteRolePolicy),
		service.Bind(iam.ListUserPolicies, one(func(c *service.Call, in *iam.ListUserPoliciesInput) service.Need {
			return onUser(c, in.UserName)
		}), s.ListUserPolicies),
		service.Bind(iam.ListGroupPolicies, one(func(c *service.Call, in *iam.ListGroupPoliciesInput) service.Need {
			return onGroup(c, in.GroupName)
		}), s.ListGroupPolicies),
		service.Bind(iam.ListRolePolicies, one(func(c *service.Call, in *iam.ListRolePoliciesInput) service.Need {
			return onRole(c, in.RoleName)
		}), s.ListRolePolicies),
	}
}

// PutUserPolicy writes an inline policy of a user, new or in place of the one of
// that name.
func (s *Service) PutUserPolicy(ctx context.Context, in *iam.PutUserPolicyInput) (*iam.PutUserPolicyOutput, error) {
	return &iam.PutUserPolicyOutput{}, putInline(ctx, userHolder(), in.UserName, in.PolicyName, in.PolicyDocument)
}

// PutGroupPolicy writes an inline policy of a group, new or in place of the one of
// that name.
func (s *Service) PutGroupPolicy(ctx context.Context, in *iam.PutGroupPolicyInput) (*iam.PutGroupPolicyOutput, error) {
	return &iam.PutGroupPolicyOutput{}, putInline(ctx, groupHolder(), in.GroupName, in.PolicyName, in.PolicyDocument)
}

// PutRolePolicy writes an inline policy of a role, new or in place of the one of
// that name.
func (s *Service) PutRolePolicy(ctx context.Context, in *iam.PutRolePolicyInput) (*iam.PutRolePolicyOutput, error) {
	return &iam.PutRolePolicyOutput{}, putInline(ctx, roleHolder(), in.RoleName, in.PolicyName, in.PolicyDocument)
}

// putInline writes an inline policy if all of the entity's are within the
// quota together.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length
func putInline(ctx context.Context, h holder, entity, name, document string) error {
	if err := validDocument(service.CallOf(ctx), document, policy.Inline); err != nil {
		return err
	}
	return h.update(ctx, entity, func(_ *directory.Tx, e *directory.Entity) (bool, error) {
		put := directory.Inline{Name: name, Document: directory.NewPolicyText(document)}
		if i := inlineIndex(e, name); i >= 0 {
			e.Inline[i] = put
		} else {
			e.Inline = append(e.Inline, put)
		}
		size := 0
		for _, p := range e.Inline {
			size += policy.Size(p.Document.String())
		}
		if size > h.inline {
			return false, inlineTooLarge(h.kind, e.Name, h.inline)
		}
		return true, nil
	})
}

func inlineIndex(e *directory.Entity, name string) int {
	return slices.IndexFunc(e.Inline, func(p directory.Inline) bool { return p.Name == name })
}

// GetUserPolicy shows an inline policy of a user.
func (s *Service) GetUserPolicy(ctx context.Context, in *iam.GetUserPolicyInput) (*iam.GetUserPolicyOutput, error) {
	e, document, err := getInline(ctx, userHolder(), in.UserName, in.PolicyName)
	if err != nil {
		return nil, err
	}
	return &iam.GetUserPolicyOutput{UserName: e.Name, PolicyName: in.PolicyName, PolicyDocument: document}, nil
}

// GetGroupPolicy shows an inline policy of a group.
func (s *Service) GetGroupPolicy(ctx context.Context, in *iam.GetGroupPolicyInput) (*iam.GetGroupPolicyOutput, error) {
	e, document, err := getInline(ctx, groupHolder(), in.GroupName, in.PolicyName)
	if err != nil {
		return nil, err
	}
	return &iam.GetGroupPolicyOutput{GroupName: e.Name, PolicyName: in.PolicyName, PolicyDocument: document}, nil
}

// GetRolePolicy shows an inline policy of a role.
func (s *Service) GetRolePolicy(ctx context.Context, in *iam.GetRolePolicyInput) (*iam.GetRolePolicyOutput, error) {
	e, document, err := getInline(ctx, roleHolder(), in.RoleName, in.PolicyName)
	if err != nil {
		return nil, err
	}
	return &iam.GetRolePolicyOutput{RoleName: e.Name, PolicyName: in.PolicyName, PolicyDocument: document}, nil
}

func getInline(ctx context.Context, h holder, entity, name string) (*directory.Entity, string, error) {
	c := service.CallOf(ctx)
	e, err := h.find(c, &c.View.Reader, entity)
	if err != nil {
		return nil, "", err
	}
	i := inlineIndex(e, name)
	if i < 0 {
		return nil, "", noSuchInline(h.kind, name)
	}
	return e, escape(e.Inline[i].Document.String()), nil
}

// DeleteUserPolicy removes an inline policy of a user.
func (s *Service) DeleteUserPolicy(ctx context.Context, in *iam.DeleteUserPolicyInput) (*iam.DeleteUserPolicyOutput, error) {
	return &iam.DeleteUserPolicyOutput{}, deleteInline(ctx, userHolder(), in.UserName, in.PolicyName)
}

// DeleteGroupPolicy removes an inline policy of a group.
func (s *Service) DeleteGroupPolicy(ctx context.Context, in *iam.DeleteGroupPolicyInput) (*iam.DeleteGroupPolicyOutput, error) {
	return &iam.DeleteGroupPolicyOutput{}, deleteInline(ctx, groupHolder(), in.GroupName, in.PolicyName)
}

// DeleteRolePolicy removes an inline policy of a role.
func (s *Service) DeleteRolePolicy(ctx context.Context, in *iam.DeleteRolePolicyInput) (*iam.DeleteRolePolicyOutput, error) {
	return &iam.DeleteRolePolicyOutput{}, deleteInline(ctx, roleHolder(), in.RoleName, in.PolicyName)
}

func deleteInline(ctx context.Context, h holder, entity, name string) error {
	return h.update(ctx, entity, func(_ *directory.Tx, e *directory.Entity) (bool, error) {
		i := inlineIndex(e, name)
		if i < 0 {
			return false, noSuchInline(h.kind, name)
		}
		e.Inline = slices.Delete(e.Inline, i, i+1)
		return true, nil
	})
}

// ListUserPolicies lists the names of a user's inline policies.
func (s *Service) ListUserPolicies(ctx context.Context, in *iam.ListUserPoliciesInput) (*iam.ListUserPoliciesOutput, error) {
	p, err := listInline(ctx, userHolder(), in.UserName, in.Marker, in.MaxItems)
	if err != nil {
		return nil, err
	}
	return &iam.ListUserPoliciesOutput{PolicyNames: p.Items, IsTruncated: p.IsTruncated, Marker: p.Marker}, nil
}

// ListGroupPolicies lists the names of a group's inline policies.
func (s *Service) ListGroupPolicies(ctx context.Context, in *iam.ListGroupPoliciesInput) (*iam.ListGroupPoliciesOutput, error) {
	p, err := listInline(ctx, groupHolder(), in.GroupName, in.Marker, in.MaxItems)
	if err != nil {
		return nil, err
	}
	return &iam.ListGroupPoliciesOutput{PolicyNames: p.Items, IsTruncated: p.IsTruncated, Marker: p.Marker}, nil
}

// ListRolePolicies lists the names of a role's inline policies.
func (s *Service) ListRolePolicies(ctx context.Context, in *iam.ListRolePoliciesInput) (*iam.ListRolePoliciesOutput, error) {
	p, err := listInline(ctx, roleHolder(), in.RoleName, in.Marker, in.MaxItems)
	if err != nil {
		return nil, err
	}
	return &iam.ListRolePoliciesOutput{PolicyNames: p.Items, IsTruncated: p.IsTruncated, Marker: p.Marker}, nil
}

func listInline(ctx context.Context, h holder, entity, marker string, maxItems int32) (page[string], error) {
	c := service.CallOf(ctx)
	e, err := h.find(c, &c.View.Reader, entity)
	if err != nil {
		return page[string]{}, err
	}
	names := make([]string, 0, len(e.Inline))
	for _, p := range e.Inline {
		names = append(names, p.Name)
	}
	itself := func(name string) string { return name }
	return pageOf(marker, maxItems, itself, inOrder(names, itself))
}
