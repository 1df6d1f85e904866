package authz

import (
	"fmt"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/policy"
)

// The people and places of the tests.
var (
	ours   = account("111111111111")
	theirs = account("222222222222")

	alice    = User{ARN: arnOf("arn:aws:iam::111111111111:user/team/alice"), ID: "AIDAALICEALICEALICEAL"}
	mallory  = User{ARN: arnOf("arn:aws:iam::222222222222:user/mallory"), ID: "AIDAMALLORYMALLORYMAL"}
	deployer = RoleSession{Role: arnOf("arn:aws:iam::111111111111:role/ci/Deployer"), RoleID: "AROADEPLOYERDEPLOYERD", Name: "build-7"}
	visitor  = FederatedUser{Name: "visitor", Parent: alice}
	root     = Root{Account: ours}
	lambda   = ServicePrincipal{Name: "lambda.amazonaws.com"}
	okta     = FederatedIdentity{Provider: "arn:aws:iam::111111111111:saml-provider/okta"}
)

const (
	allowAll = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`
	denyAll  = `{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}`
	allowNil = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"none:None","Resource":"*"}}`
	bucket   = "arn:aws:s3:::reports/2026/q3.csv"
	role     = "arn:aws:iam::111111111111:role/Target"
	theirOwn = "arn:aws:iam::222222222222:role/Target"
)

func account(s string) arn.AccountID {
	a, err := arn.ParseAccountID(s)
	if err != nil {
		panic(err)
	}
	return a
}

func arnOf(s string) arn.ARN {
	a, err := arn.Parse(s)
	if err != nil {
		panic(err)
	}
	return a
}

// doc parses a document, or fails the test.
func doc(t testing.TB, text string) *policy.Document {
	t.Helper()
	d, err := policy.Parse(text)
	if err != nil {
		t.Fatalf("the test's own policy is wrong: %v\n%s", err, text)
	}
	return d
}

// named parses documents, which get names by their place.
func named(t testing.TB, texts ...string) []Named {
	t.Helper()
	list := make([]Named, len(texts))
	for i, text := range texts {
		list[i] = Named{Name: fmt.Sprintf("policy%d", i), Document: doc(t, text)}
	}
	return list
}

func one(t testing.TB, text string) *Named { return &named(t, text)[0] }

func resourcePolicy(t testing.TB, kind ResourceKind, text string) *ResourcePolicy {
	return &ResourcePolicy{Kind: kind, Named: *one(t, text)}
}

// trusting is a role trust policy of one statement.
func trusting(t testing.TB, principal string) *ResourcePolicy {
	return resourcePolicy(t, TrustPolicy, trustText(principal))
}

func trustText(principal string) string {
	return `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":` + principal + `,"Action":"sts:AssumeRole"}}`
}

// keys makes a context of names and values in turn; a name that ends in []
// is multivalued, with values between commas.
func keys(pairs ...string) Context {
	var c Context
	for i := 0; i < len(pairs); i += 2 {
		name, multi := strings.CutSuffix(pairs[i], "[]")
		switch {
		case multi && pairs[i+1] == "":
			c.SetMany(name)
		case multi:
			c.SetMany(name, strings.Split(pairs[i+1], ",")...)
		default:
			c.Set(name, pairs[i+1])
		}
	}
	return c
}

// reads asks for an object of a bucket of ours.
func reads(p Principal, context Context) Request {
	return Request{Principal: p, Action: "s3:GetObject", Resource: bucket, ResourceAccount: ours, Context: context}
}

// assumes asks to assume a role of ours.
func assumes(p Principal) Request {
	return Request{Principal: p, Action: "sts:AssumeRole", Resource: role, ResourceAccount: ours}
}

// answer is what a statement, written without its Effect, says of a request:
// tried as an Allow and as a Deny.
func answer(t testing.TB, r Request, version, body string) truth {
	t.Helper()
	statement := func(effect string) string {
		return `{` + version + `"Statement":{"Effect":"` + effect + `",` + body + `}}`
	}
	allows := Decide(r, Policies{Identity: named(t, statement("Allow"))})
	denies := Decide(r, Policies{Identity: named(t, allowAll, statement("Deny"))})
	switch {
	case allows.Allowed && !denies.Allowed:
		return yes
	case !allows.Allowed && denies.Allowed:
		return no
	case allows.Allowed:
		t.Fatalf("allows as an Allow and does not deny as a Deny: %s", body)
	}
	return unknown
}

const v2012 = `"Version":"2012-10-17",`

func (t truth) String() string { return [...]string{"no", "unknown", "yes"}[t] }

// why tells a decision in a line.
func why(d Decision) string {
	verdict := "denied"
	if d.Allowed {
		verdict = "allowed"
	}
	switch r := d.Reason.(type) {
	case Granted:
		return verdict + " by " + r.Layer.String()
	case ExplicitDeny:
		return verdict + " explicitly by " + r.Layer.String()
	case ImplicitDeny:
		return verdict + " for want of " + r.Layer.String()
	case UnreadablePolicy:
		return verdict + " by unreadable " + r.Layer.String()
	case FixedRule:
		return verdict + " by rule " + [...]string{"", "no permission needed", "root user", "root assumes role", "owned by AWS", "malformed"}[r.Rule]
	}
	return verdict + " without a reason"
}

// check holds a decision against what is wanted, in why's words.
func check(t *testing.T, r Request, p Policies, want string) Decision {
	t.Helper()
	d := Decide(r, p)
	if got := why(d); got != want {
		t.Errorf("%s asks %s on %s:\n got %s\nwant %s\nmatched %v", callerName(r.Principal), r.Action, r.Resource, got, want, d.Matched)
	}
	return d
}
