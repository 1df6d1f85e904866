package bolt

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync/atomic"
	"time"

	"go.etcd.io/bbolt"

	"github.com/rolecall-iam/rolecall/store"
)

// The most that share one commit.
const (
	maxBatch      = 1024
	maxBatchBytes = 8 << 20
)

// errNothing ends a write transaction of bbolt that wrote nothing.
var errNothing = errors.New("nothing to write")

// request is a transaction on its way through the committer.
type request struct {
	txn   store.Txn
	load  []store.Txn  // instead of txn: all of them or none
	state atomic.Int32 // waiting, then taken or abandoned
	done  chan struct{}

	// set before done is closed
	result store.Result
	err    error
}

const (
	waiting = iota
	taken
	abandoned
)

// Txn applies a transaction and returns when it is on disk. Once it has begun
// it is waited for whatever becomes of ctx, so that an error of ctx means that
// nothing was applied.
func (s *Store) Txn(ctx context.Context, t store.Txn) (store.Result, error) {
	if err := t.Validate(); err != nil {
		return store.Result{}, err
	}
	if err := alive(ctx); err != nil {
		return store.Result{}, err
	}
	return s.await(ctx, &request{txn: t, done: make(chan struct{})})
}

func (s *Store) await(ctx context.Context, r *request) (store.Result, error) {
	if err := s.send(ctx, r); err != nil {
		return store.Result{}, err
	}
	select {
	case <-r.done:
	case <-ctx.Done():
		if r.state.CompareAndSwap(waiting, abandoned) {
			return store.Result{}, context.Cause(ctx)
		}
		<-r.done
	}
	return r.result, r.err
}

func (s *Store) send(ctx context.Context, r *request) error {
	s.sending.RLock()
	defer s.sending.RUnlock()
	if s.closed {
		return store.ErrClosed
	}
	select {
	case s.requests <- r:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// patience is which part of the time of the last commit the committer waits for
// those who wrote in it and have not come again yet.
const patience = 8

// commitAll is the committer: it takes what has gathered and commits it.
func (s *Store) commitAll() {
	defer close(s.committed)
	expected, wait := 0, time.Duration(0)
	for first := range s.requests {
		batch := s.gather(first, expected, wait)
		size := len(batch)
		began := time.Now()
		s.commit(batch)
		expected, wait = size+len(s.requests), time.Since(began)/patience
	}
}

// gather takes what is there. Whoever is told that a write is on disk often
// writes again at once: without waiting for them, two halves of the writers
// would take turns, with a commit each. A writer that is alone never waits.
func (s *Store) gather(first *request, expected int, wait time.Duration) []*request {
	batch, size := []*request{first}, first.size()
	var late <-chan time.Time
	for len(batch) < maxBatch && size < maxBatchBytes {
		if len(batch)+len(s.requests) < expected && late == nil {
			late = time.After(wait)
		}
		r, ok := s.next(late)
		if !ok {
			break
		}
		batch, size = append(batch, r), size+r.size()
		if len(batch) >= expected {
			late = nil
		}
	}
	return batch
}

// next is the next request that is there, or comes before it is late; nil never
// is.
func (s *Store) next(late <-chan time.Time) (r *request, ok bool) {
	if late == nil {
		select {
		case r, ok = <-s.requests:
		default:
		}
		return r, ok
	}
	select {
	case r, ok = <-s.requests:
	case <-late:
	}
	return r, ok
}

func (r *request) size() int {
	n := 0
	for _, op := range r.txn.Ops {
		if p, ok := op.(store.Put); ok {
			n += len(p.Value)
		}
	}
	return n
}

// commit applies a batch as one write transaction of bbolt. Where that fails,
// each is tried alone: one that is too large or meets a damaged page must not
// take the others with it. A load is a transaction of bbolt by itself.
func (s *Store) commit(batch []*request) {
	took := batch[:0]
	for _, r := range batch {
		switch {
		case !r.state.CompareAndSwap(waiting, taken):
		case r.load != nil:
			s.commitLoad(r)
		default:
			took = append(took, r)
		}
	}
	if len(took) == 0 {
		return
	}
	err := s.apply(took)
	if err != nil && len(took) > 1 {
		for _, r := range took {
			if err := s.apply([]*request{r}); err != nil {
				r.err = err
			}
			close(r.done)
		}
		return
	}
	for _, r := range took {
		if err != nil {
			r.err = err
		}
		close(r.done)
	}
}

// apply evaluates requests in order in one write transaction and publishes the
// new revision. With an error nothing of any of them is applied.
func (s *Store) apply(requests []*request) error {
	err := s.write(func(w *writer) error {
		before := w.revision
		for _, r := range requests {
			r.result, r.err = w.txn(r.txn)
			if w.broken != nil {
				return w.broken
			}
		}
		if w.revision == before {
			return errNothing
		}
		return nil
	})
	if err == nil || errors.Is(err, errNothing) {
		return nil
	}
	for _, r := range requests {
		r.result = store.Result{}
	}
	return fmt.Errorf("commit: %w", err)
}

// write makes transactions in one write transaction of bbolt, and forgets in it
// what is too old. Where there is no room to do both, it does not forget.
func (s *Store) write(change func(w *writer) error) error {
	forgot, err := s.writeOnce(change, true)
	if forgot && errors.Is(err, store.ErrFull) {
		_, err = s.writeOnce(change, false)
	}
	return err
}

// writeOnce forgets first: what is written stands in one long node until the
// commit, from which to delete takes the longer the longer it is.
func (s *Store) writeOnce(change func(w *writer) error, tidy bool) (forgot bool, err error) {
	var w *writer
	behind := s.behind
	err = s.update(func(tx *bbolt.Tx) error {
		w = newWriter(tx, s.revision.Load())
		if tidy {
			forgot, behind = s.forgetInPassing(w)
		}
		if err := change(w); err != nil {
			return err
		}
		return w.finish()
	}, func() {
		s.revision.Store(w.revision)
		s.behind, s.wrote = behind, w.written
		s.news.publish()
	})
	return forgot, err
}

// update is the one way to write the file. What follows from a change that is
// on disk is for publish to do, before the next one begins.
func (s *Store) update(change func(*bbolt.Tx) error, publish func()) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	if s.failed {
		return store.ErrReadOnly
	}
	s.idle.drain()
	defer s.idle.reopen()
	err := s.updateGuarded(change)
	if err == nil {
		publish()
	} else if !errors.Is(err, errNothing) {
		s.afterFailure()
	}
	return err
}

func (s *Store) updateGuarded(change func(*bbolt.Tx) error) (err error) {
	s.broken = true
	defer guard(&err)
	defer debug.SetPanicOnFault(faults())
	err = s.db.Update(change)
	s.broken = false // no panic
	return translate(err)
}

// afterFailure sees whether the failed commit left the file as it was, as one
// for want of space does. If it did not (the new header was written, but
// syncing it failed), nobody knows what the disk holds: no more writes then.
func (s *Store) afterFailure() {
	v, err := s.newView()
	if err != nil || s.broken {
		s.failed = true
	}
	if err != nil {
		return
	}
	defer rollback(v.tx)
	s.failed = s.failed || v.revision != s.revision.Load()
}
