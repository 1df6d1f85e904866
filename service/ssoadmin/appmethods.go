package ssoadmin

import (
	"context"
	"maps"
	"slices"

	"github.com/rolecall-iam/rolecall/api/ssoadmin"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// PutApplicationAuthenticationMethod says who may act as the application.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_PutApplicationAuthenticationMethod.html
func (s *Service) PutApplicationAuthenticationMethod(ctx context.Context, c scope, in *ssoadmin.PutApplicationAuthenticationMethodInput) (*ssoadmin.PutApplicationAuthenticationMethodOutput, error) {
	if in.AuthenticationMethod.Iam == nil {
		return nil, invalid("The authentication method is not one of type %s.", in.AuthenticationMethodType)
	}
	return &ssoadmin.PutApplicationAuthenticationMethodOutput{}, c.changeApplication(ctx, in.ApplicationArn, func(_ *directory.Tx, a *directory.Application) (err error) {
		a.Methods, err = keep(a.Methods, in.AuthenticationMethodType, in.AuthenticationMethod)
		return err
	})
}

// GetApplicationAuthenticationMethod tells who may act as the application.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_GetApplicationAuthenticationMethod.html
func (s *Service) GetApplicationAuthenticationMethod(_ context.Context, c scope, in *ssoadmin.GetApplicationAuthenticationMethodInput) (*ssoadmin.GetApplicationAuthenticationMethodOutput, error) {
	a, err := c.application(&c.View.Reader, in.ApplicationArn)
	if err != nil {
		return nil, err
	}
	m, err := kept[ssoadmin.AuthenticationMethod](a.Methods, "authentication method", in.AuthenticationMethodType)
	return &ssoadmin.GetApplicationAuthenticationMethodOutput{AuthenticationMethod: m}, err
}

// DeleteApplicationAuthenticationMethod takes a method away.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DeleteApplicationAuthenticationMethod.html
func (s *Service) DeleteApplicationAuthenticationMethod(ctx context.Context, c scope, in *ssoadmin.DeleteApplicationAuthenticationMethodInput) (*ssoadmin.DeleteApplicationAuthenticationMethodOutput, error) {
	return &ssoadmin.DeleteApplicationAuthenticationMethodOutput{}, c.changeApplication(ctx, in.ApplicationArn, func(_ *directory.Tx, a *directory.Application) error {
		_, err := kept[ssoadmin.AuthenticationMethod](a.Methods, "authentication method", in.AuthenticationMethodType)
		delete(a.Methods, in.AuthenticationMethodType)
		return err
	})
}

// ListApplicationAuthenticationMethods tells an application's methods.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListApplicationAuthenticationMethods.html
func (s *Service) ListApplicationAuthenticationMethods(_ context.Context, c scope, in *ssoadmin.ListApplicationAuthenticationMethodsInput) (*ssoadmin.ListApplicationAuthenticationMethodsOutput, error) {
	page, err := newPage[ssoadmin.AuthenticationMethodItem](in.NextToken, 0)
	if err != nil {
		return nil, err
	}
	a, err := c.application(&c.View.Reader, in.ApplicationArn)
	if err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(a.Methods)) {
		m, err := kept[ssoadmin.AuthenticationMethod](a.Methods, "authentication method", name)
		if err != nil {
			return nil, err
		}
		page.AddAfter(name, ssoadmin.AuthenticationMethodItem{AuthenticationMethod: m, AuthenticationMethodType: name})
	}
	return &ssoadmin.ListApplicationAuthenticationMethodsOutput{AuthenticationMethods: page.Items, NextToken: page.NextToken()}, nil
}

// PutApplicationSessionConfiguration says whether users' jobs go on without
// them.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_PutApplicationSessionConfiguration.html
func (s *Service) PutApplicationSessionConfiguration(ctx context.Context, c scope, in *ssoadmin.PutApplicationSessionConfigurationInput) (*ssoadmin.PutApplicationSessionConfigurationOutput, error) {
	return &ssoadmin.PutApplicationSessionConfigurationOutput{}, c.changeApplication(ctx, in.ApplicationArn, func(_ *directory.Tx, a *directory.Application) error {
		if in.UserBackgroundSessionApplicationStatus != "" {
			a.Background = in.UserBackgroundSessionApplicationStatus
		}
		return nil
	})
}

// GetApplicationSessionConfiguration tells whether they do.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_GetApplicationSessionConfiguration.html
func (s *Service) GetApplicationSessionConfiguration(_ context.Context, c scope, in *ssoadmin.GetApplicationSessionConfigurationInput) (*ssoadmin.GetApplicationSessionConfigurationOutput, error) {
	a, err := c.application(&c.View.Reader, in.ApplicationArn)
	if err != nil {
		return nil, err
	}
	status := a.Background
	if status == "" {
		status = disabled
	}
	return &ssoadmin.GetApplicationSessionConfigurationOutput{UserBackgroundSessionApplicationStatus: status}, nil
}
