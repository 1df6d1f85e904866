package bolt

import (
	"context"
	"fmt"

	"go.etcd.io/bbolt"

	"github.com/rolecall-iam/rolecall/store"
)

// compactStep is how many history records one write transaction forgets, so
// that compaction never keeps writers waiting for long.
const compactStep = 1000

// Compact forgets what was replaced before a revision. It forgets in steps; if
// the process ends between two, the next Compact does the rest.
func (s *Store) Compact(ctx context.Context, revision int64) error {
	if err := alive(ctx); err != nil {
		return err
	}
	v, err := s.newView()
	if err != nil {
		return err
	}
	compacted := v.compacted()
	rollback(v.tx)
	switch {
	case revision > s.Revision():
		err = store.ErrFutureRevision
	case revision <= compacted:
		err = store.ErrCompacted
	default:
		err = s.compact(ctx, revision)
	}
	if err != nil {
		return fmt.Errorf("compact to revision %d: %w", revision, err)
	}
	return nil
}

func (s *Store) compact(ctx context.Context, revision int64) error {
	for more := true; more; {
		if err := alive(ctx); err != nil {
			return err
		}
		err := s.update(func(tx *bbolt.Tx) (err error) {
			more, err = newWriter(tx, s.revision.Load()).forget(revision, compactStep)
			return err
		}, func() {})
		if err != nil {
			return err
		}
	}
	return nil
}

// mostForgotten is how many history records are forgotten in passing at most.
const mostForgotten = 32 * compactStep

// forgetInPassing keeps the promised number of revisions and up to an eighth
// more, so that it has much to do now and then instead of little every time.
// Where much was written last, it forgets as much. Failing is no harm: it is
// tried again with the next commit.
func (s *Store) forgetInPassing(w *writer) (forgot, behind bool) {
	target, compacted := w.revision-s.keep, int64(w.history.Sequence())
	if s.keep <= 0 || target <= compacted+s.keep/8 && !s.behind {
		return false, false
	}
	more, err := w.forget(target, min(max(compactStep, 2*s.wrote), mostForgotten))
	return true, more && err == nil
}

// forget sets the compacted revision and removes some of the history before it,
// each record with the version that its change replaced. The records of the
// revision itself stay for a watch that begins there.
func (w *writer) forget(revision int64, most int) (more bool, err error) {
	if uint64(revision) > w.history.Sequence() {
		if err := w.history.SetSequence(uint64(revision)); err != nil {
			return false, err
		}
	}
	var keys [][]byte
	c := w.history.Cursor()
	for k, rec := c.First(); k != nil; k, rec = c.Next() {
		at, _, key, err := decodeHistory(k, rec)
		if err != nil {
			return false, err
		}
		if at > revision || len(keys) == most {
			more = at <= revision
			break
		}
		w.key = appendPastKey(w.key[:0], key, at)
		if err := w.past.Delete(w.key); err != nil {
			return false, err
		}
		if at < revision {
			keys = append(keys, append([]byte(nil), k...))
		}
	}
	for _, k := range keys {
		if err := w.history.Delete(k); err != nil {
			return false, err
		}
	}
	return more, nil
}
