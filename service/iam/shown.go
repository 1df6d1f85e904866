package iam

import (
	"net/url"
	"strings"
	"time"

	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// What is stored as the API shows it.

// wireUser is a user with everything that GetUser shows.
func wireUser(c *service.Call, r *directory.Reader, u *directory.User) iam.User {
	w := briefUser(c, u)
	w.PermissionsBoundary = wireBoundary(c, r, &u.Entity)
	w.Tags = wireTags(u.Tags)
	return w
}

// briefUser is a user as lists show it: without boundary and tags.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUsers.html
func briefUser(c *service.Call, u *directory.User) iam.User {
	return iam.User{
		Arn: u.ARN(c.Partition), CreateDate: u.Created, Path: u.Path, UserId: u.ID, UserName: u.Name,
	}
}

func wireGroup(c *service.Call, g *directory.Group) iam.Group {
	return iam.Group{
		Arn: g.ARN(c.Partition), CreateDate: g.Created, Path: g.Path, GroupId: g.ID, GroupName: g.Name,
	}
}

// newRole is a role as CreateRole answers it: without description and longest
// session, even where the request sets them.
//
// Source: recorded answers of AWS in localstack/localstack,
// tests/aws/services/iam/test_iam_roles.snapshot.json, create-role-0.
func newRole(c *service.Call, r *directory.Reader, role *directory.Role) iam.Role {
	w := briefRole(c, r, role)
	w.Description, w.MaxSessionDuration = nil, 0
	w.PermissionsBoundary = wireBoundary(c, r, &role.Entity)
	w.Tags = wireTags(role.Tags)
	return w
}

// wireRole is a role with everything that GetRole shows.
func wireRole(c *service.Call, r *directory.Reader, role *directory.Role) iam.Role {
	w := briefRole(c, r, role)
	w.PermissionsBoundary = wireBoundary(c, r, &role.Entity)
	w.RoleLastUsed = roleLastUsed(c, role)
	w.Tags = wireTags(role.Tags)
	return w
}

// trackingPeriod is how far back AWS tells what was used.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_RoleLastUsed.html
const trackingPeriod = 400 * 24 * time.Hour

// roleLastUsed is when and where a session of the role last called any service:
// an empty element where that was not within the tracking period.
func roleLastUsed(c *service.Call, role *directory.Role) *iam.RoleLastUsed {
	last, ok := c.Activity(role.Account, role.ID).Last()
	if !ok || c.Now.Sub(last.Time) > trackingPeriod {
		return &iam.RoleLastUsed{}
	}
	return &iam.RoleLastUsed{LastUsedDate: last.Time, Region: new(last.Region)}
}

// briefRole is a role as lists show it: without boundary, last use and tags.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html
func briefRole(c *service.Call, r *directory.Reader, role *directory.Role) iam.Role {
	return iam.Role{
		Arn: role.ARN(c.Partition), CreateDate: role.Created, Path: role.Path,
		RoleId: role.ID, RoleName: role.Name,
		AssumeRolePolicyDocument: escape(r.ShownTrust(role, c.Partition)),
		Description:              role.Description,
		MaxSessionDuration:       role.MaxSessionDuration,
	}
}

// wireBoundary is the permissions boundary of a user or role, nil for none.
func wireBoundary(c *service.Call, r *directory.Reader, e *directory.Entity) *iam.AttachedPermissionsBoundary {
	if e.Boundary == "" {
		return nil
	}
	return &iam.AttachedPermissionsBoundary{
		PermissionsBoundaryArn:  refARN(c, r, e.Boundary),
		PermissionsBoundaryType: "Policy",
	}
}

// refARN is the ARN of a managed policy that something refers to.
func refARN(c *service.Call, r *directory.Reader, ref directory.PolicyRef) string {
	if name, ok := ref.AWSManaged(c.Partition); ok {
		return name
	}
	p, ok := r.PolicyByID(c.Account, string(ref))
	if !ok {
		return ""
	}
	return p.ARN(c.Partition)
}

// wireTags are an entity's tags in the order in which they came; nil for none,
// so that the element is left out as AWS leaves it out.
func wireTags(tags []directory.Tag) []iam.Tag {
	var w []iam.Tag
	for _, t := range tags {
		w = append(w, iam.Tag{Key: t.Key, Value: t.Value})
	}
	return w
}

func storedTags(tags []iam.Tag) []directory.Tag {
	stored := make([]directory.Tag, 0, len(tags))
	for _, t := range tags {
		stored = append(stored, directory.Tag{Key: t.Key, Value: t.Value})
	}
	return stored
}

// escape is a policy document as IAM answers it: percent-encoded as RFC 3986
// says, a blank as %20.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html
func escape(document string) string {
	return strings.ReplaceAll(url.QueryEscape(document), "+", "%20")
}
