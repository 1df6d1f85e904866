package ssoadmin_test

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
)

const management = "123456789012"

type in = map[string]any

// house is a whole service in memory, whose first account has an instance.
type house struct {
	t      testing.TB
	server *rolecall.Server
	admin  aws.Credentials
	region string
	now    time.Time

	instance, store string
}

func open(t testing.TB, region string) *house {
	t.Helper()
	return openIn(t, region, "")
}

// openIn is open with its data in a directory.
func openIn(t testing.TB, region, data string) *house {
	t.Helper()
	h := &house{t: t, region: region, now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	s, err := rolecall.New(rolecall.Config{Dir: data, Now: func() time.Time { return h.now }})
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

// enable makes the organization and its instance.
func (h *house) enable() {
	h.t.Helper()
	h.call(h.admin, "organizations", "AWSOrganizationsV20161128.CreateOrganization", in{})
	a := h.do("ListInstances", in{})
	h.instance, h.store = a.at("Instances", 0, "InstanceArn"), a.at("Instances", 0, "IdentityStoreId")
}

// answer is what came back.
type answer struct {
	status        int
	code, message string // of an error
	body          map[string]any
	text          string
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
	region := h.region
	if service != "sso" && service != "identitystore" {
		region = "us-east-1"
	}
	if err := signer.NewSigner().SignHTTP(h.t.Context(), keys, r, sum, service, region, h.now); err != nil {
		h.t.Fatal(err)
	}
	w := httptest.NewRecorder()
	h.server.ServeHTTP(w, r)
	return w
}

func (h *house) call(keys aws.Credentials, service, target string, in map[string]any) answer {
	h.t.Helper()
	b, err := json.Marshal(in)
	if err != nil {
		h.t.Fatal(err)
	}
	w := h.http(keys, service, target, string(b))
	a := answer{status: w.Code, text: w.Body.String()}
	if err := json.Unmarshal(w.Body.Bytes(), &a.body); err != nil && w.Body.Len() > 0 {
		h.t.Fatalf("%s: %v: %s", target, err, w.Body)
	}
	a.code, _ = a.body["__type"].(string)
	a.code = a.code[strings.LastIndexByte(a.code, '#')+1:]
	for _, name := range []string{"Message", "message"} {
		if text, ok := a.body[name].(string); ok {
			a.message = text
		}
	}
	return a
}

// send calls the service with the instance's ARN, where in names none.
func (h *house) send(keys aws.Credentials, operation string, input map[string]any) answer {
	h.t.Helper()
	if _, named := input["InstanceArn"]; !named && h.instance != "" {
		all := in{"InstanceArn": h.instance}
		for k, v := range input {
			all[k] = v
		}
		input = all
	}
	return h.call(keys, "sso", "SWBExternalService."+operation, input)
}

// do is a call by the first account's administrator that must be done.
func (h *house) do(operation string, in map[string]any) answer {
	h.t.Helper()
	a := h.send(h.admin, operation, in)
	if a.status != http.StatusOK {
		h.t.Fatalf("%s: %d %s", operation, a.status, a.text)
	}
	return a
}

// refused is a call that must not be done.
func (h *house) refused(operation string, input map[string]any, code, text string) {
	h.t.Helper()
	h.check(h.send(h.admin, operation, input), code, text)
}

func (h *house) check(a answer, code, text string) {
	h.t.Helper()
	if a.code != code || !strings.Contains(a.message, text) {
		h.t.Errorf("%d %s %q, want %s %q", a.status, a.code, a.message, code, text)
	}
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

// count is how many elements a list has.
func (a answer) count(list string) int {
	l, _ := a.body[list].([]any)
	return len(l)
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

// value is the text of an XML element.
func value(text, name string) string {
	_, rest, _ := strings.Cut(text, "<"+name+">")
	v, _, _ := strings.Cut(rest, "</"+name+">")
	return v
}

// member makes an account in the organization, and answers it with the
// management account's way into it.
func (h *house) member(name string) (digits string, inside aws.Credentials) {
	h.t.Helper()
	a := h.call(h.admin, "organizations", "AWSOrganizationsV20161128.CreateAccount", in{"AccountName": name, "Email": name + "@example.com"})
	a = h.call(h.admin, "organizations", "AWSOrganizationsV20161128.DescribeCreateAccountStatus", in{"CreateAccountRequestId": a.at("CreateAccountStatus", "Id")})
	digits = a.at("CreateAccountStatus", "AccountId")
	return digits, h.assume("arn:aws:iam::" + digits + ":role/OrganizationAccountAccessRole")
}

func (h *house) assume(role string) aws.Credentials {
	h.t.Helper()
	w := h.query(h.admin, "sts", "AssumeRole", "RoleArn", role, "RoleSessionName", "visit")
	text := w.Body.String()
	if w.Code != http.StatusOK {
		h.t.Fatal(text)
	}
	return aws.Credentials{AccessKeyID: value(text, "AccessKeyId"), SecretAccessKey: value(text, "SecretAccessKey"), SessionToken: value(text, "SessionToken")}
}

// group makes a group of the identity store.
func (h *house) group(name string) string {
	h.t.Helper()
	a := h.call(h.admin, "identitystore", "AWSIdentityStore.CreateGroup", in{"IdentityStoreId": h.store, "DisplayName": name})
	if a.status != http.StatusOK {
		h.t.Fatal(a.text)
	}
	return a.at("GroupId")
}

// set makes a permission set and answers its ARN.
func (h *house) set(name string) string {
	h.t.Helper()
	return h.do("CreatePermissionSet", in{"Name": name}).at("PermissionSet", "PermissionSetArn")
}

func to(set, account, group string) in {
	return in{"PermissionSetArn": set, "TargetId": account, "TargetType": "AWS_ACCOUNT", "PrincipalType": "GROUP", "PrincipalId": group}
}

// assign makes an assignment, and answers how it went.
func (h *house) assign(set, account, group string) answer {
	h.t.Helper()
	a := h.do("CreateAccountAssignment", to(set, account, group))
	if a.at("AccountAssignmentCreationStatus", "Status") != "IN_PROGRESS" {
		h.t.Error(a.text)
	}
	return h.do("DescribeAccountAssignmentCreationStatus", in{"AccountAssignmentCreationRequestId": a.at("AccountAssignmentCreationStatus", "RequestId")})
}

// roles are the ARNs of the roles that the instance made in an account.
func (h *house) roles(keys aws.Credentials) []string {
	h.t.Helper()
	text := h.query(keys, "iam", "ListRoles", "PathPrefix", "/aws-reserved/").Body.String()
	var arns []string
	for _, part := range strings.Split(text, "<Arn>")[1:] {
		arn, _, _ := strings.Cut(part, "</Arn>")
		arns = append(arns, arn)
	}
	return arns
}
