package iam

import (
	"context"
	"fmt"

	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/authn/mfa"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// deviceUseOperations are those on a user's devices; they are decided on the
// user.
func (s *Service) deviceUseOperations() []service.Operation {
	return []service.Operation{
		service.Bind(iam.EnableMFADevice, one(func(c *service.Call, in *iam.EnableMFADeviceInput) service.Need {
			return onUser(c, in.UserName)
		}), s.EnableMFADevice),
		service.Bind(iam.ResyncMFADevice, one(func(c *service.Call, in *iam.ResyncMFADeviceInput) service.Need {
			return onUser(c, in.UserName)
		}), s.ResyncMFADevice),
		service.Bind(iam.DeactivateMFADevice, one(func(c *service.Call, in *iam.DeactivateMFADeviceInput) service.Need {
			return onUser(c, in.UserName)
		}), s.DeactivateMFADevice),
		service.Bind(iam.ListMFADevices, one(func(c *service.Call, in *iam.ListMFADevicesInput) service.Need {
			return onUser(c, in.UserName)
		}), s.ListMFADevices),
		service.Bind(iam.GetMFADevice, one(func(c *service.Call, in *iam.GetMFADeviceInput) service.Need {
			return onUser(c, in.UserName)
		}), s.GetMFADevice),
	}
}

// EnableMFADevice gives a device to a user who shows two codes of it in a row.
func (s *Service) EnableMFADevice(ctx context.Context, in *iam.EnableMFADeviceInput) (*iam.EnableMFADeviceOutput, error) {
	c := service.CallOf(ctx)
	return &iam.EnableMFADeviceOutput{}, c.Update(ctx, func(tx *directory.Tx) error {
		u, err := findUser(c, &tx.Reader, in.UserName)
		if err != nil {
			return err
		}
		before, err := findDevice(c, &tx.Reader, in.SerialNumber)
		switch {
		case err != nil:
			return err
		case before.Owner != "":
			return deviceTaken()
		case countDevices(&tx.Reader, u) >= devicesPerUser.limit(c):
			return overQuota(c, devicesPerUser)
		}
		d := before.Clone()
		if err := s.synchronize(c, d, in.AuthenticationCode1, in.AuthenticationCode2); err != nil {
			return err
		}
		d.Owner, d.Enabled = u.ID, second(c.Now)
		tx.PutMFADevice(before, d)
		return nil
	})
}

// synchronize holds two codes against a device and notes what they tell of
// its clock.
func (s *Service) synchronize(c *service.Call, d *directory.MFADevice, first, next string) error {
	seed, err := s.vault.OpenSecret(d.ID, d.Sealed)
	if err != nil {
		return fmt.Errorf("open the seed of an MFA device: %w", err)
	}
	step, drift, ok := mfa.VerifyPair(seed, first, next, c.Now, d.Used)
	if !ok {
		return badCodes()
	}
	d.Used, d.Drift, d.Failures = step, drift, 0
	return nil
}

func countDevices(r *directory.Reader, u *directory.User) int {
	n := 0
	r.MFADevicesOf(u, "", func(*directory.MFADevice) bool { n++; return true })
	return n
}

func hasDevice(r *directory.Reader, u *directory.User) bool { return countDevices(r, u) > 0 }

// findEnabled finds a device that the user with the name has enabled.
func findEnabled(c *service.Call, r *directory.Reader, user, serial string) (*directory.User, *directory.MFADevice, error) {
	u, err := findUser(c, r, user)
	if err != nil {
		return nil, nil, err
	}
	d, err := findDevice(c, r, serial)
	if err == nil && d.Owner != u.ID {
		err = noSuchDevice(serial)
	}
	return u, d, err
}

// ResyncMFADevice learns anew, from two codes in a row, how far the clock of a
// device is off.
func (s *Service) ResyncMFADevice(ctx context.Context, in *iam.ResyncMFADeviceInput) (*iam.ResyncMFADeviceOutput, error) {
	c := service.CallOf(ctx)
	return &iam.ResyncMFADeviceOutput{}, c.Update(ctx, func(tx *directory.Tx) error {
		_, before, err := findEnabled(c, &tx.Reader, in.UserName, in.SerialNumber)
		if err != nil {
			return err
		}
		d := before.Clone()
		if err := s.synchronize(c, d, in.AuthenticationCode1, in.AuthenticationCode2); err != nil {
			return err
		}
		tx.PutMFADevice(before, d)
		return nil
	})
}

// DeactivateMFADevice takes a device from its user. The device stays, and what
// was used of its codes stays used.
func (s *Service) DeactivateMFADevice(ctx context.Context, in *iam.DeactivateMFADeviceInput) (*iam.DeactivateMFADeviceOutput, error) {
	c := service.CallOf(ctx)
	return &iam.DeactivateMFADeviceOutput{}, c.Update(ctx, func(tx *directory.Tx) error {
		_, before, err := findEnabled(c, &tx.Reader, in.UserName, in.SerialNumber)
		if err != nil {
			return err
		}
		tx.PutMFADevice(before, &directory.MFADevice{
			ID: before.ID, Account: before.Account, Name: before.Name, Path: before.Path,
			Sealed: before.Sealed, Tags: before.Tags, Used: before.Used,
		})
		return nil
	})
}

// ListMFADevices lists the devices that a user has enabled. The root user has
// none here.
func (s *Service) ListMFADevices(ctx context.Context, in *iam.ListMFADevicesInput) (*iam.ListMFADevicesOutput, error) {
	c := service.CallOf(ctx)
	var u *directory.User
	if in.UserName != "" || !c.Caller.IsRoot() {
		var err error
		if u, err = findUser(c, &c.View.Reader, in.UserName); err != nil {
			return nil, err
		}
	}
	p, err := pageOf(in.Marker, in.MaxItems, (*directory.MFADevice).Key, func(after string, yield func(*directory.MFADevice) bool) {
		if u != nil {
			c.View.MFADevicesOf(u, after, yield)
		}
	})
	if err != nil {
		return nil, err
	}
	w := pageAs(p, func(d *directory.MFADevice) iam.MFADevice {
		return iam.MFADevice{SerialNumber: d.ARN(c.Partition), EnableDate: d.Enabled, UserName: u.Name}
	})
	return &iam.ListMFADevicesOutput{MFADevices: w.Items, IsTruncated: w.IsTruncated, Marker: w.Marker}, nil
}

// GetMFADevice shows a device that a user has enabled. It has no
// certifications: those are of security keys.
func (s *Service) GetMFADevice(ctx context.Context, in *iam.GetMFADeviceInput) (*iam.GetMFADeviceOutput, error) {
	c := service.CallOf(ctx)
	u, d, err := findEnabled(c, &c.View.Reader, in.UserName, in.SerialNumber)
	if err != nil {
		return nil, err
	}
	return &iam.GetMFADeviceOutput{SerialNumber: d.ARN(c.Partition), EnableDate: d.Enabled, UserName: u.Name}, nil
}
