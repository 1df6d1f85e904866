package bolt

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"runtime/debug"
	"strings"

	"go.etcd.io/bbolt"

	"github.com/rolecall-iam/rolecall/store"
)

// pastSnapshot is the state of an older revision, put together from current and
// past: a key's version is the first that a later revision replaced, or the
// current one.
type pastSnapshot struct {
	view     *view
	past     *bbolt.Bucket
	versions *bbolt.Cursor // of past, for Get
	scratch  []byte
	revision int64
}

// ReadAt opens a snapshot at an older revision.
func (s *Store) ReadAt(ctx context.Context, revision int64) (store.Snapshot, error) {
	if err := alive(ctx); err != nil {
		return nil, err
	}
	v, err := s.newView()
	if err != nil {
		return nil, err
	}
	p, err := v.at(revision)
	if err != nil {
		rollback(v.tx)
		return nil, fmt.Errorf("read at revision %d: %w", revision, err)
	}
	return p, nil
}

func (v *view) at(revision int64) (_ *pastSnapshot, err error) {
	defer guard(&err)
	defer debug.SetPanicOnFault(faults())
	if revision > v.revision {
		return nil, store.ErrFutureRevision
	}
	if revision < 1 || revision < v.compacted() {
		return nil, store.ErrCompacted
	}
	past := v.tx.Bucket(bytesOf(bucketPast))
	return &pastSnapshot{view: v, past: past, versions: past.Cursor(), revision: revision}, nil
}

func (p *pastSnapshot) Revision() int64 { return p.revision }

func (p *pastSnapshot) Close() {
	if p.view != nil {
		rollback(p.view.tx)
		p.view = nil
	}
}

func (p *pastSnapshot) Get(key string) (_ store.KV, ok bool, err error) {
	if p.view == nil {
		return store.KV{}, false, store.ErrClosed
	}
	defer guard(&err)
	defer debug.SetPanicOnFault(faults())
	return p.find(key, p.versions, p.view.cursor)
}

// find is the version of a key at the snapshot's revision.
func (p *pastSnapshot) find(key string, versions, current *bbolt.Cursor) (store.KV, bool, error) {
	kv, ok, err := versionAfter(versions, &p.scratch, key, p.revision)
	if err == nil && !ok {
		kv, ok, err = find(current, key)
	}
	if err != nil || !ok || kv.ModRevision > p.revision {
		return store.KV{}, false, err
	}
	return kv, true, nil
}

// versionAfter is the oldest version of a key that was replaced after a
// revision; that it had been written by then is for the caller to see.
func versionAfter(c *bbolt.Cursor, scratch *[]byte, key string, revision int64) (store.KV, bool, error) {
	*scratch = appendPastKey((*scratch)[:0], key, revision+1)
	k, record := c.Seek(*scratch)
	prefix := (*scratch)[:len(*scratch)-8]
	if len(k) != len(*scratch) || !bytes.HasPrefix(k, prefix) {
		return store.KV{}, false, nil
	}
	kv, err := decodeRecord(key, record)
	return kv, err == nil, err
}

// List walks current and past side by side; each key is then looked up. It is
// for explaining the past and not for the hot path.
func (p *pastSnapshot) List(prefix, after string, limit int) iter.Seq2[store.KV, error] {
	return func(yield func(store.KV, error) bool) {
		from, skip := listStart(prefix, after)
		for n := 0; limit <= 0 || n < limit; {
			key, kv, ok, err := p.next(from, skip)
			if err != nil {
				yield(store.KV{}, err)
				return
			}
			if key == "" || !strings.HasPrefix(key, prefix) {
				return
			}
			from, skip = key, true
			if !ok {
				continue // there is such a key, but not at this revision
			}
			if n++; !yield(kv, nil) {
				return
			}
		}
	}
}

// next finds the first key from a place on that has a version at any revision,
// "" at the end, and its version at the snapshot's.
func (p *pastSnapshot) next(from string, skip bool) (key string, kv store.KV, ok bool, err error) {
	if p.view == nil {
		return "", store.KV{}, false, store.ErrClosed
	}
	defer guard(&err)
	defer debug.SetPanicOnFault(faults())

	k, _ := p.view.cursor.Seek(bytesOf(from))
	if skip && k != nil && string(k) == from {
		k, _ = p.view.cursor.Next()
	}
	key = string(k)

	p.scratch = appendPastPrefix(p.scratch[:0], from)
	if skip {
		p.scratch = append(p.scratch, 0xff) // beyond every version of the key
	}
	pk, _ := p.versions.Seek(p.scratch)
	if pk != nil {
		old, _, err := decodePastKey(pk)
		if err != nil {
			return "", store.KV{}, false, err
		}
		if key == "" || old < key {
			key = old
		}
	}
	if key == "" {
		return "", store.KV{}, false, nil
	}
	kv, ok, err = p.find(key, p.versions, p.view.cursor)
	return key, kv, ok, err
}
