package accessanalyzer

import (
	"github.com/rolecall-iam/rolecall/api/accessanalyzer"
	"github.com/rolecall-iam/rolecall/api/reference"
	"github.com/rolecall-iam/rolecall/service"
)

// Service is Access Analyzer's part that looks at documents.
type Service struct{ reference *reference.Lookup }

// New makes the service.
func New() *Service { return &Service{reference.NewLookup()} }

// Operations are those that have a handler. None has resource types.
//
// Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsiamaccessanalyzer.html
func (s *Service) Operations() []service.Operation {
	return append(s.checks(),
		service.Check(service.Bind(accessanalyzer.ValidatePolicy, service.Always, s.ValidatePolicy), checkValidatePolicy),
	)
}
