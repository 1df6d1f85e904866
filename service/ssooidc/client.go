package ssooidc

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/rolecall-iam/rolecall/api/ssooidc"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// The grants that a client may register for.
const (
	deviceGrant  = "urn:ietf:params:oauth:grant-type:device_code"
	codeGrant    = "authorization_code"
	refreshGrant = "refresh_token"
)

// registrationLife is how long a registration holds.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_RegisterClient.html
// (the times of the example are 90 days apart)
const registrationLife = 90 * 24 * time.Hour

// What a registration may hold, so that it fits an address.
const (
	longestName    = 256
	longestURL     = 512
	mostRedirects  = 10
	mostScopes     = 20
	longestScope   = 128
	longestAll     = 4 << 10
	longestSealed  = 8 << 10
	clientPurpose  = "sso-oidc client"
	secretPurpose  = "sso-oidc client secret "
	accountsAccess = "sso:account:access"
)

var scopePattern = regexp.MustCompile(`^[A-Za-z0-9_.:/*-]+$`)

// Client is a registration, as its id holds it.
type Client struct {
	Name      string   `json:"n"`
	Grants    []string `json:"g"`
	Redirects []string `json:"r,omitempty"`
	Scopes    []string `json:"s,omitempty"`
	Issued    int64    `json:"i"`
	Nonce     string   `json:"o"`
}

// RegisterClient seals the registration into the client's id.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_RegisterClient.html
func (s *Service) RegisterClient(ctx context.Context, in *ssooidc.RegisterClientInput) (*ssooidc.RegisterClientOutput, error) {
	c := service.CallOf(ctx)
	client := Client{Name: in.ClientName, Grants: in.GrantTypes, Redirects: in.RedirectUris, Scopes: in.Scopes, Issued: c.Now.Unix(), Nonce: c.RequestID}
	if len(client.Grants) == 0 {
		client.Grants = []string{deviceGrant, refreshGrant}
	}
	if in.EntitledApplicationArn != nil {
		return nil, invalidRequest("No application has the entitled application ARN.")
	}
	if in.ClientType != "public" {
		return nil, invalidMetadata("The client type must be public.")
	}
	if err := client.check(); err != nil {
		return nil, err
	}
	id, secret, err := s.seal(client)
	if err != nil {
		return nil, err
	}
	ends := client.Issued + int64(registrationLife/time.Second)
	authorize, token := c.Origin()+"/authorize", c.Origin()+"/token"
	return &ssooidc.RegisterClientOutput{
		ClientId: &id, ClientSecret: &secret, ClientIdIssuedAt: &client.Issued, ClientSecretExpiresAt: &ends,
		AuthorizationEndpoint: &authorize, TokenEndpoint: &token,
	}, nil
}

func (c *Client) check() error {
	if c.Name == "" || utf8.RuneCountInString(c.Name) > longestName || strings.ContainsFunc(c.Name, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return invalidMetadata("The client name is not valid.")
	}
	for _, g := range c.Grants {
		if g != deviceGrant && g != codeGrant && g != refreshGrant {
			return unsupportedGrant()
		}
	}
	if len(c.Scopes) > mostScopes || slices.ContainsFunc(c.Scopes, func(scope string) bool {
		return len(scope) > longestScope || !scopePattern.MatchString(scope)
	}) {
		return invalidScope()
	}
	if len(c.Redirects) > mostRedirects || slices.ContainsFunc(c.Redirects, func(to string) bool { return !isLoopback(to) }) {
		return invalidRedirect()
	}
	if c.may(codeGrant) && len(c.Redirects) == 0 {
		return invalidRequest("The grant type authorization_code needs a redirect URI.")
	}
	return nil
}

func (c *Client) may(grant string) bool { return slices.Contains(c.Grants, grant) }

// refreshes tells whether the client's tokens can be refreshed: where it
// registered scopes.
//
// Source: https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-sso.html#cli-configure-sso-manual
// (sso_registration_scopes: "The minimum scope of sso:account:access must be
// granted to get a refresh token back")
func (c *Client) refreshes() bool {
	return c.may(refreshGrant) && slices.Contains(c.Scopes, accountsAccess)
}

// isLoopback tells whether an address is one on which a program of the
// person's own machine listens. The path is part of what is compared later, the
// port is not.
//
// Source: https://www.rfc-editor.org/rfc/rfc8252#section-7.3
func isLoopback(text string) bool {
	u, err := url.Parse(text)
	if err != nil || len(text) > longestURL || u.Scheme != "http" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.Contains(text, "#") {
		return false
	}
	host := u.Hostname()
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// RedirectsTo tells whether a browser may be sent to an address with the answer
// for a client: to one that it registered, on whatever port.
func (c *Client) RedirectsTo(to string) bool {
	if !isLoopback(to) {
		return false
	}
	u, _ := url.Parse(to) // isLoopback did
	return slices.ContainsFunc(c.Redirects, func(registered string) bool {
		r, err := url.Parse(registered)
		return err == nil && r.Hostname() == u.Hostname() && r.EscapedPath() == u.EscapedPath()
	})
}

// MayUseCodes tells whether the client registered for authorization codes.
func (c *Client) MayUseCodes() bool { return c.may(codeGrant) }

func (s *Service) seal(c Client) (id, secret string, err error) {
	text, err := json.Marshal(c)
	if err != nil {
		return "", "", err
	}
	if len(text) > longestAll {
		return "", "", invalidMetadata("The registration is too long.")
	}
	sealed, err := s.sealer.SealSecret(clientPurpose, string(text))
	if err != nil {
		return "", "", err
	}
	id = base64.RawURLEncoding.EncodeToString(sealed)
	if sealed, err = s.sealer.SealSecret(secretPurpose+id, c.Nonce); err != nil {
		return "", "", err
	}
	return id, base64.RawURLEncoding.EncodeToString(sealed), nil
}

// Client opens a client's id. It answers false for one that was not made here,
// or too long ago.
func (s *Service) Client(id string, now time.Time) (*Client, bool) {
	text, ok := s.open(clientPurpose, id)
	if !ok {
		return nil, false
	}
	c := new(Client)
	if err := json.Unmarshal([]byte(text), c); err != nil {
		return nil, false
	}
	return c, now.Before(time.Unix(c.Issued, 0).Add(registrationLife))
}

// proven is Client for somebody who has its secret.
func (s *Service) proven(id, secret string, now time.Time) (*Client, error) {
	c, ok := s.Client(id, now)
	if !ok {
		return nil, invalidClient()
	}
	if nonce, ok := s.open(secretPurpose+id, secret); !ok || nonce != c.Nonce {
		return nil, invalidClient()
	}
	return c, nil
}

func (s *Service) open(purpose, text string) (string, bool) {
	if len(text) > longestSealed {
		return "", false
	}
	sealed, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil {
		return "", false
	}
	plain, err := s.sealer.OpenSecret(purpose, sealed)
	return plain, err == nil
}

// Named is what the client calls itself.
func (c *Client) Named() string { return c.Name }

// Scoped are the scopes that it registered.
func (c *Client) Scoped() []string { return c.Scopes }

// AppClient is an application as the page that asks a person sees it.
type AppClient struct {
	name      string
	redirects []string
	scopes    []string
}

// ApplicationClient finds the enabled application that an ARN names, as the
// client that a browser comes from.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_AuthorizationCodeGrant.html
func ApplicationClient(r *directory.Reader, name string) (*AppClient, bool) {
	a, err := arn.Parse(name)
	if err != nil {
		return nil, false
	}
	app, ok := applicationOf(r, a.Partition, name)
	if !ok || app.Status != "ENABLED" {
		return nil, false
	}
	grant, ok := grantOf(app.Application, codeGrant)
	if !ok || grant.AuthorizationCode == nil {
		return nil, false
	}
	return &AppClient{app.Name, grant.AuthorizationCode.RedirectUris, slices.Sorted(maps.Keys(app.Scopes))}, true
}

// Named is the application's name.
func (c *AppClient) Named() string { return c.name }

// Scoped are the scopes that it may ask for.
func (c *AppClient) Scoped() []string { return c.scopes }

// RedirectsTo tells whether an address is one of its own, to the letter, and
// one that browsers can be sent to.
func (c *AppClient) RedirectsTo(to string) bool {
	u, err := url.Parse(to)
	return err == nil && (u.Scheme == "https" || isLoopback(to)) && u.RawQuery == "" && u.Fragment == "" && slices.Contains(c.redirects, to)
}

// MayUseCodes tells that it takes codes.
func (c *AppClient) MayUseCodes() bool { return true }
