package store

import "errors"

// The ways in which an engine says no. Engines wrap them with what they were
// doing; callers ask with errors.Is.
var (
	// ErrCompacted: the revision is no longer kept.
	ErrCompacted = errors.New("the revision is compacted")
	// ErrFutureRevision: the revision is yet to come.
	ErrFutureRevision = errors.New("the revision is in the future")
	// ErrInvalid: the transaction is beyond the limits; it will never succeed.
	ErrInvalid = errors.New("not a valid transaction")
	// ErrClosed: the engine or the snapshot was closed.
	ErrClosed = errors.New("the store is closed")
	// ErrFull: there is no room for the change; nothing of it is applied.
	ErrFull = errors.New("no space left for the store")
	// ErrDamaged: stored data does not read back as it was written.
	ErrDamaged = errors.New("the store is damaged")
	// ErrReadOnly: after a failure whose outcome is unknown the engine reads on
	// but writes nothing until it is opened again.
	ErrReadOnly = errors.New("the store takes no writes until it is opened again")
)
