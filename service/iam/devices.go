package iam

import (
	"context"
	"fmt"
	"strings"

	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authn/mfa"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

const (
	// maxDeviceName is how long the name of a virtual MFA device may be.
	//
	// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
	maxDeviceName = 226
	// tagsPerProvider is how many tags an MFA device or identity provider has.
	tagsPerProvider = 50
	// devicePrefix begins the ids that seeds are sealed for. AWS shows none.
	devicePrefix arn.IDPrefix = "AMFA"
)

func (s *Service) deviceOperations() []service.Operation {
	return []service.Operation{
		service.Bind(iam.CreateVirtualMFADevice, func(c *service.Call, in *iam.CreateVirtualMFADeviceInput) []service.Need {
			return tagging(onNew(c, "mfa", in.Path, in.VirtualMFADeviceName), "iam:TagMFADevice", in.Tags)
		}, s.CreateVirtualMFADevice),
		service.Bind(iam.DeleteVirtualMFADevice, one(func(c *service.Call, in *iam.DeleteVirtualMFADeviceInput) service.Need {
			return onDevice(c, in.SerialNumber)
		}), s.DeleteVirtualMFADevice),
		service.Bind(iam.ListVirtualMFADevices, service.Always, s.ListVirtualMFADevices),
		service.Bind(iam.TagMFADevice, one(func(c *service.Call, in *iam.TagMFADeviceInput) service.Need {
			return withRequestTags(onDevice(c, in.SerialNumber), in.Tags)
		}), s.TagMFADevice),
		service.Bind(iam.UntagMFADevice, one(func(c *service.Call, in *iam.UntagMFADeviceInput) service.Need {
			return withTagKeys(onDevice(c, in.SerialNumber), in.TagKeys)
		}), s.UntagMFADevice),
		service.Bind(iam.ListMFADeviceTags, one(func(c *service.Call, in *iam.ListMFADeviceTagsInput) service.Need {
			return onDevice(c, in.SerialNumber)
		}), s.ListMFADeviceTags),
	}
}

// onDevice needs the virtual MFA device that is named.
func onDevice(c *service.Call, serial string) service.Need {
	d, ok := c.View.MFADevice(c.Account, serial)
	if !ok {
		return onNamed(c, "mfa", serial, nil)
	}
	return onNamed(c, "mfa", serial, d.Tags)
}

// onNamed needs what a request names by its ARN. What is not an ARN names
// nothing, and is decided on as if it were a name.
func onNamed(c *service.Call, kind, text string, tags []directory.Tag) service.Need {
	if !strings.HasPrefix(text, "arn:") {
		text = iamARN(c, kind, "/", text)
	}
	return onTagged(text, "", tags)
}

// CreateVirtualMFADevice makes a device and answers its seed, which nobody
// will see again.
func (s *Service) CreateVirtualMFADevice(ctx context.Context, in *iam.CreateVirtualMFADeviceInput) (*iam.CreateVirtualMFADeviceOutput, error) {
	c := service.CallOf(ctx)
	if len(in.VirtualMFADeviceName) > maxDeviceName {
		return nil, longDeviceName()
	}
	tags, err := mergeProviderTags(nil, in.Tags)
	if err != nil {
		return nil, err
	}
	d, seed, err := s.newDevice(c)
	if err != nil {
		return nil, err
	}
	d.Name, d.Path, d.Tags = in.VirtualMFADeviceName, pathOr(in.Path), tags
	picture, err := mfa.QR(mfa.URI(d.Name, accountName(c), seed))
	if err != nil {
		return nil, err
	}
	out := &iam.CreateVirtualMFADeviceOutput{VirtualMFADevice: &iam.VirtualMFADevice{
		SerialNumber: d.ARN(c.Partition), Base32StringSeed: []byte(seed), QRCodePNG: picture, Tags: wireTags(d.Tags),
	}}
	return out, c.Update(ctx, func(tx *directory.Tx) error {
		if _, taken := tx.MFADevice(c.Account, d.ARN(c.Partition)); taken {
			return deviceExists()
		}
		tx.PutMFADevice(nil, d)
		return nil
	})
}

// newDevice makes a device that has no name yet, and its seed.
func (s *Service) newDevice(c *service.Call) (*directory.MFADevice, string, error) {
	id, err := arn.NewID(devicePrefix, c.Account, c.Rand)
	if err != nil {
		return nil, "", err
	}
	seed, err := mfa.NewSeed(c.Rand)
	if err != nil {
		return nil, "", err
	}
	sealed, err := s.vault.SealSecret(id, seed)
	if err != nil {
		return nil, "", fmt.Errorf("seal the seed of an MFA device: %w", err)
	}
	return &directory.MFADevice{ID: id, Account: c.Account, Sealed: sealed}, seed, nil
}

// accountName is the account's alias, or else its number.
func accountName(c *service.Call) string {
	if a, ok := c.View.Account(c.Account); ok && a.Alias != "" {
		return a.Alias
	}
	return c.Account.String()
}

// findDevice finds a virtual MFA device by its serial number.
func findDevice(c *service.Call, r *directory.Reader, serial string) (*directory.MFADevice, error) {
	d, ok := r.MFADevice(c.Account, serial)
	if !ok || d.ARN(c.Partition) != serial {
		return nil, noSuchDevice(serial)
	}
	return d, nil
}

// DeleteVirtualMFADevice removes a device that nobody has enabled.
func (s *Service) DeleteVirtualMFADevice(ctx context.Context, in *iam.DeleteVirtualMFADeviceInput) (*iam.DeleteVirtualMFADeviceOutput, error) {
	c := service.CallOf(ctx)
	return &iam.DeleteVirtualMFADeviceOutput{}, c.Update(ctx, func(tx *directory.Tx) error {
		d, err := findDevice(c, &tx.Reader, in.SerialNumber)
		switch {
		case err != nil:
			return err
		case d.Owner != "":
			return deviceInUse()
		}
		tx.DeleteMFADevice(d)
		return nil
	})
}

// ListVirtualMFADevices lists the account's devices, without seeds and tags.
func (s *Service) ListVirtualMFADevices(ctx context.Context, in *iam.ListVirtualMFADevicesInput) (*iam.ListVirtualMFADevicesOutput, error) {
	c := service.CallOf(ctx)
	devices := matching(func(after string, yield func(*directory.MFADevice) bool) {
		c.View.MFADevices(c.Account, after, yield)
	}, func(d *directory.MFADevice) bool {
		switch in.AssignmentStatus {
		case "Assigned":
			return d.Owner != ""
		case "Unassigned":
			return d.Owner == ""
		}
		return true
	})
	p, err := pageOf(in.Marker, in.MaxItems, (*directory.MFADevice).Key, devices)
	if err != nil {
		return nil, err
	}
	w := pageAs(p, func(d *directory.MFADevice) iam.VirtualMFADevice { return wireDevice(c, d) })
	return &iam.ListVirtualMFADevicesOutput{VirtualMFADevices: w.Items, IsTruncated: w.IsTruncated, Marker: w.Marker}, nil
}

func wireDevice(c *service.Call, d *directory.MFADevice) iam.VirtualMFADevice {
	w := iam.VirtualMFADevice{SerialNumber: d.ARN(c.Partition), EnableDate: d.Enabled}
	if u, ok := c.View.UserByID(c.Account, d.Owner); ok {
		brief := briefUser(c, u)
		w.User = &brief
	}
	return w
}

// changeDevice rewrites a device in a transaction.
func changeDevice(ctx context.Context, serial string, change func(*directory.MFADevice) error) error {
	c := service.CallOf(ctx)
	return c.Update(ctx, func(tx *directory.Tx) error {
		before, err := findDevice(c, &tx.Reader, serial)
		if err != nil {
			return err
		}
		d := before.Clone()
		if err := change(d); err != nil {
			return err
		}
		tx.PutMFADevice(before, d)
		return nil
	})
}

// TagMFADevice sets tags of a virtual MFA device.
func (s *Service) TagMFADevice(ctx context.Context, in *iam.TagMFADeviceInput) (*iam.TagMFADeviceOutput, error) {
	return &iam.TagMFADeviceOutput{}, changeDevice(ctx, in.SerialNumber, func(d *directory.MFADevice) (err error) {
		d.Tags, err = mergeProviderTags(d.Tags, in.Tags)
		return err
	})
}

// UntagMFADevice takes tags from a virtual MFA device.
func (s *Service) UntagMFADevice(ctx context.Context, in *iam.UntagMFADeviceInput) (*iam.UntagMFADeviceOutput, error) {
	return &iam.UntagMFADeviceOutput{}, changeDevice(ctx, in.SerialNumber, func(d *directory.MFADevice) error {
		d.Tags = withoutExactTags(d.Tags, in.TagKeys)
		return nil
	})
}

// ListMFADeviceTags lists the tags of a virtual MFA device by key.
func (s *Service) ListMFADeviceTags(ctx context.Context, in *iam.ListMFADeviceTagsInput) (*iam.ListMFADeviceTagsOutput, error) {
	c := service.CallOf(ctx)
	d, err := findDevice(c, &c.View.Reader, in.SerialNumber)
	if err != nil {
		return nil, err
	}
	p, err := pageTags(in.Marker, in.MaxItems, d.Tags)
	if err != nil {
		return nil, err
	}
	return &iam.ListMFADeviceTagsOutput{Tags: p.Items, IsTruncated: p.IsTruncated, Marker: p.Marker}, nil
}
