package directory

import (
	"slices"
	"time"

	"github.com/rolecall-iam/rolecall/arn"
)

// Organization is an organization of accounts. Its root is part of it: an
// organization has one.
type Organization struct {
	ID         string        `json:"id"` // o-…
	Management arn.AccountID `json:"management"`
	Created    time.Time     `json:"created"`
	Features   string        `json:"features"` // ALL or CONSOLIDATED_BILLING
	Root       Node          `json:"root"`     // its ID is r-…
	// Types are the policy types that are enabled in the root.
	Types []string `json:"types,omitempty"`
	// Services are the services that may work in all accounts.
	Services []Delegation `json:"services,omitempty"`
	// RootFeatures are those of IAM's central management of root users.
	RootFeatures []string           `json:"rootFeatures,omitempty"`
	Policy       *OrgResourcePolicy `json:"policy,omitempty"`
}

// Node is what policies are attached to: the root, an organizational unit or
// an account.
type Node struct {
	ID       string         `json:"id"`
	Attached []OrgPolicyRef `json:"attached,omitempty"` // in the order in which they came
	Tags     []Tag          `json:"tags,omitempty"`
}

// OrgPolicyRef names a policy of an organization, with its type.
type OrgPolicyRef struct {
	Type string `json:"t"` // such as SERVICE_CONTROL_POLICY
	ID   string `json:"i"` // p-…
}

// Unit is an organizational unit.
type Unit struct {
	Node
	Organization string    `json:"organization"`
	Name         string    `json:"name"`
	Parent       string    `json:"parent"` // a root's or a unit's id
	Created      time.Time `json:"created"`
}

// Member is an account's place in an organization. Its Node's ID is the
// account's digits.
type Member struct {
	Node
	Account      arn.AccountID `json:"account"`
	Organization string        `json:"organization"`
	Parent       string        `json:"parent"`
	Joined       time.Time     `json:"joined"`
	Method       string        `json:"method"`          // CREATED or INVITED
	State        string        `json:"state,omitempty"` // SUSPENDED; empty for ACTIVE
	Delegated    []Delegation  `json:"delegated,omitempty"`
}

// Delegation is a service with the time since when it may do something.
type Delegation struct {
	Service string    `json:"service"` // its principal
	Since   time.Time `json:"since"`
}

// OrgPolicy is a policy of an organization, of whatever type.
type OrgPolicy struct {
	ID           string     `json:"id"` // p-…
	Organization string     `json:"organization"`
	Type         string     `json:"type"`
	Name         string     `json:"name"`
	Description  string     `json:"description,omitempty"`
	Content      PolicyText `json:"content"`
	Tags         []Tag      `json:"tags,omitempty"`
}

// OrgResourcePolicy says which members may manage an organization.
type OrgResourcePolicy struct {
	ID      string     `json:"id"` // rp-…
	Content PolicyText `json:"content"`
	Tags    []Tag      `json:"tags,omitempty"`
}

// Clone is a copy that may be changed and written back.
func (o *Organization) Clone() *Organization {
	c := *o
	c.Root = o.Root.clone()
	c.Types, c.Services, c.RootFeatures = slices.Clone(o.Types), slices.Clone(o.Services), slices.Clone(o.RootFeatures)
	if o.Policy != nil {
		p := *o.Policy
		p.Tags = slices.Clone(p.Tags)
		c.Policy = &p
	}
	return &c
}

// Clone is a copy that may be changed and written back.
func (u *Unit) Clone() *Unit {
	c := *u
	c.Node = u.Node.clone()
	return &c
}

// Clone is a copy that may be changed and written back.
func (m *Member) Clone() *Member {
	c := *m
	c.Node = m.Node.clone()
	c.Delegated = slices.Clone(m.Delegated)
	return &c
}

// Clone is a copy that may be changed and written back.
func (p *OrgPolicy) Clone() *OrgPolicy {
	c := *p
	c.Tags = slices.Clone(p.Tags)
	return &c
}

func (n *Node) clone() Node {
	return Node{n.ID, slices.Clone(n.Attached), slices.Clone(n.Tags)}
}

// Has tells whether a policy type is enabled.
func (o *Organization) Has(policyType string) bool { return slices.Contains(o.Types, policyType) }

const (
	organizationPrefix = "organization/"
	memberPrefix       = "organization-member/"
)

func inOrg(organization, rest string) string { return "in-organization/" + organization + "/" + rest }

// Organization reads an organization by its id.
func (r *Reader) Organization(id string) (*Organization, bool) {
	return document[Organization](r, organizationPrefix+id)
}

// Organizations walks all organizations that live here, in the order of their
// ids.
func (r *Reader) Organizations(yield func(*Organization) bool) {
	r.keys(organizationPrefix, "", func(id string, _ []byte) bool {
		o, ok := r.Organization(id)
		return ok && yield(o)
	})
}

// Member reads an account's place in its organization, if it is in one.
func (r *Reader) Member(account arn.AccountID) (*Member, bool) {
	return document[Member](r, memberPrefix+account.String())
}

// MembersOf walks the accounts of an organization in the order of their
// numbers, after the one given.
func (r *Reader) MembersOf(organization, after string, yield func(*Member) bool) {
	r.keys(inOrg(organization, "account/"), after, func(digits string, _ []byte) bool {
		m, ok := referred[Member](r, memberPrefix+digits)
		return ok && yield(m)
	})
}

// Unit reads an organizational unit.
func (r *Reader) Unit(organization, id string) (*Unit, bool) {
	return document[Unit](r, inOrg(organization, "unit/"+id))
}

// Children walks the ids of what is directly in a root or unit, in their
// order: accounts where accounts is true, else units.
func (r *Reader) Children(organization, parent string, accounts bool, after string, yield func(id string) bool) {
	r.keys(inOrg(organization, childrenKey(parent, accounts)), after, func(id string, _ []byte) bool { return yield(id) })
}

func childrenKey(parent string, accounts bool) string {
	if accounts {
		return "child/" + parent + "/account/"
	}
	return "child/" + parent + "/unit/"
}

// OrgPolicy reads a policy of an organization.
func (r *Reader) OrgPolicy(organization, id string) (*OrgPolicy, bool) {
	return document[OrgPolicy](r, inOrg(organization, "policy/"+id))
}

// OrgPolicies walks the policies of an organization in the order of their ids,
// after the one given.
func (r *Reader) OrgPolicies(organization, after string, yield func(*OrgPolicy) bool) {
	r.keys(inOrg(organization, "policy/"), after, func(id string, _ []byte) bool {
		p, ok := r.OrgPolicy(organization, id)
		return ok && yield(p)
	})
}

// PolicyTargets walks the ids of what a policy of an organization is attached
// to, in their order, after the one given.
func (r *Reader) PolicyTargets(organization, policy, after string, yield func(id string) bool) {
	r.keys(inOrg(organization, "target/"+policy+"/"), after, func(id string, _ []byte) bool { return yield(id) })
}

// Path answers an account's organization, the nodes above it and its own, the
// root first, and the account as a member; false for an account that is in none.
func (r *Reader) Path(account arn.AccountID) (*Organization, []*Node, *Member, bool) {
	m, ok := r.Member(account)
	if !ok {
		return nil, nil, nil, false
	}
	o, ok := referred[Organization](r, organizationPrefix+m.Organization)
	if !ok {
		return nil, nil, nil, false
	}
	nodes := []*Node{&m.Node}
	for parent := m.Parent; parent != o.Root.ID; {
		u, ok := referred[Unit](r, inOrg(o.ID, "unit/"+parent))
		if !ok || len(nodes) > deepest {
			return nil, nil, nil, false
		}
		nodes = append(nodes, &u.Node)
		parent = u.Parent
	}
	nodes = append(nodes, &o.Root)
	slices.Reverse(nodes)
	return o, nodes, m, true
}

// deepest bounds the way up, should the data ever hold a circle.
const deepest = 16

// PutOrganization writes an organization, made or changed. before is nil for a
// new one.
func (tx *Tx) PutOrganization(before, o *Organization) {
	tx.put(organizationPrefix+o.ID, o)
	var was *Node
	if before != nil {
		was = &before.Root
	}
	tx.attach(o.ID, was, &o.Root)
}

// DeleteOrganization removes an organization. The caller has seen that it has
// no units, members or policies left.
func (tx *Tx) DeleteOrganization(o *Organization) {
	tx.delete(organizationPrefix + o.ID)
	tx.attach(o.ID, &o.Root, nil)
}

// PutUnit writes a unit, made (before is nil) or changed. What it is put into
// is rewritten, so that deleting that at the same time conflicts.
func (tx *Tx) PutUnit(before, u *Unit) {
	tx.put(inOrg(u.Organization, "unit/"+u.ID), u)
	var was *Node
	parent := ""
	if before != nil {
		was, parent = &before.Node, before.Parent
	}
	tx.attach(u.Organization, was, &u.Node)
	tx.move(u.Organization, u.ID, false, parent, u.Parent)
}

// DeleteUnit removes a unit. The caller has seen that it is empty.
func (tx *Tx) DeleteUnit(u *Unit) {
	tx.delete(inOrg(u.Organization, "unit/"+u.ID))
	tx.attach(u.Organization, &u.Node, nil)
	tx.move(u.Organization, u.ID, false, u.Parent, "")
}

// PutMember writes an account's place, new (before is nil) or changed.
func (tx *Tx) PutMember(before, m *Member) {
	tx.put(memberPrefix+m.ID, m)
	var was *Node
	parent := ""
	if before != nil {
		was, parent = &before.Node, before.Parent
	} else {
		tx.putText(inOrg(m.Organization, "account/"+m.ID), "")
	}
	tx.attach(m.Organization, was, &m.Node)
	tx.move(m.Organization, m.ID, true, parent, m.Parent)
}

// DeleteMember takes an account out of its organization.
func (tx *Tx) DeleteMember(m *Member) {
	tx.delete(memberPrefix + m.ID)
	tx.delete(inOrg(m.Organization, "account/"+m.ID))
	tx.attach(m.Organization, &m.Node, nil)
	tx.move(m.Organization, m.ID, true, m.Parent, "")
}

// PutOrgPolicy writes a policy, made or changed.
func (tx *Tx) PutOrgPolicy(p *OrgPolicy) { tx.put(inOrg(p.Organization, "policy/"+p.ID), p) }

// DeleteOrgPolicy removes a policy. The caller has seen that it is attached to
// nothing.
func (tx *Tx) DeleteOrgPolicy(p *OrgPolicy) { tx.delete(inOrg(p.Organization, "policy/"+p.ID)) }

// attach keeps the index of what a policy is attached to, and rewrites each
// policy that came to be attached, so that deleting it at the same time
// conflicts.
func (tx *Tx) attach(organization string, before, now *Node) {
	var was, is []OrgPolicyRef
	id := ""
	if before != nil {
		was, id = before.Attached, before.ID
	}
	if now != nil {
		is, id = now.Attached, now.ID
	}
	for _, ref := range is {
		if slices.Contains(was, ref) {
			continue
		}
		tx.putText(inOrg(organization, "target/"+ref.ID+"/"+id), "")
		if p, ok := tx.OrgPolicy(organization, ref.ID); ok {
			tx.PutOrgPolicy(p)
		}
	}
	for _, ref := range was {
		if !slices.Contains(is, ref) {
			tx.delete(inOrg(organization, "target/"+ref.ID+"/"+id))
		}
	}
}

// move keeps the index of children, and rewrites the unit or organization that
// a child came to, so that deleting it at the same time conflicts.
func (tx *Tx) move(organization, id string, account bool, from, to string) {
	if from == to {
		return
	}
	if from != "" {
		tx.delete(inOrg(organization, childrenKey(from, account)+id))
	}
	if to == "" {
		return
	}
	tx.putText(inOrg(organization, childrenKey(to, account)+id), "")
	if u, ok := tx.Unit(organization, to); ok {
		tx.put(inOrg(organization, "unit/"+to), u)
	} else if o, ok := tx.Organization(organization); ok {
		tx.put(organizationPrefix+organization, o)
	}
}
