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
			more, err = forget(tx, revision)
			return err
		}, func() {})
		if err != nil {
			return err
		}
	}
	return nil
}

// compactInPassing keeps the promised number of revisions and up to an eighth
// more, so that it does not write for every transaction. Failing is no harm:
// it is tried again after the next commit.
func (s *Store) compactInPassing() {
	if s.keep <= 0 {
		return
	}
	target := s.Revision() - s.keep
	if target <= s.kept+s.keep/8 {
		return
	}
	if s.compact(context.Background(), target) == nil {
		s.kept = target
	}
}

// forget sets the compacted revision and removes a step of the history before
// it, each record with the version that its change replaced. The records of
// the revision itself stay for a watch that begins there.
func forget(tx *bbolt.Tx, revision int64) (more bool, err error) {
	history, past := tx.Bucket(bytesOf(bucketHistory)), tx.Bucket(bytesOf(bucketPast))
	if uint64(revision) > history.Sequence() {
		if err := history.SetSequence(uint64(revision)); err != nil {
			return false, err
		}
	}
	var keys [][]byte
	c := history.Cursor()
	for k, rec := c.First(); k != nil; k, rec = c.Next() {
		at, _, key, err := decodeHistory(k, rec)
		if err != nil {
			return false, err
		}
		if at > revision || len(keys) == compactStep {
			more = at <= revision
			break
		}
		if err := past.Delete(appendPastKey(nil, key, at)); err != nil {
			return false, err
		}
		if at < revision {
			keys = append(keys, append([]byte(nil), k...))
		}
	}
	for _, k := range keys {
		if err := history.Delete(k); err != nil {
			return false, err
		}
	}
	return more, nil
}
