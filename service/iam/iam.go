package iam

import (
	"slices"

	"github.com/rolecall-iam/rolecall/service"
)

// Service holds the handlers of IAM. New makes it.
type Service struct{ vault Vault }

// Vault closes secrets, so that nobody reads them from what is stored;
// service.Keys is the one of the product. An id belongs to each secret, and
// opens no other.
type Vault interface {
	SealSecret(id, secret string) ([]byte, error)
	OpenSecret(id string, sealed []byte) (string, error)
}

// New makes the service.
func New(vault Vault) *Service { return &Service{vault} }

// Operations are the operations that the service answers.
func (s *Service) Operations() []service.Operation {
	return slices.Concat(
		s.userOperations(),
		s.groupOperations(),
		s.membershipOperations(),
		s.roleOperations(),
		s.tagOperations(),
		s.keyOperations(),
		s.accountOperations(),
		s.policyOperations(),
		s.simulationOperations(),
		s.profileOperations(),
		s.passwordPolicyOperations(),
		s.loginOperations(),
		s.sshOperations(),
		s.signingOperations(),
		s.serverCertificateOperations(),
		s.serviceCredentialOperations(),
		s.linkedRoleOperations(),
		s.deviceOperations(),
		s.deviceUseOperations(),
		s.oidcOperations(),
		s.samlOperations(),
		s.outboundOperations(),
		s.preferenceOperations(),
		s.lastAccessOperations(),
		s.credentialReportOperations(),
		s.orgFeatureOperations(),
		s.orgReportOperations(),
		s.delegationOperations(),
	)
}
