package iam

import (
	"context"
	"net/http"
	"slices"

	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// The features by which an organization manages the root users of its members.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-enable-root-access.html

func (s *Service) orgFeatureOperations() []service.Operation {
	return []service.Operation{
		service.Bind(iam.ListOrganizationsFeatures, service.Always, s.ListOrganizationsFeatures),
		service.Bind(iam.EnableOrganizationsRootCredentialsManagement, service.Always, s.EnableOrganizationsRootCredentialsManagement),
		service.Bind(iam.EnableOrganizationsRootSessions, service.Always, s.EnableOrganizationsRootSessions),
		service.Bind(iam.DisableOrganizationsRootCredentialsManagement, service.Always, s.DisableOrganizationsRootCredentialsManagement),
		service.Bind(iam.DisableOrganizationsRootSessions, service.Always, s.DisableOrganizationsRootSessions),
	}
}

// The two features.
const (
	rootCredentialsManagement = "RootCredentialsManagement"
	rootSessions              = "RootSessions"
)

// iamPrincipal is IAM as a service that an organization trusts.
const iamPrincipal = "iam.amazonaws.com"

// featuresOrganization is the organization whose features the caller's account
// may see. Which refusal comes first where several hold is not documented.
func featuresOrganization(c *service.Call, r *directory.Reader) (*directory.Organization, error) {
	m, ok := r.Member(c.Account)
	if !ok {
		return nil, noOrganization()
	}
	o, ok := r.Organization(m.Organization)
	switch {
	case !ok:
		return nil, noOrganization()
	case o.Management != c.Account && !trusts(m.Delegated):
		return nil, notManagementOrDelegated()
	case o.Features != "ALL":
		return nil, notAllFeatures()
	case !trusts(o.Services):
		return nil, noServiceAccess()
	}
	return o, nil
}

// trusts tells whether IAM is among the services.
func trusts(list []directory.Delegation) bool {
	return slices.ContainsFunc(list, func(d directory.Delegation) bool { return d.Service == iamPrincipal })
}

// ListOrganizationsFeatures lists the features that are enabled.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListOrganizationsFeatures.html
func (s *Service) ListOrganizationsFeatures(ctx context.Context, _ *iam.ListOrganizationsFeaturesInput) (*iam.ListOrganizationsFeaturesOutput, error) {
	c := service.CallOf(ctx)
	o, err := featuresOrganization(c, &c.View.Reader)
	if err != nil {
		return nil, err
	}
	return &iam.ListOrganizationsFeaturesOutput{OrganizationId: new(o.ID), EnabledFeatures: enabledFeatures(o)}, nil
}

// enabledFeatures is a list, even of nothing.
func enabledFeatures(o *directory.Organization) []string {
	return append([]string{}, o.RootFeatures...)
}

// setFeature turns a feature on or off; one that is so already stays it. Only
// the management account turns one on.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_EnableOrganizationsRootSessions.html
// (CallerIsNotManagementAccountException)
func setFeature(ctx context.Context, feature string, on bool) (*string, []string, error) {
	c := service.CallOf(ctx)
	var changed *directory.Organization
	err := c.Update(ctx, func(tx *directory.Tx) error {
		before, err := featuresOrganization(c, &tx.Reader)
		switch {
		case err != nil:
			return err
		case on && before.Management != c.Account:
			return notManagement()
		}
		changed = before.Clone()
		changed.RootFeatures = slices.DeleteFunc(changed.RootFeatures, func(f string) bool { return f == feature })
		if on {
			changed.RootFeatures = append(changed.RootFeatures, feature)
			slices.Sort(changed.RootFeatures)
		}
		tx.PutOrganization(before, changed)
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	return new(changed.ID), enabledFeatures(changed), nil
}

// EnableOrganizationsRootCredentialsManagement lets the root users of members
// be managed centrally.
func (s *Service) EnableOrganizationsRootCredentialsManagement(ctx context.Context, _ *iam.EnableOrganizationsRootCredentialsManagementInput) (*iam.EnableOrganizationsRootCredentialsManagementOutput, error) {
	id, features, err := setFeature(ctx, rootCredentialsManagement, true)
	return &iam.EnableOrganizationsRootCredentialsManagementOutput{OrganizationId: id, EnabledFeatures: features}, err
}

// EnableOrganizationsRootSessions lets privileged tasks be done in members.
func (s *Service) EnableOrganizationsRootSessions(ctx context.Context, _ *iam.EnableOrganizationsRootSessionsInput) (*iam.EnableOrganizationsRootSessionsOutput, error) {
	id, features, err := setFeature(ctx, rootSessions, true)
	return &iam.EnableOrganizationsRootSessionsOutput{OrganizationId: id, EnabledFeatures: features}, err
}

// DisableOrganizationsRootCredentialsManagement ends that.
func (s *Service) DisableOrganizationsRootCredentialsManagement(ctx context.Context, _ *iam.DisableOrganizationsRootCredentialsManagementInput) (*iam.DisableOrganizationsRootCredentialsManagementOutput, error) {
	id, features, err := setFeature(ctx, rootCredentialsManagement, false)
	return &iam.DisableOrganizationsRootCredentialsManagementOutput{OrganizationId: id, EnabledFeatures: features}, err
}

// DisableOrganizationsRootSessions ends that.
func (s *Service) DisableOrganizationsRootSessions(ctx context.Context, _ *iam.DisableOrganizationsRootSessionsInput) (*iam.DisableOrganizationsRootSessionsOutput, error) {
	id, features, err := setFeature(ctx, rootSessions, false)
	return &iam.DisableOrganizationsRootSessionsOutput{OrganizationId: id, EnabledFeatures: features}, err
}

// The refusals have the words that the API's pages describe them with.

func refuseOrganization(code, message string) error {
	return refuse(http.StatusBadRequest, code, "%s", message)
}

func noOrganization() error {
	return refuseOrganization("OrganizationNotFoundException", "The request was rejected because no organization is associated with your account.")
}

func notManagementOrDelegated() error {
	return refuseOrganization("AccountNotManagementOrDelegatedAdministratorException",
		"The request was rejected because the account making the request is not the management account or delegated administrator account for centralized root access.")
}

func notAllFeatures() error {
	return refuseOrganization("OrganizationNotInAllFeaturesModeException", "The request was rejected because your organization does not have All features enabled.")
}

func noServiceAccess() error {
	return refuseOrganization("ServiceAccessNotEnabledException", "The request was rejected because trusted access is not enabled for IAM in AWS Organizations.")
}

func notManagement() error {
	return refuseOrganization("CallerIsNotManagementAccountException", "The request was rejected because the account making the request is not the management account for the organization.")
}
