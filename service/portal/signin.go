package portal

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/rolecall-iam/rolecall/authn/bearer"
	"github.com/rolecall-iam/rolecall/authn/mfa"
	"github.com/rolecall-iam/rolecall/authn/password"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// sessionLife is how long one stays signed in: AWS's default.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/configure-user-session.html
const sessionLife = 8 * time.Hour

const (
	mostFailures = 5                // wrong passwords in a row
	lockedFor    = 15 * time.Minute // after the last of them
)

// refused is what everybody is told who does not get in, whatever the reason.
const refused = "The username, the password or the one-time code is wrong, or there were too many wrong ones: then try again in 15 minutes."

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
	token, err := h.visitor(w, r)
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
	h.show(w, status, "signin.html", page{Title: "Sign in", Form: bearer.FormToken(token), Problem: problem, Of: form{next, stores > 1}})
}

// attempt is somebody's trying to sign in.
type attempt struct {
	store, name, password, code string

	key     string            // of the failures
	person  *directory.Person // as it was when the password was compared; may be nil
	matches bool              // the password
}

// signIn looks at the password before it looks at anything else, and does as
// much for a name that nobody has as for one that somebody has.
func (h *handler) signIn(w http.ResponseWriter, r *http.Request) {
	if _, ok := h.visiting(w, r); !ok {
		return
	}
	f, next := r.PostForm, local(r.PostForm.Get("next"))
	a := &attempt{store: f.Get("directory"), name: strings.TrimSpace(f.Get("username")), password: f.Get("password"), code: strings.TrimSpace(f.Get("code"))}
	if len(a.name) > 1024 || len(a.password) > 1024 || len(a.code) > 16 || len(a.store) > 64 {
		h.askToSignIn(w, r, http.StatusBadRequest, next, refused)
		return
	}
	if err := h.compare(r, a); err != nil {
		h.broken(w, err)
		return
	}
	token, err := bearer.New(h.Rand)
	if err != nil {
		h.broken(w, err)
		return
	}
	in, err := h.decide(r, a, token)
	switch {
	case err != nil:
		h.broken(w, err)
	case !in:
		h.askToSignIn(w, r, http.StatusUnauthorized, next, refused)
	case a.person.MustChange:
		http.Redirect(w, r, Path+"password?token="+url.QueryEscape(token), http.StatusSeeOther)
	default:
		http.SetCookie(w, h.cookie(r, sessionCookie, token))
		gone := h.cookie(r, visitCookie, "")
		gone.MaxAge = -1
		http.SetCookie(w, gone)
		http.Redirect(w, r, next, http.StatusSeeOther)
	}
}

// compare finds the person and compares the password; where there is no person,
// with a hash that no password has.
func (h *handler) compare(r *http.Request, a *attempt) error {
	err := h.read(r.Context(), func(reader *directory.Reader) error {
		if a.store == "" {
			reader.Instances(func(i *directory.Instance) bool { a.store = i.Store; return false })
		}
		a.person, _ = reader.PersonNamed(a.store, a.name)
		return nil
	})
	if err != nil {
		return err
	}
	a.key = bearer.Hash(a.store + "\x00" + strings.ToLower(a.name))
	hash := h.nobody
	if a.person != nil && a.person.Password != "" {
		hash = a.person.Password
	}
	select {
	case h.hashing <- struct{}{}:
		defer func() { <-h.hashing }()
	case <-r.Context().Done():
		return r.Context().Err()
	}
	a.matches = password.Matches(hash, a.password) && hash != h.nobody
	return nil
}

// decide lets somebody in, or counts one more failure, in one transaction that
// writes in any case. For somebody who must set another password the token is
// one for that, and no session begins.
func (h *handler) decide(r *http.Request, a *attempt, token string) (in bool, err error) {
	now := h.Now().UTC()
	err = h.Directory.Update(r.Context(), func(tx *directory.Tx) error {
		in = false
		tx.ForgetExpired(now)
		failures, _ := tx.SignInFailures(a.key)
		count := 0
		if failures != nil && now.Before(failures.Expires) {
			count = failures.Count
		}
		if count >= mostFailures || !a.holds(tx) || !h.secondFactor(tx, a, now) {
			tx.PutSignInFailures(a.key, &directory.SignInFailures{Count: min(count+1, mostFailures), Expires: now.Add(lockedFor)})
			return nil
		}
		in = true
		if count > 0 {
			tx.DeleteSignInFailures(a.key)
		}
		if a.person.MustChange {
			tx.PutPasswordLink(&directory.PasswordLink{Hash: bearer.Hash(token), Store: a.store, Person: a.person.ID, Expires: now.Add(lockedFor)})
			return nil
		}
		begin(tx, a.person, token, now)
		return nil
	})
	return in, err
}

// begin writes a new session with the token of the browser's cookie.
func begin(tx *directory.Tx, p *directory.Person, token string, now time.Time) {
	s := &directory.SSOSession{ID: bearer.Hash("session " + token)[:32], Store: p.Store, Person: p.ID, Created: now, Expires: now.Add(sessionLife)}
	tx.PutSSOSession(s)
	tx.PutSSOToken(&directory.SSOToken{Hash: bearer.Hash(token), Kind: directory.BrowserToken, Session: s.ID, Expires: s.Expires})
}

// holds tells whether the password that was compared is still the person's, who
// may still sign in.
func (a *attempt) holds(tx *directory.Tx) bool {
	p, ok := tx.PersonNamed(a.store, a.name)
	return ok && a.matches && !p.Disabled && p.ID == a.person.ID && p.Password == a.person.Password
}

// secondFactor tells whether somebody who has registered an authenticator app
// has typed a code of it, which is good for one use.
func (h *handler) secondFactor(tx *directory.Tx, a *attempt, now time.Time) bool {
	before, ok := tx.Person(a.store, a.person.ID)
	if !ok {
		return false
	}
	has := false
	for i, device := range before.Devices {
		if device.Kind != "totp" {
			continue
		}
		has = true
		seed, err := h.Keys.OpenSecret(device.ID, device.Sealed)
		if err != nil {
			continue
		}
		if step, ok := mfa.Verify(seed, a.code, now, device.Drift, device.Used); ok {
			p := before.Clone()
			p.Devices = slices.Clone(before.Devices)
			p.Devices[i].Used = step
			tx.PutPerson(before, p)
			return true
		}
	}
	return !has
}

// signOut ends the session, and with it the tokens of all programs that the
// person approved in it.
func (h *handler) signOut(w http.ResponseWriter, r *http.Request) {
	who, _, ok := h.poster(w, r)
	if !ok {
		return
	}
	err := h.Directory.Update(r.Context(), func(tx *directory.Tx) error {
		if s, ok := tx.SSOSession(who.Session.ID); ok {
			tx.DeleteSSOSession(s)
		}
		return nil
	})
	if err != nil {
		h.broken(w, err)
		return
	}
	gone := h.cookie(r, sessionCookie, "")
	gone.MaxAge = -1
	http.SetCookie(w, gone)
	http.Redirect(w, r, Path+"signin", http.StatusSeeOther)
}
