package trail

import (
	"context"
	"sync"
)

// queue is what was handed over and is not yet written down. Those who hand
// over wait while it is full.
type queue struct {
	mu     sync.Mutex
	room   sync.Cond // there may be room
	work   sync.Cond // there may be something to write
	done   sync.Cond // something was written
	limit  int
	events []Event
	in     uint64 // how many were ever handed over
	out    uint64 // how many of them are written down, or lost
	closed bool
	held   int // how many wait for room
}

func newQueue(limit int) *queue {
	q := &queue{limit: limit}
	q.room.L, q.work.L, q.done.L = &q.mu, &q.mu, &q.mu
	return q
}

// put hands an event over. It answers false for a queue that is closed.
func (q *queue) put(e *Event) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.events) >= q.limit && !q.closed {
		q.held++
		q.room.Wait()
		q.held--
	}
	if q.closed {
		return false
	}
	q.events = append(q.events, *e)
	q.in++
	if len(q.events) == 1 {
		q.work.Signal()
	}
	return true
}

// take waits for events and answers all there are, taking spare for the ones
// to come. It answers none once the queue is closed and empty.
func (q *queue) take(spare []Event) []Event {
	clear(spare) // holds nothing that the collector could have
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.events) == 0 && !q.closed {
		q.work.Wait()
	}
	events := q.events
	q.events = spare[:0]
	q.room.Broadcast()
	return events
}

// wrote tells that so many more are written down.
func (q *queue) wrote(n int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.out += uint64(n)
	q.done.Broadcast()
}

// drain waits until all that was handed over before is written down.
func (q *queue) drain(ctx context.Context) error {
	stop := context.AfterFunc(ctx, func() {
		q.mu.Lock()
		defer q.mu.Unlock()
		q.done.Broadcast()
	})
	defer stop()
	q.mu.Lock()
	defer q.mu.Unlock()
	for until := q.in; q.out < until; q.done.Wait() {
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}

// close lets nothing more in.
func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.work.Broadcast()
	q.room.Broadcast()
}
