package portal_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall/service/portal"
	"github.com/rolecall-iam/rolecall/store/directory"
	"github.com/rolecall-iam/rolecall/test/oidctest"
	"github.com/rolecall-iam/rolecall/test/ssotest"
)

const oidcBack = "/_/portal/oidc/" + ssotest.Store + "/callback"

// oidcHouse is a house whose people sign in at an OpenID Connect issuer.
type oidcHouse struct {
	*ssotest.House
	issuer *oidctest.Issuer

	claims map[string]any // of the next ID token
	asked  url.Values     // what came to the token endpoint
	client string         // who came there
}

func newOIDCHouse(t *testing.T) *oidcHouse {
	t.Helper()
	issuer, err := oidctest.Start(oidctest.Config{Plain: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(issuer.Close)
	x := &oidcHouse{House: ssotest.Open(t, "us-east-1"), issuer: issuer}
	issuer.Answer("/token", func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		id, secret, _ := r.BasicAuth()
		x.asked, x.client = r.PostForm, id+":"+secret
		token, err := issuer.Token(x.claims)
		if err != nil {
			t.Error(err)
		}
		_ = json.NewEncoder(w).Encode(map[string]string{"access_token": "a", "token_type": "Bearer", "id_token": token})
	})
	x.set("email")
	return x
}

func (x *oidcHouse) set(claim string) {
	x.T.Helper()
	sealed, err := x.Keys.SealSecret(portal.SourceSecret(ssotest.Store), "s3cret")
	x.Must(err)
	x.Update(func(tx *directory.Tx) {
		tx.PutIdentitySource(&directory.IdentitySource{Store: ssotest.Store, Origin: ssotest.Origin, Changed: x.Now, OIDC: &directory.OIDCSource{
			Issuer: x.issuer.URL, ClientID: "portal", Sealed: sealed, Claim: claim, Authorize: x.issuer.URL + "/authorize?tenant=1", Token: x.issuer.URL + "/token",
		}})
	})
}

// begin starts in a browser; the next ID token is right for it.
func (x *oidcHouse) begin(b *ssotest.Browser) url.Values {
	x.T.Helper()
	p := b.Open("/_/portal/external/start?directory=" + ssotest.Store + "&next=%2F_%2Fportal%2Fdevice")
	to, err := url.Parse(p.Location)
	if p.Status != http.StatusSeeOther || err != nil || !strings.HasPrefix(p.Location, x.issuer.URL+"/authorize?") {
		x.T.Fatalf("%d %q %s", p.Status, p.Location, p.Text)
	}
	q := to.Query()
	x.claims = map[string]any{
		"iss": x.issuer.URL, "aud": "portal", "sub": "u-1", "email": ssotest.UserName, "email_verified": true, "preferred_username": ssotest.UserName,
		"nonce": q.Get("nonce"), "iat": x.Now.Unix(), "exp": x.Now.Add(time.Hour).Unix(),
	}
	return q
}

// back is the browser's coming back.
func (x *oidcHouse) back(b *ssotest.Browser, state string, pairs ...string) ssotest.Page {
	q := url.Values{"state": {state}, "code": {"c-1"}}
	for i := 0; i < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	return b.Open(oidcBack + "?" + q.Encode())
}

func TestSigningInThroughAnOpenIDConnectIssuer(t *testing.T) {
	x := newOIDCHouse(t)
	b := x.Browser()
	q := x.begin(b)
	for name, want := range map[string]string{
		"response_type": "code", "client_id": "portal", "redirect_uri": ssotest.Origin + oidcBack, "code_challenge_method": "S256", "tenant": "1", "scope": "openid profile email",
	} {
		if q.Get(name) != want {
			t.Errorf("%s is %q", name, q.Get(name))
		}
	}
	p := x.back(b, q.Get("state"), "iss", x.issuer.URL)
	if p.Location != "/_/portal/device" || !isIn(b) {
		t.Fatalf("%d %q %s", p.Status, p.Location, p.Text)
	}
	sum := sha256.Sum256([]byte(x.asked.Get("code_verifier")))
	if base64.RawURLEncoding.EncodeToString(sum[:]) != q.Get("code_challenge") || x.asked.Get("redirect_uri") != ssotest.Origin+oidcBack ||
		x.asked.Get("code") != "c-1" || x.asked.Get("grant_type") != "authorization_code" || x.client != "portal:s3cret" {
		t.Errorf("%v by %s", x.asked, x.client)
	}
	if p := x.back(b, q.Get("state")); p.Status != http.StatusBadRequest {
		t.Errorf("a second time: %d", p.Status)
	}
}

func TestTheClaimWithTheUserName(t *testing.T) {
	for claim, change := range map[string]func(claims map[string]any){
		"preferred_username": func(c map[string]any) { delete(c, "email") },
		"sub":                func(c map[string]any) { c["sub"] = ssotest.UserName },
		"upn":                func(c map[string]any) { c["upn"] = strings.ToUpper(ssotest.UserName) },
	} {
		x := newOIDCHouse(t)
		x.set(claim)
		b := x.Browser()
		q := x.begin(b)
		change(x.claims)
		if x.back(b, q.Get("state")); !isIn(b) {
			t.Errorf("by %s: not in", claim)
		}
	}
}

// Nobody is let in by a token that is not the issuer's, for this portal, and
// for the sign-in that began in this browser.
//
// Source: https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation
func TestIDTokensThatLetNobodyIn(t *testing.T) {
	x := newOIDCHouse(t)
	other, err := oidctest.Start(oidctest.Config{Plain: true})
	x.Must(err)
	t.Cleanup(other.Close)
	for rule, change := range map[string]func(claims map[string]any){
		"another nonce":            func(c map[string]any) { c["nonce"] = "n" },
		"no nonce":                 func(c map[string]any) { delete(c, "nonce") },
		"two nonces":               func(c map[string]any) { c["nonce"] = []any{c["nonce"], "n"} },
		"for another client":       func(c map[string]any) { c["aud"] = "other" },
		"authorized for another":   func(c map[string]any) { c["aud"], c["azp"] = []string{"portal", "other"}, "other" },
		"of another issuer":        func(c map[string]any) { c["iss"] = other.URL },
		"of an issuer by nickname": func(c map[string]any) { c["iss"] = x.issuer.URL + "/" },
		"expired":                  func(c map[string]any) { c["exp"] = x.Now.Unix() - 3600 },
		"an unverified address":    func(c map[string]any) { c["email_verified"] = false },
		"nothing about it":         func(c map[string]any) { delete(c, "email_verified") },
		"no address":               func(c map[string]any) { delete(c, "email") },
		"two addresses":            func(c map[string]any) { c["email"] = []string{ssotest.UserName, "b@example.com"} },
		"an empty address":         func(c map[string]any) { c["email"] = "" },
		"nobody here":              func(c map[string]any) { c["email"] = "nobody@example.com" },
	} {
		b := x.Browser()
		q := x.begin(b)
		change(x.claims)
		if p := x.back(b, q.Get("state")); p.Status < 400 || isIn(b) {
			t.Errorf("%s: %d", rule, p.Status)
		}
	}
	x.issuer.EC, x.issuer.RSA = other.EC, other.RSA
	b := x.Browser()
	q := x.begin(b)
	if p := x.back(b, q.Get("state")); p.Status < 400 || isIn(b) {
		t.Errorf("signed by somebody else: %d", p.Status)
	}
}

func TestComingBackWithoutHavingLeft(t *testing.T) {
	x := newOIDCHouse(t)
	b, thief := x.Browser(), x.Browser()
	q, stolen := x.begin(b), x.begin(thief)
	for rule, p := range map[string]ssotest.Page{
		"no state":           x.back(b, ""),
		"a state of nobody":  x.back(b, "x"),
		"of another browser": x.back(b, stolen.Get("state")), // login CSRF
		"without cookies":    x.back(x.Browser(), q.Get("state")),
		"at another store":   b.Open("/_/portal/oidc/d-0000000000/callback?code=c&state=" + q.Get("state")),
	} {
		if p.Status != http.StatusBadRequest || x.asked != nil {
			t.Errorf("%s: %d, asked %v", rule, p.Status, x.asked)
		}
	}
	if p := x.back(b, q.Get("state"), "iss", "https://evil.example"); p.Status != http.StatusBadRequest || x.asked != nil {
		t.Errorf("another issuer's answer: %d", p.Status)
	}
	q = x.begin(b)
	if p := x.back(b, q.Get("state"), "code", "", "error", "access_denied"); p.Status != http.StatusForbidden {
		t.Errorf("denied there: %d", p.Status)
	}
	q = x.begin(b)
	x.Now = x.Now.Add(10 * time.Minute)
	if p := x.back(b, q.Get("state")); p.Status != http.StatusBadRequest {
		t.Errorf("too late: %d", p.Status)
	}
	q = x.begin(b)
	x.issuer.Answer("/token", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusBadRequest) })
	if p := x.back(b, q.Get("state")); p.Status != http.StatusBadRequest || isIn(b) {
		t.Errorf("refused by the issuer: %d", p.Status)
	}
	if isIn(b) || isIn(thief) {
		t.Error("somebody is in")
	}
}
