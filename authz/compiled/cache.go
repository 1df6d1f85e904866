package compiled

import (
	"hash/maphash"
	"sync/atomic"

	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/policy"
)

// Cache keeps compiled policies by their documents' text, so that equal
// documents are compiled once, whoever attaches them. It has a fixed number of
// places, and a newcomer takes the place of another where it finds none.
//
// Nothing in it waits: a reader sees a place as it was before or after a
// writer, and two who miss the same document at once both compile it.
type Cache struct {
	seed   maphash.Seed
	mask   uint64
	places []atomic.Pointer[kept]
	next   atomic.Uint64 // which place of a group is given up next
}

// kept is one compiled policy with the hash of its document's text.
type kept struct {
	hash   uint64
	policy *Policy
}

// groupSize is in how many places one text may be.
const groupSize = 4

// NewCache makes a Cache for at least size policies.
func NewCache(size int) *Cache {
	places := groupSize
	for places < size {
		places *= 2
	}
	return &Cache{seed: maphash.MakeSeed(), mask: uint64(places/groupSize - 1), places: make([]atomic.Pointer[kept], places)}
}

// Compile answers the compiled form of a document, nil for none. Two documents
// of the same text are the same.
func (c *Cache) Compile(doc *policy.Document) *Policy {
	if doc == nil || doc.Text == "" {
		return Compile(doc) // made by hand: its text says nothing of it
	}
	hash := maphash.String(c.seed, doc.Text)
	first := groupSize * (hash & c.mask)
	group := c.places[first : first+groupSize]
	for i := range group {
		if k := group[i].Load(); k != nil && k.hash == hash && k.policy.document.Text == doc.Text {
			return k.policy
		}
	}
	k := &kept{hash, Compile(doc)}
	for i := range group {
		if group[i].CompareAndSwap(nil, k) {
			return k.policy
		}
	}
	group[c.next.Add(1)%groupSize].Store(k)
	return k.policy
}

// Policies compiles all that has a say in a request. Whoever decides by the
// same policies again may keep the result.
func (c *Cache) Policies(p authz.Policies) *Policies { return newPolicies(p, c.Compile) }
