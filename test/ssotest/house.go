package ssotest

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall/api/all"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authn/oidc"
	"github.com/rolecall-iam/rolecall/authn/password"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/service/portal"
	"github.com/rolecall-iam/rolecall/service/signin"
	"github.com/rolecall-iam/rolecall/service/sso"
	"github.com/rolecall-iam/rolecall/service/ssooidc"
	"github.com/rolecall-iam/rolecall/service/sts"
	"github.com/rolecall-iam/rolecall/service/sts/issuers"
	"github.com/rolecall-iam/rolecall/store/bolt"
	"github.com/rolecall-iam/rolecall/store/directory"
	"github.com/rolecall-iam/rolecall/test/calltest"
	"github.com/rolecall-iam/rolecall/trail"
)

// What is in every House.
const (
	Account  = "111122223333"
	Store    = "d-1234567890"
	Person   = "1234567890-00000000-0000-4000-8000-000000000001"
	UserName = "jane@example.com"
	Password = "Correct-Horse-7"
	Set      = "Reader" // the permission set's name
	Role     = "AWSReservedSSO_Reader_0123456789abcdef"
	Origin   = "http://127.0.0.1:4680"
)

const (
	instance = "ssoins-1234567890abcdef"
	setID    = "ps-1234567890abcdef"
)

// House is a server with its directory within reach.
type House struct {
	T         testing.TB
	Directory *directory.Directory
	Handler   http.Handler
	Keys      *service.Keys
	Trail     *trail.Trail
	Now       time.Time
	// Asked is called, where it is set, before a page or an API is told the time:
	// what happens then happens in the middle of a request.
	Asked func()
}

// Open makes a house with one instance in a region.
func Open(t testing.TB, region string) *House {
	t.Helper()
	return OpenAt(t, region, "")
}

// OpenAt is Open for a portal that knows where it is reached.
func OpenAt(t testing.TB, region, address string) *House {
	t.Helper()
	h := &House{T: t, Now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	store, err := bolt.Open(bolt.Options{Ephemeral: true, Rand: rand.Reader, KeepRevisions: 100, MaxBytes: 64 << 20})
	h.Must(err)
	t.Cleanup(func() { h.Must(store.Close()) })
	h.Directory = directory.New(store)
	now := func() time.Time {
		if h.Asked != nil {
			h.Asked()
		}
		return h.Now
	}
	keys, err := service.OpenKeys(t.Context(), h.Directory, make([]byte, 32), now, rand.Reader)
	h.Must(err)
	h.Keys = keys
	clients := ssooidc.New(keys, "")
	clients.Trust(external(now).Verify)
	ops := append(clients.Operations(), sso.New(keys).Operations()...)
	ops = append(ops, sts.New(keys, "", issuers.New(issuers.Config{Now: now})).Operations()...)
	ops = append(ops, signin.NewTokens(keys).Operations()...)
	log := slog.New(slog.DiscardHandler)
	began := h.Now // the trail asks for the time beside the test
	h.Trail, err = trail.Open(trail.Options{Now: func() time.Time { return began }, Rand: rand.Reader, Log: log})
	h.Must(err)
	t.Cleanup(func() { h.Must(h.Trail.Close()) })
	door := service.NewDoor(service.Parts{
		Services: all.Services(), Operations: ops, Directory: h.Directory, Keys: keys, Trail: h.Trail, Now: now, Rand: rand.Reader, Log: log,
	})
	t.Cleanup(func() { h.Must(door.Close()) })
	pages, err := portal.New(portal.Config{
		URL: address, Directory: h.Directory, Keys: keys, Door: door, Trail: h.Trail, Now: now, Rand: rand.Reader, Log: log,
		Client: func(id string, now time.Time) (portal.Client, bool) { return clients.Client(id, now) },
	})
	h.Must(err)
	pages, err = portal.WithExternal(pages, external(now))
	h.Must(err)
	login, err := signin.New(signin.Config{
		Login: signin.LoginConfig{Directory: h.Directory, Keys: keys, Door: door}, Now: now, Rand: rand.Reader, Log: log,
	})
	h.Must(err)
	mux := http.NewServeMux()
	mux.Handle(portal.Path, pages)
	mux.Handle(signin.Path, login)
	mux.Handle("/", door)
	h.Handler = mux
	h.furnish(region)
	return h
}

// external asks issuers on the loopback address.
func external(now func() time.Time) portal.External {
	all := issuers.New(issuers.Config{Now: now, LoopbackHTTP: true})
	return portal.External{
		Redeem: func(ctx context.Context, at *directory.OIDCSource, secret string, form url.Values) (string, error) {
			return all.Redeem(ctx, issuers.Issuer{URL: at.Issuer}, at.Token, issuers.Client{ID: at.ClientID, Secret: secret}, form)
		},
		Verify: func(ctx context.Context, issuer, idToken string, rules oidc.Rules) (*oidc.Identity, error) {
			return all.Verify(ctx, issuers.Issuer{URL: issuer}, idToken, rules)
		},
	}
}

// Must fails the test for an error.
func (h *House) Must(err error) {
	h.T.Helper()
	if err != nil {
		h.T.Fatal(err)
	}
}

// Update changes what is stored.
func (h *House) Update(change func(tx *directory.Tx)) {
	h.T.Helper()
	h.Must(h.Directory.Update(context.Background(), func(tx *directory.Tx) error { change(tx); return nil }))
}

// AccountID is the account as a value.
func AccountID() arn.AccountID { id, _ := arn.ParseAccountID(Account); return id }

// hashed is the hash of the person's password, which takes a while to make.
var hashed = sync.OnceValues(func() (string, error) { return password.Hash(Password, rand.Reader) })

// furnish puts the instance, the person and the permission set in their places.
func (h *House) furnish(region string) {
	h.T.Helper()
	hash, err := hashed()
	h.Must(err)
	roleID, err := arn.NewID(arn.RolePrefix, AccountID(), rand.Reader)
	h.Must(err)
	path := "/aws-reserved/sso.amazonaws.com/"
	if region != "us-east-1" {
		path += region + "/"
	}
	h.Update(func(tx *directory.Tx) {
		tx.PutAccount(&directory.Account{ID: AccountID(), Name: "Workloads", Email: "workloads@example.com", Created: h.Now})
		tx.PutIdentityStore(&directory.IdentityStore{ID: Store, Account: AccountID(), Region: region, Created: h.Now})
		tx.PutInstance(&directory.Instance{ID: instance, Account: AccountID(), Store: Store, Region: region, Status: "ACTIVE", Created: h.Now,
			ABAC: true, Attributes: []directory.ABACAttribute{{Key: "Team", Source: []string{"${path:userType}"}}, {Key: "Mail", Source: []string{"${path:userName}"}}}})
		tx.PutPermissionSet(&directory.PermissionSet{ID: setID, Instance: instance, Name: Set, SessionDuration: "PT2H", Created: h.Now, Version: 1})
		tx.PutPerson(nil, &directory.Person{ID: Person, Store: Store, Profile: directory.Profile{UserName: UserName, DisplayName: "Jane"}, Password: hash})
		tx.CreateRole(&directory.Role{
			Entity:             directory.Entity{ID: roleID, Account: AccountID(), Name: Role, Path: path, Created: h.Now},
			MaxSessionDuration: 7200,
			Trust:              directory.NewPolicyText(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:saml-provider/AWSSSO_0123456789abcdef_DO_NOT_DELETE"},"Action":["sts:AssumeRoleWithSAML","sts:TagSession"],"Condition":{"StringEquals":{"SAML:aud":"https://signin.aws.amazon.com/saml"}}}]}`),
		})
		tx.PutProvisioned(instance, &directory.Provisioned{Account: AccountID(), PermissionSet: setID, Role: roleID, Version: 1, Assignments: 1})
		tx.PutAssignment(instance, Assignment())
	})
}

// Assignment is what lets the person use the permission set.
func Assignment() directory.Assignment {
	return directory.Assignment{Account: AccountID(), PermissionSet: setID, Type: directory.PrincipalUser, Principal: Person}
}

// Instance is the id of the instance.
func Instance() string { return instance }

// Answer is what came back of an API.
type Answer struct {
	Status int
	Code   string // of an error
	Body   map[string]any
	Header http.Header
}

// Text is a member of the answer.
func (a Answer) Text(name string) string { s, _ := a.Body[name].(string); return s }

// Call posts a document to an API.
func (h *House) Call(path string, in map[string]any) Answer {
	h.T.Helper()
	text, err := json.Marshal(in)
	h.Must(err)
	r := httptest.NewRequest(http.MethodPost, Origin+path, strings.NewReader(string(text)))
	r.Header.Set("Content-Type", "application/json")
	return h.send(r)
}

// Get asks the portal's API with a bearer token.
func (h *House) Get(path, token string) Answer {
	h.T.Helper()
	r := httptest.NewRequest(http.MethodGet, Origin+path, http.NoBody)
	r.Header.Set("X-Amz-Sso_bearer_token", token)
	return h.send(r)
}

// Logout ends a session by a bearer token.
func (h *House) Logout(token string) Answer {
	h.T.Helper()
	r := httptest.NewRequest(http.MethodPost, Origin+"/logout", http.NoBody)
	r.Header.Set("X-Amz-Sso_bearer_token", token)
	return h.send(r)
}

func (h *House) send(r *http.Request) Answer {
	h.T.Helper()
	w := httptest.NewRecorder()
	h.Handler.ServeHTTP(w, r)
	a := Answer{Status: w.Code, Code: w.Header().Get("X-Amzn-Errortype"), Header: w.Header()}
	text, _ := io.ReadAll(w.Body)
	if err := json.Unmarshal(text, &a.Body); err != nil {
		h.T.Fatalf("%s: %v: %s", r.URL.Path, err, text)
	}
	return a
}

// CallerIdentity asks STS who role credentials are of.
func (h *House) CallerIdentity(credentials map[string]any) string {
	h.T.Helper()
	text := func(name string) string { s, _ := credentials[name].(string); return s }
	body := "Action=GetCallerIdentity&Version=2011-06-15"
	r := httptest.NewRequest(http.MethodPost, Origin+"/", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	keys := calltest.Keys{AccessKeyID: text("accessKeyId"), SecretAccessKey: text("secretAccessKey"), SessionToken: text("sessionToken")}
	calltest.Sign(r, body, keys, "us-east-1", "sts", h.Now)
	w := httptest.NewRecorder()
	h.Handler.ServeHTTP(w, r)
	return w.Body.String()
}
