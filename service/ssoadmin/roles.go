package ssoadmin

import (
	"io"
	"time"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// inlineName is the name under which a role has the permission set's own policy.
const inlineName = "AwsSSOInlinePolicy"

// mostProvisioned is how many permission sets an account has at most.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/limits.html
const mostProvisioned = 250

// maker makes what a permission set is in accounts, in one transaction, whose
// reading methods do not see what it wrote: so the maker keeps that.
type maker struct {
	rand      io.Reader
	now       time.Time
	partition string
	instance  *directory.Instance

	made     map[directory.Access]*directory.Provisioned
	counts   map[arn.AccountID]int // of permission sets
	prepared map[arn.AccountID]bool
}

func newMaker(rand io.Reader, now time.Time, partition string, i *directory.Instance) *maker {
	return &maker{
		rand: rand, now: second(now), partition: partition, instance: i,
		made: map[directory.Access]*directory.Provisioned{}, counts: map[arn.AccountID]int{}, prepared: map[arn.AccountID]bool{},
	}
}

func (s scope) maker() *maker { return newMaker(s.Rand, s.Now, s.Partition, s.instance) }

// provision brings a permission set to an account as it is now, and answers
// what is to be written as provisioned. An error of type failed tells that the
// account is not as the permission set needs it; nothing is written then.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/permissionsetsconcept.html
func (m *maker) provision(tx *directory.Tx, p *directory.PermissionSet, account arn.AccountID) (*directory.Provisioned, error) {
	place := directory.Access{Account: account, PermissionSet: p.ID}
	if at, ok := m.made[place]; ok {
		return at, nil
	}
	at := &directory.Provisioned{Account: account, PermissionSet: p.ID}
	was, there := tx.Provisioned(p.Instance, p.ID, account)
	if there {
		*at = *was
	} else if err := m.mayHaveMore(tx, account); err != nil {
		return nil, err
	}
	if err := m.bring(tx, p, at); err != nil {
		return nil, err
	}
	if !there {
		m.counts[account]++
	}
	m.made[place] = at
	return at, nil
}

// bring makes the role, or changes it where it is another version's.
func (m *maker) bring(tx *directory.Tx, p *directory.PermissionSet, at *directory.Provisioned) (err error) {
	before, _ := tx.RoleByID(at.Account, at.Role)
	var role *directory.Role
	switch {
	case before == nil:
		role, err = m.newRole(p, at.Account)
	case at.Version == p.Version:
		return nil
	default:
		role = before.Clone()
	}
	if err != nil {
		return err
	}
	if err := m.shape(tx, role, p); err != nil {
		return err
	}
	if err := m.prepare(tx, at.Account); err != nil {
		return err
	}
	if before == nil {
		tx.CreateRole(role)
	} else {
		tx.PutRole(before, role)
	}
	at.Role, at.Version = role.ID, p.Version
	return nil
}

func (m *maker) mayHaveMore(tx *directory.Tx, account arn.AccountID) error {
	n, ok := m.counts[account]
	if !ok {
		n = tx.CountProvisionedIn(m.instance.ID, account)
		m.counts[account] = n
	}
	if n >= mostProvisioned {
		return exceeded("The account %s has %d permission sets already.", account, n)
	}
	return nil
}

// newRole is a role that trusts the instance's provider.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
// (the path has the region, except in us-east-1)
func (m *maker) newRole(p *directory.PermissionSet, account arn.AccountID) (*directory.Role, error) {
	id, err := arn.NewID(arn.RolePrefix, account, m.rand)
	if err != nil {
		return nil, err
	}
	name, err := hexID(m.rand, "AWSReservedSSO_"+p.Name+"_", 16)
	if err != nil {
		return nil, err
	}
	path := "/aws-reserved/sso.amazonaws.com/"
	if m.instance.Region != "us-east-1" {
		path += m.instance.Region + "/"
	}
	return &directory.Role{
		Entity: directory.Entity{ID: id, Account: account, Name: name, Path: path, Created: m.now},
		Trust: directory.NewPolicyText(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"arn:` + m.partition + `:iam::` +
			account.String() + `:saml-provider/` + samlProviderName(m.instance.ID, account) +
			`"},"Action":["sts:AssumeRoleWithSAML","sts:TagSession"],"Condition":{"StringEquals":{"SAML:aud":"https://signin.aws.amazon.com/saml"}}}]}`),
	}, nil
}

// shape gives a role what its permission set says.
func (m *maker) shape(r *directory.Tx, role *directory.Role, p *directory.PermissionSet) error {
	length, err := sessionLength(p.SessionDuration)
	if err != nil {
		return err
	}
	role.MaxSessionDuration = int32(length / time.Second)
	role.Description, role.Inline, role.Attached, role.Boundary = nil, nil, nil, ""
	if p.Description != "" {
		role.Description = &p.Description
	}
	if !p.Inline.IsZero() {
		role.Inline = []directory.Inline{{Name: inlineName, Document: p.Inline}}
	}
	role.Attached = append(role.Attached, p.Managed...)
	for _, ref := range p.Customer {
		id, err := inThe(role.Account, r, ref)
		if err != nil {
			return err
		}
		role.Attached = append(role.Attached, id)
	}
	if p.Boundary == nil {
		return nil
	}
	role.Boundary = p.Boundary.Managed
	if p.Boundary.Customer != nil {
		role.Boundary, err = inThe(role.Account, r, *p.Boundary.Customer)
	}
	return err
}

// inThe finds a customer managed policy in an account.
func inThe(account arn.AccountID, r *directory.Tx, ref directory.CustomerRef) (directory.PolicyRef, error) {
	if p, ok := r.Policy(account, ref.Name); ok && p.Path == ref.Path {
		return directory.PolicyRef(p.ID), nil
	}
	return "", noCustomerPolicy(ref.Path, ref.Name)
}

// withdraw takes a permission set from an account with its role. Sessions of
// the role end with it.
func withdraw(tx *directory.Tx, i *directory.Instance, at *directory.Provisioned) {
	if role, ok := tx.RoleByID(at.Account, at.Role); ok {
		tx.DeleteRole(role)
	}
	tx.DeleteProvisioned(i.ID, at)
}

// withdrawAll takes everything that an instance made from all accounts.
func withdrawAll(tx *directory.Tx, i *directory.Instance) {
	accounts := map[arn.AccountID]bool{}
	tx.PermissionSets(i.ID, "", func(p *directory.PermissionSet) bool {
		tx.ProvisionedOf(i.ID, p.ID, "", func(at *directory.Provisioned) bool {
			withdraw(tx, i, at)
			accounts[at.Account] = true
			return true
		})
		return true
	})
	for account := range accounts {
		if p, ok := tx.SAMLProvider(account, samlProviderName(i.ID, account)); ok {
			tx.DeleteSAMLProvider(p)
		}
	}
}
