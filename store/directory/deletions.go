package directory

import (
	"time"

	"github.com/rolecall-iam/rolecall/arn"
)

// RoleDeletion is a service-linked role that was deleted, under the id of the
// task that did it.
type RoleDeletion struct {
	Task     string    `json:"task"`
	Finished time.Time `json:"finished"`
}

func deletionKey(account arn.AccountID, task string) string {
	return in(account, "role-deletion/"+task)
}

// RoleDeletion finds the deletion of a service-linked role by its task.
func (r *Reader) RoleDeletion(account arn.AccountID, task string) (*RoleDeletion, bool) {
	return document[RoleDeletion](r, deletionKey(account, task))
}

// PutRoleDeletion writes down that a service-linked role was deleted.
func (tx *Tx) PutRoleDeletion(account arn.AccountID, d *RoleDeletion) {
	tx.put(deletionKey(account, d.Task), d)
}
