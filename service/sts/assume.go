package sts

import (
	"context"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/rolecall-iam/rolecall/api/sts"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authn/session"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

const (
	// defaultRoleSession is how long a role session lasts if nobody says.
	defaultRoleSession = 3600
	// chainedSession is the longest that a role session made by temporary
	// credentials lasts (rule S5).
	//
	// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining
	chainedSession = 3600
)

// AssumeRole seals a session of the role for a caller whom the door has let
// through, which includes that the role exists.
//
// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
func (s *Service) AssumeRole(ctx context.Context, in *sts.AssumeRoleInput) (*sts.AssumeRoleOutput, error) {
	c := service.CallOf(ctx)
	role, ok := roleOf(c, in.RoleArn)
	if !ok {
		return nil, fmt.Errorf("assume %s: allowed, but not there", in.RoleArn)
	}
	seconds, err := roleSeconds(c, role, in.DurationSeconds)
	if err != nil {
		return nil, err
	}
	made, err := roleSession(c, role, in)
	if err != nil {
		return nil, err
	}
	if x, err := s.providedContext(c, in); err != nil {
		return nil, err
	} else if x != nil {
		made.Claims = x.Claims()
	}
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
			AssumedRoleId: role.ID + ":" + in.RoleSessionName,
			Arn:           "arn:" + c.Partition + ":sts::" + role.Account.String() + ":assumed-role/" + role.Name + "/" + in.RoleSessionName,
		},
		PackedPolicySize: packed,
		SourceIdentity:   made.SourceIdentity,
	}, nil
}

// roleSeconds is how long the session lasts (rules S4 and S5).
func roleSeconds(c *service.Call, role *directory.Role, asked int32) (int32, error) {
	switch {
	case asked == 0:
		return defaultRoleSession, nil
	case c.Caller.Temporary() && asked > chainedSession:
		return 0, beyondChainedHour()
	case asked > role.MaxSessionDuration:
		return 0, beyondMaxSession()
	}
	return asked, nil
}

func roleSession(c *service.Call, role *directory.Role, in *sts.AssumeRoleInput) (session.Session, error) {
	made := session.Session{
		Kind:           session.AssumedRole,
		PrincipalID:    role.ID,
		Name:           role.Name,
		Path:           role.Path,
		SessionName:    in.RoleSessionName,
		Issuer:         c.Caller.ARN(),
		Policy:         in.Policy,
		Tags:           sessionTags(c, in.Tags, in.TransitiveTagKeys),
		SourceIdentity: in.SourceIdentity,
	}
	if made.SourceIdentity == "" {
		made.SourceIdentity = sourceIdentity(c)
	}
	if c.Caller.Temporary() {
		made.ChainDepth = c.Caller.Session.ChainDepth + 1
	}
	var err error
	made.PolicyARNs, err = sessionPolicyARNs(c, role.Account, in.Policy, in.PolicyArns)
	return made, err
}

// sessionPolicyARNs are the managed session policies of a session of an
// account's, all of which exist, and with the inline one are of a size that AWS
// admits.
func sessionPolicyARNs(c *service.Call, account arn.AccountID, inline string, managed []sts.PolicyDescriptorType) ([]string, error) {
	var names []string
	plain := utf8.RuneCountInString(inline)
	for _, p := range managed {
		named := c.PolicyByARN(p.Arn)
		if named.Document == nil || !usableBy(c, account, p.Arn) {
			return nil, invalidARN(p.Arn)
		}
		names = append(names, p.Arn)
		plain += utf8.RuneCountInString(p.Arn)
	}
	if plain > maxPolicyText {
		return nil, policyTooLarge((plain*100 + maxPolicyText - 1) / maxPolicyText)
	}
	return names, nil
}

func sealError(err error) error {
	if errors.Is(err, session.ErrTooLarge) {
		return sessionTooLarge()
	}
	return err
}

// usableBy tells whether a managed policy may narrow sessions of an account:
// AWS's own, and the account's, in the call's partition.
func usableBy(c *service.Call, account arn.AccountID, name string) bool {
	a, err := arn.Parse(name)
	return err == nil && a.Partition == c.Partition && (a.Account == "aws" || a.Account == account.String())
}
