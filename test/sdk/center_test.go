package sdk

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	signer "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/ssooidc"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/test/ssotest"
)

// startURL is that of no instance of ours: there is only one to mean.
const startURL = "https://my-company.awsapps.com/start"

const account = "123456789012"

// center is a service with IAM Identity Center, in whose portal jane has signed
// in; she may use the permission set Reader in the account.
type center struct {
	t       *testing.T
	url     string
	keys    rolecall.Credentials
	browser *ssotest.Browser
}

type object = map[string]any

func newCenter(t *testing.T) *center {
	t.Helper()
	s, err := rolecall.New(rolecall.Config{})
	check(t, err)
	server := httptest.NewServer(s)
	t.Cleanup(func() {
		server.Close()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	first, _ := s.FirstStart()
	c := &center{t, server.URL, first.Credentials, ssotest.At(t, s)}
	c.furnish()
	link, err := s.ResetPassword(t.Context(), rolecall.PasswordReset{UserName: ssotest.UserName})
	check(t, err)
	c.browser.SetPassword(link.URL)
	c.browser.SignIn()
	return c
}

// furnish makes jane and what she may use.
func (c *center) furnish() {
	c.t.Helper()
	var here struct {
		Instances []struct{ InstanceArn, IdentityStoreId string }
	}
	c.ask("sso", "SWBExternalService.ListInstances", object{}, &here)
	instance, store := here.Instances[0].InstanceArn, here.Instances[0].IdentityStoreId
	var jane struct{ UserId string }
	c.ask("identitystore", "AWSIdentityStore.CreateUser", object{
		"IdentityStoreId": store, "UserName": ssotest.UserName, "DisplayName": "Jane", "Name": object{"FamilyName": "Doe", "GivenName": "Jane"},
	}, &jane)
	var made struct {
		PermissionSet struct{ PermissionSetArn string }
	}
	c.ask("sso", "SWBExternalService.CreatePermissionSet", object{"InstanceArn": instance, "Name": "Reader"}, &made)
	c.ask("sso", "SWBExternalService.CreateAccountAssignment", object{
		"InstanceArn": instance, "PermissionSetArn": made.PermissionSet.PermissionSetArn, "TargetType": "AWS_ACCOUNT", "TargetId": account,
		"PrincipalType": "USER", "PrincipalId": jane.UserId,
	}, nil)
}

// ask is a call by the account's administrator.
func (c *center) ask(service, target string, in object, out any) {
	c.t.Helper()
	body, err := json.Marshal(in)
	check(c.t, err)
	r, err := http.NewRequestWithContext(c.t.Context(), http.MethodPost, c.url, strings.NewReader(string(body)))
	check(c.t, err)
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	r.Header.Set("X-Amz-Target", target)
	sum := sha256.Sum256(body)
	check(c.t, signer.NewSigner().SignHTTP(c.t.Context(), aws.Credentials{AccessKeyID: c.keys.AccessKeyID, SecretAccessKey: c.keys.SecretAccessKey},
		r, hex.EncodeToString(sum[:]), service, "us-east-1", time.Now()))
	w, err := http.DefaultClient.Do(r)
	check(c.t, err)
	defer w.Body.Close()
	text, err := io.ReadAll(w.Body)
	check(c.t, err)
	if w.StatusCode != http.StatusOK {
		c.t.Fatalf("%s: %s %s", target, w.Status, text)
	}
	if out != nil {
		check(c.t, json.Unmarshal(text, out))
	}
}

// signedIn is what a client keeps of a sign-in.
type signedIn struct {
	client *ssooidc.RegisterClientOutput
	token  *ssooidc.CreateTokenOutput
	device *ssooidc.StartDeviceAuthorizationOutput
}

func (c *center) oidc() *ssooidc.Client {
	return ssooidc.New(ssooidc.Options{Region: "us-east-1", BaseEndpoint: &c.url})
}

const deviceGrant = "urn:ietf:params:oauth:grant-type:device_code"

// signIn is the device flow of a client of that name, with jane's approval.
func (c *center) signIn(name string, scopes []string) signedIn {
	c.t.Helper()
	ctx, oidc := c.t.Context(), c.oidc()
	client, err := oidc.RegisterClient(ctx, &ssooidc.RegisterClientInput{ClientName: &name, ClientType: aws.String("public"), Scopes: scopes})
	check(c.t, err)
	device, err := oidc.StartDeviceAuthorization(ctx, &ssooidc.StartDeviceAuthorizationInput{
		ClientId: client.ClientId, ClientSecret: client.ClientSecret, StartUrl: aws.String(startURL),
	})
	check(c.t, err)
	ask := &ssooidc.CreateTokenInput{ClientId: client.ClientId, ClientSecret: client.ClientSecret, DeviceCode: device.DeviceCode, GrantType: aws.String(deviceGrant)}
	c.browser.Allow(*device.UserCode)
	token, err := oidc.CreateToken(ctx, ask)
	check(c.t, err)
	return signedIn{client, token, device}
}
