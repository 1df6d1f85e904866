package iam_test

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// entity is a user, group or role of the tests with the operations that are
// alike for all three, so that each rule is tested for each.
type entity struct {
	kind, title, name string
	inline            int // quota of its inline policies

	put            func(name, document string) error
	get            func(name string) (entity, policy, document string, err error)
	remove         func(name string) error
	list           func(marker *string, size *int32) (names []string, next *string, err error)
	attach, detach func(arn string) error
	attached       func(prefix, marker *string, size *int32) (list []types.AttachedPolicy, next *string, err error)
	bound          func(arn string) error
	unbound        func() error
	boundary       func() *types.AttachedPermissionsBoundary
}

// entities makes a user, a group and a role, each named Ada.
func entities(t *testing.T, h *house) []entity {
	ctx, ada := context.Background(), aws.String("Ada")
	must(h.admin.CreateUser(ctx, &iam.CreateUserInput{UserName: ada}))(t)
	must(h.admin.CreateGroup(ctx, &iam.CreateGroupInput{GroupName: ada}))(t)
	must(h.admin.CreateRole(ctx, &iam.CreateRoleInput{RoleName: ada, AssumeRolePolicyDocument: aws.String(trustAccount)}))(t)
	return []entity{userEntity(ctx, h, ada), groupEntity(ctx, h, ada), roleEntity(ctx, h, ada)}
}

func userEntity(ctx context.Context, h *house, ada *string) entity {
	return entity{
		kind: "user", title: "User", name: *ada, inline: 2048,
		put: func(name, document string) error {
			_, err := h.admin.PutUserPolicy(ctx, &iam.PutUserPolicyInput{UserName: ada, PolicyName: &name, PolicyDocument: &document})
			return err
		},
		get: func(name string) (string, string, string, error) {
			out, err := h.admin.GetUserPolicy(ctx, &iam.GetUserPolicyInput{UserName: ada, PolicyName: &name})
			if err != nil {
				return "", "", "", err
			}
			return *out.UserName, *out.PolicyName, *out.PolicyDocument, nil
		},
		remove: func(name string) error {
			_, err := h.admin.DeleteUserPolicy(ctx, &iam.DeleteUserPolicyInput{UserName: ada, PolicyName: &name})
			return err
		},
		list: func(marker *string, size *int32) ([]string, *string, error) {
			out, err := h.admin.ListUserPolicies(ctx, &iam.ListUserPoliciesInput{UserName: ada, Marker: marker, MaxItems: size})
			if err != nil {
				return nil, nil, err
			}
			return out.PolicyNames, out.Marker, nil
		},
		attach: func(arn string) error {
			_, err := h.admin.AttachUserPolicy(ctx, &iam.AttachUserPolicyInput{UserName: ada, PolicyArn: &arn})
			return err
		},
		detach: func(arn string) error {
			_, err := h.admin.DetachUserPolicy(ctx, &iam.DetachUserPolicyInput{UserName: ada, PolicyArn: &arn})
			return err
		},
		attached: func(prefix, marker *string, size *int32) ([]types.AttachedPolicy, *string, error) {
			out, err := h.admin.ListAttachedUserPolicies(ctx, &iam.ListAttachedUserPoliciesInput{UserName: ada, PathPrefix: prefix, Marker: marker, MaxItems: size})
			if err != nil {
				return nil, nil, err
			}
			return out.AttachedPolicies, out.Marker, nil
		},
		bound: func(arn string) error {
			_, err := h.admin.PutUserPermissionsBoundary(ctx, &iam.PutUserPermissionsBoundaryInput{UserName: ada, PermissionsBoundary: &arn})
			return err
		},
		unbound: func() error {
			_, err := h.admin.DeleteUserPermissionsBoundary(ctx, &iam.DeleteUserPermissionsBoundaryInput{UserName: ada})
			return err
		},
		boundary: func() *types.AttachedPermissionsBoundary {
			return must(h.admin.GetUser(ctx, &iam.GetUserInput{UserName: ada}))(h.t).User.PermissionsBoundary
		},
	}
}

func groupEntity(ctx context.Context, h *house, ada *string) entity {
	return entity{
		kind: "group", title: "Group", name: *ada, inline: 5120,
		put: func(name, document string) error {
			_, err := h.admin.PutGroupPolicy(ctx, &iam.PutGroupPolicyInput{GroupName: ada, PolicyName: &name, PolicyDocument: &document})
			return err
		},
		get: func(name string) (string, string, string, error) {
			out, err := h.admin.GetGroupPolicy(ctx, &iam.GetGroupPolicyInput{GroupName: ada, PolicyName: &name})
			if err != nil {
				return "", "", "", err
			}
			return *out.GroupName, *out.PolicyName, *out.PolicyDocument, nil
		},
		remove: func(name string) error {
			_, err := h.admin.DeleteGroupPolicy(ctx, &iam.DeleteGroupPolicyInput{GroupName: ada, PolicyName: &name})
			return err
		},
		list: func(marker *string, size *int32) ([]string, *string, error) {
			out, err := h.admin.ListGroupPolicies(ctx, &iam.ListGroupPoliciesInput{GroupName: ada, Marker: marker, MaxItems: size})
			if err != nil {
				return nil, nil, err
			}
			return out.PolicyNames, out.Marker, nil
		},
		attach: func(arn string) error {
			_, err := h.admin.AttachGroupPolicy(ctx, &iam.AttachGroupPolicyInput{GroupName: ada, PolicyArn: &arn})
			return err
		},
		detach: func(arn string) error {
			_, err := h.admin.DetachGroupPolicy(ctx, &iam.DetachGroupPolicyInput{GroupName: ada, PolicyArn: &arn})
			return err
		},
		attached: func(prefix, marker *string, size *int32) ([]types.AttachedPolicy, *string, error) {
			out, err := h.admin.ListAttachedGroupPolicies(ctx, &iam.ListAttachedGroupPoliciesInput{GroupName: ada, PathPrefix: prefix, Marker: marker, MaxItems: size})
			if err != nil {
				return nil, nil, err
			}
			return out.AttachedPolicies, out.Marker, nil
		},
	}
}

func roleEntity(ctx context.Context, h *house, ada *string) entity {
	return entity{
		kind: "role", title: "Role", name: *ada, inline: 10240,
		put: func(name, document string) error {
			_, err := h.admin.PutRolePolicy(ctx, &iam.PutRolePolicyInput{RoleName: ada, PolicyName: &name, PolicyDocument: &document})
			return err
		},
		get: func(name string) (string, string, string, error) {
			out, err := h.admin.GetRolePolicy(ctx, &iam.GetRolePolicyInput{RoleName: ada, PolicyName: &name})
			if err != nil {
				return "", "", "", err
			}
			return *out.RoleName, *out.PolicyName, *out.PolicyDocument, nil
		},
		remove: func(name string) error {
			_, err := h.admin.DeleteRolePolicy(ctx, &iam.DeleteRolePolicyInput{RoleName: ada, PolicyName: &name})
			return err
		},
		list: func(marker *string, size *int32) ([]string, *string, error) {
			out, err := h.admin.ListRolePolicies(ctx, &iam.ListRolePoliciesInput{RoleName: ada, Marker: marker, MaxItems: size})
			if err != nil {
				return nil, nil, err
			}
			return out.PolicyNames, out.Marker, nil
		},
		attach: func(arn string) error {
			_, err := h.admin.AttachRolePolicy(ctx, &iam.AttachRolePolicyInput{RoleName: ada, PolicyArn: &arn})
			return err
		},
		detach: func(arn string) error {
			_, err := h.admin.DetachRolePolicy(ctx, &iam.DetachRolePolicyInput{RoleName: ada, PolicyArn: &arn})
			return err
		},
		attached: func(prefix, marker *string, size *int32) ([]types.AttachedPolicy, *string, error) {
			out, err := h.admin.ListAttachedRolePolicies(ctx, &iam.ListAttachedRolePoliciesInput{RoleName: ada, PathPrefix: prefix, Marker: marker, MaxItems: size})
			if err != nil {
				return nil, nil, err
			}
			return out.AttachedPolicies, out.Marker, nil
		},
		bound: func(arn string) error {
			_, err := h.admin.PutRolePermissionsBoundary(ctx, &iam.PutRolePermissionsBoundaryInput{RoleName: ada, PermissionsBoundary: &arn})
			return err
		},
		unbound: func() error {
			_, err := h.admin.DeleteRolePermissionsBoundary(ctx, &iam.DeleteRolePermissionsBoundaryInput{RoleName: ada})
			return err
		},
		boundary: func() *types.AttachedPermissionsBoundary {
			return must(h.admin.GetRole(ctx, &iam.GetRoleInput{RoleName: ada}))(h.t).Role.PermissionsBoundary
		},
	}
}

// each runs a test for each of the entities of one house.
func each(t *testing.T, test func(t *testing.T, h *house, e entity)) {
	h := open(t)
	for _, e := range entities(t, h) {
		t.Run(e.kind, func(t *testing.T) {
			h.t = t
			test(t, h, e)
		})
	}
}
