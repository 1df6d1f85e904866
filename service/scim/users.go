package scim

import (
	"net/http"

	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// showUser is a user with its meta.
func (x *request) showUser(p *directory.Person) map[string]any {
	d := userDocument(p)
	d["meta"] = meta("User", x.where("Users", p.ID), p.Stamp)
	return d
}

func (x *request) getUser() (any, error) {
	p, ok := x.view.Person(x.store.ID, x.http.PathValue("id"))
	if !ok {
		return nil, notFound("User")
	}
	return x.selected(x.showUser(p)), nil
}

func (x *request) createUser() (any, error) {
	d, err := x.object()
	if err != nil {
		return nil, err
	}
	id, err := service.NewPeopleID(x.Rand, x.store.ID)
	if err != nil {
		return nil, err
	}
	p := &directory.Person{ID: id, Store: x.store.ID, Stamp: x.stamp()}
	if err := readUser(p, d); err != nil {
		return nil, err
	}
	x.status, x.location = http.StatusCreated, x.where("Users", id)
	return x.showUser(p), x.update(func(tx *directory.Tx) error { return putUser(tx, nil, p) })
}

func putUser(tx *directory.Tx, before, p *directory.Person) error {
	if err := service.CheckPerson(&tx.Reader, p); err != nil {
		return wrong(err)
	}
	tx.PutPerson(before, p)
	return nil
}

// changeUser rewrites a user by the document that change makes of its own.
func (x *request) changeUser(change func(d map[string]any) (map[string]any, error)) (any, error) {
	var shown map[string]any
	return &shown, x.update(func(tx *directory.Tx) error {
		before, ok := tx.Person(x.store.ID, x.http.PathValue("id"))
		if !ok {
			return notFound("User")
		}
		d, err := change(userDocument(before))
		if err != nil {
			return err
		}
		p := before.Clone()
		p.Stamp = x.restamp(p.Stamp)
		if err := readUser(p, d); err != nil {
			return err
		}
		shown = x.showUser(p)
		return putUser(tx, before, p)
	})
}

func (x *request) putUser() (any, error) {
	d, err := x.object()
	if err != nil {
		return nil, err
	}
	return x.changeUser(func(map[string]any) (map[string]any, error) { return d, nil })
}

func (x *request) patchUser() (any, error) {
	changes, err := x.changes()
	if err != nil {
		return nil, err
	}
	return x.changeUser(func(d map[string]any) (map[string]any, error) {
		for _, op := range changes {
			if err := (patch{d, attributes, userSchema}).apply(op); err != nil {
				return nil, err
			}
		}
		return d, nil
	})
}

func (x *request) deleteUser() (any, error) {
	return nil, x.update(func(tx *directory.Tx) error {
		p, ok := tx.Person(x.store.ID, x.http.PathValue("id"))
		if !ok {
			return notFound("User")
		}
		tx.DeletePerson(p)
		return nil
	})
}
