package directory

import (
	"context"
	"errors"
	"fmt"
)

// Leave closes a view while somebody waits for something else than the store.
// The view then goes on at the newest revision.
func (d *Directory) Leave(ctx context.Context, v *View, wait func(context.Context)) error {
	v.Close()
	wait(ctx)
	snap, err := d.store.Read(context.WithoutCancel(ctx))
	if err != nil {
		v.snap = noSnapshot{}
		err = fmt.Errorf("open a view: %w", err)
		v.err = errors.Join(v.err, err)
		return err
	}
	v.snap = snap
	return nil
}
