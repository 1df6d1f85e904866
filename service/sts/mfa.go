package sts

import (
	"context"
	"fmt"
	"time"

	"github.com/rolecall-iam/rolecall/authn/mfa"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

const (
	// patience is how many wrong codes in a row a device may be tried with
	// before it is left alone for a while, right codes included. RFC 4226,
	// section 7.3, demands such a bound; AWS does not say what its is.
	patience = 5
	// leftAlone is how long that is, counted from the last wrong code.
	leftAlone = 5 * time.Minute
)

// verifyMFA refuses a code that the caller's device does not show now, or has
// shown and was used before (rule S9). What it accepts or refuses is written
// down at once, so that of two who come with the same code one gets through.
// No device and no code is no MFA, and no refusal.
func (s *Service) verifyMFA(c *service.Call, serial, code string) error {
	switch {
	case serial == "" && code == "":
		return nil
	case serial == "" || code == "":
		return mfaIncomplete()
	case c.Caller.User == nil:
		return mfaUnknownDevice()
	}
	right := false
	err := c.Update(context.Background(), func(tx *directory.Tx) error {
		before, ok := tx.MFADevice(c.Account, serial)
		switch {
		case !ok || before.Owner != c.Caller.User.ID || before.ARN(c.Partition) != serial:
			return mfaUnknownDevice()
		case before.Failures >= patience && c.Now.Sub(before.FailedAt) < leftAlone:
			return mfaWrongCode()
		}
		seed, err := s.sealer.OpenSecret(before.ID, before.Sealed)
		if err != nil {
			return fmt.Errorf("open the seed of an MFA device: %w", err)
		}
		d := before.Clone()
		step, ok := mfa.Verify(seed, code, c.Now, d.Drift, d.Used)
		if right = ok; right {
			d.Used, d.Failures, d.FailedAt = step, 0, time.Time{}
		} else {
			d.Failures, d.FailedAt = d.Failures+1, c.Now.UTC()
		}
		tx.PutMFADevice(before, d)
		return nil
	})
	if err == nil && !right {
		return mfaWrongCode()
	}
	return err
}
