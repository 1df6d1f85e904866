package portal

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/rolecall-iam/rolecall/authn/bearer"
	"github.com/rolecall-iam/rolecall/authn/oidc"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// CallbackURL is where an OpenID Connect issuer sends browsers back to.
func CallbackURL(origin, store string) string { return origin + Path + "oidc/" + store + "/callback" }

// SourceSecret is what the client's secret at an issuer is sealed for.
func SourceSecret(store string) string { return "identity-source " + store }

// oidcRequest is the address at the issuer that asks it to sign somebody in.
//
// Source: https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest, https://www.rfc-editor.org/rfc/rfc7636
func oidcRequest(at *directory.IdentitySource, visit, state string) (string, error) {
	to, err := url.Parse(at.OIDC.Authorize)
	if err != nil {
		return "", fmt.Errorf("read the address to sign in at: %w", err)
	}
	sum := sha256.Sum256([]byte(derived(visit, "verifier", state)))
	q := to.Query()
	for name, value := range map[string]string{
		"response_type": "code", "client_id": at.OIDC.ClientID, "redirect_uri": CallbackURL(at.Origin, at.Store),
		"scope": "openid profile email", "state": state, "nonce": derived(visit, "nonce", state),
		"code_challenge": base64.RawURLEncoding.EncodeToString(sum[:]), "code_challenge_method": "S256",
	} {
		q.Set(name, value)
	}
	to.RawQuery = q.Encode()
	return to.String(), nil
}

// callback takes the browser back with a code, which it redeems. The sign-in
// is used up before the issuer is asked.
func (x *external) callback(w http.ResponseWriter, r *http.Request) {
	q, store, visit := r.URL.Query(), r.PathValue("store"), x.cookies.Value(r, visitCookie)
	state, now := q.Get("state"), x.Now().UTC()
	var at *directory.IdentitySource
	var begun *directory.ExternalSignIn
	err := x.Directory.Update(r.Context(), func(tx *directory.Tx) error {
		at, begun = nil, nil
		s, ok := tx.ExternalSignIn(bearer.Hash(state))
		if !ok || visit == "" || s.Visit != bearer.Hash(visit) || !now.Before(s.Expires) || s.Store != store || s.Request != "" || s.Person != "" {
			return nil
		}
		tx.DeleteExternalSignIn(s.Hash)
		if is, ok := source(&tx.Reader, store); ok && is.OIDC != nil {
			at, begun = is, s
		}
		return nil
	})
	switch {
	case err != nil:
		x.broken(w, err)
		return
	case begun == nil:
		x.problem(w, http.StatusBadRequest, notBegun)
		return
	case len(q["iss"]) > 0 && q.Get("iss") != at.OIDC.Issuer: // RFC 9207: another issuer's answer
		x.problem(w, http.StatusBadRequest, notProven)
		return
	case q.Get("code") == "":
		x.problem(w, http.StatusForbidden, "Your identity provider did not sign you in.")
		return
	}
	name, err := x.nameAt(r.Context(), at, visit, state, q.Get("code"))
	if err != nil {
		x.Log.Warn("an ID token was refused at the access portal", "store", store, "error", err)
		x.problem(w, http.StatusBadRequest, notProven)
		return
	}
	x.enterAs(w, r, at, begun, name)
}

// nameAt gets the user name of whom the issuer has signed in.
func (x *external) nameAt(ctx context.Context, at *directory.IdentitySource, visit, state, code string) (string, error) {
	secret := ""
	if len(at.OIDC.Sealed) > 0 {
		var err error
		if secret, err = x.Keys.OpenSecret(SourceSecret(at.Store), at.OIDC.Sealed); err != nil {
			return "", fmt.Errorf("open the client's secret: %w", err)
		}
	}
	text, err := x.Redeem(ctx, at.OIDC, secret, url.Values{
		"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {CallbackURL(at.Origin, at.Store)},
		"code_verifier": {derived(visit, "verifier", state)},
	})
	if err != nil {
		return "", err
	}
	id, err := x.Verify(ctx, at.OIDC.Issuer, text, oidc.Rules{Audiences: []string{at.OIDC.ClientID}, Now: x.Now()})
	if err != nil {
		return "", err
	}
	return nameIn(id, at.OIDC, derived(visit, "nonce", state))
}

// nameIn reads the user name out of a token that was made for this sign-in. An
// address of e-mail must be one that the issuer has verified.
func nameIn(id *oidc.Identity, at *directory.OIDCSource, nonce string) (string, error) {
	claims := id.Claims("nonce", "email_verified", at.Claim)
	if given := claims["nonce"]; len(given) != 1 || !hmac.Equal([]byte(given[0]), []byte(nonce)) {
		return "", errors.New("the ID token is of another sign-in")
	}
	if id.Audience != at.ClientID {
		return "", errors.New("the ID token is for another client")
	}
	if at.Claim == "sub" {
		return id.Subject, nil
	}
	if at.Claim == "email" && (len(claims["email_verified"]) != 1 || claims["email_verified"][0] != "true") {
		return "", errors.New("the issuer has not verified the address of e-mail")
	}
	if len(claims[at.Claim]) != 1 {
		return "", errors.New("the ID token has not the claim of the user name")
	}
	return claims[at.Claim][0], nil
}

// enterAs begins the session of whom the issuer has signed in, if the provider
// is still the same.
func (x *external) enterAs(w http.ResponseWriter, r *http.Request, at *directory.IdentitySource, begun *directory.ExternalSignIn, name string) {
	token, workflow, err := x.secrets()
	if err != nil {
		x.broken(w, err)
		return
	}
	now, in := x.Now().UTC(), false
	err = x.Directory.Update(r.Context(), func(tx *directory.Tx) error {
		in = false
		is, ok := source(&tx.Reader, at.Store)
		if p, known := named(&tx.Reader, at.Store, name); ok && known && is.Changed.Equal(at.Changed) {
			begun.Person = p.ID
			in = x.admit(tx, begun, token, workflow, now)
		}
		return nil
	})
	if err == nil && !in {
		x.problem(w, http.StatusForbidden, mayNotSignIn)
		return
	}
	x.goOn(w, r, begun, token, workflow, err)
}
