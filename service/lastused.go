package service

import (
	"context"
	"log/slog"
	"maps"
	"sync"
	"time"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// writeDown is how often the last uses are written down. Until then they are in
// memory: a decision writes nothing.
const writeDown = time.Minute

// mostNoted is how many users and roles, or keys, may wait to be written down:
// when there are more, that is done before its time.
const mostNoted = 1 << 12

// usesPerWrite is how many are written in one transaction, which may read and
// write only so much.
const usesPerWrite = 25

// lastUsed remembers when each long-term access key was last used, and when
// each user and role last did what.
type lastUsed struct {
	dir  *directory.Directory
	log  *slog.Logger
	stop func()
	done chan struct{}
	full chan struct{} // told when much is noted

	mu    sync.Mutex
	keys  map[string]directory.LastUsed // not yet written, as are those below
	calls map[actor]map[callOf]directory.Moment
}

// actor is a user or role.
type actor struct {
	account arn.AccountID
	id      string
}

// callOf is an operation of a service.
type callOf struct{ service, action string }

func newLastUsed(dir *directory.Directory, log *slog.Logger) *lastUsed {
	ctx, stop := context.WithCancel(context.Background())
	l := &lastUsed{
		dir: dir, log: log, stop: stop, done: make(chan struct{}), full: make(chan struct{}, 1),
		keys: make(map[string]directory.LastUsed), calls: make(map[actor]map[callOf]directory.Moment),
	}
	go l.run(ctx)
	return l
}

// note remembers one call, whether or not it will be allowed: AWS counts
// attempts. The root user is no entity of IAM's; of it only keys are known.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GenerateServiceLastAccessedDetails.html
func (l *lastUsed) note(c *Caller, op callOf, now time.Time, region, service string) {
	at := directory.Moment{Time: now.UTC().Truncate(time.Second), Region: region}
	who, ok := actorOf(c)
	l.mu.Lock()
	defer l.mu.Unlock()
	if !c.Temporary() {
		l.keys[c.AccessKeyID] = directory.LastUsed{Time: at.Time, Region: region, Service: service}
	}
	if !ok {
		return
	}
	calls := l.calls[who]
	if calls == nil {
		calls = make(map[callOf]directory.Moment)
		l.calls[who] = calls
	}
	calls[op] = at
	if len(l.calls) > mostNoted || len(l.keys) > mostNoted {
		select {
		case l.full <- struct{}{}:
		default:
		}
	}
}

func actorOf(c *Caller) (actor, bool) {
	switch {
	case c.Role != nil:
		return actor{c.Role.Account, c.Role.ID}, true
	case c.User != nil:
		return actor{c.User.Account, c.User.ID}, true
	}
	return actor{}, false
}

func (l *lastUsed) of(key string) (directory.LastUsed, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	use, ok := l.keys[key]
	return use, ok
}

// add lays what was noted of somebody over what is written down.
func (l *lastUsed) add(who actor, to *directory.Activity) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for op, at := range l.calls[who] {
		to.Note(op.service, op.action, at)
	}
}

// addAll is add for everybody of an account.
func (l *lastUsed) addAll(account arn.AccountID, to *directory.Activity) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for who, calls := range l.calls {
		if who.account != account {
			continue
		}
		for op, at := range calls {
			to.Note(op.service, op.action, at)
		}
	}
}

func (l *lastUsed) run(ctx context.Context) {
	defer close(l.done)
	tick := time.NewTicker(writeDown)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-l.full:
		case <-ctx.Done():
			return
		}
		if err := l.flush(); err != nil {
			l.log.Error("write down the last uses", "error", err)
		}
	}
}

func (l *lastUsed) close() error {
	l.stop()
	<-l.done
	return l.flush()
}

// flush writes down what was noted. What cannot be written stays noted.
func (l *lastUsed) flush() error {
	for {
		batch := l.keyBatch()
		if len(batch) == 0 {
			break
		}
		if err := l.writeKeys(batch); err != nil {
			return err
		}
	}
	for {
		batch := l.callBatch()
		if len(batch) == 0 {
			return nil
		}
		if err := l.writeCalls(batch); err != nil {
			return err
		}
	}
}

func (l *lastUsed) writeKeys(batch map[string]directory.LastUsed) error {
	err := l.dir.Update(context.Background(), func(tx *directory.Tx) error {
		for key, use := range batch {
			if _, ok := tx.AccessKey(key); ok {
				tx.PutLastUsed(key, use)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for key, use := range batch {
		if l.keys[key] == use {
			delete(l.keys, key)
		}
	}
	return nil
}

// writeCalls writes down what some users and roles did. Nothing is kept of one
// who is gone.
func (l *lastUsed) writeCalls(batch map[actor]map[callOf]directory.Moment) error {
	err := l.dir.Update(context.Background(), func(tx *directory.Tx) error {
		for who, calls := range batch {
			if !lives(tx, who) {
				continue
			}
			a := new(directory.Activity)
			if before, ok := tx.Activity(who.account, who.id); ok {
				a = before.Clone()
			}
			for op, at := range calls {
				a.Note(op.service, op.action, at)
			}
			tx.PutActivity(who.account, who.id, a)
		}
		return nil
	})
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for who, calls := range batch {
		for op, at := range calls {
			if l.calls[who][op] == at {
				delete(l.calls[who], op)
			}
		}
		if len(l.calls[who]) == 0 {
			delete(l.calls, who)
		}
	}
	return nil
}

func lives(tx *directory.Tx, who actor) bool {
	if _, ok := tx.RoleByID(who.account, who.id); ok {
		return true
	}
	_, ok := tx.UserByID(who.account, who.id)
	return ok
}

func (l *lastUsed) keyBatch() map[string]directory.LastUsed {
	l.mu.Lock()
	defer l.mu.Unlock()
	batch := make(map[string]directory.LastUsed, min(len(l.keys), usesPerWrite))
	for key, use := range l.keys {
		if len(batch) == usesPerWrite {
			break
		}
		batch[key] = use
	}
	return batch
}

func (l *lastUsed) callBatch() map[actor]map[callOf]directory.Moment {
	l.mu.Lock()
	defer l.mu.Unlock()
	batch := make(map[actor]map[callOf]directory.Moment, min(len(l.calls), usesPerWrite))
	for who, calls := range l.calls {
		if len(batch) == usesPerWrite {
			break
		}
		batch[who] = maps.Clone(calls)
	}
	return batch
}

// LastUsed tells when a long-term access key was last used; false for one that
// never was.
func (c *Call) LastUsed(key string) (directory.LastUsed, bool) {
	if use, ok := c.door.used.of(key); ok {
		return use, true
	}
	if use, ok := c.View.LastUsed(key); ok {
		return *use, true
	}
	return directory.LastUsed{}, false
}

// Activity tells what the user or role with a unique id did last.
func (c *Call) Activity(account arn.AccountID, id string) *directory.Activity {
	a := new(directory.Activity)
	if written, ok := c.View.Activity(account, id); ok {
		a = written.Clone()
	}
	c.door.used.add(actor{account, id}, a)
	return a
}

// AccountActivity tells what the users and roles of an account did last, all
// together.
func (c *Call) AccountActivity(account arn.AccountID) *directory.Activity {
	sum := new(directory.Activity)
	c.View.Activities(account, func(a *directory.Activity) bool {
		for service, did := range a.Services {
			for action, at := range did.Actions {
				sum.Note(service, action, at)
			}
		}
		return true
	})
	c.door.used.addAll(account, sum)
	return sum
}
