package browser_test

import (
	"crypto/rand"
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/service/internal/browser"
)

func TestCookies(t *testing.T) {
	for _, c := range []struct {
		rule, url string
		tls       bool
		want      string
	}{
		{"on a laptop, for the pages alone", "http://127.0.0.1:4680", false, "session=token; Path=/pages/; HttpOnly; SameSite=Lax"},
		{"behind a proxy that speaks HTTPS", "https://iam.example.com", false, "__Host-session=token; Path=/; HttpOnly; Secure; SameSite=Lax"},
		{"by HTTPS itself", "http://127.0.0.1:4680", true, "__Host-session=token; Path=/; HttpOnly; Secure; SameSite=Lax"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			jar := browser.NewJar("/pages/", c.url)
			r := httptest.NewRequest(http.MethodGet, "/pages/", http.NoBody)
			if c.tls {
				r.TLS = &tls.ConnectionState{}
			}
			cookie := jar.New(r, "session", "token")
			if cookie.String() != c.want {
				t.Errorf("%s", cookie)
			}
			if gone := jar.Gone(r, "session"); gone.Name != cookie.Name || gone.Path != cookie.Path || gone.MaxAge >= 0 {
				t.Errorf("taken away by %s", gone)
			}
			if got := jar.Value(r, "session"); got != "" {
				t.Errorf("%q of nothing", got)
			}
			r.AddCookie(cookie)
			if got := jar.Value(r, "session"); got != "token" {
				t.Errorf("%q", got)
			}
		})
	}
}

func TestABrowserIsGivenATokenOnce(t *testing.T) {
	jar := browser.NewJar("/pages/", "")
	r, w := httptest.NewRequest(http.MethodGet, "/pages/", http.NoBody), httptest.NewRecorder()
	token, err := jar.Token(w, r, "visit", rand.Reader)
	if err != nil || len(w.Result().Cookies()) != 1 || w.Result().Cookies()[0].Value != token {
		t.Fatalf("%q %v %v", token, err, w.Header())
	}
	r.AddCookie(w.Result().Cookies()[0])
	w = httptest.NewRecorder()
	if again, err := jar.Token(w, r, "visit", rand.Reader); again != token || err != nil || len(w.Header()) != 0 {
		t.Errorf("%q %v %v", again, err, w.Header())
	}
}

func TestACookieThatIsTooLongIsNone(t *testing.T) {
	jar := browser.NewJar("/pages/", "")
	r := httptest.NewRequest(http.MethodGet, "/pages/", http.NoBody)
	r.AddCookie(&http.Cookie{Name: "visit", Value: strings.Repeat("x", 129)})
	if got := jar.Value(r, "visit"); got != "" {
		t.Errorf("%d bytes", len(got))
	}
}

func TestNetwork(t *testing.T) {
	for address, want := range map[string]string{
		"192.0.2.77:1234": "192.0.2.0", "192.0.2.78:99": "192.0.2.0", "[2001:db8:1:2::3]:80": "2001:db8:1::", "[::ffff:192.0.2.1]:5": "192.0.2.0", "": "<nil>", "x": "<nil>",
	} {
		if got := browser.Network(address); got != want {
			t.Errorf("%q is in %q, want %q", address, got, want)
		}
	}
}
