package iam

import (
	"context"

	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

func (s *Service) preferenceOperations() []service.Operation {
	return []service.Operation{
		service.Bind(iam.SetSecurityTokenServicePreferences, service.Always, s.SetSecurityTokenServicePreferences),
	}
}

// SetSecurityTokenServicePreferences sets which version the tokens of STS's
// global endpoint have, which GetAccountSummary tells. Here all tokens are good
// in every region whatever it is.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_SetSecurityTokenServicePreferences.html
func (s *Service) SetSecurityTokenServicePreferences(ctx context.Context, in *iam.SetSecurityTokenServicePreferencesInput) (*iam.SetSecurityTokenServicePreferencesOutput, error) {
	c := service.CallOf(ctx)
	return &iam.SetSecurityTokenServicePreferencesOutput{}, c.Update(ctx, func(tx *directory.Tx) error {
		before, err := ownAccount(c, &tx.Reader)
		if err != nil {
			return err
		}
		a := before.Clone()
		a.TokenVersion = tokenVersions[in.GlobalEndpointTokenVersion]
		tx.PutAccount(a)
		return nil
	})
}

// tokenVersions are the versions as GetAccountSummary tells them.
var tokenVersions = map[string]int32{"v1Token": 1, "v2Token": 2}

// tokenVersion is 1 for an account that set none, as at AWS.
func tokenVersion(c *service.Call) int32 {
	a, ok := c.View.Account(c.Account)
	if !ok || a.TokenVersion == 0 {
		return 1
	}
	return a.TokenVersion
}
