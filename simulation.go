package rolecall

import (
	"context"
	"errors"
	"slices"

	api "github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/service/iam"
	"github.com/rolecall-iam/rolecall/wire"
)

// Simulation asks the policy simulator.
type Simulation struct {
	// Source is the ARN of a user, group or role whose policies are simulated;
	// without one only Policies are, as for SimulateCustomPolicy.
	Source string `json:"source"`
	// Policies are added to the source's, and Boundary takes the place of its own.
	Policies []string `json:"policies"`
	Boundary string   `json:"boundary"`

	Actions   []string            `json:"actions"`
	Resources []string            `json:"resources"` // "*" where there are none
	Context   map[string][]string `json:"context"`

	ResourcePolicy string        `json:"resourcePolicy"`
	ResourceOwner  arn.AccountID `json:"resourceOwner,omitzero"`
	Caller         string        `json:"caller"` // ARN of the user who is simulated, where it is not the source
	Region         string        `json:"region"` // where it is empty, as the ARNs' partition has it
	// Holes tells, by its Sid, of a statement that stands for what its author does
	// not know yet, what that is; empty of all others. For those who read files.
	Holes func(sid string) string `json:"-"`
}

// SimulationError tells what is wrong with a Simulation.
type SimulationError struct{ text string }

// Error is one sentence.
func (e *SimulationError) Error() string { return e.text }

// Simulate decides as AWS's policy simulator does, without its requests and
// pages, and to assume a role by the role's trust policy too.
func (s *Server) Simulate(ctx context.Context, in Simulation) ([]api.EvaluationResult, error) {
	if in.Region == "" {
		in.Region = arn.RegionFor(append([]string{in.Source, in.Caller}, in.Resources...)...)
	}
	input := &api.SimulateCustomPolicyInput{
		ActionNames: in.Actions, CallerArn: in.Caller, PolicyInputList: in.Policies, ResourceArns: in.Resources, ResourcePolicy: in.ResourcePolicy,
	}
	if in.Boundary != "" {
		input.PermissionsBoundaryPolicyInputList = []string{in.Boundary}
	}
	if !in.ResourceOwner.IsZero() {
		input.ResourceOwner = "arn:" + arn.PartitionOf(in.Region) + ":iam::" + in.ResourceOwner.String() + ":root"
	}
	for _, key := range sortedKeys(in.Context) {
		kind := "string"
		if len(in.Context[key]) != 1 {
			kind = "stringList"
		}
		input.ContextEntries = append(input.ContextEntries, api.ContextEntry{ContextKeyName: key, ContextKeyType: kind, ContextKeyValues: in.Context[key]})
	}
	account, err := s.simulated(ctx, in)
	if err != nil {
		return nil, err
	}
	var out []api.EvaluationResult
	err = s.door.Offline(ctx, account, in.Region, func(ctx context.Context) (err error) {
		out, err = iam.New(s.keys).Simulate(ctx, in.Source, input, in.Holes)
		return err
	})
	if refused, ok := errors.AsType[*wire.Error](err); ok {
		return nil, &SimulationError{refused.Message}
	}
	return out, err
}

// simulated is the account that a simulation is in: the source's, or the
// caller's, or the first that is here.
func (s *Server) simulated(ctx context.Context, in Simulation) (arn.AccountID, error) {
	view, err := s.dir.View(ctx)
	if err != nil {
		return arn.AccountID{}, err
	}
	defer view.Close()
	for _, name := range []string{in.Source, in.Caller} {
		if name == "" {
			continue
		}
		a, err := arn.Parse(name)
		if err != nil {
			return arn.AccountID{}, &SimulationError{name + " is no ARN"}
		}
		account, err := arn.ParseAccountID(a.Account)
		if err != nil {
			return arn.AccountID{}, &SimulationError{name + " names no account"}
		}
		if _, ok := view.Account(account); name == in.Source && !ok {
			return arn.AccountID{}, &SimulationError{"account " + a.Account + ", which " + name + " is of, is not known here"}
		}
		return account, nil
	}
	first, ok := firstAccount(&view.Reader)
	if !ok {
		return arn.AccountID{}, errors.Join(view.Err(), errors.New("there is no account"))
	}
	return first.ID, nil
}

func sortedKeys(m map[string][]string) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
