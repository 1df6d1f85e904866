package identitystore

import (
	"context"

	"github.com/rolecall-iam/rolecall/api/identitystore"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// CreateGroupMembership puts a user into a group.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_CreateGroupMembership.html
func (s *Service) CreateGroupMembership(ctx context.Context, c scope, in *identitystore.CreateGroupMembershipInput) (*identitystore.CreateGroupMembershipOutput, error) {
	id, err := service.NewPeopleID(c.Rand, c.store.ID)
	if err != nil {
		return nil, err
	}
	return &identitystore.CreateGroupMembershipOutput{IdentityStoreId: c.store.ID, MembershipId: id}, c.Update(ctx, func(tx *directory.Tx) error {
		g, p, err := sides(&tx.Reader, c.store.ID, in.GroupId, in.MemberId)
		if err != nil {
			return err
		}
		if _, ok := tx.MembershipOf(c.store.ID, g.ID, p.ID); ok {
			return conflict("Member and Group relationship already exists.")
		}
		tx.PutMembership(&directory.Membership{ID: id, Store: c.store.ID, Group: g.ID, Person: p.ID, Stamp: c.stamp()})
		return nil
	})
}

// sides reads the group and the user of a membership.
func sides(r *directory.Reader, store, group string, member *identitystore.MemberId) (*directory.PersonGroup, *directory.Person, error) {
	g, ok := r.PersonGroup(store, group)
	if !ok {
		return nil, nil, notFound(groupType, group)
	}
	p, ok := r.Person(store, member.UserId)
	if !ok {
		return nil, nil, notFound(userType, member.UserId)
	}
	return g, p, nil
}

// DescribeGroupMembership tells a membership.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_DescribeGroupMembership.html
func (s *Service) DescribeGroupMembership(_ context.Context, c scope, in *identitystore.DescribeGroupMembershipInput) (*identitystore.DescribeGroupMembershipOutput, error) {
	m, ok := c.View.Membership(c.store.ID, in.MembershipId)
	if !ok {
		return nil, notFound(membershipType, in.MembershipId)
	}
	out := identitystore.DescribeGroupMembershipOutput(shownMembership(m))
	return &out, nil
}

// DeleteGroupMembership takes a user out of a group.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_DeleteGroupMembership.html
func (s *Service) DeleteGroupMembership(ctx context.Context, c scope, in *identitystore.DeleteGroupMembershipInput) (*identitystore.DeleteGroupMembershipOutput, error) {
	return &identitystore.DeleteGroupMembershipOutput{}, c.Update(ctx, func(tx *directory.Tx) error {
		m, ok := tx.Membership(c.store.ID, in.MembershipId)
		if !ok {
			return notFound(membershipType, in.MembershipId)
		}
		tx.DeleteMembership(m)
		return nil
	})
}

// GetGroupMembershipId finds a user's membership in a group.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_GetGroupMembershipId.html
func (s *Service) GetGroupMembershipId(_ context.Context, c scope, in *identitystore.GetGroupMembershipIdInput) (*identitystore.GetGroupMembershipIdOutput, error) {
	g, p, err := sides(&c.View.Reader, c.store.ID, in.GroupId, in.MemberId)
	if err != nil {
		return nil, err
	}
	m, ok := c.View.MembershipOf(c.store.ID, g.ID, p.ID)
	if !ok {
		return nil, notFound(membershipType, "")
	}
	return &identitystore.GetGroupMembershipIdOutput{IdentityStoreId: c.store.ID, MembershipId: m.ID}, nil
}

// ListGroupMemberships tells who is in a group.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_ListGroupMemberships.html
func (s *Service) ListGroupMemberships(_ context.Context, c scope, in *identitystore.ListGroupMembershipsInput) (*identitystore.ListGroupMembershipsOutput, error) {
	g, ok := c.View.PersonGroup(c.store.ID, in.GroupId)
	if !ok {
		return nil, notFound(groupType, in.GroupId)
	}
	p, err := newPage[identitystore.GroupMembership](in.NextToken, in.MaxResults)
	if err != nil {
		return nil, err
	}
	c.View.MembersOfPersonGroup(c.store.ID, g.ID, p.After, func(m *directory.Membership) bool {
		return p.Add(m.Person, shownMembership(m))
	})
	return &identitystore.ListGroupMembershipsOutput{GroupMemberships: p.Items, NextToken: p.Next}, nil
}

// ListGroupMembershipsForMember tells what groups a user is in.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_ListGroupMembershipsForMember.html
func (s *Service) ListGroupMembershipsForMember(_ context.Context, c scope, in *identitystore.ListGroupMembershipsForMemberInput) (*identitystore.ListGroupMembershipsForMemberOutput, error) {
	person, ok := c.View.Person(c.store.ID, in.MemberId.UserId)
	if !ok {
		return nil, notFound(userType, in.MemberId.UserId)
	}
	p, err := newPage[identitystore.GroupMembership](in.NextToken, in.MaxResults)
	if err != nil {
		return nil, err
	}
	c.View.GroupsOfPerson(c.store.ID, person.ID, p.After, func(m *directory.Membership) bool {
		return p.Add(m.Group, shownMembership(m))
	})
	return &identitystore.ListGroupMembershipsForMemberOutput{GroupMemberships: p.Items, NextToken: p.Next}, nil
}

// IsMemberInGroups tells of each group whether a user is in it.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_IsMemberInGroups.html
func (s *Service) IsMemberInGroups(_ context.Context, c scope, in *identitystore.IsMemberInGroupsInput) (*identitystore.IsMemberInGroupsOutput, error) {
	out := &identitystore.IsMemberInGroupsOutput{Results: []identitystore.GroupMembershipExistenceResult{}}
	for _, id := range in.GroupIds {
		g, p, err := sides(&c.View.Reader, c.store.ID, id, in.MemberId)
		if err != nil {
			return nil, err
		}
		_, member := c.View.MembershipOf(c.store.ID, g.ID, p.ID)
		out.Results = append(out.Results, identitystore.GroupMembershipExistenceResult{
			GroupId: id, MemberId: &identitystore.MemberId{UserId: in.MemberId.UserId}, MembershipExists: &member,
		})
	}
	return out, nil
}
