package storetest

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/rolecall-iam/rolecall/store"
)

func watchCases() []testCase {
	return []testCase{
		{"a watch begins with the past and goes on with what comes (etcd)", pastAndLive},
		{"a transaction is one change, its deletions included", oneChange},
		{"a watch sees its prefix only", watchPrefix},
		{"a watch from 0 begins with the next revision (etcd)", watchNext},
		{"a watch may begin in the future", watchFuture},
		{"watches under many writers see every revision once and in order", watchWriters},
		{"a long past comes whole", longPast},
		{"the caller may stop", stopWatch},
		{"the end of the context ends a waiting watch", cancelWatch},
	}
}

// words is a change in the notation that the cases compare.
func words(base int64, c store.Change) string {
	s := fmt.Sprintf("+%d", c.Revision-base)
	for _, e := range c.Events {
		switch {
		case e.Deleted && len(e.KV.Value) == 0 && e.KV.CreateRevision == 0:
			s += " -" + e.KV.Key
		default:
			s += fmt.Sprintf(" %s@%d", line(e.KV), e.KV.CreateRevision-base)
		}
		if e.KV.ModRevision != c.Revision {
			s += fmt.Sprintf("(modified at %d)", e.KV.ModRevision-base)
		}
	}
	return s
}

// follow takes n changes, telling fn of each, and returns their words.
func follow(t *testing.T, e store.Engine, prefix string, base, from int64, n int, fn func(i int)) []string {
	t.Helper()
	var got []string
	for c, err := range e.Watch(bounded(t), prefix, from) {
		if err != nil {
			t.Fatalf("Watch after %q: %v", got, err)
		}
		got = append(got, words(base, c))
		if len(got) == n {
			break
		}
		if fn != nil {
			fn(len(got))
		}
	}
	return got
}

func pastAndLive(t *testing.T, e store.Engine) {
	base := e.Revision()
	apply(t, e, put("a", "1"))
	apply(t, e, put("a", "2"), put("b", "1"))
	apply(t, e, del("a"))
	live := func(i int) {
		if i == 3 {
			apply(t, e, put("a", "3"))
			apply(t, e, del("b"))
		}
	}
	want := []string{"+1 a=1@1", "+2 a=2@1 b=1@2", "+3 -a", "+4 a=3@4", "+5 -b"}
	equal(t, "from the beginning", follow(t, e, "", base, base+1, 5, live), want)
	for i := range want {
		equal(t, fmt.Sprintf("from +%d", i+1), follow(t, e, "", base, base+1+int64(i), 5-i, nil), want[i:])
	}
}

func oneChange(t *testing.T, e store.Engine) {
	base := e.Revision()
	apply(t, e, put("z", "1"), put("a", "1"))
	apply(t, e, put("m", "1"), del("z"), del("none"), put("b", "1"))
	equal(t, "changes", follow(t, e, "", base, base+1, 2, nil),
		[]string{"+1 z=1@1 a=1@1", "+2 m=1@2 -z b=1@2"})
}

func watchPrefix(t *testing.T, e store.Engine) {
	base := e.Revision()
	apply(t, e, put("a/1", "1"), put("b/1", "1"))
	apply(t, e, put("b/1", "2"), put("a", "x"))
	apply(t, e, del("b/1"), del("a/1"), put("a/2", "1"))
	equal(t, "changes", follow(t, e, "a/", base, base+1, 2, nil), []string{"+1 a/1=1@1", "+3 -a/1 a/2=1@3"})
}

func watchNext(t *testing.T, e store.Engine) {
	base := apply(t, e, put("a", "before"))
	watch := e.Watch(bounded(t), "", 0)
	apply(t, e, put("a", "after"))
	for c, err := range watch {
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "first change", words(base, c), "+1 a=after@0")
		break
	}
}

func watchFuture(t *testing.T, e store.Engine) {
	base := e.Revision()
	done := make(chan []string, 1)
	go func() { done <- follow(t, e, "", base, base+3, 1, nil) }()
	for i := range 3 {
		apply(t, e, put("a", fmt.Sprint(i)))
	}
	equal(t, "changes", <-done, []string{"+3 a=2@1"})
}

func watchWriters(t *testing.T, e store.Engine) {
	const writers, times, watchers = 8, 25, 4
	base := e.Revision()
	ctx := bounded(t)
	watched := make(chan error, watchers)
	for range watchers {
		go func() { watched <- everyRevisionOnce(ctx, e, base, writers*times) }()
	}
	errs := together(writers, func(i int) error {
		for n := range times {
			if _, err := e.Txn(ctx, store.Txn{Ops: []store.Op{put(fmt.Sprint(i), fmt.Sprint(n)), put("last", "x")}}); err != nil {
				return err
			}
		}
		return nil
	})
	for range watchers {
		errs = errors.Join(errs, <-watched)
	}
	equal(t, "errors", fmt.Sprint(errs), "<nil>")
}

func everyRevisionOnce(ctx context.Context, e store.Engine, base int64, n int) error {
	next := base + 1
	for c, err := range e.Watch(ctx, "", base+1) {
		if err != nil {
			return err
		}
		if c.Revision != next || len(c.Events) != 2 {
			return fmt.Errorf("revision %d with %d events, want %d with 2", c.Revision, len(c.Events), next)
		}
		if next++; next > base+int64(n) {
			break
		}
	}
	return nil
}

func longPast(t *testing.T, e store.Engine) {
	base := e.Revision()
	for i := range 30 {
		ops := many(100)
		ops[0] = put("round", fmt.Sprint(i))
		apply(t, e, ops...)
	}
	n := 0
	for c, err := range e.Watch(bounded(t), "", base+1) {
		if err != nil {
			t.Fatal(err)
		}
		n++
		if c.Revision != base+int64(n) || len(c.Events) != 100 || string(c.Events[0].KV.Value) != fmt.Sprint(n-1) {
			t.Fatalf("change %d is of revision +%d with %d events", n, c.Revision-base, len(c.Events))
		}
		if n == 30 {
			break
		}
	}
}

func stopWatch(t *testing.T, e store.Engine) {
	base := e.Revision()
	apply(t, e, put("a", "1"))
	apply(t, e, put("a", "2"))
	equal(t, "first", follow(t, e, "", base, base+1, 1, nil), []string{"+1 a=1@1"})
	apply(t, e, put("a", "3"))
}

func cancelWatch(t *testing.T, e store.Engine) {
	ctx, cancel := context.WithCancel(bounded(t))
	apply(t, e, put("a", "1"))
	n := 0
	for _, err := range e.Watch(ctx, "", e.Revision()) {
		if n++; n == 1 {
			if err != nil {
				t.Fatal(err)
			}
			cancel() // the next revision never comes
			continue
		}
		wantError(t, "waiting watch", err, context.Canceled)
	}
	equal(t, "yields", n, 2)
	cancel()
}
