package moving

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"pgregory.net/rapid"
)

// TestWhatMovesOutMovesInAsItWas generates accounts in the form, moves them in
// and out, and that in and out again: both texts are the same, and the first
// says what was generated.
func TestWhatMovesOutMovesInAsItWas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		generated := (&generator{T: t}).form()
		text, err := json.Marshal(generated)
		if err != nil {
			t.Fatal(err)
		}
		first := throughAccount(t, "generated", string(text))
		if second := throughAccount(t, "exported", first); second != first {
			t.Fatalf("first\n%s\nthen\n%s", first, second)
		}
		var shown form
		if err := json.Unmarshal([]byte(first), &shown); err != nil {
			t.Fatal(err)
		}
		want, got := plain(t, generated), plain(t, shown)
		if got != want {
			t.Fatalf("generated\n%s\nexported\n%s", want, got)
		}
	})
}

// throughAccount moves an account in and out again.
func throughAccount(t *rapid.T, name, text string) string {
	d, done := emptyDirectory(t)
	defer done()
	a, err := moveIn(d, File{Name: name, Text: []byte(text)})
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	return exported(t, d, a.ID, "aws")
}

// plain is a form without what does not matter: the order of the entities and
// of their tags, AWS's policies, and counts.
func plain(t *rapid.T, f form) string {
	slices.SortFunc(f.UserDetailList, func(a, b user) int { return fold(a.UserName, b.UserName) })
	slices.SortFunc(f.GroupDetailList, func(a, b group) int { return fold(a.GroupName, b.GroupName) })
	slices.SortFunc(f.RoleDetailList, func(a, b role) int { return fold(a.RoleName, b.RoleName) })
	f.Policies = slices.DeleteFunc(f.Policies, func(p managedPolicy) bool { return ofAWS(p.ARN) })
	slices.SortFunc(f.Policies, func(a, b managedPolicy) int { return fold(a.PolicyName, b.PolicyName) })
	for i := range f.UserDetailList {
		sortTags(f.UserDetailList[i].Tags)
	}
	for i := range f.RoleDetailList {
		r := &f.RoleDetailList[i]
		sortTags(r.Tags)
		slices.SortFunc(r.InstanceProfileList, func(a, b profile) int { return strings.Compare(a.InstanceProfileID, b.InstanceProfileID) })
	}
	for i := range f.Policies {
		f.Policies[i].AttachmentCount, f.Policies[i].PermissionsBoundaryUsageCount = 0, 0
	}
	text, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func fold(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) }

func sortTags(tags []tag) {
	slices.SortFunc(tags, func(a, b tag) int { return strings.Compare(a.Key, b.Key) })
}

// generator makes up an account.
type generator struct {
	*rapid.T
	made     int
	groups   []string
	policies []attached
	people   []string // ARNs of users
}

const home = "111122223333"

func (g *generator) form() form {
	f := form{UserDetailList: []user{}, GroupDetailList: []group{}, RoleDetailList: []role{}, Policies: []managedPolicy{}}
	for range rapid.IntRange(0, 3).Draw(g.T, "policies") {
		f.Policies = append(f.Policies, g.policy())
	}
	for range rapid.IntRange(0, 3).Draw(g.T, "groups") {
		name, path, id, arn := g.naming("group", "AGPA")
		g.groups = append(g.groups, name)
		f.GroupDetailList = append(f.GroupDetailList, group{
			Path: path, GroupName: name, GroupID: id, ARN: arn, CreateDate: g.date(), GroupPolicyList: g.inline(), AttachedManagedPolicies: g.attachments(),
		})
	}
	for range rapid.IntRange(1, 4).Draw(g.T, "users") {
		name, path, id, arn := g.naming("user", "AIDA")
		g.people = append(g.people, arn)
		f.UserDetailList = append(f.UserDetailList, user{
			Path: path, UserName: name, UserID: id, ARN: arn, CreateDate: g.date(), UserPolicyList: g.inline(),
			GroupList: g.some(g.groups), AttachedManagedPolicies: g.attachments(), PermissionsBoundary: g.boundary(), Tags: g.tags(),
		})
	}
	for range rapid.IntRange(0, 4).Draw(g.T, "roles") {
		f.RoleDetailList = append(f.RoleDetailList, g.role())
	}
	return f
}

// naming is the name, path, id and ARN of something new.
func (g *generator) naming(kind, prefix string) (name, path, id, arn string) {
	g.made++
	name = rapid.StringMatching(`[A-Za-z0-9+=,.@_-]{0,12}`).Draw(g.T, "name") + fmt.Sprint(g.made)
	path = rapid.SampledFrom([]string{"/", "/a/", "/division/Sub-Unit/", "/aws-reserved/sso.amazonaws.com/us-west-2/"}).Draw(g.T, "path")
	id = prefix + rapid.StringMatching(`[A-Z2-7]{14}`).Draw(g.T, "id") + fmt.Sprintf("%03d", g.made)
	return name, path, id, "arn:aws:iam::" + home + ":" + kind + path + name
}

func (g *generator) date() date {
	return date{time.Unix(rapid.Int64Range(1_100_000_000, 2_000_000_000).Draw(g.T, "date"), 0).UTC()}
}

func (g *generator) document() document {
	return document{rapid.SampledFrom([]string{
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}`,
		`{"Statement":{"Effect":"Deny","NotAction":["iam:*"],"Resource":["arn:aws:s3:::é/${aws:username}/*"],"Condition":{"Bool":{"aws:SecureTransport":false}}}}`,
		`{"Version":"2008-10-17","Id":"x","Statement":[{"Sid":"1","Effect":"Allow","Action":["a:b"],"Resource":"*","Condition":{"NumericLessThan":{"aws:MultiFactorAuthAge":3600.50}}}]}`,
	}).Draw(g.T, "document")}
}

func (g *generator) policy() managedPolicy {
	name, path, id, arn := g.naming("policy", "ANPA")
	p := managedPolicy{PolicyName: name, Path: path, PolicyID: id, ARN: arn, IsAttachable: true, CreateDate: g.date(), UpdateDate: g.date()}
	if rapid.Bool().Draw(g.T, "described") {
		p.Description = new(rapid.String().Draw(g.T, "description"))
	}
	numbers := rapid.SliceOfNDistinct(rapid.IntRange(1, 30), 1, 5, rapid.ID).Draw(g.T, "versions")
	slices.Sort(numbers)
	chosen := rapid.SampledFrom(numbers).Draw(g.T, "default")
	p.DefaultVersionID = fmt.Sprintf("v%d", chosen)
	for _, n := range slices.Backward(numbers) {
		p.PolicyVersionList = append(p.PolicyVersionList, version{g.document(), fmt.Sprintf("v%d", n), n == chosen, g.date()})
	}
	g.policies = append(g.policies, attached{name, arn})
	return p
}

func (g *generator) inline() []inline {
	list := []inline{}
	for i := range rapid.IntRange(0, 2).Draw(g.T, "inline") {
		list = append(list, inline{fmt.Sprintf("inline-%d", i), g.document()})
	}
	return list
}

func (g *generator) attachable() []attached {
	return append(slices.Clone(g.policies),
		attached{"IAMUserChangePassword", "arn:aws:iam::aws:policy/IAMUserChangePassword"},
		attached{"AWSLambdaBasicExecutionRole", "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"})
}

func (g *generator) attachments() []attached {
	all := g.attachable()
	list := []attached{}
	for _, i := range rapid.SliceOfNDistinct(rapid.IntRange(0, len(all)-1), 0, 3, rapid.ID).Draw(g.T, "attached") {
		list = append(list, all[i])
	}
	return list
}

func (g *generator) boundary() *boundary {
	if !rapid.Bool().Draw(g.T, "bounded") {
		return nil
	}
	return &boundary{"Policy", rapid.SampledFrom(g.attachable()).Draw(g.T, "boundary").PolicyARN}
}

func (g *generator) some(of []string) []string {
	list := []string{}
	if len(of) == 0 {
		return list
	}
	return append(list, rapid.SliceOfNDistinct(rapid.SampledFrom(of), 0, len(of), rapid.ID).Draw(g.T, "some")...)
}

func (g *generator) tags() []tag {
	list := []tag{}
	for i := range rapid.IntRange(0, 3).Draw(g.T, "tags") {
		list = append(list, tag{fmt.Sprintf("%s%d", rapid.StringMatching(`[A-Za-zä:/]{0,4}`).Draw(g.T, "key"), i), rapid.StringMatching(`[a-z é<>&"]{0,8}`).Draw(g.T, "value")})
	}
	return list
}

func (g *generator) role() role {
	name, path, id, arn := g.naming("role", "AROA")
	principals := append(slices.Clone(g.people), "arn:aws:iam::999988887777:role/else/where", "arn:aws:iam::"+home+":root", "444455556666",
		"AIDAGONEGONEGONEGONE2", "*", arn, "arn:aws:sts::"+home+":assumed-role/"+name+"/session", "arn:aws:sts::"+home+":federated-user/f")
	trusted, _ := json.Marshal(rapid.SliceOfNDistinct(rapid.SampledFrom(principals), 1, 4, rapid.ID).Draw(g.T, "trusted"))
	r := role{
		Path: path, RoleName: name, RoleID: id, ARN: arn, CreateDate: g.date(), RolePolicyList: g.inline(),
		AssumeRolePolicyDocument: document{`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":` + string(trusted) + `,"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}`},
		InstanceProfileList:      []profile{}, AttachedManagedPolicies: g.attachments(), PermissionsBoundary: g.boundary(), Tags: g.tags(),
	}
	brief := briefRole{r.Path, r.RoleName, r.RoleID, r.ARN, r.CreateDate, r.AssumeRolePolicyDocument}
	for range rapid.IntRange(0, 2).Draw(g.T, "profiles") {
		name, path, id, arn := g.naming("instance-profile", "AIPA")
		r.InstanceProfileList = append(r.InstanceProfileList, profile{Path: path, InstanceProfileName: name, InstanceProfileID: id, ARN: arn, CreateDate: g.date(), Roles: []briefRole{brief}})
	}
	if rapid.Bool().Draw(g.T, "used") {
		r.RoleLastUsed = lastUsed{g.date(), "eu-west-1"}
	}
	g.people = append(g.people, arn)
	return r
}
