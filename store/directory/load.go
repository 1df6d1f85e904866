package directory

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/rolecall-iam/rolecall/store"
)

// errNoLoad is what Load answers over a store that is no store.Loader.
var errNoLoad = errors.New("this store cannot take a whole account at once")

// Load is Update for a change that writes more than a transaction of the store
// holds. It too commits all or nothing.
func (d *Directory) Load(ctx context.Context, change func(tx *Tx) error) error {
	loader, ok := d.store.(store.Loader)
	if !ok {
		return errNoLoad
	}
	ctx = context.WithoutCancel(ctx)
	for range attempts {
		tx, err := d.attempt(ctx, change)
		if err != nil {
			return err
		}
		done, err := loader.Load(ctx, tx.txns())
		if err != nil {
			return fmt.Errorf("write: %w", err)
		}
		if done {
			return nil
		}
	}
	return errBusy
}

// large tells whether one transaction of the store does not hold it all, as
// where a group goes with many members.
func (tx *Tx) large() bool {
	size := 0
	for key, value := range tx.writes {
		size += len(key) + len(value)
	}
	return len(tx.reads) > store.MaxTxnOps || len(tx.writes) > store.MaxTxnOps || size > store.MaxTxnBytes/2
}

// txns are as many transactions as it takes: first those that compare, so that
// none sees what another of them wrote, then those that write.
func (tx *Tx) txns() []store.Txn {
	var txns []store.Txn
	for keys := range slices.Chunk(slices.Sorted(maps.Keys(tx.reads)), store.MaxTxnOps) {
		var t store.Txn
		for _, key := range keys {
			t.Compares = append(t.Compares, store.Unchanged{Key: key, ModRevision: tx.reads[key]})
		}
		txns = append(txns, t)
	}
	var t store.Txn
	size := 0
	for _, key := range slices.Sorted(maps.Keys(tx.writes)) {
		op := writing(key, tx.writes[key])
		length := len(key) + len(tx.writes[key])
		if len(t.Ops) == store.MaxTxnOps || size+length > store.MaxTxnBytes {
			txns = append(txns, t)
			t, size = store.Txn{}, 0
		}
		t.Ops = append(t.Ops, op)
		size += length
	}
	return append(txns, t)
}

// writing is the operation that a value to be written stands for.
func writing(key string, value []byte) store.Op {
	if value == nil {
		return store.Delete{Key: key}
	}
	return store.Put{Key: key, Value: value}
}
