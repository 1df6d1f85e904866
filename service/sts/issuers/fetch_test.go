package issuers_test

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall/service/sts/issuers"
	"github.com/rolecall-iam/rolecall/test/oidctest"
)

// stranger is a port of this machine that nobody may connect to.
func stranger(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan int)
	go func() {
		came := 0
		for {
			c, err := l.Accept()
			if err != nil {
				done <- came
				return
			}
			came++
			_ = c.Close()
		}
	}()
	t.Cleanup(func() {
		_ = l.Close()
		if came := <-done; came > 0 {
			t.Errorf("%d connections to a stranger", came)
		}
	})
	return l.Addr().String()
}

func redirect(to string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, http.StatusFound) }
}

func says(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, text) }
}

// document is an issuer's discovery document with one member set.
func document(i *oidctest.Issuer, name string, value any) http.HandlerFunc {
	d := i.Document()
	d[name] = value
	text, _ := json.Marshal(d)
	return says(string(text))
}

// None of what an issuer may do for answers does harm, and none is taken for
// keys.
func TestIssuersThatMisbehave(t *testing.T) {
	away := stranger(t)
	port := away[strings.LastIndexByte(away, ':'):]
	for _, c := range []struct {
		rule, path string
		answer     func(i *oidctest.Issuer) http.HandlerFunc
	}{
		{"redirects to a stranger", oidctest.Discovery, func(*oidctest.Issuer) http.HandlerFunc { return redirect("https://" + away) }},
		{"redirects the keys to a stranger", oidctest.Keys, func(*oidctest.Issuer) http.HandlerFunc { return redirect("https://" + away) }},
		{"redirects to another port", oidctest.Keys, func(*oidctest.Issuer) http.HandlerFunc { return redirect("https://127.0.0.1" + port) }},
		{"redirects to plain HTTP", oidctest.Keys, func(*oidctest.Issuer) http.HandlerFunc { return redirect("http://idp.example.com/keys") }},
		{"redirects to a file", oidctest.Keys, func(*oidctest.Issuer) http.HandlerFunc { return redirect("file:///etc/hosts") }},
		{"redirects in a circle", oidctest.Keys, func(*oidctest.Issuer) http.HandlerFunc { return redirect("/keys") }},
		{"names keys by plain HTTP", oidctest.Discovery, func(i *oidctest.Issuer) http.HandlerFunc { return document(i, "jwks_uri", "http://"+away) }},
		{"names keys on this machine", oidctest.Discovery, func(i *oidctest.Issuer) http.HandlerFunc { return document(i, "jwks_uri", "https://localhost"+port) }},
		{"names keys on this link", oidctest.Discovery, func(i *oidctest.Issuer) http.HandlerFunc {
			return document(i, "jwks_uri", "https://169.254.169.254/latest/meta-data")
		}},
		{"names keys nowhere", oidctest.Discovery, func(i *oidctest.Issuer) http.HandlerFunc { return document(i, "jwks_uri", "https://0.0.0.0"+port) }},
		{"is another issuer", oidctest.Discovery, func(i *oidctest.Issuer) http.HandlerFunc { return document(i, "issuer", "https://evil.example.com") }},
		{"names no keys", oidctest.Discovery, func(i *oidctest.Issuer) http.HandlerFunc { return document(i, "jwks_uri", nil) }},
		{"says nothing", oidctest.Discovery, func(*oidctest.Issuer) http.HandlerFunc { return says("") }},
		{"shows a page", oidctest.Discovery, func(*oidctest.Issuer) http.HandlerFunc { return says("<html>Welcome</html>") }},
		{"has no keys there", oidctest.Keys, func(*oidctest.Issuer) http.HandlerFunc { return http.NotFound }},
		{"has keys with an error's status", oidctest.Keys, func(*oidctest.Issuer) http.HandlerFunc {
			return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(201); fmt.Fprint(w, `{"keys":[]}`) }
		}},
		{"shows a page for keys", oidctest.Keys, func(*oidctest.Issuer) http.HandlerFunc { return says("<html>Welcome</html>") }},
		{"sends 64 MB", oidctest.Keys, func(*oidctest.Issuer) http.HandlerFunc { return flood }},
		{"sends 64 MB for a document", oidctest.Discovery, func(*oidctest.Issuer) http.HandlerFunc { return flood }},
		{"sends headers without end", oidctest.Keys, func(*oidctest.Issuer) http.HandlerFunc {
			return func(w http.ResponseWriter, _ *http.Request) {
				for n := range 1000 {
					w.Header().Set(fmt.Sprint("X-", n), strings.Repeat("x", 1000))
				}
				fmt.Fprint(w, `{"keys":[]}`)
			}
		}},
		{"hangs", oidctest.Keys, func(*oidctest.Issuer) http.HandlerFunc {
			return func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
		}},
		{"hangs in the middle", oidctest.Keys, func(*oidctest.Issuer) http.HandlerFunc {
			return func(w http.ResponseWriter, r *http.Request) {
				fmt.Fprint(w, `{"keys":[`)
				_ = http.NewResponseController(w).Flush()
				<-r.Context().Done()
			}
		}},
		{"hangs up", oidctest.Keys, func(*oidctest.Issuer) http.HandlerFunc {
			return func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
		}},
		{"is compressed", oidctest.Keys, func(*oidctest.Issuer) http.HandlerFunc {
			return func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Encoding", "gzip")
				fmt.Fprint(w, "\x1f\x8b\x08")
			}
		}},
	} {
		t.Run(c.rule, func(t *testing.T) {
			idp := start(t, oidctest.Config{Host: "idp.example.com"})
			idp.Answer(c.path, c.answer(idp))
			addresses := map[string]string{"idp.example.com:443": idp.Address, "idp.example.com:80": away}
			a, _ := asker(issuers.Config{Patience: 500 * time.Millisecond, Addresses: addresses}, idp)
			answer := ask(t, a, of(idp))
			if answer.Err == nil || answer.Keys != nil {
				t.Errorf("%+v", answer)
			}
			if n := idp.Asked(""); n > 6 {
				t.Errorf("asked %d times", n)
			}
		})
	}
}

// flood sends as much as somebody takes.
func flood(w http.ResponseWriter, r *http.Request) {
	block := make([]byte, 1<<16)
	for range 1024 {
		if _, err := w.Write(block); err != nil {
			return
		}
	}
}

// A host may send the asker to another of its own addresses, and keys may be at
// another host.
func TestIssuersThatBehave(t *testing.T) {
	keys := start(t, oidctest.Config{Host: "keys.example.net"})
	idp := start(t, oidctest.Config{Host: "idp.example.com", Path: "/tenant/"})
	config := issuers.Config{Addresses: map[string]string{"idp.example.com": idp.Address, "keys.example.net:443": keys.Address}}
	a, _ := asker(config, idp, keys)
	if answer := ask(t, a, of(idp)); answer.Err != nil {
		t.Error(answer.Err)
	}
	idp.Answer(oidctest.Keys, redirect("/tenant/moved"))
	idp.Answer("/moved", says(`{"keys":[]}`))
	if answer := ask(t, a, of(idp)); answer.Err != nil {
		t.Error(answer.Err)
	}
	idp.Answer(oidctest.Discovery, document(idp, "jwks_uri", "https://keys.example.net/keys"))
	if answer := ask(t, a, of(idp)); answer.Err != nil || answer.Keys.Len() != 2 || keys.Asked(oidctest.Keys) != 1 {
		t.Error(answer.Err)
	}
}

// An issuer that takes connections and says nothing, and one that is not there,
// keep nobody for longer than the patience.
func TestIssuersThatAreNotThere(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	gone := start(t, oidctest.Config{})
	gone.Close()
	a, _ := asker(issuers.Config{Patience: 300 * time.Millisecond}, gone)
	for _, url := range []string{"https://" + silent.Addr().String(), gone.URL, "https://127.0.0.1:99999", "https://%zz"} {
		if answer := ask(t, a, issuers.Issuer{URL: url}); answer.Err == nil {
			t.Errorf("%s answers", url)
		}
	}
}
