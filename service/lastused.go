package service

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/rolecall-iam/rolecall/store/directory"
)

// writeDown is how often the last uses of access keys are written down. Until
// then they are in memory: a decision writes nothing.
const writeDown = time.Minute

// usesPerWrite is how many are written in one transaction.
const usesPerWrite = 50

// lastUsed remembers when each long-term access key was last used.
type lastUsed struct {
	dir  *directory.Directory
	log  *slog.Logger
	stop func()
	done chan struct{}

	mu   sync.Mutex
	uses map[string]directory.LastUsed // not yet written
}

func newLastUsed(dir *directory.Directory, log *slog.Logger) *lastUsed {
	ctx, stop := context.WithCancel(context.Background())
	l := &lastUsed{dir: dir, log: log, stop: stop, done: make(chan struct{}), uses: make(map[string]directory.LastUsed)}
	go l.run(ctx)
	return l
}

func (l *lastUsed) note(c *Caller, now time.Time, region, service string) {
	if c.Temporary() {
		return
	}
	use := directory.LastUsed{Time: now.UTC().Truncate(time.Second), Region: region, Service: service}
	l.mu.Lock()
	l.uses[c.AccessKeyID] = use
	l.mu.Unlock()
}

func (l *lastUsed) of(key string) (directory.LastUsed, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	use, ok := l.uses[key]
	return use, ok
}

func (l *lastUsed) run(ctx context.Context) {
	defer close(l.done)
	tick := time.NewTicker(writeDown)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			if err := l.flush(); err != nil {
				l.log.Error("write down the last use of access keys", "error", err)
			}
		case <-ctx.Done():
			return
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
		batch := l.batch()
		if len(batch) == 0 {
			return nil
		}
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
		for key, use := range batch {
			if l.uses[key] == use {
				delete(l.uses, key)
			}
		}
		l.mu.Unlock()
	}
}

func (l *lastUsed) batch() map[string]directory.LastUsed {
	l.mu.Lock()
	defer l.mu.Unlock()
	batch := make(map[string]directory.LastUsed, min(len(l.uses), usesPerWrite))
	for key, use := range l.uses {
		if len(batch) == usesPerWrite {
			break
		}
		batch[key] = use
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
