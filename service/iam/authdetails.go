package iam

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

func (s *Service) overviewOperations() []service.Operation {
	return []service.Operation{
		service.Bind(iam.GetAccountAuthorizationDetails, service.Always, s.GetAccountAuthorizationDetails),
		service.Bind(iam.GetAccountSummary, service.Always, s.GetAccountSummary),
	}
}

// detail is one entity of GetAccountAuthorizationDetails: where it stands
// among all of them, and how it goes into an answer.
type detail struct {
	key string
	add func(*iam.GetAccountAuthorizationDetailsOutput)
}

// GetAccountAuthorizationDetails shows users, groups, roles and policies with
// everything that permits something, in this order and a page of them at a
// time. Of AWS's policies it shows those that the account uses.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
func (s *Service) GetAccountAuthorizationDetails(ctx context.Context, in *iam.GetAccountAuthorizationDetailsInput) (*iam.GetAccountAuthorizationDetailsOutput, error) {
	c := service.CallOf(ctx)
	found, err := pageOf(in.Marker, in.MaxItems, func(d detail) string { return d.key }, details(c, in.Filter))
	if err != nil {
		return nil, err
	}
	out := &iam.GetAccountAuthorizationDetailsOutput{
		UserDetailList: []iam.UserDetail{}, GroupDetailList: []iam.GroupDetail{}, RoleDetailList: []iam.RoleDetail{},
		Policies: []iam.ManagedPolicyDetail{}, IsTruncated: found.IsTruncated, Marker: found.Marker,
	}
	for _, d := range found.Items {
		d.add(out)
	}
	return out, nil
}

// details walks the entities of the kinds that the filter names, or of all.
func details(c *service.Call, filter []string) walk[detail] {
	kinds := []struct {
		name string
		walk walk[detail]
	}{
		{"User", userDetails(c)},
		{"Group", groupDetails(c)},
		{"Role", roleDetails(c)},
		{"LocalManagedPolicy", localDetails(c)},
		{"AWSManagedPolicy", awsDetails(c)},
	}
	return func(after string, yield func(detail) bool) {
		kind, name, resumed := strings.Cut(after, "/")
		more := true
		for _, k := range kinds {
			if resumed && k.name != kind || len(filter) > 0 && !slices.Contains(filter, k.name) {
				continue
			}
			k.walk(name, func(d detail) bool {
				d.key = k.name + "/" + d.key
				more = yield(d)
				return more
			})
			if !more {
				return
			}
			resumed, name = false, ""
		}
	}
}

func userDetails(c *service.Call) walk[detail] {
	return func(after string, yield func(detail) bool) {
		c.View.Users(c.Account, after, func(u *directory.User) bool {
			return yield(detail{u.Name, func(out *iam.GetAccountAuthorizationDetailsOutput) {
				out.UserDetailList = append(out.UserDetailList, userDetail(c, u))
			}})
		})
	}
}

// userDetail has no list of inline policies where there is none, unlike a
// group's and a role's (recorded: no_filter).
func userDetail(c *service.Call, u *directory.User) iam.UserDetail {
	d := iam.UserDetail{
		Arn: u.ARN(c.Partition), UserId: u.ID, UserName: u.Name, Path: u.Path, CreateDate: u.Created,
		AttachedManagedPolicies: attachedPolicies(c, &c.View.Reader, &u.Entity, ""),
		GroupList:               []string{},
		PermissionsBoundary:     wireBoundary(c, &c.View.Reader, &u.Entity),
		Tags:                    sortedTags(u.Tags),
	}
	for _, id := range u.Groups {
		if g, ok := c.View.GroupByID(c.Account, id); ok {
			d.GroupList = append(d.GroupList, g.Name)
		}
	}
	if len(u.Inline) > 0 {
		d.UserPolicyList = inlineDetails(&u.Entity)
	}
	return d
}

func groupDetails(c *service.Call) walk[detail] {
	return func(after string, yield func(detail) bool) {
		c.View.Groups(c.Account, after, func(g *directory.Group) bool {
			return yield(detail{g.Name, func(out *iam.GetAccountAuthorizationDetailsOutput) {
				out.GroupDetailList = append(out.GroupDetailList, iam.GroupDetail{
					Arn: g.ARN(c.Partition), GroupId: g.ID, GroupName: g.Name, Path: g.Path, CreateDate: g.Created,
					AttachedManagedPolicies: attachedPolicies(c, &c.View.Reader, &g.Entity, ""),
					GroupPolicyList:         inlineDetails(&g.Entity),
				})
			}})
		})
	}
}

func roleDetails(c *service.Call) walk[detail] {
	return func(after string, yield func(detail) bool) {
		c.View.Roles(c.Account, after, func(role *directory.Role) bool {
			return yield(detail{role.Name, func(out *iam.GetAccountAuthorizationDetailsOutput) {
				out.RoleDetailList = append(out.RoleDetailList, iam.RoleDetail{
					Arn: role.ARN(c.Partition), RoleId: role.ID, RoleName: role.Name, Path: role.Path, CreateDate: role.Created,
					AssumeRolePolicyDocument: escape(c.View.ShownTrust(role, c.Partition)),
					AttachedManagedPolicies:  attachedPolicies(c, &c.View.Reader, &role.Entity, ""),
					InstanceProfileList:      wireProfiles(c, role),
					PermissionsBoundary:      wireBoundary(c, &c.View.Reader, &role.Entity),
					RoleLastUsed:             roleLastUsed(c, role),
					RolePolicyList:           inlineDetails(&role.Entity),
					Tags:                     sortedTags(role.Tags),
				})
			}})
		})
	}
}

func inlineDetails(e *directory.Entity) []iam.PolicyDetail {
	list := make([]iam.PolicyDetail, 0, len(e.Inline))
	for _, p := range e.Inline {
		list = append(list, iam.PolicyDetail{PolicyName: p.Name, PolicyDocument: escape(p.Document.String())})
	}
	return list
}

func localDetails(c *service.Call) walk[detail] {
	return func(after string, yield func(detail) bool) {
		c.View.Policies(c.Account, after, func(p *directory.Policy) bool {
			return yield(policyDetail(c, p.Name, ownPolicy{p}))
		})
	}
}

// awsDetails walks those of AWS's policies that the account uses, by name.
func awsDetails(c *service.Call) walk[detail] {
	return func(after string, yield func(detail) bool) {
		var used []detail
		for _, how := range [...]directory.Use{directory.Attachment, directory.Boundary} {
			for ref := range c.View.PolicyCounts(c.Account, how) {
				if p, ok := byRef(c, &c.View.Reader, ref); ok {
					if p, ok := p.(awsPolicy); ok {
						used = append(used, policyDetail(c, p.Name, p))
					}
				}
			}
		}
		byKey := func(a, b detail) int { return cmp.Compare(a.key, b.key) }
		slices.SortFunc(used, byKey)
		used = slices.CompactFunc(used, func(a, b detail) bool { return a.key == b.key })
		for _, d := range used {
			if d.key > after && !yield(d) {
				return
			}
		}
	}
}

// policyDetail has the documents of all versions, as many as AWS has made of
// one of its own (joshlarsen/aws-recon#113).
func policyDetail(c *service.Call, key string, p managedPolicy) detail {
	return detail{key, func(out *iam.GetAccountAuthorizationDetailsOutput) {
		w := wireManaged(c, p, usesOf(c, &c.View.Reader))
		versions := p.versions()
		for i := range versions {
			document, _ := p.document(&c.View.Reader, *versions[i].VersionId)
			versions[i].Document = escape(document)
		}
		out.Policies = append(out.Policies, iam.ManagedPolicyDetail{
			Arn: w.Arn, PolicyId: w.PolicyId, PolicyName: w.PolicyName, Path: w.Path, Description: p.description(),
			AttachmentCount: w.AttachmentCount, PermissionsBoundaryUsageCount: w.PermissionsBoundaryUsageCount,
			CreateDate: w.CreateDate, UpdateDate: w.UpdateDate, DefaultVersionId: w.DefaultVersionId,
			IsAttachable: w.IsAttachable, PolicyVersionList: versions,
		})
	}}
}
