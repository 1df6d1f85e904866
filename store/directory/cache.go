package directory

import "sync"

// cacheShard is how many bytes one of the cache's shards holds, counted by what
// its documents take in the store. Decoded they take two to eight times that.
const cacheShard = 512 << 10

// cache keeps decoded documents by key and revision. It is bounded: a full
// shard forgets any of its entries for a new one, which costs only decoding it
// again.
type cache struct{ shards [16]shard }

type shard struct {
	mu      sync.RWMutex
	bytes   int
	entries map[string]entry
}

type entry struct {
	revision int64
	bytes    int
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

// put keeps what a document of so many bytes decodes to.
func (c *cache) put(key string, revision int64, bytes int, value any) {
	e := entry{revision, len(key) + bytes, value}
	s := c.shard(key)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forget(key)
	for other := range s.entries {
		if s.bytes+e.bytes <= cacheShard {
			break
		}
		s.forget(other)
	}
	s.entries[key] = e
	s.bytes += e.bytes
}

func (s *shard) forget(key string) {
	s.bytes -= s.entries[key].bytes
	delete(s.entries, key)
}
