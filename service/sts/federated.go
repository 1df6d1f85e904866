package sts

import (
	"github.com/rolecall-iam/rolecall/api/sts"
	"github.com/rolecall-iam/rolecall/authn/session"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// federatedNeeds are the needs of an operation that begins a session of a role
// by a provider's word.
func federatedNeeds(c *service.Call, roleARN, action string, wanted *sts.AssumeRoleInput) []service.Need {
	assume := service.Need{
		Action: action, Resource: roleARN, MustTrust: true,
		Keys: map[string]string{"sts:RoleSessionName": wanted.RoleSessionName},
	}
	if role, ok := roleOf(c, roleARN); ok {
		assume.Trust, assume.Owner, assume.ResourceTags = role, role.Account, role.Tags
	}
	if wanted.SourceIdentity != "" {
		assume.Keys["sts:SourceIdentity"] = wanted.SourceIdentity
	}
	for _, t := range wanted.Tags {
		assume.RequestTags = append(assume.RequestTags, directory.Tag{Key: t.Key, Value: t.Value})
	}
	if wanted.TransitiveTagKeys != nil {
		assume.MultiKeys = map[string][]string{"sts:TransitiveTagKeys": wanted.TransitiveTagKeys}
	}
	needs := []service.Need{assume}
	if len(wanted.Tags) > 0 {
		needs = append(needs, as(assume, "sts:TagSession"))
	}
	if wanted.SourceIdentity != "" {
		needs = append(needs, as(assume, "sts:SetSourceIdentity"))
	}
	return needs
}

// begin seals a session of a role that a provider vouches for. complete adds to
// the session what the provider says.
func (s *Service) begin(c *service.Call, role *directory.Role, wanted *sts.AssumeRoleInput, complete func(*session.Session)) (*sts.AssumeRoleOutput, error) {
	seconds, err := roleSeconds(c, role, wanted.DurationSeconds)
	if err != nil {
		return nil, err
	}
	made, err := roleSession(c, role, wanted)
	if err != nil {
		return nil, err
	}
	complete(&made)
	packed, err := s.packedSize(made)
	if err != nil {
		return nil, err
	}
	credentials, err := s.credentials(c, role.Account, made, seconds)
	if err != nil {
		return nil, sealError(err)
	}
	return &sts.AssumeRoleOutput{
		Credentials: credentials,
		AssumedRoleUser: &sts.AssumedRoleUser{
			AssumedRoleId: role.ID + ":" + made.SessionName,
			Arn:           "arn:" + c.Partition + ":sts::" + role.Account.String() + ":assumed-role/" + role.Name + "/" + made.SessionName,
		},
		PackedPolicySize: packed,
		SourceIdentity:   made.SourceIdentity,
	}, nil
}
