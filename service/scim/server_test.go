package scim_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/store/bolt"
	"github.com/rolecall-iam/rolecall/store/directory"
)

const (
	storeID   = "d-90670000aa"
	otherID   = "d-90670000bb"
	userURN   = "urn:ietf:params:scim:schemas:core:2.0:User"
	groupURN  = "urn:ietf:params:scim:schemas:core:2.0:Group"
	workURN   = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
	patchURN  = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
	errorURN  = "urn:ietf:params:scim:api:messages:2.0:Error"
	mediaType = "application/scim+json"
)

type in = map[string]any

// house is a whole service with two identity stores, and a token of the first.
type house struct {
	t      *testing.T
	server *rolecall.Server
	token  string
	later  *atomic.Int64 // how much later it is than at the start
}

func open(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, later: new(atomic.Int64)}
	dir := t.TempDir()
	start := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	config := rolecall.Config{Dir: dir, Now: func() time.Time { return start.Add(time.Duration(h.later.Load())) }}
	s, err := rolecall.New(config)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(s.Close(), putStores(t.Context(), dir)); err != nil {
		t.Fatal(err)
	}
	if h.server, err = rolecall.New(config); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.server.Close(); err != nil {
			t.Error(err)
		}
	})
	made, err := h.server.CreateSCIMToken(t.Context(), storeID)
	if err != nil {
		t.Fatal(err)
	}
	h.token = made.Token
	return h
}

func putStores(ctx context.Context, dir string) error {
	b, err := bolt.Open(bolt.Options{Dir: dir, Rand: rand.Reader, KeepRevisions: 100})
	if err != nil {
		return err
	}
	for id, digits := range map[string]string{storeID: "123456789012", otherID: "210987654321"} {
		account, err := arn.ParseAccountID(digits)
		if err != nil {
			return err
		}
		err = directory.New(b).Update(ctx, func(tx *directory.Tx) error {
			tx.PutIdentityStore(&directory.IdentityStore{ID: id, Account: account, Region: "us-east-1"})
			return nil
		})
		if err != nil {
			return err
		}
	}
	return b.Close()
}

// answer is what came back.
type answer struct {
	*httptest.ResponseRecorder
	body in
}

func (h *house) send(token, method, path, body string) answer {
	h.t.Helper()
	r := httptest.NewRequest(method, "http://127.0.0.1:4680/_/scim/v2/"+path, strings.NewReader(body))
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	r.Header.Set("Content-Type", mediaType)
	w := httptest.NewRecorder()
	h.server.ServeHTTP(w, r)
	a := answer{w, nil}
	if w.Body.Len() > 0 {
		if err := json.Unmarshal(w.Body.Bytes(), &a.body); err != nil {
			h.t.Errorf("%s %s: %d %s", method, path, w.Code, w.Body)
		}
		if got := w.Header().Get("Content-Type"); got != mediaType {
			h.t.Errorf("%s %s answers in %s", method, path, got)
		}
	}
	return a
}

// do is a call that must end so.
func (h *house) do(status int, method, path string, input any) answer {
	h.t.Helper()
	body := ""
	if input != nil {
		b, err := json.Marshal(input)
		if err != nil {
			h.t.Fatal(err)
		}
		body = string(b)
	}
	a := h.send(h.token, method, path, body)
	if a.Code != status {
		h.t.Fatalf("%s %s: %d %s, want %d", method, path, a.Code, a.Body, status)
	}
	return a
}

// refused checks a whole SCIM error.
func (h *house) refused(a answer, status int, kind string) {
	h.t.Helper()
	got, _ := a.body["scimType"].(string)
	schemas, _ := a.body["schemas"].([]any)
	if a.Code != status || got != kind || a.body["status"] != itoa(status) || len(schemas) != 1 || schemas[0] != errorURN || a.body["detail"] == "" {
		h.t.Errorf("%d %s, want %d %s", a.Code, a.Body, status, kind)
	}
}

func itoa(n int) string {
	b, _ := json.Marshal(n)
	return string(b)
}

// at reads a value of an answer by its path: members by name, elements by
// number.
func (a answer) at(path ...any) any {
	var v any = a.body
	for _, step := range path {
		switch step := step.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[step]
		case int:
			l, _ := v.([]any)
			if step >= len(l) {
				return nil
			}
			v = l[step]
		}
	}
	return v
}

// id is that of an answer's resource.
func (a answer) id() string {
	id, _ := a.body["id"].(string)
	return id
}

// count is the length of a list.
func (a answer) count(path ...any) int {
	l, _ := a.at(path...).([]any)
	return len(l)
}

// person is what makes a user, as Okta sends it.
func person(name string) in {
	return in{
		"schemas": []string{userURN}, "userName": name, "externalId": "ext-" + name, "active": true, "displayName": "Ann " + name,
		"name": in{"givenName": "Ann", "familyName": name}, "emails": []in{{"primary": true, "type": "work", "value": name + "@example.com"}},
		"locale": "en-US", "groups": []string{}, "password": "not kept", "shoeSize": 9,
	}
}

func (h *house) user(name string) string {
	h.t.Helper()
	return h.do(201, "POST", "Users", person(name)).id()
}

func (h *house) group(name string, members ...string) string {
	h.t.Helper()
	return h.do(201, "POST", "Groups", in{"schemas": []string{groupURN}, "displayName": name, "members": values(members...)}).id()
}

func values(ids ...string) []in {
	list := []in{}
	for _, id := range ids {
		list = append(list, in{"value": id, "display": "x"})
	}
	return list
}

// ops is a PATCH.
func ops(operations ...in) in { return in{"schemas": []string{patchURN}, "Operations": operations} }

func op(op, path string, value any) in { return in{"op": op, "path": path, "value": value} }
