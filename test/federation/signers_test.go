package federation

import (
	"bytes"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/rolecall-iam/rolecall/test/samltest"
)

// asked is what a program of others' is to say in its responses.
type asked struct {
	Key       string `json:"key"`
	Cert      string `json:"cert"`
	Encrypt   string `json:"encrypt"` // a certificate to encrypt to
	Entity    string `json:"entity"`
	Recipient string `json:"recipient"`
	Role      string `json:"role"`
	Provider  string `json:"provider"`
	Name      string `json:"name"`
	Now       string `json:"now"`
	SP        string `json:"sp"` // metadata of the service provider
}

// aws is the service provider as AWS's metadata describes it, as far as others
// read it.
const awsMetadata = `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="urn:amazon:webservices">
<md:SPSSODescriptor AuthnRequestsSigned="false" WantAssertionsSigned="true" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
<md:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:persistent</md:NameIDFormat>
<md:AssertionConsumerService index="1" isDefault="true" Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="` + signin + `"/>
</md:SPSSODescriptor></md:EntityDescriptor>`

func (h *house) asks(key string) asked {
	h.t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(h.idp.Key)
	if err != nil {
		h.t.Fatal(err)
	}
	return asked{
		Key:     string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})),
		Cert:    string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: h.idp.Certificate.Raw})),
		Encrypt: key, Entity: entity, Recipient: signin, Role: federal, Provider: corp, Name: "ann",
		Now: h.time().Format(time.RFC3339), SP: awsMetadata,
	}
}

// ask has a program make responses, if it has what it needs.
func ask(t *testing.T, what asked, probe, program []string) map[string]string {
	t.Helper()
	if err := exec.Command(probe[0], probe[1:]...).Run(); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("%v cannot run: %v", probe, err)
		}
		t.Skipf("SKIPPED: %v cannot run", probe)
	}
	in, err := json.Marshal(what)
	if err != nil {
		t.Fatal(err)
	}
	var out, told bytes.Buffer
	c := exec.CommandContext(t.Context(), program[0], program[1:]...)
	c.Stdin, c.Stdout, c.Stderr = bytes.NewReader(in), &out, &told
	if err := c.Run(); err != nil {
		t.Fatalf("%v: %v\n%s", program, err, told.String())
	}
	responses := map[string]string{}
	if err := json.Unmarshal(out.Bytes(), &responses); err != nil || len(responses) == 0 {
		t.Fatalf("%v: %v: %s", program, err, out.String())
	}
	return responses
}

func (h *house) takes(t *testing.T, responses map[string]string) {
	for rule, response := range responses {
		t.Run(rule, func(t *testing.T) {
			if a := h.redeem(federal, corp, response); a.status != 200 || a.name != "ann" {
				t.Errorf("%+v", a)
			}
			if a := h.redeem(federal, corp, samltest.Encode("x")+response); a.status == 200 {
				t.Error("anything is accepted")
			}
		})
	}
}

func TestResponsesOfNodePackagesAreTaken(t *testing.T) {
	h := open(t)
	probe := []string{"node", "-e", `import("samlify").then(() => import("@node-saml/node-saml")).catch(() => process.exit(1))`}
	h.takes(t, ask(t, h.asks(""), probe, []string{"node", "testdata/signers.mjs"}))
}

// pysaml2 signs, and encrypts, with xmlsec1.
func TestResponsesOfPysaml2AreTaken(t *testing.T) {
	h := open(t)
	key, text := secret(t)
	template := &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "sp"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	provider := h.encrypting("Sealed", h.idp, text, types.AssertionEncryptionModeTypeAllowed)
	what := h.asks(string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))
	what.Provider, what.Role = provider, h.role(adminKey, "Sealed", trust(provider))
	python := "/usr/bin/python3"
	responses := ask(t, what, []string{python, "-c", "import saml2; import subprocess; subprocess.check_call(['xmlsec1', '--version'])"}, []string{python, "testdata/pysaml.py"})
	for rule, response := range responses {
		t.Run(rule, func(t *testing.T) {
			if a := h.redeem(what.Role, provider, response); a.status != 200 || a.name != "ann" {
				t.Errorf("%+v", a)
			}
		})
	}
	if len(responses) < 6 || !strings.Contains(text, "PRIVATE KEY") {
		t.Errorf("only %d responses", len(responses))
	}
}
