package directory_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/rolecall-iam/rolecall/store/directory"
)

const people = "d-9067000001"

func peopleStore(t *testing.T) *directory.Directory {
	t.Helper()
	d := open(t)
	update(t, d, func(tx *directory.Tx) error {
		tx.PutIdentityStore(&directory.IdentityStore{ID: people, Account: account, Region: "us-east-1"})
		return nil
	})
	return d
}

func person(id, name, email string, external ...directory.ExternalID) *directory.Person {
	p := &directory.Person{ID: id, Store: people, ExternalIDs: external}
	p.UserName = name
	if email != "" {
		p.Emails = []directory.PersonValue{{Value: "second@example.com", Primary: new(false)}, {Value: email, Primary: new(true)}}
	}
	return p
}

func put(t *testing.T, d *directory.Directory, before, p *directory.Person) {
	t.Helper()
	update(t, d, func(tx *directory.Tx) error { tx.PutPerson(before, p); return nil })
}

func TestAPersonIsFoundByAllThatIsUnique(t *testing.T) {
	d := peopleStore(t)
	okta := directory.ExternalID{Issuer: "https://okta/x", ID: "a/b"}
	lee := person("p1", "Lee", "Lee@Example.com", okta)
	put(t, d, nil, lee)
	put(t, d, nil, person("p2", "kim", ""))
	found := func(v *directory.View) map[string]bool {
		_, byName := v.PersonNamed(people, "LEE")
		_, byEmail := v.PersonWithEmail(people, "lee@example.COM")
		_, second := v.PersonWithEmail(people, "second@example.com")
		_, known := v.PersonKnownAs(people, okta)
		_, elsewhere := v.PersonNamed("d-0000000000", "lee")
		_, other := v.PersonKnownAs(people, directory.ExternalID{Issuer: "https://okta", ID: "x/a/b"})
		return map[string]bool{"name": byName, "email": byEmail, "second": second, "external": known, "other": other, "elsewhere": elsewhere}
	}
	view(t, d, func(v *directory.View) {
		if got := found(v); !got["name"] || !got["email"] || !got["external"] || got["second"] || got["other"] || got["elsewhere"] {
			t.Error(got)
		}
	})
	lea := lee.Clone()
	lea.UserName, lea.Emails, lea.ExternalIDs = "lea", nil, nil
	put(t, d, lee, lea)
	view(t, d, func(v *directory.View) {
		if got := found(v); got["name"] || got["email"] || got["external"] {
			t.Errorf("what was given up is found: %v", got)
		}
		if p, ok := v.PersonNamed(people, "lea"); !ok || p.ID != "p1" {
			t.Error("the new name finds nobody")
		}
		if n, groups := v.CountPeople(people); n != 2 || groups != 0 {
			t.Error(n, groups)
		}
	})
}

func TestAPersonsCloneSharesNothing(t *testing.T) {
	p := person("p1", "lee", "lee@example.com", directory.ExternalID{Issuer: "i", ID: "x"})
	p.Name = &directory.PersonName{GivenName: "Lee"}
	c := p.Clone()
	c.Name.GivenName, c.Emails[1].Value, c.ExternalIDs[0].ID = "Kim", "kim@example.com", "y"
	if p.Name.GivenName != "Lee" || p.Email() != "lee@example.com" || p.ExternalIDs[0].ID != "x" {
		t.Errorf("%+v", p)
	}
}

func TestMembershipsAreFoundFromBothSidesAndGoWithEither(t *testing.T) {
	d := peopleStore(t)
	update(t, d, func(tx *directory.Tx) error {
		tx.PutPersonGroup(nil, &directory.PersonGroup{ID: "g1", Store: people, DisplayName: "One"})
		tx.PutPersonGroup(nil, &directory.PersonGroup{ID: "g2", Store: people, DisplayName: "Two"})
		return nil
	})
	const many = 100 // with their index, more than one transaction of the store holds
	for i := range many {
		put(t, d, nil, person(fmt.Sprintf("p%03d", i), fmt.Sprintf("u%d", i), ""))
	}
	join := func(group string, i int) {
		update(t, d, func(tx *directory.Tx) error {
			p := fmt.Sprintf("p%03d", i)
			tx.PutMembership(&directory.Membership{ID: group + p, Store: people, Group: group, Person: p})
			return nil
		})
	}
	for i := range many {
		join("g1", i)
	}
	join("g2", 7)
	ids := func(walk func(store, id, after string, yield func(*directory.Membership) bool), of, after string) []string {
		var got []string
		walk(people, of, after, func(m *directory.Membership) bool { got = append(got, m.ID); return len(got) < 3 })
		return got
	}
	view(t, d, func(v *directory.View) {
		if got := ids(v.MembersOfPersonGroup, "g1", "p097"); !slices.Equal(got, []string{"g1p098", "g1p099"}) {
			t.Error(got)
		}
		if got := ids(v.GroupsOfPerson, "p007", ""); !slices.Equal(got, []string{"g1p007", "g2p007"}) {
			t.Error(got)
		}
		if m, ok := v.MembershipOf(people, "g2", "p007"); !ok || m.ID != "g2p007" {
			t.Error(m, ok)
		}
	})
	update(t, d, func(tx *directory.Tx) error {
		g, _ := tx.PersonGroup(people, "g1")
		tx.DeletePersonGroup(g)
		return nil
	})
	view(t, d, func(v *directory.View) {
		if got := ids(v.GroupsOfPerson, "p007", ""); !slices.Equal(got, []string{"g2p007"}) {
			t.Error(got)
		}
		if _, ok := v.PersonGroupNamed(people, "one"); ok {
			t.Error("the name of a group that is gone is taken")
		}
	})
	update(t, d, func(tx *directory.Tx) error {
		p, _ := tx.Person(people, "p007")
		tx.DeletePerson(p)
		return nil
	})
	view(t, d, func(v *directory.View) {
		if got := ids(v.MembersOfPersonGroup, "g2", ""); len(got) != 0 {
			t.Error(got)
		}
	})
}

func TestWhoeverIsDeletedCannotJoinAtTheSameTime(t *testing.T) {
	d := peopleStore(t)
	lee := person("p1", "lee", "")
	put(t, d, nil, lee)
	update(t, d, func(tx *directory.Tx) error {
		tx.PutPersonGroup(nil, &directory.PersonGroup{ID: "g1", Store: people, DisplayName: "One"})
		return nil
	})
	tries := 0
	update(t, d, func(tx *directory.Tx) error {
		tries++
		p, ok := tx.Person(people, "p1")
		if tries == 1 {
			update(t, d, func(other *directory.Tx) error {
				o, _ := other.Person(people, "p1")
				other.DeletePerson(o)
				return nil
			})
		}
		if ok {
			tx.PutMembership(&directory.Membership{ID: "m1", Store: people, Group: "g1", Person: p.ID})
		}
		return nil
	})
	view(t, d, func(v *directory.View) {
		if _, ok := v.Membership(people, "m1"); ok || tries != 2 {
			t.Errorf("after %d tries somebody who is deleted is in a group: %v", tries, ok)
		}
	})
}

func TestAnIdentityStoreGoesWithAllThatIsInIt(t *testing.T) {
	d := peopleStore(t)
	put(t, d, nil, person("p1", "lee", "lee@example.com"))
	update(t, d, func(tx *directory.Tx) error {
		tx.PutSCIMToken(&directory.SCIMToken{ID: "t1", Store: people})
		return nil
	})
	update(t, d, func(tx *directory.Tx) error {
		s, ok := tx.IdentityStoreOf(account)
		if !ok {
			t.Fatal("the account has no store")
		}
		tx.DeleteIdentityStore(s)
		return nil
	})
	view(t, d, func(v *directory.View) {
		_, one := v.IdentityStore(people)
		_, two := v.IdentityStoreOf(account)
		_, three := v.PersonNamed(people, "lee")
		_, four := v.SCIMToken("t1")
		v.SCIMTokens(people, func(*directory.SCIMToken) bool { t.Error("a token is listed"); return true })
		v.IdentityStores(func(*directory.IdentityStore) bool { t.Error("a store is listed"); return true })
		if one || two || three || four {
			t.Error(one, two, three, four)
		}
	})
}
