package iam

import (
	"context"
	"strings"

	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// defaultMaxSession is a role's MaxSessionDuration where nobody sets it.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
const defaultMaxSession = 3600

func (s *Service) roleOperations() []service.Operation {
	return []service.Operation{
		service.Bind(iam.CreateRole, needCreateRole, s.CreateRole),
		service.Bind(iam.GetRole, one(func(c *service.Call, in *iam.GetRoleInput) service.Need {
			return onBoundedRole(c, in.RoleName)
		}), s.GetRole),
		service.Bind(iam.UpdateRole, one(func(c *service.Call, in *iam.UpdateRoleInput) service.Need {
			return onBoundedRole(c, in.RoleName)
		}), s.UpdateRole),
		service.Bind(iam.UpdateRoleDescription, one(func(c *service.Call, in *iam.UpdateRoleDescriptionInput) service.Need {
			return onBoundedRole(c, in.RoleName)
		}), s.UpdateRoleDescription),
		service.Bind(iam.UpdateAssumeRolePolicy, one(func(c *service.Call, in *iam.UpdateAssumeRolePolicyInput) service.Need {
			return onBoundedRole(c, in.RoleName)
		}), s.UpdateAssumeRolePolicy),
		service.Bind(iam.DeleteRole, one(func(c *service.Call, in *iam.DeleteRoleInput) service.Need {
			return onBoundedRole(c, in.RoleName)
		}), s.DeleteRole),
		service.Bind(iam.ListRoles, one(func(c *service.Call, in *iam.ListRolesInput) service.Need {
			return onPath(c, "role", in.PathPrefix)
		}), s.ListRoles),
	}
}

func needCreateRole(c *service.Call, in *iam.CreateRoleInput) []service.Need {
	need := withBoundary(onNew(c, "role", in.Path, in.RoleName), in.PermissionsBoundary)
	return tagging(need, "iam:TagRole", in.Tags)
}

// CreateRole makes a role that whoever its trust policy names may assume.
func (s *Service) CreateRole(ctx context.Context, in *iam.CreateRoleInput) (*iam.CreateRoleOutput, error) {
	c := service.CallOf(ctx)
	if reservedPath(in.Path) {
		return nil, reservedRolePath(in.Path)
	}
	e, err := newEntity(c, arn.RolePrefix, in.RoleName, in.Path, in.Tags, tagsPerRole)
	if err != nil {
		return nil, err
	}
	role := &directory.Role{Entity: e, Description: in.Description, MaxSessionDuration: in.MaxSessionDuration}
	if role.MaxSessionDuration == 0 {
		role.MaxSessionDuration = defaultMaxSession
	}
	out := &iam.CreateRoleOutput{Role: &iam.Role{}}
	err = c.Update(ctx, func(tx *directory.Tx) error {
		if err := s.settle(c, tx, role, in); err != nil {
			return err
		}
		tx.CreateRole(role)
		*out.Role = newRole(c, &tx.Reader, role)
		return nil
	})
	return out, err
}

// settle gives a new role what depends on who and what exists now.
func (s *Service) settle(c *service.Call, tx *directory.Tx, role *directory.Role, in *iam.CreateRoleInput) error {
	trust, err := trustPolicy(c, &tx.Reader, in.AssumeRolePolicyDocument)
	if err != nil {
		return err
	}
	if _, taken := tx.Role(c.Account, in.RoleName); taken {
		return roleExists(in.RoleName)
	}
	if !tx.Room(c.Account, directory.CountedRoles, role.ID, rolesPerAccount.limit(c)) {
		return overQuota(c, rolesPerAccount)
	}
	boundary, err := findBoundary(c, &tx.Reader, roleHolder(), in.PermissionsBoundary)
	if err != nil {
		return err
	}
	role.Trust, role.Boundary = trust, boundary
	return nil
}

// GetRole shows a role with its trust policy.
func (s *Service) GetRole(ctx context.Context, in *iam.GetRoleInput) (*iam.GetRoleOutput, error) {
	c := service.CallOf(ctx)
	role, ok := c.View.Role(c.Account, in.RoleName)
	if !ok {
		return nil, noSuchRole(in.RoleName)
	}
	w := wireRole(c, &c.View.Reader, role)
	return &iam.GetRoleOutput{Role: &w}, nil
}

// changeRole rewrites a role in a transaction.
func changeRole(ctx context.Context, name string, change func(*directory.Tx, *directory.Role) error) error {
	c := service.CallOf(ctx)
	return c.Update(ctx, func(tx *directory.Tx) error {
		before, ok := tx.Role(c.Account, name)
		if !ok {
			return noSuchRole(name)
		}
		role := before.Clone()
		if err := change(tx, role); err != nil {
			return err
		}
		tx.PutRole(before, role)
		return nil
	})
}

// UpdateRole sets description and longest session, each where it is given. A
// role that is linked to a service may be described, but no more.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-service-linked-role.html
func (s *Service) UpdateRole(ctx context.Context, in *iam.UpdateRoleInput) (*iam.UpdateRoleOutput, error) {
	return &iam.UpdateRoleOutput{}, changeRole(ctx, in.RoleName, func(_ *directory.Tx, role *directory.Role) error {
		if in.Description != nil {
			role.Description = in.Description
		}
		if in.MaxSessionDuration != 0 {
			if err := mustBeChangeable(role); err != nil {
				return err
			}
			role.MaxSessionDuration = in.MaxSessionDuration
		}
		return nil
	})
}

// UpdateRoleDescription sets the description and answers the role without its
// longest session.
//
// Source: recorded answers of AWS in localstack/localstack,
// tests/aws/services/iam/test_iam_roles.snapshot.json, test_update_role.
func (s *Service) UpdateRoleDescription(ctx context.Context, in *iam.UpdateRoleDescriptionInput) (*iam.UpdateRoleDescriptionOutput, error) {
	c := service.CallOf(ctx)
	out := &iam.UpdateRoleDescriptionOutput{Role: &iam.Role{}}
	return out, changeRole(ctx, in.RoleName, func(tx *directory.Tx, role *directory.Role) error {
		role.Description = &in.Description
		*out.Role = briefRole(c, &tx.Reader, role)
		out.Role.MaxSessionDuration = 0
		return nil
	})
}

// UpdateAssumeRolePolicy replaces the trust policy.
func (s *Service) UpdateAssumeRolePolicy(ctx context.Context, in *iam.UpdateAssumeRolePolicyInput) (*iam.UpdateAssumeRolePolicyOutput, error) {
	c := service.CallOf(ctx)
	return &iam.UpdateAssumeRolePolicyOutput{}, changeRole(ctx, in.RoleName, func(tx *directory.Tx, role *directory.Role) (err error) {
		if err := mustBeChangeable(role); err != nil {
			return err
		}
		role.Trust, err = trustPolicy(c, &tx.Reader, in.PolicyDocument)
		return err
	})
}

// DeleteRole removes a role without policies that is in no instance profile.
// Its sessions end with it.
func (s *Service) DeleteRole(ctx context.Context, in *iam.DeleteRoleInput) (*iam.DeleteRoleOutput, error) {
	c := service.CallOf(ctx)
	return &iam.DeleteRoleOutput{}, c.Update(ctx, func(tx *directory.Tx) error {
		role, ok := tx.Role(c.Account, in.RoleName)
		if !ok {
			return noSuchRole(in.RoleName)
		}
		if err := mustBeChangeable(role); err != nil {
			return err
		}
		if len(profilesOf(&tx.Reader, role)) > 0 {
			return mustRemoveRoles()
		}
		if err := mustHaveNoPolicies(&role.Entity); err != nil {
			return err
		}
		tx.DeleteRole(role)
		return nil
	})
}

// ListRoles lists the roles below a path.
func (s *Service) ListRoles(ctx context.Context, in *iam.ListRolesInput) (*iam.ListRolesOutput, error) {
	c := service.CallOf(ctx)
	roles := matching(func(after string, yield func(*directory.Role) bool) {
		c.View.Roles(c.Account, after, yield)
	}, func(r *directory.Role) bool { return strings.HasPrefix(r.Path, in.PathPrefix) })
	p, err := pageOf(in.Marker, in.MaxItems, func(r *directory.Role) string { return r.Name }, roles)
	if err != nil {
		return nil, err
	}
	w := pageAs(p, func(r *directory.Role) iam.Role { return briefRole(c, &c.View.Reader, r) })
	return &iam.ListRolesOutput{Roles: w.Items, IsTruncated: w.IsTruncated, Marker: w.Marker}, nil
}
