package service_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

// held is a body that says when it is waited for and comes when it may.
type held struct {
	io.Reader
	once    sync.Once
	waiting chan struct{}
	may     chan struct{}
}

func (b *held) Read(p []byte) (int, error) {
	b.once.Do(func() {
		close(b.waiting)
		<-b.may
	})
	return b.Reader.Read(p)
}

// A request is judged by what holds when all of it is there. Whoever sends the
// body slowly does not keep an old state of the world, nor hold up writers.
func TestASlowBodyIsJudgedByWhatHoldsWhenItIsThere(t *testing.T) {
	h := open(t)
	inactive := func(name string, k key) {
		h.call(admin, "iam", "UpdateAccessKey", "UserName", name, "AccessKeyId", k.id, "Status", "Inactive")
	}
	for _, c := range []struct {
		rule, name string
		announced  bool // the body's length
		change     func(name string, k key)
		want       string
	}{
		{"the key is deactivated meanwhile", "ann", true, inactive, "InvalidClientTokenId"},
		{"the key is deactivated, and the length unknown", "bob", false, inactive, "InvalidClientTokenId"},
		{"the policy is taken away meanwhile", "cid", true, func(name string, _ key) { h.permit(name, allow("s3:*")) }, "AccessDenied"},
		{"nothing changes", "dan", true, func(string, key) {}, ""},
	} {
		t.Run(c.rule, func(t *testing.T) {
			k, m := h.user(c.name, everything), form("iam", "ListUsers")
			body := &held{Reader: bytes.NewReader(m.body), waiting: make(chan struct{}), may: make(chan struct{})}
			length := int64(-1)
			if c.announced {
				length = int64(len(m.body))
			}
			r, w, done := h.incoming(k, m, body, length), httptest.NewRecorder(), make(chan struct{})
			go func() {
				defer close(done)
				h.server.ServeHTTP(w, r)
			}()
			<-body.waiting
			c.change(c.name, k)
			close(body.may)
			<-done
			if a := read(w.Result(), w.Body.Bytes()); a.code != c.want || c.want == "" && a.status != http.StatusOK {
				t.Errorf("%d %s, want %q", a.status, a, c.want)
			}
		})
	}
}
