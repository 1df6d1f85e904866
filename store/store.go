package store

import (
	"context"
	"io"
	"iter"
)

// Engine is one store. All methods may be called from many goroutines at once.
// After Close they return ErrClosed.
type Engine interface {
	// Read opens a snapshot at the newest revision. It copies nothing, waits
	// for no writer and sees every transaction that returned before the call.
	Read(ctx context.Context) (Snapshot, error)

	// ReadAt opens a snapshot at an older revision. It returns ErrCompacted
	// below the compacted revision and ErrFutureRevision above the newest.
	ReadAt(ctx context.Context, revision int64) (Snapshot, error)

	// Txn applies all operations when all compares hold, and nothing when one
	// does not; that is no error but Result.Succeeded false. What it applied is
	// on stable storage when it returns. An error means that nothing is
	// applied, with one exception: after the end of ctx or the loss of the
	// store, only reading again tells.
	Txn(ctx context.Context, t Txn) (Result, error)

	// Watch yields the changes to keys with the prefix from a revision on, in
	// order and without gaps, past ones first and then those to come. A
	// revision of 0 or less means from the next one on, counted when Watch is
	// called. It ends when the caller stops, or with one error: the context's,
	// ErrClosed, or ErrCompacted where the revision, or that of a watcher who
	// fell behind, is below the compacted one. Values belong to the caller.
	Watch(ctx context.Context, prefix string, from int64) iter.Seq2[Change, error]

	// Compact forgets what was overwritten or deleted before a revision. Open
	// snapshots are not disturbed. It returns ErrCompacted where that was done
	// before and ErrFutureRevision above the newest revision.
	Compact(ctx context.Context, revision int64) error

	// Revision is the newest revision. It costs one atomic load.
	Revision() int64

	// Backup writes a consistent copy of the store while writes go on.
	Backup(w io.Writer) error

	// Close ends the watches and waits until open snapshots are closed.
	Close() error
}

// Loader is an Engine that can write at once what no transaction can hold: a
// whole account that moves in.
type Loader interface {
	// Load applies transactions one after the other, all of them or none: none
	// where a compare of any does not hold, which is no error but false. Readers
	// of the newest revision see all of them at once; watchers see each.
	Load(ctx context.Context, txns []Txn) (bool, error)
}

// Snapshot is an unchanging view of one revision. It belongs to one goroutine,
// must be closed, and should be open only for the length of a request. Values
// that it returns must not be changed and are invalid after Close; what is to
// live longer is copied. Keys may be kept.
type Snapshot interface {
	Revision() int64

	// Get returns the key's value; false where there is no such key.
	Get(key string) (KV, bool, error)

	// List yields, ordered by key, the keys with the prefix that come after the
	// key after ("" means from the first), at most limit of them (0 or less
	// means all). Paging is List with the last key of the page before. An error
	// is the last thing it yields.
	List(prefix, after string, limit int) iter.Seq2[KV, error]

	Close()
}

// KV is one key with its value and the revisions of the transactions that
// created and last wrote it. Both are 0 for no key at all.
type KV struct {
	Key            string
	Value          []byte
	CreateRevision int64
	ModRevision    int64
}

// Change is what one transaction did to the keys watched, in the order of its
// operations.
type Change struct {
	Revision int64
	Events   []Event
}

// Event is one key written or deleted. A deleted key has no value, its
// CreateRevision is 0 and its ModRevision is that of the deletion.
type Event struct {
	KV      KV
	Deleted bool
}
