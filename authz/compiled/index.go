package compiled

// segmentSize is how many statements share an index: so many that a set of
// them fits into one cache line.
const segmentSize = 512

// bitset is a set of a segment's statements, one bit each. All sets of a
// segment have the same length; those of the scratch are as long as any.
type bitset []uint64

// scratch is room for a set.
type scratch [segmentSize / 64]uint64

func wordsFor(n int) int { return (n + 63) / 64 }

func (b bitset) add(i int) { b[i/64] |= 1 << (i % 64) }

func (b bitset) has(i int) bool { return b[i/64]>>(i%64)&1 == 1 }

// mergeInto adds the set to one of the scratch.
func (b bitset) mergeInto(to *scratch) {
	for w := range b {
		to[w] |= b[w]
	}
}

func isEmpty(b bitset) bool {
	for w := range b {
		if b[w] != 0 {
			return false
		}
	}
	return true
}

// meets tells whether the set and one of the scratch have a member in common.
func (b bitset) meets(other *scratch) bool {
	for w := range b {
		if b[w]&other[w] != 0 {
			return true
		}
	}
	return false
}

// table is a hash table that is never written to once it is made: open
// addressing, linear probing, at most half full. It keeps hashes; who looks up
// compares what is found.
type table struct {
	mask  uint64
	slots []slot
}

// slot is one entry: the number of what has that hash. Zero is an empty slot,
// so numbers are kept plus one.
type slot struct {
	hash   uint64
	number uint32
}

func makeTable(hashes []uint64) table {
	if len(hashes) == 0 {
		return table{}
	}
	size := 2
	for size < 2*len(hashes) {
		size *= 2
	}
	t := table{uint64(size - 1), make([]slot, size)}
	for n, h := range hashes {
		i := h & t.mask
		for t.slots[i].number != 0 {
			i = (i + 1) & t.mask
		}
		t.slots[i] = slot{h, uint32(n + 1)}
	}
	return t
}

// find answers the first number of a hash at or after the place i, and the
// place to go on from; no number ends the search.
func (t *table) find(hash, i uint64) (number int, next uint64, ok bool) {
	for {
		s := &t.slots[i&t.mask]
		switch {
		case s.number == 0:
			return 0, 0, false
		case s.hash == hash:
			return int(s.number - 1), i + 1, true
		}
		i++
	}
}
