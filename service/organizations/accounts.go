package organizations

import (
	"context"
	"strings"

	"github.com/rolecall-iam/rolecall/api/organizations"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

func (s *Service) accountOperations() []service.Operation {
	return []service.Operation{
		bind(organizations.CreateAccount, managers, func(_ scope, in *organizations.CreateAccountInput) service.Need {
			return service.Need{RequestTags: requestTags(in.Tags)}
		}, s.CreateAccount),
		bind(organizations.DescribeCreateAccountStatus, readers, everything, s.DescribeCreateAccountStatus),
		bind(organizations.ListCreateAccountStatus, readers, everything, s.ListCreateAccountStatus),
		bind(organizations.DescribeAccount, readers, func(c scope, in *organizations.DescribeAccountInput) service.Need {
			return c.on(in.AccountId)
		}, s.DescribeAccount),
		bind(organizations.ListAccounts, readers, everything, s.ListAccounts),
		bind(organizations.ListAccountsForParent, readers, func(c scope, in *organizations.ListAccountsForParentInput) service.Need {
			return c.on(in.ParentId)
		}, s.ListAccountsForParent),
		bind(organizations.MoveAccount, managers, func(c scope, in *organizations.MoveAccountInput) service.Need {
			return c.on(in.AccountId)
		}, s.MoveAccount),
		bind(organizations.RemoveAccountFromOrganization, managers, func(c scope, in *organizations.RemoveAccountFromOrganizationInput) service.Need {
			return c.on(in.AccountId)
		}, s.RemoveAccountFromOrganization),
		bind(organizations.LeaveOrganization, members, everything, s.LeaveOrganization),
		bind(organizations.CloseAccount, managers, func(c scope, in *organizations.CloseAccountInput) service.Need {
			return c.on(in.AccountId)
		}, s.CloseAccount),
	}
}

// nameOf and emailOf are what an account is called. One that was made without
// an organization may have neither; its address is then one that no mail can
// reach.
func nameOf(r *directory.Reader, id arn.AccountID) string {
	if a, ok := r.Account(id); ok && a.Name != "" {
		return a.Name
	}
	return id.String()
}

func emailOf(r *directory.Reader, id arn.AccountID) string {
	if a, ok := r.Account(id); ok && a.Email != "" {
		return a.Email
	}
	return "root@" + id.String() + ".invalid"
}

func shownAccount(c scope, m *directory.Member) organizations.Account {
	status := "ACTIVE"
	if m.State != "" {
		status = m.State
	}
	return organizations.Account{
		Id:              &m.ID,
		Arn:             new(c.name("account", "/"+m.ID)),
		Name:            nameOf(&c.View.Reader, m.Account),
		Email:           emailOf(&c.View.Reader, m.Account),
		Status:          status,
		State:           status,
		JoinedMethod:    m.Method,
		JoinedTimestamp: m.Joined,
	}
}

// DescribeAccount tells an account of the organization.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeAccount.html
func (s *Service) DescribeAccount(_ context.Context, c scope, in *organizations.DescribeAccountInput) (*organizations.DescribeAccountOutput, error) {
	m, ok := memberOf(&c.View.Reader, c.org, in.AccountId)
	if !ok {
		return nil, noAccount()
	}
	return &organizations.DescribeAccountOutput{Account: new(shownAccount(c, m))}, nil
}

// ListAccounts tells all accounts of the organization.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html
func (s *Service) ListAccounts(_ context.Context, c scope, in *organizations.ListAccountsInput) (*organizations.ListAccountsOutput, error) {
	p, err := newPage[organizations.Account](in.NextToken, in.MaxResults)
	if err != nil {
		return nil, err
	}
	c.View.MembersOf(c.org.ID, p.After, func(m *directory.Member) bool { return p.Add(m.ID, shownAccount(c, m)) })
	return &organizations.ListAccountsOutput{Accounts: p.Items, NextToken: p.NextToken()}, nil
}

// ListAccountsForParent tells the accounts directly in the root or a unit.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccountsForParent.html
func (s *Service) ListAccountsForParent(_ context.Context, c scope, in *organizations.ListAccountsForParentInput) (*organizations.ListAccountsForParentOutput, error) {
	if !hasParent(&c.View.Reader, c.org, in.ParentId) {
		return nil, noParent()
	}
	p, err := newPage[organizations.Account](in.NextToken, in.MaxResults)
	if err != nil {
		return nil, err
	}
	c.View.Children(c.org.ID, in.ParentId, true, p.After, func(id string) bool {
		m, ok := memberOf(&c.View.Reader, c.org, id)
		return ok && p.Add(id, shownAccount(c, m))
	})
	return &organizations.ListAccountsForParentOutput{Accounts: p.Items, NextToken: p.NextToken()}, nil
}

// MoveAccount puts an account into another unit or the root.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_MoveAccount.html
func (s *Service) MoveAccount(ctx context.Context, c scope, in *organizations.MoveAccountInput) (*organizations.MoveAccountOutput, error) {
	return &organizations.MoveAccountOutput{}, c.Update(ctx, func(tx *directory.Tx) error {
		before, ok := memberOf(&tx.Reader, c.org, in.AccountId)
		switch {
		case !ok:
			return noAccount()
		case !hasParent(&tx.Reader, c.org, in.SourceParentId):
			return missing("SourceParentNotFoundException", "a source parent")
		case before.Parent != in.SourceParentId:
			return noAccount()
		case !hasParent(&tx.Reader, c.org, in.DestinationParentId):
			return missing("DestinationParentNotFoundException", "a destination parent")
		case before.Parent == in.DestinationParentId:
			return refuse("DuplicateAccountException", "That account is already present in the specified destination.")
		}
		m := before.Clone()
		m.Parent = in.DestinationParentId
		tx.PutMember(before, m)
		return nil
	})
}

// RemoveAccountFromOrganization makes an account one that stands alone.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_RemoveAccountFromOrganization.html
func (s *Service) RemoveAccountFromOrganization(ctx context.Context, c scope, in *organizations.RemoveAccountFromOrganizationInput) (*organizations.RemoveAccountFromOrganizationOutput, error) {
	return &organizations.RemoveAccountFromOrganizationOutput{}, c.Update(ctx, func(tx *directory.Tx) error {
		return leave(tx, c.org, in.AccountId)
	})
}

// LeaveOrganization takes the caller's account out.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_LeaveOrganization.html
func (s *Service) LeaveOrganization(ctx context.Context, c scope, _ *organizations.LeaveOrganizationInput) (*organizations.LeaveOrganizationOutput, error) {
	return &organizations.LeaveOrganizationOutput{}, c.Update(ctx, func(tx *directory.Tx) error {
		return leave(tx, c.org, c.Account.String())
	})
}

func leave(tx *directory.Tx, o *directory.Organization, account string) error {
	m, ok := memberOf(&tx.Reader, o, account)
	switch {
	case !ok:
		return noAccount()
	case m.Account == o.Management:
		return refuse("MasterCannotLeaveOrganizationException", "You can't remove a management account from an organization. If you want the management account to become a member account in another organization, you must first delete the current organization of the management account.")
	case len(m.Delegated) > 0:
		return constraint("CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG", "You attempted to remove an account from the organization that is registered as a delegated administrator for a service integrated with Organizations.")
	}
	leaveCenter(tx, o, m.Account)
	tx.DeleteMember(m)
	return nil
}

// leaveCenter takes from an account what IAM Identity Center of the organization
// made in it: AWS cleans up when an account leaves, the service's own role
// included.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/slrconcept.html
func leaveCenter(tx *directory.Tx, o *directory.Organization, account arn.AccountID) {
	i, ok := tx.InstanceOf(o.Management)
	if !ok {
		return
	}
	tx.WithdrawFrom(i.ID, account)
	tx.SAMLProviders(account, func(p *directory.SAMLProvider) bool {
		if strings.HasPrefix(p.Name, "AWSSSO_") && strings.HasSuffix(p.Name, "_DO_NOT_DELETE") {
			tx.DeleteSAMLProvider(p)
		}
		return true
	})
	if role, ok := tx.Role(account, "AWSServiceRoleForSSO"); ok {
		tx.DeleteRole(role)
	}
}

// suspended is the state of a closed account.
const suspended = "SUSPENDED"

// CloseAccount closes a member account: nobody of it may do anything any more.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_CloseAccount.html
func (s *Service) CloseAccount(ctx context.Context, c scope, in *organizations.CloseAccountInput) (*organizations.CloseAccountOutput, error) {
	return &organizations.CloseAccountOutput{}, c.Update(ctx, func(tx *directory.Tx) error {
		before, ok := memberOf(&tx.Reader, c.org, in.AccountId)
		switch {
		case !ok:
			return noAccount()
		case before.Account == c.org.Management:
			return constraint("CANNOT_CLOSE_MANAGEMENT_ACCOUNT", "You can't close the management account.")
		case before.State != "":
			return refuse("AccountAlreadyClosedException", "You attempted to close an account that is already closed.")
		}
		m := before.Clone()
		m.State = suspended
		tx.PutMember(before, m)
		return nil
	})
}
