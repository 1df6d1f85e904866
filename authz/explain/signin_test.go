package explain_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/authz/explain"
)

const amr = "cognito-identity.amazonaws.com:amr"

// cognitoAsks is a question of an identity of Cognito's, with how it signed in.
func cognitoAsks(t *testing.T, trust string, login ...string) explain.Question {
	t.Helper()
	q := scene{caller: annARN, action: "sts:AssumeRoleWithWebIdentity", resource: target, trust: trust,
		keys: map[string]string{"cognito-identity.amazonaws.com:aud": "us-east-1:pool", "cognito-identity.amazonaws.com:sub": "us-east-1:0"}}.question(t)
	q.Request.Principal = authz.FederatedIdentity{Provider: "cognito-identity.amazonaws.com"}
	if len(login) > 0 {
		q.Request.Context.SetMany(amr, login...)
	}
	return at(q)
}

// Who has not signed in is told to sign in, before anything that lets everybody
// in; that comes last of all, with a warning that says so.
//
// Source: https://docs.aws.amazon.com/cognito/latest/developerguide/role-trust-and-permissions.html
func TestWhoHasNotSignedInIsToldToSignInFirst(t *testing.T) {
	const (
		trusts  = `"Effect":"Allow","Principal":{"Federated":"cognito-identity.amazonaws.com"},"Action":"sts:AssumeRoleWithWebIdentity"`
		signIn  = "sign in first: with a login of an identity provider, Cognito's token says authenticated"
		warning = "everybody on the internet may then do it"
	)
	guarded := func(condition string) string {
		return statement(trusts + `,"Condition":{"StringEquals":{"cognito-identity.amazonaws.com:aud":"us-east-1:pool"},` + condition + `}`)
	}
	for _, c := range []struct {
		rule  string
		trust string
		last  string // how the last fix begins
	}{
		{"signed in, whatever the provider", guarded(`"ForAnyValue:StringLike":{"` + amr + `":"authenticated"}`), "add unauthenticated to the values of " + amr},
		{"signed in with one provider", guarded(`"ForAnyValue:StringEquals":{"` + amr + `":["graph.facebook.com"]}`), "add unauthenticated to the values of " + amr},
		{"a denial of who has not signed in", `{"Version":"2012-10-17","Statement":[{` + trusts + `},{"Effect":"Deny","Principal":"*","Action":"sts:*","Condition":{"ForAnyValue:StringEquals":{"` + amr + `":"unauthenticated"}}}]}`, "remove statement 2"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			x := explain.Explain(cognitoAsks(t, c.trust, "unauthenticated"), true)
			if x.Allowed || len(x.Fixes) < 2 || x.Fixes[0].Title != signIn || len(x.Fixes[0].Warnings) > 0 || x.Fixes[0].Edits[0].Target != "request" {
				t.Fatalf("%v %+v", x.Allowed, titles(x.Fixes))
			}
			if !slices.ContainsFunc(x.Fixes[1:], func(f explain.Fix) bool { return strings.HasPrefix(f.Title, c.last) }) {
				t.Errorf("%q, want %q", titles(x.Fixes), c.last)
			}
			for _, f := range x.Fixes[1:] {
				if !strings.Contains(strings.Join(f.Warnings, "; "), warning) {
					t.Errorf("%q does not warn: %q", f.Title, f.Warnings)
				}
				if d := decideWith(t, cognitoAsks(t, c.trust, "unauthenticated"), f); !d.Allowed {
					t.Errorf("%q: %+v", f.Title, d)
				}
			}
			if x := explain.Explain(cognitoAsks(t, c.trust, "authenticated", "graph.facebook.com"), true); !x.Allowed {
				t.Errorf("who signed in: %s", x.Verdict)
			}
		})
	}
}

// A role for those who do not sign in is mended like any other, and who has
// signed in is not told to.
func TestARoleForStrangersIsNotGuarded(t *testing.T) {
	const trusts = `"Effect":"Allow","Principal":{"Federated":"cognito-identity.amazonaws.com"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":`
	for _, q := range []explain.Question{
		cognitoAsks(t, statement(trusts+`{"StringEquals":{"cognito-identity.amazonaws.com:aud":"us-east-1:another"},"ForAnyValue:StringEquals":{"`+amr+`":"unauthenticated"}}`), "unauthenticated"),
		cognitoAsks(t, statement(trusts+`{"StringEquals":{"cognito-identity.amazonaws.com:aud":"us-east-1:another"},"ForAnyValue:StringEquals":{"`+amr+`":"authenticated"}}`), "authenticated"),
	} {
		x := explain.Explain(q, true)
		if x.Allowed || len(x.Fixes) == 0 || x.Fixes[0].Title != "add us-east-1:pool to the values of cognito-identity.amazonaws.com:aud" {
			t.Errorf("%q", titles(x.Fixes))
		}
		for _, f := range x.Fixes {
			if strings.Contains(strings.Join(f.Warnings, "; ")+f.Title, "sign") {
				t.Errorf("%q: %q", f.Title, f.Warnings)
			}
		}
	}
}

// A fix that lets strangers in comes last also where it needs something else.
func TestStrangersComeLastOfAll(t *testing.T) {
	q := cognitoAsks(t, statement(`"Effect":"Allow","Principal":{"Federated":"cognito-identity.amazonaws.com"},"Action":"sts:AssumeRoleWithWebIdentity",
		"Condition":{"StringEquals":{"cognito-identity.amazonaws.com:aud":"us-east-1:another"},"ForAnyValue:StringLike":{"`+amr+`":"authenticated"}}`), "unauthenticated")
	open := func(f explain.Fix) bool {
		return strings.Contains(strings.Join(f.Warnings, "; "), "everybody on the internet")
	}
	x := explain.Explain(q, true)
	if len(x.Fixes) < 2 || open(x.Fixes[0]) || !strings.Contains(x.Fixes[0].Title, "sign in first") {
		t.Fatalf("%q", titles(x.Fixes))
	}
	if first := slices.IndexFunc(x.Fixes, open); first < 0 || slices.ContainsFunc(x.Fixes[first:], func(f explain.Fix) bool { return !open(f) }) {
		t.Errorf("%q", titles(x.Fixes))
	}
}
