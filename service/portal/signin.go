package portal

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/rolecall-iam/rolecall/authn/bearer"
	"github.com/rolecall-iam/rolecall/authn/password"
	"github.com/rolecall-iam/rolecall/service/internal/browser"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// sessionLife is how long one stays signed in: AWS's default.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/configure-user-session.html
const sessionLife = 8 * time.Hour

const (
	mostFailures = 5                // wrong passwords, or codes, in a row
	lockedFor    = 15 * time.Minute // after the last of them
)

// refused is what everybody is told who does not get in, whatever the reason.
const refused = "The username or the password is wrong, or there were too many wrong ones: then try again in 15 minutes."

// blocked is what somebody is told who has shown the password, and may not sign
// in without a device that they have not.
const blocked = "You need an MFA device to sign in, and have none. Ask your administrator."

// form is what the page to sign in on is made of.
type form struct {
	Next string
	Ask  bool // for the directory, since there are several
}

func (h *handler) signInPage(w http.ResponseWriter, r *http.Request) {
	next := local(r.URL.Query().Get("next"))
	switch _, _, err := h.signedIn(r); {
	case err == nil:
		http.Redirect(w, r, next, http.StatusSeeOther)
	case !errors.Is(err, errSignedOut):
		h.broken(w, err)
	default:
		h.askToSignIn(w, r, http.StatusOK, next, "")
	}
}

func (h *handler) askToSignIn(w http.ResponseWriter, r *http.Request, status int, next, problem string) {
	token, err := h.cookies.Token(w, r, visitCookie, h.Rand)
	if err != nil {
		h.broken(w, err)
		return
	}
	stores := 0
	err = h.read(r.Context(), func(reader *directory.Reader) error {
		reader.Instances(func(*directory.Instance) bool { stores++; return stores < 2 })
		return nil
	})
	if err != nil {
		h.broken(w, err)
		return
	}
	if stores == 0 {
		h.problem(w, http.StatusNotFound, "There is no instance of IAM Identity Center here yet.")
		return
	}
	h.show(w, status, "signin.html", page{Title: "Sign in", Form: bearer.FormToken(token), Problem: problem, Status: done(r), Of: form{next, stores > 1}})
}

// attempt is somebody's trying to sign in.
type attempt struct {
	r                     *http.Request
	store, name, password string
	next                  string
	workflow              string // names it in the trail

	home    *directory.IdentityStore // nil where there is none
	key     string                   // of the failures
	person  *directory.Person        // as it was when the password was compared; may be nil
	matches bool                     // the password
}

// outcome is what becomes of an attempt.
type outcome int

const (
	notIn      outcome = iota
	in                 // a session has begun
	mustChange         // first another password
	mustShow           // first a second factor
	mustEnroll         // first a device is registered
	mayNot             // without a device
)

// signIn looks at the password before it looks at anything else, and does as
// much for a name that nobody has as for one that somebody has.
func (h *handler) signIn(w http.ResponseWriter, r *http.Request) {
	if _, ok := h.visiting(w, r); !ok {
		return
	}
	f := r.PostForm
	a := &attempt{r: r, store: f.Get("directory"), name: strings.TrimSpace(f.Get("username")), password: f.Get("password"), next: local(f.Get("next"))}
	if len(a.name) > 1024 || len(a.password) > 1024 || len(a.store) > 64 {
		h.askToSignIn(w, r, http.StatusBadRequest, a.next, refused)
		return
	}
	var token string
	err := h.compare(r, a)
	if err == nil {
		a.workflow, err = uuid(h.Rand)
	}
	if err == nil {
		token, err = bearer.New(h.Rand)
	}
	if err != nil {
		h.broken(w, err)
		return
	}
	how, err := h.decide(a, token)
	if err != nil {
		h.broken(w, err)
		return
	}
	h.tellOfPassword(a, how)
	h.lead(w, r, how, token, a.next)
}

// lead sends a browser on to what an attempt has come to.
func (h *handler) lead(w http.ResponseWriter, r *http.Request, how outcome, token, next string) {
	switch how {
	case in:
		http.SetCookie(w, h.cookies.New(r, sessionCookie, token))
		for _, name := range []string{visitCookie, signInCookie} {
			http.SetCookie(w, h.cookies.Gone(r, name))
		}
		http.Redirect(w, r, next, http.StatusSeeOther)
	case mustChange:
		http.Redirect(w, r, Path+"password?token="+url.QueryEscape(token), http.StatusSeeOther)
	case mustShow:
		http.SetCookie(w, h.cookies.New(r, signInCookie, token))
		http.Redirect(w, r, Path+"mfa", http.StatusSeeOther)
	case mustEnroll:
		http.SetCookie(w, h.cookies.New(r, signInCookie, token))
		http.Redirect(w, r, Path+"devices/add", http.StatusSeeOther)
	case mayNot:
		h.problem(w, http.StatusForbidden, blocked)
	default:
		h.askToSignIn(w, r, http.StatusUnauthorized, next, refused)
	}
}

// compare finds the person and compares the password; where there is no person,
// with a hash that no password has.
func (h *handler) compare(r *http.Request, a *attempt) error {
	err := h.read(r.Context(), func(reader *directory.Reader) error {
		if a.store == "" {
			reader.Instances(func(i *directory.Instance) bool { a.store = i.Store; return false })
		}
		a.home, _ = reader.IdentityStore(a.store)
		a.person, _ = reader.PersonNamed(a.store, a.name)
		return nil
	})
	if err != nil {
		return err
	}
	a.key = failuresOf(a.store, a.name)
	a.matches, err = h.matches(r, a.person, a.password)
	return err
}

// failuresOf is the key of the wrong passwords for a user name.
func failuresOf(store, name string) string {
	return bearer.Hash(store + "\x00" + strings.ToLower(name))
}

// matches compares a password with that of a person, who may be nobody or have
// none: that takes as long.
func (h *handler) matches(r *http.Request, p *directory.Person, typed string) (bool, error) {
	hash := h.nobody
	if p != nil && p.Password != "" {
		hash = p.Password
	}
	if err := h.hashing.Take(r.Context(), browser.Network(r.RemoteAddr)); err != nil {
		return false, err
	}
	defer h.hashing.Leave()
	return password.Matches(hash, typed) && hash != h.nobody, nil
}

// decide lets somebody in, or further, or counts one more failure, in one
// transaction that writes in any case. For somebody who must set another
// password the token is one for that, and no session begins.
func (h *handler) decide(a *attempt, token string) (how outcome, err error) {
	now := h.Now().UTC()
	err = h.Directory.Update(a.r.Context(), func(tx *directory.Tx) error {
		how = notIn
		tx.ForgetExpired(now)
		count := failures(&tx.Reader, a.key, now)
		p, holds := a.holds(tx)
		if count >= mostFailures || !holds {
			fail(tx, a.key, count, now)
			return nil
		}
		tx.DeleteSignInFailures(a.key)
		if how = h.asks(tx, a.r, p, now); how == in {
			how = admit(tx, p, token, a.workflow, time.Time{}, now)
		} else if how != mayNot {
			tx.PutSSOSignIn(&directory.SSOSignIn{
				Hash: bearer.Hash(token), Workflow: a.workflow, Store: p.Store, Person: p.ID, Shown: p.PasswordMark(), Next: a.next, Expires: now.Add(signInLife),
			})
		}
		return nil
	})
	return how, err
}

// failures are the wrong answers in a row under a key.
func failures(r *directory.Reader, key string, now time.Time) int {
	if f, ok := r.SignInFailures(key); ok && now.Before(f.Expires) {
		return f.Count
	}
	return 0
}

func fail(tx *directory.Tx, key string, count int, now time.Time) {
	tx.PutSignInFailures(key, &directory.SignInFailures{Count: min(count+1, mostFailures), Expires: now.Add(lockedFor)})
}

// holds finds the person whose password was compared, where it is still that,
// and the person may still sign in.
func (a *attempt) holds(tx *directory.Tx) (*directory.Person, bool) {
	p, ok := tx.PersonNamed(a.store, a.name)
	return p, ok && a.matches && takesPasswords(&tx.Reader, a.store) && !p.Disabled && p.ID == a.person.ID && p.Password == a.person.Password
}

// takesPasswords tells whether the people of an identity store sign in with
// passwords, and not at a provider alone.
func takesPasswords(r *directory.Reader, store string) bool {
	s, ok := r.IdentitySource(store)
	return !ok || s.Passwords
}

// admit begins a session, or gives a link to whoever must first set another
// password.
func admit(tx *directory.Tx, p *directory.Person, token, workflow string, mfa, now time.Time) outcome {
	if p.MustChange {
		tx.PutPasswordLink(&directory.PasswordLink{Hash: bearer.Hash(token), Store: p.Store, Person: p.ID, Expires: now.Add(lockedFor)})
		return mustChange
	}
	start(tx, p, token, sessionID(workflow), mfa, now)
	return in
}

// sessionID is the id of the session that a sign-in leads to. It is no secret:
// the trail shows it as the credentialId of all that comes of the sign-in.
func sessionID(workflow string) string { return bearer.Hash("session " + workflow)[:32] }

// start writes a new session with the token of the browser's cookie.
func start(tx *directory.Tx, p *directory.Person, token, id string, mfa, now time.Time) {
	s := &directory.SSOSession{ID: id, Store: p.Store, Person: p.ID, Created: now, Expires: now.Add(sessionLife), MFA: mfa, Shown: p.PasswordMark()}
	tx.PutSSOSession(s)
	tx.PutSSOToken(&directory.SSOToken{Hash: bearer.Hash(token), Kind: directory.BrowserToken, Session: s.ID, Expires: s.Expires})
}

// signOut ends the session, and with it the tokens of all programs that the
// person approved in it.
func (h *handler) signOut(w http.ResponseWriter, r *http.Request) {
	_, token, ok := h.poster(w, r)
	if !ok {
		return
	}
	var nothing struct{}
	if _, err := h.call(r, http.MethodPost, token, "/logout", nil, &nothing); err != nil {
		h.broken(w, err)
		return
	}
	http.SetCookie(w, h.cookies.Gone(r, sessionCookie))
	w.Header().Set("Refresh", "0; url="+Path+"signedout")
	h.show(w, http.StatusOK, "signedout.html", page{Title: "You have signed out"})
}

// signedOut is what the page after signing out leads to. A browser that keeps
// pages to go back to, though none of them may be stored, keeps the one before
// by now, and is told to drop it.
//
// Source: https://web.dev/articles/bfcache, https://www.w3.org/TR/clear-site-data/
func (h *handler) signedOut(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Clear-Site-Data", `"cache"`)
	http.Redirect(w, r, Path+"signin?done=signedout", http.StatusSeeOther)
}
