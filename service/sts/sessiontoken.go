package sts

import (
	"context"
	"time"

	"github.com/rolecall-iam/rolecall/api/sts"
	"github.com/rolecall-iam/rolecall/authn/session"
	"github.com/rolecall-iam/rolecall/service"
)

const (
	defaultUserSession = 43200 // seconds
	rootSession        = 3600  // seconds; also the longest for the root user
)

// GetSessionToken makes temporary credentials of the caller's own. It needs no
// permission, but long-term credentials (rules V9 and S10).
//
// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
func (s *Service) GetSessionToken(ctx context.Context, in *sts.GetSessionTokenInput) (*sts.GetSessionTokenOutput, error) {
	c := service.CallOf(ctx)
	if c.Caller.Temporary() {
		return nil, sessionCredentials("GetSessionToken")
	}
	if err := s.verifyMFA(c, in.SerialNumber, in.TokenCode); err != nil {
		return nil, err
	}
	made := session.Session{Kind: session.RootSession, Issuer: c.Caller.ARN()}
	if in.TokenCode != "" {
		made.MFATime = c.Now.UTC().Truncate(time.Second)
	}
	if u := c.Caller.User; u != nil {
		made.Kind, made.PrincipalID, made.Name, made.Path = session.UserSession, u.ID, u.Name, u.Path
	}
	credentials, err := s.credentials(c, c.Account, made, ownSeconds(c, in.DurationSeconds))
	if err != nil {
		return nil, err
	}
	return &sts.GetSessionTokenOutput{Credentials: credentials}, nil
}

// ownSeconds is how long a session lasts that a user or the root user asks for
// with long-term credentials (rule S3).
func ownSeconds(c *service.Call, asked int32) int32 {
	if asked == 0 {
		asked = defaultUserSession
	}
	if c.Caller.IsRoot() {
		return min(asked, rootSession)
	}
	return asked
}
