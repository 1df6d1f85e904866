package bolt

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"go.etcd.io/bbolt"

	"github.com/rolecall-iam/rolecall/store"
)

// gathered holds the committer, sends transactions, waits until they are all in
// the queue and lets the committer go. It returns what each got.
func gathered(t *testing.T, s *Store, txns []store.Txn) ([]store.Result, []error) {
	t.Helper()
	results, errs := make([]store.Result, len(txns)), make([]error, len(txns))
	s.writing.Lock()
	// This one the committer takes at once, and waits with it.
	first := &request{txn: store.Txn{Ops: []store.Op{store.Put{Key: "first"}}}, done: make(chan struct{})}
	if err := s.send(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	requests := make([]*request, len(txns))
	for i, txn := range txns {
		requests[i] = &request{txn: txn, done: make(chan struct{})}
		if err := s.send(t.Context(), requests[i]); err != nil {
			t.Fatal(err)
		}
	}
	s.writing.Unlock()
	for i, r := range requests {
		<-r.done
		results[i], errs[i] = r.result, r.err
	}
	if <-first.done; first.err != nil {
		t.Error(first.err)
	}
	return results, errs
}

func TestWhatGathersSharesACommit(t *testing.T) {
	s := mustOpen(t, Options{Dir: t.TempDir()})
	defer s.Close()
	before := commitsOf(t, s)
	txns := make([]store.Txn, 64)
	for i := range txns {
		txns[i] = store.Txn{Ops: []store.Op{store.Put{Key: key(i)}}}
	}
	results, errs := gathered(t, s, txns)
	for i := range txns {
		if errs[i] != nil || !results[i].Succeeded {
			t.Errorf("transaction %d: %+v, %v", i, results[i], errs[i])
		}
	}
	if n := commitsOf(t, s) - before; n > 2 {
		t.Errorf("65 transactions made %d commits, want 2 at most", n)
	}
	if s.Revision() != 1+65 {
		t.Errorf("revision %d, want one for each transaction", s.Revision())
	}
}

func TestEachOfACommitHasItsOwnOutcome(t *testing.T) {
	s := mustOpen(t, Options{Dir: t.TempDir()})
	defer s.Close()
	create := store.Txn{
		Compares: []store.Compare{store.Absent{Key: "name"}},
		Ops:      []store.Op{store.Put{Key: "name", Value: []byte("first")}},
	}
	late := create
	late.Ops = []store.Op{store.Put{Key: "name", Value: []byte("late")}, store.Put{Key: "side effect"}}
	results, errs := gathered(t, s, []store.Txn{
		create, late, {Compares: []store.Compare{store.ValueIs{Key: "name", Value: []byte("first")}}},
		{Ops: []store.Op{store.Put{Key: "other"}}},
	})
	for i, want := range []bool{true, false, true, true} {
		if errs[i] != nil || results[i].Succeeded != want {
			t.Errorf("transaction %d: %+v, %v; want %v", i, results[i], errs[i], want)
		}
	}
	if results[3].Revision != results[0].Revision+1 {
		t.Errorf("revisions %d and %d, want one after the other", results[0].Revision, results[3].Revision)
	}
	v, err := s.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	if _, ok, _ := v.Get("side effect"); ok {
		t.Error("a transaction that failed its compare wrote something")
	}
}

func TestATransactionCancelledInTheQueueIsNotApplied(t *testing.T) {
	s := mustOpen(t, Options{Ephemeral: true})
	defer s.Close()
	ctx, cancel := context.WithCancelCause(t.Context())
	gone := errors.New("the caller went away")
	s.writing.Lock()
	kept, lost := make(chan error, 1), make(chan error, 1)
	first := &request{txn: store.Txn{Ops: []store.Op{store.Put{Key: "first"}}}, done: make(chan struct{})}
	if err := s.send(ctx, first); err != nil {
		t.Fatal(err)
	}
	for first.state.Load() == waiting { // until the committer has it
	}
	go func() {
		_, err := s.Txn(ctx, store.Txn{Ops: []store.Op{store.Put{Key: "lost"}}})
		lost <- err
	}()
	cancel(gone)
	if err := <-lost; !errors.Is(err, gone) {
		t.Errorf("error is %v, want the context's cause", err)
	}
	go func() {
		_, err := s.Txn(t.Context(), store.Txn{Compares: []store.Compare{store.Absent{Key: "lost"}},
			Ops: []store.Op{store.Put{Key: "kept"}}})
		kept <- err
	}()
	s.writing.Unlock()
	if err := <-kept; err != nil {
		t.Error(err)
	}
	v, err := s.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	for k, want := range map[string]bool{"first": true, "lost": false, "kept": true} {
		if _, ok, err := v.Get(k); ok != want || err != nil {
			t.Errorf("key %s: %v, %v; want %v", k, ok, err, want)
		}
	}
}

// A damaged record is an error of the transaction that meets it alone.
func TestADamagedRecordFailsItsOwnTransactionOnly(t *testing.T) {
	s := mustOpen(t, Options{Ephemeral: true})
	defer s.Close()
	fill(t, s, 3)
	err := s.db.Update(func(tx *bbolt.Tx) error {
		return tx.Bucket([]byte(bucketCurrent)).Put([]byte(key(1)), make([]byte, 100))
	})
	if err != nil {
		t.Fatal(err)
	}
	_, errs := gathered(t, s, []store.Txn{
		{Ops: []store.Op{store.Put{Key: key(0)}}},
		{Ops: []store.Op{store.Put{Key: "unwritten"}, store.Put{Key: key(1)}}},
		{Ops: []store.Op{store.Put{Key: key(2)}}},
	})
	for i, want := range []error{nil, store.ErrDamaged, nil} {
		if !errors.Is(errs[i], want) {
			t.Errorf("transaction %d: %v, want %v", i, errs[i], want)
		}
	}
	v, err := s.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	if _, ok, _ := v.Get("unwritten"); ok {
		t.Error("a part of the failed transaction was written")
	}
}

// After a commit that failed but is in the file, no write is accepted: what the
// disk holds is unknown. Reads go on.
func TestAnUnknownOutcomeEndsWriting(t *testing.T) {
	s := mustOpen(t, Options{Dir: t.TempDir()})
	defer s.Close()
	fill(t, s, 1)
	s.revision.Add(-1) // as if the last commit had failed and were in the file
	fail := errors.New("input/output error")
	err := s.update(func(*bbolt.Tx) error { return fail }, func() {})
	if !errors.Is(err, fail) {
		t.Errorf("error is %v", err)
	}
	_, err = s.Txn(t.Context(), store.Txn{Ops: []store.Op{store.Put{Key: "a"}}})
	if !errors.Is(err, store.ErrReadOnly) {
		t.Errorf("the next write: %v, want ErrReadOnly", err)
	}
	v, err := s.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	if _, ok, err := v.Get(key(0)); !ok || err != nil {
		t.Errorf("Get: %v, %v", ok, err)
	}
}

func TestAPanicOfBboltIsAnErrorAndDoesNotHang(t *testing.T) {
	dir := t.TempDir()
	s := mustOpen(t, Options{Dir: dir})
	fill(t, s, 1)
	err := s.update(func(*bbolt.Tx) error { panic("page 7: multiple references") }, func() {})
	if !errors.Is(err, store.ErrDamaged) {
		t.Errorf("error is %v, want ErrDamaged", err)
	}
	if _, err = s.Txn(t.Context(), store.Txn{Ops: []store.Op{store.Put{Key: "a"}}}); !errors.Is(err, store.ErrReadOnly) {
		t.Errorf("the next write: %v, want ErrReadOnly", err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	mustOpen(t, Options{Dir: dir}).Close()
}

// KeepRevisions bounds the past, and with it the file. What is too old goes with
// what is written, not in commits of its own.
func TestOldRevisionsGoInPassing(t *testing.T) {
	const keep = 80
	dir := t.TempDir()
	s := mustOpen(t, Options{Dir: dir, KeepRevisions: keep})
	s.db.NoSync = true // the disk has no part in this
	before := s.Commits()
	for i := range 500 {
		if _, err := s.Txn(t.Context(), store.Txn{Ops: []store.Op{store.Put{Key: key(i % 7), Value: document()}}}); err != nil {
			t.Fatal(err)
		}
	}
	if made := s.Commits() - before; made != 500 {
		t.Errorf("500 writes took %d commits", made)
	}
	if err := s.Close(); err != nil { // the committer has ended
		t.Fatal(err)
	}
	s = mustOpen(t, Options{Dir: dir, KeepRevisions: keep})
	defer s.Close()
	oldest := int64(0)
	for r := s.Revision(); r > 0; r-- {
		v, err := s.ReadAt(t.Context(), r)
		if errors.Is(err, store.ErrCompacted) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		oldest = s.Revision() - r
		v.Close()
	}
	if oldest < keep || oldest > keep+keep/8+1 {
		t.Errorf("%d revisions are kept, want %d or a few more", oldest, keep)
	}
	info, err := os.Stat(filepath.Join(dir, fileName))
	if err != nil || info.Size() > 2*growBy {
		t.Errorf("the file has %d bytes, %v", info.Size(), err)
	}
}

// What a load writes is forgotten by the writes after it, some at a time; the load
// itself forgets nothing of it, which would take the square of its length.
func TestALoadIsForgottenByWhatComesAfterIt(t *testing.T) {
	const keep, txns = 8, 400
	s := mustOpen(t, Options{Ephemeral: true, KeepRevisions: keep})
	defer s.Close()
	load := make([]store.Txn, txns)
	for i := range load {
		for n := range store.MaxTxnOps {
			load[i].Ops = append(load[i].Ops, store.Put{Key: key(i*store.MaxTxnOps + n)})
		}
	}
	if ok, err := s.Load(t.Context(), load); !ok || err != nil {
		t.Fatal(ok, err)
	}
	if n := historyOf(t, s); n != txns*store.MaxTxnOps {
		t.Errorf("%d records of a load of %d", n, txns*store.MaxTxnOps)
	}
	for range txns*store.MaxTxnOps/compactStep + 1 {
		if _, err := s.Txn(t.Context(), store.Txn{Ops: []store.Op{store.Put{Key: key(0)}}}); err != nil {
			t.Fatal(err)
		}
	}
	if n := historyOf(t, s); n > keep+keep/8+2 { // the revision itself, and the last write
		t.Errorf("%d records are left, want those of %d revisions", n, keep)
	}
}

// historyOf counts the records of history.
func historyOf(t *testing.T, s *Store) (n int) {
	t.Helper()
	err := s.db.View(func(tx *bbolt.Tx) error {
		return tx.Bucket(bytesOf(bucketHistory)).ForEach(func(_, _ []byte) error { n++; return nil })
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestMaxBytesRefusesWhatIsTooMuchAndKeepsTheRest(t *testing.T) {
	s := mustOpen(t, Options{Ephemeral: true, MaxBytes: 16 << 20})
	defer s.Close()
	value := make([]byte, 64<<10)
	n := 0
	var err error
	for ; err == nil && n < 1000; n++ {
		_, err = s.Txn(t.Context(), store.Txn{Ops: []store.Op{store.Put{Key: key(n), Value: value}}})
	}
	if !errors.Is(err, store.ErrFull) {
		t.Fatalf("after %d writes: %v, want ErrFull", n, err)
	}
	intact(t, s, n-1)
}

// intact checks that the first n keys are there and no more.
func intact(t *testing.T, s *Store, n int) {
	t.Helper()
	v, err := s.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	i := 0
	for kv, err := range v.List("key/", "", 0) {
		if err != nil || kv.Key != key(i) {
			t.Fatal(kv.Key, err)
		}
		i++
	}
	if i != n {
		t.Errorf("%d keys, want %d", i, n)
	}
}

// A snapshot is used again by the next Read, but never by two at once and never
// after a write.
func TestIdleSnapshotsAreUsedAgain(t *testing.T) {
	s := mustOpen(t, Options{Ephemeral: true})
	defer s.Close()
	fill(t, s, 1)
	open := func() *snapshot {
		v, err := s.Read(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return v.(*snapshot)
	}
	a := open()
	view := a.view
	a.Close()
	a.Close()
	b, c := open(), open()
	if b.view != view || c.view == view {
		t.Error("one idle view must serve the next Read, and that one only")
	}
	b.Close()
	fill(t, s, 1)
	d := open()
	if d.view == view || d.Revision() != s.Revision() {
		t.Errorf("after a write: revision %d, want %d", d.Revision(), s.Revision())
	}
	c.Close()
	d.Close()
	if e := open(); e.view != d.view && e.Revision() != s.Revision() {
		t.Errorf("a view of an old revision was kept: %s", fmt.Sprint(e.Revision()))
	} else {
		e.Close()
	}
}
