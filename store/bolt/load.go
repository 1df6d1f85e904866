package bolt

import (
	"context"
	"errors"
	"fmt"

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
	err := s.write(func(w *writer) error {
		for _, t := range r.load {
			result, err := w.txn(t)
			if err != nil {
				return err
			}
			if !result.Succeeded {
				return errNothing // what went before is undone
			}
		}
		return nil
	})
	r.result.Revision = s.revision.Load()
	switch {
	case err == nil:
		r.result.Succeeded = true
	case !errors.Is(err, errNothing):
		r.result, r.err = store.Result{}, fmt.Errorf("commit: %w", err)
	}
}
