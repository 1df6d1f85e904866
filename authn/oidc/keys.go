package oidc

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"errors"
	"slices"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

const (
	// maxKeysOfAType is how many RSA keys, and how many EC keys, an issuer may
	// publish.
	//
	// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html#manage-oidc-provider-prerequisites
	maxKeysOfAType = 100

	minRSA, maxRSA = 2048, 4096 // bits
)

// KeySet is the keys that an issuer signs with. Nobody changes it, so many may
// share it.
type KeySet struct{ keys []key }

// key is one key with the algorithms that it may be used for.
type key struct {
	id         string
	algorithms []string
	public     crypto.PublicKey
}

// What ParseKeys answers of a document that is none.
var (
	errKeys     = errors.New("not a set of JSON web keys")
	errManyKeys = errors.New("more keys of one type than are taken")
)

// ParseKeys reads a JSON Web Key Set. Keys that no token may be signed with are
// passed over: issuers publish those, too.
func ParseKeys(document []byte) (*KeySet, error) {
	var set struct {
		Keys []jsontext.Value `json:"keys"`
	}
	if json.Unmarshal(document, &set) != nil || set.Keys == nil {
		return nil, errKeys
	}
	found, counts := new(KeySet), map[string]int{}
	for _, text := range set.Keys {
		k, kind, ok := parseKey(text)
		if counts[kind]++; counts[kind] > maxKeysOfAType {
			return nil, errManyKeys
		}
		if ok {
			found.keys = append(found.keys, k)
		}
	}
	return found, nil
}

// Len is how many keys there are that may have signed a token.
func (s *KeySet) Len() int { return len(s.keys) }

// parseKey reads one key, and answers its type; false where it is of no use.
func parseKey(text jsontext.Value) (k key, kind string, ok bool) {
	var said struct {
		Type       string         `json:"kty"`
		Use        string         `json:"use"`
		Algorithm  string         `json:"alg"`
		Operations []string       `json:"key_ops"`
		Private    jsontext.Value `json:"d"`
		Secret     jsontext.Value `json:"k"`
	}
	if json.Unmarshal(text, &said) != nil {
		return k, "", false
	}
	switch {
	case said.Type != "RSA" && said.Type != "EC",
		said.Private != nil || said.Secret != nil,
		said.Use != "" && said.Use != "sig",
		said.Operations != nil && !slices.Contains(said.Operations, "verify"):
		return k, said.Type, false
	}
	var web jose.JSONWebKey
	if web.UnmarshalJSON(text) != nil {
		return k, said.Type, false
	}
	k.id, k.public = web.KeyID, web.Key
	k.algorithms = algorithmsOf(web.Key)
	if said.Algorithm != "" {
		if !slices.Contains(k.algorithms, said.Algorithm) {
			return k, said.Type, false
		}
		k.algorithms = []string{said.Algorithm}
	}
	return k, said.Type, len(k.algorithms) > 0
}

// algorithmsOf are the algorithms that a key is fit for; none for a key that is
// too weak, or so large that it would only cost.
func algorithmsOf(public any) []string {
	switch p := public.(type) {
	case *rsa.PublicKey:
		if bits := p.N.BitLen(); bits < minRSA || bits > maxRSA || p.E < 3 || p.E&1 == 0 || p.N.Bit(0) == 0 {
			return nil
		}
		return []string{rs256, rs384, rs512, ps256}
	case *ecdsa.PublicKey:
		switch p.Params().Name {
		case "P-256":
			return []string{es256}
		case "P-384":
			return []string{es384}
		case "P-521":
			return []string{es512}
		}
	}
	return nil
}

// maxCandidates is how many keys of one id are tried.
const maxCandidates = 3

// candidates are the keys that may have signed a token: those of its key id,
// or, for a token that names none, the only one that fits its algorithm.
func (s *KeySet) candidates(id, algorithm string) []key {
	var fit []key
	for _, k := range s.keys {
		if (id == "" || k.id == id) && slices.Contains(k.algorithms, algorithm) {
			fit = append(fit, k)
		}
	}
	if id == "" && len(fit) > 1 {
		return nil
	}
	return fit[:min(len(fit), maxCandidates)]
}
