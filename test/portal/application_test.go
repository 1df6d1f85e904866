package portal_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	signer "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

const (
	verifier  = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
	challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
)

// An application sends a browser to be approved; the person signs in, says yes,
// and the application redeems what the browser brings back. With a no it gets
// nothing.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/customermanagedapps-trusted-identity-propagation-set-up-your-own-app-OAuth2.html
func TestAnApplicationIsApprovedInTheBrowser(t *testing.T) {
	h := open(t)
	var came url.Values
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/back" {
			http.NotFound(w, r)
			return
		}
		came = r.URL.Query()
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, "<!DOCTYPE html><html lang=en><title>Back</title><main><h1>Back in the application</h1></main></html>")
	}))
	t.Cleanup(app.Close)
	name := h.application(app.URL + "/back")
	v := h.visit()
	v.scripts(false)
	v.setPassword()
	wish := url.Values{
		"client_id": {name}, "redirect_uri": {app.URL + "/back"}, "response_type": {"code"}, "state": {"s-1"},
		"code_challenge": {challenge}, "code_challenge_method": {"S256"},
	}
	v.open("/authorize?" + wish.Encode())
	v.at("Sign in")
	v.fill("#username", userName, "#password", password)
	const question = "Allow reports to access your accounts?"
	v.click("#submit", question)
	v.must(v.b.Click("#deny"))
	if got := v.text("h1"); got != "Back in the application" || came.Get("error") != "access_denied" || came.Has("code") || came.Get("state") != "s-1" {
		t.Errorf("denied: %q %v", got, came)
	}
	v.open("/authorize?" + wish.Encode())
	v.at(question)
	v.must(v.b.Click("#allow"))
	if got := v.text("h1"); got != "Back in the application" || came.Get("code") == "" || came.Get("state") != "s-1" {
		t.Fatalf("allowed: %q %v", got, came)
	}
	in := map[string]any{"clientId": name, "grantType": "authorization_code", "code": came.Get("code"), "redirectUri": app.URL + "/back", "codeVerifier": verifier}
	if out := h.withIAM(in); out["accessToken"] == "" || out["idToken"] == "" {
		t.Errorf("%v", out)
	}
	wish.Set("redirect_uri", app.URL+"/elsewhere")
	v.open("/authorize?" + wish.Encode())
	if got := v.text("main"); !strings.Contains(got, "an address that it did not register") {
		t.Errorf("elsewhere: %s", got)
	}
	v.quiet(t)
}

// application makes one that everybody may use and the administrator acts as.
func (h *house) application(back string) string {
	h.t.Helper()
	type doc = map[string]any
	instance := h.ask("sso", "SWBExternalService.ListInstances", doc{})["Instances"].([]any)[0].(doc)["InstanceArn"]
	name, _ := h.ask("sso", "SWBExternalService.CreateApplication", doc{
		"InstanceArn": instance, "Name": "reports", "ApplicationProviderArn": "arn:aws:sso::aws:applicationProvider/custom", "PortalOptions": doc{"Visibility": "DISABLED"},
	})["ApplicationArn"].(string)
	for target, in := range map[string]doc{
		"PutApplicationGrant":                   {"GrantType": "authorization_code", "Grant": doc{"AuthorizationCode": doc{"RedirectUris": []string{back}}}},
		"PutApplicationAssignmentConfiguration": {"AssignmentRequired": false},
		"PutApplicationAuthenticationMethod": {"AuthenticationMethodType": "IAM", "AuthenticationMethod": doc{"Iam": doc{"ActorPolicy": doc{
			"Version": "2012-10-17", "Statement": []doc{{"Effect": "Allow", "Principal": doc{"AWS": "arn:aws:iam::123456789012:user/admin"}, "Action": "sso-oauth:CreateTokenWithIAM", "Resource": "*"}},
		}}}},
	} {
		in["ApplicationArn"] = name
		h.ask("sso", "SWBExternalService."+target, in)
	}
	return name
}

// withIAM calls CreateTokenWithIAM as the administrator.
func (h *house) withIAM(in map[string]any) map[string]any {
	h.t.Helper()
	body, err := json.Marshal(in)
	h.must(err)
	r, err := http.NewRequestWithContext(h.t.Context(), http.MethodPost, h.url+"/token?aws_iam=t", bytes.NewReader(body))
	h.must(err)
	r.Header.Set("Content-Type", "application/json")
	sum := sha256.Sum256(body)
	h.must(signer.NewSigner().SignHTTP(context.Background(), h.keys, r, hex.EncodeToString(sum[:]), "sso-oauth", "us-east-1", h.now()))
	return h.do(r, "CreateTokenWithIAM")
}
