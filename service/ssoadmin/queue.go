package ssoadmin

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/store/directory"
	"github.com/rolecall-iam/rolecall/wire"
)

// Who assigns one thing after the other has it when the answer comes. Where many
// ask at once, each with a transaction of its own, the disk writes the same
// pages over and over; then a request is only written down, with the status
// IN_PROGRESS, and what waits is done many at a time.

// fewAssigning is how many requests to assign are served at once without any of
// them having to wait.
const fewAssigning = 4

// manyAssigned is how many assignments are made in one transaction.
const manyAssigned = 2000

// What waits is left to become more while requests come in: looked at every
// glance, for no longer than patience.
const (
	glance   = 50 * time.Millisecond
	patience = 5 * time.Second
)

// afterFailure is how long it takes until what failed is tried again.
const afterFailure = time.Second

// mustWait tells whether an assignment is only to be written down: where others
// are being served, or wait already.
func (s *Service) mustWait(c scope) bool {
	if s.assigning.Load() > fewAssigning {
		return true
	}
	wait := false
	c.View.AllWaiting(c.instance.ID, "", func(string, string, directory.Assignment) bool {
		wait = true
		return false
	})
	return wait
}

func (s *Service) wake() {
	select {
	case s.waiting <- struct{}{}:
	default:
	}
}

// Start does what waits, from before a restart too, until stop is called.
func (s *Service) Start() (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		s.run(ctx)
	}()
	return func() {
		cancel()
		<-ended
	}
}

func (s *Service) run(ctx context.Context) {
	for {
		var again <-chan time.Time
		if err := s.assignAll(ctx); err != nil && ctx.Err() == nil {
			s.Log.Error("assignments that wait cannot be made", "error", err)
			again = time.After(afterFailure)
		}
		select {
		case <-ctx.Done():
			return
		case <-s.waiting:
		case <-again:
		}
		s.gather(ctx)
	}
}

// gather returns when nobody assigns any more, or patience is at an end.
func (s *Service) gather(ctx context.Context) {
	tick := time.NewTicker(glance)
	defer tick.Stop()
	for range patience / glance {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if s.assigning.Load() == 0 {
			return
		}
	}
}

// waiter is an assignment that waits, with its request.
type waiter struct {
	request    string
	assignment directory.Assignment
}

// assignAll makes the assignments that wait, of all instances. What comes
// meanwhile is left to become more: it has told waiting. While some are written,
// the next are prepared.
func (s *Service) assignAll(ctx context.Context) error {
	view, err := s.Directory.View(ctx)
	if err != nil {
		return err
	}
	parts := make(map[string][][]waiter)
	view.Instances(func(i *directory.Instance) bool {
		parts[i.ID] = partsOf(&view.Reader, i.ID)
		return true
	})
	err = view.Err()
	view.Close()
	work, ctx := errgroup.WithContext(ctx)
	work.SetLimit(2)
	for instance, all := range parts {
		for _, part := range all {
			work.Go(func() error {
				if err := ctx.Err(); err != nil {
					return err
				}
				return s.assignPart(ctx, instance, part)
			})
		}
	}
	return cmp.Or(err, work.Wait())
}

// partsOf parts what waits into as many as one transaction makes. Two parts have
// no account in common, unless it has very many, so that neither waits for the
// other.
func partsOf(r *directory.Reader, instance string) (parts [][]waiter) {
	var part []waiter
	r.AllWaiting(instance, "", func(_, request string, a directory.Assignment) bool {
		n := len(part)
		if n >= manyAssigned && (n == 2*manyAssigned || a.Account != part[n-1].assignment.Account) {
			parts, part = append(parts, part), nil
		}
		part = append(part, waiter{request, a})
		return true
	})
	if len(part) > 0 {
		parts = append(parts, part)
	}
	return parts
}

func (s *Service) assignPart(ctx context.Context, instance string, part []waiter) error {
	return s.Directory.Update(ctx, func(tx *directory.Tx) error {
		i, ok := tx.Instance(instance)
		if !ok {
			return nil
		}
		m := newMaker(s.Rand, s.Now(), arn.PartitionOf(i.Region), i)
		for _, w := range part {
			if err := m.settle(tx, w.request, w.assignment); err != nil {
				return err
			}
		}
		return nil
	})
}

// settle makes an assignment that waited, if that is still possible, and writes
// down how it went.
func (m *maker) settle(tx *directory.Tx, request string, a directory.Assignment) error {
	before, ok := tx.SSORequest(m.instance.ID, directory.SSOAssign, request)
	if ok && before.Status != inProgress {
		return nil // somebody else has settled it
	}
	tx.DeleteWaiting(m.instance.ID, a)
	if !ok {
		return nil
	}
	q := *before
	q.Status = succeeded
	a.Principal = q.Principal
	err := m.assignNow(tx, a)
	var refused *wire.Error
	switch why, isFailed := errors.AsType[failed](err); {
	case isFailed:
		q.Status, q.Failure = failure, string(why)
	case errors.As(err, &refused):
		q.Status, q.Failure = failure, refused.Message
	case err != nil:
		return fmt.Errorf("request %s: %w", request, err)
	}
	tx.PutSSORequest(m.instance.ID, &q)
	return nil
}

// assignNow looks again at what was there when the request was taken.
func (m *maker) assignNow(tx *directory.Tx, a directory.Assignment) error {
	p, ok := tx.PermissionSet(m.instance.ID, a.PermissionSet)
	if !ok {
		return notFound("PermissionSet", a.PermissionSet)
	}
	if _, err := reachable(&tx.Reader, m.instance, a.Account.String()); err != nil {
		return err
	}
	if !principalExists(&tx.Reader, m.instance.Store, a) {
		return notFound(a.Type, a.Principal)
	}
	return assign(tx, m, p, a)
}
