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
	said, err := parseDiscovery(document, issuer)
	if err != nil {
		return nil, err
	}
	return address(said.Keys)
}

// ParseEndpoints reads where an issuer has people sign in, and where it gives
// tokens for codes.
func ParseEndpoints(document []byte, issuer string) (authorize, token *url.URL, err error) {
	said, err := parseDiscovery(document, issuer)
	if err != nil {
		return nil, nil, err
	}
	if authorize, err = address(said.Authorize); err != nil || authorize.Fragment != "" {
		return nil, nil, ErrDiscovery
	}
	token, err = address(said.Token)
	return authorize, token, err
}

type discovery struct {
	Issuer    string `json:"issuer"`
	Keys      string `json:"jwks_uri"`
	Authorize string `json:"authorization_endpoint"`
	Token     string `json:"token_endpoint"`
}

func parseDiscovery(document []byte, issuer string) (*discovery, error) {
	said := new(discovery)
	if json.Unmarshal(document, said) != nil || said.Issuer != issuer {
		return nil, ErrDiscovery
	}
	return said, nil
}

func address(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil || strings.ContainsFunc(text, unicode.IsSpace) || u.Host == "" || u.User != nil || u.Opaque != "" ||
		u.Scheme != "https" && u.Scheme != "http" {
		return nil, ErrDiscovery
	}
	return u, nil
}
