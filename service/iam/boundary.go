package iam

import (
	"context"

	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// The permissions boundaries of users and roles. To put one is decided on the
// boundary that is to be; to take it away on the one that there is.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html

func (s *Service) boundaryOperations() []service.Operation {
	return []service.Operation{
		service.Bind(iam.PutUserPermissionsBoundary, one(func(c *service.Call, in *iam.PutUserPermissionsBoundaryInput) service.Need {
			return withBoundary(onUser(c, in.UserName), in.PermissionsBoundary)
		}), s.PutUserPermissionsBoundary),
		service.Bind(iam.PutRolePermissionsBoundary, one(func(c *service.Call, in *iam.PutRolePermissionsBoundaryInput) service.Need {
			return withBoundary(onRole(c, in.RoleName), in.PermissionsBoundary)
		}), s.PutRolePermissionsBoundary),
		service.Bind(iam.DeleteUserPermissionsBoundary, one(func(c *service.Call, in *iam.DeleteUserPermissionsBoundaryInput) service.Need {
			return withBoundary(onUser(c, in.UserName), userBoundary(c, in.UserName))
		}), s.DeleteUserPermissionsBoundary),
		service.Bind(iam.DeleteRolePermissionsBoundary, one(func(c *service.Call, in *iam.DeleteRolePermissionsBoundaryInput) service.Need {
			return withBoundary(onRole(c, in.RoleName), roleBoundary(c, in.RoleName))
		}), s.DeleteRolePermissionsBoundary),
	}
}

// PutUserPermissionsBoundary sets or replaces the boundary of a user.
func (s *Service) PutUserPermissionsBoundary(ctx context.Context, in *iam.PutUserPermissionsBoundaryInput) (*iam.PutUserPermissionsBoundaryOutput, error) {
	return &iam.PutUserPermissionsBoundaryOutput{}, putBoundary(ctx, userHolder(), in.UserName, in.PermissionsBoundary)
}

// PutRolePermissionsBoundary sets or replaces the boundary of a role.
func (s *Service) PutRolePermissionsBoundary(ctx context.Context, in *iam.PutRolePermissionsBoundaryInput) (*iam.PutRolePermissionsBoundaryOutput, error) {
	return &iam.PutRolePermissionsBoundaryOutput{}, putBoundary(ctx, roleHolder(), in.RoleName, in.PermissionsBoundary)
}

func putBoundary(ctx context.Context, h holder, entity, policyARN string) error {
	c := service.CallOf(ctx)
	if _, err := parsePolicyARN(c, policyARN); err != nil {
		return err
	}
	return h.update(ctx, entity, func(tx *directory.Tx, e *directory.Entity) (bool, error) {
		ref, err := attachable(c, &tx.Reader, h, policyARN, noSuchBoundary)
		if err != nil {
			return false, err
		}
		changed := e.Boundary != ref
		e.Boundary = ref
		return changed, nil
	})
}

// DeleteUserPermissionsBoundary takes the boundary of a user away.
func (s *Service) DeleteUserPermissionsBoundary(ctx context.Context, in *iam.DeleteUserPermissionsBoundaryInput) (*iam.DeleteUserPermissionsBoundaryOutput, error) {
	return &iam.DeleteUserPermissionsBoundaryOutput{}, deleteBoundary(ctx, userHolder(), in.UserName)
}

// DeleteRolePermissionsBoundary takes the boundary of a role away.
func (s *Service) DeleteRolePermissionsBoundary(ctx context.Context, in *iam.DeleteRolePermissionsBoundaryInput) (*iam.DeleteRolePermissionsBoundaryOutput, error) {
	return &iam.DeleteRolePermissionsBoundaryOutput{}, deleteBoundary(ctx, roleHolder(), in.RoleName)
}

// deleteBoundary has nothing to refuse where there is no boundary: AWS
// documents no error for that.
func deleteBoundary(ctx context.Context, h holder, entity string) error {
	return h.update(ctx, entity, func(_ *directory.Tx, e *directory.Entity) (bool, error) {
		changed := e.Boundary != ""
		e.Boundary = ""
		return changed, nil
	})
}
