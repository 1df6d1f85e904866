package store

import (
	"fmt"
)

// The limits of one transaction. They are etcd's own defaults, rounded down, so
// that what one engine takes the other takes too.
const (
	MaxKeyBytes = 4 << 10 // a key
	MaxTxnBytes = 1 << 20 // all keys and values of a transaction together
	MaxTxnOps   = 128     // operations; and as many compares
)

// Txn is a transaction. No compares means always; no operations means that only
// the comparison is of interest. No key may be in two operations.
type Txn struct {
	Compares []Compare
	Ops      []Op
}

// Result is the outcome of a transaction: whether its compares held, and the
// revision after it. A transaction that writes raises the revision by one; one
// that changed nothing (compares that fail, no operations, deletions of absent
// keys) does not.
type Result struct {
	Revision  int64
	Succeeded bool
}

// Compare is a condition on one key: Exists, Absent, Unchanged or ValueIs.
//
//sumtype:decl
type Compare interface{ subject() string }

// Exists holds while there is the key.
type Exists struct{ Key string }

// Absent holds while there is no such key.
type Absent struct{ Key string }

// Unchanged holds while the key was last written at ModRevision. For 0 it holds
// while there is no such key, so that the zero KV of a failed Get compares.
type Unchanged struct {
	Key         string
	ModRevision int64
}

// ValueIs holds while there is the key and it has this very value.
type ValueIs struct {
	Key   string
	Value []byte
}

func (c Exists) subject() string    { return c.Key }
func (c Absent) subject() string    { return c.Key }
func (c Unchanged) subject() string { return c.Key }
func (c ValueIs) subject() string   { return c.Key }

// Op is a change to one key: Put or Delete.
//
//sumtype:decl
type Op interface{ target() string }

// Put writes a value; nil and empty are the same. Writing the value that the
// key has already is a change like any other.
type Put struct {
	Key   string
	Value []byte
}

// Delete removes a key; an absent key is left absent.
type Delete struct{ Key string }

func (o Put) target() string    { return o.Key }
func (o Delete) target() string { return o.Key }

// Validate returns an error that wraps ErrInvalid where a transaction is beyond
// the limits, has an empty key, or writes a key twice. Engines call it first.
func (t Txn) Validate() error {
	if len(t.Ops) > MaxTxnOps || len(t.Compares) > MaxTxnOps {
		return fmt.Errorf("%w: %d operations and %d compares, at most %d each",
			ErrInvalid, len(t.Ops), len(t.Compares), MaxTxnOps)
	}
	size := 0
	for i, c := range t.Compares {
		if c == nil {
			return fmt.Errorf("%w: compare %d is nil", ErrInvalid, i)
		}
		if err := validKey(c.subject()); err != nil {
			return err
		}
		size += len(c.subject())
		if v, ok := c.(ValueIs); ok {
			size += len(v.Value)
		}
	}
	for i, o := range t.Ops {
		if o == nil {
			return fmt.Errorf("%w: operation %d is nil", ErrInvalid, i)
		}
		if err := validKey(o.target()); err != nil {
			return err
		}
		size += len(o.target())
		if p, ok := o.(Put); ok {
			size += len(p.Value)
		}
	}
	if size > MaxTxnBytes {
		return fmt.Errorf("%w: %d bytes of keys and values, at most %d", ErrInvalid, size, MaxTxnBytes)
	}
	return distinct(t.Ops)
}

func validKey(key string) error {
	if key == "" {
		return fmt.Errorf("%w: an empty key", ErrInvalid)
	}
	if len(key) > MaxKeyBytes {
		return fmt.Errorf("%w: a key of %d bytes, at most %d", ErrInvalid, len(key), MaxKeyBytes)
	}
	return nil
}

// distinct refuses two operations on one key. Most transactions have few, so it
// compares them pair by pair and makes a set only for many.
func distinct(ops []Op) error {
	if len(ops) <= 8 {
		for i, o := range ops {
			for _, p := range ops[:i] {
				if p.target() == o.target() {
					return fmt.Errorf("%w: two operations on one key", ErrInvalid)
				}
			}
		}
		return nil
	}
	seen := make(map[string]struct{}, len(ops))
	for _, o := range ops {
		if _, ok := seen[o.target()]; ok {
			return fmt.Errorf("%w: two operations on one key", ErrInvalid)
		}
		seen[o.target()] = struct{}{}
	}
	return nil
}
