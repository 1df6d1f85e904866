package ssoadmin

import (
	"context"
	"strings"

	"github.com/rolecall-iam/rolecall/api/ssoadmin"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

const (
	enabled  = "ENABLED"
	disabled = "DISABLED"
)

func (s *Service) applicationOperations() []service.Operation {
	return []service.Operation{
		open(ssoadmin.ListApplicationProviders, func(*ssoadmin.ListApplicationProvidersInput) target {
			return target{provider: "arn:aws:sso::aws:applicationProvider/*"}
		}, s.ListApplicationProviders),
		open(ssoadmin.DescribeApplicationProvider, func(in *ssoadmin.DescribeApplicationProviderInput) target {
			return target{provider: in.ApplicationProviderArn}
		}, s.DescribeApplicationProvider),
		bind(ssoadmin.CreateApplication, func(in *ssoadmin.CreateApplicationInput) target {
			return target{instance: in.InstanceArn, provider: in.ApplicationProviderArn, makes: "application", tags: in.Tags}
		}, s.CreateApplication),
		bind(ssoadmin.DescribeApplication, func(in *ssoadmin.DescribeApplicationInput) target {
			return target{application: in.ApplicationArn}
		}, s.DescribeApplication),
		bind(ssoadmin.UpdateApplication, func(in *ssoadmin.UpdateApplicationInput) target {
			return target{application: in.ApplicationArn}
		}, s.UpdateApplication),
		bind(ssoadmin.DeleteApplication, func(in *ssoadmin.DeleteApplicationInput) target {
			return target{application: in.ApplicationArn}
		}, s.DeleteApplication),
		bindAll(ssoadmin.ListApplications, func(in *ssoadmin.ListApplicationsInput) target {
			return target{instance: in.InstanceArn}
		}, s.ListApplications),
	}
}

// custom are the providers of applications that customers make.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListApplicationProviders.html
func custom(partition string) []ssoadmin.ApplicationProvider {
	name := func(id string) string { return "arn:" + partition + ":sso::aws:applicationProvider/" + id }
	return []ssoadmin.ApplicationProvider{
		{ApplicationProviderArn: name("custom"), FederationProtocol: "OAUTH", DisplayData: &ssoadmin.DisplayData{DisplayName: "Custom application"}},
		{ApplicationProviderArn: name("custom-saml"), FederationProtocol: "SAML", DisplayData: &ssoadmin.DisplayData{DisplayName: "Custom SAML 2.0 application"}},
	}
}

func providerOf(partition, name string) (ssoadmin.ApplicationProvider, error) {
	for _, p := range custom(partition) {
		if p.ApplicationProviderArn == name {
			return p, nil
		}
	}
	return ssoadmin.ApplicationProvider{}, missing("The application provider %s does not exist.", name)
}

// ListApplicationProviders tells the providers of customers' applications.
// Those of AWS's own services are not here.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListApplicationProviders.html
func (s *Service) ListApplicationProviders(_ context.Context, c *service.Call, in *ssoadmin.ListApplicationProvidersInput) (*ssoadmin.ListApplicationProvidersOutput, error) {
	page, err := newPage[ssoadmin.ApplicationProvider](in.NextToken, in.MaxResults)
	if err != nil {
		return nil, err
	}
	for _, p := range custom(c.Partition) {
		if !page.AddAfter(p.ApplicationProviderArn, p) {
			break
		}
	}
	return &ssoadmin.ListApplicationProvidersOutput{ApplicationProviders: page.Items, NextToken: page.NextToken()}, nil
}

// DescribeApplicationProvider tells of one.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DescribeApplicationProvider.html
func (s *Service) DescribeApplicationProvider(_ context.Context, c *service.Call, in *ssoadmin.DescribeApplicationProviderInput) (*ssoadmin.DescribeApplicationProviderOutput, error) {
	p, err := providerOf(c.Partition, in.ApplicationProviderArn)
	if err != nil {
		return nil, err
	}
	return &ssoadmin.DescribeApplicationProviderOutput{
		ApplicationProviderArn: p.ApplicationProviderArn, DisplayData: p.DisplayData, FederationProtocol: p.FederationProtocol,
	}, nil
}

// CreateApplication makes an application. A client token makes it once.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_CreateApplication.html
func (s *Service) CreateApplication(ctx context.Context, c scope, in *ssoadmin.CreateApplicationInput) (*ssoadmin.CreateApplicationOutput, error) {
	if _, err := providerOf(c.Partition, in.ApplicationProviderArn); err != nil {
		return nil, err
	}
	a, err := newApplication(c, in)
	if err != nil {
		return nil, err
	}
	out := &ssoadmin.CreateApplicationOutput{
		IdentityStoreArn: new(storeARN(c.Partition, c.instance.Account, c.instance.Store)), InstanceArn: instanceARN(c.Partition, c.instance.ID),
	}
	return out, c.Update(ctx, func(tx *directory.Tx) error {
		if _, err := c.in(tx); err != nil {
			return err
		}
		made := a
		tx.Applications(c.instance.ID, "", func(o *directory.Application) bool {
			if a.Token != "" && o.Token == a.Token && o.Account == a.Account {
				made = o
			}
			return made == a
		})
		switch {
		case made == a:
			tx.PutApplication(a)
		case made.Name != a.Name || made.Provider != a.Provider:
			return conflict("The client token was used for another application.")
		}
		out.ApplicationArn = c.applicationARN(made)
		return nil
	})
}

func newApplication(c scope, in *ssoadmin.CreateApplicationInput) (*directory.Application, error) {
	tags, err := mergeTags(nil, in.Tags)
	if err != nil {
		return nil, err
	}
	portal, err := portalOf(in.PortalOptions)
	if err != nil {
		return nil, err
	}
	id, err := hexID(c.Rand, "apl-", 16)
	if err != nil {
		return nil, err
	}
	a := &directory.Application{
		ID: id, Instance: c.instance.ID, Account: c.Account, Name: in.Name, Description: in.Description, Status: in.Status,
		Provider: lastPart(in.ApplicationProviderArn), Region: c.Region, Created: second(c.Now), Portal: portal, Tags: tags, Token: in.ClientToken,
	}
	if a.Status == "" {
		a.Status = enabled
	}
	return a, nil
}

func portalOf(in *ssoadmin.PortalOptions) (*directory.AppPortal, error) {
	if in == nil {
		return nil, nil
	}
	p := &directory.AppPortal{Visibility: in.Visibility}
	return p, signInOf(p, in.SignInOptions)
}

// signInOf sets how an application is signed in to: at its own URL, or through
// the access portal.
func signInOf(p *directory.AppPortal, in *ssoadmin.SignInOptions) error {
	if in == nil {
		return nil
	}
	if (in.Origin == "APPLICATION") != (in.ApplicationUrl != "") {
		return invalid("ApplicationUrl is for the Origin APPLICATION, and is required there.")
	}
	p.Origin, p.URL = in.Origin, in.ApplicationUrl
	return nil
}

func (s scope) applicationARN(a *directory.Application) string {
	return inAccount(s.Partition, "application", a.Account, a.Instance, a.ID)
}

// application finds an application by its ARN.
func (s scope) application(r *directory.Reader, name string) (*directory.Application, error) {
	n := parseName(s.Partition, name)
	a, ok := r.Application(s.instance.ID, n.id)
	if !ok || a.Account.String() != n.account {
		return nil, notFound("Application", n.id)
	}
	return a, nil
}

// changeApplication changes an application.
func (s scope) changeApplication(ctx context.Context, name string, how func(tx *directory.Tx, a *directory.Application) error) error {
	return s.Update(ctx, func(tx *directory.Tx) error {
		before, err := s.application(&tx.Reader, name)
		if err != nil {
			return err
		}
		a := before.Clone()
		if err := how(tx, a); err != nil {
			return err
		}
		tx.PutApplication(a)
		return nil
	})
}

func (s scope) shownApplication(a *directory.Application) ssoadmin.Application {
	shown := ssoadmin.Application{
		ApplicationAccount: a.Account.String(), ApplicationArn: s.applicationARN(a),
		ApplicationProviderArn: "arn:" + s.Partition + ":sso::aws:applicationProvider/" + a.Provider,
		CreatedDate:            a.Created, CreatedFrom: a.Region, Description: a.Description, InstanceArn: instanceARN(s.Partition, a.Instance),
		IdentityStoreArn: new(storeARN(s.Partition, s.instance.Account, s.instance.Store)), Name: a.Name, Status: a.Status,
	}
	if a.Portal != nil {
		shown.PortalOptions = &ssoadmin.PortalOptions{Visibility: a.Portal.Visibility}
		if a.Portal.Origin != "" {
			shown.PortalOptions.SignInOptions = &ssoadmin.SignInOptions{Origin: a.Portal.Origin, ApplicationUrl: a.Portal.URL}
		}
	}
	return shown
}

// DescribeApplication tells what an application is.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DescribeApplication.html
func (s *Service) DescribeApplication(_ context.Context, c scope, in *ssoadmin.DescribeApplicationInput) (*ssoadmin.DescribeApplicationOutput, error) {
	a, err := c.application(&c.View.Reader, in.ApplicationArn)
	if err != nil {
		return nil, err
	}
	out := ssoadmin.DescribeApplicationOutput(c.shownApplication(a))
	return &out, nil
}

// UpdateApplication changes what is given.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_UpdateApplication.html
func (s *Service) UpdateApplication(ctx context.Context, c scope, in *ssoadmin.UpdateApplicationInput) (*ssoadmin.UpdateApplicationOutput, error) {
	return &ssoadmin.UpdateApplicationOutput{}, c.changeApplication(ctx, in.ApplicationArn, func(_ *directory.Tx, a *directory.Application) error {
		for to, given := range map[*string]string{&a.Name: in.Name, &a.Description: in.Description, &a.Status: in.Status} {
			if given != "" {
				*to = given
			}
		}
		if in.PortalOptions == nil {
			return nil
		}
		if a.Portal == nil {
			a.Portal = &directory.AppPortal{}
		}
		return signInOf(a.Portal, in.PortalOptions.SignInOptions)
	})
}

// DeleteApplication removes an application with its assignments.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DeleteApplication.html
func (s *Service) DeleteApplication(ctx context.Context, c scope, in *ssoadmin.DeleteApplicationInput) (*ssoadmin.DeleteApplicationOutput, error) {
	return &ssoadmin.DeleteApplicationOutput{}, c.Update(ctx, func(tx *directory.Tx) error {
		a, err := c.application(&tx.Reader, in.ApplicationArn)
		if err == nil {
			tx.DeleteApplication(a)
		}
		return err
	})
}

// ListApplications tells the applications of an instance.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListApplications.html
func (s *Service) ListApplications(_ context.Context, c scope, in *ssoadmin.ListApplicationsInput) (*ssoadmin.ListApplicationsOutput, error) {
	page, err := newPage[ssoadmin.Application](in.NextToken, atMost(in.MaxResults, 50))
	if err != nil {
		return nil, err
	}
	c.View.Applications(c.instance.ID, page.After, func(a *directory.Application) bool {
		shown := c.shownApplication(a)
		if f := in.Filter; f != nil && (f.ApplicationAccount != "" && f.ApplicationAccount != shown.ApplicationAccount ||
			f.ApplicationProvider != "" && !strings.EqualFold(f.ApplicationProvider, shown.ApplicationProviderArn)) {
			return true
		}
		return page.Add(a.ID, shown)
	})
	return &ssoadmin.ListApplicationsOutput{Applications: page.Items, NextToken: page.NextToken()}, nil
}
