package directory

import (
	"fmt"
	"strings"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/store"
)

// pieceBytes is how long a piece of a long text is: what fits a transaction
// beside the document that refers to it.
const pieceBytes = store.MaxTxnBytes * 3 / 4

// Pieces refers to a text that may be too long for one transaction. All pieces
// but the last are written first, one transaction each, under a new ID; then
// the last, together with the document that refers to them. So whoever sees the
// reference sees the text. Of what is given up in between pieces may stay
// behind, which nobody reads.
type Pieces struct {
	ID    string `json:"id"` // never given twice
	Count int    `json:"count"`
}

// Cut cuts a text into pieces, one at least.
func Cut(text string) []string {
	var pieces []string
	for len(text) > pieceBytes {
		pieces = append(pieces, text[:pieceBytes])
		text = text[pieceBytes:]
	}
	return append(pieces, text)
}

func pieceKey(account arn.AccountID, id string, i int) string {
	return in(account, fmt.Sprintf("piece/%s/%04d", id, i))
}

// PutPiece writes the piece with a number, from 0.
func (tx *Tx) PutPiece(account arn.AccountID, id string, i int, piece string) {
	tx.putText(pieceKey(account, id, i), piece)
}

// DeletePieces removes a text.
func (tx *Tx) DeletePieces(account arn.AccountID, p Pieces) {
	for i := range p.Count {
		tx.delete(pieceKey(account, p.ID, i))
	}
}

// Text reads a text that something in the store refers to.
func (r *Reader) Text(account arn.AccountID, p Pieces) string {
	var text strings.Builder
	for i := range p.Count {
		kv, ok := r.get(pieceKey(account, p.ID, i))
		if !ok {
			if r.err == nil {
				r.err = fmt.Errorf("read %q: %w: something refers to it, and it is not there", pieceKey(account, p.ID, i), store.ErrDamaged)
			}
			return ""
		}
		text.Write(kv.Value)
	}
	return text.String()
}
