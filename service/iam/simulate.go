package iam

import (
	"context"
	"strconv"

	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/service"
)

// simulationOperations are the policy simulator. It decides with the evaluator
// that explains denials, on policies and condition keys that the caller brings;
// nothing else is in the context of a simulated request.
func (s *Service) simulationOperations() []service.Operation {
	return []service.Operation{
		service.Bind(iam.SimulateCustomPolicy, service.Always[iam.SimulateCustomPolicyInput], s.SimulateCustomPolicy),
		service.Bind(iam.SimulatePrincipalPolicy, one(func(c *service.Call, in *iam.SimulatePrincipalPolicyInput) service.Need {
			return onSubject(c, in.PolicySourceArn)
		}), s.SimulatePrincipalPolicy),
		service.Bind(iam.GetContextKeysForCustomPolicy, service.Always[iam.GetContextKeysForCustomPolicyInput], s.GetContextKeysForCustomPolicy),
		service.Bind(iam.GetContextKeysForPrincipalPolicy, one(func(c *service.Call, in *iam.GetContextKeysForPrincipalPolicyInput) service.Need {
			return onSubject(c, in.PolicySourceArn)
		}), s.GetContextKeysForPrincipalPolicy),
	}
}

// SimulateCustomPolicy tells what policies that are nobody's would allow.
func (s *Service) SimulateCustomPolicy(ctx context.Context, in *iam.SimulateCustomPolicyInput) (*iam.SimulateCustomPolicyOutput, error) {
	sim := simulation{c: service.CallOf(ctx)}
	if err := sim.read(in); err != nil {
		return nil, err
	}
	p, err := sim.page(ctx, in.Marker, in.MaxItems)
	if err != nil {
		return nil, err
	}
	return &iam.SimulateCustomPolicyOutput{EvaluationResults: p.Items, IsTruncated: p.IsTruncated, Marker: p.Marker}, nil
}

// SimulatePrincipalPolicy tells what a user, group or role may do by the
// policies attached to it, and by those that the caller adds. Beyond AWS, to
// assume a role that is here it decides the role's trust policy too, unless
// another policy is passed for it.
func (s *Service) SimulatePrincipalPolicy(ctx context.Context, in *iam.SimulatePrincipalPolicyInput) (*iam.SimulatePrincipalPolicyOutput, error) {
	sim := simulation{c: service.CallOf(ctx), trusts: in.ResourcePolicy == ""}
	if err := sim.readSource(in.PolicySourceArn); err != nil {
		return nil, err
	}
	err := sim.read(&iam.SimulateCustomPolicyInput{
		ActionNames: in.ActionNames, CallerArn: in.CallerArn, ContextEntries: in.ContextEntries,
		PermissionsBoundaryPolicyInputList: in.PermissionsBoundaryPolicyInputList, PolicyInputList: in.PolicyInputList,
		ResourceArns: in.ResourceArns, ResourceHandlingOption: in.ResourceHandlingOption,
		ResourceOwner: in.ResourceOwner, ResourcePolicy: in.ResourcePolicy,
	})
	if err != nil {
		return nil, err
	}
	p, err := sim.page(ctx, in.Marker, in.MaxItems)
	if err != nil {
		return nil, err
	}
	return &iam.SimulatePrincipalPolicyOutput{EvaluationResults: p.Items, IsTruncated: p.IsTruncated, Marker: p.Marker}, nil
}

// What one answer may cost: statements read, and statements told of. A page
// ends before the action that would go beyond, and an action that goes beyond
// alone is refused.
const (
	simulationWork    = 2_000_000
	simulationMatches = 20_000
)

// page simulates the actions of one page. A marker is the number of the first
// action of the next.
func (s *simulation) page(ctx context.Context, marker string, maxItems int32) (page[iam.EvaluationResult], error) {
	first, err := s.openMarker(marker)
	if err != nil {
		return page[iam.EvaluationResult]{}, err
	}
	size := int(maxItems)
	if size <= 0 {
		size = defaultPage
	}
	last := min(first+size, len(s.actions))
	work := s.statements() * len(s.resources)
	if work > simulationWork {
		return page[iam.EvaluationResult]{}, tooMuchToSimulate()
	}
	p := page[iam.EvaluationResult]{Items: []iam.EvaluationResult{}}
	next := first
	for matches := 0; next < last && (next == first || (next-first+1)*work <= simulationWork && matches <= simulationMatches); next++ {
		if err := ctx.Err(); err != nil {
			return page[iam.EvaluationResult]{}, err
		}
		result, n := s.result(s.actions[next])
		if matches += n; n > simulationMatches {
			return page[iam.EvaluationResult]{}, tooMuchToSimulate()
		}
		p.Items = append(p.Items, result)
	}
	more := next < len(s.actions)
	p.IsTruncated = &more
	if more {
		m := makeMarker(strconv.Itoa(next))
		p.Marker = &m
	}
	return p, nil
}

func (s *simulation) openMarker(marker string) (int, error) {
	if marker == "" {
		return 0, nil
	}
	text, err := openMarker(marker)
	if err != nil {
		return 0, err
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n >= len(s.actions) {
		return 0, badMarker()
	}
	return n, nil
}

// statements is how many a decision reads.
func (s *simulation) statements() int {
	n := 1 + s.trustStatements()
	for _, doc := range s.documents() {
		n += len(doc.Statements)
	}
	for _, level := range s.policies.SCPs {
		for _, named := range level {
			if named.Document != nil {
				n += len(named.Document.Statements)
			}
		}
	}
	return n
}
