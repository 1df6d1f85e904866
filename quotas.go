package rolecall

import (
	"context"
	"errors"
	"fmt"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/service/iam"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// Quota is how many of something an account may have.
type Quota struct {
	Name    string `json:"name"` // as AWS gives it in LimitExceeded, such as RolesPerAccount
	Limit   int    `json:"limit"`
	Default int    `json:"default"` // AWS's
}

// Quotas answers the quotas of an account, by name. The zero account is that of
// the first start.
func (s *Server) Quotas(ctx context.Context, account arn.AccountID) ([]Quota, error) {
	view, err := s.dir.View(ctx)
	if err != nil {
		return nil, err
	}
	defer view.Close()
	if account, err = meant(&view.Reader, account); err != nil {
		return nil, errors.Join(view.Err(), err)
	}
	var list []Quota
	for _, q := range iam.Quotas(&view.Reader, account) {
		list = append(list, Quota(q))
	}
	return list, view.Err()
}

// SetQuota sets a quota of an account; the zero account is that of the first
// start. What there is beyond it stays.
func (s *Server) SetQuota(ctx context.Context, account arn.AccountID, name string, limit int) error {
	return s.dir.Update(ctx, func(tx *directory.Tx) error {
		account, err := meant(&tx.Reader, account)
		if err != nil {
			return err
		}
		return iam.SetQuota(tx, account, name, limit)
	})
}

// meant is an account that is there: the first one where none is named.
func meant(r *directory.Reader, account arn.AccountID) (arn.AccountID, error) {
	if account.IsZero() {
		first, ok := firstAccount(r)
		if !ok {
			return account, errors.New("there is no account")
		}
		return first.ID, nil
	}
	if _, ok := r.Account(account); !ok {
		return account, fmt.Errorf("there is no account %s", account)
	}
	return account, nil
}
