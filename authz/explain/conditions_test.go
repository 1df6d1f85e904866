package explain_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/authz/explain"
)

// What a condition asks for is offered in the terms of its operator: a value
// more, a value less, or nothing where only the request could help.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
func TestAConditionIsMendedInTheTermsOfItsOperator(t *testing.T) {
	const key = "aws:PrincipalTag/team"
	for _, c := range []struct {
		rule      string
		condition string
		fix       string // empty: no edit of the condition
		document  string
	}{
		{
			"a value more of StringEquals",
			`"StringEquals":{"` + key + `":"red"}`,
			"add blue to the values of " + key, `["red", "blue"]`,
		},
		{
			"a value more of a list",
			`"StringEquals":{"` + key + `":["red","green"]}`,
			"add blue to the values of " + key, `["red","green", "blue"]`,
		},
		{
			"a value more of StringLike",
			`"StringLike":{"` + key + `":"r*"}`,
			"add blue to the values of " + key, `["r*", "blue"]`,
		},
		{
			"a value more where case does not matter",
			`"StringEqualsIgnoreCase":{"` + key + `":"RED"}`,
			"add blue to the values of " + key, `["RED", "blue"]`,
		},
		{
			"a value more with IfExists",
			`"StringEqualsIfExists":{"` + key + `":"red"}`,
			"add blue to the values of " + key, `["red", "blue"]`,
		},
		{
			"a value more of a range of addresses",
			`"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}`,
			"add 192.0.2.1 to the values of aws:SourceIp", `["10.0.0.0/8", "192.0.2.1"]`,
		},
		{
			"a value less of StringNotEquals",
			`"StringNotEquals":{"` + key + `":["blue","red"]}`,
			"take blue out of the values of " + key, `["red"]`,
		},
		{
			"the only value of StringNotEquals stays",
			`"StringNotEquals":{"` + key + `":["blue"]}`,
			"", "",
		},
		{
			"a pattern of StringNotLike stays",
			`"StringNotLike":{"` + key + `":["b*","x"]}`,
			"", "",
		},
		{
			"a number is the request's",
			`"NumericLessThan":{"aws:MultiFactorAuthAge":"60"}`,
			"", "",
		},
		{
			"a moment is the request's",
			`"DateLessThan":{"aws:CurrentTime":"2020-01-01T00:00:00Z"}`,
			"", "",
		},
		{
			"a key that is not there",
			`"StringEquals":{"aws:SourceVpce":"vpce-1"}`,
			"", "",
		},
	} {
		t.Run(c.rule, func(t *testing.T) {
			s := scene{
				caller: annARN, action: "s3:GetObject", resource: object,
				identity: []string{statement(readOnly + `,"Condition":{` + c.condition + `}`)},
				keys: map[string]string{
					key: "blue", "aws:SourceIp": "192.0.2.1", "aws:MultiFactorAuthAge": "100",
					"aws:CurrentTime": "2026-03-01T12:00:00Z",
				},
			}
			x := explained(t, s)
			got := ""
			document := ""
			for _, f := range x.Fixes {
				if strings.Contains(f.Title, "the values of") && got == "" {
					got, document = f.Title, f.Edits[0].Document
				}
			}
			if got != c.fix || !strings.Contains(document, c.document) {
				t.Errorf("%q: %s\nwant %q: %s", got, document, c.fix, c.document)
			}
		})
	}
}

// Names of roles of IAM Identity Center are corrected both ways: a region that
// is missing comes in, one that should not be there goes, another is replaced.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
func TestTheRegionOfAnSSORoleIsCorrected(t *testing.T) {
	const set = "AWSReservedSSO_AWSAdministratorAccess_9999999999999999"
	for _, c := range []struct {
		rule    string
		caller  string
		pattern string
		fix     string
		becomes string
	}{
		{
			"it is missing", regional, ssoPath + "AWSReservedSSO_AWS*",
			"put the region us-west-2 into the path of aws:PrincipalArn", ssoPath + "us-west-2/AWSReservedSSO_AWS*",
		},
		{
			"it is another's", regional, ssoPath + "eu-west-1/AWSReservedSSO_AWS*",
			"put the region us-west-2 into the path of aws:PrincipalArn", ssoPath + "us-west-2/AWSReservedSSO_AWS*",
		},
		{
			"there is none in us-east-1", ssoPath + set + "@ann", ssoPath + "us-east-1/AWSReservedSSO_AWS*",
			"take the region us-east-1 out of the path of aws:PrincipalArn", ssoPath + "AWSReservedSSO_AWS*",
		},
	} {
		t.Run(c.rule, func(t *testing.T) {
			x := explained(t, scene{
				caller: c.caller, action: "sts:AssumeRole", resource: target, identity: []string{statement(mayAssume)},
				trust: statement(trustByPath + `["` + c.pattern + `"]}}`),
			})
			if x.Fixes[0].Title != c.fix || !strings.Contains(x.Fixes[0].Edits[0].Document, `["`+c.becomes+`"]`) {
				t.Errorf("%q: %s", x.Fixes[0].Title, x.Fixes[0].Edits[0].Document)
			}
		})
	}
}

// What the caller of AssumeRole can pass is offered before any policy is
// touched, with the option of the aws CLI that passes it.
//
// Source: https://docs.aws.amazon.com/cli/latest/reference/sts/assume-role.html
func TestWhatTheCallerCanPassIsOfferedFirst(t *testing.T) {
	for _, c := range []struct {
		rule      string
		condition string
		fix       string
		option    string
	}{
		{
			"an external id",
			`"StringEquals":{"sts:ExternalId":"abc"}`,
			"pass the external id abc", "--external-id 'abc'",
		},
		{
			"one of two external ids",
			`"StringEquals":{"sts:ExternalId":["abc","def"]}`,
			"pass the external id abc", "--external-id 'abc'",
		},
		{
			"a name that fits a pattern",
			`"StringLike":{"sts:RoleSessionName":"ci-?-*"}`,
			"name the session ci-x-session", "--role-session-name 'ci-x-session'",
		},
		{
			"a name that is the user's own",
			`"StringLike":{"sts:RoleSessionName":"${aws:username}"}`,
			"name the session ann", "--role-session-name 'ann'",
		},
		{
			"a source identity",
			`"StringEquals":{"sts:SourceIdentity":"ann"}`,
			"pass the source identity ann", "--source-identity 'ann'",
		},
		{
			"a session tag",
			`"StringEquals":{"aws:RequestTag/Project":"Automation"}`,
			"pass the session tag Project=Automation", `--tags '[{"Key":"Project","Value":"Automation"}]'`,
		},
		{
			"a code",
			`"NumericLessThan":{"aws:MultiFactorAuthAge":"60"}`,
			"use MFA", "--token-code CODE",
		},
	} {
		t.Run(c.rule, func(t *testing.T) {
			x := explained(t, scene{
				caller: annARN, action: "sts:AssumeRole", resource: target, identity: []string{statement(`"Effect":"Allow","Action":"sts:*","Resource":"*"`)},
				trust: statement(`"Effect":"Allow","Principal":{"AWS":"` + account + `"},"Action":["sts:AssumeRole","sts:TagSession","sts:SetSourceIdentity"],"Condition":{` + c.condition + `}`),
			})
			f := x.Fixes[0]
			if f.Title != c.fix || !strings.HasSuffix(f.Edits[0].Command, c.option) || f.Edits[0].Target != "request" || f.Edits[0].Diff != "" {
				t.Errorf("%+v, want %q with %q", f, c.fix, c.option)
			}
		})
	}
}

// Of two conditions that fail both are met, with one edit each.
func TestTwoThingsToPassAreOneFix(t *testing.T) {
	x := explained(t, scene{
		caller: annARN, action: "sts:AssumeRole", resource: target, identity: []string{statement(mayAssume)},
		trust: statement(`"Effect":"Allow","Principal":{"AWS":"` + account + `"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"abc"},"Bool":{"aws:MultiFactorAuthPresent":"true"}}`),
	})
	titles := titles(x.Fixes)
	if !slices.ContainsFunc(titles, func(s string) bool { return s == "pass the external id abc, and use MFA" }) {
		t.Errorf("%q", titles)
	}
}

// What a request of another service cannot pass is not offered: an external id
// means nothing there.
func TestOtherServicesAreNotToldToPassWhatIsOfSTS(t *testing.T) {
	x := explain.Explain(scene{
		caller: annARN, action: "s3:GetObject", resource: object,
		identity: []string{statement(readOnly + `,"Condition":{"StringEquals":{"sts:ExternalId":"abc"}}`)},
	}.question(t), true)
	for _, f := range x.Fixes {
		if strings.Contains(f.Title, "external id") {
			t.Errorf("%q", f.Title)
		}
	}
}
