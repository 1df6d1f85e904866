package iam

import (
	"strings"
	"testing"
)

// FuzzParseSSHKey: a key that is read can be written in both encodings, and
// read again as the same key.
func FuzzParseSSHKey(f *testing.F) {
	f.Add("ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQ== me")
	f.Add("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA==")
	f.Add("-----BEGIN PUBLIC KEY-----\nMAA=\n-----END PUBLIC KEY-----")
	f.Add("ssh-rsa " + strings.Repeat("A", 16000))
	f.Fuzz(func(t *testing.T, text string) {
		key, err := parseSSHKey(text)
		if err != nil {
			return
		}
		for _, encoding := range []string{encodedSSH, encodedPEM} {
			body, err := key.in(encoding)
			if err != nil {
				t.Fatal(err)
			}
			again, err := parseSSHKey(body)
			if err != nil || again.fingerprint() != key.fingerprint() {
				t.Errorf("%q in %s is %q: %v", text, encoding, body, err)
			}
		}
	})
}

// FuzzCheckServerCertificate: nothing that is uploaded breaks the check.
func FuzzCheckServerCertificate(f *testing.F) {
	f.Add("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----", "", "-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----")
	f.Add("", "-----BEGIN CERTIFICATE-----", "-----BEGIN EC PARAMETERS-----\nMAA=\n-----END EC PARAMETERS-----")
	f.Fuzz(func(t *testing.T, body, chain, key string) {
		if leaf, ok := parseCertificate(body); ok && leaf.Raw == nil {
			t.Error("a certificate of nothing")
		}
		parseCertificates(chain)
		if signer, ok := parsePrivateKey(key); ok && signer.Public() == nil {
			t.Error("a private key without a public one")
		}
	})
}
