package identitystore_test

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	signer "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/store/bolt"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// The account that has the store, the store, and one that does not exist.
const (
	owner     = "123456789012"
	storeID   = "d-90670000aa"
	elsewhere = "d-0000000000"
)

var now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

type in = map[string]any

// house is a whole service whose first account has an identity store.
type house struct {
	t      *testing.T
	server *rolecall.Server
	admin  aws.Credentials
	now    time.Time
}

func open(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, now: now}
	dir := t.TempDir()
	config := rolecall.Config{Dir: dir, Now: func() time.Time { return h.now }}
	s, err := rolecall.New(config)
	if err != nil {
		t.Fatal(err)
	}
	first, _ := s.FirstStart()
	h.admin = aws.Credentials{AccessKeyID: first.AccessKeyID, SecretAccessKey: first.SecretAccessKey}
	if err := errors.Join(s.Close(), putStore(t.Context(), dir)); err != nil {
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
	return h
}

// putStore gives the first account its identity store.
func putStore(ctx context.Context, dir string) error {
	account, err := arn.ParseAccountID(owner)
	if err != nil {
		return err
	}
	b, err := bolt.Open(bolt.Options{Dir: dir, Rand: rand.Reader, KeepRevisions: 100})
	if err != nil {
		return err
	}
	err = directory.New(b).Update(ctx, func(tx *directory.Tx) error {
		tx.PutIdentityStore(&directory.IdentityStore{ID: storeID, Account: account, Region: "us-west-2", Created: now})
		return nil
	})
	return errors.Join(err, b.Close())
}

// account adds an account and answers its admin.
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
	status int
	code   string // of an error
	body   map[string]any
	text   string
}

// call calls an operation, of the identity store where target names no other.
func (h *house) call(keys aws.Credentials, target string, input any) answer {
	h.t.Helper()
	b, err := json.Marshal(input)
	if err != nil {
		h.t.Fatal(err)
	}
	signing := "identitystore"
	if prefix, _, other := strings.Cut(target, "."); other {
		signing = map[string]string{"AWSOrganizationsV20161128": "organizations"}[prefix]
	} else {
		target = "AWSIdentityStore." + target
	}
	r := httptest.NewRequest(http.MethodPost, "http://127.0.0.1:4680/", strings.NewReader(string(b)))
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	r.Header.Set("X-Amz-Target", target)
	return h.serve(keys, signing, r, string(b))
}

func (h *house) serve(keys aws.Credentials, signing string, r *http.Request, body string) answer {
	h.t.Helper()
	sum := fmt.Sprintf("%x", sha256.Sum256([]byte(body)))
	if err := signer.NewSigner().SignHTTP(h.t.Context(), keys, r, sum, signing, "us-west-2", h.now); err != nil {
		h.t.Fatal(err)
	}
	w := httptest.NewRecorder()
	h.server.ServeHTTP(w, r)
	a := answer{status: w.Code, text: w.Body.String()}
	_ = json.Unmarshal(w.Body.Bytes(), &a.body) // IAM answers XML
	if w.Code != http.StatusOK {
		a.code, _ = a.body["__type"].(string)
		a.code = a.code[strings.LastIndexByte(a.code, '#')+1:]
	}
	return a
}

// do is a call by the owner's admin about the store that must be done.
func (h *house) do(operation string, input in) answer {
	h.t.Helper()
	a := h.try(operation, input)
	if a.status != http.StatusOK {
		h.t.Fatalf("%s: %d %s", operation, a.status, a.text)
	}
	return a
}

// try is do without must.
func (h *house) try(operation string, input in) answer {
	h.t.Helper()
	whole := in{"IdentityStoreId": storeID}
	for name, value := range input {
		whole[name] = value
	}
	return h.call(h.admin, operation, whole)
}

// at reads a value of an answer by its path: members by name, elements by
// number.
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
	out := []string{}
	elements, _ := a.body[list].([]any)
	for _, e := range elements {
		m, _ := e.(map[string]any)
		s, _ := m[member].(string)
		out = append(out, s)
	}
	return out
}

// refused checks an error's code and a part of its text.
func (h *house) refused(a answer, code, text string) {
	h.t.Helper()
	if a.code != code || !strings.Contains(a.text, text) {
		h.t.Errorf("%d %s %s, want %s %q", a.status, a.code, a.text, code, text)
	}
}

// ann is what makes a user.
func ann(name string) in {
	return in{"UserName": name, "DisplayName": "Ann " + name, "Name": in{"GivenName": "Ann", "FamilyName": name}}
}

// user makes a user and answers its id.
func (h *house) user(name string) string {
	h.t.Helper()
	return h.do("CreateUser", ann(name)).at("UserId")
}

// group makes a group and answers its id.
func (h *house) group(name string) string {
	h.t.Helper()
	return h.do("CreateGroup", in{"DisplayName": name}).at("GroupId")
}
