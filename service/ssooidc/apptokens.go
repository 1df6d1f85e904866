package ssooidc

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/rolecall-iam/rolecall/api/ssooidc"
	"github.com/rolecall-iam/rolecall/authn/bearer"
	"github.com/rolecall-iam/rolecall/authn/oidc"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// giveApplication writes the tokens of a person for an application, which the
// person may use.
func (s *Service) giveApplication(ctx context.Context, g *iamGrant) (*ssooidc.CreateTokenWithIAMOutput, error) {
	access, err := bearer.New(g.Rand)
	if err != nil {
		return nil, err
	}
	refresh, err := bearer.New(g.Rand)
	if err != nil {
		return nil, err
	}
	now := g.Now.UTC()
	var refusal error
	var who service.SignedIn
	var t directory.SSOToken
	err = g.Update(ctx, func(tx *directory.Tx) error {
		tx.ForgetExpired(now)
		var session string
		var scopes []string
		if session, scopes, refusal = g.redeem(tx); refusal != nil {
			return nil
		}
		in, ok := g.inSession(tx, session)
		if !ok || !g.mayUse(tx, in.Person) {
			refusal = invalidGrant()
			return nil
		}
		if scopes, refusal = g.scopes(tx, scopes); refusal != nil {
			return nil
		}
		who = in
		t = directory.SSOToken{Session: session, Client: g.id, App: g.app.name, Scopes: scopes, Expires: in.Session.Expires}
		if g.refreshes() {
			t.Hash, t.Kind = bearer.Hash(refresh), directory.AppRefreshToken
			kept := t
			tx.PutSSOToken(&kept)
		}
		t.Hash, t.Kind = bearer.Hash(access), directory.AppAccessToken
		for _, end := range []time.Time{now.Add(tokenLife), g.ends} {
			if !end.IsZero() && end.Before(t.Expires) {
				t.Expires = end
			}
		}
		kept := t
		tx.PutSSOToken(&kept)
		return nil
	})
	if err != nil || refusal != nil {
		if err == nil {
			err = refusal
		}
		return nil, err
	}
	if !g.refreshes() {
		refresh = ""
	}
	return s.told(g, who, &t, access, refresh)
}

// inSession is who is in a session: one that began in this very transaction is
// not read back.
func (g *iamGrant) inSession(tx *directory.Tx, id string) (service.SignedIn, bool) {
	if g.begun == nil || g.begun.ID != id {
		in, ok := service.SignedInSession(&tx.Reader, id, g.Now)
		return in, ok && in.Instance.ID == g.app.instance.ID
	}
	p, ok := tx.Person(g.begun.Store, g.begun.Person)
	return service.SignedIn{Session: g.begun, Person: p, Instance: g.app.instance}, ok && !p.Disabled
}

// mayUse tells whether the application is assigned to a person, or needs not
// be.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_PutApplicationAssignmentConfiguration.html
func (g *iamGrant) mayUse(tx *directory.Tx, p *directory.Person) bool {
	app, ok := tx.Application(g.app.Instance, g.app.ID)
	if !ok || app.Status != "ENABLED" {
		return false
	}
	if app.Unassigned || tx.AppAssigned(app.Instance, app.ID, directory.PrincipalUser, p.ID) {
		return true
	}
	may := false
	tx.GroupsOfPerson(p.Store, p.ID, "", func(m *directory.Membership) bool {
		may = tx.AppAssigned(app.Instance, app.ID, directory.PrincipalGroup, m.Group)
		return !may
	})
	return may
}

// scopes are those of the new tokens: of the application's, those asked for, or
// those that were had.
func (g *iamGrant) scopes(tx *directory.Tx, had []string) ([]string, error) {
	app, _ := tx.Application(g.app.Instance, g.app.ID)
	asked := g.in.Scope
	if len(asked) == 0 {
		if had != nil {
			return had, nil
		}
		return slices.Sorted(maps.Keys(app.Scopes)), nil
	}
	for _, scope := range asked {
		_, own := app.Scopes[scope]
		if had != nil {
			own = slices.Contains(had, scope)
		}
		if !own && scope != "openid" && scope != "aws" && scope != "sts:identity_context" {
			return nil, invalidScope()
		}
	}
	return asked, nil
}

// refreshes tells whether the application may refresh.
func (g *iamGrant) refreshes() bool {
	_, ok := grantOf(g.app.Application, refreshGrant)
	return ok && g.in.GrantType != exchangeGrant
}

// told is the answer, with an ID token in which the identity context is.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/trustedidentitypropagation-using-customermanagedapps-setup.html
func (s *Service) told(g *iamGrant, who service.SignedIn, t *directory.SSOToken, access, refresh string) (*ssooidc.CreateTokenWithIAMOutput, error) {
	x := service.IdentityContext{
		Person: who.Person.ID, Store: who.Person.Store, Application: g.app.name, Credential: who.Session.ID, Expires: t.Expires.Unix(),
		StoreARN: "arn:" + g.Partition + ":identitystore::" + g.app.instance.Account.String() + ":identitystore/" + who.Person.Store,
		Instance: "arn:" + g.Partition + ":sso:::instance/" + g.app.instance.ID,
	}
	sealed, err := x.Seal(s.sealer.SealSecret)
	if err != nil {
		return nil, err
	}
	claims, err := json.Marshal(map[string]any{
		"iss": "https://identitycenter.amazonaws.com/" + g.app.instance.ID, "sub": x.Person, "aud": g.app.name,
		"iat": g.Now.Unix(), "exp": t.Expires.Unix(), "auth_time": who.Session.Created.Unix(), "jti": g.RequestID,
		"aws:instance_account": g.app.instance.Account.String(), "aws:instance_arn": x.Instance, "aws:credential_id": x.Credential,
		"aws:identity_store_id": x.Store, "aws:identity_store_arn": x.StoreARN, "sts:identity_context": sealed,
	})
	if err != nil {
		return nil, err
	}
	idToken, err := s.signID(g, claims)
	if err != nil {
		return nil, err
	}
	kind, issued, seconds := "Bearer", accessTokenType, int32(t.Expires.Sub(g.Now.UTC())/time.Second)
	out := &ssooidc.CreateTokenWithIAMOutput{
		AccessToken: &access, TokenType: &kind, IssuedTokenType: &issued, ExpiresIn: &seconds, IdToken: &idToken, Scope: t.Scopes,
		AwsAdditionalDetails: &ssooidc.AwsAdditionalDetails{IdentityContext: &sealed},
	}
	if refresh != "" {
		out.RefreshToken = &refresh
	}
	return out, nil
}

// signID signs an ID token. Its reader has it from here and verifies nothing;
// AWS publishes no keys for these either.
func (s *Service) signID(g *iamGrant, claims []byte) (string, error) {
	s.signing.Lock()
	defer s.signing.Unlock()
	if s.key == nil {
		key, err := oidc.NewSigningKey("ES384", g.Rand)
		if err != nil {
			return "", err
		}
		s.key = key
	}
	return s.key.Sign(claims, g.Rand)
}
