package storetest

import (
	"fmt"
	"testing"

	"github.com/rolecall-iam/rolecall/store"
)

func snapshotCases() []testCase {
	return []testCase{
		{"a snapshot does not see what is written after it", isolation},
		{"a writer sees its own write at once", ownWrite},
		{"many snapshots of different revisions are open at once", manySnapshots},
		{"a closed snapshot answers ErrClosed, and closing twice does nothing", closedSnapshot},
	}
}

func isolation(t *testing.T, e store.Engine) {
	r := apply(t, e, put("a", "1"), put("b", "2"))
	s := read(t, e)
	kv, _, _ := s.Get("a")
	apply(t, e, put("a", "x"), del("b"), put("c", "3"))
	equal(t, "value read before", line(kv), "a=1")
	equal(t, "keys", list(t, s.List("", "", 0)), []string{"a=1", "b=2"})
	equal(t, "Get of a deleted key", get(t, s, "b"), "b=2")
	equal(t, "Get of a new key", get(t, s, "c"), "")
	equal(t, "revision", s.Revision(), r)
	equal(t, "newest", list(t, read(t, e).List("", "", 0)), []string{"a=x", "c=3"})
}

func ownWrite(t *testing.T, e store.Engine) {
	errs := together(8, func(i int) error {
		for n := range 20 {
			key, value := fmt.Sprintf("own/%d", i), fmt.Sprint(n)
			r, err := e.Txn(t.Context(), store.Txn{Ops: []store.Op{put(key, value)}})
			if err != nil {
				return err
			}
			s, err := e.Read(t.Context())
			if err != nil {
				return err
			}
			kv, _, err := s.Get(key)
			got, at := string(kv.Value), s.Revision()
			s.Close()
			if err != nil || got != value || at < r.Revision || e.Revision() < r.Revision {
				return fmt.Errorf("after writing %s at %d: read %s at %d, %w", value, r.Revision, got, at, err)
			}
		}
		return nil
	})
	equal(t, "errors", fmt.Sprint(errs), "<nil>")
}

func manySnapshots(t *testing.T, e store.Engine) {
	var open []store.Snapshot
	for i := range 40 {
		apply(t, e, put("n", fmt.Sprint(i)))
		open = append(open, read(t, e), read(t, e))
	}
	for i, s := range open {
		equal(t, "value", get(t, s, "n"), fmt.Sprintf("n=%d", i/2))
		s.Close()
	}
	equal(t, "newest", get(t, read(t, e), "n"), "n=39")
}

func closedSnapshot(t *testing.T, e store.Engine) {
	r := apply(t, e, put("a", "1"), put("b", "2"))
	apply(t, e, put("a", "2"))
	for name, s := range map[string]store.Snapshot{"newest": read(t, e), "past": readAt(t, e, r)} {
		for range s.List("", "", 0) {
			s.Close()
		}
		s.Close()
		s.Close()
		_, _, err := s.Get("a")
		wantError(t, name+" Get", err, store.ErrClosed)
		for _, err := range s.List("", "", 0) {
			wantError(t, name+" List", err, store.ErrClosed)
		}
	}
	a, b := read(t, e), read(t, e)
	a.Close()
	equal(t, "another snapshot", get(t, b, "a"), "a=2")
}

func listCases() []testCase {
	return []testCase{
		{"keys come in the order of their bytes", order},
		{"prefix, start and limit choose what is listed", choose},
		{"pages of every size make the whole list", pages},
		{"the caller may stop, and look up keys while it lists", duringList},
	}
}

func order(t *testing.T, e store.Engine) {
	apply(t, e, put("b", ""), put("a/b", ""), put("a", ""), put("a-", ""), put("a/", ""), put("B", ""), put("é", ""))
	want := []string{"B=", "a=", "a-=", "a/=", "a/b=", "b=", "é="}
	equal(t, "newest", list(t, read(t, e).List("", "", 0)), want)
	r := e.Revision()
	apply(t, e, del("a/"), put("aa", ""), put("a", "2"))
	equal(t, "past", list(t, readAt(t, e, r).List("", "", 0)), want)
}

func choose(t *testing.T, e store.Engine) {
	apply(t, e, put("a/1", ""), put("a/2", ""), put("a/3", ""), put("b/1", ""), put("a", ""), put("a/", ""))
	r := e.Revision()
	cases := []struct {
		prefix, after string
		limit         int
		want          []string
	}{
		{"a/", "", 0, []string{"a/=", "a/1=", "a/2=", "a/3="}},
		{"a/", "", 2, []string{"a/=", "a/1="}},
		{"a/", "", -1, []string{"a/=", "a/1=", "a/2=", "a/3="}},
		{"a/", "a/", 0, []string{"a/1=", "a/2=", "a/3="}},
		{"a/", "a/1", 1, []string{"a/2="}},
		{"a/", "a/15", 0, []string{"a/2=", "a/3="}},
		{"a/", "a/3", 0, nil},
		{"a/", "b", 0, nil},
		{"a/", "A", 0, []string{"a/=", "a/1=", "a/2=", "a/3="}},
		{"a/", "a", 1, []string{"a/="}},
		{"b/", "", 10, []string{"b/1="}},
		{"c", "", 0, nil},
		{"", "a/3", 0, []string{"b/1="}},
		{"\xff", "", 0, nil},
	}
	check := func(name string, s store.Snapshot) {
		for _, c := range cases {
			got := list(t, s.List(c.prefix, c.after, c.limit))
			equal(t, fmt.Sprintf("%s: List(%q, %q, %d)", name, c.prefix, c.after, c.limit), got, c.want)
		}
	}
	check("newest", read(t, e))
	apply(t, e, del("a/1"), put("a/2", "new"), put("a/4", ""), put("a\x00", ""))
	check("past", readAt(t, e, r))
}

func pages(t *testing.T, e store.Engine) {
	var want []string
	var ops []store.Op
	for i := range 100 {
		ops = append(ops, put(fmt.Sprintf("page/%03d", i), "x"))
		want = append(want, fmt.Sprintf("page/%03d=x", i))
	}
	r := apply(t, e, ops...)
	apply(t, e, put("page/", "before"), put("page/050", "changed"), del("page/099"))
	apply(t, e, del("page/"), put("page/050", "x"), put("page/099", "x"))
	for name, s := range map[string]store.Snapshot{"newest": read(t, e), "past": readAt(t, e, r)} {
		for _, size := range []int{1, 7, 99, 100, 101} {
			var got []string
			after := ""
			for more := true; more; {
				more = false
				for kv, err := range s.List("page/", after, size) {
					if err != nil {
						t.Fatal(err)
					}
					got, after, more = append(got, line(kv)), kv.Key, true
				}
			}
			equal(t, fmt.Sprintf("%s, pages of %d", name, size), got, want)
		}
	}
}

func duringList(t *testing.T, e store.Engine) {
	r := apply(t, e, put("a", "1"), put("b", "2"), put("c", "3"))
	apply(t, e, put("a", "x"))
	for name, s := range map[string]store.Snapshot{"newest": read(t, e), "past": readAt(t, e, r)} {
		var got []string
		for kv, err := range s.List("", "", 0) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, kv.Key, get(t, s, "c"))
			for range s.List("", "", 0) {
				break
			}
			if kv.Key == "b" {
				break
			}
		}
		equal(t, name, got, []string{"a", "c=3", "b", "c=3"})
	}
}

func pastCases() []testCase {
	return []testCase{
		{"every revision reads as it was", everyRevision},
		{"the newest revision may be named, the next one is in the future", futureRevision},
	}
}

func everyRevision(t *testing.T, e store.Engine) {
	base := e.Revision()
	steps := []struct {
		ops  []store.Op
		want []string
	}{
		{nil, nil},
		{[]store.Op{put("a", "1")}, []string{"a=1"}},
		{[]store.Op{put("b", "1"), put("c", "1")}, []string{"a=1", "b=1", "c=1"}},
		{[]store.Op{del("a"), put("b", "2")}, []string{"b=2", "c=1"}},
		{[]store.Op{put("a", "2")}, []string{"a=2", "b=2", "c=1"}},
		{[]store.Op{put("a", "3"), del("c")}, []string{"a=3", "b=2"}},
		{[]store.Op{del("a"), del("b")}, nil},
		{[]store.Op{put("b", "3")}, []string{"b=3"}},
	}
	for _, s := range steps[1:] {
		apply(t, e, s.ops...)
	}
	for i, step := range steps {
		s := readAt(t, e, base+int64(i))
		equal(t, fmt.Sprintf("list after step %d", i), list(t, s.List("", "", 0)), step.want)
		equal(t, "revision", s.Revision(), base+int64(i))
		var got []string
		for _, key := range []string{"a", "b", "c"} {
			if l := get(t, s, key); l != "" {
				got = append(got, l)
			}
		}
		equal(t, fmt.Sprintf("gets after step %d", i), got, step.want)
	}
}

func futureRevision(t *testing.T, e store.Engine) {
	r := apply(t, e, put("a", "1"))
	equal(t, "newest", get(t, readAt(t, e, r), "a"), "a=1")
	_, err := e.ReadAt(t.Context(), r+1)
	wantError(t, "next", err, store.ErrFutureRevision)
	for _, old := range []int64{0, -1} {
		_, err = e.ReadAt(t.Context(), old)
		wantError(t, fmt.Sprint(old), err, store.ErrCompacted)
	}
}
