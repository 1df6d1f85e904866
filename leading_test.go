package rolecall_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall"
)

// A browser that a program sends is led to this server's own page, whatever it
// brings, and what it brings is kept nowhere and told to nobody. A request that
// is signed is for a bucket of that name.
func TestBrowsersOfProgramsAreLedToThePages(t *testing.T) {
	s := start(t, rolecall.Config{})
	defer stop(t, s)
	for _, c := range []struct{ path, query, to string }{
		{"/authorize", "client_id=x&redirect_uri=https://evil.example/", "/_/portal/authorize?"},
		{"/v1/authorize", "client_id=x&redirect_uri=//evil.example", "/_/signin/authorize?"},
		{"/v1/authorize", "client_id=x&state=" + strings.Repeat("s", 100_000), "/_/signin/authorize?"},
		{"/authorize", "client_id=%0d%0aSet-Cookie:x", "/_/portal/authorize?"},
	} {
		r := httptest.NewRequest(http.MethodGet, c.path+"?"+c.query, http.NoBody)
		r.Host = "evil.example"
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		h := w.Header()
		if w.Code != http.StatusSeeOther || h.Get("Location") != c.to+c.query || h.Get("Cache-Control") != "no-store" || h.Get("Referrer-Policy") != "no-referrer" ||
			!strings.Contains(h.Get("Content-Security-Policy"), "frame-ancestors 'none'") || h.Get("Set-Cookie") != "" {
			t.Errorf("%.60s: %d %v", c.path+"?"+c.query, w.Code, h)
		}
		r.Header.Set("Authorization", "AWS4-HMAC-SHA256 x")
		w = httptest.NewRecorder()
		if s.ServeHTTP(w, r); w.Header().Get("Location") != "" {
			t.Errorf("%.60s, signed: %d %v", c.path, w.Code, w.Header())
		}
	}
}
