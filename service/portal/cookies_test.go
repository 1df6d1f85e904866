package portal_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall/store/directory"
	"github.com/rolecall-iam/rolecall/test/ssotest"
	"github.com/rolecall-iam/rolecall/trail"
)

const byHTTPS = "https://iam.example.com"

// By HTTPS all cookies are of this very host, and go nowhere without HTTPS; a
// browser takes no cookie of such a name from anybody else.
//
// Source: https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#name-the-__host-prefix
func TestCookiesAreOfThisHostAloneByHTTPS(t *testing.T) {
	h := ssotest.OpenAt(t, "us-east-1", byHTTPS)
	policy(h, directory.MFAContext, directory.MFAAllow)
	seen := map[string]bool{}
	look := func(p ssotest.Page) ssotest.Page {
		for _, c := range p.Cookies {
			if !strings.HasPrefix(c.Name, "__Host-") || !c.Secure || !c.HttpOnly || c.Path != "/" || c.Domain != "" || c.SameSite != http.SameSiteLaxMode {
				t.Errorf("%v", c)
			}
			seen[c.Name] = true
		}
		return p
	}
	b := h.Browser()
	b.Origin = byHTTPS
	p := look(b.Open(signInPath))
	look(b.Post(signInPath, p.With("username", ssotest.UserName, "password", ssotest.Password)))
	seed := registerApp(b, "Phone")
	look(b.Post("/_/portal/signout", b.Open("/_/portal/").With()))
	h.Now = h.Now.Add(time.Minute)
	p = look(b.Open(signInPath))
	look(b.Post(signInPath, p.With("username", ssotest.UserName, "password", ssotest.Password)))
	p = look(b.Open(mfaPath))
	if p = look(b.Post(mfaPath, p.With("code", codeOf(t, seed, h.Now), "trust", "yes"))); p.Location != "/_/portal/" || !isIn(b) {
		t.Fatalf("%d %s", p.Status, p.Text)
	}
	if len(seen) != 4 {
		t.Errorf("%v", seen)
	}
	for _, c := range b.Cookies() {
		plain, ok := strings.CutPrefix(c.Name, "__Host-rolecall_portal")
		if !ok || plain != "" {
			continue
		}
		r := httptest.NewRequest(http.MethodGet, byHTTPS+"/_/portal/", http.NoBody)
		r.AddCookie(&http.Cookie{Name: "rolecall_portal", Value: c.Value})
		if p := h.Browser().Do(r); p.Status != http.StatusSeeOther {
			t.Errorf("a session that a neighbour of the domain has planted: %d", p.Status)
		}
	}
}

// A form that is made to a cookie which a neighbour has planted is nobody's.
func TestAVisitThatANeighbourHasPlanted(t *testing.T) {
	h := ssotest.OpenAt(t, "us-east-1", byHTTPS)
	attacker := h.Browser()
	attacker.Origin = byHTTPS
	form := attacker.Open(signInPath).With("username", ssotest.UserName, "password", ssotest.Password)
	victim := h.Browser()
	victim.Origin = byHTTPS
	r := victim.Form(signInPath, form)
	for _, c := range attacker.Cookies() {
		r.AddCookie(&http.Cookie{Name: strings.TrimPrefix(c.Name, "__Host-"), Value: c.Value})
	}
	if p := victim.Do(r); p.Status != http.StatusForbidden {
		t.Errorf("%d %q", p.Status, p.Location)
	}
}

// Two people, or one in two windows, answer at once: the first answer counts,
// and a program that was denied is not approved later.
func TestADeviceCodeIsAnsweredOnce(t *testing.T) {
	h := ssotest.Open(t, "us-east-1")
	const path, code = "/_/portal/device", "BCDF-GHJK"
	put := func() {
		h.Update(func(tx *directory.Tx) {
			tx.PutSSODevice(&directory.SSODevice{Hash: "h", UserCode: code, Store: ssotest.Store, Name: "c", State: directory.DevicePending, Created: h.Now, Expires: h.Now.Add(time.Hour)})
		})
	}
	put()
	browsers := []*ssotest.Browser{h.Browser(), h.Browser(), h.Browser(), h.Browser()}
	for _, b := range browsers {
		b.SignIn()
	}
	answer := func(n int, decision string) bool {
		return browsers[n].Post(path, browsers[n].Open("/_/portal/").With("user_code", code, "decision", decision)).Status == http.StatusOK
	}
	if taken := atOnce(len(browsers), func(n int) bool { return answer(n, "allow") }); taken != 1 {
		t.Errorf("%d approvals are taken", taken)
	}
	put()
	if !answer(0, "deny") || answer(1, "allow") {
		t.Error("approved after it was denied")
	}
}

// Whatever is a secret of a person or of a browser is in no event: passwords,
// codes, keys, cookies, links, user codes, states and credentials.
func TestTheTrailKnowsNoSecret(t *testing.T) {
	x := newSAMLHouse(t)
	x.set(func(s *directory.IdentitySource) { s.Passwords = true })
	b := x.Browser()
	var secrets []string
	keep := func(more ...string) {
		for _, c := range b.Cookies() {
			more = append(more, c.Value)
		}
		secrets = append(secrets, more...)
	}
	p := b.Open(signInPath + "?password")
	keep(p.Hidden().Get("form"))
	b.Post(signInPath, p.With("username", "my-secret-password-in-the-wrong-field", "password", "a-wrong-one"))
	b.Post(signInPath, p.With("username", ssotest.UserName, "password", ssotest.Password))
	keep(ssotest.Password, "my-secret-password", "a-wrong-one")
	seed := registerApp(b, "Phone")
	code := codeOf(t, seed, x.Now)
	x.Now = x.Now.Add(time.Hour)
	p = b.Open(provePath)
	b.Post(provePath, p.With("code", codeOf(t, seed, x.Now)))
	keep(seed, code, codeOf(t, seed, x.Now))
	p = b.Post("/_/portal/credentials", b.Open("/_/portal/").With())
	for _, line := range strings.Split(p.Text, "\n") {
		if _, value, ok := strings.Cut(line, "aws_secret_access_key="); ok {
			keep(value)
		}
		if _, value, ok := strings.Cut(line, "aws_session_token="); ok {
			keep(strings.TrimSuffix(value, "</pre>"))
		}
	}
	_, linkToken, _ := strings.Cut(link(x.House), "token=")
	p = b.Open("/_/portal/password?token=" + linkToken)
	b.Post("/_/portal/password", p.With("password", "New-Password-1", "again", "New-Password-1"))
	b = x.Browser()
	r := x.begin(b, "")
	response := x.provider.Answer(t, x.response(r.ID))
	p = b.Open(x.deliver(response, r.state).Location)
	keep(linkToken, "New-Password-1", r.state, response)
	found, err := x.Trail.Lookup(t.Context(), trail.Query{Account: ssotest.AccountID(), Limit: 50})
	x.Must(err)
	if p.Status != http.StatusSeeOther || len(found.Events) < 12 || len(secrets) < 19 {
		t.Fatalf("%d events, %d secrets, %d", len(found.Events), len(secrets), p.Status)
	}
	for _, e := range found.Events {
		for _, secret := range secrets {
			if len(secret) > 3 && strings.Contains(e.JSON, secret) {
				t.Errorf("%.4s… is in %s", secret, e.JSON)
			}
		}
	}
}
