package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/rolecall-iam/rolecall/store"
)

func txnCases() []testCase {
	return []testCase{
		{"a transaction that writes raises the revision by one, whatever it writes (etcd)", oneRevision},
		{"a transaction that changes nothing leaves the revision (etcd)", noRevision},
		{"a key keeps the revision of its creation until it is deleted (etcd)", createRevision},
		{"each compare holds when it should", compares},
		{"one compare that fails keeps every operation back", allOrNothing},
		{"a key without a value, and one with NULs, are keys like others", oddValues},
		{"a value of nearly a mebibyte comes back whole", bigValue},
		{"what is beyond the limits is refused whole", limits},
	}
}

func oneRevision(t *testing.T, e store.Engine) {
	base := e.Revision()
	r := apply(t, e, put("a", "1"), put("b", "2"), put("c", "3"))
	equal(t, "revision after three puts", r, base+1)
	equal(t, "Revision()", e.Revision(), base+1)
	equal(t, "revision after the same put again", apply(t, e, put("a", "1")), base+2)
	equal(t, "revision after a put and a delete", apply(t, e, put("a", "2"), del("b")), base+3)
	for _, key := range []string{"a", "c"} {
		kv, ok, err := read(t, e).Get(key)
		if !ok || err != nil {
			t.Fatalf("Get(%s): %v, %v", key, ok, err)
		}
		want := map[string]int64{"a": base + 3, "c": base + 1}[key]
		equal(t, "ModRevision of "+key, kv.ModRevision, want)
	}
}

func noRevision(t *testing.T, e store.Engine) {
	base := apply(t, e, put("a", "1"))
	equal(t, "nothing at all", apply(t, e), base)
	equal(t, "deletion of what is absent", apply(t, e, del("none"), del("nobody")), base)
	r, err := e.Txn(t.Context(), store.Txn{
		Compares: []store.Compare{store.Absent{Key: "a"}},
		Ops:      []store.Op{put("b", "2")},
	})
	equal(t, "failed compare", fmt.Sprint(r, err), fmt.Sprint(store.Result{Revision: base}, nil))
}

func createRevision(t *testing.T, e store.Engine) {
	created := apply(t, e, put("a", "1"))
	apply(t, e, put("a", "2"))
	kv, _, _ := read(t, e).Get("a")
	equal(t, "overwritten", []int64{kv.CreateRevision, kv.ModRevision}, []int64{created, created + 1})
	apply(t, e, del("a"))
	kv, ok, _ := read(t, e).Get("a")
	equal(t, "deleted", fmt.Sprint(ok, kv.CreateRevision, kv.ModRevision), "false 0 0")
	again := apply(t, e, put("a", "3"))
	kv, _, _ = read(t, e).Get("a")
	equal(t, "made anew", []int64{kv.CreateRevision, kv.ModRevision}, []int64{again, again})
}

func compares(t *testing.T, e store.Engine) {
	r := apply(t, e, put("a", "1"), put("empty", ""))
	for _, c := range []struct {
		compare store.Compare
		want    bool
	}{
		{store.Exists{Key: "a"}, true},
		{store.Exists{Key: "none"}, false},
		{store.Absent{Key: "a"}, false},
		{store.Absent{Key: "none"}, true},
		{store.Unchanged{Key: "a", ModRevision: r}, true},
		{store.Unchanged{Key: "a", ModRevision: r - 1}, false},
		{store.Unchanged{Key: "a"}, false},
		{store.Unchanged{Key: "none"}, true},
		{store.Unchanged{Key: "none", ModRevision: r}, false},
		{store.ValueIs{Key: "a", Value: []byte("1")}, true},
		{store.ValueIs{Key: "a", Value: []byte("2")}, false},
		{store.ValueIs{Key: "a"}, false},
		{store.ValueIs{Key: "empty"}, true},
		{store.ValueIs{Key: "empty", Value: []byte{}}, true},
		{store.ValueIs{Key: "none"}, false},
	} {
		got, err := e.Txn(t.Context(), store.Txn{Compares: []store.Compare{c.compare}})
		if err != nil || got.Succeeded != c.want {
			t.Errorf("%#v: %v, %v; want %v", c.compare, got.Succeeded, err, c.want)
		}
	}
}

func allOrNothing(t *testing.T, e store.Engine) {
	apply(t, e, put("a", "1"), put("b", "2"))
	r, err := e.Txn(t.Context(), store.Txn{
		Compares: []store.Compare{store.Exists{Key: "a"}, store.Absent{Key: "b"}, store.Exists{Key: "a"}},
		Ops:      []store.Op{put("a", "x"), del("b"), put("c", "x")},
	})
	if err != nil || r.Succeeded {
		t.Errorf("Txn = %+v, %v; want it not to succeed", r, err)
	}
	equal(t, "all keys", list(t, read(t, e).List("", "", 0)), []string{"a=1", "b=2"})
}

func oddValues(t *testing.T, e store.Engine) {
	apply(t, e,
		store.Put{Key: "nil"}, put("empty", ""), put("a\x00", "1"), put("a\x00\x00", "2"),
		put("a\x00\xff", "3"), put("a", "\x00"), put("\xff\xff", "\xff"))
	equal(t, "all keys", list(t, read(t, e).List("", "", 0)), []string{
		"a=\x00", "a\x00=1", "a\x00\x00=2", "a\x00\xff=3", "empty=", "nil=", "\xff\xff=\xff",
	})
	apply(t, e, del("a\x00"), del("empty"))
	s := readAt(t, e, e.Revision()-1)
	equal(t, "before the deletion", get(t, s, "a\x00"), "a\x00=1")
	equal(t, "after it", get(t, read(t, e), "empty"), "")
}

func bigValue(t *testing.T, e store.Engine) {
	value := bytes.Repeat([]byte("0123456789abcdef"), (store.MaxTxnBytes-16)/16)
	apply(t, e, store.Put{Key: "big", Value: value})
	kv, ok, err := read(t, e).Get("big")
	if !ok || err != nil || !bytes.Equal(kv.Value, value) {
		t.Errorf("Get: %d bytes, %v, %v; want %d bytes", len(kv.Value), ok, err, len(value))
	}
	apply(t, e, put("big", "small"))
	kv, ok, err = readAt(t, e, e.Revision()-1).Get("big")
	if !ok || err != nil || !bytes.Equal(kv.Value, value) {
		t.Errorf("the version before: %d bytes, %v, %v; want %d bytes", len(kv.Value), ok, err, len(value))
	}
}

func limits(t *testing.T, e store.Engine) {
	base := e.Revision()
	for name, txn := range map[string]store.Txn{
		"an empty key":        {Ops: []store.Op{put("fine", ""), put("", "x")}},
		"an empty compare":    {Compares: []store.Compare{store.Exists{}}},
		"a long key":          {Ops: []store.Op{put("fine", ""), del(strings.Repeat("k", store.MaxKeyBytes+1))}},
		"a key written twice": {Ops: []store.Op{put("fine", ""), put("fine", "x")}},
		"too much":            {Ops: []store.Op{store.Put{Key: "fine", Value: make([]byte, store.MaxTxnBytes)}}},
		"too many operations": {Ops: many(store.MaxTxnOps + 1)},
		"nil":                 {Ops: []store.Op{nil}},
	} {
		_, err := e.Txn(t.Context(), txn)
		wantError(t, name, err, store.ErrInvalid)
	}
	equal(t, "revision", e.Revision(), base)
	apply(t, e, many(store.MaxTxnOps)...)
	apply(t, e, put(strings.Repeat("k", store.MaxKeyBytes), "long"))
}

func many(n int) []store.Op {
	ops := make([]store.Op, n)
	for i := range ops {
		ops[i] = put(fmt.Sprintf("many/%04d", i), "x")
	}
	return ops
}

func conflictCases() []testCase {
	return []testCase{
		{"counters raised by compare-and-set from many sides lose nothing", counters},
		{"of many who create one key, one succeeds", oneCreator},
		{"transfers between accounts keep the sum at every revision", transfers},
		{"a cancelled context applies nothing", cancelled},
	}
}

// increment raises a counter by compare and set and returns how often somebody
// else was first.
func increment(ctx context.Context, e store.Engine, key string) (lost int, err error) {
	for ; ; lost++ {
		s, err := e.Read(ctx)
		if err != nil {
			return lost, err
		}
		kv, _, err := s.Get(key)
		n := 0
		if err == nil && len(kv.Value) > 0 {
			_, err = fmt.Sscan(string(kv.Value), &n)
		}
		s.Close()
		if err != nil {
			return lost, err
		}
		r, err := e.Txn(ctx, store.Txn{
			Compares: []store.Compare{store.Unchanged{Key: key, ModRevision: kv.ModRevision}},
			Ops:      []store.Op{put(key, fmt.Sprint(n+1))},
		})
		if err != nil || r.Succeeded {
			return lost, err
		}
	}
}

func counters(t *testing.T, e store.Engine) {
	const writers, times = 8, 20
	base := e.Revision()
	errs := together(writers, func(i int) error {
		for range times {
			if _, err := increment(t.Context(), e, fmt.Sprintf("counter/%d", i%2)); err != nil {
				return err
			}
		}
		return nil
	})
	equal(t, "errors", fmt.Sprint(errs), "<nil>")
	want := fmt.Sprint(writers / 2 * times)
	equal(t, "counters", list(t, read(t, e).List("counter/", "", 0)),
		[]string{"counter/0=" + want, "counter/1=" + want})
	equal(t, "revision", e.Revision(), base+writers*times)
}

func oneCreator(t *testing.T, e store.Engine) {
	const writers = 16
	var mu sync.Mutex
	var winners []string
	errs := together(writers, func(i int) error {
		name := fmt.Sprint(i)
		r, err := e.Txn(t.Context(), store.Txn{
			Compares: []store.Compare{store.Absent{Key: "name"}},
			Ops:      []store.Op{put("name", name), put("id/"+name, "name")},
		})
		if r.Succeeded {
			mu.Lock()
			winners = append(winners, name)
			mu.Unlock()
		}
		return err
	})
	equal(t, "errors", fmt.Sprint(errs), "<nil>")
	if len(winners) != 1 {
		t.Fatalf("%d of %d creators succeeded, want one", len(winners), writers)
	}
	equal(t, "keys", list(t, read(t, e).List("", "", 0)),
		[]string{"id/" + winners[0] + "=name", "name=" + winners[0]})
}

func transfers(t *testing.T, e store.Engine) {
	base := apply(t, e, put("account/0", "100"), put("account/1", "100"))
	errs := together(4, func(i int) error {
		for n := range 10 {
			_, err := e.Txn(t.Context(), store.Txn{Ops: []store.Op{
				put("account/0", fmt.Sprint(100-i-n)), put("account/1", fmt.Sprint(100+i+n)),
			}})
			if err != nil {
				return err
			}
		}
		return nil
	})
	equal(t, "errors", fmt.Sprint(errs), "<nil>")
	for r := base; r <= e.Revision(); r++ {
		s := readAt(t, e, r)
		sum := 0
		for _, l := range list(t, s.List("account/", "", 0)) {
			var account, n int
			if _, err := fmt.Sscanf(l, "account/%d=%d", &account, &n); err != nil {
				t.Fatal(err)
			}
			sum += n
		}
		equal(t, fmt.Sprintf("sum at revision %d", r), sum, 200)
	}
}

func cancelled(t *testing.T, e store.Engine) {
	base := e.Revision()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := e.Txn(ctx, store.Txn{Ops: []store.Op{put("a", "1")}})
	wantError(t, "Txn", err, context.Canceled)
	_, err = e.Read(ctx)
	wantError(t, "Read", err, context.Canceled)
	_, err = e.ReadAt(ctx, base)
	wantError(t, "ReadAt", err, context.Canceled)
	wantError(t, "Compact", e.Compact(ctx, base), context.Canceled)
	for _, err := range e.Watch(ctx, "", 0) {
		wantError(t, "Watch", err, context.Canceled)
	}
	equal(t, "revision", e.Revision(), base)
}

// together runs n at once and joins their errors.
func together(n int, do func(i int) error) error {
	errs := make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { errs[i] = do(i) })
	}
	wg.Wait()
	return errors.Join(errs...)
}
