package oidc

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	_ "crypto/sha256" // the hashes of the algorithms
	_ "crypto/sha512"
	"math/big"
)

// The algorithms that a token may be signed by. AWS takes all but PS256.
//
// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html ("Tokens
// must be signed using either RSA keys (RS256, RS384, or RS512) or ECDSA keys (ES256, ES384, or ES512)")
const (
	rs256 = "RS256"
	rs384 = "RS384"
	rs512 = "RS512"
	es256 = "ES256"
	es384 = "ES384"
	es512 = "ES512"
	ps256 = "PS256"
)

// hashOf is the hash of an algorithm; 0 for one that is not taken.
func hashOf(algorithm string) crypto.Hash {
	switch algorithm {
	case rs256, es256, ps256:
		return crypto.SHA256
	case rs384, es384:
		return crypto.SHA384
	case rs512, es512:
		return crypto.SHA512
	}
	return 0
}

func known(algorithm string) bool { return hashOf(algorithm) != 0 }

// verifies tells whether a key signed a text, by an algorithm that the key is
// fit for.
//
// Source: https://www.rfc-editor.org/rfc/rfc7518#section-3.1
func verifies(public crypto.PublicKey, algorithm, signed string, signature []byte) bool {
	hash := hashOf(algorithm)
	if hash == 0 {
		return false
	}
	h := hash.New()
	h.Write([]byte(signed)) // a hash never fails
	sum := h.Sum(nil)
	switch p := public.(type) {
	case *rsa.PublicKey:
		if algorithm == ps256 {
			return rsa.VerifyPSS(p, hash, sum, signature, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash}) == nil
		}
		return rsa.VerifyPKCS1v15(p, hash, sum, signature) == nil
	case *ecdsa.PublicKey:
		size := (p.Params().BitSize + 7) / 8
		if len(signature) != 2*size {
			return false
		}
		return ecdsa.Verify(p, sum, new(big.Int).SetBytes(signature[:size]), new(big.Int).SetBytes(signature[size:]))
	}
	return false
}
