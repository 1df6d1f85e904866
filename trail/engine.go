package trail

import (
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"syscall"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"
)

// The index is written all the time and read seldom: it caches little, and
// merges what it wrote late and rarely, so that an event is not written many
// times over.
const (
	cacheBytes    = 1 << 20
	memTableBytes = 4 << 20 // it begins with less and grows under load
	mergeAt       = 64      // layers of what is not merged
	mergeInMemory = 4       // early, since what was deleted goes when it is merged
	stopAt        = 1000    // never: nothing waits for a merge
	openFiles     = 64
)

// engine is the index. Pebble ends the process where it cannot go on; here
// whichever of its goroutines finds that out stands still for ever, the others
// are waited for no longer, and the process lives.
type engine struct {
	db   *pebble.DB
	log  *slog.Logger
	sync *pebble.WriteOptions

	opened atomic.Bool // from then on a failure has nobody to go to

	once sync.Once
	dead chan struct{} // closed when Pebble has given up
	why  error         // set before that
	told sync.Once     // the first complaint from the background is logged
}

func openEngine(dir string, files vfs.FS, log *slog.Logger) (*engine, error) {
	e := &engine{log: log, dead: make(chan struct{}), sync: pebble.Sync}
	inMemory := dir == ""
	if inMemory {
		dir, files, e.sync = "trail", vfs.NewMem(), pebble.NoSync
	}
	merge := mergeAt
	if inMemory {
		merge = mergeInMemory
	}
	options := &pebble.Options{
		FS: watched{files, e.giveUp}, Logger: e, CacheSize: cacheBytes, MemTableSize: memTableBytes, MaxOpenFiles: openFiles,
		L0CompactionThreshold: merge, L0StopWritesThreshold: stopAt,
		DisableWAL: inMemory,
	}
	err := e.guard(func() (err error) {
		e.db, err = pebble.Open(dir, options)
		return err
	})
	switch {
	case err == nil:
		e.opened.Store(true)
		return e, nil
	case errors.Is(err, syscall.EAGAIN):
		return nil, fmt.Errorf("the trail in %s is in use by another process", dir)
	}
	return nil, fmt.Errorf("the trail in %s cannot be opened (%w); move it away to begin a new one", dir, err)
}

// guard does work that Pebble may give up in the middle of: the caller neither
// sees a panic nor waits for what stands still.
func (e *engine) guard(work func() error) error {
	if err := e.failed(); err != nil {
		return err
	}
	done := make(chan error, 1)
	go func() {
		var err error
		defer func() {
			if cause := recover(); cause != nil {
				err = fmt.Errorf("panic: %v", cause)
			}
			done <- err
		}()
		err = work()
	}()
	select {
	case err := <-done:
		return err
	case <-e.dead:
		return e.why
	}
}

// failed is why the index has given up; nil while it has not.
func (e *engine) failed() error {
	select {
	case <-e.dead:
		return e.why
	default:
		return nil
	}
}

// close closes the index, if it has not given up.
func (e *engine) close() error {
	if e.failed() != nil {
		return nil // was logged
	}
	return e.guard(e.db.Close)
}

// Infof is Pebble's way to tell what it does; nobody needs to know.
func (e *engine) Infof(string, ...any) {}

// Errorf is Pebble's way to complain. Work in the background that fails is
// tried again for ever, so only the first complaint is logged.
func (e *engine) Errorf(format string, args ...any) {
	e.told.Do(func() { e.log.Error("the trail's index", "error", fmt.Sprintf(format, args...)) })
}

// Fatalf is called where Pebble cannot go on, and must not return.
func (e *engine) Fatalf(format string, args ...any) {
	e.die(fmt.Errorf(format, args...))
}

// giveUp is told of a write that failed. While the index is being opened that
// is an answer, after it the end.
func (e *engine) giveUp(err error) {
	if e.opened.Load() {
		e.die(err)
	}
}

// die notes why the index has given up, and never returns: Pebble's deferred
// functions are not to run, since they may unlock what is not locked.
func (e *engine) die(why error) {
	e.once.Do(func() {
		e.why = why
		close(e.dead)
	})
	select {}
}
