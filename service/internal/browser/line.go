package browser

import (
	"context"
	"errors"
	"net"
	"sync"
)

const (
	hashesAtOnce = 4  // passwords that are hashed at once: each takes 19 MiB
	mostWaiting  = 64 // in one network, for their passwords to be hashed
	mostInLine   = 1024
)

// ErrBusy tells that there is no use in waiting.
var ErrBusy = errors.New("too many passwords are to be hashed")

// Line is the line in which passwords wait to be hashed. One network has only
// so many in it that others come to their turn.
type Line struct {
	turns   chan struct{}
	mu      sync.Mutex
	all     int
	waiting map[string]int // by network
}

// NewLine is an empty line.
func NewLine() *Line {
	return &Line{turns: make(chan struct{}, hashesAtOnce), waiting: map[string]int{}}
}

// Take waits for a turn. Where there was one, it is to be left. An error is
// ErrBusy or that of ctx.
func (l *Line) Take(ctx context.Context, network string) error {
	if !l.line(network) {
		return ErrBusy
	}
	defer l.unline(network)
	select {
	case l.turns <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Leave gives the turn to the next.
func (l *Line) Leave() { <-l.turns }

func (l *Line) line(network string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.all >= mostInLine || l.waiting[network] >= mostWaiting {
		return false
	}
	l.all++
	l.waiting[network]++
	return true
}

func (l *Line) unline(network string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all--
	if l.waiting[network]--; l.waiting[network] == 0 {
		delete(l.waiting, network)
	}
}

// Network is the part of an address that stays as one moves about in a place.
func Network(address string) string {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		host = address
	}
	ip := net.ParseIP(host)
	if four := ip.To4(); four != nil {
		return four.Mask(net.CIDRMask(24, 32)).String()
	}
	return ip.Mask(net.CIDRMask(48, 128)).String()
}
