package portal_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall/store/directory"
	"github.com/rolecall-iam/rolecall/test/ssotest"
)

const (
	provePath  = devicesPath + "/confirm"
	renamePath = devicesPath + "/rename"
	removePath = devicesPath + "/remove"
)

// devicesOf are the person's devices, as they are stored.
func devicesOf(h *ssotest.House) []directory.PersonDevice {
	h.T.Helper()
	view, err := h.Directory.View(h.T.Context())
	h.Must(err)
	defer view.Close()
	p, _ := view.Person(ssotest.Store, ssotest.Person)
	return p.Devices
}

// owner is somebody signed in who has registered an app.
func owner(t *testing.T) (h *ssotest.House, b *ssotest.Browser, seed, id string) {
	t.Helper()
	h = ssotest.Open(t, "us-east-1")
	b = localBrowser(h)
	b.SignIn()
	seed = registerApp(b, "My phone")
	return h, b, seed, devicesOf(h)[0].ID
}

// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/how-to-manage-device.html (rename)
func TestADeviceIsRenamed(t *testing.T) {
	h, b, _, id := owner(t)
	p := b.Open(renamePath + "?id=" + id)
	if !strings.Contains(p.Text, `value="My phone"`) || !strings.Contains(b.Open(devicesPath).Text, `href="/_/portal/devices/rename?id=`+id+`" aria-label="Rename My phone"`) {
		t.Errorf("%d %s", p.Status, p.Text)
	}
	for what, name := range map[string]string{"none": " ", "a long one": strings.Repeat("x", 65), "with a NUL": "a\x00", "no text": "\xff", "two lines": "a\nb"} {
		if p := b.Post(renamePath, p.With("name", name)); p.Status != http.StatusBadRequest || !strings.Contains(p.Text, "up to 64 characters") {
			t.Errorf("%s: %d", what, p.Status)
		}
	}
	for what, id := range map[string]string{"of nobody": "mfa-0", "none": "", "long": strings.Repeat("m", 9000)} {
		if p := b.Post(renamePath, p.With("id", id, "name", "x")); p.Status != http.StatusNotFound {
			t.Errorf("a device, %s: %d", what, p.Status)
		}
		if p := b.Open(renamePath + "?id=" + id); p.Status != http.StatusNotFound {
			t.Errorf("the page of a device, %s: %d", what, p.Status)
		}
	}
	before := devicesOf(h)[0]
	if p := b.Post(renamePath, p.With("name", " <b>Phone</b> ")); p.Location != devicesPath+"?done=renamed" {
		t.Fatalf("%d %s", p.Status, p.Text)
	}
	if text := b.Open(devicesPath + "?done=renamed").Text; !strings.Contains(text, "<strong>&lt;b&gt;Phone&lt;/b&gt;</strong>") || !strings.Contains(text, "The device is renamed.") {
		t.Errorf("%s", text)
	}
	after := devicesOf(h)[0]
	if before.Name, after.Name = "", ""; len(devicesOf(h)) != 1 || string(before.Sealed) != string(after.Sealed) || before.ID != after.ID || before.Used != after.Used {
		t.Errorf("more than the name has changed: %+v %+v", before, after)
	}
	told := eventsOf(h, "UpdateMfaDeviceForUser")
	if len(told) != 1 || told[0].EventSource != "sso-directory.amazonaws.com" || told[0].RequestParameters["mfaDeviceId"] != id || told[0].UserIdentity.OnBehalfOf.UserID != ssotest.Person {
		t.Errorf("%+v", told)
	}
	stranger := h.Browser()
	if q := stranger.Post(renamePath, p.With("name", "mine")); !strings.HasPrefix(q.Location, signInPath) {
		t.Errorf("of a stranger: %d", q.Status)
	}
	if q := b.Post(renamePath, url.Values{"id": {id}, "name": {"mine"}}); q.Status != http.StatusForbidden {
		t.Errorf("without the form's token: %d", q.Status)
	}
}

// Whoever sits down at a browser that was left open, or that is trusted, and
// knows the password, neither removes a device nor adds one of his own.
func TestDevicesComeAndGoOnlyAfterASecondFactorShownJustNow(t *testing.T) {
	h, b, seed, id := owner(t)
	add := b.Open(devicesPath+"/add").With("kind", "app", "name", "Mine", "password", ssotest.Password)
	gone := b.Open(removePath+"?id="+id).With("password", ssotest.Password)
	h.Now = h.Now.Add(15 * time.Minute)
	if p := b.Open(removePath + "?id=" + id); p.Location != provePath+"?next="+url.QueryEscape(removePath+"?id="+id) {
		t.Errorf("to remove: %d %q", p.Status, p.Location)
	}
	if p := b.Open(devicesPath + "/add"); !strings.HasPrefix(p.Location, provePath) {
		t.Errorf("to add: %d %q", p.Status, p.Location)
	}
	if p := b.Post(devicesPath+"/add", add); !strings.HasPrefix(p.Location, provePath) {
		t.Errorf("added: %d %q", p.Status, p.Location)
	}
	if p := b.Post(removePath, gone); p.Location != devicesPath || len(devicesOf(h)) != 1 {
		t.Errorf("removed: %d %q", p.Status, p.Location)
	}
	p := b.Open(provePath + "?next=" + url.QueryEscape(removePath+"?id="+id))
	for what, code := range map[string]string{"none": "", "wrong": "000000", "too long": strings.Repeat("1", 17)} {
		if p := b.Post(provePath, p.With("code", code)); p.Location != "" || !strings.Contains(p.Text, "did not match") || !strings.Contains(p.Text, `role="alert"`) {
			t.Errorf("%s: %d %q", what, p.Status, p.Location)
		}
	}
	code := codeOf(t, seed, h.Now)
	if p := b.Post(provePath, p.With("code", code[:3]+" "+code[3:])); p.Location != removePath+"?id="+id {
		t.Fatalf("%d %s", p.Status, p.Text)
	}
	if p := signInWith(h.Browser(), code); p.Status != http.StatusUnauthorized {
		t.Errorf("the same code signs in: %d", p.Status)
	}
	credential := eventsOf(h, "UserAuthentication")[0].UserIdentity.CredentialID
	told := eventsOf(h, "CredentialVerification")[1:3]
	for n, how := range []string{"Failure", "Success"} {
		if e := told[n]; e.ServiceEventDetails["CredentialVerification"] != how || e.AdditionalEventData.CredentialType != "TOTP" || e.UserIdentity.CredentialID != credential {
			t.Errorf("%+v", e)
		}
	}
	p = b.Open(removePath + "?id=" + id)
	if p := b.Post(removePath, p.With("password", ssotest.Password)); p.Location != devicesPath+"?done=removed" || len(devicesOf(h)) != 0 {
		t.Errorf("proven: %d %q", p.Status, p.Location)
	}
	if told := eventsOf(h, "DeleteMfaDeviceForUser"); len(told) != 1 || told[0].RequestParameters["mfaDeviceId"] != id {
		t.Errorf("%+v", told)
	}
	if p := b.Open(provePath + "?next=" + url.QueryEscape(devicesPath)); p.Location != devicesPath {
		t.Errorf("nothing is left to prove: %d %q", p.Status, p.Location)
	}
}

func TestAPasskeyProvesAsWell(t *testing.T) {
	h := ssotest.Open(t, "us-east-1")
	b := localBrowser(h)
	b.SignIn()
	key := registerPasskey(t, b, "Key")
	h.Now = h.Now.Add(time.Hour)
	for _, next := range []string{"https://evil.example/", "//evil.example", "/_/portal/../x", "javascript:alert(1)"} {
		p := b.Open(provePath + "?next=" + url.QueryEscape(next))
		if p := b.Post(provePath, p.With("credential", key.Get(optionsOn(t, p)), "next", next)); p.Location != "/_/portal/" {
			t.Errorf("%s leads to %q", next, p.Location)
		}
		h.Now = h.Now.Add(time.Hour)
	}
	p := b.Open(provePath)
	answer := p.With("credential", key.Get(optionsOn(t, p)))
	if in := atOnce(4, func(int) bool { return b.Post(provePath, answer).Status == http.StatusSeeOther }); in != 1 {
		t.Errorf("one signature proves %d times", in)
	}
}

func TestWrongCodesCountWhereverTheyAreTyped(t *testing.T) {
	h, b, seed, _ := owner(t)
	h.Now = h.Now.Add(time.Hour)
	p := b.Open(provePath)
	for range 5 {
		b.Post(provePath, p.With("code", "000000"))
	}
	if p := b.Post(provePath, p.With("code", codeOf(t, seed, h.Now))); p.Status != http.StatusUnauthorized {
		t.Errorf("after five wrong ones: %d", p.Status)
	}
	if p := signInWith(h.Browser(), codeOf(t, seed, h.Now)); p.Status != http.StatusUnauthorized {
		t.Errorf("signing in after five wrong ones: %d", p.Status)
	}
}

// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/how-to-configure-mfa-device-enforcement.html
// (what becomes of those without a device)
func TestTheLastDeviceStaysWhereOneIsNeeded(t *testing.T) {
	h, b, _, _ := owner(t)
	for rule, c := range map[string]struct {
		prompt, missing string
		later           time.Duration // than the second factor was shown
		stays           bool
	}{
		"whoever has none gets in":               {directory.MFAAlways, directory.MFAAllow, 0, false},
		"whoever has none registers one":         {directory.MFAAlways, directory.MFAEnroll, 0, true},
		"whoever has none stays out":             {directory.MFAContext, directory.MFABlock, 0, true},
		"nobody is asked for one":                {directory.MFANever, directory.MFABlock, 0, false},
		"nobody is asked for one, an hour later": {directory.MFANever, directory.MFAEnroll, time.Hour, false},
	} {
		policy(h, c.prompt, c.missing)
		h.Now = h.Now.Add(c.later)
		id := devicesOf(h)[0].ID
		p := b.Open(removePath + "?id=" + id)
		if strings.Contains(p.Text, `id="needed"`) != c.stays || strings.Contains(p.Text, `type="password"`) == c.stays {
			t.Errorf("%s, the page: %d %s", rule, p.Status, p.Text)
		}
		form := b.Open("/_/portal/").With("id", id, "password", ssotest.Password)
		p = b.Post(removePath, form)
		if stays := p.Status == http.StatusConflict && strings.Contains(p.Text, "Register another"); stays != c.stays || (len(devicesOf(h)) == 1) != c.stays {
			t.Errorf("%s: %d %d devices", rule, p.Status, len(devicesOf(h)))
		}
		registerApp(b, "Another")
		if !c.stays {
			continue
		}
		if p := b.Post(removePath, form); p.Location != devicesPath+"?done=removed" {
			t.Errorf("%s, with another: %d", rule, p.Status)
		}
	}
}

// Two are removed at once, each as if the other stayed: one stays.
func TestOfTwoRemovedAtOnceOneStaysWhereOneIsNeeded(t *testing.T) {
	h, b, _, _ := owner(t)
	registerApp(b, "Another")
	policy(h, directory.MFAAlways, directory.MFAEnroll)
	var forms []url.Values
	for _, m := range regexp.MustCompile(`remove\?id=(mfa-[0-9a-f]{32})`).FindAllStringSubmatch(b.Open(devicesPath).Text, -1) {
		forms = append(forms, b.Open(removePath+"?id="+m[1]).With("password", ssotest.Password))
	}
	if gone := atOnce(len(forms), func(n int) bool { return b.Post(removePath, forms[n]).Status == http.StatusSeeOther }); gone != 1 || len(devicesOf(h)) != 1 {
		t.Errorf("%d of %d are removed, %d are left", gone, len(forms), len(devicesOf(h)))
	}
}

// Whose sign-in is the provider's has no password to register a device with.
func TestWhoHasNoPasswordIsToldWhereDevicesBelong(t *testing.T) {
	h := ssotest.Open(t, "us-east-1")
	b := h.Browser()
	b.SignIn()
	if p := b.Open(devicesPath); !strings.Contains(p.Text, `id="add"`) || strings.Contains(p.Text, `id="elsewhere"`) {
		t.Errorf("%s", p.Text)
	}
	x := newSAMLHouse(t)
	x.Update(func(tx *directory.Tx) {
		before, _ := tx.Person(ssotest.Store, ssotest.Person)
		p := before.Clone()
		p.Password = ""
		tx.PutPerson(before, p)
	})
	b = x.Browser()
	r := x.begin(b, "")
	b.Open(x.deliver(x.provider.Answer(t, x.response(r.ID)), r.state).Location)
	if p := b.Open(devicesPath); p.Status != http.StatusOK || strings.Contains(p.Text, `id="add"`) || !strings.Contains(p.Text, `id="elsewhere"`) {
		t.Errorf("%d %s", p.Status, p.Text)
	}
}

// One code is good once, for whatever it is typed at the same time.
func TestOneCodeProvesOrSignsInOnce(t *testing.T) {
	h, b, seed, _ := owner(t)
	h.Now = h.Now.Add(time.Hour)
	code := codeOf(t, seed, h.Now)
	browsers := []*ssotest.Browser{b, b, h.Browser(), h.Browser()}
	paths := []string{provePath, provePath, mfaPath, mfaPath}
	forms := make([]url.Values, len(browsers))
	for n, b := range browsers {
		if paths[n] == mfaPath {
			try(b, ssotest.UserName, ssotest.Password)
		}
		forms[n] = b.Open(paths[n]).With("code", code)
	}
	if held := atOnce(len(browsers), func(n int) bool { return browsers[n].Post(paths[n], forms[n]).Status == http.StatusSeeOther }); held != 1 {
		t.Errorf("one code holds %d times", held)
	}
}
