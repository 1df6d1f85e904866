package explain_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/authz/explain"
)

// What people commonly deny on is named with the values that were compared, and
// what the caller, or who tags them, can do comes before any change of a policy.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
func TestADenialByACommonKeyIsToldAndMended(t *testing.T) {
	const allow = `"Effect":"Allow","Action":"*","Resource":"*"`
	for _, c := range []struct {
		key    string
		deny   string // a condition under which a statement denies
		allow  string // one under which one allows; empty where it is not asked about
		told   string // of the denial
		fix    string // the first
		action string // s3:PutObject where it is empty
	}{
		{"aws:SecureTransport=false", `"Bool":{"aws:SecureTransport":"false"}`, `"Bool":{"aws:SecureTransport":"true"}`,
			"aws:SecureTransport is false, and the request has false", "use https: call an endpoint whose URL begins with https://", ""},
		{"aws:SourceIp=192.0.2.7", `"NotIpAddress":{"aws:SourceIp":["203.0.113.0/24","198.51.100.1"]}`, `"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}`,
			"aws:SourceIp is not in 203.0.113.0/24, 198.51.100.1, and the request has 192.0.2.7", "call from an address in 203.0.113.0/24", ""},
		{"aws:SourceIp=192.0.2.7", `"StringNotEquals":{"aws:SourceVpce":"vpce-1"},"IpAddress":{"aws:SourceIp":"0.0.0.0/0"}`, `"StringEquals":{"aws:SourceVpce":"vpce-1"}`,
			"aws:SourceVpce is not vpce-1, and the request has no aws:SourceVpce, and where aws:SourceIp is in 0.0.0.0/0", "call through the VPC endpoint vpce-1", ""},
		{"aws:SourceVpc=vpc-2", `"StringNotEquals":{"aws:SourceVpc":"vpc-1"}`, `"StringEquals":{"aws:SourceVpc":"vpc-1"}`,
			"aws:SourceVpc is not vpc-1, and the request has vpc-2", "call through a VPC endpoint of vpc-1", ""},
		{"aws:RequestedRegion=us-east-1", `"StringNotEquals":{"aws:RequestedRegion":["cn-north-1","eu-central-1"]}`, `"StringEquals":{"aws:RequestedRegion":["eu-*","eu-central-1"]}`,
			"aws:RequestedRegion is not cn-north-1, eu-central-1, and the request has us-east-1", "call it in region eu-central-1", "ec2:RunInstances"},
		{"aws:MultiFactorAuthPresent=false", `"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}`, `"Bool":{"aws:MultiFactorAuthPresent":"true"}`,
			"aws:MultiFactorAuthPresent is false, and the request has false", "use MFA", ""},
		{"aws:MultiFactorAuthAge=7200", `"NumericGreaterThan":{"aws:MultiFactorAuthAge":"3600"}`, `"NumericLessThan":{"aws:MultiFactorAuthAge":"3600"}`,
			"aws:MultiFactorAuthAge is more than 3600, and the request has 7200", "use MFA", ""},
		{"aws:CurrentTime=2026-03-01T12:00:00Z", `"DateGreaterThan":{"aws:CurrentTime":"2026-01-01T00:00:00Z"}`, "",
			"aws:CurrentTime is more than 2026-01-01T00:00:00Z, and the request has 2026-03-01T12:00:00Z", "leave " + annARN + " out of statement 1", ""},
		{"aws:TokenIssueTime=2025-01-01T00:00:00Z", `"DateLessThan":{"aws:TokenIssueTime":"2026-01-01T00:00:00Z"}`, "",
			"aws:TokenIssueTime is less than 2026-01-01T00:00:00Z, and the request has 2025-01-01T00:00:00Z", "begin a new session", ""},
		{"aws:PrincipalTag/team=blue", `"StringNotEquals":{"aws:PrincipalTag/team":"red"}`, `"StringLike":{"aws:PrincipalTag/team":["r*","red"]}`,
			"aws:PrincipalTag/team is not red, and the request has blue", "tag user ann with team=red", ""},
		{"aws:ResourceTag/team=red", `"StringNotEquals":{"aws:ResourceTag/team":"${aws:PrincipalTag/team}"}`, `"StringEquals":{"aws:ResourceTag/team":"${aws:PrincipalTag/team}"}`,
			"aws:ResourceTag/team is not ${aws:PrincipalTag/team}, and the request has red", "tag user ann with team=red", ""},
		{"aws:TagKeys=env,cost", `"ForAnyValue:StringNotEquals":{"aws:TagKeys":["env","team"]}`, `"ForAllValues:StringEquals":{"aws:TagKeys":["env","team"]}`,
			"aws:TagKeys in one of its values is not env, team, and the request has env, cost", "leave out the tag cost", ""},
		{"aws:RequestTag/team=blue", `"StringNotEquals":{"aws:RequestTag/team":"red"}`, `"StringEquals":{"aws:RequestTag/team":"red"}`,
			"aws:RequestTag/team is not red, and the request has blue", "pass the tag team=red", ""},
		{"", `"Null":{"aws:RequestTag/team":"true"}`, `"Null":{"aws:RequestTag/team":"false"}`,
			"aws:RequestTag/team is absent, and the request has no aws:RequestTag/team", "pass the tag team=VALUE, with a value of yours", ""},
		{"", `"StringNotEquals":{"s3:x-amz-server-side-encryption":"aws:kms"}`, `"StringEquals":{"s3:x-amz-server-side-encryption":"aws:kms"}`,
			"s3:x-amz-server-side-encryption is not aws:kms, and the request has no s3:x-amz-server-side-encryption", "pass --server-side-encryption aws:kms", ""},
		{"sts:ExternalId=b", `"StringNotEquals":{"sts:ExternalId":"a"}`, `"StringEquals":{"sts:ExternalId":"a"}`,
			"sts:ExternalId is not a, and the request has b", "pass the external id a", "sts:AssumeRole"},
		{"sts:RoleSessionName=john", `"StringNotLike":{"sts:RoleSessionName":"ci-*"}`, `"StringLike":{"sts:RoleSessionName":"ci-*"}`,
			"sts:RoleSessionName is not like ci-*, and the request has john", "name the session ci-session", "sts:AssumeRole"},
		{"aws:UserAgent=", `"StringNotLike":{"aws:UserAgent":"corp*"}`, "",
			"aws:UserAgent is not like corp*, and the request has it without a value", "leave " + annARN + " out of statement 1", ""},
	} {
		t.Run(c.deny, func(t *testing.T) {
			s := scene{caller: annARN, action: "s3:PutObject", resource: object, keys: map[string]string{"aws:CurrentTime": "2026-03-01T12:00:00Z"}, identity: []string{statement(allow), statement(`"Effect":"Deny","Action":"*","Resource":"*","Condition":{` + c.deny + `}`)}}
			key, value, given := strings.Cut(c.key, "=")
			if given && key != "aws:TagKeys" {
				s.keys[key] = value
			}
			if c.action != "" {
				s.action, s.resource = c.action, "*"
			}
			if c.action == "sts:AssumeRole" {
				s.resource, s.trust = target, statement(`"Effect":"Allow","Principal":{"AWS":"`+account+`"},"Action":"sts:AssumeRole"`)
			}
			ask := func(policies ...string) explain.Explanation {
				s.identity = policies
				q := s.question(t)
				if key == "aws:TagKeys" {
					q.Request.Context.SetMany(key, strings.Split(value, ",")...)
				}
				return explain.Explain(q, true)
			}
			mends := func(x explain.Explanation) bool { // a value more of a tag opens no more than the tag
				i := slices.IndexFunc(x.Fixes, func(f explain.Fix) bool { return strings.HasPrefix(f.Title, c.fix) })
				return i == 0 || i == 1 && strings.HasPrefix(key, "aws:PrincipalTag")
			}
			x := ask(s.identity...)
			if x.Allowed || !strings.Contains(x.Verdict, "denies it, whatever allows it. It denies where "+c.told+".") && !strings.Contains(x.Verdict, c.told) || !mends(x) {
				t.Errorf("%s\n%v", x.Verdict, titles(x.Fixes))
			}
			if c.allow == "" {
				return
			}
			x = ask(statement(allow + `,"Condition":{` + c.allow + `}`))
			if x.Allowed || !mends(x) || given && !strings.Contains(x.Verdict, "; the request has ") {
				t.Errorf("%s\n%v", x.Verdict, titles(x.Fixes))
			}
		})
	}
}

// A change of the network or the region is one that the caller can make: what is
// in a region stays there, and the command names another region where it can.
func TestARegionIsChangedOnlyWhereItCanBe(t *testing.T) {
	const denial = `"Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringNotEquals":{"aws:RequestedRegion":"eu-central-1"}}`
	keys := map[string]string{"aws:RequestedRegion": "us-east-1"}
	x := explained(t, scene{caller: annARN, action: "sts:AssumeRole", resource: target, keys: keys, identity: []string{statement(mayAssume), statement(denial)},
		trust: statement(`"Effect":"Allow","Principal":{"AWS":"` + account + `"},"Action":"sts:AssumeRole"`)})
	if got := x.Fixes[0].Edits[0].Command; !strings.HasPrefix(got, "aws sts assume-role ") || !strings.HasSuffix(got, " --region eu-central-1") {
		t.Error(got)
	}
	for _, resource := range []string{object, "arn:aws:sqs:us-east-1:" + account + ":q"} {
		x := explained(t, scene{caller: annARN, action: "sqs:SendMessage", resource: resource, keys: keys, identity: []string{statement(`"Effect":"Allow","Action":"*","Resource":"*"`), statement(denial)}})
		for _, f := range x.Fixes {
			if strings.Contains(f.Title, "call it in region") {
				t.Errorf("%s: %s", resource, f.Title)
			}
		}
	}
}

// Who is to be tagged is tagged by one command; what nobody may tag is not.
//
// Source: https://docs.aws.amazon.com/cli/latest/reference/iam/tag-user.html
func TestATagIsGivenByACommand(t *testing.T) {
	const own = `"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalTag/team":"it's red"}}`
	for caller, want := range map[string]string{
		annARN:            `aws iam tag-user --user-name ann --tags '[{"Key":"team","Value":"it'\''s red"}]'`,
		devRole + "@ann":  `aws iam tag-role --role-name Dev --tags '[{"Key":"team","Value":"it'\''s red"}]'`,
		regional + "@ann": "",
	} {
		got := ""
		for _, f := range explained(t, scene{caller: caller, action: "s3:GetObject", resource: object, identity: []string{statement(own)}}).Fixes {
			if strings.HasPrefix(f.Title, "tag ") {
				got = f.Edits[0].Command
				if len(f.Warnings) != 1 {
					t.Errorf("%v", f.Warnings)
				}
			}
		}
		if got != want {
			t.Errorf("%s: %s, want %s", caller, got, want)
		}
	}
}

// TLS is named where it is what fails, and nowhere else.
func TestSecureTransportIsNamedWhereItFails(t *testing.T) {
	const tls = `"Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}`
	all := statement(`"Effect":"Allow","Action":"*","Resource":"*"`)
	named := func(x explain.Explanation) bool {
		return len(x.Mistakes) > 0 && x.Mistakes[0].Name == "secure-transport"
	}
	s := scene{caller: annARN, action: "s3:GetObject", resource: object, keys: map[string]string{"aws:SecureTransport": "false"}, identity: []string{all, statement(tls)}}
	if x := explained(t, s); !named(x) || !strings.Contains(x.Mistakes[0].Text, "begins with https://") {
		t.Errorf("%+v", x.Mistakes)
	}
	s.identity = []string{statement(tls)}
	s.keys = map[string]string{"aws:SecureTransport": "true"}
	if x := explained(t, s); named(x) {
		t.Error("with TLS, where nothing allows it")
	}
	s.keys, s.action = map[string]string{"aws:SecureTransport": "false"}, "sqs:SendMessage"
	if x := explained(t, s); named(x) {
		t.Error("of another action than the denial's")
	}
}
