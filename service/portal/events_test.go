package portal_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall/test/ssotest"
)

// told is what a test looks at of a record.
type told struct {
	EventName, EventSource, EventType, AWSRegion, RecipientAccountID string
	UserIdentity                                                     struct {
		Type, AccountID, UserName, PrincipalID, CredentialID string
		OnBehalfOf                                           struct{ UserID, IdentityStoreArn string }
	}
	AdditionalEventData struct{ AuthWorkflowID, CredentialType, UserName, LoginTo, DeviceEnrollmentRequired string }
	ServiceEventDetails map[string]string
	RequestParameters   map[string]any
}

func eventsOf(h *ssotest.House, names ...string) (all []told) {
	h.T.Helper()
	for _, name := range names {
		for _, text := range h.Events(name) {
			var e told
			if err := json.Unmarshal([]byte(text), &e); err != nil {
				h.T.Fatal(err)
			}
			all = append(all, e)
		}
	}
	return all
}

// steps are the sign-in events in one line each.
func steps(h *ssotest.House) string {
	var b strings.Builder
	for _, e := range eventsOf(h, "CredentialChallenge", "CredentialVerification", "UserAuthentication") {
		fmt.Fprintf(&b, "%s %s %s %s\n", e.EventName, e.AdditionalEventData.CredentialType, e.ServiceEventDetails[e.EventName], e.UserIdentity.Type)
	}
	return b.String()
}

// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/sign-in-events-examples.html
func TestASignInWithAPasswordIsInTheTrail(t *testing.T) {
	h := ssotest.Open(t, "eu-central-1")
	try(h.Browser(), ssotest.UserName, "wrong")
	try(h.Browser(), "my-secret-password-in-the-wrong-field", "x")
	h.Browser().SignIn()
	if got, want := steps(h), `CredentialChallenge PASSWORD Success Unknown
CredentialChallenge PASSWORD Success Unknown
CredentialChallenge PASSWORD Success IdentityCenterUser
CredentialVerification PASSWORD Failure Unknown
CredentialVerification PASSWORD Failure Unknown
CredentialVerification PASSWORD Success IdentityCenterUser
UserAuthentication PASSWORD Success IdentityCenterUser
`; got != want {
		t.Errorf("%s", got)
	}
	all := eventsOf(h, "CredentialChallenge")
	if all[0].AdditionalEventData.UserName != ssotest.UserName || all[1].AdditionalEventData.UserName != "HIDDEN_DUE_TO_SECURITY_REASONS" {
		t.Errorf("%+v", all)
	}
	in := eventsOf(h, "UserAuthentication")[0]
	id := in.UserIdentity
	if in.EventSource != "signin.amazonaws.com" || in.EventType != "AwsServiceEvent" || in.AWSRegion != "eu-central-1" || in.RecipientAccountID != ssotest.Account ||
		id.AccountID != ssotest.Account || id.UserName != "" || id.PrincipalID != "" || id.OnBehalfOf.UserID != ssotest.Person ||
		id.OnBehalfOf.IdentityStoreArn != "arn:aws:identitystore::"+ssotest.Account+":identitystore/"+ssotest.Store || len(id.CredentialID) != 36 ||
		in.AdditionalEventData.LoginTo != ssotest.Origin+"/_/portal/" || in.AdditionalEventData.AuthWorkflowID != all[2].AdditionalEventData.AuthWorkflowID {
		t.Errorf("%+v", in)
	}
	for _, text := range append(h.Events("CredentialChallenge"), h.Events("CredentialVerification")...) {
		if strings.Contains(text, ssotest.Password) || strings.Contains(text, "my-secret") {
			t.Errorf("%s", text)
		}
	}
}

// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/sign-in-events-examples.html (password and TOTP)
func TestASecondFactorIsInTheTrail(t *testing.T) {
	h := ssotest.Open(t, "us-east-1")
	b := localBrowser(h)
	b.SignIn()
	seed := registerApp(b, "Phone")
	device := registerPasskey(t, b, "Key")
	h.Now = h.Now.Add(time.Minute)
	before := steps(h)
	b = localBrowser(h)
	signInWith(b, "000000")
	signInWith(b, codeOf(t, seed, h.Now))
	b = localBrowser(h)
	try(b, ssotest.UserName, ssotest.Password)
	p := b.Open(mfaPath)
	b.Post(mfaPath, p.With("credential", device.Get(optionsOn(t, p))))
	count := map[string]int{}
	for _, line := range strings.Split(strings.TrimSpace(steps(h)), "\n") {
		count[line]++
	}
	for _, line := range strings.Split(strings.TrimSpace(before), "\n") {
		count[line]--
	}
	for line, want := range map[string]int{
		"CredentialChallenge PASSWORD Success IdentityCenterUser":         3,
		"CredentialChallenge TOTP Success IdentityCenterUser":             3,
		"CredentialChallenge WEBAUTHN Success IdentityCenterUser":         3,
		"CredentialVerification TOTP Failure IdentityCenterUser":          1,
		"CredentialVerification TOTP Success IdentityCenterUser":          1,
		"CredentialVerification WEBAUTHN Success IdentityCenterUser":      1,
		"UserAuthentication PASSWORD,TOTP Success IdentityCenterUser":     1,
		"UserAuthentication PASSWORD,WEBAUTHN Success IdentityCenterUser": 1,
	} {
		if count[line] != want {
			t.Errorf("%d times %s", count[line], line)
		}
	}
	made := eventsOf(h, "CompleteVirtualMfaDeviceRegistration", "CompleteWebAuthnDeviceRegistration")
	if len(made) != 2 || made[0].EventSource != "sso-directory.amazonaws.com" || made[0].RequestParameters["userId"] != ssotest.Person || made[0].EventType != "AwsApiCall" {
		t.Errorf("%+v", made)
	}
}

// The calls that the portal makes for a person name the same credential as the
// sign-in. The role's session does not carry MFA: it is one of
// AssumeRoleWithSAML, for which AWS has none.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/sso-cloudtrail-use-cases.html,
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_sts-comparison.html (MFA support)
func TestWhatComesOfASignInNamesItsCredential(t *testing.T) {
	h := ssotest.Open(t, "us-east-1")
	b := h.Browser()
	b.SignIn()
	seed := registerApp(b, "Phone")
	h.Now = h.Now.Add(time.Minute)
	b = h.Browser()
	signInWith(b, codeOf(t, seed, h.Now))
	p := b.Open("/_/portal/")
	p = b.Post("/_/portal/credentials", p.With())
	b.Post("/_/portal/signout", p.With())
	in := eventsOf(h, "UserAuthentication")
	credential := in[len(in)-1].UserIdentity.CredentialID
	for _, name := range []string{"ListAccounts", "ListAccountRoles", "GetRoleCredentials", "Logout"} {
		all := eventsOf(h, name)
		if len(all) == 0 {
			t.Errorf("no %s", name)
			continue
		}
		e := all[len(all)-1]
		if e.EventSource != "sso.amazonaws.com" || e.UserIdentity.Type != "IdentityCenterUser" || e.UserIdentity.CredentialID != credential || e.UserIdentity.OnBehalfOf.UserID != ssotest.Person {
			t.Errorf("%s: %+v", name, e)
		}
	}
	if got := h.Events("AssumeRoleWithSAML"); len(got) != 1 || strings.Contains(got[0], "mfaAuthenticated\":\"true") {
		t.Errorf("%v", got)
	}
}
