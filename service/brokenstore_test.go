package service_test

import (
	"context"
	"crypto/rand"
	"errors"
	"iter"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store"
	"github.com/rolecall-iam/rolecall/store/bolt"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// failing is a store whose reads fail after a number of good ones.
type failing struct {
	store.Engine
	left *atomic.Int64
}

type failingSnapshot struct {
	store.Snapshot
	left *atomic.Int64
}

var errDisk = errors.New("input/output error")

func (f failing) Read(ctx context.Context) (store.Snapshot, error) {
	if f.left.Add(-1) < 0 {
		return nil, errDisk
	}
	snap, err := f.Engine.Read(ctx)
	return failingSnapshot{snap, f.left}, err
}

func (f failingSnapshot) Get(name string) (store.KV, bool, error) {
	if f.left.Add(-1) < 0 {
		return store.KV{}, false, errDisk
	}
	return f.Snapshot.Get(name)
}

func (f failingSnapshot) List(prefix, after string, limit int) iter.Seq2[store.KV, error] {
	if f.left.Add(-1) < 0 {
		return func(yield func(store.KV, error) bool) { yield(store.KV{}, errDisk) }
	}
	return f.Snapshot.List(prefix, after, limit)
}

// Wherever on its way a request meets a disk that fails, the answer is the
// internal failure: never a yes, and never a no that the policies did not say.
func TestAStoreThatFailsAllowsNothing(t *testing.T) {
	engine, err := bolt.Open(bolt.Options{Ephemeral: true, Rand: rand.Reader, KeepRevisions: 100})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { engine.Close() })
	h, left := &house{t: t, log: new(record), now: start}, new(atomic.Int64)
	left.Store(1 << 30)
	dir := directory.New(failing{engine, left})
	keys, err := service.OpenKeys(context.Background(), dir, make([]byte, 32), h.time, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if err := dir.Update(context.Background(), func(tx *directory.Tx) error { return populate(tx, keys) }); err != nil {
		t.Fatal(err)
	}
	if err := dir.Update(context.Background(), join); err != nil {
		t.Fatal(err)
	}
	done := false
	h.serve(service.NewDoor(h.parts(dir, keys, service.Bind(iam.GetUser, needsIt,
		func(context.Context, *iam.GetUserInput) (*iam.GetUserOutput, error) {
			done = true
			return &iam.GetUserOutput{User: &iam.User{}}, nil
		}))))
	reads := int64(0)
	for ; ; reads++ {
		left.Store(reads)
		a := h.send(admin, form("iam", "GetUser"))
		if a.status == http.StatusOK {
			break
		}
		if a.status != http.StatusInternalServerError || done || reads > 100 {
			t.Fatalf("after %d reads: %d %s (done: %v)", reads, a.status, a, done)
		}
	}
	if reads < 3 {
		t.Errorf("only %d reads were made to fail", reads)
	}
	left.Store(1 << 30)
}
