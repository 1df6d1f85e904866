package service_test

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/rolecall-iam/rolecall/api"
)

// identity is the form of sts:GetCallerIdentity with more parameters behind.
func identity(more string) message {
	m := form("sts", "GetCallerIdentity")
	m.body = append(m.body, more...)
	return m
}

// tagUser is a form with a list, with more parameters behind.
func tagUser(more string) message {
	m := form("iam", "TagUser", "UserName", "admin")
	m.body = append(m.body, more...)
	return m
}

// organizations is a request of an awsJson service.
func organizations(target, contentType, body string) message {
	header := http.Header{}
	if target != "" {
		header.Set("X-Amz-Target", target)
	}
	if contentType != "" {
		header.Set("Content-Type", contentType)
	}
	return message{method: http.MethodPost, url: "/", service: "organizations", header: header, body: []byte(body)}
}

const (
	jsonType  = "application/x-amz-json-1.1"
	listRoots = "AWSOrganizationsV20161128.ListRoots"
)

func (m message) with(change func(*message)) message {
	m.header = m.header.Clone()
	change(&m)
	return m
}

func parameters(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString("&P" + strconv.Itoa(i) + "=x")
	}
	return b.String()
}

// badRequests are requests that no service can take. code is the refusal of
// an administrator; "" where there is nothing wrong with it for the service.
//
// Sources: https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
// (InvalidAction, MissingAction, MalformedQueryString), package wire's tests.
var badRequests = []struct {
	rule string
	message
	status int
	code   string
}{
	{"an action that the service does not have", form("sts", "AssumeRoll"), 400, "InvalidAction"},
	{"an action of another service", form("sts", "CreateUser"), 400, "InvalidAction"},
	{"no action", message{method: "POST", url: "/", service: "sts", header: http.Header{"Content-Type": {formType}}, body: []byte("Version=2011-06-15")}, 400, "MissingAction"},
	{"an empty body", message{method: "POST", url: "/", service: "sts", header: http.Header{"Content-Type": {formType}}}, 400, "MissingAction"},
	{"another version", message{method: "POST", url: "/", service: "sts", header: http.Header{"Content-Type": {formType}},
		body: []byte("Action=GetCallerIdentity&Version=2010-05-08")}, 400, "InvalidAction"},
	{"a body of another type", identity("").with(func(m *message) { m.header.Set("Content-Type", "application/json") }), 400, "MissingAction"},
	{"an XML body", identity("").with(func(m *message) {
		m.header.Set("Content-Type", "text/xml")
		m.body = []byte("<GetCallerIdentity/>")
	}), 400, "MissingAction"},
	{"GET without parameters", message{method: "GET", url: "/", service: "sts"}, 400, "MissingAction"},
	{"PUT", identity("").with(func(m *message) { m.method = "PUT" }), 400, "MissingAction"},
	{"DELETE", message{method: "DELETE", url: "/", service: "iam"}, 400, "MissingAction"},
	{"a method that HTTP does not have", message{method: "BREW", url: "/", service: "iam"}, 400, "MissingAction"},
	{"100,000 parameters", identity(parameters(100_000)), 400, "MalformedInput"},
	{"a list element beyond all numbers", tagUser("&Tags.member.99999999999999999999.Key=k"), 400, "MalformedInput"},
	{"bytes that are not UTF-8", identity("&X=%ff%fe"), 400, "MalformedInput"},
	{"raw bytes that are not UTF-8", identity("&X=\xff"), 400, "MalformedInput"},
	{"a NUL", identity("&X=a%00"), 400, "MalformedInput"},
	{"a raw NUL", identity("&X=a\x00"), 400, "MalformedInput"},
	{"a parameter twice", identity("&Action=GetSessionToken"), 400, "MalformedInput"},
	{"an escape that is cut off", identity("&X=%4"), 400, "MalformedQueryString"},
	{"an escape that is none", identity("&X=%zz"), 400, "MalformedQueryString"},
	{"a key nested 10,000 deep", tagUser("&Tags.member.1" + strings.Repeat(".member.1", 10_000) + "=k"), 400, "ValidationError"},
	{"a path outside", message{method: "GET", url: "/../../etc/passwd", service: "iam"}, 400, "MissingAction"},
	{"a path outside, encoded", message{method: "GET", url: "/%2e%2e/%2e%2e/etc/passwd", service: "iam"}, 400, "MissingAction"},
	{"a service that AWS has and rolecall has not", message{method: "POST", url: "/", service: "ec2", header: http.Header{"Content-Type": {formType}}, body: []byte("Action=X")}, 400, "InvalidAction"},
	{"JSON: no target", organizations("", jsonType, "{}"), 400, "UnknownOperationException"},
	{"JSON: a target of another service", organizations("SWBExternalService.ListInstances", jsonType, "{}"), 400, "UnknownOperationException"},
	{"JSON: an operation that is none", organizations("AWSOrganizationsV20161128.ListLeaves", jsonType, "{}"), 400, "UnknownOperationException"},
	{"JSON: a form", organizations(listRoots, formType, "Action=ListRoots"), 400, "UnknownOperationException"},
	{"JSON: GET", organizations(listRoots, jsonType, "").with(func(m *message) { m.method = "GET" }), 400, "UnknownOperationException"},
	{"REST: a path that is none", message{method: "GET", url: "/nothing/at/all", service: "access-analyzer"}, 404, "UnknownOperationException"},
	{"REST: a method that is none", message{method: "PATCH", url: "/analyzer", service: "access-analyzer"}, 404, "UnknownOperationException"},
}

// Each bad request is refused with AWS's 4xx, to an administrator in the words
// for it and to a stranger with any; the service goes on after all of them.
func TestBadRequestsAreRefused(t *testing.T) {
	h := open(t)
	for _, c := range badRequests {
		t.Run(c.rule, func(t *testing.T) {
			a := h.send(admin, c.message)
			if a.status != c.status || a.code != c.code || a.requestID == "" {
				t.Errorf("admin: %d %s (request id %q), want %d %s", a.status, a, a.requestID, c.status, c.code)
			}
			a = h.send(key{}, c.message)
			if a.status < 400 || a.status > 499 || a.code == "" || a.requestID == "" {
				t.Errorf("stranger: %d %s (request id %q)", a.status, a, a.requestID)
			}
		})
	}
	h.call(admin, "sts", "GetCallerIdentity")
	if log := h.log.String(); log != "" {
		t.Errorf("logged: %s", log)
	}
}

// A broken JSON body is refused before anybody decides. Where there is no
// handler the body is not read: that there is none is the answer, however
// broken it is.
func TestBrokenJSON(t *testing.T) {
	h := open(t)
	bodies := []string{"{", "[]", "1", `{"a":1,"a":2}`, "{\"a\":\"\xff\"}", strings.Repeat("[", 10_000), strings.Repeat(`{"a":`, 10_000),
		`{"a":` + strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000) + "}", "<xml/>", "{}{}", "{\"a\":\"\x00\"}"}
	for _, op := range operations() {
		if op.Service.Protocol != api.JSON10 && op.Service.Protocol != api.JSON11 || op.Unsigned {
			continue
		}
		want := http.StatusNotImplemented
		if h.server.Served(op) {
			want = http.StatusBadRequest
		}
		for _, body := range bodies {
			m := minimal(op)
			m.body = []byte(body)
			if a := h.send(admin, m); a.status != want || a.code == "" {
				t.Errorf("%s %.20q: %d %s", action(op), body, a.status, a)
			}
			if a := h.send(key{}, m); a.code != "MissingAuthenticationTokenException" {
				t.Errorf("%s %.20q: %d %s", action(op), body, a.status, a)
			}
		}
	}
}

// A body that says no length and does not end is cut off without being kept:
// soon for a stranger, at the size of the largest request for a known key.
func TestABodyWithoutEndIsCutOff(t *testing.T) {
	h := open(t)
	for _, c := range []struct {
		rule string
		key
		limit int64 // that the door may read
	}{
		{"a stranger", key{}, 512<<10 + 1},
		{"an access key that nobody has", key{id: "AKIANOBODYNOBODYNOBO", secret: "x"}, 512<<10 + 1},
		{"an administrator", admin, 32<<20 + 1},
	} {
		t.Run(c.rule, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			body := &endless{left: 1 << 30}
			r := h.incoming(c.key, form("iam", "ListUsers"), body, -1)
			w := httptest.NewRecorder()
			h.server.ServeHTTP(w, r)
			runtime.ReadMemStats(&after)
			if w.Code != http.StatusRequestEntityTooLarge {
				t.Errorf("answered %d %s", w.Code, w.Body)
			}
			if body.taken > c.limit {
				t.Errorf("%d bytes were taken", body.taken)
			}
			if made := int64(after.TotalAlloc - before.TotalAlloc); made > 8*c.limit+1<<20 {
				t.Errorf("%d bytes were allocated", made)
			}
		})
	}
}

// Large bodies wait for each other: memory stays bounded however many come at
// once with an access key that is known.
func TestOnlySoManyLargeBodiesAreInMemoryAtOnce(t *testing.T) {
	h := open(t)
	var reading, most atomic.Int32
	full := make(chan struct{}) // closed when as many as may read do so
	var open8 sync.Once
	var all sync.WaitGroup
	for range 40 {
		all.Go(func() {
			first := true
			body := readerFunc(func(p []byte) (int, error) {
				if first {
					first = false
					now := reading.Add(1)
					for was := most.Load(); now > was && !most.CompareAndSwap(was, now); was = most.Load() {
					}
					if now == 8 {
						open8.Do(func() { close(full) })
					}
					<-full
					return copy(p, "Action=ListUsers&Version=2010-05-08"), nil
				}
				reading.Add(-1)
				return 0, io.EOF
			})
			w := httptest.NewRecorder()
			h.server.ServeHTTP(w, h.incoming(admin, form("iam", "ListUsers"), body, -1))
			if w.Code/100 == 5 {
				t.Errorf("answered %d %s", w.Code, w.Body)
			}
		})
	}
	all.Wait()
	if most.Load() != 8 {
		t.Errorf("%d bodies were read at once, want 8", most.Load())
	}
}

type readerFunc func(p []byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// A length beyond what such a sender may send is refused before a byte of the
// body is read.
func TestAnAnnouncedLengthIsBelieved(t *testing.T) {
	h := open(t)
	for _, k := range []key{{}, admin} {
		body := &endless{left: 1 << 30}
		w := httptest.NewRecorder()
		h.server.ServeHTTP(w, h.incoming(k, form("iam", "ListUsers"), body, 1<<30))
		if w.Code != http.StatusRequestEntityTooLarge || body.taken > 0 {
			t.Errorf("%d after %d bytes", w.Code, body.taken)
		}
	}
}

// incoming is a signed request as a server sees it, with another body.
func (h *house) incoming(k key, m message, body io.Reader, length int64) *http.Request {
	r := h.request(k, m)
	r.Body, r.ContentLength = io.NopCloser(body), length
	r.RequestURI, r.RemoteAddr = "/", "192.0.2.1:1234"
	return r
}

// endless is a body of left bytes that counts how much of it was read.
type endless struct{ left, taken int64 }

func (e *endless) Read(p []byte) (int, error) {
	n := min(int64(len(p)), e.left)
	if n == 0 {
		return 0, io.EOF
	}
	e.left -= n
	e.taken += n
	for i := range p[:n] {
		p[i] = 'a'
	}
	return int(n), nil
}

// What does not come as net/http's client would send it.
func TestRawRequests(t *testing.T) {
	h := open(t)
	for _, c := range []struct{ rule, text, status string }{
		{"a body shorter than announced", "POST / HTTP/1.1\r\nHost: h\r\nContent-Type: " + formType + "\r\nContent-Length: 100\r\n\r\nAction=GetCallerIdentity", "400"},
		{"a length that is no number", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: many\r\n\r\n", "400"},
		{"two lengths", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", "400"},
		{"a chunk of no length", "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "400"},
		{"no host", "GET / HTTP/1.1\r\n\r\n", "400"},
		{"a NUL in a header", "GET / HTTP/1.1\r\nHost: h\r\nX-Amz-Target: a\x00b\r\n\r\n", "400"},
		{"a header of 2 MB", "GET / HTTP/1.1\r\nHost: h\r\nX-Amz-Target: " + strings.Repeat("a", 2<<20) + "\r\n\r\n", "431"},
		{"a header of 64 KB", "GET / HTTP/1.1\r\nHost: h\r\nAuthorization: " + strings.Repeat("a", 64<<10) + "\r\n\r\n", "4"},
		{"an absolute path outside", "GET /../../../etc/passwd HTTP/1.1\r\nHost: h\r\n\r\n", "4"},
		{"a path of raw bytes", "GET /\xff\xfe HTTP/1.1\r\nHost: h\r\n\r\n", "4"},
		{"an escape in the query that is none", "GET /?Action=GetCallerIdentity&X=%zz HTTP/1.1\r\nHost: h\r\n\r\n", "4"},
		{"an escape in the path that is none", "GET /%zz HTTP/1.1\r\nHost: h\r\n\r\n", "4"},
		{"no HTTP at all", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", "400"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			if got := raw(t, h.web.Listener.Addr().String(), c.text); !strings.HasPrefix(got, "HTTP/1.1 "+c.status) {
				t.Errorf("answered %.200q", got)
			}
		})
	}
}

// raw sends text and answers what comes back until the other side is done.
func raw(t *testing.T, address, text string) string {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		_, _ = io.WriteString(conn, text) // a server that has heard enough stops listening
		_ = conn.(*net.TCPConn).CloseWrite()
	}()
	var got bytes.Buffer
	if _, err := io.Copy(&got, conn); err != nil && got.Len() == 0 && !errors.Is(err, net.ErrClosed) {
		t.Error(err)
	}
	conn.Close()
	<-sent
	return got.String()
}
