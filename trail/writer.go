package trail

import (
	"fmt"
	"slices"

	"github.com/cockroachdb/pebble/v2"
)

// writer turns events into records and writes them, many in one batch. Each
// batch is all or nothing.
type writer struct {
	trail    *Trail
	recorder *recorder
	key      []byte
	value    []byte
}

// write writes events down.
func (w *writer) write(events []Event) error {
	if err := w.trail.engine.failed(); err != nil {
		return err
	}
	batch := w.trail.engine.db.NewBatch()
	segments := slices.Clone(w.trail.segments) // only this goroutine changes them
	for i := range events {
		for _, r := range w.records(&events[i]) {
			var err error
			if segments, err = w.add(batch, segments, &r); err != nil {
				return err
			}
		}
	}
	if len(segments) == 0 {
		return batch.Close() // nothing could be told of
	}
	current := &segments[len(segments)-1]
	if err := batch.Set(noteKey(current.number), current.note(), nil); err != nil {
		return err
	}
	if err := batch.Commit(w.trail.engine.sync); err != nil {
		return err
	}
	w.trail.mu.Lock()
	w.trail.segments = segments
	w.trail.mu.Unlock()
	return batch.Close()
}

// records are those of an event. One that cannot be told of is lost alone.
func (w *writer) records(e *Event) (all []record) {
	defer func() {
		if cause := recover(); cause != nil {
			w.trail.lose(1, fmt.Errorf("record %s: %T", e.Operation.Name, cause))
		}
	}()
	return w.recorder.records(e)
}

// add writes one record into the newest segment, or begins another.
func (w *writer) add(batch *pebble.Batch, segments []segment, r *record) ([]segment, error) {
	at := r.time.Unix()
	if w.full(segments, at) {
		var err error
		if segments, err = w.begin(batch, segments, at); err != nil {
			return nil, err
		}
	}
	s := &segments[len(segments)-1]
	s.first, s.last = min(s.first, at), max(s.last, at)
	s.seq++
	where := position{at, s.seq}
	before := batch.Len()
	w.key = where.append(append(w.key[:0], eventPrefix(s.number, r.account)...))
	w.value = r.encode(w.value[:0])
	err := batch.Set(w.key, w.value, nil)
	r.values(func(attribute byte, value string) {
		if err == nil {
			w.key = where.append(append(w.key[:0], indexPrefix(s.number, r.account, attribute, value)...))
			err = batch.Set(w.key, nil, nil)
		}
	})
	s.bytes += uint64(batch.Len() - before)
	return segments, err
}

// full tells whether an event needs a segment of its own: for a new day, or
// because what is in memory has become large.
func (w *writer) full(segments []segment, at int64) bool {
	if len(segments) == 0 {
		return true
	}
	s := &segments[len(segments)-1]
	limit := w.trail.o.segmentBytes
	return dayOf(at) > dayOf(s.last) || limit > 0 && s.bytes >= limit
}

// begin begins a segment, and forgets those that are too old or too many.
func (w *writer) begin(batch *pebble.Batch, segments []segment, at int64) ([]segment, error) {
	next := segment{number: 1, first: at, last: at}
	if len(segments) > 0 {
		s := segments[len(segments)-1]
		if err := batch.Set(noteKey(s.number), s.note(), nil); err != nil {
			return nil, err
		}
		next.number, next.seq = s.number+1, s.seq
	}
	segments = append(segments, next)
	oldest := w.trail.o.Now().Add(-retention).Unix()
	gone := 0
	for gone < len(segments)-1 && (segments[gone].last < oldest || w.tooMany(len(segments)-gone)) {
		gone++
	}
	for _, s := range segments[:gone] {
		if err := batch.Delete(noteKey(s.number), nil); err != nil {
			return nil, err
		}
	}
	if gone > 0 {
		if err := batch.DeleteRange(segmentStart(segments[0].number), segmentStart(segments[gone].number), nil); err != nil {
			return nil, err
		}
	}
	return segments[gone:], nil
}

func (w *writer) tooMany(n int) bool { return w.trail.o.segmentBytes > 0 && n > memorySegments }
