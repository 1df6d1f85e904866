package iam_test

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// What is so already may be asked for again, where AWS lets it.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddClientIDToOpenIDConnectProvider.html and
// API_RemoveClientIDFromOpenIDConnectProvider.html ("This operation is idempotent"), API_PutUserPolicy.html and
// API_TagUser.html (what is there is replaced); attaching and joining twice is recorded in
// tests/aws/services/iam of localstack/localstack; cloud-custodian/cloud-custodian#4730 (RemoveUserFromGroup).
func TestWhatIsSoAlreadyMayBeAskedForAgain(t *testing.T) {
	h, ctx := open(t), context.Background()
	entities(t, h)
	arn, n := h.managed("/", "P"), aws.String
	issuer := *must(h.admin.CreateOpenIDConnectProvider(ctx, &iam.CreateOpenIDConnectProviderInput{Url: n("https://issuer.example.com")}))(t).OpenIDConnectProviderArn
	for _, c := range repeatable(h, arn, issuer) {
		for range 2 {
			if err := c.do(); err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
		}
	}
	attached := must(h.admin.ListEntitiesForPolicy(ctx, &iam.ListEntitiesForPolicyInput{PolicyArn: &arn}))(t)
	if len(attached.PolicyUsers) != 1 || len(attached.PolicyGroups) != 1 || len(attached.PolicyRoles) != 1 {
		t.Errorf("what was attached twice is attached to %+v", attached)
	}
}

// call is a request that may be sent again.
type call struct {
	name string
	do   func() error
}

func repeatable(h *house, arn, issuer string) []call {
	ctx, n, ada := context.Background(), aws.String, aws.String("Ada")
	return []call{
		{"AttachUserPolicy", func() error {
			return second(h.admin.AttachUserPolicy(ctx, &iam.AttachUserPolicyInput{UserName: ada, PolicyArn: &arn}))
		}},
		{"AttachGroupPolicy", func() error {
			return second(h.admin.AttachGroupPolicy(ctx, &iam.AttachGroupPolicyInput{GroupName: ada, PolicyArn: &arn}))
		}},
		{"AttachRolePolicy", func() error {
			return second(h.admin.AttachRolePolicy(ctx, &iam.AttachRolePolicyInput{RoleName: ada, PolicyArn: &arn}))
		}},
		{"PutUserPolicy", func() error {
			return second(h.admin.PutUserPolicy(ctx, &iam.PutUserPolicyInput{UserName: ada, PolicyName: n("in"), PolicyDocument: n(readBuckets)}))
		}},
		{"PutRolePermissionsBoundary", func() error {
			return second(h.admin.PutRolePermissionsBoundary(ctx, &iam.PutRolePermissionsBoundaryInput{RoleName: ada, PermissionsBoundary: &arn}))
		}},
		{"DeleteRolePermissionsBoundary", func() error {
			return second(h.admin.DeleteRolePermissionsBoundary(ctx, &iam.DeleteRolePermissionsBoundaryInput{RoleName: ada}))
		}},
		{"AddUserToGroup", func() error {
			return second(h.admin.AddUserToGroup(ctx, &iam.AddUserToGroupInput{UserName: ada, GroupName: ada}))
		}},
		{"RemoveUserFromGroup", func() error {
			return second(h.admin.RemoveUserFromGroup(ctx, &iam.RemoveUserFromGroupInput{UserName: ada, GroupName: ada}))
		}},
		{"TagRole", func() error {
			return second(h.admin.TagRole(ctx, &iam.TagRoleInput{RoleName: ada, Tags: tags("a", "1")}))
		}},
		{"UntagRole", func() error {
			return second(h.admin.UntagRole(ctx, &iam.UntagRoleInput{RoleName: ada, TagKeys: []string{"a"}}))
		}},
		{"UpdateAccessKey", func() error {
			return second(h.admin.UpdateAccessKey(ctx, &iam.UpdateAccessKeyInput{AccessKeyId: &adminKey.AccessKeyID, Status: types.StatusTypeActive}))
		}},
		{"AddClientIDToOpenIDConnectProvider", func() error {
			return second(h.admin.AddClientIDToOpenIDConnectProvider(ctx, &iam.AddClientIDToOpenIDConnectProviderInput{OpenIDConnectProviderArn: &issuer, ClientID: n("me")}))
		}},
		{"RemoveClientIDFromOpenIDConnectProvider", func() error {
			return second(h.admin.RemoveClientIDFromOpenIDConnectProvider(ctx, &iam.RemoveClientIDFromOpenIDConnectProviderInput{OpenIDConnectProviderArn: &issuer, ClientID: n("me")}))
		}},
		{"SetDefaultPolicyVersion", func() error {
			return second(h.admin.SetDefaultPolicyVersion(ctx, &iam.SetDefaultPolicyVersionInput{PolicyArn: &arn, VersionId: n("v1")}))
		}},
		{"UpdateAccountPasswordPolicy", func() error {
			return second(h.admin.UpdateAccountPasswordPolicy(ctx, &iam.UpdateAccountPasswordPolicyInput{}))
		}},
		{"SetSecurityTokenServicePreferences", func() error {
			return second(h.admin.SetSecurityTokenServicePreferences(ctx, &iam.SetSecurityTokenServicePreferencesInput{GlobalEndpointTokenVersion: "v2Token"}))
		}},
	}
}
