package portal

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/rolecall-iam/rolecall/authn/bearer"
	"github.com/rolecall-iam/rolecall/authn/oidc"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/service/internal/browser"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// External is what signing in at an identity provider of one's own stands on.
type External struct {
	// Redeem gets the ID token that a code stands for.
	Redeem func(ctx context.Context, at *directory.OIDCSource, secret string, form url.Values) (idToken string, err error)
	// Verify answers who a token of an issuer speaks of.
	Verify func(ctx context.Context, issuer, idToken string, rules oidc.Rules) (*oidc.Identity, error)
}

// external is the portal with the ways to and from identity providers.
type external struct {
	*handler
	External
	starts *starts // of sign-ins, which strangers begin
}

// externalLife is how long somebody may take at the provider, and
// confirmLife to agree to what the provider began.
const (
	externalLife = 10 * time.Minute
	confirmLife  = 2 * time.Minute
)

// WithExternal adds to the portal, which New made, that people sign in at the
// identity provider that their identity store has.
func WithExternal(pages http.Handler, c External) (http.Handler, error) {
	h, ok := pages.(*handler)
	if !ok {
		return nil, errors.New("these are not the pages of the portal")
	}
	x := &external{handler: h, External: c, starts: newStarts()}
	const acs = "POST " + Path + "saml/{store}/acs"
	h.others.AddInsecureBypassPattern(acs) // providers are other sites; what they sign is the proof
	for route, serve := range map[string]http.HandlerFunc{
		"GET " + Path + "external":              x.choose,
		"GET " + Path + "external/start":        x.start,
		"GET " + Path + "external/finish":       x.finish,
		"GET " + Path + "external/confirm":      x.confirmPage,
		"POST " + Path + "external/confirm":     x.confirm,
		"GET " + Path + "saml/metadata":         x.metadata,
		"GET " + Path + "saml/{store}/metadata": x.metadata,
		"GET " + Path + "oidc/{store}/callback": x.callback,
		acs:                                     x.samlResponse,
	} {
		h.mux.HandleFunc(route, serve)
	}
	return x, nil
}

// ServeHTTP leads those who would sign in with a password to the provider of
// their identity store, where it has one.
func (x *external) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !x.begin(w, r) {
		return
	}
	if r.URL.Path != Path+"signin" {
		x.mux.ServeHTTP(w, r)
		return
	}
	next, leads, err := r.URL.Query().Get("next"), false, error(nil)
	if r.Method == http.MethodPost {
		next = r.PostForm.Get("next")
		leads, err = x.takesNoPassword(r)
	} else {
		leads, err = x.leads(r)
	}
	switch {
	case err != nil:
		x.broken(w, err)
	case leads:
		http.Redirect(w, r, Path+"external?next="+url.QueryEscape(local(next)), http.StatusSeeOther)
	default:
		x.mux.ServeHTTP(w, r)
	}
}

// leads tells whether the page to sign in on begins with the choice of a
// provider.
func (x *external) leads(r *http.Request) (bool, error) {
	all, passwords, err := x.sources(r.Context())
	return len(all) > 0 && !(passwords && r.URL.Query().Has("password")), err
}

// takesNoPassword tells whether the password of a form is for an identity store
// whose people sign in elsewhere.
func (x *external) takesNoPassword(r *http.Request) (no bool, err error) {
	store := r.PostForm.Get("directory")
	err = x.read(r.Context(), func(reader *directory.Reader) error {
		if store == "" {
			reader.Instances(func(i *directory.Instance) bool { store = i.Store; return false })
		}
		no = !takesPasswords(reader, store)
		return nil
	})
	return no, err
}

// sources are the providers of all identity stores, and whether there is a
// store whose people have passwords.
func (x *external) sources(ctx context.Context) (all []*directory.IdentitySource, passwords bool, err error) {
	err = x.read(ctx, func(reader *directory.Reader) error {
		reader.Instances(func(i *directory.Instance) bool {
			s, ok := reader.IdentitySource(i.Store)
			if ok {
				all = append(all, s)
			}
			passwords = passwords || !ok || s.Passwords
			return true
		})
		return nil
	})
	return all, passwords, err
}

// source is the provider of an identity store that has an instance.
func source(reader *directory.Reader, store string) (*directory.IdentitySource, bool) {
	if _, ok := service.InstanceOfStore(reader, store); !ok {
		return nil, false
	}
	return reader.IdentitySource(store)
}

// choice is what the page of providers is made of.
type choice struct {
	Next      string
	Sources   []*directory.IdentitySource
	Passwords bool
}

// choose shows where one signs in.
func (x *external) choose(w http.ResponseWriter, r *http.Request) {
	next := local(r.URL.Query().Get("next"))
	if _, _, err := x.signedIn(r); err == nil {
		http.Redirect(w, r, next, http.StatusSeeOther)
		return
	} else if !errors.Is(err, errSignedOut) {
		x.broken(w, err)
		return
	}
	all, passwords, err := x.sources(r.Context())
	switch {
	case err != nil:
		x.broken(w, err)
	case len(all) == 0:
		http.Redirect(w, r, Path+"signin?next="+url.QueryEscape(next), http.StatusSeeOther)
	default:
		x.show(w, http.StatusOK, "external.html", page{Title: "Sign in", Of: choice{next, all, passwords}})
	}
}

// noProvider is all that is said of an identity store without a provider.
const noProvider = "There is no identity provider to sign in with."

// start sends a browser to the provider, with what it will have to bring back.
func (x *external) start(w http.ResponseWriter, r *http.Request) {
	store, next := r.URL.Query().Get("directory"), local(r.URL.Query().Get("next"))
	if len(next) > longestKept {
		next = Path
	}
	if !x.starts.allow(browser.Network(r.RemoteAddr), x.Now()) {
		x.problem(w, http.StatusTooManyRequests, tooMany)
		return
	}
	visit, err := x.cookies.Token(w, r, visitCookie, x.Rand)
	var state string
	if err == nil {
		state, err = bearer.New(x.Rand)
	}
	if err != nil {
		x.broken(w, err)
		return
	}
	now := x.Now().UTC()
	var to string
	err = x.Directory.Update(r.Context(), func(tx *directory.Tx) error {
		at, ok := source(&tx.Reader, store)
		if !ok {
			to = ""
			return nil
		}
		s := &directory.ExternalSignIn{Hash: bearer.Hash(state), Store: store, Visit: bearer.Hash(visit), Next: next, Expires: now.Add(externalLife)}
		if at.SAML != nil {
			s.Request = "_" + bearer.Hash("request " + state)[:40]
			to, err = samlRequest(at, s.Request, state, now)
		} else {
			to, err = oidcRequest(at, visit, state)
		}
		if err != nil {
			return err
		}
		tx.ForgetExpired(now)
		tx.PutExternalSignIn(s)
		return nil
	})
	switch {
	case err != nil:
		x.broken(w, err)
	case to == "":
		x.problem(w, http.StatusNotFound, noProvider)
	default:
		http.Redirect(w, r, to, http.StatusSeeOther)
	}
}

// derived is a secret that only the browser in which a sign-in began can make
// again: nothing of it is stored.
func derived(visit, purpose, state string) string {
	mac := hmac.New(sha256.New, []byte(visit))
	mac.Write([]byte(purpose + " " + state)) // never fails
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// Why nobody is let in. Who it was is not told.
const (
	mayNotSignIn = "Your identity provider knows you, but you may not sign in here. Ask your administrator for a user with the same name."
	notBegun     = "This sign-in did not begin in this browser, or has taken too long. Begin again."
	notProven    = "What your identity provider answered cannot be accepted. Begin again, or ask your administrator."
)

// named finds the person whom a provider calls by a name: the user name, to the
// letter but for its case.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/other-idps.html
// (the NameID must be the user name)
func named(reader *directory.Reader, store, name string) (*directory.Person, bool) {
	if name == "" || len(name) > 1024 {
		return nil, false
	}
	p, ok := reader.PersonNamed(store, name)
	return p, ok && !p.Disabled
}

// finish begins the session of somebody whom a SAML provider has vouched for,
// in the browser that was sent there.
func (x *external) finish(w http.ResponseWriter, r *http.Request) {
	visit := x.cookies.Value(r, visitCookie)
	x.enter(w, r, r.URL.Query().Get("state"), func(s *directory.ExternalSignIn) bool {
		return visit != "" && s.Visit == bearer.Hash(visit)
	})
}

// confirmPage asks whether somebody wants to be signed in as whom the provider
// says, where the provider began: any site could have made the browser go
// there.
func (x *external) confirmPage(w http.ResponseWriter, r *http.Request) {
	state := r.URL.Query().Get("state")
	token, err := x.cookies.Token(w, r, visitCookie, x.Rand)
	name := ""
	if err == nil {
		err = x.read(r.Context(), func(reader *directory.Reader) error {
			if s, ok := reader.ExternalSignIn(bearer.Hash(state)); ok && s.Visit == "" && x.Now().Before(s.Expires) {
				if p, ok := reader.Person(s.Store, s.Person); ok {
					name = p.UserName
				}
			}
			return nil
		})
	}
	switch {
	case err != nil:
		x.broken(w, err)
	case name == "":
		x.problem(w, http.StatusBadRequest, notBegun)
	default:
		x.show(w, http.StatusOK, "confirm.html", page{Title: "Sign in as " + name + "?", Form: bearer.FormToken(token), Of: state})
	}
}

// confirm begins the session that a provider began, once the person agrees.
func (x *external) confirm(w http.ResponseWriter, r *http.Request) {
	if _, ok := x.visiting(w, r); !ok {
		return
	}
	x.enter(w, r, r.PostForm.Get("state"), func(s *directory.ExternalSignIn) bool { return s.Visit == "" })
}

// enter begins a session for whom a provider has vouched, once, if the sign-in
// is of this browser.
func (x *external) enter(w http.ResponseWriter, r *http.Request, state string, own func(*directory.ExternalSignIn) bool) {
	token, workflow, err := x.secrets()
	if err != nil {
		x.broken(w, err)
		return
	}
	now := x.Now().UTC()
	var in *directory.ExternalSignIn
	err = x.Directory.Update(r.Context(), func(tx *directory.Tx) error {
		in = nil
		s, ok := tx.ExternalSignIn(bearer.Hash(state))
		if !ok || !now.Before(s.Expires) || s.Person == "" || !own(s) {
			return nil
		}
		tx.DeleteExternalSignIn(s.Hash)
		if x.admit(tx, s, token, workflow, now) {
			in = s
		}
		return nil
	})
	x.goOn(w, r, in, token, workflow, err)
}

// secrets are the token of a new session, and the id that names its sign-in in
// the trail.
func (x *external) secrets() (token, workflow string, err error) {
	if token, err = bearer.New(x.Rand); err != nil {
		return "", "", err
	}
	workflow, err = uuid(x.Rand)
	return token, workflow, err
}

// admit writes the session of somebody whom a provider has vouched for, who is
// still there. It ends with the provider's.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/configure-user-session.html
// (SessionNotOnOrAfter)
func (x *external) admit(tx *directory.Tx, s *directory.ExternalSignIn, token, workflow string, now time.Time) bool {
	p, ok := tx.Person(s.Store, s.Person)
	if _, still := source(&tx.Reader, s.Store); !ok || !still || p.Disabled {
		return false
	}
	ends := now.Add(sessionLife)
	if !s.Ends.IsZero() && s.Ends.Before(ends) {
		ends = s.Ends.UTC()
	}
	session := &directory.SSOSession{ID: sessionID(workflow), Store: p.Store, Person: p.ID, Created: now, Expires: ends}
	tx.PutSSOSession(session)
	tx.PutSSOToken(&directory.SSOToken{Hash: bearer.Hash(token), Kind: directory.BrowserToken, Session: session.ID, Expires: ends})
	return true
}

// goOn sends a browser on in which a session has begun, or tells that none has.
func (x *external) goOn(w http.ResponseWriter, r *http.Request, in *directory.ExternalSignIn, token, workflow string, err error) {
	switch {
	case err != nil:
		x.broken(w, err)
	case in == nil:
		x.problem(w, http.StatusBadRequest, notBegun)
	default:
		http.SetCookie(w, x.cookies.New(r, sessionCookie, token))
		gone := x.cookies.New(r, visitCookie, "")
		gone.MaxAge = -1
		http.SetCookie(w, gone)
		x.tellOfProvider(r, in, workflow)
		http.Redirect(w, r, in.Next, http.StatusSeeOther)
	}
}

// tellOfProvider tells of a sign-in for which a provider has vouched.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/understanding-sign-in-events.html (EXTERNAL_IDP)
func (x *external) tellOfProvider(r *http.Request, s *directory.ExternalSignIn, workflow string) {
	var home *directory.IdentityStore
	var who *directory.Person
	err := x.read(r.Context(), func(reader *directory.Reader) error {
		home, _ = reader.IdentityStore(s.Store)
		who, _ = reader.Person(s.Store, s.Person)
		return nil
	})
	if err != nil {
		x.Log.Error("a sign-in could not be told of", "error", err)
		return
	}
	x.tell(r, home, workflow, happening{name: "UserAuthentication", kind: "EXTERNAL_IDP", who: who})
}
