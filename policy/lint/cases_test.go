package lint_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/api/reference"
	"github.com/rolecall-iam/rolecall/policy/lint"
)

// The types of document of the tables.
var (
	identity = lint.Document{Type: lint.Identity}
	resource = lint.Document{Type: lint.Resource}
	bucket   = lint.Document{Type: lint.Resource, Resource: lint.Bucket}
	table    = lint.Document{Type: lint.Resource, Resource: lint.Table}
	trust    = lint.Document{Type: lint.Resource, Resource: lint.Trust}
	scp      = lint.Document{Type: lint.ServiceControl}
	rcp      = lint.Document{Type: lint.ResourceControl}
)

// checked is one check with a statement that it finds something in and one,
// as like it as can be, that it does not. What begins with { or is no object
// is the whole document.
type checked struct {
	code      string
	of        lint.Document
	bad, good string
}

// document wraps a statement.
func document(text string) string {
	if strings.HasPrefix(text, `"`) && strings.Contains(text, `":`) {
		return `{"Version":"2012-10-17","Statement":[{` + text + `}]}`
	}
	return text
}

func find(of lint.Document, text string, ref lint.Reference) []lint.Finding {
	of.Text = document(text)
	return lint.Find(of, ref)
}

func codes(found []lint.Finding) []string {
	var all []string
	for _, f := range found {
		all = append(all, f.Code)
	}
	return all
}

// Every check of the table finds what it is for and leaves alone what is
// right; the words of AWS's are on the page that the finding links to.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html
func TestEveryCheck(t *testing.T) {
	ref := reference.NewLookup()
	seen := map[string]bool{}
	for _, cases := range [][]checked{elementCases, actionCases, resourceCases, principalCases, conditionCases, valueCases, grantCases, trustCases, ownCases} {
		for _, c := range cases {
			seen[c.code] = true
			if found := find(c.of, c.bad, ref); !slices.Contains(codes(found), c.code) {
				t.Errorf("%s is not found in\n\t%s\nbut %v", c.code, document(c.bad), codes(found))
			}
			if found := find(c.of, c.good, ref); slices.Contains(codes(found), c.code) {
				t.Errorf("%s is found in\n\t%s", c.code, document(c.good))
			}
		}
	}
	for _, c := range lint.Checks() {
		if !seen[c.Code] && c.Code != "comment" {
			t.Errorf("%s has no case", c.Code)
		}
	}
}

// The good halves are right in everything else too, but for what suggestions
// and warnings are about: no good half has an error that is not expected.
func TestNothingIsFoundInWhatIsRight(t *testing.T) {
	ref := reference.NewLookup()
	for name, test := range map[string]struct {
		of   lint.Document
		text string
	}{
		"reading one bucket": {identity, `"Effect":"Allow","Action":["s3:GetObject","s3:ListBucket"],"Resource":["arn:aws:s3:::a","arn:aws:s3:::a/*"]`},
		"a home folder":      {identity, `"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::home/${aws:username}/*"`},
		"a trusted role":     {trust, `"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:role/ci"},"Action":"sts:AssumeRole"`},
		"a trusted service":  {trust, `"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"`},
		"a role for GitHub": {trust, `"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"},` +
			`"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com",` +
			`"token.actions.githubusercontent.com:sub":"repo:a/b:ref:refs/heads/main"}}`},
		"a role for a pod": {trust, `"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/A1"},` +
			`"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"oidc.eks.eu-west-1.amazonaws.com/id/A1:sub":"system:serviceaccount:a:b"}}`},
		"a role for SAML": {trust, `"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::123456789012:saml-provider/okta"},` +
			`"Action":["sts:AssumeRoleWithSAML","sts:TagSession"],"Condition":{"StringEquals":{"SAML:aud":"https://signin.aws.amazon.com/saml"}}`},
		"a bucket of one account": {bucket, `"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::a/*"`},
		"regions by an SCP":       {scp, `"Effect":"Deny","NotAction":["iam:*","sts:*"],"Resource":"*","Condition":{"StringNotEquals":{"aws:RequestedRegion":["eu-west-1"]}}`},
		"an organization by an RCP": {rcp, `"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"o-a1"},` +
			`"BoolIfExists":{"aws:PrincipalIsAWSService":"false"}}`},
	} {
		if found := find(test.of, test.text, ref); len(found) > 0 {
			t.Errorf("%s: %s: %s", name, found[0].Code, found[0].Details)
		}
	}
}

var elementCases = []checked{
	{"JSON_SYNTAX_ERROR", identity, `{"Version":"2012-10-17",}`, `"Effect":"Allow","Action":"s3:GetObject","Resource":"*"`},
	{"JSON_SYNTAX_ERROR", identity, ``, `{}`},
	{"JSON_SYNTAX_ERROR", identity, `not json`, `[]`},
	{"JSON_SYNTAX_ERROR", identity, strings.Repeat("[", 10_000), `{}`},
	{"JSON_SYNTAX_ERROR", identity, `"Effect":"Allow","Effect":"Allow","Action":"s3:*","Resource":"*"`, `"Effect":"Allow","Action":"s3:*","Resource":"*"`},
	{"DATA_TYPE_MISMATCH", identity, `[]`, `{}`},
	{"DATA_TYPE_MISMATCH", identity, `{"Version":2012,"Statement":[]}`, `{"Version":"2012-10-17","Statement":[]}`},
	{"DATA_TYPE_MISMATCH", identity, `{"Id":7,"Statement":"x"}`, `{"Id":"7","Statement":{}}`},
	{"DATA_TYPE_MISMATCH", identity, `{"Statement":["x"]}`, `{"Statement":[{}]}`},
	{"DATA_TYPE_MISMATCH", identity, `"Effect":true,"Action":"s3:*","Resource":"*"`, `"Effect":"Allow","Action":"s3:*","Resource":"*"`},
	{"DATA_TYPE_MISMATCH", identity, `"Effect":"Allow","Action":{"s3":"*"},"Resource":[null]`, `"Effect":"Allow","Action":"s3:*","Resource":["*"]`},
	{"DATA_TYPE_MISMATCH", identity, `"Sid":7,"Effect":"Allow","Action":"s3:*","Resource":"*"`, `"Sid":"7","Effect":"Allow","Action":"s3:*","Resource":"*"`},
	{"DATA_TYPE_MISMATCH", identity, `"Effect":"Deny","Action":"s3:*","Resource":"*","Condition":[]`, `"Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{}`},
	{"DATA_TYPE_MISMATCH", identity, `"Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{"Bool":"true"}`, `"Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":true}}`},
	{"INVALID_VERSION", identity, `{"Version":"2012-10-18","Statement":[]}`, `{"Version":"2008-10-17","Statement":[]}`},
	{"MISSING_VERSION", identity, `{"Statement":[]}`, `{"Version":"2012-10-17","Statement":[]}`},
	{"MISSING_STATEMENT", identity, `{"Version":"2012-10-17"}`, `"Effect":"Allow","Action":"s3:*","Resource":"*"`},
	{"MISSING_STATEMENT", identity, `{"Version":"2012-10-17","Statement":[]}`, `{"Version":"2012-10-17","Statement":{"Effect":"Allow"}}`},
	{"INVALID_POLICY_ELEMENT", identity, `{"Version":"2012-10-17","Statment":[]}`, `{"Version":"2012-10-17","Statement":[]}`},
	{"INVALID_POLICY_ELEMENT", identity, `"Effect":"Allow","Actions":"s3:*","Resource":"*"`, `"Effect":"Allow","Action":"s3:*","Resource":"*"`},
	{"MISSING_EFFECT", identity, `"Action":"s3:*","Resource":"*"`, `"Effect":"Allow","Action":"s3:*","Resource":"*"`},
	{"INVALID_EFFECT", identity, `"Effect":"allow","Action":"s3:*","Resource":"*"`, `"Effect":"Deny","Action":"s3:*","Resource":"*"`},
	{"MISSING_ACTION", identity, `"Effect":"Allow","Resource":"*"`, `"Effect":"Deny","NotAction":"s3:*","Resource":"*"`},
	{"EMPTY_ARRAY_ACTION", identity, `"Effect":"Allow","Action":[],"Resource":"*"`, `"Effect":"Allow","Action":["s3:*"],"Resource":"*"`},
	{"MISSING_RESOURCE", identity, `"Effect":"Allow","Action":"s3:*"`, `"Effect":"Deny","Action":"s3:*","NotResource":"*"`},
	{"MISSING_RESOURCE", bucket, `"Effect":"Allow","Principal":"*","Action":"s3:*"`, `"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::a"`},
	{"MISSING_RESOURCE", scp, `"Effect":"Deny","Action":"s3:*"`, `"Effect":"Deny","Action":"s3:*","Resource":"*"`},
	{"EMPTY_ARRAY_RESOURCE", identity, `"Effect":"Allow","Action":"s3:*","Resource":[]`, `"Effect":"Allow","Action":"s3:*","Resource":["*"]`},
	{"MISSING_PRINCIPAL", resource, `"Effect":"Allow","Action":"s3:*","Resource":"*"`, `"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"`},
	{"MISSING_PRINCIPAL", rcp, `"Effect":"Deny","Action":"s3:*","Resource":"*"`, `"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"`},
	{"UNSUPPORTED_PRINCIPAL", identity, `"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"`, `"Effect":"Allow","Action":"s3:*","Resource":"*"`},
	{"UNSUPPORTED_ELEMENT_COMBINATION", identity, `"Effect":"Allow","Action":"s3:*","NotAction":"s3:*","Resource":"*"`, `"Effect":"Allow","Action":"s3:*","Resource":"*"`},
	{"UNSUPPORTED_SID", identity, `"Sid":"read it","Effect":"Allow","Action":"s3:*","Resource":"*"`, `"Sid":"ReadIt1","Effect":"Allow","Action":"s3:*","Resource":"*"`},
	{"UNSUPPORTED_SID", trust, `"Sid":"a-b"`, `"Sid":"ab"`},
	{"EMPTY_SID_VALUE", identity, `"Sid":"","Effect":"Allow","Action":"s3:*","Resource":"*"`, `"Sid":"a","Effect":"Allow","Action":"s3:*","Resource":"*"`},
	{"UNIQUE_SIDS_REQUIRED", identity, `{"Statement":[{"Sid":"a"},{"Sid":"a"}]}`, `{"Statement":[{"Sid":"a"},{"Sid":"A"}]}`},
	{"UNIQUE_SIDS_RECOMMENDED", resource, `{"Statement":[{"Sid":"a b"},{"Sid":"a b"}]}`, `{"Statement":[{"Sid":"a b"},{"Sid":"b"}]}`},
	{"POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA", identity, `{"Id":"` + strings.Repeat("a", 6200) + `"}`, `{"Id":"` + strings.Repeat(" ", 6200) + `"}`},
	{"POLICY_SIZE_EXCEEDS_SCP_QUOTA", scp, `{"Id":"` + strings.Repeat("a", 10_300) + `"}`, `{"Id":"` + strings.Repeat("a", 10_000) + `"}`},
	{"POLICY_SIZE_EXCEEDS_RCP_QUOTA", rcp, `{"Id":"` + strings.Repeat("a", 5200) + `"}`, `{"Id":"` + strings.Repeat("a", 5000) + `"}`},
	{"POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA", bucket, `{"Id":"` + strings.Repeat("a", 20_500) + `"}`, `{"Id":"` + strings.Repeat("a", 20_000) + `"}`},
	{"POLICY_SIZE_EXCEEDS_ROLE_TRUST_POLICY_QUOTA", trust, `{"Id":"` + strings.Repeat("a", 2100) + `"}`, `{"Id":"` + strings.Repeat("a", 2000) + `"}`},
}

var actionCases = []checked{
	{"INVALID_ACTION", identity, `"Effect":"Allow","Action":"s3:ListBuckets","Resource":"*"`, `"Effect":"Allow","Action":"s3:listallmybuckets","Resource":"*"`},
	{"INVALID_ACTION", identity, `"Effect":"Allow","Action":"s3:Gett*","Resource":"*"`, `"Effect":"Allow","Action":"s3:Get*","Resource":"*"`},
	{"INVALID_ACTION", identity, `"Effect":"Allow","Action":"s3","Resource":"*"`, `"Effect":"Allow","Action":"*","Resource":"*"`},
	{"INVALID_SERVICE_IN_ACTION", identity, `"Effect":"Allow","Action":"s33:GetObject","Resource":"*"`, `"Effect":"Allow","Action":"S3:GetObject","Resource":"*"`},
	{"INVALID_SERVICE_IN_ACTION", identity, `"Effect":"Allow","Action":"s*:GetObject","Resource":"*"`, `"Effect":"Allow","Action":"s3:*","Resource":"*"`},
	{"SCP_SYNTAX_ERROR_ACTION_WILDCARD", scp, `"Effect":"Deny","Action":"iam:*Role","Resource":"*"`, `"Effect":"Deny","Action":["iam:Get*","*"],"Resource":"*"`},
	{"UNSUPPORTED_ACTION_IN_POLICY", bucket, `"Effect":"Allow","Principal":"*","Action":"kms:Decrypt","Resource":"arn:aws:s3:::a"`, `"Effect":"Allow","Principal":"*","Action":["s3:*","s3:GetObject"],"Resource":"arn:aws:s3:::a"`},
	{"UNSUPPORTED_ACTION_IN_POLICY", bucket, `"Effect":"Allow","Principal":"*","Action":"s3:ListAllMyBuckets","Resource":"arn:aws:s3:::a"`, `"Effect":"Allow","Principal":"*","Action":"s3:ListBucket","Resource":"arn:aws:s3:::a"`},
	{"UNSUPPORTED_ACTION_IN_POLICY", trust, `"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:GetCallerIdentity"`, `"Effect":"Allow","Principal":{"AWS":"*"},"Action":["sts:AssumeRole","sts:TagSession","sts:SetSourceIdentity"]`},
	{"REDUNDANT_ACTION", identity, `"Effect":"Allow","Action":["iam:Get*","iam:List*","iam:GetCredentialReport"],"Resource":"*"`, `"Effect":"Allow","Action":["iam:Get*","iam:List*","iam:*CredentialReport"],"Resource":"*"`},
	{"REDUNDANT_ACTION", identity, `"Effect":"Allow","Action":["s3:GetObject","S3:getobject"],"Resource":"*"`, `"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"*"`},
	{"REDUNDANT_STATEMENT", identity, `{"Statement":[{"Sid":"a","Action":["s3:*"]},{"Action":[ "s3:*" ],"Sid":"b"}]}`, `{"Statement":[{"Sid":"a","Action":["s3:*"]},{"Sid":"a","Action":["s3 :*"]}]}`},
	{"RCP_SYNTAX_ERROR_NOTACTION", rcp, `"Effect":"Deny","Principal":"*","NotAction":"s3:*","Resource":"*"`, `"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"`},
	{"RCP_SYNTAX_ERROR_ACTION", rcp, `"Effect":"Deny","Principal":"*","Action":"ec2:*","Resource":"*"`, `"Effect":"Deny","Principal":"*","Action":["s3:*","sts:AssumeRole"],"Resource":"*"`},
	{"RCP_SYNTAX_ERROR_ACTION", rcp, `"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"`, `"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"`},
	{"VARIABLE_UNSUPPORTED_IN_ELEMENT", identity, `"Effect":"Allow","Action":"s3:${aws:username}","Resource":"*"`, `"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::${aws:username}"`},
}

var resourceCases = []checked{
	{"INVALID_ARN_PREFIX", identity, `"Effect":"Allow","Action":"s3:*","Resource":"aws:s3:::a"`, `"Effect":"Allow","Action":"s3:*","Resource":["arn:aws:s3:::a","*"]`},
	{"MISSING_ARN_FIELD", identity, `"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:a"`, `"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::a"`},
	{"INVALID_PARTITION", identity, `"Effect":"Allow","Action":"s3:*","Resource":"arn:amazon:s3:::a"`, `"Effect":"Allow","Action":"s3:*","Resource":["arn:aws-cn:s3:::a","arn:*:s3:::b"]`},
	{"INVALID_ARN_SERVICE_CASE", identity, `"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:S3:::a"`, `"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::A"`},
	{"INVALID_SERVICE", identity, `"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s4:::a"`, `"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::a"`},
	{"INVALID_SERVICE", identity, `"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"StringEquals":{"s4:a":"b"}}`, `"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"StringEquals":{"s3:a":"b"}}`},
	{"WILDCARD_IN_SERVICE_NAME", identity, `"Effect":"Allow","Action":"codebuild:*","Resource":"arn:aws:*code*::111122223333:*"`, `"Effect":"Allow","Action":"codebuild:*","Resource":"arn:aws:codebuild:*:111122223333:*"`},
	{"INVALID_ARN_REGION", identity, `"Effect":"Allow","Action":"sqs:*","Resource":"arn:aws:sqs:us-east-9:123456789012:a"`, `"Effect":"Allow","Action":"sqs:*","Resource":["arn:aws:sqs:us-east-1:123456789012:a","arn:aws:sqs:us-*:123456789012:b"]`},
	{"INVALID_ARN_ACCOUNT", identity, `"Effect":"Allow","Action":"sqs:*","Resource":"arn:aws:sqs:us-east-1:12345:a"`, `"Effect":"Allow","Action":"iam:*","Resource":["arn:aws:iam::aws:policy/a","arn:aws:iam::*:role/a"]`},
	{"INVALID_ARN_RESOURCE", identity, `"Effect":"Allow","Action":"iam:*","Resource":"arn:aws:iam::123456789012:rolle/a"`, `"Effect":"Allow","Action":"iam:*","Resource":"arn:aws:iam::123456789012:r*/a"`},
	{"ARN_REGION_NOT_ALLOWED", identity, `"Effect":"Allow","Action":"iam:*","Resource":"arn:aws:iam:us-east-1:123456789012:role/a"`, `"Effect":"Allow","Action":"iam:*","Resource":"arn:aws:iam::123456789012:role/a"`},
	{"MISSING_ARN_REGION", identity, `"Effect":"Allow","Action":"sqs:*","Resource":"arn:aws:sqs::123456789012:a"`, `"Effect":"Allow","Action":"sqs:*","Resource":"arn:aws:sqs:*:123456789012:a"`},
	{"ARN_ACCOUNT_NOT_ALLOWED", identity, `"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3::123456789012:a"`, `"Effect":"Allow","Action":"s3:*","Resource":["arn:aws:s3:::a","arn:aws:s3:us-east-1:123456789012:accesspoint/a"]`},
	{"MISSING_ARN_ACCOUNT", identity, `"Effect":"Allow","Action":"sqs:*","Resource":"arn:aws:sqs:us-east-1::a"`, `"Effect":"Allow","Action":"ssm:*","Resource":"arn:aws:ssm:us-east-1::parameter/aws/service/a"`},
	{"UNSUPPORTED_RESOURCE_ARN_IN_POLICY", bucket, `"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"`, `"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::a","arn:aws:s3:::a/*"]`},
	{"UNSUPPORTED_RESOURCE_ARN_IN_POLICY", bucket, `"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"arn:aws:sqs:us-east-1:123456789012:a"`, `"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::${aws:username}"`},
	{"UNSUPPORTED_RESOURCE_ARN_IN_POLICY", table, `"Effect":"Allow","Principal":"*","Action":"dynamodb:GetItem","Resource":"arn:aws:s3:::a"`, `"Effect":"Allow","Principal":"*","Action":"dynamodb:GetItem","Resource":"arn:aws:dynamodb:us-east-1:123456789012:table/a"`},
	{"REDUNDANT_RESOURCE", identity, `"Effect":"Allow","Action":"iam:GetRole","Resource":["arn:aws:iam::111122223333:role/jane-admin","arn:aws:iam::111122223333:role/jane*"]`,
		`"Effect":"Allow","Action":"iam:GetRole","Resource":["arn:aws:iam::111122223333:role/jane-admin","arn:aws:iam::111122223333:role/jane-?"]`},
	{"RCP_SYNTAX_ERROR_ALLOW", rcp, `"Effect":"Allow","Principal":"*","Action":"*","Resource":"arn:aws:s3:::a"`, `"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"`},
	{"MISSING_BRACE_IN_VARIABLE", identity, `"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::${aws:username"`, `"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::${aws:username}"`},
	{"MISSING_QUOTE_IN_VARIABLE", identity, `"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::${aws:username, any}"`, `"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::${aws:username, 'any'}"`},
	{"UNSUPPORTED_SPACE_IN_VARIABLE", identity, `"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::${aws: username}"`, `"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::${aws:PrincipalTag/my team}"`},
	{"EMPTY_VARIABLE", identity, `"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::${ }"`, `"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::${*}"`},
	{"VARIABLE_UNSUPPORTED_IN_VERSION", identity, `{"Version":"2008-10-17","Statement":{"Resource":"arn:aws:s3:::${aws:username}"}}`, `"Resource":"arn:aws:s3:::${aws:username}"`},
}
