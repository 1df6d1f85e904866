package directory

import (
	"slices"
	"strings"
	"time"

	"github.com/rolecall-iam/rolecall/arn"
)

// MFADevice is a virtual MFA device. Its path and name together are what it is
// known by; they never change. Owner is a user's id, or empty while nobody has
// it enabled.
type MFADevice struct {
	ID      string        `json:"id"` // what its seed is sealed for; nobody sees it
	Account arn.AccountID `json:"account"`
	Name    string        `json:"name"`
	Path    string        `json:"path"`
	Sealed  []byte        `json:"sealed"` // the seed, sealed under the keyring
	Tags    []Tag         `json:"tags,omitempty"`

	Owner   string    `json:"owner,omitempty"`
	Enabled time.Time `json:"enabled,omitzero"`

	Drift    int64     `json:"drift,omitempty"` // how many steps its clock is ahead
	Used     int64     `json:"used,omitempty"`  // the last step whose code was accepted
	Failures int       `json:"failures,omitempty"`
	FailedAt time.Time `json:"failedAt,omitzero"` // when the last of them was
}

// ARN is the device's serial number in the partition given.
func (d *MFADevice) ARN(partition string) string {
	return "arn:" + partition + ":iam::" + d.Account.String() + ":" + mfaPrefix + d.Key()
}

// Key is what tells the device from the others of its account, and orders
// them.
func (d *MFADevice) Key() string { return d.Path[1:] + d.Name }

// Clone is a copy that may be changed and written back.
func (d *MFADevice) Clone() *MFADevice {
	c := *d
	c.Tags = slices.Clone(d.Tags)
	return &c
}

// mfaPrefix begins the resource of a device's ARN, and its key.
const mfaPrefix = "mfa/"

// mfaOf lists the devices that a user has enabled.
func mfaOf(account arn.AccountID, user string) string { return in(account, "mfa-of/"+user+"/") }

// MFADevice finds a virtual MFA device of an account by its serial number.
func (r *Reader) MFADevice(account arn.AccountID, serial string) (*MFADevice, bool) {
	a, err := arn.Parse(serial)
	if err != nil || a.Service != "iam" || a.Region != "" || a.Account != account.String() || !strings.HasPrefix(a.Resource, mfaPrefix) {
		return nil, false
	}
	return document[MFADevice](r, in(account, a.Resource))
}

// MFADevices walks the virtual MFA devices of an account in the order of their
// keys, after the key given.
func (r *Reader) MFADevices(account arn.AccountID, after string, yield func(*MFADevice) bool) {
	r.keys(in(account, mfaPrefix), after, func(key string, _ []byte) bool {
		d, ok := document[MFADevice](r, in(account, mfaPrefix+key))
		return ok && yield(d)
	})
}

// MFADevicesOf walks the devices that a user has enabled, in the order of their
// keys, after the key given.
func (r *Reader) MFADevicesOf(u *User, after string, yield func(*MFADevice) bool) {
	r.keys(mfaOf(u.Account, u.ID), after, func(key string, _ []byte) bool {
		d, ok := referred[MFADevice](r, in(u.Account, mfaPrefix+key))
		return ok && yield(d)
	})
}

// CountMFADevices answers how many virtual MFA devices an account has, and how
// many of them somebody has enabled.
func (r *Reader) CountMFADevices(account arn.AccountID) (all, enabled int) {
	return r.count(in(account, mfaPrefix)), r.count(in(account, "mfa-of/"))
}

// PutMFADevice writes a device, made or changed. before is the device as it was
// read, nil for a new one. The user who comes to have it is rewritten, so that
// deleting the user at the same time, or enabling another device, conflicts.
func (tx *Tx) PutMFADevice(before, d *MFADevice) {
	was := ""
	if before != nil {
		was = before.Owner
	}
	tx.put(in(d.Account, mfaPrefix+d.Key()), d)
	if was == d.Owner {
		return
	}
	if was != "" {
		tx.delete(mfaOf(d.Account, was) + d.Key())
	}
	if d.Owner == "" {
		return
	}
	tx.putText(mfaOf(d.Account, d.Owner)+d.Key(), "")
	if u, ok := tx.UserByID(d.Account, d.Owner); ok {
		tx.put(userKind.key(u.Account, u.ID), u)
	}
}

// DeleteMFADevice removes a device that nobody has enabled.
func (tx *Tx) DeleteMFADevice(d *MFADevice) { tx.delete(in(d.Account, mfaPrefix+d.Key())) }
