package rolecall

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authn/session"
	"github.com/rolecall-iam/rolecall/service/iam/moving"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// Import is an account that is to move in: what aws iam
// get-account-authorization-details prints of it.
type Import struct {
	Files []moving.File `json:"files"`

	// AccountID is the account, where no ARN in the files tells it.
	AccountID arn.AccountID `json:"accountId"`

	// Name is for people, and Root the access key of its root user, where the
	// account is made; a random one where it is zero.
	Name string      `json:"name"`
	Root Credentials `json:"root"`
}

// Imported tells of an account that moved in.
type Imported struct {
	AccountID arn.AccountID `json:"accountId"`
	moving.Counts
	Notes []string `json:"notes"` // what is not as it was at AWS

	// Root is the key of the root user that an account which was not here before
	// got; zero otherwise.
	Root Credentials `json:"root,omitzero"`
}

// Import recreates a real account, with its unique ids: all of it or, with an
// error, nothing. A *moving.Error is about the files. Whoever had access keys
// and passwords has none here; an account that was not here before gets an
// access key of its root user, with which others can be made.
func (s *Server) Import(ctx context.Context, in Import) (Imported, error) {
	account, err := moving.Read(in.Files, in.AccountID)
	if err != nil {
		return Imported{}, err
	}
	root := in.Root
	if root == (Credentials{}) {
		if root, err = s.newCredentials(account.ID); err != nil {
			return Imported{}, err
		}
	}
	out := Imported{AccountID: account.ID, Counts: account.Counts()}
	err = s.dir.Load(ctx, func(tx *directory.Tx) error {
		out.Root = Credentials{}
		if _, here := tx.Account(account.ID); !here {
			out.Root = root
			made := &directory.Account{ID: account.ID, Name: in.Name, Created: second(s.now())}
			if err := s.addRootKey(tx, made, root); err != nil {
				return err
			}
		} else if in.Root != (Credentials{}) || in.Name != "" {
			return fmt.Errorf("account %s is here already: it keeps its name and its keys", account.ID)
		}
		return account.Write(tx)
	})
	out.Notes = account.Notes()
	return out, err
}

// Export writes an account that lives here in the form that Import reads, with
// ARNs of a partition. The zero account is that of the first start.
func (s *Server) Export(ctx context.Context, account arn.AccountID, partition string, w io.Writer) error {
	view, err := s.dir.View(ctx)
	if err != nil {
		return err
	}
	defer view.Close()
	if account.IsZero() {
		if first, ok := firstAccount(&view.Reader); ok {
			account = first.ID
		}
	}
	if _, ok := view.Account(account); !ok {
		return errors.Join(view.Err(), fmt.Errorf("account %s is not here", account))
	}
	return errors.Join(moving.Export(w, &view.Reader, account, partition), view.Err())
}

// newCredentials are a random access key.
func (s *Server) newCredentials(account arn.AccountID) (Credentials, error) {
	id, err := arn.NewKeyID(arn.AccessKeyPrefix, account, s.rand)
	if err != nil {
		return Credentials{}, err
	}
	secret, err := session.NewSecret(s.rand)
	return Credentials{id, secret}, err
}
