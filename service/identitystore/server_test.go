package identitystore_test

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/store/bolt"
	"github.com/rolecall-iam/rolecall/store/directory"
	"github.com/rolecall-iam/rolecall/test/calltest"
)

// The account that has the store, the store, and one that does not exist.
const (
	owner     = "123456789012"
	storeID   = "d-90670000aa"
	elsewhere = "d-0000000000"
)

type in = map[string]any

// house is a whole service whose first account has an identity store.
type house struct{ *calltest.House }

func open(t *testing.T) *house {
	t.Helper()
	dir := t.TempDir()
	h := &house{calltest.Open(t, "us-west-2", dir)}
	h.Restart(func() error { return putStore(t.Context(), dir, h.Now) })
	return h
}

type answer = calltest.Answer

// putStore gives the first account its identity store.
func putStore(ctx context.Context, dir string, now time.Time) error {
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

// call calls an operation of the identity store.
func (h *house) call(keys calltest.Keys, operation string, input in) answer {
	h.T.Helper()
	return h.Call(keys, "identitystore", "AWSIdentityStore."+operation, input)
}

// do is a call by the owner's admin about the store that must be done.
func (h *house) do(operation string, input in) answer {
	h.T.Helper()
	a := h.try(operation, input)
	if a.Status != http.StatusOK {
		h.T.Fatalf("%s: %d %s", operation, a.Status, a.Text)
	}
	return a
}

// try is do without must.
func (h *house) try(operation string, input in) answer {
	h.T.Helper()
	whole := in{"IdentityStoreId": storeID}
	for name, value := range input {
		whole[name] = value
	}
	return h.call(h.Admin, operation, whole)
}

// refused checks an error's code and a part of its text.
func (h *house) refused(a answer, code, text string) {
	h.T.Helper()
	if a.Code != code || !strings.Contains(a.Text, text) {
		h.T.Errorf("%d %s %s, want %s %q", a.Status, a.Code, a.Text, code, text)
	}
}

// ann is what makes a user.
func ann(name string) in {
	return in{"UserName": name, "DisplayName": "Ann " + name, "Name": in{"GivenName": "Ann", "FamilyName": name}}
}

// user makes a user and answers its id.
func (h *house) user(name string) string {
	h.T.Helper()
	return h.do("CreateUser", ann(name)).At("UserId")
}

// group makes a group and answers its id.
func (h *house) group(name string) string {
	h.T.Helper()
	return h.do("CreateGroup", in{"DisplayName": name}).At("GroupId")
}
