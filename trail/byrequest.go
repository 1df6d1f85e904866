package trail

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// Told is a call as it was recorded, with what it was decided on.
type Told struct {
	Found
	Decided             string // as the Event had it; "" where nothing was decided
	SourceIP, UserAgent string
	TLS                 bool
	ErrorMessage        string
}

// ByRequest finds the call that a request id was answered with, whichever
// account's it was; false where the trail has none, or has it no more. What
// was sealed by a version that kept no request ids is not found.
func (t *Trail) ByRequest(ctx context.Context, id string) (told Told, ok bool, err error) {
	oldest := t.o.Now().Add(-retention).Unix()
	for _, g := range slices.Backward(t.all()) {
		if err := ctx.Err(); err != nil {
			return Told{}, false, err
		}
		if g.last < oldest {
			continue
		}
		told, ok, err = t.inSegment(g, id)
		if err != nil {
			return Told{}, false, fmt.Errorf("read the trail: %w", err)
		}
		if ok {
			return told, true, nil
		}
	}
	return Told{}, false, nil
}

// inSegment looks through one segment. Of an event that two accounts were told
// of, the one is meant that has what was decided.
func (t *Trail) inSegment(g segment, id string) (best Told, ok bool, err error) {
	from, err := t.open(&g)
	if err != nil || from == nil {
		return best, false, err
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	look := func(f frame) error {
		r, err := decode(f.text)
		if err == nil && r.requestID == id && (!ok || r.decided != "") {
			best, ok = r.told(), true
		}
		return err
	}
	if !g.sealed {
		err = eachFrame(from, g.size, look)
		return best, ok, err
	}
	file, err := openSealed(from, g.size)
	if err != nil {
		return best, false, err
	}
	first, last, err := file.entries(checksum(appendKey(nil, "", requestID, id)), 0, file.events)
	for i := first; i < last && err == nil; i++ {
		var entry uint64
		if entry, err = file.entry(i); err != nil {
			break
		}
		var f frame
		if f, err = file.event(uint32(entry)); err == nil {
			err = look(f)
		}
	}
	return best, ok, err
}

// eachFrame goes through a journal until look fails.
func eachFrame(from reading, size int64, look func(frame) error) error {
	text, err := readText(from, 0, size)
	if err != nil {
		return err
	}
	frames(text, func(f frame) {
		if err == nil {
			err = look(f)
		}
	})
	return err
}

func (r *record) told() Told {
	return Told{
		Found: r.found(), Decided: r.decided, SourceIP: r.sourceIP, UserAgent: r.userAgent,
		TLS: r.flags&flagTLS != 0, ErrorMessage: r.errorText,
	}
}
