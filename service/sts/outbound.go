package sts

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rolecall-iam/rolecall/api/sts"
	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

const (
	// defaultToken is how many seconds a token lasts if nobody says.
	//
	// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html
	defaultToken = 300
	// maxClaims is how many bytes the claims of a token may take, so that the
	// token fits where web identity tokens are taken: 20,000 characters. AWS does
	// not say what its bound is.
	maxClaims = 14_000
)

// outboundAlgorithms are those that tokens are issued by.
var outboundAlgorithms = [...]string{"RS256", "ES384"}

func (s *Service) outboundOperations() []service.Operation {
	return []service.Operation{
		service.Check(service.Bind(sts.GetWebIdentityToken, outboundNeeds, s.GetWebIdentityToken), checkOutbound),
		service.Bind(sts.GetDelegatedAccessToken, service.Always, s.GetDelegatedAccessToken),
	}
}

// checkOutbound refuses what no policy could allow.
func checkOutbound(_ *service.Call, in *sts.GetWebIdentityTokenInput) error {
	if !slices.Contains(outboundAlgorithms[:], in.SigningAlgorithm) {
		return unknownSigningAlgorithm(in.SigningAlgorithm)
	}
	seen := map[string]bool{}
	for _, t := range in.Tags {
		key := strings.ToLower(t.Key)
		switch {
		case seen[key]:
			return duplicateTagKeys()
		case strings.HasPrefix(key, "aws:"):
			return reservedTagKey()
		}
		seen[key] = true
	}
	return nil
}

// outboundNeeds is sts:GetWebIdentityToken, and sts:TagGetWebIdentityToken for
// tags.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_outbound_policies.html
func outboundNeeds(_ *service.Call, in *sts.GetWebIdentityTokenInput) []service.Need {
	get := service.Need{
		Keys: map[string]string{
			"sts:SigningAlgorithm": in.SigningAlgorithm,
			"sts:DurationSeconds":  strconv.Itoa(int(outboundSeconds(in))),
		},
		MultiKeys: map[string][]string{"sts:IdentityTokenAudience": in.Audience},
	}
	for _, t := range in.Tags {
		get.RequestTags = append(get.RequestTags, directory.Tag{Key: t.Key, Value: t.Value})
	}
	if len(in.Tags) == 0 {
		return []service.Need{get}
	}
	return []service.Need{get, as(get, "sts:TagGetWebIdentityToken")}
}

func outboundSeconds(in *sts.GetWebIdentityTokenInput) int32 {
	if in.DurationSeconds == 0 {
		return defaultToken
	}
	return in.DurationSeconds
}

// GetWebIdentityToken issues a token that tells others who the caller is. Its
// issuer is the account's own, whose keys are published under the server's
// address.
//
// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html
func (s *Service) GetWebIdentityToken(ctx context.Context, in *sts.GetWebIdentityTokenInput) (*sts.GetWebIdentityTokenOutput, error) {
	c := service.CallOf(ctx)
	f, ok := c.View.OutboundFederation(c.Account)
	if !ok || !f.Enabled {
		return nil, outboundDisabled()
	}
	issued := c.Now.UTC().Truncate(time.Second)
	expires := issued.Add(time.Duration(outboundSeconds(in)) * time.Second)
	if c.Caller.Temporary() && expires.After(c.Caller.Session.Expires) {
		return nil, sessionEscalation()
	}
	claims, err := outboundClaims(c, in, c.IssuerURL(f.Issuer), issued, expires)
	if err != nil {
		return nil, err
	}
	if len(claims) > maxClaims {
		return nil, claimsTooLarge()
	}
	key, err := s.outboundKey(ctx, c, in.SigningAlgorithm)
	if err != nil {
		return nil, err
	}
	token, err := key.Sign(claims, c.Rand)
	if err != nil {
		return nil, err
	}
	return &sts.GetWebIdentityTokenOutput{WebIdentityToken: &token, Expiration: expires}, nil
}

// awsClaims are what a token says beyond OpenID Connect. AWS has more of the
// computers that sessions run on; there are none here.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_outbound_token_claims.html
type awsClaims struct {
	Account       string            `json:"aws_account"`
	Region        string            `json:"source_region"`
	Organization  string            `json:"org_id,omitempty"`
	Path          string            `json:"ou_path,omitempty"`
	PrincipalTags map[string]string `json:"principal_tags,omitempty"`
	RequestTags   map[string]string `json:"request_tags,omitempty"`
}

func outboundClaims(c *service.Call, in *sts.GetWebIdentityTokenInput, issuer string, issued, expires time.Time) ([]byte, error) {
	aws := awsClaims{Account: c.Account.String(), Region: c.Region}
	aws.Organization, aws.Path = c.OrganizationPath()
	for _, t := range c.Caller.PrincipalTags() {
		aws.PrincipalTags = put(aws.PrincipalTags, t.Key, t.Value)
	}
	for _, t := range in.Tags {
		aws.RequestTags = put(aws.RequestTags, t.Key, t.Value)
	}
	var audience any = in.Audience
	if len(in.Audience) == 1 {
		audience = in.Audience[0]
	}
	id, err := newTokenID(c.Rand)
	if err != nil {
		return nil, err
	}
	return json.Marshal(struct {
		Issuer   string    `json:"iss"`
		Audience any       `json:"aud"`
		Subject  string    `json:"sub"`
		Issued   int64     `json:"iat"`
		Expires  int64     `json:"exp"`
		ID       string    `json:"jti"`
		AWS      awsClaims `json:"https://sts.amazonaws.com/"`
	}{issuer, audience, outboundSubject(c.Caller), issued.Unix(), expires.Unix(), id, aws})
}

func put(m map[string]string, key, value string) map[string]string {
	if m == nil {
		m = map[string]string{}
	}
	m[key] = value
	return m
}

// outboundSubject is the caller's ARN: of a session the role's, as AWS's own
// example has it.
func outboundSubject(caller *service.Caller) string {
	if session, ok := caller.Principal.(authz.RoleSession); ok {
		return session.Role.String()
	}
	return caller.ARN()
}

// GetDelegatedAccessToken would trade in a token that a delegation request was
// answered with. Nobody here is a partner who may make such requests, so there
// are no such tokens, and none holds.
//
// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetDelegatedAccessToken.html
func (s *Service) GetDelegatedAccessToken(context.Context, *sts.GetDelegatedAccessTokenInput) (*sts.GetDelegatedAccessTokenOutput, error) {
	return nil, noTradeInToken()
}
