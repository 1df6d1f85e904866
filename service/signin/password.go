package signin

import (
	"encoding/base64"
	"errors"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authn/bearer"
	"github.com/rolecall-iam/rolecall/authn/mfa"
	"github.com/rolecall-iam/rolecall/authn/password"
	"github.com/rolecall-iam/rolecall/authn/session"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/service/internal/browser"
	"github.com/rolecall-iam/rolecall/store/directory"
)

const (
	signInCookie = "rolecall_signin"
	visitCookie  = "rolecall_signin_visit" // of a browser in which nobody is signed in
)

const (
	signInLife   = 12 * time.Hour   // of a sign-in with the console's password, as at AWS
	mostFailures = 5                // wrong passwords in a row
	lockedFor    = 15 * time.Minute // after the last of them
	longestField = 1024
)

// wrong is what everybody is told who does not get in, whatever the reason.
const wrong = "Your authentication information is incorrect, or there were too many wrong attempts: then try again in 15 minutes."

// mustChange is for whoever has shown that the password is theirs.
const mustChange = "You must change your password before you can sign in: use aws iam change-password, or ask your administrator."

// present is who is signed in.
type present struct {
	signIn    *directory.SignIn
	caller    *service.Caller
	partition string
}

// signedIn finds who is signed in in a browser, with the token of the cookie;
// nobody where the first answer is nil.
func (h *handler) signedIn(r *http.Request) (who *present, token string, err error) {
	token = h.cookies.Value(r, signInCookie)
	if token == "" {
		return nil, "", nil
	}
	err = h.read(r.Context(), func(view *directory.View) error {
		s, ok := view.SignIn(idOf(token))
		if !ok || !h.Now().Before(s.Expires) || !holds(view, s) {
			return nil
		}
		partition := arn.PartitionOf(service.UnsignedRegion(r))
		caller, ok := service.OwnerOf(view, s.Account, s.Owner, partition)
		if ok {
			caller.Session = &session.Session{IssuedAt: s.Created, MFATime: s.MFA}
			who = &present{s, caller, partition}
		}
		return nil
	})
	return who, token, err
}

// idOf is the id of the sign-in that a cookie's token opens.
func idOf(token string) string { return bearer.Hash("signin " + token)[:32] }

func (h *handler) askToSignIn(w http.ResponseWriter, r *http.Request, status int, q url.Values, problem string) {
	token, err := h.cookies.Token(w, r, visitCookie, h.Rand)
	if err != nil {
		h.failed(w, err)
		return
	}
	h.show(w, status, "password.html", asked{Form: bearer.FormToken(token), Problem: problem, Hidden: hiddenOf(q)})
}

// ownForm reads a form that this server's own page posts, and refuses all
// others.
func (h *handler) ownForm(w http.ResponseWriter, r *http.Request) bool {
	if h.others.Check(r) != nil {
		h.show(w, http.StatusForbidden, "stop.html", "Another site sent this form.")
		return false
	}
	if status, problem := readForm(w, r, 64<<10); problem != "" {
		h.show(w, status, "stop.html", problem)
		return false
	}
	return true
}

// readForm reads a form of a length at most, and answers what is wrong with it.
func readForm(w http.ResponseWriter, r *http.Request, longest int64) (status int, problem string) {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/x-www-form-urlencoded" {
		return http.StatusUnsupportedMediaType, "This is no form of a page's."
	}
	r.Body = http.MaxBytesReader(w, r.Body, longest)
	var large *http.MaxBytesError
	switch err := r.ParseForm(); {
	case errors.As(err, &large):
		return http.StatusRequestEntityTooLarge, "The form is too large."
	case err != nil:
		return http.StatusBadRequest, "The form could not be read."
	}
	return 0, ""
}

// attempt is somebody's trying to sign in with the console's password.
type attempt struct {
	account               arn.AccountID
	owner                 string // a user's id, or the account's digits; empty for nobody
	hash, text            string // the password's
	code                  string // of an MFA device
	key                   string // of the failures
	known                 string // whose name it is, with a password or without; empty for nobody's
	matches, mustChangeIt bool
	shownMFA              bool
}

// passwordPosted compares the password before it looks at anything else, and
// does as much for a name that nobody has as for one that somebody has.
func (h *handler) passwordPosted(w http.ResponseWriter, r *http.Request) {
	if !h.ownForm(w, r) {
		return
	}
	f := r.PostForm
	if _, problem := h.authorization(r, f); problem != "" {
		h.show(w, http.StatusBadRequest, "stop.html", problem)
		return
	}
	if !bearer.IsFormToken(f.Get("form"), h.cookies.Value(r, visitCookie)) {
		h.show(w, http.StatusForbidden, "stop.html", "The form has expired. Begin again in your program.")
		return
	}
	account, name := strings.TrimSpace(f.Get("account")), strings.TrimSpace(f.Get("username"))
	a := &attempt{text: f.Get("password"), code: strings.TrimSpace(f.Get("code"))}
	if len(account)+len(name)+len(a.text)+len(a.code) > longestField {
		h.askToSignIn(w, r, http.StatusUnauthorized, f, wrong)
		return
	}
	if err := h.compare(r, a, account, name); err != nil {
		h.failed(w, err)
		return
	}
	token, err := bearer.New(h.Rand)
	if err == nil {
		err = h.enter(r, a, token)
	}
	if err == nil {
		h.tellOfPassword(r, a)
	}
	switch {
	case err != nil:
		h.failed(w, err)
	case !a.matches:
		h.askToSignIn(w, r, http.StatusUnauthorized, f, wrong)
	case a.mustChangeIt:
		h.askToSignIn(w, r, http.StatusUnauthorized, f, mustChange)
	default:
		http.SetCookie(w, h.cookies.New(r, signInCookie, token))
		http.SetCookie(w, h.cookies.Gone(r, visitCookie))
		h.backToWish(w, r)
	}
}

// backToWish shows the wish again, to whoever is signed in now.
func (h *handler) backToWish(w http.ResponseWriter, r *http.Request) {
	q := url.Values{}
	for name, value := range hiddenOf(r.PostForm) {
		q.Set(name, value)
	}
	http.Redirect(w, r, Path+"authorize?"+q.Encode(), http.StatusSeeOther)
}

// compare finds whoever it is and compares the password; where there is nobody,
// with a hash that no password has.
func (h *handler) compare(r *http.Request, a *attempt, account, name string) error {
	err := h.read(r.Context(), func(view *directory.View) error {
		id, err := arn.ParseAccountID(account)
		if err != nil {
			id, _ = view.AliasAccount(strings.ToLower(account))
		}
		a.account = id
		if id.IsZero() {
			return nil
		}
		owner := id.String() // of the root user
		if name != "" {
			u, ok := view.User(id, name)
			if !ok {
				return nil
			}
			owner = u.ID
		}
		a.known = owner
		if p := view.Credentials(id, owner).Password; p != nil {
			a.owner, a.hash = owner, p.Hash
		}
		return nil
	})
	if err != nil {
		return err
	}
	a.key = "signin " + bearer.Hash(strings.ToLower(account)+"\x00"+strings.ToLower(name))
	if !a.account.IsZero() {
		a.key = "signin " + bearer.Hash(a.account.String()+"\x00"+strings.ToLower(name))
	}
	hash := a.hash
	if hash == "" {
		hash = h.nobody
	}
	if err := h.hashing.Take(r.Context(), browser.Network(r.RemoteAddr)); err != nil {
		return err
	}
	defer h.hashing.Leave()
	a.matches = password.Matches(hash, a.text) && a.owner != ""
	return nil
}

// enter lets somebody in, or counts one more failure, in one transaction that
// writes in any case.
func (h *handler) enter(r *http.Request, a *attempt, token string) error {
	now := h.Now().UTC()
	matched := a.matches
	return h.Login.Directory.Update(r.Context(), func(tx *directory.Tx) error {
		a.matches, a.mustChangeIt, a.shownMFA = matched, false, false
		tx.ForgetExpired(now)
		failures, _ := tx.SignInFailures(a.key)
		count := 0
		if failures != nil && now.Before(failures.Expires) {
			count = failures.Count
		}
		p := tx.Credentials(a.account, a.owner).Password
		a.matches = matched && count < mostFailures && p != nil && p.Hash == a.hash
		shown, ok := time.Time{}, false
		if a.matches {
			if shown, ok = h.secondFactor(tx, a, now); !ok {
				a.matches = false
			}
		}
		if !a.matches {
			tx.PutSignInFailures(a.key, &directory.SignInFailures{Count: min(count+1, mostFailures), Expires: now.Add(lockedFor)})
			return nil
		}
		if count > 0 {
			tx.DeleteSignInFailures(a.key)
		}
		a.shownMFA = !shown.IsZero()
		if a.mustChangeIt = p.ResetRequired; !a.mustChangeIt {
			tx.PutSignIn(&directory.SignIn{ID: idOf(token), Account: a.account, Owner: a.owner, Created: now, Expires: now.Add(signInLife), MFA: shown, Password: bearer.Hash(p.Hash)})
		}
		return nil
	})
}

// secondFactor wants a code of one of the devices that a user has enabled, if
// there is any, and answers when it was shown.
func (h *handler) secondFactor(tx *directory.Tx, a *attempt, now time.Time) (time.Time, bool) {
	u, ok := tx.UserByID(a.account, a.owner)
	if !ok {
		return time.Time{}, a.owner == a.account.String()
	}
	has, right := false, false
	tx.MFADevicesOf(u, "", func(before *directory.MFADevice) bool {
		has = true
		seed, err := h.Login.Keys.OpenSecret(before.ID, before.Sealed)
		if err != nil {
			return true
		}
		if step, ok := mfa.Verify(seed, a.code, now, before.Drift, before.Used); ok {
			d := before.Clone()
			d.Used = step
			tx.PutMFADevice(before, d)
			right = true
		}
		return !right
	})
	if !has {
		return time.Time{}, true
	}
	return now, right
}

// leave signs out of this browser, so that somebody else can sign in.
func (h *handler) leave(w http.ResponseWriter, r *http.Request) {
	if !h.ownForm(w, r) {
		return
	}
	token := h.cookies.Value(r, signInCookie)
	if !bearer.IsFormToken(r.PostForm.Get("form"), token) {
		h.show(w, http.StatusForbidden, "stop.html", "The form has expired. Begin again in your program.")
		return
	}
	err := h.Login.Directory.Update(r.Context(), func(tx *directory.Tx) error {
		tx.DeleteSignIn(idOf(token))
		return nil
	})
	if err != nil {
		h.failed(w, err)
		return
	}
	http.SetCookie(w, h.cookies.Gone(r, signInCookie))
	h.backToWish(w, r)
}

// encoded is what people carry to a program on another machine.
//
// Source: awscli/customizations/login/utils.py (parse_verification_code)
func encoded(q url.Values) string { return base64.StdEncoding.EncodeToString([]byte(q.Encode())) }
