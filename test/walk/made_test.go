package walk

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"math/big"
	"strings"
	"testing"
	"time"
)

// made are the values that no file holds: certificates, their keys, and
// documents that are too large to read.
func made(t *testing.T) map[string]string {
	t.Helper()
	values := map[string]string{
		"LONG":    strings.Repeat("walk ", 300),
		"DEEP":    `{"Version":"2012-10-17","Statement":` + strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000) + "}",
		"DEEPXML": strings.Repeat("<a>", 10_000) + strings.Repeat("</a>", 10_000),
	}
	for i, name := range []string{"", "2", "3"} {
		values["CERT"+name], values["PRIVATE"+name], values["DER"+name] = certificate(t, int64(i)+1)
	}
	return values
}

// certificate is one in PEM, with its private key in PEM and itself in Base64.
func certificate(t *testing.T, serial int64) (cert, key, der string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: "walk"},
		NotBefore: start.Add(-time.Hour), NotAfter: start.AddDate(1, 0, 0),
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	inPEM := func(kind string, raw []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: raw}))
	}
	return inPEM("CERTIFICATE", raw), inPEM("PRIVATE KEY", pkcs8), base64.StdEncoding.EncodeToString(raw)
}
