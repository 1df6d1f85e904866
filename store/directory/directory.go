package directory

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/rolecall-iam/rolecall/store"
)

// attempts is how often an Update runs before it gives up against others that
// write the same documents. A conflict means that another one got through, so
// with fewer writers than this at one document everyone does.
const attempts = 256

// patience is how often an Update runs beside others before it waits for a turn
// of its own, in which only newcomers can still overtake it.
const patience = 4

// errBusy is what an Update answers that others kept overtaking.
var errBusy = errors.New("too many changes to the same entity at once")

// Directory is the typed view of a store. It is safe for any number of
// goroutines.
type Directory struct {
	store store.Engine
	cache *cache
	turn  sync.Mutex // held by one that lost often, until it gets through
}

// New lays a Directory over a store. The store stays the caller's to close.
func New(s store.Engine) *Directory {
	return &Directory{store: s, cache: newCache()}
}

// View is one consistent reading. Close it when done.
type View struct{ Reader }

// View opens a reading at the newest revision. It fails where the store does.
func (d *Directory) View(ctx context.Context) (*View, error) {
	snap, err := d.store.Read(ctx)
	if err != nil {
		return nil, fmt.Errorf("open a view: %w", err)
	}
	return &View{Reader{snap: snap, cache: d.cache}}, nil
}

// ViewAt opens a reading at an older revision. Its error wraps
// store.ErrCompacted where the store does not remember it any more.
func (d *Directory) ViewAt(ctx context.Context, revision int64) (*View, error) {
	snap, err := d.store.ReadAt(ctx, revision)
	if err != nil {
		return nil, fmt.Errorf("open a view: %w", err)
	}
	return &View{Reader{snap: snap, cache: d.cache}}, nil
}

// Revision is the newest revision.
func (d *Directory) Revision() int64 { return d.store.Revision() }

// Close ends the reading.
func (v *View) Close() { v.snap.Close() }

// UpdateFrom is Update for somebody who has a view open. A store may have to
// wait for open views before it can grow, so the view is closed meanwhile; it
// then goes on at the newest revision, which has what was written.
func (d *Directory) UpdateFrom(ctx context.Context, v *View, change func(tx *Tx) error) error {
	v.Close()
	err := d.Update(ctx, change)
	snap, failed := d.store.Read(context.WithoutCancel(ctx))
	if failed != nil {
		v.snap = noSnapshot{}
		v.err = errors.Join(v.err, fmt.Errorf("open a view: %w", failed))
		return errors.Join(err, failed)
	}
	v.snap = snap
	return err
}

// noSnapshot stands in for one that could not be opened. Nobody reads it: the
// reader that has it has failed.
type noSnapshot struct{ store.Snapshot }

func (noSnapshot) Revision() int64 { return 0 }

func (noSnapshot) Close() {}

// Update runs change in a transaction and commits what it wrote, durably, if
// nothing that it read was changed meanwhile; else it runs change again, so
// change must do nothing but read and write through tx. An error of change
// commits nothing and comes back as it is. Once under way it does not heed the
// end of ctx: whoever has hung up would leave it unknown whether it happened.
func (d *Directory) Update(ctx context.Context, change func(tx *Tx) error) error {
	ctx = context.WithoutCancel(ctx)
	for i := range attempts {
		if i == patience {
			d.turn.Lock()
			defer d.turn.Unlock()
		}
		done, err := d.try(ctx, change)
		if done || err != nil {
			return err
		}
	}
	return errBusy
}

func (d *Directory) try(ctx context.Context, change func(tx *Tx) error) (bool, error) {
	tx, err := d.attempt(ctx, change)
	if err != nil || len(tx.writes) == 0 {
		return err == nil, err
	}
	if loader, ok := d.store.(store.Loader); ok && tx.large() {
		done, err := loader.Load(ctx, tx.txns())
		if err != nil {
			return false, fmt.Errorf("write: %w", err)
		}
		return done, nil
	}
	res, err := d.store.Txn(ctx, tx.txn())
	if err != nil {
		return false, fmt.Errorf("write: %w", err)
	}
	return res.Succeeded, nil
}

// attempt runs change in a transaction that is yet to be committed.
func (d *Directory) attempt(ctx context.Context, change func(tx *Tx) error) (*Tx, error) {
	snap, err := d.store.Read(ctx)
	if err != nil {
		return nil, fmt.Errorf("open a transaction: %w", err)
	}
	tx := &Tx{reads: make(map[string]int64), writes: make(map[string][]byte)}
	tx.Reader = Reader{snap: snap, cache: d.cache, read: tx.noteRead}
	err = change(tx)
	snap.Close()
	return tx, cmp.Or(tx.Err(), tx.failed, err)
}
