package service

import (
	"strings"

	"github.com/rolecall-iam/rolecall/authn/session"
	"github.com/rolecall-iam/rolecall/authz"
)

// multivaluedClaims are the keys of SAML attributes that are lists whatever
// the number of their values: a condition on one wants a set operator (rule
// C13). Of the other attributes one AWS page says that they can be lists and
// another that they are strings: with one value they are single-valued, so that
// policies after either page hold. Every other claim, such as saml:aud or the
// sub of an OpenID Connect provider, has one value.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-saml
// (the keys marked []), https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml_assertions.html#saml-attribute-mapping
// (the types)
var multivaluedClaims = map[string]bool{
	"saml:cn":                           true,
	"saml:edupersonaffiliation":         true,
	"saml:edupersonassurance":           true,
	"saml:edupersonentitlement":         true,
	"saml:edupersonnickname":            true,
	"saml:edupersonorgunitdn":           true,
	"saml:edupersonscopedaffiliation":   true,
	"saml:edupersontargetedid":          true,
	"saml:eduorghomepageuri":            true,
	"saml:eduorgidentityauthnpolicyuri": true,
	"saml:eduorglegalname":              true,
	"saml:eduorgsuperioruri":            true,
	"saml:eduorgwhitepagesuri":          true,
	"saml:primarygroupsid":              true,
}

// multivalued tells whether a claim makes a multivalued condition key: one that
// is a list by its nature, or one that a provider gave several values, which
// then no operator on a single value matches.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif (amr)
func multivalued(c session.Claim) bool {
	key := strings.ToLower(c.Key)
	return len(c.Values) != 1 || multivaluedClaims[key] || strings.HasSuffix(key, ":amr")
}

// addClaims adds the condition keys that a provider's word makes.
func (c *Caller) addClaims(keys *authz.Context) {
	for _, claim := range c.claims() {
		if multivalued(claim) {
			keys.SetMany(claim.Key, claim.Values...)
		} else {
			keys.Set(claim.Key, claim.Values[0])
		}
	}
}
