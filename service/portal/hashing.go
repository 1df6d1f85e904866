package portal

import (
	"context"
	"errors"
	"sync"
)

const (
	hashesAtOnce = 4  // passwords that are hashed at once: each takes 19 MiB
	mostWaiting  = 64 // in one network, for their passwords to be hashed
	mostInLine   = 1024
)

// errBusy tells that there is no use in waiting.
var errBusy = errors.New("too many passwords are to be hashed")

// hashing is the line in which passwords wait to be hashed. One network has only
// so many in it that others come to their turn.
type hashing struct {
	turns   chan struct{}
	mu      sync.Mutex
	all     int
	waiting map[string]int // by network
}

func newHashing() *hashing {
	return &hashing{turns: make(chan struct{}, hashesAtOnce), waiting: map[string]int{}}
}

// take waits for a turn. Where there was one, it is to be left.
func (l *hashing) take(ctx context.Context, network string) error {
	if !l.line(network) {
		return errBusy
	}
	defer l.unline(network)
	select {
	case l.turns <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (l *hashing) leave() { <-l.turns }

func (l *hashing) line(network string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.all >= mostInLine || l.waiting[network] >= mostWaiting {
		return false
	}
	l.all++
	l.waiting[network]++
	return true
}

func (l *hashing) unline(network string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all--
	if l.waiting[network]--; l.waiting[network] == 0 {
		delete(l.waiting, network)
	}
}
