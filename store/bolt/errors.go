package bolt

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"runtime/debug"
	"strings"
	"syscall"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"github.com/rolecall-iam/rolecall/store"
)

// The reasons, beside store.ErrDamaged and those of the operating system, for
// which a data directory is not opened or restored to.
var (
	// ErrInUse: another process has the data directory open.
	ErrInUse = errors.New("is in use by another process")
	// ErrForeign: the data file is not ours.
	ErrForeign = errors.New("not a rolecall store")
	// ErrFormat: the data file is of another version of rolecall.
	ErrFormat = errors.New("a rolecall store of another format")
	// ErrExists: there is a store already where one was to be restored.
	ErrExists = errors.New("already holds a store")
)

// dirError words a failure as one sentence about the data directory.
func dirError(dir string, err error) error {
	var path *fs.PathError
	reason := err
	if errors.As(err, &path) {
		reason = path.Err
	}
	switch {
	case errors.Is(err, ErrInUse), errors.Is(err, ErrExists):
		return fmt.Errorf("data directory %s %w", dir, err)
	case errors.Is(err, ErrForeign), errors.Is(err, ErrFormat):
		return fmt.Errorf("the file %s in data directory %s is %w", fileName, dir, err)
	case errors.Is(err, store.ErrDamaged), errors.Is(err, store.ErrFull):
		return fmt.Errorf("data directory %s: %w", dir, err)
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return fmt.Errorf("data directory %s cannot be written: %w", dir, reason)
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("data directory %s cannot be made, its parent directory is missing: %w", dir, reason)
	case errors.Is(err, syscall.ENOTDIR):
		return fmt.Errorf("data directory %s is not a directory: %w", dir, reason)
	}
	return fmt.Errorf("data directory %s cannot be opened: %w", dir, reason)
}

// guard turns a panic of bbolt, or a fault in the mapped file, into an error. It
// and what restores faults are deferred by whatever reads the file.
func guard(err *error) {
	if p := recover(); p != nil {
		*err = damaged("%v", p)
	}
}

// faults makes reading beyond the file a panic for this goroutine, where it
// would end the process. Use: defer debug.SetPanicOnFault(faults()).
func faults() bool { return debug.SetPanicOnFault(true) }

// translate gives bbolt's and the system's errors the names of package store.
func translate(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, bolterrors.ErrDatabaseNotOpen):
		return store.ErrClosed
	case errors.Is(err, bolterrors.ErrTimeout):
		return ErrInUse
	case errors.Is(err, bolterrors.ErrMaxSizeReached):
		return fmt.Errorf("%w: it has reached the size it is limited to", store.ErrFull)
	}
	for _, full := range []error{syscall.ENOSPC, syscall.EDQUOT, syscall.EFBIG} {
		// bbolt keeps only the text of an error of growing the file.
		if errors.Is(err, full) || strings.HasSuffix(err.Error(), ": "+full.Error()) {
			return fmt.Errorf("%w: %w", store.ErrFull, err)
		}
	}
	return err
}

// rollback ends a read transaction; it has nothing to fail with.
func rollback(tx *bbolt.Tx) { _ = tx.Rollback() }

// alive is the context's error, with the cause it was given.
func alive(ctx context.Context) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return nil
}
