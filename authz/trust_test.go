package authz

import "testing"

const assumeRolePage = "STS API Reference, AssumeRole"

func TestTrust(t *testing.T) {
	const (
		byTrust    = "allowed by resource-based policy"
		byBoth     = "allowed by identity-based policy"
		noTrust    = "denied for want of resource-based policy"
		noIdentity = "denied for want of identity-based policy"
	)
	mayAssume := `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::*:role/Target"}}`
	trust := func(principal string, identity ...string) func(*testing.T) Policies {
		return func(t *testing.T) Policies {
			return Policies{Identity: named(t, identity...), Resource: trusting(t, principal)}
		}
	}
	runOrder(t, assumeRolePage, []orderCase{
		{"V4 a trust policy naming the user needs no identity policy", assumes(alice), trust(`{"AWS":"arn:aws:iam::111111111111:user/team/alice"}`), byTrust},
		{"V4 a trust policy naming the user by id needs none", assumes(alice), trust(`{"AWS":"AIDAALICEALICEALICEAL"}`), byTrust},
		{"V4 a trust policy naming the caller's role needs none", assumes(deployer), trust(`{"AWS":"AROADEPLOYERDEPLOYERD"}`), byTrust},
		{"V4 a trust policy naming the session needs none", assumes(deployer), trust(`{"AWS":"AROADEPLOYERDEPLOYERD:build-7"}`), byTrust},
		{"V4 a trust policy naming the account delegates", assumes(alice), trust(`{"AWS":"111111111111"}`), noIdentity},
		{"V4 ... to whom an identity policy allows it", assumes(alice), trust(`{"AWS":"arn:aws:iam::111111111111:root"}`, mayAssume), byBoth},
		{"V3 an identity policy alone assumes no role", assumes(alice), trust(`{"AWS":"222222222222"}`, allowAll), noTrust},
		{"V3 a trust policy for a service trusts no user", assumes(alice), trust(`{"Service":"ec2.amazonaws.com"}`, allowAll), noTrust},
		{"V4 another account needs both: no identity policy", assumes(mallory), trust(`{"AWS":"AIDAMALLORYMALLORYMAL"}`), noIdentity},
		{"V4 another account needs both: no trust", assumes(mallory), trust(`{"AWS":"111111111111"}`, allowAll), noTrust},
		{"V4 another account needs both: both", assumes(mallory), trust(`{"AWS":"222222222222"}`, mayAssume), byBoth},
		{"M9 a trust policy for everyone names the caller", assumes(alice), trust(`{"AWS":"*"}`), byTrust},
		{"M9 ... which another account's caller needs permission beside", assumes(mallory), trust(`{"AWS":"*"}`), noIdentity},
		{"V10 a service needs the trust policy alone", assumes(lambda), trust(`{"Service":"lambda.amazonaws.com"}`), byTrust},
		{"E6 the id of a user who is gone trusts nobody", assumes(alice), trust(`{"AWS":"AIDAGONEGONEGONEGONEG"}`, allowAll), noTrust},
		{"a role does not trust itself", Request{Principal: deployer, Action: "sts:AssumeRole", Resource: deployer.Role.String(), ResourceAccount: ours},
			trust(`{"Service":"ec2.amazonaws.com"}`, allowAll), noTrust},
		{"G3 a trust policy with a Resource allows nothing", assumes(alice), func(t *testing.T) Policies {
			return Policies{Resource: resourcePolicy(t, TrustPolicy, forAWS("*"))}
		}, noTrust},
	})
}

func TestTrustOfFederation(t *testing.T) {
	const token = "arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com"
	github := FederatedIdentity{Provider: token}
	asks := func(p Principal, action string, pairs ...string) Request {
		r := assumes(p)
		r.Action, r.Context = action, keys(pairs...)
		return r
	}
	saml := func(t *testing.T) Policies {
		return Policies{Resource: resourcePolicy(t, TrustPolicy, `{"Version":"2012-10-17","Statement":{"Effect":"Allow",
			"Action":"sts:AssumeRoleWithSAML","Principal":{"Federated":"arn:aws:iam::111111111111:saml-provider/okta"},
			"Condition":{"StringEquals":{"SAML:aud":"https://signin.aws.amazon.com/saml"}}}}`)}
	}
	oidc := func(t *testing.T) Policies {
		return Policies{Resource: resourcePolicy(t, TrustPolicy, `{"Version":"2012-10-17","Statement":{"Effect":"Allow",
			"Action":["sts:AssumeRoleWithWebIdentity","sts:TagSession"],"Principal":{"Federated":"`+token+`"},
			"Condition":{"StringEquals":{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com"},
			"StringLike":{"token.actions.githubusercontent.com:sub":"repo:octo/*"}}}}`)}
	}
	const sub, aud = "token.actions.githubusercontent.com:sub", "token.actions.githubusercontent.com:aud"
	const yes, no = "allowed by resource-based policy", "denied for want of resource-based policy"
	runOrder(t, userGuide+"id_roles_create_for-idp", []orderCase{
		{"M13 the provider's people assume the role", asks(okta, "sts:AssumeRoleWithSAML", "saml:aud", "https://signin.aws.amazon.com/saml"), saml, yes},
		{"M13 ... for the audience named", asks(okta, "sts:AssumeRoleWithSAML", "saml:aud", "https://example.com/saml"), saml, no},
		{"M13 ... by that action only", asks(okta, "sts:AssumeRole", "saml:aud", "https://signin.aws.amazon.com/saml"), saml, no},
		{"M13 another provider's do not", asks(github, "sts:AssumeRoleWithSAML", "saml:aud", "https://signin.aws.amazon.com/saml"), saml, no},
		{"M13 a token of the repository", asks(github, "sts:AssumeRoleWithWebIdentity", aud, "sts.amazonaws.com", sub, "repo:octo/app:ref:refs/heads/main"), oidc, yes},
		{"M13 a token of another repository", asks(github, "sts:AssumeRoleWithWebIdentity", aud, "sts.amazonaws.com", sub, "repo:evil/app:ref:refs/heads/main"), oidc, no},
		{"M13 a token without subject", asks(github, "sts:AssumeRoleWithWebIdentity", aud, "sts.amazonaws.com"), oidc, no},
		{"V8 tags are a question of their own", asks(github, "sts:TagSession", aud, "sts.amazonaws.com", sub, "repo:octo/app"), oidc, yes},
		{"V8 ... that another trust policy does not answer", asks(okta, "sts:TagSession", "saml:aud", "https://signin.aws.amazon.com/saml"), saml, no},
		{"V8 so is the source identity", asks(github, "sts:SetSourceIdentity", aud, "sts.amazonaws.com", sub, "repo:octo/app"), oidc, no},
	})
}

// TestSituations are what people asked in public about roles that they could
// not assume, each with what AWS does.
func TestSituations(t *testing.T) {
	sso := func(path string) RoleSession {
		return RoleSession{
			Role:     arnOf("arn:aws:iam::111111111111:role/aws-reserved/sso.amazonaws.com/" + path + "AWSReservedSSO_AWSAdministratorAccess_abc123def456"),
			RoleID:   "AROASSOSSOSSOSSOSSOSS",
			Name:     "user@company.com",
			Provider: "arn:aws:iam::111111111111:saml-provider/AWSSSO_a1b2_DO_NOT_DELETE",
		}
	}
	virginia, oregon := sso(""), sso("us-west-2/")
	asks := func(s RoleSession) Request {
		r := assumes(s)
		r.Context.AddCaller(Caller{Principal: s}, noon)
		return r
	}
	accountWith := func(pattern string) func(*testing.T) Policies {
		return func(t *testing.T) Policies {
			return Policies{
				Identity: named(t, allowAll),
				Resource: resourcePolicy(t, TrustPolicy, `{"Version":"2012-10-17","Statement":{"Effect":"Allow",
					"Principal":{"AWS":"arn:aws:iam::111111111111:root"},"Action":["sts:AssumeRole","sts:TagSession"],
					"Condition":{"ArnLike":{"aws:PrincipalArn":["arn:aws:iam::`+pattern+`"]}}}}`),
			}
		}
	}
	trusts := func(principal string, identity ...string) func(*testing.T) Policies {
		return func(t *testing.T) Policies {
			return Policies{Identity: named(t, identity...), Resource: trusting(t, principal)}
		}
	}
	const regionless = "111111111111:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_AWSAdministratorAccess*"
	const allowed, refused = "allowed by identity-based policy", "denied for want of resource-based policy"
	runOrder(t, "a blog on Identity Center's regional role ARNs; questions on roles and single sign-on", []orderCase{
		{"a pattern without region fits Identity Center in us-east-1", asks(virginia), accountWith(regionless), allowed},
		{"a pattern without region fits Identity Center elsewhere not", asks(oregon), accountWith(regionless), refused},
		{"a pattern with the region", asks(oregon), accountWith("*:role/aws-reserved/sso.amazonaws.com/us-west-2/AWSReservedSSO_AWSAdministratorAccess*"), allowed},
		{"a pattern with any region", asks(oregon), accountWith("*:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_AWSAdministratorAccess*"), allowed},
		{"a pattern of the session's ARN never fits", asks(virginia), accountWith("111111111111:assumed-role/AWSReservedSSO_AWSAdministratorAccess*"), refused},
		{"a trust policy without Principal allows nobody", asks(virginia), func(t *testing.T) Policies {
			return Policies{Identity: named(t, allowAll), Resource: resourcePolicy(t, TrustPolicy,
				`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Condition":{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::`+regionless+`"}}}}`)}
		}, refused},
		{"a user who may assume a role that trusts a service only", assumes(alice), trusts(`{"Service":"firehose.amazonaws.com"}`, allowAll), refused},
		{"the session's ARN added to that role's trust", asks(virginia),
			trusts(`{"Service":"firehose.amazonaws.com","AWS":"arn:aws:sts::111111111111:assumed-role/AWSReservedSSO_AWSAdministratorAccess_abc123def456/user@company.com"}`),
			"allowed by resource-based policy"},
		{"a permission set may not assume a role that trusts its SAML provider", asks(virginia), func(t *testing.T) Policies {
			return Policies{Identity: named(t, allowAll), Resource: resourcePolicy(t, TrustPolicy,
				`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Federated":"`+virginia.Provider+`"},"Action":["sts:AssumeRoleWithSAML","sts:AssumeRole"]}}`)}
		}, refused},
		{"trusting lambda trusts functions of every account", Request{Principal: lambda, Action: "sts:AssumeRole", Resource: role, ResourceAccount: ours},
			trusts(`{"Service":"lambda.amazonaws.com"}`), "allowed by resource-based policy"},
		{"an external id that is wanted and not sent", assumes(mallory), func(t *testing.T) Policies {
			return Policies{Identity: named(t, allowAll), Resource: resourcePolicy(t, TrustPolicy,
				`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"222222222222"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"my-unique-external-id-12345"}}}}`)}
		}, refused},
	})
}

// TestHostedPagesSituation is the question of a bucket whose owner denies
// everyone first and then allows some: the Deny wins over both.
func TestHostedPagesSituation(t *testing.T) {
	p := Policies{Resource: resourcePolicy(t, OrdinaryPolicy, `{"Version":"2012-10-17","Statement":[
		{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"},
		{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:role/ci/Deployer"},"Action":"s3:GetObject","Resource":"*"},
		{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*"}]}`)}
	check(t, reads(deployer, Context{}), p, "denied explicitly by resource-based policy")
	check(t, reads(Anonymous{}, Context{}), p, "denied explicitly by resource-based policy")
}
