package metadata

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

const (
	saml      = "urn:oasis:names:tc:SAML:2.0:metadata"
	signature = "http://www.w3.org/2000/09/xmldsig#"

	// redirect is how requests travel in an address.
	redirect = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"

	// deepest is how deep elements may be nested.
	deepest = 64
	// longest is how many bytes there may be from one < to the next.
	longest = 1 << 20
	// longestID is how long an entity id may be.
	//
	// Source: Metadata for the OASIS SAML V2.0, section 2.2.1
	longestID = 1024
	// shortestKey is how many bits an RSA key has at least.
	//
	// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml.html
	shortestKey = 1024
)

// Metadata is what a provider says of itself.
type Metadata struct {
	EntityID     string
	ValidUntil   time.Time           // zero where the document does not say
	Certificates []*x509.Certificate // that it signs with, in their order; one at least
	// SignIn is where browsers are sent with a request, in the address; empty
	// where the provider takes none so.
	SignIn string
}

// Parse reads a document. Its error tells what is wrong with it.
func Parse(text string) (*Metadata, error) {
	if !utf8.ValidString(text) || strings.HasPrefix(text, "\ufeff") {
		return nil, errors.New("the document is not UTF-8 without a byte order mark")
	}
	if !slender(text) {
		return nil, errors.New("read SAML metadata: an element is too long")
	}
	p := &parser{decoder: xml.NewDecoder(strings.NewReader(text))}
	for {
		token, err := p.decoder.Token()
		if errors.Is(err, io.EOF) {
			return p.result()
		}
		if err == nil {
			err = p.token(token)
		}
		if err != nil {
			return nil, fmt.Errorf("read SAML metadata: %w", err)
		}
	}
}

// slender tells whether no tag, with the text behind it, is longer than longest:
// an element may have any number of attributes, and the decoder holds them all
// at once. What has no attributes, such as a comment, may be longer.
func slender(text string) bool {
	for {
		_, after, more := strings.Cut(text, "<")
		if !more {
			return true
		}
		if text, more = skipped(after); more {
			continue
		}
		next := strings.IndexByte(text, '<')
		if next < 0 {
			next = len(text)
		}
		if next > longest {
			return false
		}
	}
}

// skipped is what comes after a comment, a section of text or an instruction,
// where there is one.
func skipped(text string) (rest string, ok bool) {
	for _, bounds := range [...][2]string{{"!--", "-->"}, {"![CDATA[", "]]>"}, {"?", "?>"}} {
		if inside, ok := strings.CutPrefix(text, bounds[0]); ok {
			_, rest, _ = strings.Cut(inside, bounds[1])
			return rest, true
		}
	}
	return text, false
}

// parser is a document on its way through Parse.
type parser struct {
	decoder *xml.Decoder
	path    []xml.Name // of the elements that are open
	roots   int
	idps    int
	found   Metadata

	signing bool            // the open KeyDescriptor is for signing
	inside  bool            // in an X509Certificate of it
	base64  strings.Builder // the certificate's text
}

func (p *parser) result() (*Metadata, error) {
	switch {
	case p.roots != 1 || p.idps != 1:
		return nil, errors.New("read SAML metadata: it is not of one identity provider")
	case len(p.found.Certificates) == 0:
		return nil, errors.New("read SAML metadata: it has no certificate to sign with")
	}
	return &p.found, nil
}

func (p *parser) token(token xml.Token) error {
	switch t := token.(type) {
	case xml.Directive:
		return errors.New("a document type is not allowed")
	case xml.CharData:
		if p.inside {
			p.base64.Write(t)
		} else if len(p.path) == 0 && strings.TrimSpace(string(t)) != "" {
			return errors.New("there is text outside of the root element")
		}
	case xml.StartElement:
		return p.open(t)
	case xml.EndElement:
		return p.close()
	}
	return nil
}

// of is the name of an element of SAML's metadata.
func of(local string) xml.Name { return xml.Name{Space: saml, Local: local} }

// ds is the name of an element of XML signatures.
func ds(local string) xml.Name { return xml.Name{Space: signature, Local: local} }

// at tells whether the innermost open element is at a place in the document.
func (p *parser) at(place ...xml.Name) bool { return slices.Equal(p.path, place) }

func (p *parser) atCertificate() bool {
	return p.at(of("EntityDescriptor"), of("IDPSSODescriptor"), of("KeyDescriptor"), ds("KeyInfo"), ds("X509Data"), ds("X509Certificate"))
}

func (p *parser) open(e xml.StartElement) error {
	if p.path = append(p.path, e.Name); len(p.path) > deepest {
		return fmt.Errorf("elements are nested more than %d deep", deepest)
	}
	seen := make(map[xml.Name]bool, len(e.Attr))
	for _, a := range e.Attr {
		if seen[a.Name] {
			return fmt.Errorf("the attribute %s is there twice", a.Name.Local)
		}
		seen[a.Name] = true
	}
	switch {
	case p.inside:
		return errors.New("an element is inside a certificate")
	case len(p.path) == 1:
		p.roots++
		return p.entity(e)
	case p.at(of("EntityDescriptor"), of("IDPSSODescriptor")):
		p.idps++
	case p.at(of("EntityDescriptor"), of("IDPSSODescriptor"), of("KeyDescriptor")):
		use := attribute(e, "use")
		p.signing = use == "" || use == "signing"
	case p.at(of("EntityDescriptor"), of("IDPSSODescriptor"), of("SingleSignOnService")):
		if attribute(e, "Binding") == redirect && p.found.SignIn == "" {
			p.found.SignIn = attribute(e, "Location")
		}
	case p.atCertificate():
		p.inside = p.signing
		p.base64.Reset()
	}
	return nil
}

func (p *parser) entity(e xml.StartElement) error {
	if !p.at(of("EntityDescriptor")) {
		return errors.New("the root element is no EntityDescriptor")
	}
	if p.found.EntityID = attribute(e, "entityID"); p.found.EntityID == "" || len(p.found.EntityID) > longestID {
		return errors.New("there is no entityID, or a longer one than SAML allows")
	}
	until := attribute(e, "validUntil")
	if until == "" {
		return nil
	}
	var err error
	if p.found.ValidUntil, err = instant(until); err != nil {
		return errors.New("validUntil is no date and time")
	}
	return nil
}

// instant reads an xs:dateTime. Without a zone it is UTC, as SAML has it.
func instant(text string) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t.UTC(), nil
	}
	return time.Parse("2006-01-02T15:04:05", text)
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name == (xml.Name{Local: name}) {
			return a.Value
		}
	}
	return ""
}

func (p *parser) close() error {
	defer func() { p.path = p.path[:len(p.path)-1] }()
	if !p.inside || !p.atCertificate() {
		return nil
	}
	p.inside = false
	der, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(p.base64.String()), ""))
	if err != nil {
		return errors.New("a certificate is not base64")
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		return errors.New("a certificate is none of X.509")
	}
	if public, ok := c.PublicKey.(*rsa.PublicKey); ok && public.N.BitLen() < shortestKey {
		return fmt.Errorf("the key of a certificate has less than %d bits", shortestKey)
	}
	p.found.Certificates = append(p.found.Certificates, c)
	return nil
}
