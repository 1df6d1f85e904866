package ssoadmin_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/test/ssotest"
)

const organizations = "AWSOrganizationsV20161128."

// jane is somebody who signs in at the portal and may use a permission set in an
// account.
func (h *house) jane(set, account string) (portal *ssotest.House, token string) {
	h.T.Helper()
	a := h.Call(h.Admin, "identitystore", "AWSIdentityStore.CreateUser", in{
		"IdentityStoreId": h.store, "UserName": ssotest.UserName, "DisplayName": "Jane", "Name": in{"FamilyName": "Doe", "GivenName": "Jane"},
	})
	h.do("CreateAccountAssignment", in{"PermissionSetArn": set, "TargetId": account, "TargetType": "AWS_ACCOUNT", "PrincipalType": "USER", "PrincipalId": a.At("UserId")})
	link, err := h.Server.ResetPassword(h.T.Context(), rolecall.PasswordReset{UserName: ssotest.UserName})
	if err != nil {
		h.T.Fatal(err)
	}
	b := ssotest.At(h.T, h.Server)
	b.SetPassword(link.URL)
	b.SignIn()
	return b.House, b.AccessToken()
}

// Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html,
// https://docs.aws.amazon.com/singlesignon/latest/userguide/slrconcept.html
func TestWhatAnAccountsOrganizationSaysOfItsRoles(t *testing.T) {
	h := open(t, "us-east-1")
	h.enable()
	shop, inside := h.Member("shop")
	portal, token := h.jane(h.set("Readers"), shop)
	credentials := func() ssotest.Answer {
		t.Helper()
		return portal.Get("/federation/credentials?role_name=Readers&account_id="+shop, token)
	}
	if a := credentials(); a.Status != http.StatusOK {
		t.Fatalf("assigned: %d %v", a.Status, a.Body)
	}
	if text := h.Query(inside, "iam", "GetRole", "RoleName", "AWSServiceRoleForSSO").Text; !strings.Contains(text, "/aws-service-role/sso.amazonaws.com/") {
		t.Errorf("the service has no role of its own: %s", text)
	}

	root := h.Call(h.Admin, "organizations", organizations+"ListRoots", in{}).At("Roots", 0, "Id")
	h.Call(h.Admin, "organizations", organizations+"EnablePolicyType", in{"RootId": root, "PolicyType": "RESOURCE_CONTROL_POLICY"})
	made := h.Call(h.Admin, "organizations", organizations+"CreatePolicy", in{"Name": "no-saml", "Description": "", "Type": "RESOURCE_CONTROL_POLICY",
		"Content": `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRoleWithSAML","Resource":"*"}]}`})
	attached := in{"PolicyId": made.At("Policy", "PolicySummary", "Id"), "TargetId": shop}
	h.Call(h.Admin, "organizations", organizations+"AttachPolicy", attached)
	if a := credentials(); a.Status != http.StatusForbidden || a.Text("message") != "Not authorized to perform sts:AssumeRoleWithSAML" {
		t.Errorf("a resource control policy denies: %d %v", a.Status, a.Body)
	}
	h.Call(h.Admin, "organizations", organizations+"DetachPolicy", attached)
	if a := credentials(); a.Status != http.StatusOK {
		t.Errorf("detached: %d %v", a.Status, a.Body)
	}

	if a := h.Call(h.Admin, "organizations", organizations+"RemoveAccountFromOrganization", in{"AccountId": shop}); a.Status != http.StatusOK {
		t.Fatal(a.Text)
	}
	if a := credentials(); a.Status != http.StatusForbidden {
		t.Errorf("the account has left: %d %v", a.Status, a.Body)
	}
	if roles := h.roles(inside); len(roles) != 0 {
		t.Errorf("roles of permission sets are left: %v", roles)
	}
	for _, action := range []string{"ListRoles", "ListSAMLProviders"} {
		if text := h.Query(inside, "iam", action).Text; strings.Contains(text, "SSO") {
			t.Errorf("something of Identity Center is left: %s", text)
		}
	}
	if a := h.do("ListAccountAssignmentsForPrincipal", in{"PrincipalType": "GROUP", "PrincipalId": h.group("staff")}); a.Count("AccountAssignments") != 0 {
		t.Error(a.Text)
	}
}

// Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_close.html
func TestNothingIsAssignedInAClosedAccount(t *testing.T) {
	h := open(t, "us-east-1")
	h.enable()
	shop, _ := h.Member("shop")
	set := h.set("Readers")
	portal, token := h.jane(set, shop)
	h.Call(h.Admin, "organizations", organizations+"CloseAccount", in{"AccountId": shop})
	if a := portal.Get("/federation/credentials?role_name=Readers&account_id="+shop, token); a.Status != http.StatusForbidden {
		t.Errorf("credentials: %d %v", a.Status, a.Body)
	}
	if list, ok := portal.Get("/assignment/accounts", token).Body["accountList"].([]any); !ok || len(list) != 0 {
		t.Errorf("ListAccounts: %v", list)
	}
	h.refused("CreateAccountAssignment", to(set, shop, h.group("staff")), "ResourceNotFoundException", shop)
}
