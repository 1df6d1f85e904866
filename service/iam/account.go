package iam

import (
	"context"
	"fmt"

	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

func (s *Service) accountOperations() []service.Operation {
	return []service.Operation{
		service.Bind(iam.CreateAccountAlias, service.Always, s.CreateAccountAlias),
		service.Bind(iam.DeleteAccountAlias, service.Always, s.DeleteAccountAlias),
		service.Bind(iam.ListAccountAliases, service.Always, s.ListAccountAliases),
	}
}

// CreateAccountAlias gives the account its one alias, in place of any other.
// No two accounts have the same.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/console_account-alias.html
func (s *Service) CreateAccountAlias(ctx context.Context, in *iam.CreateAccountAliasInput) (*iam.CreateAccountAliasOutput, error) {
	c := service.CallOf(ctx)
	return &iam.CreateAccountAliasOutput{}, c.Update(ctx, func(tx *directory.Tx) error {
		a, err := ownAccount(c, &tx.Reader)
		if err != nil {
			return err
		}
		if _, taken := tx.AliasAccount(in.AccountAlias); taken {
			return aliasExists(in.AccountAlias)
		}
		tx.SetAlias(a, in.AccountAlias)
		return nil
	})
}

// DeleteAccountAlias takes the account's alias away.
func (s *Service) DeleteAccountAlias(ctx context.Context, in *iam.DeleteAccountAliasInput) (*iam.DeleteAccountAliasOutput, error) {
	c := service.CallOf(ctx)
	return &iam.DeleteAccountAliasOutput{}, c.Update(ctx, func(tx *directory.Tx) error {
		a, err := ownAccount(c, &tx.Reader)
		if err != nil {
			return err
		}
		if a.Alias != in.AccountAlias {
			return noSuchAlias(in.AccountAlias)
		}
		tx.SetAlias(a, "")
		return nil
	})
}

// ListAccountAliases lists the account's alias, if it has one.
func (s *Service) ListAccountAliases(ctx context.Context, in *iam.ListAccountAliasesInput) (*iam.ListAccountAliasesOutput, error) {
	c := service.CallOf(ctx)
	a, err := ownAccount(c, &c.View.Reader)
	if err != nil {
		return nil, err
	}
	var aliases []string
	if a.Alias != "" {
		aliases = []string{a.Alias}
	}
	itself := func(alias string) string { return alias }
	p, err := pageOf(in.Marker, in.MaxItems, itself, inOrder(aliases, itself))
	if err != nil {
		return nil, err
	}
	return &iam.ListAccountAliasesOutput{AccountAliases: p.Items, IsTruncated: p.IsTruncated, Marker: p.Marker}, nil
}

// ownAccount is the caller's account, which is always there: nobody signs for
// one that is not.
func ownAccount(c *service.Call, r *directory.Reader) (*directory.Account, error) {
	a, ok := r.Account(c.Account)
	if !ok {
		return nil, fmt.Errorf("account %s has no document", c.Account)
	}
	return a, nil
}
