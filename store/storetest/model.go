package storetest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/rolecall-iam/rolecall/store"
)

// machine runs random operations on an engine and, beside it, on plain maps.
type machine struct {
	engine    store.Engine
	prefix    string // of this history alone
	base      int64
	compacted int64
	states    []map[string]store.KV // by revision, from base on
	changes   []store.Change
}

func model(t *testing.T, e store.Engine) {
	run := 0
	rapid.Check(t, func(r *rapid.T) {
		run++
		base := e.Revision()
		m := &machine{
			engine: e, prefix: fmt.Sprintf("model/%d/", run), base: base, compacted: base,
			states: []map[string]store.KV{{}},
		}
		r.Repeat(map[string]func(*rapid.T){
			"":        m.newest,
			"Txn":     func(r *rapid.T) { m.txn(t, r) },
			"Get":     func(r *rapid.T) { m.get(t, r) },
			"List":    func(r *rapid.T) { m.list(t, r) },
			"Watch":   func(r *rapid.T) { m.watch(t, r) },
			"Compact": func(r *rapid.T) { m.compact(t, r) },
		})
	})
}

func (m *machine) revision() int64 { return m.base + int64(len(m.states)) - 1 }

func (m *machine) newestState() map[string]store.KV { return m.states[len(m.states)-1] }

func (m *machine) newest(r *rapid.T) {
	if got := m.engine.Revision(); got != m.revision() {
		r.Fatalf("Revision() = %d, want %d", got, m.revision())
	}
}

// key draws one of few keys, so that histories meet.
func (m *machine) key(r *rapid.T) string {
	keys := []string{"a", "a\x00", "a\x00\x00b", "a\x00\xff", "aa", "b", "b/", "b/1", "b/2", "\xff"}
	return m.prefix + rapid.SampledFrom(keys).Draw(r, "key")
}

// at draws a revision that is kept.
func (m *machine) at(r *rapid.T) (int64, map[string]store.KV) {
	revision := rapid.Int64Range(m.compacted, m.revision()).Draw(r, "revision")
	return revision, m.states[revision-m.base]
}

func (m *machine) txn(t *testing.T, r *rapid.T) {
	txn := store.Txn{}
	holds := true
	for range rapid.IntRange(0, 2).Draw(r, "compares") {
		c, is := m.compare(r)
		txn.Compares, holds = append(txn.Compares, c), holds && is
	}
	next, events := maps.Clone(m.newestState()), []store.Event(nil)
	written := map[string]bool{}
	for range rapid.IntRange(0, 4).Draw(r, "operations") {
		key := m.key(r)
		if written[key] {
			continue
		}
		written[key] = true
		op, event, changes := m.op(r, key)
		txn.Ops = append(txn.Ops, op)
		if !changes {
			continue
		}
		events = append(events, event)
		if next[key] = event.KV; event.Deleted {
			delete(next, key)
		}
	}
	if holds && len(events) > 0 {
		m.states = append(m.states, next)
		m.changes = append(m.changes, store.Change{Revision: m.revision(), Events: events})
	}
	got, err := m.engine.Txn(t.Context(), txn)
	if want := (store.Result{Revision: m.revision(), Succeeded: holds}); err != nil || got != want {
		r.Fatalf("Txn(%+v) = %+v, %v; want %+v", txn, got, err, want)
	}
}

// compare draws a condition and says whether it holds.
func (m *machine) compare(r *rapid.T) (store.Compare, bool) {
	key := m.key(r)
	kv, ok := m.newestState()[key]
	switch rapid.IntRange(0, 3).Draw(r, "compare") {
	case 0:
		return store.Exists{Key: key}, ok
	case 1:
		return store.Absent{Key: key}, !ok
	case 2:
		revision := kv.ModRevision + rapid.SampledFrom([]int64{0, 0, 1}).Draw(r, "off by")
		return store.Unchanged{Key: key, ModRevision: revision}, revision == kv.ModRevision
	}
	value := m.value(r)
	return store.ValueIs{Key: key, Value: []byte(value)}, ok && value == string(kv.Value)
}

func (m *machine) value(r *rapid.T) string {
	return rapid.SampledFrom([]string{"", "x", "y"}).Draw(r, "value")
}

// op draws an operation and what it does at the next revision, if anything.
func (m *machine) op(r *rapid.T, key string) (_ store.Op, _ store.Event, changes bool) {
	old, existed := m.newestState()[key]
	kv := store.KV{Key: key, ModRevision: m.revision() + 1}
	if rapid.IntRange(0, 2).Draw(r, "operation") == 0 {
		return store.Delete{Key: key}, store.Event{KV: kv, Deleted: true}, existed
	}
	kv.Value = []byte(m.value(r))
	if kv.CreateRevision = old.CreateRevision; !existed {
		kv.CreateRevision = kv.ModRevision
	}
	return store.Put{Key: key, Value: kv.Value}, store.Event{KV: kv}, true
}

// open draws a kept revision and opens it, the newest one in either way.
func (m *machine) open(t *testing.T, r *rapid.T) (store.Snapshot, map[string]store.KV) {
	revision, want := m.at(r)
	if revision == m.revision() && rapid.Bool().Draw(r, "read the newest") {
		s, err := m.engine.Read(t.Context())
		if err != nil {
			r.Fatalf("Read: %v", err)
		}
		return s, want
	}
	s, err := m.engine.ReadAt(t.Context(), revision)
	if err != nil {
		r.Fatalf("ReadAt(+%d): %v", revision-m.base, err)
	}
	return s, want
}

func (m *machine) get(t *testing.T, r *rapid.T) {
	s, state := m.open(t, r)
	defer s.Close()
	key := m.key(r)
	got, ok, err := s.Get(key)
	want, exists := state[key]
	if err != nil || ok != exists || full(got) != full(want) {
		r.Fatalf("Get(%q) at +%d = %s, %v, %v; want %s, %v", key, s.Revision()-m.base, full(got), ok, err, full(want), exists)
	}
}

func full(kv store.KV) string {
	return fmt.Sprintf("%q=%q created %d modified %d", kv.Key, kv.Value, kv.CreateRevision, kv.ModRevision)
}

func (m *machine) list(t *testing.T, r *rapid.T) {
	s, state := m.open(t, r)
	defer s.Close()
	prefix := m.prefix + rapid.SampledFrom([]string{"", "a", "a\x00", "b/", "c"}).Draw(r, "prefix")
	after := ""
	if rapid.Bool().Draw(r, "from the middle") {
		after = m.key(r)
	}
	limit := rapid.IntRange(0, 4).Draw(r, "limit")
	var want, got []string
	for _, key := range slices.Sorted(maps.Keys(state)) {
		if strings.HasPrefix(key, prefix) && key > after && (limit == 0 || len(want) < limit) {
			want = append(want, full(state[key]))
		}
	}
	for kv, err := range s.List(prefix, after, limit) {
		if err != nil {
			r.Fatalf("List: %v", err)
		}
		got = append(got, full(kv))
	}
	if !slices.Equal(got, want) {
		r.Fatalf("List(%q, %q, %d) at +%d:\n got %q\nwant %q", prefix, after, limit, s.Revision()-m.base, got, want)
	}
}

func (m *machine) watch(t *testing.T, r *rapid.T) {
	from, _ := m.at(r)
	prefix := m.prefix + rapid.SampledFrom([]string{"", "a", "b/"}).Draw(r, "prefix")
	var want, got []string
	for _, c := range m.changes {
		c.Events = slices.DeleteFunc(slices.Clone(c.Events), func(e store.Event) bool {
			return !strings.HasPrefix(e.KV.Key, prefix)
		})
		if c.Revision >= from && len(c.Events) > 0 {
			want = append(want, words(m.base, c))
		}
	}
	if len(want) == 0 {
		return
	}
	for c, err := range m.engine.Watch(bounded(t), prefix, from) {
		if err != nil {
			r.Fatalf("Watch: %v", err)
		}
		if got = append(got, words(m.base, c)); len(got) == len(want) {
			break
		}
	}
	if !slices.Equal(got, want) {
		r.Fatalf("Watch(%q, +%d):\n got %q\nwant %q", prefix, from-m.base, got, want)
	}
}

func (m *machine) compact(t *testing.T, r *rapid.T) {
	revision, _ := m.at(r)
	if revision == m.compacted {
		return
	}
	if err := m.engine.Compact(t.Context(), revision); err != nil {
		r.Fatalf("Compact(+%d): %v", revision-m.base, err)
	}
	m.compacted = revision
	if revision > m.base {
		if _, err := m.engine.ReadAt(t.Context(), revision-1); err == nil {
			r.Fatalf("ReadAt(+%d) after compaction succeeded", revision-1-m.base)
		}
	}
}
