package directory

import (
	"time"

	"github.com/rolecall-iam/rolecall/arn"
)

// PutInstance writes an instance, made or changed.
func (tx *Tx) PutInstance(i *Instance) {
	tx.put(instancePrefix+i.ID, i)
	tx.putText(instanceOfPrefix+i.Account.String(), i.ID)
}

// DeleteInstance removes an instance with all that is in it. The roles that it
// made in accounts, and its identity store, are the caller's to remove.
func (tx *Tx) DeleteInstance(i *Instance) {
	tx.keys(inInstance(i.ID, ""), "", func(rest string, _ []byte) bool {
		tx.delete(inInstance(i.ID, rest))
		return true
	})
	tx.delete(instancePrefix + i.ID)
	tx.delete(instanceOfPrefix + i.Account.String())
}

// PutPermissionSet writes a permission set, made or changed. Its name never
// changes. The instance is compared with, so that its deletion conflicts.
func (tx *Tx) PutPermissionSet(p *PermissionSet) {
	tx.Instance(p.Instance)
	tx.put(inInstance(p.Instance, "permission-set/"+p.ID), p)
	tx.putText(inInstance(p.Instance, "permission-set-name/"+foldName(p.Name)), p.ID)
}

// DeletePermissionSet removes a permission set. The caller has seen that it is
// provisioned nowhere; if it comes to be meanwhile, the transaction runs again.
func (tx *Tx) DeletePermissionSet(p *PermissionSet) {
	tx.get(inInstance(p.Instance, usedKey(p.ID)))
	tx.delete(inInstance(p.Instance, usedKey(p.ID)))
	tx.delete(inInstance(p.Instance, "permission-set/"+p.ID))
	tx.delete(inInstance(p.Instance, "permission-set-name/"+foldName(p.Name)))
}

// usedKey is written, and not read, whenever a permission set comes to an
// account: those who provision do not meet there, who deletes it does.
func usedKey(set string) string { return "permission-set-used/" + set }

// PutAssignment writes an assignment that was not there.
func (tx *Tx) PutAssignment(instance string, a Assignment) {
	id := foldName(a.Principal)
	tx.putText(inInstance(instance, assignmentsKey(a.Account, a.PermissionSet)+a.Type+"/"+id), "")
	tx.putText(inInstance(instance, assignedKey(a.Type, id)+placeKey(a.Account, a.PermissionSet)), "")
}

// DeleteAssignment removes an assignment that was there.
func (tx *Tx) DeleteAssignment(instance string, a Assignment) {
	id := foldName(a.Principal)
	tx.delete(inInstance(instance, assignmentsKey(a.Account, a.PermissionSet)+a.Type+"/"+id))
	tx.delete(inInstance(instance, assignedKey(a.Type, id)+placeKey(a.Account, a.PermissionSet)))
}

// PutProvisioned writes what an account has of a permission set. The caller has
// read the permission set and what was there before.
func (tx *Tx) PutProvisioned(instance string, p *Provisioned) {
	_, there := tx.Provisioned(instance, p.PermissionSet, p.Account)
	tx.put(inInstance(instance, provisionedKey(p.PermissionSet, p.Account)), p)
	if there {
		return
	}
	tx.putText(inInstance(instance, "provisioned-in/"+placeKey(p.Account, p.PermissionSet)), "")
	tx.putText(inInstance(instance, usedKey(p.PermissionSet)), p.Account.String())
}

// DeleteProvisioned takes a permission set from an account. The role is the
// caller's to delete.
func (tx *Tx) DeleteProvisioned(instance string, p *Provisioned) {
	tx.delete(inInstance(instance, provisionedKey(p.PermissionSet, p.Account)))
	tx.delete(inInstance(instance, "provisioned-in/"+placeKey(p.Account, p.PermissionSet)))
}

// requestLife is how long requests are remembered.
const requestLife = 90 * 24 * time.Hour

// PutSSORequest writes a request, made or changed.
func (tx *Tx) PutSSORequest(instance string, q *SSORequest) {
	tx.put(inInstance(instance, requestKey(q.Kind, q.ID)), q)
}

// AddSSORequest writes a new request, and forgets one or two that are too old.
func (tx *Tx) AddSSORequest(instance string, q *SSORequest) {
	tx.PutSSORequest(instance, q)
	seen := 0
	tx.SSORequests(instance, q.Kind, "", func(old *SSORequest) bool {
		if q.Created.Sub(old.Created) < requestLife {
			return false
		}
		tx.delete(inInstance(instance, requestKey(old.Kind, old.ID)))
		seen++
		return seen < 2
	})
}

// WithdrawFrom takes all that an instance made from an account: assignments, and
// permission sets with their roles.
func (tx *Tx) WithdrawFrom(instance string, account arn.AccountID) {
	tx.ProvisionedIn(instance, account, "", func(p *Provisioned) bool {
		tx.Assignments(instance, account, p.PermissionSet, "", func(a Assignment) bool {
			tx.DeleteAssignment(instance, a)
			return true
		})
		if role, ok := tx.RoleByID(account, p.Role); ok {
			tx.DeleteRole(role)
		}
		tx.DeleteProvisioned(instance, p)
		return true
	})
}
