package xmldsig

import (
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rsa"
	_ "crypto/sha1" // registers SHA-1, the default hash of RSA-OAEP
	"errors"
)

// Names of XML encryption.
const (
	EncryptionSpace = "http://www.w3.org/2001/04/xmlenc#"
	encryption11    = "http://www.w3.org/2009/xmlenc11#"

	// mostKeys is how many encrypted keys are tried.
	mostKeys = 4
)

// errDecrypt is why nothing can be opened, whatever the reason: whoever tries
// out ciphertexts learns nothing from it.
var errDecrypt = errors.New("the encryption cannot be opened")

// block is an algorithm that encrypts data.
type block struct {
	size int // of the key, in bytes
	gcm  bool
}

var blocks = map[string]block{
	"http://www.w3.org/2001/04/xmlenc#aes128-cbc": {16, false},
	"http://www.w3.org/2001/04/xmlenc#aes192-cbc": {24, false},
	"http://www.w3.org/2001/04/xmlenc#aes256-cbc": {32, false},
	"http://www.w3.org/2009/xmlenc11#aes128-gcm":  {16, true},
	"http://www.w3.org/2009/xmlenc11#aes192-gcm":  {24, true},
	"http://www.w3.org/2009/xmlenc11#aes256-gcm":  {32, true},
}

// oaepHashes are those that RSA-OAEP is used with.
var oaepHashes = map[string]crypto.Hash{
	"http://www.w3.org/2000/09/xmldsig#sha1":        crypto.SHA1,
	"http://www.w3.org/2001/04/xmlenc#sha256":       crypto.SHA256,
	"http://www.w3.org/2001/04/xmldsig-more#sha384": crypto.SHA384,
	"http://www.w3.org/2001/04/xmlenc#sha512":       crypto.SHA512,
}

var mgfHashes = map[string]crypto.Hash{
	"http://www.w3.org/2009/xmlenc11#mgf1sha1":   crypto.SHA1,
	"http://www.w3.org/2009/xmlenc11#mgf1sha256": crypto.SHA256,
	"http://www.w3.org/2009/xmlenc11#mgf1sha384": crypto.SHA384,
	"http://www.w3.org/2009/xmlenc11#mgf1sha512": crypto.SHA512,
}

// Decrypt opens the EncryptedData in e with one of the keys, for which an
// EncryptedKey is in it or beside it. What it answers is not proven to be
// anybody's: with AES-CBC not even that it is what was encrypted.
func Decrypt(e *Element, keys []*rsa.PrivateKey) (string, error) {
	data := e.One(EncryptionSpace, "EncryptedData")
	if data == nil {
		return "", errDecrypt
	}
	algorithm, known := blocks[encryptionMethod(data)]
	ciphertext, err := cipherValue(data)
	if err != nil || !known {
		return "", errDecrypt
	}
	var wrapped []*Element
	e.Walk(func(c *Element) bool {
		if c.Is(EncryptionSpace, "EncryptedKey") {
			wrapped = append(wrapped, c)
		}
		return len(wrapped) < mostKeys
	})
	for _, w := range wrapped {
		for _, key := range keys {
			content, err := unwrap(w, key)
			if err != nil || len(content) != algorithm.size {
				continue
			}
			if text, err := algorithm.open(content, ciphertext); err == nil {
				return text, nil
			}
		}
	}
	return "", errDecrypt
}

func encryptionMethod(e *Element) string {
	method := e.One(EncryptionSpace, "EncryptionMethod")
	if method == nil {
		return ""
	}
	name, _ := method.Attr("Algorithm")
	return name
}

// cipherValue is the ciphertext itself; references to one elsewhere are none.
func cipherValue(e *Element) ([]byte, error) {
	data := e.One(EncryptionSpace, "CipherData")
	if data == nil {
		return nil, errDecrypt
	}
	value := data.One(EncryptionSpace, "CipherValue")
	if value == nil {
		return nil, errDecrypt
	}
	return encoded(value)
}

// unwrap opens an EncryptedKey.
func unwrap(e *Element, key *rsa.PrivateKey) ([]byte, error) {
	ciphertext, err := cipherValue(e)
	if err != nil {
		return nil, err
	}
	options := &rsa.OAEPOptions{Hash: crypto.SHA1, MGFHash: crypto.SHA1}
	method := e.One(EncryptionSpace, "EncryptionMethod")
	switch name := encryptionMethod(e); name {
	case EncryptionSpace + "rsa-oaep-mgf1p", encryption11 + "rsa-oaep":
	default:
		return nil, errDecrypt
	}
	for _, c := range method.Children() {
		var known bool
		name, _ := c.Attr("Algorithm")
		switch {
		case c.Is(Space, "DigestMethod"):
			options.Hash, known = oaepHashes[name]
		case c.Is(encryption11, "MGF"):
			options.MGFHash, known = mgfHashes[name]
		case c.Is(EncryptionSpace, "OAEPparams"):
			options.Label, err = encoded(c)
			known = err == nil
		}
		if !known {
			return nil, errDecrypt
		}
	}
	return key.Decrypt(nil, ciphertext, options)
}

func (b block) open(key, ciphertext []byte) (string, error) {
	a, err := aes.NewCipher(key)
	if err != nil {
		return "", errDecrypt
	}
	if b.gcm {
		return openGCM(a, ciphertext)
	}
	if len(ciphertext) < 2*aes.BlockSize || len(ciphertext)%aes.BlockSize != 0 {
		return "", errDecrypt
	}
	text := make([]byte, len(ciphertext)-aes.BlockSize)
	cipher.NewCBCDecrypter(a, ciphertext[:aes.BlockSize]).CryptBlocks(text, ciphertext[aes.BlockSize:])
	padding := int(text[len(text)-1])
	if padding < 1 || padding > aes.BlockSize {
		return "", errDecrypt
	}
	return string(text[:len(text)-padding]), nil
}

func openGCM(a cipher.Block, ciphertext []byte) (string, error) {
	g, err := cipher.NewGCM(a)
	if err != nil || len(ciphertext) < g.NonceSize() {
		return "", errDecrypt
	}
	text, err := g.Open(nil, ciphertext[:g.NonceSize()], ciphertext[g.NonceSize():], nil)
	if err != nil {
		return "", errDecrypt
	}
	return string(text), nil
}
