package compiled_test

import (
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/authz/compiled"
)

// The people and places of the tests, beside those of the benchmarks.
var (
	mallory  = authz.User{ARN: arnOf("arn:aws:iam::222222222222:user/mallory"), ID: "AIDAMALLORYMALLORYMAL"}
	visitor  = authz.FederatedUser{Name: "visitor", Parent: alice}
	root     = authz.Root{Account: ours}
	lambda   = authz.ServicePrincipal{Name: "lambda.amazonaws.com"}
	okta     = authz.FederatedIdentity{Provider: "arn:aws:iam::111111111111:saml-provider/okta"}
	linked   = authz.RoleSession{Role: arnOf("arn:aws:iam::111111111111:role/aws-service-role/x/Linked"), RoleID: "AROALINKED", Name: "s"}
	everyone = []authz.Principal{alice, mallory, build, visitor, root, lambda, okta, linked, authz.Anonymous{}}
)

const (
	allowAll = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`
	denyAll  = `{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}`
	allowNil = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"none:None","Resource":"*"}}`
	public   = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}}`
	object   = "arn:aws:s3:::reports/2026/q3.csv"
	target   = "arn:aws:iam::111111111111:role/Target"
	v2012    = `"Version":"2012-10-17",`
)

// with makes condition keys of names and values in turn; a name that ends in
// [] is multivalued, with values between commas.
func with(pairs ...string) authz.Context {
	var c authz.Context
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
func reads(p authz.Principal, pairs ...string) authz.Request {
	return authz.Request{Principal: p, Action: "s3:GetObject", Resource: object, ResourceAccount: ours, Context: with(pairs...)}
}

// resourcePolicy is a resource's policy of one kind.
func resourcePolicy(t testing.TB, kind authz.ResourceKind, text string) *authz.ResourcePolicy {
	return &authz.ResourcePolicy{Kind: kind, Named: *one(t, text)}
}

// grants is a resource policy of one Allow for a principal, which is JSON.
func grants(principal string) string {
	return `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":` + principal + `,"Action":"*","Resource":"*"}}`
}

// decided tells a decision in a line, having seen that the literal evaluator
// decides alike.
func decided(t testing.TB, r authz.Request, p authz.Policies) string {
	t.Helper()
	ready := compiled.NewPolicies(p)
	same(t, &r, p, ready)
	return why(compiled.Decide(&r, ready))
}

// why is a decision in words.
func why(d compiled.Decision) string {
	verdict := "denied"
	if d.Allowed {
		verdict = "allowed"
	}
	switch d.Cause {
	case compiled.Granted:
		return verdict + " by " + d.Match.Layer.String()
	case compiled.Explicit:
		return verdict + " explicitly by " + d.Match.Layer.String()
	case compiled.Implicit:
		return verdict + " for want of " + d.Match.Layer.String()
	case compiled.Unreadable:
		return verdict + " by unreadable " + d.Match.Layer.String()
	case compiled.ByRule:
		return verdict + " by rule " + [...]string{"", "no permission needed", "root user", "root assumes role", "owned by AWS", "malformed"}[d.Rule]
	}
	return verdict + " without a cause"
}

// answer is what a statement, written without its Effect, says of a request:
// "yes" if it allows as an Allow and denies as a Deny, "no" if neither, and
// "open" if it only denies.
func answer(t testing.TB, r authz.Request, version, body string) string {
	t.Helper()
	statement := func(effect string) string {
		return `{` + version + `"Statement":{"Effect":"` + effect + `",` + body + `}}`
	}
	allows := decided(t, r, authz.Policies{Identity: named(t, statement("Allow"))}) == "allowed by identity-based policy"
	denies := decided(t, r, authz.Policies{Identity: named(t, allowAll, statement("Deny"))}) != "allowed by identity-based policy"
	switch {
	case allows && denies:
		return "yes"
	case denies:
		return "open"
	case allows:
		t.Errorf("allows as an Allow and does not deny as a Deny: %s", body)
	}
	return "no"
}
