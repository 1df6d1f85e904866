package compiled_test

import (
	"testing"

	"github.com/rolecall-iam/rolecall/authz"
)

// principalsPage is where principals are documented.
const principalsPage = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html"

// The outcomes of TestPrincipals: what a resource policy's Allow is worth to a
// caller who has no other policy, and then with an identity policy beside it.
const (
	notNamed = "denied for want of resource-based policy"
	delegate = "denied for want of identity-based policy"
	enough   = "allowed by resource-based policy"
)

// TestPrincipals is rules M9 to M13: a key policy, which must name the caller
// itself or its account.
func TestPrincipals(t *testing.T) {
	const (
		alicesARN = `{"AWS":"arn:aws:iam::111111111111:user/team/alice"}`
		buildsARN = `{"AWS":"arn:aws:sts::111111111111:assumed-role/Deployer/build-7"}`
		theirRole = `{"AWS":"arn:aws:iam::111111111111:role/ci/Deployer"}`
	)
	federatedRole := build
	federatedRole.Provider = okta.Provider
	chinese := authz.User{ARN: arnOf("arn:aws-cn:iam::111111111111:user/team/alice"), ID: "AIDACHINESE"}
	for _, c := range []struct {
		name      string
		principal string
		caller    authz.Principal
		want      string
	}{
		{"M9 everyone", `"*"`, alice, enough},
		{"M9 everyone under AWS", `{"AWS":"*"}`, alice, enough},
		{"M9 everyone, anonymous", `"*"`, authz.Anonymous{}, enough},
		{"M9 everyone, a service", `{"AWS":"*"}`, lambda, enough},
		{"M9 no wildcard in part", `{"AWS":"arn:aws:iam::111111111111:user/*"}`, alice, notNamed},
		{"M10 the account by its digits", `{"AWS":"111111111111"}`, alice, delegate},
		{"M10 the account by its ARN", `{"AWS":"arn:aws:iam::111111111111:root"}`, alice, delegate},
		{"M10 another account", `{"AWS":"222222222222"}`, alice, notNamed},
		{"M10 the account, a session", `{"AWS":"111111111111"}`, build, delegate},
		{"M10 the account in another partition", `{"AWS":"arn:aws-cn:iam::111111111111:root"}`, alice, notNamed},
		{"M10 the account in the caller's partition", `{"AWS":"arn:aws-cn:iam::111111111111:root"}`, chinese, delegate},
		{"M10 the account, anonymous", `{"AWS":"111111111111"}`, authz.Anonymous{}, notNamed},
		{"M11 the user", alicesARN, alice, enough},
		{"M11 the user without its path", `{"AWS":"arn:aws:iam::111111111111:user/alice"}`, alice, notNamed},
		{"M11 the user in another case", `{"AWS":"arn:aws:iam::111111111111:user/team/Alice"}`, alice, notNamed},
		{"M11 the user with a region", `{"AWS":"arn:aws:iam:us-east-1:111111111111:user/team/alice"}`, alice, notNamed},
		{"M11 the user of another service", `{"AWS":"arn:aws:sts::111111111111:user/team/alice"}`, alice, notNamed},
		{"M11 the user by its identifier", `{"AWS":"AIDAALICEALICEALICEAL"}`, alice, enough},
		{"M11 the user by another's identifier", `{"AWS":"AIDAALICEALICEALICEAX"}`, alice, notNamed},
		{"M11 no identifier", `{"AWS":""}`, authz.User{ARN: alice.ARN}, notNamed},
		{"M11 the user behind a federated user", alicesARN, visitor, "denied for want of session policy"},
		{"M11 the user behind, by its identifier", `{"AWS":"AIDAALICEALICEALICEAL"}`, visitor, "denied for want of session policy"},
		{"M11 the federated user", `{"AWS":"arn:aws:sts::111111111111:federated-user/visitor"}`, visitor, enough},
		{"M11 another federated user", `{"AWS":"arn:aws:sts::111111111111:federated-user/guest"}`, visitor, notNamed},
		{"M11 a federated user, not the user", `{"AWS":"arn:aws:sts::111111111111:federated-user/visitor"}`, alice, notNamed},
		{"M11 the role of a session", theirRole, build, enough},
		{"M11 the role without its path", `{"AWS":"arn:aws:iam::111111111111:role/Deployer"}`, build, notNamed},
		{"M11 the role in another case", `{"AWS":"arn:aws:iam::111111111111:role/deployer"}`, build, notNamed},
		{"M11 another role", `{"AWS":"arn:aws:iam::111111111111:role/Deployers"}`, build, notNamed},
		{"M11 the role of another account", `{"AWS":"arn:aws:iam::222222222222:role/ci/Deployer"}`, build, notNamed},
		{"M11 the role by its identifier", `{"AWS":"AROADEPLOYERDEPLOYERD"}`, build, enough},
		{"M11 the session", buildsARN, build, enough},
		{"M11 another session", `{"AWS":"arn:aws:sts::111111111111:assumed-role/Deployer/build-8"}`, build, notNamed},
		{"M11 the session of another role", `{"AWS":"arn:aws:sts::111111111111:assumed-role/Builder/build-7"}`, build, notNamed},
		{"M11 any session, without a name", `{"AWS":"arn:aws:sts::111111111111:assumed-role/Deployer"}`, build, notNamed},
		{"M11 the session under iam", `{"AWS":"arn:aws:iam::111111111111:assumed-role/Deployer/build-7"}`, build, notNamed},
		{"M11 the session by identifiers", `{"AWS":"AROADEPLOYERDEPLOYERD:build-7"}`, build, enough},
		{"M11 another session by identifiers", `{"AWS":"AROADEPLOYERDEPLOYERD:build-8"}`, build, notNamed},
		{"M11 an identifier that goes on", `{"AWS":"AROADEPLOYERDEPLOYERDX"}`, build, notNamed},
		{"M11 a role, not a user of that name", theirRole, alice, notNamed},
		{"M11 a user's ARN with a role's name", `{"AWS":"arn:aws:iam::111111111111:user/ci/Deployer"}`, build, notNamed},
		{"M12 the service", `{"Service":"lambda.amazonaws.com"}`, lambda, enough},
		{"M12 another service", `{"Service":"ec2.amazonaws.com"}`, lambda, notNamed},
		{"M12 one of several services", `{"Service":["ec2.amazonaws.com","lambda.amazonaws.com"]}`, lambda, enough},
		{"M12 the service of a region is another", `{"Service":"lambda.us-east-1.amazonaws.com"}`, lambda, notNamed},
		{"M12 a service is no user", `{"Service":"alice"}`, alice, notNamed},
		{"M12 a service under AWS", `{"AWS":"lambda.amazonaws.com"}`, lambda, notNamed},
		{"M13 the provider", `{"Federated":"arn:aws:iam::111111111111:saml-provider/okta"}`, okta, enough},
		{"M13 another provider", `{"Federated":"arn:aws:iam::111111111111:saml-provider/entra"}`, okta, notNamed},
		{"M13 a session that began with the provider", `{"Federated":"arn:aws:iam::111111111111:saml-provider/okta"}`, federatedRole, enough},
		{"M13 a session that did not", `{"Federated":"arn:aws:iam::111111111111:saml-provider/okta"}`, build, notNamed},
		{"M13 no provider", `{"Federated":""}`, build, notNamed},
		{"G4 a canonical user, where the account's is not known", `{"CanonicalUser":"0123"}`, alice, notNamed},
		{"G4 a canonical user, beside one who is", `{"CanonicalUser":"0123","AWS":"111111111111"}`, alice, delegate},
		{"the closest counts", `{"AWS":["111111111111","arn:aws:iam::111111111111:user/team/alice"]}`, alice, enough},
		{"nobody", `{"AWS":[]}`, alice, notNamed},
		{"an ARN that is too short", `{"AWS":"arn:aws:iam::111111111111"}`, alice, notNamed},
		{"an ARN of something else", `{"AWS":"arn:aws:s3:::reports"}`, alice, notNamed},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := authz.Policies{Resource: resourcePolicy(t, authz.KeyPolicy, grants(c.principal))}
			if got := decided(t, reads(c.caller), p); got != c.want {
				t.Errorf("%s and %T: %s, want %s; %s", c.principal, c.caller, got, c.want, principalsPage)
			}
			p.Identity = named(t, allowAll)
			want := enough
			switch {
			case c.want == notNamed:
				want = notNamed
			case c.caller.AccountID() == ours && c.caller != authz.Principal(visitor):
				want = "allowed by identity-based policy"
			case c.caller == authz.Principal(visitor) && c.want == enough:
				want = "allowed by identity-based policy"
			case c.caller == authz.Principal(visitor):
				want = "denied for want of session policy"
			}
			if got := decided(t, reads(c.caller), p); got != want {
				t.Errorf("with an identity policy, %s and %T: %s, want %s", c.principal, c.caller, got, want)
			}
		})
	}
}

// TestNotPrincipal is rule M14: with Deny only, and who is not excepted by
// both account and name is denied.
func TestNotPrincipal(t *testing.T) {
	const source = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html"
	const denied, spared = "denied explicitly by resource-based policy", "allowed by resource-based policy"
	const identity = "allowed by identity-based policy"
	for _, c := range []struct {
		name, except string
		caller       authz.Principal
		want         string
	}{
		{"M14 account and user", `{"AWS":["111111111111","arn:aws:iam::111111111111:user/team/alice"]}`, alice, identity},
		{"M14 the user alone", `{"AWS":"arn:aws:iam::111111111111:user/team/alice"}`, alice, denied},
		{"M14 the account alone", `{"AWS":"111111111111"}`, alice, denied},
		{"M14 account and role, a session", `{"AWS":["111111111111","arn:aws:iam::111111111111:role/ci/Deployer"]}`, build, identity},
		{"M14 account and session", `{"AWS":["111111111111","arn:aws:sts::111111111111:assumed-role/Deployer/build-7"]}`, build, identity},
		{"M14 account and another session", `{"AWS":["111111111111","arn:aws:sts::111111111111:assumed-role/Deployer/build-8"]}`, build, denied},
		{"M14 the account, its root user", `{"AWS":"111111111111"}`, root, "allowed by rule root user"},
		{"M14 another account, the root user", `{"AWS":"222222222222"}`, root, denied},
		{"M14 everyone is not the account", `"*"`, alice, denied},
		{"M14 everyone, anonymous", `"*"`, authz.Anonymous{}, spared},
		{"M14 the service", `{"Service":"lambda.amazonaws.com"}`, lambda, spared},
		{"M14 another service", `{"Service":"ec2.amazonaws.com"}`, lambda, denied},
		{"M14 nobody: open, so it denies", `{"AWS":[]}`, alice, denied},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"},
				{"Effect":"Deny","NotPrincipal":` + c.except + `,"Action":"*","Resource":"*"}]}`
			p := authz.Policies{Identity: named(t, allowAll), Resource: resourcePolicy(t, authz.OrdinaryPolicy, text)}
			if got := decided(t, reads(c.caller), p); got != c.want {
				t.Errorf("all but %s, %T: %s, want %s; %s", c.except, c.caller, got, c.want, source)
			}
			p.Boundary = one(t, allowAll)
			if got := decided(t, reads(c.caller), p); got != denied {
				t.Errorf("all but %s, %T with a boundary: %s; %s", c.except, c.caller, got, source)
			}
		})
	}
	t.Run("M14 with Allow it says nothing that allows", func(t *testing.T) {
		p := authz.Policies{Resource: resourcePolicy(t, authz.OrdinaryPolicy,
			`{"Version":"2012-10-17","Statement":{"Effect":"Allow","NotPrincipal":{"AWS":"222222222222"},"Action":"*","Resource":"*"}}`)}
		if got := decided(t, reads(alice), p); got != delegate {
			t.Error(got)
		}
	})
}

// TestPrincipalInEveryLayer: who a statement speaks of is asked where AWS
// knows the element, and leaves the answer open elsewhere.
func TestPrincipalInEveryLayer(t *testing.T) {
	const without = `{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}`
	const others = `{"Version":"2012-10-17","Statement":{"Effect":"Deny","Principal":{"AWS":"222222222222"},"Action":"*","Resource":"*"}}`
	base := authz.Policies{Identity: named(t, allowAll)}
	for _, c := range []struct {
		name         string
		set          func(p *authz.Policies, deny string)
		without, not string // what a Deny without Principal, and with another's, comes to
	}{
		{"identity", func(p *authz.Policies, deny string) { p.Identity = append(named(t, allowAll), *one(t, deny)) }, "identity-based policy", "identity-based policy"},
		{"boundary", func(p *authz.Policies, deny string) { p.Boundary = one(t, deny) }, "permissions boundary", "permissions boundary"},
		{"session", func(p *authz.Policies, deny string) { p.Session = named(t, allowAll, deny) }, "session policy", "session policy"},
		{"SCP", func(p *authz.Policies, deny string) { p.SCPs = [][]authz.Named{named(t, allowAll, deny)} }, "service control policy", "service control policy"},
		{"RCP", func(p *authz.Policies, deny string) { p.RCPs = [][]authz.Named{named(t, public, deny)} }, "resource control policy", ""},
		{"endpoint", func(p *authz.Policies, deny string) { p.Endpoint = one(t, deny) }, "VPC endpoint policy", "want"},
		{"resource", func(p *authz.Policies, deny string) { p.Resource = resourcePolicy(t, authz.OrdinaryPolicy, deny) }, "resource-based policy", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			for deny, layer := range map[string]string{without: c.without, others: c.not} {
				p, want := base, "denied explicitly by "+layer
				switch layer {
				case "":
					want = "allowed by identity-based policy"
				case "want":
					want = "denied for want of VPC endpoint policy"
				}
				c.set(&p, deny)
				if got := decided(t, reads(alice), p); got != want {
					t.Errorf("%s: %s, want %s", deny, got, want)
				}
			}
		})
	}
}
