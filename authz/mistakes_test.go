package authz

import (
	"testing"

	"github.com/rolecall-iam/rolecall/policy"
)

// The mistakes are those that other implementations of AWS's policies make,
// by their stable numbers. Each test is named for what goes wrong elsewhere.

// says checks what a statement makes of a request of alice's.
func says(t *testing.T, body string, context Context, want truth) {
	t.Helper()
	if got := answer(t, reads(alice, context), v2012, body); got != want {
		t.Errorf("{%s}\nsays %v, want %v", body, got, want)
	}
}

// conditioned is a statement's body with a condition alone.
func conditioned(condition string) string {
	return `"Action":"*","Resource":"*","Condition":{` + condition + `}`
}

func TestMistake1VariableExpandedBeforeWildcards(t *testing.T) {
	asks := reads(alice, keys("aws:username", "*"))
	p := Policies{Identity: named(t, `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::reports/${aws:username}"}}`)}
	check(t, asks, p, "denied for want of identity-based policy")
	says(t, conditioned(`"StringLike":{"s3:prefix":"${claim}"}`), keys("s3:prefix", "secret", "claim", "*"), no)
	says(t, conditioned(`"StringLike":{"s3:prefix":"${claim}"}`), keys("s3:prefix", "ab", "claim", "a?"), no)
}

func TestMistake2UnknownDenyNeverDenies(t *testing.T) {
	for _, condition := range []string{
		`"StringNotEqualsIfExists":{"aws:PrincipalTag/team":"red"}`,
		`"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/*"}`,
		`"StringRhymes":{"k":"red"}`, `"ForMostValues:StringEquals":{"k":"x"}`, `"NullIfExists":{"k":"true"}`,
		`"NumericEquals":{"k":"three"}`, `"DateEquals":{"k":"tomorrow"}`, `"IpAddress":{"k":"here"}`,
	} {
		p := Policies{Identity: named(t, allowAll,
			`{"Version":"2012-10-17","Statement":{"Effect":"Deny",`+conditioned(condition)+`}}`)}
		check(t, reads(alice, keys("k", "x", "aws:PrincipalArn", alice.CallerARN())), p, "denied explicitly by identity-based policy")
	}
}

func TestMistake3UnknownMembersDropped(t *testing.T) {
	for _, text := range []string{
		`{"Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*","Conditon":{"Bool":{"aws:SecureTransport":"true"}}}}`,
		`{"Statement":{"Effect":"Allow","Principal":"*","Action":"*","NotAction":"s3:*","Resource":"*"}}`,
	} {
		d, err := policy.Parse(text)
		if err == nil {
			t.Errorf("is parsed: %s", text)
		}
		p := Policies{Resource: &ResourcePolicy{OrdinaryPolicy, Named{Name: "bucket", Document: d}}}
		check(t, reads(Anonymous{}, Context{}), p, "denied by unreadable resource-based policy")
	}
}

func TestMistake4NegatedOperatorsOred(t *testing.T) {
	says(t, conditioned(`"StringNotEquals":{"k":["a","b"]}`), keys("k", "a"), no)
	says(t, conditioned(`"StringNotEquals":{"k":["a","b"]}`), Context{}, yes)
	says(t, conditioned(`"NotIpAddress":{"aws:SourceIp":["192.0.2.0/24","198.51.100.0/24"]}`), keys("aws:SourceIp", "192.0.2.1"), no)
}

func TestMistake5Case(t *testing.T) {
	says(t, `"Action":"*","Resource":"arn:aws:s3:::REPORTS/*"`, Context{}, no)
	says(t, `"Action":"*","Resource":"ARN:aws:s3:::reports/*"`, Context{}, unknown)
	says(t, conditioned(`"StringLike":{"k":"A*"}`), keys("k", "abc"), no)
	says(t, `"Action":"S3:getOBJECT","Resource":"*"`, Context{}, yes)
	says(t, conditioned(`"StringEquals":{"AWS:userName":"alice"}`), keys("aws:username", "alice"), yes)
}

func TestMistake6MFAFalseForLongTermKeys(t *testing.T) {
	var context Context
	context.AddCaller(Caller{Principal: alice}, noon)
	says(t, conditioned(`"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}`), context, yes)
	says(t, conditioned(`"BoolIfExists":{"aws:MultiFactorAuthPresent":"true"}`), context, yes)
	says(t, conditioned(`"Bool":{"aws:MultiFactorAuthPresent":"false"}`), context, no)
	says(t, conditioned(`"Null":{"aws:MultiFactorAuthPresent":"true"}`), context, yes)
}

func TestMistake7SourceAccountOfTheCaller(t *testing.T) {
	r := assumes(alice)
	r.Context.AddCaller(Caller{Principal: alice}, noon)
	r.Context.AddCall(Call{Time: noon})
	r.Context.AddResource(ours, nil)
	p := Policies{Resource: resourcePolicy(t, TrustPolicy, `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*",
		"Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:SourceAccount":"111111111111"}}}}`)}
	check(t, r, p, "denied for want of resource-based policy")
}

func TestMistake8ARNsAsOneGlob(t *testing.T) {
	says(t, conditioned(`"ArnLike":{"k":"arn:aws:sns:*:111111111111:topic"}`), keys("k", "arn:aws:sns:us-east-1:999999999999:x:111111111111:topic"), no)
	says(t, `"Action":"*","Resource":"arn:aws:s3:::reports/*"`, Context{}, yes)
	says(t, `"Action":"*","Resource":"arn:aws:s3:::rep*.csv"`, Context{}, yes)
}

func TestMistake9ForAllValuesAndUnparsable(t *testing.T) {
	says(t, conditioned(`"ForAllValues:StringEquals":{"aws:TagKeys":"team"}`), Context{}, yes)
	says(t, conditioned(`"NumericEquals":{"k":"many"}`), keys("k", "few"), unknown)
	says(t, conditioned(`"NumericEquals":{"k":"many"}`), keys("k", "many"), unknown)
	says(t, conditioned(`"DateEquals":{"k":"now"}`), keys("k", "now"), unknown)
}

func TestMistake10ResourcePolicyAlwaysLimited(t *testing.T) {
	p := Policies{
		Boundary: one(t, allowNil), Session: named(t, allowNil),
		Resource: resourcePolicy(t, OrdinaryPolicy, forAWS(deployer.CallerARN())),
	}
	check(t, reads(deployer, Context{}), p, "allowed by resource-based policy")
	p.Resource = resourcePolicy(t, OrdinaryPolicy, forAWS(deployer.Role.String()))
	check(t, reads(deployer, Context{}), p, "denied for want of permissions boundary")
}

func TestMistake11PrincipalAndConditionOfTwoStatements(t *testing.T) {
	p := Policies{Resource: resourcePolicy(t, OrdinaryPolicy, `{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Principal":{"AWS":"111111111111"},"Action":"*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}},
		{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"true"}}}]}`)}
	check(t, reads(lambda, keys("aws:SecureTransport", "false")), p, "denied for want of resource-based policy")
	p.Resource = resourcePolicy(t, OrdinaryPolicy, `{"Statement":{"Effect":"Allow","Action":"*","Resource":"*",
		"Principal":{"AWS":"222222222222","Service":"lambda.amazonaws.com"}}}`)
	check(t, reads(lambda, Context{}), p, "allowed by resource-based policy")
}

func TestMistake12AccountRootMatchesRootOnly(t *testing.T) {
	p := Policies{Identity: named(t, allowAll), Resource: trusting(t, `{"AWS":"arn:aws:iam::111111111111:root"}`)}
	check(t, assumes(alice), p, "allowed by identity-based policy")
	p.Resource = trusting(t, `{"AWS":"arn:aws:iam::111111111111:user/*"}`)
	check(t, assumes(alice), p, "denied for want of resource-based policy")
}

func TestMistake13NullIPv6QuestionMarkAndTime(t *testing.T) {
	says(t, conditioned(`"Null":{"k":"false"}`), Context{}, no)
	says(t, conditioned(`"IpAddress":{"k":"2001:db8::/32"}`), keys("k", "2001:db8::7"), yes)
	says(t, `"Action":"s3:Get?bject","Resource":"*"`, Context{}, yes)
	var context Context
	context.AddCall(Call{Time: noon})
	says(t, conditioned(`"DateEquals":{"aws:CurrentTime":"2026-11-21T12:00:00Z"}`), context, yes)
}

func TestMistake14EmptyStatementMatches(t *testing.T) {
	p := Policies{Identity: named(t, `{"Statement":{"Effect":"Allow"}}`)}
	check(t, reads(alice, Context{}), p, "denied for want of identity-based policy")
	p.Resource = resourcePolicy(t, OrdinaryPolicy, `{"Statement":{"Effect":"Allow","Principal":"*"}}`)
	check(t, reads(alice, Context{}), p, "denied for want of identity-based policy")
	r := reads(alice, Context{})
	r.Action = "s3:FrobnicateObject"
	p.Identity = named(t, `{"Statement":{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}}`)
	check(t, r, p, "denied for want of identity-based policy")
}

func TestMistake15ConditionThatDoesNotHold(t *testing.T) {
	context := keys("aws:SourceIp", "192.0.2.1")
	says(t, conditioned(`"IpAddress":{"aws:SourceIp":"198.51.100.0/24"}`), context, no)
	says(t, conditioned(`"NotIpAddress":{"aws:SourceIp":"192.0.2.0/24"}`), context, no)
}

func TestMistake34VariablesPutIntoText(t *testing.T) {
	const name = `x"},"Effect":"Allow`
	p := Policies{Identity: named(t, allowAll, `{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"*",
		"Condition":{"StringNotEquals":{"aws:UserAgent":"agent-${aws:username}"}}}}`)}
	check(t, reads(alice, keys("aws:username", name, "aws:UserAgent", "other")), p, "denied explicitly by identity-based policy")
	check(t, reads(alice, keys("aws:username", name, "aws:UserAgent", "agent-"+name)), p, "allowed by identity-based policy")
	says(t, conditioned(`"StringEquals":{"k":"${a}"}`), keys("k", "secret", "a", "${b}", "b", "secret"), no)
}

func TestMistake35OnlyAttachedManagedPolicies(t *testing.T) {
	inline, group := Named{Name: "inline"}, Named{Name: "group", ARN: "arn:aws:iam::111111111111:policy/group"}
	inline.Document, group.Document = doc(t, denyAll), doc(t, allowAll)
	check(t, reads(alice, Context{}), Policies{Identity: []Named{group, inline}}, "denied explicitly by identity-based policy")
	check(t, reads(alice, Context{}), Policies{Identity: []Named{group}, Boundary: one(t, allowNil)}, "denied for want of permissions boundary")
	check(t, reads(deployer, Context{}), Policies{}, "denied for want of identity-based policy")
}

func TestMistake36TrustWithoutItsPrincipal(t *testing.T) {
	r := assumes(mallory)
	r.Context = keys("sts:ExternalId", "secret")
	p := Policies{Identity: named(t, allowAll), Resource: resourcePolicy(t, TrustPolicy, `{"Version":"2012-10-17","Statement":{"Effect":"Allow",
		"Principal":{"AWS":"arn:aws:iam::333333333333:root"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"secret"}}}}`)}
	check(t, r, p, "denied for want of resource-based policy")
}
