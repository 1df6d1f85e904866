package moving

import (
	"bytes"
	"context"
	"testing"

	"github.com/go-json-experiment/json"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/store/bolt"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// failer is what tests, fuzz tests and properties have in common.
type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

func account(t failer, digits string) arn.AccountID {
	t.Helper()
	id, err := arn.ParseAccountID(digits)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return id
}

// emptyDirectory is a directory in memory. The caller calls the function when done.
func emptyDirectory(t failer) (*directory.Directory, func()) {
	t.Helper()
	s, err := bolt.Open(bolt.Options{Ephemeral: true})
	if err != nil {
		t.Fatalf("%v", err)
	}
	return directory.New(s), func() { _ = s.Close() }
}

// moveIn reads a file and writes what is in it.
func moveIn(d *directory.Directory, files ...File) (*Account, error) {
	a, err := Read(files, arn.AccountID{})
	if err != nil {
		return nil, err
	}
	return a, d.Load(context.Background(), a.Write)
}

func exported(t failer, d *directory.Directory, id arn.AccountID, partition string) string {
	t.Helper()
	view, err := d.View(context.Background())
	if err != nil {
		t.Fatalf("%v", err)
	}
	defer view.Close()
	var out bytes.Buffer
	if err := Export(&out, &view.Reader, id, partition); err != nil || view.Err() != nil {
		t.Fatalf("export: %v, %v", err, view.Err())
	}
	return out.String()
}

// real is in the shape of what the aws CLI prints of a small account.
const real = `{
    "UserDetailList": [
        {
            "Path": "/", "UserName": "Alice", "UserId": "AIDACKCEVSQ6C2EXAMPLE",
            "Arn": "arn:aws:iam::111122223333:user/Alice", "CreateDate": "2013-10-14T18:32:24+00:00",
            "GroupList": ["Admins"], "AttachedManagedPolicies": [], "Tags": []
        },
        {
            "Path": "/division/", "UserName": "bob@example.com", "UserId": "AIDACKCEVSQ6C2EXAMPL2",
            "Arn": "arn:aws:iam::111122223333:user/division/bob@example.com", "CreateDate": "2013-10-14 18:32:25.123000+00:00",
            "UserPolicyList": [{"PolicyName": "deny", "PolicyDocument": {"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}}}],
            "GroupList": [], "Tags": [{"Key": "team", "Value": "é"}, {"Key": "Cost", "Value": ""}],
            "AttachedManagedPolicies": [{"PolicyName": "own", "PolicyArn": "arn:aws:iam::111122223333:policy/own"}],
            "PermissionsBoundary": {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": "arn:aws:iam::aws:policy/IAMUserChangePassword"}
        }
    ],
    "GroupDetailList": [
        {
            "Path": "/", "GroupName": "Admins", "GroupId": "AGPACKCEVSQ6C2EXAMPLE",
            "Arn": "arn:aws:iam::111122223333:group/Admins", "CreateDate": "2013-10-14T18:32:24Z",
            "GroupPolicyList": [], "AttachedManagedPolicies": [{"PolicyName": "AdministratorAccess", "PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}]
        }
    ],
    "RoleDetailList": [
        {
            "Path": "/", "RoleName": "EC2role", "RoleId": "AROACKCEVSQ6C2EXAMPLE",
            "Arn": "arn:aws:iam::111122223333:role/EC2role", "CreateDate": "2014-07-30T17:09:20+00:00",
            "AssumeRolePolicyDocument": "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Principal%22%3A%7B%22AWS%22%3A%5B%22arn%3Aaws%3Aiam%3A%3A111122223333%3Auser%2FAlice%22%2C%22AIDAGONEGONEGONEGONE2%22%2C%22arn%3Aaws%3Aiam%3A%3A999988887777%3Arole%2Felsewhere%22%2C%22arn%3Aaws%3Asts%3A%3A111122223333%3Aassumed-role%2FEC2role%2Fs%22%5D%7D%2C%22Action%22%3A%22sts%3AAssumeRole%22%7D%5D%7D",
            "InstanceProfileList": [
                {
                    "Path": "/", "InstanceProfileName": "EC2role", "InstanceProfileId": "AIPACKCEVSQ6C2EXAMPLE",
                    "Arn": "arn:aws:iam::111122223333:instance-profile/EC2role", "CreateDate": "2014-07-30T17:09:20+00:00",
                    "Roles": [{"Path": "/", "RoleName": "EC2role", "RoleId": "AROACKCEVSQ6C2EXAMPLE", "Arn": "arn:aws:iam::111122223333:role/EC2role", "CreateDate": "2014-07-30T17:09:20+00:00", "AssumeRolePolicyDocument": "%7B%7D"}]
                }
            ],
            "RolePolicyList": [], "AttachedManagedPolicies": [],
            "Tags": [], "RoleLastUsed": {"LastUsedDate": "2026-01-31T12:00:00+00:00", "Region": "eu-west-1"}
        }
    ],
    "Policies": [
        {
            "PolicyName": "own", "PolicyId": "ANPACKCEVSQ6C2EXAMPLE", "Arn": "arn:aws:iam::111122223333:policy/own", "Path": "/",
            "DefaultVersionId": "v2", "AttachmentCount": 1, "PermissionsBoundaryUsageCount": 0, "IsAttachable": true,
            "CreateDate": "2015-08-31T19:50:41+00:00", "UpdateDate": "2015-09-01T19:50:41+00:00",
            "PolicyVersionList": [
                {"Document": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "Get*", "Resource": "*"}]}, "VersionId": "v10", "IsDefaultVersion": false, "CreateDate": "2015-09-02T19:50:41+00:00"},
                {"Document": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}]}, "VersionId": "v2", "IsDefaultVersion": true, "CreateDate": "2015-09-01T19:50:41+00:00"}
            ]
        },
        {
            "PolicyName": "AdministratorAccess", "PolicyId": "ANPAIWMBCKSKIEE64ZLYK", "Arn": "arn:aws:iam::aws:policy/AdministratorAccess", "Path": "/",
            "DefaultVersionId": "v99", "AttachmentCount": 1, "PermissionsBoundaryUsageCount": 0, "IsAttachable": true,
            "CreateDate": "2015-02-06T18:39:46+00:00", "UpdateDate": "2015-02-06T18:39:46+00:00", "PolicyVersionList": []
        }
    ]
}`

func TestARealAccountMovesIn(t *testing.T) {
	d, done := emptyDirectory(t)
	defer done()
	a, err := moveIn(d, File{Name: "details.json", Text: []byte(real)})
	if err != nil {
		t.Fatal(err)
	}
	if want := (Counts{2, 1, 1, 1, 1}); a.Counts() != want {
		t.Errorf("counts are %+v, want %+v", a.Counts(), want)
	}
	notes := a.Notes()
	for i, want := range []string{
		"AWS's policies are rolecall's, here of another version than in the account: AdministratorAccess (v1, not v99)",
		`kept, though one who writes it today is told "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.": policy own: version v10`,
		"trusted by name, as nothing here has it: arn:aws:iam::999988887777:role/elsewhere",
	} {
		if i >= len(notes) || (notes[i] != want) {
			t.Errorf("notes are %q", notes)
			break
		}
	}
	view, err := d.View(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer view.Close()
	role, _ := view.Role(a.ID, "ec2ROLE")
	want := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":["AIDACKCEVSQ6C2EXAMPLE","AIDAGONEGONEGONEGONE2","arn:aws:iam::999988887777:role/elsewhere","AROACKCEVSQ6C2EXAMPLE:s"]},"Action":"sts:AssumeRole"}]}`
	if got := role.Trust.String(); got != want {
		t.Errorf("the trust policy is kept as\n%s, want\n%s", got, want)
	}
	bob, _ := view.User(a.ID, "bob@example.com")
	if bob.Created.String() != "2013-10-14 18:32:25 +0000 UTC" || bob.Boundary != "aws:/IAMUserChangePassword" || bob.Attached[0] != "ANPACKCEVSQ6C2EXAMPLE" {
		t.Errorf("bob is %+v", bob)
	}
	p, _ := view.Policy(a.ID, "own")
	if p.Default != "v2" || p.Last != 10 || p.Versions[0].ID != "v2" || p.Versions[1].ID != "v10" {
		t.Errorf("the policy is %+v", p)
	}
}

func TestWhatListRolesPrintedBringsDescriptionAndLongestSession(t *testing.T) {
	d, done := emptyDirectory(t)
	defer done()
	roles := File{Name: "roles.json", Text: []byte(`{"Roles": [{"Path": "/", "RoleName": "EC2role", "Description": "of servers", "MaxSessionDuration": 7200}]}`)}
	a, err := moveIn(d, roles, File{Name: "details.json", Text: []byte(real)})
	if err != nil {
		t.Fatal(err)
	}
	view, err := d.View(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer view.Close()
	if r, _ := view.Role(a.ID, "EC2role"); r.MaxSessionDuration != 7200 || *r.Description != "of servers" {
		t.Errorf("the role is %+v", r)
	}
}

func TestWhatIsInTheAccountAlreadyStaysAlone(t *testing.T) {
	d, done := emptyDirectory(t)
	defer done()
	if _, err := moveIn(d, File{Name: "details.json", Text: []byte(real)}); err != nil {
		t.Fatal(err)
	}
	before := exported(t, d, account(t, "111122223333"), "aws")
	more := `{"UserDetailList": [%s{"Path": "/", "UserName": "%s", "UserId": "%s", "Arn": "arn:aws:iam::%s:user/%s",
		"CreateDate": "2013-10-14T18:32:24Z", "GroupList": [], "AttachedManagedPolicies": [], "Tags": []}]}`
	for name, c := range map[string]struct{ user, id, account, says string }{
		"a name, in other letters": {"ALICE", "AIDANEWNEWNEWNEWNEWNEW", "111122223333", "account 111122223333 has a user named ALICE already"},
		"an id, in the account":    {"carol", "AIDACKCEVSQ6C2EXAMPLE", "111122223333", "the id AIDACKCEVSQ6C2EXAMPLE of the user carol is taken already"},
		"an id, in another one":    {"carol", "AIDACKCEVSQ6C2EXAMPLE", "444455556666", "the id AIDACKCEVSQ6C2EXAMPLE of the user carol is taken already"},
	} {
		text := sprintf(more, "", c.user, c.id, c.account, c.user)
		if _, err := moveIn(d, File{Name: "more.json", Text: []byte(text)}); err == nil || err.Error() != c.says {
			t.Errorf("%s: %v", name, err)
		}
	}
	if after := exported(t, d, account(t, "111122223333"), "aws"); after != before {
		t.Errorf("what was there has changed to\n%s", after)
	}
	refers := `{"UserDetailList": [{"Path": "/", "UserName": "carol", "UserId": "AIDANEWNEWNEWNEWNEWNEW", "Arn": "arn:aws:iam::111122223333:user/carol",
		"CreateDate": "2013-10-14T18:32:24Z", "GroupList": ["admins"], "AttachedManagedPolicies": [{"PolicyName": "own", "PolicyArn": "arn:aws:iam::111122223333:policy/own"}], "Tags": []}]}`
	if _, err := moveIn(d, File{Name: "more.json", Text: []byte(refers)}); err != nil {
		t.Errorf("one who refers to what is there: %v", err)
	}
}

func TestPartitionsKeepTheirARNs(t *testing.T) {
	d, done := emptyDirectory(t)
	defer done()
	text := bytes.ReplaceAll([]byte(real), []byte("arn:aws:"), []byte("arn:aws-cn:"))
	text = bytes.ReplaceAll(text, []byte("arn%3Aaws%3A"), []byte("arn%3Aaws-cn%3A"))
	a, err := moveIn(d, File{Name: "details.json", Text: text})
	if err != nil {
		t.Fatal(err)
	}
	var f form
	if err := json.Unmarshal([]byte(exported(t, d, a.ID, "aws-cn")), &f); err != nil {
		t.Fatal(err)
	}
	if f.UserDetailList[0].ARN != "arn:aws-cn:iam::111122223333:user/Alice" || f.GroupDetailList[0].AttachedManagedPolicies[0].PolicyARN != "arn:aws-cn:iam::aws:policy/AdministratorAccess" {
		t.Errorf("%+v", f)
	}
}
