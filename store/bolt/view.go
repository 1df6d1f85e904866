package bolt

import (
	"bytes"
	"context"
	"iter"
	"runtime/debug"
	"strings"
	"sync"

	"go.etcd.io/bbolt"

	"github.com/rolecall-iam/rolecall/store"
)

// view is an open bbolt read transaction with what Get needs, so that a lookup
// allocates nothing.
type view struct {
	tx       *bbolt.Tx
	current  *bbolt.Bucket
	cursor   *bbolt.Cursor
	revision int64
}

func (s *Store) newView() (_ *view, err error) {
	tx, err := s.db.Begin(false)
	if err != nil {
		return nil, translate(err)
	}
	defer func() { // after guard
		if err != nil {
			rollback(tx)
		}
	}()
	defer guard(&err)
	defer debug.SetPanicOnFault(faults())
	current := tx.Bucket(bytesOf(bucketCurrent))
	return &view{tx: tx, current: current, cursor: current.Cursor(), revision: int64(current.Sequence())}, nil
}

func (v *view) get(key string) (_ store.KV, ok bool, err error) {
	defer guard(&err)
	defer debug.SetPanicOnFault(faults())
	return find(v.cursor, key)
}

// find looks a key up in current.
func find(c *bbolt.Cursor, key string) (store.KV, bool, error) {
	k, record := c.Seek(bytesOf(key))
	if k == nil || !bytes.Equal(k, bytesOf(key)) {
		return store.KV{}, false, nil
	}
	kv, err := decodeRecord(key, record)
	return kv, err == nil, err
}

func (v *view) compacted() int64 {
	return int64(v.tx.Bucket(bytesOf(bucketHistory)).Sequence())
}

// idleViews keeps closed snapshots of the newest revision for the next Read,
// which then costs a lock and no allocation in bbolt. A writer takes them all
// away before it begins: bbolt could not map a grown file while one is open.
type idleViews struct {
	mu    sync.Mutex
	open  bool
	views []*view
}

// maxIdle is how many views are kept; more are open only in a burst.
const maxIdle = 32

func (i *idleViews) take() *view {
	i.mu.Lock()
	defer i.mu.Unlock()
	if len(i.views) == 0 {
		return nil
	}
	v := i.views[len(i.views)-1]
	i.views = i.views[:len(i.views)-1]
	return v
}

// keep reports whether it took the view.
func (i *idleViews) keep(v *view, newest int64) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	if !i.open || v.revision != newest || len(i.views) >= maxIdle {
		return false
	}
	i.views = append(i.views, v)
	return true
}

func (i *idleViews) drain() {
	i.mu.Lock()
	views := i.views
	i.open, i.views = false, nil
	i.mu.Unlock()
	for _, v := range views {
		rollback(v.tx)
	}
}

func (i *idleViews) reopen() {
	i.mu.Lock()
	i.open = true
	i.mu.Unlock()
}

// snapshot is the newest state, as Read gives it out. The view behind it is
// used again, so it is a thing of its own that knows that it was closed.
type snapshot struct {
	store    *Store
	view     *view
	revision int64
	reads    uint32
}

// Read opens a snapshot at the newest revision.
func (s *Store) Read(ctx context.Context) (store.Snapshot, error) {
	if err := alive(ctx); err != nil {
		return nil, err
	}
	v := s.idle.take()
	if v == nil {
		var err error
		if v, err = s.newView(); err != nil {
			return nil, err
		}
	}
	return &snapshot{store: s, view: v, revision: v.revision}, nil
}

func (s *snapshot) Revision() int64 { return s.revision }

func (s *snapshot) Get(key string) (store.KV, bool, error) {
	if s.view == nil {
		return store.KV{}, false, store.ErrClosed
	}
	s.count()
	return s.view.get(key)
}

func (s *snapshot) Close() {
	v := s.view
	if v == nil {
		return
	}
	s.view = nil
	s.store.noteReads(s.reads % lookEvery)
	if !s.store.idle.keep(v, s.store.revision.Load()) {
		rollback(v.tx)
	}
}

func (s *snapshot) List(prefix, after string, limit int) iter.Seq2[store.KV, error] {
	return func(yield func(store.KV, error) bool) {
		if s.view == nil {
			yield(store.KV{}, store.ErrClosed)
			return
		}
		c := s.view.current.Cursor()
		from, skip := listStart(prefix, after)
		kv, ok, err := listNext(prefix, func() ([]byte, []byte) {
			k, record := c.Seek(bytesOf(from))
			if skip && bytes.Equal(k, bytesOf(from)) {
				return c.Next()
			}
			return k, record
		})
		for n := 1; ok || err != nil; n++ {
			if !yield(kv, err) || err != nil || n == limit {
				return
			}
			if s.view == nil { // closed by the caller's loop
				yield(store.KV{}, store.ErrClosed)
				return
			}
			s.count()
			kv, ok, err = listNext(prefix, c.Next)
		}
	}
}

// listStart is where a list begins, and whether that key itself is left out.
func listStart(prefix, after string) (from string, skip bool) {
	if after == "" || after < prefix {
		return prefix, false
	}
	return after, true
}

// listNext moves on with step and reads what it finds there; false is the end.
// The fault guard is around the step and never around the caller's code.
func listNext(prefix string, step func() (k, record []byte)) (_ store.KV, ok bool, err error) {
	defer guard(&err)
	defer debug.SetPanicOnFault(faults())
	k, record := step()
	if k == nil || !strings.HasPrefix(string(k), prefix) {
		return store.KV{}, false, nil
	}
	kv, err := decodeRecord(string(k), record)
	return kv, err == nil, err
}
