package explain

import (
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/arn"
)

// What is written for Terraform makes the same document with jsonencode: names
// that are no identifiers and texts that look like templates are quoted.
//
// Source: https://developer.hashicorp.com/terraform/language/expressions/strings
func TestADocumentIsWrittenForTerraform(t *testing.T) {
	const document = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":["s3:GetObject","s3:PutObject"],` +
		`"Resource":"arn:aws:s3:::b/${aws:username}/%{x}","Condition":{"Bool":{"aws:SecureTransport":true},"NumericLessThan":{"aws:MultiFactorAuthAge":3600},"StringLike":{"s3:prefix":["","a\"b"]},"Null":{}}}]}`
	const want = `# aws_iam_policy.read["a"]
policy = jsonencode({
  Version = "2012-10-17"
  Statement = [
    {
      Effect = "Allow"
      Principal = {
        AWS = "*"
      }
      Action = [
        "s3:GetObject",
        "s3:PutObject",
      ]
      Resource = "arn:aws:s3:::b/$${aws:username}/%%{x}"
      Condition = {
        Bool = {
          "aws:SecureTransport" = true
        }
        NumericLessThan = {
          "aws:MultiFactorAuthAge" = 3600
        }
        StringLike = {
          "s3:prefix" = [
            "",
            "a\"b",
          ]
        }
        Null = {}
      }
    },
  ]
})`
	if got := (Home{Kind: CustomerManaged, Address: `aws_iam_policy.read["a"]`}).terraform(document); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

// The resource is named by its address where the policy was read from a plan
// or a state, else by its type.
func TestTerraformIsToldWhichResource(t *testing.T) {
	for _, c := range []struct {
		home Home
		want string
	}{
		{Home{Kind: RoleTrust, Owner: "x"}, "# aws_iam_role\nassume_role_policy = jsonencode({"},
		{Home{Kind: RoleTrust, File: "plan.json: module.app[\"a.b\"].aws_iam_role.deploy[0].assume_role_policy"}, "# module.app[\"a.b\"].aws_iam_role.deploy[0]\nassume_role_policy = "},
		{Home{Kind: RoleInline, Policy: "p", Address: "aws_iam_role.deploy"}, "# aws_iam_role.deploy\ninline_policy {\n  name = \"p\"\n  policy = jsonencode({\n    Version"},
		{Home{Kind: RoleInline, Policy: "p", Address: "aws_iam_role_policy.p"}, "# aws_iam_role_policy.p\npolicy = "},
		{Home{Kind: OrganizationPolicy}, "# aws_organizations_policy\ncontent = "},
		{Home{Kind: BucketPolicy}, "# aws_s3_bucket_policy\npolicy = "},
		{Home{Kind: PermissionSetInline}, "# aws_ssoadmin_permission_set_inline_policy\ninline_policy = "},
		{Home{Kind: AWSManaged}, ""},
		{Home{}, ""},
	} {
		got := c.home.terraform(`{"Version":"2012-10-17"}`)
		if !strings.HasPrefix(got, c.want) || c.want == "" && got != "" {
			t.Errorf("%+v: %s, want %s", c.home, got, c.want)
		}
	}
	got := Home{Kind: RoleInline, Owner: "Dev+1", Policy: "AllowGet"}.newResource(`{}`)
	if want := "resource \"aws_iam_role_policy\" \"dev_1_allowget\" {\n  name   = \"AllowGet\"\n  role   = \"Dev+1\"\n  policy = jsonencode({})\n}"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	for _, bad := range []string{"", "{", `{"a":1}{`, `{"a":}`} {
		if text, ok := hcl(bad); ok {
			t.Errorf("%q became %q", bad, text)
		}
	}
}

// Whatever the document: writing it ends, and what has a template in it is
// quoted.
func FuzzHCL(f *testing.F) {
	f.Add(`{"a":["b",{"c":null}],"d":1e3}`)
	f.Add(`{"a":"${x}"}`)
	f.Add(strings.Repeat("[", 50))
	f.Fuzz(func(t *testing.T, document string) {
		if text, ok := hcl(document); ok && strings.Contains(strings.ReplaceAll(text, "$${", ""), "${") {
			t.Errorf("%q became %q", document, text)
		}
	})
}

// The role tells the permission set that it was made of: its name has sixteen
// digits behind that of the set, which may have _ in it.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
func TestARoleTellsItsPermissionSet(t *testing.T) {
	for role, want := range map[string]string{
		"arn:aws:iam::111111111111:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123456789abcdef":           "Admin",
		"arn:aws:iam::111111111111:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Read_Only_0123456789ab": "Read_Only",
		"arn:aws:iam::111111111111:role/AWSReservedSSO_Admin_0123456789abcdef":                                          "",
		"arn:aws:iam::111111111111:role/aws-reserved/sso.amazonaws.com/Other":                                           "",
	} {
		a, err := arn.Parse(role)
		if err != nil {
			t.Fatal(err)
		}
		if set, ok := ssoRole(a); ok != (want != "") || ok && set != want {
			t.Errorf("%s: %q %v, want %q", role, set, ok, want)
		}
	}
}

// An address is found wherever a text has one, with its modules and its index,
// and without the attribute.
//
// Source: https://developer.hashicorp.com/terraform/cli/state/resource-addressing
func TestAnAddressIsFoundInAText(t *testing.T) {
	for text, want := range map[string]string{
		"plan.json: aws_iam_role.a.assume_role_policy":                "aws_iam_role.a",
		"state.json:12: module.x.module.y[0].aws_iam_policy.p[\"k\"]": "module.x.module.y[0].aws_iam_policy.p[\"k\"]",
		"export.json":  "",
		"aws_iam.json": "",
	} {
		if got := (Home{File: text}).address(); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
	if got := (Home{File: "aws_iam_role.a", Address: "aws_iam_role.b"}).address(); got != "aws_iam_role.b" {
		t.Error(got)
	}
}
