package metadata_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall/authn/saml/metadata"
)

// certificate makes one of a name with a key, in base 64.
func certificate(t testing.TB, name string, key crypto.Signer) string {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1<<32, 0),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(der)
}

func curve(t testing.TB) crypto.Signer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// document is metadata of the usual shape. Its parts are replaced by tests.
func document(key string) string {
	return `<?xml version="1.0" encoding="UTF-8"?>
<!-- made for a test -->
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="https://idp.example.com/">
  <md:IDPSSODescriptor WantAuthnRequestsSigned="false" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>` + key + `</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
    <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://idp.example.com/sso"/>
  </md:IDPSSODescriptor>
</md:EntityDescriptor>
`
}

func names(m *metadata.Metadata) string {
	var all []string
	for _, c := range m.Certificates {
		all = append(all, c.Subject.CommonName)
	}
	return strings.Join(all, " ")
}

// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml.html;
// Metadata for the OASIS SAML V2.0, sections 2.3.2, 2.4.1 and 2.4.3.
func TestMetadataThatIsTaken(t *testing.T) {
	one, two := certificate(t, "one", curve(t)), certificate(t, "two", curve(t))
	good := document(one)
	keyDescriptor := func(use, key string) string {
		return `<md:KeyDescriptor` + use + `><ds:KeyInfo><ds:X509Data><ds:X509Certificate>` + key + `</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`
	}
	const service, opening = "<md:SingleSignOnService", "<md:EntityDescriptor "
	cases := []struct {
		rule, text   string
		certificates string
		until        string
	}{
		{"the usual shape", good, "one", ""},
		{"without a declaration", good[strings.Index(good, "<md:"):], "one", ""},
		{"several keys to sign with, as while they are changed", strings.Replace(good, service, keyDescriptor(` use="signing"`, two)+service, 1), "one two", ""},
		{"a key for whatever use signs too", strings.Replace(good, service, keyDescriptor("", two)+service, 1), "one two", ""},
		{"a key to encrypt with does not sign, and is not read", strings.Replace(good, service, keyDescriptor(` use="encryption"`, "!")+service, 1), "one", ""},
		{"a certificate in lines", strings.Replace(good, one, "\n  "+one[:64]+"\r\n\t"+one[64:]+"\n", 1), "one", ""},
		{"a certificate with a comment in it", strings.Replace(good, one, one[:64]+"<!-- - -->"+one[64:], 1), "one", ""},
		{"a long comment", strings.Replace(good, service, "<!--"+strings.Repeat("<>", 2_000_000)+"-->"+service, 1), "one", ""},
		{"other prefixes", strings.NewReplacer("md:", "x:", ":md=", ":x=", "ds:", "y:", ":ds=", ":y=").Replace(good), "one", ""},
		{"no prefix", strings.NewReplacer("md:", "", ":md=", "=").Replace(good), "one", ""},
		{"an end", strings.Replace(good, opening, opening+`validUntil="2030-01-02T03:04:05Z" `, 1), "one", "2030-01-02T03:04:05Z"},
		{"an end in another zone", strings.Replace(good, opening, opening+`validUntil="2030-01-02T03:04:05.678+01:00" `, 1), "one", "2030-01-02T02:04:05.678Z"},
		{"an end without a zone", strings.Replace(good, opening, opening+`validUntil="2030-01-02T03:04:05" `, 1), "one", "2030-01-02T03:04:05Z"},
		{"a role beside that of identity provider", strings.Replace(good, "</md:EntityDescriptor>", `<md:SPSSODescriptor>`+keyDescriptor("", two)+`</md:SPSSODescriptor></md:EntityDescriptor>`, 1), "one", ""},
	}
	for _, c := range cases {
		t.Run(c.rule, func(t *testing.T) {
			m, err := metadata.Parse(c.text)
			if err != nil {
				t.Fatal(err)
			}
			until := ""
			if !m.ValidUntil.IsZero() {
				until = m.ValidUntil.Format(time.RFC3339Nano)
			}
			if m.EntityID != "https://idp.example.com/" || names(m) != c.certificates || until != c.until {
				t.Errorf("%s, certificates of %s, until %q", m.EntityID, names(m), until)
			}
		})
	}
}

func TestMetadataThatIsRefused(t *testing.T) {
	one := certificate(t, "one", curve(t))
	good := document(one)
	without := func(part string) string { return strings.Replace(good, part, "", 1) }
	instead := func(part, other string) string { return strings.Replace(good, part, other, 1) }
	const opening = "<md:EntityDescriptor "
	cases := []struct{ rule, text string }{
		{"nothing", ""},
		{"no XML", "entityID: https://idp.example.com/"},
		{"JSON", `{"entityID":"https://idp.example.com/"}`},
		{"cut off", good[:len(good)-20]},
		{"cut off in a certificate", good[:strings.Index(good, one)+20]},
		{"elements that do not match", instead("</md:IDPSSODescriptor>", "</md:SPSSODescriptor>")},
		{"two roots", good + good[strings.Index(good, "<md:"):]},
		{"text before", "x" + good[strings.Index(good, "<md:"):]},
		{"text after", good + "x"},
		{"a byte order mark (id_roles_providers_create_saml)", "\ufeff" + good},
		{"not UTF-8", instead("example", "ex\xffmple")},
		{"another encoding", instead("UTF-8", "ISO-8859-1")},
		{"NUL", instead("example", "ex\x00mple")},
		{"a document type", instead(opening, `<!DOCTYPE a [<!ENTITY e "x">]>`+opening)},
		{"an entity of its own", instead("idp.example", "&e;")},
		{"an attribute twice", instead(opening, opening+`entityID="https://evil.example.com/" `)},
		{"nested 10,000 deep", instead("<md:SingleSignOnService", strings.Repeat("<a>", 10_000)+strings.Repeat("</a>", 10_000)+"<md:SingleSignOnService")},
		{"an element with 200,000 attributes", instead(opening, opening+attributes(200_000))},
		{"one behind what looks like a comment in a text", instead(opening, "<!-- --><![CDATA[<!--]]>"+opening+attributes(200_000))},
		{"one behind what looks like a comment in an instruction", instead(opening, "<?a <!-- ?>"+opening+attributes(200_000))},
		{"one that does not end", good[:strings.Index(good, "<md:Single")] + "<a " + attributes(200_000)},
		{"a text of two million characters", instead("<md:SingleSignOnService", "<a>"+strings.Repeat("x", 2_000_000)+"</a><md:SingleSignOnService")},
		{"no entity id", without(`entityID="https://idp.example.com/"`)},
		{"an empty entity id", instead("https://idp.example.com/", "")},
		{"an entity id of 1,025 characters", instead("https://idp.example.com/", strings.Repeat("a", 1025))},
		{"an entity id of another namespace", instead("entityID", "ds:entityID")},
		{"an end that is no time", instead(opening, opening+`validUntil="tomorrow" `)},
		{"SAML 1.1", instead("SAML:2.0:metadata", "SAML:1.1:metadata")},
		{"no namespace", instead("urn:oasis:names:tc:SAML:2.0:metadata", "")},
		{"several entities", `<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">` + good[strings.Index(good, "<md:"):] + `</md:EntitiesDescriptor>`},
		{"a service provider", strings.ReplaceAll(good, "IDPSSODescriptor", "SPSSODescriptor")},
		{"two identity providers", instead("</md:EntityDescriptor>", good[strings.Index(good, "<md:IDP"):])},
		{"no key", good[:strings.Index(good, "<md:KeyDescriptor")] + good[strings.Index(good, "<md:SingleSignOnService"):]},
		{"a key to encrypt with alone", instead(`use="signing"`, `use="encryption"`)},
		{"a certificate elsewhere", strings.NewReplacer("<ds:X509Data>", "<ds:KeyValue>", "</ds:X509Data>", "</ds:KeyValue>").Replace(good)},
		{"an empty certificate", without(one)},
		{"a certificate that is not base64", instead(one, "!"+one)},
		{"a certificate that is none", instead(one, "AAAA")},
		{"a certificate with more behind it", instead(one, base64.StdEncoding.EncodeToString(append(der(t, one), 0)))},
		{"a certificate cut off", instead(one, one[:len(one)/8*4])},
		{"an element in a certificate", instead(one, one[:64]+"<ds:a/>"+one[64:])},
		{"a bad certificate after a good one", instead("<md:SingleSignOnService", `<md:KeyDescriptor><ds:KeyInfo><ds:X509Data><ds:X509Certificate>AAAA</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor><md:SingleSignOnService`)},
	}
	for _, c := range cases {
		t.Run(c.rule, func(t *testing.T) {
			if c.text == good {
				t.Fatal("the test changes nothing")
			}
			if m, err := metadata.Parse(c.text); err == nil {
				t.Errorf("taken as %s with %s", m.EntityID, names(m))
			}
		})
	}
}

func der(t testing.TB, text string) []byte {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// attributes are so many, each of its own name.
func attributes(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `a%d="" `, i)
	}
	return b.String()
}

// What is too long is refused before it is taken apart, wherever it hides.
func TestAnElementTooLongIsToldAsSuch(t *testing.T) {
	long := "<a " + attributes(200_000)
	for _, text := range []string{long, long + "/>", "<b><![CDATA[<!--]]>" + long, "<?b <!-- ?>" + long, "<!-- > -->" + long + "<c>"} {
		if _, err := metadata.Parse(text); err == nil || !strings.Contains(err.Error(), "too long") {
			t.Errorf("%.30s: %v", text, err)
		}
	}
}

// rsaOf is a certificate of an RSA key of so many bits.
func rsaOf(t *testing.T, bits int) string {
	t.Helper()
	t.Setenv("GODEBUG", "rsa1024min=0") // else the library makes no short ones
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	return certificate(t, "rsa", key)
}

// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml.html
func TestAnRSAKeyHasAtLeast1024Bits(t *testing.T) {
	for bits, taken := range map[int]bool{768: false, 1016: false, 1024: true} {
		if _, err := metadata.Parse(document(rsaOf(t, bits))); (err == nil) != taken {
			t.Errorf("%d bits: %v", bits, err)
		}
	}
}

// Certificates of other roles, of other namespaces or at other depths are not
// the identity provider's.
func TestOnlyTheIdentityProvidersOwnCertificatesAreTaken(t *testing.T) {
	one, two := certificate(t, "one", curve(t)), certificate(t, "two", curve(t))
	good := document(one)
	descriptor := good[strings.Index(good, "<md:KeyDescriptor"):strings.Index(good, "<md:SingleSignOnService")]
	foreign := strings.Replace(descriptor, one, two, 1)
	for rule, text := range map[string]string{
		"of an attribute authority": strings.Replace(good, "</md:EntityDescriptor>",
			"<md:AttributeAuthorityDescriptor>"+foreign+"</md:AttributeAuthorityDescriptor></md:EntityDescriptor>", 1),
		"in an extension": strings.Replace(good, "<md:KeyDescriptor", "<md:Extensions>"+foreign+"</md:Extensions><md:KeyDescriptor", 1),
		"of another namespace": strings.Replace(good, "<md:SingleSignOnService",
			strings.NewReplacer("md:Key", "x:Key", "<md:", `<x:`).Replace(strings.Replace(foreign, "<md:KeyDescriptor", `<x:KeyDescriptor xmlns:x="urn:x"`, 1))+"<md:SingleSignOnService", 1),
		"of the entity itself": strings.Replace(good, "</md:EntityDescriptor>", foreign+"</md:EntityDescriptor>", 1),
	} {
		if m, err := metadata.Parse(text); err != nil || names(m) != "one" {
			t.Errorf("%s: %+v (%v)", rule, m, err)
		}
	}
}

// FuzzParse holds Parse to: no panic, and nothing without an entity id and a
// certificate.
func FuzzParse(f *testing.F) {
	good := document(certificate(f, "one", curve(f)))
	for _, seed := range []string{good, good[:300], "", "<a", `<?xml version="1.0"?><!DOCTYPE a><a/>`, "<a></b>", strings.Repeat("<a>", 100)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		m, err := metadata.Parse(text)
		if err == nil && (m.EntityID == "" || len(m.Certificates) == 0) {
			t.Fatalf("taken: %q", text)
		}
	})
}

// Browsers are sent to the first address that takes requests in an address, and
// nowhere where there is none.
//
// Source: Metadata for the OASIS SAML V2.0, section 2.4.3 (SingleSignOnService)
func TestWhereBrowsersAreSent(t *testing.T) {
	const service, redirect, post = "SingleSignOnService", "HTTP-Redirect", "HTTP-POST"
	at := func(element, binding, location string) string {
		return `<md:` + element + ` Binding="urn:oasis:names:tc:SAML:2.0:bindings:` + binding + `" Location="` + location + `"/>`
	}
	for rule, c := range map[string]struct{ elements, want string }{
		"none":           {"", ""},
		"by a form":      {at(service, post, "https://a.example"), ""},
		"in an address":  {at(service, post, "https://a.example") + at(service, redirect, "https://b.example"), "https://b.example"},
		"two of them":    {at(service, redirect, "https://a.example") + at(service, redirect, "https://b.example"), "https://a.example"},
		"to sign out":    {at("SingleLogoutService", redirect, "https://a.example"), ""},
		"of nobody else": {`<md:Extensions>` + at(service, redirect, "https://a.example") + `</md:Extensions>`, ""},
	} {
		text := strings.Replace(document(certificate(t, "a", curve(t))), "</md:IDPSSODescriptor>", c.elements+"</md:IDPSSODescriptor>", 1)
		if c.elements == "" {
			text = strings.ReplaceAll(text, "SingleSignOnService", "Other")
		} else {
			text = strings.ReplaceAll(strings.Replace(text, c.elements, "<!--here-->", 1), "SingleSignOnService", "Other")
			text = strings.Replace(text, "<!--here-->", c.elements, 1)
		}
		if m, err := metadata.Parse(text); err != nil || m.SignIn != c.want {
			t.Errorf("%s: %+v %v", rule, m, err)
		}
	}
}
