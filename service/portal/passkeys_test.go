package portal_test

import (
	"html"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall/test/passkeytest"
	"github.com/rolecall-iam/rolecall/test/ssotest"
)

// local is where passkeys can be used without TLS.
const local = "http://localhost:4680"

func localBrowser(h *ssotest.House) *ssotest.Browser {
	b := h.Browser()
	b.Origin = local
	return b
}

var optionsText = regexp.MustCompile(`data-options="([^"]+)"`)

// optionsOn are the options that a page gives the browser.
func optionsOn(t *testing.T, p ssotest.Page) string {
	t.Helper()
	m := optionsText.FindStringSubmatch(p.Text)
	if m == nil {
		t.Fatalf("no options: %d %s", p.Status, p.Text)
	}
	return html.UnescapeString(m[1])
}

// registerPasskey registers a passkey for somebody signed in.
func registerPasskey(t *testing.T, b *ssotest.Browser, name string) *passkeytest.Passkey {
	t.Helper()
	p := b.Open(devicesPath + "/add")
	if p = b.Post(devicesPath+"/add", p.With("kind", "passkey", "name", name, "password", ssotest.Password)); p.Location != devicesPath+"/passkey" {
		t.Fatalf("add: %d %s", p.Status, p.Text)
	}
	p = b.Open(p.Location)
	device := passkeytest.New(t, "localhost", local)
	if p = b.Post(devicesPath+"/passkey", p.With("credential", device.Create(optionsOn(t, p)))); p.Location != devicesPath+"?done=added" {
		t.Fatalf("confirm: %d %s", p.Status, p.Text)
	}
	return device
}

func TestAPasskeyIsRegisteredAndAskedFor(t *testing.T) {
	h := ssotest.Open(t, "us-east-1")
	b := localBrowser(h)
	b.SignIn()
	device := registerPasskey(t, b, "My laptop")
	if p := b.Open(devicesPath); !strings.Contains(p.Text, "Passkey or security key for localhost") {
		t.Errorf("%s", p.Text)
	}
	b = localBrowser(h)
	if p := try(b, ssotest.UserName, ssotest.Password); p.Location != mfaPath {
		t.Fatalf("%d %q", p.Status, p.Location)
	}
	p := b.Open(mfaPath)
	if strings.Contains(p.Text, `id="code"`) {
		t.Error("a code is asked for, of somebody without an app")
	}
	answer := device.Get(optionsOn(t, p))
	p = b.Post(mfaPath, p.With("credential", answer))
	if p.Location != "/_/portal/" {
		t.Fatalf("%d %s", p.Status, p.Text)
	}
	b = localBrowser(h)
	try(b, ssotest.UserName, ssotest.Password)
	p = b.Open(mfaPath)
	if p := b.Post(mfaPath, p.With("credential", answer)); p.Status != http.StatusUnauthorized {
		t.Errorf("what was signed for another sign-in: %d", p.Status)
	}
}

// A question is good for one answer, and for the browser that was asked.
func TestAnswersOfPasskeysThatDoNotHold(t *testing.T) {
	h := ssotest.Open(t, "us-east-1")
	b := localBrowser(h)
	b.SignIn()
	device := registerPasskey(t, b, "Key")
	ask := func() (*ssotest.Browser, ssotest.Page) {
		b := localBrowser(h)
		try(b, ssotest.UserName, ssotest.Password)
		return b, b.Open(mfaPath)
	}
	for what, lie := range map[string]func(*passkeytest.Passkey){
		"without its owner": func(d *passkeytest.Passkey) { d.Flags = passkeytest.Present },
		"on another page":   func(d *passkeytest.Passkey) { d.Origin = "http://evil.localhost" },
		"for another site":  func(d *passkeytest.Passkey) { d.Site = "evil.localhost" },
	} {
		b, p := ask()
		liar := *device
		lie(&liar)
		if p := b.Post(mfaPath, p.With("credential", liar.Get(optionsOn(t, p)))); p.Status != http.StatusUnauthorized {
			t.Errorf("%s: %d", what, p.Status)
		}
	}
	h.Now = h.Now.Add(20 * time.Minute) // wrong answers are forgotten
	device.Count += 10
	first, p := ask()
	options := optionsOn(t, p)
	if p := first.Post(mfaPath, p.With("credential", "{}")); p.Status != http.StatusUnauthorized {
		t.Errorf("nothing: %d", p.Status)
	}
	if p := first.Post(mfaPath, p.With("credential", device.Get(options))); p.Status != http.StatusUnauthorized {
		t.Errorf("the question of a page before: %d", p.Status)
	}
	second, q := ask()
	if p := second.Post(mfaPath, q.With("credential", device.Get(options))); p.Status != http.StatusUnauthorized {
		t.Errorf("the question of another browser: %d", p.Status)
	}
	h.Now = h.Now.Add(20 * time.Minute) // wrong answers are forgotten
	third, q := ask()
	answer := device.Get(optionsOn(t, q))
	if p := third.Post(mfaPath, q.With("credential", answer)); p.Location != "/_/portal/" {
		t.Fatalf("the right one: %d %s", p.Status, p.Text)
	}
	fourth, q := ask()
	device.Count -= 2
	if p := fourth.Post(mfaPath, q.With("credential", device.Get(optionsOn(t, q)))); p.Status != http.StatusUnauthorized {
		t.Errorf("a copy of the key: %d", p.Status)
	}
}

func TestPasskeysAreForOneSite(t *testing.T) {
	h := ssotest.Open(t, "us-east-1")
	b := localBrowser(h)
	b.SignIn()
	registerPasskey(t, b, "Key")
	elsewhere := h.Browser() // at 127.0.0.1, for which browsers make no keys
	try(elsewhere, ssotest.UserName, ssotest.Password)
	if p := elsewhere.Open(mfaPath); strings.Contains(p.Text, "data-options") || !strings.Contains(p.Text, "for another address") {
		t.Errorf("%s", p.Text)
	}
	for _, origin := range []string{"http://evil.example:4680", "http://portal.localhost:4680", "http://127.0.0.1:4680"} {
		b := h.Browser()
		b.Origin = origin
		try(b, ssotest.UserName, ssotest.Password)
		if p := b.Open(mfaPath); strings.Contains(p.Text, "data-options") {
			t.Errorf("%s is believed", origin)
		}
	}
}

// The name is the one that the server was given, never one that a request
// tells; without one, or with one of this machine, it is localhost.
func TestTheSiteOfPasskeysIsPinned(t *testing.T) {
	for address, want := range map[string]map[string]bool{
		"":                        {local: true, "http://127.0.0.1:4680": false, "http://evil.example": false, "http://portal.localhost:4680": false},
		"http://127.0.0.1:4680":   {local: true, "http://127.0.0.1:4680": false, "http://evil.example": false},
		"http://localhost:4680":   {local: true, "http://evil.example": false},
		"https://sso.example.com": {"https://sso.example.com": true, "https://evil.example": true, local: true}, // all for sso.example.com
		"http://sso.example.com":  {"http://sso.example.com": false, local: false},
		"https://192.0.2.1":       {"https://192.0.2.1": false, local: false},
	} {
		h := ssotest.OpenAt(t, "us-east-1", address)
		b := h.Browser()
		b.SignIn()
		for origin, offered := range want {
			r := httptest.NewRequest(http.MethodGet, origin+devicesPath+"/add", http.NoBody)
			for _, c := range b.Cookies() {
				r.AddCookie(c)
			}
			if p := h.Browser().Do(r); p.Status != http.StatusOK || strings.Contains(p.Text, "Cannot be used at this address") == offered {
				t.Errorf("at %q, through %s: %d, offered %v", address, origin, p.Status, !offered)
			}
		}
	}
}

func TestOnlyPagesThatAskAPasskeyHaveAScript(t *testing.T) {
	h := ssotest.Open(t, "us-east-1")
	b := localBrowser(h)
	b.SignIn()
	for _, path := range []string{"/_/portal/", devicesPath, devicesPath + "/add", "/_/portal/device"} {
		p := b.Open(path)
		if p.Status != http.StatusOK || strings.Contains(p.Text, "<script") || strings.Contains(p.Header.Get("Content-Security-Policy"), "script") {
			t.Errorf("%s: %d, a script", path, p.Status)
		}
	}
	p := b.Open(devicesPath + "/add")
	p = b.Post(devicesPath+"/add", p.With("kind", "passkey", "name", "Key", "password", ssotest.Password))
	nonces := map[string]bool{}
	for range 2 {
		p = b.Open(devicesPath + "/passkey")
		m := regexp.MustCompile(`<script nonce="([\w-]{43})" src="/_/portal/passkey.js"></script>`).FindAllStringSubmatch(p.Text, -1)
		if len(m) != 1 || strings.Count(p.Text, "<script") != 1 {
			t.Fatalf("%s", p.Text)
		}
		nonces[m[0][1]] = true
		if got := p.Header.Get("Content-Security-Policy"); !strings.Contains(got, "; script-src 'nonce-"+m[0][1]+"'") || !strings.HasPrefix(got, "default-src 'none'; ") || strings.Contains(got, "unsafe") {
			t.Errorf("%s", got)
		}
	}
	if len(nonces) != 2 {
		t.Error("a nonce is used twice")
	}
	if p := b.Open("/_/portal/passkey.js"); p.Status != http.StatusOK || !strings.HasPrefix(p.Header.Get("Content-Type"), "text/javascript") || p.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%d %v", p.Status, p.Header)
	}
}

// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/enable-mfa.html (two apps, six keys)
func TestDevicesAreLimitedAndRemovedWithThePassword(t *testing.T) {
	h := ssotest.Open(t, "us-east-1")
	b := localBrowser(h)
	b.SignIn()
	registerApp(b, "One")
	registerApp(b, "Two")
	registerPasskey(t, b, "Key")
	p := b.Open(devicesPath + "/add")
	if p := b.Post(devicesPath+"/add", p.With("kind", "app", "name", "Three", "password", ssotest.Password)); p.Status != http.StatusBadRequest || !strings.Contains(p.Text, "as many devices") {
		t.Errorf("a third app: %d", p.Status)
	}
	for what, form := range map[string][]string{
		"no name": {"kind", "app", "name", " "}, "a long name": {"kind", "app", "name", strings.Repeat("x", 65)}, "a name with a NUL": {"kind", "app", "name", "a\x00"},
		"a name that is no text": {"kind", "passkey", "name", "\xff"}, "another kind": {"kind", "sms", "name", "x"}, "no kind": {"kind", "", "name", "x"},
	} {
		if p := b.Post(devicesPath+"/add", p.With(append(form, "password", ssotest.Password)...)); p.Status != http.StatusBadRequest {
			t.Errorf("%s: %d", what, p.Status)
		}
	}
	if p := b.Post(devicesPath+"/add", p.With("kind", "passkey", "name", "x", "password", "wrong")); p.Status != http.StatusUnauthorized {
		t.Errorf("a device with a wrong password: %d", p.Status)
	}
	id := regexp.MustCompile(`remove\?id=(mfa-[0-9a-f]{32})`).FindStringSubmatch(b.Open(devicesPath).Text)
	if id == nil {
		t.Fatal("no device to remove")
	}
	p = b.Open(devicesPath + "/remove?id=" + id[1])
	if p := b.Post(devicesPath+"/remove", p.With("password", "wrong")); p.Status != http.StatusUnauthorized {
		t.Errorf("with a wrong password: %d", p.Status)
	}
	if p := b.Post(devicesPath+"/remove", p.With("id", "mfa-0", "password", ssotest.Password)); p.Status != http.StatusNotFound {
		t.Errorf("one that is not there: %d", p.Status)
	}
	if p := b.Post(devicesPath+"/remove", p.With("password", ssotest.Password)); p.Location != devicesPath+"?done=removed" {
		t.Errorf("with the password: %d", p.Status)
	}
	if p := b.Post(devicesPath+"/remove", p.With("password", ssotest.Password)); p.Status != http.StatusNotFound {
		t.Errorf("twice: %d", p.Status)
	}
	if p := b.Open(devicesPath); strings.Contains(p.Text, id[1]) {
		t.Error("still there")
	}
	for range 5 {
		b.Post(devicesPath+"/remove", b.Open(devicesPath).With("id", "x", "password", "wrong"))
		p := b.Open(devicesPath + "/add")
		b.Post(devicesPath+"/add", p.With("kind", "passkey", "name", "x", "password", "wrong"))
	}
	p = b.Open(devicesPath + "/add")
	if p := b.Post(devicesPath+"/add", p.With("kind", "passkey", "name", "x", "password", ssotest.Password)); p.Status != http.StatusUnauthorized {
		t.Errorf("after five wrong passwords: %d", p.Status)
	}
}
