package identitystore

import (
	"github.com/rolecall-iam/rolecall/api/identitystore"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// Service holds the handlers of the identity store. All it needs comes with a
// call.
type Service struct{}

// New makes the service.
func New() *Service { return &Service{} }

// everything stands for all users, groups or memberships.
const everything = "*"

// Operations are the operations that the service answers.
func (s *Service) Operations() []service.Operation {
	return append(s.userOperations(), append(s.groupOperations(), s.membershipOperations()...)...)
}

func (s *Service) userOperations() []service.Operation {
	return []service.Operation{
		bind(identitystore.CreateUser, func(_ *directory.Reader, in *identitystore.CreateUserInput) target {
			return target{store: in.IdentityStoreId}
		}, s.CreateUser),
		bind(identitystore.DescribeUser, func(_ *directory.Reader, in *identitystore.DescribeUserInput) target {
			return target{store: in.IdentityStoreId, user: in.UserId}
		}, s.DescribeUser),
		bind(identitystore.UpdateUser, func(_ *directory.Reader, in *identitystore.UpdateUserInput) target {
			return target{store: in.IdentityStoreId, user: in.UserId}
		}, s.UpdateUser),
		bind(identitystore.DeleteUser, func(_ *directory.Reader, in *identitystore.DeleteUserInput) target {
			return target{store: in.IdentityStoreId, user: in.UserId}
		}, s.DeleteUser),
		bind(identitystore.ListUsers, func(_ *directory.Reader, in *identitystore.ListUsersInput) target {
			return target{store: in.IdentityStoreId, user: everything}
		}, s.ListUsers),
		bind(identitystore.GetUserId, func(r *directory.Reader, in *identitystore.GetUserIdInput) target {
			t := target{store: in.IdentityStoreId, user: everything}
			if p, err := personBy(r, in.IdentityStoreId, in.AlternateIdentifier); err == nil {
				t.user = p.ID
			}
			return t
		}, s.GetUserId),
	}
}

func (s *Service) groupOperations() []service.Operation {
	return []service.Operation{
		bind(identitystore.CreateGroup, func(_ *directory.Reader, in *identitystore.CreateGroupInput) target {
			return target{store: in.IdentityStoreId}
		}, s.CreateGroup),
		bind(identitystore.DescribeGroup, func(_ *directory.Reader, in *identitystore.DescribeGroupInput) target {
			return target{store: in.IdentityStoreId, groups: []string{in.GroupId}}
		}, s.DescribeGroup),
		bind(identitystore.UpdateGroup, func(_ *directory.Reader, in *identitystore.UpdateGroupInput) target {
			return target{store: in.IdentityStoreId, groups: []string{in.GroupId}}
		}, s.UpdateGroup),
		bind(identitystore.DeleteGroup, func(_ *directory.Reader, in *identitystore.DeleteGroupInput) target {
			return target{store: in.IdentityStoreId, groups: []string{in.GroupId}}
		}, s.DeleteGroup),
		bind(identitystore.ListGroups, func(_ *directory.Reader, in *identitystore.ListGroupsInput) target {
			return target{store: in.IdentityStoreId, groups: []string{everything}}
		}, s.ListGroups),
		bind(identitystore.GetGroupId, func(r *directory.Reader, in *identitystore.GetGroupIdInput) target {
			t := target{store: in.IdentityStoreId, groups: []string{everything}}
			if g, err := groupBy(r, in.IdentityStoreId, in.AlternateIdentifier); err == nil {
				t.groups[0] = g.ID
			}
			return t
		}, s.GetGroupId),
	}
}

func (s *Service) membershipOperations() []service.Operation {
	return []service.Operation{
		bind(identitystore.CreateGroupMembership, func(_ *directory.Reader, in *identitystore.CreateGroupMembershipInput) target {
			return target{store: in.IdentityStoreId, groups: []string{in.GroupId}, user: in.MemberId.UserId}
		}, s.CreateGroupMembership),
		bind(identitystore.DescribeGroupMembership, func(r *directory.Reader, in *identitystore.DescribeGroupMembershipInput) target {
			return aboutMembership(r, in.IdentityStoreId, in.MembershipId)
		}, s.DescribeGroupMembership),
		bind(identitystore.DeleteGroupMembership, func(r *directory.Reader, in *identitystore.DeleteGroupMembershipInput) target {
			return aboutMembership(r, in.IdentityStoreId, in.MembershipId)
		}, s.DeleteGroupMembership),
		bind(identitystore.GetGroupMembershipId, func(r *directory.Reader, in *identitystore.GetGroupMembershipIdInput) target {
			t := target{store: in.IdentityStoreId, groups: []string{in.GroupId}, user: in.MemberId.UserId, membership: everything}
			if m, ok := r.MembershipOf(in.IdentityStoreId, in.GroupId, in.MemberId.UserId); ok {
				t.membership = m.ID
			}
			return t
		}, s.GetGroupMembershipId),
		bind(identitystore.ListGroupMemberships, func(_ *directory.Reader, in *identitystore.ListGroupMembershipsInput) target {
			return target{store: in.IdentityStoreId, groups: []string{in.GroupId}, membership: everything}
		}, s.ListGroupMemberships),
		bind(identitystore.ListGroupMembershipsForMember, func(_ *directory.Reader, in *identitystore.ListGroupMembershipsForMemberInput) target {
			return target{store: in.IdentityStoreId, user: in.MemberId.UserId, membership: everything}
		}, s.ListGroupMembershipsForMember),
		bind(identitystore.IsMemberInGroups, func(_ *directory.Reader, in *identitystore.IsMemberInGroupsInput) target {
			return target{store: in.IdentityStoreId, groups: in.GroupIds, user: in.MemberId.UserId, membership: everything}
		}, s.IsMemberInGroups),
	}
}

// aboutMembership is a membership with its two sides, as far as it exists.
func aboutMembership(r *directory.Reader, store, id string) target {
	t := target{store: store, membership: id}
	if m, ok := r.Membership(store, id); ok {
		t.groups, t.user = []string{m.Group}, m.Person
	}
	return t
}
