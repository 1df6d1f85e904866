package trail

import (
	"errors"
	"os"
	"time"
)

// run does behind the answers what has time: it sees onto the disk what was
// written, seals journals that are full, and forgets what is too old.
func (t *Trail) run() {
	defer close(t.ended)
	tick := time.NewTicker(syncEvery)
	defer tick.Stop()
	for {
		t.complain("seal", t.sealFull())
		t.complain("forget", t.forget())
		select {
		case <-t.stop:
			return
		case <-t.wake:
		case <-tick.C:
			t.complain("sync", t.sync())
		}
	}
}

// complain logs what could not be done. It is tried again, so each kind of
// trouble is logged once.
func (t *Trail) complain(what string, err error) {
	if err == nil {
		return
	}
	if text := what + err.Error(); t.trouble != text {
		t.trouble = text
		t.o.Log.Error("the trail", "work", what, "error", err)
	}
}

func (t *Trail) sync() error {
	t.mu.Lock()
	journal, dirty := t.journal, t.dirty
	t.dirty = false
	t.mu.Unlock()
	if !dirty {
		return nil
	}
	err := journal.Sync()
	if errors.Is(err, os.ErrClosed) {
		return nil // another has taken its place, and it was sealed
	}
	return err
}

// sealFull seals the journals that nothing is written to any more.
func (t *Trail) sealFull() error {
	if t.inMemory {
		return nil
	}
	t.mu.RLock()
	var full []*segment
	for _, s := range t.segments {
		if !s.sealed && s != t.current {
			full = append(full, s)
		}
	}
	t.mu.RUnlock()
	for _, s := range full {
		if err := t.seal(s); err != nil {
			return err
		}
	}
	return nil
}

// seal puts a sealed file in the place of a journal. Both are there for a
// moment; the sealed one counts.
func (t *Trail) seal(s *segment) error {
	from, err := t.o.files.read(s.name())
	if err != nil {
		return err
	}
	text, err := readText(from, 0, s.size)
	if err := errors.Join(err, from.Close()); err != nil {
		return err
	}
	to, err := t.o.files.open(halfSealed)
	if err != nil {
		return err
	}
	size, err := seal(text, to)
	if err := errors.Join(err, to.Close()); err != nil {
		return errors.Join(err, t.o.files.remove(halfSealed))
	}
	done := *s
	done.sealed, done.size = true, size
	if err := t.o.files.rename(halfSealed, done.name()); err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	journal := s.name()
	*s = done
	return t.o.files.remove(journal)
}

// forget removes the segments whose newest event is too old.
func (t *Trail) forget() error {
	oldest := t.o.Now().Add(-retention).Unix()
	t.mu.Lock()
	defer t.mu.Unlock()
	gone := 0
	for gone < len(t.segments) && t.segments[gone] != t.current && t.segments[gone].last < oldest {
		gone++
	}
	return t.drop(gone)
}

// drop removes the oldest segments. mu is held.
func (t *Trail) drop(n int) error {
	for _, s := range t.segments[:n] {
		if err := t.o.files.remove(s.name()); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	t.segments = append([]*segment(nil), t.segments[n:]...)
	return nil
}

// sizeOf is how long a file is.
func sizeOf(r reading) (int64, error) {
	info, err := r.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}
