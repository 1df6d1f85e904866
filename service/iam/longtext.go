package iam

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// longText is a text that may be too long for one transaction, on its way into
// the store.
type longText struct {
	pieces []string
	kept   directory.Pieces
}

func newLongText(c *service.Call, text string) (longText, error) {
	var id [16]byte
	if _, err := io.ReadFull(c.Rand, id[:]); err != nil {
		return longText{}, fmt.Errorf("name a long text: %w", err)
	}
	pieces := directory.Cut(text)
	return longText{pieces, directory.Pieces{ID: hex.EncodeToString(id[:]), Count: len(pieces)}}, nil
}

// write has the text written, its last piece in one transaction with what
// change does, and those before in one each. Where change fails, they are
// taken away again.
func (t longText) write(ctx context.Context, c *service.Call, change func(*directory.Tx) error) error {
	last := len(t.pieces) - 1
	for i, piece := range t.pieces[:last] {
		err := c.Update(ctx, func(tx *directory.Tx) error {
			tx.PutPiece(c.Account, t.kept.ID, i, piece)
			return nil
		})
		if err != nil {
			return err
		}
	}
	err := c.Update(ctx, func(tx *directory.Tx) error {
		tx.PutPiece(c.Account, t.kept.ID, last, t.pieces[last])
		return change(tx)
	})
	if err == nil || last == 0 {
		return err
	}
	return errors.Join(err, c.Update(ctx, func(tx *directory.Tx) error {
		tx.DeletePieces(c.Account, t.kept)
		return nil
	}))
}
