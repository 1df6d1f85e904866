package samltest

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"
)

// AWS is the namespace of the attributes that AWS reads.
const AWS = "https://aws.amazon.com/SAML/Attributes/"

// Response is a response to be. Usual makes one that is right; a test changes
// what it is about.
type Response struct {
	ID, AssertionID        string
	Issuer, AssertedIssuer string
	Destination            string
	Status                 string
	Issued                 time.Time
	NameID, Format         string
	Recipient              string
	Confirmed              time.Time // until when
	From, Until            time.Time // of the conditions
	Audiences              []string
	SessionEnds            time.Time // none where zero
	Attributes             []Attribute
	InResponseTo           string // none where empty
}

// Attribute is an attribute with its values.
type Attribute struct {
	Name   string
	Values []string
}

// Usual is a response that is right at the time given, for a role and session
// name.
func (p *Provider) Usual(now time.Time, role, provider, session string) Response {
	return Response{
		ID: "_response", AssertionID: "_assertion", Issuer: p.EntityID, AssertedIssuer: p.EntityID,
		Destination: "https://signin.aws.amazon.com/saml", Status: "urn:oasis:names:tc:SAML:2.0:status:Success",
		Issued: now, NameID: "ann-1f3a", Format: "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
		Recipient: "https://signin.aws.amazon.com/saml", Confirmed: now.Add(5 * time.Minute),
		From: now.Add(-time.Minute), Until: now.Add(5 * time.Minute), Audiences: []string{"urn:amazon:webservices"},
		Attributes: []Attribute{
			{AWS + "Role", []string{role + "," + provider}},
			{AWS + "RoleSessionName", []string{session}},
		},
	}
}

// With is the response with an attribute more.
func (r Response) With(name string, values ...string) Response {
	r.Attributes = append(r.Attributes[:len(r.Attributes):len(r.Attributes)], Attribute{name, values})
	return r
}

// Set is the response with other values of an attribute.
func (r Response) Set(name string, values ...string) Response {
	kept := r
	kept.Attributes = nil
	for _, a := range r.Attributes {
		if a.Name != name {
			kept.Attributes = append(kept.Attributes, a)
		}
	}
	if len(values) == 0 {
		return kept
	}
	return kept.With(name, values...)
}

// XML is the response with room for its signatures.
func (r Response) XML() string {
	return fmt.Sprintf(`<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="%s" Version="2.0" IssueInstant="%s" Destination="%s">
  <saml:Issuer>%s</saml:Issuer>%s
  <samlp:Status><samlp:StatusCode Value="%s"/></samlp:Status>
  %s
</samlp:Response>`, r.ID, instant(r.Issued), r.Destination, escape(r.Issuer), InResponse, r.Status, r.Assertion())
}

// Assertion is the assertion of the response.
func (r Response) Assertion() string {
	var b strings.Builder
	fmt.Fprintf(&b, `<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ID="%s" Version="2.0" IssueInstant="%s">
    <saml:Issuer>%s</saml:Issuer>%s
    <saml:Subject>
      <saml:NameID Format="%s">%s</saml:NameID>
      <saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData NotOnOrAfter="%s" Recipient="%s"%s/></saml:SubjectConfirmation>
    </saml:Subject>
    <saml:Conditions NotBefore="%s" NotOnOrAfter="%s">%s</saml:Conditions>
    <saml:AuthnStatement AuthnInstant="%s"%s><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>
    <saml:AttributeStatement>`,
		r.AssertionID, instant(r.Issued), escape(r.AssertedIssuer), InAssertion, r.Format, escape(r.NameID), instant(r.Confirmed), escape(r.Recipient), r.answers(),
		instant(r.From), instant(r.Until), r.audiences(), instant(r.Issued), r.session())
	for _, a := range r.Attributes {
		fmt.Fprintf(&b, "\n      <saml:Attribute Name=\"%s\">", escape(a.Name))
		for _, v := range a.Values {
			fmt.Fprintf(&b, `<saml:AttributeValue xsi:type="xs:string">%s</saml:AttributeValue>`, escape(v))
		}
		b.WriteString("</saml:Attribute>")
	}
	b.WriteString("\n    </saml:AttributeStatement>\n  </saml:Assertion>")
	return b.String()
}

func (r Response) audiences() string {
	var b strings.Builder
	for _, a := range r.Audiences {
		b.WriteString("<saml:Audience>" + escape(a) + "</saml:Audience>")
	}
	return "<saml:AudienceRestriction>" + b.String() + "</saml:AudienceRestriction>"
}

func (r Response) answers() string {
	if r.InResponseTo == "" {
		return ""
	}
	return ` InResponseTo="` + escape(r.InResponseTo) + `"`
}

func (r Response) session() string {
	if r.SessionEnds.IsZero() {
		return ""
	}
	return ` SessionNotOnOrAfter="` + instant(r.SessionEnds) + `"`
}

func instant(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

func escape(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace(s)
}

// Encode is a document as SAMLResponse carries it.
func Encode(document string) string { return base64.StdEncoding.EncodeToString([]byte(document)) }

// Answer is the response with its assertion signed, as SAMLResponse carries it.
func (p *Provider) Answer(t testing.TB, r Response) string {
	t.Helper()
	return Encode(p.Sign(t, r.XML(), r.AssertionID, InAssertion))
}
