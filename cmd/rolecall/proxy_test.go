package main

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
)

// A proxy that is trusted tells whom a call comes from and how; nobody else does,
// neither a caller directly nor one through the proxy.
func TestWhomAProxyIsBelieved(t *testing.T) {
	f := proxyFlags{TrustedProxy: []string{"10.0.0.0/8", "::1", "127.0.0.1"}}
	p, err := f.proxies()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		rule, peer, client string
		headers            []string
		secure             bool
	}{
		{"a stranger says nothing of anybody", "192.0.2.1:5000", "192.0.2.1:5000", []string{"X-Forwarded-For", "203.0.113.9", "X-Forwarded-Proto", "https"}, false},
		{"a proxy tells who", "10.1.2.3:5000", "203.0.113.9:0", []string{"X-Forwarded-For", "203.0.113.9"}, false},
		{"and by what", "10.1.2.3:5000", "203.0.113.9:0", []string{"X-Forwarded-For", "203.0.113.9", "X-Forwarded-Proto", "https"}, true},
		{"a proxy that tells nothing is the caller", "10.1.2.3:5000", "10.1.2.3:5000", nil, false},
		{"what a caller wrote stands before what the proxy did", "10.1.2.3:5000", "203.0.113.9:0", []string{"X-Forwarded-For", "127.0.0.1, 203.0.113.9"}, false},
		{"also in a header of its own", "10.1.2.3:5000", "203.0.113.9:0", []string{"X-Forwarded-For", "198.51.100.7", "X-Forwarded-For", "203.0.113.9"}, false},
		{"the last protocol is the proxy's", "10.1.2.3:5000", "10.1.2.3:5000", []string{"X-Forwarded-Proto", "https", "X-Forwarded-Proto", "http"}, false},
		{"one proxy behind another", "127.0.0.1:5000", "203.0.113.9:0", []string{"X-Forwarded-For", "198.51.100.7, 203.0.113.9, 10.9.9.9"}, false},
		{"nothing but proxies: the farthest", "127.0.0.1:5000", "10.9.9.9:0", []string{"X-Forwarded-For", "10.9.9.9"}, false},
		{"of the new protocol", "[::1]:5000", "[2001:db8::7]:0", []string{"X-Forwarded-For", "[2001:db8::7]"}, false},
		{"the old protocol in the new one's form", "[::ffff:10.0.0.1]:5000", "203.0.113.9:0", []string{"X-Forwarded-For", "::ffff:203.0.113.9"}, false},
		{"what is no address is nobody's", "10.1.2.3:5000", "10.1.2.3:5000", []string{"X-Forwarded-For", "203.0.113.9, unknown"}, false},
		{"without any address", "@", "@", []string{"X-Forwarded-For", "203.0.113.9"}, false},
	} {
		r := httptest.NewRequest(http.MethodPost, "/", nil)
		r.RemoteAddr = c.peer
		for i := 0; i < len(c.headers); i += 2 {
			r.Header.Add(c.headers[i], c.headers[i+1])
		}
		p.believed(http.HandlerFunc(func(_ http.ResponseWriter, got *http.Request) {
			if got.RemoteAddr != c.client || (got.TLS != nil) != c.secure {
				t.Errorf("%s: from %s, by HTTPS %v", c.rule, got.RemoteAddr, got.TLS != nil)
			}
		})).ServeHTTP(httptest.NewRecorder(), r)
	}
	f.TrustedProxy = []string{"proxy.example.com"}
	if _, err := f.proxies(); !errors.Is(err, errUsage) {
		t.Error(err)
	}
}

// Without the flag no request is touched.
func TestNobodyIsBelievedAtFirst(t *testing.T) {
	r := httptest.NewRequest(http.MethodPost, "/", nil)
	r.Header.Set("X-Forwarded-For", "203.0.113.9")
	r.Header.Set("X-Forwarded-Proto", "https")
	proxies(nil).believed(http.HandlerFunc(func(_ http.ResponseWriter, got *http.Request) {
		if got != r || got.TLS != nil {
			t.Error("it is another request")
		}
	})).ServeHTTP(httptest.NewRecorder(), r)
}
