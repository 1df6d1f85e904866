package iam

import (
	"context"
	"net/http"

	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

func (s *Service) outboundOperations() []service.Operation {
	return []service.Operation{
		service.Bind(iam.EnableOutboundWebIdentityFederation, service.Always, s.EnableOutboundWebIdentityFederation),
		service.Bind(iam.DisableOutboundWebIdentityFederation, service.Always, s.DisableOutboundWebIdentityFederation),
		service.Bind(iam.GetOutboundWebIdentityFederationInfo, service.Always, s.GetOutboundWebIdentityFederationInfo),
	}
}

// EnableOutboundWebIdentityFederation lets the account's principals ask for
// tokens that others verify. The account's first time makes its issuer; later
// ones find it again.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_EnableOutboundWebIdentityFederation.html
func (s *Service) EnableOutboundWebIdentityFederation(ctx context.Context, _ *iam.EnableOutboundWebIdentityFederationInput) (*iam.EnableOutboundWebIdentityFederationOutput, error) {
	c := service.CallOf(ctx)
	id, err := newUUID(c.Rand)
	if err != nil {
		return nil, err
	}
	out := &iam.EnableOutboundWebIdentityFederationOutput{}
	return out, c.Update(ctx, func(tx *directory.Tx) error {
		f := directory.OutboundFederation{Issuer: id}
		if before, ok := tx.OutboundFederation(c.Account); ok {
			f = *before
		}
		if f.Enabled {
			return outboundEnabled()
		}
		f.Enabled, f.Changed = true, second(c.Now)
		tx.PutOutboundFederation(c.Account, &f)
		out.IssuerIdentifier = new(c.IssuerURL(f.Issuer))
		return nil
	})
}

// DisableOutboundWebIdentityFederation ends that. Tokens made before stay good.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_DisableOutboundWebIdentityFederation.html
func (s *Service) DisableOutboundWebIdentityFederation(ctx context.Context, _ *iam.DisableOutboundWebIdentityFederationInput) (*iam.DisableOutboundWebIdentityFederationOutput, error) {
	c := service.CallOf(ctx)
	return &iam.DisableOutboundWebIdentityFederationOutput{}, c.Update(ctx, func(tx *directory.Tx) error {
		before, ok := tx.OutboundFederation(c.Account)
		if !ok || !before.Enabled {
			return outboundDisabled()
		}
		f := *before
		f.Enabled, f.Changed = false, second(c.Now)
		tx.PutOutboundFederation(c.Account, &f)
		return nil
	})
}

// GetOutboundWebIdentityFederationInfo tells the account's issuer.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetOutboundWebIdentityFederationInfo.html
func (s *Service) GetOutboundWebIdentityFederationInfo(ctx context.Context, _ *iam.GetOutboundWebIdentityFederationInfoInput) (*iam.GetOutboundWebIdentityFederationInfoOutput, error) {
	c := service.CallOf(ctx)
	f, ok := c.View.OutboundFederation(c.Account)
	if !ok || !f.Enabled {
		return nil, outboundDisabled()
	}
	return &iam.GetOutboundWebIdentityFederationInfoOutput{
		IssuerIdentifier: new(c.IssuerURL(f.Issuer)), JwtVendingEnabled: new(true),
	}, nil
}

// outboundEnabled has the words of the API's page.
func outboundEnabled() error {
	return refuse(http.StatusConflict, "FeatureEnabled", "Outbound identity federation is already enabled for your AWS account.")
}

// outboundDisabled has the words of the API's page.
func outboundDisabled() error {
	return refuse(http.StatusNotFound, "FeatureDisabled", "Outbound identity federation is not enabled for your AWS account.")
}
