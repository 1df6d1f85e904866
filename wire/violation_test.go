package wire

import (
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/api"
	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/api/organizations"
	"github.com/rolecall-iam/rolecall/api/ssoadmin"
	"github.com/rolecall-iam/rolecall/api/sts"
)

const arnPattern = `[\u0009\u000A\u000D\u0020-\u007E\u0085\u00A0-\uD7FF\uE000-\uFFFD\u10000-\u10FFFF]+`

var roleARN = "arn:aws:iam::123456789012:role/Reader"

// Each case is a form and AWS's words for what is wrong with it.
func TestViolationsInTheWordsOfAWS(t *testing.T) {
	many := func(n int) string { return strings.Repeat("a", n) }
	for _, c := range []struct {
		rule    string
		op      *api.Operation
		form    string
		code    string
		message string
	}{
		{"a session name may not have a colon", sts.AssumeRole.Operation,
			"RoleArn=" + roleARN + "&RoleSessionName=Session1:2", "ValidationError",
			`1 validation error detected: Value 'Session1:2' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+=,.@-]*`},
		{"a session name has at most 64 characters", sts.AssumeRole.Operation,
			"RoleArn=" + roleARN + "&RoleSessionName=" + many(65), "ValidationError",
			`1 validation error detected: Value '` + many(65) + `' at 'roleSessionName' failed to satisfy constraint: Member must have length less than or equal to 64`},
		{"an empty ARN breaks pattern and length, pattern first (mmmorris1975/aws-runas#80)", sts.AssumeRole.Operation,
			"RoleArn=&RoleSessionName=me", "ValidationError",
			`2 validation errors detected: Value '' at 'roleArn' failed to satisfy constraint: Member must satisfy regular expression pattern: ` + arnPattern +
				`; Value '' at 'roleArn' failed to satisfy constraint: Member must have length greater than or equal to 20`},
		{"what is required and absent is null", sts.AssumeRole.Operation,
			"RoleSessionName=me", "ValidationError",
			`1 validation error detected: Value null at 'roleArn' failed to satisfy constraint: Member must not be null`},
		{"a number below its minimum is told with its value", sts.AssumeRole.Operation,
			"RoleArn=" + roleARN + "&RoleSessionName=me&DurationSeconds=899", "ValidationError",
			`1 validation error detected: Value '899' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900`},
		{"a number above its maximum likewise", sts.AssumeRole.Operation,
			"RoleArn=" + roleARN + "&RoleSessionName=me&DurationSeconds=43201", "ValidationError",
			`1 validation error detected: Value '43201' at 'durationSeconds' failed to satisfy constraint: Member must have value less than or equal to 43200`},
		{"an element of a list is told by its number (SWO-GS/auto-tag#90)", sts.AssumeRole.Operation,
			"RoleArn=" + roleARN + "&RoleSessionName=me&Tags.member.1.Key=a&Tags.member.1.Value=b&Tags.member.2.Key=c!&Tags.member.2.Value=d", "ValidationError",
			`1 validation error detected: Value 'c!' at 'tags.2.member.key' failed to satisfy constraint: Member must satisfy regular expression pattern: [\p{L}\p{Z}\p{N}_.:/=+\-@]+`},
		{"a required member of an element", sts.AssumeRole.Operation,
			"RoleArn=" + roleARN + "&RoleSessionName=me&Tags.member.1.Key=a", "ValidationError",
			`1 validation error detected: Value null at 'tags.1.member.value' failed to satisfy constraint: Member must not be null`},
		{"IAM leaves the value out (aws/eks-hybrid#113)", iam.GetRole.Operation,
			"RoleName=" + many(65), "ValidationError",
			`1 validation error detected: Value at 'roleName' failed to satisfy constraint: Member must have length less than or equal to 64`},
		{"IAM has a sentence for names (app-sre/qontract-reconcile#2640)", iam.GetUser.Operation,
			"UserName=a%20b", "ValidationError",
			`The specified value for userName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-`},
		{"IAM has a sentence for policy names (aws-cloudformation/cfn-lint#996)", iam.CreatePolicy.Operation,
			"PolicyName=Deny%20unless&PolicyDocument={}", "ValidationError",
			`The specified value for policyName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-`},
		{"IAM has a sentence for paths (aws-cloudformation/cfn-lint#722)", iam.CreateUser.Operation,
			"UserName=u&Path=test/", "ValidationError",
			`The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.`},
		{"IAM has a sentence for path prefixes (aws/aws-cli#5860)", iam.ListPolicies.Operation,
			"PathPrefix=/foo", "ValidationError",
			`The specified value for pathPrefix is invalid. It must begin with the / character and contain only alphanumeric characters and/or / characters.`},
		{"IAM's tags have the model's words (juspay/hyperswitch-suite#323)", iam.TagUser.Operation,
			"UserName=u&Tags.member.1.Key=k&Tags.member.1.Value=(x)", "ValidationError",
			`1 validation error detected: Value at 'tags.1.member.value' failed to satisfy constraint: Member must satisfy regular expression pattern: [\p{L}\p{Z}\p{N}_.:/=+\-@]*`},
		{"an enumeration is told in full", iam.ListPolicies.Operation,
			"Scope=Mine", "ValidationError",
			`1 validation error detected: Value at 'scope' failed to satisfy constraint: Member must satisfy enum value set: [All, AWS, Local]`},
		{"a secret is never repeated", sts.AssumeRoleWithSAML.Operation,
			"RoleArn=" + roleARN + "&PrincipalArn=" + roleARN + "&SAMLAssertion=x", "ValidationError",
			`1 validation error detected: Value at 'sAMLAssertion' failed to satisfy constraint: Member must have length greater than or equal to 4`},
		{"a word for a number is malformed", sts.AssumeRole.Operation,
			"RoleArn=" + roleARN + "&RoleSessionName=me&DurationSeconds=abc", "MalformedInput", `Invalid number: 'abc'`},
		{"a word for a boolean is malformed, in the words of AWS's parser", iam.ListEntitiesForPolicy.Operation,
			"PolicyArn=" + roleARN + "&MaxItems=x", "MalformedInput", `Invalid number: 'x'`},
		{"all is well", sts.AssumeRole.Operation, "RoleArn=" + roleARN + "&RoleSessionName=me&DurationSeconds=900", "", ""},
		{"unknown parameters are left alone", sts.AssumeRole.Operation, "RoleArn=" + roleARN + "&RoleSessionName=me&Colour=red", "", ""},
	} {
		t.Run(c.rule, func(t *testing.T) {
			form := "Action=" + c.op.Name + "&Version=" + c.op.Service.Version + "&" + c.form
			checkError(t, decodeForm(t, c.op, form), c.code, c.message)
		})
	}
}

func checkError(t *testing.T, err *Error, code, message string) {
	t.Helper()
	if err == nil {
		err = &Error{}
	}
	if err.Code != code || err.Message != message {
		t.Errorf("got  %s: %s\nwant %s: %s", err.Code, err.Message, code, message)
	}
	if err.Code != "" && (err.Status < 400 || err.Status > 499) {
		t.Errorf("status %d", err.Status)
	}
}

func decodeForm(t *testing.T, op *api.Operation, form string) *Error {
	t.Helper()
	r := httptest.NewRequest("POST", "/", nil)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	target, err := NewRouter(op.Service).Route(r, []byte(form))
	if err != nil {
		return err
	}
	in := reflect.New(reflect.TypeOf(op.In).Elem()).Interface()
	return new(Codec).Decode(target, r, []byte(form), in)
}

// A form that names many wrong values gets an answer of bounded length.
func TestViolationsAreBounded(t *testing.T) {
	form := url.Values{"Action": {"TagUser"}, "Version": {iam.Service.Version}, "UserName": {"u"}}
	for i := range 300 {
		n := "Tags.member." + string(rune('1'+i%9)) + strings.Repeat("0", i/100) + string(rune('0'+i/9%10))
		form.Set(n+".Key", "!")
		form.Set(n+".Value", "!")
	}
	err := decodeForm(t, iam.TagUser.Operation, form.Encode())
	if err == nil || !strings.HasPrefix(err.Message, "100 validation errors detected: ") {
		t.Errorf("got %v", err)
	}
	err = decodeForm(t, sts.AssumeRole.Operation, "Action=AssumeRole&Version=2011-06-15&RoleArn="+roleARN+
		"&RoleSessionName="+strings.Repeat("a", 1_000_000))
	if err == nil || len(err.Message) > 5000 {
		t.Error("a value of a megabyte came back")
	}
}

// Services with JSON report a violation by the code that their model lists.
func TestViolationCodes(t *testing.T) {
	for op, want := range map[*api.Operation]string{
		organizations.CreateAccount.Operation:  "InvalidInputException",
		ssoadmin.CreatePermissionSet.Operation: "ValidationException",
		iam.CreateRole.Operation:               "ValidationError",
	} {
		if got := validationCode(op, ""); got != want {
			t.Errorf("%s: %s, want %s", op.Name, got, want)
		}
	}
}
