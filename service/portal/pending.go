package portal

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/rolecall-iam/rolecall/authn/bearer"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/service/internal/browser"
	"github.com/rolecall-iam/rolecall/store/directory"
)

const (
	// signInLife is how long somebody who has shown a password has to show or
	// to register a second factor.
	signInLife = 10 * time.Minute
	// trustLife is how long a browser is trusted.
	trustLife = 30 * 24 * time.Hour
)

// asks says what somebody who has shown the password of a person must do next.
func (h *handler) asks(tx *directory.Tx, r *http.Request, p *directory.Person, now time.Time) outcome {
	i, ok := service.InstanceOfStore(&tx.Reader, p.Store)
	switch {
	case !ok:
		return notIn
	case i.MFA.Prompt == directory.MFANever:
		return in
	case len(p.Devices) > 0:
		if i.MFA.Prompt == directory.MFAContext && h.trusts(tx, r, p, now) {
			return in
		}
		return mustShow
	case i.MFA.Missing == directory.MFAEnroll:
		return mustEnroll
	case i.MFA.Missing == directory.MFABlock:
		return mayNot
	}
	return in
}

// pending is a sign-in that waits, as it is now.
type pending struct {
	token string // of the browser's cookie
	from  *directory.SSOSignIn
	who   *directory.Person
	home  *directory.IdentityStore
	asks  directory.MFAPolicy
}

var errNoSignIn = errors.New("no such sign-in")

// waiting finds the sign-in of a browser. It has ended where the person may not
// sign in any more, or has another password.
func waiting(r *directory.Reader, token string, now time.Time) (pending, error) {
	s, ok := r.SSOSignIn(bearer.Hash(token))
	if token == "" || !ok || !now.Before(s.Expires) {
		return pending{}, errNoSignIn
	}
	p, ok := r.Person(s.Store, s.Person)
	if !ok || p.Disabled || p.PasswordMark() != s.Shown {
		return pending{}, errNoSignIn
	}
	home, ok := r.IdentityStore(s.Store)
	if !ok || !takesPasswords(r, s.Store) {
		return pending{}, errNoSignIn
	}
	i, ok := service.InstanceOfStore(r, s.Store)
	if !ok {
		return pending{}, errNoSignIn
	}
	return pending{token, s, p, home, i.MFA}, nil
}

// half finds the sign-in that waits in a browser; where there is none, one
// begins anew. It answers false where it has answered the request.
func (h *handler) half(w http.ResponseWriter, r *http.Request) (p pending, ok bool) {
	err := h.read(r.Context(), func(reader *directory.Reader) (err error) {
		p, err = waiting(reader, h.cookies.Value(r, signInCookie), h.Now())
		return err
	})
	switch {
	case errors.Is(err, errNoSignIn):
		http.Redirect(w, r, Path+"signin?done=expired", http.StatusSeeOther)
		return p, false
	case err != nil:
		h.broken(w, err)
		return p, false
	case r.Method == http.MethodPost && !bearer.IsFormToken(r.PostForm.Get("form"), p.token):
		h.problem(w, http.StatusForbidden, "The form has expired. Open the page again.")
		return p, false
	}
	return p, true
}

// complete ends a sign-in whose second factor holds: with a session, or with a
// link to set another password.
func (h *handler) complete(tx *directory.Tx, p pending, who *directory.Person, token string, now time.Time) outcome {
	tx.DeleteSSOSignIn(p.from)
	return admit(tx, who, token, p.from.Workflow, now, now)
}

// trusts tells whether a person showed a second factor in this browser before,
// said that it is to be trusted, and nothing about the sign-in has changed: the
// password, the devices, the browser and the network that it is in.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/mfa-getting-started.html
// ("analyzes the sign-in context (such as device, browser, and location)")
func (h *handler) trusts(tx *directory.Tx, r *http.Request, p *directory.Person, now time.Time) bool {
	token := h.cookies.Value(r, trustCookie)
	if token == "" {
		return false
	}
	b, ok := tx.TrustedBrowser(bearer.Hash(token))
	return ok && now.Before(b.Expires) && b.Store == p.Store && b.Person == p.ID && b.Context == signInContext(r, p)
}

// trust makes the browser with a token one to trust.
func trust(tx *directory.Tx, r *http.Request, p *directory.Person, token string, now time.Time) {
	tx.PutTrustedBrowser(&directory.TrustedBrowser{
		Hash: bearer.Hash(token), Store: p.Store, Person: p.ID, Context: signInContext(r, p), Expires: now.Add(trustLife),
	})
}

func signInContext(r *http.Request, p *directory.Person) string {
	parts := []string{p.Store, p.ID, p.Password, r.UserAgent(), browser.Network(r.RemoteAddr)}
	for _, d := range p.Devices {
		parts = append(parts, d.ID)
	}
	slices.Sort(parts[5:])
	return bearer.Hash(strings.Join(parts, "\x00"))
}
