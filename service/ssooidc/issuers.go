package ssooidc

import (
	"context"
	"strings"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authn/bearer"
	"github.com/rolecall-iam/rolecall/authn/oidc"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// trustedIssuer is one whose tokens an application takes, for some audiences.
type trustedIssuer struct {
	issuer    *directory.TokenIssuer
	audiences []string
}

// vouch verifies the token of a trusted token issuer, with keys for which the
// issuer may have to be asked; no view is open meanwhile.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/using-apps-with-trusted-token-issuer.html
func (s *Service) vouch(g *iamGrant) error {
	if g.in.Assertion == nil || *g.in.Assertion == "" {
		return invalidRequest("Assertion is missing")
	}
	token, err := oidc.Parse(*g.in.Assertion)
	if err != nil {
		return invalidGrant()
	}
	trusted, ok := g.trusts(&g.View.Reader, token.Issuer())
	if !ok || s.verify == nil || len(trusted.audiences) == 0 {
		return invalidGrant()
	}
	rules := oidc.Rules{Audiences: trusted.audiences, Now: g.Now}
	if token.Check(rules) != nil {
		return invalidGrant()
	}
	var id *oidc.Identity
	if err := g.Leave(func(ctx context.Context) { id, err = s.verify(ctx, trusted.issuer.IssuerURL, *g.in.Assertion, rules) }); err != nil {
		return err
	}
	if err != nil || id == nil {
		return invalidGrant()
	}
	g.known, g.trust = id, trusted
	return nil
}

// trusts finds the issuer with a URL among those whose tokens the application
// takes.
func (g *iamGrant) trusts(r *directory.Reader, url string) (trustedIssuer, bool) {
	app, ok := r.Application(g.app.Instance, g.app.ID)
	if !ok {
		return trustedIssuer{}, false
	}
	grant, ok := grantOf(app, jwtGrant)
	if !ok || grant.JwtBearer == nil {
		return trustedIssuer{}, false
	}
	for _, a := range grant.JwtBearer.AuthorizedTokenIssuers {
		name, err := arn.Parse(a.TrustedTokenIssuerArn)
		parts := strings.Split(name.Resource, "/")
		if err != nil || len(parts) != 3 || parts[0] != "trustedTokenIssuer" || parts[1] != app.Instance {
			continue
		}
		if t, ok := r.TokenIssuer(parts[1], parts[2]); ok && t.IssuerURL == url {
			return trustedIssuer{t, a.AuthorizedAudiences}, true
		}
	}
	return trustedIssuer{}, false
}

// byIssuer begins a session of the person whom the issuer's token speaks of. A
// token with an id works once.
func (g *iamGrant) byIssuer(tx *directory.Tx) (string, []string, error) {
	now := g.trust.issuer
	still, ok := g.trusts(&tx.Reader, now.IssuerURL)
	if !ok || still.issuer.ID != now.ID || still.issuer.Claim != now.Claim || still.issuer.Attribute != now.Attribute {
		return "", nil, invalidGrant()
	}
	p, ok := g.personBy(&tx.Reader, still.issuer)
	if !ok || p.Disabled {
		return "", nil, invalidGrant()
	}
	if id := g.known.Claims("jti")["jti"]; len(id) > 0 && !tx.Once("jwt/"+still.issuer.ID+"/"+bearer.Hash(id[0]), g.Now.Add(oidc.Life)) {
		return "", nil, invalidGrant()
	}
	begins := g.Now.UTC()
	g.begun = &directory.SSOSession{ID: bearer.Hash("application " + g.RequestID)[:32], Store: p.Store, Person: p.ID, Created: begins, Expires: begins.Add(appSessionLife)}
	tx.PutSSOSession(g.begun)
	return g.begun.ID, nil, nil
}

// personBy finds the person by the attribute that the issuer's claim stands
// for.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_OidcJwtConfiguration.html
func (g *iamGrant) personBy(r *directory.Reader, t *directory.TokenIssuer) (*directory.Person, bool) {
	value := g.known.Subject
	if t.Claim != "sub" {
		path := strings.ReplaceAll(t.Claim, ".", "/")
		values := g.known.Claims(path)[path]
		if len(values) != 1 {
			return nil, false
		}
		value = values[0]
	}
	if value == "" || len(value) > 1024 {
		return nil, false
	}
	store := g.app.instance.Store
	switch strings.ToLower(t.Attribute) {
	case "username":
		return r.PersonNamed(store, value)
	case "emails.value", "email":
		return r.PersonWithEmail(store, value)
	case "externalids.id":
		return r.PersonKnownAs(store, directory.ExternalID{Issuer: t.IssuerURL, ID: value})
	case "userid":
		return r.Person(store, value)
	}
	return nil, false
}
