package directory

import (
	"fmt"
	"sync"
	"testing"
)

func TestTheCacheIsBoundedByBytes(t *testing.T) {
	c := newCache()
	const size = 10_000
	for i := range 10_000 {
		c.put(fmt.Sprintf("key/%d", i), 1, size, i)
	}
	kept := 0
	for i := range c.shards {
		s := &c.shards[i]
		bytes := 0
		for _, e := range s.entries {
			bytes += e.bytes
		}
		if bytes != s.bytes || bytes > cacheShard {
			t.Errorf("shard %d says that it holds %d bytes; it holds %d of at most %d", i, s.bytes, bytes, cacheShard)
		}
		kept += len(s.entries)
	}
	if most := len(c.shards) * cacheShard / size; kept > most || kept < most*9/10 {
		t.Errorf("%d documents are kept, of %d that have room", kept, most)
	}
	if got, ok := c.get("key/9999", 1); !ok || got != 9999 {
		t.Errorf("the newest is %v, %v", got, ok)
	}
}

func TestTheCacheKnowsOneRevisionOfADocument(t *testing.T) {
	c := newCache()
	c.put("key", 1, 100, "old")
	c.put("key", 2, 50, "new")
	if _, ok := c.get("key", 1); ok {
		t.Error("the old revision is there")
	}
	if got, ok := c.get("key", 2); !ok || got != "new" {
		t.Errorf("the new revision is %v, %v", got, ok)
	}
	if s := c.shard("key"); s.bytes != 53 {
		t.Errorf("%d bytes are counted", s.bytes)
	}
	c.put("huge", 1, 10*cacheShard, "huge")
	if got, ok := c.get("huge", 1); !ok || got != "huge" {
		t.Errorf("a document larger than a shard is %v, %v", got, ok)
	}
}

func TestTheCacheIsSharedByMany(t *testing.T) {
	c := newCache()
	var all sync.WaitGroup
	for g := range 8 {
		all.Go(func() {
			for i := range 2000 {
				key := fmt.Sprint(i % 300)
				c.put(key, int64(i), 5000, g)
				c.get(key, int64(i))
			}
		})
	}
	all.Wait()
}
