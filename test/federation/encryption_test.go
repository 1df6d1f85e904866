package federation

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/rolecall-iam/rolecall/test/samltest"
)

// secret is a private key for encrypted assertions, and its PEM.
func secret(t testing.TB) (*rsa.PrivateKey, string) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return key, string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}))
}

// encrypted is a response with its assertion encrypted.
func encrypted(t testing.TB, response, assertion string, e samltest.Encryption) string {
	t.Helper()
	_, around := cut(response, "saml:Assertion")
	return replaceAssertion(around, samltest.Encrypt(t, assertion, e))
}

// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateSAMLProvider.html (AssertionEncryptionMode,
// AddPrivateKey: "AES-GCM or AES-CBC"); https://www.w3.org/TR/xmlenc-core1/
func TestEncryptedAssertionsAreOpened(t *testing.T) {
	h := open(t)
	key, text := secret(t)
	for _, mode := range []types.AssertionEncryptionModeType{types.AssertionEncryptionModeTypeAllowed, types.AssertionEncryptionModeTypeRequired} {
		provider := h.encrypting("Sealed"+string(mode), h.idp, text, mode)
		role := h.role(adminKey, "Sealed"+string(mode), trust(provider))
		document := h.idp.Usual(h.time(), role, provider, "ann").XML()
		signed := h.idp.Sign(t, document, "_assertion", samltest.InAssertion)
		assertion, _ := cut(signed, "saml:Assertion")
		for _, block := range []string{samltest.AES128CBC, samltest.AES256CBC, samltest.AES128GCM, samltest.AES256GCM} {
			for _, transport := range []string{samltest.OAEP, samltest.OAEP11} {
				for _, beside := range []bool{false, true} {
					e := samltest.Encryption{Block: block, Transport: transport, To: &key.PublicKey, Beside: beside}
					sealed := encrypted(t, document, assertion, e)
					if a := h.redeem(role, provider, samltest.Encode(sealed)); a.status != 200 || a.name != "ann" {
						t.Errorf("%s by %s: %+v", block, transport, a)
					}
				}
			}
		}
		plain, _ := cut(document, "saml:Assertion")
		whole := encrypted(t, document, plain, samltest.Encryption{Block: samltest.AES256GCM, Transport: samltest.OAEP, To: &key.PublicKey})
		whole = h.idp.Sign(t, whole, "_response", samltest.InResponse)
		if a := h.redeem(role, provider, samltest.Encode(whole)); a.status != 200 {
			t.Errorf("an assertion without signature in a response with one: %+v", a)
		}
		want := map[types.AssertionEncryptionModeType]int{types.AssertionEncryptionModeTypeAllowed: 200, types.AssertionEncryptionModeTypeRequired: 400}[mode]
		if a := h.redeem(role, provider, samltest.Encode(signed)); a.status != want {
			t.Errorf("%s, not encrypted: %+v", mode, a)
		}
	}
}

// encryptions are assertions that are encrypted wrongly, or to hide something.
func (k *kit) encryptions() []attack {
	key, text := secret(k.t)
	foreign, _ := secret(k.t)
	provider := k.encrypting("Sealed", k.idp, text, types.AssertionEncryptionModeTypeRequired)
	role := k.role(adminKey, "Sealed", trust(provider))
	r := k.idp.Usual(k.time(), role, provider, "ann")
	document := r.XML()
	signed := k.idp.Sign(k.t, document, "_assertion", samltest.InAssertion)
	assertion, around := cut(signed, "saml:Assertion")
	plain, _ := cut(document, "saml:Assertion")
	gcm := samltest.Encryption{Block: samltest.AES256GCM, Transport: samltest.OAEP, To: &key.PublicKey}
	cbc := samltest.Encryption{Block: samltest.AES128CBC, Transport: samltest.OAEP, To: &key.PublicKey}
	spoil := func(e samltest.Encryption, at int) samltest.Encryption {
		e.Spoil = func(data []byte) { data[(at+len(data))%len(data)] ^= 1 }
		return e
	}
	sealed := func(text string, e samltest.Encryption) string { return encrypted(k.t, signed, text, e) }
	stranger, old := gcm, gcm
	stranger.To, old.Transport = &foreign.PublicKey, samltest.RSA15
	good := samltest.Encrypt(k.t, assertion, gcm)
	mine := k.mine.Sign(k.t, document, "_assertion", samltest.InAssertion)
	forged, _ := cut(mine, "saml:Assertion")
	forms := map[string]string{
		"none, where it must be":         signed,
		"to another key":                 sealed(assertion, stranger),
		"by RSA PKCS #1 v1.5":            sealed(assertion, old),
		"a bit of GCM's ciphertext":      sealed(assertion, spoil(gcm, 40)),
		"a bit of GCM's tag":             sealed(assertion, spoil(gcm, -1)),
		"a bit of CBC's ciphertext":      sealed(assertion, spoil(cbc, 40)),
		"a bit of CBC's padding":         sealed(assertion, spoil(cbc, -17)),
		"a bit of CBC's beginning":       sealed(assertion, spoil(cbc, 0)),
		"without any signature":          sealed(plain, gcm),
		"of what another signed":         sealed(forged, gcm),
		"of no XML":                      sealed("x", gcm),
		"of nothing":                     sealed("", gcm),
		"of something else":              sealed("<x/>", gcm),
		"of a whole response":            sealed(signed, gcm),
		"of a document type":             sealed("<!DOCTYPE x>"+assertion, gcm),
		"of an encrypted assertion":      sealed(good, gcm),
		"of an assertion in another":     sealed(strings.Replace(plain, samltest.InAssertion, assertion, 1), gcm),
		"of two assertions":              sealed(assertion+assertion, gcm),
		"beside one in the open":         replaceAssertion(around, good+assertion),
		"behind one in the open":         replaceAssertion(around, assertion+good),
		"twice":                          replaceAssertion(around, good+good),
		"in an element":                  replaceAssertion(around, "<samlp:Extensions>"+good+"</samlp:Extensions>"),
		"with the ciphertext elsewhere":  strings.Replace(strings.Replace(sealed(assertion, gcm), "<xenc:CipherValue>", `<xenc:CipherReference URI="http://127.0.0.1:1/">`, 2), "</xenc:CipherValue>", "</xenc:CipherReference>", 2),
		"with an algorithm there is not": strings.Replace(sealed(assertion, gcm), "aes256-gcm", "aes512-gcm", 1),
		"with another algorithm's name":  strings.Replace(sealed(assertion, gcm), samltest.AES256GCM, samltest.AES256CBC, 1),
		"without a key":                  strings.Replace(strings.Replace(sealed(assertion, gcm), "<xenc:EncryptedKey>", "<xenc:X>", 1), "</xenc:EncryptedKey>", "</xenc:X>", 1),
		"of the data alone":              strings.Replace(strings.Replace(sealed(assertion, gcm), "<saml:EncryptedAssertion", "<saml:X", 1), "</saml:EncryptedAssertion>", "</saml:X>", 1),
	}
	var all []attack
	for rule, document := range forms {
		all = append(all, attack{rule: "encryption: " + rule, document: document, role: role, provider: provider, code: invalid})
	}
	return all
}
