package organizations_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

type in = map[string]any

// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateOrganization.html
func TestAnOrganizationBeginsWithTheAccountThatManagesIt(t *testing.T) {
	h := open(t)
	h.refused(h.send(h.Admin, "DescribeOrganization", nil), "AWSOrganizationsNotInUseException", "", "Your account is not a member of an organization.")
	a := h.do("CreateOrganization", nil)
	id := a.At("Organization", "Id")
	if !regexp.MustCompile(`^o-[a-z0-9]{10}$`).MatchString(id) || a.At("Organization", "FeatureSet") != "ALL" ||
		a.At("Organization", "Arn") != "arn:aws:organizations::"+management+":organization/"+id ||
		a.At("Organization", "MasterAccountArn") != "arn:aws:organizations::"+management+":account/"+id+"/"+management ||
		a.At("Organization", "AvailablePolicyTypes", 0, "Type") != "SERVICE_CONTROL_POLICY" {
		t.Error(a.Text)
	}
	if d := h.do("DescribeOrganization", nil); d.Text != a.Text {
		t.Errorf("%s, made as %s", d.Text, a.Text)
	}
	h.refused(h.send(h.Admin, "CreateOrganization", nil), "AlreadyInOrganizationException", "", "already a member")
	if got := h.do("ListAccounts", nil).All("Accounts", "Id"); !slices.Equal(got, []string{management}) {
		t.Error(got)
	}
	h.do("CreateOrganizationalUnit", in{"ParentId": h.root(), "Name": "left behind"})
	h.do("DeleteOrganization", nil)
	h.refused(h.send(h.Admin, "ListRoots", nil), "AWSOrganizationsNotInUseException", "", "")
	h.do("CreateOrganization", in{"FeatureSet": "CONSOLIDATED_BILLING"})
	h.refused(h.send(h.Admin, "EnablePolicyType", in{"RootId": h.root(), "PolicyType": "SERVICE_CONTROL_POLICY"}),
		"PolicyTypeNotAvailableForOrganizationException", "", "")
	if a := h.do("EnableAllFeatures", nil); a.At("Handshake", "Action") != "ENABLE_ALL_FEATURES" {
		t.Error(a.Text)
	}
	h.do("EnablePolicyType", in{"RootId": h.root(), "PolicyType": "SERVICE_CONTROL_POLICY"})
}

func (h *house) root() string {
	h.T.Helper()
	return h.do("ListRoots", nil).At("Roots", 0, "Id")
}

// unit makes a unit and answers its id.
func (h *house) unit(parent, name string) string {
	h.T.Helper()
	return h.do("CreateOrganizationalUnit", in{"ParentId": parent, "Name": name}).At("OrganizationalUnit", "Id")
}

// Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_access.html: the role that an account is made with
func TestTheManagementAccountGetsIntoTheAccountsItMakes(t *testing.T) {
	h := open(t)
	h.do("CreateOrganization", nil)
	a := h.do("CreateAccount", in{"AccountName": "shop", "Email": "shop@example.com", "Tags": []in{{"Key": "team", "Value": "x"}}})
	if a.At("CreateAccountStatus", "State") != "IN_PROGRESS" || !strings.HasPrefix(a.At("CreateAccountStatus", "Id"), "car-") {
		t.Error(a.Text)
	}
	a = h.do("DescribeCreateAccountStatus", in{"CreateAccountRequestId": a.At("CreateAccountStatus", "Id")})
	shop := a.At("CreateAccountStatus", "AccountId")
	if a.At("CreateAccountStatus", "State") != "SUCCEEDED" || len(shop) != 12 {
		t.Fatal(a.Text)
	}
	inside := h.Assume(h.Admin, "arn:aws:iam::"+shop+":role/OrganizationAccountAccessRole")
	if w := h.Query(inside, "iam", "ListRoles"); !strings.Contains(w.Text, "role/aws-service-role/organizations.amazonaws.com/AWSServiceRoleForOrganizations") {
		t.Error(w.Text)
	}
	a = h.do("DescribeAccount", in{"AccountId": shop})
	if a.At("Account", "Email") != "shop@example.com" || a.At("Account", "Status") != "ACTIVE" || a.At("Account", "JoinedMethod") != "CREATED" {
		t.Error(a.Text)
	}
	if a := h.do("ListTagsForResource", in{"ResourceId": shop}); a.At("Tags", 0, "Value") != "x" {
		t.Error(a.Text)
	}
	again := h.do("CreateAccount", in{"AccountName": "other", "Email": "Shop@example.com"})
	again = h.do("DescribeCreateAccountStatus", in{"CreateAccountRequestId": again.At("CreateAccountStatus", "Id")})
	if again.At("CreateAccountStatus", "FailureReason") != "EMAIL_ALREADY_EXISTS" {
		t.Error(again.Text)
	}
	if got := h.do("ListCreateAccountStatus", in{"States": []string{"FAILED"}}).All("CreateAccountStatuses", "AccountName"); !slices.Equal(got, []string{"other"}) {
		t.Error(got)
	}
	h.refused(h.send(inside, "ListAccounts", nil), "AccessDeniedException", "", "You don't have permissions to access this resource.")
	h.Organizations(inside, "DescribeOrganization", nil)
	h.do("CloseAccount", in{"AccountId": shop})
	if w := h.Query(inside, "iam", "ListRoles"); w.Status != 403 {
		t.Errorf("a closed account: %d %s", w.Status, w.Text)
	}
	h.refused(h.send(h.Admin, "CloseAccount", in{"AccountId": shop}), "AccountAlreadyClosedException", "", "")
}

// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_InviteAccountToOrganization.html
func TestAnAccountJoinsByAcceptingAnInvitationAndMayLeave(t *testing.T) {
	h := open(t)
	h.do("CreateOrganization", nil)
	them := h.Account(guest)
	stranger := h.Account("333333333333")
	target := in{"Target": in{"Id": guest, "Type": "ACCOUNT"}, "Notes": "welcome"}
	a := h.do("InviteAccountToOrganization", target)
	id := in{"HandshakeId": a.At("Handshake", "Id")}
	h.refused(h.send(h.Admin, "InviteAccountToOrganization", target), "DuplicateHandshakeException", "", "")
	h.refused(h.send(stranger, "AcceptHandshake", id), "HandshakeNotFoundException", "", "")
	h.refused(h.send(h.Admin, "AcceptHandshake", id), "HandshakeNotFoundException", "", "")
	if got := h.Organizations(them, "ListHandshakesForAccount", nil).All("Handshakes", "State"); !slices.Equal(got, []string{"OPEN"}) {
		t.Error(got)
	}
	h.do("CancelHandshake", id)
	h.refused(h.send(them, "AcceptHandshake", id), "InvalidHandshakeTransitionException", "", "")
	id["HandshakeId"] = h.do("InviteAccountToOrganization", target).At("Handshake", "Id")
	h.Now = h.Now.Add(15 * 24 * time.Hour)
	h.refused(h.send(them, "AcceptHandshake", id), "InvalidHandshakeTransitionException", "", "")
	id["HandshakeId"] = h.do("InviteAccountToOrganization", target).At("Handshake", "Id")
	if a := h.Organizations(them, "AcceptHandshake", id); a.At("Handshake", "State") != "ACCEPTED" {
		t.Error(a.Text)
	}
	h.refused(h.send(them, "AcceptHandshake", id), "HandshakeAlreadyInStateException", "", "")
	if got := h.do("ListAccounts", nil).All("Accounts", "Id"); !slices.Equal(got, []string{management, guest}) {
		t.Error(got)
	}
	h.refused(h.send(h.Admin, "DeleteOrganization", nil), "OrganizationNotEmptyException", "", "")
	h.refused(h.send(h.Admin, "LeaveOrganization", nil), "MasterCannotLeaveOrganizationException", "", "")
	h.Organizations(them, "LeaveOrganization", nil)
	h.refused(h.send(them, "DescribeOrganization", nil), "AWSOrganizationsNotInUseException", "", "")
	h.refused(h.send(h.Admin, "InviteAccountToOrganization", in{"Target": in{"Id": "999999999999", "Type": "ACCOUNT"}}),
		"InvalidInputException", "TARGET_NOT_SUPPORTED", "")
}

// Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_ous.html and orgs_reference_limits.html (five levels)
func TestUnitsHaveTheirNamesTheirDepthAndAreDeletedEmpty(t *testing.T) {
	h := open(t)
	h.do("CreateOrganization", nil)
	parent := h.root()
	first := h.unit(parent, "one")
	parent = first
	h.refused(h.send(h.Admin, "CreateOrganizationalUnit", in{"ParentId": h.root(), "Name": "one"}), "DuplicateOrganizationalUnitException", "", "")
	for _, name := range []string{"two", "three", "four", "five"} {
		parent = h.unit(parent, name)
	}
	h.refused(h.send(h.Admin, "CreateOrganizationalUnit", in{"ParentId": parent, "Name": "six"}), "ConstraintViolationException", "OU_DEPTH_LIMIT_EXCEEDED", "")
	h.refused(h.send(h.Admin, "CreateOrganizationalUnit", in{"ParentId": "ou-abcd-12345678", "Name": "x"}), "ParentNotFoundException", "", "You specified a parent that doesn't exist.")
	h.refused(h.send(h.Admin, "DeleteOrganizationalUnit", in{"OrganizationalUnitId": first}), "OrganizationalUnitNotEmptyException", "", "")
	shop, _ := h.Member("shop")
	h.do("MoveAccount", in{"AccountId": shop, "SourceParentId": h.root(), "DestinationParentId": parent})
	h.refused(h.send(h.Admin, "DeleteOrganizationalUnit", in{"OrganizationalUnitId": parent}), "OrganizationalUnitNotEmptyException", "", "")
	if got := h.do("ListParents", in{"ChildId": shop}); got.At("Parents", 0, "Id") != parent || got.At("Parents", 0, "Type") != "ORGANIZATIONAL_UNIT" {
		t.Error(got.Text)
	}
	if got := h.do("ListChildren", in{"ParentId": parent, "ChildType": "ACCOUNT"}).All("Children", "Id"); !slices.Equal(got, []string{shop}) {
		t.Error(got)
	}
	h.refused(h.send(h.Admin, "MoveAccount", in{"AccountId": shop, "SourceParentId": h.root(), "DestinationParentId": parent}), "AccountNotFoundException", "", "")
	h.do("MoveAccount", in{"AccountId": shop, "SourceParentId": parent, "DestinationParentId": h.root()})
	h.do("DeleteOrganizationalUnit", in{"OrganizationalUnitId": parent})
	h.refused(h.send(h.Admin, "DescribeOrganizationalUnit", in{"OrganizationalUnitId": parent}), "OrganizationalUnitNotFoundException", "", "")
	if a := h.do("UpdateOrganizationalUnit", in{"OrganizationalUnitId": first, "Name": "renamed"}); a.At("OrganizationalUnit", "Name") != "renamed" {
		t.Error(a.Text)
	}
}

// Paging goes on where it stopped, also while accounts come.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html
func TestListsGoOnWhereTheyStopped(t *testing.T) {
	h := open(t)
	h.do("CreateOrganization", nil)
	for range 4 {
		h.Member("m" + string(rune('a'+len(h.do("ListAccounts", nil).All("Accounts", "Id")))))
	}
	var seen []string
	page := in{"MaxResults": 2}
	for {
		a := h.do("ListAccounts", page)
		seen = append(seen, a.All("Accounts", "Id")...)
		if a.At("NextToken") == "" {
			break
		}
		page["NextToken"] = a.At("NextToken")
	}
	if len(seen) != 5 || !slices.IsSorted(seen) || len(slices.Compact(seen)) != 5 {
		t.Error(seen)
	}
	h.refused(h.send(h.Admin, "ListAccounts", in{"NextToken": "made up"}), "InvalidInputException", "INVALID_NEXT_TOKEN", "")
}

// document is a policy of statements.
func document(statements ...in) string {
	b, _ := json.Marshal(in{"Version": "2012-10-17", "Statement": statements})
	return string(b)
}

// policy makes a policy and answers its id.
func (h *house) policy(kind, name, content string) string {
	h.T.Helper()
	return h.do("CreatePolicy", in{"Type": kind, "Name": name, "Description": "", "Content": content}).At("Policy", "PolicySummary", "Id")
}

const scp, rcp = "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"
