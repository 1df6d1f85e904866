package iam

import (
	"context"
	"slices"

	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

func (s *Service) membershipOperations() []service.Operation {
	return []service.Operation{
		service.Bind(iam.AddUserToGroup, one(func(c *service.Call, in *iam.AddUserToGroupInput) service.Need {
			return onGroup(c, in.GroupName)
		}), s.AddUserToGroup),
		service.Bind(iam.RemoveUserFromGroup, one(func(c *service.Call, in *iam.RemoveUserFromGroupInput) service.Need {
			return onGroup(c, in.GroupName)
		}), s.RemoveUserFromGroup),
		service.Bind(iam.ListGroupsForUser, one(func(c *service.Call, in *iam.ListGroupsForUserInput) service.Need {
			return onUser(c, in.UserName)
		}), s.ListGroupsForUser),
	}
}

// AddUserToGroup makes a user a member; one who is already stays it.
func (s *Service) AddUserToGroup(ctx context.Context, in *iam.AddUserToGroupInput) (*iam.AddUserToGroupOutput, error) {
	c := service.CallOf(ctx)
	return &iam.AddUserToGroupOutput{}, c.Update(ctx, func(tx *directory.Tx) error {
		before, g, err := findMember(c, tx, in.UserName, in.GroupName)
		if err != nil || slices.Contains(before.Groups, g.ID) {
			return err
		}
		if len(before.Groups) >= groupsPerUser.limit(c) {
			return overQuota(c, groupsPerUser)
		}
		u := before.Clone()
		u.Groups = append(u.Groups, g.ID)
		tx.PutUser(before, u)
		return nil
	})
}

// RemoveUserFromGroup ends a membership; where there is none, nothing happens.
//
// Source: cloud-custodian/cloud-custodian#4730, where both cases were tried.
func (s *Service) RemoveUserFromGroup(ctx context.Context, in *iam.RemoveUserFromGroupInput) (*iam.RemoveUserFromGroupOutput, error) {
	c := service.CallOf(ctx)
	return &iam.RemoveUserFromGroupOutput{}, c.Update(ctx, func(tx *directory.Tx) error {
		before, g, err := findMember(c, tx, in.UserName, in.GroupName)
		if err != nil || !slices.Contains(before.Groups, g.ID) {
			return err
		}
		u := before.Clone()
		u.Groups = slices.DeleteFunc(u.Groups, func(id string) bool { return id == g.ID })
		tx.PutUser(before, u)
		return nil
	})
}

// findMember finds the user first and then the group: where neither is there,
// AWS names the user.
//
// Source: recorded answers of AWS in localstack/localstack,
// tests/aws/services/iam/test_iam_groups.snapshot.json.
func findMember(c *service.Call, tx *directory.Tx, user, group string) (*directory.User, *directory.Group, error) {
	u, ok := tx.User(c.Account, user)
	if !ok {
		return nil, nil, noSuchUser(user)
	}
	g, ok := tx.Group(c.Account, group)
	if !ok {
		return nil, nil, noSuchGroup(group)
	}
	return u, g, nil
}

// ListGroupsForUser lists the groups that a user belongs to.
func (s *Service) ListGroupsForUser(ctx context.Context, in *iam.ListGroupsForUserInput) (*iam.ListGroupsForUserOutput, error) {
	c := service.CallOf(ctx)
	u, ok := c.View.User(c.Account, in.UserName)
	if !ok {
		return nil, noSuchUser(in.UserName)
	}
	var groups []*directory.Group
	for _, id := range u.Groups {
		if g, ok := c.View.GroupByID(c.Account, id); ok {
			groups = append(groups, g)
		}
	}
	p, err := pageOf(in.Marker, in.MaxItems, groupName, inOrder(groups, groupName))
	if err != nil {
		return nil, err
	}
	w := pageAs(p, func(g *directory.Group) iam.Group { return wireGroup(c, g) })
	return &iam.ListGroupsForUserOutput{Groups: w.Items, IsTruncated: w.IsTruncated, Marker: w.Marker}, nil
}
