package portal

import (
	"strconv"
	"testing"
	"time"
)

func TestManyNetworksBeginNoMoreThanAllMay(t *testing.T) {
	s, now, begun := newStarts(), time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), 0
	for n := range 2 * allStartsAtOnce {
		if s.allow(strconv.Itoa(n), now) {
			begun++
		}
	}
	if begun != allStartsAtOnce {
		t.Errorf("%d", begun)
	}
}

// However many networks there are, few are remembered; one that was not busy is
// forgotten without its noticing.
func TestNetworksAreForgotten(t *testing.T) {
	s, now := newStarts(), time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for n := range 3 * mostNetworks {
		s.allow(strconv.Itoa(n), now)
		if len(s.byNetwork) > mostNetworks {
			t.Fatalf("%d networks are remembered", len(s.byNetwork))
		}
	}
	now = now.Add(time.Hour)
	for range startsAtOnce {
		s.allow("busy", now)
	}
	for n := 0; len(s.byNetwork) < mostNetworks; n++ {
		s.allow("more "+strconv.Itoa(n), now.Add(-time.Minute))
	}
	if !s.allow("one more", now.Add(time.Second)) || s.allow("busy", now) {
		t.Error("a network that is busy begins anew")
	}
}
