package storetest

import (
	"bytes"
	"testing"

	"github.com/rolecall-iam/rolecall/store"
)

func lifeCases() []testCase {
	return []testCase{
		{"a closed engine answers ErrClosed, and closing twice does nothing", closedEngine},
		{"closing ends a waiting watch", closeEndsWatch},
		{"a backup is written while writes go on", backupUnderWrites},
	}
}

func closedEngine(t *testing.T, e store.Engine) {
	r := apply(t, e, put("a", "1"))
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	_, err := e.Read(t.Context())
	wantError(t, "Read", err, store.ErrClosed)
	_, err = e.ReadAt(t.Context(), r)
	wantError(t, "ReadAt", err, store.ErrClosed)
	_, err = e.Txn(t.Context(), store.Txn{Ops: []store.Op{put("a", "2")}})
	wantError(t, "Txn", err, store.ErrClosed)
	wantError(t, "Compact", e.Compact(t.Context(), r), store.ErrClosed)
	wantError(t, "Backup", e.Backup(new(bytes.Buffer)), store.ErrClosed)
	for _, err := range e.Watch(t.Context(), "", r) {
		wantError(t, "Watch", err, store.ErrClosed)
	}
	if err := e.Close(); err != nil {
		t.Errorf("second Close: %v", err)
	}
}

func closeEndsWatch(t *testing.T, e store.Engine) {
	r := apply(t, e, put("a", "1"))
	begun, ended := make(chan struct{}), make(chan error, 1)
	go func() {
		var last error
		for _, err := range e.Watch(bounded(t), "", r) {
			if last = err; err == nil {
				close(begun)
			}
		}
		ended <- last
	}()
	<-begun
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	wantError(t, "watch", <-ended, store.ErrClosed)
}

func backupUnderWrites(t *testing.T, e store.Engine) {
	apply(t, e, many(100)...)
	stop, done := make(chan struct{}), make(chan error, 1)
	go func() {
		for {
			select {
			case <-stop:
				done <- nil
				return
			default:
			}
			if _, err := increment(t.Context(), e, "n"); err != nil {
				done <- err
				return
			}
		}
	}()
	var copied bytes.Buffer
	if err := e.Backup(&copied); err != nil {
		t.Errorf("Backup: %v", err)
	}
	close(stop)
	if err := <-done; err != nil {
		t.Error(err)
	}
	if copied.Len() == 0 {
		t.Error("the backup is empty")
	}
}

// RunDurable checks that an engine forgets nothing when it is closed and opened
// again. open makes a store, or opens it again where it did so before.
func RunDurable(t *testing.T, open func(*testing.T) store.Engine) {
	e := open(t)
	t.Cleanup(func() { // after the snapshots are closed
		if err := e.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	base := e.Revision()
	apply(t, e, put("a", "1"), put("b", "1"))
	apply(t, e, put("a", "2"), del("b"))
	apply(t, e, put("c", "3"))
	compact(t, e, base+1)
	reopen := func() {
		t.Helper()
		if err := e.Close(); err != nil {
			t.Fatal(err)
		}
		e = open(t)
	}
	reopen()
	equal(t, "revision", e.Revision(), base+3)
	s := read(t, e)
	equal(t, "newest", list(t, s.List("", "", 0)), []string{"a=2", "c=3"})
	s.Close()
	past := readAt(t, e, base+1)
	equal(t, "past", list(t, past.List("", "", 0)), []string{"a=1", "b=1"})
	past.Close()
	_, err := e.ReadAt(t.Context(), base)
	wantError(t, "compacted", err, store.ErrCompacted)
	equal(t, "watch", follow(t, e, "", base, base+2, 2, nil), []string{"+2 a=2@1 -b", "+3 c=3@3"})
	equal(t, "next revision", apply(t, e, put("a", "3")), base+4)
	reopen()
	equal(t, "written after", get(t, read(t, e), "a"), "a=3")
}
