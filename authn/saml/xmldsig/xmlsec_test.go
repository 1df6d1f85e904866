package xmldsig

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// xmlsec runs xmlsec1 with a signer's key and certificate in files.
type xmlsec struct {
	t         *testing.T
	dir       string
	key, cert string
}

func newXMLSec(t *testing.T, s signer) *xmlsec {
	t.Helper()
	if _, err := exec.LookPath("xmlsec1"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("xmlsec1 is not installed")
		}
		t.Skip("SKIPPED: xmlsec1 is not installed")
	}
	x := &xmlsec{t: t, dir: t.TempDir()}
	der, err := x509.MarshalPKCS8PrivateKey(s.key)
	if err != nil {
		t.Fatal(err)
	}
	x.key = x.write("key.pem", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})))
	x.cert = x.write("cert.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.cert.Raw})))
	return x
}

func (x *xmlsec) write(name, text string) string {
	x.t.Helper()
	path := filepath.Join(x.dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		x.t.Fatal(err)
	}
	return path
}

// sign fills in the empty signature of an element {urn:w}it with an ID.
func (x *xmlsec) sign(document string) string {
	x.t.Helper()
	out := filepath.Join(x.dir, "signed.xml")
	c := exec.Command("xmlsec1", "--sign", "--privkey-pem", x.key, "--id-attr:ID", "urn:w:it", "--output", out, x.write("in.xml", document))
	if told, err := c.CombinedOutput(); err != nil {
		x.t.Fatalf("%v: %s", err, told)
	}
	signed, err := os.ReadFile(out)
	if err != nil {
		x.t.Fatal(err)
	}
	return string(signed)
}

func (x *xmlsec) verify(document, element string) bool {
	x.t.Helper()
	c := exec.Command("xmlsec1", "--verify", "--pubkey-cert-pem", x.cert, "--id-attr:ID", element, x.write("in.xml", document))
	return c.Run() == nil
}

// template is a signature for xmlsec1 to fill in.
func template(method, digest, prefixes string) string {
	list := ""
	if prefixes != "" {
		list = `<ec:InclusiveNamespaces xmlns:ec="` + exclusiveSpace + `" PrefixList="` + prefixes + `"/>`
	}
	return `<Signature xmlns="` + Space + `"><SignedInfo>
<CanonicalizationMethod Algorithm="` + exclusive + `"/><SignatureMethod Algorithm="` + method + `"/><Reference URI="#x"><Transforms>
<Transform Algorithm="` + enveloped + `"/><Transform Algorithm="` + exclusive + `">` + list + `</Transform></Transforms>
<DigestMethod Algorithm="` + digest + `"/><DigestValue/></Reference></SignedInfo><SignatureValue/><KeyInfo><KeyName/></KeyInfo></Signature>`
}

// What xmlsec1 signs verifies: all algorithms, and documents with everything in
// them that canonical forms are about, also what goxmldsig gets wrong.
func TestSignaturesOfXMLSec1Verify(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for kind, s := range map[string]signer{"rsa": rsaSigner(t), "ecdsa": ecdsaSigner(t)} {
		x := newXMLSec(t, s)
		for _, sizes := range [][2]string{{"256", "xmlenc#sha256"}, {"384", "xmldsig-more#sha384"}, {"512", "xmlenc#sha512"}} {
			for _, prefixes := range []string{"", "p q", "#default unused"} {
				var body strings.Builder
				for range 40 {
					body.WriteString(generated(r, true))
				}
				method := "http://www.w3.org/2001/04/xmldsig-more#" + kind + "-sha" + sizes[0]
				document := fmt.Sprintf(`<q:out xmlns="urn:0" xmlns:p="urn:1" xmlns:q="urn:2" xmlns:unused="urn:3"><w:it xmlns:w="urn:w" ID="x" xml:lang="en">%s%s</w:it></q:out>`,
					template(method, "http://www.w3.org/2001/04/"+sizes[1], prefixes), strings.ReplaceAll(body.String(), `ID="it"`, ""))
				root, err := Parse(x.sign(document))
				if err != nil {
					t.Fatal(err)
				}
				if _, err := Verify(root.One("urn:w", "it"), s.keys()); err != nil {
					t.Errorf("%s with %q: %v", method, prefixes, err)
				}
			}
		}
	}
}

// What this package's tests sign, xmlsec1 verifies, so that they show what they
// are meant to show.
func TestXMLSec1VerifiesWhatIsSignedHere(t *testing.T) {
	for _, s := range []signer{rsaSigner(t), ecdsaSigner(t)} {
		x := newXMLSec(t, s)
		document := s.sign(t, usual(3), options{prefixes: "xs"})
		const assertion = "urn:oasis:names:tc:SAML:2.0:assertion:Assertion"
		if !x.verify(document, assertion) || x.verify(strings.Replace(document, ">ann<", ">bob<", 1), assertion) {
			t.Error("xmlsec1 judges otherwise")
		}
	}
}
