package oidc_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"
	"pgregory.net/rapid"
)

// go-jose, which checks signatures in its own way, says the same of every
// token: of good ones and of those whose signature was tampered with.
func TestGoJoseSaysTheSame(t *testing.T) {
	private := map[jose.SignatureAlgorithm]any{
		jose.RS256: rsaKey(), jose.RS384: rsaKey(), jose.RS512: rsaKey(), jose.PS256: rsaKey(),
		jose.ES256: p256(), jose.ES384: p384(), jose.ES512: p521(),
	}
	public := map[string]jose.JSONWebKey{"RS": web(rsaKey().Public(), "k"), "PS": web(rsaKey().Public(), "k")}
	curves := map[jose.SignatureAlgorithm]jose.JSONWebKey{
		jose.ES256: web(p256().Public(), "k"), jose.ES384: web(p384().Public(), "k"), jose.ES512: web(p521().Public(), "k"),
	}
	var algorithms []jose.SignatureAlgorithm
	for a := range private {
		algorithms = append(algorithms, a)
	}
	rapid.Check(t, func(r *rapid.T) {
		a := rapid.SampledFrom(algorithms).Draw(r, "algorithm")
		key, ok := curves[a]
		if !ok {
			key = public[string(a[:2])]
		}
		text := sign(t, a, private[a], "k", sound().with("x", rapid.String().Draw(r, "claim")).json(t), nil)
		text = tampered(t, r, text)
		parsed, err := jose.ParseSignedCompact(text, algorithms)
		if err == nil {
			_, err = parsed.Verify(key)
		}
		_, mine := verify(text, keySet(t, key), rules)
		if (err == nil) != (mine == nil) {
			r.Fatalf("go-jose: %v, here: %v\n%s", err, mine, text)
		}
	})
}

// tampered changes the signature of every other token.
func tampered(t *testing.T, r *rapid.T, text string) string {
	t.Helper()
	if rapid.Bool().Draw(r, "honest") {
		return text
	}
	cut := strings.LastIndexByte(text, '.') + 1
	signature, err := base64.RawURLEncoding.DecodeString(text[cut:])
	if err != nil {
		t.Fatal(err)
	}
	switch at := rapid.IntRange(0, len(signature)-1).Draw(r, "at"); rapid.IntRange(0, 2).Draw(r, "how") {
	case 0:
		signature[at] ^= 1 << rapid.IntRange(0, 7).Draw(r, "bit")
	case 1:
		signature = signature[:at]
	default:
		signature = append(signature, signature[:at]...)
	}
	return text[:cut] + base64.RawURLEncoding.EncodeToString(signature)
}
