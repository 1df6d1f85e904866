package saml

import (
	"strings"
	"time"

	"github.com/rolecall-iam/rolecall/authn/saml/xmldsig"
)

// read reads a signed assertion and holds it to what is expected.
func read(e *xmldsig.Element, p Provider, expected Expected, now time.Time) (*Assertion, error) {
	a := new(Assertion)
	a.ID, _ = e.Attr("ID")
	if version, _ := e.Attr("Version"); version != "2.0" || a.ID == "" {
		return nil, refuse(Malformed, "its assertion is not of SAML 2.0")
	}
	var err error
	if a.Issuer, err = onlyText(e, "Issuer"); err != nil || a.Issuer == "" || a.Issuer != p.EntityID {
		return nil, refuse(Issuer, "its issuer is not the provider")
	}
	if err := a.readSubject(e, expected, now); err != nil {
		return nil, err
	}
	if err := a.readConditions(e, expected, now); err != nil {
		return nil, err
	}
	if err := a.readSession(e, now); err != nil {
		return nil, err
	}
	if err := a.readAttributes(e); err != nil {
		return nil, err
	}
	return a, checkIssued(e, now)
}

// checkIssued refuses what was issued too long ago, or is yet to be.
func checkIssued(e *xmldsig.Element, now time.Time) error {
	issued, _, err := instant(e, "IssueInstant")
	switch {
	case err != nil || issued.IsZero():
		return refuse(Malformed, "its assertion does not say when it was issued")
	case now.Before(issued.Add(-skew)):
		return refuse(NotYet, "its assertion is issued in the future")
	case !now.Before(issued.Add(oldest)):
		return refuse(TooOld, "its assertion was issued too long ago")
	}
	return nil
}

// readSubject wants a user, whom a confirmation vouches for to the bearer.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml_assertions.html#saml_subject-name-id
// ("There must be exactly one SubjectConfirmation element ...")
func (a *Assertion) readSubject(e *xmldsig.Element, expected Expected, now time.Time) error {
	subject := e.One(assertion, "Subject")
	if subject == nil {
		return refuse(Subject, "its assertion has no subject")
	}
	name := subject.One(assertion, "NameID")
	if name == nil {
		return refuse(Subject, "its subject has no name")
	}
	value, ok := name.Text()
	if a.Subject.Value = trimmed(value); !ok || a.Subject.Value == "" {
		return refuse(Subject, "its subject's name is not text")
	}
	a.Subject.Format, _ = name.Attr("Format")
	confirmation := subject.One(assertion, "SubjectConfirmation")
	if confirmation == nil {
		return refuse(Subject, "its subject has not exactly one confirmation")
	}
	if method, _ := confirmation.Attr("Method"); method != "urn:oasis:names:tc:SAML:2.0:cm:bearer" {
		return refuse(Subject, "its subject is not confirmed for the bearer")
	}
	data := confirmation.One(assertion, "SubjectConfirmationData")
	if data == nil {
		return refuse(Subject, "its confirmation says nothing")
	}
	if a.Recipient, ok = data.Attr("Recipient"); !ok || !expected.Recipient(a.Recipient) {
		return refuse(Recipient, "it is for another recipient")
	}
	a.InResponseTo, _ = data.Attr("InResponseTo")
	if _, ok := data.Attr("NotOnOrAfter"); !ok {
		return refuse(Subject, "its confirmation has no end")
	}
	return a.within(data, now)
}

// within refuses what is not valid now by the NotBefore and NotOnOrAfter of an
// element, and notes its end.
func (a *Assertion) within(e *xmldsig.Element, now time.Time) error {
	from, _, err := instant(e, "NotBefore")
	if err != nil {
		return err
	}
	if now.Before(from.Add(-skew)) {
		return refuse(NotYet, "it is not valid yet")
	}
	end, ok, err := instant(e, "NotOnOrAfter")
	if err != nil {
		return err
	}
	if ok {
		if !now.Before(end) {
			return refuse(Expired, "it is valid no more")
		}
		if a.Ends.IsZero() || end.Before(a.Ends) {
			a.Ends = end
		}
	}
	return nil
}

// readConditions wants an audience that is expected in each restriction, and
// no condition that it does not understand.
//
// Source: Assertions and Protocols for SAML V2.0, section 2.5.1
func (a *Assertion) readConditions(e *xmldsig.Element, expected Expected, now time.Time) error {
	conditions := e.One(assertion, "Conditions")
	if conditions == nil {
		return refuse(Audience, "its assertion has no conditions")
	}
	if err := a.within(conditions, now); err != nil {
		return err
	}
	for _, c := range conditions.Children() {
		switch {
		case c.Is(assertion, "AudienceRestriction"):
			audience := ""
			for _, one := range c.All(assertion, "Audience") {
				text, ok := one.Text()
				if text = trimmed(text); ok && audience == "" && expected.Audience(text) {
					audience = text
				}
			}
			if audience == "" {
				return refuse(Audience, "it is for another audience")
			}
			a.Audience = audience
		case c.Is(assertion, "OneTimeUse"), c.Is(assertion, "ProxyRestriction"):
			// A use is not remembered, and nothing is vouched for further.
		default:
			return refuse(Malformed, "it has a condition that is not known")
		}
	}
	if a.Audience == "" {
		return refuse(Audience, "it is restricted to no audience")
	}
	return nil
}

// readSession reads when the provider's session ends, the first of them.
func (a *Assertion) readSession(e *xmldsig.Element, now time.Time) error {
	for _, s := range e.All(assertion, "AuthnStatement") {
		end, ok, err := instant(s, "SessionNotOnOrAfter")
		if err != nil {
			return err
		}
		if ok && !now.Before(end) {
			return refuse(Expired, "the provider's session has ended")
		}
		if ok && (a.SessionEnds.IsZero() || end.Before(a.SessionEnds)) {
			a.SessionEnds = end
		}
	}
	return nil
}

// readAttributes reads all attributes. Of encrypted ones nothing is known.
func (a *Assertion) readAttributes(e *xmldsig.Element) error {
	for _, statement := range e.All(assertion, "AttributeStatement") {
		for _, attribute := range statement.All(assertion, "Attribute") {
			var read Attribute
			if read.Name, _ = attribute.Attr("Name"); read.Name == "" {
				return refuse(Malformed, "it has an attribute without a name")
			}
			read.FriendlyName, _ = attribute.Attr("FriendlyName")
			for _, value := range attribute.All(assertion, "AttributeValue") {
				text, ok := value.Text()
				if !ok {
					// A name identifier in the value of eduPersonTargetedID is
					// the one element that has a meaning there.
					if text, ok = nameInside(value); !ok {
						return refuse(Malformed, "the value of an attribute is not text")
					}
				}
				read.Values = append(read.Values, trimmed(text))
			}
			a.Attributes = append(a.Attributes, read)
		}
	}
	return nil
}

// nameInside is the text of a NameID that is all that a value is.
func nameInside(value *xmldsig.Element) (string, bool) {
	name := value.One(assertion, "NameID")
	if name == nil || len(value.Children()) != 1 || !value.Blank() {
		return "", false
	}
	return name.Text()
}

// onlyText is the text of the only child of that name.
func onlyText(e *xmldsig.Element, name string) (string, error) {
	c := e.One(assertion, name)
	if c == nil {
		return "", refuse(Malformed, "an element is missing, or there are several")
	}
	text, ok := c.Text()
	if !ok {
		return "", refuse(Malformed, "a value is not text")
	}
	return trimmed(text), nil
}

// trimmed takes away the white space that pretty printers put around a value.
func trimmed(text string) string { return strings.Trim(text, " \t\r\n") }

// instant reads an xs:dateTime in UTC, where the attribute is there.
func instant(e *xmldsig.Element, name string) (at time.Time, ok bool, err error) {
	text, ok := e.Attr(name)
	if !ok {
		return time.Time{}, false, nil
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05"} {
		if at, err := time.Parse(layout, text); err == nil && at.Year() > 0 {
			return at.UTC(), true, nil
		}
	}
	return time.Time{}, false, refuse(Malformed, "a time cannot be read")
}
