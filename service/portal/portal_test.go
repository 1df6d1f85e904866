package portal_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall/authn/bearer"
	"github.com/rolecall-iam/rolecall/store/directory"
	"github.com/rolecall-iam/rolecall/test/ssotest"
)

const signInPath = "/_/portal/signin"

func try(b *ssotest.Browser, name, password string) ssotest.Page {
	b.House.T.Helper()
	p := b.Open(signInPath)
	return b.Post(signInPath, p.With("username", name, "password", password))
}

func TestWhoSignsInSeesAccountsAndGetsCredentials(t *testing.T) {
	h := ssotest.Open(t, "us-east-1")
	b := h.Browser()
	if p := b.Open("/_/portal/"); p.Status != http.StatusSeeOther || p.Location != signInPath+"?next=%2F_%2Fportal%2F" {
		t.Fatalf("%d %q", p.Status, p.Location)
	}
	b.SignIn()
	p := b.Open("/_/portal/")
	for _, want := range []string{"Your accounts", "Workloads", ssotest.Account, "workloads@example.com", "<li>" + ssotest.Set, ssotest.UserName, "Sign out"} {
		if !strings.Contains(p.Text, want) {
			t.Errorf("no %q on %s", want, p.Text)
		}
	}
	p = b.Post("/_/portal/credentials", p.With())
	for _, want := range []string{`export AWS_ACCESS_KEY_ID="ASIA`, "$Env:AWS_SESSION_TOKEN=", "[" + ssotest.Account + "_" + ssotest.Set + "]", "aws_secret_access_key=", "2026-03-01T14:00:00Z"} {
		if !strings.Contains(p.Text, want) {
			t.Errorf("no %q on %s", want, p.Text)
		}
	}
	p = b.Post("/_/portal/signout", p.With())
	if p.Status != http.StatusOK || p.Header.Get("Refresh") != "0; url=/_/portal/signedout" {
		t.Errorf("signed out: %d %q", p.Status, p.Header.Get("Refresh"))
	}
	if p = b.Open("/_/portal/signedout"); p.Location != signInPath+"?done=signedout" || p.Header.Get("Clear-Site-Data") != `"cache"` {
		t.Errorf("and then: %d %q %v", p.Status, p.Location, p.Header)
	}
	if p = b.Open("/_/portal/"); p.Status != http.StatusSeeOther {
		t.Errorf("after signing out: %d", p.Status)
	}
}

func TestPagesAreHeldToTheStrictestRules(t *testing.T) {
	h := ssotest.Open(t, "us-east-1")
	b := h.Browser()
	p := b.Open(signInPath)
	for name, want := range map[string]string{
		"Content-Security-Policy": "default-src 'none'; style-src 'sha256-", "Cache-Control": "no-store", "X-Frame-Options": "DENY",
		"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin",
	} {
		if !strings.HasPrefix(p.Header.Get(name), want) {
			t.Errorf("%s: %q", name, p.Header.Get(name))
		}
	}
	if strings.Contains(p.Text, "<script") || strings.Contains(p.Text, " style=") || strings.Contains(p.Header.Get("Content-Security-Policy"), "unsafe") {
		t.Error("scripts or styles in the page")
	}
	for _, want := range []string{`<html lang="en">`, `<main id="main" tabindex="-1">`, `<label for="username">`, `<label for="password">`, `href="#main"`} {
		if !strings.Contains(p.Text, want) {
			t.Errorf("no %s", want)
		}
	}
	p = try(b, ssotest.UserName, ssotest.Password)
	for _, c := range p.Cookies {
		if c.Value != "" && (!c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/_/portal/") {
			t.Errorf("%v", c)
		}
	}
}

// A session begins with signing in: no token that somebody planted goes on.
func TestSigningInBeginsANewSession(t *testing.T) {
	h := ssotest.Open(t, "us-east-1")
	b := h.Browser()
	p := b.Open(signInPath)
	r := httptest.NewRequest(http.MethodPost, ssotest.Origin+signInPath, strings.NewReader(p.With("username", ssotest.UserName, "password", ssotest.Password).Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.AddCookie(&http.Cookie{Name: "rolecall_portal", Value: "planted"})
	for _, c := range b.Do(r).Cookies {
		if c.Name == "rolecall_portal" && (c.Value == "planted" || len(c.Value) != 43) {
			t.Errorf("%q", c.Value)
		}
	}
	other := h.Browser()
	r = httptest.NewRequest(http.MethodGet, ssotest.Origin+"/_/portal/", http.NoBody)
	r.AddCookie(&http.Cookie{Name: "rolecall_portal", Value: "planted"})
	if p := other.Do(r); p.Status != http.StatusSeeOther {
		t.Errorf("a planted cookie opens %d", p.Status)
	}
}

// Nobody learns by text who is there. Names that nobody has are locked, too.
func TestEveryRefusalReadsTheSame(t *testing.T) {
	h := ssotest.Open(t, "us-east-1")
	first := ""
	h.Update(func(tx *directory.Tx) {
		tx.PutPerson(nil, &directory.Person{ID: "1234567890-00000000-0000-4000-8000-000000000002", Store: ssotest.Store, Profile: directory.Profile{UserName: "new"}})
		before, _ := tx.Person(ssotest.Store, ssotest.Person)
		p := before.Clone()
		p.ID, p.UserName, p.Disabled = "1234567890-00000000-0000-4000-8000-000000000003", "gone", true
		tx.PutPerson(nil, p)
	})
	for what, name := range map[string]string{"nobody's name": "nobody", "a wrong password": ssotest.UserName, "no password yet": "new", "disabled": "gone"} {
		password := "wrong"
		if what == "disabled" {
			password = ssotest.Password
		}
		b := h.Browser()
		for range 7 {
			p := try(b, name, password)
			text := strings.ReplaceAll(p.Text, p.Hidden().Get("form"), "")
			if first == "" {
				first = text
			}
			if p.Status != http.StatusUnauthorized || text != first || strings.Contains(p.Text, name) {
				t.Fatalf("%s: %d %s", what, p.Status, p.Text)
			}
		}
	}
}

func TestFiveWrongPasswordsLockForFifteenMinutes(t *testing.T) {
	h := ssotest.Open(t, "us-east-1")
	b := h.Browser()
	for range 4 {
		try(b, ssotest.UserName, "wrong")
	}
	if p := try(b, ssotest.UserName, ssotest.Password); p.Status != http.StatusSeeOther {
		t.Fatalf("after four: %d", p.Status)
	}
	b = h.Browser()
	for range 5 {
		try(b, strings.ToUpper(ssotest.UserName), "wrong")
	}
	if p := try(b, ssotest.UserName, ssotest.Password); p.Status != http.StatusUnauthorized {
		t.Errorf("after five: %d", p.Status)
	}
	h.Now = h.Now.Add(15 * time.Minute)
	if p := try(b, ssotest.UserName, ssotest.Password); p.Status != http.StatusSeeOther {
		t.Errorf("fifteen minutes later: %d", p.Status)
	}
}

func TestFormsOfOthersAreRefused(t *testing.T) {
	h := ssotest.Open(t, "us-east-1")
	b, stranger := h.Browser(), h.Browser()
	foreign := stranger.Open(signInPath).With("username", ssotest.UserName, "password", ssotest.Password)
	b.Open(signInPath)
	if p := b.Post(signInPath, foreign); p.Status != http.StatusForbidden {
		t.Errorf("the form of another browser: %d", p.Status)
	}
	b.SignIn()
	p := b.Open("/_/portal/")
	for name, change := range map[string]func(*http.Request){
		"another site by its header": func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") },
		"another origin":             func(r *http.Request) { r.Header.Set("Origin", "https://evil.example") },
	} {
		r := httptest.NewRequest(http.MethodPost, ssotest.Origin+"/_/portal/credentials", strings.NewReader(p.With().Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		change(r)
		if p := b.Do(r); p.Status != http.StatusForbidden {
			t.Errorf("%s: %d", name, p.Status)
		}
	}
	for name, form := range map[string]url.Values{"no token": {"account_id": {ssotest.Account}, "role_name": {ssotest.Set}}, "a made-up token": p.With("form", "x"), "an old token": foreign} {
		if p := b.Post("/_/portal/credentials", form); p.Status != http.StatusForbidden {
			t.Errorf("%s: %d", name, p.Status)
		}
	}
	if p := b.Post("/_/portal/credentials", url.Values{"form": {strings.Repeat("x", 70_000)}}); p.Status != http.StatusRequestEntityTooLarge {
		t.Errorf("a form that is too long: %d", p.Status)
	}
	if p := b.Post("/_/portal/credentials", p.With("role_name", "Admin")); p.Status != http.StatusForbidden || strings.Contains(p.Text, "AKIA") {
		t.Errorf("a role of others: %d", p.Status)
	}
}

func TestSigningInLeadsOnlyToThePortal(t *testing.T) {
	h := ssotest.Open(t, "us-east-1")
	for to, want := range map[string]string{
		"/_/portal/device?user_code=BCDF-GHJK": "/_/portal/device?user_code=BCDF-GHJK",
		"https://evil.example/_/portal/":       "/_/portal/",
		"//evil.example/_/portal/":             "/_/portal/",
		"/_/portal/\\evil.example":             "/_/portal/",
		"/_/portal/../../bucket":               "/_/portal/",
		"/_/portal/%2e%2e/%2e%2e/bucket":       "/_/portal/",
		"/_/signin/saml":                       "/_/portal/",
		"javascript:alert(1)":                  "/_/portal/",
		"":                                     "/_/portal/",
	} {
		b := h.Browser()
		p := b.Open(signInPath + "?next=" + url.QueryEscape(to))
		p = b.Post(signInPath, p.With("username", ssotest.UserName, "password", ssotest.Password))
		if p.Location != want {
			t.Errorf("%s leads to %q", to, p.Location)
		}
		p = b.Open(signInPath + "?next=" + url.QueryEscape(to))
		if p.Location != want {
			t.Errorf("%s leads to %q once signed in", to, p.Location)
		}
	}
}

// link makes a one-time link.
func link(h *ssotest.House) string {
	h.T.Helper()
	const token = "a-token-that-only-the-administrator-has-seen"
	h.Update(func(tx *directory.Tx) {
		tx.PutPasswordLink(&directory.PasswordLink{Hash: bearer.Hash(token), Store: ssotest.Store, Person: ssotest.Person, Expires: h.Now.Add(time.Hour)})
	})
	return "/_/portal/password?token=" + token
}

func TestALinkSetsAPasswordOnceAndEndsSessions(t *testing.T) {
	h := ssotest.Open(t, "us-east-1")
	old := h.Browser()
	old.SignIn()
	path, b := link(h), h.Browser()
	p := b.Open(path)
	for weak, why := range map[string]string{"Short1!": "8 to 64", strings.Repeat("aA1!", 17): "8 to 64", "lower-case-1": "upper case", "UPPER-CASE-1": "lower case", "No-Digits-here": "digit", "OnlyLetters1": "another character"} {
		if p := b.Post("/_/portal/password", p.With("password", weak, "again", weak)); p.Status != http.StatusBadRequest || !strings.Contains(p.Text, why) {
			t.Errorf("%s: %d", weak, p.Status)
		}
	}
	if p := b.Post("/_/portal/password", p.With("password", "New-Password-1", "again", "New-Password-2")); p.Status != http.StatusBadRequest {
		t.Errorf("two that differ: %d", p.Status)
	}
	if p := b.Post("/_/portal/password", p.With("password", "New-Password-1", "again", "New-Password-1")); p.Location != signInPath+"?done=password" {
		t.Fatalf("%d %s", p.Status, p.Text)
	}
	if p := b.Post("/_/portal/password", p.With("password", "New-Password-3", "again", "New-Password-3")); p.Status != http.StatusNotFound {
		t.Errorf("a second time: %d", p.Status)
	}
	if p := old.Open("/_/portal/"); p.Status != http.StatusSeeOther {
		t.Errorf("a session outlives the password: %d", p.Status)
	}
	if p := try(b, ssotest.UserName, ssotest.Password); p.Status != http.StatusUnauthorized {
		t.Errorf("the old password: %d", p.Status)
	}
	if p := try(b, ssotest.UserName, "New-Password-1"); p.Status != http.StatusSeeOther {
		t.Errorf("the new password: %d", p.Status)
	}
}

func TestALinkExpires(t *testing.T) {
	h := ssotest.Open(t, "us-east-1")
	path := link(h)
	h.Now = h.Now.Add(time.Hour)
	if p := h.Browser().Open(path); p.Status != http.StatusNotFound {
		t.Errorf("%d", p.Status)
	}
}

func TestWhoMustChangeThePasswordDoesSoBeforeAnythingElse(t *testing.T) {
	h := ssotest.Open(t, "us-east-1")
	h.Update(func(tx *directory.Tx) {
		before, _ := tx.Person(ssotest.Store, ssotest.Person)
		p := before.Clone()
		p.MustChange = true
		tx.PutPerson(before, p)
	})
	b := h.Browser()
	p := try(b, ssotest.UserName, ssotest.Password)
	if !strings.HasPrefix(p.Location, "/_/portal/password?token=") {
		t.Fatalf("%d %q", p.Status, p.Location)
	}
	if p := b.Open("/_/portal/"); p.Status != http.StatusSeeOther {
		t.Errorf("signed in already: %d", p.Status)
	}
	p = b.Open(p.Location)
	p = b.Post("/_/portal/password", p.With("password", "New-Password-1", "again", "New-Password-1"))
	if p = try(b, ssotest.UserName, "New-Password-1"); p.Location != "/_/portal/" {
		t.Errorf("%d %q", p.Status, p.Location)
	}
}

func TestCodesThatAreNotKnown(t *testing.T) {
	h := ssotest.Open(t, "us-east-1")
	b := h.Browser()
	b.SignIn()
	if p := b.Open("/_/portal/device"); p.Status != http.StatusOK || !strings.Contains(p.Text, `<label for="user_code">`) {
		t.Errorf("without a code: %d", p.Status)
	}
	for _, code := range []string{"BCDF-GHJK", "x", "<script>", strings.Repeat("B", 5000), "%00", "%ff"} {
		if p := b.Open("/_/portal/device?user_code=" + url.QueryEscape(code)); p.Status != http.StatusNotFound || strings.Contains(p.Text, "<script") {
			t.Errorf("%.20s: %d", code, p.Status)
		}
	}
	p := b.Open("/_/portal/")
	if p := b.Post("/_/portal/device", p.With("user_code", "BCDF-GHJK", "decision", "allow")); p.Status != http.StatusNotFound {
		t.Errorf("approved one that is not there: %d", p.Status)
	}
	if p := b.Open("/_/portal/nothing"); p.Status != http.StatusNotFound {
		t.Errorf("%d", p.Status)
	}
}

// A wish that is not whole leads nowhere: the browser stays.
//
// Source: https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1
func TestWishesForCodesThatLeadNowhere(t *testing.T) {
	h := ssotest.Open(t, "us-east-1")
	a := h.Call("/client/register", map[string]any{"clientName": "<b>c</b>", "clientType": "public", "grantTypes": []string{"authorization_code"}, "redirectUris": []string{"http://127.0.0.1/oauth/callback"}})
	whole := url.Values{"client_id": {a.Text("clientId")}, "redirect_uri": {"http://127.0.0.1:9/oauth/callback"}, "response_type": {"code"}, "code_challenge_method": {"S256"}, "code_challenge": {"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"}}
	b := h.Browser()
	b.SignIn()
	p := b.Open("/_/portal/authorize?" + whole.Encode())
	if p.Status != http.StatusOK || strings.Contains(p.Text, "<b>c") || !strings.Contains(p.Header.Get("Content-Security-Policy"), "form-action 'self' http://127.0.0.1:9;") {
		t.Errorf("%d %v", p.Status, p.Header)
	}
	for name, value := range map[string]string{
		"client_id": "x", "redirect_uri": "http://127.0.0.1:9/elsewhere", "response_type": "token", "code_challenge_method": "plain", "code_challenge": "short", "state": strings.Repeat("s", 1025),
	} {
		q := url.Values{}
		for k, v := range whole {
			q[k] = v
		}
		q.Set(name, value)
		if p := b.Open("/_/portal/authorize?" + q.Encode()); p.Status != http.StatusBadRequest || p.Location != "" {
			t.Errorf("%s: %d %q", name, p.Status, p.Location)
		}
		q.Set("form", b.Open("/_/portal/").Hidden().Get("form"))
		q.Set("decision", "allow")
		if p := b.Post("/_/portal/authorize", q); p.Status != http.StatusBadRequest || p.Location != "" {
			t.Errorf("%s, posted: %d %q", name, p.Status, p.Location)
		}
	}
}
