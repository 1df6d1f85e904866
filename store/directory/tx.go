package directory

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/rolecall-iam/rolecall/store"
)

// Tx is a transaction under way. Its reading methods do not see its own
// writes.
type Tx struct {
	Reader
	reads  map[string]int64   // key to the revision read; 0 for not there
	writes map[string][]byte  // nil deletes
	counts map[string]portion // as written
	roomy  bool               // Room was asked
	failed error
}

func (tx *Tx) noteRead(key string, revision int64) { tx.reads[key] = revision }

func (tx *Tx) txn() store.Txn {
	var t store.Txn
	for _, key := range slices.Sorted(maps.Keys(tx.reads)) {
		t.Compares = append(t.Compares, store.Unchanged{Key: key, ModRevision: tx.reads[key]})
	}
	for _, key := range slices.Sorted(maps.Keys(tx.writes)) {
		t.Ops = append(t.Ops, writing(key, tx.writes[key]))
	}
	return t
}

func (tx *Tx) put(key string, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		tx.failed = fmt.Errorf("encode %q: %w", key, err)
		return
	}
	tx.writes[key] = b
}

func (tx *Tx) putText(key, text string) { tx.writes[key] = []byte(text) }

func (tx *Tx) delete(key string) { tx.writes[key] = nil }

// PutAccount writes an account, made or changed.
func (tx *Tx) PutAccount(a *Account) {
	if _, ok := tx.Account(a.ID); !ok {
		tx.putText(countedKey(a.ID), "") // from the first on
	}
	tx.put(accountPrefix+a.ID.String(), a)
}

// SetAlias gives an account its alias, or takes it away where alias is empty.
// The caller has asked AliasAccount whether it is free.
func (tx *Tx) SetAlias(a *Account, alias string) {
	b := *a
	if a.Alias != "" {
		tx.delete(aliasPrefix + a.Alias)
	}
	if b.Alias = alias; alias != "" {
		tx.putText(aliasPrefix+alias, a.ID.String())
	}
	tx.PutAccount(&b)
}

// PutKeyring replaces the wrapped keyring.
func (tx *Tx) PutKeyring(wrapped []byte) { tx.writes[keyringKey] = wrapped }

// PutLastUsed writes down when an access key was last used.
func (tx *Tx) PutLastUsed(key string, l LastUsed) { tx.put(lastUsedPrefix+key, l) }

// PutAccessKey writes a key, made or changed. The list of keys of its owner is
// the caller's to keep.
func (tx *Tx) PutAccessKey(k *AccessKey) { tx.put(accessPrefix+k.ID, k) }

// DeleteAccessKey removes a key and what is known of its use.
func (tx *Tx) DeleteAccessKey(id string) {
	tx.delete(accessPrefix + id)
	tx.delete(lastUsedPrefix + id)
}

// CreateUser writes a new user. The caller has asked User whether the name is
// free; if another takes it meanwhile, the transaction runs again.
func (tx *Tx) CreateUser(u *User) {
	tx.create(userKind, &u.Entity, u)
	tx.join(&User{Entity: Entity{Account: u.Account, ID: u.ID}}, u)
}

// PutUser writes a changed user. before is the user as it was read, so that
// what refers to it follows.
func (tx *Tx) PutUser(before, u *User) {
	tx.change(userKind, &before.Entity, &u.Entity, u)
	tx.join(before, u)
}

// DeleteUser removes a user. The caller has seen that nothing is left that
// AWS would refuse to delete.
func (tx *Tx) DeleteUser(u *User) {
	tx.remove(userKind, &u.Entity)
	tx.delete(activityKey(u.Account, u.ID))
}

// CreateGroup writes a new group, as CreateUser does.
func (tx *Tx) CreateGroup(g *Group) { tx.create(groupKind, &g.Entity, g) }

// PutGroup writes a changed group.
func (tx *Tx) PutGroup(before, g *Group) { tx.change(groupKind, &before.Entity, &g.Entity, g) }

// DeleteGroup removes a group.
func (tx *Tx) DeleteGroup(g *Group) { tx.remove(groupKind, &g.Entity) }

// CreateRole writes a new role, as CreateUser does.
func (tx *Tx) CreateRole(r *Role) { tx.create(roleKind, &r.Entity, r) }

// PutRole writes a changed role.
func (tx *Tx) PutRole(before, r *Role) { tx.change(roleKind, &before.Entity, &r.Entity, r) }

// DeleteRole removes a role.
func (tx *Tx) DeleteRole(r *Role) {
	tx.remove(roleKind, &r.Entity)
	tx.delete(activityKey(r.Account, r.ID))
}

// CreatePolicy writes a new customer managed policy with the text of its first
// version.
func (tx *Tx) CreatePolicy(p *Policy, text PolicyText) {
	tx.putText(policyKind.nameKey(p.Account, p.Name), p.ID)
	tx.counted(p.Account, CountedPolicies, p.ID, 1)
	tx.PutPolicy(p)
	tx.PutPolicyText(p, p.Default, text)
}

// PutPolicy writes a changed customer managed policy.
func (tx *Tx) PutPolicy(p *Policy) { tx.put(policyKind.key(p.Account, p.ID), p) }

// PutPolicyText writes the text of a version.
func (tx *Tx) PutPolicyText(p *Policy, version string, text PolicyText) {
	tx.put(versionKey(p.Account, p.ID, version), text)
}

// DeletePolicyText removes the text of a version.
func (tx *Tx) DeletePolicyText(p *Policy, version string) {
	tx.delete(versionKey(p.Account, p.ID, version))
}

// DeletePolicy removes a customer managed policy and the texts of all its
// versions.
func (tx *Tx) DeletePolicy(p *Policy) {
	tx.delete(policyKind.nameKey(p.Account, p.Name))
	tx.delete(policyKind.key(p.Account, p.ID))
	tx.counted(p.Account, CountedPolicies, p.ID, -1)
	for _, v := range p.Versions {
		tx.DeletePolicyText(p, v.ID)
	}
}

func (tx *Tx) create(k kind, e *Entity, doc any) {
	tx.putText(k.nameKey(e.Account, e.Name), e.ID)
	tx.put(k.key(e.Account, e.ID), doc)
	tx.putOrigin(e)
	tx.counted(e.Account, countableOf(k, e), e.ID, 1)
	tx.use(k, &Entity{Account: e.Account, ID: e.ID}, e)
}

func (tx *Tx) change(k kind, before, e *Entity, doc any) {
	if before.Name != e.Name {
		tx.delete(k.nameKey(e.Account, before.Name))
		tx.putText(k.nameKey(e.Account, e.Name), e.ID)
	}
	tx.put(k.key(e.Account, e.ID), doc)
	tx.use(k, before, e)
}

func (tx *Tx) remove(k kind, e *Entity) {
	tx.delete(k.nameKey(e.Account, e.Name))
	tx.delete(k.key(e.Account, e.ID))
	tx.deleteOrigin(e)
	tx.counted(e.Account, countableOf(k, e), e.ID, -1)
	tx.use(k, e, &Entity{Account: e.Account, ID: e.ID})
}

// use keeps the index of who uses which managed policy, and rewrites each
// customer managed policy that came to be used, so that deleting the policy at
// the same time conflicts.
func (tx *Tx) use(k kind, before, e *Entity) {
	for _, ref := range e.Attached {
		if !slices.Contains(before.Attached, ref) {
			tx.startUse(e, ref, useKey(e.Account, ref, Attachment, k, e.ID))
		}
	}
	for _, ref := range before.Attached {
		if !slices.Contains(e.Attached, ref) {
			tx.delete(useKey(e.Account, ref, Attachment, k, e.ID))
		}
	}
	if before.Boundary == e.Boundary {
		return
	}
	if before.Boundary != "" {
		tx.delete(useKey(e.Account, before.Boundary, Boundary, k, e.ID))
	}
	if e.Boundary != "" {
		tx.startUse(e, e.Boundary, useKey(e.Account, e.Boundary, Boundary, k, e.ID))
	}
}

func (tx *Tx) startUse(e *Entity, ref PolicyRef, key string) {
	tx.putText(key, "")
	if p, ok := tx.PolicyByID(e.Account, string(ref)); ok {
		tx.PutPolicy(p)
	}
}

// join keeps the index of members, and rewrites each group that u joined, so
// that deleting the group at the same time conflicts.
func (tx *Tx) join(before, u *User) {
	for _, id := range u.Groups {
		if slices.Contains(before.Groups, id) {
			continue
		}
		tx.putText(members(u.Account, id)+u.ID, "")
		if g, ok := tx.GroupByID(u.Account, id); ok {
			tx.put(groupKind.key(g.Account, g.ID), g)
		}
	}
	for _, id := range before.Groups {
		if !slices.Contains(u.Groups, id) {
			tx.delete(members(u.Account, id) + u.ID)
		}
	}
}
