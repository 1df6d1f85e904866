package bolt

import (
	"testing"
	"time"
)

func TestTheCommitterWaitsForWhoeverWroteBefore(t *testing.T) {
	const ever = time.Hour
	for _, c := range []struct {
		rule     string
		expected int
		wait     time.Duration
		there    int // beside the first
		coming   int
		want     int
	}{
		{"a writer that is alone does not wait", 1, ever, 0, 0, 1},
		{"nor after many were there and none came again in time", 64, 0, 0, 0, 1},
		{"what is there is taken", 1, ever, 5, 0, 6},
		{"whoever comes in time is taken", 4, ever, 0, 3, 4},
		{"some there, some coming", 6, ever, 2, 3, 6},
	} {
		t.Run(c.rule, func(t *testing.T) {
			s := &Store{requests: make(chan *request, maxBatch)}
			for range c.there {
				s.requests <- new(request)
			}
			go func() {
				for range c.coming {
					s.requests <- new(request)
				}
			}()
			if got := s.gather(new(request), c.expected, c.wait); len(got) != c.want {
				t.Errorf("%d are committed together, want %d", len(got), c.want)
			}
		})
	}
	t.Run("the end of the store is not waited for", func(t *testing.T) {
		s := &Store{requests: make(chan *request)}
		close(s.requests)
		if got := s.gather(new(request), 64, ever); len(got) != 1 {
			t.Errorf("%d are committed together", len(got))
		}
	})
}
