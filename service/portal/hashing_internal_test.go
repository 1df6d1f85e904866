package portal

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
)

// Whoever sends passwords without end waits alone: others come to their turn,
// and what is beyond all waiting is refused at once.
func TestOneNetworkDoesNotFillTheLine(t *testing.T) {
	l := newHashing()
	for range hashesAtOnce {
		if err := l.take(t.Context(), "busy"); err != nil {
			t.Fatal(err)
		}
	}
	ctx, giveUp := context.WithCancel(t.Context())
	var all sync.WaitGroup
	for range mostWaiting {
		all.Go(func() {
			if err := l.take(ctx, "busy"); !errors.Is(err, context.Canceled) {
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
	if err := l.take(t.Context(), "busy"); !errors.Is(err, errBusy) {
		t.Errorf("one more of the network: %v", err)
	}
	all.Go(func() {
		if err := l.take(t.Context(), "other"); err != nil {
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
	l.leave()
	all.Wait()
	if l.all != 0 || len(l.waiting) != 0 {
		t.Errorf("%d %v", l.all, l.waiting)
	}
}

func TestTheLineHasAnEnd(t *testing.T) {
	l := newHashing()
	for n := range mostInLine {
		if !l.line(string(rune('a' + n/mostWaiting))) {
			t.Fatalf("%d", n)
		}
	}
	if l.line("one more") {
		t.Error("nobody is refused")
	}
}

// Strangers make the operator's log no longer by asking too often or by leaving.
func TestWhatIsNoFailure(t *testing.T) {
	var log bytes.Buffer
	pages, err := New(Config{Rand: rand.Reader, Log: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		err    error
		status int
		logged bool
	}{
		{fmt.Errorf("hash: %w", errBusy), http.StatusTooManyRequests, false},
		{fmt.Errorf("hash: %w", context.Canceled), http.StatusServiceUnavailable, false},
		{errors.New("the disk is full"), http.StatusInternalServerError, true},
	} {
		log.Reset()
		w := httptest.NewRecorder()
		pages.(*handler).broken(w, c.err)
		if w.Code != c.status || (log.Len() > 0) != c.logged || strings.Contains(w.Body.String(), "disk") || !strings.Contains(w.Body.String(), "<h1>") {
			t.Errorf("%v: %d %s %s", c.err, w.Code, w.Body, &log)
		}
	}
}
