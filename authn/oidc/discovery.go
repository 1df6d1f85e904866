package oidc

import (
	"errors"
	"net/url"
	"strings"
	"unicode"

	"github.com/go-json-experiment/json"
)

// ErrDiscovery is a discovery document that is none, or another issuer's.
var ErrDiscovery = errors.New("not the discovery document of this issuer")

// DiscoveryURL is where an issuer publishes its discovery document.
//
// Source: https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfigurationRequest
func DiscoveryURL(issuer string) string {
	return strings.TrimSuffix(issuer, "/") + "/.well-known/openid-configuration"
}

// ParseDiscovery reads where an issuer publishes its keys. The document must be
// the issuer's own, by the name that its tokens have, too.
func ParseDiscovery(document []byte, issuer string) (keys *url.URL, err error) {
	var said struct {
		Issuer string `json:"issuer"`
		Keys   string `json:"jwks_uri"`
	}
	if json.Unmarshal(document, &said) != nil || said.Issuer != issuer {
		return nil, ErrDiscovery
	}
	keys, err = url.Parse(said.Keys)
	if err != nil || strings.ContainsFunc(said.Keys, unicode.IsSpace) || keys.Host == "" || keys.User != nil || keys.Opaque != "" ||
		keys.Scheme != "https" && keys.Scheme != "http" {
		return nil, ErrDiscovery
	}
	return keys, nil
}
