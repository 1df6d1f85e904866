package rolecall

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/rolecall-iam/rolecall/api"
	"github.com/rolecall-iam/rolecall/api/all"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/service/accessanalyzer"
	"github.com/rolecall-iam/rolecall/service/cloudtrail"
	"github.com/rolecall-iam/rolecall/service/iam"
	"github.com/rolecall-iam/rolecall/service/identitystore"
	"github.com/rolecall-iam/rolecall/service/organizations"
	"github.com/rolecall-iam/rolecall/service/portal"
	"github.com/rolecall-iam/rolecall/service/scim"
	"github.com/rolecall-iam/rolecall/service/signin"
	"github.com/rolecall-iam/rolecall/service/sso"
	"github.com/rolecall-iam/rolecall/service/ssoadmin"
	"github.com/rolecall-iam/rolecall/service/ssooidc"
	"github.com/rolecall-iam/rolecall/service/sts"
	"github.com/rolecall-iam/rolecall/service/sts/issuers"
	"github.com/rolecall-iam/rolecall/store/bolt"
	"github.com/rolecall-iam/rolecall/store/directory"
	"github.com/rolecall-iam/rolecall/trail"
	"github.com/rolecall-iam/rolecall/trail/delivery"
)

// Config says what a Server is to be. The zero value is a service in memory
// with the account 123456789012 and an admin whose key FirstStart tells.
type Config struct {
	// Dir is the data directory; empty keeps everything in memory.
	Dir string

	// MustExist refuses a Dir that holds no data yet.
	MustExist bool

	// AccountID is the account that a first start makes, 123456789012 where it
	// is zero. On a directory that holds data it must be one of its accounts.
	AccountID arn.AccountID

	// URL is where clients reach the server, such as https://iam.example.com:
	// SAML responses that name its sign-in page are for it. Where it is empty
	// only those that name AWS's are.
	URL string

	// Admin is the access key of that account's user admin; random where it is
	// zero. Root is one for its root user, who has none where it is zero.
	Admin, Root Credentials

	// Issuers says how issuers of web identity tokens are asked for their keys.
	Issuers Issuers

	// SimulatePropagation is how long what was created or changed is not seen
	// yet, as at AWS, so that programs show whether they wait for it. Zero for
	// not at all.
	SimulatePropagation time.Duration

	// Delivery is where the events of all calls go as files; nowhere where it is
	// zero.
	Delivery Delivery

	Now  func() time.Time // time.Now where nil
	Rand io.Reader        // crypto/rand where nil
	Log  *slog.Logger     // nothing is logged where nil
}

// Credentials are a long-term access key.
type Credentials struct {
	AccessKeyID     string `json:"accessKeyId"`
	SecretAccessKey string `json:"secretAccessKey"`
}

// Server is the whole service as an http.Handler.
type Server struct {
	now          func() time.Time
	rand         io.Reader
	store        *bolt.Store
	dir          *directory.Directory
	keys         *service.Keys
	trail        *trail.Trail
	delivery     *delivery.Delivery
	stopDelivery func()
	stopCenter   func()
	door         *service.Door
	first        *FirstStart

	issuers *issuers.Issuers
	sts     *sts.Service
	oidc    *ssooidc.Service
	center  *ssoadmin.Service
	pages   http.Handler // to sign in
	scim    *scim.Handler
	portal  http.Handler
	url     string

	closing sync.Once
	closed  error // how it went
}

// New starts a service. Close it when done.
//
//	s, err := rolecall.New(rolecall.Config{})
//	server := httptest.NewServer(s)
//
// It fails with one sentence where the data directory is in use, damaged,
// foreign, unreadable or unwritable.
func New(c Config) (*Server, error) {
	c = c.withDefaults()
	store, master, err := openData(c)
	if err != nil {
		return nil, err
	}
	s := &Server{now: c.Now, rand: c.Rand, url: c.URL, issuers: askIssuers(c), store: store, dir: directory.New(store)}
	if s.trail, err = openTrail(c); err != nil {
		return nil, errors.Join(err, store.Close())
	}
	if err := s.start(c, master); err != nil {
		return nil, errors.Join(err, s.trail.Close(), store.Close())
	}
	if s.stopDelivery, err = s.startDelivery(c); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	s.stopCenter = s.center.Start()
	return s, nil
}

func (s *Server) start(c Config, master []byte) error {
	ctx := context.Background()
	var err error
	if s.keys, err = service.OpenKeys(ctx, s.dir, master, c.Now, c.Rand); err != nil {
		return err
	}
	if err := s.dir.Recount(ctx); err != nil {
		return err
	}
	if err := s.accounts(ctx, c); err != nil {
		return err
	}
	s.sts = sts.New(s.keys, s.url, s.issuers)
	s.center = ssoadmin.New(ssoadmin.Config{Directory: s.dir, Now: c.Now, Rand: c.Rand, Log: c.Log})
	s.oidc = ssooidc.New(s.keys, s.url)
	s.oidc.Trust(s.verifyToken)
	s.door = service.NewDoor(service.Parts{
		Services:   all.Services(),
		Operations: s.operations(),
		Directory:  s.dir,
		Keys:       s.keys,
		Trail:      s.trail,
		URL:        s.url,
		Now:        c.Now,
		Rand:       c.Rand,
		Log:        c.Log,

		Propagation: c.SimulatePropagation,
	})
	s.scim = s.scimHandler(c)
	if s.pages, err = s.signIn(c); err != nil {
		return err
	}
	s.portal, err = s.portalPages(c)
	return err
}

// operations are all operations that have a handler, of every service.
func (s *Server) operations() []service.Operation {
	var ops []service.Operation
	ops = append(ops, iam.New(s.keys).Operations()...)
	ops = append(ops, s.sts.Operations()...)
	ops = append(ops, cloudtrail.New(s.trail, s.publicKeys).Operations()...)
	ops = append(ops, organizations.New().Operations()...)
	ops = append(ops, s.center.Operations()...)
	ops = append(ops, s.oidc.Operations()...)
	ops = append(ops, sso.New(s.keys).Operations()...)
	ops = append(ops, signin.NewTokens(s.keys).Operations()...)
	ops = append(ops, identitystore.New().Operations()...)
	ops = append(ops, accessanalyzer.New().Operations()...)
	return ops
}

// Served tells whether an operation of a model has a handler; those without
// answer NotImplemented.
func (s *Server) Served(op *api.Operation) bool { return s.door.Served(op) }

// Trail is the history of all calls.
func (s *Server) Trail() *trail.Trail { return s.trail }

// ServeHTTP serves all services on one address. What is not AWS's lives under
// /_/, where no bucket name can begin.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch path := r.URL.Path; {
	case path == "/_/livez" || path == "/_/readyz":
		s.health(w, r)
	case strings.HasPrefix(path, issuerPath):
		s.publish(w, r)
	case strings.HasPrefix(path, signin.Path):
		s.pages.ServeHTTP(w, r)
	case strings.HasPrefix(path, scim.Path):
		s.scim.ServeHTTP(w, r)
	case strings.HasPrefix(path, portal.Path):
		s.portal.ServeHTTP(w, r)
	case authorizes(r):
		leadTo(w, r, portal.Path)
	case logsIn(r):
		leadTo(w, r, signin.Path)
	case strings.HasPrefix(path, "/_/"):
		http.NotFound(w, r)
	default:
		s.door.ServeHTTP(w, r)
	}
}

// leadTo sends a browser to the page of approval under a path. Its wish is kept
// nowhere and told to nobody.
func leadTo(w http.ResponseWriter, r *http.Request, path string) {
	header := w.Header()
	header.Set("Cache-Control", "no-store")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	http.Redirect(w, r, path+"authorize?"+r.URL.RawQuery, http.StatusSeeOther)
}

// health answers 200 while the store can be read.
func (s *Server) health(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	view, err := s.dir.View(r.Context())
	if err != nil {
		w.WriteHeader(http.StatusServiceUnavailable)
		fmt.Fprintln(w, "the store cannot be read")
		return
	}
	view.Close()
	fmt.Fprintln(w, "ok")
}

// Backup writes a consistent copy of the data while writes go on.
func (s *Server) Backup(w io.Writer) error { return s.store.Backup(w) }

// Rotation tells of a new sealing key.
type Rotation struct {
	KeyID  string    `json:"keyId"`
	Active time.Time `json:"active"` // from when on it seals
}

// RotateKeys brings in a new sealing key. Sessions sealed before stay good.
func (s *Server) RotateKeys(ctx context.Context) (Rotation, error) {
	id, active, err := s.keys.Rotate(ctx)
	return Rotation{id, active}, err
}

// PurgeKeys brings in a new sealing key at once and ends every session.
func (s *Server) PurgeKeys(ctx context.Context) (Rotation, error) {
	id, active, err := s.keys.Purge(ctx)
	return Rotation{id, active}, err
}

// Close writes down what is only in memory and closes the store. Requests
// under way must have ended.
func (s *Server) Close() error {
	s.closing.Do(func() { s.closed = s.close() })
	return s.closed
}

func (s *Server) close() error {
	if s.stopDelivery != nil {
		s.stopDelivery()
	}
	if s.stopCenter != nil {
		s.stopCenter()
	}
	return errors.Join(s.door.Close(), s.trail.Close(), s.store.Close())
}

func (c Config) withDefaults() Config {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Rand == nil {
		c.Rand = rand.Reader
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c
}
