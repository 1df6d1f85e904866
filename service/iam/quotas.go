package iam

// quota is something that there may be only so many of, by the name that AWS
// gives it in LimitExceeded.
type quota string

// The quotas of entities. Those of policies stand with them.
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

// limit is how many there may be: AWS's default for an account that asked for
// no more.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
func (q quota) limit() int {
	switch q {
	case usersPerAccount:
		return 5000
	case groupsPerAccount:
		return 300
	case rolesPerAccount, profilesPerAccount:
		return 1000
	case policiesPerAccount:
		return 1500
	case groupsPerUser, policiesPerUser, policiesPerGroup, policiesPerRole:
		return 10
	case tagsPerUser, tagsPerRole, tagsPerPolicy, tagsPerProfile, tagsPerServerCertificate:
		return 50
	case serverCertificates:
		return 20
	case versionsPerPolicy, sshKeysPerUser:
		return 5
	case rolesPerProfile:
		return 1
	case accessKeysPerUser, keysPerSAML, certificatesPerUser, credentialsPerService:
		return 2
	case oidcPerAccount, samlPerAccount, clientsPerOIDC:
		return 100
	case devicesPerUser:
		return 8
	case aclSizePerRole: // characters of a trust policy without white space
		return 2048
	case policySize: // characters of a managed policy without white space
		return 6144
	}
	return 0
}
