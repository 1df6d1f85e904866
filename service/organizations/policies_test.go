package organizations_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/test/calltest"
)

var allowAll = in{"Effect": "Allow", "Action": "*", "Resource": "*"}

func deny(action string) in { return in{"Effect": "Deny", "Action": action, "Resource": "*"} }

// An SCP binds whoever is of a member account, at every level, and nobody of
// the management account.
//
// Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
func TestServiceControlPoliciesBindAtEveryLevel(t *testing.T) {
	h := open(t)
	h.do("CreateOrganization", nil)
	shop, inside := h.Member("shop")
	unit := h.unit(h.root(), "prod")
	h.do("MoveAccount", in{"AccountId": shop, "SourceParentId": h.root(), "DestinationParentId": unit})
	id := h.policy(scp, "NoUsers", document(deny("iam:ListUsers")))
	h.refused(h.send(h.Admin, "AttachPolicy", in{"PolicyId": id, "TargetId": unit}), "PolicyTypeNotEnabledException", "", "")
	h.do("EnablePolicyType", in{"RootId": h.root(), "PolicyType": scp})
	h.lists(inside, "")
	for _, target := range []string{h.root(), unit, shop} {
		h.do("AttachPolicy", in{"PolicyId": id, "TargetId": target})
		organization := h.do("DescribeOrganization", nil).At("Organization", "Id")
		h.lists(inside, "with an explicit deny in a service control policy: arn:aws:organizations::"+management+":policy/"+organization+"/service_control_policy/"+id)
		h.lists(h.Admin, "")
		h.do("DetachPolicy", in{"PolicyId": id, "TargetId": target})
	}
	h.lists(inside, "")
	only := h.policy(scp, "OnlyStorage", document(in{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}))
	h.do("AttachPolicy", in{"PolicyId": only, "TargetId": unit})
	h.lists(inside, "")
	h.do("DetachPolicy", in{"PolicyId": "p-FullAWSAccess", "TargetId": unit})
	h.lists(inside, "because no service control policy allows the iam:ListUsers action")
	h.refused(h.send(h.Admin, "DetachPolicy", in{"PolicyId": only, "TargetId": unit}), "ConstraintViolationException", "MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED", "")
	h.do("DisablePolicyType", in{"RootId": h.root(), "PolicyType": scp})
	h.lists(inside, "")
	if got := h.do("ListTargetsForPolicy", in{"PolicyId": only}).All("Targets", "TargetId"); len(got) != 0 {
		t.Error(got)
	}
}

// lists calls iam:ListUsers, which is refused with the reason given or, where
// it is empty, done.
func (h *house) lists(keys calltest.Keys, because string) {
	h.T.Helper()
	w := h.Query(keys, "iam", "ListUsers")
	if done := w.Status == 200; done != (because == "") || !strings.Contains(w.Text, because) {
		h.T.Errorf("%d %s, want it refused %q", w.Status, w.Text, because)
	}
}

// An RCP binds what a member account has, whoever comes; of IAM and STS that
// is the taking of roles.
//
// Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
func TestResourceControlPoliciesBindWhatAnAccountHas(t *testing.T) {
	h := open(t)
	h.do("CreateOrganization", nil)
	organization := h.do("DescribeOrganization", nil).At("Organization", "Id")
	shop, inside := h.Member("shop")
	them := h.Account(guest)
	trust := document(in{"Effect": "Allow", "Principal": in{"AWS": []string{guest, shop}}, "Action": "sts:AssumeRole"})
	h.Query(inside, "iam", "CreateRole", "RoleName", "open", "AssumeRolePolicyDocument", trust)
	role := "arn:aws:iam::" + shop + ":role/open"
	take := func(keys calltest.Keys) int {
		return h.Query(keys, "sts", "AssumeRole", "RoleArn", role, "RoleSessionName", "visit").Status
	}
	if got := take(them); got != 200 {
		t.Fatal(got)
	}
	h.do("EnablePolicyType", in{"RootId": h.root(), "PolicyType": rcp})
	id := h.policy(rcp, "OnlyOurs", document(in{"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole", "Resource": "*",
		"Condition": in{"StringNotEqualsIfExists": in{"aws:PrincipalOrgID": organization}}}))
	h.do("AttachPolicy", in{"PolicyId": id, "TargetId": h.root()})
	if got := take(them); got != 403 {
		t.Errorf("a stranger: %d", got)
	}
	if got := take(inside); got != 200 {
		t.Errorf("one of ours: %d", got)
	}
	h.refused(h.send(h.Admin, "DetachPolicy", in{"PolicyId": "p-RCPFullAWSAccess", "TargetId": shop}), "InvalidInputException", "NON_DETACHABLE_POLICY", "")
}

// Trust goes by the organization and the path in it.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalorgpaths
func TestConditionsSeeTheOrganizationAndThePath(t *testing.T) {
	h := open(t)
	h.do("CreateOrganization", nil)
	organization := h.do("DescribeOrganization", nil).At("Organization", "Id")
	shop, inside := h.Member("shop")
	_, other := h.Member("other")
	unit := h.unit(h.root(), "prod")
	h.do("MoveAccount", in{"AccountId": shop, "SourceParentId": h.root(), "DestinationParentId": unit})
	path := organization + "/" + h.root() + "/" + unit + "/"
	trust := document(in{"Effect": "Allow", "Principal": in{"AWS": "*"}, "Action": "sts:AssumeRole",
		"Condition": in{"ForAnyValue:StringLike": in{"aws:PrincipalOrgPaths": path + "*"}, "StringEquals": in{"aws:ResourceOrgID": organization}}})
	h.Query(h.Admin, "iam", "CreateRole", "RoleName", "hub", "AssumeRolePolicyDocument", trust)
	for _, c := range []struct {
		rule string
		keys calltest.Keys
		want int
	}{{"of the unit", inside, 200}, {"of the root", other, 403}, {"of no organization", h.Account(guest), 403}} {
		got := h.Query(c.keys, "sts", "AssumeRole", "RoleArn", "arn:aws:iam::"+management+":role/hub", "RoleSessionName", "visit").Status
		if got != c.want {
			t.Errorf("%s: %d, want %d", c.rule, got, c.want)
		}
	}
}

// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreatePolicy.html and the pages
// of the other operations
func TestPoliciesAreMadeChangedAndDeletedAsAWSDoes(t *testing.T) {
	h := open(t)
	h.do("CreateOrganization", nil)
	h.do("EnablePolicyType", in{"RootId": h.root(), "PolicyType": scp})
	id := h.policy(scp, "One", document(allowAll))
	create := func(name, content string) answer {
		return h.send(h.Admin, "CreatePolicy", in{"Type": scp, "Name": name, "Description": "", "Content": content})
	}
	h.refused(create("One", document(allowAll)), "DuplicatePolicyException", "", "")
	h.refused(create("FullAWSAccess", document(allowAll)), "DuplicatePolicyException", "", "")
	h.refused(create("Two", `{"Version":"2012-10-17"`), "MalformedPolicyDocumentException", "", "")
	h.refused(create("Two", document(in{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"})), "MalformedPolicyDocumentException", "", "")
	h.refused(create("Two", document(allowAll)+strings.Repeat(" ", 10240)), "ConstraintViolationException", "POLICY_CONTENT_LIMIT_EXCEEDED", "")
	h.refused(h.send(h.Admin, "UpdatePolicy", in{"PolicyId": "p-FullAWSAccess", "Name": "x"}), "InvalidInputException", "IMMUTABLE_POLICY", "")
	if a := h.do("UpdatePolicy", in{"PolicyId": id, "Content": document(deny("iam:*"))}); !strings.Contains(a.At("Policy", "Content"), "Deny") || a.At("Policy", "PolicySummary", "Name") != "One" {
		t.Error(a.Text)
	}
	if got := sorted(h.do("ListPolicies", in{"Filter": scp}).All("Policies", "Name")); !slices.Equal(got, []string{"FullAWSAccess", "One"}) {
		t.Error(got)
	}
	h.do("AttachPolicy", in{"PolicyId": id, "TargetId": h.root()})
	h.refused(h.send(h.Admin, "AttachPolicy", in{"PolicyId": id, "TargetId": h.root()}), "DuplicatePolicyAttachmentException", "", "")
	h.refused(h.send(h.Admin, "DeletePolicy", in{"PolicyId": id}), "PolicyInUseException", "", "")
	if got := sorted(h.do("ListPoliciesForTarget", in{"TargetId": h.root(), "Filter": scp}).All("Policies", "Name")); !slices.Equal(got, []string{"FullAWSAccess", "One"}) {
		t.Error(got)
	}
	for i := range 8 {
		h.do("AttachPolicy", in{"PolicyId": h.policy(scp, "P"+string(rune('0'+i)), document(allowAll)), "TargetId": h.root()})
	}
	h.refused(h.send(h.Admin, "AttachPolicy", in{"PolicyId": h.policy(scp, "Last", document(allowAll)), "TargetId": h.root()}),
		"ConstraintViolationException", "MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED", "")
	h.do("DetachPolicy", in{"PolicyId": id, "TargetId": h.root()})
	h.do("DeletePolicy", in{"PolicyId": id})
	h.refused(h.send(h.Admin, "DescribePolicy", in{"PolicyId": id}), "PolicyNotFoundException", "", "You specified a policy that doesn't exist.")
}

// Tag policies on the way to an account come to one.
//
// Source: https://docs.aws.amazon.com/organizations/latest/userguide/policy-operators.html
func TestTagPoliciesOnTheWayToAnAccountComeToOne(t *testing.T) {
	h := open(t)
	h.do("CreateOrganization", nil)
	shop, _ := h.Member("shop")
	const kind = "TAG_POLICY"
	h.do("EnablePolicyType", in{"RootId": h.root(), "PolicyType": kind})
	h.refused(h.send(h.Admin, "DescribeEffectivePolicy", in{"PolicyType": kind, "TargetId": shop}), "EffectivePolicyNotFoundException", "", "")
	above := h.policy(kind, "above", `{"tags":{"team":{"tag_key":{"@@assign":"Team","@@operators_allowed_for_child_policies":["@@none"]},"tag_value":{"@@assign":["a","b"]}}}}`)
	below := h.policy(kind, "below", `{"tags":{"team":{"tag_key":{"@@assign":"TEAM"},"tag_value":{"@@append":["c"],"@@remove":["a"]}}}}`)
	h.do("AttachPolicy", in{"PolicyId": above, "TargetId": h.root()})
	h.do("AttachPolicy", in{"PolicyId": below, "TargetId": shop})
	a := h.do("DescribeEffectivePolicy", in{"PolicyType": kind, "TargetId": shop})
	if got, want := a.At("EffectivePolicy", "PolicyContent"), `{"tags":{"team":{"tag_key":"Team","tag_value":["b","c"]}}}`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	h.refused(h.send(h.Admin, "CreatePolicy", in{"Type": kind, "Name": "bad", "Description": "", "Content": "[]"}), "MalformedPolicyDocumentException", "", "")
}

// Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_delegate_policies.html, orgs_integrate_delegated_admin.html
func TestMembersDoWhatIsDelegatedToThem(t *testing.T) {
	h := open(t)
	h.do("CreateOrganization", nil)
	shop, inside := h.Member("shop")
	const backup = "backup.amazonaws.com"
	h.refused(h.send(h.Admin, "RegisterDelegatedAdministrator", in{"AccountId": shop, "ServicePrincipal": backup}), "ConstraintViolationException", "SERVICE_ACCESS_NOT_ENABLED", "")
	h.do("EnableAWSServiceAccess", in{"ServicePrincipal": backup})
	h.do("RegisterDelegatedAdministrator", in{"AccountId": shop, "ServicePrincipal": backup})
	h.refused(h.send(h.Admin, "RegisterDelegatedAdministrator", in{"AccountId": shop, "ServicePrincipal": backup}), "AccountAlreadyRegisteredException", "", "")
	h.Organizations(inside, "ListAccounts", nil)
	h.refused(h.send(inside, "CreateOrganizationalUnit", in{"ParentId": h.root(), "Name": "x"}), "AccessDeniedException", "", "")
	if got := h.do("ListDelegatedAdministrators", in{"ServicePrincipal": backup}).All("DelegatedAdministrators", "Id"); !slices.Equal(got, []string{shop}) {
		t.Error(got)
	}
	h.refused(h.send(h.Admin, "RemoveAccountFromOrganization", in{"AccountId": shop}), "ConstraintViolationException", "CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG", "")
	h.refused(h.send(h.Admin, "DisableAWSServiceAccess", in{"ServicePrincipal": backup}), "ConstraintViolationException", "DELEGATED_ADMINISTRATOR_EXISTS_FOR_THIS_SERVICE", "")
	h.do("DeregisterDelegatedAdministrator", in{"AccountId": shop, "ServicePrincipal": backup})
	h.refused(h.send(inside, "ListAccounts", nil), "AccessDeniedException", "", "")

	create := in{"Type": scp, "Name": "Delegated", "Description": "", "Content": document(allowAll)}
	h.refused(h.send(inside, "CreatePolicy", create), "AccessDeniedException", "", "")
	h.refused(h.send(h.Admin, "PutResourcePolicy", in{"Content": document(in{"Effect": "Allow", "Principal": in{"AWS": shop}, "Action": "organizations:DeleteOrganization", "Resource": "*"})}),
		"InvalidInputException", "UNSUPPORTED_ACTION_IN_RESOURCE_POLICY", "")
	h.do("PutResourcePolicy", in{"Content": document(in{"Effect": "Allow", "Principal": in{"AWS": "arn:aws:iam::" + shop + ":root"}, "Action": "organizations:CreatePolicy", "Resource": "*"})})
	h.Organizations(inside, "CreatePolicy", create)
	h.refused(h.send(inside, "ListPolicies", in{"Filter": scp}), "AccessDeniedException", "", "organizations:ListPolicies")
	h.do("DeleteResourcePolicy", nil)
	h.refused(h.send(h.Admin, "DescribeResourcePolicy", nil), "ResourcePolicyNotFoundException", "", "")
}

// Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_tagging.html
func TestTagsOfUnitsAndPoliciesAreSetAndTaken(t *testing.T) {
	h := open(t)
	h.do("CreateOrganization", nil)
	for _, id := range []string{h.root(), h.unit(h.root(), "prod"), management, h.policy(scp, "One", document(allowAll))} {
		h.do("TagResource", in{"ResourceId": id, "Tags": []in{{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}}})
		h.do("UntagResource", in{"ResourceId": id, "TagKeys": []string{"a", "none"}})
		if got := h.do("ListTagsForResource", in{"ResourceId": id}).All("Tags", "Key"); !slices.Equal(got, []string{"b"}) {
			t.Errorf("%s: %v", id, got)
		}
		h.refused(h.send(h.Admin, "TagResource", in{"ResourceId": id, "Tags": []in{{"Key": "aws:x", "Value": "1"}}}), "InvalidInputException", "INVALID_SYSTEM_TAGS_PARAMETER", "")
	}
	h.refused(h.send(h.Admin, "TagResource", in{"ResourceId": "ou-abcd-12345678", "Tags": []in{{"Key": "a", "Value": "1"}}}), "TargetNotFoundException", "", "")
}

func sorted(list []string) []string {
	slices.Sort(list)
	return list
}

// AWS's own policy comes once among the others, wherever a page ends.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListPolicies.html
func TestAWSsPolicyIsListedOnceAmongTheOthers(t *testing.T) {
	h := open(t)
	h.do("CreateOrganization", nil)
	want := []string{"FullAWSAccess"}
	for i := range 12 {
		name := "P" + string(rune('a'+i))
		h.policy(scp, name, document(allowAll))
		want = append(want, name)
	}
	for size := 1; size <= 14; size++ {
		var seen []string
		page := in{"Filter": scp, "MaxResults": size}
		for {
			a := h.do("ListPolicies", page)
			seen = append(seen, a.All("Policies", "Name")...)
			if a.At("NextToken") == "" {
				break
			}
			page["NextToken"] = a.At("NextToken")
		}
		if !slices.Equal(sorted(seen), want) {
			t.Errorf("%d a page: %v", size, seen)
		}
	}
}
