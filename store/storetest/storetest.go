package storetest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall/store"
)

// patience bounds how long a case waits for what must come; a case that passes
// never waits for it.
const patience = time.Minute

type testCase struct {
	name string
	run  func(*testing.T, store.Engine)
}

// Run checks an engine. open gives a store that the case may write to; it is
// closed when the case ends.
func Run(t *testing.T, open func(*testing.T) store.Engine) {
	groups := []struct {
		name  string
		cases []testCase
	}{
		{"transaction", txnCases()},
		{"conflict", conflictCases()},
		{"load", loadCases()},
		{"snapshot", snapshotCases()},
		{"list", listCases()},
		{"past", pastCases()},
		{"watch", watchCases()},
		{"compaction", compactionCases()},
		{"life", lifeCases()},
		{"model", []testCase{{"random histories agree with a map", model}}},
	}
	for _, g := range groups {
		t.Run(g.name, func(t *testing.T) {
			for _, c := range g.cases {
				t.Run(c.name, func(t *testing.T) {
					e := open(t)
					t.Cleanup(func() {
						if err := e.Close(); err != nil {
							t.Errorf("Close: %v", err)
						}
					})
					c.run(t, e)
				})
			}
		})
	}
}

// apply runs operations without a compare and returns the revision.
func apply(t testing.TB, e store.Engine, ops ...store.Op) int64 {
	t.Helper()
	r, err := e.Txn(t.Context(), store.Txn{Ops: ops})
	if err != nil || !r.Succeeded {
		t.Fatalf("Txn = %+v, %v; want it to succeed", r, err)
	}
	return r.Revision
}

func put(key, value string) store.Op { return store.Put{Key: key, Value: []byte(value)} }

func del(key string) store.Op { return store.Delete{Key: key} }

// read opens a snapshot that is closed with the test.
func read(t testing.TB, e store.Engine) store.Snapshot {
	t.Helper()
	s, err := e.Read(t.Context())
	if err != nil {
		t.Fatalf("Read: %v", err)
	}
	t.Cleanup(s.Close)
	return s
}

func readAt(t testing.TB, e store.Engine, revision int64) store.Snapshot {
	t.Helper()
	s, err := e.ReadAt(t.Context(), revision)
	if err != nil {
		t.Fatalf("ReadAt(%d): %v", revision, err)
	}
	t.Cleanup(s.Close)
	return s
}

// line is one key in the notation that the cases compare.
func line(kv store.KV) string {
	return fmt.Sprintf("%s=%s", kv.Key, kv.Value)
}

// get is a key's line, or "" where there is no such key.
func get(t testing.TB, s store.Snapshot, key string) string {
	t.Helper()
	kv, ok, err := s.Get(key)
	if err != nil {
		t.Fatalf("Get(%q): %v", key, err)
	}
	if !ok {
		return ""
	}
	return line(kv)
}

// list is the lines of a list.
func list(t testing.TB, kvs iter.Seq2[store.KV, error]) []string {
	t.Helper()
	var lines []string
	for kv, err := range kvs {
		if err != nil {
			t.Fatalf("List: %v", err)
		}
		lines = append(lines, line(kv))
	}
	return lines
}

func equal(t testing.TB, what string, got, want any) {
	t.Helper()
	if g, w := fmt.Sprintf("%q", got), fmt.Sprintf("%q", want); g != w {
		t.Errorf("%s:\n got %s\nwant %s", what, g, w)
	}
}

func wantError(t testing.TB, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: error is %v, want %v", what, err, want)
	}
}

// bounded is the test's context with an end, so that a watch that misses
// something fails and does not hang.
func bounded(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}
