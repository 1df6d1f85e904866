package federation

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall/test/samltest"
)

// product is an identity provider's software as its metadata and responses
// show it: docs/federation.md tells how each is set up.
type product struct {
	name, entity string
	metadata     string // CERTIFICATE stands for the certificate
	response     string // with the words of a replacer below
	style        samltest.Style
	whole        bool // it signs the response too
}

const attributeFormat = "urn:oasis:names:tc:SAML:2.0:attrname-format:"

// Keycloak, realm settings, "SAML 2.0 Identity Provider Metadata"; a client of
// type SAML with "Sign documents" and "Sign assertions".
var keycloak = product{
	name: "Keycloak", entity: "https://sso.example.com/realms/corp", style: samltest.Style{Prefix: "dsig"}, whole: true,
	metadata: `<md:EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="https://sso.example.com/realms/corp"><md:IDPSSODescriptor WantAuthnRequestsSigned="true" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><md:KeyDescriptor use="signing"><ds:KeyInfo><ds:KeyName>k1</ds:KeyName><ds:X509Data><ds:X509Certificate>CERTIFICATE</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor><md:ArtifactResolutionService Binding="urn:oasis:names:tc:SAML:2.0:bindings:SOAP" Location="https://sso.example.com/realms/corp/protocol/saml/resolve" index="0"></md:ArtifactResolutionService><md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://sso.example.com/realms/corp/protocol/saml"></md:SingleLogoutService><md:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:persistent</md:NameIDFormat><md:NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified</md:NameIDFormat><md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://sso.example.com/realms/corp/protocol/saml"></md:SingleSignOnService><md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://sso.example.com/realms/corp/protocol/saml"></md:SingleSignOnService></md:IDPSSODescriptor></md:EntityDescriptor>`,
	response: `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" Destination="RECIPIENT" ID="ID_r" IssueInstant="NOW" Version="2.0"><saml:Issuer>ENTITY</saml:Issuer>` + samltest.InResponse + `<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>` +
		`<saml:Assertion xmlns="urn:oasis:names:tc:SAML:2.0:assertion" ID="ID_a" IssueInstant="NOW" Version="2.0"><saml:Issuer>ENTITY</saml:Issuer>` + samltest.InAssertion + `<saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">G-5f7c</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData NotOnOrAfter="LATER" Recipient="RECIPIENT"/></saml:SubjectConfirmation></saml:Subject>` +
		`<saml:Conditions NotBefore="BEFORE" NotOnOrAfter="LATER"><saml:AudienceRestriction><saml:Audience>urn:amazon:webservices</saml:Audience></saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement AuthnInstant="NOW" SessionIndex="0a::1b" SessionNotOnOrAfter="TENHOURS"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>` +
		`<saml:AttributeStatement><saml:Attribute FriendlyName="Session Name" Name="https://aws.amazon.com/SAML/Attributes/RoleSessionName" NameFormat="` + attributeFormat + `basic"><saml:AttributeValue xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="xs:string">ann</saml:AttributeValue></saml:Attribute><saml:Attribute FriendlyName="Session Role" Name="https://aws.amazon.com/SAML/Attributes/Role" NameFormat="` + attributeFormat + `basic"><saml:AttributeValue xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="xs:string">ROLE,PROVIDER</saml:AttributeValue></saml:Attribute></saml:AttributeStatement></saml:Assertion></samlp:Response>`,
}

// Okta, "Identity Provider metadata" of the application "AWS Account
// Federation".
var okta = product{
	name: "Okta", entity: "http://www.okta.com/exk1a2b3c4d5e6f7g8h9", style: samltest.Style{Prefix: "ds", Inclusive: "xs"}, whole: true,
	metadata: `<?xml version="1.0" encoding="UTF-8"?><md:EntityDescriptor entityID="http://www.okta.com/exk1a2b3c4d5e6f7g8h9" xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"><md:IDPSSODescriptor WantAuthnRequestsSigned="false" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>CERTIFICATE</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor><md:NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified</md:NameIDFormat><md:NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress</md:NameIDFormat><md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://corp.okta.com/app/amazon_aws/exk1a2b3c4d5e6f7g8h9/sso/saml"/><md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://corp.okta.com/app/amazon_aws/exk1a2b3c4d5e6f7g8h9/sso/saml"/></md:IDPSSODescriptor></md:EntityDescriptor>`,
	response: `<?xml version="1.0" encoding="UTF-8"?><saml2p:Response Destination="RECIPIENT" ID="id1" IssueInstant="NOW" Version="2.0" xmlns:saml2p="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:xs="http://www.w3.org/2001/XMLSchema"><saml2:Issuer Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity" xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion">ENTITY</saml2:Issuer>` + samltest.InResponse + `<saml2p:Status xmlns:saml2p="urn:oasis:names:tc:SAML:2.0:protocol"><saml2p:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></saml2p:Status>` +
		`<saml2:Assertion ID="id2" IssueInstant="NOW" Version="2.0" xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:xs="http://www.w3.org/2001/XMLSchema"><saml2:Issuer Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity" xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion">ENTITY</saml2:Issuer>` + samltest.InAssertion + `<saml2:Subject xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion"><saml2:NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress">ann@example.com</saml2:NameID><saml2:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml2:SubjectConfirmationData NotOnOrAfter="LATER" Recipient="RECIPIENT"/></saml2:SubjectConfirmation></saml2:Subject>` +
		`<saml2:Conditions NotBefore="BEFORE" NotOnOrAfter="LATER" xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion"><saml2:AudienceRestriction><saml2:Audience>urn:amazon:webservices</saml2:Audience></saml2:AudienceRestriction></saml2:Conditions><saml2:AuthnStatement AuthnInstant="NOW" SessionIndex="id1.1" xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion"><saml2:AuthnContext><saml2:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport</saml2:AuthnContextClassRef></saml2:AuthnContext></saml2:AuthnStatement>` +
		`<saml2:AttributeStatement xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion"><saml2:Attribute Name="https://aws.amazon.com/SAML/Attributes/Role" NameFormat="` + attributeFormat + `uri"><saml2:AttributeValue xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="xs:string">PROVIDER,ROLE</saml2:AttributeValue></saml2:Attribute><saml2:Attribute Name="https://aws.amazon.com/SAML/Attributes/RoleSessionName" NameFormat="` + attributeFormat + `basic"><saml2:AttributeValue xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="xs:string">ann</saml2:AttributeValue></saml2:Attribute><saml2:Attribute Name="https://aws.amazon.com/SAML/Attributes/SessionDuration" NameFormat="` + attributeFormat + `basic"><saml2:AttributeValue xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="xs:string">3600</saml2:AttributeValue></saml2:Attribute></saml2:AttributeStatement></saml2:Assertion></saml2p:Response>`,
}

// Entra ID, "Federation Metadata XML" of the application "AWS Single-Account
// Access". The metadata is signed, and describes other protocols too.
var entra = product{
	name: "Entra", entity: "https://sts.windows.net/3f2504e0-4f89-11d3-9a0c-0305e82c3301/",
	metadata: `<?xml version="1.0" encoding="utf-8"?><EntityDescriptor ID="_m" entityID="https://sts.windows.net/3f2504e0-4f89-11d3-9a0c-0305e82c3301/" xmlns="urn:oasis:names:tc:SAML:2.0:metadata"><Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignedInfo><CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#" /><SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256" /><Reference URI="#_m"><DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256" /><DigestValue>AAAA</DigestValue></Reference></SignedInfo><SignatureValue>AAAA</SignatureValue><KeyInfo><X509Data><X509Certificate>CERTIFICATE</X509Certificate></X509Data></KeyInfo></Signature>` +
		`<RoleDescriptor xsi:type="fed:SecurityTokenServiceType" protocolSupportEnumeration="http://docs.oasis-open.org/wsfed/federation/200706" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:fed="http://docs.oasis-open.org/wsfed/federation/200706"><KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>CERTIFICATE</X509Certificate></X509Data></KeyInfo></KeyDescriptor><fed:ClaimTypesOffered><auth:ClaimType Uri="http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name" xmlns:auth="http://docs.oasis-open.org/wsfed/authorization/200706"><auth:DisplayName>Name</auth:DisplayName></auth:ClaimType></fed:ClaimTypesOffered></RoleDescriptor>` +
		`<IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>CERTIFICATE</X509Certificate></X509Data></KeyInfo></KeyDescriptor><SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://login.microsoftonline.com/3f2504e0-4f89-11d3-9a0c-0305e82c3301/saml2" /><SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://login.microsoftonline.com/3f2504e0-4f89-11d3-9a0c-0305e82c3301/saml2" /></IDPSSODescriptor></EntityDescriptor>`,
	response: `<samlp:Response ID="_r" Version="2.0" IssueInstant="NOW" Destination="RECIPIENT" xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"><Issuer xmlns="urn:oasis:names:tc:SAML:2.0:assertion">ENTITY</Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>` +
		`<Assertion ID="_a" IssueInstant="NOW" Version="2.0" xmlns="urn:oasis:names:tc:SAML:2.0:assertion"><Issuer>ENTITY</Issuer>` + samltest.InAssertion + `<Subject><NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">pW9x</NameID><SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><SubjectConfirmationData NotOnOrAfter="LATER" Recipient="RECIPIENT"/></SubjectConfirmation></Subject>` +
		`<Conditions NotBefore="BEFORE" NotOnOrAfter="LATER"><AudienceRestriction><Audience>https://signin.aws.amazon.com/saml#2</Audience></AudienceRestriction></Conditions><AttributeStatement><Attribute Name="http://schemas.microsoft.com/identity/claims/tenantid"><AttributeValue>3f2504e0-4f89-11d3-9a0c-0305e82c3301</AttributeValue></Attribute><Attribute Name="http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name"><AttributeValue>ann@example.com</AttributeValue></Attribute>` +
		`<Attribute Name="https://aws.amazon.com/SAML/Attributes/RoleSessionName"><AttributeValue>ann</AttributeValue></Attribute><Attribute Name="https://aws.amazon.com/SAML/Attributes/Role"><AttributeValue>ROLE,PROVIDER</AttributeValue></Attribute><Attribute Name="https://aws.amazon.com/SAML/Attributes/SessionDuration"><AttributeValue>900</AttributeValue></Attribute></AttributeStatement><AuthnStatement AuthnInstant="NOW" SessionIndex="_a"><AuthnContext><AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</AuthnContextClassRef></AuthnContext></AuthnStatement></Assertion></samlp:Response>`,
}

// answers is a response of a product's, signed in its style.
func (p product) answers(t *testing.T, idp *samltest.Provider, now time.Time, role, provider, recipient string) string {
	t.Helper()
	at := func(d time.Duration) string { return now.Add(d).Format("2006-01-02T15:04:05.000Z") }
	document := strings.NewReplacer("ENTITY", p.entity, "ROLE,PROVIDER", role+","+provider, "PROVIDER,ROLE", provider+","+role, "RECIPIENT", recipient,
		"NOW", at(0), "BEFORE", at(-time.Minute), "LATER", at(5*time.Minute), "TENHOURS", at(10*time.Hour)).Replace(p.response)
	id := func(place string) string {
		before := document[:strings.Index(document, place)]
		at := strings.LastIndex(before, ` ID="`) + len(` ID="`)
		return before[at : at+strings.Index(before[at:], `"`)]
	}
	document = idp.SignAs(t, document, id(samltest.InAssertion), samltest.InAssertion, p.style)
	if p.whole {
		document = idp.SignAs(t, document, id(samltest.InResponse), samltest.InResponse, p.style)
	}
	return samltest.Encode(document)
}

// What docs/federation.md describes: the metadata of each product is taken as
// it is, and its responses, be they for AWS's sign-in page or for this
// server's.
func TestResponsesInTheShapeOfProductsAreTaken(t *testing.T) {
	h := open(t)
	for _, p := range []product{keycloak, okta, entra} {
		t.Run(p.name, func(t *testing.T) {
			idp := samltest.New(t, p.entity)
			metadata := strings.ReplaceAll(p.metadata, "CERTIFICATE", base64.StdEncoding.EncodeToString(idp.Certificate.Raw))
			h.metadata(adminKey, p.name, metadata)
			provider := strings.Replace(corp, "Corp", p.name, 1)
			own := h.url + "/_/signin/saml"
			role := h.role(adminKey, p.name, strings.Replace(trust(provider), `{"StringLike":{"SAML:aud":"https://*"}}`, `{"StringEquals":{"SAML:aud":["`+signin+`","`+own+`"]}}`, 1))
			for _, recipient := range []string{signin, "https://eu-west-1.signin.aws.amazon.com/saml", own} {
				want := map[bool]int{true: 200, false: 403}[recipient != "https://eu-west-1.signin.aws.amazon.com/saml"] // which the policy does not name
				response := p.answers(t, idp, h.time(), role, provider, recipient)
				if a := h.redeem(role, provider, response); a.status != want || want == 200 && a.name != "ann" {
					t.Errorf("for %s: %+v", recipient, a)
				}
				if status, page := h.page("/_/signin/saml", response); status != want {
					t.Errorf("for %s the page: %d %s", recipient, status, page)
				}
			}
		})
	}
}
