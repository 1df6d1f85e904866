package directory_test

import (
	"context"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall/store/directory"
)

func TestWhatHasExpiredIsForgottenAndNothingElse(t *testing.T) {
	d := open(t)
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	update := func(change func(tx *directory.Tx)) {
		t.Helper()
		if err := d.Update(context.Background(), func(tx *directory.Tx) error { change(tx); return nil }); err != nil {
			t.Fatal(err)
		}
	}
	s := &directory.SSOSession{ID: "s", Store: "d-1", Person: "p", Created: now, Expires: now.Add(8 * time.Hour)}
	update(func(tx *directory.Tx) { tx.PutSSOSession(s) })
	update(func(tx *directory.Tx) {
		tx.PutSSOToken(&directory.SSOToken{Hash: "short", Session: "s", Expires: now.Add(time.Hour)})
		tx.PutSSOToken(&directory.SSOToken{Hash: "long", Session: "s", Expires: now.Add(8 * time.Hour)})
		tx.PutSignInFailures("name", &directory.SignInFailures{Count: 1, Expires: now.Add(time.Minute)})
	})
	update(func(tx *directory.Tx) {
		tx.PutSignInFailures("name", &directory.SignInFailures{Count: 2, Expires: now.Add(3 * time.Hour)})
	})
	there := func() (session, short, long, failures bool) {
		t.Helper()
		view, err := d.View(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		defer view.Close()
		_, session = view.SSOSession("s")
		_, short = view.SSOToken("short")
		_, long = view.SSOToken("long")
		_, failures = view.SignInFailures("name")
		if err := view.Err(); err != nil {
			t.Error(err)
		}
		return session, short, long, failures
	}
	update(func(tx *directory.Tx) { tx.ForgetExpired(now.Add(2 * time.Hour)) })
	if session, short, long, failures := there(); !session || short || !long || !failures {
		t.Errorf("after two hours: %v %v %v %v", session, short, long, failures)
	}
	update(func(tx *directory.Tx) { tx.DeleteSSOSession(s) })
	if session, _, long, _ := there(); session || long {
		t.Errorf("after the session: %v %v", session, long)
	}
	update(func(tx *directory.Tx) { tx.ForgetExpired(now.Add(9 * time.Hour)) })
	if _, _, _, failures := there(); failures {
		t.Error("failures are never forgotten")
	}
}
