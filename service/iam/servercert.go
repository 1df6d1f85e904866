package iam

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"strings"
	"time"
)

// maxChain is how many bytes of certificate chain are kept, so that the
// document fits one transaction of the store.
const maxChain = 256 << 10

// checkServerCertificate checks that the certificate can be read and is within
// its time, that the chain leads up from it, each signed by the next, and that
// the private key is the certificate's.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_server-certs.html
func checkServerCertificate(body, chain, key string, now time.Time) (*x509.Certificate, error) {
	leaf, ok := parseCertificate(body)
	if !ok {
		return nil, notPEM()
	}
	private, ok := parsePrivateKey(key)
	if !ok {
		return nil, badCertificateKey()
	}
	if public, ok := leaf.PublicKey.(interface{ Equal(crypto.PublicKey) bool }); !ok || !public.Equal(private.Public()) {
		return nil, otherPrivateKey()
	}
	switch {
	case now.After(leaf.NotAfter):
		return nil, expiredCertificate()
	case now.Before(leaf.NotBefore): // refused in these words (aws/aws-sdk-go#2586)
		return nil, badChain(-1)
	case len(chain) > maxChain:
		return nil, longChain()
	}
	return leaf, checkChain(leaf, chain)
}

// checkChain checks that each certificate is signed by the next.
func checkChain(leaf *x509.Certificate, chain string) error {
	parents, ok := parseCertificates(chain)
	if !ok {
		return badChain(-1) // aws/aws-cli#715
	}
	for i, parent := range parents {
		signed := bytes.Equal(leaf.RawIssuer, parent.RawSubject) &&
			parent.CheckSignature(leaf.SignatureAlgorithm, leaf.RawTBSCertificate, leaf.Signature) == nil
		if !signed {
			return badChain(i - 1)
		}
		leaf = parent
	}
	return nil
}

// parsePrivateKey reads a private key in PEM that is not encrypted. OpenSSL
// writes the parameters of a curve before the key.
func parsePrivateKey(text string) (crypto.Signer, bool) {
	block, rest := pem.Decode([]byte(strings.TrimSpace(text)))
	if block != nil && block.Type == "EC PARAMETERS" {
		block, rest = pem.Decode(rest)
	}
	if block == nil || len(bytes.TrimSpace(rest)) > 0 {
		return nil, false
	}
	var key any
	var err error
	switch block.Type {
	case "RSA PRIVATE KEY":
		key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	case "EC PRIVATE KEY":
		key, err = x509.ParseECPrivateKey(block.Bytes)
	case "PRIVATE KEY":
		key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	default:
		return nil, false
	}
	signer, ok := key.(crypto.Signer)
	return signer, ok && err == nil
}
