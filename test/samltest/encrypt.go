package samltest

import (
	"bytes"
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"encoding/base64"
	"testing"
)

// Names of encryption.
const (
	AES128CBC = "http://www.w3.org/2001/04/xmlenc#aes128-cbc"
	AES256CBC = "http://www.w3.org/2001/04/xmlenc#aes256-cbc"
	AES128GCM = "http://www.w3.org/2009/xmlenc11#aes128-gcm"
	AES256GCM = "http://www.w3.org/2009/xmlenc11#aes256-gcm"

	OAEP   = "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p"
	OAEP11 = "http://www.w3.org/2009/xmlenc11#rsa-oaep"
	RSA15  = "http://www.w3.org/2001/04/xmlenc#rsa-1_5"
)

// Encryption says how an assertion is encrypted.
type Encryption struct {
	Block, Transport string
	To               *rsa.PublicKey
	Beside           bool              // the key is beside the data, not in it
	Spoil            func(data []byte) // changes the ciphertext
}

// Encrypt is the EncryptedAssertion of an assertion.
func Encrypt(t testing.TB, assertion string, e Encryption) string {
	t.Helper()
	size := 32
	if e.Block == AES128CBC || e.Block == AES128GCM {
		size = 16
	}
	key := random(t, size)
	data := seal(t, e.Block, key, []byte(assertion))
	if e.Spoil != nil {
		e.Spoil(data)
	}
	wrapped, method := wrap(t, e, key)
	encrypted := `<xenc:EncryptedKey><xenc:EncryptionMethod Algorithm="` + e.Transport + `">` + method + `</xenc:EncryptionMethod><xenc:CipherData><xenc:CipherValue>` +
		base64.StdEncoding.EncodeToString(wrapped) + `</xenc:CipherValue></xenc:CipherData></xenc:EncryptedKey>`
	inside, beside := `<ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">`+encrypted+`</ds:KeyInfo>`, ""
	if e.Beside {
		inside, beside = "", encrypted
	}
	return `<saml:EncryptedAssertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:xenc="http://www.w3.org/2001/04/xmlenc#">` +
		`<xenc:EncryptedData Type="http://www.w3.org/2001/04/xmlenc#Element"><xenc:EncryptionMethod Algorithm="` + e.Block + `"/>` + inside +
		`<xenc:CipherData><xenc:CipherValue>` + base64.StdEncoding.EncodeToString(data) + `</xenc:CipherValue></xenc:CipherData></xenc:EncryptedData>` + beside + `</saml:EncryptedAssertion>`
}

func random(t testing.TB, n int) []byte {
	t.Helper()
	b := make([]byte, n)
	if _, err := rand.Read(b); err != nil {
		t.Fatal(err)
	}
	return b
}

func seal(t testing.TB, name string, key, text []byte) []byte {
	t.Helper()
	block, err := aes.NewCipher(key)
	if err != nil {
		t.Fatal(err)
	}
	if name == AES128GCM || name == AES256GCM {
		g, err := cipher.NewGCM(block)
		if err != nil {
			t.Fatal(err)
		}
		nonce := random(t, g.NonceSize())
		return g.Seal(nonce, nonce, text, nil)
	}
	padding := aes.BlockSize - len(text)%aes.BlockSize
	text = append(append([]byte{}, text...), bytes.Repeat([]byte{byte(padding)}, padding)...)
	iv := random(t, aes.BlockSize)
	out := append(append([]byte{}, iv...), text...)
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(out[aes.BlockSize:], text)
	return out
}

// wrap encrypts the key, and says with which hashes.
func wrap(t testing.TB, e Encryption, key []byte) (wrapped []byte, method string) {
	t.Helper()
	var err error
	switch e.Transport {
	case OAEP:
		wrapped, err = rsa.EncryptOAEP(sha1.New(), rand.Reader, e.To, key, nil)
	case OAEP11:
		wrapped, err = rsa.EncryptOAEPWithOptions(rand.Reader, e.To, key, &rsa.OAEPOptions{Hash: crypto.SHA256, MGFHash: crypto.SHA256})
		method = `<ds:DigestMethod xmlns:ds="http://www.w3.org/2000/09/xmldsig#" Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>` +
			`<xenc11:MGF xmlns:xenc11="http://www.w3.org/2009/xmlenc11#" Algorithm="http://www.w3.org/2009/xmlenc11#mgf1sha256"/>`
	default:
		//lint:ignore SA1019 that nobody takes it is what it is made for
		wrapped, err = rsa.EncryptPKCS1v15(rand.Reader, e.To, key)
	}
	if err != nil {
		t.Fatal(err)
	}
	return wrapped, method
}
