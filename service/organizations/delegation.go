package organizations

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/api/organizations"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

func (s *Service) delegationOperations() []service.Operation {
	return []service.Operation{
		bind(organizations.EnableAWSServiceAccess, managers, func(_ scope, in *organizations.EnableAWSServiceAccessInput) service.Need {
			return withService(service.Need{}, in.ServicePrincipal)
		}, s.EnableAWSServiceAccess),
		bind(organizations.DisableAWSServiceAccess, managers, func(_ scope, in *organizations.DisableAWSServiceAccessInput) service.Need {
			return withService(service.Need{}, in.ServicePrincipal)
		}, s.DisableAWSServiceAccess),
		bind(organizations.ListAWSServiceAccessForOrganization, readers, everything, s.ListAWSServiceAccessForOrganization),
		bind(organizations.RegisterDelegatedAdministrator, managers, func(c scope, in *organizations.RegisterDelegatedAdministratorInput) service.Need {
			return withService(c.on(in.AccountId), in.ServicePrincipal)
		}, s.RegisterDelegatedAdministrator),
		bind(organizations.DeregisterDelegatedAdministrator, managers, func(c scope, in *organizations.DeregisterDelegatedAdministratorInput) service.Need {
			return withService(c.on(in.AccountId), in.ServicePrincipal)
		}, s.DeregisterDelegatedAdministrator),
		bind(organizations.ListDelegatedAdministrators, readers, func(_ scope, in *organizations.ListDelegatedAdministratorsInput) service.Need {
			return withService(service.Need{}, in.ServicePrincipal)
		}, s.ListDelegatedAdministrators),
		bind(organizations.ListDelegatedServicesForAccount, readers, func(c scope, in *organizations.ListDelegatedServicesForAccountInput) service.Need {
			return c.on(in.AccountId)
		}, s.ListDelegatedServicesForAccount),
	}
}

// servicePrincipal is the shape of the names of AWS's services.
var servicePrincipal = regexp.MustCompile(`^([a-z0-9-]+\.)+(amazonaws|amazon)\.com(\.cn)?$`)

func checkService(name string) error {
	if !servicePrincipal.MatchString(name) {
		return invalid("UNRECOGNIZED_SERVICE_PRINCIPAL", "You specified an unrecognized service principal.")
	}
	return nil
}

func indexOf(list []directory.Delegation, name string) int {
	return slices.IndexFunc(list, func(d directory.Delegation) bool { return d.Service == name })
}

// EnableAWSServiceAccess lets a service work in all accounts. Again is as once.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_EnableAWSServiceAccess.html
func (s *Service) EnableAWSServiceAccess(ctx context.Context, c scope, in *organizations.EnableAWSServiceAccessInput) (*organizations.EnableAWSServiceAccessOutput, error) {
	if err := checkService(in.ServicePrincipal); err != nil {
		return nil, err
	}
	return &organizations.EnableAWSServiceAccessOutput{}, c.Update(ctx, func(tx *directory.Tx) error {
		before, ok := tx.Organization(c.org.ID)
		switch {
		case !ok:
			return notInUse()
		case before.Features != allFeatures:
			return constraint("ORGANIZATION_NOT_IN_ALL_FEATURES_MODE", "This operation requires all features to be enabled in your organization.")
		case indexOf(before.Services, in.ServicePrincipal) >= 0:
			return nil
		}
		o := before.Clone()
		o.Services = append(o.Services, directory.Delegation{Service: in.ServicePrincipal, Since: second(c.Now)})
		slices.SortFunc(o.Services, func(a, b directory.Delegation) int { return strings.Compare(a.Service, b.Service) })
		tx.PutOrganization(before, o)
		return nil
	})
}

// DisableAWSServiceAccess ends that.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_DisableAWSServiceAccess.html
func (s *Service) DisableAWSServiceAccess(ctx context.Context, c scope, in *organizations.DisableAWSServiceAccessInput) (*organizations.DisableAWSServiceAccessOutput, error) {
	if err := checkService(in.ServicePrincipal); err != nil {
		return nil, err
	}
	return &organizations.DisableAWSServiceAccessOutput{}, c.Update(ctx, func(tx *directory.Tx) error {
		before, ok := tx.Organization(c.org.ID)
		if !ok {
			return notInUse()
		}
		if delegatedFor(&tx.Reader, before, in.ServicePrincipal) {
			return constraint("DELEGATED_ADMINISTRATOR_EXISTS_FOR_THIS_SERVICE", "You attempted to disable service access before you deregistered the delegated administrator accounts for that service.")
		}
		at := indexOf(before.Services, in.ServicePrincipal)
		if at < 0 {
			return nil
		}
		o := before.Clone()
		o.Services = slices.Delete(o.Services, at, at+1)
		tx.PutOrganization(before, o)
		return nil
	})
}

func delegatedFor(r *directory.Reader, o *directory.Organization, name string) bool {
	found := false
	r.MembersOf(o.ID, "", func(m *directory.Member) bool {
		found = indexOf(m.Delegated, name) >= 0
		return !found
	})
	return found
}

// ListAWSServiceAccessForOrganization tells the services that may.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAWSServiceAccessForOrganization.html
func (s *Service) ListAWSServiceAccessForOrganization(_ context.Context, c scope, in *organizations.ListAWSServiceAccessForOrganizationInput) (*organizations.ListAWSServiceAccessForOrganizationOutput, error) {
	p, err := newPage[organizations.EnabledServicePrincipal](in.NextToken, in.MaxResults)
	if err != nil {
		return nil, err
	}
	for _, d := range c.org.Services {
		if d.Service > p.After && !p.Add(d.Service, organizations.EnabledServicePrincipal{ServicePrincipal: d.Service, DateEnabled: d.Since}) {
			break
		}
	}
	return &organizations.ListAWSServiceAccessForOrganizationOutput{EnabledServicePrincipals: p.Items, NextToken: p.NextToken()}, nil
}

// RegisterDelegatedAdministrator lets a member account manage a service for
// the organization.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_RegisterDelegatedAdministrator.html
func (s *Service) RegisterDelegatedAdministrator(ctx context.Context, c scope, in *organizations.RegisterDelegatedAdministratorInput) (*organizations.RegisterDelegatedAdministratorOutput, error) {
	if err := checkService(in.ServicePrincipal); err != nil {
		return nil, err
	}
	return &organizations.RegisterDelegatedAdministratorOutput{}, c.Update(ctx, func(tx *directory.Tx) error {
		o, ok := tx.Organization(c.org.ID)
		if !ok {
			return notInUse()
		}
		before, ok := memberOf(&tx.Reader, o, in.AccountId)
		switch {
		case !ok:
			return noAccount()
		case before.Account == o.Management:
			return constraint("CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR", "You cannot register master account/yourself as delegated administrator for your organization.")
		case before.State != "":
			return constraint("CANNOT_REGISTER_SUSPENDED_ACCOUNT_AS_DELEGATED_ADMINISTRATOR", "You cannot register a suspended account as a delegated administrator.")
		case indexOf(o.Services, in.ServicePrincipal) < 0:
			return constraint("SERVICE_ACCESS_NOT_ENABLED", "You attempted to register a delegated administrator before you enabled service access. Call the EnableAWSServiceAccess API first.")
		case indexOf(before.Delegated, in.ServicePrincipal) >= 0:
			return refuse("AccountAlreadyRegisteredException", "The provided account is already a delegated administrator for your organization.")
		}
		m := before.Clone()
		m.Delegated = append(m.Delegated, directory.Delegation{Service: in.ServicePrincipal, Since: second(c.Now)})
		slices.SortFunc(m.Delegated, func(a, b directory.Delegation) int { return strings.Compare(a.Service, b.Service) })
		tx.PutMember(before, m)
		return nil
	})
}

// DeregisterDelegatedAdministrator ends that.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_DeregisterDelegatedAdministrator.html
func (s *Service) DeregisterDelegatedAdministrator(ctx context.Context, c scope, in *organizations.DeregisterDelegatedAdministratorInput) (*organizations.DeregisterDelegatedAdministratorOutput, error) {
	if err := checkService(in.ServicePrincipal); err != nil {
		return nil, err
	}
	return &organizations.DeregisterDelegatedAdministratorOutput{}, c.Update(ctx, func(tx *directory.Tx) error {
		before, ok := memberOf(&tx.Reader, c.org, in.AccountId)
		if !ok {
			return noAccount()
		}
		at := indexOf(before.Delegated, in.ServicePrincipal)
		if at < 0 {
			return notRegistered()
		}
		m := before.Clone()
		m.Delegated = slices.Delete(m.Delegated, at, at+1)
		tx.PutMember(before, m)
		return nil
	})
}

func notRegistered() error {
	return refuse("AccountNotRegisteredException", "The provided account is not a registered delegated administrator for your organization.")
}

// ListDelegatedAdministrators tells the accounts that manage a service, or any.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListDelegatedAdministrators.html
func (s *Service) ListDelegatedAdministrators(_ context.Context, c scope, in *organizations.ListDelegatedAdministratorsInput) (*organizations.ListDelegatedAdministratorsOutput, error) {
	p, err := newPage[organizations.DelegatedAdministrator](in.NextToken, in.MaxResults)
	if err != nil {
		return nil, err
	}
	c.View.MembersOf(c.org.ID, p.After, func(m *directory.Member) bool {
		if len(m.Delegated) == 0 || in.ServicePrincipal != "" && indexOf(m.Delegated, in.ServicePrincipal) < 0 {
			return true
		}
		since := m.Delegated[0].Since
		for _, d := range m.Delegated[1:] {
			if d.Since.Before(since) {
				since = d.Since
			}
		}
		a := shownAccount(c, m)
		return p.Add(m.ID, organizations.DelegatedAdministrator{
			Id: a.Id, Arn: a.Arn, Email: a.Email, Name: a.Name, Status: a.Status, State: a.State,
			JoinedMethod: a.JoinedMethod, JoinedTimestamp: a.JoinedTimestamp, DelegationEnabledDate: since,
		})
	})
	return &organizations.ListDelegatedAdministratorsOutput{DelegatedAdministrators: p.Items, NextToken: p.NextToken()}, nil
}

// ListDelegatedServicesForAccount tells the services that an account manages.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListDelegatedServicesForAccount.html
func (s *Service) ListDelegatedServicesForAccount(_ context.Context, c scope, in *organizations.ListDelegatedServicesForAccountInput) (*organizations.ListDelegatedServicesForAccountOutput, error) {
	m, ok := memberOf(&c.View.Reader, c.org, in.AccountId)
	switch {
	case !ok:
		return nil, noAccount()
	case len(m.Delegated) == 0:
		return nil, notRegistered()
	}
	p, err := newPage[organizations.DelegatedService](in.NextToken, in.MaxResults)
	if err != nil {
		return nil, err
	}
	for _, d := range m.Delegated {
		if d.Service > p.After && !p.Add(d.Service, organizations.DelegatedService{ServicePrincipal: d.Service, DelegationEnabledDate: d.Since}) {
			break
		}
	}
	return &organizations.ListDelegatedServicesForAccountOutput{DelegatedServices: p.Items, NextToken: p.NextToken()}, nil
}
