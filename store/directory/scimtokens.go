package directory

import (
	"slices"
	"time"
)

// SCIMToken lets whoever has it provision an identity store. Of the token
// itself only a hash is known.
type SCIMToken struct {
	ID      string    `json:"id"`
	Store   string    `json:"store"`
	Hash    []byte    `json:"hash"` // SHA-256
	Created time.Time `json:"created"`
	Expires time.Time `json:"expires"`
}

const scimTokenPrefix = "scim-token/"

// SCIMToken reads a token by its id.
func (r *Reader) SCIMToken(id string) (*SCIMToken, bool) {
	return document[SCIMToken](r, scimTokenPrefix+id)
}

// SCIMTokens walks the tokens of an identity store, the oldest first.
func (r *Reader) SCIMTokens(store string, yield func(*SCIMToken) bool) {
	var all []*SCIMToken
	r.keys(inStore(store, scimTokenPrefix), "", func(id string, _ []byte) bool {
		t, ok := referred[SCIMToken](r, scimTokenPrefix+id)
		all = append(all, t)
		return ok
	})
	if r.err != nil {
		return
	}
	slices.SortStableFunc(all, func(a, b *SCIMToken) int { return a.Created.Compare(b.Created) })
	for _, t := range all {
		if !yield(t) {
			return
		}
	}
}

// PutSCIMToken writes a token. The store is rewritten, so that deleting it, or
// making another token, at the same time conflicts.
func (tx *Tx) PutSCIMToken(t *SCIMToken) {
	tx.put(scimTokenPrefix+t.ID, t)
	tx.putText(inStore(t.Store, scimTokenPrefix+t.ID), "")
	if s, ok := tx.IdentityStore(t.Store); ok {
		tx.touch(identityStorePrefix+s.ID, s)
	}
}

// DeleteSCIMToken removes a token.
func (tx *Tx) DeleteSCIMToken(t *SCIMToken) {
	tx.delete(scimTokenPrefix + t.ID)
	tx.delete(inStore(t.Store, scimTokenPrefix+t.ID))
}
