package iam_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/rolecall-iam/rolecall/arn"
)

// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html for the numbers; for the
// names recorded answers (AccessKeysPerUser) and kubeflow/dashboard#29 (ACLSizePerRole) and ansible/workshops#1801
// (InstanceProfilesPerAccount).
func TestQuotasAreAWSsDefaults(t *testing.T) {
	h := open(t)
	want := map[string]int{
		"UsersPerAccount": 5000, "GroupsPerAccount": 300, "RolesPerAccount": 1000, "PoliciesPerAccount": 1500, "GroupsPerUser": 10,
		"AccessKeysPerUser": 2, "PoliciesPerUser": 10, "PoliciesPerGroup": 10, "PoliciesPerRole": 10, "VersionsPerPolicy": 5,
		"TagsPerUser": 50, "TagsPerRole": 50, "TagsPerPolicy": 50, "ACLSizePerRole": 2048, "PolicySize": 6144,
		"InstanceProfilesPerAccount": 1000, "InstanceSessionsPerInstanceProfile": 1, "TagsPerInstanceProfile": 50,
		"SSHPublicKeysPerUser": 5, "CertificatesPerUser": 2, "ServerCertificatesPerAccount": 20, "TagsPerServerCertificate": 50,
		"ServiceSpecificCredentialsPerUser": 2, "MFADevicesPerUser": 8, "OpenIdConnectProvidersPerAccount": 100,
		"ClientIdsPerOpenIdConnectProvider": 100, "SAMLProvidersPerAccount": 100, "PrivateKeysPerSAMLProvider": 2,
	}
	list, err := h.server.Quotas(context.Background(), arn.AccountID{})
	if err != nil || len(list) != len(want) {
		t.Fatalf("%d quotas, want %d; %v", len(list), len(want), err)
	}
	for _, q := range list {
		if q.Limit != want[q.Name] || q.Default != want[q.Name] {
			t.Errorf("%s is %d of %d, want %d", q.Name, q.Limit, q.Default, want[q.Name])
		}
	}
}

// set sets a quota of the account.
func (h *house) set(name string, limit int) {
	h.t.Helper()
	if err := h.server.SetQuota(context.Background(), arn.AccountID{}, name, limit); err != nil {
		h.t.Fatal(err)
	}
}

// Each row makes one thing more than a lowered quota allows. The words are
// AWS's, with the number that was set.
func TestEveryQuotaThatIsSetHolds(t *testing.T) {
	ctx, none := context.Background(), ""
	role := func(h *house, name string) error {
		_, err := h.admin.CreateRole(ctx, &iam.CreateRoleInput{RoleName: &name, AssumeRolePolicyDocument: aws.String(trustAccount)})
		return err
	}
	user := func(h *house, name string) error {
		_, err := h.admin.CreateUser(ctx, &iam.CreateUserInput{UserName: &name})
		return err
	}
	group := func(h *house, name string) error {
		_, err := h.admin.CreateGroup(ctx, &iam.CreateGroupInput{GroupName: &name})
		return err
	}
	policy := func(h *house, name string) error {
		_, err := h.admin.CreatePolicy(ctx, &iam.CreatePolicyInput{PolicyName: &name, PolicyDocument: aws.String(readBuckets)})
		return err
	}
	for _, c := range []struct {
		quota string
		limit int
		make  func(h *house, i int) error // the i-th
	}{
		{"UsersPerAccount", 3, func(h *house, i int) error { return user(h, fmt.Sprint("u", i)) }}, // admin is one
		{"GroupsPerAccount", 2, func(h *house, i int) error { return group(h, fmt.Sprint("g", i)) }},
		{"RolesPerAccount", 2, func(h *house, i int) error { return role(h, fmt.Sprint("r", i)) }},
		{"PoliciesPerAccount", 2, func(h *house, i int) error { return policy(h, fmt.Sprint("p", i)) }},
		{"InstanceProfilesPerAccount", 2, func(h *house, i int) error {
			_, err := h.admin.CreateInstanceProfile(ctx, &iam.CreateInstanceProfileInput{InstanceProfileName: aws.String(fmt.Sprint("i", i))})
			return err
		}},
		{"OpenIdConnectProvidersPerAccount", 2, func(h *house, i int) error {
			_, err := h.admin.CreateOpenIDConnectProvider(ctx, &iam.CreateOpenIDConnectProviderInput{Url: aws.String(fmt.Sprintf("https://issuer-%d.example.com", i))})
			return err
		}},
		{"AccessKeysPerUser", 3, func(h *house, i int) error { // admin has one
			_, err := h.admin.CreateAccessKey(ctx, &iam.CreateAccessKeyInput{})
			return err
		}},
		{"GroupsPerUser", 1, func(h *house, i int) error {
			name := fmt.Sprint("g", i)
			if err := group(h, name); err != nil {
				return err
			}
			_, err := h.admin.AddUserToGroup(ctx, &iam.AddUserToGroupInput{GroupName: &name, UserName: aws.String("admin")})
			return err
		}},
		{"PoliciesPerUser", 2, func(h *house, i int) error { // admin has one
			_, err := h.admin.AttachUserPolicy(ctx, &iam.AttachUserPolicyInput{UserName: aws.String("admin"),
				PolicyArn: aws.String("arn:aws:iam::aws:policy/" + []string{"ReadOnlyAccess", "PowerUserAccess", "SecurityAudit"}[i])})
			return err
		}},
		{"TagsPerUser", 2, func(h *house, i int) error {
			_, err := h.admin.TagUser(ctx, &iam.TagUserInput{UserName: aws.String("admin"), Tags: tags(fmt.Sprint("k", i), none)})
			return err
		}},
		{"MFADevicesPerUser", 0, func(h *house, i int) error {
			serial := *must(h.admin.CreateVirtualMFADevice(ctx, &iam.CreateVirtualMFADeviceInput{VirtualMFADeviceName: aws.String("d")}))(h.t).VirtualMFADevice.SerialNumber
			_, err := h.admin.EnableMFADevice(ctx, &iam.EnableMFADeviceInput{UserName: aws.String("admin"), SerialNumber: &serial,
				AuthenticationCode1: aws.String("123456"), AuthenticationCode2: aws.String("654321")})
			return err
		}},
		{"ACLSizePerRole", 10, func(h *house, i int) error { return role(h, "r") }},
		{"PolicySize", 10, func(h *house, i int) error { return policy(h, "p") }},
	} {
		t.Run(c.quota, func(t *testing.T) {
			h := open(t)
			h.set(c.quota, c.limit)
			var err error
			for i := 0; err == nil && i < 4; i++ {
				err = c.make(h, i)
			}
			mustRefuse(t, err, refusal{409, "LimitExceeded", fmt.Sprintf("Cannot exceed quota for %s: %d", c.quota, c.limit)})
		})
	}
}

// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html
func TestTheAccountSummaryTellsTheQuotasThatWereSet(t *testing.T) {
	h, ctx := open(t), context.Background()
	h.set("RolesPerAccount", 5000)
	h.set("VersionsPerPolicy", 1)
	summary := must(h.admin.GetAccountSummary(ctx, &iam.GetAccountSummaryInput{}))(t).SummaryMap
	if summary[string(types.SummaryKeyTypeRolesQuota)] != 5000 || summary[string(types.SummaryKeyTypeVersionsPerPolicyQuota)] != 1 {
		t.Errorf("%v", summary)
	}
	arn := h.managed("/", "P")
	_, err := h.admin.CreatePolicyVersion(ctx, &iam.CreatePolicyVersionInput{PolicyArn: &arn, PolicyDocument: aws.String(readBuckets)})
	mustRefuse(t, err, refusal{409, "LimitExceeded", "A managed policy can have up to 1 versions. " +
		"Before you create a new version, you must delete an existing version."})
}

func TestAQuotaIsSetToWhatCanBe(t *testing.T) {
	h := open(t)
	for _, c := range []struct {
		name  string
		limit int
		says  string
	}{
		{"RolesPerAcount", 5, "RolesPerAcount is not the name of a quota"},
		{"RolesPerAccount", -1, "RolesPerAccount is a number from 0 to 100000000"},
		{"AccessKeysPerUser", 1001, "AccessKeysPerUser is a number from 0 to 1000"},
		{"InstanceSessionsPerInstanceProfile", 2, "InstanceSessionsPerInstanceProfile is a number from 0 to 1"},
	} {
		err := h.server.SetQuota(context.Background(), arn.AccountID{}, c.name, c.limit)
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s %d: %v", c.name, c.limit, err)
		}
	}
	other, err := arn.ParseAccountID("999999999999")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.server.Quotas(context.Background(), other); err == nil {
		t.Error("an account that is not there has quotas")
	}
}

// However many ask at once, no more are made than the quota allows, and none
// less.
func TestSimultaneousCreatesDoNotPassAQuota(t *testing.T) {
	h, ctx := open(t), context.Background()
	h.set("RolesPerAccount", 25)
	full := refusal{409, "LimitExceeded", "Cannot exceed quota for RolesPerAccount: 25"}
	names := make(chan string, 40)
	for i := range 40 {
		names <- fmt.Sprint("r", i)
	}
	if n := atOnce(t, 40, full, func() error {
		_, err := h.admin.CreateRole(ctx, &iam.CreateRoleInput{RoleName: aws.String(<-names), AssumeRolePolicyDocument: aws.String(trustAccount)})
		return err
	}); n != 25 {
		t.Errorf("%d were made", n)
	}
}
