package sts_test

import (
	"strings"
	"testing"
)

// What may be a session policy (rule G8): an identity policy without a
// principal, and managed policies of AWS's or of the role's account.
//
// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html#API_AssumeRole_RequestParameters
// ("The policies must exist in the same account as the role", "up to 10");
// MalformedPolicyDocument is among its errors. For ARNs that name no policy
// nobody quotes AWS: they are refused in the words of S1.
func TestSessionPolicies(t *testing.T) {
	h := open(t)
	role := h.role("Deploy")
	own := h.call(admin, "iam", "CreatePolicy", "PolicyName", "own", "PolicyDocument", everything).value("Arn")
	theirs := h.call(guest, "iam", "CreatePolicy", "PolicyName", "theirs", "PolicyDocument", everything).value("Arn")
	const aws = "arn:aws:iam::aws:policy/ReadOnlyAccess"
	arns := func(list ...string) []string {
		var pairs []string
		for i, arn := range list {
			pairs = append(pairs, "PolicyArns.member."+decimal(i+1)+".arn", arn)
		}
		return pairs
	}
	var ten []string
	for i := range 11 {
		ten = append(ten, h.call(admin, "iam", "CreatePolicy", "PolicyName", "p"+decimal(i), "PolicyDocument", everything).value("Arn"))
	}
	invalid := func(arn string) refusal { return refusal{400, "ValidationError", arn + " is invalid"} }
	malformed := func(message string) refusal { return refusal{400, "MalformedPolicyDocument", message} }
	const gone, job = "arn:aws:iam::" + account + ":policy/gone", "arn:aws:iam::aws:policy/NobodyEverWroteThis"
	for _, c := range []struct {
		rule  string
		pairs []string
		want  refusal
	}{
		{"a policy of the role's account", arns(own), refusal{}},
		{"one of AWS's", arns(aws), refusal{}},
		{"ten", arns(ten[:10]...), refusal{}},
		{"eleven", arns(ten...), refusal{400, "ValidationError", "The number of policies has exceeded the limit of 10."}},
		{"one of another account", arns(theirs), invalid(theirs)},
		{"one that is not there", arns(gone), invalid(gone)},
		{"one that AWS does not have", arns(job), invalid(job)},
		{"the ARN of something else", arns(role), invalid(role)},
		{"no ARN", arns("ReadOnlyAccess-of-AWS"), invalid("ReadOnlyAccess-of-AWS")},
		{"one of another partition", arns(strings.Replace(aws, "aws", "aws-cn", 1)), invalid(strings.Replace(aws, "aws", "aws-cn", 1))},
		{"inline", []string{"Policy", everything}, refusal{}},
		{"inline: no JSON", []string{"Policy", "{"}, malformed("The policy is not in the valid JSON format.")},
		{"inline: a list", []string{"Policy", "[]"}, malformed("The policy is not in the valid JSON format.")},
		{"inline: no resource", []string{"Policy", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*"}}`},
			malformed("Policy statement must contain resources.")},
		{"inline: a principal", []string{"Policy", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}}`},
			malformed("Policy document should not specify a principal.")},
		{"inline: an unknown operator", []string{"Policy",
			`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringAlike":{"aws:username":"a"}}}}`},
			malformed("Syntax errors in policy.")},
	} {
		t.Run(c.rule, func(t *testing.T) { check(t, h.assume(admin, role, c.pairs...), c.want) })
	}
	t.Run("who may not assume the role is not told which policies there are", func(t *testing.T) {
		a := h.assume(guest, role, arns(own)...)
		if b := h.assume(guest, role, arns(gone)...); a.code != "AccessDenied" || a.code != b.code || a.message != b.message {
			t.Errorf("%s: %s\n%s: %s", a.code, a.message, b.code, b.message)
		}
	})
}

// S9: there is no MFA device that a code could belong to, so every code is
// refused (peers took any).
//
// Source: the texts quoted in terraform-provider-aws#3885 and its like.
func TestCodesOfMFA(t *testing.T) {
	h := open(t)
	role := h.role("Deploy")
	half := refusal{403, "AccessDenied", "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code."}
	unknown := refusal{403, "AccessDenied",
		"MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user."}
	const serial = "arn:aws:iam::" + account + ":mfa/admin"
	for _, c := range []struct {
		rule  string
		pairs []string
		want  refusal
	}{
		{"a serial number alone", []string{"SerialNumber", serial}, half},
		{"a code alone", []string{"TokenCode", "123456"}, half},
		{"both", []string{"SerialNumber", serial, "TokenCode", "123456"}, unknown},
		{"a device of somebody else's", []string{"SerialNumber", "GAHT12345678", "TokenCode", "000000"}, unknown},
	} {
		t.Run(c.rule, func(t *testing.T) {
			check(t, h.assume(admin, role, c.pairs...), c.want)
			check(t, h.send(admin, "sts", "GetSessionToken", c.pairs...), c.want)
		})
	}
}

// S7: a source identity does not begin with "aws:" and cannot change once it
// is set; context assertions come from services that rolecall is not.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html
// ("cannot be changed"; "You cannot use a value that begins with the text aws:"),
// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_saml.html for
// the words of the prefix; the other words are rolecall's own.
func TestSourceIdentityAndContexts(t *testing.T) {
	h := open(t)
	role := h.role("Deploy")
	ann := h.session(admin, role, "SourceIdentity", "ann")
	fixed := refusal{403, "AccessDenied", "The source identity cannot be changed once it is set in a session."}
	for _, c := range []struct {
		rule string
		key
		pairs []string
		want  refusal
	}{
		{"set", admin, []string{"SourceIdentity", "bob"}, refusal{}},
		{"inherited", ann, nil, refusal{}},
		{"the same again", ann, []string{"SourceIdentity", "ann"}, refusal{}},
		{"another", ann, []string{"SourceIdentity", "bob"}, fixed},
		{"in other letters", ann, []string{"SourceIdentity", "Ann"}, fixed},
		{"a colon, which the model does not allow", admin, []string{"SourceIdentity", "aws:ann"}, refusal{400, "ValidationError",
			`1 validation error detected: Value 'aws:ann' at 'sourceIdentity' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+=,.@-]*`}},
		{"a context", admin, []string{"ProvidedContexts.member.1.ProviderArn", "arn:aws:iam::aws:contextProvider/IdentityCenter", "ProvidedContexts.member.1.ContextAssertion", "AAAA"},
			refusal{400, "ValidationError", "The context assertion is not one of the provider, or has expired"}},
		{"a context of somebody else", admin, []string{"ProvidedContexts.member.1.ProviderArn", "arn:aws:iam::aws:contextProvider/Other", "ProvidedContexts.member.1.ContextAssertion", "AAAA"},
			refusal{400, "ValidationError", "arn:aws:iam::aws:contextProvider/Other is not a valid provider of contexts"}},
	} {
		t.Run(c.rule, func(t *testing.T) { check(t, h.assume(c.key, role, c.pairs...), c.want) })
	}
}
