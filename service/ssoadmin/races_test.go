package ssoadmin_test

import (
	"net/http"
	"sync"
	"testing"
)

// Whoever takes the last assignments away at once leaves no role behind, and
// whoever makes the first ones at once makes one role.
func TestAssignmentsAtOnceComeOutAsOneAfterTheOther(t *testing.T) {
	h := open(t, "us-east-1")
	h.enable()
	shop, inside := h.Member("shop")
	set := h.set("Readers")
	groups := []string{h.group("a"), h.group("b"), h.group("c"), h.group("d")}
	all := func(operation string) {
		var wg sync.WaitGroup
		for _, g := range groups {
			wg.Go(func() {
				if a := h.send(h.Admin, operation, to(set, shop, g)); a.Status != http.StatusOK {
					t.Errorf("%s: %s", operation, a.Text)
				}
			})
		}
		wg.Wait()
	}
	for range 5 {
		all("CreateAccountAssignment")
		if roles := h.roles(inside); len(roles) != 1 {
			t.Error(roles)
		}
		all("DeleteAccountAssignment")
		if roles := h.roles(inside); len(roles) != 0 {
			t.Error(roles)
		}
	}
	h.do("DeletePermissionSet", in{"PermissionSetArn": set})
}
