package ssooidc_test

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall/store/directory"
	"github.com/rolecall-iam/rolecall/test/ssotest"
)

type in = map[string]any

const deviceGrant = "urn:ietf:params:oauth:grant-type:device_code"

// client is a registered client.
type client struct {
	*ssotest.House
	id, secret string
}

func register(h *ssotest.House, more in) client {
	h.T.Helper()
	asked := in{"clientName": "botocore-client-test", "clientType": "public", "scopes": []string{"sso:account:access"}}
	for k, v := range more {
		asked[k] = v
	}
	a := h.Call("/client/register", asked)
	if a.Status != http.StatusOK {
		h.T.Fatalf("register: %d %v", a.Status, a.Body)
	}
	return client{h, a.Text("clientId"), a.Text("clientSecret")}
}

func (c client) start() ssotest.Answer {
	c.T.Helper()
	return c.Call("/device_authorization", in{"clientId": c.id, "clientSecret": c.secret, "startUrl": "https://d-1234567890.awsapps.com/start"})
}

func (c client) token(grant string, more in) ssotest.Answer {
	c.T.Helper()
	asked := in{"clientId": c.id, "clientSecret": c.secret, "grantType": grant}
	for k, v := range more {
		asked[k] = v
	}
	return c.Call("/token", asked)
}

func refused(t *testing.T, a ssotest.Answer, status int, exception, code string) {
	t.Helper()
	if a.Status != status || a.Code != exception || a.Text("error") != code {
		t.Errorf("%d %s %v, want %d %s %s", a.Status, a.Code, a.Body, status, exception, code)
	}
}

// decide has the person answer a code at the portal.
func decide(b *ssotest.Browser, code, decision string) {
	b.House.T.Helper()
	p := b.Open("/_/portal/device?user_code=" + code)
	if p = b.Post("/_/portal/device", p.With("decision", decision)); p.Status != http.StatusOK {
		b.House.T.Fatalf("%s: %d %s", decision, p.Status, p.Text)
	}
}

// Source: https://www.rfc-editor.org/rfc/rfc8628#section-3.5,
// https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html
func TestADeviceCodeBecomesTokensOnceAPersonHasApprovedIt(t *testing.T) {
	h := ssotest.Open(t, "us-west-2")
	c := register(h, nil)
	a := c.start()
	if a.Text("verificationUriComplete") != ssotest.Origin+"/_/portal/device?user_code="+a.Text("userCode") || a.Body["expiresIn"] != 600.0 || a.Body["interval"] != 1.0 {
		t.Fatalf("%v", a.Body)
	}
	device := in{"deviceCode": a.Text("deviceCode")}
	refused(t, c.token(deviceGrant, device), 400, "AuthorizationPendingException", "authorization_pending")
	refused(t, c.token(deviceGrant, device), 400, "SlowDownException", "slow_down")
	h.Now = h.Now.Add(time.Second)
	refused(t, c.token(deviceGrant, device), 400, "AuthorizationPendingException", "authorization_pending")
	other := register(h, nil)
	refused(t, other.token(deviceGrant, device), 400, "InvalidGrantException", "invalid_grant")

	b := h.Browser()
	b.SignIn()
	decide(b, a.Text("userCode"), "allow")
	got := c.token(deviceGrant, device)
	if got.Status != http.StatusOK || got.Text("tokenType") != "Bearer" || got.Body["expiresIn"] != 3600.0 || len(got.Text("accessToken")) != 43 || got.Text("refreshToken") == "" {
		t.Fatalf("%d %v", got.Status, got.Body)
	}
	if a := h.Get("/assignment/accounts", got.Text("accessToken")); a.Status != http.StatusOK {
		t.Errorf("the token is no good: %v", a.Body)
	}
	refused(t, c.token(deviceGrant, device), 400, "InvalidGrantException", "invalid_grant")
}

func TestADeniedCodeGivesNothing(t *testing.T) {
	h := ssotest.Open(t, "us-east-1")
	c := register(h, nil)
	a := c.start()
	b := h.Browser()
	b.SignIn()
	decide(b, a.Text("userCode"), "deny")
	refused(t, c.token(deviceGrant, in{"deviceCode": a.Text("deviceCode")}), 400, "AccessDeniedException", "access_denied")
	refused(t, c.token(deviceGrant, in{"deviceCode": a.Text("deviceCode")}), 400, "InvalidGrantException", "invalid_grant")
}

func TestACodeExpiresAfterTenMinutes(t *testing.T) {
	h := ssotest.Open(t, "us-east-1")
	c := register(h, nil)
	a := c.start()
	h.Now = h.Now.Add(10 * time.Minute)
	refused(t, c.token(deviceGrant, in{"deviceCode": a.Text("deviceCode")}), 400, "ExpiredTokenException", "expired_token")
	b := h.Browser()
	b.SignIn()
	if p := b.Open("/_/portal/device?user_code=" + a.Text("userCode")); p.Status != http.StatusNotFound {
		t.Errorf("the page knows an expired code: %d", p.Status)
	}
}

// A registration without scopes has no refresh token, and an access token that
// lasts as long as the session.
//
// Source: https://docs.aws.amazon.com/cli/latest/userguide/sso-configure-profile-legacy.html
func TestWithoutScopesATokenLastsAsLongAsTheSession(t *testing.T) {
	h := ssotest.Open(t, "us-east-1")
	c := register(h, in{"scopes": []string{}})
	a := c.start()
	b := h.Browser()
	b.SignIn()
	decide(b, a.Text("userCode"), "allow")
	got := c.token(deviceGrant, in{"deviceCode": a.Text("deviceCode")})
	if got.Body["expiresIn"] != 28800.0 || got.Text("refreshToken") != "" {
		t.Errorf("%v", got.Body)
	}
}

// A refresh token works once. Who uses one again is a thief, or was stolen
// from: all that came of it ends.
//
// Source: https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2
func TestARefreshTokenWorksOnce(t *testing.T) {
	h := ssotest.Open(t, "us-east-1")
	c := register(h, nil)
	a := c.start()
	b := h.Browser()
	b.SignIn()
	decide(b, a.Text("userCode"), "allow")
	first := c.token(deviceGrant, in{"deviceCode": a.Text("deviceCode")})
	h.Now = h.Now.Add(61 * time.Minute)
	if a := h.Get("/assignment/accounts", first.Text("accessToken")); a.Code != "UnauthorizedException" {
		t.Errorf("an access token is good for more than an hour: %v", a.Body)
	}
	refused(t, register(h, nil).token("refresh_token", in{"refreshToken": first.Text("refreshToken")}), 400, "InvalidGrantException", "invalid_grant")
	second := c.token("refresh_token", in{"refreshToken": first.Text("refreshToken")})
	if a := h.Get("/assignment/accounts", second.Text("accessToken")); a.Status != http.StatusOK {
		t.Fatalf("the refreshed token is no good: %v", second.Body)
	}
	refused(t, c.token("refresh_token", in{"refreshToken": first.Text("refreshToken")}), 400, "InvalidGrantException", "invalid_grant")
	if a := h.Get("/assignment/accounts", second.Text("accessToken")); a.Code != "UnauthorizedException" {
		t.Errorf("what a stolen refresh token led to goes on: %d %v", a.Status, a.Body)
	}
	refused(t, c.token("refresh_token", in{"refreshToken": second.Text("refreshToken")}), 400, "InvalidGrantException", "invalid_grant")
}

func TestTokensEndWithTheSessionAtThePortal(t *testing.T) {
	h := ssotest.Open(t, "us-east-1")
	c := register(h, nil)
	a := c.start()
	b := h.Browser()
	b.SignIn()
	decide(b, a.Text("userCode"), "allow")
	got := c.token(deviceGrant, in{"deviceCode": a.Text("deviceCode")})
	p := b.Open("/_/portal/")
	b.Post("/_/portal/signout", p.With())
	if a := h.Get("/assignment/accounts", got.Text("accessToken")); a.Code != "UnauthorizedException" {
		t.Errorf("an access token outlives the session: %v", a.Body)
	}
	refused(t, c.token("refresh_token", in{"refreshToken": got.Text("refreshToken")}), 400, "InvalidGrantException", "invalid_grant")
}

const verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"

func challenge() string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

const redirect = "http://127.0.0.1:53682/oauth/callback"

// authorize has the person approve a client in a browser, and answers where the
// browser was sent.
func authorize(t *testing.T, b *ssotest.Browser, c client, decision string) url.Values {
	t.Helper()
	q := url.Values{"client_id": {c.id}, "redirect_uri": {redirect}, "response_type": {"code"}, "state": {"s&1"}, "code_challenge": {challenge()}, "code_challenge_method": {"S256"}}
	p := b.Open("/_/portal/authorize?" + q.Encode())
	p = b.Post("/_/portal/authorize", p.With("decision", decision))
	to, err := url.Parse(p.Location)
	if err != nil || p.Status != http.StatusSeeOther || !strings.HasPrefix(p.Location, redirect+"?") || to.Query().Get("state") != "s&1" {
		t.Fatalf("%d %q %s", p.Status, p.Location, p.Text)
	}
	return to.Query()
}

// Source: https://www.rfc-editor.org/rfc/rfc7636#section-4,
// https://www.rfc-editor.org/rfc/rfc8252#section-7.3 (any port)
func TestAnAuthorizationCodeIsForItsClientAlone(t *testing.T) {
	h := ssotest.Open(t, "us-east-1")
	codes := in{"grantTypes": []string{"authorization_code", "refresh_token"}, "redirectUris": []string{"http://127.0.0.1/oauth/callback"}, "issuerUrl": "https://d-1234567890.awsapps.com/start"}
	c, thief := register(h, codes), register(h, codes)
	b := h.Browser()
	b.SignIn()
	if q := authorize(t, b, c, "deny"); q.Get("error") != "access_denied" || q.Has("code") {
		t.Errorf("%v", q)
	}
	whole := in{"code": authorize(t, b, c, "allow").Get("code"), "redirectUri": redirect, "codeVerifier": verifier}
	with := func(key, value string) in {
		m := in{}
		for k, v := range whole {
			m[k] = v
		}
		m[key] = value
		return m
	}
	for what, a := range map[string]ssotest.Answer{
		"another client":        thief.token("authorization_code", whole),
		"another verifier":      c.token("authorization_code", with("codeVerifier", strings.Repeat("a", 43))),
		"another address":       c.token("authorization_code", with("redirectUri", "http://127.0.0.1:1/oauth/callback")),
		"a code that is no one": c.token("authorization_code", with("code", "x")),
	} {
		if a.Code != "InvalidGrantException" {
			t.Errorf("%s: %d %v", what, a.Status, a.Body)
		}
	}
	got := c.token("authorization_code", whole)
	if got.Status != http.StatusOK || got.Text("refreshToken") == "" {
		t.Fatalf("%v", got.Body)
	}
	refused(t, c.token("authorization_code", whole), 400, "InvalidGrantException", "invalid_grant")
	if a := h.Get("/assignment/accounts", got.Text("accessToken")); a.Code != "UnauthorizedException" {
		t.Errorf("what came of a code that was used twice goes on: %v", a.Body)
	}
	late := in{"code": authorize(t, b, c, "allow").Get("code"), "redirectUri": redirect, "codeVerifier": verifier}
	h.Now = h.Now.Add(3 * time.Minute)
	refused(t, c.token("authorization_code", late), 400, "InvalidGrantException", "invalid_grant")
}

// Source: https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_RegisterClient.html#API_RegisterClient_Errors
func TestRegistrationsThatAreRefused(t *testing.T) {
	h := ssotest.Open(t, "us-east-1")
	for name, test := range map[string]struct {
		in              in
		exception, code string
	}{
		"a confidential client":          {in{"clientType": "confidential"}, "InvalidClientMetadataException", "invalid_client_metadata"},
		"an empty name":                  {in{"clientName": ""}, "InvalidClientMetadataException", "invalid_client_metadata"},
		"a name with a line break":       {in{"clientName": "a\nb"}, "InvalidClientMetadataException", "invalid_client_metadata"},
		"a long name":                    {in{"clientName": strings.Repeat("n", 257)}, "InvalidClientMetadataException", "invalid_client_metadata"},
		"a grant type of another world":  {in{"grantTypes": []string{"password"}}, "UnsupportedGrantTypeException", "unsupported_grant_type"},
		"a scope with a space":           {in{"scopes": []string{"a b"}}, "InvalidScopeException", "invalid_scope"},
		"too many scopes":                {in{"scopes": strings.Split(strings.Repeat("a", 21), "")}, "InvalidScopeException", "invalid_scope"},
		"codes without an address":       {in{"grantTypes": []string{"authorization_code"}}, "InvalidRequestException", "invalid_request"},
		"an address elsewhere":           {in{"redirectUris": []string{"https://evil.example/oauth/callback"}}, "InvalidRedirectUriException", "invalid_redirect_uri"},
		"an address that looks loopback": {in{"redirectUris": []string{"http://127.0.0.1.evil.example/"}}, "InvalidRedirectUriException", "invalid_redirect_uri"},
		"an address with a user":         {in{"redirectUris": []string{"http://127.0.0.1@evil.example/"}}, "InvalidRedirectUriException", "invalid_redirect_uri"},
		"an address with a query":        {in{"redirectUris": []string{"http://127.0.0.1/?a=b"}}, "InvalidRedirectUriException", "invalid_redirect_uri"},
		"a script":                       {in{"redirectUris": []string{"javascript:alert(1)"}}, "InvalidRedirectUriException", "invalid_redirect_uri"},
	} {
		asked := in{"clientName": "c", "clientType": "public"}
		for k, v := range test.in {
			asked[k] = v
		}
		a := h.Call("/client/register", asked)
		if a.Status != http.StatusBadRequest || a.Code != test.exception || a.Text("error") != test.code {
			t.Errorf("%s: %d %s %v", name, a.Status, a.Code, a.Body)
		}
	}
}

// Source: https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html#API_CreateToken_Errors
func TestClientsThatAreRefused(t *testing.T) {
	h := ssotest.Open(t, "us-east-1")
	c, other := register(h, nil), register(h, nil)
	for what, bad := range map[string]client{
		"no secret":         {h, c.id, ""},
		"another's secret":  {h, c.id, other.secret},
		"another's id":      {h, other.id, c.secret},
		"an id of no one's": {h, "abc", c.secret},
		"a long id":         {h, strings.Repeat("a", 100_000), c.secret},
	} {
		a := bad.token(deviceGrant, in{"deviceCode": "x"})
		if a.Status != http.StatusUnauthorized || a.Code != "InvalidClientException" || a.Text("error") != "invalid_client" {
			t.Errorf("%s: %d %s %v", what, a.Status, a.Code, a.Body)
		}
	}
	refused(t, c.token("password", nil), 400, "UnsupportedGrantTypeException", "unsupported_grant_type")
	refused(t, c.token("authorization_code", nil), 400, "UnauthorizedClientException", "unauthorized_client")
	refused(t, c.token(deviceGrant, nil), 400, "InvalidRequestException", "invalid_request")
	refused(t, c.token("refresh_token", nil), 400, "InvalidRequestException", "invalid_request")
	refused(t, c.Call("/device_authorization", in{"clientId": c.id, "clientSecret": c.secret, "startUrl": "no address"}), 400, "InvalidRequestException", "invalid_request")
	h.Now = h.Now.Add(91 * 24 * time.Hour)
	refused(t, c.start(), 401, "InvalidClientException", "invalid_client")
}

func TestAStartURLMeansTheOnlyInstanceOrTheOneThatItNames(t *testing.T) {
	h := ssotest.Open(t, "us-east-1")
	c := register(h, nil)
	start := func(address string) int {
		return c.Call("/device_authorization", in{"clientId": c.id, "clientSecret": c.secret, "startUrl": address}).Status
	}
	if start("https://my-company.awsapps.com/start") != http.StatusOK {
		t.Error("one instance is the one that is meant")
	}
	h.Update(func(tx *directory.Tx) {
		tx.PutInstance(&directory.Instance{ID: "ssoins-2", Account: ssotest.AccountID(), Store: "d-2", Region: "us-east-1", Status: "ACTIVE"})
	})
	if start("https://my-company.awsapps.com/start") == http.StatusOK {
		t.Error("of two instances none is the one that is meant")
	}
	if start("https://d-1234567890.awsapps.com/start") != http.StatusOK || start("https://ssoins-1234567890abcdef.portal.us-east-1.app.aws") != http.StatusOK {
		t.Error("an address names an instance by its directory or its id")
	}
}

// Strangers may begin only so many authorizations, so that what waits stays
// small.
func TestStrangersAreSlowedDown(t *testing.T) {
	h := ssotest.Open(t, "us-east-1")
	c := register(h, nil)
	n := 0
	for n < 1000 && c.start().Status == http.StatusOK {
		n++
	}
	if n != 200 {
		t.Errorf("%d at once", n)
	}
	refused(t, c.start(), 400, "SlowDownException", "slow_down")
	h.Now = h.Now.Add(time.Second)
	if a := c.start(); a.Status != http.StatusOK {
		t.Errorf("a second later: %v", a.Body)
	}
}
