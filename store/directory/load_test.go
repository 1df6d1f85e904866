package directory_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/store"
	"github.com/rolecall-iam/rolecall/store/directory"
)

func TestALoadCommitsMoreThanATransactionHolds(t *testing.T) {
	d := open(t)
	err := d.Load(t.Context(), func(tx *directory.Tx) error {
		group := &directory.Group{Entity: entity(arn.GroupPrefix, "all")}
		tx.CreateGroup(group)
		for i := range 500 {
			name := fmt.Sprintf("u%03d", i)
			if _, taken := tx.User(account, name); taken {
				return errors.New("taken")
			}
			tx.CreateUser(&directory.User{Entity: entity(arn.UserPrefix, name), Groups: []string{group.ID}})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	view(t, d, func(v *directory.View) {
		g, _ := v.Group(account, "all")
		members := 0
		v.Members(g, func(*directory.User) bool { members++; return true })
		if users, _, _, _ := v.Count(account); users != 500 || members != 500 {
			t.Errorf("%d users, %d of them members", users, members)
		}
	})
}

func TestALoadThatFailsCommitsNothing(t *testing.T) {
	d := open(t)
	want := errors.New("not this one")
	err := d.Load(t.Context(), func(tx *directory.Tx) error {
		for i := range 300 {
			tx.CreateUser(&directory.User{Entity: entity(arn.UserPrefix, fmt.Sprintf("u%03d", i))})
		}
		return want
	})
	view(t, d, func(v *directory.View) {
		if users, _, _, _ := v.Count(account); users != 0 || !errors.Is(err, want) {
			t.Errorf("%d users, %v", users, err)
		}
	})
}

func TestALoadRunsAgainWhereAnotherTakesANameMeanwhile(t *testing.T) {
	d := open(t)
	runs := 0
	err := d.Load(t.Context(), func(tx *directory.Tx) error {
		if _, taken := tx.User(account, "bob"); taken {
			return errors.New("taken")
		}
		if runs++; runs == 1 {
			newUser(t, d, "bob")
		}
		tx.CreateUser(&directory.User{Entity: entity(arn.UserPrefix, "bob")})
		return nil
	})
	if err == nil || err.Error() != "taken" || runs != 1 {
		t.Errorf("%v after %d runs", err, runs)
	}
}

// plainStore is a store that is no store.Loader.
type plainStore struct{ store.Engine }

func TestAStoreThatCannotLoadSaysSo(t *testing.T) {
	d := directory.New(plainStore{})
	if err := d.Load(t.Context(), func(*directory.Tx) error { return nil }); err == nil {
		t.Error("it loads")
	}
}

// The id is one of AWS's documentation, which carries no account.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
func TestAnIDThatCameFromElsewhereLeadsToItsAccount(t *testing.T) {
	d := open(t)
	bob := &directory.User{Entity: entity(arn.UserPrefix, "bob")}
	bob.ID = "AIDAJQABLZS4A3QDU576Q"
	update(t, d, func(tx *directory.Tx) error { tx.CreateUser(bob); return nil })
	role := newRole(t, d, "r", `{"Statement":[{"Effect":"Allow","Principal":{"AWS":"AIDAJQABLZS4A3QDU576Q"},"Action":"sts:AssumeRole"}]}`)
	shows := func(when, want string) {
		view(t, d, func(v *directory.View) {
			if shown := v.ShownTrust(role, "aws"); shown != `{"Statement":[{"Effect":"Allow","Principal":{"AWS":"`+want+`"},"Action":"sts:AssumeRole"}]}` {
				t.Errorf("%s the trust policy shows %s", when, shown)
			}
		})
	}
	shows("while the user lives,", "arn:aws:iam::123456789012:user/bob")
	update(t, d, func(tx *directory.Tx) error { tx.DeleteUser(bob); return nil })
	shows("when it is gone,", "AIDAJQABLZS4A3QDU576Q")
	view(t, d, func(v *directory.View) {
		if a, ok := v.AccountOf("AIDAJQABLZS4A3QDU576Q"); ok {
			t.Errorf("an id that nothing has is of account %s", a)
		}
	})
}
