package iam_test

import (
	"context"
	"maps"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// Recorded: test_iam_account_summary.snapshot.json, test_get_account_summary_format.
func TestAccountSummaryHasAWSsEntriesAndQuotas(t *testing.T) {
	h := open(t)
	summary := must(h.admin.GetAccountSummary(context.Background(), &iam.GetAccountSummaryInput{}))(t).SummaryMap
	want := map[string]int32{
		"AccessKeysPerUserQuota": 2, "AccountMFAEnabled": 0, "AccountSigningCertificatesPresent": 0,
		"AssumeRolePolicySizeQuota": 2048, "AttachedPoliciesPerGroupQuota": 10, "AttachedPoliciesPerRoleQuota": 10,
		"AttachedPoliciesPerUserQuota": 10, "GlobalEndpointTokenVersion": 1, "GroupPolicySizeQuota": 5120,
		"GroupsPerUserQuota": 10, "GroupsQuota": 300, "InstanceProfilesQuota": 1000, "PoliciesQuota": 1500,
		"PolicySizeQuota": 6144, "PolicyVersionsInUseQuota": 10000, "RolePolicySizeQuota": 10240, "RolesQuota": 1000,
		"ServerCertificatesQuota": 20, "SigningCertificatesPerUserQuota": 2, "UserPolicySizeQuota": 2048,
		"UsersQuota": 5000, "VersionsPerPolicyQuota": 5,
		// The house's own: the user admin, and a key of the root user.
		"Users": 1, "Groups": 0, "Roles": 0, "Policies": 0, "PolicyVersionsInUse": 0, "AccountAccessKeysPresent": 1,
		"AccountPasswordPresent": 0, "InstanceProfiles": 0, "MFADevices": 0, "MFADevicesInUse": 0, "Providers": 0,
		"ServerCertificates": 0,
	}
	for _, entry := range slices.Sorted(maps.Keys(want)) {
		if got, ok := summary[entry]; !ok || got != want[entry] {
			t.Errorf("%s is %d (%v), want %d", entry, got, ok, want[entry])
		}
	}
	if len(summary) != len(want) || len(types.SummaryKeyType("").Values()) != len(want) {
		t.Errorf("there are %d entries, want %d; the model has %d", len(summary), len(want), len(types.SummaryKeyType("").Values()))
	}
}

// Recorded: test_get_account_summary_with_resources.
func TestAccountSummaryCounts(t *testing.T) {
	h, ctx := open(t), context.Background()
	entities(t, h)
	arn := h.managed("/", "P")
	h.version(arn, readBuckets, false)
	must(h.admin.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String("second")}))(t)
	summary := must(h.admin.GetAccountSummary(ctx, &iam.GetAccountSummaryInput{}))(t).SummaryMap
	for entry, want := range map[string]int32{"Users": 3, "Groups": 1, "Roles": 1, "Policies": 1, "PolicyVersionsInUse": 2} {
		if summary[entry] != want {
			t.Errorf("%s is %d, want %d", entry, summary[entry], want)
		}
	}
}
