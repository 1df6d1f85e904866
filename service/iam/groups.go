package iam

import (
	"context"
	"strings"

	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

func (s *Service) groupOperations() []service.Operation {
	return []service.Operation{
		service.Bind(iam.CreateGroup, one(func(c *service.Call, in *iam.CreateGroupInput) service.Need {
			return onNew(c, "group", in.Path, in.GroupName)
		}), s.CreateGroup),
		service.Bind(iam.GetGroup, one(func(c *service.Call, in *iam.GetGroupInput) service.Need {
			return onGroup(c, in.GroupName)
		}), s.GetGroup),
		service.Bind(iam.UpdateGroup, needUpdateGroup, s.UpdateGroup),
		service.Bind(iam.DeleteGroup, one(func(c *service.Call, in *iam.DeleteGroupInput) service.Need {
			return onGroup(c, in.GroupName)
		}), s.DeleteGroup),
		service.Bind(iam.ListGroups, one(func(c *service.Call, in *iam.ListGroupsInput) service.Need {
			return onPath(c, "group", in.PathPrefix)
		}), s.ListGroups),
	}
}

// needUpdateGroup needs the group as it is and as it will be.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateGroup.html
func needUpdateGroup(c *service.Call, in *iam.UpdateGroupInput) []service.Need {
	needs := []service.Need{onGroup(c, in.GroupName)}
	if in.NewGroupName == "" && in.NewPath == "" {
		return needs
	}
	path, name := in.NewPath, in.NewGroupName
	if g, ok := c.View.Group(c.Account, in.GroupName); ok {
		path, name = orElse(path, g.Path), orElse(name, g.Name)
	}
	return append(needs, onNew(c, "group", path, orElse(name, in.GroupName)))
}

// CreateGroup makes a group without members.
func (s *Service) CreateGroup(ctx context.Context, in *iam.CreateGroupInput) (*iam.CreateGroupOutput, error) {
	c := service.CallOf(ctx)
	id, err := arn.NewID(arn.GroupPrefix, c.Account, c.Rand)
	if err != nil {
		return nil, err
	}
	g := &directory.Group{Entity: directory.Entity{
		ID: id, Account: c.Account, Name: in.GroupName, Path: pathOr(in.Path), Created: second(c.Now),
	}}
	err = c.Update(ctx, func(tx *directory.Tx) error {
		if _, taken := tx.Group(c.Account, in.GroupName); taken {
			return groupExists(in.GroupName)
		}
		if !tx.Room(c.Account, directory.CountedGroups, g.ID, groupsPerAccount.limit(c)) {
			return overQuota(c, groupsPerAccount)
		}
		tx.CreateGroup(g)
		return nil
	})
	w := wireGroup(c, g)
	return &iam.CreateGroupOutput{Group: &w}, err
}

// GetGroup shows a group and a page of its members.
func (s *Service) GetGroup(ctx context.Context, in *iam.GetGroupInput) (*iam.GetGroupOutput, error) {
	c := service.CallOf(ctx)
	g, ok := c.View.Group(c.Account, in.GroupName)
	if !ok {
		return nil, noSuchGroup(in.GroupName)
	}
	var members []*directory.User
	c.View.Members(g, func(u *directory.User) bool {
		members = append(members, u)
		return true
	})
	p, err := pageOf(in.Marker, in.MaxItems, userName, inOrder(members, userName))
	if err != nil {
		return nil, err
	}
	w := pageAs(p, func(u *directory.User) iam.User { return briefUser(c, u) })
	group := wireGroup(c, g)
	return &iam.GetGroupOutput{Group: &group, Users: w.Items, IsTruncated: w.IsTruncated, Marker: w.Marker}, nil
}

// UpdateGroup renames a group or moves it to another path.
func (s *Service) UpdateGroup(ctx context.Context, in *iam.UpdateGroupInput) (*iam.UpdateGroupOutput, error) {
	c := service.CallOf(ctx)
	return &iam.UpdateGroupOutput{}, c.Update(ctx, func(tx *directory.Tx) error {
		before, ok := tx.Group(c.Account, in.GroupName)
		if !ok {
			return noSuchGroup(in.GroupName)
		}
		if in.NewGroupName != "" {
			if other, taken := tx.Group(c.Account, in.NewGroupName); taken && other.ID != before.ID {
				return groupExists(in.NewGroupName)
			}
		}
		g := before.Clone()
		g.Name, g.Path = orElse(in.NewGroupName, g.Name), orElse(in.NewPath, g.Path)
		tx.PutGroup(before, g)
		return nil
	})
}

// DeleteGroup removes a group without members and policies.
func (s *Service) DeleteGroup(ctx context.Context, in *iam.DeleteGroupInput) (*iam.DeleteGroupOutput, error) {
	c := service.CallOf(ctx)
	return &iam.DeleteGroupOutput{}, c.Update(ctx, func(tx *directory.Tx) error {
		g, ok := tx.Group(c.Account, in.GroupName)
		if !ok {
			return noSuchGroup(in.GroupName)
		}
		occupied := false
		tx.Members(g, func(*directory.User) bool {
			occupied = true
			return false
		})
		if occupied {
			return mustRemoveMembers()
		}
		if err := mustHaveNoPolicies(&g.Entity); err != nil {
			return err
		}
		tx.DeleteGroup(g)
		return nil
	})
}

// ListGroups lists the groups below a path.
func (s *Service) ListGroups(ctx context.Context, in *iam.ListGroupsInput) (*iam.ListGroupsOutput, error) {
	c := service.CallOf(ctx)
	groups := matching(func(after string, yield func(*directory.Group) bool) {
		c.View.Groups(c.Account, after, yield)
	}, func(g *directory.Group) bool { return strings.HasPrefix(g.Path, in.PathPrefix) })
	p, err := pageOf(in.Marker, in.MaxItems, groupName, groups)
	if err != nil {
		return nil, err
	}
	w := pageAs(p, func(g *directory.Group) iam.Group { return wireGroup(c, g) })
	return &iam.ListGroupsOutput{Groups: w.Items, IsTruncated: w.IsTruncated, Marker: w.Marker}, nil
}

func groupName(g *directory.Group) string { return g.Name }
