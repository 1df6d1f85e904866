package ssoadmin_test

import (
	"flag"
	"fmt"
	"sync"
	"testing"
	"time"
)

// A flag, since it makes thirty thousand roles.
var large = flag.Bool("large", false, "provision 100 permission sets over 300 accounts")

// A thousand users in two hundred groups, and a hundred permission sets over
// three hundred accounts, each of them assigned to a group.
func TestProvisionALargeOrganization(t *testing.T) {
	if !*large {
		t.Skip("with -large only")
	}
	h := openIn(t, "us-east-1", t.TempDir())
	h.enable()
	accounts, groups, sets := make([]string, 300), make([]string, 200), make([]string, 100)
	for i := range accounts {
		a := h.Call(h.Admin, "organizations", "AWSOrganizationsV20161128.CreateAccount", in{"AccountName": "a", "Email": fmt.Sprint(i, "@example.com")})
		a = h.Call(h.Admin, "organizations", "AWSOrganizationsV20161128.DescribeCreateAccountStatus", in{"CreateAccountRequestId": a.At("CreateAccountStatus", "Id")})
		accounts[i] = a.At("CreateAccountStatus", "AccountId")
	}
	for i := range groups {
		groups[i] = h.group(fmt.Sprint("group", i))
	}
	var anna string
	for i := range 1000 {
		a := h.Call(h.Admin, "identitystore", "AWSIdentityStore.CreateUser", in{"IdentityStoreId": h.store, "UserName": fmt.Sprint("user", i), "DisplayName": "u", "Name": in{"FamilyName": "f", "GivenName": "g"}})
		if i == 0 {
			anna = a.At("UserId")
		}
		for g := range 5 {
			h.Call(h.Admin, "identitystore", "AWSIdentityStore.CreateGroupMembership", in{"IdentityStoreId": h.store, "GroupId": groups[(i+g*40)%200], "MemberId": in{"UserId": a.At("UserId")}})
		}
	}
	for i := range sets {
		sets[i] = h.set(fmt.Sprint("set", i))
		h.do("AttachManagedPolicyToPermissionSet", in{"PermissionSetArn": sets[i], "ManagedPolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"})
	}
	timed(t, "assign 30,000", func() {
		h.each(16, len(sets)*len(accounts), func(i int) {
			h.do("CreateAccountAssignment", to(sets[(i/300+i)%100], accounts[i%300], groups[i%200]))
		})
		h.settled()
	})
	for _, set := range sets {
		h.do("UpdatePermissionSet", in{"PermissionSetArn": set, "SessionDuration": "PT2H"})
	}
	timed(t, "provision 30,000", func() {
		h.each(4, len(sets), func(i int) {
			h.do("ProvisionPermissionSet", in{"PermissionSetArn": sets[i], "TargetType": "ALL_PROVISIONED_ACCOUNTS"})
		})
	})
	timed(t, "list one user's assignments, first page", func() {
		h.do("ListAccountAssignmentsForPrincipal", in{"PrincipalType": "USER", "PrincipalId": anna})
	})
}

func timed(t *testing.T, what string, do func()) {
	begin := time.Now()
	do()
	t.Logf("%s: %v", what, time.Since(begin))
}

// each calls do with each number below n, some at once.
func (h *house) each(at, n int, do func(int)) {
	var wg sync.WaitGroup
	for worker := range at {
		wg.Go(func() {
			for i := worker; i < n; i += at {
				do(i)
			}
		})
	}
	wg.Wait()
}
