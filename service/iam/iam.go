package iam

import (
	"slices"

	"github.com/rolecall-iam/rolecall/service"
)

// Service holds the handlers of IAM. New makes it.
type Service struct {
	seal func(keyID, secret string) ([]byte, error)
}

// New makes the service. seal closes the secret of an access key, so that
// nobody reads it from what is stored.
func New(seal func(keyID, secret string) ([]byte, error)) *Service {
	return &Service{seal: seal}
}

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
		s.profileOperations(),
	)
}
