package ssoadmin_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/test/calltest"
)

const management = "123456789012"

type in = map[string]any

// house is a whole service in memory, whose first account has an instance.
type house struct {
	*calltest.House
	instance, store string
}

func open(t testing.TB, region string) *house {
	t.Helper()
	return openIn(t, region, "")
}

// openIn is open with its data in a directory.
func openIn(t testing.TB, region, data string) *house {
	t.Helper()
	return &house{House: calltest.Open(t, region, data)}
}

type answer = calltest.Answer

// enable makes the organization and its instance.
func (h *house) enable() {
	h.T.Helper()
	h.Organizations(h.Admin, "CreateOrganization", nil)
	a := h.do("ListInstances", in{})
	h.instance, h.store = a.At("Instances", 0, "InstanceArn"), a.At("Instances", 0, "IdentityStoreId")
}

// send calls the service with the instance's ARN, where in names none.
func (h *house) send(keys calltest.Keys, operation string, input map[string]any) answer {
	h.T.Helper()
	if _, named := input["InstanceArn"]; !named && h.instance != "" {
		all := in{"InstanceArn": h.instance}
		for k, v := range input {
			all[k] = v
		}
		input = all
	}
	return h.Call(keys, "sso", "SWBExternalService."+operation, input)
}

// do is a call by the first account's administrator that must be done.
func (h *house) do(operation string, in map[string]any) answer {
	h.T.Helper()
	a := h.send(h.Admin, operation, in)
	if a.Status != http.StatusOK {
		h.T.Fatalf("%s: %d %s", operation, a.Status, a.Text)
	}
	return a
}

// refused is a call that must not be done.
func (h *house) refused(operation string, input map[string]any, code, text string) {
	h.T.Helper()
	h.check(h.send(h.Admin, operation, input), code, text)
}

func (h *house) check(a answer, code, text string) {
	h.T.Helper()
	if a.Code != code || !strings.Contains(a.Message, text) {
		h.T.Errorf("%d %s %q, want %s %q", a.Status, a.Code, a.Message, code, text)
	}
}

// group makes a group of the identity store.
func (h *house) group(name string) string {
	h.T.Helper()
	a := h.Call(h.Admin, "identitystore", "AWSIdentityStore.CreateGroup", in{"IdentityStoreId": h.store, "DisplayName": name})
	if a.Status != http.StatusOK {
		h.T.Fatal(a.Text)
	}
	return a.At("GroupId")
}

// set makes a permission set and answers its ARN.
func (h *house) set(name string) string {
	h.T.Helper()
	return h.do("CreatePermissionSet", in{"Name": name}).At("PermissionSet", "PermissionSetArn")
}

func to(set, account, group string) in {
	return in{"PermissionSetArn": set, "TargetId": account, "TargetType": "AWS_ACCOUNT", "PrincipalType": "GROUP", "PrincipalId": group}
}

// assign makes an assignment, and answers how it went.
func (h *house) assign(set, account, group string) answer {
	h.T.Helper()
	a := h.do("CreateAccountAssignment", to(set, account, group))
	if a.At("AccountAssignmentCreationStatus", "Status") != "IN_PROGRESS" {
		h.T.Error(a.Text)
	}
	return h.do("DescribeAccountAssignmentCreationStatus", in{"AccountAssignmentCreationRequestId": a.At("AccountAssignmentCreationStatus", "RequestId")})
}

// roles are the ARNs of the roles that the instance made in an account.
func (h *house) roles(keys calltest.Keys) []string {
	h.T.Helper()
	text := h.Query(keys, "iam", "ListRoles", "PathPrefix", "/aws-reserved/").Text
	var arns []string
	for _, part := range strings.Split(text, "<Arn>")[1:] {
		arn, _, _ := strings.Cut(part, "</Arn>")
		arns = append(arns, arn)
	}
	return arns
}
