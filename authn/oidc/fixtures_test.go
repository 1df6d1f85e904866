package oidc_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/rolecall-iam/rolecall/authn/oidc"
)

// now is when every test happens.
var now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

const (
	issuer   = "https://idp.example.com"
	audience = "sts.amazonaws.com"
	subject  = "repo:octo-org/octo-repo:ref:refs/heads/main"
)

// Keys are new in each run of the tests.
var (
	rsaKey = sync.OnceValue(func() *rsa.PrivateKey { return mustRSA(2048) })
	p256   = sync.OnceValue(func() *ecdsa.PrivateKey { return mustEC(elliptic.P256()) })
	p384   = sync.OnceValue(func() *ecdsa.PrivateKey { return mustEC(elliptic.P384()) })
	p521   = sync.OnceValue(func() *ecdsa.PrivateKey { return mustEC(elliptic.P521()) })
)

func mustRSA(bits int) *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		panic(err)
	}
	return k
}

func mustEC(c elliptic.Curve) *ecdsa.PrivateKey {
	k, err := ecdsa.GenerateKey(c, rand.Reader)
	if err != nil {
		panic(err)
	}
	return k
}

// payload is what a token says; sound is all that it needs.
type payload map[string]any

func sound() payload {
	return payload{
		"iss": issuer, "sub": subject, "aud": audience,
		"iat": now.Unix(), "nbf": now.Unix(), "exp": now.Add(time.Hour).Unix(),
	}
}

// with is the payload with a claim set, or without it where value is nil.
func (p payload) with(name string, value any) payload {
	if value == nil {
		delete(p, name)
	} else {
		p[name] = value
	}
	return p
}

func (p payload) json(t testing.TB) []byte {
	t.Helper()
	text, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// sign makes a token of whatever bytes, with further header members.
func sign(t testing.TB, algorithm jose.SignatureAlgorithm, private any, id string, body []byte, headers map[string]any) string {
	t.Helper()
	options := new(jose.SignerOptions).WithType("JWT")
	if id != "" {
		options.WithHeader("kid", id)
	}
	for name, value := range headers {
		options.WithHeader(jose.HeaderKey(name), value)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: algorithm, Key: private}, options)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := signer.Sign(body)
	if err != nil {
		t.Fatal(err)
	}
	text, err := signed.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// token is a token of the issuer's usual key.
func token(t testing.TB, p payload) string {
	t.Helper()
	return sign(t, jose.RS256, rsaKey(), "one", p.json(t), nil)
}

// web is a public key as an issuer publishes it.
func web(public crypto.PublicKey, id string) jose.JSONWebKey {
	return jose.JSONWebKey{Key: public, KeyID: id, Use: "sig"}
}

// published is what an issuer publishes.
func published(t testing.TB, keys ...jose.JSONWebKey) []byte {
	t.Helper()
	text, err := json.Marshal(jose.JSONWebKeySet{Keys: append([]jose.JSONWebKey{}, keys...)})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func keySet(t testing.TB, keys ...jose.JSONWebKey) *oidc.KeySet {
	t.Helper()
	set, err := oidc.ParseKeys(published(t, keys...))
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func usualKeys(t testing.TB) *oidc.KeySet {
	t.Helper()
	return keySet(t, web(rsaKey().Public(), "one"))
}

var rules = oidc.Rules{Audiences: []string{audience}, Now: now}

// verify takes a token the whole way.
func verify(text string, keys *oidc.KeySet, r oidc.Rules) (*oidc.Identity, error) {
	parsed, err := oidc.Parse(text)
	if err != nil {
		return nil, err
	}
	return parsed.Verify(keys, r)
}

// reason is why a token was refused; 0 where it was not.
func reason(t testing.TB, err error) oidc.Reason {
	t.Helper()
	if err == nil {
		return 0
	}
	var refused *oidc.Error
	if !errors.As(err, &refused) {
		t.Fatalf("%v is no refusal", err)
	}
	return refused.Reason
}

func encode(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
