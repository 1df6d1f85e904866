package ssooidc_test

import (
	"maps"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall/authn/bearer"
	"github.com/rolecall-iam/rolecall/store/directory"
	"github.com/rolecall-iam/rolecall/test/ssotest"
)

// atOnce asks the same four times at the same time, and answers what was given
// to those who got something.
func atOnce(ask func() ssotest.Answer) (given []ssotest.Answer) {
	answers := make([]ssotest.Answer, 4)
	var all sync.WaitGroup
	begin := make(chan struct{})
	for n := range answers {
		all.Go(func() {
			<-begin
			answers[n] = ask()
		})
	}
	close(begin)
	all.Wait()
	for _, a := range answers {
		if a.Status == http.StatusOK {
			given = append(given, a)
		}
	}
	return given
}

// sessionOf is the id of the person's session at the portal.
func sessionOf(h *ssotest.House) (id string) {
	h.Update(func(tx *directory.Tx) {
		tx.SSOSessionsOf(ssotest.Store, ssotest.Person, func(s *directory.SSOSession) bool { id = s.ID; return false })
	})
	return id
}

// A device code, an authorization code and a refresh token are each good for one
// answer, however many ask at once.
func TestOfThoseWhoAskAtOnceOneIsGivenTokens(t *testing.T) {
	h := ssotest.Open(t, "us-east-1")
	b := h.Browser()
	b.SignIn()
	c := register(h, in{"grantTypes": []string{deviceGrant, "authorization_code", "refresh_token"}, "redirectUris": []string{"http://127.0.0.1/back"}})
	started := c.start()
	decide(b, started.Text("userCode"), "allow")
	given := atOnce(func() ssotest.Answer { return c.token(deviceGrant, in{"deviceCode": started.Text("deviceCode")}) })
	if len(given) != 1 {
		t.Fatalf("a device code: %d", len(given))
	}
	refresh := in{"refreshToken": given[0].Text("refreshToken")}
	if given = atOnce(func() ssotest.Answer { return c.token("refresh_token", refresh) }); len(given) != 1 {
		t.Errorf("a refresh token: %d", len(given))
	}
	h.Update(func(tx *directory.Tx) {
		tx.PutSSOCode(&directory.SSOCode{Hash: bearer.Hash("c-1"), Client: bearer.Hash(c.id), Redirect: "http://127.0.0.1:9/back",
			Challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", Session: sessionOf(h), Expires: h.Now.Add(time.Minute)})
	})
	code := in{"code": "c-1", "redirectUri": "http://127.0.0.1:9/back", "codeVerifier": "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"}
	if given = atOnce(func() ssotest.Answer { return c.token("authorization_code", code) }); len(given) != 1 {
		t.Fatalf("a code: %d", len(given))
	}
	if a := h.Get("/assignment/accounts", given[0].Text("accessToken")); a.Status != http.StatusUnauthorized {
		t.Errorf("what came of a code that came again opens %d", a.Status)
	}
}

// An issuer's token with an id works once for as long as it is taken, which is
// longer than the session that it began; and once of those who bring it at once.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/using-apps-with-trusted-token-issuer.html (jti)
func TestAnIssuersTokenWorksOnceForItsWholeLife(t *testing.T) {
	x := newOffice(t)
	request := map[string]any{"clientId": appARN, "grantType": jwtBearer, "assertion": x.assertion(func(c map[string]any) { c["exp"] = x.Now.Add(100 * time.Hour).Unix() })}
	if given := atOnce(func() ssotest.Answer { return x.ask(request) }); len(given) != 1 {
		t.Errorf("%d at once", len(given))
	}
	for _, later := range []time.Duration{9 * time.Hour, 80 * time.Hour} {
		x.Now = x.Now.Add(later)
		x.Update(func(tx *directory.Tx) { tx.ForgetExpired(x.Now) })
		if a := x.ask(request); a.Text("error") != "invalid_grant" {
			t.Errorf("%v later: %+v", later, a)
		}
	}
}

// What has been given out is worth nothing once what it stands on is gone.
func TestWhatATokenStandsOn(t *testing.T) {
	for rule, change := range map[string]func(h *ssotest.House, tx *directory.Tx){
		"the session is over": func(_ *ssotest.House, tx *directory.Tx) {
			tx.SSOSessionsOf(ssotest.Store, ssotest.Person, func(s *directory.SSOSession) bool { tx.DeleteSSOSession(s); return true })
		},
		"another password": func(_ *ssotest.House, tx *directory.Tx) {
			before, _ := tx.Person(ssotest.Store, ssotest.Person)
			p := before.Clone()
			p.Password += "x"
			tx.PutPerson(before, p)
		},
		"disabled": func(_ *ssotest.House, tx *directory.Tx) {
			before, _ := tx.Person(ssotest.Store, ssotest.Person)
			p := before.Clone()
			p.Disabled = true
			tx.PutPerson(before, p)
		},
		"deleted": func(_ *ssotest.House, tx *directory.Tx) {
			p, _ := tx.Person(ssotest.Store, ssotest.Person)
			tx.DeletePerson(p)
		},
		"the instance is gone": func(_ *ssotest.House, tx *directory.Tx) {
			i, _ := tx.Instance(ssotest.Instance())
			tx.DeleteInstance(i)
		},
	} {
		h := ssotest.Open(t, "us-east-1")
		b := h.Browser()
		b.SignIn()
		c := register(h, nil)
		started, waiting := c.start(), c.start()
		decide(b, started.Text("userCode"), "allow")
		decide(b, waiting.Text("userCode"), "allow")
		a := c.token(deviceGrant, in{"deviceCode": started.Text("deviceCode")})
		if a.Status != http.StatusOK || h.Get("/assignment/accounts", a.Text("accessToken")).Status != http.StatusOK {
			t.Fatalf("%+v", a)
		}
		h.Update(func(tx *directory.Tx) { change(h, tx) })
		for what, asked := range map[string]ssotest.Answer{
			"the access token":          h.Get("/assignment/accounts", a.Text("accessToken")),
			"the refresh token":         c.token("refresh_token", in{"refreshToken": a.Text("refreshToken")}),
			"a code that was allowed":   c.token(deviceGrant, in{"deviceCode": waiting.Text("deviceCode")}),
			"credentials by the access": h.Get("/federation/credentials?account_id="+ssotest.Account+"&role_name="+ssotest.Set, a.Text("accessToken")),
		} {
			if asked.Status != http.StatusUnauthorized && asked.Text("error") != "invalid_grant" {
				t.Errorf("%s, %s: %+v", rule, what, asked)
			}
		}
	}
}

// Whoever loses an application gets no tokens for it any more, by whatever grant.
func TestAnApplicationThatIsTakenAway(t *testing.T) {
	x := newOffice(t)
	first := x.ask(x.vouched())
	refresh := map[string]any{"clientId": appARN, "grantType": "refresh_token", "refreshToken": first.Text("refreshToken")}
	x.put("apl-1", func(a *directory.Application) { a.Unassigned = false })
	if a := x.ask(x.vouched()); a.Text("error") != "invalid_grant" {
		t.Errorf("an issuer's token: %+v", a)
	}
	if a := x.ask(maps.Clone(refresh)); a.Text("error") != "invalid_grant" {
		t.Errorf("a refresh token: %+v", a)
	}
	x.put("apl-1", func(a *directory.Application) { a.Status = "DISABLED" })
	if a := x.ask(x.vouched()); a.Text("error") != "invalid_client" {
		t.Errorf("disabled: %+v", a)
	}
}
