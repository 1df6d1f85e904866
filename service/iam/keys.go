package iam

import (
	"context"
	"fmt"
	"slices"

	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authn/session"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

func (s *Service) keyOperations() []service.Operation {
	return []service.Operation{
		service.Bind(iam.CreateAccessKey, one(func(c *service.Call, in *iam.CreateAccessKeyInput) service.Need {
			return onUser(c, in.UserName)
		}), s.CreateAccessKey),
		service.Bind(iam.UpdateAccessKey, one(func(c *service.Call, in *iam.UpdateAccessKeyInput) service.Need {
			return onUser(c, in.UserName)
		}), s.UpdateAccessKey),
		service.Bind(iam.DeleteAccessKey, one(func(c *service.Call, in *iam.DeleteAccessKeyInput) service.Need {
			return onUser(c, in.UserName)
		}), s.DeleteAccessKey),
		service.Bind(iam.ListAccessKeys, one(func(c *service.Call, in *iam.ListAccessKeysInput) service.Need {
			return onUser(c, in.UserName)
		}), s.ListAccessKeys),
		service.Bind(iam.GetAccessKeyLastUsed, one(needKeyOwner), s.GetAccessKeyLastUsed),
	}
}

// needKeyOwner needs the user that a key belongs to, and for a key of nobody
// in the account what no ARN stands for.
func needKeyOwner(c *service.Call, in *iam.GetAccessKeyLastUsedInput) service.Need {
	need := service.Need{}
	if k, ok := c.View.AccessKey(in.AccessKeyId); ok && k.Account == c.Account {
		if u, ok := c.View.UserByID(c.Account, k.Owner); ok {
			need = onUser(c, u.Name)
		}
	}
	need.Shown = "access key " + in.AccessKeyId
	return need
}

// The two states of a key, as the API spells them.
const (
	active   = "Active"
	inactive = "Inactive"
)

func status(k *directory.AccessKey) string {
	if k.Active {
		return active
	}
	return inactive
}

// keyOwner is whose access keys an operation is about: a user's, or the root
// user's, whose keys the account holds.
type keyOwner struct {
	id   string // as AccessKey.Owner
	name string // as the API shows it; "" for the root user
	keys []string
	put  func(tx *directory.Tx, keys []string)
}

// findOwner finds the user with the name, or for none the caller's own user.
func findOwner(c *service.Call, r *directory.Reader, name string) (keyOwner, error) {
	if name == "" && c.Caller.IsRoot() {
		return rootOwner(c, r)
	}
	u, err := findUser(c, r, name)
	if err != nil {
		return keyOwner{}, err
	}
	return keyOwner{id: u.ID, name: u.Name, keys: u.Keys, put: func(tx *directory.Tx, keys []string) {
		changed := u.Clone()
		changed.Keys = keys
		tx.PutUser(u, changed)
	}}, nil
}

func rootOwner(c *service.Call, r *directory.Reader) (keyOwner, error) {
	a, err := ownAccount(c, r)
	if err != nil {
		return keyOwner{}, err
	}
	return keyOwner{id: a.ID.String(), keys: a.Keys, put: func(tx *directory.Tx, keys []string) {
		changed := a.Clone()
		changed.Keys = keys
		tx.PutAccount(changed)
	}}, nil
}

// key finds one of the owner's keys.
func (o keyOwner) key(r *directory.Reader, id string) (*directory.AccessKey, error) {
	k, ok := r.AccessKey(id)
	if !ok || k.Owner != o.id {
		return nil, noSuchAccessKey(id)
	}
	return k, nil
}

// CreateAccessKey makes a key and answers its secret, which nobody will see
// again.
func (s *Service) CreateAccessKey(ctx context.Context, in *iam.CreateAccessKeyInput) (*iam.CreateAccessKeyOutput, error) {
	c := service.CallOf(ctx)
	k, secret, err := s.newKey(c)
	if err != nil {
		return nil, err
	}
	out := &iam.AccessKey{AccessKeyId: k.ID, SecretAccessKey: secret, Status: active, CreateDate: k.Created}
	return &iam.CreateAccessKeyOutput{AccessKey: out}, c.Update(ctx, func(tx *directory.Tx) error {
		owner, err := findOwner(c, &tx.Reader, in.UserName)
		if err != nil {
			return err
		}
		if len(owner.keys) >= accessKeysPerUser.limit(c) {
			return overQuota(c, accessKeysPerUser)
		}
		k.Owner, out.UserName = owner.id, owner.name
		tx.PutAccessKey(k)
		owner.put(tx, append(slices.Clone(owner.keys), k.ID))
		return nil
	})
}

// newKey makes a key that belongs to nobody yet, and its secret.
func (s *Service) newKey(c *service.Call) (*directory.AccessKey, string, error) {
	id, err := arn.NewKeyID(arn.AccessKeyPrefix, c.Account, c.Rand)
	if err != nil {
		return nil, "", err
	}
	secret, err := session.NewSecret(c.Rand)
	if err != nil {
		return nil, "", err
	}
	sealed, err := s.vault.SealSecret(id, secret)
	if err != nil {
		return nil, "", fmt.Errorf("seal an access key: %w", err)
	}
	return &directory.AccessKey{
		ID: id, Account: c.Account, Sealed: sealed, Active: true, Created: second(c.Now),
	}, secret, nil
}

// UpdateAccessKey turns a key on or off.
func (s *Service) UpdateAccessKey(ctx context.Context, in *iam.UpdateAccessKeyInput) (*iam.UpdateAccessKeyOutput, error) {
	c := service.CallOf(ctx)
	return &iam.UpdateAccessKeyOutput{}, c.Update(ctx, func(tx *directory.Tx) error {
		owner, err := findOwner(c, &tx.Reader, in.UserName)
		if err != nil {
			return err
		}
		before, err := owner.key(&tx.Reader, in.AccessKeyId)
		if err != nil {
			return err
		}
		k := *before
		k.Active = in.Status == active
		tx.PutAccessKey(&k)
		return nil
	})
}

// DeleteAccessKey removes a key. What it signs is refused from then on.
func (s *Service) DeleteAccessKey(ctx context.Context, in *iam.DeleteAccessKeyInput) (*iam.DeleteAccessKeyOutput, error) {
	c := service.CallOf(ctx)
	return &iam.DeleteAccessKeyOutput{}, c.Update(ctx, func(tx *directory.Tx) error {
		owner, err := findOwner(c, &tx.Reader, in.UserName)
		if err != nil {
			return err
		}
		k, err := owner.key(&tx.Reader, in.AccessKeyId)
		if err != nil {
			return err
		}
		tx.DeleteAccessKey(k.ID)
		owner.put(tx, slices.DeleteFunc(slices.Clone(owner.keys), func(id string) bool { return id == k.ID }))
		return nil
	})
}

// ListAccessKeys lists the keys of a user, without secrets, in the order in
// which they were made.
func (s *Service) ListAccessKeys(ctx context.Context, in *iam.ListAccessKeysInput) (*iam.ListAccessKeysOutput, error) {
	c := service.CallOf(ctx)
	owner, err := findOwner(c, &c.View.Reader, in.UserName)
	if err != nil {
		return nil, err
	}
	var keys []iam.AccessKeyMetadata
	for _, id := range owner.keys {
		if k, ok := c.View.AccessKey(id); ok {
			keys = append(keys, iam.AccessKeyMetadata{
				AccessKeyId: k.ID, CreateDate: k.Created, Status: status(k), UserName: owner.name,
			})
		}
	}
	age := func(k iam.AccessKeyMetadata) string {
		return fmt.Sprintf("%020d/%s", k.CreateDate.Unix(), k.AccessKeyId)
	}
	p, err := pageOf(in.Marker, in.MaxItems, age, inOrder(keys, age))
	if err != nil {
		return nil, err
	}
	return &iam.ListAccessKeysOutput{AccessKeyMetadata: p.Items, IsTruncated: p.IsTruncated, Marker: p.Marker}, nil
}

// notUsed is what AWS shows as region and service of a key that was not used.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_AccessKeyLastUsed.html
const notUsed = "N/A"

// GetAccessKeyLastUsed tells when, where and for which service a key was last
// used.
func (s *Service) GetAccessKeyLastUsed(ctx context.Context, in *iam.GetAccessKeyLastUsedInput) (*iam.GetAccessKeyLastUsedOutput, error) {
	c := service.CallOf(ctx)
	k, ok := c.View.AccessKey(in.AccessKeyId)
	if !ok || k.Account != c.Account {
		return nil, notYourAccessKey(c.Caller.ARN(), in.AccessKeyId)
	}
	out := &iam.GetAccessKeyLastUsedOutput{AccessKeyLastUsed: &iam.AccessKeyLastUsed{Region: notUsed, ServiceName: notUsed}}
	if u, ok := c.View.UserByID(c.Account, k.Owner); ok {
		out.UserName = u.Name
	}
	if last, ok := c.LastUsed(k.ID); ok {
		*out.AccessKeyLastUsed = iam.AccessKeyLastUsed{
			LastUsedDate: second(last.Time), Region: last.Region, ServiceName: last.Service,
		}
	}
	return out, nil
}
