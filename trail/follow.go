package trail

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
)

// Place is how far somebody who follows the trail has come. The zero Place is
// before all events.
type Place struct {
	segment uint32
	seq     uint32 // of the next event
	offset  int64  // of its frame, while the segment is a journal
}

// String is the text that ParsePlace reads.
func (p Place) String() string { return fmt.Sprintf("%d.%d.%d", p.segment, p.seq, p.offset) }

// ParsePlace reads a Place.
func ParsePlace(text string) (Place, error) {
	var p Place
	if _, err := fmt.Sscanf(text, "%d.%d.%d", &p.segment, &p.seq, &p.offset); err != nil || p.String() != text || p.offset < 0 {
		return Place{}, fmt.Errorf("%q is no place in a trail", text)
	}
	return p, nil
}

// End is the place behind all events that there are.
func (t *Trail) End() Place {
	t.mu.RLock()
	defer t.mu.RUnlock()
	switch n := len(t.segments); {
	case n == 0:
		return Place{}
	case t.current == nil:
		return Place{segment: t.segments[n-1].number + 1}
	}
	return Place{t.current.number, uint32(t.current.count), t.current.size}
}

// Recent is where the journal that is written to begins: a place from which on
// there are few events.
func (t *Trail) Recent() Place { return Place{segment: t.End().segment} }

// After answers events of all accounts that were recorded after a place, in
// the order in which they were, and the place after them. It answers none at
// the end, nor at a place that a power failure, or a new trail, has left behind
// the end.
func (t *Trail) After(p Place, limit int) ([]Found, Place, error) {
	var events []Found
	if end := t.End(); p.segment > end.segment || p.segment == end.segment && p.seq > end.seq {
		return nil, end, nil
	}
	for _, g := range t.all() {
		if g.number < p.segment {
			continue
		}
		if g.number > p.segment {
			p = Place{segment: g.number}
		}
		rest, err := t.rest(&g, p)
		if err != nil {
			return nil, p, fmt.Errorf("read the trail: %w", err)
		}
		for _, f := range rest[:min(len(rest), limit-len(events))] {
			r, err := decode(f.text)
			if err != nil {
				return nil, p, fmt.Errorf("read the trail: %w", err)
			}
			events = append(events, r.found())
			p.seq = f.seq + 1
			p.offset += int64(frameHead + len(f.text))
		}
		if len(events) == limit {
			break
		}
	}
	return events, p, nil
}

// rest are the frames of a segment from a place on, as they were written.
func (t *Trail) rest(g *segment, p Place) ([]frame, error) {
	from, err := t.open(g)
	if err != nil || from == nil {
		return nil, err
	}
	if g.sealed {
		rest, err := sealedFrom(from, g.size, p.seq)
		return rest, errors.Join(err, from.Close())
	}
	if p.offset > g.size {
		return nil, from.Close()
	}
	text, err := readText(from, p.offset, g.size)
	if err := errors.Join(err, from.Close()); err != nil {
		return nil, err
	}
	var rest []frame
	frames(text, func(f frame) {
		f.seq += p.seq
		rest = append(rest, f)
	})
	return rest, nil
}

// sealedFrom are the events of a sealed file that were written from one on.
func sealedFrom(from reading, size int64, seq uint32) ([]frame, error) {
	file, err := openSealed(from, size)
	if err != nil {
		return nil, err
	}
	var rest []frame
	for number := range file.events {
		f, err := file.event(number)
		if err != nil {
			return nil, err
		}
		if f.seq >= seq {
			rest = append(rest, f)
		}
	}
	slices.SortFunc(rest, func(a, b frame) int { return cmp.Compare(a.seq, b.seq) })
	return rest, nil
}

// Wait waits until something may have been recorded after a place.
func (t *Trail) Wait(ctx context.Context, p Place) error {
	t.mu.Lock()
	if c := t.current; c != nil && (c.number > p.segment || c.number == p.segment && uint32(c.count) > p.seq) {
		t.mu.Unlock()
		return nil
	}
	if t.news == nil {
		t.news = make(chan struct{})
	}
	news := t.news
	t.mu.Unlock()
	select {
	case <-news:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
