package ssoadmin

import (
	"context"
	"errors"
	"slices"

	"github.com/rolecall-iam/rolecall/api/ssoadmin"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

func (s *Service) provisionOperations() []service.Operation {
	return []service.Operation{
		bind(ssoadmin.ProvisionPermissionSet, func(in *ssoadmin.ProvisionPermissionSetInput) target {
			account := in.TargetId
			if account == "" {
				account = "*"
			}
			return target{instance: in.InstanceArn, set: in.PermissionSetArn, account: account}
		}, s.ProvisionPermissionSet),
		bind(ssoadmin.ListAccountsForProvisionedPermissionSet, func(in *ssoadmin.ListAccountsForProvisionedPermissionSetInput) target {
			return target{instance: in.InstanceArn, set: in.PermissionSetArn}
		}, s.ListAccountsForProvisionedPermissionSet),
		bind(ssoadmin.ListPermissionSetsProvisionedToAccount, func(in *ssoadmin.ListPermissionSetsProvisionedToAccountInput) target {
			return target{instance: in.InstanceArn, account: in.AccountId}
		}, s.ListPermissionSetsProvisionedToAccount),
	}
}

const (
	allAccounts = "ALL_PROVISIONED_ACCOUNTS"
	oneAccount  = "AWS_ACCOUNT"

	upToDate = "LATEST_PERMISSION_SET_PROVISIONED"
)

// atOnce is to how many accounts a permission set is brought in one transaction.
const atOnce = 300

// ProvisionPermissionSet brings a permission set as it is now to one account, or
// to all that have it.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ProvisionPermissionSet.html
func (s *Service) ProvisionPermissionSet(ctx context.Context, c scope, in *ssoadmin.ProvisionPermissionSetInput) (*ssoadmin.ProvisionPermissionSetOutput, error) {
	accounts, err := c.accountsFor(in)
	if err != nil {
		return nil, err
	}
	q, err := c.newRequest(directory.SSOProvision)
	if err != nil {
		return nil, err
	}
	q.PermissionSet = parseName(c.Partition, in.PermissionSetArn).id
	if in.TargetType == oneAccount {
		q.Account = accounts[0]
	}
	for some := range slices.Chunk(accounts, atOnce) {
		why := ""
		err := c.Update(ctx, func(tx *directory.Tx) (err error) {
			why, err = c.provisionSome(tx, c.maker(), in, some)
			return err
		})
		if err != nil {
			return nil, err
		}
		if why != "" {
			q.Status, q.Failure = failure, why
		}
	}
	err = c.Update(ctx, func(tx *directory.Tx) error {
		if _, err := c.set(&tx.Reader, in.PermissionSetArn); err != nil {
			return err
		}
		tx.AddSSORequest(c.instance.ID, q)
		return nil
	})
	return &ssoadmin.ProvisionPermissionSetOutput{PermissionSetProvisioningStatus: c.provisioning(q, inProgress)}, err
}

// accountsFor are those that a request names.
func (s scope) accountsFor(in *ssoadmin.ProvisionPermissionSetInput) ([]arn.AccountID, error) {
	p, err := s.set(&s.View.Reader, in.PermissionSetArn)
	if err != nil {
		return nil, err
	}
	var accounts []arn.AccountID
	if in.TargetType == allAccounts {
		if in.TargetId != "" {
			return nil, invalid("TargetId is for the TargetType AWS_ACCOUNT.")
		}
		s.View.ProvisionedOf(p.Instance, p.ID, "", func(at *directory.Provisioned) bool {
			accounts = append(accounts, at.Account)
			return true
		})
		if slices.Contains(accounts, s.instance.Account) && s.Account != s.instance.Account {
			return nil, notYours()
		}
		return accounts, nil
	}
	if in.TargetId == "" {
		return nil, invalid("TargetId is required for the TargetType AWS_ACCOUNT.")
	}
	account, err := s.reach(&s.View.Reader, in.TargetId)
	return append(accounts, account), err
}

// provisionSome brings the permission set to some accounts, and answers why it
// could not in one of them. An account that has lost it meanwhile is left.
func (s scope) provisionSome(tx *directory.Tx, m *maker, in *ssoadmin.ProvisionPermissionSetInput, accounts []arn.AccountID) (why string, _ error) {
	p, err := s.set(&tx.Reader, in.PermissionSetArn)
	if err != nil {
		return "", err
	}
	for _, account := range accounts {
		if _, has := tx.Provisioned(p.Instance, p.ID, account); !has && in.TargetType == allAccounts {
			continue
		}
		at, err := m.provision(tx, p, account)
		if reason, ok := errors.AsType[failed](err); ok {
			why = account.String() + ": " + string(reason)
			continue
		}
		if err != nil {
			return "", err
		}
		tx.PutProvisioned(p.Instance, at)
	}
	return why, nil
}

// ListAccountsForProvisionedPermissionSet tells which accounts have a
// permission set.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListAccountsForProvisionedPermissionSet.html
func (s *Service) ListAccountsForProvisionedPermissionSet(_ context.Context, c scope, in *ssoadmin.ListAccountsForProvisionedPermissionSetInput) (*ssoadmin.ListAccountsForProvisionedPermissionSetOutput, error) {
	page, err := newPage[string](in.NextToken, in.MaxResults)
	if err != nil {
		return nil, err
	}
	p, err := c.set(&c.View.Reader, in.PermissionSetArn)
	if err != nil {
		return nil, err
	}
	c.View.ProvisionedOf(p.Instance, p.ID, page.After, func(at *directory.Provisioned) bool {
		return !wanted(in.ProvisioningStatus, at.Version == p.Version) || page.Add(at.Account.String(), at.Account.String())
	})
	return &ssoadmin.ListAccountsForProvisionedPermissionSetOutput{AccountIds: page.Items, NextToken: page.NextToken()}, nil
}

// wanted tells whether a filter lets through what has the latest, or has not.
func wanted(status string, latest bool) bool { return status == "" || (status == upToDate) == latest }

// ListPermissionSetsProvisionedToAccount tells what an account has.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListPermissionSetsProvisionedToAccount.html
func (s *Service) ListPermissionSetsProvisionedToAccount(_ context.Context, c scope, in *ssoadmin.ListPermissionSetsProvisionedToAccountInput) (*ssoadmin.ListPermissionSetsProvisionedToAccountOutput, error) {
	page, err := newPage[string](in.NextToken, in.MaxResults)
	if err != nil {
		return nil, err
	}
	account, err := arn.ParseAccountID(in.AccountId)
	if err != nil {
		return nil, notFound("Account", in.AccountId)
	}
	c.View.ProvisionedIn(c.instance.ID, account, page.After, func(at *directory.Provisioned) bool {
		p, ok := c.View.PermissionSet(c.instance.ID, at.PermissionSet)
		return !ok || !wanted(in.ProvisioningStatus, at.Version == p.Version) || page.Add(p.ID, setARN(c.Partition, p.Instance, p.ID))
	})
	return &ssoadmin.ListPermissionSetsProvisionedToAccountOutput{PermissionSets: page.Items, NextToken: page.NextToken()}, nil
}
