package directory_test

import (
	"context"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall/store/directory"
)

func TestSignInsStepsAndTrustAreReadAndForgotten(t *testing.T) {
	d := open(t)
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	update := func(change func(tx *directory.Tx)) {
		t.Helper()
		if err := d.Update(context.Background(), func(tx *directory.Tx) error { change(tx); return nil }); err != nil {
			t.Fatal(err)
		}
	}
	there := func() (n int) {
		t.Helper()
		update(func(tx *directory.Tx) {
			n = 0
			if s, ok := tx.SSOSignIn("a"); ok && s.Person == "p" {
				n |= 1
			}
			if s, ok := tx.FactorStep("b"); ok && s.Device == "later" {
				n |= 2
			}
			if b, ok := tx.TrustedBrowser("c"); ok && b.Context == "x" {
				n |= 4
			}
		})
		return n
	}
	update(func(tx *directory.Tx) {
		tx.PutSSOSignIn(&directory.SSOSignIn{Hash: "a", Person: "p", Expires: now.Add(time.Minute)})
		tx.PutFactorStep(&directory.FactorStep{Hash: "b", Device: "first", Expires: now.Add(time.Minute)})
		tx.PutTrustedBrowser(&directory.TrustedBrowser{Hash: "c", Context: "x", Expires: now.Add(time.Minute)})
	})
	update(func(tx *directory.Tx) {
		tx.PutFactorStep(&directory.FactorStep{Hash: "b", Device: "later", Expires: now.Add(time.Hour)})
	})
	if n := there(); n != 7 {
		t.Fatalf("written: %b", n)
	}
	update(func(tx *directory.Tx) { tx.ForgetExpired(now.Add(2 * time.Minute)) })
	if n := there(); n != 2 {
		t.Errorf("two minutes later: %b; a step that was begun anew lives on", n)
	}
	update(func(tx *directory.Tx) {
		tx.PutSSOSignIn(&directory.SSOSignIn{Hash: "a", Person: "p", Expires: now.Add(time.Hour)})
		if s, ok := tx.FactorStep("b"); ok {
			tx.DeleteFactorStep(s)
		}
	})
	update(func(tx *directory.Tx) {
		if s, ok := tx.SSOSignIn("a"); ok {
			tx.DeleteSSOSignIn(s)
		}
	})
	if n := there(); n != 0 {
		t.Errorf("removed: %b", n)
	}
	p := &directory.Person{Devices: []directory.PersonDevice{{ID: "1"}, {ID: "2"}}}
	if at, ok := p.Device("2"); at != 1 || !ok {
		t.Errorf("%d %v", at, ok)
	}
	if _, ok := p.Device("3"); ok {
		t.Error("a device that is not there")
	}
}
