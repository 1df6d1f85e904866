package oidc_test

import (
	"crypto/rand"
	"fmt"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"github.com/rolecall-iam/rolecall/authn/oidc"
)

// Tokens that are issued here are verified by go-jose, and here.
func TestTokensThatAreIssued(t *testing.T) {
	for _, algorithm := range []string{"RS256", "ES384"} {
		t.Run(algorithm, func(t *testing.T) {
			key, err := oidc.NewSigningKey(algorithm, rand.Reader)
			if err != nil {
				t.Fatal(err)
			}
			text, err := key.Sign(sound().json(t), rand.Reader)
			if err != nil {
				t.Fatal(err)
			}
			public, err := key.Public()
			if err != nil {
				t.Fatal(err)
			}
			set, err := oidc.ParseKeys(oidc.PublishKeys([][]byte{public, public}))
			if err != nil || set.Len() != 2 {
				t.Fatal(err)
			}
			if who, err := verify(text, set, rules); err != nil || who.Subject != subject {
				t.Errorf("%+v %v", who, err)
			}
			var web jose.JSONWebKey
			if err := web.UnmarshalJSON(public); err != nil {
				t.Fatal(err)
			}
			parsed, err := jose.ParseSignedCompact(text, []jose.SignatureAlgorithm{jose.SignatureAlgorithm(algorithm)})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := parsed.Verify(web); err != nil {
				t.Error(err)
			}
			if web.KeyID != key.ID() || web.Use != "sig" || web.Algorithm != algorithm || !web.IsPublic() {
				t.Errorf("%s", public)
			}
		})
	}
}

func TestSigningKeysAreKeptAsText(t *testing.T) {
	key, err := oidc.NewSigningKey("ES384", rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	private, err := key.Private()
	if err != nil {
		t.Fatal(err)
	}
	again, err := oidc.ParseSigningKey("ES384", private)
	if err != nil || again.ID() != key.ID() {
		t.Errorf("%v %v", again, err)
	}
	for _, bad := range []string{"", "?", "AAAA", private[:40]} {
		if _, err := oidc.ParseSigningKey("ES384", bad); err == nil || bad != "" && strings.Contains(err.Error(), bad) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		if text := fmt.Sprintf(verb, key); text != "signing key "+key.ID() {
			t.Error(text)
		}
	}
	for _, algorithm := range []string{"", "none", "HS256", "ES256", "rs256"} {
		if _, err := oidc.NewSigningKey(algorithm, rand.Reader); err == nil {
			t.Errorf("a key for %q", algorithm)
		}
	}
}

func TestDiscoveryThatIsPublished(t *testing.T) {
	document, err := oidc.PublishDiscovery(issuer, issuer+"/keys")
	if err != nil {
		t.Fatal(err)
	}
	keys, err := oidc.ParseDiscovery(document, issuer)
	if err != nil || keys.String() != issuer+"/keys" {
		t.Errorf("%v %v", keys, err)
	}
	if set, err := oidc.ParseKeys(oidc.PublishKeys(nil)); err != nil || set.Len() != 0 {
		t.Error(err)
	}
}
