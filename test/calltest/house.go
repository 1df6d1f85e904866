package calltest

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/arn"
)

// House is a whole server.
type House struct {
	T      testing.TB
	Server *rolecall.Server
	Admin  Keys      // of the first account
	Region string    // that is signed for, but of services that have one region
	Now    time.Time // by the server's clock
	dir    string
}

// Open makes a server, in memory where dir is empty. It is closed as the test
// ends.
func Open(t testing.TB, region, dir string) *House {
	t.Helper()
	h := &House{T: t, Region: region, Now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), dir: dir}
	h.start()
	t.Cleanup(func() {
		if err := h.Server.Close(); err != nil {
			t.Error(err)
		}
	})
	first, _ := h.Server.FirstStart()
	h.Admin = Keys{AccessKeyID: first.AccessKeyID, SecretAccessKey: first.SecretAccessKey}
	return h
}

func (h *House) start() {
	h.T.Helper()
	s, err := rolecall.New(rolecall.Config{Dir: h.dir, Now: func() time.Time { return h.Now }})
	if err != nil {
		h.T.Fatal(err)
	}
	h.Server = s
}

// Restart stops the server, and starts it again when something is done to its
// directory.
func (h *House) Restart(between func() error) {
	h.T.Helper()
	if err := errors.Join(h.Server.Close(), between()); err != nil {
		h.T.Fatal(err)
	}
	h.start()
}

// Account adds an account that is in no organization, and answers its admin.
func (h *House) Account(digits string) Keys {
	h.T.Helper()
	id, err := arn.ParseAccountID(digits)
	if err != nil {
		h.T.Fatal(err)
	}
	keys, err := h.Server.CreateAccount(h.T.Context(), rolecall.NewAccount{ID: id})
	if err != nil {
		h.T.Fatal(err)
	}
	return Keys{AccessKeyID: keys.AccessKeyID, SecretAccessKey: keys.SecretAccessKey}
}

// Send signs a request for a service, whose body is the text, and sends it.
func (h *House) Send(keys Keys, service string, r *http.Request, body string) Answer {
	h.T.Helper()
	region := h.Region
	switch service {
	case "iam", "sts", "organizations":
		region = "us-east-1"
	}
	Sign(r, body, keys, region, service, h.Now)
	w := httptest.NewRecorder()
	h.Server.ServeHTTP(w, r)
	return answered(w)
}

// Call calls an operation by its target. An answer must be JSON, or empty.
func (h *House) Call(keys Keys, service, target string, in map[string]any) Answer {
	h.T.Helper()
	body := document(h.T, in)
	r := request("application/x-amz-json-1.1", body)
	r.Header.Set("X-Amz-Target", target)
	a := h.Send(keys, service, r, body)
	if a.Text != "" && a.Body == nil {
		h.T.Fatalf("%s: %d, and no JSON: %s", target, a.Status, a.Text)
	}
	return a
}

// document is an operation's input, which is an empty one where there is none.
func document(t testing.TB, in map[string]any) string {
	t.Helper()
	if in == nil {
		return "{}"
	}
	text, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// At calls an operation of a server at an address, which has the time of day, as
// Call does, and fails the test where it is refused.
func At(t testing.TB, address string, keys Keys, service, target string, in map[string]any) Answer {
	t.Helper()
	body := document(t, in)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address+"/", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	r.Header.Set("X-Amz-Target", target)
	Sign(r, body, keys, "us-east-1", service, time.Now())
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	w := httptest.NewRecorder()
	w.WriteHeader(res.StatusCode)
	if _, err := w.Body.ReadFrom(res.Body); err != nil {
		t.Fatal(err)
	}
	a := answered(w)
	if a.Status != http.StatusOK {
		t.Fatalf("%s: %d %s", target, a.Status, a.Text)
	}
	return a
}

// Query is a call of IAM or STS.
func (h *House) Query(keys Keys, service, action string, pairs ...string) Answer {
	h.T.Helper()
	form := url.Values{"Action": {action}, "Version": {map[string]string{"iam": "2010-05-08", "sts": "2011-06-15"}[service]}}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return h.Send(keys, service, request("application/x-www-form-urlencoded", form.Encode()), form.Encode())
}

func request(contentType, body string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "http://127.0.0.1:4680/", strings.NewReader(body))
	r.Header.Set("Content-Type", contentType)
	return r
}

// Assume takes a role.
func (h *House) Assume(keys Keys, role string) Keys {
	h.T.Helper()
	a := h.Query(keys, "sts", "AssumeRole", "RoleArn", role, "RoleSessionName", "visit")
	if a.Status != http.StatusOK {
		h.T.Fatalf("assume %s: %s", role, a.Text)
	}
	return Keys{AccessKeyID: a.Element("AccessKeyId"), SecretAccessKey: a.Element("SecretAccessKey"), SessionToken: a.Element("SessionToken")}
}

// Organizations calls AWS Organizations, and fails the test where that is
// refused.
func (h *House) Organizations(keys Keys, operation string, in map[string]any) Answer {
	h.T.Helper()
	a := h.Call(keys, "organizations", "AWSOrganizationsV20161128."+operation, in)
	if a.Status != http.StatusOK {
		h.T.Fatalf("%s: %d %s", operation, a.Status, a.Text)
	}
	return a
}

// Member makes an account in the first account's organization, and answers it
// with the way into it that the first account has.
func (h *House) Member(name string) (digits string, inside Keys) {
	h.T.Helper()
	a := h.Organizations(h.Admin, "CreateAccount", map[string]any{"AccountName": name, "Email": name + "@example.com"})
	a = h.Organizations(h.Admin, "DescribeCreateAccountStatus", map[string]any{"CreateAccountRequestId": a.At("CreateAccountStatus", "Id")})
	digits = a.At("CreateAccountStatus", "AccountId")
	return digits, h.Assume(h.Admin, "arn:aws:iam::"+digits+":role/OrganizationAccountAccessRole")
}
