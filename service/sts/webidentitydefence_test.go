package sts_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/test/oidctest"
)

// trap is a port of this machine that nobody may come to.
func trap(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var came atomic.Int64
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			came.Add(1)
			_ = c.Close()
		}
	}()
	t.Cleanup(func() {
		_ = l.Close()
		if n := came.Load(); n > 0 {
			t.Errorf("%d connections to where nobody should have gone", n)
		}
	})
	return l.Addr().String()
}

// trapped is a house for which all the world but the issuer is a trap.
func trapped(t *testing.T, idp *oidctest.Issuer) *house {
	t.Helper()
	away := trap(t)
	config := rolecall.Issuers{Addresses: map[string]string{hostOf(idp): idp.Address}}
	config.Trusted = append(config.Trusted, idp.Authority)
	for _, host := range []string{"evil.example.com", "accounts.google.com", "cognito-identity.amazonaws.com", "www.amazon.com", "graph.facebook.com"} {
		config.Addresses[host] = away
	}
	return openWith(t, rolecall.Config{Issuers: config})
}

// None of more than a hundred attacks is taken, each is refused in AWS's words,
// and nobody but the issuer is asked, who is asked little.
func TestAttacksWithTokens(t *testing.T) {
	idp := gitHub(t)
	h := trapped(t, idp)
	role := h.roleWith("Deploy", trusting(h.provider(idp), gitHubOnly))
	check(t, h.present(role, token(t, idp, sound())), refusal{})
	a := newAttacker(t, idp)
	attacks := a.unsigned()
	attacks = append(attacks, a.foreign()...)
	attacks = append(attacks, a.misshapen()...)
	attacks = append(attacks, a.unfit()...)
	if len(attacks) < 100 {
		t.Errorf("only %d attacks", len(attacks))
	}
	asked := idp.Asked("")
	for _, c := range attacks {
		t.Run(c.rule, func(t *testing.T) {
			got := h.present(role, c.token)
			status := 400
			if c.code == "AccessDenied" {
				status = 403
			}
			if got.status != status || got.code != c.code || got.has("SecretAccessKey") {
				t.Errorf("%d %s: %s, want %s", got.status, got.code, got.message, c.code)
			}
			if strings.Contains(got.message, "hunter2") {
				t.Error(got.message)
			}
		})
	}
	if n := idp.Asked("") - asked; n > 0 {
		t.Errorf("the issuer was asked %d times", n)
	}
	t.Run("after which a good token is good", func(t *testing.T) { check(t, h.present(role, token(t, idp, sound())), refusal{}) })
	t.Run("and the sizes that the model has hold", func(t *testing.T) {
		for _, text := range []string{"abc", strings.Repeat("a", 20_001)} {
			if got := h.present(role, text); got.status != 400 || got.code != "ValidationError" {
				t.Errorf("%d %s", got.status, got.code)
			}
		}
	})
}

// What an issuer does for answers harms nobody: each is AWS's refusal, sooner
// than five seconds and in little memory.
func TestAttacksByIssuers(t *testing.T) {
	flood := func(w http.ResponseWriter, _ *http.Request) {
		block := make([]byte, 1<<16)
		for range 1024 {
			if _, err := w.Write(block); err != nil {
				return
			}
		}
	}
	says := func(text string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, text) }
	}
	sends := func(to string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, http.StatusFound) }
	}
	for _, c := range []struct {
		rule, path string
		answer     http.HandlerFunc
	}{
		{"64 MB of keys", oidctest.Keys, flood},
		{"64 MB of discovery", oidctest.Discovery, flood},
		{"a redirect to a stranger", oidctest.Discovery, sends("https://evil.example.com/")},
		{"a redirect of the keys", oidctest.Keys, sends("https://evil.example.com/keys")},
		{"keys at a stranger's by plain HTTP", oidctest.Discovery, says(`{"issuer":"https://token.actions.githubusercontent.com","jwks_uri":"http://evil.example.com/keys"}`)},
		{"another issuer's discovery", oidctest.Discovery, says(`{"issuer":"https://evil.example.com","jwks_uri":"https://token.actions.githubusercontent.com/keys"}`)},
		{"a page", oidctest.Discovery, says("<html></html>")},
		{"keys that are none", oidctest.Keys, says(`{"keys":[{"kty":"RSA","kid":"rsa","n":"AQ","e":"AQAB"}]}`)},
		{"keys that are shared secrets", oidctest.Keys, says(`{"keys":[{"kty":"oct","kid":"rsa","k":"AAAA"}]}`)},
		{"100,000 brackets", oidctest.Keys, says(strings.Repeat("[", 100_000))},
		{"an error", oidctest.Keys, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }},
		{"no answer", oidctest.Keys, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }},
	} {
		t.Run(c.rule, func(t *testing.T) {
			idp := gitHub(t)
			h := trapped(t, idp)
			role := h.roleWith("Deploy", trusting(h.provider(idp), gitHubOnly))
			idp.Answer(c.path, c.answer)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			good := token(t, idp, sound())
			for range 3 {
				check(t, h.present(role, good), noKey)
			}
			runtime.ReadMemStats(&after)
			if took := after.TotalAlloc - before.TotalAlloc; took > 16<<20 {
				t.Errorf("%d bytes", took)
			}
			if n := idp.Asked(oidctest.Discovery); n != 1 {
				t.Errorf("asked %d times", n)
			}
			idp.Answer(c.path, nil)
			h.until(start.Add(11 * time.Second))
			check(t, h.present(role, good), refusal{})
		})
	}
}

// An issuer's certificate must be a trusted authority's, or have a thumbprint of
// the provider.
//
// Source: https://github.com/aws-actions/configure-aws-credentials/issues/357
func TestThumbprints(t *testing.T) {
	idp := gitHub(t)
	h := openWith(t, rolecall.Config{Issuers: rolecall.Issuers{Addresses: map[string]string{hostOf(idp): idp.Address}}})
	provider := h.provider(idp, "ThumbprintList.member.1", strings.Repeat("a", 40))
	role := h.roleWith("Deploy", trusting(provider, gitHubOnly))
	check(t, h.present(role, token(t, idp, sound())), invalid("OpenIDConnect provider's HTTPS certificate doesn't match configured thumbprint"))
	h.call(admin, "iam", "UpdateOpenIDConnectProviderThumbprint", "OpenIDConnectProviderArn", provider, "ThumbprintList.member.1", idp.Thumbprint)
	check(t, h.present(role, token(t, idp, sound())), refusal{})
}

// A provider of client ids takes tokens for them from the moment that they are
// registered.
func TestClientIDs(t *testing.T) {
	idp := gitHub(t)
	h := federated(t, idp)
	provider := h.provider(idp)
	role := h.roleWith("Deploy", trusting(provider, gitHubOnly))
	mine := token(t, idp, sound().with("aud", "https://github.com/octo-org"))
	check(t, h.present(role, mine), invalid("Incorrect token audience"))
	h.call(admin, "iam", "AddClientIDToOpenIDConnectProvider", "OpenIDConnectProviderArn", provider, "ClientID", "https://github.com/octo-org")
	check(t, h.present(role, mine), refusal{})
	h.call(admin, "iam", "RemoveClientIDFromOpenIDConnectProvider", "OpenIDConnectProviderArn", provider, "ClientID", "https://github.com/octo-org")
	check(t, h.present(role, mine), invalid("Incorrect token audience"))
}

// Google and Cognito need no provider, but a role that trusts them.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html
func TestProvidersThatAreBuiltIn(t *testing.T) {
	google := startIssuer(t, oidctest.Config{Host: "accounts.google.com"})
	pools := startIssuer(t, oidctest.Config{Host: "cognito-identity.amazonaws.com"})
	h := federated(t, google, pools)
	mine := h.roleWith("Google", trusting("accounts.google.com", `{"StringEquals":{"accounts.google.com:aud":"app.apps.googleusercontent.com","accounts.google.com:sub":"110"}}`))
	work := h.roleWith("Work", trusting("accounts.google.com", `{"StringEquals":{"accounts.google.com:aud":"app.apps.googleusercontent.com"},"NumericEquals":{"accounts.google.com:google/organization_number":"77"}}`))
	pool := h.roleWith("Pool", trusting("cognito-identity.amazonaws.com", `{"StringEquals":{"cognito-identity.amazonaws.com:aud":"us-east-2:pool"},"ForAnyValue:StringLike":{"cognito-identity.amazonaws.com:amr":"unauthenticated"}}`))
	person := sound().with("sub", "110").with("aud", "app.apps.googleusercontent.com")
	guest := sound().with("sub", "us-east-2:guest").with("aud", "us-east-2:pool").with("amr", []string{"unauthenticated"})
	denied := refusal{403, "AccessDenied", notTrusted}
	for _, c := range []struct {
		rule, role string
		idp        *oidctest.Issuer
		claims     claims
		want       refusal
	}{
		{"Google's person", mine, google, person, refusal{}},
		{"Google's old name", mine, google, person.with("iss", "accounts.google.com"), refusal{}},
		{"an app on somebody's telephone", mine, google, person.with("azp", "phone.apps.googleusercontent.com"), denied},
		{"another person", mine, google, person.with("sub", "111"), denied},
		{"another app", mine, google, person.with("aud", "other.apps.googleusercontent.com"), denied},
		{"Google's organization", work, google, person.with("google", map[string]any{"organization_number": 77}), refusal{}},
		{"another organization", work, google, person.with("google", map[string]any{"organization_number": 78}), denied},
		{"a guest of a pool", pool, pools, guest, refusal{}},
		{"a guest of another pool", pool, pools, guest.with("aud", "us-east-2:other"), denied},
		{"who has signed in", pool, pools, guest.with("amr", []string{"authenticated", "www.amazon.com"}), denied},
		{"Google's person for a pool's role", pool, google, person, invalid("No OpenIDConnect provider found in your account for https://accounts.google.com")},
	} {
		t.Run(c.rule, func(t *testing.T) { check(t, h.present(c.role, token(t, c.idp, c.claims)), c.want) })
	}
	a := h.present(mine, token(t, google, person))
	if a.value("Provider") != "accounts.google.com" || a.value("Audience") != "app.apps.googleusercontent.com" {
		t.Error(a.body)
	}
	forged := newAttacker(t, google)
	check(t, h.present(mine, forged.sign(jose.RS256, forged.mine, map[string]any{"kid": "rsa"}, person)), invalid("The signature of the ID Token is not valid"))
}

// Access tokens say nothing to anybody but who made them.
//
// Source: ProviderId of https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
func TestAccessTokens(t *testing.T) {
	idp := gitHub(t)
	h := trapped(t, idp)
	role := h.roleWith("Deploy", trusting("www.amazon.com", `{"StringEquals":{"www.amazon.com:app_id":"amzn1.application-oa2-client.example"}}`))
	for _, c := range []struct {
		provider, token string
		want            refusal
	}{
		{"www.amazon.com", "hunter2", invalid("Provided Token is not a Login With Amazon token")},
		{"www.amazon.com", token(t, idp, sound()), invalid("Provided Token is not a Login With Amazon token")},
		{"www.amazon.com", "Atza|IQEBLjAsAhRFiXuWpUXuRvQ9PZL3GMFcYevydwIUFAHZwXZX", refusal{400, "IDPCommunicationError", "The identity provider that the access token is from could not be reached to verify it."}},
		{"graph.facebook.com", "EAACEdEose0cBA", refusal{400, "IDPCommunicationError", "The identity provider that the access token is from could not be reached to verify it."}},
		{"evil.example.com", "EAACEdEose0cBA", refusal{400, "ValidationError", "ProviderId is for OAuth 2.0 access tokens, of www.amazon.com and graph.facebook.com"}},
		{hostOf(idp), token(t, idp, sound()), refusal{400, "ValidationError", "ProviderId is for OAuth 2.0 access tokens, of www.amazon.com and graph.facebook.com"}},
	} {
		t.Run(c.provider, func(t *testing.T) { check(t, h.present(role, c.token, "ProviderId", c.provider), c.want) })
	}
}

// Plain HTTP is for an issuer on this machine, and only where that is allowed.
func TestPlainHTTPIssuers(t *testing.T) {
	idp := startIssuer(t, oidctest.Config{Plain: true})
	for allowed, want := range map[bool]refusal{true: {}, false: invalid("No OpenIDConnect provider found in your account for " + idp.URL)} {
		h := openWith(t, rolecall.Config{Issuers: rolecall.Issuers{LoopbackHTTP: allowed}})
		provider := h.provider(idp)
		role := h.roleWith("Deploy", trusting(provider, `{"StringLike":{"`+idp.Provider+`:sub":"repo:*"}}`))
		check(t, h.present(role, token(t, idp, sound())), want)
	}
}

// While an issuer thinks nothing is held on to: what changes meanwhile counts.
func TestWhatChangesWhileAnIssuerThinksCounts(t *testing.T) {
	idp := gitHub(t)
	h := trapped(t, idp)
	provider := h.provider(idp)
	role := h.roleWith("Deploy", trusting(provider, gitHubOnly))
	meanwhile := func(action string, pairs ...string) {
		idp.Answer(oidctest.Discovery, func(w http.ResponseWriter, r *http.Request) {
			if a := h.send(admin, "iam", action, append([]string{"OpenIDConnectProviderArn", provider}, pairs...)...); a.status != 200 {
				t.Errorf("%d %s", a.status, a.message)
			}
			idp.Answer(oidctest.Discovery, nil)
			http.Redirect(w, r, r.URL.Path, http.StatusFound)
		})
	}
	meanwhile("RemoveClientIDFromOpenIDConnectProvider", "ClientID", "sts.amazonaws.com")
	check(t, h.present(role, token(t, idp, sound())), invalid("Incorrect token audience"))
	h.call(admin, "iam", "AddClientIDToOpenIDConnectProvider", "OpenIDConnectProviderArn", provider, "ClientID", "sts.amazonaws.com")
	check(t, h.present(role, token(t, idp, sound())), refusal{})
	h.until(start.Add(11 * time.Minute)) // the keys are asked for anew
	meanwhile("DeleteOpenIDConnectProvider")
	check(t, h.present(role, token(t, idp, sound())), invalid("No OpenIDConnect provider found in your account for "+idp.URL))
}

// Who hangs up while an issuer says nothing is not kept, and the issuer's
// silence is AWS's refusal.
func TestWhoHangsUpOnASilentIssuer(t *testing.T) {
	idp := gitHub(t)
	h := trapped(t, idp)
	role := h.roleWith("Deploy", trusting(h.provider(idp), gitHubOnly))
	ctx, hangUp := context.WithCancel(t.Context())
	silence := make(chan struct{})
	t.Cleanup(func() { close(silence) })
	idp.Answer(oidctest.Keys, func(http.ResponseWriter, *http.Request) { hangUp(); <-silence })
	form := url.Values{
		"Action": {"AssumeRoleWithWebIdentity"}, "Version": {"2011-06-15"}, "RoleArn": {role}, "RoleSessionName": {"night"},
		"WebIdentityToken": {token(t, idp, sound())},
	}
	r := httptest.NewRequest(http.MethodPost, "http://sts.example.com/", strings.NewReader(form.Encode())).WithContext(ctx)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	h.server.ServeHTTP(w, r)
	if w.Code != 400 || !strings.Contains(w.Body.String(), "<Code>InvalidIdentityToken</Code>") || !strings.Contains(w.Body.String(), "retrieve verification key") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	h.call(admin, "iam", "ListRoles")
}
