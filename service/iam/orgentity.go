package iam

import (
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/api/reference"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// orgEntity is what a report of an organization is about: its root, a unit or
// an account.
type orgEntity struct {
	org     *directory.Organization
	nodes   []*directory.Node // from the root to the entity
	account arn.AccountID     // zero for a root or unit
}

// orgAccount is an account of an organization, with its path.
type orgAccount struct {
	id   arn.AccountID
	path string
}

// findOrgEntity finds what a path names, for the management account of its
// organization. The words of the failures are our own: AWS documents none.
func findOrgEntity(c *service.Call, path string) (orgEntity, *iam.ErrorDetails) {
	m, ok := c.View.Member(c.Account)
	if !ok {
		return orgEntity{}, &iam.ErrorDetails{Code: "OrganizationNotFound", Message: "The account is not in an organization."}
	}
	o, ok := c.View.Organization(m.Organization)
	if !ok || o.Management != c.Account {
		return orgEntity{}, &iam.ErrorDetails{Code: "AccessDenied", Message: "The account is not the management account of its organization."}
	}
	missing := &iam.ErrorDetails{Code: "NoSuchEntity", Message: "The entity with path " + path + " cannot be found."}
	ids := strings.Split(strings.TrimSuffix(path, "/"), "/")
	if len(ids) < 2 || ids[0] != o.ID || ids[1] != o.Root.ID {
		return orgEntity{}, missing
	}
	e := orgEntity{org: o, nodes: []*directory.Node{&o.Root}}
	for i, id := range ids[2:] {
		if !e.descend(c, id, i == len(ids)-3) {
			return orgEntity{}, missing
		}
	}
	return e, nil
}

// descend goes on to a unit, or at the end of the path to an account, that is
// directly below where e is.
func (e *orgEntity) descend(c *service.Call, id string, last bool) bool {
	parent := e.nodes[len(e.nodes)-1].ID
	if account, err := arn.ParseAccountID(id); err == nil {
		m, ok := c.View.Member(account)
		if !last || !ok || m.Organization != e.org.ID || m.Parent != parent {
			return false
		}
		e.nodes, e.account = append(e.nodes, &m.Node), account
		return true
	}
	u, ok := c.View.Unit(e.org.ID, id)
	if !ok || u.Parent != parent {
		return false
	}
	e.nodes = append(e.nodes, &u.Node)
	return true
}

// granted are the services that the organization's policies allow the entity,
// or that one policy allows. The management account is allowed all of them.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html
// ("Organizations management account", "Specifying a policy ID")
func (e *orgEntity) granted(c *service.Call, policyID *string) ([]string, *iam.ErrorDetails) {
	services := reference.ServicePrefixes()
	if e.account == e.org.Management {
		return services, nil
	}
	var levels []*granting
	switch {
	case policyID != nil:
		g := new(granting)
		if !g.addSCP(c, e.org, *policyID) {
			return nil, &iam.ErrorDetails{Code: "NoSuchEntity", Message: "The policy " + *policyID + " cannot be found."}
		}
		levels = append(levels, g)
	case e.org.Has(service.ServiceControlPolicy):
		for _, n := range e.nodes {
			g := new(granting)
			for _, ref := range n.Attached {
				if ref.Type == service.ServiceControlPolicy && !g.addSCP(c, e.org, ref.ID) {
					g.add(nil)
				}
			}
			levels = append(levels, g)
		}
	}
	return slices.DeleteFunc(services, func(namespace string) bool {
		return slices.ContainsFunc(levels, func(g *granting) bool { return !g.service(namespace) })
	}), nil
}

// fullAccess is AWS's own SCP that allows everything.
const fullAccess = "p-FullAWSAccess"

// addSCP takes a service control policy in; false for one that is not there.
func (g *granting) addSCP(c *service.Call, o *directory.Organization, id string) bool {
	if id == fullAccess {
		g.allows = append(g.allows, actionRule{actions: []string{"*"}})
		return true
	}
	p, ok := c.View.OrgPolicy(o.ID, id)
	if !ok || p.Type != service.ServiceControlPolicy {
		return false
	}
	g.add(p.Content.Document())
	return true
}

// accounts are those below the entity, or itself. What the management account
// does is told only in a report of its own.
func (e *orgEntity) accounts(c *service.Call) []orgAccount {
	path := e.org.ID
	for _, n := range e.nodes {
		path += "/" + n.ID
	}
	if !e.account.IsZero() {
		return []orgAccount{{e.account, path}}
	}
	var found []orgAccount
	var below func(id, path string, levels int)
	below = func(id, path string, levels int) {
		c.View.Children(e.org.ID, id, true, "", func(digits string) bool {
			if account, err := arn.ParseAccountID(digits); err == nil && account != e.org.Management {
				found = append(found, orgAccount{account, path + "/" + digits})
			}
			return true
		})
		if levels == 0 {
			return
		}
		c.View.Children(e.org.ID, id, false, "", func(unit string) bool {
			below(unit, path+"/"+unit, levels-1)
			return true
		})
	}
	below(e.nodes[len(e.nodes)-1].ID, path, deepestUnit)
	return found
}

// deepestUnit is how many levels of units an organization has.
//
// Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
const deepestUnit = 5
