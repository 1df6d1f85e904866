package signin

import (
	"context"
	"encoding/json"
	"io"
	"sync"
	"time"

	"github.com/rolecall-iam/rolecall/api/signin"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authn/bearer"
	"github.com/rolecall-iam/rolecall/authn/dpop"
	"github.com/rolecall-iam/rolecall/authn/oidc"
	"github.com/rolecall-iam/rolecall/authn/session"
	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
	"github.com/rolecall-iam/rolecall/trail"
)

// The two clients that there are, and what policies call them.
//
// Source: https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-sign-in.html
const (
	sameDevice  = "arn:aws:signin:::devtools/same-device"
	crossDevice = "arn:aws:signin:::devtools/cross-device"
)

var publicClient = map[string]string{sameDevice: "localhost", crossDevice: "remote"}

const (
	codeGrant    = "authorization_code"
	refreshGrant = "refresh_token"
)

const (
	// credentialsLife is how long credentials last: the longest that the model
	// admits.
	credentialsLife = 900 * time.Second
	// loginLife is how long they can be refreshed.
	//
	// Source: https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-sign-in.html ("for up to 12 hours")
	loginLife = 12 * time.Hour
	// codeLife is how long a code can be redeemed: a person may have to carry
	// it to another machine.
	codeLife = 5 * time.Minute
	// grace is how long a refresh token still works that another has replaced:
	// several programs read the same one, and may refresh at once. AWS calls
	// refreshing idempotent.
	//
	// Source: https://docs.aws.amazon.com/signin/latest/APIReference/API_dataplane-signin_CreateOAuth2Token.html
	grace = time.Minute
)

// Sealer makes session tokens; service.Keys is the one of the product.
type Sealer interface {
	SealSession(s *session.Session, rand io.Reader, now time.Time) (string, error)
}

// Tokens is the API of the sign-in service.
type Tokens struct {
	sealer Sealer

	signing sync.Mutex
	key     *oidc.SigningKey // of identity tokens, which nobody verifies; made at first use
}

// NewTokens makes the API.
func NewTokens(sealer Sealer) *Tokens { return &Tokens{sealer: sealer} }

// Operations are all operations of the model. What is decided by policies is
// decided in the handler: AWS refuses in words of this API's own.
func (s *Tokens) Operations() []service.Operation {
	return []service.Operation{service.Proven(service.BindOpen(signin.CreateOAuth2Token, s.CreateOAuth2Token), s.prove)}
}

// wish is what a proven request stands on.
type wish struct {
	signIn  directory.SignIn
	key     dpop.Proof
	session string // the id of the sign-in for the program
}

// prove finds whose code or refresh token it is, and that the program has the
// key that it is bound to.
func (s *Tokens) prove(c *service.Call, in *signin.CreateOAuth2TokenInput) (*service.Caller, error) {
	proof, err := proofOf(c)
	if err != nil {
		return nil, err
	}
	var w *wish
	switch t := in.TokenInput; {
	case t.GrantType == codeGrant && t.RefreshToken == "":
		w, err = codeWish(c, t, proof)
	case t.GrantType == refreshGrant && t.Code == "" && t.CodeVerifier == "" && t.RedirectUri == "":
		w, err = refreshWish(c, t, proof)
	default:
		err = invalidRequest("The parameters do not belong to the grant type.")
	}
	if err != nil {
		return nil, err
	}
	caller, ok := service.OwnerOf(c.View, w.signIn.Account, w.signIn.Owner, c.Partition)
	if !ok || !holds(c.View, &w.signIn) {
		return nil, credentialsChanged()
	}
	name := "arn:" + c.Partition + ":signin:" + c.Region + ":" + w.signIn.Account.String() + ":session/" + w.session
	claims := []session.Claim{{Key: session.SignInClaim, Values: []string{name}}}
	caller.Session = &session.Session{IssuedAt: w.signIn.Created, MFATime: w.signIn.MFA, Claims: claims}
	caller.Federation = &service.Federation{Claims: claims, Proof: w, Identity: identity(caller), Recipient: w.signIn.Account}
	c.Account = w.signIn.Account
	return caller, nil
}

// identity is the caller as CloudTrail shows it.
func identity(c *service.Caller) trail.Identity {
	id := trail.Identity{Type: "Root", PrincipalID: c.UserID, ARN: c.ARN(), Account: c.Account()}
	if c.User != nil {
		id.Type, id.UserName = "IAMUser", c.User.Name
	}
	id.Session = &trail.Session{Created: c.Session.IssuedAt, MFA: !c.Session.MFATime.IsZero()}
	return id
}

// holds tells whether a sign-in still stands: with the password of then, and
// not revoked.
func holds(view *directory.View, s *directory.SignIn) bool {
	p := view.Credentials(s.Account, s.Owner).Password
	return p != nil && bearer.Hash(p.Hash) == s.Password && !view.Revoked("", s.Owner, s.Owner, s.Created)
}

func proofOf(c *service.Call) (dpop.Proof, error) {
	headers := c.Header("DPoP")
	if len(headers) != 1 {
		return dpop.Proof{}, invalidRequest("The request must have one DPoP proof.")
	}
	own := []string{c.Origin() + tokenPath}
	if c.URL() != "" {
		own = append(own, c.URL()+tokenPath)
	}
	proof, err := dpop.Verify(headers[0], "POST", own, c.Now)
	if err != nil {
		return proof, invalidRequest("The DPoP proof is not valid.")
	}
	return proof, nil
}

const tokenPath = "/v1/token"

// codeWish is the wish to redeem a code, by the program that the person's
// browser was sent back to.
func codeWish(c *service.Call, in *signin.CreateOAuth2TokenRequestBody, proof dpop.Proof) (*wish, error) {
	if in.Code == "" || in.CodeVerifier == "" || in.RedirectUri == "" {
		return nil, invalidRequest("The code, the code verifier or the redirect URI is missing.")
	}
	code, ok := c.View.LoginCode(bearer.Hash(in.Code))
	if !ok {
		return nil, codeExpired()
	}
	forIt := code.Client == in.ClientId && code.Redirect == in.RedirectUri && bearer.Verifies(in.CodeVerifier, code.Challenge)
	switch {
	case code.Used && forIt: // redeem ends what came of it
	case code.Used || !c.Now.Before(code.Expires):
		return nil, codeExpired()
	case !forIt:
		return nil, invalidRequest("The code is not for this request.")
	}
	id, err := newUUID(c.Rand)
	return &wish{signIn: code.SignIn, key: proof, session: id}, err
}

// refreshWish is the wish for new credentials.
func refreshWish(c *service.Call, in *signin.CreateOAuth2TokenRequestBody, proof dpop.Proof) (*wish, error) {
	if in.RefreshToken == "" {
		return nil, invalidRequest("The refresh token is missing.")
	}
	l, ok := c.View.LoginByToken(bearer.Hash(in.RefreshToken))
	switch {
	case !ok || !c.Now.Before(l.Expires):
		return nil, tokenExpired()
	case l.Client != in.ClientId || l.Thumbprint != proof.Thumbprint:
		return nil, invalidRequest("The refresh token is not for this client or key.")
	}
	return &wish{signIn: l.SignIn, key: proof, session: l.ID}, nil
}

// CreateOAuth2Token gives a program credentials of whoever signed in, for as
// long as they may be given.
//
// Source: https://docs.aws.amazon.com/signin/latest/APIReference/API_dataplane-signin_CreateOAuth2Token.html
func (s *Tokens) CreateOAuth2Token(ctx context.Context, in *signin.CreateOAuth2TokenInput) (*signin.CreateOAuth2TokenOutput, error) {
	c, t := service.CallOf(ctx), in.TokenInput
	w := c.Caller.Federation.Proof.(*wish)
	need := clientNeed("signin:CreateOAuth2Token", c.Partition, c.Region, w.signIn.Account, t.ClientId, t.RedirectUri)
	need.Keys["signin:OAuthGrantType"] = t.GrantType
	if allowed, err := c.Permits(need); err != nil || !allowed {
		return nil, orErr(err, insufficientPermissions())
	}
	refresh, err := bearer.New(c.Rand)
	if err != nil {
		return nil, err
	}
	var refusal error
	var login *directory.Login
	err = c.Update(ctx, func(tx *directory.Tx) error {
		tx.ForgetExpired(c.Now)
		if !tx.Once("dpop/"+w.key.Thumbprint+"/"+bearer.Hash(w.key.ID), c.Now.Add(dpop.Life)) {
			refusal = invalidRequest("The DPoP proof was used already.")
			return nil
		}
		if t.GrantType == codeGrant {
			login, refusal = redeem(tx, c.Now.UTC(), bearer.Hash(t.Code), bearer.Hash(refresh), w)
		} else {
			login, refusal = rotate(tx, c.Now.UTC(), bearer.Hash(t.RefreshToken), bearer.Hash(refresh))
		}
		return nil
	})
	if err != nil || refusal != nil {
		return nil, orErr(err, refusal)
	}
	return s.give(c, login, refresh)
}

func orErr(err, refusal error) error {
	if err != nil {
		return err
	}
	return refusal
}

// clientNeed is what must be allowed for a client to act for somebody.
//
// Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_signin.html
func clientNeed(action, partition, region string, account arn.AccountID, client, redirect string) service.Need {
	keys := map[string]string{"signin:OAuthClientId": client}
	if redirect != "" {
		keys["signin:OAuthRedirectUri"] = redirect
	}
	return service.Need{
		Action: action, Owner: account, Keys: keys,
		Resource: "arn:" + partition + ":signin:" + region + ":" + account.String() + ":oauth2/public-client/" + publicClient[client],
	}
}

// redeem uses a code up. One that comes twice was stolen: what came of it ends.
//
// Source: https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2
func redeem(tx *directory.Tx, now time.Time, hash, refresh string, w *wish) (*directory.Login, error) {
	code, ok := tx.LoginCode(hash)
	switch {
	case !ok:
		return nil, codeExpired()
	case code.Used:
		if l, ok := tx.LoginByCode(hash); ok {
			tx.DeleteLogin(l)
		}
		return nil, codeExpired()
	}
	used := *code
	used.Used = true
	tx.PutLoginCode(&used)
	l := &directory.Login{
		ID: w.session, Code: hash, Client: code.Client, Thumbprint: w.key.Thumbprint,
		SignIn: code.SignIn, Expires: now.Add(loginLife), Current: refresh,
	}
	tx.PutLogin(l)
	return l, nil
}

// rotate puts a refresh token in the place of another. One that was replaced
// long ago was stolen: nobody gets more with it.
//
// Source: https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2
func rotate(tx *directory.Tx, now time.Time, hash, refresh string) (*directory.Login, error) {
	before, ok := tx.LoginByToken(hash)
	if !ok {
		return nil, tokenExpired()
	}
	l := *before
	switch {
	case l.Current == hash:
		l.Previous, l.Rotated, l.Current = l.Current, now, refresh
	case l.Previous == hash && now.Sub(l.Rotated) < grace:
		l.Current = refresh
	default:
		tx.DeleteLogin(before)
		return nil, tokenExpired()
	}
	tx.PutLogin(&l)
	return &l, nil
}

// give answers credentials of a session that begins now.
func (s *Tokens) give(c *service.Call, l *directory.Login, refresh string) (*signin.CreateOAuth2TokenOutput, error) {
	id, err := arn.NewKeyID(arn.SessionKeyPrefix, l.SignIn.Account, c.Rand)
	if err != nil {
		return nil, err
	}
	secret, err := session.NewSecret(c.Rand)
	if err != nil {
		return nil, err
	}
	begins := c.Now.UTC().Truncate(time.Second)
	ends := begins.Add(credentialsLife)
	if l.Expires.Before(ends) {
		ends = l.Expires
	}
	made := &session.Session{
		AccessKeyID: id, SecretAccessKey: secret, Kind: session.RootSession, Account: l.SignIn.Account,
		Issuer: c.Caller.ARN(), IssuedAt: begins, Expires: ends, MFATime: l.SignIn.MFA.UTC().Truncate(time.Second),
		Claims: c.Caller.Federation.Claims,
	}
	if l.SignIn.MFA.IsZero() {
		made.MFATime = time.Time{}
	}
	if u := c.Caller.User; u != nil {
		made.Kind, made.PrincipalID, made.Name, made.Path = session.UserSession, u.ID, u.Name, u.Path
	}
	seconds := int32(ends.Sub(begins) / time.Second)
	if seconds < 1 {
		return nil, tokenExpired()
	}
	token, err := s.sealer.SealSession(made, c.Rand, c.Now)
	if err != nil {
		return nil, err
	}
	identity, err := s.idToken(c, l, begins)
	if err != nil {
		return nil, err
	}
	return &signin.CreateOAuth2TokenOutput{TokenOutput: &signin.CreateOAuth2TokenResponseBody{
		AccessToken: &signin.AccessToken{AccessKeyId: id, SecretAccessKey: secret, SessionToken: token},
		ExpiresIn:   seconds, IdToken: identity, RefreshToken: refresh, TokenType: "aws_sigv4",
	}}, nil
}

// idToken tells the program who signed in: it reads the subject and verifies
// nothing, since the token came straight from here.
func (s *Tokens) idToken(c *service.Call, l *directory.Login, now time.Time) (string, error) {
	s.signing.Lock()
	defer s.signing.Unlock()
	if s.key == nil {
		key, err := oidc.NewSigningKey("ES384", c.Rand)
		if err != nil {
			return "", err
		}
		s.key = key
	}
	subject := c.Caller.ARN()
	if root, ok := c.Caller.Principal.(authz.Root); ok {
		subject = directory.RootARN(c.Partition, root.Account)
	}
	claims, err := json.Marshal(map[string]any{
		"iss": c.Origin(), "sub": subject, "aud": l.Client, "iat": now.Unix(), "exp": now.Add(credentialsLife).Unix(),
		"auth_time": l.SignIn.Created.Unix(),
	})
	if err != nil {
		return "", err
	}
	return s.key.Sign(claims, c.Rand)
}
