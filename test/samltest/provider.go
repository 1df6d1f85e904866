package samltest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall/authn/saml/xmldsig"
)

// Provider is an identity provider.
type Provider struct {
	EntityID    string
	Key         crypto.Signer
	Certificate *x509.Certificate
}

// New makes a provider with an RSA key.
func New(t testing.TB, entityID string) *Provider {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return WithKey(t, entityID, key)
}

// NewECDSA makes a provider with a key on the curve P-256.
func NewECDSA(t testing.TB, entityID string) *Provider {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return WithKey(t, entityID, key)
}

// WithKey makes a provider of a key.
func WithKey(t testing.TB, entityID string, key crypto.Signer) *Provider {
	t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "idp"}, NotBefore: time.Unix(1e9, 0), NotAfter: time.Unix(4e9, 0)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return &Provider{EntityID: entityID, Key: key, Certificate: cert}
}

// Metadata is the provider as it describes itself.
func (p *Provider) Metadata() string {
	return `<?xml version="1.0" encoding="UTF-8"?>
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="` + p.EntityID + `">
  <md:IDPSSODescriptor WantAuthnRequestsSigned="false" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:KeyDescriptor use="signing">
      <ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>` + p.certificate() + `</ds:X509Certificate></ds:X509Data></ds:KeyInfo>
    </md:KeyDescriptor>
    <md:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:persistent</md:NameIDFormat>
    <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://idp.example.com/sso"/>
    <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example.com/sso"/>
  </md:IDPSSODescriptor>
</md:EntityDescriptor>` + "<!--" + strings.Repeat(" ", 300) + "-->"
}

func (p *Provider) certificate() string { return base64.StdEncoding.EncodeToString(p.Certificate.Raw) }

// Algorithms of signatures.
const (
	RSA256   = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
	ECDSA256 = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
)

// Places at which Sign puts a signature: a document of Response has both.
const (
	InResponse  = "<!--signature of the response-->"
	InAssertion = "<!--signature of the assertion-->"
)

// Sign puts a signature of the element with the ID in the place named. A test
// may change the signature as it is before it goes there; SignedInfo is signed
// as it was changed.
func (p *Provider) Sign(t testing.TB, document, id, place string, change ...func(signedInfo string) string) string {
	t.Helper()
	return strings.Replace(document, place, p.Signature(t, document, id, change...), 1)
}

// Signature is the signature of the element with the ID.
func (p *Provider) Signature(t testing.TB, document, id string, change ...func(signedInfo string) string) string {
	t.Helper()
	return p.signature(t, signedInfo(p.algorithm(), id, base64.StdEncoding.EncodeToString(Digest(t, document, id))), change...)
}

// Style is how a provider's software writes signatures.
type Style struct {
	Prefix    string // of their elements; none where empty
	Inclusive string // prefixes whose namespaces it treats inclusively
}

// SignAs is Sign in a style.
func (p *Provider) SignAs(t testing.TB, document, id, place string, style Style) string {
	t.Helper()
	digest := Digest(t, document, id, strings.Fields(style.Inclusive)...)
	signature := p.signature(t, signedInfo(p.algorithm(), id, base64.StdEncoding.EncodeToString(digest)), func(info string) string {
		if style.Inclusive != "" {
			const last = `<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"`
			info = strings.Replace(info, last+"/>", last+`><ec:InclusiveNamespaces xmlns:ec="http://www.w3.org/2001/10/xml-exc-c14n#" PrefixList="`+style.Inclusive+`"/></ds:Transform>`, 1)
		}
		return style.write(info)
	})
	return strings.Replace(document, place, style.write(signature), 1)
}

func (s Style) write(text string) string {
	if s.Prefix == "" {
		return strings.NewReplacer("<ds:", "<", "</ds:", "</", "xmlns:ds=", "xmlns=").Replace(text)
	}
	return strings.NewReplacer("<ds:", "<"+s.Prefix+":", "</ds:", "</"+s.Prefix+":", "xmlns:ds=", "xmlns:"+s.Prefix+"=").Replace(text)
}

// signature is a signature of what SignedInfo says.
func (p *Provider) signature(t testing.TB, info string, change ...func(signedInfo string) string) string {
	t.Helper()
	for _, c := range change {
		info = c(info)
	}
	e, err := xmldsig.Parse(info)
	if err != nil {
		t.Fatal(err)
	}
	value := p.sign(t, e.Canonical(nil, nil))
	return `<ds:Signature xmlns:ds="` + xmldsig.Space + `">` + info + `<ds:SignatureValue>` + value +
		`</ds:SignatureValue><ds:KeyInfo><ds:X509Data><ds:X509Certificate>` + p.certificate() + `</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>`
}

// Digest is that of the element with the ID, as a signature has it.
func Digest(t testing.TB, document, id string, inclusive ...string) []byte {
	t.Helper()
	root, err := xmldsig.Parse(document)
	if err != nil {
		t.Fatal(err)
	}
	var target *xmldsig.Element
	root.Walk(func(e *xmldsig.Element) bool {
		if got, ok := e.Attr("ID"); ok && got == id {
			target = e
		}
		return target == nil
	})
	if target == nil {
		t.Fatalf("no element has the ID %s", id)
	}
	sum := sha256.Sum256(target.Canonical(inclusive, target.One(xmldsig.Space, "Signature")))
	return sum[:]
}

func (p *Provider) algorithm() string {
	if _, ok := p.Key.(*ecdsa.PrivateKey); ok {
		return ECDSA256
	}
	return RSA256
}

func signedInfo(algorithm, id, digest string) string {
	return `<ds:SignedInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/><ds:SignatureMethod Algorithm="` + algorithm +
		`"/><ds:Reference URI="#` + id + `"><ds:Transforms><ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>` +
		`<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/></ds:Transforms><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue>` +
		digest + `</ds:DigestValue></ds:Reference></ds:SignedInfo>`
}

func (p *Provider) sign(t testing.TB, content []byte) string {
	t.Helper()
	digest := sha256.Sum256(content)
	if key, ok := p.Key.(*ecdsa.PrivateKey); ok {
		r, s, err := ecdsa.Sign(rand.Reader, key, digest[:])
		if err != nil {
			t.Fatal(err)
		}
		return base64.StdEncoding.EncodeToString(append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...))
	}
	value, err := p.Key.Sign(rand.Reader, digest[:], crypto.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(value)
}
