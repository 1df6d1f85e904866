package rolecall

import (
	"context"

	"github.com/rolecall-iam/rolecall/authz/explain"
	"github.com/rolecall-iam/rolecall/service"
)

// Ask is a question: may this principal do that?
type Ask = service.Ask

// AskError tells what is wrong with a question.
type AskError = service.AskError

// Why tells whether a principal of an account that lives here may do something,
// why not, and the smallest changes that would let it: one explanation for each
// permission that is needed, up to the first that is denied. Its error is an
// *AskError where the question cannot be asked.
func (s *Server) Why(ctx context.Context, ask Ask) ([]explain.Explanation, error) {
	return s.door.Why(ctx, ask)
}

// WhyRequest explains a call that the trail has, by the request id of its
// answer: as it was asked then, by the policies of now. Its error is an
// *AskError where there is no such call.
func (s *Server) WhyRequest(ctx context.Context, id string) (explain.Explanation, error) {
	return s.door.WhyRequest(ctx, id, true)
}

// WhoCan answers the ARNs of the users and roles of all accounts that live here
// which may do what a question asks, with the condition keys that it gives.
func (s *Server) WhoCan(ctx context.Context, ask Ask) ([]string, error) {
	return s.door.WhoCan(ctx, ask)
}

// CanAsk asks what a principal may do.
type CanAsk = service.CanAsk

// Can is what a principal may do.
type Can = service.Can

// Can decides every action of AWS's services for one principal of an account
// that lives here. Its error is an *AskError where the question cannot be asked.
func (s *Server) Can(ctx context.Context, ask CanAsk) (Can, error) { return s.door.Can(ctx, ask) }

// CanService is what is allowed of one service, and CanAssume a role that may be
// assumed.
type (
	CanService = service.CanService
	CanAssume  = service.CanAssume
)

// Used is an operation that was called, and Usage a comparison of what a
// principal may do with what it did.
type (
	Used  = service.Used
	Usage = service.Usage
)

// UsageOf compares what a principal may do with what it called.
func UsageOf(can Can, called []Used) Usage { return service.UsageOf(can, called) }
