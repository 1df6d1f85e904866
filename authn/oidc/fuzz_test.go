package oidc_test

import (
	"errors"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"github.com/rolecall-iam/rolecall/authn/oidc"
)

// FuzzVerify has nobody's key: whatever it makes, nothing is proven, and every
// refusal is a refusal.
func FuzzVerify(f *testing.F) {
	keys := keySet(f, web(rsaKey().Public(), "one"), web(p256().Public(), "two"))
	theirs := mustRSA(2048)
	f.Add(sign(f, jose.RS256, theirs, "one", sound().json(f), nil))
	f.Add(sign(f, jose.ES256, mustEC(p256().Curve), "two", sound().json(f), nil))
	f.Add(compact(plainHead, string(sound().json(f))))
	f.Add(compact(`{"alg":"none"}`, `{"iss":"a","iss":"b"}`))
	f.Fuzz(func(t *testing.T, text string) {
		who, err := verify(text, keys, rules)
		var refused *oidc.Error
		if who != nil || !errors.As(err, &refused) {
			t.Errorf("%+v %v", who, err)
		}
	})
}

// FuzzClaims signs whatever it makes: no payload breaks what reads it.
func FuzzClaims(f *testing.F) {
	keys := keySet(f, web(p256().Public(), "two"))
	f.Add(sound().json(f))
	f.Add(sound().with("https://aws.amazon.com/tags", rawJSON(`{"principal_tags":{"a":["b"]}}`)).json(f))
	f.Add([]byte(`{"aud":[],"exp":1e9}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		who, err := verify(sign(t, jose.ES256, p256(), "two", body, nil), keys, rules)
		var refused *oidc.Error
		if (who == nil) == (err == nil) || err != nil && !errors.As(err, &refused) {
			t.Errorf("%+v %v", who, err)
		}
		if who != nil && (who.Subject == "" || who.Audience != audience || who.Issuer == "") {
			t.Errorf("%+v", who)
		}
	})
}

// FuzzDocuments reads what issuers publish.
func FuzzDocuments(f *testing.F) {
	f.Add(published(f, web(rsaKey().Public(), "one")))
	f.Add([]byte(`{"issuer":"https://idp.example.com","jwks_uri":"https://idp.example.com/keys"}`))
	f.Add([]byte(`{"keys":[{"kty":"EC","crv":"P-256","x":"","y":""}]}`))
	f.Fuzz(func(t *testing.T, document []byte) {
		if set, err := oidc.ParseKeys(document); (set == nil) == (err == nil) {
			t.Error(set, err)
		}
		if keys, err := oidc.ParseDiscovery(document, issuer); err == nil && keys.Host == "" {
			t.Error(keys)
		}
	})
}
