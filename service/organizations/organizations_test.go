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
	h.refused(h.send(h.admin, "DescribeOrganization", nil), "AWSOrganizationsNotInUseException", "", "Your account is not a member of an organization.")
	a := h.do("CreateOrganization", nil)
	id := a.at("Organization", "Id")
	if !regexp.MustCompile(`^o-[a-z0-9]{10}$`).MatchString(id) || a.at("Organization", "FeatureSet") != "ALL" ||
		a.at("Organization", "Arn") != "arn:aws:organizations::"+management+":organization/"+id ||
		a.at("Organization", "MasterAccountArn") != "arn:aws:organizations::"+management+":account/"+id+"/"+management ||
		a.at("Organization", "AvailablePolicyTypes", 0, "Type") != "SERVICE_CONTROL_POLICY" {
		t.Error(a.text)
	}
	if d := h.do("DescribeOrganization", nil); d.text != a.text {
		t.Errorf("%s, made as %s", d.text, a.text)
	}
	h.refused(h.send(h.admin, "CreateOrganization", nil), "AlreadyInOrganizationException", "", "already a member")
	if got := h.do("ListAccounts", nil).all("Accounts", "Id"); !slices.Equal(got, []string{management}) {
		t.Error(got)
	}
	h.do("CreateOrganizationalUnit", in{"ParentId": h.root(), "Name": "left behind"})
	h.do("DeleteOrganization", nil)
	h.refused(h.send(h.admin, "ListRoots", nil), "AWSOrganizationsNotInUseException", "", "")
	h.do("CreateOrganization", in{"FeatureSet": "CONSOLIDATED_BILLING"})
	h.refused(h.send(h.admin, "EnablePolicyType", in{"RootId": h.root(), "PolicyType": "SERVICE_CONTROL_POLICY"}),
		"PolicyTypeNotAvailableForOrganizationException", "", "")
	if a := h.do("EnableAllFeatures", nil); a.at("Handshake", "Action") != "ENABLE_ALL_FEATURES" {
		t.Error(a.text)
	}
	h.do("EnablePolicyType", in{"RootId": h.root(), "PolicyType": "SERVICE_CONTROL_POLICY"})
}

func (h *house) root() string {
	h.t.Helper()
	return h.do("ListRoots", nil).at("Roots", 0, "Id")
}

// unit makes a unit and answers its id.
func (h *house) unit(parent, name string) string {
	h.t.Helper()
	return h.do("CreateOrganizationalUnit", in{"ParentId": parent, "Name": name}).at("OrganizationalUnit", "Id")
}

// Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_access.html: the role that an account is made with
func TestTheManagementAccountGetsIntoTheAccountsItMakes(t *testing.T) {
	h := open(t)
	h.do("CreateOrganization", nil)
	a := h.do("CreateAccount", in{"AccountName": "shop", "Email": "shop@example.com", "Tags": []in{{"Key": "team", "Value": "x"}}})
	if a.at("CreateAccountStatus", "State") != "IN_PROGRESS" || !strings.HasPrefix(a.at("CreateAccountStatus", "Id"), "car-") {
		t.Error(a.text)
	}
	a = h.do("DescribeCreateAccountStatus", in{"CreateAccountRequestId": a.at("CreateAccountStatus", "Id")})
	shop := a.at("CreateAccountStatus", "AccountId")
	if a.at("CreateAccountStatus", "State") != "SUCCEEDED" || len(shop) != 12 {
		t.Fatal(a.text)
	}
	inside := h.assume(h.admin, "arn:aws:iam::"+shop+":role/OrganizationAccountAccessRole")
	if w := h.query(inside, "iam", "ListRoles"); !strings.Contains(w.Body.String(), "role/aws-service-role/organizations.amazonaws.com/AWSServiceRoleForOrganizations") {
		t.Error(w.Body)
	}
	a = h.do("DescribeAccount", in{"AccountId": shop})
	if a.at("Account", "Email") != "shop@example.com" || a.at("Account", "Status") != "ACTIVE" || a.at("Account", "JoinedMethod") != "CREATED" {
		t.Error(a.text)
	}
	if a := h.do("ListTagsForResource", in{"ResourceId": shop}); a.at("Tags", 0, "Value") != "x" {
		t.Error(a.text)
	}
	again := h.do("CreateAccount", in{"AccountName": "other", "Email": "Shop@example.com"})
	again = h.do("DescribeCreateAccountStatus", in{"CreateAccountRequestId": again.at("CreateAccountStatus", "Id")})
	if again.at("CreateAccountStatus", "FailureReason") != "EMAIL_ALREADY_EXISTS" {
		t.Error(again.text)
	}
	if got := h.do("ListCreateAccountStatus", in{"States": []string{"FAILED"}}).all("CreateAccountStatuses", "AccountName"); !slices.Equal(got, []string{"other"}) {
		t.Error(got)
	}
	h.refused(h.send(inside, "ListAccounts", nil), "AccessDeniedException", "", "You don't have permissions to access this resource.")
	h.doAs(inside, "DescribeOrganization", nil)
	h.do("CloseAccount", in{"AccountId": shop})
	if w := h.query(inside, "iam", "ListRoles"); w.Code != 403 {
		t.Errorf("a closed account: %d %s", w.Code, w.Body)
	}
	h.refused(h.send(h.admin, "CloseAccount", in{"AccountId": shop}), "AccountAlreadyClosedException", "", "")
}

// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_InviteAccountToOrganization.html
func TestAnAccountJoinsByAcceptingAnInvitationAndMayLeave(t *testing.T) {
	h := open(t)
	h.do("CreateOrganization", nil)
	them := h.account(guest)
	stranger := h.account("333333333333")
	target := in{"Target": in{"Id": guest, "Type": "ACCOUNT"}, "Notes": "welcome"}
	a := h.do("InviteAccountToOrganization", target)
	id := in{"HandshakeId": a.at("Handshake", "Id")}
	h.refused(h.send(h.admin, "InviteAccountToOrganization", target), "DuplicateHandshakeException", "", "")
	h.refused(h.send(stranger, "AcceptHandshake", id), "HandshakeNotFoundException", "", "")
	h.refused(h.send(h.admin, "AcceptHandshake", id), "HandshakeNotFoundException", "", "")
	if got := h.doAs(them, "ListHandshakesForAccount", nil).all("Handshakes", "State"); !slices.Equal(got, []string{"OPEN"}) {
		t.Error(got)
	}
	h.do("CancelHandshake", id)
	h.refused(h.send(them, "AcceptHandshake", id), "InvalidHandshakeTransitionException", "", "")
	id["HandshakeId"] = h.do("InviteAccountToOrganization", target).at("Handshake", "Id")
	h.now = now.Add(15 * 24 * time.Hour)
	h.refused(h.send(them, "AcceptHandshake", id), "InvalidHandshakeTransitionException", "", "")
	id["HandshakeId"] = h.do("InviteAccountToOrganization", target).at("Handshake", "Id")
	if a := h.doAs(them, "AcceptHandshake", id); a.at("Handshake", "State") != "ACCEPTED" {
		t.Error(a.text)
	}
	h.refused(h.send(them, "AcceptHandshake", id), "HandshakeAlreadyInStateException", "", "")
	if got := h.do("ListAccounts", nil).all("Accounts", "Id"); !slices.Equal(got, []string{management, guest}) {
		t.Error(got)
	}
	h.refused(h.send(h.admin, "DeleteOrganization", nil), "OrganizationNotEmptyException", "", "")
	h.refused(h.send(h.admin, "LeaveOrganization", nil), "MasterCannotLeaveOrganizationException", "", "")
	h.doAs(them, "LeaveOrganization", nil)
	h.refused(h.send(them, "DescribeOrganization", nil), "AWSOrganizationsNotInUseException", "", "")
	h.refused(h.send(h.admin, "InviteAccountToOrganization", in{"Target": in{"Id": "999999999999", "Type": "ACCOUNT"}}),
		"InvalidInputException", "TARGET_NOT_SUPPORTED", "")
}

// Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_ous.html and orgs_reference_limits.html (five levels)
func TestUnitsHaveTheirNamesTheirDepthAndAreDeletedEmpty(t *testing.T) {
	h := open(t)
	h.do("CreateOrganization", nil)
	parent := h.root()
	first := h.unit(parent, "one")
	parent = first
	h.refused(h.send(h.admin, "CreateOrganizationalUnit", in{"ParentId": h.root(), "Name": "one"}), "DuplicateOrganizationalUnitException", "", "")
	for _, name := range []string{"two", "three", "four", "five"} {
		parent = h.unit(parent, name)
	}
	h.refused(h.send(h.admin, "CreateOrganizationalUnit", in{"ParentId": parent, "Name": "six"}), "ConstraintViolationException", "OU_DEPTH_LIMIT_EXCEEDED", "")
	h.refused(h.send(h.admin, "CreateOrganizationalUnit", in{"ParentId": "ou-abcd-12345678", "Name": "x"}), "ParentNotFoundException", "", "You specified a parent that doesn't exist.")
	h.refused(h.send(h.admin, "DeleteOrganizationalUnit", in{"OrganizationalUnitId": first}), "OrganizationalUnitNotEmptyException", "", "")
	shop, _ := h.member("shop")
	h.do("MoveAccount", in{"AccountId": shop, "SourceParentId": h.root(), "DestinationParentId": parent})
	h.refused(h.send(h.admin, "DeleteOrganizationalUnit", in{"OrganizationalUnitId": parent}), "OrganizationalUnitNotEmptyException", "", "")
	if got := h.do("ListParents", in{"ChildId": shop}); got.at("Parents", 0, "Id") != parent || got.at("Parents", 0, "Type") != "ORGANIZATIONAL_UNIT" {
		t.Error(got.text)
	}
	if got := h.do("ListChildren", in{"ParentId": parent, "ChildType": "ACCOUNT"}).all("Children", "Id"); !slices.Equal(got, []string{shop}) {
		t.Error(got)
	}
	h.refused(h.send(h.admin, "MoveAccount", in{"AccountId": shop, "SourceParentId": h.root(), "DestinationParentId": parent}), "AccountNotFoundException", "", "")
	h.do("MoveAccount", in{"AccountId": shop, "SourceParentId": parent, "DestinationParentId": h.root()})
	h.do("DeleteOrganizationalUnit", in{"OrganizationalUnitId": parent})
	h.refused(h.send(h.admin, "DescribeOrganizationalUnit", in{"OrganizationalUnitId": parent}), "OrganizationalUnitNotFoundException", "", "")
	if a := h.do("UpdateOrganizationalUnit", in{"OrganizationalUnitId": first, "Name": "renamed"}); a.at("OrganizationalUnit", "Name") != "renamed" {
		t.Error(a.text)
	}
}

// Paging goes on where it stopped, also while accounts come.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html
func TestListsGoOnWhereTheyStopped(t *testing.T) {
	h := open(t)
	h.do("CreateOrganization", nil)
	for range 4 {
		h.member("m" + string(rune('a'+len(h.do("ListAccounts", nil).all("Accounts", "Id")))))
	}
	var seen []string
	page := in{"MaxResults": 2}
	for {
		a := h.do("ListAccounts", page)
		seen = append(seen, a.all("Accounts", "Id")...)
		if a.at("NextToken") == "" {
			break
		}
		page["NextToken"] = a.at("NextToken")
	}
	if len(seen) != 5 || !slices.IsSorted(seen) || len(slices.Compact(seen)) != 5 {
		t.Error(seen)
	}
	h.refused(h.send(h.admin, "ListAccounts", in{"NextToken": "made up"}), "InvalidInputException", "INVALID_NEXT_TOKEN", "")
}

// document is a policy of statements.
func document(statements ...in) string {
	b, _ := json.Marshal(in{"Version": "2012-10-17", "Statement": statements})
	return string(b)
}

// policy makes a policy and answers its id.
func (h *house) policy(kind, name, content string) string {
	h.t.Helper()
	return h.do("CreatePolicy", in{"Type": kind, "Name": name, "Description": "", "Content": content}).at("Policy", "PolicySummary", "Id")
}

const scp, rcp = "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"
