package mfa

import (
	"crypto/subtle"
	"encoding/base32"
	"fmt"
	"io"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
)

const (
	// period is how many seconds a code is shown.
	period = 30
	// seedBytes makes a seed of sixty-four characters, as AWS's are.
	seedBytes = 40
	// tolerance is how many steps a code may be early or late, for the time
	// that typing takes (RFC 6238, section 5.2).
	tolerance = 1
	// search is how many steps to either side two codes in a row are looked
	// for: half an hour. Who guesses two codes at once hits one of them in less
	// than one of a thousand million tries.
	search = 60
)

// NewSeed makes the secret of a device in base 32. It fails only where rand
// does.
func NewSeed(rand io.Reader) (string, error) {
	var raw [seedBytes]byte
	if _, err := io.ReadFull(rand, raw[:]); err != nil {
		return "", fmt.Errorf("make the seed of an MFA device: %w", err)
	}
	return base32.StdEncoding.EncodeToString(raw[:]), nil
}

// StepAt is the number of the step that a time falls in. Times before 1970
// have step 0.
func StepAt(t time.Time) int64 { return max(t.Unix(), 0) / period }

// Code is what a device with the seed shows during a step: six digits. It
// fails for a seed that is not base 32.
func Code(seed string, step int64) (string, error) {
	code, err := hotp.GenerateCodeCustom(seed, uint64(step), hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
	if err != nil {
		return "", fmt.Errorf("read the seed of an MFA device: %w", err)
	}
	return code, nil
}

// Verify answers the step after used that a code belongs to and true, where
// there is one near now by our clock, or by that of a device whose clock is so
// many steps ahead as drift says.
func Verify(seed, code string, now time.Time, drift, used int64) (step int64, ok bool) {
	by := StepAt(now)
	for _, middle := range [...]int64{by, by + drift} {
		for step := middle - tolerance; step <= middle+tolerance; step++ {
			if step > used && shows(seed, step, code) {
				return step, true
			}
		}
	}
	return 0, false
}

// VerifyPair answers the step that the second of two codes in a row belongs
// to, and how many steps ahead of now it is. The steps nearest to now are tried
// first; used ones count no more than with Verify.
func VerifyPair(seed, first, second string, now time.Time, used int64) (step, drift int64, ok bool) {
	by := StepAt(now)
	for away := int64(0); away <= search; away++ {
		for _, step := range [...]int64{by + away, by - away} {
			if step-1 > used && shows(seed, step-1, first) && shows(seed, step, second) {
				return step, step - by, true
			}
		}
	}
	return 0, 0, false
}

func shows(seed string, step int64, code string) bool {
	if step < 0 {
		return false
	}
	want, err := Code(seed, step)
	return err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1
}
