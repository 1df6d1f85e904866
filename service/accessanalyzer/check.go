package accessanalyzer

import (
	"context"
	"strings"

	"github.com/rolecall-iam/rolecall/api/accessanalyzer"
	"github.com/rolecall-iam/rolecall/authz/symbolic"
	"github.com/rolecall-iam/rolecall/policy"
	"github.com/rolecall-iam/rolecall/policy/lint"
	"github.com/rolecall-iam/rolecall/service"
)

// checks are the custom policy checks. AWS asks for the permission of each, on
// everything.
func (s *Service) checks() []service.Operation {
	return []service.Operation{
		service.Bind(accessanalyzer.CheckAccessNotGranted, service.Always, s.checkAccessNotGranted),
		service.Bind(accessanalyzer.CheckNoNewAccess, service.Always, s.checkNoNewAccess),
		service.Bind(accessanalyzer.CheckNoPublicAccess, service.Always, s.checkNoPublicAccess),
	}
}

// words are what a check says: of a policy that passes, of one that fails, and
// of each statement by which it does, before its Sid or index.
type words struct{ pass, fail, statement string }

// The words are those of AWS's examples of these operations.
//
// Sources: https://docs.aws.amazon.com/cli/latest/reference/accessanalyzer/check-no-new-access.html
// and the examples that AWS's SDKs have with CheckAccessNotGranted and
// CheckNoPublicAccess. How CheckNoNewAccess says that it passes is quoted
// nowhere; that is our wording.
var (
	newAccess = words{
		"The updated permissions do not grant new access compared to your existing policy.",
		"The modified permissions grant new access compared to your existing policy.",
		"New access in the statement with ",
	}
	accessGranted = words{
		"The policy document does not grant access to perform the listed actions or resources.",
		"The policy document grants access to perform one or more of the listed actions or resources.",
		"One or more of the listed actions or resources in the statement with ",
	}
	publicAccess = words{
		"The resource policy does not grant public access for the given resource type.",
		"The resource policy grants public access for the given resource type.",
		"Public access granted in the following statement with ",
	}
)

func (s *Service) checkNoNewAccess(_ context.Context, in *accessanalyzer.CheckNoNewAccessInput) (*accessanalyzer.CheckNoNewAccessOutput, error) {
	existing, err := document("existingPolicyDocument", in.ExistingPolicyDocument)
	if err != nil {
		return nil, err
	}
	updated, err := document("newPolicyDocument", in.NewPolicyDocument)
	if err != nil {
		return nil, err
	}
	result, message, reasons := newAccess.tell(symbolic.NewAccess(updated, existing, kindOf(in.PolicyType)))
	return &accessanalyzer.CheckNoNewAccessOutput{Result: result, Message: message, Reasons: reasons}, nil
}

func (s *Service) checkAccessNotGranted(_ context.Context, in *accessanalyzer.CheckAccessNotGrantedInput) (*accessanalyzer.CheckAccessNotGrantedOutput, error) {
	doc, err := document("policyDocument", in.PolicyDocument)
	if err != nil {
		return nil, err
	}
	accesses, err := wanted(in.Access)
	if err != nil {
		return nil, err
	}
	result, message, reasons := accessGranted.tell(symbolic.Granted(doc, kindOf(in.PolicyType), accesses...))
	return &accessanalyzer.CheckAccessNotGrantedOutput{Result: result, Message: message, Reasons: reasons}, nil
}

func (s *Service) checkNoPublicAccess(_ context.Context, in *accessanalyzer.CheckNoPublicAccessInput) (*accessanalyzer.CheckNoPublicAccessOutput, error) {
	doc, err := document("policyDocument", in.PolicyDocument)
	if err != nil {
		return nil, err
	}
	found, ok := symbolic.Public(doc, in.ResourceType)
	if !ok {
		return nil, badResourceType(in.ResourceType)
	}
	result, message, reasons := publicAccess.tell(found)
	return &accessanalyzer.CheckNoPublicAccessOutput{Result: result, Message: message, Reasons: reasons}, nil
}

// kindOf reads one of the model's two policy types.
func kindOf(policyType string) symbolic.Kind {
	if policyType == "RESOURCE_POLICY" {
		return symbolic.Resource
	}
	return symbolic.Identity
}

// document reads a policy, in the member of that name.
func document(member, text string) (*policy.Document, error) {
	if len(text) > lint.MaxSize {
		return nil, longPolicy(member, lint.MaxSize)
	}
	doc, err := policy.Parse(text)
	if err != nil {
		return nil, badPolicy(member, err)
	}
	return doc, nil
}

// wanted reads the accesses that a policy should not grant. A wildcard may
// stand in the last part of a resource only.
//
// Source: https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_Access.html
func wanted(list []accessanalyzer.Access) ([]symbolic.Access, error) {
	var accesses []symbolic.Access
	for _, a := range list {
		for _, action := range a.Actions {
			if service, name, ok := strings.Cut(action, ":"); action != "*" && (!ok || service == "" || name == "" || strings.ContainsAny(service, "*?")) {
				return nil, badAction(action)
			}
		}
		for _, resource := range a.Resources {
			parts := strings.SplitN(resource, ":", 6)
			early := strings.Join(parts[:len(parts)-1], ":")
			if resource != "*" && (len(parts) < 6 || parts[0] != "arn" || strings.ContainsAny(early, "*?")) {
				return nil, badResource(resource)
			}
		}
		if len(a.Actions)+len(a.Resources) > 0 {
			accesses = append(accesses, symbolic.Access{Actions: a.Actions, Resources: a.Resources})
		}
	}
	if len(accesses) == 0 {
		return nil, noAccess()
	}
	return accesses, nil
}

// tell makes an answer of what was found.
func (w words) tell(found []symbolic.Finding) (result string, message *string, reasons []accessanalyzer.ReasonSummary) {
	if len(found) == 0 {
		return "PASS", &w.pass, nil
	}
	for _, f := range found {
		reasons = append(reasons, w.reason(f))
	}
	return "FAIL", &w.fail, reasons
}

// reason names a statement by its Sid, or where it has none by its index,
// which is told in either case.
func (w words) reason(f symbolic.Finding) accessanalyzer.ReasonSummary {
	index := int32(min(f.Index, 1<<31-1))
	summary := accessanalyzer.ReasonSummary{StatementIndex: &index}
	description := w.statement + f.Name() + "."
	if f.Sid != "" {
		summary.StatementId = &f.Sid
	}
	summary.Description = &description
	return summary
}
