package explain_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/authz/explain"
)

// explained is the explanation of a scene that must be denied.
func explained(t *testing.T, s scene) explain.Explanation {
	t.Helper()
	x := explain.Explain(s.question(t), true)
	if x.Allowed {
		t.Fatal("allowed")
	}
	return x
}

// Where both accounts must allow, one fix has both edits, and says which of
// them another account's administrator has to do.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
func TestAFixMayNeedTheOtherAccount(t *testing.T) {
	role := "arn:aws:iam::" + other + ":role/x"
	x := explained(t, scene{caller: devRole + "@ann", action: "sts:AssumeRole", resource: role,
		trust: statement(`"Effect":"Allow","Principal":{"AWS":"333333333333"},"Action":"sts:AssumeRole"`)})
	if len(x.Fixes) == 0 || len(x.Fixes[0].Edits) != 2 {
		t.Fatalf("%v", titles(x.Fixes))
	}
	f := x.Fixes[0]
	if f.Edits[0].Account != other || f.Edits[1].Account != "" {
		t.Errorf("%q by %q, %q by %q", f.Edits[0].Title, f.Edits[0].Account, f.Edits[1].Title, f.Edits[1].Account)
	}
	if want := "let " + devRole + " in, and allow sts:AssumeRole on " + role; !strings.HasPrefix(f.Title, want) {
		t.Errorf("%q, want %q", f.Title, want)
	}
}

// A fix that opens more than is asked says so, and comes after one that does
// not.
func TestAFixThatOpensMoreSaysSo(t *testing.T) {
	for _, c := range []struct{ rule, statement, fix, warning string }{
		{"one more action where the resource is everything", `"Effect":"Allow","Action":"s3:PutObject","Resource":"*"`,
			"add s3:GetObject to Action", "it is then allowed on every resource that the statement names"},
		{"one more action on several resources", `"Effect":"Allow","Action":"s3:PutObject","Resource":["arn:aws:s3:::b/*","arn:aws:s3:::c/*"]`,
			"add s3:GetObject to Action", "it is then allowed on arn:aws:s3:::b/*, arn:aws:s3:::c/*"},
		{"one more resource where much is allowed", `"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::c/*"`,
			"add " + object + " to Resource", "everything that the statement allows is then allowed on it: s3:*"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			x := explained(t, scene{caller: annARN, action: "s3:GetObject", resource: object, identity: []string{statement(c.statement)}})
			i := slices.IndexFunc(x.Fixes, func(f explain.Fix) bool { return f.Title == c.fix })
			if i < 0 || !slices.Contains(x.Fixes[i].Warnings, c.warning) {
				t.Fatalf("%+v, want %q with %q", x.Fixes, c.fix, c.warning)
			}
		})
	}
	x := explained(t, scene{caller: annARN, action: "sts:AssumeRole", resource: target, identity: []string{statement(mayAssume)},
		trust: statement(`"Effect":"Allow","Principal":{"AWS":"` + devRole + `"},"Action":["sts:AssumeRole","sts:TagSession"]`)})
	if f := x.Fixes[1]; len(f.Warnings) == 0 || !strings.Contains(f.Warnings[0], "all that the statement allows: sts:AssumeRole, sts:TagSession") {
		t.Errorf("%+v", f)
	}
}

// Nobody is told to change what cannot be changed: AWS's own policies, the
// policy of a session, the role of a service.
func TestWhatCannotBeChangedIsNotOffered(t *testing.T) {
	linked := "arn:aws:iam::" + account + ":role/aws-service-role/sso.amazonaws.com/AWSServiceRoleForSSO@s"
	s := scene{caller: linked, action: "s3:GetObject", resource: object, identity: []string{statement(`"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::c/*"`)}}
	q := s.question(t)
	q.Homes = func(explain.Ref) explain.Home { return explain.Home{Kind: explain.AWSManaged} }
	if x := explain.Explain(q, true); x.Allowed || len(x.Fixes) > 0 {
		t.Errorf("%v", titles(x.Fixes))
	}
	s.identity, s.session = []string{statement(readOnly)}, statement(`"Effect":"Allow","Action":"ec2:*","Resource":"*"`)
	q = s.question(t)
	q.Homes = func(explain.Ref) explain.Home { return explain.Home{Kind: explain.SessionPolicy} }
	if x := explain.Explain(q, true); x.Allowed || len(x.Fixes) > 0 {
		t.Errorf("%v", titles(x.Fixes))
	}
	// Without homes a change is shown, and no command told.
	q = scene{caller: annARN, action: "s3:GetObject", resource: object, identity: []string{statement(`"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::c/*"`)}}.question(t)
	q.Homes = nil
	x := explain.Explain(q, true)
	if len(x.Fixes) == 0 || x.Fixes[0].Edits[0].Command != "" || x.Fixes[0].Edits[0].Target != "identity-based policy policy1" || x.Fixes[0].Edits[0].Diff == "" {
		t.Errorf("%+v", x.Fixes)
	}
}

// A denial can be left by correcting it, by being left out of it, or by its
// end, in that order.
func TestADenialIsNarrowedBeforeItIsRemoved(t *testing.T) {
	guard := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},
		{"Sid":"Home","Effect":"Deny","Action":["s3:GetObject","s3:PutObject"],"Resource":"*","Condition":{"StringNotEquals":{"aws:RequestedRegion":["eu-west-1"]}}}]}`
	x := explained(t, scene{caller: annARN, action: "s3:GetObject", resource: object, identity: []string{statement(readOnly)}, scp: guard,
		keys: map[string]string{"aws:RequestedRegion": "us-east-1"}})
	want := []string{
		"add us-east-1 to the values of aws:RequestedRegion that statement Home leaves out",
		"leave " + annARN + " out of statement Home",
		"take s3:GetObject out of statement Home",
		"remove statement Home",
	}
	if got := titles(x.Fixes); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if last := x.Fixes[3]; len(last.Warnings) != 1 || !strings.Contains(last.Warnings[0], "nobody is then denied anything by it") {
		t.Errorf("%+v", last)
	}
}

// Who must use MFA is told how, but a role's session cannot.
func TestOnlyAUserIsToldToUseMFA(t *testing.T) {
	guard := statement(`"Effect":"Deny","Action":"*","Resource":"*","Condition":{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}`)
	s := scene{caller: annARN, action: "s3:GetObject", resource: object, identity: []string{statement(readOnly), guard}}
	x := explained(t, s)
	if f := x.Fixes[0]; f.Title != "use MFA" || !strings.HasPrefix(f.Edits[0].Command, "aws sts get-session-token --serial-number arn:aws:iam::"+account+":mfa/") {
		t.Errorf("%+v", f)
	}
	s.caller, s.keys = devRole+"@ann", map[string]string{"aws:MultiFactorAuthPresent": "false"}
	if x := explained(t, s); slices.Contains(titles(x.Fixes), "use MFA") {
		t.Errorf("%v", titles(x.Fixes))
	}
}

// A role's trust policy that lacks two things is mended in both at once, in
// one edit.
func TestOneStatementIsMendedInAllThatItLacks(t *testing.T) {
	x := explained(t, scene{caller: devRole + "@ann", action: "sts:TagSession", resource: target, identity: []string{statement(`"Effect":"Allow","Action":"sts:*","Resource":"*"`)},
		trust: statement(`"Effect":"Allow","Principal":{"AWS":"` + other + `"},"Action":"sts:AssumeRole"`)})
	i := slices.IndexFunc(x.Fixes, func(f explain.Fix) bool {
		return f.Title == "let "+devRole+" in and add sts:TagSession to Action"
	})
	if i < 0 || len(x.Fixes[i].Edits) != 1 || !strings.Contains(x.Fixes[i].Edits[0].Document, `["sts:AssumeRole", "sts:TagSession"]`) {
		t.Errorf("%v", titles(x.Fixes))
	}
}

// A question of a service or of an identity provider is mended in their terms.
func TestServicesAndProvidersAreLetInAsWhatTheyAre(t *testing.T) {
	for caller, want := range map[string]string{
		"ec2.amazonaws.com": `"Service": "ec2.amazonaws.com"`,
		"arn:aws:iam::" + account + ":saml-provider/Corp": `"Federated": "arn:aws:iam::` + account + `:saml-provider/Corp"`,
	} {
		x := explained(t, scene{caller: caller, action: "sts:AssumeRole", resource: target, trust: statement(`"Effect":"Allow","Principal":{"AWS":"` + other + `"},"Action":"sts:AssumeRole"`),
			keys: map[string]string{"saml:sub": "ann"}})
		if len(x.Fixes) == 0 || !strings.Contains(x.Fixes[0].Edits[0].Document, want) {
			t.Errorf("%s: %+v", caller, x.Fixes)
		}
	}
}

// What is explained is only read: the question is the same after.
func TestExplainingChangesNothing(t *testing.T) {
	s := scene{caller: annARN, action: "sts:AssumeRole", resource: target, identity: []string{statement(mayAssume)},
		trust: statement(`"Effect":"Allow","Principal":{"AWS":"` + account + `"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"x1"}}`),
		scp:   statement(`"Effect":"Allow","Action":"*","Resource":"*"`)}
	q := s.question(t)
	before := authz.Decide(q.Request, q.Policies)
	first, again := explain.Explain(q, true), explain.Explain(q, true)
	if !slices.Equal(titles(first.Fixes), titles(again.Fixes)) || len(first.Fixes) == 0 {
		t.Errorf("%v, then %v", titles(first.Fixes), titles(again.Fixes))
	}
	if after := authz.Decide(q.Request, q.Policies); after.Allowed != before.Allowed {
		t.Error("the question was changed")
	}
	if _, ok := q.Request.Context.Get("sts:ExternalId"); ok {
		t.Error("the request was changed")
	}
}
