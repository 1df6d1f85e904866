package directory_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/store/directory"
)

const center = "ssoins-0123456789abcdef"

func putSet(t *testing.T, d *directory.Directory, id, name string) *directory.PermissionSet {
	t.Helper()
	p := &directory.PermissionSet{ID: id, Instance: center, Name: name, SessionDuration: "PT1H", Version: 1}
	update(t, d, func(tx *directory.Tx) error { tx.PutPermissionSet(p); return nil })
	return p
}

func TestAnAccountHasOneInstanceAndFindsIt(t *testing.T) {
	d := open(t)
	i := &directory.Instance{ID: center, Account: account, Store: "d-0123456789", Region: "us-west-2", Status: "ACTIVE"}
	update(t, d, func(tx *directory.Tx) error { tx.PutInstance(i); return nil })
	putSet(t, d, "ps-1", "Readers")
	view(t, d, func(v *directory.View) {
		found, ok := v.InstanceOf(account)
		if !ok || found.ID != center || found.Region != "us-west-2" {
			t.Errorf("%+v", found)
		}
		if p, ok := v.PermissionSetNamed(center, "READERS"); !ok || p.ID != "ps-1" {
			t.Errorf("%+v", p)
		}
	})
	update(t, d, func(tx *directory.Tx) error { tx.DeleteInstance(i); return nil })
	view(t, d, func(v *directory.View) {
		if _, ok := v.InstanceOf(account); ok {
			t.Error("the instance is still there")
		}
		if _, ok := v.PermissionSet(center, "ps-1"); ok {
			t.Error("its permission set is still there")
		}
	})
}

func TestAPersonHasWhatIsAssignedToItAndItsGroupsOnce(t *testing.T) {
	d := open(t)
	other := must(arn.ParseAccountID("210987654321"))
	update(t, d, func(tx *directory.Tx) error {
		for _, a := range []directory.Assignment{
			{Account: other, PermissionSet: "ps-1", Type: "USER", Principal: "Anna"},
			{Account: account, PermissionSet: "ps-2", Type: "GROUP", Principal: "staff"},
			{Account: account, PermissionSet: "ps-2", Type: "USER", Principal: "anna"},
			{Account: account, PermissionSet: "ps-3", Type: "GROUP", Principal: "others"},
		} {
			tx.PutAssignment(center, a)
		}
		return nil
	})
	view(t, d, func(v *directory.View) {
		want := []directory.Access{{Account: account, PermissionSet: "ps-2"}, {Account: other, PermissionSet: "ps-1"}}
		if got := v.AccessOf(center, "ANNA", []string{"staff"}); !slices.Equal(got, want) {
			t.Errorf("%v, want %v", got, want)
		}
		if !v.MayUse(center, want[0], "berta", []string{"staff"}) || v.MayUse(center, want[1], "berta", []string{"staff"}) {
			t.Error("a group's assignment is for its members, and no more")
		}
	})
	update(t, d, func(tx *directory.Tx) error {
		tx.DeleteAssignment(center, directory.Assignment{Account: other, PermissionSet: "ps-1", Type: "USER", Principal: "anna"})
		return nil
	})
	view(t, d, func(v *directory.View) {
		if got := v.AccessOf(center, "anna", nil); len(got) != 1 {
			t.Errorf("%v", got)
		}
	})
}

// Whoever deletes a permission set while it comes to an account does it again,
// and sees that it is in use.
func TestNobodyDeletesAPermissionSetWhileItIsProvisioned(t *testing.T) {
	d := open(t)
	p := putSet(t, d, "ps-1", "Readers")
	tries := 0
	update(t, d, func(tx *directory.Tx) error {
		tries++
		used := false
		tx.ProvisionedOf(center, p.ID, "", func(*directory.Provisioned) bool { used = true; return false })
		if used {
			return nil
		}
		if tries == 1 {
			update(t, d, func(tx *directory.Tx) error {
				tx.PermissionSet(center, p.ID)
				tx.PutProvisioned(center, &directory.Provisioned{Account: account, PermissionSet: p.ID, Role: "AROA", Version: 1})
				return nil
			})
		}
		tx.DeletePermissionSet(p)
		return nil
	})
	view(t, d, func(v *directory.View) {
		if _, ok := v.PermissionSet(center, p.ID); !ok || tries != 2 {
			t.Errorf("there: %v, after %d tries", ok, tries)
		}
	})
}

func TestRequestsAreForgottenAfterNinetyDays(t *testing.T) {
	d := open(t)
	begin := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range 4 {
		update(t, d, func(tx *directory.Tx) error {
			tx.AddSSORequest(center, &directory.SSORequest{ID: fmt.Sprint(i), Kind: directory.SSOAssign, Created: begin.Add(time.Duration(i) * 50 * 24 * time.Hour)})
			return nil
		})
	}
	var ids []string
	view(t, d, func(v *directory.View) {
		v.SSORequests(center, directory.SSOAssign, "", func(q *directory.SSORequest) bool { ids = append(ids, q.ID); return true })
	})
	if !slices.Equal(ids, []string{"2", "3"}) {
		t.Error(ids)
	}
}

// A hundred permission sets over three hundred accounts, all of them one
// person's.
func BenchmarkAccountsOf(b *testing.B) {
	t := &testing.T{}
	d := open(t)
	for i := range 300 {
		err := d.Update(b.Context(), func(tx *directory.Tx) error {
			for set := range 100 {
				tx.PutAssignment(center, directory.Assignment{Account: must(arn.ParseAccountID(fmt.Sprint(100000000000 + i))), PermissionSet: fmt.Sprintf("ps-%016d", set), Type: "GROUP", Principal: fmt.Sprint("group", set%5)})
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	groups := []string{"group0", "group1", "group2", "group3", "group4"}
	for b.Loop() {
		v, err := d.View(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		accounts := v.AccountsOf(center, "anna", groups)
		if sets := v.AccessIn(center, accounts[0], "anna", groups); len(accounts) != 300 || len(sets) != 100 {
			b.Fatal(len(accounts), len(sets))
		}
		v.Close()
	}
}
