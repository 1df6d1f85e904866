package rolecall

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/store/directory"
)

const (
	// defaultAccount is the account of AWS's own examples.
	defaultAccount = "123456789012"
	// adminName is the IAM user that a new account has.
	adminName = "admin"
	// adminPolicy is what that user may do: everything.
	adminPolicy directory.PolicyRef = "aws:/AdministratorAccess"
)

// FirstStart is what a start on an empty store made.
type FirstStart struct {
	AccountID arn.AccountID
	Credentials
}

// NewAccount is an account to be made. Keys that are zero are made at random
// (Admin) or not at all (Root).
type NewAccount struct {
	ID    arn.AccountID `json:"id"`
	Name  string        `json:"name"`
	Admin Credentials   `json:"admin"`
	Root  Credentials   `json:"root"`
}

// FirstStart tells what this start made, if it was the first.
func (s *Server) FirstStart() (FirstStart, bool) {
	if s.first == nil {
		return FirstStart{}, false
	}
	return *s.first, true
}

// accounts sees to the account that Config names: makes it at the first start,
// and holds Config against it at every other.
func (s *Server) accounts(ctx context.Context, c Config) error {
	account, err := s.existing(ctx, c)
	if err != nil {
		return err
	}
	if account != nil {
		return s.laterStart(ctx, c, account)
	}
	if c.MustExist {
		return fmt.Errorf("%s holds no data: start rolecall serve on it first", c.Dir)
	}
	id := c.AccountID
	if id.IsZero() {
		if id, err = arn.ParseAccountID(defaultAccount); err != nil {
			return err
		}
	}
	keys, err := s.createAccount(ctx, NewAccount{ID: id, Admin: c.Admin, Root: c.Root}, true)
	if err != nil {
		return err
	}
	s.first = &FirstStart{id, keys}
	return nil
}

// existing is the account that Config means on a store that was started on
// before; nil on a new one.
func (s *Server) existing(ctx context.Context, c Config) (*directory.Account, error) {
	view, err := s.dir.View(ctx)
	if err != nil {
		return nil, err
	}
	defer view.Close()
	first, ok := firstAccount(&view.Reader)
	if err := view.Err(); err != nil || !ok {
		return nil, err
	}
	if c.AccountID.IsZero() {
		return first, nil
	}
	account, ok := view.Account(c.AccountID)
	if !ok {
		return nil, errors.Join(view.Err(), fmt.Errorf(
			"%s holds account %s, not %s: add one with rolecall account create", c.Dir, first.ID, c.AccountID))
	}
	return account, nil
}

func firstAccount(r *directory.Reader) (*directory.Account, bool) {
	var found *directory.Account
	for a := range r.Accounts {
		if a.First {
			found = a
			break
		}
	}
	return found, found != nil
}

// laterStart refuses settings that contradict what the data says: a setting
// that is silently without effect is worse than none.
func (s *Server) laterStart(ctx context.Context, c Config, account *directory.Account) error {
	if c.Admin != (Credentials{}) {
		if _, err := s.holds(ctx, account.ID, false, c.Admin); err != nil {
			return fmt.Errorf("the admin's access key given: %w", err)
		}
	}
	if c.Root == (Credentials{}) {
		return nil
	}
	there, err := s.holds(ctx, account.ID, true, c.Root)
	if there && err != nil {
		return fmt.Errorf("the root user's access key given: %w", err)
	}
	if there {
		return nil
	}
	return s.dir.Update(ctx, func(tx *directory.Tx) error {
		a, ok := tx.Account(account.ID)
		if !ok {
			return fmt.Errorf("no account %s", account.ID)
		}
		return s.addRootKey(tx, a.Clone(), c.Root)
	})
}

// holds tells whether the data has a key of that id; the error is nil where it
// is one of the account's, of its root user's or of a user's, with that secret.
func (s *Server) holds(ctx context.Context, account arn.AccountID, root bool, c Credentials) (bool, error) {
	view, err := s.dir.View(ctx)
	if err != nil {
		return true, err
	}
	defer view.Close()
	k, ok := view.AccessKey(c.AccessKeyID)
	if !ok {
		return false, errors.Join(view.Err(), fmt.Errorf("%s is not in the data", c.AccessKeyID))
	}
	secret, err := s.keys.OpenSecret(k.ID, k.Sealed)
	if err != nil {
		return true, err
	}
	if subtle.ConstantTimeCompare([]byte(secret), []byte(c.SecretAccessKey)) != 1 {
		return true, fmt.Errorf("%s has another secret in the data", c.AccessKeyID)
	}
	if k.Account != account || root != (k.Owner == account.String()) {
		return true, fmt.Errorf("%s is somebody else's in the data", c.AccessKeyID)
	}
	return true, nil
}

// CreateAccount adds an account with its user admin, and answers that user's
// access key.
func (s *Server) CreateAccount(ctx context.Context, n NewAccount) (Credentials, error) {
	return s.createAccount(ctx, n, false)
}

func (s *Server) createAccount(ctx context.Context, n NewAccount, first bool) (Credentials, error) {
	if n.ID.IsZero() {
		return Credentials{}, errors.New("an account needs its twelve digits")
	}
	keys := n.Admin
	if keys == (Credentials{}) {
		var err error
		if keys, err = s.newCredentials(n.ID); err != nil {
			return Credentials{}, err
		}
	}
	if n.Root.AccessKeyID == keys.AccessKeyID {
		return Credentials{}, taken(keys.AccessKeyID) // a transaction does not see what it writes
	}
	userID, err := arn.NewID(arn.UserPrefix, n.ID, s.rand)
	if err != nil {
		return Credentials{}, err
	}
	err = s.dir.Update(ctx, func(tx *directory.Tx) error {
		return s.writeAccount(tx, n, userID, keys, first)
	})
	return keys, err
}

func (s *Server) writeAccount(tx *directory.Tx, n NewAccount, userID string, keys Credentials, first bool) error {
	if _, ok := tx.Account(n.ID); ok {
		return fmt.Errorf("account %s exists already", n.ID)
	}
	now := second(s.now())
	account := &directory.Account{ID: n.ID, Name: n.Name, Created: now, First: first}
	if n.Root != (Credentials{}) {
		if err := s.addRootKey(tx, account, n.Root); err != nil {
			return err
		}
	} else {
		tx.PutAccount(account)
	}
	if err := s.addKey(tx, n.ID, userID, keys); err != nil {
		return err
	}
	tx.CreateUser(&directory.User{
		Entity: directory.Entity{
			ID: userID, Account: n.ID, Name: adminName, Path: "/", Created: now,
			Attached: []directory.PolicyRef{adminPolicy},
		},
		Keys: []string{keys.AccessKeyID},
	})
	return nil
}

func (s *Server) addRootKey(tx *directory.Tx, account *directory.Account, keys Credentials) error {
	account.Keys = append(account.Keys, keys.AccessKeyID)
	tx.PutAccount(account)
	return s.addKey(tx, account.ID, account.ID.String(), keys)
}

// keyID is the shape of access key ids in AWS's IAM model.
var keyID = regexp.MustCompile(`^\w{16,128}$`)

// Check tells what keeps the credentials from being a long-term access key, by
// their form alone.
func (c Credentials) Check() error {
	switch {
	case !keyID.MatchString(c.AccessKeyID):
		return errors.New("an access key id has 16 to 128 letters, digits and underscores")
	case strings.HasPrefix(c.AccessKeyID, string(arn.SessionKeyPrefix)):
		return errors.New("access key ids that begin with ASIA are those of sessions")
	case len(c.SecretAccessKey) < 16 || len(c.SecretAccessKey) > 128:
		return errors.New("a secret access key has 16 to 128 characters")
	}
	return nil
}

// addKey writes a key whose id and secret somebody may have chosen.
func (s *Server) addKey(tx *directory.Tx, account arn.AccountID, owner string, keys Credentials) error {
	if err := keys.Check(); err != nil {
		return err
	}
	if _, ok := tx.AccessKey(keys.AccessKeyID); ok {
		return taken(keys.AccessKeyID)
	}
	sealed, err := s.keys.SealSecret(keys.AccessKeyID, keys.SecretAccessKey)
	if err != nil {
		return err
	}
	tx.PutAccessKey(&directory.AccessKey{
		ID: keys.AccessKeyID, Account: account, Owner: owner, Sealed: sealed, Active: true, Created: second(s.now()),
	})
	return nil
}

// second is a time as AWS keeps it: whole seconds, UTC.
func second(t time.Time) time.Time { return t.UTC().Truncate(time.Second) }

func taken(keyID string) error { return fmt.Errorf("access key id %s is taken", keyID) }

// AdminCredentials answers an active access key of an account's user admin, or
// of its root user where there is none, as in an account that moved in: so that
// whoever owns the data directory can use the server. The zero account is that
// of the first start.
func (s *Server) AdminCredentials(ctx context.Context, account arn.AccountID) (Credentials, error) {
	view, err := s.dir.View(ctx)
	if err != nil {
		return Credentials{}, err
	}
	defer view.Close()
	if account.IsZero() {
		if first, ok := firstAccount(&view.Reader); ok {
			account = first.ID
		}
	}
	var owned []string
	if user, ok := view.User(account, adminName); ok {
		owned = user.Keys
	}
	if a, ok := view.Account(account); ok {
		owned = slices.Concat(owned, a.Keys)
	}
	for _, id := range owned {
		if k, ok := view.AccessKey(id); ok && k.Active {
			secret, err := s.keys.OpenSecret(k.ID, k.Sealed)
			return Credentials{id, secret}, err
		}
	}
	return Credentials{}, errors.Join(view.Err(), fmt.Errorf("account %s has no active access key of its user %s or its root user", account, adminName))
}
