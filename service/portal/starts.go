package portal

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// How many sign-ins at providers strangers may begin, each of which is kept for
// some minutes: in one network so many that nobody notices, and in all so many
// that one network does not use them up.
const (
	startsPerSecond    = 10 // of one network
	startsAtOnce       = 200
	allStartsPerSecond = 40
	allStartsAtOnce    = 800
	mostNetworks       = 4096 // that are told apart at a time
)

// longestKept is how long an address may be that is kept for a stranger. It has
// room for the wish of a program with one address to go back to.
const longestKept = 4 << 10

// starts limits how many sign-ins begin.
type starts struct {
	all       *rate.Limiter
	mu        sync.Mutex
	byNetwork map[string]*rate.Limiter
}

func newStarts() *starts {
	return &starts{all: rate.NewLimiter(allStartsPerSecond, allStartsAtOnce), byNetwork: map[string]*rate.Limiter{}}
}

// allow tells whether one more may begin in a network, and counts it.
func (s *starts) allow(network string, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	one, ok := s.byNetwork[network]
	if !ok {
		s.forget(now)
		one = rate.NewLimiter(startsPerSecond, startsAtOnce)
		s.byNetwork[network] = one
	}
	return one.AllowN(now, 1) && s.all.AllowN(now, 1)
}

// forget makes room for more networks: those go that may begin as many as they
// ever could, and where most are busy, some of them.
func (s *starts) forget(now time.Time) {
	if len(s.byNetwork) < mostNetworks {
		return
	}
	for network, one := range s.byNetwork {
		if one.TokensAt(now) >= startsAtOnce {
			delete(s.byNetwork, network)
		}
	}
	for network := range s.byNetwork {
		if len(s.byNetwork) < mostNetworks*3/4 {
			return
		}
		delete(s.byNetwork, network)
	}
}
