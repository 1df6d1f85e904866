package directory

import "sync"

// cacheShard is how many decoded documents one of the cache's shards holds.
const cacheShard = 1 << 11

// cache keeps decoded documents by key and revision. It is bounded: a full
// shard forgets any of its entries for a new one, which costs only decoding it
// again.
type cache struct{ shards [16]shard }

type shard struct {
	mu      sync.RWMutex
	entries map[string]entry
}

type entry struct {
	revision int64
	value    any
}

func newCache() *cache {
	c := new(cache)
	for i := range c.shards {
		c.shards[i].entries = make(map[string]entry)
	}
	return c
}

func (c *cache) shard(key string) *shard {
	h := uint32(2166136261) // FNV-1a
	for i := range len(key) {
		h = (h ^ uint32(key[i])) * 16777619
	}
	return &c.shards[h%uint32(len(c.shards))]
}

func (c *cache) get(key string, revision int64) (any, bool) {
	s := c.shard(key)
	s.mu.RLock()
	e, ok := s.entries[key]
	s.mu.RUnlock()
	return e.value, ok && e.revision == revision
}

func (c *cache) put(key string, revision int64, value any) {
	s := c.shard(key)
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.entries) >= cacheShard {
		for k := range s.entries {
			delete(s.entries, k)
			break
		}
	}
	s.entries[key] = entry{revision, value}
}
