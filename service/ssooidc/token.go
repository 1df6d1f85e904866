package ssooidc

import (
	"context"
	"time"

	"github.com/rolecall-iam/rolecall/api/ssooidc"
	"github.com/rolecall-iam/rolecall/authn/bearer"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// tokenLife is how long an access token lasts that can be refreshed. One that
// cannot lasts as long as the session.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html
// (the example's expiresIn), https://docs.aws.amazon.com/cli/latest/userguide/sso-configure-profile-legacy.html
const tokenLife = time.Hour

// grant is one CreateToken on its way.
type grant struct {
	call   *service.Call
	client *Client
	id     string // the hash of the client's id
	in     *ssooidc.CreateTokenInput

	// What is given out where nothing refuses it.
	access, refresh string
}

// CreateToken answers tokens for what a client has been granted.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html
func (s *Service) CreateToken(ctx context.Context, in *ssooidc.CreateTokenInput) (*ssooidc.CreateTokenOutput, error) {
	c := service.CallOf(ctx)
	if in.GrantType != deviceGrant && in.GrantType != codeGrant && in.GrantType != refreshGrant {
		return nil, unsupportedGrant()
	}
	client, err := s.proven(in.ClientId, in.ClientSecret, c.Now)
	if err != nil {
		return nil, err
	}
	if !client.may(in.GrantType) {
		return nil, unauthorizedClient()
	}
	g := &grant{call: c, client: client, id: bearer.Hash(in.ClientId), in: in}
	if g.access, err = bearer.New(c.Rand); err != nil {
		return nil, err
	}
	if client.refreshes() {
		if g.refresh, err = bearer.New(c.Rand); err != nil {
			return nil, err
		}
	}
	switch in.GrantType {
	case deviceGrant:
		return s.byDevice(ctx, g)
	case codeGrant:
		return g.byCode(ctx)
	}
	return g.byRefresh(ctx)
}

// byDevice answers the tokens of a person who has approved the device code.
func (s *Service) byDevice(ctx context.Context, g *grant) (*ssooidc.CreateTokenOutput, error) {
	if g.in.DeviceCode == nil || *g.in.DeviceCode == "" {
		return nil, invalidRequest("Device code is missing")
	}
	hash, now := bearer.Hash(*g.in.DeviceCode), g.call.Now
	d, ok := g.call.View.SSODevice(hash)
	switch {
	case !ok || d.Client != g.id:
		return nil, invalidGrant()
	case !now.Before(d.Expires):
		s.forgetPolls(hash)
		return nil, expired()
	case d.State == directory.DevicePending && s.tooSoon(hash, now):
		return nil, slowDown()
	case d.State == directory.DevicePending:
		return nil, pending()
	}
	s.forgetPolls(hash)
	return g.give(ctx, func(tx *directory.Tx) (string, string, []string, error) {
		d, ok := tx.SSODevice(hash)
		if !ok {
			return "", "", nil, invalidGrant() // used meanwhile
		}
		tx.DeleteSSODevice(d)
		if d.State == directory.DeviceDenied {
			return "", "", nil, accessDenied()
		}
		return d.Session, d.Hash, d.Scopes, nil
	})
}

// byCode answers the tokens that an authorization code stands for, to the
// client that began and to nobody else. A code that comes twice was stolen: what
// came of it ends.
//
// Source: https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2
func (g *grant) byCode(ctx context.Context) (*ssooidc.CreateTokenOutput, error) {
	in := g.in
	if in.Code == nil || in.RedirectUri == nil || in.CodeVerifier == nil {
		return nil, invalidRequest("Code, redirect URI or code verifier is missing")
	}
	hash := bearer.Hash(*in.Code)
	return g.give(ctx, func(tx *directory.Tx) (string, string, []string, error) {
		code, ok := tx.SSOCode(hash)
		switch {
		case !ok || code.Client != g.id || !g.call.Now.Before(code.Expires):
			return "", "", nil, invalidGrant()
		case code.Grant != "":
			endGrant(tx, code.Session, code.Grant)
			return "", "", nil, invalidGrant()
		case code.Redirect != *in.RedirectUri || !bearer.Verifies(*in.CodeVerifier, code.Challenge):
			return "", "", nil, invalidGrant()
		}
		used := *code
		used.Grant = hash
		tx.PutSSOCode(&used)
		return code.Session, hash, code.Scopes, nil
	})
}

// byRefresh answers new tokens in the place of old ones. A refresh token that
// comes twice was stolen: what came of it ends.
//
// Source: https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2
func (g *grant) byRefresh(ctx context.Context) (*ssooidc.CreateTokenOutput, error) {
	if g.in.RefreshToken == nil || *g.in.RefreshToken == "" {
		return nil, invalidRequest("Refresh token is missing")
	}
	hash := bearer.Hash(*g.in.RefreshToken)
	return g.give(ctx, func(tx *directory.Tx) (string, string, []string, error) {
		t, ok := tx.SSOToken(hash)
		switch {
		case !ok || t.Kind != directory.RefreshToken || t.Client != g.id || !g.call.Now.Before(t.Expires):
			return "", "", nil, invalidGrant()
		case t.Used:
			endGrant(tx, t.Session, t.Grant)
			return "", "", nil, invalidGrant()
		}
		used := *t
		used.Used = true
		tx.PutSSOToken(&used)
		return t.Session, t.Grant, t.Scopes, nil
	})
}

// endGrant ends the tokens that descend from one grant.
func endGrant(tx *directory.Tx, session, grant string) {
	tx.DeleteSSOTokens(session, func(t *directory.SSOToken) bool { return t.Grant == grant })
}

// give writes the tokens that come of a session, which redeem finds along with
// what they descend from. A refusal of redeem keeps what it wrote: a code that
// was used is used.
func (g *grant) give(ctx context.Context, redeem func(*directory.Tx) (session, descent string, scopes []string, refusal error)) (*ssooidc.CreateTokenOutput, error) {
	var refusal error
	var ends time.Time
	now := g.call.Now.UTC()
	err := g.call.Update(ctx, func(tx *directory.Tx) error {
		var session, descent string
		var scopes []string
		if session, descent, scopes, refusal = redeem(tx); refusal != nil {
			return nil
		}
		in, ok := service.SignedInSession(&tx.Reader, session, now)
		if !ok {
			refusal = invalidGrant()
			return nil
		}
		tx.ForgetExpired(now)
		t := directory.SSOToken{Session: session, Client: g.id, Scopes: scopes, Grant: descent, Expires: in.Session.Expires}
		if g.refresh != "" {
			t.Hash, t.Kind = bearer.Hash(g.refresh), directory.RefreshToken
			refresh := t
			tx.PutSSOToken(&refresh)
			if end := now.Add(tokenLife); end.Before(t.Expires) {
				t.Expires = end
			}
		}
		t.Hash, t.Kind = bearer.Hash(g.access), directory.AccessToken
		ends = t.Expires
		tx.PutSSOToken(&t)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if refusal != nil {
		return nil, refusal
	}
	kind, seconds := "Bearer", int32(ends.Sub(now)/time.Second)
	out := &ssooidc.CreateTokenOutput{AccessToken: &g.access, TokenType: &kind, ExpiresIn: &seconds}
	if g.refresh != "" {
		out.RefreshToken = &g.refresh
	}
	return out, nil
}
