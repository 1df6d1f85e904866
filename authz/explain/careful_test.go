package explain_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/authz/explain"
)

// What a careful engineer would do first comes first: least privilege, as
// https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege
// has it.
func TestTheNarrowestFixIsFirst(t *testing.T) {
	for _, c := range []struct {
		rule  string
		scene scene
	}{
		{"a statement of its own, before one more action on every resource",
			scene{caller: annARN, action: "iam:PassRole", resource: target, identity: []string{statement(`"Effect":"Allow","Action":"s3:*","Resource":"*"`)}}},
		{"the same of a boundary",
			scene{caller: annARN, action: "s3:GetObject", resource: object, identity: []string{statement(`"Effect":"Allow","Action":"s3:*","Resource":"*"`)},
				boundary: statement(`"Effect":"Allow","Action":"sqs:*","Resource":"*"`)}},
		{"one resource more, where the statement allows all of a service, comes later",
			scene{caller: annARN, action: "s3:GetObject", resource: object, identity: []string{statement(`"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::c/*"`)}}},
		{"in a trust policy, before one more principal that may tag too",
			scene{caller: annARN, action: "sts:AssumeRole", resource: target, identity: []string{statement(mayAssume)},
				trust: statement(`"Effect":"Allow","Principal":{"AWS":"` + devRole + `"},"Action":["sts:AssumeRole","sts:TagSession"]`)}},
	} {
		t.Run(c.rule, func(t *testing.T) {
			x := explained(t, c.scene)
			warned := func(f explain.Fix) bool { return len(f.Warnings) > 0 }
			if len(x.Fixes) < 2 || warned(x.Fixes[0]) || !slices.ContainsFunc(x.Fixes, warned) {
				t.Errorf("%+v", x.Fixes)
			}
		})
	}
}

// Who is left out of a denial no longer meets what it asks for: that is said.
func TestLeavingSomebodyOutOfAGuardIsWarnedOf(t *testing.T) {
	for key, denial := range map[string]string{
		"aws:SecureTransport":        `"Bool":{"aws:SecureTransport":"false"}`,
		"aws:MultiFactorAuthPresent": `"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}`,
		"aws:SourceVpce":             `"StringNotEquals":{"aws:SourceVpce":"vpce-1"}`,
	} {
		x := explained(t, scene{caller: annARN, action: "s3:GetObject", resource: object, keys: map[string]string{"aws:SecureTransport": "false"},
			identity: []string{statement(`"Effect":"Allow","Action":"s3:*","Resource":"*"`),
				statement(`"Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{` + denial + `}`)}})
		i := slices.IndexFunc(x.Fixes, func(f explain.Fix) bool { return strings.HasPrefix(f.Title, "leave "+annARN+" out") })
		if i < 0 || !slices.ContainsFunc(x.Fixes[i].Warnings, func(w string) bool { return strings.Contains(w, "no condition on "+key) }) {
			t.Errorf("%s: %+v", key, x.Fixes)
		}
	}
}

// Users and roles come to a role by sts:AssumeRole alone: naming them beside
// another operation lets nobody in.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_request.html
func TestNobodyIsLetInByAnOperationThatIsNotTheirs(t *testing.T) {
	for _, action := range []string{"sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity"} {
		x := explained(t, scene{caller: annARN, action: action, resource: target, identity: []string{statement(`"Effect":"Allow","Action":"sts:*","Resource":"*"`)},
			trust: statement(`"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::` + account + `:saml-provider/Corp"},"Action":"sts:AssumeRoleWithSAML"`)})
		if len(x.Fixes) > 0 || len(x.Mistakes) == 0 || x.Mistakes[0].Name != "wrong-operation" {
			t.Errorf("%s: %+v, %+v", action, x.Mistakes, x.Fixes)
		}
	}
}

// Of a caller who brought no token, no claim is missing.
func TestClaimsAreMissedOnlyByThoseWhoBringThem(t *testing.T) {
	x := explained(t, scene{caller: annARN, action: "sts:AssumeRole", resource: target, identity: []string{statement(mayAssume)},
		trust: statement(`"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::` + account + `:saml-provider/Corp"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"SAML:aud":"https://signin.aws.amazon.com/saml"}}`)})
	if len(x.Mistakes) != 1 || x.Mistakes[0].Name != "wrong-operation" {
		t.Errorf("%+v", x.Mistakes)
	}
}

// A statement about another action on another resource is not stretched over
// both: each action would be allowed on each resource.
func TestAStatementAboutSomethingElseIsLeftAlone(t *testing.T) {
	x := explained(t, scene{caller: annARN, action: "sts:AssumeRole", resource: target,
		trust:    statement(`"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::` + account + `:root"},"Action":"sts:AssumeRole"`),
		identity: []string{statement(`"Effect":"Allow","Action":"sqs:SendMessage","Resource":"arn:aws:sqs:us-east-1:` + account + `:q"`)}})
	for _, f := range x.Fixes {
		if strings.Contains(f.Title, "to Action") {
			t.Errorf("%+v", f)
		}
	}
	if len(x.Fixes) == 0 {
		t.Error("nothing is offered")
	}
}

// Of a policy of a thousand statements only the nearest are tried: how many
// candidates there are does not grow with it.
func TestAThousandStatementsAreNoThousandCandidates(t *testing.T) {
	var far []string
	for i := range 1000 {
		far = append(far, fmt.Sprintf(`{"Effect":"Allow","Action":"sqs:SendMessage","Resource":"arn:aws:sqs:us-east-1:%s:q%d"}`, account, i))
	}
	far = append(far, `{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::c/*"}`)
	x := explained(t, scene{caller: annARN, action: "s3:GetObject", resource: object,
		identity: []string{`{"Version":"2012-10-17","Statement":[` + strings.Join(far, ",") + `]}`}})
	if len(x.Fixes) == 0 || x.Fixes[0].Title != "add "+object+" to Resource" {
		t.Errorf("%d fixes: %.300s", len(x.Fixes), fmt.Sprint(x.Fixes))
	}
}
