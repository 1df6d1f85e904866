package rolecall

import (
	"context"
	"fmt"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// Organization is an organization that is to be recreated, with the policies
// that decide. Accounts need not live here.
type Organization struct {
	ID         string        // o-…
	Management arn.AccountID // policies do not bind this one
	Root       string        // its id, r-…
	Units      []OrganizationUnit
	Accounts   []OrganizationAccount
	Policies   []OrganizationPolicy
}

// OrganizationUnit is an organizational unit. Whatever it is in stands before
// it.
type OrganizationUnit struct{ ID, Name, Parent string }

// OrganizationAccount is an account in an organization.
type OrganizationAccount struct {
	ID     arn.AccountID
	Parent string // the root's id or a unit's
}

// OrganizationPolicy is a policy of an organization. Of AWS's own, such as
// p-FullAWSAccess, only ID, Type and Targets are read.
type OrganizationPolicy struct {
	ID, Type, Name, Content string
	Targets                 []string // ids of roots and units, digits of accounts
}

// ImportOrganization recreates an organization: all of it or, with an error,
// nothing.
func (s *Server) ImportOrganization(ctx context.Context, o Organization) error {
	attached := make(map[string][]directory.OrgPolicyRef)
	for _, p := range o.Policies {
		for _, target := range p.Targets {
			attached[target] = append(attached[target], directory.OrgPolicyRef{Type: p.Type, ID: p.ID})
		}
	}
	node := func(id string) directory.Node { return directory.Node{ID: id, Attached: attached[id]} }
	now := second(s.now())
	return s.dir.Load(ctx, func(tx *directory.Tx) error {
		if _, taken := tx.Organization(o.ID); taken {
			return fmt.Errorf("organization %s is here already", o.ID)
		}
		tx.PutOrganization(nil, &directory.Organization{
			ID: o.ID, Management: o.Management, Created: now, Features: "ALL", Root: node(o.Root),
			Types: []string{service.ServiceControlPolicy, service.ResourceControlPolicy},
		})
		for _, p := range o.Policies {
			if _, ofAWS := service.FullAccessPolicy(p.ID); !ofAWS {
				tx.PutOrgPolicy(&directory.OrgPolicy{
					ID: p.ID, Organization: o.ID, Type: p.Type, Name: p.Name, Content: directory.NewPolicyText(p.Content),
				})
			}
		}
		for _, u := range o.Units {
			tx.PutUnit(nil, &directory.Unit{Node: node(u.ID), Organization: o.ID, Name: u.Name, Parent: u.Parent, Created: now})
		}
		for _, a := range o.Accounts {
			if _, taken := tx.Member(a.ID); taken {
				return fmt.Errorf("account %s is in an organization already", a.ID)
			}
			tx.PutMember(nil, &directory.Member{
				Node: node(a.ID.String()), Account: a.ID, Organization: o.ID, Parent: a.Parent, Joined: now, Method: "INVITED",
			})
		}
		return nil
	})
}
