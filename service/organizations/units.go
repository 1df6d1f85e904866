package organizations

import (
	"context"
	"strings"

	"github.com/rolecall-iam/rolecall/api/organizations"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// deepestUnit is how deep units may be nested below the root.
//
// Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
const deepestUnit = 5

func (s *Service) unitOperations() []service.Operation {
	return []service.Operation{
		bind(organizations.CreateOrganizationalUnit, managers, func(c scope, in *organizations.CreateOrganizationalUnitInput) service.Need {
			n := c.on(in.ParentId)
			n.RequestTags = requestTags(in.Tags)
			return n
		}, s.CreateOrganizationalUnit),
		bind(organizations.DescribeOrganizationalUnit, readers, func(c scope, in *organizations.DescribeOrganizationalUnitInput) service.Need {
			return c.on(in.OrganizationalUnitId)
		}, s.DescribeOrganizationalUnit),
		bind(organizations.UpdateOrganizationalUnit, managers, func(c scope, in *organizations.UpdateOrganizationalUnitInput) service.Need {
			return c.on(in.OrganizationalUnitId)
		}, s.UpdateOrganizationalUnit),
		bind(organizations.DeleteOrganizationalUnit, managers, func(c scope, in *organizations.DeleteOrganizationalUnitInput) service.Need {
			return c.on(in.OrganizationalUnitId)
		}, s.DeleteOrganizationalUnit),
		bind(organizations.ListOrganizationalUnitsForParent, readers, func(c scope, in *organizations.ListOrganizationalUnitsForParentInput) service.Need {
			return c.on(in.ParentId)
		}, s.ListOrganizationalUnitsForParent),
	}
}

// CreateOrganizationalUnit makes a unit in the root or in another unit.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateOrganizationalUnit.html
func (s *Service) CreateOrganizationalUnit(ctx context.Context, c scope, in *organizations.CreateOrganizationalUnitInput) (*organizations.CreateOrganizationalUnitOutput, error) {
	tags, err := mergeTags(nil, in.Tags)
	if err != nil {
		return nil, err
	}
	id, err := newID(c.Rand, "ou-"+strings.TrimPrefix(c.org.Root.ID, "r-")+"-", unitLetters)
	if err != nil {
		return nil, err
	}
	out := &organizations.CreateOrganizationalUnitOutput{}
	return out, c.Update(ctx, func(tx *directory.Tx) error {
		o, ok := tx.Organization(c.org.ID)
		if !ok {
			return notInUse()
		}
		if !hasParent(&tx.Reader, o, in.ParentId) {
			return noParent()
		}
		if depth(&tx.Reader, o, in.ParentId) >= deepestUnit {
			return constraint("OU_DEPTH_LIMIT_EXCEEDED", "You have exceeded the OU depth limit.")
		}
		if unitNamed(&tx.Reader, o, in.ParentId, in.Name) != "" {
			return duplicateUnit()
		}
		u := &directory.Unit{
			Node:         directory.Node{ID: id, Attached: inherited(o), Tags: tags},
			Organization: o.ID, Name: in.Name, Parent: in.ParentId, Created: second(c.Now),
		}
		tx.PutUnit(nil, u)
		out.OrganizationalUnit = shownUnit(c.Partition, o, u)
		return nil
	})
}

// inherited are the policies that whatever is made has from the start.
func inherited(o *directory.Organization) []directory.OrgPolicyRef {
	var refs []directory.OrgPolicyRef
	for _, ref := range fullAccess() {
		if o.Has(ref.Type) {
			refs = append(refs, ref)
		}
	}
	return refs
}

// depth is how many units are above what is put into a parent.
func depth(r *directory.Reader, o *directory.Organization, parent string) int {
	n := 0
	for parent != o.Root.ID {
		u, ok := r.Unit(o.ID, parent)
		if !ok || n > deepestUnit {
			return n
		}
		parent = u.Parent
		n++
	}
	return n
}

// unitNamed answers the id of the unit of that name in a parent, or "".
func unitNamed(r *directory.Reader, o *directory.Organization, parent, name string) string {
	found := ""
	r.Children(o.ID, parent, false, "", func(id string) bool {
		if u, ok := r.Unit(o.ID, id); ok && u.Name == name {
			found = id
		}
		return found == ""
	})
	return found
}

func shownUnit(partition string, o *directory.Organization, u *directory.Unit) *organizations.OrganizationalUnit {
	return &organizations.OrganizationalUnit{Id: &u.ID, Arn: new(nameIn(partition, o, "ou", "/"+u.ID)), Name: u.Name}
}

// DescribeOrganizationalUnit tells a unit.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeOrganizationalUnit.html
func (s *Service) DescribeOrganizationalUnit(_ context.Context, c scope, in *organizations.DescribeOrganizationalUnitInput) (*organizations.DescribeOrganizationalUnitOutput, error) {
	u, ok := c.View.Unit(c.org.ID, in.OrganizationalUnitId)
	if !ok {
		return nil, noUnit()
	}
	return &organizations.DescribeOrganizationalUnitOutput{OrganizationalUnit: shownUnit(c.Partition, c.org, u)}, nil
}

// UpdateOrganizationalUnit gives a unit another name.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_UpdateOrganizationalUnit.html
func (s *Service) UpdateOrganizationalUnit(ctx context.Context, c scope, in *organizations.UpdateOrganizationalUnitInput) (*organizations.UpdateOrganizationalUnitOutput, error) {
	out := &organizations.UpdateOrganizationalUnitOutput{}
	return out, c.Update(ctx, func(tx *directory.Tx) error {
		before, ok := tx.Unit(c.org.ID, in.OrganizationalUnitId)
		if !ok {
			return noUnit()
		}
		u := before.Clone()
		if in.Name != "" {
			if other := unitNamed(&tx.Reader, c.org, u.Parent, in.Name); other != "" && other != u.ID {
				return duplicateUnit()
			}
			u.Name = in.Name
		}
		tx.PutUnit(before, u)
		out.OrganizationalUnit = shownUnit(c.Partition, c.org, u)
		return nil
	})
}

// DeleteOrganizationalUnit removes an empty unit.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_DeleteOrganizationalUnit.html
func (s *Service) DeleteOrganizationalUnit(ctx context.Context, c scope, in *organizations.DeleteOrganizationalUnitInput) (*organizations.DeleteOrganizationalUnitOutput, error) {
	return &organizations.DeleteOrganizationalUnitOutput{}, c.Update(ctx, func(tx *directory.Tx) error {
		u, ok := tx.Unit(c.org.ID, in.OrganizationalUnitId)
		if !ok {
			return noUnit()
		}
		full := false
		some := func(string) bool { full = true; return false }
		tx.Children(c.org.ID, u.ID, true, "", some)
		tx.Children(c.org.ID, u.ID, false, "", some)
		if full {
			return unitNotEmpty()
		}
		tx.DeleteUnit(u)
		return nil
	})
}

// ListOrganizationalUnitsForParent tells the units directly in the root or a
// unit.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListOrganizationalUnitsForParent.html
func (s *Service) ListOrganizationalUnitsForParent(_ context.Context, c scope, in *organizations.ListOrganizationalUnitsForParentInput) (*organizations.ListOrganizationalUnitsForParentOutput, error) {
	if !hasParent(&c.View.Reader, c.org, in.ParentId) {
		return nil, noParent()
	}
	p, err := newPage[organizations.OrganizationalUnit](in.NextToken, in.MaxResults)
	if err != nil {
		return nil, err
	}
	c.View.Children(c.org.ID, in.ParentId, false, p.After, func(id string) bool {
		u, ok := c.View.Unit(c.org.ID, id)
		return ok && p.Add(id, *shownUnit(c.Partition, c.org, u))
	})
	return &organizations.ListOrganizationalUnitsForParentOutput{OrganizationalUnits: p.Items, NextToken: p.NextToken()}, nil
}
