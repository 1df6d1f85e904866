package xmldsig

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	_ "crypto/sha256" // registers SHA-256
	_ "crypto/sha512" // registers SHA-384 and SHA-512
	"math/big"
)

// Names of XML signatures.
const (
	Space           = "http://www.w3.org/2000/09/xmldsig#"
	exclusiveSpace  = "http://www.w3.org/2001/10/xml-exc-c14n#"
	enveloped       = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
	exclusive       = "http://www.w3.org/2001/10/xml-exc-c14n#"
	longestEncoding = 128 << 10
)

// digests are the algorithms that digests may be made with. SHA-1 is none of
// them.
var digests = map[string]crypto.Hash{
	"http://www.w3.org/2001/04/xmlenc#sha256":       crypto.SHA256,
	"http://www.w3.org/2001/04/xmldsig-more#sha384": crypto.SHA384,
	"http://www.w3.org/2001/04/xmlenc#sha512":       crypto.SHA512,
}

// method is an algorithm of signatures.
type method struct {
	hash  crypto.Hash
	curve bool // ECDSA; RSA otherwise
}

var methods = map[string]method{
	"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256":   {crypto.SHA256, false},
	"http://www.w3.org/2001/04/xmldsig-more#rsa-sha384":   {crypto.SHA384, false},
	"http://www.w3.org/2001/04/xmldsig-more#rsa-sha512":   {crypto.SHA512, false},
	"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256": {crypto.SHA256, true},
	"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384": {crypto.SHA384, true},
	"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512": {crypto.SHA512, true},
}

// verifies tells whether a key made a signature. A key of another kind than
// the method's made none.
func (m method) verifies(key crypto.PublicKey, signed, signature []byte) bool {
	sum := m.hash.New()
	sum.Write(signed)
	digest := sum.Sum(nil)
	switch key := key.(type) {
	case *rsa.PublicKey:
		return !m.curve && rsa.VerifyPKCS1v15(key, m.hash, digest, signature) == nil
	case *ecdsa.PublicKey:
		size := (key.Curve.Params().BitSize + 7) / 8
		if !m.curve || len(signature) != 2*size {
			return false
		}
		r, s := new(big.Int).SetBytes(signature[:size]), new(big.Int).SetBytes(signature[size:])
		return ecdsa.Verify(key, digest, r, s)
	}
	return false
}
