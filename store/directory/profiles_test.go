package directory_test

import (
	"testing"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/store/directory"
)

func newProfile(t *testing.T, d *directory.Directory, name string) *directory.InstanceProfile {
	p := &directory.InstanceProfile{Entity: entity(arn.InstanceProfilePrefix, name)}
	update(t, d, func(tx *directory.Tx) error { tx.CreateInstanceProfile(p); return nil })
	return p
}

func profilesOf(t *testing.T, d *directory.Directory, role *directory.Role) string {
	names := ""
	view(t, d, func(v *directory.View) {
		v.InstanceProfilesOf(role, func(p *directory.InstanceProfile) bool {
			names += p.Name + " "
			return true
		})
	})
	return names
}

func TestAnInstanceProfileIsFoundByNameAndByItsRole(t *testing.T) {
	d := open(t)
	role, p := newRole(t, d, "Web", ""), newProfile(t, d, "web")
	withRole := p.Clone()
	withRole.Role = role.ID
	update(t, d, func(tx *directory.Tx) error { tx.PutInstanceProfile(p, withRole); return nil })
	view(t, d, func(v *directory.View) {
		if got, ok := v.InstanceProfile(account, "WEB"); !ok || got.Role != role.ID || got.ARN("aws") != "arn:aws:iam::123456789012:instance-profile/web" {
			t.Errorf("found %+v", got)
		}
		if n := v.CountInstanceProfiles(account); n != 1 {
			t.Errorf("there are %d", n)
		}
	})
	if got := profilesOf(t, d, role); got != "web " {
		t.Errorf("the role is in %s", got)
	}
	update(t, d, func(tx *directory.Tx) error { tx.PutInstanceProfile(withRole, p); return nil })
	if got := profilesOf(t, d, role); got != "" {
		t.Errorf("the role is still in %s", got)
	}
	update(t, d, func(tx *directory.Tx) error { tx.DeleteInstanceProfile(p); return nil })
	view(t, d, func(v *directory.View) {
		if _, ok := v.InstanceProfile(account, "web"); ok {
			t.Error("it is still there")
		}
	})
}

// Nobody comes to have a role that is gone: both touch the role's document.
func TestNoInstanceProfileGetsARoleWhileItIsDeleted(t *testing.T) {
	d := open(t)
	role, p := newRole(t, d, "Web", ""), newProfile(t, d, "web")
	withRole, tries := p.Clone(), 0
	withRole.Role = role.ID
	update(t, d, func(tx *directory.Tx) error {
		if _, ok := tx.RoleByID(account, role.ID); !ok {
			return nil
		}
		if tries++; tries == 1 {
			update(t, d, func(tx *directory.Tx) error { tx.DeleteRole(role); return nil })
		}
		tx.PutInstanceProfile(p, withRole)
		return nil
	})
	if got := profilesOf(t, d, role); got != "" || tries != 1 {
		t.Errorf("the role that is gone is in %s after %d tries", got, tries)
	}
}

// The other way round: whoever deletes the role has seen that no profile has
// it, and looks again when one got it meanwhile.
func TestNoRoleIsDeletedWhileAnInstanceProfileGetsIt(t *testing.T) {
	d := open(t)
	role, p := newRole(t, d, "Web", ""), newProfile(t, d, "web")
	withRole, tries, used := p.Clone(), 0, false
	withRole.Role = role.ID
	update(t, d, func(tx *directory.Tx) error {
		role, _ := tx.RoleByID(account, role.ID)
		used = false
		tx.InstanceProfilesOf(role, func(*directory.InstanceProfile) bool { used = true; return false })
		if used {
			return nil
		}
		if tries++; tries == 1 {
			update(t, d, func(tx *directory.Tx) error { tx.PutInstanceProfile(p, withRole); return nil })
		}
		tx.DeleteRole(role)
		return nil
	})
	if !used || tries != 1 {
		t.Errorf("deleted after %d tries, used: %v", tries, used)
	}
}
