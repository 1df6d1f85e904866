package portal_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/authn/mfa"
)

// One person goes through every page, in the order in which people do. Scripts
// are off wherever no passkey is asked.
func TestFromTheFirstPasswordToSigningOut(t *testing.T) {
	h := open(t)
	v := h.visit()
	v.scripts(false)
	v.setPassword()
	v.signInByKeyboard()
	seed := v.registerApp()
	v.registerPasskey()
	v.signOut()
	v.signInWithApp(seed)
	v.approve()
	v.copyCredentials()
	v.signOut()
	v.signInWithPasskey()
	v.renameDevice()
	v.removeDevice()
	v.proveAndRemove()
	v.signOut()
	v.enroll()
	v.quiet(t)
}

func (v *visit) setPassword() {
	v.open(v.passwordLink())
	v.at("Set your password")
	v.picture("password")
	v.fill("#password", "short", "#again", "short")
	v.must(v.b.Press("body")) // what the browser itself checks is not the server's
	v.evaluate("document.querySelector('form').noValidate = true")
	v.click("#submit", "Set your password")
	if got := v.text("#problem"); !strings.Contains(got, "8 to 64 characters") {
		v.t.Errorf("a short password: %q", got)
	}
	v.fill("#password", password, "#again", password)
	v.click("#submit", "Sign in")
	if got := v.text("#status"); !strings.Contains(got, "Your password is set") {
		v.t.Errorf("%q", got)
	}
}

// signInByKeyboard uses no mouse.
func (v *visit) signInByKeyboard() {
	v.open("/_/portal/signin")
	v.picture("signin")
	v.dark(true)
	v.picture("signin-dark")
	v.dark(false)
	v.key("Tab", v.write(userName))
	v.key("Enter", v.write("wrong"))
	v.at("Sign in")
	if got := v.text("#problem"); !strings.Contains(got, "The username or the password is wrong") || !strings.HasPrefix(v.evaluate("document.title"), "Error: ") {
		v.t.Errorf("a wrong password: %q", got)
	}
	v.key("Tab", v.write(userName))
	v.key("Enter", v.write(password))
	v.at("Your accounts")
}

// write types where the focus is.
func (v *visit) write(text string) error {
	_, err := v.b.Call("Input.insertText", map[string]any{"text": text})
	return err
}

// key presses a key; Enter leads on.
func (v *visit) key(name string, before error) {
	v.t.Helper()
	v.must(before)
	press := func() error {
		down := map[string]any{"type": "keyDown", "key": name, "code": name, "windowsVirtualKeyCode": map[string]int{"Tab": 9, "Enter": 13}[name]}
		if name == "Enter" {
			down["text"] = "\r"
		}
		if _, err := v.b.Call("Input.dispatchKeyEvent", down); err != nil {
			return err
		}
		down["type"] = "keyUp"
		delete(down, "text")
		_, err := v.b.Call("Input.dispatchKeyEvent", down)
		return err
	}
	if name == "Enter" {
		v.must(v.b.Navigating(press))
		return
	}
	v.must(press())
}

func (v *visit) registerApp() (seed string) {
	v.open("/_/portal/devices")
	v.at("MFA devices")
	v.click("#add", "Register an MFA device")
	v.picture("add")
	v.fill("#name", "My phone", "#password", password)
	v.click("#submit", "Set up the authenticator app")
	v.picture("app")
	seed = strings.ReplaceAll(v.text("#seed"), " ", "")
	v.fill("#code", v.code(seed))
	v.click("#submit", "MFA devices")
	if got := v.text("#status"); got != "The device is registered." {
		v.t.Errorf("%q", got)
	}
	return seed
}

// code is the next code of an app, a minute later.
func (v *visit) code(seed string) string {
	v.t.Helper()
	v.ahead.Add(int64(time.Minute))
	code, err := mfa.Code(seed, mfa.StepAt(v.now()))
	v.must(err)
	return code
}

func (v *visit) registerPasskey() {
	v.scripts(true)
	v.call("WebAuthn.enable", map[string]any{}, nil)
	v.call("WebAuthn.addVirtualAuthenticator", map[string]any{"options": map[string]any{
		"protocol": "ctap2", "transport": "internal", "hasResidentKey": true, "hasUserVerification": true, "isUserVerified": true, "automaticPresenceSimulation": true,
	}}, nil)
	v.click("#add", "Register an MFA device")
	v.must(v.b.Press("#kind-passkey"))
	v.fill("#name", "My laptop", "#password", password)
	v.click("#submit", "Register a passkey or security key")
	v.picture("passkey")
	v.click("#use-passkey", "MFA devices")
	v.picture("devices")
	v.scripts(false)
}

// signOut leaves nothing behind that going back would show.
func (v *visit) signOut() {
	v.must(v.b.Pages(2, func() error { return v.b.Press("#signout") }))
	v.at("Sign in")
	if got := v.text("#status"); got != "You have signed out." {
		v.t.Errorf("%q", got)
	}
	v.must(v.b.Navigating(func() error {
		_, _ = v.b.Evaluate("history.back()") // the page may end before it can answer
		return nil
	}))
	if text := v.text("html"); strings.Contains(text, userName) || strings.Contains(text, "123456789012") || strings.Contains(text, "ASIA") {
		v.t.Errorf("going back shows %q", text)
	}
}

func (v *visit) signInWithApp(seed string) {
	v.open("/_/portal/signin")
	v.fill("#username", userName, "#password", password)
	v.click("#submit", "Confirm that it is you")
	v.picture("mfa")
	v.fill("#code", "000000")
	v.click("#submit", "Confirm that it is you")
	if got := v.text("#problem"); !strings.Contains(got, "did not match") {
		v.t.Errorf("a wrong code: %q", got)
	}
	v.fill("#code", v.code(seed))
	v.click("#submit", "Your accounts")
}

func (v *visit) signInWithPasskey() {
	v.open("/_/portal/signin")
	v.fill("#username", userName, "#password", password)
	v.scripts(true)
	v.click("#submit", "Confirm that it is you")
	v.click("#use-passkey", "Your accounts")
	v.scripts(false)
}

// approve lets a program act, as `aws sso login` asks for it.
func (v *visit) approve() {
	type doc = map[string]any
	client := v.post("/client/register", doc{"clientName": "botocore-client-work", "clientType": "public", "scopes": []string{"sso:account:access"}})
	asked := doc{"clientId": client["clientId"], "clientSecret": client["clientSecret"], "startUrl": "https://" + v.store + ".awsapps.com/start"}
	device := v.post("/device_authorization", asked)
	v.open("/_/portal/device")
	v.at("Enter the code")
	v.fill("#user_code", device["userCode"].(string))
	v.click("#submit", "Allow botocore-client-work to access your accounts?")
	v.picture("approve")
	v.click("#allow", "Request approved")
	asked["grantType"], asked["deviceCode"] = "urn:ietf:params:oauth:grant-type:device_code", device["deviceCode"]
	if token := v.post("/token", asked); token["accessToken"] == "" {
		v.t.Errorf("%v", token)
	}
}

func (v *visit) copyCredentials() {
	v.open("/_/portal/")
	v.at("Your accounts")
	v.picture("accounts")
	v.dark(true)
	v.picture("accounts-dark")
	v.dark(false)
	v.fill("#q", "nothing of mine")
	v.click("#find", "Your accounts")
	if got := v.text("#count"); !strings.HasPrefix(got, "0 of 1 accounts") {
		v.t.Errorf("%q", got)
	}
	v.fill("#q", "readonly")
	v.click("#find", "Your accounts")
	v.click("section button", "Get credentials")
	v.picture("credentials")
	for _, block := range []string{"#config", "#env", "#cmd", "#powershell", "#file"} {
		if text := v.text(block); len(text) < 40 {
			v.t.Errorf("%s: %q", block, text)
		}
	}
	v.use(v.text("#env"), v.text("#region"))
}

// use has the aws CLI use what was copied.
func (v *visit) use(env, region string) {
	v.t.Helper()
	if _, err := exec.LookPath("aws"); err != nil {
		if os.Getenv("CI") != "" {
			v.t.Fatal("the aws CLI is not installed")
		}
		return
	}
	c := exec.CommandContext(v.t.Context(), "bash", "-c", env+"\nexec aws sts get-caller-identity --query Arn --output text")
	c.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + v.t.TempDir(), "AWS_ENDPOINT_URL=" + v.url, "AWS_DEFAULT_REGION=" + region}
	out, err := c.CombinedOutput()
	if err != nil || !strings.Contains(string(out), ":assumed-role/AWSReservedSSO_"+set+"_") || !strings.Contains(string(out), "/"+userName) {
		v.t.Errorf("the aws CLI: %s (%v)", out, err)
	}
}

func (v *visit) removeDevice() {
	v.open("/_/portal/devices")
	v.click(".rows .remove", "Remove an MFA device")
	v.picture("remove")
	v.fill("#password", password)
	v.click("#submit", "MFA devices")
	if got := v.text("#status"); got != "The device is removed." {
		v.t.Errorf("%q", got)
	}
}

// renameDevice types the new name where the keyboard is already.
func (v *visit) renameDevice() {
	v.open("/_/portal/devices")
	v.click(".rows .rename", "Rename an MFA device")
	v.picture("rename")
	v.evaluate("document.activeElement.select()")
	v.key("Enter", v.write("Old phone"))
	v.at("MFA devices")
	if got := v.text("#status"); got != "The device is renamed." || v.text(".rows strong") != "Old phone" {
		v.t.Errorf("%q: %s", got, v.text(".rows"))
	}
}

// proveAndRemove removes the last device, long after it was shown.
func (v *visit) proveAndRemove() {
	v.ahead.Add(int64(time.Hour))
	v.scripts(true)
	v.click(".rows .remove", "Confirm that it is you")
	v.picture("confirm")
	v.click("#use-passkey", "Remove an MFA device")
	v.scripts(false)
	v.fill("#password", password)
	v.click("#submit", "MFA devices")
	if got := v.text("main"); !strings.Contains(got, "You have no MFA device yet.") {
		v.t.Errorf("%q", got)
	}
}

// enroll registers a device as the policy of the instance demands it of whoever
// has none.
func (v *visit) enroll() {
	_, err := v.server.SetMFA(v.t.Context(), rolecall.MFASettings{Prompt: "context-aware", NoDevice: "enroll"})
	v.must(err)
	v.open("/_/portal/signin")
	v.fill("#username", userName, "#password", password)
	v.click("#submit", "Register an MFA device")
	v.fill("#name", "New phone")
	v.click("#submit", "Set up the authenticator app")
	seed := strings.ReplaceAll(v.text("#seed"), " ", "")
	v.fill("#code", v.code(seed))
	v.click("#submit", "Your accounts")
	v.signOut()
	v.open("/_/portal/signin")
	v.fill("#username", userName, "#password", password)
	v.click("#submit", "Confirm that it is you")
	v.must(v.b.Press("input[name=trust]"))
	v.fill("#code", v.code(seed))
	v.click("#submit", "Your accounts")
	v.signOut()
	v.open("/_/portal/signin")
	v.fill("#username", userName, "#password", password)
	v.click("#submit", "Your accounts")
	v.open("/_/portal/devices")
	v.click(".rows .remove", "Remove an MFA device")
	if got := v.text("#needed"); !strings.Contains(got, "Register another") {
		v.t.Errorf("the only device: %q", got)
	}
	v.removeByAdministrator()
	v.open("/_/portal/nothing")
	v.at("This did not work")
}

// removeByAdministrator takes the last device away, of somebody who has lost it.
func (v *visit) removeByAdministrator() {
	of := rolecall.MFAUser{UserName: userName}
	all, err := v.server.MFADevices(v.t.Context(), of)
	v.must(err)
	if len(all) != 1 || all[0].Name != "New phone" {
		v.t.Fatalf("%+v", all)
	}
	of.Device = all[0].ID
	_, err = v.server.RemoveMFADevice(v.t.Context(), of)
	v.must(err)
	v.click(".acts .other", "MFA devices")
	if got := v.text("main"); !strings.Contains(got, "You have no MFA device yet.") {
		v.t.Errorf("%q", got)
	}
}
