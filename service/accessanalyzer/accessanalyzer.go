package accessanalyzer

import "github.com/rolecall-iam/rolecall/service"

// Service is Access Analyzer's part that looks at documents.
type Service struct{}

// New makes the service.
func New() *Service { return &Service{} }

// Operations are those that have a handler.
func (s *Service) Operations() []service.Operation {
	return []service.Operation{}
}
