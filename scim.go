package rolecall

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/rolecall-iam/rolecall/service/scim"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// SCIMToken lets an identity provider provision an identity store. Token is
// what it shows, and known only when it is made.
type SCIMToken struct {
	ID              string    `json:"id"`
	IdentityStoreID string    `json:"identityStoreId"`
	Created         time.Time `json:"created"`
	Expires         time.Time `json:"expires"`
	Token           string    `json:"token,omitempty"`
}

// scimHandler serves SCIM beside AWS's services.
func (s *Server) scimHandler(c Config) *scim.Handler {
	return scim.New(scim.Config{Directory: s.dir, Origin: s.origin, Now: c.Now, Rand: c.Rand, Log: c.Log, Trail: s.trail})
}

// mostSCIMTokens is how many tokens an identity store may have at a time.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/provision-automatically.html
// ("each IAM Identity Center directory supports up to two access tokens at a time")
const mostSCIMTokens = 2

// CreateSCIMToken makes a token for an identity store; the only one there is
// where the id is empty.
func (s *Server) CreateSCIMToken(ctx context.Context, store string) (SCIMToken, error) {
	var made SCIMToken
	err := s.dir.Update(ctx, func(tx *directory.Tx) error {
		id, err := oneStore(&tx.Reader, store)
		if err != nil {
			return err
		}
		n := 0
		tx.SCIMTokens(id, func(t *directory.SCIMToken) bool {
			if s.now().Before(t.Expires) {
				n++
			} else {
				tx.DeleteSCIMToken(t)
			}
			return true
		})
		if n >= mostSCIMTokens {
			return fmt.Errorf("%s has %d tokens already: revoke one first", id, n)
		}
		t, text, err := scim.NewToken(id, s.now(), s.rand)
		if err != nil {
			return err
		}
		tx.PutSCIMToken(t)
		made = shownToken(t)
		made.Token = text
		return nil
	})
	return made, err
}

// SCIMTokens lists the tokens of an identity store, or of all.
func (s *Server) SCIMTokens(ctx context.Context, store string) ([]SCIMToken, error) {
	view, err := s.dir.View(ctx)
	if err != nil {
		return nil, err
	}
	defer view.Close()
	found := []SCIMToken{}
	list := func(id string) {
		view.SCIMTokens(id, func(t *directory.SCIMToken) bool {
			found = append(found, shownToken(t))
			return true
		})
	}
	if store == "" {
		view.IdentityStores(func(i *directory.IdentityStore) bool {
			list(i.ID)
			return true
		})
	} else if id, err := oneStore(&view.Reader, store); err != nil {
		return nil, err
	} else {
		list(id)
	}
	return found, view.Err()
}

// RevokeSCIMToken ends a token, by its id, at once.
func (s *Server) RevokeSCIMToken(ctx context.Context, id string) (SCIMToken, error) {
	var gone SCIMToken
	err := s.dir.Update(ctx, func(tx *directory.Tx) error {
		t, ok := tx.SCIMToken(id)
		if !ok {
			return fmt.Errorf("no SCIM token has the id %q", id)
		}
		tx.DeleteSCIMToken(t)
		gone = shownToken(t)
		return nil
	})
	return gone, err
}

func shownToken(t *directory.SCIMToken) SCIMToken {
	return SCIMToken{ID: t.ID, IdentityStoreID: t.Store, Created: t.Created, Expires: t.Expires}
}

// oneStore is the identity store that an id means.
func oneStore(r *directory.Reader, id string) (string, error) {
	if id != "" {
		if _, ok := r.IdentityStore(id); !ok {
			return "", fmt.Errorf("there is no identity store %q", id)
		}
		return id, nil
	}
	var found []string
	r.IdentityStores(func(s *directory.IdentityStore) bool {
		found = append(found, s.ID)
		return true
	})
	switch len(found) {
	case 0:
		return "", errors.New("there is no identity store yet: aws sso-admin create-instance makes one")
	case 1:
		return found[0], nil
	}
	return "", fmt.Errorf("there are several identity stores, %v: give --identity-store", found)
}
