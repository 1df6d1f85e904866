package signin_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall/authn/bearer"
	"github.com/rolecall-iam/rolecall/service/signin"
	"github.com/rolecall-iam/rolecall/store/directory"
	"github.com/rolecall-iam/rolecall/test/ssotest"
)

const rootPath, newPass = "/_/signin/root", "Root-Horse-9"

// rootLink makes a link as the administrator's command does.
func (x *terminal) rootLink(token string) string {
	x.T.Helper()
	x.Update(func(tx *directory.Tx) {
		tx.PutRootPasswordLink(&directory.RootPasswordLink{
			Hash: bearer.Hash(token), Account: ssotest.AccountID(), Expires: x.Now.Add(time.Hour), Shown: signin.RootPasswordMark(&tx.Reader, ssotest.AccountID()),
		})
	})
	return rootPath + "?token=" + token
}

// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-password.html
func TestALinkSetsTheRootUsersPasswordOnce(t *testing.T) {
	x := newTerminal(t, localLogin)
	x.Update(func(tx *directory.Tx) { // no password yet
		c := tx.Credentials(ssotest.AccountID(), ssotest.Account).Clone()
		c.Password = nil
		tx.PutCredentials(c)
	})
	path := x.rootLink("one")
	q := wish(localhost, callback)
	if p := x.signIn(q, "username", ""); p.Status != http.StatusUnauthorized {
		t.Fatalf("without a password: %d", p.Status)
	}
	b := x.Browser()
	p := b.Open(path)
	if p = b.Open(path); p.Status != http.StatusOK || !strings.Contains(p.Text, ssotest.Account) {
		t.Fatalf("looked at twice: %d %s", p.Status, p.Text)
	}
	for weak, again := range map[string]string{"Short1!": "Short1!", "onlyletters": "onlyletters", "lower-case-only": "lower-case-only", newPass: "Other-Horse-9", strings.Repeat("aA1!", 33): strings.Repeat("aA1!", 33), "aA1\xff!!!!": "aA1\xff!!!!"} {
		if p := b.Post(rootPath, p.With("password", weak, "again", again)); p.Status != http.StatusBadRequest || strings.Contains(p.Text, weak) {
			t.Errorf("%q: %d %s", weak, p.Status, p.Text)
		}
	}
	form := p.With("password", newPass, "again", newPass)
	if n := atOnce(4, func(int) bool { return b.Post(rootPath, form).Status == http.StatusOK }); n != 1 {
		t.Errorf("%d have set it", n)
	}
	if p := b.Open(path); p.Status != http.StatusNotFound {
		t.Errorf("the link again: %d", p.Status)
	}
	if p := x.signIn(q, "username", "", "password", newPass); p.Status != http.StatusSeeOther {
		t.Errorf("signing in with it: %d %s", p.Status, p.Text)
	}
	all := x.Events("PasswordRecoveryCompleted")
	if len(all) != 1 || !strings.Contains(all[0], `"PasswordRecoveryCompleted":"Success"`) || !strings.Contains(all[0], "AwsConsoleSignIn") || strings.Contains(all[0], newPass) {
		t.Errorf("%v", all)
	}
}

// What began with the password of before ends, and so do the other links.
func TestAnotherRootPasswordEndsWhatCameOfTheOneBefore(t *testing.T) {
	x := newTerminal(t, localLogin)
	first, second := x.rootLink("one"), x.rootLink("two")
	x.allow(wish(localhost, callback), "username", "")
	b := x.Browser()
	p := b.Open(second)
	if p = b.Post(rootPath, p.With("password", newPass, "again", newPass)); p.Status != http.StatusOK {
		t.Fatalf("%d %s", p.Status, p.Text)
	}
	if p := b.Open(first); p.Status != http.StatusNotFound {
		t.Errorf("a link of before: %d", p.Status)
	}
	if p := x.browser.Open(authPath + "?" + wish(localhost, callback).Encode()); strings.Contains(p.Text, `id="allow"`) {
		t.Error("still signed in")
	}
}

// Nobody sets the password without a link that is whole, or by another site's
// form.
func TestRootPasswordsThatAreNotSet(t *testing.T) {
	x := newTerminal(t, localLogin)
	path := x.rootLink("one")
	b := x.Browser()
	whole := b.Open(path).With("password", newPass, "again", newPass)
	for rule, c := range map[string]struct {
		change func(form url.Values, r *http.Request)
		want   int
	}{
		"another token":   {func(f url.Values, _ *http.Request) { f.Set("token", "two") }, http.StatusNotFound},
		"no token":        {func(f url.Values, _ *http.Request) { f.Del("token") }, http.StatusNotFound},
		"no form's token": {func(f url.Values, _ *http.Request) { f.Del("form") }, http.StatusForbidden},
		"another site":    {func(_ url.Values, r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }, http.StatusForbidden},
	} {
		form := url.Values{}
		for name, values := range whole {
			form[name] = values
		}
		c.change(form, b.Form(rootPath, form))
		r := b.Form(rootPath, form)
		c.change(url.Values{}, r)
		if p := b.Do(r); p.Status != c.want {
			t.Errorf("%s: %d", rule, p.Status)
		}
	}
	x.Now = x.Now.Add(time.Hour)
	if p := b.Post(rootPath, whole); p.Status != http.StatusNotFound {
		t.Errorf("too late: %d", p.Status)
	}
	if p := x.signIn(wish(localhost, callback), "username", ""); p.Status != http.StatusSeeOther {
		t.Errorf("the password of before: %d", p.Status)
	}
}
