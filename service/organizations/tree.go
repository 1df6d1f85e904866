package organizations

import (
	"context"

	"github.com/rolecall-iam/rolecall/api/organizations"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

func (s *Service) treeOperations() []service.Operation {
	return []service.Operation{
		bind(organizations.ListRoots, readers, everything, s.ListRoots),
		bind(organizations.ListChildren, readers, func(c scope, in *organizations.ListChildrenInput) service.Need {
			return c.on(in.ParentId)
		}, s.ListChildren),
		bind(organizations.ListParents, readers, func(c scope, in *organizations.ListParentsInput) service.Need {
			return c.on(in.ChildId)
		}, s.ListParents),
	}
}

// hasParent tells whether an id is that of the root or of a unit.
func hasParent(r *directory.Reader, o *directory.Organization, id string) bool {
	if id == o.Root.ID {
		return true
	}
	_, ok := r.Unit(o.ID, id)
	return ok
}

// ListRoots tells the one root.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListRoots.html
func (s *Service) ListRoots(_ context.Context, c scope, in *organizations.ListRootsInput) (*organizations.ListRootsOutput, error) {
	p, err := newPage[organizations.Root](in.NextToken, in.MaxResults)
	if err != nil {
		return nil, err
	}
	if p.After < c.org.Root.ID {
		p.Add(c.org.Root.ID, *shownRoot(c.Partition, c.org))
	}
	return &organizations.ListRootsOutput{Roots: p.Items, NextToken: p.NextToken()}, nil
}

func shownRoot(partition string, o *directory.Organization) *organizations.Root {
	root := &organizations.Root{
		Id: &o.Root.ID, Arn: new(nameIn(partition, o, "root", "/"+o.Root.ID)), Name: "Root",
		PolicyTypes: []organizations.PolicyTypeSummary{},
	}
	for _, t := range o.Types {
		root.PolicyTypes = append(root.PolicyTypes, organizations.PolicyTypeSummary{Type: t, Status: "ENABLED"})
	}
	return root
}

// ListChildren tells the accounts or units directly in the root or a unit.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListChildren.html
func (s *Service) ListChildren(_ context.Context, c scope, in *organizations.ListChildrenInput) (*organizations.ListChildrenOutput, error) {
	if !hasParent(&c.View.Reader, c.org, in.ParentId) {
		return nil, noParent()
	}
	p, err := newPage[organizations.Child](in.NextToken, in.MaxResults)
	if err != nil {
		return nil, err
	}
	c.View.Children(c.org.ID, in.ParentId, in.ChildType == "ACCOUNT", p.After, func(id string) bool {
		return p.Add(id, organizations.Child{Id: &id, Type: in.ChildType})
	})
	return &organizations.ListChildrenOutput{Children: p.Items, NextToken: p.NextToken()}, nil
}

// ListParents tells the root or unit that an account or unit is in.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListParents.html
func (s *Service) ListParents(_ context.Context, c scope, in *organizations.ListParentsInput) (*organizations.ListParentsOutput, error) {
	parent := ""
	if m, ok := memberOf(&c.View.Reader, c.org, in.ChildId); ok {
		parent = m.Parent
	} else if u, ok := c.View.Unit(c.org.ID, in.ChildId); ok {
		parent = u.Parent
	}
	if parent == "" {
		return nil, noChild()
	}
	return &organizations.ListParentsOutput{Parents: []organizations.Parent{{Id: &parent, Type: kindOf(parent)}}}, nil
}
