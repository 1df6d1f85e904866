package portal_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/test/ssotest"
)

// posts are all forms of the portal.
func posts() []string {
	return []string{signInPath, mfaPath, "/_/portal/signout", "/_/portal/password", "/_/portal/device", "/_/portal/authorize", "/_/portal/credentials",
		devicesPath + "/add", devicesPath + "/app", devicesPath + "/passkey", devicesPath + "/confirm", devicesPath + "/rename", devicesPath + "/remove"}
}

// Nothing of what another site, another program or nobody's form sends is taken,
// whoever is signed in, and nothing fails over it.
func TestNoFormIsTakenThatIsNotThePortals(t *testing.T) {
	h := ssotest.Open(t, "us-east-1")
	b := localBrowser(h)
	b.SignIn()
	whole := b.Open("/_/portal/").With("kind", "app", "name", "x", "password", ssotest.Password, "username", ssotest.UserName, "decision", "allow")
	for _, path := range posts() {
		for what, test := range map[string]struct {
			change func(r *http.Request)
			want   []int
		}{
			"from another site":            {func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }, []int{403}},
			"from a site beside":           {func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "same-site") }, []int{403}},
			"from another origin":          {func(r *http.Request) { r.Header.Del("Sec-Fetch-Site"); r.Header.Set("Origin", "https://evil.example") }, []int{403}},
			"from no origin at all":        {func(r *http.Request) { r.Header.Del("Sec-Fetch-Site"); r.Header.Set("Origin", "null") }, []int{403}},
			"as plain text":                {func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") }, []int{415}},
			"as JSON":                      {func(r *http.Request) { r.Header.Set("Content-Type", "application/json") }, []int{415}},
			"in parts":                     {func(r *http.Request) { r.Header.Set("Content-Type", "multipart/form-data; boundary=x") }, []int{415}},
			"as nothing":                   {func(r *http.Request) { r.Header.Del("Content-Type") }, []int{415}},
			"of 70,000 bytes":              {body("form=" + strings.Repeat("x", 70_000)), []int{413, 403}},
			"that cannot be read":          {body("form=%zz"), []int{400, 403}},
			"with 10,000 fields":           {body(strings.Repeat("a=b&", 10_000)), []int{400, 403}},
			"without a token":              {body("kind=app&name=x"), []int{403}},
			"with a token that is made up": {body("form=" + strings.Repeat("A", 43)), []int{403}},
			"with an empty token":          {body("form="), []int{403}},
			"with a NUL and no text":       {body("form=%00%ff"), []int{403}},
		} {
			r := b.Form(path, whole)
			test.change(r)
			p := b.Do(r)
			// Where nobody is signing in, a sign-in begins anew. What is read only in
			// part has no token.
			if p.Status == http.StatusSeeOther && strings.HasPrefix(p.Location, signInPath) && path == mfaPath {
				continue
			}
			if !has(test.want, p.Status) {
				t.Errorf("%s %s: %d", path, what, p.Status)
			}
		}
	}
	if p := b.Open("/_/portal/"); p.Status != http.StatusOK {
		t.Errorf("signed out by a stranger: %d", p.Status)
	}
}

func has(list []int, n int) bool {
	for _, v := range list {
		if v == n {
			return true
		}
	}
	return false
}

func body(text string) func(*http.Request) {
	return func(r *http.Request) {
		made := httptest.NewRequest(r.Method, r.URL.String(), strings.NewReader(text))
		r.Body, r.ContentLength = made.Body, made.ContentLength
	}
}

func TestOtherMethodsAreRefused(t *testing.T) {
	h := ssotest.Open(t, "us-east-1")
	b := h.Browser()
	b.SignIn()
	for _, path := range append(posts(), "/_/portal/", devicesPath, "/_/portal/passkey.js") {
		for _, method := range []string{http.MethodPut, http.MethodDelete, http.MethodPatch, "TRACE", "PROPFIND"} {
			p := b.Do(httptest.NewRequest(method, ssotest.Origin+path, http.NoBody))
			if p.Status != http.StatusMethodNotAllowed || p.Header.Get("Allow") == "" {
				t.Errorf("%s %s: %d", method, path, p.Status)
			}
		}
	}
	if p := b.Open("/_/portal/credentials"); p.Status != http.StatusMethodNotAllowed || p.Header.Get("Allow") != "POST" {
		t.Errorf("credentials by GET: %d %q", p.Status, p.Header.Get("Allow"))
	}
	if p := b.Open("/_/portal/signout"); p.Status != http.StatusMethodNotAllowed {
		t.Errorf("signing out by a link: %d", p.Status)
	}
}

// What was sent once does nothing a second time.
func TestFormsAreNotTakenTwice(t *testing.T) {
	h := ssotest.Open(t, "us-east-1")
	b := localBrowser(h)
	b.SignIn()
	p := b.Open(devicesPath + "/add")
	add := p.With("kind", "app", "name", "Phone", "password", ssotest.Password)
	b.Post(devicesPath+"/add", add)
	first := seedOn(t, b.Open(devicesPath+"/app"))
	b.Post(devicesPath+"/add", add)
	p = b.Open(devicesPath + "/app")
	if seedOn(t, p) == first {
		t.Error("beginning again shows the same key")
	}
	if q := b.Post(devicesPath+"/app", p.With("code", codeOf(t, first, h.Now))); q.Status != http.StatusBadRequest {
		t.Errorf("the code of the first key: %d", q.Status)
	}
	confirm := p.With("code", codeOf(t, seedOn(t, p), h.Now))
	if q := b.Post(devicesPath+"/app", confirm); q.Status != http.StatusSeeOther {
		t.Fatalf("%d", q.Status)
	}
	if q := b.Post(devicesPath+"/app", confirm); q.Status != http.StatusNotFound {
		t.Errorf("confirmed twice: %d", q.Status)
	}
	p = b.Open(devicesPath + "/add")
	b.Post(devicesPath+"/add", p.With("kind", "passkey", "name", "Key", "password", ssotest.Password))
	p = b.Open(devicesPath + "/passkey")
	if q := b.Post(devicesPath+"/passkey", p.With("credential", "{")); q.Status != http.StatusBadRequest {
		t.Errorf("no key: %d", q.Status)
	}
	if q := b.Post(devicesPath+"/passkey", p.With("credential", "{")); q.Status != http.StatusNotFound {
		t.Errorf("once more: %d", q.Status)
	}
	out := b.Open("/_/portal/").With()
	b.Post("/_/portal/signout", out)
	if q := b.Post("/_/portal/credentials", out); q.Status != http.StatusSeeOther || !strings.HasPrefix(q.Location, signInPath) {
		t.Errorf("a form of a session that has ended: %d", q.Status)
	}
}

func TestAccountsAreFound(t *testing.T) {
	h := ssotest.Open(t, "us-east-1")
	b := h.Browser()
	b.SignIn()
	for q, want := range map[string]bool{
		"": true, "workloads": true, "WORK": true, ssotest.Account[3:9]: true, "example.com": true, "reader": true, " Reader ": true,
		"nothing": false, "<script>": false, strings.Repeat("x", 200): false, "\xff": true,
	} {
		p := b.Open("/_/portal/?q=" + url.QueryEscape(q))
		shown := strings.Contains(p.Text, "Access keys for")
		if p.Status != http.StatusOK || shown != want || strings.Contains(p.Text, "<script") {
			t.Errorf("%q: %d, shown %v", q, p.Status, shown)
		}
		if !strings.Contains(p.Text, fmt.Sprintf("%d of 1 accounts", map[bool]int{true: 1}[want])) {
			t.Errorf("%q: no count", q)
		}
	}
}
