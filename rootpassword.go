package rolecall

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authn/bearer"
	"github.com/rolecall-iam/rolecall/service/signin"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// RootPasswordReset says of which account the root user's password is to be set.
type RootPasswordReset struct {
	AccountID string `json:"accountId"`
}

// ResetRootPassword makes a link with which the root user of an account sets the
// password of the console, once: AWS sends such a link by e-mail. The present
// password goes on working until then.
func (s *Server) ResetRootPassword(ctx context.Context, in RootPasswordReset) (PasswordLink, error) {
	account, err := arn.ParseAccountID(in.AccountID)
	if err != nil {
		return PasswordLink{}, err
	}
	token, err := bearer.New(s.rand)
	if err != nil {
		return PasswordLink{}, err
	}
	now := s.now().UTC()
	link := &directory.RootPasswordLink{Hash: bearer.Hash(token), Account: account, Expires: now.Add(linkLife)}
	err = s.dir.Update(ctx, func(tx *directory.Tx) error {
		if _, ok := tx.Account(account); !ok {
			return fmt.Errorf("there is no account %s", account)
		}
		link.Shown = signin.RootPasswordMark(&tx.Reader, account)
		tx.ForgetExpired(now)
		tx.PutRootPasswordLink(link)
		return nil
	})
	if err != nil {
		return PasswordLink{}, err
	}
	return PasswordLink{URL: strings.TrimSuffix(s.url, "/") + signin.RootPath + "?token=" + url.QueryEscape(token), Expires: link.Expires}, nil
}
