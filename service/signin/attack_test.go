package signin_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/rolecall-iam/rolecall/authn/mfa"
	"github.com/rolecall-iam/rolecall/store/directory"
	"github.com/rolecall-iam/rolecall/test/ssotest"
)

// atOnce does the same several times at the same time, and answers how often it
// worked.
func atOnce(times int, act func(n int) bool) int {
	var worked atomic.Int64
	var all sync.WaitGroup
	begin := make(chan struct{})
	for n := range times {
		all.Go(func() {
			<-begin
			if act(n) {
				worked.Add(1)
			}
		})
	}
	close(begin)
	all.Wait()
	return int(worked.Load())
}

// A code is redeemed once. Whoever comes second ends what came of it, so that at
// the end nobody has anything.
//
// Source: https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2
func TestOfTwoWhoRedeemACodeOneGetsCredentials(t *testing.T) {
	x := newTerminal(t, localLogin)
	code := x.code()
	proofs := []string{x.proof(x.key, "p1"), x.proof(x.key, "p2"), x.proof(x.otherKey(), "p3"), x.proof(x.otherKey(), "p4")}
	var given atomic.Value
	if n := atOnce(len(proofs), func(n int) bool {
		a := x.ask(redeeming(code), proofs[n])
		if a.Status == http.StatusOK {
			given.Store(a)
		}
		return a.Status == http.StatusOK
	}); n != 1 {
		t.Fatalf("%d got credentials", n)
	}
	if a := x.proven(refreshing(given.Load().(answer).Refresh)); a.Error != "TOKEN_EXPIRED" {
		t.Errorf("the one who was first refreshes: %+v", a)
	}
}

// The same proof is good for one request, however many come with it at once.
//
// Source: https://www.rfc-editor.org/rfc/rfc9449#section-11.1
func TestOneProofIsUsedOnce(t *testing.T) {
	x := newTerminal(t, localLogin)
	a := x.proven(redeeming(x.code()))
	proof := x.proof(x.key, "once")
	if n := atOnce(4, func(int) bool { return x.ask(refreshing(a.Refresh), proof).Status == http.StatusOK }); n != 1 {
		t.Errorf("%d refreshed", n)
	}
}

// A code of an MFA device lets in one browser.
func TestOneCodeOfADeviceLetsOneIn(t *testing.T) {
	x := newTerminal(t, localLogin)
	seed := x.mfaSeed()
	code, err := mfa.Code(seed, mfa.StepAt(x.Now))
	x.Must(err)
	q := wish(localhost, callback)
	browsers := []*ssotest.Browser{x.Browser(), x.Browser(), x.Browser()}
	if n := atOnce(len(browsers), func(n int) bool {
		p := browsers[n].Open(authPath + "?" + q.Encode())
		p = browsers[n].Post(passPath, p.With("account", ssotest.Account, "username", userName, "password", userPass, "code", code))
		return p.Status == http.StatusSeeOther
	}); n != 1 {
		t.Errorf("%d are in", n)
	}
}

// The work is the same for everybody: one hash of a password, which takes 19 MiB.
func TestEveryAttemptHashesOnePassword(t *testing.T) {
	x := newTerminal(t, localLogin)
	x.Update(func(tx *directory.Tx) {
		tx.CreateUser(&directory.User{Entity: directory.Entity{ID: "AIDAIOSFODNN7EXAMPLE", Account: ssotest.AccountID(), Name: "bot", Path: "/", Created: x.Now}})
	})
	for range mostWrong {
		x.browser = x.House.Browser()
		x.signIn(wish(localhost, callback), "username", "", "password", "wrong")
	}
	for rule, pairs := range map[string][]string{
		"a wrong password": {"password", "wrong"}, "nobody's name": {"username", "nobody"}, "no password yet": {"username", "bot"},
		"nobody's account": {"account", "444455556666"}, "no account at all": {"account", "x"}, "a name in other letters": {"username", "ALICE", "password", "wrong"},
		"the locked root user": {"username", ""},
	} {
		x.browser = x.House.Browser()
		p := x.browser.Open(authPath + "?" + wish(localhost, callback).Encode())
		form := p.With(append([]string{"account", ssotest.Account, "username", userName, "password", userPass}, pairs...)...)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		p = x.browser.Post(passPath, form)
		runtime.ReadMemStats(&after)
		if hashes := (after.TotalAlloc - before.TotalAlloc) / (19 << 20); hashes != 1 || p.Status != http.StatusUnauthorized {
			t.Errorf("%s: %d hashes, %d", rule, hashes, p.Status)
		}
	}
}

// A user is locked by whatever name of the account and in whatever letters the
// user's name is typed.
func TestALockHoldsForANameHoweverItIsTyped(t *testing.T) {
	x := newTerminal(t, localLogin)
	x.Update(func(tx *directory.Tx) {
		a, _ := tx.Account(ssotest.AccountID())
		tx.SetAlias(a, "workloads")
	})
	for _, pairs := range [][]string{
		{"username", "ALICE"}, {"account", "workloads"}, {"account", "WorkLoads", "username", " Alice "}, {"username", "aLICE\t"}, {"account", " " + ssotest.Account + " "},
	} {
		x.browser = x.House.Browser()
		x.signIn(wish(localhost, callback), append(pairs, "password", "wrong")...)
	}
	x.browser = x.House.Browser()
	if p := x.signIn(wish(localhost, callback)); p.Status != http.StatusUnauthorized {
		t.Errorf("let in: %d", p.Status)
	}
	x.browser = x.House.Browser()
	if p := x.signIn(wish(localhost, callback), "username", ""); p.Status != http.StatusSeeOther {
		t.Errorf("and the root user with them: %d", p.Status)
	}
}

// Whatever is asked: no other site frames it, nothing of it is kept, no address
// of it is told, and nothing leads elsewhere.
func TestEveryAnswerIsHeldToTheRules(t *testing.T) {
	x := newTerminal(t, localLogin)
	evil := wish(localhost, "http://evil.example/oauth/callback")
	long := wish(localhost, callback)
	long.Set("state", strings.Repeat("s", 100_000))
	for _, path := range []string{
		authPath, authPath + "?" + wish(localhost, callback).Encode(), authPath + "?" + evil.Encode(), authPath + "?" + long.Encode(), authPath + "?%zz", passPath, rootPath, rootPath + "?token=x", "/_/signin/leave",
		"/_/signin/saml", "/_/signin/saml/acs/x", "/_/signin/saml-metadata.xml", "/_/signin/", "/_/signin/none",
	} {
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodOptions} {
			p := x.browser.Do(httptest.NewRequest(method, ssotest.Origin+path, http.NoBody))
			if p.Status >= http.StatusInternalServerError || p.Location != "" {
				t.Errorf("%s %.60s: %d %q", method, path, p.Status, p.Location)
			}
			for name, want := range map[string]string{"X-Frame-Options": "DENY", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"} {
				if p.Header.Get(name) != want {
					t.Errorf("%s %.60s (%d): %s is %q", method, path, p.Status, name, p.Header.Get(name))
				}
			}
			if !strings.Contains(p.Header.Get("Content-Security-Policy"), "frame-ancestors 'none'") {
				t.Errorf("%s %.60s (%d): %v", method, path, p.Status, p.Header)
			}
		}
	}
}

// What cannot be read is refused in one way at all pages.
func TestFormsThatCannotBeRead(t *testing.T) {
	x := newTerminal(t, localLogin)
	for _, path := range []string{authPath, passPath, rootPath, "/_/signin/leave", "/_/signin/saml"} {
		for rule, c := range map[string]struct {
			body, kind string
			want       int
		}{
			"too large":  {"a=" + strings.Repeat("x", 600<<10), "application/x-www-form-urlencoded", http.StatusRequestEntityTooLarge},
			"malformed":  {"a=%zz", "application/x-www-form-urlencoded", http.StatusBadRequest},
			"JSON":       {"{}", "application/json", http.StatusUnsupportedMediaType},
			"text":       {"a=b", "text/plain", http.StatusUnsupportedMediaType},
			"no kind":    {"a=b", "", http.StatusUnsupportedMediaType},
			"in parts":   {"--x--", "multipart/form-data; boundary=x", http.StatusUnsupportedMediaType},
			"with a NUL": {"\x00=\x00", "application/x-www-form-urlencoded", 0},
		} {
			r := x.browser.Form(path, url.Values{})
			made := httptest.NewRequest(http.MethodPost, ssotest.Origin+path, strings.NewReader(c.body))
			r.Body, r.ContentLength = made.Body, made.ContentLength
			r.Header.Set("Content-Type", c.kind)
			p := x.browser.Do(r)
			if p.Status != c.want && (c.want != 0 || p.Status != http.StatusForbidden && p.Status != http.StatusBadRequest) {
				t.Errorf("%s %s: %d", path, rule, p.Status)
			}
		}
	}
}

// login is a record of an attempt with a password.
type login struct {
	EventSource, EventType, ErrorCode, ErrorMessage, RecipientAccountID string

	UserIdentity        struct{ Type, UserName, ARN, PrincipalID string }
	ResponseElements    struct{ ConsoleLogin string }
	AdditionalEventData struct{ LoginTo, MFAUsed string }
}

// Attempts with a password are told of, those that fail too, and nothing of
// what was typed in the wrong place is.
//
// Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html
func TestSigningInIsInTheTrail(t *testing.T) {
	x := newTerminal(t, localLogin)
	for _, pairs := range [][]string{
		{}, {"password", "wr0ng-secret"}, {"username", "my-secret"}, {"username", "ALICE", "password", "wr0ng-secret"}, {"username", ""}, {"account", "444455556666"}, {"account", "x"},
	} {
		x.browser = x.House.Browser()
		x.signIn(wish(localhost, callback), pairs...)
	}
	alice, root := "arn:aws:iam::111122223333:user/alice", "arn:aws:iam::111122223333:root"
	want := []login{
		{UserIdentity: struct{ Type, UserName, ARN, PrincipalID string }{"IAMUser", "alice", alice, ""}, ResponseElements: struct{ ConsoleLogin string }{"Success"}},
		{ErrorMessage: "Failed authentication", UserIdentity: struct{ Type, UserName, ARN, PrincipalID string }{"IAMUser", "alice", alice, ""}, ResponseElements: struct{ ConsoleLogin string }{"Failure"}},
		{ErrorMessage: "No username found in supplied account", UserIdentity: struct{ Type, UserName, ARN, PrincipalID string }{"IAMUser", "HIDDEN_DUE_TO_SECURITY_REASONS", "", ""}, ResponseElements: struct{ ConsoleLogin string }{"Failure"}},
		{ErrorMessage: "Failed authentication", UserIdentity: struct{ Type, UserName, ARN, PrincipalID string }{"IAMUser", "alice", alice, ""}, ResponseElements: struct{ ConsoleLogin string }{"Failure"}},
		{UserIdentity: struct{ Type, UserName, ARN, PrincipalID string }{"Root", "", root, ""}, ResponseElements: struct{ ConsoleLogin string }{"Success"}},
	}
	events := x.Events("ConsoleLogin")
	if len(events) != len(want) {
		t.Fatalf("%d events: %v", len(events), events)
	}
	for n, text := range events {
		if strings.Contains(text, "secret") || strings.Contains(text, userPass) {
			t.Errorf("%s", text)
		}
		var got login
		x.Must(json.Unmarshal([]byte(text), &got))
		if got.EventSource != "signin.amazonaws.com" || got.EventType != "AwsConsoleSignIn" || got.RecipientAccountID != ssotest.Account || got.AdditionalEventData.MFAUsed != "No" ||
			got.AdditionalEventData.LoginTo != ssotest.Origin+authPath {
			t.Errorf("%d: %s", n, text)
		}
		w := want[n]
		w.EventSource, w.EventType, w.RecipientAccountID, w.AdditionalEventData = got.EventSource, got.EventType, got.RecipientAccountID, got.AdditionalEventData
		w.UserIdentity.PrincipalID = got.UserIdentity.PrincipalID
		if got != w {
			t.Errorf("%d: %s", n, text)
		}
	}
}

// By HTTPS all cookies are of this very host, and go nowhere without HTTPS; what
// a neighbour of the domain has planted under another name is none.
//
// Source: https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#name-the-__host-prefix
func TestCookiesAreOfThisHostAloneByHTTPS(t *testing.T) {
	const byHTTPS = "https://iam.example.com"
	x := furnish(t, ssotest.OpenAt(t, "us-east-1", byHTTPS), localLogin)
	x.browser.Origin = byHTTPS
	q := wish(localhost, callback)
	p := x.browser.Open(authPath + "?" + q.Encode())
	form := p.With("account", ssotest.Account, "username", userName, "password", userPass)
	victim := x.Browser()
	victim.Origin = byHTTPS
	planted := victim.Form(passPath, form)
	for _, c := range x.browser.Cookies() {
		planted.AddCookie(&http.Cookie{Name: strings.TrimPrefix(c.Name, "__Host-"), Value: c.Value})
	}
	if p := victim.Do(planted); p.Status != http.StatusForbidden {
		t.Errorf("a form for a planted cookie: %d %q", p.Status, p.Location)
	}
	seen := 0
	for _, c := range append(p.Cookies, x.browser.Post(passPath, form).Cookies...) {
		seen++
		if !strings.HasPrefix(c.Name, "__Host-") || !c.Secure || !c.HttpOnly || c.Path != "/" || c.Domain != "" || c.SameSite != http.SameSiteLaxMode {
			t.Errorf("%v", c)
		}
	}
	if seen != 3 { // the visit comes and goes, the sign-in comes
		t.Errorf("%d cookies", seen)
	}
}
