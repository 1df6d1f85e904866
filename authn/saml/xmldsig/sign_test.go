package xmldsig

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
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"
)

// signer is a key with its certificate.
type signer struct {
	key  crypto.Signer
	cert *x509.Certificate
}

func newSigner(t testing.TB, key crypto.Signer) signer {
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
	return signer{key, cert}
}

func rsaSigner(t testing.TB) signer {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return newSigner(t, key)
}

func ecdsaSigner(t testing.TB) signer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return newSigner(t, key)
}

// here is where sign puts the signature.
const here = "<!--signature-->"

// options of a signature; the zero value is SAML's usual ones.
type options struct {
	id       string // of the element; "a" where empty
	prefixes string // PrefixList
}

// sign puts an enveloped signature of the element with the ID into a document.
func (s signer) sign(t testing.TB, document string, o options) string {
	t.Helper()
	if o.id == "" {
		o.id = "a"
	}
	root, err := Parse(document)
	if err != nil {
		t.Fatal(err)
	}
	var target *Element
	root.Walk(func(e *Element) bool {
		if id, ok := e.Attr("ID"); ok && id == o.id {
			target = e
		}
		return target == nil
	})
	inclusive := strings.Fields(strings.ReplaceAll(o.prefixes, "#default", "\x00"))
	for i := range inclusive {
		inclusive[i] = strings.Trim(inclusive[i], "\x00")
	}
	digest := sha256.Sum256(target.Canonical(inclusive, nil))
	algorithm := "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
	if _, ok := s.key.(*ecdsa.PrivateKey); ok {
		algorithm = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
	}
	list := ""
	if o.prefixes != "" {
		list = `<ec:InclusiveNamespaces xmlns:ec="` + exclusiveSpace + `" PrefixList="` + o.prefixes + `"/>`
	}
	info := `<ds:SignedInfo xmlns:ds="` + Space + `"><ds:CanonicalizationMethod Algorithm="` + exclusive + `"></ds:CanonicalizationMethod>` +
		`<ds:SignatureMethod Algorithm="` + algorithm + `"></ds:SignatureMethod><ds:Reference URI="#` + o.id + `"><ds:Transforms>` +
		`<ds:Transform Algorithm="` + enveloped + `"></ds:Transform><ds:Transform Algorithm="` + exclusive + `">` + list + `</ds:Transform></ds:Transforms>` +
		`<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></ds:DigestMethod><ds:DigestValue>` +
		base64.StdEncoding.EncodeToString(digest[:]) + `</ds:DigestValue></ds:Reference></ds:SignedInfo>`
	parsed, err := Parse(info)
	if err != nil {
		t.Fatal(err)
	}
	value := s.value(t, parsed.Canonical(nil, nil))
	signature := `<ds:Signature xmlns:ds="` + Space + `">` + strings.Replace(info, ` xmlns:ds="`+Space+`"`, "", 1) +
		`<ds:SignatureValue>` + value + `</ds:SignatureValue><ds:KeyInfo><ds:X509Data><ds:X509Certificate>` +
		base64.StdEncoding.EncodeToString(s.cert.Raw) + `</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>`
	return strings.Replace(document, here, signature, 1)
}

// value is the signature of bytes, as SignatureValue has it.
func (s signer) value(t testing.TB, signed []byte) string {
	t.Helper()
	digest := sha256.Sum256(signed)
	var value []byte
	var err error
	if key, ok := s.key.(*ecdsa.PrivateKey); ok {
		r, v, failed := ecdsa.Sign(rand.Reader, key, digest[:])
		if err = failed; err == nil {
			value = append(r.FillBytes(make([]byte, 32)), v.FillBytes(make([]byte, 32))...)
		}
	} else {
		value, err = s.key.Sign(rand.Reader, digest[:], crypto.SHA256)
	}
	if err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(value)
}

func (s signer) keys() []crypto.PublicKey { return []crypto.PublicKey{s.key.Public()} }

// usual is a response as an identity provider makes it, of about the usual
// size, with so many attributes.
func usual(attributes int) string {
	var b strings.Builder
	b.WriteString(`<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="r" Version="2.0" IssueInstant="2026-03-01T12:00:00Z" Destination="https://signin.aws.amazon.com/saml">
  <saml:Issuer>https://idp.example.com/</saml:Issuer>
  <samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>
  <saml:Assertion xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ID="a" Version="2.0" IssueInstant="2026-03-01T12:00:00Z">
    <saml:Issuer>https://idp.example.com/</saml:Issuer>` + here + `
    <saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">ann</saml:NameID></saml:Subject>
    <saml:AttributeStatement>`)
	for i := range attributes {
		fmt.Fprintf(&b, `
      <saml:Attribute Name="https://aws.amazon.com/SAML/Attributes/PrincipalTag:key%d" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:uri"><saml:AttributeValue xsi:type="xs:string">value &amp; more</saml:AttributeValue></saml:Attribute>`, i)
	}
	b.WriteString(`
    </saml:AttributeStatement>
  </saml:Assertion>
</samlp:Response>`)
	return b.String()
}
