package scim

import (
	"net/http"
	"strings"

	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// showGroup is a group with its meta and, unless they are not wanted, its
// members.
func (x *request) showGroup(r *directory.Reader, g *directory.PersonGroup) map[string]any {
	d := groupDocument(g)
	d["meta"] = meta("Group", x.where("Groups", g.ID), g.Stamp)
	if !x.wants("members") {
		return d
	}
	list := []any{}
	r.MembersOfPersonGroup(g.Store, g.ID, "", func(m *directory.Membership) bool {
		list = append(list, map[string]any{"value": m.Person, "type": "User", "$ref": x.where("Users", m.Person)})
		return true
	})
	d["members"] = list
	return d
}

func (x *request) getGroup() (any, error) {
	g, ok := x.view.PersonGroup(x.store.ID, x.http.PathValue("id"))
	if !ok {
		return nil, notFound("Group")
	}
	return x.selected(x.showGroup(&x.view.Reader, g)), nil
}

func (x *request) createGroup() (any, error) {
	d, err := x.object()
	if err != nil {
		return nil, err
	}
	id, err := service.NewPeopleID(x.Rand, x.store.ID)
	if err != nil {
		return nil, err
	}
	g := &directory.PersonGroup{ID: id, Store: x.store.ID, Stamp: x.stamp()}
	if err := readGroup(g, d); err != nil {
		return nil, err
	}
	ids, err := memberIDs(d[keyOf(d, "members")])
	if err != nil {
		return nil, err
	}
	err = x.update(func(tx *directory.Tx) error {
		all := newMembers(tx, g)
		for _, id := range ids {
			all.want(id, true)
		}
		return x.writeGroup(tx, nil, g, all)
	})
	if err != nil {
		return nil, err
	}
	x.status, x.location = http.StatusCreated, x.where("Groups", id)
	return x.showGroup(&x.view.Reader, g), nil
}

func (x *request) writeGroup(tx *directory.Tx, before, g *directory.PersonGroup, m *members) error {
	if err := service.CheckPersonGroup(&tx.Reader, g); err != nil {
		return wrong(err)
	}
	tx.PutPersonGroup(before, g)
	return m.commit(x.stamp(), x.Rand)
}

// changeGroup rewrites a group by the document and the members that change
// makes of its own.
func (x *request) changeGroup(change func(d map[string]any, m *members) (map[string]any, error)) error {
	return x.update(func(tx *directory.Tx) error {
		before, ok := tx.PersonGroup(x.store.ID, x.http.PathValue("id"))
		if !ok {
			return notFound("Group")
		}
		g := before.Clone()
		g.Stamp = x.restamp(g.Stamp)
		all := newMembers(tx, g)
		d, err := change(groupDocument(before), all)
		if err != nil {
			return err
		}
		if err := readGroup(g, d); err != nil {
			return err
		}
		return x.writeGroup(tx, before, g, all)
	})
}

func (x *request) putGroup() (any, error) {
	d, err := x.object()
	if err != nil {
		return nil, err
	}
	ids, err := memberIDs(d[keyOf(d, "members")])
	if err != nil {
		return nil, err
	}
	err = x.changeGroup(func(_ map[string]any, m *members) (map[string]any, error) {
		m.clear()
		for _, id := range ids {
			m.want(id, true)
		}
		return d, nil
	})
	if err != nil {
		return nil, err
	}
	return x.getGroup()
}

// patchGroup answers nothing, as AWS does.
func (x *request) patchGroup() (any, error) {
	changes, err := x.changes()
	if err != nil {
		return nil, err
	}
	return nil, x.changeGroup(func(d map[string]any, m *members) (map[string]any, error) {
		for _, op := range changes {
			if err := patchOneGroup(d, m, op); err != nil {
				return nil, err
			}
		}
		return d, nil
	})
}

// patchOneGroup makes one change: of members, of the document, or of both where
// the operation has no path.
func patchOneGroup(d map[string]any, m *members, op operation) error {
	if rest, ok := isMembers(op.Path); ok {
		return m.apply(op, rest)
	}
	if value, ok := op.Value.(map[string]any); ok && op.Path == "" {
		for name, v := range value {
			if strings.EqualFold(name, "members") {
				if err := m.apply(operation{op.Op, "members", v}, ""); err != nil {
					return err
				}
			}
		}
	}
	return (patch{d, groupAttributes, groupSchema}).apply(op)
}

func (x *request) deleteGroup() (any, error) {
	return nil, x.update(func(tx *directory.Tx) error {
		g, ok := tx.PersonGroup(x.store.ID, x.http.PathValue("id"))
		if !ok {
			return notFound("Group")
		}
		tx.DeletePersonGroup(g)
		return nil
	})
}
