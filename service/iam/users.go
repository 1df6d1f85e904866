package iam

import (
	"context"
	"strings"

	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

func (s *Service) userOperations() []service.Operation {
	return []service.Operation{
		service.Bind(iam.CreateUser, needCreateUser, s.CreateUser),
		service.Bind(iam.GetUser, one(func(c *service.Call, in *iam.GetUserInput) service.Need {
			return onUser(c, in.UserName)
		}), s.GetUser),
		service.Bind(iam.UpdateUser, needUpdateUser, s.UpdateUser),
		service.Bind(iam.DeleteUser, one(func(c *service.Call, in *iam.DeleteUserInput) service.Need {
			return onUser(c, in.UserName)
		}), s.DeleteUser),
		service.Bind(iam.ListUsers, one(func(c *service.Call, in *iam.ListUsersInput) service.Need {
			return onPath(c, "user", in.PathPrefix)
		}), s.ListUsers),
	}
}

func needCreateUser(c *service.Call, in *iam.CreateUserInput) []service.Need {
	need := withBoundary(onNew(c, "user", in.Path, in.UserName), in.PermissionsBoundary)
	return tagging(need, "iam:TagUser", in.Tags)
}

// needUpdateUser needs the user as it is and as it will be.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateUser.html
func needUpdateUser(c *service.Call, in *iam.UpdateUserInput) []service.Need {
	needs := []service.Need{onUser(c, in.UserName)}
	if in.NewUserName == "" && in.NewPath == "" {
		return needs
	}
	path, name := in.NewPath, in.NewUserName
	if u, ok := c.View.User(c.Account, in.UserName); ok {
		path, name = orElse(path, u.Path), orElse(name, u.Name)
	}
	return append(needs, onNew(c, "user", path, orElse(name, in.UserName)))
}

// CreateUser makes a user without any permission.
func (s *Service) CreateUser(ctx context.Context, in *iam.CreateUserInput) (*iam.CreateUserOutput, error) {
	c := service.CallOf(ctx)
	e, err := newEntity(c, arn.UserPrefix, in.UserName, in.Path, in.Tags, tagsPerUser)
	if err != nil {
		return nil, err
	}
	u := &directory.User{Entity: e}
	out := &iam.CreateUserOutput{User: &iam.User{}}
	err = c.Update(ctx, func(tx *directory.Tx) error {
		if _, taken := tx.User(c.Account, in.UserName); taken {
			return userExists(in.UserName)
		}
		if !tx.Room(c.Account, directory.CountedUsers, u.ID, usersPerAccount.limit(c)) {
			return overQuota(c, usersPerAccount)
		}
		boundary, err := findBoundary(c, &tx.Reader, userHolder(), in.PermissionsBoundary)
		if err != nil {
			return err
		}
		u.Boundary = boundary
		tx.CreateUser(u)
		*out.User = wireUser(c, &tx.Reader, u)
		return nil
	})
	return out, err
}

// GetUser shows a user; without a name, the one who asks.
func (s *Service) GetUser(ctx context.Context, in *iam.GetUserInput) (*iam.GetUserOutput, error) {
	c := service.CallOf(ctx)
	if in.UserName == "" && c.Caller.IsRoot() {
		return s.rootUser(c), nil
	}
	u, err := findUser(c, &c.View.Reader, in.UserName)
	if err != nil {
		return nil, err
	}
	w := wireUser(c, &c.View.Reader, u)
	return &iam.GetUserOutput{User: &w}, nil
}

// rootUser shows the root user of the caller's account, which has an ARN and
// an id but neither name nor path.
func (s *Service) rootUser(c *service.Call) *iam.GetUserOutput {
	root := iam.User{Arn: directory.RootARN(c.Partition, c.Account), UserId: c.Account.String()}
	if a, ok := c.View.Account(c.Account); ok {
		root.CreateDate = a.Created
	}
	return &iam.GetUserOutput{User: &root}
}

// findUser finds the user with the name, or for none the caller's own.
func findUser(c *service.Call, r *directory.Reader, name string) (*directory.User, error) {
	if name == "" {
		if c.Caller.User == nil {
			return nil, mustNameUser()
		}
		name = c.Caller.User.Name
	}
	u, ok := r.User(c.Account, name)
	if !ok {
		return nil, noSuchUser(name)
	}
	return u, nil
}

// UpdateUser renames a user or moves it to another path. Its id stays, and
// with it everything that refers to it.
func (s *Service) UpdateUser(ctx context.Context, in *iam.UpdateUserInput) (*iam.UpdateUserOutput, error) {
	c := service.CallOf(ctx)
	return &iam.UpdateUserOutput{}, c.Update(ctx, func(tx *directory.Tx) error {
		before, ok := tx.User(c.Account, in.UserName)
		if !ok {
			return noSuchUser(in.UserName)
		}
		if in.NewUserName != "" {
			if other, taken := tx.User(c.Account, in.NewUserName); taken && other.ID != before.ID {
				return userExists(in.NewUserName)
			}
		}
		u := before.Clone()
		u.Name, u.Path = orElse(in.NewUserName, u.Name), orElse(in.NewPath, u.Path)
		tx.PutUser(before, u)
		return nil
	})
}

// DeleteUser removes a user of whom nothing is left.
func (s *Service) DeleteUser(ctx context.Context, in *iam.DeleteUserInput) (*iam.DeleteUserOutput, error) {
	c := service.CallOf(ctx)
	return &iam.DeleteUserOutput{}, c.Update(ctx, func(tx *directory.Tx) error {
		u, ok := tx.User(c.Account, in.UserName)
		switch {
		case !ok:
			return noSuchUser(in.UserName)
		case len(u.Groups) > 0:
			return mustRemoveMembers()
		case len(u.Keys) > 0:
			return mustDeleteAccessKeys()
		case hasDevice(&tx.Reader, u):
			return mustDeleteDevice()
		}
		if err := mustHaveNoCredentials(&tx.Reader, u); err != nil {
			return err
		}
		if err := mustHaveNoPolicies(&u.Entity); err != nil {
			return err
		}
		tx.DeleteUser(u)
		return nil
	})
}

// mustHaveNoPolicies refuses to delete what still has policies.
func mustHaveNoPolicies(e *directory.Entity) error {
	switch {
	case len(e.Inline) > 0:
		return mustDeletePolicies()
	case len(e.Attached) > 0:
		return mustDetachPolicies()
	}
	return nil
}

// ListUsers lists the users below a path.
func (s *Service) ListUsers(ctx context.Context, in *iam.ListUsersInput) (*iam.ListUsersOutput, error) {
	c := service.CallOf(ctx)
	users := matching(func(after string, yield func(*directory.User) bool) {
		c.View.Users(c.Account, after, yield)
	}, func(u *directory.User) bool { return strings.HasPrefix(u.Path, in.PathPrefix) })
	p, err := pageOf(in.Marker, in.MaxItems, userName, users)
	if err != nil {
		return nil, err
	}
	w := pageAs(p, func(u *directory.User) iam.User { return briefUser(c, u) })
	return &iam.ListUsersOutput{Users: w.Items, IsTruncated: w.IsTruncated, Marker: w.Marker}, nil
}

func userName(u *directory.User) string { return u.Name }

// orElse is s, or other where s is empty.
func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
