package trail

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"
)

const (
	// retention is how long events are kept, as in CloudTrail's event history.
	retention = 90 * 24 * time.Hour

	// queueLimit is how many events may wait to be written.
	queueLimit = 1 << 8
	// batchLimit is how many are written at once.
	batchLimit = 128
	// segmentBytes is how much of a trail in memory goes into one segment, and
	// memorySegments how many are kept.
	segmentBytes   = 4 << 20
	memorySegments = 4
)

// Options say where a trail is and what it is made with.
type Options struct {
	Dir  string // "" for memory
	Now  func() time.Time
	Rand io.Reader
	Log  *slog.Logger

	files        vfs.FS // of a test
	segmentBytes uint64 // of a test
}

// Trail is the event history of all accounts. All its methods serve all
// goroutines.
type Trail struct {
	o      Options
	queue  *queue
	engine *engine
	ended  chan struct{} // closed when nothing more is written
	lost   atomic.Uint64

	mu       sync.RWMutex
	segments []segment // oldest first
	failing  error     // what was logged last
}

// Open opens a trail, or makes an empty one. It fails with one sentence where
// the folder is in use, damaged or unwritable.
func Open(o Options) (*Trail, error) {
	if o.files == nil {
		o.files = ownFiles{vfs.Default}
	}
	if o.Dir == "" && o.segmentBytes == 0 {
		o.segmentBytes = segmentBytes
	}
	engine, err := openEngine(o.Dir, o.files, o.Log)
	if err != nil {
		return nil, err
	}
	t := &Trail{o: o, queue: newQueue(queueLimit), engine: engine, ended: make(chan struct{})}
	if err := engine.guard(t.load); err != nil {
		return nil, errors.Join(fmt.Errorf("read the trail in %s: %w", o.Dir, err), engine.close())
	}
	go t.run()
	return t, nil
}

// load reads the notes on the segments.
func (t *Trail) load() error {
	iter, err := t.engine.db.NewIter(&pebble.IterOptions{UpperBound: segmentStart(1)})
	if err != nil {
		return err
	}
	for ok := iter.First(); ok; ok = iter.Next() {
		s, good := readNote(iter.Key(), iter.Value())
		if !good {
			return errors.Join(errors.New("its notes are damaged"), iter.Close())
		}
		t.segments = append(t.segments, s)
	}
	return errors.Join(iter.Error(), iter.Close())
}

// Record hands an event over. It waits while too many wait to be written.
func (t *Trail) Record(e *Event) {
	if !manages(e.Operation) || e.Recipient.IsZero() {
		return
	}
	if !t.queue.put(e) {
		t.lost.Add(1)
	}
}

// Lost is how many events could not be written since the trail was opened.
func (t *Trail) Lost() uint64 { return t.lost.Load() }

// Close writes down what was handed over and closes the trail.
func (t *Trail) Close() error {
	t.queue.close()
	<-t.ended
	if n := t.Lost(); n > 0 {
		t.o.Log.Error("events are missing from the trail", "lost", n)
	}
	return t.engine.close()
}

// run writes events down until the trail is closed.
func (t *Trail) run() {
	defer close(t.ended)
	w := &writer{trail: t, recorder: newRecorder(t.o.Rand)}
	var events []Event
	for {
		if events = t.queue.take(events); len(events) == 0 {
			return
		}
		for batch := range slices.Chunk(events, batchLimit) {
			write := w.write
			if err := t.engine.guard(func() error { return write(batch) }); err != nil {
				t.lose(len(batch), err)
				w, events = &writer{trail: t, recorder: newRecorder(t.o.Rand)}, nil // the old ones may be at work still
			}
			t.queue.wrote(len(batch))
		}
	}
}

// lose counts events that could not be written, and logs each cause once.
func (t *Trail) lose(n int, err error) {
	t.lost.Add(uint64(n))
	t.mu.Lock()
	known := t.failing != nil && t.failing.Error() == err.Error()
	t.failing = err
	t.mu.Unlock()
	if known {
		return
	}
	t.o.Log.Error("events are lost from the trail", "lost", t.Lost(), "error", err)
}
