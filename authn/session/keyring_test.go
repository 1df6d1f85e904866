package session_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall/authn/session"
)

// states lists a keyring's states at a time.
func states(k *session.Keyring, now time.Time) string {
	var out []string
	for _, one := range k.Keys(now) {
		out = append(out, one.State.String())
	}
	return strings.Join(out, " ")
}

func rotate(t *testing.T, k *session.Keyring, now time.Time, seed byte) *session.Keyring {
	t.Helper()
	next, err := k.Rotate(now, time.Minute, randomness(seed))
	if err != nil {
		t.Fatal(err)
	}
	return next
}

// A key is staged, then active, then verify-only, then gone, by the clock
// alone.
func TestKeyGoesThroughItsStates(t *testing.T) {
	k := rotate(t, keyring(t, 1), noon, 2)
	for _, tt := range []struct {
		after time.Duration
		want  string
	}{
		{0, "active staged"},
		{59 * time.Second, "active staged"},
		{time.Minute, "verify-only active"},
		{time.Minute + session.MaxLife + time.Hour, "verify-only active"},
		{time.Minute + session.MaxLife + time.Hour + time.Second, "gone active"},
		{-24 * time.Hour, "active staged"}, // a clock before all keys
	} {
		if got := states(k, noon.Add(tt.after)); got != tt.want {
			t.Errorf("after %v: %s, want %s", tt.after, got, tt.want)
		}
	}
	keys := k.Keys(noon)
	if !keys[0].GoneAt.Equal(noon.Add(time.Minute+session.MaxLife+time.Hour)) || !keys[1].GoneAt.IsZero() || keys[0].ID == keys[1].ID {
		t.Errorf("keys %+v", keys)
	}
	if session.State(0).String() != "" || session.State(99).String() != "" {
		t.Error("a state that is none has a name")
	}
}

// The longest session lives on through a rotation, to its last second.
func TestSessionsOutliveRotation(t *testing.T) {
	before := keyring(t, 1)
	k := rotate(t, before, noon, 2)
	s := plain(t)
	s.Kind, s.IssuedAt = session.UserSession, noon.Add(59*time.Second)
	s.Expires = s.IssuedAt.Add(session.MaxLife)
	token := seal(t, k, s, s.IssuedAt)
	if _, err := session.Open(before, token, keyID, s.IssuedAt); err != nil {
		t.Errorf("a node that has not heard of the new key: %v", err)
	}
	k = k.Prune(s.Expires)
	if _, err := session.Open(k, token, keyID, s.Expires.Add(-time.Second)); err != nil {
		t.Errorf("in its last second: %v", err)
	}
	if _, err := session.Open(k, token, keyID, s.Expires); !errors.Is(err, session.ErrExpired) {
		t.Errorf("after its last second: %v", err)
	}
	if _, err := session.Open(k, token, keyID, noon.Add(time.Hour*24*30)); !errors.Is(err, session.ErrInvalid) {
		t.Errorf("when its key is gone: %v", err)
	}
}

// A node whose clock is behind still opens what a staged key has sealed.
func TestStagedKeyOpens(t *testing.T) {
	k := rotate(t, keyring(t, 1), noon, 2)
	token := seal(t, k, plain(t), noon.Add(2*time.Minute))
	if _, err := session.Open(k, token, keyID, noon); err != nil {
		t.Error(err)
	}
}

func TestOneRotationAtATime(t *testing.T) {
	k := rotate(t, keyring(t, 1), noon, 2)
	if _, err := k.Rotate(noon.Add(30*time.Second), time.Minute, randomness(3)); !errors.Is(err, session.ErrStaged) {
		t.Errorf("got %v, want ErrStaged", err)
	}
	k = rotate(t, k, noon.Add(time.Minute), 3)
	if got := states(k, noon.Add(time.Minute)); got != "verify-only active staged" {
		t.Error(got)
	}
	if _, err := k.Rotate(noon.Add(time.Hour), time.Minute, strings.NewReader("few")); err == nil {
		t.Error("a key of three bytes")
	}
}

func TestPurgeEndsAllSessionsAndKeepsSecrets(t *testing.T) {
	k := rotate(t, keyring(t, 1), noon, 2)
	token := seal(t, k, plain(t), noon)
	sealed, err := session.SealSecret(k, "AKIA1", "secret", randomness(4), noon)
	if err != nil {
		t.Fatal(err)
	}
	c := session.NewCache(8)
	if _, err := c.Open(k, token, keyID, noon); err != nil {
		t.Fatal(err)
	}
	purged, err := k.Purge(noon, randomness(5))
	if err != nil {
		t.Fatal(err)
	}
	if got := states(purged, noon); got != "gone gone active" {
		t.Error(got)
	}
	if _, err := session.Open(purged, token, keyID, noon); !errors.Is(err, session.ErrInvalid) {
		t.Errorf("a session of before: %v", err)
	}
	if _, err := c.Open(purged, token, keyID, noon); !errors.Is(err, session.ErrInvalid) {
		t.Errorf("a session of before, remembered: %v", err)
	}
	if _, err := session.Open(purged, seal(t, purged, plain(t), noon), keyID, noon); err != nil {
		t.Errorf("a session of after: %v", err)
	}
	if got, err := session.OpenSecret(purged, "AKIA1", sealed); err != nil || got != "secret" {
		t.Errorf("secret %q, %v", got, err)
	}
	if got := states(k, noon); got != "active staged" {
		t.Errorf("the old keyring changed: %s", got)
	}
}

// The way of DESIGN section 5 with secrets at rest: rotate, reseal, prune.
func TestSecretsSurviveRotation(t *testing.T) {
	k := keyring(t, 1)
	sealed, err := session.SealSecret(k, "AKIA1", "wJalr", randomness(4), noon)
	if err != nil {
		t.Fatal(err)
	}
	if session.NeedsReseal(k, sealed, noon) {
		t.Error("sealed just now, and to be sealed again")
	}
	k = rotate(t, k, noon, 2)
	later := noon.Add(session.MaxLife * 2)
	if got, err := session.OpenSecret(k, "AKIA1", sealed); err != nil || got != "wJalr" || !session.NeedsReseal(k, sealed, later) {
		t.Errorf("under a key that is gone: %q, %v", got, err)
	}
	again, err := session.SealSecret(k, "AKIA1", "wJalr", randomness(4), later)
	if err != nil {
		t.Fatal(err)
	}
	k = k.Prune(later)
	if got := states(k, later); got != "active" || session.NeedsReseal(k, again, later) {
		t.Error(got)
	}
	if got, err := session.OpenSecret(k, "AKIA1", again); err != nil || got != "wJalr" {
		t.Errorf("sealed anew: %q, %v", got, err)
	}
	if _, err := session.OpenSecret(k, "AKIA1", sealed); !errors.Is(err, session.ErrSecret) {
		t.Errorf("under a pruned key: %v", err)
	}
}

func TestSecretsOpenOnlyAsSealed(t *testing.T) {
	k := keyring(t, 1)
	sealed, err := session.SealSecret(k, "AKIA1", "wJalr", randomness(4), noon)
	if err != nil {
		t.Fatal(err)
	}
	for i := range len(sealed) {
		for bit := range 8 {
			b := bytes.Clone(sealed)
			b[i] ^= 1 << bit
			if _, err := session.OpenSecret(k, "AKIA1", b); !errors.Is(err, session.ErrSecret) {
				t.Fatalf("bit %d of byte %d: %v", bit, i, err)
			}
		}
		if _, err := session.OpenSecret(k, "AKIA1", sealed[:i]); !errors.Is(err, session.ErrSecret) {
			t.Fatalf("the first %d bytes: %v", i, err)
		}
	}
	if _, err := session.OpenSecret(k, "AKIA2", sealed); !errors.Is(err, session.ErrSecret) {
		t.Errorf("another access key: %v", err)
	}
	if _, err := session.OpenSecret(keyring(t, 2), "AKIA1", sealed); !errors.Is(err, session.ErrSecret) {
		t.Errorf("another keyring: %v", err)
	}
	if _, err := session.SealSecret(k, "AKIA1", "wJalr", strings.NewReader("few"), noon); err == nil {
		t.Error("sealed with three bytes of randomness")
	}
	if !session.NeedsReseal(k, nil, noon) {
		t.Error("nothing is sealed well")
	}
}

func TestWrappedKeyringComesBack(t *testing.T) {
	master := bytes.Repeat([]byte{7}, 32)
	k, err := rotate(t, keyring(t, 1), noon, 2).Purge(noon, randomness(3))
	if err != nil {
		t.Fatal(err)
	}
	wrapped, err := k.Wrap(master, randomness(4))
	if err != nil {
		t.Fatal(err)
	}
	got, err := session.Unwrap(master, wrapped)
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(got.Keys(noon)) != fmt.Sprint(k.Keys(noon)) {
		t.Errorf("keys %v, want %v", got.Keys(noon), k.Keys(noon))
	}
	if _, err := session.Open(got, seal(t, k, plain(t), noon), keyID, noon); err != nil {
		t.Error(err)
	}
	for i := range len(wrapped) {
		b := bytes.Clone(wrapped)
		b[i] ^= 1
		if _, err := session.Unwrap(master, b); !errors.Is(err, session.ErrUnwrap) {
			t.Fatalf("byte %d changed: %v", i, err)
		}
		if _, err := session.Unwrap(master, wrapped[:i]); !errors.Is(err, session.ErrUnwrap) {
			t.Fatalf("the first %d bytes: %v", i, err)
		}
	}
	if _, err := session.Unwrap(bytes.Repeat([]byte{8}, 32), wrapped); !errors.Is(err, session.ErrUnwrap) {
		t.Errorf("another master key: %v", err)
	}
	for _, size := range []int{0, 16, 31, 33} {
		if _, err := session.Unwrap(make([]byte, size), wrapped); err == nil || errors.Is(err, session.ErrUnwrap) {
			t.Errorf("a master key of %d bytes: %v", size, err)
		}
		if _, err := k.Wrap(make([]byte, size), randomness(1)); err == nil {
			t.Errorf("wrapped under %d bytes", size)
		}
	}
	if _, err := k.Wrap(master, strings.NewReader("few")); err == nil {
		t.Error("wrapped with three bytes of randomness")
	}
}
