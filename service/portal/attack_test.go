package portal_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall/authn/bearer"
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

// With a provider the page to sign in on is in the way of the form: what cannot
// be read is refused as everywhere else, and what leads on has the headers of
// all answers.
func TestAFormIsRefusedAlikeWithAndWithoutAProvider(t *testing.T) {
	x := newSAMLHouse(t)
	for _, passwords := range []bool{true, false} {
		x.set(func(s *directory.IdentitySource) { s.Passwords = passwords })
		b := x.Browser()
		whole := b.Open(signInPath+"?password").With("username", ssotest.UserName, "password", ssotest.Password)
		for rule, c := range map[string]struct {
			change func(*http.Request)
			want   int
		}{
			"too large":      {body("form=" + strings.Repeat("x", 70_000)), http.StatusRequestEntityTooLarge},
			"malformed":      {body("form=%zz"), http.StatusBadRequest},
			"JSON":           {func(r *http.Request) { r.Header.Set("Content-Type", "application/json") }, http.StatusUnsupportedMediaType},
			"another site's": {func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }, http.StatusForbidden},
			"large, another site": {func(r *http.Request) {
				body("form=" + strings.Repeat("x", 70_000))(r)
				r.Header.Set("Origin", "null")
				r.Header.Del("Sec-Fetch-Site")
			}, http.StatusForbidden},
		} {
			r := b.Form(signInPath, whole)
			c.change(r)
			if p := b.Do(r); p.Status != c.want || p.Location != "" {
				t.Errorf("%s, passwords %v: %d %q", rule, passwords, p.Status, p.Location)
			}
		}
	}
	for _, p := range []ssotest.Page{x.Browser().Open(signInPath), x.Browser().Post(signInPath, url.Values{})} {
		if p.Status != http.StatusSeeOther || p.Header.Get("Cache-Control") != "no-store" || !strings.Contains(p.Header.Get("Content-Security-Policy"), "frame-ancestors 'none'") {
			t.Errorf("%d %v", p.Status, p.Header)
		}
	}
}

// Whatever is asked, and whatever comes of it: no other site frames it, nothing
// of it is kept, no address of it is told to others.
func TestEveryAnswerIsHeldToTheRules(t *testing.T) {
	x := newSAMLHouse(t)
	for _, path := range append(posts(), "/_/portal/", "/_/portal/none", "/_/portal/%2e%2e/x", "/_/portal/passkey.js", startAt, startAt+"x",
		"/_/portal/external", "/_/portal/external/finish?state=x", "/_/portal/external/confirm?state=x", "/_/portal/saml/metadata", "/_/portal/saml/none/metadata",
		"/_/portal/oidc/"+ssotest.Store+"/callback?state=x&code=y", acs, signInPath+"?next="+strings.Repeat("x", 20_000)) {
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodOptions} {
			p := x.Browser().Do(httptest.NewRequest(method, ssotest.Origin+path, http.NoBody))
			if p.Status >= http.StatusInternalServerError {
				t.Errorf("%s %.60s: %d", method, path, p.Status)
			}
			for name, want := range map[string]string{"X-Frame-Options": "DENY", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "Referrer-Policy": "same-origin"} {
				if p.Header.Get(name) != want {
					t.Errorf("%s %.60s (%d): %s is %q", method, path, p.Status, name, p.Header.Get(name))
				}
			}
			if !strings.Contains(p.Header.Get("Content-Security-Policy"), "frame-ancestors 'none'") {
				t.Errorf("%s %.60s (%d): %v", method, path, p.Status, p.Header)
			}
			if to := p.Location; to != "" && !strings.HasPrefix(to, "/_/portal/") && !strings.HasPrefix(to, "https://idp.example.com/sso?") {
				t.Errorf("%s %.60s leads to %q", method, path, to)
			}
		}
	}
}

// The work is the same for everybody: one hash of a password, which takes 19 MiB,
// whoever it is and whether or not the password is looked at afterwards.
func TestEveryAttemptHashesOnePassword(t *testing.T) {
	h := ssotest.Open(t, "us-east-1")
	h.Update(func(tx *directory.Tx) {
		before, _ := tx.Person(ssotest.Store, ssotest.Person)
		for n, change := range map[string]func(*directory.Person){
			"2": func(p *directory.Person) { p.UserName, p.Password = "new", "" }, "3": func(p *directory.Person) { p.UserName, p.Disabled = "gone", true },
			"4": func(p *directory.Person) { p.UserName = "locked" },
		} {
			p := before.Clone()
			p.ID = "1234567890-00000000-0000-4000-8000-00000000000" + n
			change(p)
			tx.PutPerson(nil, p)
		}
	})
	for range 5 {
		try(h.Browser(), "locked", "wrong")
	}
	for rule, c := range map[string]struct{ name, password string }{
		"nobody's name": {"nobody", ssotest.Password}, "without a password": {"new", ssotest.Password}, "disabled": {"gone", ssotest.Password},
		"locked": {"locked", ssotest.Password}, "a wrong password": {ssotest.UserName, "wrong"}, "no name": {"", "x"}, "no password typed": {ssotest.UserName, ""},
	} {
		b := h.Browser()
		p := b.Open(signInPath)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		p = b.Post(signInPath, p.With("username", c.name, "password", c.password))
		runtime.ReadMemStats(&after)
		if hashes := (after.TotalAlloc - before.TotalAlloc) / (19 << 20); hashes != 1 || p.Status != http.StatusUnauthorized {
			t.Errorf("%s: %d hashes, %d", rule, hashes, p.Status)
		}
	}
}

// A name is locked in whatever letters and spaces it is typed, by however many
// at once: five of many attempts are looked at.
func TestALockHoldsForANameHoweverItIsTyped(t *testing.T) {
	h := ssotest.Open(t, "us-east-1")
	names := []string{ssotest.UserName, strings.ToUpper(ssotest.UserName), " " + ssotest.UserName + "\t", "Jane@Example.com", "jane@example.COM "}
	for _, name := range names {
		try(h.Browser(), name, "wrong")
	}
	if p := try(h.Browser(), ssotest.UserName, ssotest.Password); p.Status != http.StatusUnauthorized {
		t.Errorf("five wrong ones in other letters: %d", p.Status)
	}
	b := h.Browser()
	p := b.Open(signInPath)
	if p = b.Post(signInPath, p.With("directory", ssotest.Store, "username", ssotest.UserName, "password", ssotest.Password)); p.Status != http.StatusUnauthorized {
		t.Errorf("with the directory named: %d", p.Status)
	}
	h.Now = h.Now.Add(16 * time.Minute)
	if in := atOnce(8, func(n int) bool {
		return try(h.Browser(), names[n%len(names)], "wrong").Status != http.StatusUnauthorized
	}); in != 0 {
		t.Errorf("%d are let in", in)
	}
	if p := try(h.Browser(), ssotest.UserName, ssotest.Password); p.Status != http.StatusUnauthorized {
		t.Errorf("after eight wrong ones at once: %d", p.Status)
	}
}

// What may be used once is used once, by whoever comes first.
func TestOfTwoAtOnceOneWins(t *testing.T) {
	h := ssotest.Open(t, "us-east-1")
	b := h.Browser()
	b.SignIn()
	seed := registerApp(b, "Phone")
	h.Now = h.Now.Add(time.Minute)
	code := codeOf(t, seed, h.Now)
	browsers := []*ssotest.Browser{h.Browser(), h.Browser(), h.Browser(), h.Browser()}
	forms := make([]url.Values, len(browsers))
	for n, b := range browsers {
		try(b, ssotest.UserName, ssotest.Password)
		forms[n] = b.Open(mfaPath).With("code", code)
	}
	if in := atOnce(len(browsers), func(n int) bool { return browsers[n].Post(mfaPath, forms[n]).Location == "/_/portal/" }); in != 1 {
		t.Errorf("one code of an app lets in %d", in)
	}
	path := link(h)
	for n, b := range browsers {
		forms[n] = b.Open(path).With("password", "Other-Horse-8", "again", "Other-Horse-8")
	}
	if in := atOnce(len(browsers), func(n int) bool {
		return browsers[n].Post("/_/portal/password", forms[n]).Status == http.StatusSeeOther
	}); in != 1 {
		t.Errorf("one link sets %d passwords", in)
	}
}

// One assertion lets one in, and so does what it leads to.
func TestOneAssertionLetsOneIn(t *testing.T) {
	x := newSAMLHouse(t)
	b := x.Browser()
	r := x.begin(b, "")
	response := x.provider.Answer(t, x.response(r.ID))
	var onward atomic.Value
	if taken := atOnce(4, func(int) bool {
		p := x.deliver(response, r.state)
		if p.Status == http.StatusSeeOther {
			onward.Store(p.Location)
		}
		return p.Status == http.StatusSeeOther
	}); taken != 1 {
		t.Fatalf("%d are taken", taken)
	}
	if in := atOnce(4, func(int) bool { return b.Open(onward.Load().(string)).Status == http.StatusSeeOther }); in != 1 {
		t.Errorf("%d sessions began", in)
	}
}

// A link is for the password of when it was made: once another is set, those
// that were made before are worth nothing.
func TestAnotherPasswordEndsTheLinksOfBefore(t *testing.T) {
	h := ssotest.Open(t, "us-east-1")
	first := link(h)
	h.Update(func(tx *directory.Tx) {
		tx.PutPasswordLink(&directory.PasswordLink{Hash: bearer.Hash("second"), Store: ssotest.Store, Person: ssotest.Person, Expires: h.Now.Add(time.Hour)})
	})
	b := h.Browser()
	p := b.Open("/_/portal/password?token=second")
	if p = b.Post("/_/portal/password", p.With("password", "Other-Horse-8", "again", "Other-Horse-8")); p.Status != http.StatusSeeOther {
		t.Fatalf("%d %s", p.Status, p.Text)
	}
	if p := b.Open(first); p.Status != http.StatusNotFound {
		t.Errorf("the link of before: %d", p.Status)
	}
	all := h.Events("UpdatePassword")
	if len(all) != 1 || !strings.Contains(all[0], `"userId":"`+ssotest.Person+`"`) || strings.Contains(all[0], "Other-Horse-8") || strings.Contains(all[0], "second") {
		t.Errorf("in the trail: %v", all)
	}
}

// A session that begins with a password just as another is set ends with it,
// whichever is written first.
func TestASessionEndsWithThePasswordThatItBeganWith(t *testing.T) {
	h := ssotest.Open(t, "us-east-1")
	b := h.Browser()
	b.SignIn()
	var sessions []directory.SSOSession
	var tokens []directory.SSOToken
	view, err := h.Directory.View(t.Context())
	h.Must(err)
	view.SSOSessionsOf(ssotest.Store, ssotest.Person, func(s *directory.SSOSession) bool { sessions = append(sessions, *s); return true })
	for _, c := range b.Cookies() {
		if token, ok := view.SSOToken(bearer.Hash(c.Value)); ok {
			tokens = append(tokens, *token)
		}
	}
	view.Close()
	other := h.Browser()
	p := other.Open(link(h))
	other.Post("/_/portal/password", p.With("password", "Other-Horse-8", "again", "Other-Horse-8"))
	h.Update(func(tx *directory.Tx) {
		for _, s := range sessions {
			tx.PutSSOSession(&s)
		}
		for _, token := range tokens {
			tx.PutSSOToken(&token)
		}
	})
	if len(tokens) != 1 || isIn(b) {
		t.Errorf("%d sessions, and still signed in: %v", len(tokens), isIn(b))
	}
}

// Who was disabled and is let in again signs in again.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/disableuser.html
func TestSessionsOfWhoWasDisabledDoNotComeBack(t *testing.T) {
	h := ssotest.Open(t, "us-east-1")
	b := h.Browser()
	b.SignIn()
	for _, disabled := range []bool{true, false} {
		h.Update(func(tx *directory.Tx) {
			before, _ := tx.Person(ssotest.Store, ssotest.Person)
			p := before.Clone()
			p.Disabled = disabled
			tx.PutPerson(before, p)
		})
		if isIn(b) {
			t.Errorf("disabled %v: signed in", disabled)
		}
	}
	if b.SignIn(); !isIn(b) {
		t.Error("not let in again")
	}
}

// Nobody guesses the code of somebody else's program, to have it act as oneself.
//
// Source: https://www.rfc-editor.org/rfc/rfc8628#section-5.1
func TestCodesOfProgramsCannotBeGuessed(t *testing.T) {
	h := ssotest.Open(t, "us-east-1")
	const code, path = "BCDF-GHJK", "/_/portal/device"
	h.Update(func(tx *directory.Tx) {
		tx.PutSSODevice(&directory.SSODevice{Hash: "h", UserCode: code, Store: ssotest.Store, Name: "c", State: directory.DevicePending, Created: h.Now, Expires: h.Now.Add(time.Hour)})
	})
	b := h.Browser()
	b.SignIn()
	form := b.Open("/_/portal/").With("user_code", "BCDF-GHJL", "decision", "allow")
	for n := range 10 {
		if p := b.Open(path + "?user_code=" + code); p.Status != http.StatusOK {
			t.Fatalf("after %d wrong ones: %d", n, p.Status)
		}
		if n%2 == 0 {
			b.Post(path, form)
		} else {
			b.Open(path + "?user_code=BCDF-GHJL")
		}
	}
	if p := b.Open(path + "?user_code=" + code); p.Status != http.StatusNotFound {
		t.Errorf("after ten wrong ones: %d", p.Status)
	}
	form.Set("user_code", code)
	if p := b.Post(path, form); p.Status != http.StatusNotFound {
		t.Errorf("allowed after ten wrong ones: %d", p.Status)
	}
	h.Now = h.Now.Add(15 * time.Minute)
	if p := b.Post(path, form); p.Status != http.StatusOK {
		t.Errorf("fifteen minutes later: %d", p.Status)
	}
}

// The provider may be replaced while an answer of the one before is verified:
// what is written is looked at once more.
func TestAnAnswerOfAProviderThatWasJustReplaced(t *testing.T) {
	x := newSAMLHouse(t)
	for rule, change := range map[string]func(){
		"replaced": func() { x.set(func(s *directory.IdentitySource) { s.Changed = x.Now.Add(time.Second) }) },
		"removed":  func() { x.Update(func(tx *directory.Tx) { tx.DeleteIdentitySource(ssotest.Store) }) },
	} {
		x.set(func(*directory.IdentitySource) {})
		b := x.Browser()
		r := x.begin(b, "")
		answer := x.provider.Answer(t, x.response(r.ID))
		x.Asked = func() { x.Asked = nil; change() }
		p := x.deliver(answer, r.state)
		if x.Asked = nil; p.Status != http.StatusForbidden || p.Location != "" {
			t.Errorf("%s: %d %q", rule, p.Status, p.Location)
		}
	}
}

// Where a provider is set while somebody signs in with a password, that leads
// nowhere any more: neither the password just typed nor the second factor after
// it.
func TestAPasswordLeadsNowhereOnceAProviderIsSet(t *testing.T) {
	x := newSAMLHouse(t)
	x.Update(func(tx *directory.Tx) { tx.DeleteIdentitySource(ssotest.Store) })
	b := x.Browser()
	b.SignIn()
	seed := registerApp(b, "Phone")
	x.Now = x.Now.Add(time.Minute)
	b = x.Browser()
	try(b, ssotest.UserName, ssotest.Password)
	factor := b.Open(mfaPath).With("code", codeOf(t, seed, x.Now))
	x.set(func(*directory.IdentitySource) {})
	if p := b.Post(mfaPath, factor); p.Location == "/_/portal/" || isIn(b) {
		t.Errorf("the second factor: %d %q", p.Status, p.Location)
	}
	x.Update(func(tx *directory.Tx) { tx.DeleteIdentitySource(ssotest.Store) })
	b = x.Browser()
	form := b.Open(signInPath).With("username", ssotest.UserName, "password", ssotest.Password)
	x.Asked = func() { x.Asked = nil; x.set(func(*directory.IdentitySource) {}) }
	if p := b.Post(signInPath, form); p.Status != http.StatusUnauthorized {
		t.Errorf("the password: %d %q", p.Status, p.Location)
	}
}

// The wish of a client with the longest registration is not lost on the way
// through signing in.
func TestALongWishSurvivesSigningIn(t *testing.T) {
	h := ssotest.Open(t, "us-east-1")
	redirects := []string{}
	for n := range 8 {
		redirects = append(redirects, "http://127.0.0.1/"+strings.Repeat(string(rune('a'+n)), 450))
	}
	a := h.Call("/client/register", map[string]any{"clientName": "c", "clientType": "public", "grantTypes": []string{"authorization_code"}, "redirectUris": redirects})
	wish := url.Values{"client_id": {a.Text("clientId")}, "redirect_uri": {redirects[0]}, "response_type": {"code"}, "state": {strings.Repeat("%", 1024)},
		"code_challenge_method": {"S256"}, "code_challenge": {"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"}}
	b := h.Browser()
	p := b.Open("/_/portal/authorize?" + wish.Encode())
	p = b.Open(p.Location)
	p = b.Post(signInPath, p.With("username", ssotest.UserName, "password", ssotest.Password))
	if p = b.Open(p.Location); p.Status != http.StatusOK || !strings.Contains(p.Text, "Allow c to access your accounts?") {
		t.Errorf("%d %.200s", p.Status, p.Text)
	}
}

// The same of an issuer, which is asked in between.
func TestATokenOfAnIssuerThatWasJustReplaced(t *testing.T) {
	x := newOIDCHouse(t)
	b := x.Browser()
	q := x.begin(b)
	x.issuer.Answer("/token", func(w http.ResponseWriter, _ *http.Request) {
		x.Update(func(tx *directory.Tx) {
			before, _ := tx.IdentitySource(ssotest.Store)
			s := *before
			s.Changed = s.Changed.Add(time.Second)
			tx.PutIdentitySource(&s)
		})
		token, err := x.issuer.Token(x.claims)
		x.Must(err)
		_, _ = io.WriteString(w, `{"access_token":"a","token_type":"Bearer","id_token":"`+token+`"}`)
	})
	if p := x.back(b, q.Get("state")); p.Status != http.StatusForbidden || isIn(b) {
		t.Errorf("%d %q", p.Status, p.Location)
	}
}
