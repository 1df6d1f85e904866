package storetest

import (
	"errors"
	"fmt"
	"testing"

	"github.com/rolecall-iam/rolecall/store"
)

// loadCases are for engines that are a store.Loader; others pass them.
func loadCases() []testCase {
	return []testCase{
		{"a load writes more than a transaction may hold", loadMuch},
		{"a load whose last compare does not hold writes nothing", loadUnmet},
		{"a load with a transaction beyond the limits writes nothing", loadInvalid},
		{"a load sees in a later transaction what an earlier one wrote", loadInOrder},
		{"a watcher sees each transaction of a load", loadWatched},
	}
}

func loader(t *testing.T, e store.Engine) store.Loader {
	t.Helper()
	l, ok := e.(store.Loader)
	if !ok {
		t.Skip("SKIPPED: the engine does not load")
	}
	return l
}

// manyTxns are n transactions of as many operations as one may have.
func manyTxns(n int) []store.Txn {
	txns := make([]store.Txn, n)
	for i := range txns {
		for j := range store.MaxTxnOps {
			txns[i].Ops = append(txns[i].Ops, put(fmt.Sprintf("k/%03d/%03d", i, j), "v"))
		}
	}
	return txns
}

func countKeys(t *testing.T, e store.Engine, prefix string) int {
	t.Helper()
	n := 0
	for _, err := range read(t, e).List(prefix, "", 0) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	return n
}

func loadMuch(t *testing.T, e store.Engine) {
	before := e.Revision()
	if ok, err := loader(t, e).Load(t.Context(), manyTxns(20)); !ok || err != nil {
		t.Fatalf("Load = %v, %v", ok, err)
	}
	if n := countKeys(t, e, "k/"); n != 20*store.MaxTxnOps || e.Revision() != before+20 {
		t.Errorf("%d keys at revision %d, after revision %d", n, e.Revision(), before)
	}
}

func loadUnmet(t *testing.T, e store.Engine) {
	apply(t, e, put("there", "1"))
	before := e.Revision()
	txns := append(manyTxns(3), store.Txn{Compares: []store.Compare{store.Absent{Key: "there"}}})
	if ok, err := loader(t, e).Load(t.Context(), txns); ok || err != nil {
		t.Fatalf("Load = %v, %v; want false", ok, err)
	}
	if n := countKeys(t, e, "k/"); n != 0 || e.Revision() != before {
		t.Errorf("%d keys at revision %d, want none at %d", n, e.Revision(), before)
	}
	apply(t, e, put("there", "2")) // the engine goes on
}

func loadInvalid(t *testing.T, e store.Engine) {
	txns := append(manyTxns(2), store.Txn{Ops: []store.Op{put("", "x")}})
	if ok, err := loader(t, e).Load(t.Context(), txns); ok || !errors.Is(err, store.ErrInvalid) {
		t.Fatalf("Load = %v, %v; want ErrInvalid", ok, err)
	}
	if n := countKeys(t, e, "k/"); n != 0 {
		t.Errorf("%d keys, want none", n)
	}
}

func loadInOrder(t *testing.T, e store.Engine) {
	ok, err := loader(t, e).Load(t.Context(), []store.Txn{
		{Ops: []store.Op{put("a", "1")}},
		{Compares: []store.Compare{store.ValueIs{Key: "a", Value: []byte("1")}}, Ops: []store.Op{put("a", "2")}},
	})
	if kv, _, getErr := read(t, e).Get("a"); !ok || err != nil || getErr != nil || string(kv.Value) != "2" {
		t.Errorf("Load = %v, %v; a is %q, %v", ok, err, kv.Value, getErr)
	}
}

func loadWatched(t *testing.T, e store.Engine) {
	from := e.Revision() + 1
	if ok, err := loader(t, e).Load(t.Context(), manyTxns(3)); !ok || err != nil {
		t.Fatalf("Load = %v, %v", ok, err)
	}
	seen := 0
	for c, err := range e.Watch(t.Context(), "k/", from) {
		if err != nil {
			t.Fatal(err)
		}
		if c.Revision != from+int64(seen) || len(c.Events) != store.MaxTxnOps {
			t.Errorf("change %d is at revision %d with %d events", seen, c.Revision, len(c.Events))
		}
		if seen++; seen == 3 {
			return
		}
	}
}
