package signin_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall/authn/password"
	"github.com/rolecall-iam/rolecall/store/directory"
	"github.com/rolecall-iam/rolecall/test/ssotest"
)

func (x *terminal) otherKey() *ecdsa.PrivateKey {
	x.T.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	x.Must(err)
	return key
}

// changed is a request with one member set, or taken away where it is empty.
func changed(in map[string]string, name, value string) map[string]string {
	out := maps.Clone(in)
	if out[name] = value; value == "" {
		delete(out, name)
	}
	return out
}

// Source: https://docs.aws.amazon.com/signin/latest/APIReference/API_dataplane-signin_CreateOAuth2Token.html
func TestCodesAreForOneRequestOfOneProgram(t *testing.T) {
	x := newTerminal(t, localLogin)
	whole := redeeming(x.code())
	for rule, c := range map[string]struct{ name, value, want string }{
		"another verifier":      {"codeVerifier", strings.Repeat("v", 43), "INVALID_REQUEST"},
		"no verifier":           {"codeVerifier", "", "INVALID_REQUEST"},
		"another address":       {"redirectUri", "http://127.0.0.1:49153/oauth/callback", "INVALID_REQUEST"},
		"no address":            {"redirectUri", "", "INVALID_REQUEST"},
		"another client":        {"clientId", remote, "INVALID_REQUEST"},
		"no code":               {"code", "", "INVALID_REQUEST"},
		"a code that is none":   {"code", "x", "AUTHCODE_EXPIRED"},
		"a refresh token, too":  {"refreshToken", "x", "INVALID_REQUEST"},
		"the other grant":       {"grantType", "refresh_token", "INVALID_REQUEST"},
		"no grant that AWS has": {"grantType", "password", ""},
		"no client at all":      {"clientId", "", ""},
		"a client of one's own": {"clientId", "arn:aws:signin:::devtools/mine", ""},
	} {
		if a := x.proven(changed(whole, c.name, c.value)); a.Status != 400 || a.Error != c.want {
			t.Errorf("%s: %+v", rule, a)
		}
	}
	for rule, proofs := range map[string][]string{
		"no proof": nil, "two proofs": {x.proof(x.key, "a"), x.proof(x.key, "b")}, "no proof at all": {"x"}, "the code as proof": {whole["code"]},
	} {
		if a := x.ask(whole, proofs...); a.Status != 400 || a.Error != "INVALID_REQUEST" || a.Type != "ValidationException" {
			t.Errorf("%s: %+v", rule, a)
		}
	}
	old := x.proof(x.key, "old")
	x.Now = x.Now.Add(4 * time.Minute)
	if a := x.ask(whole, old); a.Status != 200 {
		t.Errorf("the code itself: %+v", a)
	}
	b := redeeming(x.code())
	x.Now = x.Now.Add(5 * time.Minute)
	if a := x.proven(b); a.Error != "AUTHCODE_EXPIRED" || a.Type != "AccessDeniedException" {
		t.Errorf("after 5 minutes: %+v", a)
	}
}

// Source: https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2
func TestACodeThatComesTwiceEndsWhatCameOfIt(t *testing.T) {
	x := newTerminal(t, localLogin)
	in := redeeming(x.code())
	first := x.proven(in)
	if again := x.proven(in); first.Status != 200 || again.Error != "AUTHCODE_EXPIRED" {
		t.Fatalf("%+v, then %+v", first, again)
	}
	if a := x.proven(refreshing(first.Refresh)); a.Error != "TOKEN_EXPIRED" {
		t.Errorf("%+v", a)
	}
}

// Source: https://www.rfc-editor.org/rfc/rfc9449#section-5 (refresh tokens of public clients are bound)
func TestARefreshTokenIsWorthNothingWithoutItsKey(t *testing.T) {
	x := newTerminal(t, localLogin)
	a := x.proven(redeeming(x.code()))
	in := refreshing(a.Refresh)
	if b := x.ask(in, x.proof(x.otherKey(), "1")); b.Error != "INVALID_REQUEST" {
		t.Errorf("another key: %+v", b)
	}
	if b := x.proven(changed(in, "clientId", remote)); b.Error != "INVALID_REQUEST" {
		t.Errorf("another client: %+v", b)
	}
	if b := x.proven(changed(in, "redirectUri", callback)); b.Error != "INVALID_REQUEST" {
		t.Errorf("an address, too: %+v", b)
	}
	proof := x.proof(x.key, "once")
	if b := x.ask(in, proof); b.Status != 200 {
		t.Errorf("its key: %+v", b)
	}
	if b := x.ask(in, proof); b.Error != "INVALID_REQUEST" {
		t.Errorf("the same proof again: %+v", b)
	}
}

// Several programs of one person read one refresh token, and may use it at the
// same time. Later it is one that was stolen.
func TestARefreshTokenIsReplaced(t *testing.T) {
	x := newTerminal(t, localLogin)
	a := x.proven(redeeming(x.code()))
	first, second := x.proven(refreshing(a.Refresh)), x.proven(refreshing(a.Refresh))
	if first.Status != 200 || second.Status != 200 {
		t.Fatalf("at the same time: %+v, %+v", first, second)
	}
	x.Now = x.Now.Add(time.Minute)
	if b := x.proven(refreshing(a.Refresh)); b.Error != "TOKEN_EXPIRED" {
		t.Errorf("a minute later: %+v", b)
	}
	if b := x.proven(refreshing(second.Refresh)); b.Error != "TOKEN_EXPIRED" {
		t.Errorf("and what came of it: %+v", b)
	}
}

func TestALoginEndsAfterTwelveHours(t *testing.T) {
	x := newTerminal(t, localLogin)
	a := x.proven(redeeming(x.code()))
	x.Now = x.Now.Add(12*time.Hour - 10*time.Minute)
	if a = x.proven(refreshing(a.Refresh)); a.Status != 200 || a.ExpiresIn != 600 {
		t.Fatalf("ten minutes before the end: %+v", a)
	}
	x.Now = x.Now.Add(10 * time.Minute)
	if a = x.proven(refreshing(a.Refresh)); a.Error != "TOKEN_EXPIRED" {
		t.Errorf("at the end: %+v", a)
	}
}

// Source: https://docs.aws.amazon.com/signin/latest/APIReference/API_dataplane-signin_CreateOAuth2Token.html
// (USER_CREDENTIALS_CHANGED)
func TestWhatEndsALogin(t *testing.T) {
	for rule, c := range map[string]struct {
		change func(x *terminal, tx *directory.Tx, u *directory.User)
		want   string
	}{
		"another password": {func(x *terminal, tx *directory.Tx, u *directory.User) {
			hash, err := password.Hash(userPass, rand.Reader) // even the same one
			x.Must(err)
			c := tx.Credentials(u.Account, u.ID).Clone()
			c.Password.Hash = hash
			tx.PutCredentials(c)
		}, "USER_CREDENTIALS_CHANGED"},
		"no password any more": {func(_ *terminal, tx *directory.Tx, u *directory.User) {
			c := tx.Credentials(u.Account, u.ID).Clone()
			c.Password = nil
			tx.PutCredentials(c)
		}, "USER_CREDENTIALS_CHANGED"},
		"no user any more": {func(_ *terminal, tx *directory.Tx, u *directory.User) { tx.DeleteUser(u) }, "USER_CREDENTIALS_CHANGED"},
		"sessions revoked": {func(x *terminal, tx *directory.Tx, u *directory.User) {
			x.Must(tx.Revoke(directory.Revocations{Before: map[string]time.Time{u.ID: x.Now.Add(time.Second)}}, x.Now, time.Hour))
		}, "USER_CREDENTIALS_CHANGED"},
		"the policy taken away": {func(_ *terminal, tx *directory.Tx, u *directory.User) {
			v := u.Clone()
			v.Inline = nil
			tx.PutUser(u, v)
		}, "INSUFFICIENT_PERMISSIONS"},
	} {
		x := newTerminal(t, localLogin)
		a, code := x.proven(redeeming(x.code())), x.code()
		x.Update(func(tx *directory.Tx) {
			u, _ := tx.User(ssotest.AccountID(), userName)
			c.change(x, tx, u)
		})
		if b := x.proven(refreshing(a.Refresh)); b.Error != c.want || b.Type != "AccessDeniedException" {
			t.Errorf("%s: %+v", rule, b)
		}
		if b := x.proven(redeeming(code)); b.Error != c.want {
			t.Errorf("%s, a code: %+v", rule, b)
		}
		p := x.browser.Open(authPath + "?" + wish(localhost, callback).Encode())
		if signedIn := strings.Contains(p.Text, `id="allow"`); signedIn != (c.want == "INSUFFICIENT_PERMISSIONS") {
			t.Errorf("%s: still signed in: %v", rule, signedIn)
		}
	}
}

// Policies decide who may let programs in, and which.
func TestPoliciesDecideWhoLogsIn(t *testing.T) {
	x := newTerminal(t, localLogin)
	may := func(policy string) {
		x.browser = x.House.Browser()
		x.Update(func(tx *directory.Tx) {
			before, _ := tx.User(ssotest.AccountID(), userName)
			u := before.Clone()
			u.Inline = []directory.Inline{{Name: "login", Document: directory.NewPolicyText(policy)}}
			tx.PutUser(before, u)
		})
	}
	for rule, policy := range map[string]string{
		"nothing is allowed":           `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}`,
		"the other client is allowed":  strings.Replace(localLogin, "localhost", "remote", 1),
		"another account's is allowed": strings.Replace(localLogin, ssotest.Account, "444455556666", 1),
		"another program's is":         strings.Replace(localLogin, `"Resource"`, `"Condition":{"StringEquals":{"signin:OAuthClientId":"x"}},"Resource"`, 1),
		"another address is":           strings.Replace(localLogin, `"Resource"`, `"Condition":{"StringLike":{"signin:OAuthRedirectUri":"http://localhost:*"}},"Resource"`, 1),
		"MFA is demanded":              strings.Replace(localLogin, `"Resource"`, `"Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}},"Resource"`, 1),
	} {
		may(policy)
		p := x.allow(wish(localhost, callback))
		if p.Status != http.StatusForbidden || p.Location != "" || !strings.Contains(p.Text, "signin:AuthorizeOAuth2Access") {
			t.Errorf("%s: %d %q", rule, p.Status, p.Location)
		}
		if !strings.Contains(p.Text, `<a href="`+callback+`?error=access_denied&amp;state=s-1"`) {
			t.Errorf("%s: the program waits for ever: %s", rule, p.Text)
		}
	}
	may(localLogin)
	if p := x.allow(wish(remote, ssotest.Origin+"/v1/sessions/confirmation")); p.Status != http.StatusForbidden || strings.Contains(p.Text, "<a ") {
		t.Errorf("a program on another machine cannot be gone back to: %d %s", p.Status, p.Text)
	}
	may(strings.Replace(localLogin, `"signin:AuthorizeOAuth2Access","signin:CreateOAuth2Token"`, `"signin:AuthorizeOAuth2Access"`, 1))
	if a := x.proven(redeeming(x.code())); a.Error != "INSUFFICIENT_PERMISSIONS" {
		t.Errorf("a token: %+v", a)
	}
}

const mostWrong = 5 // passwords in a row

// Nobody learns by text who is there. Names that nobody has are locked, too.
func TestEveryRefusalReadsTheSameHere(t *testing.T) {
	x := newTerminal(t, localLogin)
	q, first := wish(localhost, callback), ""
	for rule, pairs := range map[string][]string{
		"a wrong password": {"password", "wrong"}, "nobody's name": {"username", "nobody"}, "nobody's account": {"account", "444455556666"},
		"no account at all": {"account", "x"}, "the root user's": {"username", "", "password", "wrong"}, "too long": {"password", strings.Repeat("p", 2000)},
	} {
		tries := 1
		if rule == "a wrong password" || rule == "nobody's name" {
			tries = mostWrong + 1
		}
		for range tries {
			x.browser = x.House.Browser()
			p := x.signIn(q, pairs...)
			text := strings.ReplaceAll(p.Text, p.Hidden().Get("form"), "")
			if first == "" {
				first = text
			}
			if p.Status != http.StatusUnauthorized || text != first {
				t.Fatalf("%s: %d %s", rule, p.Status, p.Text)
			}
		}
	}
	x.browser = x.House.Browser()
	if p := x.signIn(q); p.Status != http.StatusUnauthorized {
		t.Errorf("after six wrong ones: %d", p.Status)
	}
	x.Now = x.Now.Add(15 * time.Minute)
	if p := x.signIn(q); p.Status != http.StatusSeeOther {
		t.Errorf("fifteen minutes later: %d %s", p.Status, p.Text)
	}
}

func TestAPasswordThatMustChangeLetsNobodyIn(t *testing.T) {
	x := newTerminal(t, localLogin)
	x.Update(func(tx *directory.Tx) {
		u, _ := tx.User(ssotest.AccountID(), userName)
		c := tx.Credentials(u.Account, u.ID).Clone()
		c.Password.ResetRequired = true
		tx.PutCredentials(c)
	})
	if p := x.signIn(wish(localhost, callback)); p.Status != http.StatusUnauthorized || !strings.Contains(p.Text, "must change") || len(p.Cookies) != 0 {
		t.Errorf("%d %v %s", p.Status, p.Cookies, p.Text)
	}
}

// Nobody is signed in, and nothing is allowed, by a form that another site or
// another browser made.
func TestFormsOfOthersDoNothing(t *testing.T) {
	x := newTerminal(t, localLogin)
	q := wish(localhost, callback)
	foreign := x.browser.Open(authPath+"?"+q.Encode()).With("account", ssotest.Account, "username", userName, "password", userPass)
	victim := x.House.Browser()
	if p := victim.Post(passPath, foreign); p.Status != http.StatusForbidden {
		t.Errorf("signed in by another's form: %d", p.Status)
	}
	p := x.signIn(q)
	p = x.browser.Open(p.Location)
	yes := p.With("decision", "allow")
	for rule, change := range map[string]func(*http.Request){
		"another site by its header": func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") },
		"another origin":             func(r *http.Request) { r.Header.Set("Origin", "https://evil.example") },
	} {
		for _, path := range []string{authPath, passPath, "/_/signin/leave"} {
			r := httptest.NewRequest(http.MethodPost, ssotest.Origin+path, strings.NewReader(yes.Encode()))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			change(r)
			if p := x.browser.Do(r); p.Status != http.StatusForbidden || p.Location != "" {
				t.Errorf("%s, %s: %d", rule, path, p.Status)
			}
		}
	}
	yes.Set("form", foreign.Get("form"))
	if p := x.browser.Post(authPath, yes); p.Status != http.StatusForbidden {
		t.Errorf("a form of before: %d", p.Status)
	}
	yes.Set("form", strings.Repeat("x", 70_000))
	if p := x.browser.Post(authPath, yes); p.Status != http.StatusRequestEntityTooLarge {
		t.Errorf("a form that is too long: %d", p.Status)
	}
	p = x.browser.Open(authPath + "?" + q.Encode())
	if p = x.browser.Post("/_/signin/leave", p.With()); p.Status != http.StatusSeeOther {
		t.Errorf("left: %d", p.Status)
	}
	if p = x.browser.Open(p.Location); !strings.Contains(p.Text, `id="password"`) {
		t.Errorf("still signed in: %s", p.Text)
	}
}
