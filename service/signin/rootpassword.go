package signin

import (
	"errors"
	"net/http"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authn/bearer"
	"github.com/rolecall-iam/rolecall/authn/password"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/service/internal/browser"
	"github.com/rolecall-iam/rolecall/store/directory"
	"github.com/rolecall-iam/rolecall/trail"
)

// RootPath is where the password of an account's root user is set, by a link of
// the administrator's: AWS sends such a link by e-mail.
const RootPath = Path + "root"

// rootPassword is what the page to set a password on is made of.
type rootPassword struct{ Form, Problem, Token, Account string }

const noLink = "This link was used already, or is too old. Ask your administrator for another."

var errNoLink = errors.New("no such link")

// RootPasswordMark tells the password that an account's root user has from
// another, and nothing about it; it is empty where there is none.
func RootPasswordMark(r *directory.Reader, account arn.AccountID) string {
	if p := r.Credentials(account, account.String()).Password; p != nil {
		return bearer.Hash(p.Hash)
	}
	return ""
}

// linked finds what a link is for.
func linked(r *directory.Reader, token string, now time.Time) (*directory.RootPasswordLink, error) {
	l, ok := r.RootPasswordLink(bearer.Hash(token))
	if !ok || !now.Before(l.Expires) || l.Shown != RootPasswordMark(r, l.Account) {
		return nil, errNoLink
	}
	if _, ok := r.Account(l.Account); !ok {
		return nil, errNoLink
	}
	return l, nil
}

// rootPage shows the form of a link. Looking at it does not use it up.
func (h *handler) rootPage(w http.ResponseWriter, r *http.Request) {
	h.askForRootPassword(w, r, http.StatusOK, r.URL.Query().Get("token"), "")
}

func (h *handler) askForRootPassword(w http.ResponseWriter, r *http.Request, status int, token, problem string) {
	var l *directory.RootPasswordLink
	err := h.read(r.Context(), func(view *directory.View) (err error) {
		l, err = linked(&view.Reader, token, h.Now())
		return err
	})
	var visit string
	if err == nil {
		visit, err = h.cookies.Token(w, r, visitCookie, h.Rand)
	}
	switch {
	case errors.Is(err, errNoLink):
		h.show(w, http.StatusNotFound, "stop.html", noLink)
	case err != nil:
		h.failed(w, err)
	default:
		h.show(w, status, "root.html", rootPassword{bearer.FormToken(visit), problem, token, l.Account.String()})
	}
}

// setRootPassword sets the password, and ends with the old one what began with
// it.
func (h *handler) setRootPassword(w http.ResponseWriter, r *http.Request) {
	if !h.ownForm(w, r) {
		return
	}
	f := r.PostForm
	if !bearer.IsFormToken(f.Get("form"), h.cookies.Value(r, visitCookie)) {
		h.show(w, http.StatusForbidden, "stop.html", "The form has expired. Open the link again.")
		return
	}
	problem := weakness(f.Get("password"))
	if problem == "" && f.Get("password") != f.Get("again") {
		problem = "The two passwords differ."
	}
	if problem != "" {
		h.askForRootPassword(w, r, http.StatusBadRequest, f.Get("token"), problem)
		return
	}
	if err := h.hashing.Take(r.Context(), browser.Network(r.RemoteAddr)); err != nil {
		h.failed(w, err)
		return
	}
	defer h.hashing.Leave()
	account, err := h.replaceRootPassword(r, f.Get("token"), f.Get("password"))
	switch {
	case errors.Is(err, errNoLink):
		h.show(w, http.StatusNotFound, "stop.html", noLink)
	case err != nil:
		h.failed(w, err)
	default:
		h.tellOfRecovery(r, account)
		h.show(w, http.StatusOK, "rootset.html", account.String())
	}
}

func (h *handler) replaceRootPassword(r *http.Request, token, chosen string) (account arn.AccountID, err error) {
	hash, err := password.Hash(chosen, h.Rand)
	if err != nil {
		return account, err
	}
	now := h.Now().UTC()
	err = h.Login.Directory.Update(r.Context(), func(tx *directory.Tx) error {
		l, err := linked(&tx.Reader, token, now)
		if err != nil {
			return err
		}
		account = l.Account
		tx.DeleteRootPasswordLink(l)
		c := tx.Credentials(account, account.String()).Clone()
		c.Account, c.Owner = account, account.String()
		if c.Password == nil {
			c.Password = &directory.Password{Created: now}
		}
		c.Password.Changed, c.Password.Hash, c.Password.ResetRequired = now, hash, false
		tx.PutCredentials(c)
		return nil
	})
	return account, err
}

// tellOfRecovery puts it into the trail of the account.
//
// Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html
// (the root user's password recovery)
func (h *handler) tellOfRecovery(r *http.Request, account arn.AccountID) {
	const name = "PasswordRecoveryCompleted"
	h.happened(r, trail.Event{
		Other:     &trail.Other{Source: "signin.amazonaws.com", Name: name, Output: `{"` + name + `":"Success"}`},
		Recipient: account,
		Identity: trail.Identity{
			Type: "Root", PrincipalID: account.String(), Account: account, ARN: directory.RootARN(arn.PartitionOf(service.UnsignedRegion(r)), account),
		},
	})
}

// weakness tells what a password lacks of what AWS asks of a root user's.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-password.html
func weakness(p string) string {
	const rules = "The password must have 8 to 128 characters, and three of these: upper case letters, lower case letters, digits, other characters."
	if n := utf8.RuneCountInString(p); n < 8 || n > 128 || !utf8.ValidString(p) {
		return rules
	}
	kinds := 0
	plain := func(r rune) bool { return unicode.IsUpper(r) || unicode.IsLower(r) || unicode.IsDigit(r) }
	for _, is := range []func(rune) bool{unicode.IsUpper, unicode.IsLower, unicode.IsDigit, func(r rune) bool { return !plain(r) }} {
		if strings.ContainsFunc(p, is) {
			kinds++
		}
	}
	if kinds < 3 {
		return rules
	}
	return ""
}
