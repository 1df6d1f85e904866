package saml

import (
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"time"

	"github.com/rolecall-iam/rolecall/authn/saml/xmldsig"
)

const (
	protocol  = "urn:oasis:names:tc:SAML:2.0:protocol"
	assertion = "urn:oasis:names:tc:SAML:2.0:assertion"

	// longest is how long a response may be.
	//
	// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html
	longest = 100_000
	// oldest is how long after its issue an assertion is taken.
	//
	// Source: AWS's words, "Token must be redeemed within 5 minutes of issuance"
	oldest = 5 * time.Minute
	// skew is how far a provider's clock may be ahead.
	skew = time.Minute
)

// Provider is the identity provider that a response has to be from.
type Provider struct {
	EntityID     string
	Certificates []*x509.Certificate // that it signs with; when they expire is not asked, as at AWS
	MustEncrypt  bool                // it sends no others than encrypted assertions

	// Keys are what opens its encrypted assertions; nil where it has none. They
	// are asked for only when there is something to open.
	Keys func() []*rsa.PrivateKey
}

// Expected tells which values of a response are meant for here.
type Expected struct {
	Audience  func(string) bool
	Recipient func(string) bool
}

// Assertion is what a provider says of a user. All of it was signed.
type Assertion struct {
	ID        string
	Issuer    string
	Subject   NameID
	Recipient string
	// InResponseTo is the request that it answers; empty where nobody asked for
	// it.
	InResponseTo string
	Audience     string    // the one that was expected
	Ends         time.Time // the first moment at which it holds no more
	// SessionEnds is when the provider's own session ends; zero where it does
	// not say.
	SessionEnds time.Time
	Attributes  []Attribute
}

// NameID is a user's name and the kind of name it is, as a URI or empty.
type NameID struct{ Value, Format string }

// Attribute is one attribute with its values. A name may occur several times.
type Attribute struct {
	Name, FriendlyName string
	Values             []string
}

// Verify answers what a response in base64 says, if it is the provider's and
// meant for here and now. Its error is a *Refusal.
func Verify(response string, p Provider, expected Expected, now time.Time) (a *Assertion, err error) {
	defer func() {
		if recover() != nil {
			a, err = nil, refuse(Panicked, "reading the response failed")
		}
	}()
	root, err := decode(response)
	if err != nil {
		return nil, err
	}
	if err := checkShape(root); err != nil {
		return nil, err
	}
	if err := checkIssuers(root, p); err != nil {
		return nil, err
	}
	signed, err := verified(root, p, expected)
	if err != nil {
		return nil, err
	}
	return read(signed, p, expected, now)
}

// decode reads the XML in a response.
func decode(response string) (*xmldsig.Element, error) {
	if len(response) > longest {
		return nil, refuse(Malformed, "it is too long")
	}
	text, err := base64.StdEncoding.Strict().DecodeString(withoutLineEnds(response))
	if err != nil {
		return nil, refuse(Base64, "it is not base64")
	}
	root, err := xmldsig.Parse(string(text))
	if err != nil {
		return nil, refuse(Malformed, err.Error())
	}
	return root, nil
}

// verified answers the assertion of a response as it was signed.
func verified(root *xmldsig.Element, p Provider, expected Expected) (*xmldsig.Element, error) {
	keys := make([]crypto.PublicKey, len(p.Certificates))
	for i, c := range p.Certificates {
		keys[i] = c.PublicKey
	}
	whole := root.One(xmldsig.Space, "Signature") != nil
	if whole {
		var err error
		if root, err = xmldsig.Verify(root, keys); err != nil {
			return nil, refuse(Signature, err.Error())
		}
		if to, ok := root.Attr("Destination"); ok && !expected.Recipient(to) {
			return nil, refuse(Recipient, "it is for another destination")
		}
	}
	a := root.One(assertion, "Assertion")
	if a == nil {
		opened, err := open(root.One(assertion, "EncryptedAssertion"), p.Keys)
		if err != nil {
			return nil, refuse(Signature, err.Error())
		}
		a = opened
	} else if p.MustEncrypt {
		return nil, refuse(Unencrypted, "its assertion is not encrypted")
	}
	if a.One(xmldsig.Space, "Signature") == nil {
		if !whole {
			return nil, refuse(Signature, "neither it nor its assertion is signed")
		}
		return a, nil
	}
	a, err := xmldsig.Verify(a, keys)
	if err != nil {
		return nil, refuse(Signature, err.Error())
	}
	return a, nil
}

// open reads an encrypted assertion. Whatever fails, one answer tells of it:
// it is not to help whoever tries out ciphertexts.
func open(e *xmldsig.Element, keys func() []*rsa.PrivateKey) (*xmldsig.Element, error) {
	unreadable := errors.New("its encryption cannot be opened")
	if e == nil || keys == nil {
		return nil, unreadable
	}
	text, err := xmldsig.Decrypt(e, keys())
	if err != nil {
		return nil, unreadable
	}
	a, err := xmldsig.ParseIn(text, e)
	if err != nil || !a.Is(assertion, "Assertion") || checkOpened(a) != nil {
		return nil, unreadable
	}
	return a, nil
}

// Claimed is what a response says for itself in its attributes, of which
// nothing is verified: enough to find the providers to verify it with, and for
// nothing else. An encrypted assertion claims nothing.
func Claimed(response string) (claimed []Attribute, err error) {
	defer func() {
		if recover() != nil {
			claimed, err = nil, refuse(Panicked, "reading the response failed")
		}
	}()
	root, err := decode(response)
	if err != nil {
		return nil, err
	}
	if err := checkShape(root); err != nil {
		return nil, err
	}
	a := new(Assertion)
	if e := root.One(assertion, "Assertion"); e != nil {
		err = a.readAttributes(e)
	}
	return a.Attributes, err
}
