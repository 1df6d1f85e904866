package iam

import (
	"context"
	"slices"

	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// The public keys with which users come to CodeCommit.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_ssh-keys.html

func (s *Service) sshOperations() []service.Operation {
	return []service.Operation{
		service.Bind(iam.UploadSSHPublicKey, one(func(c *service.Call, in *iam.UploadSSHPublicKeyInput) service.Need {
			return onUser(c, in.UserName)
		}), s.UploadSSHPublicKey),
		service.Bind(iam.GetSSHPublicKey, one(func(c *service.Call, in *iam.GetSSHPublicKeyInput) service.Need {
			return onUser(c, in.UserName)
		}), s.GetSSHPublicKey),
		service.Bind(iam.ListSSHPublicKeys, one(func(c *service.Call, in *iam.ListSSHPublicKeysInput) service.Need {
			return onUser(c, in.UserName)
		}), s.ListSSHPublicKeys),
		service.Bind(iam.UpdateSSHPublicKey, one(func(c *service.Call, in *iam.UpdateSSHPublicKeyInput) service.Need {
			return onUser(c, in.UserName)
		}), s.UpdateSSHPublicKey),
		service.Bind(iam.DeleteSSHPublicKey, one(func(c *service.Call, in *iam.DeleteSSHPublicKeyInput) service.Need {
			return onUser(c, in.UserName)
		}), s.DeleteSSHPublicKey),
	}
}

// sshKeyPrefix begins the ids of SSH keys.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-prefixes
const sshKeyPrefix arn.IDPrefix = "APKA"

// word is how the API spells whether something may be used.
func word(isActive bool) string {
	if isActive {
		return active
	}
	return inactive
}

// UploadSSHPublicKey gives a user another public key.
func (s *Service) UploadSSHPublicKey(ctx context.Context, in *iam.UploadSSHPublicKeyInput) (*iam.UploadSSHPublicKeyOutput, error) {
	c := service.CallOf(ctx)
	key, err := parseSSHKey(in.SSHPublicKeyBody)
	if err != nil {
		return nil, err
	}
	id, err := arn.NewKeyID(sshKeyPrefix, c.Account, c.Rand)
	if err != nil {
		return nil, err
	}
	stored := directory.SSHKey{ID: id, Body: in.SSHPublicKeyBody, Active: true, Uploaded: second(c.Now)}
	out := &iam.UploadSSHPublicKeyOutput{}
	return out, changeCredentials(ctx, in.UserName, func(_ *directory.Tx, u *directory.User, creds *directory.Credentials) error {
		for _, k := range creds.SSHKeys {
			if other, err := parseSSHKey(k.Body); err == nil && other.fingerprint() == key.fingerprint() {
				return duplicateSSHKey()
			}
		}
		if len(creds.SSHKeys) >= sshKeysPerUser.limit(c) {
			return overQuota(c, sshKeysPerUser)
		}
		creds.SSHKeys = append(creds.SSHKeys, stored)
		out.SSHPublicKey = wireSSHKey(u, stored, key, in.SSHPublicKeyBody)
		return nil
	})
}

func wireSSHKey(u *directory.User, k directory.SSHKey, key sshKey, body string) *iam.SSHPublicKey {
	return &iam.SSHPublicKey{
		SSHPublicKeyId: k.ID, UserName: u.Name, UploadDate: k.Uploaded, Status: word(k.Active),
		Fingerprint: key.fingerprint(), SSHPublicKeyBody: body,
	}
}

// sshKeyIndex finds one of a user's keys.
func sshKeyIndex(creds *directory.Credentials, id string) (int, error) {
	i := slices.IndexFunc(creds.SSHKeys, func(k directory.SSHKey) bool { return k.ID == id })
	if i < 0 {
		return 0, noSuchSSHKey(id)
	}
	return i, nil
}

// GetSSHPublicKey shows a key in the encoding that is asked for; in the one
// that it came in, it is as it came.
func (s *Service) GetSSHPublicKey(ctx context.Context, in *iam.GetSSHPublicKeyInput) (*iam.GetSSHPublicKeyOutput, error) {
	c := service.CallOf(ctx)
	u, err := findUser(c, &c.View.Reader, in.UserName)
	if err != nil {
		return nil, err
	}
	creds := c.View.Credentials(c.Account, u.ID)
	i, err := sshKeyIndex(creds, in.SSHPublicKeyId)
	if err != nil {
		return nil, err
	}
	key, err := parseSSHKey(creds.SSHKeys[i].Body)
	if err != nil {
		return nil, err
	}
	body, err := key.in(in.Encoding)
	if err != nil {
		return nil, err
	}
	return &iam.GetSSHPublicKeyOutput{SSHPublicKey: wireSSHKey(u, creds.SSHKeys[i], key, body)}, nil
}

// ListSSHPublicKeys lists the keys of a user, without their bodies.
func (s *Service) ListSSHPublicKeys(ctx context.Context, in *iam.ListSSHPublicKeysInput) (*iam.ListSSHPublicKeysOutput, error) {
	c := service.CallOf(ctx)
	u, err := findUser(c, &c.View.Reader, in.UserName)
	if err != nil {
		return nil, err
	}
	key := func(k directory.SSHKey) string { return byAge(k.Uploaded, k.ID) }
	p, err := pageOf(in.Marker, in.MaxItems, key, inOrder(c.View.Credentials(c.Account, u.ID).SSHKeys, key))
	if err != nil {
		return nil, err
	}
	w := pageAs(p, func(k directory.SSHKey) iam.SSHPublicKeyMetadata {
		return iam.SSHPublicKeyMetadata{SSHPublicKeyId: k.ID, UserName: u.Name, UploadDate: k.Uploaded, Status: word(k.Active)}
	})
	return &iam.ListSSHPublicKeysOutput{SSHPublicKeys: w.Items, IsTruncated: w.IsTruncated, Marker: w.Marker}, nil
}

// UpdateSSHPublicKey turns a key on or off.
func (s *Service) UpdateSSHPublicKey(ctx context.Context, in *iam.UpdateSSHPublicKeyInput) (*iam.UpdateSSHPublicKeyOutput, error) {
	return &iam.UpdateSSHPublicKeyOutput{}, changeCredentials(ctx, in.UserName, func(_ *directory.Tx, _ *directory.User, creds *directory.Credentials) error {
		i, err := sshKeyIndex(creds, in.SSHPublicKeyId)
		if err == nil {
			creds.SSHKeys[i].Active = in.Status == active
		}
		return err
	})
}

// DeleteSSHPublicKey removes a key.
func (s *Service) DeleteSSHPublicKey(ctx context.Context, in *iam.DeleteSSHPublicKeyInput) (*iam.DeleteSSHPublicKeyOutput, error) {
	return &iam.DeleteSSHPublicKeyOutput{}, changeCredentials(ctx, in.UserName, func(_ *directory.Tx, _ *directory.User, creds *directory.Credentials) error {
		i, err := sshKeyIndex(creds, in.SSHPublicKeyId)
		if err == nil {
			creds.SSHKeys = slices.Delete(creds.SSHKeys, i, i+1)
		}
		return err
	})
}
