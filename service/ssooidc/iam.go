package ssooidc

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/rolecall-iam/rolecall/api/ssoadmin"
	"github.com/rolecall-iam/rolecall/api/ssooidc"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authn/bearer"
	"github.com/rolecall-iam/rolecall/authn/oidc"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// The grants that only applications have.
const (
	jwtGrant      = "urn:ietf:params:oauth:grant-type:jwt-bearer"
	exchangeGrant = "urn:ietf:params:oauth:grant-type:token-exchange"
)

// The types of tokens that can be exchanged and asked for.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateTokenWithIAM.html
const (
	accessTokenType  = "urn:ietf:params:oauth:token-type:access_token"
	refreshTokenType = "urn:ietf:params:oauth:token-type:refresh_token"
)

// appSessionLife is how long what began with an issuer's token can be
// refreshed: as long as a sign-in at the access portal.
const appSessionLife = 8 * time.Hour

// Verify answers who a token of an issuer speaks of, by what the issuer
// publishes.
type Verify func(ctx context.Context, issuer, token string, rules oidc.Rules) (*oidc.Identity, error)

// Trust has the tokens of trusted token issuers verified.
func (s *Service) Trust(verify Verify) { s.verify = verify }

// application is an application of an instance, as a client.
type application struct {
	*directory.Application
	name     string // its ARN
	instance *directory.Instance
}

// applicationOf finds the application that an ARN names.
func applicationOf(r *directory.Reader, partition, name string) (*application, bool) {
	a, err := arn.Parse(name)
	parts := strings.Split(a.Resource, "/")
	if err != nil || a.Partition != partition || a.Service != "sso" || a.Region != "" || len(parts) != 3 || parts[0] != "application" {
		return nil, false
	}
	app, ok := r.Application(parts[1], parts[2])
	if !ok || app.Account.String() != a.Account {
		return nil, false
	}
	i, ok := r.Instance(parts[1])
	return &application{app, name, i}, ok
}

// methodOf and grantOf read what ssoadmin keeps of an application.
func methodOf(a *directory.Application) (policy string, ok bool) {
	var m ssoadmin.AuthenticationMethod
	if json.Unmarshal([]byte(a.Methods["IAM"]), &m) != nil || m.Iam == nil {
		return "", false
	}
	return string(m.Iam.ActorPolicy), true
}

func grantOf(a *directory.Application, kind string) (*ssoadmin.Grant, bool) {
	g := new(ssoadmin.Grant)
	text, ok := a.Grants[kind]
	return g, ok && json.Unmarshal([]byte(text), g) == nil
}

// withIAMNeeds is the action on the application, which must itself name the
// caller in its actor policy: as a role's trust policy does, and with the same
// say.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_IamAuthenticationMethod.html (ActorPolicy)
func withIAMNeeds(c *service.Call, in *ssooidc.CreateTokenWithIAMInput) []service.Need {
	app, ok := applicationOf(&c.View.Reader, c.Partition, in.ClientId)
	if !ok {
		return []service.Need{{}} // refused by the handler
	}
	need := service.Need{Resource: app.name, Owner: app.Account, MustTrust: true, Keys: map[string]string{"sso:ApplicationAccount": app.Account.String()}}
	if text, ok := methodOf(app.Application); ok {
		need.Trust = &directory.Role{Entity: directory.Entity{Name: app.Name}, Trust: actors(&c.View.Reader, app.name, text)}
	}
	return []service.Need{need}
}

// iamGrant is one CreateTokenWithIAM on its way.
type iamGrant struct {
	*service.Call
	app   *application
	in    *ssooidc.CreateTokenWithIAMInput
	id    string                // the hash of the client's id, as tokens are bound to it
	known *oidc.Identity        // by the issuer's token
	trust trustedIssuer         // whose it is
	ends  time.Time             // of what was vouched for
	begun *directory.SSOSession // a session that begins now; else one that there is
}

// CreateTokenWithIAM gives an application tokens of a person: for a code, a
// refresh token, a token of a trusted issuer or another application's token.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateTokenWithIAM.html
func (s *Service) CreateTokenWithIAM(ctx context.Context, in *ssooidc.CreateTokenWithIAMInput) (*ssooidc.CreateTokenWithIAMOutput, error) {
	c := service.CallOf(ctx)
	if !slices.Contains([]string{codeGrant, refreshGrant, jwtGrant, exchangeGrant}, in.GrantType) {
		return nil, unsupportedGrant()
	}
	app, ok := applicationOf(&c.View.Reader, c.Partition, in.ClientId)
	if !ok || app.Status != "ENABLED" {
		return nil, invalidClient()
	}
	if _, ok := grantOf(app.Application, in.GrantType); !ok {
		return nil, unauthorizedClient()
	}
	if in.RequestedTokenType != nil && *in.RequestedTokenType != accessTokenType && *in.RequestedTokenType != refreshTokenType {
		return nil, invalidRequest("The requested token type is not supported.")
	}
	g := &iamGrant{Call: c, app: app, in: in, id: bearer.Hash(in.ClientId)}
	if in.GrantType == jwtGrant {
		if err := s.vouch(g); err != nil {
			return nil, err
		}
	}
	return s.giveApplication(ctx, g)
}

// redeem finds whose tokens they are to be, in the transaction that writes
// them. A refusal keeps what was written: what was used is used.
func (g *iamGrant) redeem(tx *directory.Tx) (session string, scopes []string, refusal error) {
	switch g.in.GrantType {
	case codeGrant:
		return g.byCode(tx)
	case refreshGrant:
		return g.byRefresh(tx)
	case exchangeGrant:
		return g.byExchange(tx)
	}
	return g.byIssuer(tx)
}

// byCode redeems a code that the access portal sent to one of the application's
// addresses.
func (g *iamGrant) byCode(tx *directory.Tx) (string, []string, error) {
	in := g.in
	if in.Code == nil || in.RedirectUri == nil || in.CodeVerifier == nil {
		return "", nil, invalidRequest("Code, redirect URI or code verifier is missing")
	}
	code, ok := tx.SSOCode(bearer.Hash(*in.Code))
	switch {
	case !ok || code.Client != g.id || !g.Now.Before(code.Expires):
		return "", nil, invalidGrant()
	case code.Grant != "":
		endGrant(tx, code.Session, code.Grant)
		return "", nil, invalidGrant()
	case code.Redirect != *in.RedirectUri || !bearer.Verifies(*in.CodeVerifier, code.Challenge):
		return "", nil, invalidGrant()
	}
	used := *code
	used.Grant = code.Hash
	tx.PutSSOCode(&used)
	return code.Session, code.Scopes, nil
}

// byRefresh puts new tokens in the place of old ones. A refresh token that
// comes twice was stolen: the tokens of its session end.
func (g *iamGrant) byRefresh(tx *directory.Tx) (string, []string, error) {
	if g.in.RefreshToken == nil || *g.in.RefreshToken == "" {
		return "", nil, invalidRequest("Refresh token is missing")
	}
	t, ok := tx.SSOToken(bearer.Hash(*g.in.RefreshToken))
	switch {
	case !ok || t.Kind != directory.AppRefreshToken || t.Client != g.id || !g.Now.Before(t.Expires):
		return "", nil, invalidGrant()
	case t.Used:
		tx.DeleteSSOTokens(t.Session, func(o *directory.SSOToken) bool { return o.Client == g.id })
		return "", nil, invalidGrant()
	}
	used := *t
	used.Used = true
	tx.PutSSOToken(&used)
	return t.Session, t.Scopes, nil
}

// byExchange takes the access token of another application, one of whose scopes
// is for this one.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_PutApplicationAccessScope.html (AuthorizedTargets)
func (g *iamGrant) byExchange(tx *directory.Tx) (string, []string, error) {
	in := g.in
	if in.SubjectToken == nil || in.SubjectTokenType == nil {
		return "", nil, invalidRequest("Subject token or subject token type is missing")
	}
	t, ok := tx.SSOToken(bearer.Hash(*in.SubjectToken))
	if *in.SubjectTokenType != accessTokenType || !ok || t.Kind != directory.AppAccessToken || !g.Now.Before(t.Expires) {
		return "", nil, invalidGrant()
	}
	from, ok := applicationOf(&tx.Reader, g.Partition, t.App)
	if !ok || from.instance.ID != g.app.instance.ID || from.Status != "ENABLED" {
		return "", nil, invalidGrant()
	}
	for _, scope := range t.Scopes {
		if slices.Contains(from.Scopes[scope], g.app.name) {
			g.ends = t.Expires
			return t.Session, nil, nil
		}
	}
	return "", nil, accessDenied()
}
