package organizations_test

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	signer "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/arn"
)

// management is the account that manages, guest one that is invited.
const (
	management = "123456789012"
	guest      = "210987654321"
)

var now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// house is a whole service in memory.
type house struct {
	t      *testing.T
	server *rolecall.Server
	admin  aws.Credentials // of the management account
	now    time.Time
}

func open(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, now: now}
	s, err := rolecall.New(rolecall.Config{Now: func() time.Time { return h.now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	first, _ := s.FirstStart()
	h.server, h.admin = s, aws.Credentials{AccessKeyID: first.AccessKeyID, SecretAccessKey: first.SecretAccessKey}
	return h
}

// account adds an account that is in no organization, and answers its admin.
func (h *house) account(digits string) aws.Credentials {
	h.t.Helper()
	id, err := arn.ParseAccountID(digits)
	if err != nil {
		h.t.Fatal(err)
	}
	keys, err := h.server.CreateAccount(h.t.Context(), rolecall.NewAccount{ID: id})
	if err != nil {
		h.t.Fatal(err)
	}
	return aws.Credentials{AccessKeyID: keys.AccessKeyID, SecretAccessKey: keys.SecretAccessKey}
}

// answer is what came back.
type answer struct {
	status  int
	code    string // of an error
	message string
	reason  string
	body    map[string]any
	text    string
}

func (h *house) http(keys aws.Credentials, service, target, body string) *httptest.ResponseRecorder {
	h.t.Helper()
	r := httptest.NewRequest(http.MethodPost, "http://127.0.0.1:4680/", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if target != "" {
		r.Header.Set("Content-Type", "application/x-amz-json-1.1")
		r.Header.Set("X-Amz-Target", target)
	}
	sum := fmt.Sprintf("%x", sha256.Sum256([]byte(body)))
	if err := signer.NewSigner().SignHTTP(h.t.Context(), keys, r, sum, service, "us-east-1", h.now); err != nil {
		h.t.Fatal(err)
	}
	w := httptest.NewRecorder()
	h.server.ServeHTTP(w, r)
	return w
}

// send calls Organizations.
func (h *house) send(keys aws.Credentials, operation string, in map[string]any) answer {
	h.t.Helper()
	if in == nil {
		in = map[string]any{}
	}
	b, err := json.Marshal(in)
	if err != nil {
		h.t.Fatal(err)
	}
	w := h.http(keys, "organizations", "AWSOrganizationsV20161128."+operation, string(b))
	a := answer{status: w.Code, text: w.Body.String()}
	if err := json.Unmarshal(w.Body.Bytes(), &a.body); err != nil && w.Body.Len() > 0 {
		h.t.Fatalf("%s: %v: %s", operation, err, w.Body)
	}
	if w.Code != http.StatusOK {
		a.code, _ = a.body["__type"].(string)
		a.code = a.code[strings.LastIndexByte(a.code, '#')+1:]
		a.message, _ = a.body["Message"].(string)
		if a.message == "" {
			a.message, _ = a.body["message"].(string)
		}
		a.reason, _ = a.body["Reason"].(string)
	}
	return a
}

// do is a call by the management account's admin that must be done.
func (h *house) do(operation string, in map[string]any) answer { return h.doAs(h.admin, operation, in) }

func (h *house) doAs(keys aws.Credentials, operation string, in map[string]any) answer {
	h.t.Helper()
	a := h.send(keys, operation, in)
	if a.status != http.StatusOK {
		h.t.Fatalf("%s: %d %s", operation, a.status, a.text)
	}
	return a
}

// at reads a value of an answer by its path: members by name, elements by number.
func (a answer) at(path ...any) string {
	var v any = a.body
	for _, step := range path {
		switch step := step.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[step]
		case int:
			l, _ := v.([]any)
			if step >= len(l) {
				return ""
			}
			v = l[step]
		}
	}
	s, _ := v.(string)
	return s
}

// all reads one member of each element of a list.
func (a answer) all(list, member string) []string {
	var out []string
	elements, _ := a.body[list].([]any)
	for _, e := range elements {
		m, _ := e.(map[string]any)
		s, _ := m[member].(string)
		out = append(out, s)
	}
	return out
}

// refused checks an error's code, its reason where one is given, and a part of
// its text.
func (h *house) refused(a answer, code, reason, text string) {
	h.t.Helper()
	if a.code != code || a.reason != reason || !strings.Contains(a.message, text) {
		h.t.Errorf("%d %s %s %q, want %s %s %q", a.status, a.code, a.reason, a.message, code, reason, text)
	}
}

// query is a call of IAM or STS.
func (h *house) query(keys aws.Credentials, service, action string, pairs ...string) *httptest.ResponseRecorder {
	h.t.Helper()
	version := map[string]string{"iam": "2010-05-08", "sts": "2011-06-15"}[service]
	form := url.Values{"Action": {action}, "Version": {version}}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return h.http(keys, service, "", form.Encode())
}

// assume takes a role.
func (h *house) assume(keys aws.Credentials, role string) aws.Credentials {
	h.t.Helper()
	w := h.query(keys, "sts", "AssumeRole", "RoleArn", role, "RoleSessionName", "visit")
	value := func(name string) string {
		_, rest, _ := strings.Cut(w.Body.String(), "<"+name+">")
		v, _, _ := strings.Cut(rest, "</"+name+">")
		return v
	}
	if w.Code != http.StatusOK {
		h.t.Fatalf("assume %s: %s", role, w.Body)
	}
	return aws.Credentials{AccessKeyID: value("AccessKeyId"), SecretAccessKey: value("SecretAccessKey"), SessionToken: value("SessionToken")}
}

// member makes an account in the organization, and answers it with the
// management account's way into it.
func (h *house) member(name string) (digits string, inside aws.Credentials) {
	h.t.Helper()
	a := h.do("CreateAccount", map[string]any{"AccountName": name, "Email": name + "@example.com"})
	a = h.do("DescribeCreateAccountStatus", map[string]any{"CreateAccountRequestId": a.at("CreateAccountStatus", "Id")})
	digits = a.at("CreateAccountStatus", "AccountId")
	return digits, h.assume(h.admin, "arn:aws:iam::"+digits+":role/OrganizationAccountAccessRole")
}
