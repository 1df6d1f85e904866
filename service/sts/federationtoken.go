package sts

import (
	"context"

	"github.com/rolecall-iam/rolecall/api/sts"
	"github.com/rolecall-iam/rolecall/authn/session"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// GetFederationToken makes temporary credentials for somebody whom the caller
// vouches for. What they may do is what both the caller and the session
// policies passed here allow: without any, nothing but what a resource's policy
// grants to the federated user by name.
//
// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html,
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_getfederationtoken.html
func (s *Service) GetFederationToken(ctx context.Context, in *sts.GetFederationTokenInput) (*sts.GetFederationTokenOutput, error) {
	c := service.CallOf(ctx)
	made := session.Session{
		Kind:        session.FederatedUser,
		SessionName: in.Name,
		Issuer:      c.Caller.ARN(),
		Policy:      in.Policy,
		Tags:        sessionTags(c, in.Tags, nil),
	}
	if u := c.Caller.User; u != nil {
		made.PrincipalID, made.Name, made.Path = u.ID, u.Name, u.Path
	}
	var err error
	if made.PolicyARNs, err = sessionPolicyARNs(c, c.Account, in.Policy, in.PolicyArns); err != nil {
		return nil, err
	}
	packed, err := s.packedSize(made)
	if err != nil {
		return nil, err
	}
	if packed == nil {
		packed = new(int32) // LocalStack's recordings of AWS have a 0 here, and none in AssumeRole's
	}
	credentials, err := s.credentials(c, c.Account, made, ownSeconds(c, in.DurationSeconds))
	if err != nil {
		return nil, sealError(err)
	}
	return &sts.GetFederationTokenOutput{
		Credentials: credentials,
		FederatedUser: &sts.FederatedUser{
			Arn:             federatedARN(c, in.Name),
			FederatedUserId: c.Account.String() + ":" + in.Name,
		},
		PackedPolicySize: packed,
	}, nil
}

// checkFederation refuses what no policy could allow: temporary credentials
// (rule S10), and malformed tags and policies.
func checkFederation(c *service.Call, in *sts.GetFederationTokenInput) error {
	if c.Caller.Temporary() {
		return sessionCredentials("GetFederationToken")
	}
	if err := checkTags(c, in.Tags, nil); err != nil {
		return err
	}
	return checkSessionPolicies(c, in.Policy, in.PolicyArns)
}

// federationNeeds is what GetFederationToken demands: its own action on the
// federated user, as ryanto/next-s3-upload#182 quotes a denial, and for tags
// sts:TagSession too.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_permissions-required
func federationNeeds(c *service.Call, in *sts.GetFederationTokenInput) []service.Need {
	need := service.Need{Resource: federatedARN(c, in.Name)}
	for _, t := range in.Tags {
		need.RequestTags = append(need.RequestTags, directory.Tag{Key: t.Key, Value: t.Value})
	}
	needs := []service.Need{need}
	if len(in.Tags) > 0 {
		needs = append(needs, as(need, "sts:TagSession"))
	}
	return needs
}

func federatedARN(c *service.Call, name string) string {
	return "arn:" + c.Partition + ":sts::" + c.Account.String() + ":federated-user/" + name
}
