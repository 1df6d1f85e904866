package ssoadmin

import (
	"slices"

	"github.com/rolecall-iam/rolecall/service"
)

// Service holds the handlers. All it needs comes with a call.
type Service struct{}

// New makes the service.
func New() *Service { return &Service{} }

// Operations are the operations that the service answers.
func (s *Service) Operations() []service.Operation {
	return slices.Concat(
		s.instanceOperations(),
		s.regionOperations(),
		s.attributeOperations(),
		s.setOperations(),
		s.policyOperations(),
		s.customerOperations(),
		s.assignmentOperations(),
		s.provisionOperations(),
		s.statusOperations(),
		s.tagOperations(),
		s.applicationOperations(),
		s.applicationSettingOperations(),
		s.applicationAssignmentOperations(),
		s.issuerOperations(),
	)
}
