package iam

import (
	"fmt"
	"testing"

	"github.com/rolecall-iam/rolecall/wire"
)

// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
// for the numbers; for the words recorded answers (AccessKeysPerUser) and
// kubeflow/dashboard#29 (ACLSizePerRole) and ansible/workshops#1801
// (InstanceProfilesPerAccount).
func TestQuotasAreAWSsDefaultsInAWSsWords(t *testing.T) {
	cases := []struct {
		quota quota
		limit int
	}{
		{"UsersPerAccount", 5000},
		{"GroupsPerAccount", 300},
		{"RolesPerAccount", 1000},
		{"PoliciesPerAccount", 1500},
		{"GroupsPerUser", 10},
		{"AccessKeysPerUser", 2},
		{"PoliciesPerUser", 10},
		{"PoliciesPerGroup", 10},
		{"PoliciesPerRole", 10},
		{"VersionsPerPolicy", 5},
		{"TagsPerUser", 50},
		{"TagsPerRole", 50},
		{"TagsPerPolicy", 50},
		{"ACLSizePerRole", 2048},
		{"PolicySize", 6144},
		{"InstanceProfilesPerAccount", 1000},
		{"InstanceSessionsPerInstanceProfile", 1},
		{"TagsPerInstanceProfile", 50},
		{"SSHPublicKeysPerUser", 5},
		{"CertificatesPerUser", 2},
		{"ServerCertificatesPerAccount", 20},
		{"TagsPerServerCertificate", 50},
		{"ServiceSpecificCredentialsPerUser", 2},
		{"MFADevicesPerUser", 8},
		{"OpenIdConnectProvidersPerAccount", 100},
		{"ClientIdsPerOpenIdConnectProvider", 100},
		{"SAMLProvidersPerAccount", 100},
		{"PrivateKeysPerSAMLProvider", 2},
	}
	for _, c := range cases {
		err, ok := overQuota(c.quota).(*wire.Error)
		want := fmt.Sprintf("Cannot exceed quota for %s: %d", string(c.quota), c.limit)
		if !ok || err.Status != 409 || err.Code != "LimitExceeded" || err.Message != want {
			t.Errorf("%s: %v, want %s", c.quota, err, want)
		}
	}
}
