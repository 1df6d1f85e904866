package bolt

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"runtime/debug"
	"strings"
	"sync"

	"go.etcd.io/bbolt"

	"github.com/rolecall-iam/rolecall/store"
)

// maxScan is how many history records a watch reads before it closes its read
// transaction and hands on what it found. It always finishes a revision.
const maxScan = 512

// notifier wakes the watches that have read everything.
type notifier struct {
	mu    sync.Mutex
	next  chan struct{} // closed when there is something new
	ended bool
}

func (n *notifier) publish() {
	n.mu.Lock()
	defer n.mu.Unlock()
	close(n.next)
	n.next = make(chan struct{})
}

func (n *notifier) end() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.ended = true
	close(n.next)
}

// wait returns what is closed with the next revision; false after the end.
func (n *notifier) wait() (<-chan struct{}, bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.next, !n.ended
}

// Watch yields changes from a revision on. It reads them from the file, past
// and live ones alike, and so holds nothing while its caller is busy.
func (s *Store) Watch(ctx context.Context, prefix string, from int64) iter.Seq2[store.Change, error] {
	if from <= 0 {
		from = s.Revision() + 1
	}
	return func(yield func(store.Change, error) bool) {
		for next := from; ; {
			changes, upTo, err := s.changes(ctx, prefix, next)
			if err != nil {
				yield(store.Change{}, fmt.Errorf("watch from revision %d: %w", next, err))
				return
			}
			for _, c := range changes {
				if !yield(c, nil) {
					return
				}
			}
			next = upTo + 1
		}
	}
}

// changes waits until there is a revision from next on, and reads changes up to
// the revision it returns.
func (s *Store) changes(ctx context.Context, prefix string, next int64) (_ []store.Change, upTo int64, err error) {
	for {
		if err := alive(ctx); err != nil {
			return nil, 0, err
		}
		news, open := s.news.wait()
		if !open {
			return nil, 0, store.ErrClosed
		}
		v, err := s.newView()
		if err != nil {
			return nil, 0, err
		}
		found, upTo, err := v.changes(prefix, next)
		rollback(v.tx)
		if err != nil || upTo >= next {
			return found, upTo, err
		}
		select {
		case <-news:
		case <-ctx.Done():
		}
	}
}

// changes reads history from a revision on, up to maxScan records and the end
// of their revision. What it returns is the caller's own.
func (v *view) changes(prefix string, from int64) (found []store.Change, upTo int64, err error) {
	defer guard(&err)
	defer debug.SetPanicOnFault(faults())
	if from < v.compacted() {
		return nil, 0, store.ErrCompacted
	}
	past := v.tx.Bucket(bytesOf(bucketPast)).Cursor()
	history := v.tx.Bucket(bytesOf(bucketHistory)).Cursor()
	var scratch []byte
	upTo = v.revision
	scanned := 0
	last := int64(0)
	for k, rec := history.Seek(appendHistoryKey(nil, from, 0)); k != nil; k, rec = history.Next() {
		revision, deleted, key, err := decodeHistory(k, rec)
		if err != nil {
			return nil, 0, err
		}
		if scanned++; scanned > maxScan && revision != last {
			return found, last, nil
		}
		last = revision
		if !strings.HasPrefix(key, prefix) {
			continue
		}
		e := store.Event{KV: store.KV{Key: key, ModRevision: revision}, Deleted: deleted}
		if !deleted {
			if e.KV, err = v.version(past, &scratch, key, revision); err != nil {
				return nil, 0, err
			}
		}
		if len(found) == 0 || found[len(found)-1].Revision != revision {
			found = append(found, store.Change{Revision: revision})
		}
		c := &found[len(found)-1]
		c.Events = append(c.Events, e)
	}
	return found, upTo, nil
}

// version is a copy of what a revision wrote to a key.
func (v *view) version(past *bbolt.Cursor, scratch *[]byte, key string, revision int64) (store.KV, error) {
	kv, ok, err := find(v.cursor, key)
	if err == nil && (!ok || kv.ModRevision != revision) {
		kv, ok, err = versionAfter(past, scratch, key, revision)
	}
	if err != nil {
		return store.KV{}, err
	}
	if !ok || kv.ModRevision != revision {
		return store.KV{}, damaged("revision %d of a key is missing", revision)
	}
	kv.Value = bytes.Clone(kv.Value)
	return kv, nil
}
