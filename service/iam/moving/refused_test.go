package moving

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/arn"
)

func sprintf(format string, args ...any) string { return fmt.Sprintf(format, args...) }

// altered is real with one text replaced.
func altered(old, with string) string { return strings.Replace(real, old, with, 1) }

func TestFilesThatCannotBeReadAreRefusedWithTheirPlace(t *testing.T) {
	user := `{"Path": "/", "UserName": "u", "UserId": "AIDANEWNEWNEWNEWNEWNEW", "Arn": "arn:aws:iam::111122223333:user/u", "CreateDate": "2013-10-14T18:32:24Z"}`
	for name, c := range map[string]struct{ text, says string }{
		"nothing at all":                  {``, "f.json:1: the file ends in the middle of the JSON"},
		"no JSON":                         {"UserDetailList:\n- a", "f.json:1: this is no JSON"},
		"a list":                          {`[]`, "f.json:1: this is no object"},
		"a truncated file":                {real[:len(real)/2], "the file ends in the middle of the JSON"},
		"something after the object":      {real + "\n{}", "something follows the end"},
		"a member twice":                  {"{\"UserDetailList\": [],\n\"UserDetailList\": []}", "f.json:2: "},
		"UTF-16, as PowerShell writes it": {"\xff\xfe{\x00", "f.json:1: the file is UTF-16"},
		"bytes that are no UTF-8":         {altered(`"Alice"`, "\"Al\xffice\""), "this is no JSON"},
		"a NUL":                           {altered(`"Alice"`, "\"Al\x00ice\""), "this is no JSON"},
		"a text for a list":               {"{\n\n\"UserDetailList\": \"none\"}", "f.json:3: UserDetailList: this must be a list"},
		"a number for a text":             {`{"UserDetailList": [{"UserName": 7}]}`, "UserDetailList[0].UserName: a number cannot stand here"},
		"a list for an entity":            {`{"UserDetailList": [[]]}`, "UserDetailList[0]: a list cannot stand here"},
		"a date that is none":             {altered("2013-10-14T18:32:24+00:00", "yesterday"), `UserDetailList[0].CreateDate: "yesterday" is no date`},
		"a document that is a number":     {altered(`{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}}`, "7"), "a policy document is an object or a text"},
		"a document in bad encoding":      {altered("%7B%22Version", "%7G%22Version"), "invalid URL escape"},
		"nesting without end":             {`{"UserDetailList": ` + strings.Repeat("[", 100_000), "f.json:1: UserDetailList"},
		"a member that is not of it":      {`{"Users": []}`, `"Users" is not in what aws iam get-account-authorization-details prints`},
		"a policy of an organization":     {`{"Policy": {"PolicySummary": {"Type": "SERVICE_CONTROL_POLICY"}, "Content": "{}"}}`, "this is of an organization"},
		"policies of an organization": {`{"Policies": [{"Id": "p-FullAWSAccess", "Arn": "arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess", "Type": "SERVICE_CONTROL_POLICY"}]}`,
			"this is of an organization"},
		"one page of several":    {`{"IsTruncated": true, "Marker": "x", "UserDetailList": [` + user + `]}`, "there is more of the account than this page"},
		"a page of --max-items":  {`{"NextToken": "x", "UserDetailList": [` + user + `]}`, "there is more of the account than this page"},
		"a list of roles alone":  {`{"Roles": [{"RoleName": "r", "MaxSessionDuration": 3600}]}`, "no ARN tells which account"},
		"nothing of any account": {`{"UserDetailList": []}`, "no ARN tells which account this is; give --account-id"},
	} {
		t.Run(name, func(t *testing.T) { refused(t, c.text, c.says) })
	}
}

func TestEntitiesThatContradictThemselvesAreRefusedWithTheirPlace(t *testing.T) {
	for name, c := range map[string]struct{ text, says string }{
		"an ARN that is none":                 {altered("arn:aws:iam::111122223333:user/Alice", "Alice"), `UserDetailList[0]: "Alice" is no ARN`},
		"an ARN of another service":           {altered("arn:aws:iam::111122223333:user/Alice", "arn:aws:s3:::x"), "is no ARN of an account's"},
		"a partition that is not here":        {altered("arn:aws:iam::111122223333:user/Alice", "arn:aws-iso:iam::111122223333:user/Alice"), "a partition that rolecall does not have"},
		"another account's entity":            {altered("111122223333:user/division", "444455556666:user/division"), "UserDetailList[1], user bob@example.com: its ARN is"},
		"a path that is not the ARN's":        {altered(`"Path": "/division/"`, `"Path": "/"`), `by account, path and name it is "arn:aws:iam::111122223333:user/bob@example.com"`},
		"a path that is none":                 {altered(`"Path": "/division/"`, `"Path": "division"`), `"division" is no path`},
		"an entity without end":               {altered(`"Alice"`, `"`+strings.Repeat("a", maxEntity)+`"`), "UserDetailList[0]: this has more than 512 KiB"},
		"a name that is none":                 {altered(`"Alice"`, `"Al ice"`), `"Al ice" is no name for a user`},
		"a name that is too long":             {altered(`"Alice"`, `"`+strings.Repeat("a", 65)+`"`), "is no name for a user"},
		"an id of another kind":               {altered("AIDACKCEVSQ6C2EXAMPLE", "AROACKCEVSQ6C2EXAMPL9"), "those begin with AIDA"},
		"an id that is none":                  {altered("AIDACKCEVSQ6C2EXAMPLE", "AIDA"), "is no id of a user"},
		"an id twice":                         {altered("AIDACKCEVSQ6C2EXAMPL2", "AIDACKCEVSQ6C2EXAMPLE"), "UserDetailList[1], user bob@example.com: something else has the id"},
		"no date":                             {altered(`, "CreateDate": "2013-10-14T18:32:24+00:00"`, ""), "it has no CreateDate"},
		"no trust policy":                     {altered(`"AssumeRolePolicyDocument": "%7B`, `"AssumeRole": "%7B`), "its trust policy is not there"},
		"a document that is no policy":        {altered(`{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}}`, `{"Statement": "x"}`), "its inline policy deny cannot be read"},
		"a version that is none":              {altered(`"VersionId": "v10"`, `"VersionId": "10"`), `"10" is no version`},
		"a default that is no version":        {altered(`"DefaultVersionId": "v2"`, `"DefaultVersionId": "v3"`), "by DefaultVersionId the default is v3"},
		"a profile in another role":           {altered(`"Roles": [{"Path": "/", "RoleName": "EC2role", "RoleId": "AROACKCEVSQ6C2EXAMPLE"`, `"Roles": [{"Path": "/", "RoleName": "x", "RoleId": "AROAOTHER"`), "instance-profile EC2role: it has the role x"},
		"a group that is not there":           {altered(`["Admins"]`, `["Nobodies"]`), "UserDetailList[0], user Alice: it is in the group Nobodies, which is neither in the files nor in the account"},
		"a group twice":                       {altered(`["Admins"]`, `["Admins", "admins"]`), "it is in the group admins twice"},
		"a policy that is not there":          {altered(`"PolicyArn": "arn:aws:iam::111122223333:policy/own"`, `"PolicyArn": "arn:aws:iam::111122223333:policy/other"`), "which is neither in the files nor in the account"},
		"a policy of AWS that nobody has":     {altered("aws:policy/IAMUserChangePassword", "aws:policy/BrandNewAccess"), "rolecall does not have the policy arn:aws:iam::aws:policy/BrandNewAccess of AWS"},
		"a tag twice":                         {altered(`{"Key": "Cost", "Value": ""}`, `{"Key": "team", "Value": ""}`), "there is another tag team"},
		"a principal that is not there":       {altered("user%2FAlice", "user%2FNobody"), "its trust policy names arn:aws:iam::111122223333:user/Nobody, which is neither"},
		"a group of which there are two":      {altered(`"GroupDetailList": [`, `"GroupDetailList": [`+strings.Replace(group1, "AGPACKCEVSQ6C2EXAMPLE", "AGPACKCEVSQ6C2EXAMPL2", 1)+","), "there is another group of that name"},
		"a role that only list-roles printed": {`{"Roles": [{"RoleName": "other", "MaxSessionDuration": 3600}], ` + real[1:], "the account's details have no role other"},
		"a session that no role has":          {`{"Roles": [{"RoleName": "EC2role", "MaxSessionDuration": 60}], ` + real[1:], "60 is no MaxSessionDuration"},
	} {
		t.Run(name, func(t *testing.T) { refused(t, c.text, c.says) })
	}
}

const group1 = `{"Path": "/", "GroupName": "Admins", "GroupId": "AGPACKCEVSQ6C2EXAMPLE", "Arn": "arn:aws:iam::111122223333:group/Admins", "CreateDate": "2013-10-14T18:32:24Z", "GroupPolicyList": [], "AttachedManagedPolicies": []}`

// refused checks that nothing moves in, and what is said.
func refused(t *testing.T, text, says string) {
	t.Helper()
	d, done := emptyDirectory(t)
	defer done()
	_, err := moveIn(d, File{Name: "f.json", Text: []byte(text)})
	if placed, ok := errors.AsType[*Error](err); !ok || !strings.Contains(err.Error(), says) || placed.File != "f.json" {
		t.Fatalf("it says %v; want %q", err, says)
	}
	view, err := d.View(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer view.Close()
	users, groups, roles, policies := view.Count(account(t, "111122223333"))
	if users+groups+roles+policies != 0 {
		t.Error("something moved in")
	}
}

func TestTheAccountGivenMustBeTheFiles(t *testing.T) {
	if _, err := Read([]File{{Name: "f.json", Text: []byte(real)}}, account(t, "444455556666")); err == nil || !strings.Contains(err.Error(), "this is of account 111122223333, not of 444455556666") {
		t.Error(err)
	}
	if a, err := Read([]File{{Name: "f.json", Text: []byte(`{"UserDetailList": []}`)}}, account(t, "444455556666")); err != nil || a.ID.String() != "444455556666" {
		t.Error(err)
	}
	if _, err := Read(nil, arn.AccountID{}); err == nil {
		t.Error("no files are read")
	}
}

// Nobody documents what AWS shows of a session whose role is gone; it is no
// reason to keep an account out.
func TestASessionOfARoleThatIsGoneIsKeptAndNoted(t *testing.T) {
	d, done := emptyDirectory(t)
	defer done()
	a, err := moveIn(d, File{Name: "f.json", Text: []byte(altered("assumed-role%2FEC2role%2Fs", "assumed-role%2FGone%2Fs"))})
	if err != nil || !strings.Contains(strings.Join(a.Notes(), "\n"), "trusted by name, as nothing here has it: arn:aws:iam::999988887777:role/elsewhere, arn:aws:sts::111122223333:assumed-role/Gone/s") {
		t.Errorf("%v, %q", err, a.Notes())
	}
}

func TestPagesAreReadTogether(t *testing.T) {
	d, done := emptyDirectory(t)
	defer done()
	first := `{"IsTruncated": true, "Marker": "x", "GroupDetailList": [` + group1 + `]}`
	last := strings.Replace(real, group1Of(real), "", 1)
	if _, err := moveIn(d, File{Name: "1.json", Text: []byte(first)}, File{Name: "2.json", Text: []byte(last)}); err != nil {
		t.Error(err)
	}
}

// group1Of is the one group in a text.
func group1Of(text string) string {
	_, rest, _ := strings.Cut(text, `"GroupDetailList": [`)
	group, _, _ := strings.Cut(rest, "\n    ],")
	return group
}
