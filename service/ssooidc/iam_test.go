package ssooidc_test

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/rolecall-iam/rolecall/api/ssoadmin"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authn/bearer"
	"github.com/rolecall-iam/rolecall/store/directory"
	"github.com/rolecall-iam/rolecall/test/oidctest"
	"github.com/rolecall-iam/rolecall/test/ssotest"
)

const (
	jwtBearer  = "urn:ietf:params:oauth:grant-type:jwt-bearer"
	exchange   = "urn:ietf:params:oauth:grant-type:token-exchange"
	accessType = "urn:ietf:params:oauth:token-type:access_token"
	keyID      = "AKIAIOSFODNN7EXAMPLE"
	secretKey  = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
	appARN     = "arn:aws:sso::" + ssotest.Account + ":application/ssoins-1234567890abcdef/apl-1"
	otherARN   = "arn:aws:sso::" + ssotest.Account + ":application/ssoins-1234567890abcdef/apl-2"
	botPolicy  = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::` + ssotest.Account + `:user/bot"},"Action":"sso-oauth:CreateTokenWithIAM","Resource":"*"}]}`
)

// office is a house with two applications and a user of IAM, bot, that acts as
// them; tokens of an issuer of its own are trusted.
type office struct {
	*ssotest.House
	issuer *oidctest.Issuer
	bot    string // the id of bot
	n      int
}

func newOffice(t *testing.T) *office {
	t.Helper()
	issuer, err := oidctest.Start(oidctest.Config{Plain: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(issuer.Close)
	x := &office{House: ssotest.Open(t, "us-east-1"), issuer: issuer}
	id, err := arn.NewID(arn.UserPrefix, ssotest.AccountID(), rand.Reader)
	x.Must(err)
	x.bot = id
	sealed, err := x.Keys.SealSecret(keyID, secretKey)
	x.Must(err)
	x.Update(func(tx *directory.Tx) {
		u := &directory.User{Entity: directory.Entity{ID: id, Account: ssotest.AccountID(), Name: "bot", Path: "/", Created: x.Now}, Keys: []string{keyID}}
		tx.CreateUser(u)
		tx.PutAccessKey(&directory.AccessKey{ID: keyID, Account: ssotest.AccountID(), Owner: id, Sealed: sealed, Active: true, Created: x.Now})
		tx.PutTokenIssuer(&directory.TokenIssuer{
			ID: "tti-1", Instance: ssotest.Instance(), Account: ssotest.AccountID(), Name: "own", Type: "OIDC_JWT", IssuerURL: issuer.URL,
			Claim: "email", Attribute: "userName", Keys: "OPEN_ID_DISCOVERY",
		})
	})
	x.put("apl-1", func(*directory.Application) {})
	x.put("apl-2", func(*directory.Application) {})
	return x
}

// put writes an application, with a change.
func (x *office) put(id string, change func(*directory.Application)) {
	x.T.Helper()
	text := func(v any) string { b, err := json.Marshal(v); x.Must(err); return string(b) }
	a := &directory.Application{
		ID: id, Instance: ssotest.Instance(), Account: ssotest.AccountID(), Name: "reports", Status: "ENABLED", Unassigned: true, Created: x.Now,
		Scopes:  map[string][]string{"reports:read": {otherARN}},
		Methods: map[string]string{"IAM": text(ssoadmin.AuthenticationMethod{Iam: &ssoadmin.IamAuthenticationMethod{ActorPolicy: []byte(botPolicy)}})},
		Grants: map[string]string{
			"authorization_code": text(ssoadmin.Grant{AuthorizationCode: &ssoadmin.AuthorizationCodeGrant{RedirectUris: []string{"https://app.example/back"}}}),
			"refresh_token":      text(ssoadmin.Grant{RefreshToken: &ssoadmin.RefreshTokenGrant{}}),
			exchange:             text(ssoadmin.Grant{TokenExchange: &ssoadmin.TokenExchangeGrant{}}),
			jwtBearer: text(ssoadmin.Grant{JwtBearer: &ssoadmin.JwtBearerGrant{AuthorizedTokenIssuers: []ssoadmin.AuthorizedTokenIssuer{
				{TrustedTokenIssuerArn: "arn:aws:sso::" + ssotest.Account + ":trustedTokenIssuer/" + ssotest.Instance() + "/tti-1", AuthorizedAudiences: []string{"reports"}}}}}),
		},
	}
	change(a)
	x.Update(func(tx *directory.Tx) { tx.PutApplication(a) })
}

// ask calls CreateTokenWithIAM as bot.
func (x *office) ask(in map[string]any) ssotest.Answer {
	x.T.Helper()
	text, err := json.Marshal(in)
	x.Must(err)
	r := httptest.NewRequest(http.MethodPost, ssotest.Origin+"/token?aws_iam=t", bytes.NewReader(text))
	r.Header.Set("Content-Type", "application/json")
	sum := sha256.Sum256(text)
	x.Must(v4.NewSigner().SignHTTP(x.T.Context(), aws.Credentials{AccessKeyID: keyID, SecretAccessKey: secretKey}, r, hex.EncodeToString(sum[:]), "sso-oauth", "us-east-1", x.Now))
	w := httptest.NewRecorder()
	x.Handler.ServeHTTP(w, r)
	a := ssotest.Answer{Status: w.Code, Code: w.Header().Get("X-Amzn-Errortype"), Header: w.Header()}
	if err := json.Unmarshal(w.Body.Bytes(), &a.Body); err != nil {
		x.T.Fatalf("%v: %s", err, w.Body)
	}
	return a
}

// assertion is a token of the issuer's, with a change.
func (x *office) assertion(change func(map[string]any)) string {
	x.T.Helper()
	x.n++
	claims := map[string]any{
		"iss": x.issuer.URL, "aud": "reports", "sub": "u-1", "email": ssotest.UserName, "jti": string(rune('a' + x.n)),
		"iat": x.Now.Unix(), "exp": x.Now.Add(time.Hour).Unix(),
	}
	change(claims)
	text, err := x.issuer.Token(claims)
	x.Must(err)
	return text
}

func (x *office) vouched() map[string]any {
	return map[string]any{"clientId": appARN, "grantType": jwtBearer, "assertion": x.assertion(func(map[string]any) {})}
}

// Source: https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateTokenWithIAM.html
func TestAnIssuersTokenIsExchanged(t *testing.T) {
	x := newOffice(t)
	in := x.vouched()
	a := x.ask(in)
	if a.Status != 200 || a.Text("tokenType") != "Bearer" || a.Text("accessToken") == "" || a.Text("refreshToken") == "" || a.Body["expiresIn"] != 3600.0 {
		t.Fatalf("%+v", a)
	}
	claims := claimsOf(t, a)
	for name, want := range map[string]string{
		"sub": ssotest.Person, "aud": appARN, "iss": "https://identitycenter.amazonaws.com/" + ssotest.Instance(), "aws:identity_store_id": ssotest.Store,
	} {
		if claims[name] != want {
			t.Errorf("%s is %v", name, claims[name])
		}
	}
	details, _ := a.Body["awsAdditionalDetails"].(map[string]any)
	if details["identityContext"] != claims["sts:identity_context"] || claims["sts:identity_context"] == "" {
		t.Errorf("%v", details)
	}
	if b := x.ask(in); b.Text("error") != "invalid_grant" {
		t.Errorf("the same token again: %+v", b)
	}
	b := x.ask(map[string]any{"clientId": appARN, "grantType": "refresh_token", "refreshToken": a.Text("refreshToken")})
	if b.Status != 200 || claimsOf(t, b)["sub"] != ssotest.Person {
		t.Fatalf("refreshed: %+v", b)
	}
	// What an application has opens nothing at the portal's API.
	if p := x.Get("/assignment/accounts", a.Text("accessToken")); p.Status != 401 {
		t.Errorf("the portal's API: %+v", p)
	}
}

func claimsOf(t *testing.T, a ssotest.Answer) map[string]any {
	t.Helper()
	parts := strings.Split(a.Text("idToken"), ".")
	if len(parts) != 3 {
		t.Fatalf("%+v", a)
	}
	text, err := base64.RawURLEncoding.DecodeString(parts[1])
	claims := map[string]any{}
	if err != nil || json.Unmarshal(text, &claims) != nil {
		t.Fatalf("%s %v", text, err)
	}
	return claims
}

func TestIssuersTokensThatAreNotExchanged(t *testing.T) {
	x := newOffice(t)
	for rule, change := range map[string]func(map[string]any){
		"for another audience": func(c map[string]any) { c["aud"] = "other" },
		"of another issuer":    func(c map[string]any) { c["iss"] = "https://evil.example" },
		"expired":              func(c map[string]any) { c["exp"] = x.Now.Add(-time.Hour).Unix() },
		"of nobody here":       func(c map[string]any) { c["email"] = "nobody@example.com" },
		"of two":               func(c map[string]any) { c["email"] = []string{ssotest.UserName, "b"} },
		"without the claim":    func(c map[string]any) { delete(c, "email") },
	} {
		if a := x.ask(map[string]any{"clientId": appARN, "grantType": jwtBearer, "assertion": x.assertion(change)}); a.Status != 400 || a.Text("error") != "invalid_grant" {
			t.Errorf("%s: %+v", rule, a)
		}
	}
	for rule, text := range map[string]any{"no token": "x", "cut": x.assertion(func(map[string]any) {})[:50]} {
		if a := x.ask(map[string]any{"clientId": appARN, "grantType": jwtBearer, "assertion": text}); a.Text("error") != "invalid_grant" {
			t.Errorf("%s: %+v", rule, a)
		}
	}
	if a := x.ask(map[string]any{"clientId": appARN, "grantType": jwtBearer}); a.Text("error") != "invalid_request" {
		t.Errorf("without: %+v", a)
	}
	stranger, err := oidctest.Start(oidctest.Config{Plain: true})
	x.Must(err)
	defer stranger.Close()
	forged, err := stranger.Token(map[string]any{"iss": x.issuer.URL, "aud": "reports", "sub": "u", "email": ssotest.UserName, "iat": x.Now.Unix(), "exp": x.Now.Unix() + 60})
	x.Must(err)
	if a := x.ask(map[string]any{"clientId": appARN, "grantType": jwtBearer, "assertion": forged}); a.Text("error") != "invalid_grant" {
		t.Errorf("signed by somebody else: %+v", a)
	}
}

// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_OidcJwtConfiguration.html
func TestTheAttributeThatAClaimStandsFor(t *testing.T) {
	for attribute, value := range map[string]string{"userName": strings.ToUpper(ssotest.UserName), "emails.value": "jane@corp.example", "externalIds.id": "ext-1"} {
		x := newOffice(t)
		x.Update(func(tx *directory.Tx) {
			before, _ := tx.Person(ssotest.Store, ssotest.Person)
			p := before.Clone()
			p.Emails = []directory.PersonValue{{Value: "jane@corp.example", Primary: new(true)}}
			p.ExternalIDs = []directory.ExternalID{{Issuer: x.issuer.URL, ID: "ext-1"}}
			tx.PutPerson(before, p)
			i, _ := tx.TokenIssuer(ssotest.Instance(), "tti-1")
			changed := i.Clone()
			changed.Claim, changed.Attribute = "who.id", attribute
			tx.PutTokenIssuer(changed)
		})
		in := map[string]any{"clientId": appARN, "grantType": jwtBearer, "assertion": x.assertion(func(c map[string]any) { c["who"] = map[string]any{"id": value} })}
		if a := x.ask(in); a.Status != 200 {
			t.Errorf("%s: %+v", attribute, a)
		}
	}
}

// Who may act as an application is the actor policy's to say.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_IamAuthenticationMethod.html
func TestTheActorPolicyDecides(t *testing.T) {
	x := newOffice(t)
	actors := func(old, now string) func(a *directory.Application) {
		return func(a *directory.Application) {
			text, err := json.Marshal(ssoadmin.AuthenticationMethod{Iam: &ssoadmin.IamAuthenticationMethod{ActorPolicy: []byte(strings.Replace(botPolicy, old, now, 1))}})
			x.Must(err)
			a.Methods["IAM"] = string(text)
		}
	}
	denies := `"Statement":[{"Effect":"Deny","Principal":"*","Action":"sso-oauth:*",`
	for rule, change := range map[string]func(a *directory.Application){
		"no method":                    func(a *directory.Application) { a.Methods = nil },
		"for somebody else":            actors("user/bot", "user/eve"),
		"for another action":           actors("CreateTokenWithIAM", "CreateToken"),
		"for another application":      actors(`"Resource":"*"`, `"Resource":"`+otherARN+`"`),
		"for all but another":          actors(`"Resource":"*"`, `"NotResource":"`+otherARN+`"`),
		"denied for all":               actors(`"Statement":[`, denies+`"Resource":"*"},`),
		"denied for a pattern":         actors(`"Statement":[`, denies+`"Resource":["arn:aws:sso::*:application/*"]},`),
		"denied for all but another":   actors(`"Statement":[`, denies+`"NotResource":"`+otherARN+`"},`),
		"no policy":                    actors(botPolicy, `[]`),
		"a policy without a statement": actors(botPolicy, `{"Version":"2012-10-17","Statement":1}`),
	} {
		x.put("apl-1", change)
		if a := x.ask(x.vouched()); a.Status != 403 || !strings.Contains(a.Code, "AccessDenied") {
			t.Errorf("%s: %+v", rule, a)
		}
	}
	for rule, c := range map[string]struct {
		change func(a *directory.Application)
		want   string
	}{
		"disabled":          {func(a *directory.Application) { a.Status = "DISABLED" }, "invalid_client"},
		"no such grant":     {func(a *directory.Application) { delete(a.Grants, jwtBearer) }, "unauthorized_client"},
		"nobody's":          {func(a *directory.Application) { a.Unassigned = false }, "invalid_grant"},
		"no issuer trusted": {func(a *directory.Application) { a.Grants[jwtBearer] = `{"JwtBearer":{}}` }, "invalid_grant"},
	} {
		x.put("apl-1", c.change)
		if a := x.ask(x.vouched()); a.Status != 400 && a.Status != 401 || a.Text("error") != c.want {
			t.Errorf("%s: %+v", rule, a)
		}
	}
	x.put("apl-1", func(a *directory.Application) { a.Unassigned = false })
	x.Update(func(tx *directory.Tx) {
		a, _ := tx.Application(ssotest.Instance(), "apl-1")
		tx.PutAppAssignment(a, directory.PrincipalUser, ssotest.Person)
	})
	if a := x.ask(x.vouched()); a.Status != 200 {
		t.Errorf("assigned: %+v", a)
	}
	for rule, client := range map[string]string{"no ARN": "x", "no application": strings.Replace(appARN, "apl-1", "apl-9", 1), "another account's": strings.Replace(appARN, ssotest.Account, "444455556666", 1)} {
		in := x.vouched()
		in["clientId"] = client
		if a := x.ask(in); a.Status == 200 {
			t.Errorf("%s: %+v", rule, a)
		}
	}
}

// A token goes on to another application that one of its scopes is for.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_PutApplicationAccessScope.html
func TestATokenIsExchangedForAnotherApplications(t *testing.T) {
	x := newOffice(t)
	a := x.ask(x.vouched())
	if a.Status != 200 {
		t.Fatalf("first: %.300v", a)
	}
	in := map[string]any{"clientId": otherARN, "grantType": exchange, "subjectToken": a.Text("accessToken"), "subjectTokenType": accessType}
	b := x.ask(in)
	if b.Status != 200 || b.Text("refreshToken") != "" || claimsOf(t, b)["aud"] != otherARN || claimsOf(t, b)["sub"] != ssotest.Person {
		t.Fatalf("%+v", b)
	}
	for rule, c := range map[string]struct{ name, value, want string }{
		"a refresh token":     {"subjectToken", a.Text("refreshToken"), "invalid_grant"},
		"no token":            {"subjectToken", "x", "invalid_grant"},
		"another type":        {"subjectTokenType", "urn:ietf:params:oauth:token-type:jwt", "invalid_grant"},
		"back to the first":   {"clientId", appARN, "access_denied"},
		"a type that is none": {"requestedTokenType", "urn:x", "invalid_request"},
	} {
		changed := maps.Clone(in)
		changed[c.name] = c.value
		if b := x.ask(changed); b.Text("error") != c.want {
			t.Errorf("%s: %+v", rule, b)
		}
	}
	x.Now = x.Now.Add(time.Hour)
	if b := x.ask(in); b.Text("error") != "invalid_grant" {
		t.Errorf("an hour later: %+v", b)
	}
}

// A refresh token works once; the second time ends what came of the first.
//
// Source: https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2
func TestAnApplicationsRefreshTokenWorksOnce(t *testing.T) {
	x := newOffice(t)
	a := x.ask(x.vouched())
	in := map[string]any{"clientId": appARN, "grantType": "refresh_token", "refreshToken": a.Text("refreshToken")}
	stolen := maps.Clone(in)
	stolen["clientId"] = otherARN
	if b := x.ask(stolen); b.Text("error") != "invalid_grant" {
		t.Errorf("by another application: %+v", b)
	}
	first := x.ask(in)
	if again := x.ask(in); first.Status != 200 || again.Text("error") != "invalid_grant" {
		t.Fatalf("%+v, then %+v", first, again)
	}
	in["refreshToken"] = first.Text("refreshToken")
	if b := x.ask(in); b.Text("error") != "invalid_grant" {
		t.Errorf("what came of it: %+v", b)
	}
}

// Codes of the access portal are redeemed by the application that they are for.
func TestAnApplicationRedeemsACode(t *testing.T) {
	x := newOffice(t)
	b := x.Browser()
	b.SignIn()
	session := ""
	x.Update(func(tx *directory.Tx) {
		tx.SSOSessionsOf(ssotest.Store, ssotest.Person, func(s *directory.SSOSession) bool { session = s.ID; return false })
	})
	x.Update(func(tx *directory.Tx) {
		for _, code := range []string{"c-1", "c-2"} {
			tx.PutSSOCode(&directory.SSOCode{Hash: bearer.Hash(code), Client: bearer.Hash(appARN), Redirect: "https://app.example/back",
				Challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", Scopes: []string{"reports:read"}, Session: session, Expires: x.Now.Add(time.Minute)})
		}
	})
	in := map[string]any{"clientId": appARN, "grantType": "authorization_code", "code": "c-1", "redirectUri": "https://app.example/back", "codeVerifier": "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"}
	for _, c := range [][2]string{{"clientId", otherARN}, {"redirectUri", "https://app.example/other"}, {"codeVerifier", strings.Repeat("v", 43)}, {"code", "x"}} {
		changed := maps.Clone(in)
		changed[c[0]] = c[1]
		if a := x.ask(changed); a.Text("error") != "invalid_grant" {
			t.Errorf("another %s: %+v", c[0], a)
		}
	}
	a := x.ask(in)
	if scopes, _ := a.Body["scope"].([]any); a.Status != 200 || !slices.Equal(scopes, []any{"reports:read"}) {
		t.Fatalf("%+v", a)
	}
	if again := x.ask(in); again.Text("error") != "invalid_grant" {
		t.Errorf("a second time: %+v", again)
	}
	in["code"], in["scope"] = "c-2", []string{"admin"}
	if a := x.ask(in); a.Text("error") != "invalid_scope" {
		t.Errorf("a scope that it has not: %+v", a)
	}
}
