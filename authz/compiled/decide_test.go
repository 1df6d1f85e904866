package compiled_test

import (
	"reflect"
	"testing"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/authz/compiled"
)

const evaluationPage = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html"

// layerCase changes policies by which alice reads an object.
type layerCase struct {
	name   string
	change func(*testing.T, *authz.Policies)
	want   string
}

// TestLayers is rules V1 and V2: any Deny wins, and each layer that must allow
// does.
func TestLayers(t *testing.T) {
	const publicDeny = `{"Version":"2012-10-17","Statement":{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}}`
	for _, c := range []layerCase{
		{"V3 an identity policy is enough", func(*testing.T, *authz.Policies) {}, "allowed by identity-based policy"},
		{"V1 nothing allows", func(_ *testing.T, p *authz.Policies) { p.Identity = nil }, "denied for want of identity-based policy"},
		{"V1 a Deny beside it", func(t *testing.T, p *authz.Policies) { p.Identity = named(t, allowAll, denyAll) }, "denied explicitly by identity-based policy"},
		{"V1 a Deny before it", func(t *testing.T, p *authz.Policies) { p.Identity = named(t, denyAll, allowAll) }, "denied explicitly by identity-based policy"},
		{"V1 the first in AWS's order is named", func(t *testing.T, p *authz.Policies) {
			p.Identity, p.SCPs = named(t, denyAll), [][]authz.Named{named(t, denyAll)}
		}, "denied explicitly by service control policy"},
		{"V1 RCPs before SCPs", func(t *testing.T, p *authz.Policies) {
			p.RCPs, p.SCPs = [][]authz.Named{named(t, publicDeny)}, [][]authz.Named{named(t, denyAll)}
		}, "denied explicitly by resource control policy"},
		{"V11 the endpoint before the resource", func(t *testing.T, p *authz.Policies) {
			p.Endpoint, p.Resource = one(t, publicDeny), resourcePolicy(t, authz.OrdinaryPolicy, publicDeny)
		}, "denied explicitly by VPC endpoint policy"},
		{"V1 a Deny beats a want", func(t *testing.T, p *authz.Policies) {
			p.Session, p.SCPs = named(t, denyAll), [][]authz.Named{nil}
		}, "denied explicitly by session policy"},
		{"V2 every level of SCPs must allow", func(t *testing.T, p *authz.Policies) {
			p.SCPs = [][]authz.Named{named(t, allowAll), named(t, allowNil), named(t, allowAll)}
		}, "denied for want of service control policy"},
		{"V2 a level without policies allows nothing", func(t *testing.T, p *authz.Policies) {
			p.SCPs = [][]authz.Named{named(t, allowAll), {}}
		}, "denied for want of service control policy"},
		{"V2 every level of RCPs must allow", func(t *testing.T, p *authz.Policies) {
			p.RCPs = [][]authz.Named{named(t, public), named(t, allowNil)}
		}, "denied for want of resource control policy"},
		{"V11 the endpoint must allow", func(t *testing.T, p *authz.Policies) {
			p.Endpoint = one(t, grants(`{"AWS":"222222222222"}`))
		}, "denied for want of VPC endpoint policy"},
		{"G7 the boundary must allow", func(t *testing.T, p *authz.Policies) { p.Boundary = one(t, allowNil) }, "denied for want of permissions boundary"},
		{"V7 session policies must allow", func(t *testing.T, p *authz.Policies) { p.Session = named(t, allowNil) }, "denied for want of session policy"},
		{"V7 none of those that were passed does", func(_ *testing.T, p *authz.Policies) { p.SessionPresent = true }, "denied for want of session policy"},
		{"V7 one of them is enough", func(t *testing.T, p *authz.Policies) { p.Session = named(t, allowNil, allowAll) }, "allowed by identity-based policy"},
		{"V6 a resource policy that names the caller is not limited by a boundary", func(t *testing.T, p *authz.Policies) {
			p.Identity, p.Boundary = nil, one(t, allowNil)
			p.Resource = resourcePolicy(t, authz.OrdinaryPolicy, grants(`{"AWS":"`+alice.ID+`"}`))
		}, "allowed by resource-based policy"},
		{"V6 one that names the account replaces nothing", func(t *testing.T, p *authz.Policies) {
			p.Identity = nil
			p.Resource = resourcePolicy(t, authz.OrdinaryPolicy, grants(`{"AWS":"111111111111"}`))
		}, "denied for want of identity-based policy"},
		{"V6 the closest of several statements counts", func(t *testing.T, p *authz.Policies) {
			p.Identity = nil
			p.Resource = resourcePolicy(t, authz.OrdinaryPolicy, `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111111111111"},"Action":"*","Resource":"*"},
				{"Effect":"Allow","Principal":{"AWS":"`+alice.ID+`"},"Action":"s3:*","Resource":"*"}]}`)
		}, "allowed by resource-based policy"},
		{"V3 a key policy must allow", func(t *testing.T, p *authz.Policies) {
			p.Resource = resourcePolicy(t, authz.KeyPolicy, grants(`{"AWS":"222222222222"}`))
		}, "denied for want of resource-based policy"},
		{"V3 so must one of no kind", func(t *testing.T, p *authz.Policies) {
			p.Resource = resourcePolicy(t, 0, grants(`{"AWS":"222222222222"}`))
		}, "denied for want of resource-based policy"},
		{"V3 an ordinary one need not", func(t *testing.T, p *authz.Policies) {
			p.Resource = resourcePolicy(t, authz.OrdinaryPolicy, grants(`{"AWS":"222222222222"}`))
		}, "allowed by identity-based policy"},
		{"a document that could not be read", func(_ *testing.T, p *authz.Policies) { p.Identity = append(p.Identity, authz.Named{}) }, "denied by unreadable identity-based policy"},
		{"an unreadable SCP", func(_ *testing.T, p *authz.Policies) { p.SCPs = [][]authz.Named{{{}}} }, "denied by unreadable service control policy"},
		{"an unreadable boundary", func(_ *testing.T, p *authz.Policies) { p.Boundary = &authz.Named{} }, "denied by unreadable permissions boundary"},
		{"a Deny beats an unreadable policy", func(t *testing.T, p *authz.Policies) {
			p.Identity = append(named(t, denyAll), authz.Named{})
		}, "denied explicitly by identity-based policy"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := authz.Policies{Identity: named(t, allowAll)}
			c.change(t, &p)
			if got := decided(t, reads(alice), p); got != c.want {
				t.Errorf("%s, want %s; %s", got, c.want, evaluationPage)
			}
		})
	}
}

// TestOfWhom: which layers speak of which callers.
func TestOfWhom(t *testing.T) {
	stopped := authz.Policies{SCPs: [][]authz.Named{{}}, Identity: named(t, allowAll), Session: named(t, allowAll), Resource: resourcePolicy(t, authz.OrdinaryPolicy, public)}
	denied := authz.Policies{Identity: named(t, denyAll), Resource: resourcePolicy(t, authz.OrdinaryPolicy, public)}
	for _, c := range []struct {
		caller       authz.Principal
		scps, denies string // by an SCP level that allows nothing; by an identity policy that denies
	}{
		{alice, "denied for want of service control policy", "denied explicitly by identity-based policy"},
		{mallory, "denied for want of service control policy", "denied explicitly by identity-based policy"},
		{build, "denied for want of service control policy", "denied explicitly by identity-based policy"},
		{visitor, "denied for want of service control policy", "denied explicitly by identity-based policy"},
		{root, "denied for want of service control policy", "allowed by rule root user"},
		{lambda, "allowed by resource-based policy", "allowed by resource-based policy"},
		{okta, "allowed by resource-based policy", "allowed by resource-based policy"},
		{linked, "allowed by identity-based policy", "denied explicitly by identity-based policy"},
		{authz.Anonymous{}, "allowed by resource-based policy", "allowed by resource-based policy"},
	} {
		if got := decided(t, reads(c.caller), stopped); got != c.scps {
			t.Errorf("V2 %T under SCPs that allow nothing: %s, want %s", c.caller, got, c.scps)
		}
		if got := decided(t, reads(c.caller), denied); got != c.denies {
			t.Errorf("V10 %T with an identity policy that denies: %s, want %s", c.caller, got, c.denies)
		}
	}
	if len(everyone) != 9 {
		t.Error("somebody is not asked about")
	}
}

// TestAccounts is rule V5: from another account both sides must allow.
func TestAccounts(t *testing.T) {
	theirs := accountID("222222222222")
	names := grants(`{"AWS":"arn:aws:iam::111111111111:user/team/alice"}`)
	for _, c := range []struct {
		name  string
		owner arn.AccountID
		p     authz.Policies
		want  string
	}{
		{"V5 both sides", theirs, authz.Policies{Identity: named(t, allowAll), Resource: resourcePolicy(t, authz.OrdinaryPolicy, names)}, "allowed by identity-based policy"},
		{"V5 the resource's side", theirs, authz.Policies{Resource: resourcePolicy(t, authz.OrdinaryPolicy, names)}, "denied for want of identity-based policy"},
		{"V5 the caller's side", theirs, authz.Policies{Identity: named(t, allowAll)}, "denied for want of resource-based policy"},
		{"V5 a boundary limits", theirs, authz.Policies{Identity: named(t, allowAll), Boundary: one(t, allowNil), Resource: resourcePolicy(t, authz.OrdinaryPolicy, names)}, "denied for want of permissions boundary"},
		{"V5 session policies limit", theirs, authz.Policies{Identity: named(t, allowAll), Session: named(t, allowNil), Resource: resourcePolicy(t, authz.OrdinaryPolicy, names)}, "denied for want of session policy"},
		{"V6 the same account", ours, authz.Policies{Resource: resourcePolicy(t, authz.OrdinaryPolicy, names)}, "allowed by resource-based policy"},
		{"a resource of no account is of the caller's", arn.AccountID{}, authz.Policies{Identity: named(t, allowAll)}, "allowed by identity-based policy"},
	} {
		r := reads(alice)
		r.ResourceAccount = c.owner
		if got := decided(t, r, c.p); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// TestTrust is rules G3 and V4.
func TestTrust(t *testing.T) {
	asks := authz.Request{Principal: alice, Action: "sts:AssumeRole", Resource: target, ResourceAccount: ours}
	trust := func(statement string) authz.Policies {
		return authz.Policies{Resource: resourcePolicy(t, authz.TrustPolicy, `{"Version":"2012-10-17","Statement":`+statement+`}`)}
	}
	for _, c := range []struct{ name, statement, want string }{
		{"V4 who is named needs nothing else", `{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:user/team/alice"},"Action":"sts:AssumeRole"}`, "allowed by resource-based policy"},
		{"V4 the account delegates", `{"Effect":"Allow","Principal":{"AWS":"111111111111"},"Action":"sts:AssumeRole"}`, "denied for want of identity-based policy"},
		{"G3 with a Resource it is not read as an Allow", `{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole","Resource":"*"}`, "denied for want of resource-based policy"},
		{"G3 ... but as a Deny", `{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole","Resource":"arn:aws:s3:::x"}`, "denied explicitly by resource-based policy"},
		{"G3 another action", `{"Effect":"Allow","Principal":"*","Action":"sts:TagSession"}`, "denied for want of resource-based policy"},
	} {
		if got := decided(t, asks, trust(c.statement)); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	ready := compiled.NewPolicies(trust(`{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole"}`))
	if d := compiled.Decide(&asks, ready); !d.Match.Trust {
		t.Errorf("a denial by a trust policy does not say so: %+v", d)
	}
	ready = compiled.NewPolicies(trust(`{"Effect":"Allow","Principal":{"Service":"x"},"Action":"sts:AssumeRole"}`))
	if d := compiled.Decide(&asks, ready); !d.Match.Trust {
		t.Errorf("a want of a trust policy does not say so: %+v", d)
	}
}

// TestFixedRules is rules V9, V12 and V13, and what is no request at all.
func TestFixedRules(t *testing.T) {
	all := authz.Policies{Identity: named(t, allowAll), Resource: resourcePolicy(t, authz.OrdinaryPolicy, public)}
	const reserved = "arn:aws:iam::111111111111:role/aws-reserved/sso/x"
	for _, c := range []struct {
		name             string
		caller           authz.Principal
		action, resource string
		want             string
	}{
		{"V9 GetCallerIdentity needs no permission", alice, "sts:GetCallerIdentity", "*", "allowed by rule no permission needed"},
		{"V9 ... in any case", build, "STS:getcalleridentity", "*", "allowed by rule no permission needed"},
		{"V9 ... of a session of the root user's", authz.FederatedUser{Name: "x", Parent: root}, "sts:GetCallerIdentity", "*", "allowed by rule no permission needed"},
		{"V9 GetSessionToken needs none", root, "sts:GetSessionToken", "*", "allowed by rule no permission needed"},
		{"V9 ... but is not for sessions", build, "sts:GetSessionToken", "*", "allowed by identity-based policy"},
		{"V9 the anonymous have no identity", authz.Anonymous{}, "sts:GetCallerIdentity", "*", "allowed by resource-based policy"},
		{"V13 root users assume no roles", root, "sts:AssumeRole", target, "denied by rule root assumes role"},
		{"V13 users do", alice, "sts:AssumeRole", target, "allowed by identity-based policy"},
		{"V12 AWS's policies", alice, "iam:DeletePolicy", "arn:aws:iam::aws:policy/x", "denied by rule owned by AWS"},
		{"V12 ... may be read", alice, "iam:getpolicy", "arn:aws:iam::aws:policy/x", "allowed by identity-based policy"},
		{"V12 ... and simulated", alice, "iam:SimulatePrincipalPolicy", "arn:aws:iam::aws:policy/x", "allowed by identity-based policy"},
		{"V12 reserved roles", root, "IAM:DeleteRole", reserved, "denied by rule owned by AWS"},
		{"V12 ... may be passed", alice, "iam:PassRole", reserved, "allowed by identity-based policy"},
		{"V12 AWS's aliases", alice, "kms:UpdateAlias", "arn:aws:kms:us-east-1:111111111111:alias/aws/s3", "denied by rule owned by AWS"},
		{"V12 one's own aliases", alice, "kms:UpdateAlias", "arn:aws:kms:us-east-1:111111111111:alias/mine", "allowed by identity-based policy"},
		{"V12 every policy at once", alice, "iam:DeletePolicy", "*", "allowed by identity-based policy"},
		{"nobody", nil, "s3:GetObject", object, "denied by rule malformed"},
		{"no action", alice, "", object, "denied by rule malformed"},
		{"an action without a service", alice, "GetObject", object, "denied by rule malformed"},
		{"an action without a name", alice, "s3:", object, "denied by rule malformed"},
		{"a name without a service", alice, ":GetObject", object, "denied by rule malformed"},
		{"an action with a wildcard", alice, "s3:Get*", object, "denied by rule malformed"},
		{"an action with a space", alice, "s3:Get Object", object, "denied by rule malformed"},
		{"an action with two colons", alice, "s3:Get:Object", object, "allowed by identity-based policy"},
		{"no resource", alice, "s3:GetObject", "", "denied by rule malformed"},
		{"a resource that is no ARN", alice, "s3:GetObject", "reports", "denied by rule malformed"},
		{"an ARN that is too short", alice, "s3:GetObject", "arn:aws:s3:::", "denied by rule malformed"},
		{"an ARN without a partition", alice, "s3:GetObject", "arn::s3:::reports", "denied by rule malformed"},
		{"an ARN without a service", alice, "s3:GetObject", "arn:aws::::reports", "denied by rule malformed"},
		{"an ARN of few letters", alice, "s3:GetObject", "arn:a:b:::c", "allowed by identity-based policy"},
		{"a user without an account", authz.User{}, "s3:GetObject", object, "denied by rule malformed"},
		{"a root user without an account", authz.Root{}, "s3:GetObject", object, "denied by rule malformed"},
		{"a session without an account", authz.RoleSession{}, "s3:GetObject", object, "denied by rule malformed"},
		{"a federated user of nobody", authz.FederatedUser{}, "s3:GetObject", object, "denied by rule malformed"},
		{"a federated user of a federated user", authz.FederatedUser{Parent: visitor}, "s3:GetObject", object, "denied by rule malformed"},
		{"a principal by pointer", &alice, "s3:GetObject", object, "denied by rule malformed"},
	} {
		r := authz.Request{Principal: c.caller, Action: c.action, Resource: c.resource, ResourceAccount: ours}
		if got := decided(t, r, all); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	if d := compiled.Decide(&authz.Request{}, compiled.NewPolicies(authz.Policies{})); d.Allowed {
		t.Error("the zero request is allowed")
	}
	if d := (compiled.Decision{}); d.Allowed || d.Reason() != nil {
		t.Error("the zero decision allows, or has a reason")
	}
}

// TestExplain: the explanation is of the same policies, and the statement that
// decided is among those that it tells.
func TestExplain(t *testing.T) {
	p := authz.Policies{Identity: named(t, allowNil, allowAll, `{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Action":"*","Resource":"*"},{"Sid":"first","Effect":"Deny","Action":"s3:*","Resource":"*"},
		{"Sid":"second","Effect":"Deny","Action":"*","Resource":"*"}]}`)}
	r, ready := reads(alice), compiled.NewPolicies(p)
	d, full := compiled.Decide(&r, ready), compiled.Explain(&r, ready)
	if !reflect.DeepEqual(d.Reason(), full.Reason) || len(full.Matched) != 2 {
		t.Fatalf("%+v is explained as %+v", d, full)
	}
	if d.Match != full.Matched[0] || d.Match.Statement().Sid != "first" || d.Match.Policy != &p.Identity[2] {
		t.Errorf("the statement that decided is %+v", d.Match)
	}
}

// TestStatementWithoutEffect: no document that package policy makes has one,
// but what has is not passed over.
func TestStatementWithoutEffect(t *testing.T) {
	d := *doc(t, denyAll)
	d.Statements[0].Effect = 0
	p := authz.Policies{Identity: append(named(t, allowAll), authz.Named{Document: &d})}
	if got := decided(t, reads(alice), p); got != "denied explicitly by identity-based policy" {
		t.Error(got)
	}
}
