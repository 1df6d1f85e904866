package sts

import "github.com/rolecall-iam/rolecall/authn/session"

// attributeKeys are the condition keys that attributes make, by the attribute's
// name. Where AWS's page misprints an object identifier, the right one counts
// too.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml_assertions.html#saml-attribute-mapping
var attributeKeys = map[string]string{
	"urn:oid:1.3.6.1.4.1.5923.1.1.1.1":  "edupersonaffiliation",
	"urn:oid:1.3.6.1.4.1.5923.1.1.1.2":  "edupersonnickname",
	"urn:oid:1.3.6.1.4.1.5923.1.1.1.3":  "edupersonorgdn",
	"urn:oid:1.3.6.1.4.1.5923.1.1.1.4":  "edupersonorgunitdn",
	"urn:oid:1.3.6.1.4.1.5923.1.1.1.5":  "edupersonprimaryaffiliation",
	"urn:oid:1.3.6.1.4.1.5923.1.1.1.6":  "edupersonprincipalname",
	"urn:oid:1.3.6.1.4.1.5923.1.1.1.7":  "edupersonentitlement",
	"urn:oid:1.3.6.1.4.1.5923.1.1.1.8":  "edupersonprimaryorgunitdn",
	"urn:oid:1.3.6.1.4.1.5923.1.1.1.9":  "edupersonscopedaffiliation",
	"urn:oid:1.3.6.1.4.1.5923.1.1.1.10": "edupersontargetedid",
	"urn:oid:1.3.6.1.4.1.5923.1.1.1.11": "edupersonassurance",
	"urn:oid:1.3.6.1.4.1.5923.1.2.1.2":  "eduorghomepageuri",
	"urn:oid:1.3.6.1.4.1.5923.1.2.1.3":  "eduorgidentityauthnpolicyuri",
	"urn:oid:1.3.6.1.4.1.5923.1.2.1.4":  "eduorglegalname",
	"urn:oid:1.3.6.1.4.1.5923.1.2.1.5":  "eduorgsuperioruri",
	"urn:oid:1.3.6.1.4.1.5923.1.2.1.6":  "eduorgwhitepagesuri",
	"urn:oid:2.5.4.3":                   "cn",

	"http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name":              "name",
	"http://schemas.xmlsoap.org/claims/CommonName":                            "commonName",
	"http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname":         "givenName",
	"http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname":           "surname",
	"http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress":      "mail",
	"http://schemas.microsoft.com/ws/2008/06/identity/claims/primarygroupsid": "primaryGroupSID",

	"2.5.4.3":                    "commonName",
	"2.5.4.4":                    "surname",
	"2.4.5.42":                   "givenName",
	"2.5.4.42":                   "givenName",
	"2.5.4.45":                   "x500UniqueIdentifier",
	"0.9.2342.19200300100.1.1":   "uid",
	"0.9.2342.19200300.100.1.1":  "uid",
	"0.9.2342.19200300100.1.3":   "mail",
	"0.9.2342.19200300.100.1.3":  "mail",
	"0.9.2342.19200300.100.1.45": "organizationStatus",
}

// claims are the condition keys of the assertion. Of several attributes that
// make one key the first counts.
func (p *samlProof) claims() []session.Claim {
	a := p.assertion
	one := func(key, value string) session.Claim {
		return session.Claim{Key: "saml:" + key, Values: []string{value}}
	}
	claims := []session.Claim{
		one("aud", a.Recipient),
		one("iss", a.Issuer),
		one("doc", p.provider.Account.String()+"/"+p.provider.Name),
		one("sub", a.Subject.Value),
		one("sub_type", p.subjectType()),
		one("namequalifier", p.qualifier),
	}
	made := map[string]bool{}
	for _, attribute := range a.Attributes {
		key, ok := attributeKeys[attribute.Name]
		if !ok || made[key] {
			continue
		}
		made[key] = true
		claims = append(claims, session.Claim{Key: "saml:" + key, Values: attribute.Values})
	}
	return claims
}

// stays is what of the assertion remains a condition key for the session.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-saml_permission-policy
func (p *samlProof) stays() []session.Claim {
	return []session.Claim{
		{Key: "saml:namequalifier", Values: []string{p.qualifier}},
		{Key: "saml:sub", Values: []string{p.assertion.Subject.Value}},
		{Key: "saml:sub_type", Values: []string{p.subjectType()}},
	}
}
