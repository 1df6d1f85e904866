package trail

import "sync"

// batch is what one write is to put into the journal.
type batch struct {
	frames      []byte
	records     int
	first, last int64 // seconds of its oldest and its newest event
}

func (b *batch) add(frames []byte, records int, second int64) {
	if b.records == 0 {
		b.first, b.last = second, second
	}
	b.first, b.last = min(b.first, second), max(b.last, second)
	b.frames = append(b.frames, frames...)
	b.records += records
}

// group brings the frames of many callers to the journal in few writes. Who
// finds nobody writing writes what is there, for all who wait; the others wait
// for it. There is no goroutine between, so that a caller alone pays one write
// and no switch.
type group struct {
	write func(*batch) // one at a time

	mu      sync.Mutex
	turn    sync.Cond
	next    *batch // what is to be written next
	spare   *batch
	number  uint64 // of next
	written uint64 // of the newest batch that was written
	writing bool
	closed  bool
}

func newGroup(write func(*batch)) *group {
	g := &group{write: write, next: new(batch), spare: new(batch), number: 1}
	g.turn.L = &g.mu
	return g
}

// commit answers once the frames were written, or were lost. It answers false
// for a group that is closed.
func (g *group) commit(frames []byte, records int, second int64) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return false
	}
	g.next.add(frames, records, second)
	for mine := g.number; g.written < mine; {
		if g.writing {
			g.turn.Wait()
		} else {
			g.lead()
		}
	}
	return true
}

// lead writes the next batch. It lets go of mu meanwhile.
func (g *group) lead() {
	b, number := g.next, g.number
	g.next, g.number, g.writing = g.spare, g.number+1, true
	g.mu.Unlock()
	g.write(b)
	g.mu.Lock()
	if cap(b.frames) > keptBatch {
		b.frames = nil
	}
	*b = batch{frames: b.frames[:0]}
	g.spare, g.written, g.writing = b, number, false
	g.turn.Broadcast()
}

// keptBatch bounds the memory that is kept for later batches.
const keptBatch = 1 << 20

// close lets nothing more in, and waits for what is under way.
func (g *group) close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.closed = true
	for g.written+1 < g.number || g.writing {
		g.turn.Wait()
	}
}
