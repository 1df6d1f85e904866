// Package table is a bounded, lock-free cache for values that are cheap to
// make again: derived signing keys and opened sessions.
//
// It is a fixed array of small buckets of atomic pointers. A read loads at
// most a bucket's pointers and takes no lock; a write replaces one pointer.
// When a bucket is full the entry that was not asked for since the last
// replacement goes, so a burst of keys that are used once does not drive out
// those in daily use. Nothing is ever wrong by being lost from it.
package table
