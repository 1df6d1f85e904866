package directory

import "slices"

// PutIdentityStore writes an account's identity store, which it has one of.
func (tx *Tx) PutIdentityStore(s *IdentityStore) {
	tx.put(identityStorePrefix+s.ID, s)
	tx.putText(identityStoreOfPrefix+s.Account.String(), s.ID)
}

// DeleteIdentityStore removes an identity store with all that is in it.
func (tx *Tx) DeleteIdentityStore(s *IdentityStore) {
	tx.SCIMTokens(s.ID, func(t *SCIMToken) bool {
		tx.DeleteSCIMToken(t)
		return true
	})
	tx.keys(inStore(s.ID, ""), "", func(rest string, _ []byte) bool {
		tx.delete(inStore(s.ID, rest))
		return true
	})
	tx.delete(identityStorePrefix + s.ID)
	tx.delete(identityStoreOfPrefix + s.Account.String())
}

// PutPerson writes a user of an identity store, new (before is nil) or changed.
// The caller has asked whether user name, primary address and external ids are
// free. The store is compared with, so that its deletion conflicts. Sessions of
// somebody who may not sign in any more end, and do not come back.
func (tx *Tx) PutPerson(before, p *Person) {
	tx.IdentityStore(p.Store)
	if before != nil && p.Disabled && !before.Disabled {
		tx.SSOSessionsOf(p.Store, p.ID, func(s *SSOSession) bool {
			tx.DeleteSSOSession(s)
			return true
		})
	}
	tx.put(inStore(p.Store, "person/"+p.ID), p)
	tx.reindex(p.Store, p.ID, personIndex(before), personIndex(p))
}

// DeletePerson removes a user of an identity store and its memberships.
func (tx *Tx) DeletePerson(p *Person) {
	tx.GroupsOfPerson(p.Store, p.ID, "", func(m *Membership) bool {
		tx.DeleteMembership(m)
		return true
	})
	tx.delete(inStore(p.Store, "person/"+p.ID))
	tx.reindex(p.Store, p.ID, personIndex(p), nil)
}

// PutPersonGroup writes a group of an identity store, as PutPerson does.
func (tx *Tx) PutPersonGroup(before, g *PersonGroup) {
	tx.IdentityStore(g.Store)
	tx.put(inStore(g.Store, "group/"+g.ID), g)
	tx.reindex(g.Store, g.ID, groupIndex(before), groupIndex(g))
}

// DeletePersonGroup removes a group of an identity store and its memberships.
func (tx *Tx) DeletePersonGroup(g *PersonGroup) {
	tx.MembersOfPersonGroup(g.Store, g.ID, "", func(m *Membership) bool {
		tx.DeleteMembership(m)
		return true
	})
	tx.delete(inStore(g.Store, "group/"+g.ID))
	tx.reindex(g.Store, g.ID, groupIndex(g), nil)
}

// PutMembership puts a person into a group. The caller has seen both, and that
// the person is not in it. Both are rewritten, so that deleting either at the
// same time conflicts.
func (tx *Tx) PutMembership(m *Membership) {
	tx.put(inStore(m.Store, "membership/"+m.ID), m)
	tx.putText(inStore(m.Store, memberKey(m.Group)+m.Person), m.ID)
	tx.putText(inStore(m.Store, memberOfKey(m.Person)+m.Group), m.ID)
	if p, ok := tx.Person(m.Store, m.Person); ok {
		tx.touch(inStore(m.Store, "person/"+p.ID), p)
	}
	if g, ok := tx.PersonGroup(m.Store, m.Group); ok {
		tx.touch(inStore(m.Store, "group/"+g.ID), g)
	}
}

// DeleteMembership takes a person out of a group.
func (tx *Tx) DeleteMembership(m *Membership) {
	tx.delete(inStore(m.Store, "membership/"+m.ID))
	tx.delete(inStore(m.Store, memberKey(m.Group)+m.Person))
	tx.delete(inStore(m.Store, memberOfKey(m.Person)+m.Group))
}

// touch rewrites a document that this transaction does not change otherwise.
func (tx *Tx) touch(key string, v any) {
	if _, written := tx.writes[key]; !written {
		tx.put(key, v)
	}
}

// reindex lets the index keys of something follow.
func (tx *Tx) reindex(store, id string, before, now []string) {
	for _, key := range before {
		if !slices.Contains(now, key) {
			tx.delete(inStore(store, key))
		}
	}
	for _, key := range now {
		if !slices.Contains(before, key) {
			tx.putText(inStore(store, key), id)
		}
	}
}

func personIndex(p *Person) []string {
	if p == nil {
		return nil
	}
	keys := []string{"person-name/" + foldName(p.UserName)}
	if address := p.Email(); address != "" {
		keys = append(keys, "person-email/"+foldName(address))
	}
	for _, e := range p.ExternalIDs {
		keys = append(keys, "person-external/"+externalKey(e))
	}
	return keys
}

func groupIndex(g *PersonGroup) []string {
	if g == nil {
		return nil
	}
	keys := []string{"group-name/" + foldName(g.DisplayName)}
	for _, e := range g.ExternalIDs {
		keys = append(keys, "group-external/"+externalKey(e))
	}
	return keys
}
