package portal

import (
	"errors"
	"net/http"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/rolecall-iam/rolecall/authn/bearer"
	"github.com/rolecall-iam/rolecall/authn/password"
	"github.com/rolecall-iam/rolecall/service/internal/browser"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// noLink is all that is said of a link that does not work.
const noLink = "This link was used already, or is too old. Ask your administrator for another."

// passwordPage shows the form of a one-time link. Looking at it does not use it
// up: mail programs and chats look at links, too.
func (h *handler) passwordPage(w http.ResponseWriter, r *http.Request) {
	h.askForPassword(w, r, http.StatusOK, r.URL.Query().Get("token"), "")
}

func (h *handler) askForPassword(w http.ResponseWriter, r *http.Request, status int, link, problem string) {
	err := h.read(r.Context(), func(reader *directory.Reader) error {
		_, _, err := linked(reader, link, h.Now())
		return err
	})
	if errors.Is(err, errNoLink) {
		h.problem(w, http.StatusNotFound, noLink)
		return
	}
	visit, failed := h.cookies.Token(w, r, visitCookie, h.Rand)
	if err = errors.Join(err, failed); err != nil {
		h.broken(w, err)
		return
	}
	h.show(w, status, "password.html", page{Title: "Set your password", Form: bearer.FormToken(visit), Problem: problem, Of: link})
}

var errNoLink = errors.New("no such link")

func linked(r *directory.Reader, link string, now time.Time) (*directory.PasswordLink, *directory.Person, error) {
	l, ok := r.PasswordLink(bearer.Hash(link))
	if !ok || !now.Before(l.Expires) {
		return nil, nil, errNoLink
	}
	p, ok := r.Person(l.Store, l.Person)
	if !ok || l.Shown != p.PasswordMark() {
		return nil, nil, errNoLink
	}
	return l, p, nil
}

// setPassword sets the password of whom the link is for. It ends the sessions
// that began with the old one, and the link.
func (h *handler) setPassword(w http.ResponseWriter, r *http.Request) {
	if _, ok := h.visiting(w, r); !ok {
		return
	}
	link, chosen := r.PostForm.Get("token"), r.PostForm.Get("password")
	problem := weakness(chosen)
	if problem == "" && chosen != r.PostForm.Get("again") {
		problem = "The two passwords differ."
	}
	if problem != "" {
		h.askForPassword(w, r, http.StatusBadRequest, link, problem)
		return
	}
	hash, err := h.hash(r, chosen)
	if err != nil {
		h.broken(w, err)
		return
	}
	now := h.Now().UTC()
	var home *directory.IdentityStore
	var who *directory.Person
	err = h.Directory.Update(r.Context(), func(tx *directory.Tx) error {
		l, before, err := linked(&tx.Reader, link, now)
		if err != nil {
			return err
		}
		home, _ = tx.IdentityStore(l.Store)
		who = before
		tx.DeletePasswordLink(l)
		p := before.Clone()
		p.Password, p.MustChange = hash, false
		tx.PutPerson(before, p)
		tx.SSOSessionsOf(p.Store, p.ID, func(s *directory.SSOSession) bool {
			tx.DeleteSSOSession(s)
			return true
		})
		return nil
	})
	switch {
	case errors.Is(err, errNoLink):
		h.problem(w, http.StatusNotFound, noLink)
	case err != nil:
		h.broken(w, err)
	default:
		h.tellOfNewPassword(r, home, who)
		http.Redirect(w, r, Path+"signin?done=password", http.StatusSeeOther)
	}
}

func (h *handler) hash(r *http.Request, chosen string) (string, error) {
	if err := h.hashing.Take(r.Context(), browser.Network(r.RemoteAddr)); err != nil {
		return "", err
	}
	defer h.hashing.Leave()
	return password.Hash(chosen, h.Rand)
}

// weakness tells what a password lacks of what AWS asks for.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/password-requirements.html
func weakness(p string) string {
	n := utf8.RuneCountInString(p)
	if n < 8 || n > 64 || !utf8.ValidString(p) {
		return "The password must have 8 to 64 characters."
	}
	var lower, upper, digit, other bool
	for _, r := range p {
		switch {
		case unicode.IsLower(r):
			lower = true
		case unicode.IsUpper(r):
			upper = true
		case unicode.IsDigit(r):
			digit = true
		default:
			other = true
		}
	}
	if !lower || !upper || !digit || !other {
		return "The password must have a lower case and an upper case letter, a digit and another character."
	}
	return ""
}
