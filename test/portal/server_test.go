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
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	signer "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/rolecall-iam/rolecall"
)

const (
	userName = "jane@example.com"
	password = "Correct-Horse-7"
	set      = "ReadOnly"
)

// house is a server with a person who may use a permission set in its account.
type house struct {
	t      *testing.T
	server *rolecall.Server
	url    string // at localhost, for which browsers make passkeys
	ahead  *atomic.Int64
	keys   aws.Credentials
	store  string
}

func open(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, ahead: new(atomic.Int64)}
	var err error
	if h.server, err = rolecall.New(rolecall.Config{Now: h.now}); err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(h.server)
	t.Cleanup(func() {
		web.Close()
		if err := h.server.Close(); err != nil {
			t.Error(err)
		}
	})
	h.url = strings.Replace(web.URL, "127.0.0.1", "localhost", 1)
	first, _ := h.server.FirstStart()
	h.keys = aws.Credentials{AccessKeyID: first.AccessKeyID, SecretAccessKey: first.SecretAccessKey}
	h.furnish()
	return h
}

func (h *house) now() time.Time { return time.Now().Add(time.Duration(h.ahead.Load())) }

// furnish makes the person, the permission set and the assignment as an
// administrator does.
func (h *house) furnish() {
	h.t.Helper()
	type doc = map[string]any
	list := h.ask("sso", "SWBExternalService.ListInstances", doc{})
	instance := list["Instances"].([]any)[0].(doc)
	arn := instance["InstanceArn"]
	h.store, _ = instance["IdentityStoreId"].(string)
	person := h.ask("identitystore", "AWSIdentityStore.CreateUser", doc{"IdentityStoreId": h.store, "UserName": userName, "DisplayName": "Jane", "Name": doc{"GivenName": "Jane", "FamilyName": "Doe"}})["UserId"]
	made := h.ask("sso", "SWBExternalService.CreatePermissionSet", doc{"InstanceArn": arn, "Name": set})["PermissionSet"].(doc)["PermissionSetArn"]
	h.ask("sso", "SWBExternalService.CreateAccountAssignment", doc{
		"InstanceArn": arn, "PermissionSetArn": made, "TargetId": "123456789012", "TargetType": "AWS_ACCOUNT", "PrincipalType": "USER", "PrincipalId": person,
	})
}

// ask calls an API as the administrator.
func (h *house) ask(service, target string, in map[string]any) (out map[string]any) {
	h.t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		h.t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(h.t.Context(), http.MethodPost, h.url, bytes.NewReader(body))
	if err != nil {
		h.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	r.Header.Set("X-Amz-Target", target)
	sum := sha256.Sum256(body)
	if err := signer.NewSigner().SignHTTP(context.Background(), h.keys, r, hex.EncodeToString(sum[:]), service, "us-east-1", h.now()); err != nil {
		h.t.Fatal(err)
	}
	return h.do(r, target)
}

// post posts a document to the OpenID Connect API.
func (h *house) post(path string, in map[string]any) map[string]any {
	h.t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		h.t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(h.t.Context(), http.MethodPost, h.url+path, bytes.NewReader(body))
	if err != nil {
		h.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	return h.do(r, path)
}

func (h *house) do(r *http.Request, what string) (out map[string]any) {
	h.t.Helper()
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		h.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK || json.Unmarshal(text, &out) != nil {
		h.t.Fatalf("%s: %d %s (%v)", what, resp.StatusCode, text, err)
	}
	return out
}

// passwordLink is where the person sets a password.
func (h *house) passwordLink() string {
	h.t.Helper()
	link, err := h.server.ResetPassword(h.t.Context(), rolecall.PasswordReset{UserName: userName})
	if err != nil {
		h.t.Fatal(err)
	}
	at, err := url.Parse(link.URL)
	if err != nil {
		h.t.Fatal(err)
	}
	return h.url + at.RequestURI()
}
