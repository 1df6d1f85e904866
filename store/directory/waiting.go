package directory

import (
	"strings"

	"github.com/rolecall-iam/rolecall/arn"
)

// An assignment that was asked for and is yet to be made waits under a key of
// its own, which names its request. The keys of all that wait are beside each
// other, so that many who ask at once write few pages.

const waitingPrefix = "waiting/"

func waitingKey(a Assignment) string {
	return waitingPrefix + placeKey(a.Account, a.PermissionSet) + "/" + a.Type + "/" + foldName(a.Principal)
}

// Waiting answers the id of the request for an assignment that is yet to be
// made.
func (r *Reader) Waiting(instance string, a Assignment) (request string, ok bool) {
	return r.text(inInstance(instance, waitingKey(a)))
}

// AllWaiting walks the requests for assignments that are yet to be made, in the
// order of their keys, after the one given.
func (r *Reader) AllWaiting(instance, after string, yield func(key, request string, a Assignment) bool) {
	r.keys(inInstance(instance, waitingPrefix), after, func(rest string, request []byte) bool {
		part := strings.SplitN(rest, "/", 4)
		if len(part) != 4 {
			return true
		}
		account, err := arn.ParseAccountID(part[0])
		return err == nil && yield(rest, string(request), Assignment{account, part[1], part[2], part[3]})
	})
}

// PutWaiting lets an assignment wait. Its request is the caller's to write.
func (tx *Tx) PutWaiting(instance string, a Assignment, request string) {
	tx.putText(inInstance(instance, waitingKey(a)), request)
}

// DeleteWaiting ends the wait.
func (tx *Tx) DeleteWaiting(instance string, a Assignment) {
	tx.delete(inInstance(instance, waitingKey(a)))
}
