package storetest

import (
	"errors"
	"fmt"
	"testing"

	"github.com/rolecall-iam/rolecall/store"
)

func compactionCases() []testCase {
	return []testCase{
		{"below the compacted revision nothing is read, from it on everything (etcd)", compactRead},
		{"a watch begins at the compacted revision at the earliest (etcd)", compactWatch},
		{"a watcher who fell behind learns it", compactBehind},
		{"an open snapshot is not disturbed", compactSnapshot},
		{"compacting twice, or the future, is refused (etcd)", compactTwice},
		{"keys made before and never changed stay", compactStays},
		{"writers and readers go on while thousands of versions go", compactLarge},
	}
}

func compact(t *testing.T, e store.Engine, revision int64) {
	t.Helper()
	if err := e.Compact(t.Context(), revision); err != nil {
		t.Fatalf("Compact(%d): %v", revision, err)
	}
}

func compactRead(t *testing.T, e store.Engine) {
	base := e.Revision()
	apply(t, e, put("a", "1"), put("b", "1"))
	apply(t, e, put("a", "2"), del("b"))
	apply(t, e, put("a", "3"), put("b", "3"))
	apply(t, e, del("a"))
	compact(t, e, base+2)
	_, err := e.ReadAt(t.Context(), base+1)
	wantError(t, "below", err, store.ErrCompacted)
	equal(t, "at it", list(t, readAt(t, e, base+2).List("", "", 0)), []string{"a=2"})
	equal(t, "above", list(t, readAt(t, e, base+3).List("", "", 0)), []string{"a=3", "b=3"})
	equal(t, "newest", list(t, read(t, e).List("", "", 0)), []string{"b=3"})
	compact(t, e, base+4)
	equal(t, "at the newest", list(t, readAt(t, e, base+4).List("", "", 0)), []string{"b=3"})
	equal(t, "revision", e.Revision(), base+4)
}

func compactWatch(t *testing.T, e store.Engine) {
	base := e.Revision()
	apply(t, e, put("a", "1"))
	apply(t, e, put("a", "2"))
	apply(t, e, put("a", "3"))
	compact(t, e, base+2)
	for _, err := range e.Watch(bounded(t), "", base+1) {
		wantError(t, "below", err, store.ErrCompacted)
		if err == nil {
			break
		}
	}
	equal(t, "after it", follow(t, e, "", base, base+3, 1, nil), []string{"+3 a=3@1"})
	equal(t, "at it", follow(t, e, "", base, base+2, 2, nil), []string{"+2 a=2@1", "+3 a=3@1"})
}

// compactBehind allows an engine that pushes to have sent some changes before
// it noticed: what counts is that there is no gap without an error.
func compactBehind(t *testing.T, e store.Engine) {
	base := e.Revision()
	apply(t, e, put("a", "1"))
	next := base + 1
	for c, err := range e.Watch(bounded(t), "", base+1) {
		if errors.Is(err, store.ErrCompacted) {
			return
		}
		if err != nil || c.Revision != next {
			t.Fatalf("revision +%d, %v; want +%d or ErrCompacted", c.Revision-base, err, next-base)
		}
		if next == base+1 {
			for i := range 5 {
				apply(t, e, put("a", fmt.Sprint(i)))
			}
			compact(t, e, base+5)
		}
		if next++; next > base+6 {
			return
		}
	}
}

func compactSnapshot(t *testing.T, e store.Engine) {
	base := apply(t, e, put("a", "1"), put("b", "1"))
	newest, past := read(t, e), store.Snapshot(nil)
	apply(t, e, put("a", "2"), del("b"))
	past = readAt(t, e, base)
	apply(t, e, put("a", "3"))
	compact(t, e, base+2)
	apply(t, e, put("a", "4"))
	want := []string{"a=1", "b=1"}
	equal(t, "opened as the newest", list(t, newest.List("", "", 0)), want)
	equal(t, "opened as the past", list(t, past.List("", "", 0)), want)
}

func compactTwice(t *testing.T, e store.Engine) {
	r := apply(t, e, put("a", "1"))
	wantError(t, "future", e.Compact(t.Context(), r+1), store.ErrFutureRevision)
	compact(t, e, r)
	wantError(t, "again", e.Compact(t.Context(), r), store.ErrCompacted)
	wantError(t, "before", e.Compact(t.Context(), r-1), store.ErrCompacted)
	equal(t, "next revision", apply(t, e, put("a", "2")), r+1)
}

func compactStays(t *testing.T, e store.Engine) {
	created := apply(t, e, put("old", "1"))
	apply(t, e, put("a", "1"))
	r := apply(t, e, put("a", "2"))
	compact(t, e, r)
	kv, ok, err := read(t, e).Get("old")
	equal(t, "old key", fmt.Sprint(line(kv), kv.CreateRevision, ok, err), fmt.Sprint("old=1", created, true, nil))
	got, err := e.Txn(t.Context(), store.Txn{Compares: []store.Compare{store.Unchanged{Key: "old", ModRevision: created}}})
	equal(t, "compare", fmt.Sprint(got.Succeeded, err), "true <nil>")
}

func compactLarge(t *testing.T, e store.Engine) {
	for range 30 {
		apply(t, e, many(100)...)
	}
	target := e.Revision()
	stop := make(chan struct{})
	done := make(chan error, 1)
	go func() {
		done <- together(2, func(i int) error {
			for {
				select {
				case <-stop:
					return nil
				default:
				}
				if _, err := increment(t.Context(), e, fmt.Sprint("n", i)); err != nil {
					return err
				}
			}
		})
	}()
	compact(t, e, target)
	close(stop)
	equal(t, "errors", fmt.Sprint(<-done), "<nil>")
	equal(t, "keys", len(list(t, readAt(t, e, target).List("many/", "", 0))), 100)
	_, err := e.ReadAt(t.Context(), target-1)
	wantError(t, "below", err, store.ErrCompacted)
}
