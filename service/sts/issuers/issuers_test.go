package issuers_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall/service/sts/issuers"
	"github.com/rolecall-iam/rolecall/test/oidctest"
)

// clock is a clock that the test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func start(t *testing.T, c oidctest.Config) *oidctest.Issuer {
	t.Helper()
	i, err := oidctest.Start(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(i.Close)
	return i
}

// asker asks issuers whose authorities are trusted.
func asker(c issuers.Config, trusted ...*oidctest.Issuer) (*issuers.Issuers, *clock) {
	time := &clock{now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	for _, i := range trusted {
		c.Trusted = append(c.Trusted, i.Authority)
	}
	c.Now, c.Log = time.Now, slog.New(slog.DiscardHandler)
	return issuers.New(c), time
}

func ask(t *testing.T, a *issuers.Issuers, i issuers.Issuer) *issuers.Answer {
	t.Helper()
	answer := a.Ask(context.Background(), i)
	if answer == nil {
		t.Fatal("no answer")
	}
	return answer
}

func of(i *oidctest.Issuer, thumbprints ...string) issuers.Issuer {
	return issuers.Issuer{URL: i.URL, Thumbprints: thumbprints}
}

// An issuer's certificate is a trusted authority's, or one in its chain has a
// registered thumbprint.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc_verify-thumbprint.html
func TestWhoseCertificatesAreTaken(t *testing.T) {
	idp, other := start(t, oidctest.Config{}), start(t, oidctest.Config{})
	named := start(t, oidctest.Config{Host: "idp.example.com"})
	elsewhere := issuers.Config{Addresses: map[string]string{"idp.example.com": named.Address, "evil.example.com": named.Address}}
	late := issuers.Config{}
	for _, c := range []struct {
		rule    string
		config  issuers.Config
		trusted []*oidctest.Issuer
		issuer  issuers.Issuer
		want    error // nil where it is taken
	}{
		{"a trusted authority's", issuers.Config{}, []*oidctest.Issuer{idp}, of(idp), nil},
		{"nobody's", issuers.Config{}, nil, of(idp), issuers.ErrCertificate},
		{"another authority's", issuers.Config{}, []*oidctest.Issuer{other}, of(idp), issuers.ErrCertificate},
		{"one whose authority has the thumbprint", issuers.Config{}, nil, of(idp, idp.Thumbprint), nil},
		{"one that has it itself", issuers.Config{}, nil, of(idp, idp.LeafThumbprint), nil},
		{"one of several thumbprints, in capitals", issuers.Config{}, nil, of(idp, other.Thumbprint, strings.ToUpper(idp.Thumbprint)), nil},
		{"another's thumbprint", issuers.Config{}, nil, of(idp, other.Thumbprint), issuers.ErrCertificate},
		{"a part of the thumbprint", issuers.Config{}, nil, of(idp, idp.Thumbprint[:39]), issuers.ErrCertificate},
		{"a trusted authority's, with another's thumbprint", issuers.Config{}, []*oidctest.Issuer{idp}, of(idp, other.Thumbprint), nil},
		{"one for the host, at another address", elsewhere, []*oidctest.Issuer{named}, of(named), nil},
		{"one for another host", elsewhere, []*oidctest.Issuer{named}, issuers.Issuer{URL: "https://evil.example.com"}, issuers.ErrCertificate},
		{"one for another host, with the thumbprint", elsewhere, nil, issuers.Issuer{URL: "https://evil.example.com", Thumbprints: []string{named.Thumbprint}}, issuers.ErrCertificate},
	} {
		t.Run(c.rule, func(t *testing.T) {
			a, _ := asker(c.config, c.trusted...)
			answer := ask(t, a, c.issuer)
			if !errors.Is(answer.Err, c.want) || (answer.Keys != nil) != (c.want == nil) {
				t.Errorf("%v", answer.Err)
			}
			if c.want == nil && answer.Keys.Len() != 2 {
				t.Errorf("%d keys", answer.Keys.Len())
			}
		})
	}
	t.Run("one that has run out", func(t *testing.T) {
		a, clock := asker(late, idp)
		clock.pass(20 * 365 * 24 * time.Hour)
		if answer := ask(t, a, of(idp, idp.Thumbprint)); !errors.Is(answer.Err, issuers.ErrCertificate) {
			t.Errorf("%v", answer.Err)
		}
	})
}

func TestPlainHTTPIsForTheLoopbackAddressAndOnlyIfAllowed(t *testing.T) {
	idp := start(t, oidctest.Config{Plain: true})
	open, _ := asker(issuers.Config{LoopbackHTTP: true})
	if answer := ask(t, open, of(idp)); answer.Err != nil {
		t.Error(answer.Err)
	}
	shut, _ := asker(issuers.Config{})
	for _, c := range []struct {
		asker *issuers.Issuers
		url   string
		want  string // the provider; none where it is never asked
	}{
		{open, idp.URL, idp.Provider}, {open, "http://localhost:8080/a", "localhost:8080/a"}, {open, "http://[::1]:80", "[::1]:80"}, {open, "http://127.9.9.9", "127.9.9.9"},
		{open, "http://idp.example.com", ""}, {open, "http://127.0.0.1.example.com", ""}, {open, "http://127.0.0.1@example.com", ""}, {open, "http://10.0.0.1", ""},
		{open, "https://idp.example.com/a", "idp.example.com/a"}, {shut, "https://idp.example.com", "idp.example.com"},
		{shut, idp.URL, ""}, {shut, "http://localhost", ""}, {shut, "https://", ""}, {shut, "ftp://idp.example.com", ""}, {shut, "idp.example.com", ""},
		{shut, "HTTPS://idp.example.com", ""}, {shut, "", ""},
	} {
		name, ok := c.asker.Named(c.url)
		if ok != (c.want != "") || ok && name != c.want {
			t.Errorf("%s: %s %v, want %q", c.url, name, ok, c.want)
		}
	}
}

func TestKeysAreRemembered(t *testing.T) {
	idp := start(t, oidctest.Config{})
	a, clock := asker(issuers.Config{}, idp)
	if _, known := a.Known(of(idp)); known {
		t.Error("known before it was asked")
	}
	first := ask(t, a, of(idp))
	if first.Err != nil {
		t.Fatal(first.Err)
	}
	clock.pass(10*time.Minute - 1)
	if got, known := a.Known(of(idp)); !known || got != first {
		t.Error("forgotten too soon")
	}
	clock.pass(1)
	if _, known := a.Known(of(idp)); known {
		t.Error("known for too long")
	}
	if _, known := a.Known(of(idp, idp.Thumbprint)); known {
		t.Error("known by other thumbprints")
	}
	t.Run("an issuer that does not answer is left alone, and its keys go on for an hour", func(t *testing.T) {
		idp.Answer(oidctest.Keys, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) })
		answer := ask(t, a, of(idp))
		if answer.Err == nil || answer.Keys != first.Keys {
			t.Errorf("%+v", answer)
		}
		if _, known := a.Known(of(idp)); !known {
			t.Error("it is asked at once again")
		}
		before := idp.Asked(oidctest.Keys)
		clock.pass(10 * time.Second)
		if got, known := a.Known(of(idp)); !known || got.Keys != first.Keys {
			t.Error("somebody waits for it")
		}
		ask(t, a, of(idp)) // or waits for whoever asks
		if idp.Asked(oidctest.Keys) == before {
			t.Error("it is never asked again")
		}
		clock.pass(50 * time.Minute)
		if answer := ask(t, a, of(idp)); answer.Keys != nil {
			t.Error("its keys go on for ever")
		}
		idp.Answer(oidctest.Keys, nil)
		if answer := ask(t, a, of(idp)); answer.Err != nil || answer.Keys == nil {
			t.Error(answer.Err)
		}
	})
}

func TestAnIssuerMayBeAskedAgainAfterAWhile(t *testing.T) {
	idp := start(t, oidctest.Config{})
	a, clock := asker(issuers.Config{}, idp)
	answer := ask(t, a, of(idp))
	if clock.pass(10*time.Second - 1); a.MayAskAgain(answer) {
		t.Error("at once")
	}
	if clock.pass(1); !a.MayAskAgain(answer) {
		t.Error("never")
	}
}

// However many wait, one asks.
func TestOneAsksForAll(t *testing.T) {
	idp := start(t, oidctest.Config{})
	var waiting, done sync.WaitGroup
	release := make(chan struct{})
	idp.Answer(oidctest.Discovery, func(w http.ResponseWriter, r *http.Request) {
		<-release
		idp.Answer(oidctest.Discovery, nil)
		http.Redirect(w, r, r.URL.Path, http.StatusFound)
	})
	a, _ := asker(issuers.Config{}, idp)
	for range 50 {
		waiting.Add(1)
		done.Go(func() {
			waiting.Done()
			if answer := a.Ask(context.Background(), of(idp)); answer == nil || answer.Err != nil {
				t.Errorf("%+v", answer)
			}
		})
	}
	waiting.Wait()
	close(release)
	done.Wait()
	if asked := idp.Asked(oidctest.Keys); asked > 2 { // a second one where somebody came after the first answer
		t.Errorf("asked %d times", asked)
	}
}

func TestWhoHangsUpIsNotWaitedFor(t *testing.T) {
	idp := start(t, oidctest.Config{})
	release := make(chan struct{})
	idp.Answer(oidctest.Discovery, func(http.ResponseWriter, *http.Request) { <-release })
	defer close(release)
	a, _ := asker(issuers.Config{}, idp)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if answer := a.Ask(ctx, of(idp)); answer != nil {
		t.Errorf("%+v", answer)
	}
}

// Hundreds of issuers are remembered, not thousands.
func TestTheOldestIssuerIsForgotten(t *testing.T) {
	idp := start(t, oidctest.Config{Host: "idp.example.com"})
	idp.Answer(oidctest.Discovery, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusNotFound) })
	addresses := map[string]string{"idp.example.com": idp.Address}
	a, clock := asker(issuers.Config{Addresses: addresses}, idp)
	for n := range 300 {
		ask(t, a, issuers.Issuer{URL: idp.URL, Thumbprints: []string{string(rune('a' + n))}})
		clock.pass(time.Millisecond)
	}
	known := 0
	for n := range 300 {
		if _, ok := a.Known(issuers.Issuer{URL: idp.URL, Thumbprints: []string{string(rune('a' + n))}}); ok {
			known++
		}
	}
	if known != 256 {
		t.Errorf("%d are remembered", known)
	}
}
