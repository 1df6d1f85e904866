package directory_test

import (
	"errors"
	"testing"

	"github.com/rolecall-iam/rolecall/store/directory"
)

func TestCredentialsAreThereWhileThereAreAny(t *testing.T) {
	d := open(t)
	u := newUser(t, d, "alice")
	give := func(change func(c *directory.Credentials)) {
		update(t, d, func(tx *directory.Tx) error {
			c := tx.Credentials(account, u.ID).Clone()
			change(c)
			tx.PutCredentials(c)
			return nil
		})
	}
	count := func() (n int) {
		view(t, d, func(v *directory.View) {
			v.AllCredentials(account, func(c *directory.Credentials) bool {
				if c.Owner != u.ID {
					t.Errorf("somebody else has %+v", c)
				}
				n++
				return true
			})
		})
		return n
	}
	give(func(c *directory.Credentials) {
		c.Password = &directory.Password{Hash: "h", Former: []string{"g"}}
		c.SSHKeys = []directory.SSHKey{{ID: "APKA1"}}
	})
	view(t, d, func(v *directory.View) {
		c := v.Credentials(account, u.ID)
		if c.Password == nil || c.Password.Former[0] != "g" || c.SSHKeys[0].ID != "APKA1" {
			t.Errorf("read %+v", c)
		}
		changed := c.Clone()
		changed.Password.Former[0], changed.SSHKeys[0].ID = "other", "other"
		if c.Password.Former[0] != "g" || c.SSHKeys[0].ID != "APKA1" {
			t.Error("a change of the copy changed what all share")
		}
	})
	if n := count(); n != 1 {
		t.Errorf("%d have some", n)
	}
	give(func(c *directory.Credentials) { c.Password = nil })
	if n := count(); n != 1 {
		t.Errorf("%d have some beside a password", n)
	}
	give(func(c *directory.Credentials) { c.SSHKeys = nil })
	if n := count(); n != 0 {
		t.Errorf("%d have some", n)
	}
}

var errGone = errors.New("gone")

// Whoever is deleted leaves no credentials, whichever comes first: each
// transaction reads what the other writes.
func TestNobodyGetsAPasswordWhileDeleted(t *testing.T) {
	d := open(t)
	u, tries := newUser(t, d, "alice"), 0
	err := d.Update(t.Context(), func(tx *directory.Tx) error {
		if _, ok := tx.User(account, "alice"); !ok {
			return errGone
		}
		c := tx.Credentials(account, u.ID).Clone()
		if tries++; tries == 1 {
			update(t, d, func(tx *directory.Tx) error {
				if tx.Credentials(account, u.ID).Password != nil {
					t.Error("there is a password already")
				}
				tx.DeleteUser(u)
				return nil
			})
		}
		c.Password = &directory.Password{Hash: "h"}
		tx.PutCredentials(c)
		return nil
	})
	if !errors.Is(err, errGone) {
		t.Errorf("%v", err)
	}
}

func TestAnAccountHasAPasswordPolicyOrNone(t *testing.T) {
	d := open(t)
	view(t, d, func(v *directory.View) {
		if _, ok := v.PasswordPolicy(account); ok {
			t.Error("there is one from the start")
		}
	})
	update(t, d, func(tx *directory.Tx) error {
		tx.PutPasswordPolicy(account, &directory.PasswordPolicy{MinimumLength: 14, HardExpiry: new(false)})
		return nil
	})
	view(t, d, func(v *directory.View) {
		if p, ok := v.PasswordPolicy(account); !ok || p.MinimumLength != 14 || p.HardExpiry == nil || *p.HardExpiry {
			t.Errorf("read %+v", p)
		}
	})
	update(t, d, func(tx *directory.Tx) error { tx.DeletePasswordPolicy(account); return nil })
	view(t, d, func(v *directory.View) {
		if _, ok := v.PasswordPolicy(account); ok {
			t.Error("it is still there")
		}
	})
}
