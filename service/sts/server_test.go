package sts_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	signer "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/arn"
)

const (
	account = "123456789012"
	other   = "210987654321"
)

// key is what signs a request.
type key struct{ id, secret, token string }

var (
	admin = key{id: "AKIAADMINADMINADMIN0", secret: "admin+secret+admin+secret+admin+secret+a"}
	root  = key{id: "AKIAROOTROOTROOTROOT", secret: "root/secret/root/secret/root/secret/root/"}
	guest = key{id: "AKIAGUESTGUESTGUEST0", secret: "guest.secret.guest.secret.guest.secret.g"} // admin of the other account
	start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
)

// house is a whole service in memory with two accounts and a clock.
type house struct {
	t      *testing.T
	server *rolecall.Server
	region string // that requests are signed for

	mu  sync.Mutex
	now time.Time
}

func (h *house) time() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

// until lets time go by.
func (h *house) until(now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = now
}

func open(t *testing.T) *house { return openWith(t, rolecall.Config{}) }

func openWith(t *testing.T, config rolecall.Config) *house {
	t.Helper()
	h := &house{t: t, now: start, region: "us-east-1"}
	config.Now = h.time
	config.Admin = rolecall.Credentials{AccessKeyID: admin.id, SecretAccessKey: admin.secret}
	config.Root = rolecall.Credentials{AccessKeyID: root.id, SecretAccessKey: root.secret}
	s, err := rolecall.New(config)
	if err != nil {
		t.Fatal(err)
	}
	h.server = s
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	id, err := arn.ParseAccountID(other)
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.CreateAccount(context.Background(), rolecall.NewAccount{ID: id, Admin: rolecall.Credentials{AccessKeyID: guest.id, SecretAccessKey: guest.secret}})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// answer is a response of IAM or STS.
type answer struct {
	status        int
	code, message string
	body          string
}

// refusal is what an answer must be; the zero value is one that is done.
type refusal struct {
	status        int
	code, message string
}

// send calls an operation with parameters, key and value by turns.
func (h *house) send(k key, service, action string, pairs ...string) answer {
	h.t.Helper()
	values := url.Values{"Action": {action}, "Version": {map[string]string{"iam": "2010-05-08", "sts": "2011-06-15"}[service]}}
	for i := 0; i+1 < len(pairs); i += 2 {
		values.Set(pairs[i], pairs[i+1])
	}
	body := []byte(values.Encode())
	r := httptest.NewRequest(http.MethodPost, "http://sts.example.com/", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if k != (key{}) {
		sum := sha256.Sum256(body)
		credentials := aws.Credentials{AccessKeyID: k.id, SecretAccessKey: k.secret, SessionToken: k.token}
		if err := signer.NewSigner().SignHTTP(context.Background(), credentials, r, hex.EncodeToString(sum[:]), service, h.region, h.time()); err != nil {
			h.t.Fatal(err)
		}
	}
	w := httptest.NewRecorder()
	h.server.ServeHTTP(w, r)
	a := answer{status: w.Code, body: w.Body.String()}
	var doc struct {
		Code    string `xml:"Error>Code"`
		Message string `xml:"Error>Message"`
	}
	if err := xml.Unmarshal(w.Body.Bytes(), &doc); err != nil {
		h.t.Fatalf("%v: %s", err, a.body)
	}
	a.code, a.message = doc.Code, doc.Message
	return a
}

// call is send for what must be done.
func (h *house) call(k key, service, action string, pairs ...string) answer {
	h.t.Helper()
	a := h.send(k, service, action, pairs...)
	if a.status != http.StatusOK {
		h.t.Fatalf("%s: %d %s: %s", action, a.status, a.code, a.message)
	}
	return a
}

// check holds an answer against a refusal.
func check(t *testing.T, a answer, want refusal) {
	t.Helper()
	if want == (refusal{}) {
		want.status = http.StatusOK
	}
	if got := (refusal{a.status, a.code, a.message}); got != want {
		t.Errorf("\n got %+v\nwant %+v", got, want)
	}
}

// value is the text of the first element of that name.
func (a answer) value(name string) string {
	_, after, found := strings.Cut(a.body, "<"+name+">")
	if !found {
		return ""
	}
	text, _, _ := strings.Cut(after, "</"+name+">")
	return text
}

func (a answer) has(name string) bool { return strings.Contains(a.body, "<"+name+">") }

func (a answer) session() key {
	return key{id: a.value("AccessKeyId"), secret: a.value("SecretAccessKey"), token: a.value("SessionToken")}
}

// role makes a role that its account may assume, with tags, and that may do
// everything itself. It answers its ARN.
func (h *house) role(name string) string { return h.roleWith(name, trust(account)) }

func (h *house) roleWith(name, trust string, pairs ...string) string {
	h.t.Helper()
	h.call(admin, "iam", "CreateRole", append([]string{"RoleName", name, "AssumeRolePolicyDocument", trust}, pairs...)...)
	h.call(admin, "iam", "AttachRolePolicy", "RoleName", name, "PolicyArn", "arn:aws:iam::aws:policy/AdministratorAccess")
	return "arn:aws:iam::" + account + ":role/" + name
}

// assume calls AssumeRole for a session called "night".
func (h *house) assume(k key, role string, pairs ...string) answer {
	h.t.Helper()
	return h.send(k, "sts", "AssumeRole", append([]string{"RoleArn", role, "RoleSessionName", "night"}, pairs...)...)
}

// session is assume for what must be done.
func (h *house) session(k key, role string, pairs ...string) key {
	h.t.Helper()
	a := h.assume(k, role, pairs...)
	check(h.t, a, refusal{})
	return a.session()
}

func trust(principals ...string) string {
	list, _ := json.Marshal(principals)
	return `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":` + string(list) +
		`},"Action":["sts:AssumeRole","sts:TagSession","sts:SetSourceIdentity"]}}`
}

// tags are the parameters for tags, key and value by turns.
func tags(keysAndValues ...string) []string {
	var pairs []string
	for i := 0; i+1 < len(keysAndValues); i += 2 {
		n := "Tags.member." + decimal(i/2+1)
		pairs = append(pairs, n+".Key", keysAndValues[i], n+".Value", keysAndValues[i+1])
	}
	return pairs
}

func decimal(n int) string {
	text, _ := json.Marshal(n)
	return string(text)
}

const everything = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`
