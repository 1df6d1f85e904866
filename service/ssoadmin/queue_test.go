package ssoadmin_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/store/bolt"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// settled asks until no assignment is under way any more.
func (h *house) settled() {
	h.T.Helper()
	for h.do("ListAccountAssignmentCreationStatus", in{"Filter": in{"Status": "IN_PROGRESS"}, "MaxResults": 1}).Count("AccountAssignmentsCreationStatus") > 0 {
	}
}

// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_AccountAssignmentOperationStatus.html
func TestManyAssignmentsAtOnceAreAllMade(t *testing.T) {
	h := open(t, "us-east-1")
	h.enable()
	shop, inside := h.Member("shop")
	sets := []string{h.set("Readers"), h.set("Writers"), h.set("Broken")}
	h.do("AttachCustomerManagedPolicyReferenceToPermissionSet", in{"PermissionSetArn": sets[2], "CustomerManagedPolicyReference": in{"Name": "House"}})
	groups := make([]string, 30)
	for i := range groups {
		groups[i] = h.group(fmt.Sprint("group", i))
	}
	requests := make([]string, len(groups)*len(sets))
	h.each(len(requests), len(requests), func(i int) {
		requests[i] = h.do("CreateAccountAssignment", to(sets[i%3], shop, groups[i/3])).At("AccountAssignmentCreationStatus", "RequestId")
	})
	h.settled()
	for i, id := range requests {
		status := h.do("DescribeAccountAssignmentCreationStatus", in{"AccountAssignmentCreationRequestId": id})
		want := "SUCCEEDED"
		if i%3 == 2 {
			want = "FAILED" // the account has not got the customer's policy
		}
		if status.At("AccountAssignmentCreationStatus", "Status") != want {
			t.Errorf("%d: %s", i, status.Text)
		}
	}
	if roles := h.roles(inside); len(roles) != 2 {
		t.Error(roles)
	}
	for i, set := range sets {
		want := []int{len(groups), len(groups), 0}[i]
		if a := h.do("ListAccountAssignments", in{"AccountId": shop, "PermissionSetArn": set}); a.Count("AccountAssignments") != want {
			t.Errorf("%d: %s", i, a.Text)
		}
	}
	for i := range groups {
		h.do("DeleteAccountAssignment", to(sets[i%2], shop, groups[i]))
		h.do("DeleteAccountAssignment", to(sets[1-i%2], shop, groups[i]))
	}
	if roles := h.roles(inside); len(roles) != 0 {
		t.Errorf("roles are left, so somebody counted wrong: %v", roles)
	}
}

// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_CreateAccountAssignment.html (ConflictException)
func TestOneAssignmentIsUnderWayOnce(t *testing.T) {
	h := open(t, "us-east-1")
	h.enable()
	shop, inside := h.Member("shop")
	set, staff := h.set("Readers"), h.group("staff")
	var all sync.WaitGroup
	for range 40 {
		all.Go(func() {
			a := h.send(h.Admin, "CreateAccountAssignment", to(set, shop, staff))
			if a.Status != http.StatusOK && a.Code != "ConflictException" {
				t.Error(a.Text)
			}
		})
	}
	all.Wait()
	h.settled()
	h.do("DeleteAccountAssignment", to(set, shop, staff))
	if roles := h.roles(inside); len(roles) != 0 {
		t.Error(roles)
	}
}

// What was answered with IN_PROGRESS is done even if the server ends before,
// and what has become impossible meanwhile has failed.
func TestWhatWaitsIsDoneAfterARestart(t *testing.T) {
	dir := t.TempDir()
	h := openIn(t, "us-east-1", dir)
	h.enable()
	shop, inside := h.Member("shop")
	set := h.set("Readers")
	account, err := arn.ParseAccountID(shop)
	if err != nil {
		t.Fatal(err)
	}
	place := directory.Assignment{Account: account, PermissionSet: set[strings.LastIndexByte(set, '/')+1:], Type: directory.PrincipalGroup, Principal: h.group("staff")}
	nobody, nothing, nowhere := place, place, place
	nobody.Principal = "0000000000-00000000-0000-4000-8000-000000000000"
	nothing.PermissionSet = "ps-0000000000000000"
	nowhere.Account, _ = arn.ParseAccountID("999999999999")
	waits := map[string]directory.Assignment{"1": place, "2": nobody, "3": nothing, "4": nowhere}
	if err := h.Server.Close(); err != nil {
		t.Fatal(err)
	}
	h.wait(dir, h.instance[strings.LastIndexByte(h.instance, '/')+1:], waits)

	if h.Server, err = rolecall.New(rolecall.Config{Dir: dir, Now: func() time.Time { return h.Now }}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.Server.Close(); err != nil {
			t.Error(err)
		}
	})
	h.settled()
	for n, want := range map[string]string{"1": "", "2": "GROUP with id 0000000000", "3": "PermissionSet with id ps-0000000000000000 not found", "4": "Account with id 999999999999 not found"} {
		a := h.do("DescribeAccountAssignmentCreationStatus", in{"AccountAssignmentCreationRequestId": requestOf(n)})
		state := "FAILED"
		if want == "" {
			state = "SUCCEEDED"
		}
		if a.At("AccountAssignmentCreationStatus", "Status") != state || !strings.Contains(a.Text, want) {
			t.Errorf("%s: %s", n, a.Text)
		}
	}
	if roles := h.roles(inside); len(roles) != 1 {
		t.Error(roles)
	}
}

func requestOf(n string) string { return "00000000-0000-4000-8000-00000000000" + n }

// wait writes down requests as they stand when the answer has gone out.
func (h *house) wait(dir, instance string, waits map[string]directory.Assignment) {
	h.T.Helper()
	store, err := bolt.Open(bolt.Options{Dir: dir, Rand: rand.Reader, KeepRevisions: 100})
	if err != nil {
		h.T.Fatal(err)
	}
	err = directory.New(store).Update(context.Background(), func(tx *directory.Tx) error {
		for n, a := range waits {
			tx.PutWaiting(instance, a, requestOf(n))
			tx.AddSSORequest(instance, &directory.SSORequest{
				ID: requestOf(n), Kind: directory.SSOAssign, Created: h.Now, Status: "IN_PROGRESS",
				Account: a.Account, PermissionSet: a.PermissionSet, Type: a.Type, Principal: a.Principal,
			})
		}
		return nil
	})
	if err != nil {
		h.T.Fatal(err)
	}
	if err := store.Close(); err != nil {
		h.T.Fatal(err)
	}
}
