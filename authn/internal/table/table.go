package table

import (
	"hash/maphash"
	"math/bits"
	"sync/atomic"
)

// ways is how many entries may share a bucket.
const ways = 4

// Table maps strings to values of type V. It is safe for many goroutines.
// The zero value is not usable; New makes one.
type Table[V any] struct {
	seed    maphash.Seed
	mask    uint64
	buckets []bucket[V]
}

type bucket[V any] [ways]atomic.Pointer[entry[V]]

type entry[V any] struct {
	key   string
	value V
	used  atomic.Bool // asked for since the last replacement looked here
}

// New makes a table that never holds more than capacity entries, rounded up
// to a power of two. A capacity below one bucket is one bucket.
func New[V any](capacity int) *Table[V] {
	n := uint64(1)
	if capacity > ways {
		n = 1 << bits.Len64(uint64((capacity-1)/ways))
	}
	return &Table[V]{seed: maphash.MakeSeed(), mask: n - 1, buckets: make([]bucket[V], n)}
}

// Get answers the value last put under key, if it is still there.
func (t *Table[V]) Get(key string) (*V, bool) {
	b := t.bucket(key)
	for i := range b {
		if e := b[i].Load(); e != nil && e.key == key {
			if !e.used.Load() {
				e.used.Store(true)
			}
			return &e.value, true
		}
	}
	return nil, false
}

// Put keeps value under key, in the place of an older value of the same key,
// of nothing, or of an entry that nobody asked for lately.
func (t *Table[V]) Put(key string, value V) {
	b := t.bucket(key)
	e := &entry[V]{key: key, value: value}
	victim := -1
	for i := range b {
		old := b[i].Load()
		if old != nil && old.key == key {
			b[i].Store(e)
			return
		}
		if victim < 0 && (old == nil || !old.used.Load()) {
			victim = i
		}
	}
	if victim < 0 {
		victim = 0
		for i := range b {
			if old := b[i].Load(); old != nil {
				old.used.Store(false)
			}
		}
	}
	b[victim].Store(e)
}

func (t *Table[V]) bucket(key string) *bucket[V] {
	return &t.buckets[maphash.String(t.seed, key)&t.mask]
}
