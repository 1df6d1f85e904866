package ssoadmin_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/arn"
)

// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListInstances.html
func TestTheFirstUseMakesTheInstanceInItsRegion(t *testing.T) {
	h := open(t, "eu-west-1")
	a := h.do("ListInstances", in{})
	if a.Count("Instances") != 1 || a.At("Instances", 0, "Status") != "ACTIVE" || a.At("Instances", 0, "OwnerAccountId") != management {
		t.Fatal(a.Text)
	}
	again := h.do("ListInstances", in{})
	h.instance = a.At("Instances", 0, "InstanceArn")
	if again.At("Instances", 0, "InstanceArn") != h.instance {
		t.Error(again.Text)
	}
	if a := h.do("DescribeInstance", in{}); a.At("EncryptionConfigurationDetails", "KeyType") != "AWS_OWNED_KMS_KEY" {
		t.Error(a.Text)
	}
	h.do("UpdateInstance", in{"Name": "ours"})
	if a := h.do("DescribeInstance", in{}); a.At("Name") != "ours" {
		t.Error(a.Text)
	}
	if a := h.do("ListRegions", in{}); a.At("Regions", 0, "RegionName") != "eu-west-1" {
		t.Error(a.Text)
	}
	h.refused("CreateInstance", in{}, "ConflictException", "already exists")
	h.Region = "us-east-1"
	if a := h.do("ListInstances", in{}); a.Count("Instances") != 0 {
		t.Errorf("another region shows %s", a.Text)
	}
	h.refused("DescribeInstance", in{}, "AccessDeniedException", "sufficient access")
	h.refused("ListPermissionSets", in{}, "ResourceNotFoundException", "not found")
	h.Region = "eu-west-1"
	h.do("DeleteInstance", in{})
	if a := h.do("ListInstances", in{}); a.At("Instances", 0, "InstanceArn") == h.instance {
		t.Error("the instance is still there")
	}
}

// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/delegated-admin.html
func TestOnlyTheInstancesAccountAndItsDelegateAdminister(t *testing.T) {
	h := open(t, "us-east-1")
	h.enable()
	shop, inside := h.Member("shop")
	set, staff := h.set("Readers"), h.group("staff")
	h.check(h.send(inside, "ListPermissionSets", nil), "AccessDeniedException", "sufficient access")
	if a := h.send(inside, "ListInstances", nil); a.At("Instances", 0, "InstanceArn") != h.instance {
		t.Error(a.Text)
	}
	for _, operation := range []string{"EnableAWSServiceAccess", "RegisterDelegatedAdministrator"} {
		input := in{"ServicePrincipal": "sso.amazonaws.com"}
		if operation == "RegisterDelegatedAdministrator" {
			input["AccountId"] = shop
		}
		if a := h.Call(h.Admin, "organizations", "AWSOrganizationsV20161128."+operation, input); a.Status != http.StatusOK {
			t.Fatal(a.Text)
		}
	}
	if a := h.send(inside, "CreateAccountAssignment", to(set, shop, staff)); a.Status != http.StatusOK {
		t.Error(a.Text)
	}
	h.check(h.send(inside, "CreateAccountAssignment", to(set, management, staff)), "AccessDeniedException", "sufficient access")
	h.check(h.send(inside, "DeleteInstance", nil), "AccessDeniedException", "sufficient access")
}

// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_CreateAccountAssignment.html
func TestNothingIsAssignedThatDoesNotExist(t *testing.T) {
	h := open(t, "us-east-1")
	h.enable()
	stranger, err := arn.ParseAccountID("210987654321")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Server.CreateAccount(t.Context(), rolecall.NewAccount{ID: stranger}); err != nil {
		t.Fatal(err)
	}
	set, staff := h.set("Readers"), h.group("staff")
	nobody := "11111111-2222-3333-4444-555555555555"
	h.refused("CreateAccountAssignment", to(set, management, nobody), "ResourceNotFoundException", "GROUP with id "+nobody)
	h.refused("CreateAccountAssignment", to(set, "210987654321", staff), "ResourceNotFoundException", "Account with id 210987654321")
	h.refused("CreateAccountAssignment", to(set[:len(set)-4]+"0000", management, staff), "ResourceNotFoundException", "PermissionSet with id")
	h.refused("CreateAccountAssignment", to(strings.Replace(set, "ssoins-", "ssoins-0", 1)[:len(set)], management, staff), "ValidationException", "")
	h.refused("DescribeAccountAssignmentCreationStatus", in{"AccountAssignmentCreationRequestId": nobody}, "ResourceNotFoundException", "Request")
	if roles := h.roles(h.Admin); len(roles) != 0 {
		t.Error(roles)
	}
	h.assign(set, management, staff)
	if roles := h.roles(h.Admin); len(roles) != 1 {
		t.Error(roles)
	}
	h.do("DeleteInstance", in{})
	if roles := h.roles(h.Admin); len(roles) != 0 {
		t.Error("left behind", roles)
	}
}

// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_CreatePermissionSet.html
// and those of the operations named
func TestAPermissionSetIsHeldToItsRules(t *testing.T) {
	h := open(t, "us-east-1")
	h.enable()
	set := h.set("Readers")
	h.refused("CreatePermissionSet", in{"Name": "readers"}, "ConflictException", "PermissionSet with name readers already exists.")
	for _, d := range []string{"PT59M", "PT13H", "P1M", "PT99999999999H", "-PT1H"} {
		h.refused("CreatePermissionSet", in{"Name": "other", "SessionDuration": d}, "ValidationException", "")
	}
	for operation, want := range map[string]string{
		"GetPermissionsBoundaryForPermissionSet":     "ResourceNotFoundException",
		"DeletePermissionsBoundaryFromPermissionSet": "ResourceNotFoundException",
		"DeleteInlinePolicyFromPermissionSet":        "ResourceNotFoundException",
	} {
		h.refused(operation, in{"PermissionSetArn": set}, want, "has no")
	}
	h.refused("PutInlinePolicyToPermissionSet", in{"PermissionSetArn": set, "InlinePolicy": "{"}, "ValidationException", "inline policy")
	h.refused("PutInlinePolicyToPermissionSet", in{"PermissionSetArn": set, "InlinePolicy": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::` + strings.Repeat("x", 11000) + `"}]}`}, "ServiceQuotaExceededException", "")
	admin := in{"PermissionSetArn": set, "ManagedPolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}
	h.do("AttachManagedPolicyToPermissionSet", admin)
	h.refused("AttachManagedPolicyToPermissionSet", admin, "ConflictException", "already attached")
	h.do("DetachManagedPolicyFromPermissionSet", admin)
	h.refused("DetachManagedPolicyFromPermissionSet", admin, "ResourceNotFoundException", "not attached")
	h.refused("AttachManagedPolicyToPermissionSet", in{"PermissionSetArn": set, "ManagedPolicyArn": "arn:aws:iam::aws:policy/NoSuchPolicy"}, "ResourceNotFoundException", "NoSuchPolicy")
	h.refused("PutPermissionsBoundaryToPermissionSet", in{"PermissionSetArn": set, "PermissionsBoundary": in{}}, "ValidationException", "either")
	for i := range 21 {
		ref := in{"PermissionSetArn": set, "CustomerManagedPolicyReference": in{"Name": fmt.Sprint("policy", i)}}
		if a := h.send(h.Admin, "AttachCustomerManagedPolicyReferenceToPermissionSet", ref); (a.Code == "ServiceQuotaExceededException") != (i == 20) {
			t.Errorf("%d: %s", i, a.Text)
		}
	}
	h.do("UpdatePermissionSet", in{"PermissionSetArn": set, "RelayState": "https://example.com/"})
	h.do("UpdatePermissionSet", in{"PermissionSetArn": set, "Description": "said"})
	if a := h.do("DescribePermissionSet", in{"PermissionSetArn": set}); a.At("PermissionSet", "RelayState") != "" || a.At("PermissionSet", "Description") != "said" {
		t.Error(a.Text)
	}
	h.do("TagResource", in{"ResourceArn": set, "Tags": []in{{"Key": "team", "Value": "x"}}})
	h.refused("TagResource", in{"ResourceArn": set, "Tags": []in{{"Key": "aws:team", "Value": "x"}}}, "ValidationException", "reserved")
	if a := h.do("ListTagsForResource", in{"ResourceArn": set}); a.At("Tags", 0, "Value") != "x" {
		t.Error(a.Text)
	}
	h.do("UntagResource", in{"ResourceArn": set, "TagKeys": []string{"team"}})
	h.refused("ListPermissionSets", in{"NextToken": "bm90b3Vycw"}, "ValidationException", "token")
}

// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/configure-abac.html
func TestAttributesForAccessControlAreOnOrOff(t *testing.T) {
	h := open(t, "us-east-1")
	h.enable()
	config := func(key string) in {
		return in{"InstanceAccessControlAttributeConfiguration": in{"AccessControlAttributes": []in{{"Key": key, "Value": in{"Source": []string{"${path:enterprise.costCenter}"}}}}}}
	}
	h.refused("DescribeInstanceAccessControlAttributeConfiguration", in{}, "ResourceNotFoundException", "")
	h.refused("UpdateInstanceAccessControlAttributeConfiguration", config("a"), "ResourceNotFoundException", "")
	h.do("CreateInstanceAccessControlAttributeConfiguration", config("a"))
	h.refused("CreateInstanceAccessControlAttributeConfiguration", config("b"), "ConflictException", "")
	h.do("UpdateInstanceAccessControlAttributeConfiguration", config("b"))
	a := h.do("DescribeInstanceAccessControlAttributeConfiguration", in{})
	if a.At("InstanceAccessControlAttributeConfiguration", "AccessControlAttributes", 0, "Key") != "b" || a.At("Status") != "ENABLED" {
		t.Error(a.Text)
	}
	h.do("DeleteInstanceAccessControlAttributeConfiguration", in{})
	h.refused("DeleteInstanceAccessControlAttributeConfiguration", in{}, "ResourceNotFoundException", "")
}

// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_CreateApplication.html and those of the operations named
func TestApplicationsAndIssuersAreKeptAsDescribed(t *testing.T) {
	h := open(t, "us-east-1")
	h.enable()
	staff := h.group("staff")
	made := in{"ApplicationProviderArn": "arn:aws:sso::aws:applicationProvider/custom", "Name": "wiki", "ClientToken": "once",
		"PortalOptions": in{"Visibility": "ENABLED", "SignInOptions": in{"Origin": "APPLICATION", "ApplicationUrl": "https://wiki.example.com/"}}}
	app := h.do("CreateApplication", made).At("ApplicationArn")
	if again := h.do("CreateApplication", made).At("ApplicationArn"); again != app {
		t.Errorf("the same client token made %s and %s", app, again)
	}
	if a := h.do("DescribeApplication", in{"ApplicationArn": app}); a.At("Status") != "ENABLED" || a.At("PortalOptions", "SignInOptions", "ApplicationUrl") != "https://wiki.example.com/" {
		t.Error(a.Text)
	}
	h.do("PutApplicationAccessScope", in{"ApplicationArn": app, "Scope": "sso:account:access", "AuthorizedTargets": []string{h.instance}})
	if a := h.do("GetApplicationAccessScope", in{"ApplicationArn": app, "Scope": "sso:account:access"}); a.At("AuthorizedTargets", 0) != h.instance {
		t.Error(a.Text)
	}
	h.refused("PutApplicationGrant", in{"ApplicationArn": app, "GrantType": "refresh_token", "Grant": in{"AuthorizationCode": in{"RedirectUris": []string{"http://127.0.0.1/"}}}}, "ValidationException", "refresh_token")
	h.do("PutApplicationGrant", in{"ApplicationArn": app, "GrantType": "authorization_code", "Grant": in{"AuthorizationCode": in{"RedirectUris": []string{"http://127.0.0.1/"}}}})
	if a := h.do("ListApplicationGrants", in{"ApplicationArn": app}); a.At("Grants", 0, "Grant", "AuthorizationCode", "RedirectUris", 0) != "http://127.0.0.1/" {
		t.Error(a.Text)
	}
	actor := in{"Iam": in{"ActorPolicy": in{"Version": "2012-10-17", "Statement": []in{}}}}
	h.do("PutApplicationAuthenticationMethod", in{"ApplicationArn": app, "AuthenticationMethodType": "IAM", "AuthenticationMethod": actor})
	if a := h.do("GetApplicationAuthenticationMethod", in{"ApplicationArn": app, "AuthenticationMethodType": "IAM"}); a.At("AuthenticationMethod", "Iam", "ActorPolicy", "Version") != "2012-10-17" {
		t.Error(a.Text)
	}
	h.do("PutApplicationAssignmentConfiguration", in{"ApplicationArn": app, "AssignmentRequired": false})
	assignment := in{"ApplicationArn": app, "PrincipalType": "GROUP", "PrincipalId": staff}
	h.refused("DescribeApplicationAssignment", assignment, "ResourceNotFoundException", "not assigned")
	h.do("CreateApplicationAssignment", assignment)
	h.refused("CreateApplicationAssignment", assignment, "ConflictException", "already assigned")
	if a := h.do("ListApplicationAssignmentsForPrincipal", in{"PrincipalType": "GROUP", "PrincipalId": staff}); a.At("ApplicationAssignments", 0, "ApplicationArn") != app {
		t.Error(a.Text)
	}
	h.do("DeleteApplication", in{"ApplicationArn": app})
	if a := h.do("ListApplicationAssignmentsForPrincipal", in{"PrincipalType": "GROUP", "PrincipalId": staff}); a.Count("ApplicationAssignments") != 0 {
		t.Error(a.Text)
	}
	issuer := in{"Name": "idp", "TrustedTokenIssuerType": "OIDC_JWT", "TrustedTokenIssuerConfiguration": in{"OidcJwtConfiguration": in{
		"IssuerUrl": "https://idp.example.com", "ClaimAttributePath": "email", "IdentityStoreAttributePath": "emails.value", "JwksRetrievalOption": "OPEN_ID_DISCOVERY"}}}
	tti := h.do("CreateTrustedTokenIssuer", issuer).At("TrustedTokenIssuerArn")
	h.refused("CreateTrustedTokenIssuer", issuer, "ConflictException", "already exists")
	h.do("UpdateTrustedTokenIssuer", in{"TrustedTokenIssuerArn": tti, "Name": "other"})
	if a := h.do("DescribeTrustedTokenIssuer", in{"TrustedTokenIssuerArn": tti}); a.At("Name") != "other" || a.At("TrustedTokenIssuerConfiguration", "OidcJwtConfiguration", "ClaimAttributePath") != "email" {
		t.Error(a.Text)
	}
	h.do("DeleteTrustedTokenIssuer", in{"TrustedTokenIssuerArn": tti})
	h.refused("DescribeTrustedTokenIssuer", in{"TrustedTokenIssuerArn": tti}, "ResourceNotFoundException", "")
}
