package service_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"io"
	"log/slog"
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
)

const (
	account  = "123456789012"
	region   = "us-east-1"
	formType = "application/x-www-form-urlencoded"
)

// start is when every test begins.
var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// key is what signs a request. The zero value signs nothing.
type key struct{ id, secret, token string }

var (
	admin = key{id: "AKIAADMINADMINADMIN0", secret: "admin+secret+admin+secret+admin+secret+a"}
	root  = key{id: "AKIAROOTROOTROOTROOT", secret: "root/secret/root/secret/root/secret/root/"}
)

// house is a whole service in memory with a clock that the test moves.
type house struct {
	t      *testing.T
	server *rolecall.Server
	web    *httptest.Server
	log    *record

	mu  sync.Mutex
	now time.Time
}

// open starts a service that ends with the test. It answers over a socket, as
// it does in earnest, and logs everything into a record.
func open(t *testing.T) *house { return openWith(t, rolecall.Config{}) }

func openWith(t *testing.T, c rolecall.Config) *house {
	t.Helper()
	h := &house{t: t, log: new(record), now: start}
	c.Now, c.Log = h.time, slog.New(slog.NewTextHandler(h.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	c.Admin = rolecall.Credentials{AccessKeyID: admin.id, SecretAccessKey: admin.secret}
	c.Root = rolecall.Credentials{AccessKeyID: root.id, SecretAccessKey: root.secret}
	s, err := rolecall.New(c)
	if err != nil {
		t.Fatal(err)
	}
	h.server = s
	h.web = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { h.running().ServeHTTP(w, r) }))
	t.Cleanup(func() {
		h.web.Close()
		if err := h.running().Close(); err != nil {
			t.Error(err)
		}
	})
	return h
}

func (h *house) running() *rolecall.Server {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.server
}

// reopen closes the service and starts another on the same data.
func (h *house) reopen(dir string) {
	h.t.Helper()
	if err := h.running().Close(); err != nil {
		h.t.Fatal(err)
	}
	s, err := rolecall.New(rolecall.Config{Dir: dir, Now: h.time})
	if err != nil {
		h.t.Fatal(err)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.server = s
}

func (h *house) time() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

// pass lets time go by.
func (h *house) pass(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
}

// record is a log that may be written by many and read at the end.
type record struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (r *record) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.b.Write(p)
}

func (r *record) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.b.String()
}

// message is an HTTP request to be signed and sent.
type message struct {
	method, url string // url is path and query
	service     string // that it is signed for
	header      http.Header
	body        []byte
}

// form is the message of an awsQuery operation.
func form(service, action string, pairs ...string) message {
	values := url.Values{"Action": {action}, "Version": {versions[service]}}
	for i := 0; i+1 < len(pairs); i += 2 {
		values.Set(pairs[i], pairs[i+1])
	}
	return message{
		method: http.MethodPost, url: "/", service: service,
		header: http.Header{"Content-Type": {formType}}, body: []byte(values.Encode()),
	}
}

var versions = map[string]string{"iam": "2010-05-08", "sts": "2011-06-15"}

// request is the message as net/http sends it, signed by k.
func (h *house) request(k key, m message) *http.Request {
	h.t.Helper()
	var body io.Reader
	if m.body != nil {
		body = bytes.NewReader(m.body)
	}
	r, err := http.NewRequest(m.method, h.web.URL+m.url, body)
	if err != nil {
		h.t.Fatal(err)
	}
	for name, values := range m.header {
		r.Header[name] = values
	}
	h.sign(k, r, m)
	return r
}

func (h *house) sign(k key, r *http.Request, m message) {
	h.t.Helper()
	if k == (key{}) {
		return
	}
	sum := sha256.Sum256(m.body)
	hash := hex.EncodeToString(sum[:])
	r.Header.Set("X-Amz-Content-Sha256", hash)
	err := signer.NewSigner().SignHTTP(context.Background(), k.aws(), r, hash, m.service, region, h.time(), func(o *signer.SignerOptions) {
		o.DisableURIPathEscaping = m.service == "s3"
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

func (k key) aws() aws.Credentials {
	return aws.Credentials{AccessKeyID: k.id, SecretAccessKey: k.secret, SessionToken: k.token}
}

// send sends a message and answers what came back.
func (h *house) send(k key, m message) answer {
	h.t.Helper()
	return h.do(h.request(k, m))
}

func (h *house) do(r *http.Request) answer {
	h.t.Helper()
	res, err := h.web.Client().Do(r)
	if err != nil {
		h.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	return read(res, body)
}

// call is send for an awsQuery operation that must be done.
func (h *house) call(k key, service, action string, pairs ...string) answer {
	h.t.Helper()
	a := h.send(k, form(service, action, pairs...))
	if a.status != http.StatusOK {
		h.t.Fatalf("%s: %s", action, a)
	}
	return a
}

// answer is a response in any protocol.
type answer struct {
	status        int
	code, message string // of an error
	requestID     string
	body          string
}

func (a answer) String() string { return http.StatusText(a.status) + " " + a.code + ": " + a.message }

func read(res *http.Response, body []byte) answer {
	a := answer{status: res.StatusCode, body: string(body)}
	a.requestID = res.Header.Get("X-Amzn-Requestid") + res.Header.Get("X-Amz-Request-Id")
	if res.StatusCode < 300 {
		return a
	}
	var query struct {
		Code    string `xml:"Error>Code"`
		Message string `xml:"Error>Message"`
		S3Code  string `xml:"Code"`
		S3      string `xml:"Message"`
	}
	var doc struct {
		Type    string `json:"__type"`
		Message string `json:"message"`
	}
	switch {
	case strings.Contains(res.Header.Get("Content-Type"), "json"):
		if json.Unmarshal(body, &doc) == nil {
			a.code, a.message = doc.Type, doc.Message
		}
		if a.code == "" {
			a.code = res.Header.Get("X-Amzn-Errortype")
		}
	case xml.Unmarshal(body, &query) == nil:
		a.code, a.message = query.Code+query.S3Code, query.Message+query.S3
	}
	return a
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

// session is the credentials in an answer.
func (a answer) session() key {
	return key{id: a.value("AccessKeyId"), secret: a.value("SecretAccessKey"), token: a.value("SessionToken")}
}

// refusal is what an answer must be.
type refusal struct {
	status        int
	code, message string
}

func (a answer) refusal() refusal { return refusal{a.status, a.code, a.message} }

// check holds an answer against a refusal; one without status must be a 200.
func check(t *testing.T, got answer, want refusal) {
	t.Helper()
	if want.status == 0 {
		if got.status != http.StatusOK {
			t.Errorf("got %s, want it done", got)
		}
		return
	}
	if got.refusal() != want {
		t.Errorf("\n got %d %s\nwant %d %s: %s", got.status, got, want.status, want.code, want.message)
	}
}

// user makes a user with an inline policy ("" for none) and answers its key.
func (h *house) user(name, document string) key {
	h.t.Helper()
	h.call(admin, "iam", "CreateUser", "UserName", name)
	if document != "" {
		h.permit(name, document)
	}
	made := h.call(admin, "iam", "CreateAccessKey", "UserName", name)
	return key{id: made.value("AccessKeyId"), secret: made.value("SecretAccessKey")}
}

// permit gives a user one inline policy in place of the one before.
func (h *house) permit(name, document string) {
	h.t.Helper()
	h.call(admin, "iam", "PutUserPolicy", "UserName", name, "PolicyName", "test", "PolicyDocument", document)
}

// role makes a role with a trust policy and an inline policy ("" for none),
// and answers its ARN.
func (h *house) role(name, trust, document string) string {
	h.t.Helper()
	h.call(admin, "iam", "CreateRole", "RoleName", name, "AssumeRolePolicyDocument", trust)
	if document != "" {
		h.call(admin, "iam", "PutRolePolicy", "RoleName", name, "PolicyName", "test", "PolicyDocument", document)
	}
	return "arn:aws:iam::" + account + ":role/" + name
}

// assume answers the credentials of a session called "night".
func (h *house) assume(k key, role string, pairs ...string) key {
	h.t.Helper()
	return h.call(k, "sts", "AssumeRole", append([]string{"RoleArn", role, "RoleSessionName", "night"}, pairs...)...).session()
}

// allow is a policy that allows actions on everything.
func allow(actions ...string) string { return statement("Allow", "Action", actions...) }

func statement(effect, element string, actions ...string) string {
	list, _ := json.Marshal(actions)
	return `{"Version":"2012-10-17","Statement":{"Effect":"` + effect + `","` + element + `":` + string(list) + `,"Resource":"*"}}`
}

// trust is a trust policy that lets a principal do actions.
func trust(principal string, actions ...string) string {
	list, _ := json.Marshal(actions)
	return `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"` + principal + `"},"Action":` + string(list) + `}}`
}

const everything = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`
