package xmldsig

import (
	"bytes"
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const secretText = `<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="a">text</saml:Assertion>`

// sealedData is EncryptedData with its key, in an element.
type sealedData struct {
	block, transport, digest, mgf, label string
	key                                  []byte // instead of a new one
	text                                 []byte // instead of secretText
}

func (d sealedData) seal(t testing.TB, to *rsa.PublicKey) string {
	t.Helper()
	key, text := d.key, d.text
	if key == nil {
		key = make([]byte, blocks[d.block].size)
	}
	if text == nil {
		text = []byte(secretText)
	}
	options := &rsa.OAEPOptions{Hash: crypto.SHA1, MGFHash: crypto.SHA1, Label: []byte(d.label)}
	more := ""
	if d.digest != "" {
		options.Hash = oaepHashes[d.digest]
		more += `<ds:DigestMethod xmlns:ds="` + Space + `" Algorithm="` + d.digest + `"/>`
	}
	if d.mgf != "" {
		options.MGFHash = mgfHashes[d.mgf]
		more += `<m:MGF xmlns:m="` + encryption11 + `" Algorithm="` + d.mgf + `"/>`
	}
	if d.label != "" {
		more += `<xenc:OAEPparams>` + base64.StdEncoding.EncodeToString([]byte(d.label)) + `</xenc:OAEPparams>`
	}
	wrapped, err := rsa.EncryptOAEPWithOptions(rand.Reader, to, key, options)
	if err != nil {
		t.Fatal(err)
	}
	value := func(b []byte) string {
		return `<xenc:CipherData><xenc:CipherValue>` + base64.StdEncoding.EncodeToString(b) + `</xenc:CipherValue></xenc:CipherData>`
	}
	return `<e xmlns:xenc="` + EncryptionSpace + `"><xenc:EncryptedData><xenc:EncryptionMethod Algorithm="` + d.block + `"/><ds:KeyInfo xmlns:ds="` + Space + `"><xenc:EncryptedKey><xenc:EncryptionMethod Algorithm="` +
		d.transport + `">` + more + `</xenc:EncryptionMethod>` + value(wrapped) + `</xenc:EncryptedKey></ds:KeyInfo>` + value(d.ciphertext(t, key, text)) + `</xenc:EncryptedData></e>`
}

func (d sealedData) ciphertext(t testing.TB, key, text []byte) []byte {
	t.Helper()
	a, err := aes.NewCipher(key)
	if err != nil {
		t.Fatal(err)
	}
	if blocks[d.block].gcm {
		g, err := cipher.NewGCM(a)
		if err != nil {
			t.Fatal(err)
		}
		nonce := make([]byte, g.NonceSize())
		return g.Seal(nonce, nonce, text, nil)
	}
	n := aes.BlockSize - len(text)%aes.BlockSize
	text = append(append([]byte{}, text...), bytes.Repeat([]byte{byte(n)}, n)...)
	iv := make([]byte, aes.BlockSize)
	out := append([]byte{}, iv...)
	out = append(out, text...)
	cipher.NewCBCEncrypter(a, iv).CryptBlocks(out[aes.BlockSize:], text)
	return out
}

const (
	mgf1p = EncryptionSpace + "rsa-oaep-mgf1p"
	oaep  = encryption11 + "rsa-oaep"
	gcm   = encryption11 + "aes256-gcm"
	cbc   = EncryptionSpace + "aes128-cbc"
)

func rsaKey(t testing.TB) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// Source: https://www.w3.org/TR/xmlenc-core1/, sections 5.2 and 5.5
func TestEveryAlgorithmIsOpened(t *testing.T) {
	key, other := rsaKey(t), rsaKey(t)
	for block := range blocks {
		for _, d := range []sealedData{
			{transport: mgf1p},
			{transport: mgf1p, digest: EncryptionSpace + "sha256"},
			{transport: mgf1p, digest: Space + "sha1", label: "label"},
			{transport: oaep},
			{transport: oaep, digest: EncryptionSpace + "sha256", mgf: encryption11 + "mgf1sha256"},
			{transport: oaep, digest: EncryptionSpace + "sha512", mgf: encryption11 + "mgf1sha1"},
			{transport: oaep, digest: "http://www.w3.org/2001/04/xmldsig-more#sha384", mgf: encryption11 + "mgf1sha384", label: "x"},
		} {
			d.block = block
			e, err := Parse(d.seal(t, &key.PublicKey))
			if err != nil {
				t.Fatal(err)
			}
			for _, keys := range [][]*rsa.PrivateKey{{key}, {other, key}} {
				if text, err := Decrypt(e, keys); err != nil || text != secretText {
					t.Errorf("%+v: %q, %v", d, text, err)
				}
			}
			if _, err := Decrypt(e, []*rsa.PrivateKey{other}); err == nil {
				t.Errorf("%s opened with another key", block)
			}
		}
	}
}

func TestWhatIsEncryptedOtherwiseIsNotOpened(t *testing.T) {
	key := rsaKey(t)
	good := sealedData{block: gcm, transport: mgf1p}.seal(t, &key.PublicKey)
	old := sealedData{block: cbc, transport: mgf1p}.seal(t, &key.PublicKey)
	for rule, document := range map[string]string{
		"nothing":                          "<e/>",
		"no data":                          strings.ReplaceAll(good, "EncryptedData", "EncryptedX"),
		"data twice":                       strings.Replace(good, "</e>", good[strings.Index(good, "<xenc:EncryptedData>"):], 1),
		"no key":                           strings.ReplaceAll(good, "EncryptedKey", "EncryptedX"),
		"an unknown algorithm":             strings.Replace(good, gcm, gcm+"x", 1),
		"Triple DES":                       strings.Replace(good, gcm, EncryptionSpace+"tripledes-cbc", 1),
		"no algorithm":                     strings.Replace(good, `Algorithm="`+gcm+`"`, "", 1),
		"RSA PKCS #1 v1.5":                 strings.Replace(good, mgf1p, EncryptionSpace+"rsa-1_5", 1),
		"a key of another length":          sealedData{block: gcm, transport: mgf1p, key: make([]byte, 16)}.seal(t, &key.PublicKey),
		"a key wrapped by another digest":  strings.Replace(sealedData{block: gcm, transport: oaep, digest: EncryptionSpace + "sha256"}.seal(t, &key.PublicKey), "sha256", "sha512", 1),
		"an unknown digest":                strings.Replace(sealedData{block: gcm, transport: oaep, digest: EncryptionSpace + "sha256"}.seal(t, &key.PublicKey), "sha256", "md5", 1),
		"an unknown parameter":             strings.Replace(good, mgf1p+`"></xenc:EncryptionMethod>`, mgf1p+`"><x/></xenc:EncryptionMethod>`, 1),
		"GCM taken for CBC":                strings.Replace(good, gcm, EncryptionSpace+"aes256-cbc", 1),
		"a ciphertext that is not base64":  strings.ReplaceAll(good, "<xenc:CipherValue>", "<xenc:CipherValue>%"),
		"an empty ciphertext":              emptied(good),
		"an empty ciphertext of CBC":       emptied(old),
		"a reference to a ciphertext":      strings.ReplaceAll(good, "CipherValue", "CipherReference"),
		"CBC of a length that is no block": strings.Replace(old, "</xenc:CipherValue></xenc:CipherData></xenc:EncryptedData>", "AAAA</xenc:CipherValue></xenc:CipherData></xenc:EncryptedData>", 1),
	} {
		t.Run(rule, func(t *testing.T) {
			e, err := Parse(document)
			if err != nil {
				t.Fatal(err)
			}
			if text, err := Decrypt(e, []*rsa.PrivateKey{key}); err == nil && text == secretText {
				t.Error("opened")
			} else if err != nil && err != errDecrypt {
				t.Errorf("the error tells more than it should: %v", err)
			}
		})
	}
}

// emptied is the document with nothing for the data's ciphertext.
func emptied(document string) string {
	from := strings.LastIndex(document, "<xenc:CipherValue>") + len("<xenc:CipherValue>")
	return document[:from] + document[strings.LastIndex(document, "</xenc:CipherValue>"):]
}

// CBC's padding may be anything but for its last byte, as XML encryption has it.
//
// Source: https://www.w3.org/TR/xmlenc-core1/, section 5.2.1
func TestPaddingOfCBC(t *testing.T) {
	b := block{16, false}
	for last, want := range map[byte]string{0: "-", 1: "123456789abcdef", 4: "123456789abc", 16: "", 17: "-", 255: "-"} {
		key, text := make([]byte, 16), append([]byte("123456789abcdef"), last)
		a, err := aes.NewCipher(key)
		if err != nil {
			t.Fatal(err)
		}
		out := make([]byte, 32)
		cipher.NewCBCEncrypter(a, out[:16]).CryptBlocks(out[16:], text)
		got, err := b.open(key, out)
		if err != nil {
			got = "-"
		}
		if got != want {
			t.Errorf("ending in %d: %q, want %q", last, got, want)
		}
	}
}

func TestWhatXMLSec1EncryptsIsOpened(t *testing.T) {
	s := rsaSigner(t)
	x := newXMLSec(t, s)
	for algorithm, size := range map[string]string{EncryptionSpace + "aes128-cbc": "aes-128", EncryptionSpace + "aes256-cbc": "aes-256", encryption11 + "aes128-gcm": "aes-128", encryption11 + "aes256-gcm": "aes-256"} {
		template := x.write("template.xml", `<xenc:EncryptedData xmlns:xenc="`+EncryptionSpace+`" Type="`+EncryptionSpace+`Element"><xenc:EncryptionMethod Algorithm="`+algorithm+`"/><ds:KeyInfo xmlns:ds="`+Space+
			`"><xenc:EncryptedKey><xenc:EncryptionMethod Algorithm="`+mgf1p+`"/><ds:KeyInfo><ds:KeyName/></ds:KeyInfo><xenc:CipherData><xenc:CipherValue/></xenc:CipherData></xenc:EncryptedKey></ds:KeyInfo><xenc:CipherData><xenc:CipherValue/></xenc:CipherData></xenc:EncryptedData>`)
		out := filepath.Join(x.dir, "encrypted.xml")
		c := exec.Command("xmlsec1", "--encrypt", "--pubkey-cert-pem", x.cert, "--session-key", size, "--xml-data", x.write("data.xml", "<e>"+secretText+"</e>"),
			"--node-xpath", "/e/*", "--output", out, template)
		if told, err := c.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, told)
		}
		text, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		e, err := Parse(string(text))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := Decrypt(e, []*rsa.PrivateKey{s.key.(*rsa.PrivateKey)}); err != nil || got != secretText {
			t.Errorf("%s: %q, %v", algorithm, got, err)
		}
	}
}

func FuzzDecrypt(f *testing.F) {
	key := rsaKey(f)
	f.Add(sealedData{block: gcm, transport: mgf1p}.seal(f, &key.PublicKey))
	f.Add(sealedData{block: cbc, transport: oaep, digest: EncryptionSpace + "sha256"}.seal(f, &key.PublicKey))
	f.Fuzz(func(t *testing.T, document string) {
		if e, err := Parse(document); err == nil {
			_, _ = Decrypt(e, []*rsa.PrivateKey{key})
		}
	})
}
