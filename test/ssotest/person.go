package ssotest

import (
	"net/http"
	"net/url"
	"testing"
)

// At is a browser at a server that has its own directory. UserName signs in
// there with Password, once SetPassword has set it.
func At(t testing.TB, server http.Handler) *Browser {
	t.Helper()
	return (&House{T: t, Handler: server}).Browser()
}

// SetPassword opens a link to set a password, and sets Password.
func (b *Browser) SetPassword(link string) {
	b.House.T.Helper()
	at, err := url.Parse(link)
	b.House.Must(err)
	p := b.Open(at.RequestURI())
	if p = b.Post("/_/portal/password", p.With("password", Password, "again", Password)); p.Status != http.StatusSeeOther {
		b.House.T.Fatalf("set a password: %d %s", p.Status, p.Text)
	}
}

// Allow allows access to the device that shows a code. The person is signed in.
func (b *Browser) Allow(code string) {
	b.House.T.Helper()
	p := b.Open("/_/portal/device?user_code=" + url.QueryEscape(code))
	if p = b.Post("/_/portal/device", p.With("decision", "allow")); p.Status != http.StatusOK {
		b.House.T.Fatalf("allow: %d %s", p.Status, p.Text)
	}
}

// AccessToken is a token of the portal's API for whoever has signed in.
func (b *Browser) AccessToken() string {
	h := b.House
	h.T.Helper()
	client := h.Call("/client/register", map[string]any{"clientName": "test", "clientType": "public", "scopes": []string{"sso:account:access"}})
	asked := map[string]any{"clientId": client.Text("clientId"), "clientSecret": client.Text("clientSecret"), "startUrl": "https://my-company.awsapps.com/start"}
	device := h.Call("/device_authorization", asked)
	b.Allow(device.Text("userCode"))
	asked["grantType"], asked["deviceCode"] = "urn:ietf:params:oauth:grant-type:device_code", device.Text("deviceCode")
	delete(asked, "startUrl")
	token := h.Call("/token", asked)
	if token.Status != http.StatusOK {
		h.T.Fatalf("token: %d %v", token.Status, token.Body)
	}
	return token.Text("accessToken")
}
