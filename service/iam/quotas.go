package iam

import (
	"fmt"
	"maps"
	"slices"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// quota is something that there may be only so many of, by the name that AWS
// gives it in LimitExceeded.
type quota string

const (
	usersPerAccount    quota = "UsersPerAccount"
	groupsPerAccount   quota = "GroupsPerAccount"
	rolesPerAccount    quota = "RolesPerAccount"
	groupsPerUser      quota = "GroupsPerUser"
	accessKeysPerUser  quota = "AccessKeysPerUser"
	tagsPerUser        quota = "TagsPerUser"
	tagsPerRole        quota = "TagsPerRole"
	aclSizePerRole     quota = "ACLSizePerRole"
	policiesPerUser    quota = "PoliciesPerUser"
	policiesPerGroup   quota = "PoliciesPerGroup"
	policiesPerRole    quota = "PoliciesPerRole"
	policiesPerAccount quota = "PoliciesPerAccount"
	versionsPerPolicy  quota = "VersionsPerPolicy"
	tagsPerPolicy      quota = "TagsPerPolicy"
	policySize         quota = "PolicySize"
	profilesPerAccount quota = "InstanceProfilesPerAccount"
	rolesPerProfile    quota = "InstanceSessionsPerInstanceProfile"
	tagsPerProfile     quota = "TagsPerInstanceProfile"
	devicesPerUser     quota = "MFADevicesPerUser"
	oidcPerAccount     quota = "OpenIdConnectProvidersPerAccount"
	clientsPerOIDC     quota = "ClientIdsPerOpenIdConnectProvider"
	samlPerAccount     quota = "SAMLProvidersPerAccount"
	keysPerSAML        quota = "PrivateKeysPerSAMLProvider"

	sshKeysPerUser           quota = "SSHPublicKeysPerUser"
	certificatesPerUser      quota = "CertificatesPerUser"
	serverCertificates       quota = "ServerCertificatesPerAccount"
	tagsPerServerCertificate quota = "TagsPerServerCertificate"
	credentialsPerService    quota = "ServiceSpecificCredentialsPerUser"
)

// The most that a quota can be set to: what an account may have is counted;
// what one of its entities may have must fit the entity's document.
const (
	mostOfAccount = 100_000_000
	mostOfEntity  = 1000
	mostSize      = 131_072 // characters of a document that the API takes
)

// quotas are AWS's default, for an account that asked for no more, and the most
// that it can be set to.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
var quotas = map[quota]struct{ limit, most int }{
	usersPerAccount:          {5000, mostOfAccount},
	groupsPerAccount:         {300, mostOfAccount},
	rolesPerAccount:          {1000, mostOfAccount},
	policiesPerAccount:       {1500, mostOfAccount},
	profilesPerAccount:       {1000, mostOfAccount},
	serverCertificates:       {20, mostOfAccount},
	oidcPerAccount:           {100, mostOfAccount},
	samlPerAccount:           {100, mostOfAccount},
	groupsPerUser:            {10, mostOfEntity},
	policiesPerUser:          {10, mostOfEntity},
	policiesPerGroup:         {10, mostOfEntity},
	policiesPerRole:          {10, mostOfEntity},
	versionsPerPolicy:        {5, mostOfEntity},
	accessKeysPerUser:        {2, mostOfEntity},
	sshKeysPerUser:           {5, mostOfEntity},
	certificatesPerUser:      {2, mostOfEntity},
	credentialsPerService:    {2, mostOfEntity},
	devicesPerUser:           {8, mostOfEntity},
	clientsPerOIDC:           {100, mostOfEntity},
	keysPerSAML:              {2, mostOfEntity},
	tagsPerUser:              {50, mostOfEntity},
	tagsPerRole:              {50, mostOfEntity},
	tagsPerPolicy:            {50, mostOfEntity},
	tagsPerProfile:           {50, mostOfEntity},
	tagsPerServerCertificate: {50, mostOfEntity},
	rolesPerProfile:          {1, 1},
	aclSizePerRole:           {2048, mostSize}, // characters of a trust policy without white space
	policySize:               {6144, mostSize}, // characters of a managed policy without white space
}

// limit is how many there may be in the caller's account.
func (q quota) limit(c *service.Call) int {
	if limit, ok := c.Quota(string(q)); ok {
		return limit
	}
	return quotas[q].limit
}

// Quota is a quota of an account.
type Quota struct {
	Name    string `json:"name"` // as AWS gives it in LimitExceeded
	Limit   int    `json:"limit"`
	Default int    `json:"default"` // AWS's
}

// Quotas are the quotas of an account by name.
func Quotas(r *directory.Reader, account arn.AccountID) []Quota {
	set := r.Quotas(account)
	var list []Quota
	for _, q := range slices.Sorted(maps.Keys(quotas)) {
		limit, ok := set[string(q)]
		if !ok {
			limit = quotas[q].limit
		}
		list = append(list, Quota{string(q), limit, quotas[q].limit})
	}
	return list
}

// SetQuota sets a quota of an account. What there is beyond it stays.
func SetQuota(tx *directory.Tx, account arn.AccountID, name string, limit int) error {
	known, ok := quotas[quota(name)]
	switch {
	case !ok:
		return fmt.Errorf("%s is not the name of a quota", name)
	case limit < 0 || limit > known.most:
		return fmt.Errorf("%s is a number from 0 to %d", name, known.most)
	}
	set := directory.Quotas{}
	maps.Copy(set, tx.Quotas(account))
	set[name] = limit
	if limit == known.limit {
		delete(set, name)
	}
	tx.PutQuotas(account, set)
	return nil
}
