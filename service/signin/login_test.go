package signin_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authn/mfa"
	"github.com/rolecall-iam/rolecall/authn/password"
	"github.com/rolecall-iam/rolecall/store/directory"
	"github.com/rolecall-iam/rolecall/test/ssotest"
)

const (
	verifier   = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
	challenge  = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
	callback   = "http://127.0.0.1:49152/oauth/callback"
	localhost  = "arn:aws:signin:::devtools/same-device"
	remote     = "arn:aws:signin:::devtools/cross-device"
	userName   = "alice"
	userPass   = "Alice-Horse-7"
	passPath   = "/_/signin/password"
	authPath   = "/_/signin/authorize"
	localLogin = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["signin:AuthorizeOAuth2Access","signin:CreateOAuth2Token"],"Resource":"arn:aws:signin:us-east-1:111122223333:oauth2/public-client/localhost"}}`
)

// terminal is a program on somebody's machine, with its key, and the browser
// that it opens.
type terminal struct {
	*ssotest.House
	key     *ecdsa.PrivateKey
	browser *ssotest.Browser
	proofs  int
}

// hashed is the hash of userPass, made once.
var hashed = sync.OnceValues(func() (string, error) { return password.Hash(userPass, rand.Reader) })

// newTerminal is one in whose account a user with a policy has a password.
func newTerminal(t *testing.T, policy string) *terminal {
	t.Helper()
	return furnish(t, ssotest.Open(t, "us-east-1"), policy)
}

func furnish(t *testing.T, h *ssotest.House, policy string) *terminal {
	t.Helper()
	hash, err := hashed()
	h.Must(err)
	id, err := arn.NewID(arn.UserPrefix, ssotest.AccountID(), rand.Reader)
	h.Must(err)
	h.Update(func(tx *directory.Tx) {
		u := &directory.User{Entity: directory.Entity{ID: id, Account: ssotest.AccountID(), Name: userName, Path: "/", Created: h.Now}}
		u.Inline = []directory.Inline{{Name: "login", Document: directory.NewPolicyText(policy)}}
		tx.CreateUser(u)
		tx.PutCredentials(&directory.Credentials{Account: ssotest.AccountID(), Owner: id, Password: &directory.Password{Created: h.Now, Changed: h.Now, Hash: hash}})
		tx.PutCredentials(&directory.Credentials{Account: ssotest.AccountID(), Owner: ssotest.Account, Password: &directory.Password{Created: h.Now, Changed: h.Now, Hash: hash}})
	})
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	h.Must(err)
	return &terminal{House: h, key: key, browser: h.Browser()}
}

func wish(client, to string) url.Values {
	return url.Values{
		"response_type": {"code"}, "client_id": {client}, "state": {"s-1"}, "code_challenge_method": {"SHA-256"},
		"scope": {"openid"}, "redirect_uri": {to}, "code_challenge": {challenge},
	}
}

// signIn types the password, and answers what comes then.
func (x *terminal) signIn(q url.Values, pairs ...string) ssotest.Page {
	x.T.Helper()
	p := x.browser.Open(authPath + "?" + q.Encode())
	return x.browser.Post(passPath, p.With(append([]string{"account", ssotest.Account, "username", userName, "password", userPass}, pairs...)...))
}

// allow signs in and allows the program to act; it answers the page that comes.
func (x *terminal) allow(q url.Values, pairs ...string) ssotest.Page {
	x.T.Helper()
	p := x.signIn(q, pairs...)
	if p.Status != http.StatusSeeOther {
		x.T.Fatalf("signed in: %d %s", p.Status, p.Text)
	}
	p = x.browser.Open(p.Location)
	return x.browser.Post(authPath, p.With("decision", "allow"))
}

// code is what a new browser carries back.
func (x *terminal) code() string {
	x.T.Helper()
	x.browser = x.House.Browser()
	p := x.allow(wish(localhost, callback))
	u, err := url.Parse(p.Location)
	if p.Status != http.StatusSeeOther || err != nil || u.Query().Get("state") != "s-1" || !strings.HasPrefix(p.Location, callback+"?") {
		x.T.Fatalf("%d %q %s", p.Status, p.Location, p.Text)
	}
	return u.Query().Get("code")
}

// proof shows that the program has a key.
func (x *terminal) proof(key *ecdsa.PrivateKey, id string) string {
	encode := base64.RawURLEncoding.EncodeToString
	part := func(v any) string { text, _ := json.Marshal(v); return encode(text) }
	text := part(map[string]any{"typ": "dpop+jwt", "alg": "ES256", "jwk": map[string]string{
		"kty": "EC", "crv": "P-256", "x": encode(key.X.FillBytes(make([]byte, 32))), "y": encode(key.Y.FillBytes(make([]byte, 32)))}}) + "." +
		part(map[string]any{"htm": "POST", "htu": ssotest.Origin + "/v1/token", "iat": x.Now.Unix(), "jti": id})
	sum := sha256.Sum256([]byte(text))
	r, s, err := ecdsa.Sign(rand.Reader, key, sum[:])
	x.Must(err)
	return text + "." + encode(append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...))
}

type answer struct {
	Status      int
	Error, Type string
	AccessToken struct{ AccessKeyID, SecretAccessKey, SessionToken string }
	ExpiresIn   int
	IDToken     string
	Refresh     string `json:"refreshToken"`
	TokenType   string
}

func (a answer) credentials() map[string]any {
	return map[string]any{"accessKeyId": a.AccessToken.AccessKeyID, "secretAccessKey": a.AccessToken.SecretAccessKey, "sessionToken": a.AccessToken.SessionToken}
}

// ask posts to the token endpoint, with proofs.
func (x *terminal) ask(in map[string]string, proofs ...string) answer {
	x.T.Helper()
	text, _ := json.Marshal(in)
	r := httptest.NewRequest(http.MethodPost, ssotest.Origin+"/v1/token", bytes.NewReader(text))
	r.Header.Set("Content-Type", "application/json")
	for _, p := range proofs {
		r.Header.Add("DPoP", p)
	}
	w := httptest.NewRecorder()
	x.Handler.ServeHTTP(w, r)
	a := answer{Status: w.Code, Type: w.Header().Get("X-Amzn-Errortype")}
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil {
		x.T.Fatalf("%v: %s", err, w.Body)
	}
	return a
}

// proven is ask with a proof of its own.
func (x *terminal) proven(in map[string]string) answer {
	x.T.Helper()
	x.proofs++
	return x.ask(in, x.proof(x.key, fmt.Sprint(x.proofs)))
}

func redeeming(code string) map[string]string {
	return map[string]string{"clientId": localhost, "grantType": "authorization_code", "code": code, "codeVerifier": verifier, "redirectUri": callback}
}

func refreshing(token string) map[string]string {
	return map[string]string{"clientId": localhost, "grantType": "refresh_token", "refreshToken": token}
}

// The whole way of `aws login`, and what its program reads of the answers.
//
// Source: https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-sign-in.html
func TestAProgramGetsCredentialsOfWhoeverSignsIn(t *testing.T) {
	x := newTerminal(t, localLogin)
	a := x.proven(redeeming(x.code()))
	if a.Status != 200 || a.TokenType != "aws_sigv4" || a.ExpiresIn != 900 || a.Refresh == "" {
		t.Fatalf("%+v", a)
	}
	parts := strings.Split(a.IDToken, ".")
	if len(parts) != 3 {
		t.Fatal(a.IDToken)
	}
	claims, _ := base64.RawURLEncoding.DecodeString(parts[1])
	if !strings.Contains(string(claims), `"sub":"arn:aws:iam::111122223333:user/alice"`) {
		t.Errorf("%s", claims)
	}
	if who := x.CallerIdentity(a.credentials()); !strings.Contains(who, "arn:aws:iam::111122223333:user/alice") {
		t.Errorf("%s", who)
	}
	x.Now = x.Now.Add(16 * time.Minute)
	if who := x.CallerIdentity(a.credentials()); !strings.Contains(who, "ExpiredToken") {
		t.Errorf("after 16 minutes: %s", who)
	}
	b := x.proven(refreshing(a.Refresh))
	if b.Status != 200 || b.Refresh == a.Refresh {
		t.Fatalf("refreshed: %+v", b)
	}
	if who := x.CallerIdentity(b.credentials()); !strings.Contains(who, "user/alice") {
		t.Errorf("%s", who)
	}
	if x.browser.Open(authPath+"?"+wish(localhost, callback).Encode()).Hidden().Get("form") == "" {
		t.Error("nobody is asked")
	}
}

// Source: https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-sign-in.html ("root credentials"); the
// root user needs no policy.
func TestTheRootUserCanLogInToo(t *testing.T) {
	x := newTerminal(t, localLogin)
	p := x.allow(wish(localhost, callback), "username", "")
	u, _ := url.Parse(p.Location)
	a := x.proven(redeeming(u.Query().Get("code")))
	if who := x.CallerIdentity(a.credentials()); !strings.Contains(who, "arn:aws:iam::111122223333:root") {
		t.Errorf("%+v %s", a, who)
	}
}

// What is shown for another machine is base64 of state and code.
func TestTheCodeForAnotherMachineIsShown(t *testing.T) {
	x := newTerminal(t, strings.Replace(localLogin, "localhost", "remote", 1))
	to := ssotest.Origin + "/v1/sessions/confirmation"
	p := x.allow(wish(remote, to))
	_, rest, _ := strings.Cut(p.Text, `<pre id="authorization-code" tabindex="0">`)
	shown, _, _ := strings.Cut(rest, "</pre>")
	text, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(shown, "&#43;", "+"))
	q, _ := url.ParseQuery(string(text))
	if p.Status != 200 || err != nil || q.Get("state") != "s-1" {
		t.Fatalf("%d %q %v", p.Status, text, err)
	}
	in := redeeming(q.Get("code"))
	in["clientId"], in["redirectUri"] = remote, to
	if a := x.proven(in); a.Status != 200 {
		t.Errorf("%+v", a)
	}
}

// The page of consent leads nowhere before the wish is whole.
func TestWishesThatLeadNowhere(t *testing.T) {
	x := newTerminal(t, localLogin)
	for name, values := range map[string][]string{
		"client_id": {"", "arn:aws:signin:::devtools/other", "x"}, "response_type": {"token"}, "code_challenge": {"", "short"},
		"code_challenge_method": {"plain", ""}, "state": {strings.Repeat("s", 1025)},
		"redirect_uri": {
			"", "https://evil.example/oauth/callback", "http://evil.example/oauth/callback", "http://127.0.0.1:1/elsewhere", "http://127.0.0.1:1/oauth/callback?a=b",
			"http://127.0.0.1:1/oauth/callback#a", "http://a@127.0.0.1:1/oauth/callback", "http://127.0.0.1.evil.example/oauth/callback",
			"javascript:alert(1)", "https://127.0.0.1:1/oauth/callback", "http://127.0.0.1:1/oauth%2Fcallback", ssotest.Origin + "/v1/sessions/confirmation",
		},
	} {
		for _, value := range values {
			q := wish(localhost, callback)
			q.Set(name, value)
			if p := x.browser.Open(authPath + "?" + q.Encode()); p.Status != http.StatusBadRequest || p.Location != "" || strings.Contains(p.Text, "<form") {
				t.Errorf("%s=%s: %d", name, value, p.Status)
			}
		}
	}
	if p := x.browser.Open(authPath + "?" + wish(remote, callback).Encode()); p.Status != http.StatusBadRequest {
		t.Errorf("another machine's program, on this one: %d", p.Status)
	}
	q := wish(localhost, callback)
	q.Add("redirect_uri", "http://127.0.0.1:2/oauth/callback")
	if p := x.browser.Open(authPath + "?" + q.Encode()); p.Status != http.StatusBadRequest {
		t.Errorf("two addresses: %d", p.Status)
	}
}

func TestDenyingSendsTheProgramAway(t *testing.T) {
	x := newTerminal(t, localLogin)
	p := x.signIn(wish(localhost, callback))
	p = x.browser.Open(p.Location)
	if !strings.Contains(p.Text, "arn:aws:iam::111122223333:user/alice") || !strings.Contains(p.Header.Get("Content-Security-Policy"), "form-action 'self' http://127.0.0.1:49152;") {
		t.Errorf("%v %s", p.Header, p.Text)
	}
	p = x.browser.Post(authPath, p.With("decision", "deny"))
	if p.Location != callback+"?error=access_denied&state=s-1" {
		t.Errorf("%d %q", p.Status, p.Location)
	}
}

// mfaSeed gives the user an MFA device, and answers its seed.
func (x *terminal) mfaSeed() string {
	x.T.Helper()
	seed, err := mfa.NewSeed(rand.Reader)
	x.Must(err)
	sealed, err := x.Keys.SealSecret("device", seed)
	x.Must(err)
	x.Update(func(tx *directory.Tx) {
		u, _ := tx.User(ssotest.AccountID(), userName)
		d := &directory.MFADevice{ID: "device", Account: ssotest.AccountID(), Name: "phone", Path: "/", Sealed: sealed, Owner: u.ID, Enabled: x.Now}
		tx.PutMFADevice(nil, d)
	})
	return seed
}

func TestWhoHasAnMFADeviceShowsItsCodeOnce(t *testing.T) {
	x := newTerminal(t, localLogin)
	seed := x.mfaSeed()
	q := wish(localhost, callback)
	for _, code := range []string{"", "000000"} {
		if p := x.signIn(q, "code", code); p.Status != http.StatusUnauthorized {
			t.Fatalf("%q: %d", code, p.Status)
		}
	}
	code, err := mfa.Code(seed, mfa.StepAt(x.Now))
	x.Must(err)
	p := x.allow(q, "code", code)
	u, _ := url.Parse(p.Location)
	if a := x.proven(redeeming(u.Query().Get("code"))); a.Status != 200 {
		t.Errorf("%+v", a)
	}
	x.browser = x.House.Browser()
	if p := x.signIn(q, "code", code); p.Status != http.StatusUnauthorized {
		t.Errorf("a second time: %d", p.Status)
	}
}
