package oidc

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-json-experiment/json"
)

// SigningKey is a key that tokens are issued with.
type SigningKey struct {
	id, algorithm string
	private       crypto.Signer
}

// NewSigningKey makes a key for one of the two algorithms that STS issues tokens
// by: RS256 or ES384.
//
// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html
func NewSigningKey(algorithm string, rand io.Reader) (*SigningKey, error) {
	var private crypto.Signer
	var err error
	switch algorithm {
	case rs256:
		private, err = rsa.GenerateKey(rand, minRSA)
	case es384:
		private, err = ecdsa.GenerateKey(elliptic.P384(), rand)
	default:
		return nil, fmt.Errorf("no tokens are issued by %s", algorithm)
	}
	if err != nil {
		return nil, fmt.Errorf("make a signing key: %w", err)
	}
	return newSigningKey(algorithm, private)
}

// newSigningKey names a key by its thumbprint.
//
// Source: https://www.rfc-editor.org/rfc/rfc7638
func newSigningKey(algorithm string, private crypto.Signer) (*SigningKey, error) {
	web := jose.JSONWebKey{Key: private.Public()}
	sum, err := web.Thumbprint(crypto.SHA256)
	if err != nil {
		return nil, err
	}
	return &SigningKey{base64.RawURLEncoding.EncodeToString(sum), algorithm, private}, nil
}

// ParseSigningKey reads what Private wrote.
func ParseSigningKey(algorithm, private string) (*SigningKey, error) {
	raw, err := base64.StdEncoding.DecodeString(private)
	if err != nil {
		return nil, errors.New("a signing key is no base64")
	}
	parsed, err := x509.ParsePKCS8PrivateKey(raw)
	if err != nil {
		return nil, errors.New("a signing key is no PKCS #8")
	}
	signer, ok := parsed.(crypto.Signer)
	if !ok {
		return nil, errors.New("a signing key does not sign")
	}
	return newSigningKey(algorithm, signer)
}

// Private is the whole key as text, to be kept secret.
func (k *SigningKey) Private() (string, error) {
	raw, err := x509.MarshalPKCS8PrivateKey(k.private)
	return base64.StdEncoding.EncodeToString(raw), err
}

// ID is the name by which the key is published.
func (k *SigningKey) ID() string { return k.id }

// Public is the public half as a JSON Web Key.
func (k *SigningKey) Public() ([]byte, error) {
	return jose.JSONWebKey{Key: k.private.Public(), KeyID: k.id, Algorithm: k.algorithm, Use: "sig"}.MarshalJSON()
}

// Format prints the name alone, whatever the verb.
func (k *SigningKey) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "signing key %s", k.id) }

// Sign makes a token of claims, which are a JSON object.
func (k *SigningKey) Sign(claims []byte, rand io.Reader) (string, error) {
	head, err := json.Marshal(struct {
		Algorithm string `json:"alg"`
		KeyID     string `json:"kid"`
		Type      string `json:"typ"`
	}{k.algorithm, k.id, "JWT"})
	if err != nil {
		return "", err
	}
	text := base64.RawURLEncoding.EncodeToString(head) + "." + base64.RawURLEncoding.EncodeToString(claims)
	hash := hashOf(k.algorithm)
	h := hash.New()
	h.Write([]byte(text)) // a hash never fails
	signature, err := k.sign(h.Sum(nil), hash, rand)
	if err != nil {
		return "", fmt.Errorf("sign a token: %w", err)
	}
	return text + "." + base64.RawURLEncoding.EncodeToString(signature), nil
}

func (k *SigningKey) sign(sum []byte, hash crypto.Hash, rand io.Reader) ([]byte, error) {
	p, ok := k.private.(*ecdsa.PrivateKey)
	if !ok {
		return k.private.Sign(rand, sum, hash) // RSA by PKCS #1
	}
	r, s, err := ecdsa.Sign(rand, p, sum)
	if err != nil {
		return nil, err
	}
	size := (p.Params().BitSize + 7) / 8
	signature := make([]byte, 2*size)
	r.FillBytes(signature[:size])
	s.FillBytes(signature[size:])
	return signature, nil
}

// PublishKeys is the JSON Web Key Set of keys that Public wrote.
func PublishKeys(keys [][]byte) []byte {
	set := []byte(`{"keys":[`)
	for i, k := range keys {
		if i > 0 {
			set = append(set, ',')
		}
		set = append(set, k...)
	}
	return append(set, "]}"...)
}

// PublishDiscovery is the discovery document of an issuer that signs by both
// algorithms and has its keys at an address.
//
// Source: https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata
func PublishDiscovery(issuer, keys string) ([]byte, error) {
	return json.Marshal(struct {
		Issuer     string   `json:"issuer"`
		Keys       string   `json:"jwks_uri"`
		Responses  []string `json:"response_types_supported"`
		Subjects   []string `json:"subject_types_supported"`
		Algorithms []string `json:"id_token_signing_alg_values_supported"`
		Claims     []string `json:"claims_supported"`
	}{issuer, keys, []string{"id_token"}, []string{"public"}, []string{rs256, es384}, []string{"iss", "aud", "sub", "iat", "exp", "jti"}})
}
