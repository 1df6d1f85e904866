package iam

import (
	"context"
	"strings"

	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// policyUser is an entity that uses a policy, in whichever way.
type policyUser struct {
	kind string
	*directory.Entity
}

func (u policyUser) key() string { return u.kind + "/" + u.Name }

// ListEntitiesForPolicy lists the groups, roles and users that a policy is
// attached to or bounds, each once and in that order of kinds.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListEntitiesForPolicy.html
func (s *Service) ListEntitiesForPolicy(ctx context.Context, in *iam.ListEntitiesForPolicyInput) (*iam.ListEntitiesForPolicyOutput, error) {
	c := service.CallOf(ctx)
	p, err := lookUpPolicy(c, &c.View.Reader, in.PolicyArn, noSuchPolicy)
	if err != nil {
		return nil, err
	}
	found, err := pageOf(in.Marker, in.MaxItems, policyUser.key, inOrder(usersOf(c, p.ref(), in), policyUser.key))
	if err != nil {
		return nil, err
	}
	out := &iam.ListEntitiesForPolicyOutput{
		PolicyGroups: []iam.PolicyGroup{}, PolicyRoles: []iam.PolicyRole{}, PolicyUsers: []iam.PolicyUser{},
		IsTruncated: found.IsTruncated, Marker: found.Marker,
	}
	for _, u := range found.Items {
		switch u.kind {
		case "Group":
			out.PolicyGroups = append(out.PolicyGroups, iam.PolicyGroup{GroupId: u.ID, GroupName: u.Name})
		case "Role":
			out.PolicyRoles = append(out.PolicyRoles, iam.PolicyRole{RoleId: u.ID, RoleName: u.Name})
		case "User":
			out.PolicyUsers = append(out.PolicyUsers, iam.PolicyUser{UserId: u.ID, UserName: u.Name})
		}
	}
	return out, nil
}

// usersOf are the entities that use a policy as the caller's filters say.
func usersOf(c *service.Call, ref directory.PolicyRef, in *iam.ListEntitiesForPolicyInput) []policyUser {
	var users []policyUser
	seen := make(map[string]bool)
	c.View.PolicyUses(c.Account, ref, func(use directory.PolicyUse) bool {
		u := userOf(use)
		if !seen[u.ID] && wantedUse(use.How, in.PolicyUsageFilter) && wantedKind(u.kind, in.EntityFilter) &&
			strings.HasPrefix(u.Path, in.PathPrefix) {
			seen[u.ID] = true
			users = append(users, u)
		}
		return true
	})
	return users
}

func userOf(use directory.PolicyUse) policyUser {
	switch {
	case use.User != nil:
		return policyUser{"User", &use.User.Entity}
	case use.Group != nil:
		return policyUser{"Group", &use.Group.Entity}
	}
	return policyUser{"Role", &use.Role.Entity}
}

// wantedKind holds for no kind where the filter is LocalManagedPolicy or
// AWSManagedPolicy: a policy is attached to no policy.
func wantedKind(kind, filter string) bool { return filter == "" || filter == kind }

func wantedUse(how directory.Use, filter string) bool {
	switch filter {
	case "PermissionsPolicy":
		return how == directory.Attachment
	case "PermissionsBoundary":
		return how == directory.Boundary
	}
	return true
}
