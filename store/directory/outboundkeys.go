package directory

import (
	"time"

	"github.com/rolecall-iam/rolecall/arn"
)

// OutboundKeys are the keys that an account's outbound tokens are signed with,
// the oldest first.
type OutboundKeys struct {
	Keys []OutboundKey `json:"keys"`
}

// OutboundKey is one of them.
type OutboundKey struct {
	ID        string    `json:"id"`
	Algorithm string    `json:"algorithm"`
	Created   time.Time `json:"created"`
	Active    time.Time `json:"active"` // from when on it signs
	Public    []byte    `json:"public"` // a JSON Web Key
	Sealed    []byte    `json:"sealed"` // the private half, sealed under the keyring
}

func outboundKeysKey(account arn.AccountID) string { return in(account, "outbound-keys") }

// OutboundKeys reads an account's keys, and answers false for one that has
// issued no token yet.
func (r *Reader) OutboundKeys(account arn.AccountID) (*OutboundKeys, bool) {
	return document[OutboundKeys](r, outboundKeysKey(account))
}

// PutOutboundKeys writes an account's keys.
func (tx *Tx) PutOutboundKeys(account arn.AccountID, k *OutboundKeys) {
	tx.put(outboundKeysKey(account), k)
}
