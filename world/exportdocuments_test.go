package world

import (
	"fmt"
	"strings"
	"testing"
)

// documentsOf are the documents of some files, by name.
func documentsOf(t *testing.T, files ...File) []Document {
	t.Helper()
	w, err := Read(files, Options{})
	if err != nil {
		t.Fatal(err)
	}
	all, err := w.Documents()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// listed writes documents one a line.
func listed(all []Document) string {
	var b strings.Builder
	for _, d := range all {
		fmt.Fprintf(&b, "%s | %s | %s", d.Place, d.Type, d.Of)
		for _, open := range d.Open {
			b.WriteString(" | open: " + open.What)
		}
		b.WriteString("\n")
	}
	return b.String()
}

// is compares what was found with what is wanted, line by line.
func is(t *testing.T, got, want string) {
	t.Helper()
	if want = strings.TrimLeft(want, "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// details are an account's, with all that they have policies in.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
const details = `{
  "UserDetailList": [
    {"UserName": "ann", "UserId": "AIDAAAAAAAAAAAAAAAAAA", "Path": "/", "Arn": "arn:aws:iam::111111111111:user/ann", "CreateDate": "2024-01-01T00:00:00Z",
     "UserPolicyList": [{"PolicyName": "own", "PolicyDocument": {"Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}}],
     "GroupList": ["staff"], "AttachedManagedPolicies": []}],
  "GroupDetailList": [
    {"GroupName": "staff", "GroupId": "AGPAAAAAAAAAAAAAAAAAA", "Path": "/", "Arn": "arn:aws:iam::111111111111:group/staff", "CreateDate": "2024-01-01T00:00:00Z",
     "GroupPolicyList": [{"PolicyName": "escaped", "PolicyDocument": "%7B%22Statement%22%3A%7B%22Effect%22%3A%22Deny%22%2C%22Action%22%3A%22%2A%22%2C%22Resource%22%3A%22%2A%22%7D%7D"}],
     "AttachedManagedPolicies": []}],
  "RoleDetailList": [
    {"RoleName": "app", "RoleId": "AROAAAAAAAAAAAAAAAAAA", "Path": "/x/", "Arn": "arn:aws:iam::111111111111:role/x/app", "CreateDate": "2024-01-01T00:00:00Z",
     "AssumeRolePolicyDocument":
       {"Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]},
     "RolePolicyList": [], "InstanceProfileList": [], "Tags": [],
     "AttachedManagedPolicies": [{"PolicyName": "data", "PolicyArn": "arn:aws:iam::111111111111:policy/data"}]},
    {"RoleName": "AWSServiceRoleForSupport", "RoleId": "AROABAAAAAAAAAAAAAAAA", "Path": "/aws-service-role/support.amazonaws.com/",
     "Arn": "arn:aws:iam::111111111111:role/aws-service-role/support.amazonaws.com/AWSServiceRoleForSupport", "CreateDate": "2024-01-01T00:00:00Z",
     "AssumeRolePolicyDocument": {"Statement": [{"Effect": "Allow", "Principal": {"Service": "support.amazonaws.com"}, "Action": "sts:AssumeRole"}]},
     "RolePolicyList": [], "InstanceProfileList": [], "Tags": [], "AttachedManagedPolicies": []}],
  "Policies": [
    {"PolicyName": "data", "PolicyId": "ANPAAAAAAAAAAAAAAAAAA", "Arn": "arn:aws:iam::111111111111:policy/data", "Path": "/", "DefaultVersionId": "v2",
     "AttachmentCount": 1, "IsAttachable": true, "CreateDate": "2024-01-01T00:00:00Z", "UpdateDate": "2024-01-01T00:00:00Z", "PolicyVersionList": [
      {"VersionId": "v2", "IsDefaultVersion": true, "CreateDate": "2024-01-01T00:00:00Z", "Document": {"Statement": [{"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}]}},
      {"VersionId": "v1", "IsDefaultVersion": false, "CreateDate": "2024-01-01T00:00:00Z", "Document": {"Statement": [{"Effect": "Allow", "Action": "sns:*", "Resource": "*"}]}}]},
    {"PolicyName": "ReadOnlyAccess", "PolicyId": "ANPABAAAAAAAAAAAAAAAA", "Arn": "arn:aws:iam::aws:policy/ReadOnlyAccess", "Path": "/", "DefaultVersionId": "v1",
     "AttachmentCount": 0, "IsAttachable": true, "CreateDate": "2024-01-01T00:00:00Z", "UpdateDate": "2024-01-01T00:00:00Z", "PolicyVersionList": [
      {"VersionId": "v1", "IsDefaultVersion": true, "CreateDate": "2024-01-01T00:00:00Z", "Document": {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}}]}]
}
`

// Every policy of an account that its people can change is there, in the version
// that counts, with its line.
func TestDocumentsOfAnAccount(t *testing.T) {
	all := documentsOf(t, File{Name: "a.json", Text: []byte(details)})
	is(t, listed(all), `
a.json:4: UserDetailList[0] own | identity | inline policy own of arn:aws:iam::111111111111:user/ann
a.json:8: GroupDetailList[0] escaped | identity | inline policy escaped of arn:aws:iam::111111111111:group/staff
a.json:13: RoleDetailList[0].AssumeRolePolicyDocument | trust | trust policy of arn:aws:iam::111111111111:role/x/app
a.json:24: Policies[0].PolicyVersionList[0].Document | identity | arn:aws:iam::111111111111:policy/data v2
`)
	lines := strings.Split(details, "\n")
	for _, d := range all {
		first, _, _ := strings.Cut(d.Text, "\n")
		switch {
		case d.Column == 0 && !strings.HasPrefix(d.Text, `{"Statement":{"Effect":"Deny"`):
			t.Errorf("%s: %s", d.Place, d.Text)
		case d.Column > 0 && !strings.HasPrefix(lines[d.Place.Line-1][d.Column-1:], first):
			t.Errorf("%s: %s does not stand at column %d", d.Place, first, d.Column)
		}
	}
}

// What a plan puts in the place of an account's policies is looked at, and not
// what was; all else of the account is there once.
func TestDocumentsOfAnAccountAndAPlan(t *testing.T) {
	const plan = `{"format_version": "1.2", "terraform_version": "1.11.4", "planned_values": {"root_module": {"resources": [
  {"address": "aws_iam_role_policy.more", "mode": "managed", "type": "aws_iam_role_policy", "name": "more",
   "values": {"name": "more", "role": "app", "policy": "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"sns:Publish\",\"Resource\":\"*\"}]}"}},
  {"address": "aws_iam_policy.data", "mode": "managed", "type": "aws_iam_policy", "name": "data",
   "values": {"name": "data", "path": "/", "policy": "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"sqs:SendMessage\",\"Resource\":\"*\"}]}"}},
  {"address": "aws_kms_key.k", "mode": "managed", "type": "aws_kms_key", "name": "k",
   "values": {"policy": "{\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"kms:*\",\"Resource\":\"*\"}]}"}}
]}}}`
	all := documentsOf(t, File{Name: "a.json", Text: []byte(details)}, File{Name: "plan.json", Text: []byte(plan)})
	is(t, listed(all), `
a.json:4: UserDetailList[0] own | identity | inline policy own of arn:aws:iam::111111111111:user/ann
a.json:8: GroupDetailList[0] escaped | identity | inline policy escaped of arn:aws:iam::111111111111:group/staff
a.json:13: RoleDetailList[0] | trust | trust policy of arn:aws:iam::111111111111:role/x/app
plan.json: aws_iam_policy.data | identity | arn:aws:iam::111111111111:policy/data
plan.json: aws_iam_role_policy.more | identity | inline policy more of arn:aws:iam::111111111111:role/x/app
plan.json: aws_kms_key.k | resource | policy of what is not named yet
`)
}

// Whatever the files are, their documents are found or refused, and one with a
// column stands there word for word.
func FuzzDocuments(f *testing.F) {
	f.Add(details, "roles/r/trust.json", "\n {,}")
	f.Add(details, "roles/r/trust.json", "\n {\xfd\xfd")
	f.Add(exported("111111111111", "ci", trusting(one+"root")), "organization/scps/a.json", allowing("*"))
	f.Add(setPlan(), "111111111111/policies/a.json", "// c\n"+allowing("*"))
	f.Add("Resources:\n  A:\n    Type: AWS::ECR::Repository\n    Properties: {RepositoryPolicyText: {Statement: !Ref B}}\n", "roles/r/settings.yaml", "tags: {}")
	f.Fuzz(func(t *testing.T, file, name, body string) {
		texts := map[string]string{"file": file, "folder/" + name: body}
		w, err := Read([]File{{Name: "file", Text: []byte(file)}, {Name: "folder/" + name, Text: []byte(body), Folder: "folder"}}, Options{Wrong: true})
		if err != nil {
			return
		}
		all, err := w.Documents()
		if err != nil {
			return
		}
		for _, d := range all {
			if (d.Text == "") != (len(d.Open) > 0 && d.Statements == nil) {
				t.Errorf("%+v", d)
			}
			if d.Column == 0 {
				continue
			}
			text := strings.TrimPrefix(texts[d.Place.File], "\ufeff")
			lines := strings.SplitAfter(text, "\n")
			rest := strings.Join(lines[d.Place.Line-1:], "")
			// Bytes that are no text are one character each, here as there.
			if at := string([]rune(rest)[d.Column-1:]); !strings.HasPrefix(at, string([]rune(d.Text))) && !strings.Contains(text, "//") && !strings.Contains(text, "/*") && !strings.Contains(text, ",") {
				t.Errorf("%s:%d: %q", d.Place, d.Column, d.Text)
			}
		}
	})
}
