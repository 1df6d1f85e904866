package ssoadmin

import (
	"io"
	"log/slog"
	"slices"
	"sync/atomic"
	"time"

	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// Config is what is needed beyond what comes with a call: for what is done
// after the answer.
type Config struct {
	Directory *directory.Directory
	Now       func() time.Time
	Rand      io.Reader
	Log       *slog.Logger
}

// Service holds the handlers.
type Service struct {
	Config
	assigning atomic.Int32  // how many requests to assign are being served
	waiting   chan struct{} // that something waits
}

// New makes the service. Nothing that waits is done before Start.
func New(c Config) *Service { return &Service{Config: c, waiting: make(chan struct{}, 1)} }

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
