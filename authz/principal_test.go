package authz

import (
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/policy"
)

// principalCase says how closely one Principal element names a caller.
type principalCase struct {
	name      string // a sentence that begins with the rule's number
	principal string // the element's value
	caller    Principal
	want      grant
}

func (g grant) String() string {
	return [...]string{"by nobody", "by account", "by entity", "by self"}[g]
}

// nameOf is how closely a principal is named in a policy of a kind.
func nameOf(t *testing.T, kind ResourceKind, principal string, caller Principal) grant {
	t.Helper()
	r := reads(caller, Context{})
	p := Policies{Resource: resourcePolicy(t, kind, trustText(principal))}
	e := evaluation{r: &r, p: &p}
	if !e.read() {
		t.Fatalf("%v is not read", caller)
	}
	e.enter(ResourceLayer, p.Resource.Document)
	_, g := e.principals(p.Resource.Document.Statements[0].Principals, policy.Allow)
	return g
}

func runPrincipals(t *testing.T, kind ResourceKind, cases []principalCase) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := nameOf(t, kind, c.principal, c.caller); got != c.want {
				t.Errorf("%s names %s %v, want %v\nsource: %sreference_policies_elements_principal", c.principal, callerName(c.caller), got, c.want, userGuide)
			}
		})
	}
}

func TestPrincipals(t *testing.T) {
	cnUser := User{ARN: arnOf("arn:aws-cn:iam::111111111111:user/li"), ID: "AIDALI"}
	rootless := FederatedUser{Name: "visitor", Parent: root}
	runPrincipals(t, OrdinaryPolicy, []principalCase{
		{"M9 * is everyone", `"*"`, alice, bySelf},
		{"M9 * is the anonymous too", `"*"`, Anonymous{}, bySelf},
		{"M9 * is services too", `"*"`, lambda, bySelf},
		{"M9 AWS * is the same", `{"AWS":"*"}`, Anonymous{}, bySelf},
		{"M9 there are no partial wildcards", `{"AWS":"arn:aws:iam::111111111111:user/*"}`, alice, byNobody},
		{"M9 ... not for sessions", `{"AWS":"arn:aws:sts::111111111111:assumed-role/Deployer/*"}`, deployer, byNobody},
		{"M9 ... not for accounts", `{"AWS":"arn:aws:iam::*:root"}`, alice, byNobody},
		{"M9 ... not for services", `{"Service":"*.amazonaws.com"}`, lambda, byNobody},
		{"M10 an account's digits are everybody in it", `{"AWS":"111111111111"}`, alice, byAccount},
		{"M10 an account's root ARN is everybody in it", `{"AWS":"arn:aws:iam::111111111111:root"}`, alice, byAccount},
		{"M10 ... its sessions", `{"AWS":"arn:aws:iam::111111111111:root"}`, deployer, byAccount},
		{"M10 ... its federated users", `{"AWS":"111111111111"}`, visitor, byAccount},
		{"M10 ... its root user", `{"AWS":"111111111111"}`, root, byAccount},
		{"M10 another account is not", `{"AWS":"222222222222"}`, alice, byNobody},
		{"M10 a root ARN of another partition is not", `{"AWS":"arn:aws:iam::111111111111:root"}`, cnUser, byNobody},
		{"M10 services are in no account", `{"AWS":"111111111111"}`, lambda, byNobody},
		{"M10 the anonymous are in no account", `{"AWS":"111111111111"}`, Anonymous{}, byNobody},
		{"M11 a user's ARN is the user", `{"AWS":"arn:aws:iam::111111111111:user/team/alice"}`, alice, bySelf},
		{"M11 a user's ARN has a path", `{"AWS":"arn:aws:iam::111111111111:user/alice"}`, alice, byNobody},
		{"M11 a user's id is the user", `{"AWS":"AIDAALICEALICEALICEAL"}`, alice, bySelf},
		{"M11 another's id is not", `{"AWS":"AIDAMALLORYMALLORYMAL"}`, alice, byNobody},
		{"M11 a user's ARN is the federated users of that user", `{"AWS":"arn:aws:iam::111111111111:user/team/alice"}`, visitor, byEntity},
		{"M11 a user's id is the federated users of that user", `{"AWS":"AIDAALICEALICEALICEAL"}`, visitor, byEntity},
		{"M11 a federated user's name is not a user's", `{"AWS":"arn:aws:iam::111111111111:user/visitor"}`, visitor, byNobody},
		{"M11 a federated user's ARN is that session", `{"AWS":"arn:aws:sts::111111111111:federated-user/visitor"}`, visitor, bySelf},
		{"M11 another federated user's ARN is not", `{"AWS":"arn:aws:sts::111111111111:federated-user/guest"}`, visitor, byNobody},
		{"M11 a federated user of the root user", `{"AWS":"arn:aws:sts::111111111111:federated-user/visitor"}`, rootless, bySelf},
		{"M11 a role's ARN is its sessions", `{"AWS":"arn:aws:iam::111111111111:role/ci/Deployer"}`, deployer, byEntity},
		{"M11 a role's path counts", `{"AWS":"arn:aws:iam::111111111111:role/Deployer"}`, deployer, byNobody},
		{"M11 a role's name has case", `{"AWS":"arn:aws:iam::111111111111:role/deployer"}`, deployer, byNobody},
		{"M11 a role of that name elsewhere is not", `{"AWS":"arn:aws:iam::222222222222:role/ci/Deployer"}`, deployer, byNobody},
		{"M11 a role's id is its sessions", `{"AWS":"AROADEPLOYERDEPLOYERD"}`, deployer, byEntity},
		{"M11 a role's id with a session is that session", `{"AWS":"AROADEPLOYERDEPLOYERD:build-7"}`, deployer, bySelf},
		{"M11 ... and no other", `{"AWS":"AROADEPLOYERDEPLOYERD:build-8"}`, deployer, byNobody},
		{"M11 a role's id is not its beginning", `{"AWS":"AROADEPLOYERDEPLOYERDX"}`, deployer, byNobody},
		{"M11 a session follows the role's id after a colon", `{"AWS":"AROADEPLOYERDEPLOYERDXbuild-7"}`, deployer, byNobody},
		{"M11 a session's ARN is that session", `{"AWS":"arn:aws:sts::111111111111:assumed-role/Deployer/build-7"}`, deployer, bySelf},
		{"M11 a session's ARN has no path", `{"AWS":"arn:aws:sts::111111111111:assumed-role/ci/Deployer/build-7"}`, deployer, byNobody},
		{"M11 another session's ARN is not", `{"AWS":"arn:aws:sts::111111111111:assumed-role/Deployer/build-8"}`, deployer, byNobody},
		{"M11 an assumed role under iam is not AWS's", `{"AWS":"arn:aws:iam::111111111111:assumed-role/Deployer/build-7"}`, deployer, byNobody},
		{"M12 a service's name is exact", `{"Service":"lambda.amazonaws.com"}`, lambda, bySelf},
		{"M12 another form of it is another service", `{"Service":"lambda.us-east-1.amazonaws.com"}`, lambda, byNobody},
		{"M12 a service under AWS is nobody", `{"AWS":"lambda.amazonaws.com"}`, lambda, byNobody},
		{"M13 a provider is the sessions begun with it", `{"Federated":"arn:aws:iam::111111111111:saml-provider/okta"}`, withProvider(okta.Provider), byEntity},
		{"M13 ... and no others", `{"Federated":"arn:aws:iam::111111111111:saml-provider/okta"}`, deployer, byNobody},
		{"M1 one of several types is enough", `{"Service":"ec2.amazonaws.com","AWS":["111111111111","222222222222"]}`, mallory, byAccount},
		{"M1 an empty list names nobody", `{"AWS":[]}`, alice, byNobody},
		{"G4 a canonical user, where the account's is not known", `{"CanonicalUser":"abc"}`, alice, byNobody},
	})
	runPrincipals(t, TrustPolicy, []principalCase{
		{"M13 a provider is who comes from it", `{"Federated":"arn:aws:iam::111111111111:saml-provider/okta"}`, okta, bySelf},
		{"M13 a provider's host", `{"Federated":"accounts.google.com"}`, FederatedIdentity{"accounts.google.com"}, bySelf},
		{"M13 another provider is not", `{"Federated":"arn:aws:iam::111111111111:saml-provider/ping"}`, okta, byNobody},
		{"M13 in a trust policy it is not the sessions begun with it", `{"Federated":"arn:aws:iam::111111111111:saml-provider/okta"}`, withProvider(okta.Provider), byNobody},
		{"M10 a provider's people are in no account", `{"AWS":"111111111111"}`, okta, byNobody},
	})
}

// withProvider is the deployer's session, begun with an identity provider.
func withProvider(provider string) RoleSession {
	s := deployer
	s.Provider = provider
	return s
}

// TestCanonicalUser: a canonical user ID is another name of an account.
func TestCanonicalUser(t *testing.T) {
	const source = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-bucket-user-policy-specifying-principal-intro.html"
	of := func(effect, element, id string) *ResourcePolicy {
		return resourcePolicy(t, OrdinaryPolicy, `{"Statement":{"Effect":"`+effect+`","`+element+`":{"CanonicalUser":"`+id+`"},"Action":"*","Resource":"*"}}`)
	}
	byIdentity, byResource := "allowed by identity-based policy", "denied explicitly by resource-based policy"
	for _, c := range []struct {
		name   string
		caller Principal
		id     string // of the caller's account
		policy *ResourcePolicy
		want   string
	}{
		{"G4 an account by its canonical user ID, from another account", mallory, "79a5", of("Allow", "Principal", "79a5"), byIdentity},
		{"G4 the ID of another account", mallory, "79a6", of("Allow", "Principal", "79a5"), "denied for want of resource-based policy"},
		{"G4 an account that is denied by it", alice, "79a5", of("Deny", "Principal", "79a5"), byResource},
		{"G4 another account is not denied by it", alice, "79a6", of("Deny", "Principal", "79a5"), byIdentity},
		{"G4 services are in no account", lambda, "", of("Deny", "Principal", "79a5"), "denied for want of resource-based policy"},
		{"G4 an account whose ID is not known is denied what it may be denied", alice, "", of("Deny", "Principal", "79a5"), byResource},
		{"G4 no ID is nobody's", mallory, "", of("Allow", "Principal", ""), "denied for want of resource-based policy"},
		{"M14 the root user's account is excepted by it", root, "79a5", of("Deny", "NotPrincipal", "79a5"), "allowed by rule"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := reads(c.caller, Context{})
			r.CanonicalUser = c.id
			d := Decide(r, Policies{Identity: named(t, allowAll), Resource: c.policy})
			if got := why(d); !strings.HasPrefix(got, c.want) {
				t.Errorf("%s, want %s; %s", got, c.want, source)
			}
		})
	}
}

// TestUnknownPrincipals has a statement for a principal that nothing here can
// tell: it allows nobody and denies everybody.
func TestUnknownPrincipals(t *testing.T) {
	text := func(effect string) string {
		return `{"Statement":{"Effect":"` + effect + `","Principal":{"CanonicalUser":"abc"},"Action":"*","Resource":"*"}}`
	}
	check(t, reads(alice, Context{}), Policies{Resource: resourcePolicy(t, OrdinaryPolicy, text("Allow"))},
		"denied for want of identity-based policy")
	d := check(t, reads(alice, Context{}), Policies{Identity: named(t, allowAll), Resource: resourcePolicy(t, OrdinaryPolicy, text("Deny"))},
		"denied explicitly by resource-based policy")
	if len(d.Matched) != 1 || !d.Matched[0].Unevaluable {
		t.Errorf("the denial does not say that it could not be evaluated: %+v", d.Matched)
	}
}

func TestNotPrincipal(t *testing.T) {
	const source = userGuide + "reference_policies_elements_notprincipal"
	const account, user, roleARN, session = `"111111111111"`, `"arn:aws:iam::111111111111:user/team/alice"`,
		`"arn:aws:iam::111111111111:role/ci/Deployer"`, `"arn:aws:sts::111111111111:assumed-role/Deployer/build-7"`
	allowed, denied := "allowed by identity-based policy", "denied explicitly by resource-based policy"
	for _, c := range []struct {
		name     string
		except   string
		caller   Principal
		boundary bool
		want     string
	}{
		{"M14 a user named with the account is excepted", user + "," + account, alice, false, allowed},
		{"M14 a user named without the account is not", user, alice, false, denied},
		{"M14 an account does not except its users", account, alice, false, denied},
		{"M14 a session named with role and account is excepted", session + "," + roleARN + "," + account, deployer, false, allowed},
		{"M14 a session named by its role, with the account", roleARN + "," + account, deployer, false, allowed},
		{"M14 a session named with the account", session + "," + account, deployer, false, allowed},
		{"M14 a session named without the account is not", session + "," + roleARN, deployer, false, denied},
		{"M14 whoever is not named is denied", user + "," + account, deployer, false, denied},
		{"M14 an account excepts its root user", account, root, false, "allowed by rule root user"},
		{"M14 who has a boundary is always denied", user + "," + account, alice, true, denied},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := `{"Statement":{"Effect":"Deny","NotPrincipal":{"AWS":[` + c.except + `]},"Action":"*","Resource":"*"}}`
			p := Policies{Identity: named(t, allowAll), Resource: resourcePolicy(t, OrdinaryPolicy, text)}
			if c.boundary {
				p.Boundary = one(t, allowAll)
			}
			check(t, reads(c.caller, Context{}), p, c.want)
			t.Log("source: " + source)
		})
	}
	t.Run("M14 a service is excepted by its name", func(t *testing.T) {
		text := `{"Statement":[{"Effect":"Deny","NotPrincipal":{"Service":"lambda.amazonaws.com"},"Action":"*","Resource":"*"},
			{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}`
		p := Policies{Resource: resourcePolicy(t, OrdinaryPolicy, text)}
		check(t, reads(lambda, Context{}), p, "allowed by resource-based policy")
		check(t, reads(ServicePrincipal{"ec2.amazonaws.com"}, Context{}), p, denied)
	})
	t.Run("M14 NotPrincipal with Allow allows nobody", func(t *testing.T) {
		text := `{"Statement":{"Effect":"Allow","NotPrincipal":{"AWS":"222222222222"},"Action":"*","Resource":"*"}}`
		check(t, reads(alice, Context{}), Policies{Resource: resourcePolicy(t, OrdinaryPolicy, text)}, "denied for want of identity-based policy")
		check(t, reads(alice, Context{}), Policies{Identity: named(t, allowAll), Endpoint: one(t, text)}, "denied for want of VPC endpoint policy")
	})
}

// TestDeniedPrincipals has a resource policy that denies some and lets the
// others be.
func TestDeniedPrincipals(t *testing.T) {
	for _, c := range []struct {
		name      string // a sentence that begins with the rule's number
		principal string
		caller    Principal
		denied    bool
	}{
		{"M10 an account denied is everybody in it", `{"AWS":"111111111111"}`, alice, true},
		{"M10 ... its sessions too", `{"AWS":"arn:aws:iam::111111111111:root"}`, deployer, true},
		{"M11 a role denied is its sessions", `{"AWS":"arn:aws:iam::111111111111:role/ci/Deployer"}`, deployer, true},
		{"M11 a session denied is that session", `{"AWS":"arn:aws:sts::111111111111:assumed-role/Deployer/build-8"}`, deployer, false},
		{"M11 a user denied is the user's federated users", `{"AWS":"AIDAALICEALICEALICEAL"}`, visitor, true},
		{"M12 a service denied is nobody else", `{"Service":"lambda.amazonaws.com"}`, alice, false},
		{"M9 everyone denied is everyone", `"*"`, alice, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := `{"Statement":{"Effect":"Deny","Principal":` + c.principal + `,"Action":"*","Resource":"*"}}`
			want := "allowed by identity-based policy"
			if c.denied {
				want = "denied explicitly by resource-based policy"
			}
			p := Policies{Identity: named(t, allowAll), Session: named(t, allowAll), Resource: resourcePolicy(t, OrdinaryPolicy, text)}
			check(t, reads(c.caller, Context{}), p, want)
		})
	}
}
