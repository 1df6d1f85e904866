package session_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authn/session"
)

const text = `{"allowed":false,"explicitDeny":false,"matchedStatements":{"items":[]}}`

func sealMessage(t testing.TB, k *session.Keyring, text string) string {
	t.Helper()
	message, err := session.SealMessage(k, account(t), []byte(text), randomness(3), noon)
	if err != nil {
		t.Fatal(err)
	}
	return message
}

func otherAccount(t testing.TB) arn.AccountID {
	t.Helper()
	id, err := arn.ParseAccountID("210987654321")
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// Sealed messages have the letters of AWS's, which need no escaping in a URL.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/sts_example_sts_DecodeAuthorizationMessage_section.html
func TestAMessageIsReadAgain(t *testing.T) {
	k := keyring(t, 1)
	for _, want := range []string{"", "a", text, strings.Repeat(text, 100)} {
		message := sealMessage(t, k, want)
		if strings.Trim(message, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
			t.Errorf("%q has other letters", message)
		}
		if got, err := session.OpenMessage(k, account(t), message, noon); err != nil || string(got) != want {
			t.Errorf("%q, %v; want %q", got, err, want)
		}
	}
}

// A message is for one account and a while, and is none when anything of it was
// changed. A session token is no message, and a message no session token.
func TestAMessageIsRefused(t *testing.T) {
	k := keyring(t, 1)
	good := sealMessage(t, k, text)
	token := seal(t, k, plain(t), noon)
	purged, err := k.Purge(noon, randomness(4))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		rule    string
		ring    *session.Keyring
		account arn.AccountID
		message string
		passed  time.Duration
	}{
		{"of another account", k, otherAccount(t), good, 0},
		{"of no account", k, arn.AccountID{}, good, 0},
		{"a day and a second old", k, account(t), good, 24*time.Hour + time.Second},
		{"under another keyring", keyring(t, 2), account(t), good, 0},
		{"after a purge", purged, account(t), good, 0},
		{"with a line break", k, account(t), good[:40] + "\n" + good[40:], 0},
		{"with padding", k, account(t), good + "=", 0},
		{"empty", k, account(t), "", 0},
		{"a session token", k, account(t), strings.NewReplacer("+", "-", "/", "_", "=", "").Replace(token), 0},
		{"too long", k, account(t), strings.Repeat("A", session.MaxMessage+1), 0},
	} {
		if got, err := session.OpenMessage(c.ring, c.account, c.message, noon.Add(c.passed)); !errors.Is(err, session.ErrMessage) {
			t.Errorf("%s: %q, %v", c.rule, got, err)
		}
	}
	if _, err := session.OpenMessage(k, account(t), good, noon.Add(24*time.Hour)); err != nil {
		t.Errorf("a day old: %v", err)
	}
	raw, err := base64.RawURLEncoding.DecodeString(good)
	if err != nil {
		t.Fatal(err)
	}
	if s, err := session.Open(k, base64.StdEncoding.EncodeToString(raw), account(t).String(), noon); err == nil {
		t.Errorf("a message opened as %v", s)
	}
	for i := range raw {
		for bit := range 8 {
			raw[i] ^= 1 << bit
			if got, err := session.OpenMessage(k, account(t), base64.RawURLEncoding.EncodeToString(raw), noon); !errors.Is(err, session.ErrMessage) {
				t.Fatalf("bit %d of byte %d: %q, %v", bit, i, got, err)
			}
			raw[i] ^= 1 << bit
		}
		if _, err := session.OpenMessage(k, account(t), base64.RawURLEncoding.EncodeToString(raw[:i]), noon); !errors.Is(err, session.ErrMessage) {
			t.Fatalf("the first %d bytes: %v", i, err)
		}
	}
}

// AWS takes messages of 10,240 characters; a longer one is not made.
func TestAMessageHasABound(t *testing.T) {
	k := keyring(t, 1)
	noise := make([]byte, 70<<10)
	_, _ = randomness(5).Read(noise)
	for _, n := range []int{7600, 8 << 10, 64 << 10, 70 << 10} {
		message, err := session.SealMessage(k, account(t), noise[:n], randomness(6), noon)
		if n == 7600 {
			if got, err := session.OpenMessage(k, account(t), message, noon); err != nil || !bytes.Equal(got, noise[:n]) {
				t.Errorf("%d bytes: %v", n, err)
			}
		} else if !errors.Is(err, session.ErrTooLarge) {
			t.Errorf("%d bytes: %d characters, %v", n, len(message), err)
		}
	}
	if _, err := session.SealMessage(k, account(t), nil, strings.NewReader("short"), noon); err == nil {
		t.Error("sealed without randomness")
	}
}

// FuzzOpenMessage holds OpenMessage to: no panic, and no text but from the one
// message that was sealed.
func FuzzOpenMessage(f *testing.F) {
	k := keyring(f, 1)
	good := sealMessage(f, k, text)
	for _, seed := range []string{good, good[:40], "", "AQ", good + good} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, message string) {
		got, err := session.OpenMessage(k, account(t), message, noon)
		if err == nil && (message != good || string(got) != text) {
			t.Fatalf("opened %q from %q", got, message)
		}
		if err != nil && !errors.Is(err, session.ErrMessage) {
			t.Fatalf("refused with %v", err)
		}
	})
}
