package directory

import (
	"errors"
	"time"
)

// revocationsKey is where the one document of revocations is. Every request
// with a session token reads it, so it is one, and small.
const revocationsKey = "revocations"

// maxRevocations bounds that document.
const maxRevocations = 10_000

// errManyRevocations is Revoke's answer to one more than may be.
var errManyRevocations = errors.New("too many revocations at once: revoke all sessions made before some time instead")

// Revocations are sessions that end before their time. The times of Before and
// All are cut-offs: a session made before it is over. Those of Keys tell when
// the session would have been over anyway.
type Revocations struct {
	All    time.Time            `json:"all,omitzero"`
	Before map[string]time.Time `json:"before,omitempty"`
	Keys   map[string]time.Time `json:"keys,omitempty"`
}

// Revoked tells whether a session was ended: the one with an access key id,
// made at a time, of a principal and a user id as GetCallerIdentity shows it.
func (r *Reader) Revoked(accessKeyID, principalID, userID string, made time.Time) bool {
	v, ok := document[Revocations](r, revocationsKey)
	if !ok {
		return false
	}
	_, listed := v.Keys[accessKeyID]
	return listed || made.Before(v.All) || made.Before(v.Before[principalID]) || made.Before(v.Before[userID])
}

// Revoke ends sessions, beside those that were ended before. What is moot is
// forgotten: no session lasts longer than life.
func (tx *Tx) Revoke(more Revocations, now time.Time, life time.Duration) error {
	next := Revocations{Before: make(map[string]time.Time), Keys: make(map[string]time.Time)}
	before, ok := document[Revocations](&tx.Reader, revocationsKey)
	if !ok {
		before = new(Revocations)
	}
	for _, v := range []*Revocations{before, &more} {
		next.All = later(next.All, v.All, now.Add(-life))
		for id, cut := range v.Before {
			if cut = later(next.Before[id], cut, now.Add(-life)); !cut.IsZero() {
				next.Before[id] = cut
			}
		}
		for id, ends := range v.Keys {
			if ends = later(next.Keys[id], ends, now); !ends.IsZero() {
				next.Keys[id] = ends
			}
		}
	}
	if len(next.Before)+len(next.Keys) > maxRevocations {
		return errManyRevocations
	}
	tx.put(revocationsKey, next)
	return nil
}

// later is the later of two times, or none where both are past.
func later(a, b, past time.Time) time.Time {
	if a.Before(b) {
		a = b
	}
	if !a.After(past) {
		return time.Time{}
	}
	return a.UTC()
}
