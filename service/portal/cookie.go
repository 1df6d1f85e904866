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

// signedIn finds who is signed in, with the token of the cookie.
func (h *handler) signedIn(r *http.Request) (who service.SignedIn, token string, err error) {
	if token = h.cookies.Value(r, sessionCookie); token == "" {
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
	token := h.cookies.Value(r, visitCookie)
	if bearer.IsFormToken(r.PostForm.Get("form"), token) {
		return token, true
	}
	h.problem(w, http.StatusForbidden, "The form has expired. Open the page again.")
	return "", false
}
