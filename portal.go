package rolecall

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/rolecall-iam/rolecall/authn/bearer"
	"github.com/rolecall-iam/rolecall/service/portal"
	"github.com/rolecall-iam/rolecall/service/ssooidc"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// portalPages makes the access portal.
func (s *Server) portalPages(c Config) (http.Handler, error) {
	pages, err := portal.New(portal.Config{
		URL: s.url, Directory: s.dir, Keys: s.keys, Door: s.door, Trail: s.trail, Now: c.Now, Rand: c.Rand, Log: c.Log,
		Client: s.client,
	})
	if err != nil {
		return nil, err
	}
	return s.withExternal(pages)
}

// client is who asks for approval: a program that registered itself, or an
// application.
func (s *Server) client(id string, now time.Time) (portal.Client, bool) {
	if !strings.HasPrefix(id, "arn:") {
		return s.oidc.Client(id, now)
	}
	view, err := s.dir.View(context.Background())
	if err != nil {
		return nil, false
	}
	defer view.Close()
	c, ok := ssooidc.ApplicationClient(&view.Reader, id)
	return c, ok && view.Err() == nil
}

// authorizePath is where clients of the OpenID Connect API send browsers, at
// AWS as here. The page itself is the portal's.
const authorizePath = "/authorize"

// authorizes tells a browser's way to the page of approval from a request for a
// bucket of that name.
func authorizes(r *http.Request) bool {
	return r.Method == http.MethodGet && r.URL.Path == authorizePath && r.Header.Get("Authorization") == "" && r.URL.Query().Has("client_id")
}

// linkLife is how long a link to set a password holds.
const linkLife = 24 * time.Hour

// PasswordReset says whose password is to be set anew.
type PasswordReset struct {
	UserName string `json:"userName"`
	// Directory is the identity store that the user is in; it may be empty where
	// there is only one.
	Directory string `json:"directory,omitempty"`
}

// PasswordLink is where a person sets a new password at the access portal.
type PasswordLink struct {
	URL     string    `json:"url"` // a path where the server does not know its own address
	Expires time.Time `json:"expires"`
}

// ResetPassword makes a link with which a person of IAM Identity Center sets a
// password for the access portal, once. The present password goes on working
// until then.
func (s *Server) ResetPassword(ctx context.Context, in PasswordReset) (PasswordLink, error) {
	token, err := bearer.New(s.rand)
	if err != nil {
		return PasswordLink{}, err
	}
	now := s.now().UTC()
	link := &directory.PasswordLink{Hash: bearer.Hash(token), Expires: now.Add(linkLife)}
	err = s.dir.Update(ctx, func(tx *directory.Tx) error {
		store, err := storeOf(&tx.Reader, in.Directory)
		if err != nil {
			return err
		}
		p, ok := tx.PersonNamed(store, in.UserName)
		if !ok {
			return fmt.Errorf("there is no user %s in the directory %s", in.UserName, store)
		}
		link.Store, link.Person = store, p.ID
		tx.ForgetExpired(now)
		tx.PutPasswordLink(link)
		return nil
	})
	return PasswordLink{URL: strings.TrimSuffix(s.url, "/") + portal.Path + "password?token=" + url.QueryEscape(token), Expires: link.Expires}, err
}

// storeOf is the identity store with an id, or the only one of all instances.
func storeOf(r *directory.Reader, id string) (string, error) {
	var all []string
	r.IdentityStores(func(s *directory.IdentityStore) bool {
		if id == "" || id == s.ID {
			all = append(all, s.ID)
		}
		return true
	})
	switch {
	case len(all) == 0 && id == "":
		return "", errors.New("there is no directory yet: make an instance of IAM Identity Center first")
	case len(all) == 0:
		return "", fmt.Errorf("there is no directory %s", id)
	case len(all) > 1:
		return "", fmt.Errorf("there are several directories, say which: %s", strings.Join(all, ", "))
	}
	return all[0], nil
}
