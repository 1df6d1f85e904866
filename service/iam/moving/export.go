package moving

import (
	"cmp"
	"fmt"
	"io"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/policy/managed"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// exporter shows an account in the form.
type exporter struct {
	*directory.Reader
	account   arn.AccountID
	partition string
}

// Export writes everything of an account as the aws CLI prints it, with ARNs of
// a partition. The same account is always the same text. The caller asks the
// reader for its error before it believes what was written.
func Export(out io.Writer, r *directory.Reader, account arn.AccountID, partition string) error {
	e := exporter{r, account, partition}
	f := form{UserDetailList: []user{}, GroupDetailList: []group{}, RoleDetailList: []role{}, Policies: []managedPolicy{}}
	r.Users(account, "", func(u *directory.User) bool {
		f.UserDetailList = append(f.UserDetailList, e.user(u))
		return true
	})
	r.Groups(account, "", func(g *directory.Group) bool {
		f.GroupDetailList = append(f.GroupDetailList, e.group(g))
		return true
	})
	r.Roles(account, "", func(role *directory.Role) bool {
		f.RoleDetailList = append(f.RoleDetailList, e.role(role))
		return true
	})
	f.Policies = e.policies()
	if err := json.MarshalWrite(out, f, jsontext.WithIndent("    ")); err != nil {
		return fmt.Errorf("write the account's details: %w", err)
	}
	_, err := io.WriteString(out, "\n")
	return err
}

func (e exporter) user(u *directory.User) user {
	out := user{
		Path: u.Path, UserName: u.Name, UserID: u.ID, ARN: u.ARN(e.partition), CreateDate: date{u.Created},
		UserPolicyList: e.inline(&u.Entity), GroupList: []string{}, AttachedManagedPolicies: e.attached(&u.Entity),
		PermissionsBoundary: e.boundary(&u.Entity), Tags: shownTags(u.Tags),
	}
	e.GroupsOf(u, func(g *directory.Group) bool {
		out.GroupList = append(out.GroupList, g.Name)
		return true
	})
	return out
}

func (e exporter) group(g *directory.Group) group {
	return group{
		Path: g.Path, GroupName: g.Name, GroupID: g.ID, ARN: g.ARN(e.partition), CreateDate: date{g.Created},
		GroupPolicyList: e.inline(&g.Entity), AttachedManagedPolicies: e.attached(&g.Entity),
	}
}

func (e exporter) role(r *directory.Role) role {
	out := role{
		Path: r.Path, RoleName: r.Name, RoleID: r.ID, ARN: r.ARN(e.partition), CreateDate: date{r.Created},
		AssumeRolePolicyDocument: document{e.ShownTrust(r, e.partition)},
		InstanceProfileList:      []profile{}, RolePolicyList: e.inline(&r.Entity), AttachedManagedPolicies: e.attached(&r.Entity),
		PermissionsBoundary: e.boundary(&r.Entity), Tags: shownTags(r.Tags),
	}
	brief := briefRole{out.Path, out.RoleName, out.RoleID, out.ARN, out.CreateDate, out.AssumeRolePolicyDocument}
	e.InstanceProfilesOf(r, func(p *directory.InstanceProfile) bool {
		out.InstanceProfileList = append(out.InstanceProfileList, profile{
			Path: p.Path, InstanceProfileName: p.Name, InstanceProfileID: p.ID, ARN: p.ARN(e.partition),
			CreateDate: date{p.Created}, Roles: []briefRole{brief}, Tags: shownTags(p.Tags),
		})
		return true
	})
	if used, ok := e.Activity(e.account, r.ID); ok {
		if last, ok := used.Last(); ok {
			out.RoleLastUsed = lastUsed{date{last.Time}, last.Region}
		}
	}
	return out
}

// inline are the policies that live in an entity. A user without is shown
// without the list.
func (e exporter) inline(of *directory.Entity) []inline {
	list := make([]inline, 0, len(of.Inline))
	for _, p := range of.Inline {
		list = append(list, inline{p.Name, document{p.Document.String()}})
	}
	return list
}

func (e exporter) attached(of *directory.Entity) []attached {
	list := make([]attached, 0, len(of.Attached))
	for _, ref := range of.Attached {
		name, text := e.policyName(ref)
		list = append(list, attached{name, text})
	}
	return list
}

func (e exporter) boundary(of *directory.Entity) *boundary {
	if of.Boundary == "" {
		return nil
	}
	_, text := e.policyName(of.Boundary)
	return &boundary{"Policy", text}
}

// policyName is the name and the ARN of a managed policy.
func (e exporter) policyName(ref directory.PolicyRef) (name, text string) {
	if text, ok := ref.AWSManaged(e.partition); ok {
		p, _ := managed.Lookup(text)
		return p.Name, text
	}
	p, ok := e.PolicyByID(e.account, string(ref))
	if !ok {
		return "", ""
	}
	return p.Name, p.ARN(e.partition)
}

// policies are the account's own, and then those of AWS that it uses.
func (e exporter) policies() []managedPolicy {
	attachments := e.PolicyCounts(e.account, directory.Attachment)
	boundaries := e.PolicyCounts(e.account, directory.Boundary)
	list := []managedPolicy{}
	e.Policies(e.account, "", func(p *directory.Policy) bool {
		ref := directory.PolicyRef(p.ID)
		out := managedPolicy{
			PolicyName: p.Name, PolicyID: p.ID, ARN: p.ARN(e.partition), Path: p.Path, DefaultVersionID: p.Default,
			AttachmentCount: attachments[ref], PermissionsBoundaryUsageCount: boundaries[ref], IsAttachable: true,
			Description: p.Description, CreateDate: date{p.Created}, UpdateDate: date{p.Updated},
		}
		for _, v := range slices.Backward(p.Versions) {
			text, _ := e.PolicyText(p, v.ID)
			out.PolicyVersionList = append(out.PolicyVersionList, version{document{text.String()}, v.ID, v.ID == p.Default, date{v.Created}})
		}
		list = append(list, out)
		return true
	})
	own := len(list)
	for ref := range attachments {
		list = e.addOfAWS(list, ref, attachments, boundaries)
	}
	for ref := range boundaries {
		if attachments[ref] == 0 {
			list = e.addOfAWS(list, ref, attachments, boundaries)
		}
	}
	slices.SortFunc(list[own:], func(a, b managedPolicy) int { return cmp.Compare(a.ARN, b.ARN) })
	return list
}

func (e exporter) addOfAWS(list []managedPolicy, ref directory.PolicyRef, attachments, boundaries map[directory.PolicyRef]int) []managedPolicy {
	text, ok := ref.AWSManaged(e.partition)
	if !ok {
		return list
	}
	p, ok := managed.Lookup(text)
	if !ok {
		return list
	}
	out := managedPolicy{
		PolicyName: p.Name, PolicyID: p.ID, ARN: text, Path: p.Path, DefaultVersionID: p.Default().ID,
		AttachmentCount: attachments[ref], PermissionsBoundaryUsageCount: boundaries[ref], IsAttachable: p.Attachable,
		CreateDate: date{p.Created}, UpdateDate: date{p.Updated},
	}
	for v := range p.Versions() {
		out.PolicyVersionList = append(out.PolicyVersionList, version{document{v.Document()}, v.ID, v.Default, date{v.Created}})
	}
	return append(list, out)
}

// shownTags are in the order of their keys.
func shownTags(tags []directory.Tag) []tag {
	shown := make([]tag, 0, len(tags))
	for _, t := range tags {
		shown = append(shown, tag{t.Key, t.Value})
	}
	slices.SortFunc(shown, func(a, b tag) int { return cmp.Compare(a.Key, b.Key) })
	return shown
}
