package bolt

import (
	"context"
	"errors"
	"fmt"

	"go.etcd.io/bbolt"

	"github.com/rolecall-iam/rolecall/store"
)

// Load applies transactions as one write transaction of bbolt, each at a
// revision of its own.
func (s *Store) Load(ctx context.Context, txns []store.Txn) (bool, error) {
	for _, t := range txns {
		if err := t.Validate(); err != nil {
			return false, err
		}
	}
	if err := alive(ctx); err != nil || len(txns) == 0 {
		return err == nil, err
	}
	result, err := s.await(ctx, &request{load: txns, done: make(chan struct{})})
	return result.Succeeded, err
}

func (s *Store) commitLoad(r *request) {
	defer close(r.done)
	revision := s.revision.Load()
	apply := func(tx *bbolt.Tx) error {
		w := newWriter(tx, revision)
		for _, t := range r.load {
			result, err := w.txn(t)
			if err != nil {
				return err
			}
			if !result.Succeeded {
				return errNothing // what went before is undone
			}
		}
		revision = w.revision
		return w.finish()
	}
	err := s.update(apply, func() {
		s.revision.Store(revision)
		s.news.publish()
	})
	switch {
	case errors.Is(err, errNothing):
		r.result = store.Result{Revision: s.revision.Load()}
	case err != nil:
		r.err = fmt.Errorf("commit: %w", err)
	default:
		r.result = store.Result{Revision: revision, Succeeded: true}
	}
}
