package sts

import (
	"context"
	"fmt"

	"github.com/rolecall-iam/rolecall/api/sts"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authn/oidc"
	"github.com/rolecall-iam/rolecall/authn/session"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/service/sts/issuers"
)

func (s *Service) webIdentityOperations() []service.Operation {
	assume := service.Bind(sts.AssumeRoleWithWebIdentity, webIdentityNeeds, s.AssumeRoleWithWebIdentity)
	return append(s.outboundOperations(), service.Proven(service.Check(assume, checkWebIdentity), s.proveWebIdentity))
}

// webIdentity is what a genuine token asks for, and by whose word.
type webIdentity struct {
	*oidc.Identity
	provider string // as the trust policy names it
	wanted   *sts.AssumeRoleInput
}

// checkWebIdentity refuses what no token could make good.
func checkWebIdentity(c *service.Call, in *sts.AssumeRoleWithWebIdentityInput) error {
	if _, err := arn.Parse(in.RoleArn); err != nil {
		return invalidARN(in.RoleArn)
	}
	if in.ProviderId != "" {
		return checkAccessToken(in.ProviderId, in.WebIdentityToken)
	}
	return checkSessionPolicies(c, in.Policy, in.PolicyArns)
}

// proveWebIdentity makes whom a token speaks of the caller.
//
// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
func (s *Service) proveWebIdentity(c *service.Call, in *sts.AssumeRoleWithWebIdentityInput) (*service.Caller, error) {
	token, err := oidc.Parse(in.WebIdentityToken)
	if err != nil {
		return nil, tokenRefused(err)
	}
	who, id, err := s.identify(c, in.RoleArn, token)
	if err != nil {
		return nil, err
	}
	wanted, err := wantedSession(c, in, id)
	if err != nil {
		return nil, err
	}
	account, _ := arn.ParseAccountID(entity(in.RoleArn).Account)
	return &service.Caller{
		Principal: identityOf(who.principal),
		UserID:    who.principal + ":" + id.Audience + ":" + id.Subject,
		Federation: &service.Federation{
			Claims:    trustClaims(who, id),
			Proof:     &webIdentity{id, who.principal, wanted},
			Identity:  webIdentityUser(who, id),
			Recipient: account,
			Carried:   carriedBy(wanted),
		},
	}, nil
}

// identify finds the provider of a token, and verifies the token with what its
// issuer publishes. An issuer that must be asked first is asked while no view is
// open, and at most once; then all is looked at again.
func (s *Service) identify(c *service.Call, role string, token *oidc.Token) (*provider, *oidc.Identity, error) {
	for asked := false; ; asked = true {
		who, err := s.providerOf(c, role, token.Issuer())
		if err != nil {
			return nil, nil, err
		}
		who.rules.Now = c.Now
		if err := token.Check(who.rules); err != nil {
			return nil, nil, tokenRefused(err)
		}
		answer, known := s.issuers.Known(who.issuer)
		if known || asked {
			id, err := verified(token, answer, who.rules)
			if asked || !isUnknownKey(err) || !s.issuers.MayAskAgain(answer) {
				return who, id, err
			}
		}
		if err := c.Leave(func(ctx context.Context) { s.issuers.Ask(ctx, who.issuer) }); err != nil {
			return nil, nil, err
		}
	}
}

// verified verifies a token with an issuer's answer; nil where there is none.
func verified(token *oidc.Token, answer *issuers.Answer, rules oidc.Rules) (*oidc.Identity, error) {
	if answer == nil || answer.Keys == nil {
		return nil, noVerificationKey(answer)
	}
	id, err := token.Verify(answer.Keys, rules)
	if err != nil {
		return nil, tokenRefused(err)
	}
	return id, nil
}

// webIdentityNeeds is what the role's trust policy must allow the provider's
// identities: the operation, and what the token asks of the session.
func webIdentityNeeds(c *service.Call, in *sts.AssumeRoleWithWebIdentityInput) []service.Need {
	proof := c.Caller.Federation.Proof.(*webIdentity)
	return federatedNeeds(c, in.RoleArn, "sts:AssumeRoleWithWebIdentity", proof.wanted)
}

// AssumeRoleWithWebIdentity seals a session of the role for whom the token
// speaks of, and whom the role trusts.
//
// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
func (s *Service) AssumeRoleWithWebIdentity(ctx context.Context, in *sts.AssumeRoleWithWebIdentityInput) (*sts.AssumeRoleWithWebIdentityOutput, error) {
	c := service.CallOf(ctx)
	proof := c.Caller.Federation.Proof.(*webIdentity)
	role, ok := roleOf(c, in.RoleArn)
	if !ok {
		return nil, fmt.Errorf("assume %s: allowed, but not there", in.RoleArn)
	}
	begun, err := s.begin(c, role, proof.wanted, func(made *session.Session) {
		made.Issuer, made.Provider, made.Claims = "", proof.provider, sessionClaims(c.Caller.Federation.Claims)
	})
	if err != nil {
		return nil, err
	}
	return &sts.AssumeRoleWithWebIdentityOutput{
		Credentials: begun.Credentials, AssumedRoleUser: begun.AssumedRoleUser,
		PackedPolicySize: begun.PackedPolicySize, SourceIdentity: begun.SourceIdentity,
		SubjectFromWebIdentityToken: proof.Subject, Audience: new(proof.Audience), Provider: new(proof.provider),
	}, nil
}
