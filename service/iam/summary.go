package iam

import (
	"context"

	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// GetAccountSummary counts what the account has and tells the quotas: the
// thirty-four entries that AWS answers (recorded:
// test_get_account_summary_format). What this service has none of counts 0.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html
func (s *Service) GetAccountSummary(ctx context.Context, _ *iam.GetAccountSummaryInput) (*iam.GetAccountSummaryOutput, error) {
	c := service.CallOf(ctx)
	summary := summaryQuotas(c)
	users, groups, roles, policies := c.View.Count(c.Account)
	devices, enabled := c.View.CountMFADevices(c.Account)
	oidc, saml := c.View.CountProviders(c.Account)
	for entry, n := range map[string]int{
		"Users": users, "Groups": groups, "Roles": roles, "Policies": policies,
		"MFADevices": devices, "MFADevicesInUse": enabled, "Providers": oidc + saml,
		"InstanceProfiles":         c.View.CountInstanceProfiles(c.Account),
		"PolicyVersionsInUse":      countVersions(c),
		"ServerCertificates":       c.View.CountServerCertificates(c.Account),
		"AccountAccessKeysPresent": rootKeys(c),

		"AccountSigningCertificatesPresent": rootCertificates(c),
	} {
		summary[entry] = int32(n)
	}
	summary["GlobalEndpointTokenVersion"] = tokenVersion(c)
	for _, entry := range [...]string{
		"AccountMFAEnabled", "AccountPasswordPresent",
	} {
		summary[entry] = 0
	}
	return &iam.GetAccountSummaryOutput{SummaryMap: summary}, nil
}

func summaryQuotas(c *service.Call) map[string]int32 {
	return map[string]int32{
		"AccessKeysPerUserQuota":          int32(accessKeysPerUser.limit(c)),
		"AssumeRolePolicySizeQuota":       int32(aclSizePerRole.limit(c)),
		"AttachedPoliciesPerGroupQuota":   int32(policiesPerGroup.limit(c)),
		"AttachedPoliciesPerRoleQuota":    int32(policiesPerRole.limit(c)),
		"AttachedPoliciesPerUserQuota":    int32(policiesPerUser.limit(c)),
		"GroupPolicySizeQuota":            groupInlineSize,
		"GroupsPerUserQuota":              int32(groupsPerUser.limit(c)),
		"GroupsQuota":                     int32(groupsPerAccount.limit(c)),
		"InstanceProfilesQuota":           int32(profilesPerAccount.limit(c)),
		"PoliciesQuota":                   int32(policiesPerAccount.limit(c)),
		"PolicySizeQuota":                 int32(policySize.limit(c)),
		"PolicyVersionsInUseQuota":        10000,
		"RolePolicySizeQuota":             roleInlineSize,
		"RolesQuota":                      int32(rolesPerAccount.limit(c)),
		"ServerCertificatesQuota":         int32(serverCertificates.limit(c)),
		"SigningCertificatesPerUserQuota": int32(certificatesPerUser.limit(c)),
		"UserPolicySizeQuota":             userInlineSize,
		"UsersQuota":                      int32(usersPerAccount.limit(c)),
		"VersionsPerPolicyQuota":          int32(versionsPerPolicy.limit(c)),
	}
}

func countVersions(c *service.Call) int {
	n := 0
	c.View.Policies(c.Account, "", func(p *directory.Policy) bool {
		n += len(p.Versions)
		return true
	})
	return n
}

// rootKeys is 1 where the account's root user has an access key.
func rootKeys(c *service.Call) int {
	if a, ok := c.View.Account(c.Account); ok && len(a.Keys) > 0 {
		return 1
	}
	return 0
}

// rootCertificates is 1 where the account's root user has a signing
// certificate.
func rootCertificates(c *service.Call) int {
	return min(1, len(c.View.Credentials(c.Account, c.Account.String()).Certificates))
}
