package portal_test

import (
	"net/http/httptest"
	"testing"
)

// By HTTPS a browser keeps the portal's cookies and lets nobody put others in
// front of them.
//
// Source: https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#name-the-__host-prefix
func TestABrowserKeepsTheCookiesOfHTTPS(t *testing.T) {
	h := open(t)
	web := httptest.NewTLSServer(h.server)
	t.Cleanup(web.Close)
	h.url = web.URL
	v := h.visit()
	v.call("Security.setIgnoreCertificateErrors", map[string]any{"ignore": true}, nil)
	v.setPassword()
	v.fill("#username", userName, "#password", password)
	v.click("#submit", "Your accounts")
	var kept struct {
		Cookies []struct {
			Name, Path, Domain         string
			Secure, HTTPOnly, SameSite any
		}
	}
	v.call("Network.getCookies", map[string]any{"urls": []string{v.url + "/_/portal/"}}, &kept)
	if len(kept.Cookies) != 1 {
		t.Fatalf("%+v", kept)
	}
	if c := kept.Cookies[0]; c.Name != "__Host-rolecall_portal" || c.Path != "/" || c.Domain != "127.0.0.1" || c.Secure != true || c.HTTPOnly != true || c.SameSite != "Lax" {
		t.Errorf("%+v", c)
	}
	v.evaluate(`document.cookie = "__Host-rolecall_portal=planted; Path=/_/portal/; Secure"`)
	v.evaluate(`document.cookie = "rolecall_portal=planted; Path=/_/portal/; Secure"`)
	v.open("/_/portal/devices")
	v.at("MFA devices")
	v.signOut()
	v.open("/_/portal/")
	v.at("Sign in")
	v.quiet(t)
}
