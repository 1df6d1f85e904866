package service_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/rolecall-iam/rolecall/api/sts"
	"github.com/rolecall-iam/rolecall/authn/session"
	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/policy"
	"github.com/rolecall-iam/rolecall/service"
)

// C13: what a provider says makes a single- or a multivalued key by the key's
// nature, not by how many values there happen to be.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-saml
// (keys marked [] can be lists), #condition-keys-wif (amr is multivalued),
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml_assertions.html
// (mail and its like are strings, to be tested with StringEquals)
func TestClaimsAreSingleOrMultivaluedByTheirNature(t *testing.T) {
	const provider = "arn:aws:iam::" + account + ":saml-provider/Corp"
	for _, c := range []struct {
		rule, operator, key, value string
		values                     []string
		allowed                    bool
	}{
		{"an audience is one value", "StringEquals", "SAML:aud", "https://signin.aws.amazon.com/saml", []string{"https://signin.aws.amazon.com/saml"}, true},
		{"a subject is one value", "StringLike", "saml:sub", "a*", []string{"ann"}, true},
		{"a subject of a token is one value", "StringEquals", "token.actions.githubusercontent.com:sub", "repo:a/b:ref:refs/heads/main", []string{"repo:a/b:ref:refs/heads/main"}, true},
		{"an affiliation is a list, also of one", "StringEquals", "saml:edupersonaffiliation", "staff", []string{"staff"}, false},
		{"of which one must match", "ForAnyValue:StringEquals", "saml:eduPersonAffiliation", "staff", []string{"staff", "faculty"}, true},
		{"or all must", "ForAllValues:StringEquals", "saml:edupersonaffiliation", "staff", []string{"staff", "student"}, false},
		{"a list is not what differs either", "StringNotEquals", "saml:edupersonaffiliation", "student", []string{"staff"}, false},
		{"a person's name is one", "StringEquals", "saml:edupersonprincipalname", "ann@example.com", []string{"ann@example.com"}, true},
		{"a mail address is a string", "StringEquals", "saml:mail", "ann@example.com", []string{"ann@example.com"}, true},
		{"and can be a list", "ForAnyValue:StringEquals", "saml:mail", "ann@example.com", []string{"a@example.com", "ann@example.com"}, true},
		{"which no single value matches", "StringEquals", "saml:mail", "ann@example.com", []string{"a@example.com", "ann@example.com"}, false},
		{"what should have one value and has two matches nothing", "StringEquals", "saml:edupersonorgdn", "o=a", []string{"o=a", "o=b"}, false},
		{"nor differs from anything", "StringNotEquals", "saml:edupersonorgdn", "o=c", []string{"o=a", "o=b"}, false},
		{"methods are a list", "StringEquals", "cognito-identity.amazonaws.com:amr", "authenticated", []string{"authenticated"}, false},
		{"of any length", "ForAnyValue:StringEquals", "cognito-identity.amazonaws.com:AMR", "authenticated", []string{"authenticated", "accounts.google.com"}, true},
	} {
		t.Run(c.rule, func(t *testing.T) {
			document, err := policy.Parse(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Federated":"` + provider +
				`"},"Action":"sts:AssumeRoleWithSAML","Resource":"*","Condition":{"` + c.operator + `":{"` + c.key + `":"` + c.value + `"}}}}`)
			if err != nil {
				t.Fatal(err)
			}
			needs := func(*service.Call, *sts.AssumeRoleWithSAMLInput) []service.Need {
				return []service.Need{{Grant: document}}
			}
			act := func(context.Context, *sts.AssumeRoleWithSAMLInput) (*sts.AssumeRoleWithSAMLOutput, error) {
				return &sts.AssumeRoleWithSAMLOutput{}, nil
			}
			h := openDoor(t, service.Proven(service.Bind(sts.AssumeRoleWithSAML, needs, act),
				func(*service.Call, *sts.AssumeRoleWithSAMLInput) (*service.Caller, error) {
					return &service.Caller{
						Principal:  authz.FederatedIdentity{Provider: provider},
						Federation: &service.Federation{Claims: []session.Claim{{Key: c.key, Values: c.values}}},
					}, nil
				}))
			a := h.send(key{}, form("sts", "AssumeRoleWithSAML", "RoleArn", "arn:aws:iam::"+account+":role/Corp", "PrincipalArn", provider, "SAMLAssertion", "AAAA"))
			if (a.status == http.StatusOK) != c.allowed {
				t.Errorf("%s, want allowed %v", a, c.allowed)
			}
		})
	}
}
