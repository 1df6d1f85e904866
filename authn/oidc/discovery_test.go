package oidc_test

import (
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/authn/oidc"
)

func TestDiscovery(t *testing.T) {
	const home = "https://idp.example.com"
	for _, c := range []struct{ rule, document, issuer, want string }{
		{"the usual", `{"issuer":"` + home + `","jwks_uri":"https://idp.example.com/keys","x":[1]}`, home, "https://idp.example.com/keys"},
		{"keys at another host", `{"issuer":"` + home + `","jwks_uri":"https://keys.example.net/v1?x=1"}`, home, "https://keys.example.net/v1?x=1"},
		{"a path", `{"issuer":"` + home + `/a/b","jwks_uri":"https://idp.example.com/a/keys"}`, home + "/a/b", "https://idp.example.com/a/keys"},
		{"a slash that the issuer's name has", `{"issuer":"` + home + `/","jwks_uri":"https://idp.example.com/keys"}`, home + "/", "https://idp.example.com/keys"},
		{"a slash too many", `{"issuer":"` + home + `/","jwks_uri":"https://idp.example.com/keys"}`, home, ""},
		{"another issuer", `{"issuer":"https://evil.example.com","jwks_uri":"https://idp.example.com/keys"}`, home, ""},
		{"an issuer in other letters", `{"issuer":"HTTPS://idp.example.com","jwks_uri":"https://idp.example.com/keys"}`, home, ""},
		{"no issuer", `{"jwks_uri":"https://idp.example.com/keys"}`, home, ""},
		{"no keys", `{"issuer":"` + home + `"}`, home, ""},
		{"keys on a disk", `{"issuer":"` + home + `","jwks_uri":"file:///etc/passwd"}`, home, ""},
		{"keys in the document", `{"issuer":"` + home + `","jwks_uri":"data:application/json,{}"}`, home, ""},
		{"keys at a relative address", `{"issuer":"` + home + `","jwks_uri":"/keys"}`, home, ""},
		{"keys without a host", `{"issuer":"` + home + `","jwks_uri":"https:///keys"}`, home, ""},
		{"keys behind a password", `{"issuer":"` + home + `","jwks_uri":"https://a:b@idp.example.com/keys"}`, home, ""},
		{"an address with a space", `{"issuer":"` + home + `","jwks_uri":"https://idp.example.com/a b"}`, home, ""},
		{"an address with a line break", `{"issuer":"` + home + `","jwks_uri":"https://idp.example.com/\r\nHost: x"}`, home, ""},
		{"a list", `[]`, home, ""},
		{"an issuer twice", `{"issuer":"x","issuer":"` + home + `","jwks_uri":"https://idp.example.com/keys"}`, home, ""},
		{"a page", `<html>`, home, ""},
		{"nothing", ``, home, ""},
		{"something deep", strings.Repeat("[", 100_000), home, ""},
	} {
		t.Run(c.rule, func(t *testing.T) {
			keys, err := oidc.ParseDiscovery([]byte(c.document), c.issuer)
			if c.want == "" {
				if err == nil {
					t.Errorf("%s", keys)
				}
				return
			}
			if err != nil || keys.String() != c.want {
				t.Errorf("%v %v", keys, err)
			}
		})
	}
}

// Source: https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfigurationRequest
func TestWhereDiscoveryIs(t *testing.T) {
	for issuer, want := range map[string]string{
		"https://idp.example.com":     "https://idp.example.com/.well-known/openid-configuration",
		"https://idp.example.com/":    "https://idp.example.com/.well-known/openid-configuration",
		"https://idp.example.com/a/b": "https://idp.example.com/a/b/.well-known/openid-configuration",
	} {
		if got := oidc.DiscoveryURL(issuer); got != want {
			t.Errorf("%s: %s", issuer, got)
		}
	}
}
