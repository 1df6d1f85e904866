package iam

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// The roles that are linked to a service: only the service may assume them,
// and only it says what they may do.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html

func (s *Service) linkedRoleOperations() []service.Operation {
	return []service.Operation{
		service.Bind(iam.CreateServiceLinkedRole, one(needCreateLinkedRole), s.CreateServiceLinkedRole),
		service.Bind(iam.DeleteServiceLinkedRole, one(func(c *service.Call, in *iam.DeleteServiceLinkedRoleInput) service.Need {
			return onRole(c, in.RoleName)
		}), s.DeleteServiceLinkedRole),
		service.Bind(iam.GetServiceLinkedRoleDeletionStatus, one(needDeletionStatus), s.GetServiceLinkedRoleDeletionStatus),
	}
}

// linkedPath is the path of all roles that are linked to a service.
const linkedPath = "/aws-service-role/"

// linkedName is the name that a role for a service has.
func linkedName(role linkedRole, suffix string) string {
	name := "AWSServiceRoleFor" + role.name
	if suffix != "" {
		name += "_" + suffix
	}
	return name
}

func needCreateLinkedRole(c *service.Call, in *iam.CreateServiceLinkedRoleInput) service.Need {
	n := onNew(c, "role", linkedPath+in.AWSServiceName+"/", linkedName(linkedRoles[in.AWSServiceName], in.CustomSuffix))
	setKey(&n, "iam:AWSServiceName", in.AWSServiceName)
	return n
}

// needDeletionStatus needs the role that the task's id names; the role itself
// is gone.
func needDeletionStatus(c *service.Call, in *iam.GetServiceLinkedRoleDeletionStatusInput) service.Need {
	role, _ := strings.CutPrefix(in.DeletionTaskId, taskPrefix)
	if i := strings.LastIndexByte(role, '/'); i >= 0 {
		role = role[:i]
	}
	return service.Need{Resource: iamARN(c, "role", "/", role)}
}

// CreateServiceLinkedRole makes the role of a service, with the trust policy
// and the managed policy that the service gives it.
func (s *Service) CreateServiceLinkedRole(ctx context.Context, in *iam.CreateServiceLinkedRoleInput) (*iam.CreateServiceLinkedRoleOutput, error) {
	c := service.CallOf(ctx)
	link, ok := linkedRoles[in.AWSServiceName]
	name := linkedName(link, in.CustomSuffix)
	switch {
	case !ok:
		return nil, noLinkedRole(in.AWSServiceName)
	case in.CustomSuffix != "" && !link.suffix:
		return nil, noSuffix(in.AWSServiceName)
	case len(name) > maxRoleName:
		return nil, longRoleName(name)
	}
	trust, err := linkedTrust(in.AWSServiceName)
	if err != nil {
		return nil, err
	}
	e, err := newEntity(c, arn.RolePrefix, name, linkedPath+in.AWSServiceName+"/", nil, tagsPerRole)
	if err != nil {
		return nil, err
	}
	if link.policy != "" {
		e.Attached = []directory.PolicyRef{directory.PolicyRef("aws:" + linkedPath + link.policy)}
	}
	role := &directory.Role{Entity: e, Description: in.Description, MaxSessionDuration: defaultMaxSession, Trust: trust}
	out := &iam.CreateServiceLinkedRoleOutput{Role: &iam.Role{}}
	return out, c.Update(ctx, func(tx *directory.Tx) error {
		if _, taken := tx.Role(c.Account, name); taken {
			return linkedRoleExists(name)
		}
		tx.CreateRole(role)
		*out.Role = newRole(c, &tx.Reader, role)
		return nil
	})
}

// maxRoleName is how long the name of a role may be.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
const maxRoleName = 64

// linkedTrust is the trust policy of a role that is linked to a service, as
// the example of the CLI's create-service-linked-role shows it.
func linkedTrust(principal string) (directory.PolicyText, error) {
	quoted, err := json.Marshal(principal)
	if err != nil {
		return directory.PolicyText{}, fmt.Errorf("write a trust policy: %w", err)
	}
	return directory.NewPolicyText(`{"Version":"2012-10-17","Statement":[{"Action":["sts:AssumeRole"],"Effect":"Allow","Principal":{"Service":[` +
		string(quoted) + `]}}]}`), nil
}

// mustBeChangeable refuses to change a role that AWS keeps in the account.
func mustBeChangeable(role *directory.Role) error {
	if reservedPath(role.Path) {
		return protectedRole(role.Name)
	}
	return nil
}

// taskPrefix begins the id of a deletion: the role's ARN goes on, then a UUID.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteServiceLinkedRole.html
const taskPrefix = "task/"

// DeleteServiceLinkedRole deletes a role that is linked to a service, and
// answers the task under which it did. AWS asks the service first whether
// anything still uses the role; here nothing does.
func (s *Service) DeleteServiceLinkedRole(ctx context.Context, in *iam.DeleteServiceLinkedRoleInput) (*iam.DeleteServiceLinkedRoleOutput, error) {
	c := service.CallOf(ctx)
	id, err := newUUID(c.Rand)
	if err != nil {
		return nil, err
	}
	out := &iam.DeleteServiceLinkedRoleOutput{}
	return out, c.Update(ctx, func(tx *directory.Tx) error {
		role, ok := tx.Role(c.Account, in.RoleName)
		if !ok || !strings.HasPrefix(role.Path, linkedPath) {
			return noSuchRole(in.RoleName)
		}
		out.DeletionTaskId = taskPrefix + strings.TrimPrefix(role.Path, "/") + role.Name + "/" + id
		tx.PutRoleDeletion(c.Account, &directory.RoleDeletion{Task: out.DeletionTaskId, Finished: second(c.Now)})
		tx.DeleteRole(role)
		return nil
	})
}

// GetServiceLinkedRoleDeletionStatus tells that a deletion succeeded: none
// takes any time here, and none fails.
func (s *Service) GetServiceLinkedRoleDeletionStatus(ctx context.Context, in *iam.GetServiceLinkedRoleDeletionStatusInput) (*iam.GetServiceLinkedRoleDeletionStatusOutput, error) {
	c := service.CallOf(ctx)
	if _, ok := c.View.RoleDeletion(c.Account, in.DeletionTaskId); !ok {
		return nil, noSuchDeletion(in.DeletionTaskId)
	}
	return &iam.GetServiceLinkedRoleDeletionStatusOutput{Status: "SUCCEEDED"}, nil
}
