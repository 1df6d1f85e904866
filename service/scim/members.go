package scim

import (
	"io"
	"strings"

	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// mostMembers is how many memberships one request may change.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/developerguide/patchgroup.html
const mostMembers = 100

// members are the changes to who is in a group, in the order they came: what
// is wanted of each, and whether all others leave.
type members struct {
	tx      *directory.Tx
	group   *directory.PersonGroup
	cleared bool
	wanted  map[string]bool
	order   []string
}

func newMembers(tx *directory.Tx, g *directory.PersonGroup) *members {
	return &members{tx: tx, group: g, wanted: make(map[string]bool)}
}

// isMembers tells whether an operation is about members, and what its path
// says behind that.
func isMembers(path string) (string, bool) {
	if rest, ok := cutFold(path, groupSchema+":"); ok {
		path = rest
	}
	rest, ok := cutFold(path, "members")
	return rest, ok
}

// apply makes one change.
func (m *members) apply(op operation, rest string) error {
	if strings.HasPrefix(rest, "[") && strings.HasSuffix(rest, "]") {
		return m.filtered(op, rest)
	}
	if rest != "" {
		return badPath(op.Path)
	}
	if op.Op == "remove" && op.Value == nil {
		m.clear()
		return nil
	}
	ids, err := memberIDs(op.Value)
	if err != nil {
		return err
	}
	if op.Op == "replace" {
		m.clear()
	}
	for _, id := range ids {
		m.want(id, op.Op != "remove")
	}
	return nil
}

// filtered is a remove of the member that members[value eq "…"] names.
func (m *members) filtered(op operation, rest string) error {
	clauses, err := parseFilter(rest[1 : len(rest)-1])
	if err != nil || op.Op != "remove" || len(clauses) != 1 || !strings.EqualFold(clauses[0].name, "value") {
		return badPath(op.Path)
	}
	id, ok := clauses[0].value.(string)
	if !ok || !m.has(strings.ToLower(id)) {
		return noTarget(op.Path)
	}
	m.want(id, false)
	return nil
}

// memberIDs reads members as objects, as one object, or as ids alone.
func memberIDs(value any) ([]string, error) {
	if value == nil {
		return nil, nil
	}
	list, ok := value.([]any)
	if !ok {
		list = []any{value}
	}
	var ids []string
	for _, e := range list {
		if object, ok := e.(map[string]any); ok {
			e = object[keyOf(object, "value")]
		}
		id, ok := e.(string)
		if !ok || id == "" {
			return nil, badValue("A member must have a value, which is the id of a user.")
		}
		ids = append(ids, id)
	}
	return ids, nil
}

func (m *members) clear() {
	m.cleared = true
	clear(m.wanted)
	m.order = nil
}

func (m *members) want(id string, in bool) {
	id = strings.ToLower(id)
	if _, ok := m.wanted[id]; !ok {
		m.order = append(m.order, id)
	}
	m.wanted[id] = in
}

// has tells whether a user would be in the group after the changes so far.
func (m *members) has(id string) bool {
	if in, ok := m.wanted[id]; ok || m.cleared {
		return in
	}
	_, ok := m.tx.MembershipOf(m.group.Store, m.group.ID, id)
	return ok
}

// commit makes the changes.
func (m *members) commit(stamp directory.Stamp, rand io.Reader) error {
	changes := 0
	if m.cleared {
		m.tx.MembersOfPersonGroup(m.group.Store, m.group.ID, "", func(old *directory.Membership) bool {
			if !m.wanted[old.Person] {
				m.tx.DeleteMembership(old)
				changes++
			}
			return true
		})
	}
	for _, id := range m.order {
		old, is := m.tx.MembershipOf(m.group.Store, m.group.ID, id)
		switch in := m.wanted[id]; {
		case in == is:
			continue
		case is:
			m.tx.DeleteMembership(old)
		default:
			if err := m.join(id, stamp, rand); err != nil {
				return err
			}
		}
		changes++
	}
	if changes > mostMembers {
		return badValue("A request may change %d memberships, and this one changes %d.", mostMembers, changes)
	}
	return nil
}

func (m *members) join(id string, stamp directory.Stamp, rand io.Reader) error {
	if _, ok := m.tx.Person(m.group.Store, id); !ok {
		return badValue("No user has the id of a member.")
	}
	membership, err := service.NewPeopleID(rand, m.group.Store)
	if err != nil {
		return err
	}
	m.tx.PutMembership(&directory.Membership{ID: membership, Store: m.group.Store, Group: m.group.ID, Person: id, Stamp: stamp})
	return nil
}
