package explain_test

import (
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/authz/explain"
)

// A denial is told in words for each operator, with what the policy names and
// what the request has.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
func TestADenialIsToldForEachOperator(t *testing.T) {
	for _, c := range []struct{ condition, told string }{
		{`"StringEquals":{"k:a":"x"}`, "k:a is x, and the request has x"},
		{`"StringLike":{"k:a":["x*","y"]}`, "k:a is like x*, y, and the request has x"},
		{`"StringNotLike":{"k:a":"y*"}`, "k:a is not like y*, and the request has x"},
		{`"StringNotEqualsIgnoreCase":{"k:a":["p","q","r","s"]}`, "k:a is not p, q, r and others, and the request has x"},
		{`"StringEqualsIfExists":{"k:none":"x"}`, "k:none is x, and the request has no k:none"},
		{`"ArnNotEquals":{"aws:PrincipalArn":"arn:aws:iam::` + account + `:role/a"}`, "aws:PrincipalArn is not arn:aws:iam::" + account + ":role/a, and the request has " + annARN},
		{`"NumericLessThanEquals":{"k:n":"5"}`, "k:n is at most 5, and the request has 4"},
		{`"NumericGreaterThanEquals":{"k:n":"4"}`, "k:n is at least 4, and the request has 4"},
		{`"DateGreaterThan":{"k:d":"2026-01-01T00:00:00Z"}`, "k:d is more than 2026-01-01T00:00:00Z, and the request has 2026-02-01T00:00:00Z"},
		{`"IpAddress":{"k:i":"10.0.0.0/8"}`, "k:i is in 10.0.0.0/8, and the request has 10.1.2.3"},
		{`"Null":{"k:none":"true"}`, "k:none is absent, and the request has no k:none"},
		{`"Null":{"k:a":"false"}`, "k:a is there, and the request has x"},
		{`"ForAllValues:StringNotEquals":{"k:none":"x"}`, "k:none in all its values is not x, and the request has no k:none"},
		{`"StringEquals":{"k:a":"x"},"Bool":{"k:b":"true"}`, "k:a is x, and the request has x, and where k:b is true, and the request has true"},
		{`"StringLike":{"k:a":"${aws:username, 'x'}*"},"Bool":{"k:b":"false"}`, ""},
	} {
		x := explain.Explain(scene{caller: annARN, action: "s3:GetObject", resource: object,
			keys:     map[string]string{"k:a": "x", "k:n": "4", "k:d": "2026-02-01T00:00:00Z", "k:i": "10.1.2.3", "k:b": "true"},
			identity: []string{statement(readOnly), statement(`"Effect":"Deny","Action":"*","Resource":"*","Condition":{` + c.condition + `}`)}}.question(t), false)
		if want := "denies it, whatever allows it. It denies where " + c.told + "."; x.Allowed != (c.told == "") || c.told != "" && !strings.HasSuffix(x.Verdict, want) {
			t.Errorf("%s: %s\nwant %s", c.condition, x.Verdict, want)
		}
	}
}

// The mistakes of the catalogue are found where a statement denies by them, too.
func TestADenialByAKnownMistakeIsNamed(t *testing.T) {
	for _, c := range []struct{ condition, key, value, name, text string }{
		{`"StringNotEquals":{"sts:ExternalId":"abc"}`, "", "", "external-id", "Statement 1 denies it by an external id: sts:ExternalId is not abc, and the request has no sts:ExternalId."},
		{`"StringNotLike":{"sts:RoleSessionName":"ci-*"}`, "sts:RoleSessionName", "john", "session-name", "sts:RoleSessionName is not like ci-*, and the request has john."},
		{`"NumericGreaterThan":{"aws:MultiFactorAuthAge":"60"}`, "aws:MultiFactorAuthAge", "90", "mfa", "MFA is asked for anew: the code was given 90 seconds ago."},
	} {
		x := explained(t, scene{caller: annARN, action: "sts:AssumeRole", resource: target, identity: []string{statement(mayAssume), statement(`"Effect":"Deny","Action":"*","Resource":"*","Condition":{` + c.condition + `}`)},
			keys: map[string]string{c.key: c.value, "aws:MultiFactorAuthPresent": "true"}, trust: statement(`"Effect":"Allow","Principal":{"AWS":"` + account + `"},"Action":"sts:AssumeRole"`)})
		if len(x.Mistakes) != 1 || x.Mistakes[0].Name != c.name || !strings.Contains(x.Mistakes[0].Text, c.text) {
			t.Errorf("%s: %+v", c.name, x.Mistakes)
		}
	}
}

// A tag that is passed is among the keys of the request's tags: what takes only
// some of those is not passed by it.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-tagkeys
func TestATagThatIsPassedCountsAmongTheTagKeys(t *testing.T) {
	asks := func(keys string) explain.Explanation {
		return explained(t, scene{caller: annARN, action: "sts:AssumeRole", resource: target, identity: []string{statement(`"Effect":"Allow","Action":"sts:*","Resource":"*"`)},
			trust: statement(`"Effect":"Allow","Principal":{"AWS":"` + account + `"},"Action":["sts:AssumeRole","sts:TagSession"],"Condition":{"Null":{"aws:RequestTag/team":"false"},"ForAllValues:StringEquals":{"aws:TagKeys":"` + keys + `"}}`)})
	}
	f := asks("team").Fixes[0]
	if want := `--tags '[{"Key":"team","Value":"VALUE"}]'`; f.Title != "pass the session tag team=VALUE, with a value of yours" || !strings.HasSuffix(f.Edits[0].Command, want) {
		t.Errorf("%+v", f)
	}
	for _, f := range asks("cost").Fixes {
		if f.Title == "pass the session tag team=VALUE, with a value of yours" {
			t.Errorf("a tag that the other condition does not take: %+v", f)
		}
	}
}
