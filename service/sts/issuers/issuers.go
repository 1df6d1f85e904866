package issuers

import (
	"context"
	"crypto/x509"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/rolecall-iam/rolecall/authn/oidc"
)

const (
	// fresh is how long keys are good without being asked for again.
	fresh = 10 * time.Minute
	// stale is how long they are good where the issuer does not answer.
	stale = time.Hour
	// coolDown is how long an issuer is left alone after it was asked.
	coolDown = 10 * time.Second
	// patience is how long both requests may take together. AWS's is five
	// seconds, too.
	//
	// Source: https://repost.aws/knowledge-center/iam-sts-invalididentitytoken
	patience = 5 * time.Second
	// maxIssuers is how many issuers' keys are remembered.
	maxIssuers = 256
	// maxAsking is how many issuers are asked at once.
	maxAsking = 32
)

// Config says whom to trust and where to ask.
type Config struct {
	// Trusted are authorities that may sign the certificates of issuers, beside
	// those of the system.
	Trusted []*x509.Certificate
	// LoopbackHTTP takes plain HTTP from issuers on the loopback address.
	LoopbackHTTP bool
	// Addresses are the addresses (host:port) to connect to in place of those of
	// certain hosts: a test's own issuer in place of the real one. Certificates
	// must still be for the host.
	Addresses map[string]string
	// Patience is how long an issuer may take; 0 for five seconds.
	Patience time.Duration
	Now      func() time.Time
	Log      *slog.Logger
}

// Issuer is whom to ask, and by which certificates it is known.
type Issuer struct {
	URL         string   // as its tokens name it
	Thumbprints []string // SHA-1, of certificates in its chain; 40 hexadecimal digits each
}

// Answer is what an issuer said when it was asked.
type Answer struct {
	Keys *oidc.KeySet // nil where it has never said any
	Err  error        // why there is nothing newer
	at   time.Time    // when it was asked
	had  time.Time    // when it said the keys
}

// ErrCertificate is that an issuer's certificate is nobody's that is trusted.
var ErrCertificate = errors.New("the issuer's certificate is not trusted and has no registered thumbprint")

// Issuers asks and remembers. It is safe for any number of goroutines.
type Issuers struct {
	config Config
	slots  chan struct{} // one for each that is being asked
	roots  func() *x509.CertPool

	mu      sync.Mutex
	entries map[string]*entry
}

// entry is one issuer with one set of thumbprints.
type entry struct {
	answer *Answer
	asking chan struct{} // closed when the answer is there; nil while nobody asks
	used   time.Time
}

// New remembers nothing yet. It reads the system's authorities when it first
// needs them.
func New(c Config) *Issuers {
	if c.Patience == 0 {
		c.Patience = patience
	}
	return &Issuers{
		config: c, slots: make(chan struct{}, maxAsking), entries: map[string]*entry{},
		roots: sync.OnceValue(func() *x509.CertPool { return trusted(c.Trusted) }),
	}
}

// Named answers what a provider is registered as whose tokens name this URL:
// the URL without its scheme. It answers false for a URL that is never asked.
func (i *Issuers) Named(issuer string) (provider string, ok bool) {
	if provider, ok = strings.CutPrefix(issuer, "https://"); ok {
		return provider, provider != ""
	}
	provider, ok = strings.CutPrefix(issuer, "http://")
	return provider, ok && i.config.LoopbackHTTP && onLoopback(issuer)
}

// Known answers what is remembered of an issuer, and false where it must be
// asked. An issuer that did not answer when it was last asked is asked again, and
// nobody waits for it while its last keys are good.
func (i *Issuers) Known(issuer Issuer) (*Answer, bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	e := i.entries[issuer.key()]
	if e == nil || e.answer == nil {
		return nil, false
	}
	now, a := i.config.Now(), e.answer
	e.used = now
	switch {
	case a.Err == nil:
		return a, now.Sub(a.had) < fresh
	case now.Sub(a.at) < coolDown:
		return a, true
	case a.Keys == nil || now.Sub(a.had) >= stale:
		return a, false
	}
	i.start(issuer, e)
	return a, true
}

// MayAskAgain tells whether an issuer was left alone for long enough since it
// gave an answer.
func (i *Issuers) MayAskAgain(a *Answer) bool { return i.config.Now().Sub(a.at) >= coolDown }

// Ask asks an issuer, or waits for somebody who does. It answers nil where the
// context ended first.
func (i *Issuers) Ask(ctx context.Context, issuer Issuer) *Answer {
	e, done := i.begin(issuer)
	select {
	case <-done:
	case <-ctx.Done():
		return nil
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	return e.answer
}

// begin sees to it that somebody asks.
func (i *Issuers) begin(issuer Issuer) (*entry, <-chan struct{}) {
	i.mu.Lock()
	defer i.mu.Unlock()
	key := issuer.key()
	e := i.entries[key]
	if e == nil {
		i.makeRoom()
		e = new(entry)
		i.entries[key] = e
	}
	e.used = i.config.Now()
	i.start(issuer, e)
	return e, e.asking
}

// start asks unless somebody does. The lock is held.
func (i *Issuers) start(issuer Issuer, e *entry) {
	if e.asking == nil {
		e.asking = make(chan struct{})
		go i.ask(issuer, e, e.asking)
	}
}

// ask goes on whoever hangs up meanwhile, for as long as an issuer may take.
func (i *Issuers) ask(issuer Issuer, e *entry, done chan struct{}) {
	ctx, cancel := context.WithTimeout(context.Background(), i.config.Patience)
	defer cancel()
	var keys *oidc.KeySet
	var err error
	select {
	case i.slots <- struct{}{}:
		keys, err = i.fetch(ctx, issuer)
		<-i.slots
	case <-ctx.Done():
		err = errors.New("too many issuers are being asked")
	}
	if err != nil {
		i.config.Log.Warn("an issuer's keys could not be had", "issuer", issuer.URL, "error", err)
	}
	now := i.config.Now()
	i.mu.Lock()
	defer i.mu.Unlock()
	a := &Answer{Keys: keys, Err: err, at: now, had: now}
	if before := e.answer; err != nil && before != nil && before.Keys != nil && now.Sub(before.had) < stale {
		a.Keys, a.had = before.Keys, before.had
	}
	e.answer, e.asking = a, nil
	close(done)
}

// makeRoom forgets the issuer that was longest not asked for.
func (i *Issuers) makeRoom() {
	if len(i.entries) < maxIssuers {
		return
	}
	oldest := ""
	for key, e := range i.entries {
		if e.asking == nil && (oldest == "" || e.used.Before(i.entries[oldest].used)) {
			oldest = key
		}
	}
	delete(i.entries, oldest)
}

// key tells issuers apart, and one from itself before its thumbprints changed.
func (i Issuer) key() string { return i.URL + " " + strings.Join(i.Thumbprints, " ") }
