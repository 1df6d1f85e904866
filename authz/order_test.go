package authz

import (
	"testing"

	"github.com/rolecall-iam/rolecall/arn"
)

const evaluationPage = userGuide + "reference_policies_evaluation-logic"

// orderCase says what policies of several types decide together.
type orderCase struct {
	name     string // a sentence that begins with the rule's number
	request  Request
	policies func(t *testing.T) Policies
	want     string // in why's words
}

func runOrder(t *testing.T, source string, cases []orderCase) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			check(t, c.request, c.policies(t), c.want)
			t.Log("source: " + source)
		})
	}
}

// public is a resource policy's text for everyone.
func public(effect string) string {
	return `{"Version":"2012-10-17","Statement":{"Effect":"` + effect + `","Principal":"*","Action":"*","Resource":"*"}}`
}

// forAWS is a resource policy's text that allows one principal everything.
func forAWS(principal string) string {
	return `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"` + principal + `"},"Action":"*","Resource":"*"}}`
}

func TestExplicitDenyWins(t *testing.T) {
	asks := reads(alice, Context{})
	full := func(t *testing.T) Policies {
		return Policies{
			Identity: named(t, allowAll), Boundary: one(t, allowAll), Session: named(t, allowAll),
			Resource: resourcePolicy(t, OrdinaryPolicy, public("Allow")), Endpoint: one(t, public("Allow")),
			SCPs: [][]Named{named(t, allowAll), named(t, allowAll)}, RCPs: [][]Named{named(t, public("Allow"))},
		}
	}
	with := func(change func(*testing.T, *Policies)) func(*testing.T) Policies {
		return func(t *testing.T) Policies {
			p := full(t)
			change(t, &p)
			return p
		}
	}
	runOrder(t, evaluationPage, []orderCase{
		{"V1 all allow", asks, full, "allowed by identity-based policy"},
		{"V1 a Deny in an identity policy wins", asks, with(func(t *testing.T, p *Policies) { p.Identity = named(t, allowAll, denyAll) }), "denied explicitly by identity-based policy"},
		{"V1 a Deny in the boundary wins", asks, with(func(t *testing.T, p *Policies) { p.Boundary = one(t, denyAll) }), "denied explicitly by permissions boundary"},
		{"V1 a Deny in a session policy wins", asks, with(func(t *testing.T, p *Policies) { p.Session = named(t, allowAll, denyAll) }), "denied explicitly by session policy"},
		{"V1 a Deny in the resource's policy wins", asks, with(func(t *testing.T, p *Policies) { p.Resource = resourcePolicy(t, OrdinaryPolicy, public("Deny")) }), "denied explicitly by resource-based policy"},
		{"V1 a Deny in an SCP wins over an identity allow", asks, with(func(t *testing.T, p *Policies) { p.SCPs[1] = named(t, allowAll, denyAll) }), "denied explicitly by service control policy"},
		{"V1 a Deny in an RCP wins", asks, with(func(t *testing.T, p *Policies) { p.RCPs[0] = named(t, public("Allow"), public("Deny")) }), "denied explicitly by resource control policy"},
		{"V11 a Deny in the endpoint's policy wins", asks, with(func(t *testing.T, p *Policies) { p.Endpoint = one(t, public("Deny")) }), "denied explicitly by VPC endpoint policy"},
		{"V2 an SCP must allow on every level", asks, with(func(t *testing.T, p *Policies) { p.SCPs[0] = named(t, allowNil) }), "denied for want of service control policy"},
		{"V2 a level without any SCP allows nothing", asks, with(func(t *testing.T, p *Policies) { p.SCPs[1] = nil }), "denied for want of service control policy"},
		{"V2 a level without any RCP allows nothing", asks, with(func(t *testing.T, p *Policies) { p.RCPs[0] = nil }), "denied for want of resource control policy"},
		{"V11 the endpoint's policy must allow", asks, with(func(t *testing.T, p *Policies) { p.Endpoint = one(t, forAWS("222222222222")) }), "denied for want of VPC endpoint policy"},
		{"an unreadable identity policy denies", asks, with(func(_ *testing.T, p *Policies) { p.Identity[0].Document = nil }), "denied by unreadable identity-based policy"},
		{"an unreadable boundary denies", asks, with(func(_ *testing.T, p *Policies) { p.Boundary.Document = nil }), "denied by unreadable permissions boundary"},
		{"an unreadable SCP denies", asks, with(func(_ *testing.T, p *Policies) { p.SCPs[0][0].Document = nil }), "denied by unreadable service control policy"},
		{"an unreadable resource policy denies", asks, with(func(_ *testing.T, p *Policies) { p.Resource.Document = nil }), "denied by unreadable resource-based policy"},
	})
}

// TestWhoIsBound has the policy types that do not speak of every caller.
func TestWhoIsBound(t *testing.T) {
	linked := deployer
	linked.Role = arnOf("arn:aws:iam::111111111111:role/aws-service-role/sso.amazonaws.com/AWSServiceRoleForSSO")
	scpDenies := func(t *testing.T) Policies {
		return Policies{
			Identity: named(t, allowAll), Resource: resourcePolicy(t, OrdinaryPolicy, public("Allow")),
			SCPs: [][]Named{named(t, denyAll)},
		}
	}
	rcpDenies := func(t *testing.T) Policies {
		return Policies{
			Identity: named(t, allowAll), Resource: resourcePolicy(t, OrdinaryPolicy, public("Allow")),
			RCPs: [][]Named{named(t, public("Allow"), public("Deny"))},
		}
	}
	endpointDenies := func(t *testing.T) Policies {
		return Policies{Resource: resourcePolicy(t, OrdinaryPolicy, public("Allow")), Endpoint: one(t, public("Deny"))}
	}
	runOrder(t, "AWS Organizations User Guide, SCPs and RCPs", []orderCase{
		{"V2 an SCP binds the root user", reads(root, Context{}), scpDenies, "denied explicitly by service control policy"},
		{"V2 an SCP does not bind service-linked roles", reads(linked, Context{}), scpDenies, "allowed by identity-based policy"},
		{"V10 an SCP does not bind services", reads(lambda, Context{}), scpDenies, "allowed by resource-based policy"},
		{"V2 an SCP does not bind the anonymous", reads(Anonymous{}, Context{}), scpDenies, "allowed by resource-based policy"},
		{"V2 an RCP binds the anonymous", reads(Anonymous{}, Context{}), rcpDenies, "denied explicitly by resource control policy"},
		{"V2 an RCP binds principals of other accounts", reads(mallory, Context{}), rcpDenies, "denied explicitly by resource control policy"},
		{"V2 an RCP does not bind service-linked roles", reads(linked, Context{}), rcpDenies, "allowed by identity-based policy"},
		{"V11 an endpoint's policy binds the anonymous", reads(Anonymous{}, Context{}), endpointDenies, "denied explicitly by VPC endpoint policy"},
		{"V10 identity policies do not speak for services", reads(lambda, Context{}),
			func(t *testing.T) Policies { return Policies{Identity: named(t, allowAll)} }, "denied for want of resource-based policy"},
		{"V1 the root user is allowed by default", reads(root, Context{}), func(*testing.T) Policies { return Policies{} }, "allowed by rule root user"},
		{"V1 a resource policy may deny the root user", reads(root, Context{}),
			func(t *testing.T) Policies {
				return Policies{Resource: resourcePolicy(t, OrdinaryPolicy, public("Deny"))}
			}, "denied explicitly by resource-based policy"},
		{"V5 the root user of another account needs the resource's policy", reads(Root{Account: theirs}, Context{}),
			func(*testing.T) Policies { return Policies{} }, "denied for want of resource-based policy"},
		{"V5 ... which may name the account", reads(Root{Account: theirs}, Context{}),
			func(t *testing.T) Policies {
				return Policies{Resource: resourcePolicy(t, OrdinaryPolicy, forAWS("222222222222"))}
			}, "allowed by rule root user"},
	})
}

// TestSameAccount is table V6: what a resource policy's principal is worth
// against the implicit denials of the other types.
func TestSameAccount(t *testing.T) {
	const (
		user, fed     = "arn:aws:iam::111111111111:user/team/alice", "arn:aws:sts::111111111111:federated-user/visitor"
		roleARN, sess = "arn:aws:iam::111111111111:role/ci/Deployer", "arn:aws:sts::111111111111:assumed-role/Deployer/build-7"
		byResource    = "allowed by resource-based policy"
		noIdentity    = "denied for want of identity-based policy"
		noBoundary    = "denied for want of permissions boundary"
		noSession     = "denied for want of session policy"
	)
	everyone := `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*",` +
		`"Condition":{"ArnEquals":{"aws:PrincipalArn":"` + roleARN + `"}}}}`
	for _, c := range []struct {
		name                        string
		text                        string
		caller                      Principal
		identity, boundary, session string // what is decided where that type allows nothing
	}{
		{"V6 user ARN, user", forAWS(user), alice, byResource, byResource, ""},
		{"V6 user ARN, federated user", forAWS(user), visitor, byResource, noBoundary, noSession},
		{"V6 federated user ARN, that session", forAWS(fed), visitor, byResource, byResource, byResource},
		{"V6 role ARN, role session", forAWS(roleARN), deployer, byResource, noBoundary, noSession},
		{"V6 role id, role session", forAWS(deployer.RoleID), deployer, byResource, noBoundary, noSession},
		{"V6 session ARN, that session", forAWS(sess), deployer, byResource, byResource, byResource},
		{"V6 everyone with a condition, role session", everyone, deployer, byResource, byResource, byResource},
		{"V6 account, user", forAWS("111111111111"), alice, noIdentity, noBoundary, ""},
		{"V6 account, role session", forAWS("111111111111"), deployer, noIdentity, noBoundary, noSession},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := reads(c.caller, keys("aws:PrincipalArn", roleARN))
			p := Policies{Resource: resourcePolicy(t, OrdinaryPolicy, c.text), Boundary: one(t, allowAll)}
			if c.session != "" {
				p.Session, p.SessionPresent = named(t, allowAll), true
			}
			check(t, r, p, c.identity)
			// Identity policies allow from here on where the resource's policy
			// does not replace them.
			if c.identity == noIdentity {
				p.Identity = named(t, allowAll)
			}
			limited := p
			limited.Boundary = one(t, allowNil)
			check(t, r, limited, c.boundary)
			if c.session != "" {
				limited = p
				limited.Session = named(t, allowNil)
				check(t, r, limited, c.session)
			}
		})
	}
}

func TestIdentityBoundaryAndSession(t *testing.T) {
	identity := func(t *testing.T) Policies { return Policies{Identity: named(t, allowNil, allowAll)} }
	with := func(change func(*testing.T, *Policies)) func(*testing.T) Policies {
		return func(t *testing.T) Policies {
			p := identity(t)
			change(t, &p)
			return p
		}
	}
	runOrder(t, userGuide+"access_policies (session policies, permissions boundaries)", []orderCase{
		{"V3 one of several identity policies is enough", reads(alice, Context{}), identity, "allowed by identity-based policy"},
		{"V3 no policy allows nothing", reads(alice, Context{}), func(*testing.T) Policies { return Policies{} }, "denied for want of identity-based policy"},
		{"V3 a resource policy for others adds nothing", reads(alice, Context{}),
			func(t *testing.T) Policies {
				return Policies{Resource: resourcePolicy(t, OrdinaryPolicy, forAWS("222222222222"))}
			}, "denied for want of identity-based policy"},
		{"V3 a key policy must allow", reads(alice, Context{}),
			with(func(t *testing.T, p *Policies) { p.Resource = resourcePolicy(t, KeyPolicy, forAWS("222222222222")) }), "denied for want of resource-based policy"},
		{"V3 a key policy may delegate to the account", reads(alice, Context{}),
			with(func(t *testing.T, p *Policies) { p.Resource = resourcePolicy(t, KeyPolicy, forAWS("111111111111")) }), "allowed by identity-based policy"},
		{"V3 the root user needs a key policy too", reads(root, Context{}),
			with(func(t *testing.T, p *Policies) { p.Resource = resourcePolicy(t, KeyPolicy, forAWS("222222222222")) }), "denied for want of resource-based policy"},
		{"V3 a resource policy of no kind must allow", reads(alice, Context{}),
			with(func(t *testing.T, p *Policies) { p.Resource = resourcePolicy(t, 0, forAWS("222222222222")) }), "denied for want of resource-based policy"},
		{"G7 a boundary limits identity policies", reads(alice, Context{}),
			with(func(t *testing.T, p *Policies) { p.Boundary = one(t, allowNil) }), "denied for want of permissions boundary"},
		{"G7 a boundary alone allows nothing", reads(alice, Context{}),
			func(t *testing.T) Policies { return Policies{Boundary: one(t, allowAll)} }, "denied for want of identity-based policy"},
		{"V7 a role session without session policies goes on", reads(deployer, Context{}), identity, "allowed by identity-based policy"},
		{"V7 an empty session policy permits nothing", reads(deployer, Context{}),
			with(func(_ *testing.T, p *Policies) { p.SessionPresent = true }), "denied for want of session policy"},
		{"V7 session policies count without the flag", reads(deployer, Context{}),
			with(func(t *testing.T, p *Policies) { p.Session = named(t, allowNil) }), "denied for want of session policy"},
		{"V7 a federated user without session policies has no permissions", reads(visitor, Context{}), identity, "denied for want of session policy"},
		{"V7 a federated user has what both allow", reads(visitor, Context{}),
			with(func(t *testing.T, p *Policies) { p.Session, p.SessionPresent = named(t, allowAll), true }), "allowed by identity-based policy"},
		{"V7 a session of the root user's is limited too", reads(root, Context{}),
			func(t *testing.T) Policies { return Policies{Session: named(t, allowNil)} }, "denied for want of session policy"},
		{"V7 a federated user of the root user has what the session policies allow", reads(FederatedUser{"x", root}, Context{}),
			func(t *testing.T) Policies { return Policies{Session: named(t, allowAll), SessionPresent: true} }, "allowed by identity-based policy"},
	})
}

func TestOtherAccount(t *testing.T) {
	const user = "arn:aws:iam::222222222222:user/mallory"
	resource := func(t *testing.T, principal string) *ResourcePolicy {
		return resourcePolicy(t, OrdinaryPolicy, forAWS(principal))
	}
	runOrder(t, userGuide+"reference_policies_evaluation-logic-cross-account", []orderCase{
		{"V5 both sides allow", reads(mallory, Context{}),
			func(t *testing.T) Policies {
				return Policies{Identity: named(t, allowAll), Resource: resource(t, user)}
			}, "allowed by identity-based policy"},
		{"V5 the resource's side may name the account", reads(mallory, Context{}),
			func(t *testing.T) Policies {
				return Policies{Identity: named(t, allowAll), Resource: resource(t, "222222222222")}
			}, "allowed by identity-based policy"},
		{"V5 naming the user does not replace the user's own permission", reads(mallory, Context{}),
			func(t *testing.T) Policies { return Policies{Resource: resource(t, user)} }, "denied for want of identity-based policy"},
		{"V5 naming everyone does not either", reads(mallory, Context{}),
			func(t *testing.T) Policies { return Policies{Resource: resource(t, "*")} }, "denied for want of identity-based policy"},
		{"V5 the user's own permission is not enough", reads(mallory, Context{}),
			func(t *testing.T) Policies { return Policies{Identity: named(t, allowAll)} }, "denied for want of resource-based policy"},
		{"V5 the boundary limits", reads(mallory, Context{}),
			func(t *testing.T) Policies {
				return Policies{Identity: named(t, allowAll), Boundary: one(t, allowNil), Resource: resource(t, user)}
			}, "denied for want of permissions boundary"},
		{"V5 the session policy limits", Request{Principal: deployer, Action: "s3:GetObject", Resource: bucket, ResourceAccount: theirs},
			func(t *testing.T) Policies {
				return Policies{
					Identity: named(t, allowAll), Session: named(t, allowNil),
					Resource: resource(t, "arn:aws:sts::111111111111:assumed-role/Deployer/build-7"),
				}
			}, "denied for want of session policy"},
		{"a resource of no account is of the caller's", Request{Principal: mallory, Action: "s3:ListAllMyBuckets", Resource: "*"},
			func(t *testing.T) Policies { return Policies{Identity: named(t, allowAll)} }, "allowed by identity-based policy"},
	})
}

func TestFixedRules(t *testing.T) {
	asks := func(p Principal, action, resource string) Request {
		return Request{Principal: p, Action: action, Resource: resource, ResourceAccount: ours}
	}
	all := func(t *testing.T) Policies {
		return Policies{Identity: named(t, allowAll), Resource: resourcePolicy(t, OrdinaryPolicy, public("Allow"))}
	}
	deny := func(t *testing.T) Policies { return Policies{Identity: named(t, denyAll)} }
	const reserved = "arn:aws:iam::111111111111:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123456789abcdef"
	pointer := &alice
	runOrder(t, evaluationPage, []orderCase{
		{"V9 GetCallerIdentity is allowed under an explicit Deny", asks(alice, "sts:GetCallerIdentity", "*"), deny, "allowed by rule no permission needed"},
		{"V9 ... to sessions", asks(deployer, "sts:getcalleridentity", "*"), deny, "allowed by rule no permission needed"},
		{"V9 GetSessionToken needs no permission", asks(alice, "sts:GetSessionToken", "*"), deny, "allowed by rule no permission needed"},
		{"V9 GetAccessKeyInfo does", asks(alice, "sts:GetAccessKeyInfo", "*"), func(*testing.T) Policies { return Policies{} }, "denied for want of identity-based policy"},
		{"V9 the anonymous have no identity to get", asks(Anonymous{}, "sts:GetCallerIdentity", "*"), func(*testing.T) Policies { return Policies{} }, "denied for want of resource-based policy"},
		{"V12 AWS's managed policies are not to be changed", asks(alice, "iam:DeletePolicy", "arn:aws:iam::aws:policy/AdministratorAccess"), all, "denied by rule owned by AWS"},
		{"V12 ... but may be read", asks(alice, "iam:GetPolicy", "arn:aws:iam::aws:policy/AdministratorAccess"), all, "allowed by identity-based policy"},
		{"V12 reserved roles are not to be changed", asks(alice, "iam:PutRolePolicy", reserved), all, "denied by rule owned by AWS"},
		{"V12 ... not by the root user", asks(root, "IAM:DeleteRole", reserved), all, "denied by rule owned by AWS"},
		{"V12 ... but may be read", asks(alice, "iam:ListRolePolicies", reserved), all, "allowed by identity-based policy"},
		{"V12 AWS's key aliases are not to be changed", asks(alice, "kms:DeleteAlias", "arn:aws:kms:us-east-1:111111111111:alias/aws/s3"), all, "denied by rule owned by AWS"},
		{"V13 root users assume no roles", assumes(root), all, "denied by rule root assumes role"},
		{"nobody asks", asks(nil, "s3:GetObject", bucket), all, "denied by rule malformed"},
		{"an action without a service", asks(alice, "GetObject", bucket), all, "denied by rule malformed"},
		{"an action with a wildcard", asks(alice, "s3:*", bucket), all, "denied by rule malformed"},
		{"no action", asks(alice, "", bucket), all, "denied by rule malformed"},
		{"no resource", asks(alice, "s3:GetObject", ""), all, "denied by rule malformed"},
		{"a resource that is no ARN", asks(alice, "s3:GetObject", "reports/q3"), all, "denied by rule malformed"},
		{"a user without an account", asks(User{}, "s3:GetObject", bucket), all, "denied by rule malformed"},
		{"a federated user of nobody", asks(FederatedUser{Name: "x"}, "s3:GetObject", bucket), all, "denied by rule malformed"},
		{"a federated user of a federated user", asks(FederatedUser{"x", visitor}, "s3:GetObject", bucket), all, "denied by rule malformed"},
		{"a principal by pointer", asks(pointer, "s3:GetObject", bucket), deny, "denied by rule malformed"},
		{"a nil pointer", asks((*User)(nil), "s3:GetObject", bucket), all, "denied by rule malformed"},
	})
	if d := Decide(Request{}, Policies{}); d.Allowed {
		t.Error("the zero request is allowed")
	}
	if (Decision{}).Allowed {
		t.Error("the zero decision allows")
	}
	if account := (FederatedUser{Name: "x"}).AccountID(); account != (arn.AccountID{}) {
		t.Errorf("a federated user of nobody belongs to %v", account)
	}
}

// TestStatementWithoutEffect has a document that package policy does not make:
// a statement of no effect must not be passed over.
func TestStatementWithoutEffect(t *testing.T) {
	d := *doc(t, denyAll)
	d.Statements[0].Effect = 0
	check(t, reads(alice, Context{}), Policies{Identity: append(named(t, allowAll), Named{Document: &d})}, "denied explicitly by identity-based policy")
}
