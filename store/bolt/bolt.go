package bolt

import (
	"crypto/rand"
	"io"
	"os"
	"sync"
	"sync/atomic"

	"go.etcd.io/bbolt"

	"github.com/rolecall-iam/rolecall/store"
)

// Options say where a store is and what it may use.
type Options struct {
	// Dir is the data directory. It is made where it is missing, but not its
	// parent. Not with Ephemeral.
	Dir string

	// Ephemeral keeps everything in memory: nothing is on disk, nothing is left
	// after Close.
	Ephemeral bool

	// KeepRevisions is how many revisions back ReadAt and Watch reach at least;
	// what is older is compacted in passing. 0 keeps all until Compact.
	KeepRevisions int64

	// MaxBytes limits the size of the data; writes beyond are refused with
	// store.ErrFull. 0 means no limit but the disk or the memory.
	MaxBytes int

	// Rand gives a new store its id; nil means crypto/rand.
	Rand io.Reader
}

// Store is a store.Engine over one bbolt file.
type Store struct {
	db     *bbolt.DB
	os     *os.File // under db
	id     string
	keep   int64
	remove func() // takes away what an ephemeral store used

	behind   bool // by the committer: more is too old than was forgotten
	wrote    int  // by the committer: history records of the last commit
	revision atomic.Int64
	news     notifier
	idle     idleViews

	onDisk bool
	reads  atomic.Uint32 // of keys
	mapped int64         // bytes of the file that may stay in memory
	page   int64         // bytes that the system maps at once
	warmed sync.WaitGroup

	writing  sync.Mutex // one bbolt write transaction at a time
	failed   bool       // by writing: a commit has an unknown outcome
	broken   bool       // by writing: bbolt panicked and may hold its locks
	unmapped bool       // by writing: the file is being closed
	part     int64      // by writing: the part of the file that is given back next

	sending   sync.RWMutex // held for writing to close requests
	closed    bool         // by sending
	requests  chan *request
	committed chan struct{} // closed when the committer has ended
}

var _ store.Engine = (*Store)(nil)

// Open opens the store of a data directory, and makes a new one where there is
// none. It reads no key, so it takes as long for many as for few. Errors are
// one sentence that names the directory; errors.Is tells ErrInUse, ErrForeign,
// ErrFormat and store.ErrDamaged apart.
func Open(o Options) (*Store, error) {
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	f, err := openFile(o)
	if err != nil {
		return nil, err
	}
	s := &Store{
		db:        f.db,
		os:        f.os,
		id:        f.id,
		keep:      o.KeepRevisions,
		remove:    f.remove,
		onDisk:    !o.Ephemeral,
		mapped:    mostResident,
		page:      int64(os.Getpagesize()),
		requests:  make(chan *request, maxBatch),
		committed: make(chan struct{}),
	}
	s.revision.Store(f.revision)
	s.news.next = make(chan struct{})
	s.idle.open = true
	go s.commitAll()
	if s.onDisk {
		s.warmed.Go(s.warm)
	}
	return s, nil
}

// ID is the random name that the store was given when it was made. Backups and
// what is restored from them have it too.
func (s *Store) ID() string { return s.id }

// Revision is the newest revision.
func (s *Store) Revision() int64 { return s.revision.Load() }

// Close lets the transactions that were accepted end, ends watches, and waits
// until open snapshots are closed.
func (s *Store) Close() error {
	s.sending.Lock()
	if s.closed {
		s.sending.Unlock()
		return nil
	}
	s.closed = true
	close(s.requests)
	s.sending.Unlock()

	<-s.committed
	s.warmed.Wait()
	s.news.end()
	s.idle.drain()
	defer s.remove()
	s.writing.Lock()
	defer s.writing.Unlock()
	s.unmapped = true
	if s.broken {
		return unlock(s.os) // db.Close would wait for what panicked
	}
	return s.db.Close()
}

// Commits is how often the store has written and synced its file since it was
// made: less often than there were transactions, where many wrote at once.
func (s *Store) Commits() int {
	n := 0
	// A store that cannot be read has nothing to tell.
	_ = s.db.View(func(tx *bbolt.Tx) error { n = tx.ID(); return nil })
	return n
}
