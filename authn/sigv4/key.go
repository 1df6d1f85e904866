package sigv4

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding"
	"encoding/hex"
	"hash"
)

// signingKey is a key derived for one day, region and service, as the two
// states that HMAC-SHA256 starts its inner and outer hash from. It keeps the
// secret it came from, so that a key whose secret changed is derived again.
type signingKey struct {
	secret       string
	inner, outer []byte
}

// digest is a SHA-256 whose state can be set.
type digest interface {
	hash.Hash
	encoding.BinaryAppender
	encoding.BinaryUnmarshaler
}

func newDigest() digest { return sha256.New().(digest) }

// deriveKey derives the signing key of a's scope from a secret.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#derive-signing-key
func deriveKey(secret string, a *Authorization) signingKey {
	key := []byte("AWS4" + secret)
	for _, part := range [...]string{a.Date, a.Region, a.Service, "aws4_request"} {
		h := hmac.New(sha256.New, key)
		h.Write([]byte(part))
		key = h.Sum(nil)
	}
	return signingKey{secret: secret, inner: startState(key, 0x36), outer: startState(key, 0x5c)}
}

// startState is the state of a SHA-256 that has read key, padded to a block
// and combined with pad.
func startState(key []byte, pad byte) []byte {
	var block [sha256.BlockSize]byte
	copy(block[:], key)
	for i := range block {
		block[i] ^= pad
	}
	d := newDigest()
	d.Write(block[:])
	state, err := d.AppendBinary(nil)
	if err != nil {
		panic(err) // SHA-256 always has a state to give
	}
	return state
}

// mac leaves the HMAC of message in s.hex.
func (s *scratch) mac(key *signingKey, message []byte) {
	s.restart(key.inner)
	s.digest.Write(message)
	sum := s.digest.Sum(s.sum[:0])
	s.restart(key.outer)
	s.digest.Write(sum)
	sum = s.digest.Sum(s.sum[:0])
	hex.Encode(s.hex[:], sum)
}

func (s *scratch) restart(state []byte) {
	if err := s.digest.UnmarshalBinary(state); err != nil {
		panic(err) // state is one that startState made
	}
}
