package service_test

import (
	"context"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/rolecall-iam/rolecall/api"
	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/api/reference"
	"github.com/rolecall-iam/rolecall/service"
	iamservice "github.com/rolecall-iam/rolecall/service/iam"
	"github.com/rolecall-iam/rolecall/store/directory"
	"github.com/rolecall-iam/rolecall/test/requesttest"
)

// given are the parameters of the walk's requests, by the names of the model's
// members: they name what fixtures makes.
func given() map[string]string {
	return map[string]string{
		"UserName": "walk", "RoleName": "walk", "GroupName": "walk", "InstanceProfileName": "walk", "ServerCertificateName": "walk",
		"PolicyArn": iamARN("policy/walk"), "PermissionsBoundary": iamARN("policy/walk"), "PolicySourceArn": iamARN("user/walk"),
		"SerialNumber": iamARN("mfa/walk"), "OpenIDConnectProviderArn": iamARN("oidc-provider/walk.example.com"),
		"SAMLProviderArn": iamARN("saml-provider/walk"), "Arn": iamARN("user/walk"), "EntityArn": iamARN("delegation-request/dr-0123456789abcdef"),
		"EntityPath": "o-abcdefghij/r-abcd", "OrganizationsPolicyId": "p-abcdefgh", "NewUserName": "walker", "NewGroupName": "walker", "NewServerCertificateName": "walker",
		"AWSServiceName": "ecs.amazonaws.com", "OwnerId": iamARN("user/walk"), "PolicyTemplateArn": iamARN("delegation-template/walk"),
		"NotificationChannel": "arn:aws:sns:us-east-1:" + account + ":walk", "DelegationRequestId": "dr-0123456789abcdef", "Url": "https://new.example.com",
		"ServiceName": "codecommit.amazonaws.com", "DeletionTaskId": "task/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS/" +
			"ec720f7a-c0ba-4838-be33-f72e1873dd52", "ResourceOwner": iamARN("root"), "CallerArn": iamARN("user/walk"),
		"AssumeRolePolicyDocument": trust(account, "sts:AssumeRole"), "PolicyDocument": everything,
	}
}

func iamARN(resource string) string { return "arn:aws:iam::" + account + ":" + resource }

// whole is a request that has everything that the model lets it have.
func whole(op *api.Operation, given map[string]string) message {
	var fields requesttest.Structure
	for i := range op.Input.Members {
		m := &op.Input.Members[i]
		switch text, ok := given[m.Name]; {
		case ok:
			fields = fields.With(m, text)
		case m.Name == "Marker", m.Name == "AllUsers", m.Name == "CustomSuffix": // which change what is meant
		case m.Name == "Permissions":
			fields = fields.With(m, requesttest.Structure{{Member: member(m.Shape(), "PolicyTemplateArn"), Value: given["PolicyTemplateArn"]}})
		default:
			fields = fields.With(m, requesttest.Valid(m, fillString, 1))
		}
	}
	return encoded(op, fields)
}

func member(s *api.Shape, name string) *api.Member {
	for i := range s.Members {
		if s.Members[i].Name == name {
			return &s.Members[i]
		}
	}
	return nil
}

// fixtures makes one of everything that IAM has, with tags and boundaries, and
// answers what names it.
func fixtures(h *house, dir *directory.Directory) map[string]string {
	names := given()
	tag := []string{"Tags.member.1.Key", "team", "Tags.member.1.Value", "rope"}
	h.call(admin, "iam", "TagUser", append(tag, "UserName", "admin")...)
	h.call(admin, "iam", "CreatePolicy", append(tag, "PolicyName", "walk", "PolicyDocument", everything)...)
	bound := append(slices.Clone(tag), "PermissionsBoundary", names["PermissionsBoundary"])
	h.call(admin, "iam", "CreateUser", append(bound, "UserName", "walk")...)
	h.call(admin, "iam", "CreateRole", append(bound, "RoleName", "walk", "AssumeRolePolicyDocument", names["AssumeRolePolicyDocument"])...)
	h.call(admin, "iam", "CreateGroup", "GroupName", "walk")
	h.call(admin, "iam", "CreateInstanceProfile", append(tag, "InstanceProfileName", "walk")...)
	h.call(admin, "iam", "CreateVirtualMFADevice", append(tag, "VirtualMFADeviceName", "walk")...)
	h.call(admin, "iam", "CreateOpenIDConnectProvider", append(tag, "Url", "https://walk.example.com")...)
	names["AccessKeyId"] = h.call(admin, "iam", "CreateAccessKey", "UserName", "walk").value("AccessKeyId")
	names["ServiceSpecificCredentialId"] = h.call(admin, "iam", "CreateServiceSpecificCredential", "UserName", "walk",
		"ServiceName", names["ServiceName"]).value("ServiceSpecificCredentialId")
	id := mustParse(h.t, account)
	err := dir.Update(context.Background(), func(tx *directory.Tx) error {
		tags := []directory.Tag{{Key: "team", Value: "rope"}}
		tx.PutSAMLProvider(&directory.SAMLProvider{Account: id, Name: "walk", Tags: tags})
		tx.CreateServerCertificate(&directory.ServerCertificate{
			Entity: directory.Entity{ID: "ASCA00000000000000001", Account: id, Name: "walk", Path: "/", Tags: tags},
		})
		return nil
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return names
}

// Condition keys that AWS documents and that no request here can have, and why.
var noRequestHas = map[string]string{
	"iam:RoleTemplateARN":               "there are no role templates in the API",
	"iam:FIDO-certification":            "there are no security keys here",
	"iam:FIDO-FIPS-140-2-certification": "there are no security keys here",
	"iam:FIDO-FIPS-140-3-certification": "there are no security keys here",
	"iam:RegisterSecurityKey":           "there are no security keys here",
	"iam:AssociatedResourceArn":         "a profile's role goes to no resource of EC2's yet",
}

// made are the operations that make what they are decided on, which has no tags
// of its own yet.
var made = []string{
	"CreateDelegationRequest", "CreateGroup", "CreateInstanceProfile", "CreateOpenIDConnectProvider", "CreatePolicy", "CreateRole",
	"CreateSAMLProvider", "CreateServiceLinkedRole", "CreateUser", "CreateVirtualMFADevice", "UploadServerCertificate",
}

// gone are those that are decided on what is not there: a role that was
// deleted, a delegation request.
var gone = []string{
	"GetServiceLinkedRoleDeletionStatus", "AcceptDelegationRequest", "AssociateDelegationRequest", "GetDelegationRequest",
	"GetHumanReadableSummary", "RejectDelegationRequest", "SendDelegationToken",
}

// listed are the lists that the reference says are decided on everything, and
// that AWS's denials name by path.
//
// Source: denials quoted in ministryofjustice/cloud-platform-environments#4030 (ListUsers) and
// aws/aws-sam-cli#394 (ListPolicies); the rest follows them.
var listed = []string{"ListGroups", "ListInstanceProfiles", "ListPolicies", "ListRoles", "ListServerCertificates", "ListUsers"}

// What each of IAM's operations is decided on is what AWS's service
// authorization reference says: the actions, the ARNs of their resource types,
// and the condition keys, no fewer and no more.
//
// Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
func TestEveryOperationOfIAMIsDecidedAsTheReferenceSays(t *testing.T) {
	h, dir, keys := openParts(t)
	h.serve(service.NewDoor(h.parts(dir, keys, iamservice.New(keys).Operations()...)))
	names := fixtures(h, dir)
	var mu sync.Mutex
	seen := make(map[*api.Operation][]service.Need)
	var watched []service.Operation
	for _, op := range iamservice.New(keys).Operations() {
		watched = append(watched, service.Watched(op, func(op service.Operation, needs []service.Need) {
			mu.Lock()
			defer mu.Unlock()
			seen[op.Model] = needs
		}))
	}
	h.serve(service.NewDoor(h.parts(dir, keys, watched...)))
	entry, ok := reference.Service("iam")
	if !ok {
		t.Fatal("the reference has no IAM")
	}
	operations := iam.Service.Operations()
	if len(operations) != 176 {
		t.Errorf("there are %d operations", len(operations))
	}
	for _, op := range operations {
		t.Run(op.Name, func(t *testing.T) {
			a := h.send(admin, whole(op, names))
			mu.Lock()
			needs, ok := seen[op]
			mu.Unlock()
			if !ok || len(needs) == 0 {
				t.Fatalf("it was not decided: %s", a)
			}
			for i, n := range needs {
				name, there := op.Name, !slices.Contains(made, op.Name) && !slices.Contains(gone, op.Name)
				switch {
				case n.Action != "":
					name = strings.TrimPrefix(n.Action, "iam:")
				case i > 0 && n.Resource == needs[0].Resource:
					t.Error("it is decided twice on the same")
				case i > 0: // what a rename makes
					there = false
				}
				decided(t, entry, name, n, there)
			}
		})
	}
}

// decided compares one need with what the reference says of its action. What is
// not there has no tags.
func decided(t *testing.T, entry *reference.ServiceEntry, name string, n service.Need, there bool) {
	t.Helper()
	if slices.Contains(newerThanReference, "iam:"+name) {
		return
	}
	action, ok := entry.Action(name)
	if !ok {
		t.Fatalf("%s is no action of the reference", name)
	}
	if len(action.Resources) == 0 && n.Resource != "" && !slices.Contains(listed, name) {
		t.Errorf("%s is decided on %s, and takes no resource", name, n.Resource)
	}
	want := slices.Clone(action.Keys)
	of := len(action.Resources) == 0
	for _, r := range action.Resources {
		kind, _ := entry.ResourceType(r.Type)
		if !template(kind.ARN).MatchString(n.Resource) {
			continue
		}
		of = true
		want = append(want, r.Keys...)
		if there {
			want = append(want, kind.Keys...)
		}
	}
	if !of {
		t.Errorf("%s is decided on %q, which is none of %v", name, n.Resource, action.Resources)
	}
	compareKeys(t, entry, name, n, want)
}

// compareKeys compares the condition keys of a need with those that the
// reference names.
func compareKeys(t *testing.T, entry *reference.ServiceEntry, name string, n service.Need, want []string) {
	t.Helper()
	got := make(map[string]bool)
	for key := range n.Keys {
		got[key] = true
	}
	for key := range n.MultiKeys {
		got[key] = true
	}
	for _, tag := range n.ResourceTags {
		got["aws:ResourceTag/"+tag.Key] = true
	}
	for _, tag := range n.RequestTags {
		got["aws:RequestTag/"+tag.Key], got["aws:TagKeys"] = true, true
	}
	for range n.TagKeys {
		got["aws:TagKeys"] = true
	}
	documented := make(map[string]bool)
	for key := range got {
		k, ok := entry.ConditionKey(key)
		if !ok || !slices.Contains(want, k.Name) {
			t.Errorf("%s has the condition key %s, which AWS does not document", name, key)
			continue
		}
		documented[k.Name] = true
	}
	for _, key := range want {
		if _, never := noRequestHas[key]; !never && !documented[key] {
			t.Errorf("%s lacks the condition key %s; it has %v", name, key, slices.Sorted(maps.Keys(got)))
		}
	}
}

// template is an ARN of the reference as a pattern.
func template(arn string) *regexp.Regexp {
	gap := regexp.MustCompile(`\\\$\\\{[A-Za-z]+\\\}`)
	return regexp.MustCompile("^" + gap.ReplaceAllString(regexp.QuoteMeta(arn), ".+") + "$")
}
