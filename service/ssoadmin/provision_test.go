package ssoadmin_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
func TestAnAssignmentMakesTheRoleInTheAccount(t *testing.T) {
	for region, path := range map[string]string{"us-east-1": "/aws-reserved/sso.amazonaws.com/", "us-west-2": "/aws-reserved/sso.amazonaws.com/us-west-2/"} {
		h := open(t, region)
		h.enable()
		shop, inside := h.Member("shop")
		staff, set := h.group("staff"), h.set("Readers")
		h.do("AttachManagedPolicyToPermissionSet", in{"PermissionSetArn": set, "ManagedPolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"})
		h.do("PutInlinePolicyToPermissionSet", in{"PermissionSetArn": set, "InlinePolicy": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"}]}`})
		h.do("PutPermissionsBoundaryToPermissionSet", in{"PermissionSetArn": set, "PermissionsBoundary": in{"ManagedPolicyArn": "arn:aws:iam::aws:policy/PowerUserAccess"}})
		h.do("UpdatePermissionSet", in{"PermissionSetArn": set, "SessionDuration": "PT4H", "Description": "who reads"})
		if a := h.assign(set, shop, staff); a.At("AccountAssignmentCreationStatus", "Status") != "SUCCEEDED" {
			t.Fatal(a.Text)
		}
		roles := h.roles(inside)
		if len(roles) != 1 || !regexp.MustCompile(`^arn:aws:iam::`+shop+`:role`+path+`AWSReservedSSO_Readers_[0-9a-f]{16}$`).MatchString(roles[0]) {
			t.Fatal(roles)
		}
		name := roles[0][strings.LastIndexByte(roles[0], '/')+1:]
		role := h.Query(inside, "iam", "GetRole", "RoleName", name)
		trust, _ := url.QueryUnescape(role.Element("AssumeRolePolicyDocument"))
		if !regexp.MustCompile(`^\{"Version":"2012-10-17","Statement":\[\{"Effect":"Allow","Principal":\{"Federated":"arn:aws:iam::` + shop +
			`:saml-provider/AWSSSO_[0-9a-f]{16}_DO_NOT_DELETE"\},"Action":\["sts:AssumeRoleWithSAML","sts:TagSession"\],"Condition":\{"StringEquals":\{"SAML:aud":"https://signin.aws.amazon.com/saml"\}\}\}\]\}$`).MatchString(trust) {
			t.Error(trust)
		}
		if role.Element("MaxSessionDuration") != "14400" || role.Element("Description") != "who reads" || role.Element("PermissionsBoundaryArn") != "arn:aws:iam::aws:policy/PowerUserAccess" {
			t.Error(role.Text)
		}
		if a := h.Query(inside, "iam", "ListAttachedRolePolicies", "RoleName", name); a.Element("PolicyName") != "ReadOnlyAccess" {
			t.Error(a.Text)
		}
		if text := h.Query(inside, "iam", "GetRolePolicy", "RoleName", name, "PolicyName", "AwsSSOInlinePolicy").Text; !strings.Contains(text, "AssumeRole") {
			t.Error(text)
		}
		provider := regexp.MustCompile(`arn:aws:iam::\d{12}:saml-provider/[A-Za-z0-9_]+`).FindString(trust)
		if text := h.Query(inside, "iam", "GetSAMLProvider", "SAMLProviderArn", provider).Text; !strings.Contains(text, "EntityDescriptor") {
			t.Error(text)
		}
	}
}

// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
// ("You can't modify the role … AWSReservedSSO_"), and the fixed rule OwnedByAWS
func TestNobodyChangesTheRolesOfPermissionSets(t *testing.T) {
	h := open(t, "us-east-1")
	h.enable()
	shop, inside := h.Member("shop")
	h.assign(h.set("Readers"), shop, h.group("staff"))
	name := h.roles(inside)[0]
	name = name[strings.LastIndexByte(name, '/')+1:]
	for action, pairs := range map[string][]string{
		"DeleteRole":                    nil,
		"UpdateRole":                    {"Description", "mine"},
		"UpdateAssumeRolePolicy":        {"PolicyDocument", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"` + shop + `"},"Action":"sts:AssumeRole"}]}`},
		"PutRolePolicy":                 {"PolicyName", "more", "PolicyDocument", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`},
		"AttachRolePolicy":              {"PolicyArn", "arn:aws:iam::aws:policy/AdministratorAccess"},
		"PutRolePermissionsBoundary":    {"PermissionsBoundary", "arn:aws:iam::aws:policy/ReadOnlyAccess"},
		"DeleteRolePermissionsBoundary": nil,
		"TagRole":                       {"Tags.member.1.Key", "k", "Tags.member.1.Value", "v"},
	} {
		w := h.Query(inside, "iam", action, append([]string{"RoleName", name}, pairs...)...)
		if code := w.Element("Code"); code != "AccessDenied" && code != "UnmodifiableEntity" {
			t.Errorf("%s: %d %s", action, w.Status, w.Text)
		}
	}
}

// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ProvisionPermissionSet.html
func TestAChangeReachesAccountsWhenItIsProvisioned(t *testing.T) {
	h := open(t, "us-east-1")
	h.enable()
	shop, inside := h.Member("shop")
	set := h.set("Readers")
	h.assign(set, shop, h.group("staff"))
	behind := in{"AccountId": shop, "ProvisioningStatus": "LATEST_PERMISSION_SET_NOT_PROVISIONED"}
	if a := h.do("ListPermissionSetsProvisionedToAccount", behind); a.Count("PermissionSets") != 0 {
		t.Error(a.Text)
	}
	h.do("AttachManagedPolicyToPermissionSet", in{"PermissionSetArn": set, "ManagedPolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"})
	if a := h.do("ListPermissionSetsProvisionedToAccount", behind); a.At("PermissionSets", 0) != set {
		t.Error(a.Text)
	}
	name := h.roles(inside)[0]
	name = name[strings.LastIndexByte(name, '/')+1:]
	if text := h.Query(inside, "iam", "ListAttachedRolePolicies", "RoleName", name).Text; strings.Contains(text, "ReadOnlyAccess") {
		t.Error("the role changed before it was provisioned")
	}
	a := h.do("ProvisionPermissionSet", in{"PermissionSetArn": set, "TargetType": "ALL_PROVISIONED_ACCOUNTS"})
	a = h.do("DescribePermissionSetProvisioningStatus", in{"ProvisionPermissionSetRequestId": a.At("PermissionSetProvisioningStatus", "RequestId")})
	if a.At("PermissionSetProvisioningStatus", "Status") != "SUCCEEDED" {
		t.Error(a.Text)
	}
	if text := h.Query(inside, "iam", "ListAttachedRolePolicies", "RoleName", name).Text; !strings.Contains(text, "ReadOnlyAccess") {
		t.Error(text)
	}
	if a := h.do("ListAccountsForProvisionedPermissionSet", in{"PermissionSetArn": set, "ProvisioningStatus": "LATEST_PERMISSION_SET_PROVISIONED"}); a.At("AccountIds", 0) != shop {
		t.Error(a.Text)
	}
}

// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/howtoremoveaccess.html
func TestTheRoleGoesWithTheLastAssignment(t *testing.T) {
	h := open(t, "us-east-1")
	h.enable()
	shop, inside := h.Member("shop")
	set, staff, guests := h.set("Readers"), h.group("staff"), h.group("guests")
	h.assign(set, shop, staff)
	h.assign(set, shop, guests)
	h.assign(set, shop, guests) // again
	if a := h.do("ListAccountAssignments", in{"AccountId": shop, "PermissionSetArn": set, "MaxResults": 1}); a.Count("AccountAssignments") != 1 || a.At("NextToken") == "" {
		t.Error(a.Text)
	}
	h.refused("DeletePermissionSet", in{"PermissionSetArn": set}, "ConflictException", "has ApplicationProfile associated with it")
	a := h.do("DeleteAccountAssignment", to(set, shop, guests))
	a = h.do("DescribeAccountAssignmentDeletionStatus", in{"AccountAssignmentDeletionRequestId": a.At("AccountAssignmentDeletionStatus", "RequestId")})
	if a.At("AccountAssignmentDeletionStatus", "Status") != "SUCCEEDED" || len(h.roles(inside)) != 1 {
		t.Error(a.Text, h.roles(inside))
	}
	h.refused("DeleteAccountAssignment", to(set, shop, guests), "ResourceNotFoundException", "is not assigned")
	h.do("DeleteAccountAssignment", to(set, shop, staff))
	if roles := h.roles(inside); len(roles) != 0 {
		t.Error(roles)
	}
	h.do("DeletePermissionSet", in{"PermissionSetArn": set})
}

// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/howtocmp.html: the policy must be in each account
func TestAnAccountWithoutTheCustomersPolicyFails(t *testing.T) {
	h := open(t, "us-east-1")
	h.enable()
	shop, inside := h.Member("shop")
	set, staff := h.set("Readers"), h.group("staff")
	h.do("AttachCustomerManagedPolicyReferenceToPermissionSet", in{"PermissionSetArn": set, "CustomerManagedPolicyReference": in{"Name": "House", "Path": "/team/"}})
	a := h.assign(set, shop, staff)
	if a.At("AccountAssignmentCreationStatus", "Status") != "FAILED" || !strings.Contains(a.At("AccountAssignmentCreationStatus", "FailureReason"), "/team/House") {
		t.Error(a.Text)
	}
	if a := h.do("ListAccountAssignments", in{"AccountId": shop, "PermissionSetArn": set}); a.Count("AccountAssignments") != 0 || len(h.roles(inside)) != 0 {
		t.Error("something is left of what failed", a.Text, h.roles(inside))
	}
	h.Query(inside, "iam", "CreatePolicy", "PolicyName", "House", "Path", "/team/", "PolicyDocument", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}`)
	if a := h.assign(set, shop, staff); a.At("AccountAssignmentCreationStatus", "Status") != "SUCCEEDED" {
		t.Error(a.Text)
	}
	if a := h.do("ListAccountAssignmentCreationStatus", in{"Filter": in{"Status": "FAILED"}}); a.Count("AccountAssignmentsCreationStatus") != 1 {
		t.Error(a.Text)
	}
}
