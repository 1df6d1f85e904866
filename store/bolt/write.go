package bolt

import (
	"bytes"
	"fmt"
	"slices"

	"go.etcd.io/bbolt"

	"github.com/rolecall-iam/rolecall/store"
)

// writer applies transactions, one after the other, in one bbolt transaction.
type writer struct {
	current, past, history *bbolt.Bucket
	revision               int64
	broken                 error // bbolt refused to go on: all of it is lost
}

func newWriter(tx *bbolt.Tx, revision int64) *writer {
	w := &writer{
		current:  tx.Bucket(bytesOf(bucketCurrent)),
		past:     tx.Bucket(bytesOf(bucketPast)),
		history:  tx.Bucket(bytesOf(bucketHistory)),
		revision: revision,
	}
	w.history.FillPercent = 1 // it only ever grows at its end
	return w
}

// finish records the revision.
func (w *writer) finish() error {
	return w.current.SetSequence(uint64(w.revision))
}

// change is an operation that has been found to change something.
type change struct {
	op      store.Op
	old     store.KV
	existed bool
}

// txn evaluates one transaction. It reads everything before it writes anything,
// so that an error of its own leaves nothing behind.
func (w *writer) txn(t store.Txn) (store.Result, error) {
	unmet := store.Result{Revision: w.revision}
	for _, c := range t.Compares {
		holds, err := w.holds(c)
		if err != nil {
			return store.Result{}, err
		}
		if !holds {
			return unmet, nil
		}
	}
	changes := make([]change, 0, len(t.Ops))
	for _, op := range t.Ops {
		old, existed, err := w.get(keyOf(op))
		if err != nil {
			return store.Result{}, err
		}
		if _, deletes := op.(store.Delete); !deletes || existed {
			old.Value = bytes.Clone(old.Value) // it lies in a page about to change
			changes = append(changes, change{op, old, existed})
		}
	}
	if len(changes) > 0 {
		w.revision++
		for i, c := range changes {
			if w.broken = w.apply(i, c); w.broken != nil {
				return store.Result{}, w.broken
			}
		}
	}
	return store.Result{Revision: w.revision, Succeeded: true}, nil
}

func (w *writer) get(key string) (store.KV, bool, error) {
	return find(w.current.Cursor(), key)
}

func (w *writer) holds(c store.Compare) (bool, error) {
	switch c := c.(type) {
	case store.Exists:
		_, ok, err := w.get(c.Key)
		return ok, err
	case store.Absent:
		_, ok, err := w.get(c.Key)
		return !ok, err
	case store.Unchanged:
		kv, _, err := w.get(c.Key)
		return kv.ModRevision == c.ModRevision, err
	case store.ValueIs:
		kv, ok, err := w.get(c.Key)
		return ok && bytes.Equal(kv.Value, c.Value), err
	}
	return false, fmt.Errorf("%w: unknown compare %T", store.ErrInvalid, c)
}

func keyOf(op store.Op) string {
	switch op := op.(type) {
	case store.Put:
		return op.Key
	case store.Delete:
		return op.Key
	}
	return ""
}

// apply writes one change: the old version to past, the new one to current, and
// what happened to history.
func (w *writer) apply(number int, c change) error {
	if c.existed {
		record := appendRecord(make([]byte, 0, headerSize+len(c.old.Value)), c.old)
		if err := w.past.Put(appendPastKey(nil, c.old.Key, w.revision), record); err != nil {
			return err
		}
	}
	switch op := c.op.(type) {
	case store.Put:
		kv := store.KV{Key: op.Key, Value: op.Value, CreateRevision: c.old.CreateRevision, ModRevision: w.revision}
		if !c.existed {
			kv.CreateRevision = w.revision
		}
		record := appendRecord(make([]byte, 0, headerSize+len(kv.Value)), kv)
		if err := w.current.Put(bytesOf(op.Key), record); err != nil {
			return err
		}
		return w.record(number, kindPut, op.Key)
	case store.Delete:
		if err := w.current.Delete(bytesOf(op.Key)); err != nil {
			return err
		}
		return w.record(number, kindDelete, op.Key)
	}
	return fmt.Errorf("%w: unknown operation %T", store.ErrInvalid, c.op)
}

func (w *writer) record(number int, kind byte, key string) error {
	return w.history.Put(appendHistoryKey(nil, w.revision, number), slices.Concat([]byte{kind}, bytesOf(key)))
}
