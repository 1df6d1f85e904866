package terraform

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
)

// values are the variables of the configurations that would age in a file: a
// certificate with its key, metadata that has it, an SSH key. pgp_key.txt is an
// OpenPGP key that never expires; nobody has its secret half.
func values(t *testing.T) []string {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "tf.example.com"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	public, err := ssh.NewPublicKey(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	pgp, err := os.ReadFile("testdata/pgp_key.txt")
	if err != nil {
		t.Fatal(err)
	}
	return []string{
		"TF_VAR_certificate=" + string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})),
		"TF_VAR_private_key=" + string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})),
		"TF_VAR_ssh_key=" + strings.TrimSpace(string(ssh.MarshalAuthorizedKey(public))),
		"TF_VAR_saml_metadata=" + metadata(der, "https://idp.example.com/sso"),
		"TF_VAR_next_saml_metadata=" + metadata(der, "https://idp.example.com/moved"),
		"TF_VAR_pgp_key=" + string(pgp),
	}
}

func metadata(der []byte, location string) string {
	return fmt.Sprintf(`<?xml version="1.0"?>
<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp.example.com/metadata"><IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>%s</X509Certificate></X509Data></KeyInfo></KeyDescriptor><SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="%s"/></IDPSSODescriptor></EntityDescriptor>
`, base64.StdEncoding.EncodeToString(der), location)
}
