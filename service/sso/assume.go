package sso

import (
	"github.com/rolecall-iam/rolecall/api/sso"
	"github.com/rolecall-iam/rolecall/authn/session"
	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// audience is whom an assertion of the portal would be for.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html (the trust policy)
const audience = "https://signin.aws.amazon.com/saml"

// proveRole is prove for whoever wants a role: the caller is then whom the
// portal's SAML provider speaks of. Who may not use the role is told so before
// anything is decided.
func proveRole(c *service.Call, in *sso.GetRoleCredentialsInput) (*service.Caller, error) {
	caller, err := prove(c, in.AccessToken)
	if err != nil {
		return nil, err
	}
	who := caller.Federation.Proof.(service.SignedIn)
	role, ok := assigned(&c.View.Reader, who, in.AccountId, in.RoleName)
	if !ok {
		return nil, noAccess()
	}
	provider := provider(c.Partition, role)
	caller.Principal = authz.FederatedIdentity{Provider: provider}
	for key, value := range map[string]string{"aud": audience, "iss": provider, "sub": who.Person.UserName, "sub_type": "persistent"} {
		caller.Federation.Claims = append(caller.Federation.Claims, session.Claim{Key: "saml:" + key, Values: []string{value}})
	}
	return caller, nil
}

// roleNeeds is what AWS's portal asks STS for: AssumeRoleWithSAML of the role,
// with its session tags. The role's trust policy is as it was made, but resource
// control policies of the role's account may deny it.
//
// Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html,
// https://docs.aws.amazon.com/singlesignon/latest/userguide/sso-cloudtrail-use-cases.html (AssumeRoleWithSAML)
func roleNeeds(c *service.Call, in *sso.GetRoleCredentialsInput) []service.Need {
	who := signedIn(c)
	role, ok := assigned(&c.View.Reader, who, in.AccountId, in.RoleName)
	if !ok {
		return nil // nobody
	}
	const action = "sts:AssumeRoleWithSAML"
	need := service.Need{
		Action: action, Told: action, Resource: role.ARN(c.Partition), Owner: role.Account, Trust: role, MustTrust: true, ResourceTags: role.Tags,
		Keys: map[string]string{"sts:RoleSessionName": sessionName(who.Person)},
	}
	for _, t := range sessionTags(who.Instance, who.Person) {
		need.RequestTags = append(need.RequestTags, directory.Tag{Key: t.Key, Value: t.Value})
	}
	needs := []service.Need{need}
	if need.RequestTags != nil {
		need.Action = "sts:TagSession"
		needs = append(needs, need)
	}
	return needs
}
