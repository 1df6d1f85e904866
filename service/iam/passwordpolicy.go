package iam

import (
	"context"
	"strings"

	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/policy"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// What an account demands of the passwords of its users.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html

func (s *Service) passwordPolicyOperations() []service.Operation {
	return []service.Operation{
		service.Bind(iam.UpdateAccountPasswordPolicy, service.Always, s.UpdateAccountPasswordPolicy),
		service.Bind(iam.GetAccountPasswordPolicy, one(needPasswordPolicy), s.GetAccountPasswordPolicy),
		service.Bind(iam.DeleteAccountPasswordPolicy, service.Always, s.DeleteAccountPasswordPolicy),
	}
}

func needPasswordPolicy(c *service.Call, _ *iam.GetAccountPasswordPolicyInput) service.Need {
	return permitted(c, service.Need{})
}

// permitted is a need that the account's password policy permits to each of
// its users, where it lets them change their passwords: as a policy of the
// resource would, which a denial still wins over.
//
// Source: AllowUsersToChangePassword of
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_PasswordPolicy.html
func permitted(c *service.Call, n service.Need) service.Need {
	p, ok := c.View.PasswordPolicy(c.Account)
	if !ok || !p.UsersMayChange || c.Caller.User == nil {
		return n
	}
	n.Grant, _ = policy.Parse(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"` + c.Caller.User.ID +
		`"},"Action":["iam:ChangePassword","iam:GetAccountPasswordPolicy"],"Resource":"*"}}`)
	return n
}

// defaultMinimumLength is the shortest password under a policy that does not
// say.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccountPasswordPolicy.html
const defaultMinimumLength = 6

// UpdateAccountPasswordPolicy replaces the policy: what is not given goes back
// to its default.
func (s *Service) UpdateAccountPasswordPolicy(ctx context.Context, in *iam.UpdateAccountPasswordPolicyInput) (*iam.UpdateAccountPasswordPolicyOutput, error) {
	c := service.CallOf(ctx)
	p := &directory.PasswordPolicy{
		MinimumLength:   int(in.MinimumPasswordLength),
		Uppercase:       set(in.RequireUppercaseCharacters),
		Lowercase:       set(in.RequireLowercaseCharacters),
		Numbers:         set(in.RequireNumbers),
		Symbols:         set(in.RequireSymbols),
		UsersMayChange:  set(in.AllowUsersToChangePassword),
		MaxAge:          int(in.MaxPasswordAge),
		ReusePrevention: int(in.PasswordReusePrevention),
		HardExpiry:      in.HardExpiry,
	}
	if p.MinimumLength == 0 {
		p.MinimumLength = defaultMinimumLength
	}
	return &iam.UpdateAccountPasswordPolicyOutput{}, c.Update(ctx, func(tx *directory.Tx) error {
		tx.PutPasswordPolicy(c.Account, p)
		return nil
	})
}

func set(b *bool) bool { return b != nil && *b }

// GetAccountPasswordPolicy shows the policy of an account that has made one.
func (s *Service) GetAccountPasswordPolicy(ctx context.Context, _ *iam.GetAccountPasswordPolicyInput) (*iam.GetAccountPasswordPolicyOutput, error) {
	c := service.CallOf(ctx)
	p, ok := c.View.PasswordPolicy(c.Account)
	if !ok {
		return nil, noPasswordPolicy(c.Account)
	}
	return &iam.GetAccountPasswordPolicyOutput{PasswordPolicy: &iam.PasswordPolicy{
		AllowUsersToChangePassword: new(p.UsersMayChange),
		ExpirePasswords:            new(p.MaxAge > 0),
		HardExpiry:                 p.HardExpiry,
		MaxPasswordAge:             int32(p.MaxAge),
		MinimumPasswordLength:      int32(p.MinimumLength),
		PasswordReusePrevention:    int32(p.ReusePrevention),
		RequireLowercaseCharacters: new(p.Lowercase),
		RequireNumbers:             new(p.Numbers),
		RequireSymbols:             new(p.Symbols),
		RequireUppercaseCharacters: new(p.Uppercase),
	}}, nil
}

// DeleteAccountPasswordPolicy removes the policy; AWS's default holds again.
func (s *Service) DeleteAccountPasswordPolicy(ctx context.Context, _ *iam.DeleteAccountPasswordPolicyInput) (*iam.DeleteAccountPasswordPolicyOutput, error) {
	c := service.CallOf(ctx)
	return &iam.DeleteAccountPasswordPolicyOutput{}, c.Update(ctx, func(tx *directory.Tx) error {
		if _, ok := tx.PasswordPolicy(c.Account); !ok {
			return noPasswordPolicyToDelete()
		}
		tx.DeletePasswordPolicy(c.Account)
		return nil
	})
}

// The rules of the policy that holds where an account has made none: eight
// characters, three of the four kinds, and neither the account's name nor its
// e-mail address.
const (
	plainMinimumLength = 8
	plainKinds         = 3
)

// passwordKinds are the kinds of characters that a password may have to have,
// in the order in which a refusal names them.
var passwordKinds = [...]struct {
	name       string
	demanded   func(*directory.PasswordPolicy) bool
	characters string
}{
	{"uppercase letter", func(p *directory.PasswordPolicy) bool { return p.Uppercase }, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"},
	{"lowercase letter", func(p *directory.PasswordPolicy) bool { return p.Lowercase }, "abcdefghijklmnopqrstuvwxyz"},
	{"symbol", func(p *directory.PasswordPolicy) bool { return p.Symbols }, "!@#$%^&*()_+-=[]{}|'"},
	{"number", func(p *directory.PasswordPolicy) bool { return p.Numbers }, "0123456789"},
}

// checkPassword refuses a password that breaks the account's rules.
func checkPassword(c *service.Call, r *directory.Reader, password string) error {
	length := len([]rune(password))
	p, ok := r.PasswordPolicy(c.Account)
	if !ok {
		return checkPlainPassword(c, r, password, length)
	}
	var broken []string
	if length < p.MinimumLength {
		broken = append(broken, tooShort(p.MinimumLength))
	}
	for _, k := range passwordKinds {
		if k.demanded(p) && !strings.ContainsAny(password, k.characters) {
			broken = append(broken, lacks(k.name))
		}
	}
	if len(broken) > 0 {
		return weakPassword(strings.Join(broken, ", "))
	}
	return nil
}

func checkPlainPassword(c *service.Call, r *directory.Reader, password string, length int) error {
	if length < plainMinimumLength {
		return weakPassword(tooShort(plainMinimumLength))
	}
	var missing []string
	for _, k := range passwordKinds {
		if !strings.ContainsAny(password, k.characters) {
			missing = append(missing, lacks(k.name))
		}
	}
	if more := len(missing) - (len(passwordKinds) - plainKinds); more > 0 {
		return tooFewKinds(more, strings.Join(missing, ", "))
	}
	if a, ok := r.Account(c.Account); ok && (password == a.Name || password == a.Email) {
		return accountPassword()
	}
	return nil
}
