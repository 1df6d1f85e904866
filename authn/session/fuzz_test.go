package session_test

import (
	"errors"
	"testing"

	"github.com/rolecall-iam/rolecall/authn/session"
)

// FuzzOpen holds Open to: no panic, and no session but from the one token
// that was sealed.
func FuzzOpen(f *testing.F) {
	k := keyring(f, 1)
	good := seal(f, k, plain(f), noon)
	for _, seed := range []string{good, good[:40], "", "AQ==", "AQAAAAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", good + good} {
		f.Add(seed, keyID)
	}
	f.Fuzz(func(t *testing.T, token, id string) {
		s, err := session.Open(k, token, id, noon)
		if err == nil && (token != good || id != keyID) {
			t.Fatalf("opened %v from %q", s, token)
		}
		if err != nil && !errors.Is(err, session.ErrInvalid) {
			t.Fatalf("refused with %v", err)
		}
	})
}
