package iam

import (
	"context"
	"slices"

	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/authn/password"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// The passwords of users.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_admin-change-user.html

// logins are the handlers that hash passwords, hashesAtOnce of them at the
// same time, each in 19 MiB.
type logins struct{ turns chan struct{} }

const hashesAtOnce = 4

func (s *Service) loginOperations() []service.Operation {
	l := logins{make(chan struct{}, hashesAtOnce)}
	return []service.Operation{
		service.Bind(iam.CreateLoginProfile, one(func(c *service.Call, in *iam.CreateLoginProfileInput) service.Need {
			return onUser(c, in.UserName)
		}), l.CreateLoginProfile),
		service.Bind(iam.GetLoginProfile, one(func(c *service.Call, in *iam.GetLoginProfileInput) service.Need {
			return onUser(c, in.UserName)
		}), l.GetLoginProfile),
		service.Bind(iam.UpdateLoginProfile, one(func(c *service.Call, in *iam.UpdateLoginProfileInput) service.Need {
			return onUser(c, in.UserName)
		}), l.UpdateLoginProfile),
		service.Bind(iam.DeleteLoginProfile, one(func(c *service.Call, in *iam.DeleteLoginProfileInput) service.Need {
			return onUser(c, in.UserName)
		}), l.DeleteLoginProfile),
		service.Bind(iam.ChangePassword, one(func(c *service.Call, _ *iam.ChangePasswordInput) service.Need {
			return permitted(c, onCaller(c))
		}), l.ChangePassword),
	}
}

// hash makes the hash of a password, in turn.
func (l logins) hash(c *service.Call, text string) (string, error) {
	l.turns <- struct{}{}
	defer func() { <-l.turns }()
	return password.Hash(text, c.Rand)
}

// matches compares a password with a hash, in turn.
func (l logins) matches(hash, text string) bool {
	l.turns <- struct{}{}
	defer func() { <-l.turns }()
	return password.Matches(hash, text)
}

// changeCredentials rewrites what a user has, in a transaction.
func changeCredentials(ctx context.Context, name string, change func(*directory.Tx, *directory.User, *directory.Credentials) error) error {
	c := service.CallOf(ctx)
	return c.Update(ctx, func(tx *directory.Tx) error {
		u, err := findUser(c, &tx.Reader, name)
		if err != nil {
			return err
		}
		creds := tx.Credentials(c.Account, u.ID).Clone()
		if err := change(tx, u, creds); err != nil {
			return err
		}
		tx.PutCredentials(creds)
		return nil
	})
}

// mustHaveNoCredentials refuses to delete a user who can still prove who it
// is.
func mustHaveNoCredentials(r *directory.Reader, u *directory.User) error {
	creds := r.Credentials(u.Account, u.ID)
	switch {
	case creds.Password != nil:
		return mustDeleteLogin()
	case len(creds.Certificates) > 0:
		return mustDeleteCertificates()
	case len(creds.SSHKeys)+len(creds.Services) > 0:
		return mustRemoveReferenced()
	}
	return nil
}

// CreateLoginProfile gives a user a password.
func (l logins) CreateLoginProfile(ctx context.Context, in *iam.CreateLoginProfileInput) (*iam.CreateLoginProfileOutput, error) {
	c := service.CallOf(ctx)
	u, err := findUser(c, &c.View.Reader, in.UserName)
	switch {
	case err != nil:
		return nil, err
	case in.Password == "":
		return nil, passwordMissing()
	case c.View.Credentials(c.Account, u.ID).Password != nil:
		return nil, loginExists(u.Name)
	}
	if err := checkPassword(c, &c.View.Reader, in.Password); err != nil {
		return nil, err
	}
	hash, err := l.hash(c, in.Password)
	if err != nil {
		return nil, err
	}
	p := &directory.Password{
		Created: second(c.Now), Changed: second(c.Now), ResetRequired: set(in.PasswordResetRequired), Hash: hash,
	}
	out := &iam.CreateLoginProfileOutput{}
	return out, changeCredentials(ctx, in.UserName, func(_ *directory.Tx, u *directory.User, creds *directory.Credentials) error {
		if creds.Password != nil {
			return loginExists(u.Name)
		}
		creds.Password = p
		out.LoginProfile = wireLogin(u, p)
		return nil
	})
}

func wireLogin(u *directory.User, p *directory.Password) *iam.LoginProfile {
	return &iam.LoginProfile{UserName: u.Name, CreateDate: p.Created, PasswordResetRequired: new(p.ResetRequired)}
}

// findLogin finds a user's password.
func findLogin(c *service.Call, name string) (*directory.User, *directory.Password, error) {
	u, err := findUser(c, &c.View.Reader, name)
	if err != nil {
		return nil, nil, err
	}
	p := c.View.Credentials(c.Account, u.ID).Password
	if p == nil {
		return nil, nil, noSuchLogin(u.Name)
	}
	return u, p, nil
}

// GetLoginProfile shows that a user has a password, and since when.
func (l logins) GetLoginProfile(ctx context.Context, in *iam.GetLoginProfileInput) (*iam.GetLoginProfileOutput, error) {
	u, p, err := findLogin(service.CallOf(ctx), in.UserName)
	if err != nil {
		return nil, err
	}
	return &iam.GetLoginProfileOutput{LoginProfile: wireLogin(u, p)}, nil
}

// UpdateLoginProfile gives a user another password, or tells that it must
// choose one; what is not given stays.
func (l logins) UpdateLoginProfile(ctx context.Context, in *iam.UpdateLoginProfileInput) (*iam.UpdateLoginProfileOutput, error) {
	c := service.CallOf(ctx)
	_, before, err := findLogin(c, in.UserName)
	if err != nil {
		return nil, err
	}
	hash := ""
	if in.Password != "" {
		if hash, err = l.nextHash(c, before, in.Password); err != nil {
			return nil, err
		}
	}
	return &iam.UpdateLoginProfileOutput{}, changeCredentials(ctx, in.UserName, func(_ *directory.Tx, u *directory.User, creds *directory.Credentials) error {
		if creds.Password == nil {
			return noSuchLogin(u.Name)
		}
		if hash != "" {
			replacePassword(c, creds.Password, hash)
		}
		if in.PasswordResetRequired != nil {
			creds.Password.ResetRequired = *in.PasswordResetRequired
		}
		return nil
	})
}

// mostFormer is how many former passwords are remembered: as many as a policy
// can forbid.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccountPasswordPolicy.html
const mostFormer = 24

// nextHash is the hash of a user's next password, if the account's rules
// allow it.
func (l logins) nextHash(c *service.Call, before *directory.Password, text string) (string, error) {
	if err := checkPassword(c, &c.View.Reader, text); err != nil {
		return "", err
	}
	if p, ok := c.View.PasswordPolicy(c.Account); ok && p.ReusePrevention > 0 {
		used := append([]string{before.Hash}, before.Former...)
		for _, hash := range used[:min(len(used), p.ReusePrevention)] {
			if l.matches(hash, text) {
				return "", usedPassword()
			}
		}
	}
	return l.hash(c, text)
}

func replacePassword(c *service.Call, p *directory.Password, hash string) {
	p.Former = slices.Insert(p.Former, 0, p.Hash)
	p.Former = p.Former[:min(len(p.Former), mostFormer)]
	p.Hash, p.Changed = hash, second(c.Now)
}

// DeleteLoginProfile takes a user's password away.
func (l logins) DeleteLoginProfile(ctx context.Context, in *iam.DeleteLoginProfileInput) (*iam.DeleteLoginProfileOutput, error) {
	return &iam.DeleteLoginProfileOutput{}, changeCredentials(ctx, in.UserName, func(_ *directory.Tx, u *directory.User, creds *directory.Credentials) error {
		if creds.Password == nil {
			return noSuchLogin(u.Name)
		}
		creds.Password = nil
		return nil
	})
}

// ChangePassword gives the calling user another password in place of the one
// that it knows.
func (l logins) ChangePassword(ctx context.Context, in *iam.ChangePasswordInput) (*iam.ChangePasswordOutput, error) {
	c := service.CallOf(ctx)
	if c.Caller.User == nil {
		return nil, notAUser()
	}
	_, before, err := findLogin(c, "")
	if err != nil {
		return nil, err
	}
	if !l.matches(before.Hash, in.OldPassword) {
		return nil, wrongPassword()
	}
	hash, err := l.nextHash(c, before, in.NewPassword)
	if err != nil {
		return nil, err
	}
	return &iam.ChangePasswordOutput{}, changeCredentials(ctx, "", func(_ *directory.Tx, u *directory.User, creds *directory.Credentials) error {
		switch {
		case creds.Password == nil:
			return noSuchLogin(u.Name)
		case creds.Password.Hash != before.Hash: // changed meanwhile
			return wrongPassword()
		}
		replacePassword(c, creds.Password, hash)
		creds.Password.ResetRequired = false
		return nil
	})
}
