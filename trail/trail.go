package trail

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// retention is how long events are kept, as in CloudTrail's event history.
	retention = 90 * 24 * time.Hour

	// journalBytes is how large a journal becomes, memoryBytes how large in
	// memory, where memorySegments are kept.
	journalBytes   = 16 << 20
	memoryBytes    = 4 << 20
	memorySegments = 4

	// syncEvery is how often what was written is seen onto the disk: what a
	// power failure can take.
	syncEvery = time.Second
)

// Options say where a trail is and what it is made with.
type Options struct {
	Dir  string // "" for memory
	Now  func() time.Time
	Rand io.Reader
	Log  *slog.Logger

	files        files // of a test
	journalBytes int64 // of a test
}

// Trail is the event history of all accounts. All its methods serve all
// goroutines.
type Trail struct {
	o        Options
	inMemory bool
	recorder *recorder
	group    *group
	lost     atomic.Uint64
	failing  string // what was logged last, of the one that writes
	trouble  string // of the one that keeps

	mu       sync.RWMutex  // of all below, and of which files there are
	segments []*segment    // oldest first
	current  *segment      // the last one, where it is written to
	journal  file          // of that one
	dirty    bool          // something was written that may not be on the disk
	news     chan struct{} // closed when something is written; nil where nobody waits

	closing sync.Once
	closed  error // how it went

	wake  chan struct{} // there is something to seal
	stop  chan struct{}
	ended chan struct{}
}

// Open opens a trail, or makes an empty one. It fails with one sentence where
// the folder is damaged or unwritable.
func Open(o Options) (*Trail, error) {
	t := &Trail{
		o: o, inMemory: o.Dir == "", recorder: newRecorder(o.Rand),
		wake: make(chan struct{}, 1), stop: make(chan struct{}), ended: make(chan struct{}),
	}
	t.group = newGroup(t.write)
	if t.o.files == nil {
		t.o.files = folder{o.Dir}
		if t.inMemory {
			t.o.files = &memory{files: map[string]*memoryFile{}}
		}
	}
	if t.o.journalBytes == 0 {
		t.o.journalBytes = journalBytes
		if t.inMemory {
			t.o.journalBytes = memoryBytes
		}
	}
	if err := t.load(); err != nil {
		return nil, fmt.Errorf("the trail in %s cannot be opened (%w); move it away to begin a new one", o.Dir, err)
	}
	go t.run()
	return t, nil
}

// load finds the segments, and goes on with the journal that was written to
// last.
func (t *Trail) load() error {
	if !t.inMemory && t.o.Dir != "" {
		if err := os.MkdirAll(t.o.Dir, 0o700); err != nil {
			return err
		}
	}
	names, err := t.o.files.list()
	if err != nil {
		return err
	}
	if err := t.sort(names); err != nil {
		return err
	}
	for _, s := range t.segments {
		if err := t.replay(s); err != nil {
			return fmt.Errorf("%s: %w", s.name(), err)
		}
	}
	if len(t.segments) == 0 || t.segments[len(t.segments)-1].sealed {
		return nil
	}
	t.current = t.segments[len(t.segments)-1]
	if t.journal, err = t.o.files.open(t.current.name()); err != nil {
		return err
	}
	return t.journal.Truncate(t.current.size)
}

// sort finds the segments among the names of files. A journal whose sealed file
// is there was about to be removed.
func (t *Trail) sort(names []string) error {
	for _, name := range names {
		s, ok := parseName(name)
		if !ok {
			if err := t.foreign(name); err != nil {
				return err
			}
			continue
		}
		t.segments = append(t.segments, s)
	}
	slices.SortFunc(t.segments, func(a, b *segment) int {
		if a.number == b.number && a.sealed {
			return -1
		}
		return int(a.number) - int(b.number)
	})
	kept := t.segments[:0]
	for _, s := range t.segments {
		if len(kept) > 0 && kept[len(kept)-1].number == s.number {
			if err := t.o.files.remove(s.name()); err != nil {
				return err
			}
			continue
		}
		kept = append(kept, s)
	}
	t.segments = kept
	return nil
}

// halfSealed is the name of a sealed file that is being written.
const halfSealed = "sealing"

// foreign removes what a killed process was writing, and refuses what no trail
// has written.
func (t *Trail) foreign(name string) error {
	if name == halfSealed {
		return t.o.files.remove(name)
	}
	return fmt.Errorf("%s is no file of a trail", name)
}

// replay reads a journal up to where it ends, or where a write was torn.
func (t *Trail) replay(s *segment) error {
	from, err := t.o.files.read(s.name())
	if err != nil {
		return err
	}
	defer from.Close()
	size, err := sizeOf(from)
	if err != nil || s.sealed {
		s.size = size
		return err
	}
	text, err := readText(from, 0, size)
	if err != nil {
		return err
	}
	b := batch{}
	s.size = int64(frames(text, func(f frame) { b.add(nil, 1, f.second) }))
	s.first, s.last, s.count = b.first, b.last, b.records
	return nil
}

// Record writes an event down. It answers when that is done: what was recorded
// outlives the process, however that ends.
func (t *Trail) Record(e *Event) {
	if e.Operation == nil && e.Other == nil || e.Operation != nil && !manages(e.Operation) || e.Recipient.IsZero() {
		return
	}
	p := t.recorder.pages.Get().(*page)
	defer t.recorder.pages.Put(p)
	if !t.tell(p, e) {
		return
	}
	if !t.group.commit(p.frames, p.records, e.Time.Unix()) {
		t.lost.Add(1)
	}
}

// tell writes an event's frames. One that cannot be told of is lost alone.
func (t *Trail) tell(p *page, e *Event) (ok bool) {
	defer func() {
		if cause := recover(); cause != nil {
			t.lost.Add(1)
			t.o.Log.Error("an event is lost from the trail", "operation", e.name(), "cause", fmt.Sprintf("%T", cause))
		}
	}()
	t.recorder.write(p, e)
	return true
}

// Lost is how many events could not be written since the trail was opened.
func (t *Trail) Lost() uint64 { return t.lost.Load() }

// Close closes the trail. All that was recorded is on the disk then.
func (t *Trail) Close() error {
	t.closing.Do(func() { t.closed = t.close() })
	return t.closed
}

func (t *Trail) close() error {
	t.group.close()
	close(t.stop)
	<-t.ended
	if n := t.Lost(); n > 0 {
		t.o.Log.Error("events are missing from the trail", "lost", n)
	}
	if t.journal == nil {
		return nil
	}
	return errors.Join(t.journal.Sync(), t.journal.Close())
}

// write writes a batch into the journal. What cannot be written is counted,
// and the next batch is tried again.
func (t *Trail) write(b *batch) {
	if t.full(b) {
		if err := t.begin(b.first); err != nil && t.current == nil {
			t.lose(b.records, err)
			return
		}
	}
	s := t.current // nobody else writes to it
	if _, err := t.journal.WriteAt(b.frames, s.size); err != nil {
		t.lose(b.records, errors.Join(err, t.journal.Truncate(s.size)))
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if s.count == 0 {
		s.first, s.last = b.first, b.last
	}
	s.first, s.last = min(s.first, b.first), max(s.last, b.last)
	s.size += int64(len(b.frames))
	s.count += b.records
	t.dirty = true
	if t.news != nil {
		close(t.news)
		t.news = nil
	}
	if t.failing != "" {
		t.failing = ""
		t.o.Log.Info("events are written to the trail again", "lost", t.Lost())
	}
}

// full tells whether a batch needs a journal of its own.
func (t *Trail) full(b *batch) bool {
	s := t.current
	return s == nil || s.count > 0 && (dayOf(b.last) > dayOf(s.last) || s.size >= t.o.journalBytes)
}

// begin begins a journal. Where that fails the old one goes on.
func (t *Trail) begin(at int64) error {
	next := &segment{number: 1, first: at, last: at}
	t.mu.Lock() // old segments are dropped meanwhile
	if n := len(t.segments); n > 0 {
		next.number = t.segments[n-1].number + 1
	}
	t.mu.Unlock()
	journal, err := t.o.files.open(next.name())
	if err != nil {
		return err
	}
	t.mu.Lock()
	old := t.journal
	t.segments, t.current, t.journal = append(t.segments, next), next, journal
	if t.inMemory {
		err = t.drop(max(len(t.segments)-memorySegments, 0))
	}
	t.mu.Unlock()
	select {
	case t.wake <- struct{}{}:
	default: // it has been told
	}
	if old != nil {
		return errors.Join(err, old.Close()) // sealing it sees it onto the disk
	}
	return err
}

// lose counts events that could not be written, and logs each cause once.
func (t *Trail) lose(n int, err error) {
	t.lost.Add(uint64(n))
	if t.failing != err.Error() {
		t.failing = err.Error()
		t.o.Log.Error("events are lost from the trail", "lost", t.Lost(), "error", err)
	}
}
