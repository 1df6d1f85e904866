package service

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/rolecall-iam/rolecall/store"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// propagating imitates AWS's eventual consistency: what was written is read
// only after a while. Requests are authenticated, decided and answered on the
// data as it was that long ago; what they change is changed as it is now, so
// that a name is not given twice. A request that has changed something goes on
// with what it wrote.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
type propagating struct {
	delay time.Duration

	mu   sync.Mutex
	seen []sighting // in the order in which they came; the first is what is visible
}

// sighting is a revision with when it was first seen.
type sighting struct {
	revision int64
	at       time.Time
}

// newPropagating makes all that is stored now visible at once.
func newPropagating(delay time.Duration, revision int64) *propagating {
	return &propagating{delay: delay, seen: []sighting{{revision: revision}}}
}

// note tells of the newest revision.
func (p *propagating) note(revision int64, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if revision > p.seen[len(p.seen)-1].revision {
		p.seen = append(p.seen, sighting{revision, now})
	}
}

// visible is the newest revision that has propagated, and forgets those before.
func (p *propagating) visible(now time.Time) int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.seen) > 1 && now.Sub(p.seen[1].at) >= p.delay {
		p.seen = p.seen[1:]
	}
	return p.seen[0].revision
}

// view opens what a request sees. Where the store does not remember that far
// back, it sees everything.
func (d *Door) view(ctx context.Context) (*directory.View, error) {
	if d.lag == nil {
		return d.Directory.View(ctx)
	}
	now := d.Now()
	d.lag.note(d.Directory.Revision(), now)
	view, err := d.Directory.ViewAt(ctx, d.lag.visible(now))
	if errors.Is(err, store.ErrCompacted) {
		return d.Directory.View(ctx)
	}
	return view, err
}
