package iam

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"strings"

	"golang.org/x/crypto/ssh"
)

// minSSHKeyBits is the shortest modulus that AWS takes.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_UploadSSHPublicKey.html
const minSSHKeyBits = 2048

// The two encodings of a public key, as the API spells them.
const (
	encodedSSH = "SSH"
	encodedPEM = "PEM"
)

// sshKey is an RSA public key and the text that it was read from.
type sshKey struct {
	ssh.PublicKey
	text     string
	encoding string // encodedSSH or encodedPEM
}

// fingerprint is the key's MD5 as sixteen pairs of digits, as IAM and older
// versions of ssh-keygen show it.
func (k sshKey) fingerprint() string { return ssh.FingerprintLegacyMD5(k.PublicKey) }

// in is the key in an encoding, without a comment where it came in another.
func (k sshKey) in(encoding string) (string, error) {
	if encoding == k.encoding {
		return k.text, nil
	}
	if encoding == encodedSSH {
		return strings.TrimSpace(string(ssh.MarshalAuthorizedKey(k.PublicKey))), nil
	}
	key, _ := k.rsa()
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return "", fmt.Errorf("encode an SSH public key: %w", err)
	}
	return strings.TrimSpace(string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))), nil
}

func (k sshKey) rsa() (*rsa.PublicKey, bool) {
	c, ok := k.PublicKey.(ssh.CryptoPublicKey)
	if !ok {
		return nil, false
	}
	key, ok := c.CryptoPublicKey().(*rsa.PublicKey)
	return key, ok
}

// parseSSHKey reads a public key as ssh-keygen writes it, or as PEM.
func parseSSHKey(text string) (sshKey, error) {
	k := sshKey{text: text}
	switch trimmed := strings.TrimSpace(text); {
	case strings.HasPrefix(trimmed, "ssh-"):
		k.encoding, k.PublicKey = encodedSSH, readSSHLine(trimmed)
	case strings.HasPrefix(trimmed, "-----BEGIN "):
		k.encoding, k.PublicKey = encodedPEM, readPublicPEM(trimmed)
	default:
		return sshKey{}, unknownKeyEncoding()
	}
	if k.PublicKey == nil {
		return sshKey{}, badSSHKey()
	}
	if key, ok := k.rsa(); !ok || key.N.BitLen() < minSSHKeyBits {
		return sshKey{}, badSSHKey()
	}
	return k, nil
}

// readSSHLine reads "ssh-rsa", the key in base64 and perhaps a comment, all in
// one line. It answers nil for anything else.
func readSSHLine(line string) ssh.PublicKey {
	fields := strings.Fields(line)
	if strings.ContainsAny(line, "\r\n") || len(fields) < 2 || fields[0] != ssh.KeyAlgoRSA {
		return nil
	}
	wire, err := base64.StdEncoding.DecodeString(fields[1])
	if err != nil {
		return nil
	}
	key, err := ssh.ParsePublicKey(wire)
	if err != nil || key.Type() != ssh.KeyAlgoRSA {
		return nil
	}
	return key
}

// readPublicPEM reads one PEM block with a public key, or answers nil.
func readPublicPEM(text string) ssh.PublicKey {
	block, rest := pem.Decode([]byte(text))
	if block == nil || strings.TrimSpace(string(rest)) != "" {
		return nil
	}
	var parsed any
	var err error
	switch block.Type {
	case "PUBLIC KEY":
		parsed, err = x509.ParsePKIXPublicKey(block.Bytes)
	case "RSA PUBLIC KEY":
		parsed, err = x509.ParsePKCS1PublicKey(block.Bytes)
	default:
		return nil
	}
	if err != nil {
		return nil
	}
	key, err := ssh.NewPublicKey(parsed)
	if err != nil {
		return nil
	}
	return key
}
