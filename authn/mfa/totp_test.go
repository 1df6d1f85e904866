package mfa_test

import (
	"bytes"
	"encoding/base32"
	"errors"
	"math"
	"regexp"
	"testing"
	"testing/iotest"
	"time"

	"github.com/rolecall-iam/rolecall/authn/mfa"
)

// rfcSeed is the seed of RFC 6238's examples.
var rfcSeed = base32.StdEncoding.EncodeToString([]byte("12345678901234567890"))

// at is a time by its step, in the middle of it.
func at(step int64) time.Time { return time.Unix(step*30+15, 0) }

// code is what a device with the seed of the examples shows.
func code(t testing.TB, step int64) string {
	t.Helper()
	c, err := mfa.Code(rfcSeed, step)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Source: RFC 6238, appendix B, for SHA-1. The RFC shows eight digits, of which
// six are the last six.
func TestCodesAreThoseOfRFC6238(t *testing.T) {
	for unix, eight := range map[int64]string{
		59: "94287082", 1111111109: "07081804", 1111111111: "14050471",
		1234567890: "89005924", 2000000000: "69279037", 20000000000: "65353130",
	} {
		got, err := mfa.Code(rfcSeed, mfa.StepAt(time.Unix(unix, 0)))
		if want := eight[2:]; err != nil || got != want {
			t.Errorf("at %d the code is %q (%v), want %q", unix, got, err, want)
		}
	}
}

// Source: RFC 6238, section 4.2: T = (Current Unix time - T0) / X, rounded down.
func TestAStepIsThirtySecondsLong(t *testing.T) {
	for unix, want := range map[int64]int64{0: 0, 29: 0, 30: 1, 59: 1, 60: 2, -1: 0, -1 << 40: 0} {
		if got := mfa.StepAt(time.Unix(unix, 0)); got != want {
			t.Errorf("%d is in step %d, want %d", unix, got, want)
		}
	}
}

func TestASeedIsSixtyFourCharactersOfBase32AndNoTwoAreTheSame(t *testing.T) {
	first, err := mfa.NewSeed(bytes.NewReader(bytes.Repeat([]byte{1}, 40)))
	if err != nil || !regexp.MustCompile(`^[A-Z2-7]{64}$`).MatchString(first) {
		t.Errorf("the seed is %q (%v)", first, err)
	}
	second, _ := mfa.NewSeed(bytes.NewReader(bytes.Repeat([]byte{2}, 40)))
	if first == second {
		t.Error("two seeds from different randomness are the same")
	}
	if _, err := mfa.Code(first, 1); err != nil {
		t.Errorf("a new seed has no code: %v", err)
	}
	for name, rand := range map[string]*bytes.Reader{"none": bytes.NewReader(nil), "too little": bytes.NewReader(make([]byte, 39))} {
		if seed, err := mfa.NewSeed(rand); err == nil {
			t.Errorf("a seed %q was made of %s randomness", seed, name)
		}
	}
	broken := errors.New("broken")
	if _, err := mfa.NewSeed(iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("the failure of the randomness is told as %v", err)
	}
}

func TestASeedThatIsNotBase32HasNoCode(t *testing.T) {
	for _, seed := range []string{"!", "ABC\x00", "1890", "ÄÖÜ", "=======A"} {
		if c, err := mfa.Code(seed, 1); err == nil {
			t.Errorf("%q shows %s", seed, c)
		}
		if _, ok := mfa.Verify(seed, "000000", at(1), 0, -1); ok {
			t.Errorf("a code of %q was accepted", seed)
		}
	}
}

// Source: RFC 6238, section 5.2: one step is recommended for the delay of the
// network and of typing; "The verifier MUST NOT accept the second attempt of
// the OTP after the successful validation has been issued for the first OTP".
func TestACodeIsGoodNearItsStepAndOnce(t *testing.T) {
	const now = 56_666_666
	cases := []struct {
		rule        string
		step        int64 // whose code is shown
		drift, used int64
		ok          bool
	}{
		{"the step that it is", now, 0, 0, true},
		{"the step before", now - 1, 0, 0, true},
		{"the step to come", now + 1, 0, 0, true},
		{"two steps before is too late", now - 2, 0, 0, false},
		{"two steps to come is too early", now + 2, 0, 0, false},
		{"the step that was used", now, 0, now, false},
		{"a step before the one that was used", now - 1, 0, now, false},
		{"the step after the one that was used", now + 1, 0, now, true},
		{"a device whose clock is ten steps ahead", now + 10, 10, 0, true},
		{"such a device, a step early", now + 11, 10, 0, true},
		{"such a device, a step late", now + 9, 10, 0, true},
		{"such a device, two steps late", now + 8, 10, 0, false},
		{"a device whose clock is behind", now - 10, -10, 0, true},
		{"a device that was put right meanwhile", now, 10, 0, true},
		{"what was used counts by the device's clock as well", now + 10, 10, now + 10, false},
	}
	for _, c := range cases {
		t.Run(c.rule, func(t *testing.T) {
			step, ok := mfa.Verify(rfcSeed, code(t, c.step), at(now), c.drift, c.used)
			if ok != c.ok || ok && step != c.step {
				t.Errorf("step %d: %v with step %d", c.step, ok, step)
			}
		})
	}
}

func TestWhatIsNotSixDigitsIsNoCode(t *testing.T) {
	right := code(t, 100)
	for _, wrong := range []string{"", right[:5], right + "0", "0" + right, " " + right, right + "\x00", "１２３４５６", "00000a"} {
		if _, ok := mfa.Verify(rfcSeed, wrong, at(100), 0, 0); ok {
			t.Errorf("%q was accepted", wrong)
		}
	}
}

// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_EnableMFADevice.html:
// codes that were made long ago are accepted, and the device is then out of step.
func TestTwoCodesInARowAreFoundFarFromNow(t *testing.T) {
	const now = 56_666_666
	cases := []struct {
		rule          string
		first, second int64
		used          int64
		ok            bool
	}{
		{"the last and the current step", now - 1, now, 0, true},
		{"the current step and the one to come", now, now + 1, 0, true},
		{"ten minutes late", now - 20, now - 19, 0, true},
		{"half an hour early", now + 59, now + 60, 0, true},
		{"half an hour late", now - 61, now - 60, 0, true},
		{"later than that", now - 62, now - 61, 0, false},
		{"earlier than that", now + 60, now + 61, 0, false},
		{"the same code twice", now, now, 0, false},
		{"in the wrong order", now, now - 1, 0, false},
		{"with one left out", now - 2, now, 0, false},
		{"the first was used", now - 1, now, now - 1, false},
		{"both were used", now - 1, now, now, false},
		{"those before were used", now - 1, now, now - 2, true},
	}
	for _, c := range cases {
		t.Run(c.rule, func(t *testing.T) {
			step, drift, ok := mfa.VerifyPair(rfcSeed, code(t, c.first), code(t, c.second), at(now), c.used)
			if ok != c.ok || ok && (step != c.second || drift != c.second-now) {
				t.Errorf("%v: step %d, drift %d", ok, step-now, drift)
			}
		})
	}
}

func TestTheFirstStepsOfAllHaveNoneBeforeThem(t *testing.T) {
	if step, ok := mfa.Verify(rfcSeed, code(t, 0), at(0), -5, -1); !ok || step != 0 {
		t.Errorf("step %d: %v", step, ok)
	}
	if step, _, ok := mfa.VerifyPair(rfcSeed, code(t, 0), code(t, 1), at(0), -1); !ok || step != 1 {
		t.Errorf("step %d: %v", step, ok)
	}
	if _, ok := mfa.Verify(rfcSeed, code(t, 5), time.Unix(math.MinInt32, 0), 0, 0); ok {
		t.Error("a code was good before 1970")
	}
}

// FuzzVerify holds Verify to: no panic, and no code but that of a step near
// now which was not used.
func FuzzVerify(f *testing.F) {
	for _, seed := range []string{code(f, 100), code(f, 101), "000000", "", "１２３４５６", "12345678901234567890"} {
		f.Add(rfcSeed, seed, int64(3015), int64(0), int64(0))
	}
	f.Add("not base 32", "123456", int64(-1), int64(-1), int64(-1))
	f.Add("", "", int64(math.MaxInt64), int64(math.MaxInt64), int64(math.MinInt64))
	f.Fuzz(func(t *testing.T, seed, text string, unix, drift, used int64) {
		step, ok := mfa.Verify(seed, text, time.Unix(unix, 0), drift, used)
		if !ok {
			return
		}
		want, err := mfa.Code(seed, step)
		by := mfa.StepAt(time.Unix(unix, 0))
		if err != nil || want != text || step <= used || step < 0 || max(step-by, by-step) > 1 && max(step-by-drift, by+drift-step) > 1 {
			t.Fatalf("%q is good as step %d at %d with drift %d after %d (%v)", text, step, by, drift, used, err)
		}
	})
}
