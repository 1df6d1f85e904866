package portal

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"github.com/rolecall-iam/rolecall/authn/bearer"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

const (
	sessionCookie = "rolecall_portal"
	visitCookie   = "rolecall_visit"         // of somebody who is not signed in yet
	signInCookie  = "rolecall_portal_signin" // of somebody who has shown a password
	trustCookie   = "rolecall_trusted"       // of a browser to trust
)

// ownHost begins the names of cookies that browsers take from this very host by
// HTTPS and from nobody else: a neighbour of the same domain, or whoever changes
// what comes without HTTPS, could plant others. It demands the path of the whole
// host.
//
// Source: https://www.rfc-editor.org/rfc/rfc6265#section-8.6 (weak integrity),
// https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#name-the-__host-prefix
const ownHost = "__Host-"

// cookie lets links from elsewhere, such as a program's, lead to a page where
// one is signed in, and no form of another site's.
func (h *handler) cookie(r *http.Request, name, value string) *http.Cookie {
	c := &http.Cookie{Name: name, Value: value, Path: Path, HttpOnly: true, SameSite: http.SameSiteLaxMode}
	if h.isSecure(r) {
		c.Name, c.Path, c.Secure = ownHost+name, "/", true
	}
	return c
}

// isSecure tells whether the browser came by HTTPS, as far as the server knows.
func (h *handler) isSecure(r *http.Request) bool { return h.secure || r.TLS != nil }

// visitor answers the token that the forms of somebody who is not signed in are
// bound to, and gives it to the browser where it has none.
func (h *handler) visitor(w http.ResponseWriter, r *http.Request) (string, error) {
	if token := h.valueOf(r, visitCookie); token != "" {
		return token, nil
	}
	token, err := bearer.New(h.Rand)
	if err == nil {
		http.SetCookie(w, h.cookie(r, visitCookie, token))
	}
	return token, err
}

// longestCookie is beyond any token that was made here.
const longestCookie = 128

func (h *handler) valueOf(r *http.Request, name string) string {
	if h.isSecure(r) {
		name = ownHost + name
	}
	c, err := r.Cookie(name)
	if err != nil || len(c.Value) > longestCookie {
		return ""
	}
	return c.Value
}

// signedIn finds who is signed in, with the token of the cookie.
func (h *handler) signedIn(r *http.Request) (who service.SignedIn, token string, err error) {
	if token = h.valueOf(r, sessionCookie); token == "" {
		return who, "", errSignedOut
	}
	err = h.read(r.Context(), func(reader *directory.Reader) error {
		var ok bool
		if who, ok = service.SignedInBy(reader, token, h.Now(), directory.BrowserToken); !ok {
			return errSignedOut
		}
		return nil
	})
	return who, token, err
}

var errSignedOut = errors.New("not signed in")

// read has something read in one view. A store that fails is not an answer.
func (h *handler) read(ctx context.Context, look func(*directory.Reader) error) error {
	view, err := h.Directory.View(context.WithoutCancel(ctx))
	if err != nil {
		return err
	}
	defer view.Close()
	err = look(&view.Reader)
	if failed := view.Err(); failed != nil {
		return failed
	}
	return err
}

// person is signedIn for a page: who is not signed in is sent to do so, and
// comes back. It answers false where it has answered the request.
func (h *handler) person(w http.ResponseWriter, r *http.Request) (service.SignedIn, string, bool) {
	who, token, err := h.signedIn(r)
	switch {
	case errors.Is(err, errSignedOut):
		next := Path
		if r.Method == http.MethodGet {
			next = local(r.URL.RequestURI())
		}
		http.Redirect(w, r, Path+"signin?next="+url.QueryEscape(next), http.StatusSeeOther)
		return who, "", false
	case err != nil:
		h.broken(w, err)
		return who, "", false
	}
	return who, token, true
}

// poster is person for a form, which must be of that session.
func (h *handler) poster(w http.ResponseWriter, r *http.Request) (service.SignedIn, string, bool) {
	who, token, ok := h.person(w, r)
	if ok && !bearer.IsFormToken(r.PostForm.Get("form"), token) {
		h.problem(w, http.StatusForbidden, "The form has expired. Open the page again.")
		return who, token, false
	}
	return who, token, ok
}

// visiting tells whether a form is of the browser that it was shown to, where
// nobody is signed in yet.
func (h *handler) visiting(w http.ResponseWriter, r *http.Request) (string, bool) {
	token := h.valueOf(r, visitCookie)
	if bearer.IsFormToken(r.PostForm.Get("form"), token) {
		return token, true
	}
	h.problem(w, http.StatusForbidden, "The form has expired. Open the page again.")
	return "", false
}
