package saml_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall/authn/saml"
	"github.com/rolecall-iam/rolecall/test/samltest"
)

// signs is a provider with a response that it would sign.
type signs struct {
	t testing.TB
	*samltest.Provider
	response samltest.Response
}

func newSigns(t testing.TB) signs {
	t.Helper()
	p := samltest.NewECDSA(t, "https://idp.example.com/")
	return signs{t, p, p.Usual(now, role, provider, "ann")}
}

// edited is the response with texts in it replaced, from and to by turns, and
// its assertion signed after that.
func (s signs) edited(fromTo ...string) string {
	s.t.Helper()
	document := s.response.XML()
	for i := 0; i+1 < len(fromTo); i += 2 {
		if !strings.Contains(document, fromTo[i]) {
			s.t.Fatalf("there is no %q", fromTo[i])
		}
		document = strings.Replace(document, fromTo[i], fromTo[i+1], 1)
	}
	return s.Sign(s.t, document, "_assertion", samltest.InAssertion)
}

// changed is the response as change makes it, with its assertion signed.
func (s signs) changed(change func(*samltest.Response)) string {
	s.t.Helper()
	r := s.response
	change(&r)
	return s.Sign(s.t, r.XML(), r.AssertionID, samltest.InAssertion)
}

func (s signs) verify(document string) (*saml.Assertion, error) {
	return saml.Verify(samltest.Encode(document), trusting(s.Provider), expected, now)
}

// Source: Assertions and Protocols for SAML V2.0, 2.3.3, 2.4, 2.5; Profiles for SAML V2.0, 4.1.4.3
func TestReasonsOfRefusal(t *testing.T) {
	s := newSigns(t)
	stranger := samltest.NewECDSA(t, s.EntityID)
	const subject = `<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">`
	stamp := now.Format("2006-01-02T15:04:05.000Z")
	for _, c := range []struct {
		rule     string
		document string
		want     saml.Reason
	}{
		{"nothing wrong", s.edited(), 0},
		{"not signed", s.response.XML(), saml.Signature},
		{"signed by another", stranger.Sign(t, s.response.XML(), "_assertion", samltest.InAssertion), saml.Signature},
		{"changed", strings.Replace(s.edited(), ">ann<", ">bob<", 1), saml.Signature},
		{"no XML", "x", saml.Malformed},
		{"another root", "<x/>", saml.Malformed},
		{"a root of another namespace", strings.Replace(s.edited(), "urn:oasis:names:tc:SAML:2.0:protocol", "urn:oasis:names:tc:SAML:1.1:protocol", 1), saml.Malformed},
		{"another version", s.edited(`Version="2.0"`, `Version="1.0"`), saml.Malformed},
		{"another version of the assertion", s.edited(`ID="_assertion" Version="2.0"`, `ID="_assertion" Version="1.0"`), saml.Malformed},
		{"no status", s.edited("samlp:Status>", "samlp:X>", "/samlp:Status>", "/samlp:X>"), saml.Malformed},
		{"no status code", s.edited("<samlp:StatusCode ", "<samlp:Code "), saml.Malformed},
		{"no success", s.changed(func(r *samltest.Response) { r.Status = "urn:oasis:names:tc:SAML:2.0:status:Requester" }), saml.Failed},
		{"no assertion", strings.ReplaceAll(s.edited(), "saml:Assertion", "saml:Advice"), saml.Malformed},
		{"two assertions", strings.Replace(s.edited(), "</samlp:Status>", "</samlp:Status>"+strings.Replace(s.response.Assertion(), "_assertion", "_other", 1), 1), saml.Malformed},
		{"an assertion in another", s.edited("<saml:Subject>", "<saml:Advice><saml:Assertion/></saml:Advice><saml:Subject>"), saml.Malformed},
		{"an assertion of no namespace", s.edited("<saml:Subject>", "<Assertion/><saml:Subject>"), saml.Malformed},
		{"an ID twice", s.edited(`ID="_response"`, `ID="_assertion"`), saml.Malformed},
		{"two signatures", strings.Replace(s.edited(), "</saml:Issuer><ds:Signature", `</saml:Issuer><ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/><ds:Signature`, 1), saml.Malformed},
		{"a signature elsewhere", s.edited("<saml:Subject>", `<saml:Subject><ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/>`), saml.Malformed},
		{"another issuer", s.changed(func(r *samltest.Response) { r.AssertedIssuer = "x" }), saml.Issuer},
		{"another issuer of the response", s.changed(func(r *samltest.Response) { r.Issuer = "x" }), saml.Issuer},
		{"no issuer of the response, which needs none", s.edited("<saml:Issuer>"+s.EntityID+"</saml:Issuer>"+samltest.InResponse, samltest.InResponse), 0},
		{"an issuer with white space around it", s.edited("<saml:Issuer>"+s.EntityID, "<saml:Issuer>\n  "+s.EntityID+"\n"), 0},
		{"no subject", s.edited("<saml:Subject>", "<saml:X>", "</saml:Subject>", "</saml:X>"), saml.Subject},
		{"no name", s.edited("<saml:NameID", "<saml:Name", "</saml:NameID>", "</saml:Name>"), saml.Subject},
		{"a name of white space", s.edited(">ann-1f3a<", "> \n <"), saml.Subject},
		{"a name with an element", s.edited(">ann-1f3a<", ">ann<x/><"), saml.Subject},
		{"no confirmation", s.edited("<saml:SubjectConfirmation ", "<saml:X ", "</saml:SubjectConfirmation>", "</saml:X>"), saml.Subject},
		{"two confirmations", s.edited(subject, `<saml:SubjectConfirmation Method="x"/>`+subject), saml.Subject},
		{"another method", s.edited("cm:bearer", "cm:holder-of-key"), saml.Subject},
		{"no data of the confirmation", s.edited("<saml:SubjectConfirmationData ", "<saml:Data "), saml.Subject},
		{"no end of the confirmation", s.edited("<saml:SubjectConfirmationData NotOnOrAfter", "<saml:SubjectConfirmationData Not"), saml.Subject},
		{"no recipient", s.edited(" Recipient", " Receiver"), saml.Recipient},
		{"another recipient", s.changed(func(r *samltest.Response) { r.Recipient = "https://signin.aws.amazon.com/" }), saml.Recipient},
		{"no conditions", s.edited("<saml:Conditions ", "<saml:X ", "</saml:Conditions>", "</saml:X>"), saml.Audience},
		{"no audience", s.changed(func(r *samltest.Response) { r.Audiences = nil }), saml.Audience},
		{"another audience", s.changed(func(r *samltest.Response) { r.Audiences = []string{"x"} }), saml.Audience},
		{"ours among several", s.changed(func(r *samltest.Response) { r.Audiences = []string{"x", signin, "y"} }), 0},
		{"an audience with white space around it", s.edited(">urn:amazon:webservices<", "> urn:amazon:webservices\n<"), 0},
		{"a second restriction to others", s.edited("<saml:AudienceRestriction>", "<saml:AudienceRestriction><saml:Audience>x</saml:Audience></saml:AudienceRestriction><saml:AudienceRestriction>"), saml.Audience},
		{"used once, and no proxies", s.edited("<saml:AudienceRestriction>", `<saml:OneTimeUse/><saml:ProxyRestriction Count="0"/><saml:AudienceRestriction>`), 0},
		{"a condition nobody knows", s.edited("<saml:AudienceRestriction>", `<saml:Condition/><saml:AudienceRestriction>`), saml.Malformed},
		{"no attributes", s.edited("<saml:AttributeStatement>", "<saml:X>", "</saml:AttributeStatement>", "</saml:X>"), 0},
		{"an attribute without a name", s.edited("<saml:Attribute Name", "<saml:Attribute Named"), saml.Malformed},
		{"an element in a value", s.edited(">ann<", "><b>ann</b><"), saml.Malformed},
		{"a name identifier as a value", s.edited(">ann<", "><saml:NameID>ann</saml:NameID><"), 0},
		{"two of them", s.edited(">ann<", "><saml:NameID>ann</saml:NameID><saml:NameID>bob</saml:NameID><"), saml.Malformed},
		{"one with text beside it", s.edited(">ann<", "><saml:NameID>ann</saml:NameID>bob<"), saml.Malformed},
		{"no time of issue", s.edited(`Version="2.0" IssueInstant="`+stamp+`">
    <saml:Issuer>`, `Version="2.0">
    <saml:Issuer>`), saml.Malformed},
	} {
		t.Run(c.rule, func(t *testing.T) {
			_, err := s.verify(c.document)
			wants(t, err, c.want)
		})
	}
}

// To the second: what ends now has ended, what is issued now is valid, and a
// provider's clock may be a minute ahead.
//
// Source: Assertions and Protocols for SAML V2.0, 2.5.1.2; AWS's "Token must be redeemed within 5 minutes of issuance"
func TestTimes(t *testing.T) {
	s := newSigns(t)
	for _, c := range []struct {
		rule   string
		change func(*samltest.Response)
		want   saml.Reason
	}{
		{"issued now", func(r *samltest.Response) { r.Issued = now }, 0},
		{"issued 4:59 ago", func(r *samltest.Response) { r.Issued = now.Add(time.Second - 5*time.Minute) }, 0},
		{"issued 5:00 ago", func(r *samltest.Response) { r.Issued = now.Add(-5 * time.Minute) }, saml.TooOld},
		{"issued in a minute", func(r *samltest.Response) { r.Issued = now.Add(time.Minute) }, 0},
		{"issued in 1:01", func(r *samltest.Response) { r.Issued = now.Add(61 * time.Second) }, saml.NotYet},
		{"valid from in a minute", func(r *samltest.Response) { r.From = now.Add(time.Minute) }, 0},
		{"valid from in 1:01", func(r *samltest.Response) { r.From = now.Add(61 * time.Second) }, saml.NotYet},
		{"ends in a second", func(r *samltest.Response) { r.Until = now.Add(time.Second) }, 0},
		{"ends now", func(r *samltest.Response) { r.Until = now }, saml.Expired},
		{"confirmed for a second more", func(r *samltest.Response) { r.Confirmed = now.Add(time.Second) }, 0},
		{"confirmed until now", func(r *samltest.Response) { r.Confirmed = now }, saml.Expired},
		{"a session that ends in a second", func(r *samltest.Response) { r.SessionEnds = now.Add(time.Second) }, 0},
		{"a session that ends now", func(r *samltest.Response) { r.SessionEnds = now }, saml.Expired},
	} {
		t.Run(c.rule, func(t *testing.T) {
			_, err := s.verify(s.changed(c.change))
			wants(t, err, c.want)
		})
	}
	a, err := s.verify(s.changed(func(r *samltest.Response) { r.Until, r.Confirmed = now.Add(3*time.Minute), now.Add(2*time.Minute) }))
	if err != nil || !a.Ends.Equal(now.Add(2*time.Minute)) {
		t.Errorf("ends at %v, %v", a, err)
	}
}

// Source: XML Schema Part 2, 3.2.7; SAML demands UTC, and others write zones
func TestFormsOfTimes(t *testing.T) {
	s := newSigns(t)
	stamp := now.Format("2006-01-02T15:04:05.000Z")
	from := `ID="_assertion" Version="2.0" IssueInstant="` + stamp
	for text, good := range map[string]bool{
		"2026-03-01T12:00:00Z":           true,
		"2026-03-01T12:00:00.123456789Z": true,
		"2026-03-01T13:00:00+01:00":      true,
		"2026-03-01T12:00:00":            true,
		"2026-03-01":                     false,
		"2026-03-01 12:00:00Z":           false,
		"2026-02-30T12:00:00Z":           false,
		"2026-03-01T24:00:00Z":           false,
		"2026-03-01T12:00:60Z":           false,
		" 2026-03-01T12:00:00Z":          false,
		"1772366400":                     false,
		"":                               false,
	} {
		_, err := s.verify(s.edited(from, `ID="_assertion" Version="2.0" IssueInstant="`+text))
		if (err == nil) != good {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html (at most 100,000 characters of base64)
func TestEncodings(t *testing.T) {
	s := newSigns(t)
	good := samltest.Encode(s.edited())
	for _, c := range []struct {
		rule, response string
		want           saml.Reason
	}{
		{"as it is", good, 0},
		{"in lines", good[:64] + "\n" + good[64:128] + "\r\n" + good[128:], 0},
		{"with a space", good[:64] + " " + good[64:], saml.Base64},
		{"cut off", good[:len(good)-2], saml.Base64},
		{"nothing", "", saml.Malformed},
		{"too long", strings.Repeat("A", 100_001), saml.Malformed},
		{"not base64", "<xml/>", saml.Base64},
		{"in the alphabet of URLs", strings.Repeat("-_", 50), saml.Base64},
	} {
		t.Run(c.rule, func(t *testing.T) {
			_, err := saml.Verify(c.response, trusting(s.Provider), expected, now)
			wants(t, err, c.want)
		})
	}
}

// Source: Bindings for SAML V2.0, 3.5.5.2: of a signed message the destination has to be checked
func TestASignedResponseIsForItsDestination(t *testing.T) {
	s := newSigns(t)
	r := s.response
	r.Destination = "https://other.example.com/"
	_, err := s.verify(s.Sign(t, r.XML(), "_response", samltest.InResponse))
	wants(t, err, saml.Recipient)
	_, err = s.verify(s.Sign(t, r.XML(), "_assertion", samltest.InAssertion)) // anybody could have written it
	wants(t, err, 0)
}

func TestWhatIsClaimedIsReadAndNotVerified(t *testing.T) {
	s := newSigns(t)
	claimed, err := saml.Claimed(samltest.Encode(s.response.XML()))
	if err != nil || len(claimed) != 2 || claimed[0].Values[0] != role+","+provider {
		t.Errorf("%v, %v", claimed, err)
	}
	for _, response := range []string{"", "%", samltest.Encode("<x/>"), samltest.Encode("<x>")} {
		if claimed, err := saml.Claimed(response); err == nil {
			t.Errorf("%q claims %v", response, claimed)
		}
	}
}

// Nothing of a response is in a refusal: it may be shown and logged.
func TestRefusalsQuoteNothing(t *testing.T) {
	s := newSigns(t)
	for _, document := range []string{
		s.edited(">ann-1f3a<", "><secret/><"), s.changed(func(r *samltest.Response) { r.Recipient = "secret" }), s.changed(func(r *samltest.Response) { r.AssertedIssuer = "secret" }),
		strings.Replace(s.edited(), "<saml:Subject>", "<secret:Subject>", 1), strings.Replace(s.edited(), ">ann<", ">secret<", 1), s.changed(func(r *samltest.Response) { r.Audiences = []string{"secret"} }),
	} {
		_, err := s.verify(document)
		var refused *saml.Refusal
		if !errors.As(err, &refused) || strings.Contains(fmt.Sprintf("%v %+v %#v", err, refused, refused), "secret") {
			t.Errorf("%v", err)
		}
	}
}
