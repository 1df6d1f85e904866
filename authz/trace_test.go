package authz_test

import (
	"testing"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/policy"
)

// What a trace says of each element is what made the decision.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
func TestATraceTellsWhereEachStatementFailed(t *testing.T) {
	user, _ := arn.Parse("arn:aws:iam::111111111111:user/alice")
	doc, err := policy.Parse(`{"Version":"2012-10-17","Statement":[
		{"Sid":"OtherAction","Effect":"Allow","Action":"s3:PutObject","Resource":"*"},
		{"Sid":"OtherResource","Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::other/*"},
		{"Sid":"Condition","Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::mine/${aws:username}/*",
		 "Condition":{"Bool":{"aws:SecureTransport":"true","aws:MultiFactorAuthPresent":"true"}}}]}`)
	if err != nil {
		t.Fatal(err)
	}
	r := authz.Request{Principal: authz.User{ARN: user, ID: "AIDAEXAMPLEEXAMPLEEXA"}, Action: "s3:GetObject", Resource: "arn:aws:s3:::mine/alice/x"}
	r.Context.Set("aws:username", "alice")
	r.Context.Set("aws:SecureTransport", "true")
	trace := authz.Explain(r, authz.Policies{Identity: []authz.Named{{Name: "one", Document: doc}}}, true)
	if trace.Decision.Allowed || len(trace.Layers) != 1 || trace.Layers[0].Layer != authz.IdentityLayer {
		t.Fatalf("%+v", trace)
	}
	got := trace.Layers[0].Policies[0].Statements
	for i, want := range []struct {
		action, resource authz.Outcome
		conditions       []authz.Outcome
	}{
		{authz.Fails, authz.Holds, nil},
		{authz.Holds, authz.Fails, nil},
		{authz.Holds, authz.Holds, []authz.Outcome{authz.Holds, authz.Fails}},
	} {
		s := got[i]
		if s.Matches != authz.Fails || s.Action != want.action || s.Resource != want.resource || len(s.Conditions) != len(want.conditions) {
			t.Errorf("statement %d: %+v, want %+v", i, s, want)
			continue
		}
		for n, c := range want.conditions {
			if s.Conditions[n] != c {
				t.Errorf("statement %d, condition %d: %v, want %v", i, n, s.Conditions[n], c)
			}
		}
	}
	if text, ok := r.Expand("arn:aws:s3:::mine/${aws:username}/*"); !ok || text != "arn:aws:s3:::mine/alice/*" {
		t.Error(text, ok)
	}
	if _, ok := r.Expand("${aws:PrincipalTag/none}"); ok {
		t.Error("a variable without a value was filled")
	}
}

// Without all, a statement of another action is not looked at further.
func TestATraceLooksNoFurtherThanItIsAsked(t *testing.T) {
	user, _ := arn.Parse("arn:aws:iam::111111111111:user/alice")
	doc, err := policy.Parse(`{"Version":"2012-10-17","Statement":[
		{"Effect":"Deny","Action":"s3:PutObject","Resource":"*","Condition":{"Null":{"aws:username":"true"}}},
		{"Effect":"Deny","Action":"s3:GetObject","Resource":"*","Condition":{"Null":{"aws:username":"false"}}}]}`)
	if err != nil {
		t.Fatal(err)
	}
	r := authz.Request{Principal: authz.User{ARN: user, ID: "AIDAEXAMPLEEXAMPLEEXA"}, Action: "s3:GetObject", Resource: "arn:aws:s3:::mine/x"}
	r.Context.Set("aws:username", "alice")
	for _, all := range []bool{true, false} {
		got := authz.Explain(r, authz.Policies{Identity: []authz.Named{{Name: "one", Document: doc}}}, all).Layers[0].Policies[0].Statements
		if first := got[0]; (first.Resource == authz.Unasked) == all || (len(first.Conditions) == 1) != all || first.Matches != authz.Fails {
			t.Errorf("all %v: another action's %+v", all, first)
		}
		if second := got[1]; second.Matches != authz.Holds || second.Resource != authz.Holds || len(second.Conditions) != 1 {
			t.Errorf("all %v: this action's %+v", all, second)
		}
	}
}

// A layer that nobody can read has no statements, a role's trust policy says
// that it is one, and a level of an organization that it must allow.
func TestATraceTellsWhatEachLayerIs(t *testing.T) {
	user, _ := arn.Parse("arn:aws:iam::111111111111:user/alice")
	owner, _ := arn.ParseAccountID("111111111111")
	r := authz.Request{Principal: authz.User{ARN: user, ID: "AIDAEXAMPLEEXAMPLEEXA"}, Action: "sts:AssumeRole",
		Resource: "arn:aws:iam::111111111111:role/r", ResourceAccount: owner}
	trace := authz.Explain(r, authz.Policies{
		SCPs:     [][]authz.Named{{{Name: "damaged"}}},
		Resource: &authz.ResourcePolicy{Kind: authz.TrustPolicy, Named: authz.Named{Name: "r"}},
	}, true)
	if _, ok := trace.Decision.Reason.(authz.UnreadablePolicy); !ok || len(trace.Layers) != 3 {
		t.Fatalf("%+v", trace)
	}
	if l := trace.Layers[0]; l.Layer != authz.ServiceControlLayer || !l.MustAllow || len(l.Policies[0].Statements) != 0 {
		t.Errorf("%+v", l)
	}
	if l := trace.Layers[1]; l.Layer != authz.ResourceLayer || !l.Trust {
		t.Errorf("%+v", l)
	}
	r.Action = "malformed"
	if trace := authz.Explain(r, authz.Policies{}, true); trace.Decision.Allowed || trace.Layers != nil {
		t.Errorf("%+v", trace)
	}
}
