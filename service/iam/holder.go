package iam

import (
	"context"

	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// How many characters, white space not counted, all inline policies of one
// entity may have together.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length
const (
	userInlineSize  = 2048
	groupInlineSize = 5120
	roleInlineSize  = 10240
)

// holder is a kind of entity that policies are put in and attached to: what
// the operations on policies of users, groups and roles differ in.
type holder struct {
	kind     string // as errors name it
	title    string
	inline   int   // quota for all inline policies of one together
	attached quota // for managed policies

	// find answers the entity, or the error for one that is not there.
	find func(c *service.Call, r *directory.Reader, name string) (*directory.Entity, error)
	// change lets edit change a copy of the entity and writes it, unless edit
	// says that nothing changed.
	change func(c *service.Call, tx *directory.Tx, name string, edit edit) error
}

// edit changes an entity and tells whether it did.
type edit func(e *directory.Entity) (changed bool, err error)

func userHolder() holder {
	return holder{"user", "User", userInlineSize, policiesPerUser,
		func(c *service.Call, r *directory.Reader, name string) (*directory.Entity, error) {
			u, ok := r.User(c.Account, name)
			if !ok {
				return nil, noSuchUser(name)
			}
			return &u.Entity, nil
		},
		func(c *service.Call, tx *directory.Tx, name string, edit edit) error {
			u, ok := tx.User(c.Account, name)
			if !ok {
				return noSuchUser(name)
			}
			after := u.Clone()
			changed, err := edit(&after.Entity)
			if changed && err == nil {
				tx.PutUser(u, after)
			}
			return err
		}}
}

func groupHolder() holder {
	return holder{"group", "Group", groupInlineSize, policiesPerGroup,
		func(c *service.Call, r *directory.Reader, name string) (*directory.Entity, error) {
			g, ok := r.Group(c.Account, name)
			if !ok {
				return nil, noSuchGroup(name)
			}
			return &g.Entity, nil
		},
		func(c *service.Call, tx *directory.Tx, name string, edit edit) error {
			g, ok := tx.Group(c.Account, name)
			if !ok {
				return noSuchGroup(name)
			}
			after := g.Clone()
			changed, err := edit(&after.Entity)
			if changed && err == nil {
				tx.PutGroup(g, after)
			}
			return err
		}}
}

func roleHolder() holder {
	return holder{"role", "Role", roleInlineSize, policiesPerRole,
		func(c *service.Call, r *directory.Reader, name string) (*directory.Entity, error) {
			role, ok := r.Role(c.Account, name)
			if !ok {
				return nil, noSuchRole(name)
			}
			return &role.Entity, nil
		},
		func(c *service.Call, tx *directory.Tx, name string, edit edit) error {
			role, ok := tx.Role(c.Account, name)
			if !ok {
				return noSuchRole(name)
			}
			if err := mustBeChangeable(role); err != nil {
				return err
			}
			after := role.Clone()
			changed, err := edit(&after.Entity)
			if changed && err == nil {
				tx.PutRole(role, after)
			}
			return err
		}}
}

// update is change in a transaction of its own.
func (h holder) update(ctx context.Context, name string, with func(tx *directory.Tx, e *directory.Entity) (bool, error)) error {
	c := service.CallOf(ctx)
	return c.Update(ctx, func(tx *directory.Tx) error {
		return h.change(c, tx, name, func(e *directory.Entity) (bool, error) { return with(tx, e) })
	})
}
