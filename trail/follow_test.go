package trail

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// after reads on from a place.
func (h *house) after(p Place, limit int) ([]string, Place) {
	h.t.Helper()
	events, next, err := h.After(p, limit)
	if err != nil {
		h.t.Fatal(err)
	}
	var names []string
	for _, e := range events {
		names = append(names, e.Resources[0].Name)
	}
	return names, next
}

func TestWhoFollowsReadsEachEventOnce(t *testing.T) {
	o := Options{Dir: filepath.Join(t.TempDir(), "trail"), journalBytes: 2 << 10}
	for _, limit := range []int{1, 3, 100} {
		t.Run(fmt.Sprint(limit, " at a time"), func(t *testing.T) {
			o.Dir += "x"
			h := open(t, o)
			var want, got []string
			var at Place
			for i := range 30 {
				name := fmt.Sprint("u", i)
				want = append(want, name)
				h.create(name)
				if i%7 == 3 {
					h.clock.pass(-3 * time.Second) // the order is that of recording, not of time
				}
				if i%5 == 0 {
					h.tidy()
				}
				if i == 17 {
					if err := h.Close(); err != nil {
						t.Fatal(err)
					}
					h.reopen(o)
				}
				if i%2 == 0 {
					names, next := h.after(at, limit)
					got, at = append(got, names...), next
					if again, err := ParsePlace(at.String()); err != nil || again != at {
						t.Error(again, err)
					}
				}
			}
			for {
				names, next := h.after(at, limit)
				if got, at = append(got, names...), next; len(names) == 0 {
					break
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("got %q", got)
			}
			for _, end := range []Place{h.End(), {h.End().segment, 1000, 1 << 20}, {1000, 0, 0}} {
				names, next := h.after(end, 5)
				if names != nil || next != h.End() {
					t.Errorf("after %s: %q up to %s", end, names, next)
				}
			}
		})
	}
}

func TestWaitingEndsWithTheNextEvent(t *testing.T) {
	h := open(t, Options{})
	for i := range 3 {
		at := h.End()
		waited := make(chan error)
		go func() { waited <- h.Wait(t.Context(), at) }()
		h.create(fmt.Sprint("u", i))
		if err := <-waited; err != nil {
			t.Fatal(err)
		}
		if names, _ := h.after(at, 9); !slices.Equal(names, []string{fmt.Sprint("u", i)}) {
			t.Errorf("got %q", names)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := h.Wait(ctx, h.End()); err == nil {
		t.Error("nothing came, and it did not wait")
	}
}

func FuzzParsePlace(f *testing.F) {
	f.Add("1.2.3")
	f.Add("1.2.-3")
	f.Add("")
	f.Fuzz(func(t *testing.T, text string) {
		if p, err := ParsePlace(text); err == nil && p.String() != text {
			t.Errorf("%q is %q", text, p)
		}
	})
}
