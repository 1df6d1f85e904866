package bolt

import (
	"bytes"
	"fmt"

	"go.etcd.io/bbolt"

	"github.com/rolecall-iam/rolecall/store"
)

// writer applies transactions, one after the other, in one bbolt transaction.
type writer struct {
	current, past, history *bbolt.Bucket
	cursor                 *bbolt.Cursor // of current
	revision               int64
	broken                 error  // bbolt refused to go on: all of it is lost
	written                int    // records of history
	key                    []byte // bbolt copies keys, so one place is enough for all
	values                 []byte // bbolt keeps values until the commit: they are cut from here
}

func newWriter(tx *bbolt.Tx, revision int64) *writer {
	w := &writer{
		current:  tx.Bucket(bytesOf(bucketCurrent)),
		past:     tx.Bucket(bytesOf(bucketPast)),
		history:  tx.Bucket(bytesOf(bucketHistory)),
		revision: revision,
	}
	w.cursor = w.current.Cursor()
	w.history.FillPercent = 1 // it only ever grows at its end
	return w
}

// finish records the revision.
func (w *writer) finish() error {
	return w.current.SetSequence(uint64(w.revision))
}

// valueChunk is how much room for values is made at once.
const valueChunk = 16 << 10

// room is an empty slice for n bytes that live until the commit.
func (w *writer) room(n int) []byte {
	if n > valueChunk/4 {
		return make([]byte, 0, n)
	}
	if len(w.values)+n > cap(w.values) {
		w.values = make([]byte, 0, valueChunk)
	}
	from := len(w.values)
	w.values = w.values[:from+n]
	return w.values[from : from : from+n]
}

// change is an operation that has been found to change something.
type change struct {
	op      store.Op
	created int64  // the revision that created the key
	old     []byte // the record as it was, which past gets; nil where there was none
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
		c, err := w.change(op)
		if err != nil {
			return store.Result{}, err
		}
		if _, deletes := op.(store.Delete); !deletes || c.old != nil {
			changes = append(changes, c)
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

// change looks up what an operation finds. The record lies in a page that is
// about to change, so it is copied.
func (w *writer) change(op store.Op) (change, error) {
	key := keyOf(op)
	k, record := w.cursor.Seek(bytesOf(key))
	if k == nil || !bytes.Equal(k, bytesOf(key)) {
		return change{op: op}, nil
	}
	kv, err := decodeRecord(key, record)
	return change{op, kv.CreateRevision, append(w.room(len(record)), record...)}, err
}

func (w *writer) get(key string) (store.KV, bool, error) { return find(w.cursor, key) }

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
	if c.old != nil {
		w.key = appendPastKey(w.key[:0], keyOf(c.op), w.revision)
		if err := w.past.Put(w.key, c.old); err != nil {
			return err
		}
	}
	switch op := c.op.(type) {
	case store.Put:
		kv := store.KV{Key: op.Key, Value: op.Value, CreateRevision: c.created, ModRevision: w.revision}
		if c.old == nil {
			kv.CreateRevision = w.revision
		}
		record := appendRecord(w.room(headerSize+len(kv.Value)), kv)
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
	w.written++
	w.key = appendHistoryKey(w.key[:0], w.revision, number)
	return w.history.Put(w.key, append(append(w.room(1+len(key)), kind), key...))
}
