package explain_test

import (
	"slices"
	"strings"
	"testing"
)

// A * under StringEquals is a plain character, which people mean for a pattern:
// that is said, and the operator that takes it for one is offered. A session
// cannot have it in its name, so that is offered to nobody.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
func TestAStarThatIsNoPattern(t *testing.T) {
	const root = `"Effect":"Allow","Principal":{"AWS":"` + account + `"},"Action":"sts:AssumeRole","Condition":`
	ask := scene{caller: annARN, action: "sts:AssumeRole", resource: target, identity: []string{statement(mayAssume)}, keys: map[string]string{"sts:RoleSessionName": "admin-1"}}
	for _, c := range []struct{ rule, condition, offered string }{
		{"a name", `{"StringEquals":{"sts:RoleSessionName":"admin-*"}}`, "write StringLike for StringEquals at the values of sts:RoleSessionName"},
		{"an ARN", `{"StringEquals":{"aws:PrincipalArn":"arn:aws:iam::` + account + `:user/a?n"}}`, "write ArnLike for StringEquals at the values of aws:PrincipalArn"},
		{"with IfExists", `{"StringEqualsIfExists":{"sts:RoleSessionName":"admin-*"}}`, "write StringLikeIfExists for StringEqualsIfExists at the values of sts:RoleSessionName"},
		{"with other keys under the operator", `{"StringEquals":{"sts:RoleSessionName":"admin-*","aws:PrincipalAccount":"` + account + `"}}`, ""},
		{"beside the other operator", `{"StringEquals":{"sts:RoleSessionName":"admin-*"},"StringLike":{"aws:PrincipalAccount":"*"}}`, ""},
		{"a pattern that means another", `{"StringEquals":{"sts:RoleSessionName":"user-*"}}`, ""},
		{"a variable for a star", `{"StringEquals":{"sts:RoleSessionName":"admin-${*}"}}`, ""},
	} {
		ask.trust = statement(root + c.condition)
		x := explained(t, ask)
		list := titles(x.Fixes)
		if i := slices.IndexFunc(list, func(title string) bool { return strings.HasPrefix(title, "write ") }); i > 0 || (i < 0) != (c.offered == "") || i == 0 && list[0] != c.offered {
			t.Errorf("%s: %q", c.rule, list)
		}
		if told := strings.Contains(x.Verdict, "* and ? are plain characters to StringEquals"); told == strings.Contains(c.condition, "${*}") {
			t.Errorf("%s: %s", c.rule, x.Verdict)
		}
		if i := slices.IndexFunc(list, func(title string) bool {
			return strings.HasPrefix(title, "name the session") && strings.Contains(title, "-*")
		}); i >= 0 && !strings.Contains(c.condition, "${*}") {
			t.Errorf("%s: %s", c.rule, list[i])
		}
	}
	denied := scene{caller: annARN, action: "s3:GetObject", resource: "arn:aws:s3:::b/k",
		identity: []string{statement(`"Effect":"Allow","Action":"s3:*","Resource":"*"`), statement(`"Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{"StringNotEquals":{"aws:PrincipalArn":"arn:aws:iam::` + account + `:user/*"}}`)}}
	if list := titles(explained(t, denied).Fixes); len(list) == 0 || !strings.HasPrefix(list[0], "write ArnNotLike for StringNotEquals at the values of aws:PrincipalArn that statement 1 leaves out") {
		t.Errorf("%q", list)
	}
}

// Who is let in only without MFA is not told to use it.
func TestMFAThatMustNotBe(t *testing.T) {
	x := explained(t, scene{caller: annARN, action: "sts:AssumeRole", resource: target, identity: []string{statement(mayAssume)},
		trust: statement(`"Effect":"Allow","Principal":{"AWS":"` + account + `"},"Action":"sts:AssumeRole","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"false"}}`)})
	if len(x.Mistakes) == 0 || x.Mistakes[0].Name != "mfa" || !strings.Contains(x.Mistakes[0].Text, "without MFA is let in") {
		t.Errorf("%+v", x.Mistakes)
	}
}
