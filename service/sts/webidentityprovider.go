package sts

import (
	"strings"

	"github.com/rolecall-iam/rolecall/api/sts"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authn/oidc"
	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/policy"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/service/sts/issuers"
	"github.com/rolecall-iam/rolecall/store/directory"
	"github.com/rolecall-iam/rolecall/trail"
)

// provider is who vouches for a token, as the role's account knows it.
type provider struct {
	principal string // as a trust policy names it
	prefix    string // of its condition keys
	issuer    issuers.Issuer
	rules     oidc.Rules
}

// builtIn are the issuers that every account knows, by the host that trust
// policies name. Only a role whose trust policy names one has it asked for
// keys.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html ("If you
// are using an OIDC identity provider from Google, Facebook, or Amazon Cognito, you don't need to create a
// separate IAM identity provider")
var builtIn = [...]string{"accounts.google.com", "cognito-identity.amazonaws.com"}

// providerOf finds the provider of a role's account whose tokens name an
// issuer.
func (s *Service) providerOf(c *service.Call, roleARN, issuer string) (*provider, error) {
	if role, ok := roleOf(c, roleARN); ok {
		for _, host := range builtIn {
			if strings.TrimPrefix(issuer, "https://") == host && trustsProvider(role, host) {
				return &provider{
					principal: host, prefix: host,
					issuer: issuers.Issuer{URL: "https://" + host},
					rules:  oidc.Rules{AnyAudience: true},
				}, nil
			}
		}
	}
	account, err := arn.ParseAccountID(entity(roleARN).Account)
	if err != nil {
		return nil, noOIDCProvider(issuer)
	}
	name, ok := s.issuers.Named(issuer)
	if !ok {
		return nil, noOIDCProvider(issuer)
	}
	p, ok := c.View.OIDCProvider(account, name)
	if !ok {
		return nil, noOIDCProvider(issuer)
	}
	return &provider{
		principal: p.ARN(c.Partition), prefix: p.URL,
		issuer: issuers.Issuer{URL: issuer, Thumbprints: p.Thumbprints},
		rules:  oidc.Rules{Audiences: p.ClientIDs},
	}, nil
}

// trustsProvider tells whether a role's trust policy names a built-in provider.
func trustsProvider(role *directory.Role, host string) bool {
	document := role.Trust.Document()
	if document == nil {
		return false
	}
	for _, statement := range document.Statements {
		for _, p := range statement.Principals.Values {
			if statement.Effect == policy.Allow && p.Type == policy.Federated && p.Value == host {
				return true
			}
		}
	}
	return false
}

// entity is an ARN taken apart; it was checked.
func entity(text string) arn.ARN {
	a, _ := arn.Parse(text)
	return a
}

func identityOf(principal string) authz.Principal {
	return authz.FederatedIdentity{Provider: principal}
}

// checkAccessToken refuses OAuth 2.0 access tokens. They say nothing to anybody
// but the provider that made them, and rolecall asks none but registered
// issuers.
func checkAccessToken(providerID, token string) error {
	switch providerID {
	case "www.amazon.com":
		if !strings.HasPrefix(token, "Atza|") {
			return notLoginWithAmazon()
		}
		return providerNotAsked()
	case "graph.facebook.com":
		return providerNotAsked()
	}
	return unknownTokenProvider()
}

// webIdentityUser is the caller as CloudTrail shows it.
//
// Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html#cloudtrail-event-reference-user-identity-element
func webIdentityUser(who *provider, id *oidc.Identity) trail.Identity {
	return trail.Identity{
		Type: "WebIdentityUser", PrincipalID: who.principal + ":" + id.Audience + ":" + id.Subject,
		UserName: id.Subject, Provider: who.principal,
	}
}

// wantedSession is what a token and the request with it ask for, in the terms
// of AssumeRole, whose rules it must keep.
func wantedSession(c *service.Call, in *sts.AssumeRoleWithWebIdentityInput, id *oidc.Identity) (*sts.AssumeRoleInput, error) {
	wanted := &sts.AssumeRoleInput{
		RoleArn: in.RoleArn, RoleSessionName: in.RoleSessionName, DurationSeconds: in.DurationSeconds,
		Policy: in.Policy, PolicyArns: in.PolicyArns,
		SourceIdentity: id.Session.SourceIdentity, TransitiveTagKeys: id.Session.TransitiveKeys,
	}
	for _, t := range id.Session.Tags {
		wanted.Tags = append(wanted.Tags, sts.Tag{Key: t.Key, Value: t.Value})
	}
	if !tagsAreSound(wanted.Tags, wanted.TransitiveTagKeys) {
		return nil, badSessionTags()
	}
	if wanted.SourceIdentity != "" && !isName(wanted.SourceIdentity) { // which begins with no "aws:"
		return nil, badSourceIdentity()
	}
	return wanted, checkTags(c, wanted.Tags, wanted.TransitiveTagKeys)
}
