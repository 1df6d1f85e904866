package portal_test

import (
	"bytes"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall/authn/mfa"
	"github.com/rolecall-iam/rolecall/store/directory"
	"github.com/rolecall-iam/rolecall/test/ssotest"
)

const (
	devicesPath = "/_/portal/devices"
	mfaPath     = "/_/portal/mfa"
)

// policy sets the instance's.
func policy(h *ssotest.House, prompt, missing string) {
	h.Update(func(tx *directory.Tx) {
		before, _ := tx.Instance(ssotest.Instance())
		i := *before
		i.MFA = directory.MFAPolicy{Prompt: prompt, Missing: missing}
		tx.PutInstance(&i)
	})
}

var seedText = regexp.MustCompile(`id="seed"[^>]*>([A-Z2-7 ]+)<`)

// seedOn reads the secret key that a page shows.
func seedOn(t *testing.T, p ssotest.Page) string {
	t.Helper()
	m := seedText.FindStringSubmatch(p.Text)
	if m == nil {
		t.Fatalf("no secret key: %d %s", p.Status, p.Text)
	}
	return strings.ReplaceAll(m[1], " ", "")
}

func codeOf(t *testing.T, seed string, now time.Time) string {
	t.Helper()
	code, err := mfa.Code(seed, mfa.StepAt(now))
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// registerApp registers an authenticator app for somebody signed in.
func registerApp(b *ssotest.Browser, name string) (seed string) {
	h := b.House
	h.T.Helper()
	p := b.Open(devicesPath + "/add")
	if p = b.Post(devicesPath+"/add", p.With("kind", "app", "name", name, "password", ssotest.Password)); p.Location != devicesPath+"/app" {
		h.T.Fatalf("add: %d %s", p.Status, p.Text)
	}
	p = b.Open(p.Location)
	t, _ := h.T.(*testing.T)
	seed = seedOn(t, p)
	if p = b.Post(devicesPath+"/app", p.With("code", codeOf(t, seed, h.Now))); p.Location != devicesPath+"?done=added" {
		h.T.Fatalf("confirm: %d %s", p.Status, p.Text)
	}
	return seed
}

// signInWith shows the password and then a code.
func signInWith(b *ssotest.Browser, code string, more ...string) ssotest.Page {
	b.House.T.Helper()
	if p := try(b, ssotest.UserName, ssotest.Password); p.Location != mfaPath {
		b.House.T.Fatalf("the password: %d %q", p.Status, p.Location)
	}
	p := b.Open(mfaPath)
	return b.Post(mfaPath, p.With(append([]string{"code", code}, more...)...))
}

// An app is registered with one code, which is used then, and its codes are
// asked for from then on, each good once.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/how-to-register-device.html
func TestAnAuthenticatorAppIsRegisteredAndAskedFor(t *testing.T) {
	h := ssotest.Open(t, "us-east-1")
	b := h.Browser()
	b.SignIn()
	if p := b.Open("/_/portal/"); !strings.Contains(p.Text, "Register an MFA device") {
		t.Error("no hint that there is no device")
	}
	seed := registerApp(b, "My phone")
	p := b.Open(devicesPath + "?done=added")
	for _, want := range []string{"My phone", "Authenticator app", "registered 2026-03-01", "The device is registered."} {
		if !strings.Contains(p.Text, want) {
			t.Errorf("no %q on %s", want, p.Text)
		}
	}
	other := h.Browser()
	if p := signInWith(other, codeOf(t, seed, h.Now)); p.Status != http.StatusUnauthorized {
		t.Errorf("the code that the app was registered with: %d", p.Status)
	}
	if p := other.Open("/_/portal/"); p.Status != http.StatusSeeOther {
		t.Errorf("signed in by the password alone: %d", p.Status)
	}
	h.Now = h.Now.Add(time.Minute)
	for what, code := range map[string]string{"no code": "", "a wrong code": "000000", "too long a code": strings.Repeat("1", 17), "letters": "abcdef"} {
		if p := signInWith(other, code); p.Status != http.StatusUnauthorized && p.Status != http.StatusBadRequest || !strings.Contains(p.Text, "did not match") {
			t.Errorf("%s: %d", what, p.Status)
		}
	}
	code := codeOf(t, seed, h.Now)
	if p := signInWith(other, code); p.Location != "/_/portal/" {
		t.Fatalf("the next code: %d %s", p.Status, p.Text)
	}
	if p := other.Open("/_/portal/"); p.Status != http.StatusOK || strings.Contains(p.Text, "Register an MFA device") {
		t.Errorf("not signed in: %d", p.Status)
	}
	if p := signInWith(h.Browser(), code); p.Status != http.StatusUnauthorized {
		t.Errorf("the same code again: %d", p.Status)
	}
}

func TestTheSecretKeyIsSealedAndNowhereElse(t *testing.T) {
	h := ssotest.Open(t, "us-east-1")
	b := h.Browser()
	b.SignIn()
	p := b.Open(devicesPath + "/add")
	p = b.Post(devicesPath+"/add", p.With("kind", "app", "name", "Phone", "password", ssotest.Password))
	p = b.Open(p.Location)
	seed := seedOn(t, p)
	if !strings.Contains(p.Text, "<svg") || strings.Contains(p.Text, " style=") || strings.Contains(p.Text, "data:") || strings.Contains(p.Text, "<img") {
		t.Error("the picture is no part of the page")
	}
	if again := seedOn(t, b.Open(devicesPath+"/app")); again != seed {
		t.Error("opening the page again makes another key")
	}
	p = b.Post(devicesPath+"/app", p.With("code", codeOf(t, seed, h.Now)))
	if p.Status != http.StatusSeeOther {
		t.Fatalf("%d %s", p.Status, p.Text)
	}
	if strings.Contains(b.Open(devicesPath).Text, seed[:4]) || b.Open(devicesPath+"/app").Status != http.StatusNotFound {
		t.Error("the key is shown again")
	}
	h.Update(func(tx *directory.Tx) {
		p, _ := tx.Person(ssotest.Store, ssotest.Person)
		text := fmt.Sprintf("%+v", p)
		if len(p.Devices) != 1 || strings.Contains(text, seed) || bytes.Contains(p.Devices[0].Sealed, []byte(seed)) {
			t.Errorf("%s", text)
		}
	})
	for _, name := range []string{"CompleteVirtualMfaDeviceRegistration", "CredentialVerification"} {
		for _, e := range h.Events(name) {
			if strings.Contains(e, seed) || strings.Contains(e, ssotest.Password) {
				t.Errorf("%s", e)
			}
		}
	}
}

func TestFiveWrongCodesLockAndThePasswordDoesNotUnlock(t *testing.T) {
	h := ssotest.Open(t, "us-east-1")
	b := h.Browser()
	b.SignIn()
	seed := registerApp(b, "Phone")
	h.Now = h.Now.Add(time.Minute)
	thief := h.Browser()
	for range 5 {
		if p := signInWith(thief, "000000"); p.Status != http.StatusUnauthorized {
			t.Fatalf("%d", p.Status)
		}
	}
	right := signInWith(h.Browser(), codeOf(t, seed, h.Now))
	wrong := signInWith(h.Browser(), "000000")
	text := func(p ssotest.Page) string { return strings.ReplaceAll(p.Text, p.Hidden().Get("form"), "") }
	if right.Status != http.StatusUnauthorized || text(right) != text(wrong) {
		t.Errorf("a right code while locked: %d", right.Status)
	}
	h.Now = h.Now.Add(15 * time.Minute)
	if p := signInWith(h.Browser(), codeOf(t, seed, h.Now)); p.Location != "/_/portal/" {
		t.Errorf("fifteen minutes later: %d", p.Status)
	}
}

// Who does not know the password learns nothing of devices.
func TestARefusalReadsTheSameWithAndWithoutADevice(t *testing.T) {
	h := ssotest.Open(t, "us-east-1")
	text := func(b *ssotest.Browser, name string) string {
		p := try(b, name, "wrong")
		return fmt.Sprint(p.Status, p.Header, strings.ReplaceAll(p.Text, p.Hidden().Get("form"), ""))
	}
	b := h.Browser()
	b.SignIn()
	without := text(h.Browser(), ssotest.UserName)
	registerApp(b, "Phone")
	if with, nobody := text(h.Browser(), ssotest.UserName), text(h.Browser(), "nobody"); with != without || nobody != without {
		t.Errorf("without %s\nwith %s\nnobody %s", without, with, nobody)
	}
}

func TestASignInThatWaits(t *testing.T) {
	h := ssotest.Open(t, "us-east-1")
	b := h.Browser()
	b.SignIn()
	seed := registerApp(b, "Phone")
	begin := func() (*ssotest.Browser, ssotest.Page) {
		h.Now = h.Now.Add(time.Minute)
		b := h.Browser()
		try(b, ssotest.UserName, ssotest.Password)
		return b, b.Open(mfaPath)
	}
	waits, p := begin()
	stranger := h.Browser()
	if q := stranger.Post(mfaPath, p.With("code", codeOf(t, seed, h.Now))); q.Location != signInPath+"?done=expired" {
		t.Errorf("in another browser: %d %q", q.Status, q.Location)
	}
	if q := waits.Post(mfaPath, p.With("form", "x", "code", codeOf(t, seed, h.Now))); q.Status != http.StatusForbidden {
		t.Errorf("with another form: %d", q.Status)
	}
	if q := waits.Open(devicesPath + "/add"); q.Location != mfaPath {
		t.Errorf("a new device in place of the old one: %d %q", q.Status, q.Location)
	}
	if q := waits.Post(devicesPath+"/add", p.With("kind", "app", "name", "x")); q.Location != mfaPath {
		t.Errorf("a new device in place of the old one, posted: %d %q", q.Status, q.Location)
	}
	for _, path := range []string{"/_/portal/", devicesPath, "/_/portal/device", devicesPath + "/remove?id=x"} {
		if q := waits.Open(path); q.Status != http.StatusSeeOther || !strings.HasPrefix(q.Location, signInPath) {
			t.Errorf("%s: %d %q", path, q.Status, q.Location)
		}
	}
	h.Now = h.Now.Add(11 * time.Minute)
	if q := waits.Post(mfaPath, p.With("code", codeOf(t, seed, h.Now))); q.Location != signInPath+"?done=expired" {
		t.Errorf("too late: %d %q", q.Status, q.Location)
	}
	waits, p = begin()
	h.Update(func(tx *directory.Tx) {
		before, _ := tx.Person(ssotest.Store, ssotest.Person)
		who := before.Clone()
		who.Password += "x"
		tx.PutPerson(before, who)
	})
	if q := waits.Post(mfaPath, p.With("code", codeOf(t, seed, h.Now))); q.Location != signInPath+"?done=expired" {
		t.Errorf("with another password meanwhile: %d %q", q.Status, q.Location)
	}
}

// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/how-to-configure-mfa-device-enforcement.html
func TestWhoHasNoDevice(t *testing.T) {
	h := ssotest.Open(t, "us-east-1")
	policy(h, directory.MFAAlways, directory.MFABlock)
	if p := try(h.Browser(), ssotest.UserName, ssotest.Password); p.Status != http.StatusForbidden || !strings.Contains(p.Text, "You need an MFA device") {
		t.Errorf("refused: %d %s", p.Status, p.Text)
	}
	if p := try(h.Browser(), ssotest.UserName, "wrong"); p.Status != http.StatusUnauthorized || strings.Contains(p.Text, "MFA") {
		t.Errorf("refused, with a wrong password: %d", p.Status)
	}
	policy(h, directory.MFAAlways, directory.MFAEnroll)
	b := h.Browser()
	p := b.Open(signInPath + "?next=" + devicesPath)
	if p = b.Post(signInPath, p.With("username", ssotest.UserName, "password", ssotest.Password)); p.Location != devicesPath+"/add" {
		t.Fatalf("must register: %d %q", p.Status, p.Location)
	}
	if p := b.Open("/_/portal/"); p.Status != http.StatusSeeOther {
		t.Errorf("signed in before: %d", p.Status)
	}
	p = b.Open(devicesPath + "/add")
	p = b.Post(devicesPath+"/add", p.With("kind", "app", "name", "Phone"))
	p = b.Open(p.Location)
	seed := seedOn(t, p)
	if p := b.Post(devicesPath+"/app", p.With("code", "000000")); p.Status != http.StatusBadRequest || seedOn(t, p) != seed {
		t.Errorf("a wrong code: %d", p.Status)
	}
	if p = b.Post(devicesPath+"/app", p.With("code", codeOf(t, seed, h.Now))); p.Location != devicesPath {
		t.Fatalf("registered: %d %q %s", p.Status, p.Location, p.Text)
	}
	if p := b.Open(devicesPath); p.Status != http.StatusOK || !strings.Contains(p.Text, "Phone") {
		t.Errorf("then one is signed in: %d", p.Status)
	}
	policy(h, directory.MFANever, directory.MFABlock)
	if p := try(h.Browser(), ssotest.UserName, ssotest.Password); p.Location != "/_/portal/" {
		t.Errorf("never: %d %q", p.Status, p.Location)
	}
}

// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/mfa-getting-started.html (context-aware)
func TestATrustedBrowserIsAskedAgainWhereSomethingChanged(t *testing.T) {
	h := ssotest.Open(t, "us-east-1")
	policy(h, directory.MFAContext, directory.MFAAllow)
	b := h.Browser()
	b.SignIn()
	seed := registerApp(b, "Phone")
	trusted := func() *ssotest.Browser {
		h.Now = h.Now.Add(time.Minute)
		b := h.Browser()
		if p := signInWith(b, codeOf(t, seed, h.Now), "trust", "yes"); p.Location != "/_/portal/" {
			t.Fatalf("%d %s", p.Status, p.Text)
		}
		b.Post("/_/portal/signout", b.Open("/_/portal/").With())
		return b
	}
	known := trusted()
	if p := try(known, ssotest.UserName, ssotest.Password); p.Location != "/_/portal/" {
		t.Errorf("a trusted browser: %q", p.Location)
	}
	if p := try(h.Browser(), ssotest.UserName, ssotest.Password); p.Location != mfaPath {
		t.Errorf("another browser: %q", p.Location)
	}
	from := func(b *ssotest.Browser, address, agent string) string {
		b.Post("/_/portal/signout", b.Open("/_/portal/").With())
		p := b.Open(signInPath)
		r := b.Form(signInPath, p.With("username", ssotest.UserName, "password", ssotest.Password))
		r.RemoteAddr = address
		r.Header.Set("User-Agent", agent)
		return b.Do(r).Location
	}
	if got := from(known, "192.0.2.77:1", ""); got != "/_/portal/" {
		t.Errorf("the same network: %q", got)
	}
	if got := from(known, "198.51.100.7:1", ""); got != mfaPath {
		t.Errorf("another network: %q", got)
	}
	if got := from(known, "192.0.2.1:1", "another"); got != mfaPath {
		t.Errorf("another program: %q", got)
	}
	policy(h, directory.MFAAlways, directory.MFAAllow)
	if p := try(known, ssotest.UserName, ssotest.Password); p.Location != mfaPath {
		t.Errorf("always: %q", p.Location)
	}
	policy(h, directory.MFAContext, directory.MFAAllow)
	h.Now = h.Now.Add(30*24*time.Hour + time.Minute)
	if p := try(known, ssotest.UserName, ssotest.Password); p.Location != mfaPath {
		t.Errorf("after thirty days: %q", p.Location)
	}
}
