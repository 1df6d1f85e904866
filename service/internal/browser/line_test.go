package browser

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"testing"
)

// Whoever sends passwords without end waits alone: others come to their turn,
// and what is beyond all waiting is refused at once.
func TestOneNetworkDoesNotFillTheLine(t *testing.T) {
	l := NewLine()
	for range hashesAtOnce {
		if err := l.Take(t.Context(), "busy"); err != nil {
			t.Fatal(err)
		}
	}
	ctx, giveUp := context.WithCancel(t.Context())
	var all sync.WaitGroup
	for range mostWaiting {
		all.Go(func() {
			if err := l.Take(ctx, "busy"); !errors.Is(err, context.Canceled) {
				t.Errorf("%v", err)
			}
		})
	}
	waiting := func(network string) int {
		l.mu.Lock()
		defer l.mu.Unlock()
		return l.waiting[network]
	}
	for waiting("busy") < mostWaiting {
		runtime.Gosched()
	}
	if err := l.Take(t.Context(), "busy"); !errors.Is(err, ErrBusy) {
		t.Errorf("one more of the network: %v", err)
	}
	all.Go(func() {
		if err := l.Take(t.Context(), "other"); err != nil {
			t.Errorf("another network: %v", err)
		}
	})
	for waiting("other") < 1 {
		runtime.Gosched()
	}
	giveUp()
	for waiting("busy") > 0 {
		runtime.Gosched()
	}
	l.Leave()
	all.Wait()
	if l.all != 0 || len(l.waiting) != 0 {
		t.Errorf("%d %v", l.all, l.waiting)
	}
}

func TestTheLineHasAnEnd(t *testing.T) {
	l := NewLine()
	for n := range mostInLine {
		if !l.line(string(rune('a' + n/mostWaiting))) {
			t.Fatalf("%d", n)
		}
	}
	if l.line("one more") {
		t.Error("nobody is refused")
	}
}
