package portal_test

import (
	"crypto/rand"
	"net/http"
	"testing"

	"github.com/rolecall-iam/rolecall/authn/mfa"
	"github.com/rolecall-iam/rolecall/store/directory"
	"github.com/rolecall-iam/rolecall/test/ssotest"
)

// A code of a registered authenticator app is asked for, and good for one use.
func TestWhoHasAnAuthenticatorAppNeedsItsCode(t *testing.T) {
	h := ssotest.Open(t, "us-east-1")
	seed, err := mfa.NewSeed(rand.Reader)
	h.Must(err)
	sealed, err := h.Keys.SealSecret("device-1", seed)
	h.Must(err)
	h.Update(func(tx *directory.Tx) {
		before, _ := tx.Person(ssotest.Store, ssotest.Person)
		p := before.Clone()
		p.Devices = []directory.PersonDevice{{ID: "device-1", Kind: "totp", Sealed: sealed}}
		tx.PutPerson(before, p)
	})
	code, err := mfa.Code(seed, mfa.StepAt(h.Now))
	h.Must(err)
	try := func(password, code string) int {
		b := h.Browser()
		p := b.Open(signInPath)
		return b.Post(signInPath, p.With("username", ssotest.UserName, "password", password, "code", code)).Status
	}
	for what, got := range map[string]int{"no code": try(ssotest.Password, ""), "a wrong code": try(ssotest.Password, "000000"), "a wrong password": try("wrong", code)} {
		if got != http.StatusUnauthorized {
			t.Errorf("%s: %d", what, got)
		}
	}
	if got := try(ssotest.Password, code); got != http.StatusSeeOther {
		t.Fatalf("both: %d", got)
	}
	if got := try(ssotest.Password, code); got != http.StatusUnauthorized {
		t.Errorf("the same code again: %d", got)
	}
}
