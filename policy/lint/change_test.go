package lint_test

import (
	"slices"
	"testing"

	"github.com/rolecall-iam/rolecall/api/reference"
	"github.com/rolecall-iam/rolecall/policy/lint"
)

// What to write instead is told where it is known.
func TestChanges(t *testing.T) {
	ref := reference.NewLookup()
	for _, test := range []struct {
		code string
		of   lint.Document
		text string
		want string
	}{
		{"INVALID_ACTION", identity, `"Effect":"Allow","Action":"s3:GetObjekt","Resource":"*"`, `write "s3:GetObject"`},
		{"INVALID_ACTION", identity, `"Effect":"Allow","Action":"s3:HeadObject","Resource":"*"`, `write "s3:GetObject"`},
		{"INVALID_ACTION", identity, `"Effect":"Allow","Action":"lambda:Invoke","Resource":"*"`, `write "lambda:InvokeFunction"`},
		{"INVALID_ACTION", identity, `"Effect":"Allow","Action":"iam:PasRole","Resource":"*"`, `write "iam:PassRole"`},
		{"INVALID_ACTION", identity, `"Effect":"Allow","Action":"iam:CompletelyDifferent","Resource":"*"`, ``},
		{"INVALID_SERVICE_IN_ACTION", identity, `"Effect":"Allow","Action":"cloudwatchlogs:PutLogEvents","Resource":"*"`, `write "logs:PutLogEvents"`},
		{"INVALID_SERVICE_IN_ACTION", identity, `"Effect":"Allow","Action":"dynamdb:GetItem","Resource":"*"`, `write "dynamodb:GetItem"`},
		{"INVALID_EFFECT", identity, `"Effect":"allow "`, `write "Allow"`},
		{"INVALID_EFFECT", identity, `"Effect":"Permit"`, ``},
		{"INVALID_POLICY_ELEMENT", identity, `"Effect":"Allow","action":"s3:*"`, `write "Action"`},
		{"INVALID_POLICY_ELEMENT", identity, `"Effect":"Allow","Resources":"*"`, `write "Resource"`},
		{"INVALID_CONDITION_OPERATOR", identity, `"Condition":{"stringlike":{"aws:username":"a"}}`, `write "StringLike"`},
		{"INVALID_ARN_PREFIX", identity, `"Resource":"aws:s3:::a"`, `write "arn:aws:s3:::a"`},
		{"ARN_REGION_NOT_ALLOWED", identity, `"Resource":"arn:aws:iam:us-east-1:123456789012:role/a"`, `leave the Region out: arn:…:iam::123456789012:role/a`},
		{"ARN_ACCOUNT_NOT_ALLOWED", identity, `"Resource":"arn:aws:s3::123456789012:a"`, `leave the account out: arn:…:s3:::a`},
		{"UNSUPPORTED_SID", identity, `"Sid":"read it, all"`, `write "readitall"`},
		{"MISSING_QUALIFIER", identity, `"Condition":{"StringEquals":{"aws:TagKeys":"a"}}`, `write "ForAnyValue:StringEquals" or "ForAllValues:StringEquals"`},
		{"IMPROVE_IP_RANGE", identity, `"Condition":{"IpAddress":{"aws:SourceIp":"2001:db8::1/32"}}`, `write "2001:db8::/32"`},
		{"EQUIVALENT_TO_NULL_FALSE", identity, `"Condition":{"StringLike":{"aws:username":"*"}}`, `write "Null": {"aws:username": "false"}`},
		{"REDUNDANT_ACTION", identity, `"Action":["s3:*","s3:a","s3:b","s3:c","s3:d"]`, `leave out s3:a, s3:b, s3:c and more`},
		{"INVALID_SERVICE_PRINCIPAL_FORMAT", trust, `"Principal":{"Service":"ec2"}`, `write "ec2.amazonaws.com"`},
		{"INVALID_SERVICE_PRINCIPAL_FORMAT", trust, `"Principal":{"Service":"Lambda.AmazonAWS.com"}`, `write "lambda.amazonaws.com"`},
		{"INVALID_SERVICE_PRINCIPAL_FORMAT", trust, `"Principal":{"Service":"what is this"}`, ``},
		{"MISMATCHED_ACTION_FOR_PRINCIPAL", trust, `"Principal":{"Federated":"arn:aws:iam::123456789012:saml-provider/a"},"Action":"sts:AssumeRole"`, `write "sts:AssumeRoleWithSAML"`},
		{"session-arn", trust, `"Effect":"Allow","Principal":{"AWS":"arn:aws:sts::123456789012:assumed-role/a/b"}`,
			`name the role: "arn:aws:iam::123456789012:role/a" (with its path, if it has one)`},
		{"sso-role-region", trust, `"Principal":{"AWS":"arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/us-east-1/AWSReservedSSO_A_1"}`,
			`write "arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_A_1"`},
		{"bare-account", trust, `"Effect":"Allow","Principal":{"AWS":"123456789012"}`, `name the role or user: arn:aws:iam::123456789012:role/NAME`},
		{"JSON_SYNTAX_ERROR", identity, `{"a":1,}`, `expected a member name`},
	} {
		found := find(test.of, test.text, ref)
		i := slices.Index(codes(found), test.code)
		if i < 0 {
			t.Errorf("no %s in %s", test.code, test.text)
		} else if got := found[i].Change; got != test.want {
			t.Errorf("%s of %s: %q, want %q", test.code, test.text, got, test.want)
		}
	}
}

// Findings of AWS's that are about a known mistake lead to its page.
func TestPages(t *testing.T) {
	ref := reference.NewLookup()
	for _, test := range []struct {
		code string
		of   lint.Document
		text string
		page string
	}{
		{"UNSUPPORTED_PRINCIPAL", identity, `"Principal":"*"`, "prohibited-element"},
		{"ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE", trust, `"Resource":"*"`, "prohibited-element"},
		{"MISMATCHED_ACTION_FOR_PRINCIPAL", trust, `"Principal":{"AWS":"*"},"Action":"sts:AssumeRoleWithSAML"`, "wrong-operation"},
		{"VARIABLE_UNSUPPORTED_IN_VERSION", identity, `{"Statement":{"Resource":"arn:aws:s3:::${aws:username}"}}`, "variables-2008"},
		{"INVALID_ROLE_REFERENCE", trust, `"Principal":{"AWS":"AROA4EXAMPLE4EXAMPLE4"}`, "deleted-principal"},
		{"MISSING_ACTION_FOR_CONDITION_KEY", trust, `"Effect":"Allow","Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:RequestTag/a":"b"}}`, "tag-session"},
		{"MISSING_ACTION_FOR_CONDITION_KEY", trust, `"Effect":"Allow","Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:SourceIdentity":"b"}}`, "source-identity"},
		{"INVALID_ACTION", identity, `"Action":"s3:a"`, ""},
	} {
		found := find(test.of, test.text, ref)
		i := slices.Index(codes(found), test.code)
		if i < 0 {
			t.Errorf("no %s in %s", test.code, test.text)
		} else if got := found[i].Page; got != test.page {
			t.Errorf("%s leads to %q, want %q", test.code, got, test.page)
		}
	}
}
