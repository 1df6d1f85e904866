package world

import (
	"strings"
	"testing"
)

// said are the warnings of some files, a line each.
func said(t *testing.T, files texts, o Options) string {
	t.Helper()
	w, err := Read(files.files(), o)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, warning := range w.Warnings() {
		lines = append(lines, warning.String())
	}
	return strings.Join(lines, "\n")
}

// allowing is a policy that allows an action.
func allowing(action string) string {
	return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"` + action + `","Resource":"*"}]}`
}

// accountOf is an account's details: the role ci with the attached policy p, its
// own policy own and a boundary, the user ann in the group devs.
const accountOf = `{
 "UserDetailList": [{"Path":"/","UserName":"ann","UserId":"AIDAABCDEFGHIJKLMNOPQ","Arn":"arn:aws:iam::111111111111:user/ann","CreateDate":"2024-01-01T00:00:00Z",
  "UserPolicyList":[],"GroupList":["devs"],"AttachedManagedPolicies":[],"Tags":[]}],
 "GroupDetailList": [{"Path":"/","GroupName":"devs","GroupId":"AGPAABCDEFGHIJKLMNOPQ","Arn":"arn:aws:iam::111111111111:group/devs","CreateDate":"2024-01-01T00:00:00Z",
  "GroupPolicyList":[],"AttachedManagedPolicies":[]}],
 "RoleDetailList": [
  {"Path":"/","RoleName":"other","RoleId":"AROAABCDEFGHIJKLMOTHER","Arn":"arn:aws:iam::111111111111:role/other","CreateDate":"2024-01-01T00:00:00Z",
  "AssumeRolePolicyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:user/ann"},"Action":"sts:AssumeRole"}]},
  "InstanceProfileList":[],"RolePolicyList":[],"AttachedManagedPolicies":[],"Tags":[]},
  {"Path":"/","RoleName":"ci","RoleId":"AROAABCDEFGHIJKLMNOPQ","Arn":"arn:aws:iam::111111111111:role/ci","CreateDate":"2024-01-01T00:00:00Z",
  "AssumeRolePolicyDocument":"%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Principal%22%3A%7B%22AWS%22%3A%22arn%3Aaws%3Aiam%3A%3A111111111111%3Auser%2Fann%22%7D%2C%22Action%22%3A%22sts%3AAssumeRole%22%7D%5D%7D",
  "InstanceProfileList":[],"RolePolicyList":[{"PolicyName":"own","PolicyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}}],
  "AttachedManagedPolicies":[{"PolicyName":"p","PolicyArn":"arn:aws:iam::111111111111:policy/p"}],"Tags":[]}],
 "Policies": [{"PolicyName":"p","PolicyId":"ANPAABCDEFGHIJKLMNOPQ","Arn":"arn:aws:iam::111111111111:policy/p","Path":"/","DefaultVersionId":"v1","AttachmentCount":1,"IsAttachable":true,
  "CreateDate":"2024-01-01T00:00:00Z","UpdateDate":"2024-01-01T00:00:00Z","PolicyVersionList":[{"Document":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:*","Resource":"*"}]},
  "VersionId":"v1","IsDefaultVersion":true,"CreateDate":"2024-01-01T00:00:00Z"}]}]
}`

// deleting is a plan that deletes one resource, or with more actions does more.
func deleting(address, before string, actions string) string {
	kind, name, _ := strings.Cut(address, ".")
	return `{"format_version":"1.2","terraform_version":"1.11.4","planned_values":{"root_module":{}},"resource_changes":[{"address":"` + address +
		`","type":"` + kind + `","name":"` + name + `","change":{"actions":[` + actions + `],"before":` + before + `,"after":null,"after_unknown":{}}}]}`
}

// What a plan manages is the newer: Terraform's plan is of what will be, an
// account's details are of what is.
func TestAPlanComesOverAnAccountsDetails(t *testing.T) {
	ci, bob := one+"role/ci", one+"user/bob"
	role := func(more string) string {
		return `{"name":"ci","assume_role_policy":` + quoted(trusting(bob)) + more + `}`
	}
	attach := func(policy string) string { return `{"role":"ci","policy_arn":"` + policy + `"}` }
	const s3, sqs, ec2 = "s3:GetObject", "sqs:SendMessage", "ec2:RunInstances"
	for _, c := range []struct {
		rule, plan string
		asks       []asking
		note       string
	}{
		{"a policy is attached to a role that only the details have", planOf("", "aws_iam_role_policy_attachment.x", attach("arn:aws:iam::aws:policy/AmazonEC2FullAccess"), `{}`),
			[]asking{{"", ci, ec2, "*", "allowed"}, {"", ci, s3, "arn:aws:s3:::b/k", "allowed"}, {"", ci, sqs, "*", "allowed"}, {"", one + "user/ann", "sts:AssumeRole", ci, "allowed"}}, ""},
		{"a policy that no file has leaves it open", planOf("", "aws_iam_role_policy_attachment.x", attach(one+"policy/gone"), `{}`),
			[]asking{{"", ci, ec2, "*", "the policy " + one + "policy/gone is in none of the files"}}, ""},
		{"an inline policy more", planOf("", "aws_iam_role_policy.x", `{"role":"ci","name":"new","policy":`+quoted(allowing("ec2:*"))+`}`, `{}`),
			[]asking{{"", ci, ec2, "*", "allowed"}, {"", ci, s3, "arn:aws:s3:::b/k", "allowed"}}, ""},
		{"an inline policy of a name that is there", planOf("", "aws_iam_role_policy.x", `{"role":"ci","name":"own","policy":`+quoted(allowing("ec2:*"))+`}`, `{}`),
			[]asking{{"", ci, ec2, "*", "allowed"}, {"", ci, s3, "arn:aws:s3:::b/k", "denied"}},
			"p.json: aws_iam_role_policy.x: this replaces what a.json: RoleDetailList[1] says of the role ci: its policy own"},
		{"an inline policy that is not known", planOf("", "aws_iam_role_policy.x", `{"role":"ci","name":"own"}`, `{"policy":true}`),
			[]asking{{"", ci, ec2, "*", "aws_iam_role_policy.x.policy is known after apply"}}, "its policy own"},
		{"the role itself: its trust policy is replaced, what is attached adds up", planOf("", "aws_iam_role.x", role(""), `{"arn":true}`),
			[]asking{{"", ci, s3, "arn:aws:s3:::b/k", "allowed"}, {"", ci, sqs, "*", "allowed"}, {"", one + "user/ann", "sts:AssumeRole", ci, "denied"}},
			"p.json: aws_iam_role.x: this replaces what a.json: RoleDetailList[1] says of the role ci: its trust policy"},
		{"a role with all its policies in the plan", planOf(`{"address":"aws_iam_role.x","expressions":{"inline_policy":[{}],"managed_policy_arns":{}}}`,
			"aws_iam_role.x", role(`,"inline_policy":[{"name":"only","policy":`+quoted(allowing("ec2:*"))+`}]`), `{"arn":true}`),
			[]asking{{"", ci, s3, "arn:aws:s3:::b/k", "denied"}, {"", ci, sqs, "*", "denied"}, {"", ci, ec2, "*", "allowed"}},
			"its trust policy, its policy own, the attached arn:aws:iam::111111111111:policy/p"},
		{"a managed policy", planOf("", "aws_iam_policy.x", `{"name":"p","policy":`+quoted(allowing("ec2:*"))+`}`, `{"arn":true}`),
			[]asking{{"", ci, sqs, "*", "denied"}, {"", ci, ec2, "*", "allowed"}}, "p.json: aws_iam_policy.x: this replaces what a.json: Policies[0] says of the policy p"},
		{"a group gets a policy, which its users have", planOf("", "aws_iam_group_policy.x", `{"group":"devs","name":"x","policy":`+quoted(allowing("ec2:*"))+`}`, `{}`),
			[]asking{{"", one + "user/ann", ec2, "*", "allowed"}}, ""},
		{"what a plan deletes is gone: a policy", deleting("aws_iam_role_policy.x", `{"role":"ci","name":"own"}`, `"delete"`),
			[]asking{{"", ci, s3, "arn:aws:s3:::b/k", "denied"}, {"", ci, sqs, "*", "allowed"}}, "aws_iam_role_policy.x: this takes from the role ci of a.json: RoleDetailList[1]: its policy own"},
		{"an attachment", deleting("aws_iam_role_policy_attachment.x", attach(one+"policy/p"), `"delete"`),
			[]asking{{"", ci, s3, "arn:aws:s3:::b/k", "allowed"}, {"", ci, sqs, "*", "denied"}}, "this takes from the role ci"},
		{"a role", deleting("aws_iam_role.x", `{"name":"ci"}`, `"delete"`), []asking{{"", ci, s3, "arn:aws:s3:::b/k", "error: there is no role"}}, "this deletes the role ci of a.json: RoleDetailList[1]"},
		{"what a plan only forgets stays", deleting("aws_iam_role.x", `{"name":"ci"}`, `"forget"`), []asking{{"", ci, s3, "arn:aws:s3:::b/k", "allowed"}}, ""},
	} {
		files := texts{"a.json": accountOf, "p.json": c.plan}
		a := open(t, files, Options{})
		for i := range c.asks {
			c.asks[i].rule = c.rule
		}
		holds(t, a, c.asks)
		notes := said(t, files, Options{})
		if !strings.Contains(notes, c.note) || c.note == "" && strings.Contains(notes, "replaces") {
			t.Errorf("%s: said\n%s\nwant %s", c.rule, notes, c.note)
		}
		if !strings.Contains(notes, "p.json: nothing tells its account: it is taken to be 111111111111") {
			t.Errorf("%s: said\n%s", c.rule, notes)
		}
	}
}

func TestATemplateComesOverAFolder(t *testing.T) {
	files := texts{
		"f/111111111111/roles/ci/trust.json":   trusting(one + "user/ann"),
		"f/111111111111/roles/ci/own.json":     allowing("s3:*"),
		"f/111111111111/users/ann/assume.json": allowing("sts:*"),
		"f/111111111111/users/bob/assume.json": allowing("sts:*"),
		"f/111111111111/policies/p.json":       allowing("sqs:*"),
		"f/111111111111/buckets/b.json":        strings.Replace(allowing("s3:*"), `"Action"`, `"Principal":"*","Action"`, 1),
		"t.yaml": "Resources:\n  R: {Type: AWS::IAM::Role, Properties: {RoleName: CI, AssumeRolePolicyDocument: " + trusting(one+"user/bob") + "}}\n" +
			"  P: {Type: AWS::IAM::ManagedPolicy, Properties: {ManagedPolicyName: p, Roles: [ci], PolicyDocument: " + allowing("ec2:*") + "}}\n" +
			"  Q: {Type: AWS::IAM::Policy, Properties: {PolicyName: assume, Users: [bob], PolicyDocument: " + allowing("logs:*") + "}}\n" +
			"  B: {Type: AWS::S3::BucketPolicy, Properties: {Bucket: b, PolicyDocument: " + strings.Replace(allowing("s3:Put*"), `"Action"`, `"Principal":"*","Action"`, 1) + "}}\n",
	}
	a := open(t, files, Options{})
	holds(t, a, []asking{
		{"the template's trust policy", one + "user/bob", "sts:GetCallerIdentity", "*", "allowed"},
		{"and not the folder's", one + "user/ann", "sts:AssumeRole", one + "role/CI", "denied"},
		{"the folder's policy stays", one + "role/CI", "s3:ListAllMyBuckets", "*", "allowed"},
		{"the template's managed policy is the newer, attached", one + "role/CI", "ec2:RunInstances", "*", "allowed"},
		{"the older says nothing", one + "role/CI", "sqs:SendMessage", "*", "denied"},
		{"an inline policy in the place of a folder's", one + "user/bob", "logs:PutLogEvents", "*", "allowed"},
		{"a bucket's policy in the place of a folder's", one + "user/bob", "s3:GetObject", "arn:aws:s3:::b/k", "denied"},
		{"for a bucket as well", one + "user/bob", "s3:PutObject", "arn:aws:s3:::b/k", "allowed"},
	})
	notes := said(t, files, Options{})
	for _, want := range []string{
		"t.yaml:2: Resources.R: this replaces what f/111111111111/roles/ci says of the role CI: its trust policy",
		"this replaces what f/111111111111/policies/p.json", "its policy assume", "says of arn:aws:s3:::b",
	} {
		if !strings.Contains(notes, want) {
			t.Errorf("no %q in\n%s", want, notes)
		}
	}
}

func TestANameThatStandsInIsNoOneElse(t *testing.T) {
	for _, c := range []struct{ rule, file, text, says string }{
		{"a role that CloudFormation is to name", "t.yaml", "Resources:\n  ci: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: " + trusting(one+"root") + "}}\n",
			"t.yaml:2: Resources.ci: the role ci of account 111111111111 is in a.json: RoleDetailList[1] as well"},
		{"a policy that Terraform is to name", "p.json", planOf("", "aws_iam_policy.p", `{"policy":`+quoted(allowAll)+`}`, `{"name":true}`),
			"p.json: aws_iam_policy.p: the policy p of account 111111111111 is in a.json: Policies[0] as well"},
		{"a policy of another path", "p.json", planOf("", "aws_iam_policy.p", `{"name":"p","path":"/x/","policy":`+quoted(allowAll)+`}`, `{}`), "is in a.json: Policies[0] as well"},
	} {
		if got := refusal(t, texts{"a.json": accountOf, c.file: c.text}, Options{}); !strings.Contains(got, c.says) {
			t.Errorf("%s: %s\nwant %s", c.rule, got, c.says)
		}
	}
}

func TestPlansAddToEachOther(t *testing.T) {
	a := open(t, texts{
		"1.json": planOf("", "aws_iam_role.x", `{"name":"ci","assume_role_policy":`+quoted(trusting(one+"root"))+`}`, `{}`),
		"2.json": planOf("", "aws_iam_role_policy.y", `{"role":"ci","name":"y","policy":`+quoted(allowAll)+`}`, `{}`),
	}, Options{Account: accountID(t, "111111111111")})
	holds(t, a, []asking{{"one has the role, the other its policy", one + "role/ci", "s3:GetObject", "arn:aws:s3:::b/k", "allowed"}})
}

func FuzzTogether(f *testing.F) {
	f.Add([]byte(accountOf), []byte(planOf("", "aws_iam_role_policy.x", `{"role":"ci","name":"own","policy":`+quoted(allowAll)+`}`, `{}`)))
	f.Add([]byte(accountOf), []byte(deleting("aws_iam_role_policy_attachment.x", `{"role":"ci","policy_arn":"`+one+`policy/p"}`, `"delete"`)))
	f.Add([]byte(accountOf), []byte(setPlan()))
	f.Add([]byte(exported("111111111111", "CI", trusting(one+"root"))), []byte("Resources:\n  P: {Type: AWS::IAM::RolePolicy, Properties: {RoleName: ci, PolicyName: all, PolicyDocument: "+allowAll+"}}\n"))
	f.Fuzz(func(t *testing.T, account, plan []byte) {
		w, err := Read([]File{{Name: "a", Text: account}, {Name: "p", Text: plan}}, Options{})
		if err != nil {
			return
		}
		for _, a := range w.accounts {
			_, _ = a.files()
		}
	})
}
