package sts

import (
	"context"
	"io"
	"strings"
	"sync/atomic"
	"time"

	"github.com/rolecall-iam/rolecall/api/sts"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authn/session"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/service/sts/issuers"
)

// Sealer makes session tokens and opens secrets; service.Keys is the one of the
// product.
type Sealer interface {
	// SealSession makes the token of a session.
	SealSession(s *session.Session, rand io.Reader, now time.Time) (string, error)
	// SealSecret seals a key that tokens are issued with.
	SealSecret(id, secret string) ([]byte, error)
	// OpenSecret opens such a key, or the seed of an MFA device.
	OpenSecret(id string, sealed []byte) (string, error)
	// OpenMessage opens what was sealed of a denied request for an account.
	OpenMessage(account arn.AccountID, message string, now time.Time) ([]byte, error)
}

// Service is AWS STS.
type Service struct {
	sealer       Sealer
	packed       packedPolicies
	url          string // where this server is reached; unknown where empty
	certificates certificateCache
	panics       atomic.Uint64
	issuers      *issuers.Issuers // of web identity tokens
	signers      signers          // of outbound tokens
}

// New makes the service of a server that is reached at a URL.
func New(sealer Sealer, url string, issuers *issuers.Issuers) *Service {
	return &Service{sealer: sealer, url: strings.TrimSuffix(url, "/"), issuers: issuers}
}

// Operations are the operations of STS that have a handler.
func (s *Service) Operations() []service.Operation {
	return append([]service.Operation{
		service.Check(service.Bind(sts.AssumeRole, s.assumeWithContextNeeds, s.AssumeRole), s.checkAssume),
		s.samlOperation(),
		service.BindOpen(sts.GetCallerIdentity, s.GetCallerIdentity),
		service.BindOpen(sts.GetSessionToken, s.GetSessionToken),
		service.Check(service.Bind(sts.GetFederationToken, federationNeeds, s.GetFederationToken), checkFederation),
		service.Bind(sts.GetAccessKeyInfo, keyInfoNeeds, s.GetAccessKeyInfo),
		service.Check(service.Bind(sts.AssumeRoot, rootNeeds, s.AssumeRoot), checkRoot),
		service.Bind(sts.DecodeAuthorizationMessage, service.Always, s.DecodeAuthorizationMessage),
	}, s.webIdentityOperations()...)
}

// GetCallerIdentity tells who signed. Nobody is refused it, not even by an
// explicit Deny (rule V9).
//
// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
func (s *Service) GetCallerIdentity(ctx context.Context, _ *sts.GetCallerIdentityInput) (*sts.GetCallerIdentityOutput, error) {
	c := service.CallOf(ctx)
	account, id, name := c.Account.String(), c.Caller.UserID, c.Caller.ARN()
	return &sts.GetCallerIdentityOutput{Account: &account, UserId: &id, Arn: name}, nil
}

// keyInfoNeeds is its action alone. A denial of it names no resource, as it is
// quoted in write-ups of the puzzle "Hacky Easter 2023".
func keyInfoNeeds(*service.Call, *sts.GetAccessKeyInfoInput) []service.Need {
	return []service.Need{{Unnamed: true}}
}

// GetAccessKeyInfo tells which account an access key id belongs to. Key ids
// that were made here carry their account; one that somebody chose is looked
// up.
//
// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetAccessKeyInfo.html
func (s *Service) GetAccessKeyInfo(ctx context.Context, in *sts.GetAccessKeyInfoInput) (*sts.GetAccessKeyInfoOutput, error) {
	c := service.CallOf(ctx)
	if key, ok := c.View.AccessKey(in.AccessKeyId); ok {
		account := key.Account.String()
		return &sts.GetAccessKeyInfoOutput{Account: &account}, nil
	}
	id, ok := arn.KeyAccount(in.AccessKeyId)
	if !ok {
		return nil, invalidAccessKey(in.AccessKeyId)
	}
	account := id.String()
	return &sts.GetAccessKeyInfoOutput{Account: &account}, nil
}

// credentials seals a session that begins now and lasts so many seconds.
func (s *Service) credentials(c *service.Call, account arn.AccountID, from session.Session, seconds int32) (*sts.Credentials, error) {
	id, err := arn.NewKeyID(arn.SessionKeyPrefix, account, c.Rand)
	if err != nil {
		return nil, err
	}
	secret, err := session.NewSecret(c.Rand)
	if err != nil {
		return nil, err
	}
	from.AccessKeyID, from.SecretAccessKey, from.Account = id, secret, account
	from.IssuedAt = c.Now.UTC().Truncate(time.Second)
	from.Expires = from.IssuedAt.Add(time.Duration(seconds) * time.Second)
	token, err := s.sealer.SealSession(&from, c.Rand, c.Now)
	if err != nil {
		return nil, err
	}
	return &sts.Credentials{AccessKeyId: id, SecretAccessKey: secret, SessionToken: token, Expiration: from.Expires}, nil
}
