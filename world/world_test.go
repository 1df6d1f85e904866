package world

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/arn"
)

// files are files by their names; those under FOLDER/ are of a folder.
type texts map[string]string

func (t texts) files() []File {
	var out []File
	for _, name := range sortedKeys(t) {
		f := File{Name: name, Text: []byte(t[name])}
		if folder, _, ok := strings.Cut(name, "/"); ok {
			f.Folder = folder
		}
		out = append(out, f)
	}
	return out
}

// open reads files and asks them.
func open(t *testing.T, files texts, o Options) *Asked {
	t.Helper()
	w, err := Read(files.files(), o)
	if err != nil {
		t.Fatal(err)
	}
	a, err := w.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	return a
}

// outcome is what a question comes to: allowed, denied, or what it waits for.
func outcome(t *testing.T, a *Asked, principal, action, resource string) string {
	t.Helper()
	answers, err := a.Why(t.Context(), rolecall.Ask{Principal: principal, Action: action, Resource: resource})
	open, unknown := errors.AsType[*UnknownError](err)
	switch {
	case unknown:
		return open.Error()
	case err != nil:
		return "error: " + err.Error()
	case answers[len(answers)-1].Allowed:
		return "allowed"
	}
	return "denied"
}

// testdata is a file of testdata.
func testdata(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func accountID(t *testing.T, digits string) arn.AccountID {
	t.Helper()
	id, err := arn.ParseAccountID(digits)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// asking are questions with what they come to: allowed, denied, an error, or a
// part of what is not known.
type asking struct{ rule, principal, action, resource, want string }

func holds(t *testing.T, a *Asked, list []asking) {
	t.Helper()
	for _, c := range list {
		if got := outcome(t, a, c.principal, c.action, c.resource); got != c.want && (len(c.want) < 8 || !strings.Contains(got, c.want)) {
			t.Errorf("%s: %s\nwant %s", c.rule, got, c.want)
		}
	}
}

const (
	one      = "arn:aws:iam::111111111111:"
	allowAll = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`
)

// trusting is a trust policy that lets an ARN in.
func trusting(who string) string {
	return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"` + who + `"},"Action":"sts:AssumeRole"}]}`
}

// exported is as much of an account's details as one role.
func exported(account, role, trust string) string {
	return `{"UserDetailList":[],"GroupDetailList":[],"Policies":[],"RoleDetailList":[{"Path":"/","RoleName":"` + role +
		`","RoleId":"AROA` + account + `AA` + strings.ToUpper(role) + `","Arn":"arn:aws:iam::` + account + `:role/` + role +
		`","CreateDate":"2024-01-01T00:00:00Z","AssumeRolePolicyDocument":` + trust +
		`,"InstanceProfileList":[],"RolePolicyList":[{"PolicyName":"all","PolicyDocument":` + allowAll + `}],"AttachedManagedPolicies":[],"Tags":[]}]}`
}

func TestSeveralAccountsAreAskedTogether(t *testing.T) {
	a := open(t, texts{
		"one.json": exported("111111111111", "ci", trusting("arn:aws:iam::111111111111:root")),
		"two.json": exported("222222222222", "deploy", trusting("arn:aws:iam::111111111111:role/ci")),
		"org.yaml": "management: \"999999999999\"\nroot:\n  units:\n  - name: prod\n    accounts: [\"222222222222\"]\n" +
			"    rcps: [guard]\n  accounts:\n  - id: \"111111111111\"\n    scps: [FullAWSAccess, no-iam]\n" +
			"scps:\n  no-iam: {Version: 2012-10-17, Statement: [{Effect: Deny, Action: 'iam:*', Resource: '*'}]}\n" +
			"rcps:\n  guard: {Version: 2012-10-17, Statement: [{Effect: Deny, Principal: '*', Action: 's3:PutObject', Resource: '*'}]}\n",
		"buckets/222222222222/buckets/b.json": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111111111111"},"Action":"s3:*","Resource":"arn:aws:s3:::b/*"}]}`,
	}, Options{})
	holds(t, a, []asking{
		{"a role of one account assumes one of the other", one + "role/ci", "sts:AssumeRole", "arn:aws:iam::222222222222:role/deploy", "allowed"},
		{"not the other way round", "arn:aws:iam::222222222222:role/deploy", "sts:AssumeRole", one + "role/ci", "denied"},
		{"an SCP of the account denies what the role's policy allows", one + "role/ci", "iam:ListUsers", "*", "denied"},
		{"which binds that account alone", "arn:aws:iam::222222222222:role/deploy", "iam:ListUsers", "*", "allowed"},
		{"a bucket's policy applies by itself", one + "role/ci", "s3:GetObject", "arn:aws:s3:::b/k", "allowed"},
		{"an RCP over the bucket's account denies", one + "role/ci", "s3:PutObject", "arn:aws:s3:::b/k", "denied"},
	})
	can, err := a.WhoCan(t.Context(), rolecall.Ask{Action: "sts:AssumeRole", Resource: "arn:aws:iam::222222222222:role/deploy"})
	if err != nil || len(can) != 1 || can[0] != one+"role/ci" {
		t.Errorf("who can: %v %v", can, err)
	}
}

func TestAFolderIsAnAccount(t *testing.T) {
	sso := "f/111111111111/roles/aws-reserved/sso.amazonaws.com/eu-central-1/AWSReservedSSO_Admin_0123456789abcdef/"
	w, err := Read(texts{
		sso + "trust.json":                          "// of Identity Center\n" + trusting(one+"root"),
		sso + "all.json":                            strings.Replace(allowAll, "}]", "},]", 1),
		sso + "settings.yaml":                       "boundary: limit\ntags: {team: web}\nmaxSessionDuration: 7200\n",
		"f/111111111111/policies/team/limit.json":   `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:*","sts:*"],"Resource":"*"}]}`,
		"f/111111111111/users/ann/settings.json":    `{"groups": ["devs"], "attached": ["AmazonS3ReadOnlyAccess"]}`,
		"f/111111111111/groups/devs/assume.json":    `{"PolicyName": "assume", "PolicyDocument": {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"}]}}`,
		"f/111111111111/roles/deploy/trust.json":    trusting(one + "user/ann"),
		"f/111111111111/queues/eu-west-1/jobs.json": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"` + one + `user/ann"},"Action":"sqs:*","Resource":"*"}]}`,
		"f/README.json.template":                    `{"Resources": {}}`,
	}.files(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	a, err := w.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	role := one + "role/aws-reserved/sso.amazonaws.com/eu-central-1/AWSReservedSSO_Admin_0123456789abcdef"
	holds(t, a, []asking{
		{"a user has what its group has", one + "user/ann", "sts:AssumeRole", one + "role/deploy", "allowed"},
		{"a policy of AWS's is attached by its name", one + "user/ann", "s3:GetObject", "arn:aws:s3:::b/k", "allowed"},
		{"a role's path is its folders, and its boundary limits it", role, "iam:ListUsers", "*", "denied"},
		{"what the boundary allows stays", role, "s3:GetObject", "arn:aws:s3:::b/k", "allowed"},
		{"a queue's policy applies by itself", one + "user/ann", "sqs:SendMessage", "arn:aws:sqs:eu-west-1:111111111111:jobs", "allowed"},
	})
	var said []string
	for _, warning := range w.Warnings() {
		said = append(said, warning.String())
	}
	for _, want := range []string{"trust.json:1: a comment", "all.json:1: a comma that nothing follows"} {
		if !strings.Contains(strings.Join(said, "\n"), want) {
			t.Errorf("no warning %q in %q", want, said)
		}
	}
}

func TestFixesNameTheFile(t *testing.T) {
	a := open(t, texts{
		"f/111111111111/users/ann/settings.json":  `{}`,
		"f/111111111111/users/ann/few.json":       `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:ListBucket","Resource":"*"}]}`,
		"f/111111111111/buckets/b.json":           `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}]}`,
		"f/111111111111/roles/deploy/trust.json":  trusting(one + "role/ci"),
		"f/222222222222/buckets/unconcerned.json": `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::unconcerned/*"}]}`,
	}, Options{})
	for _, c := range []struct{ rule, action, resource, file string }{
		{"of a bucket", "s3:GetObject", "arn:aws:s3:::b/k", "f/111111111111/buckets/b.json"},
		{"of a user's policy", "s3:GetObject", "arn:aws:s3:::b/k", "f/111111111111/users/ann/few.json"},
		{"of a role's trust policy", "sts:AssumeRole", one + "role/deploy", "f/111111111111/roles/deploy/trust.json"},
	} {
		answers, err := a.Why(t.Context(), rolecall.Ask{Principal: one + "user/ann", Action: c.action, Resource: c.resource, Fixes: true})
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, fix := range answers[len(answers)-1].Fixes {
			for _, e := range fix.Edits {
				found = found || strings.HasPrefix(e.Source, c.file)
			}
		}
		if !found {
			t.Errorf("%s: no edit names %s: %+v", c.rule, c.file, answers[len(answers)-1].Fixes)
		}
	}
}
