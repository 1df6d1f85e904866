package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall"
	api "github.com/rolecall-iam/rolecall/api/iam"
	files "github.com/rolecall-iam/rolecall/world"
)

// simulateCommand is rolecall simulate.
type simulateCommand struct {
	dataFlag
	outputFlag
	fromFlag
	Principal      string   `help:"Whose policies: the ARN of a user, group or role. Without one only those of --policy." placeholder:"ARN"`
	Policy         []string `help:"A policy, besides the principal's; repeat for more." placeholder:"FILE"`
	Boundary       string   `help:"A permissions boundary, in the place of the principal's." placeholder:"FILE"`
	Action         []string `help:"What; repeat, or divide by commas, for more." placeholder:"SERVICE:OPERATION" required:""`
	Resource       []string `help:"On what; repeat for more." placeholder:"ARN" sep:"none"`
	Context        []string `short:"c" help:"A condition key with its value, or values divided by commas; repeat for more." placeholder:"KEY=VALUE" sep:"none"`
	ResourcePolicy string   `help:"The policy of the resources." placeholder:"FILE"`
	ResourceOwner  string   `help:"The account of resources whose ARNs name none." placeholder:"123456789012"`
	Caller         string   `help:"The user whom a resource's policy sees, where it is not the principal." placeholder:"ARN"`
	Region         string   `help:"Region that is asked; us-east-1, or as the ARNs' partition has it." placeholder:"REGION"`
}

// simulationAnswer is what the command prints as JSON: as the aws CLI does.
type simulationAnswer struct {
	EvaluationResults []api.EvaluationResult
}

// Run prints what becomes of each action on each resource: no where one is
// denied.
func (c *simulateCommand) Run(stdout io.Writer) error {
	in, err := c.ask()
	if err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	warnOfActions(os.Stderr, "", in.Actions...)
	var out simulationAnswer
	direct := func(s *rolecall.Server) (err error) {
		out.EvaluationResults, err = s.Simulate(context.Background(), in)
		return err
	}
	switch {
	case len(c.From) > 0:
		err = c.world(regionOr(c.Region, append(c.Resource, c.Principal)...), os.Stderr, func(a *files.Asked) (err error) {
			out.EvaluationResults, err = a.Simulate(context.Background(), in)
			return err
		})
	case c.Principal == "":
		err = inMemory(direct)
	default:
		err = orFiles(c.do("/simulate", in, &out, direct))
	}
	if errors.Is(err, errUsage) || isSimulationError(err) {
		return fmt.Errorf("%w: %s", errUsage, c.named(strings.TrimPrefix(err.Error(), errUsage.Error()+": ")))
	}
	if err != nil {
		return err
	}
	if c.Output == "json" {
		err = json.NewEncoder(stdout).Encode(out)
	} else {
		err = c.print(stdout, out.EvaluationResults)
	}
	for _, r := range out.EvaluationResults {
		if err == nil && r.EvalDecision != "allowed" {
			return errNo
		}
	}
	return err
}

func isSimulationError(err error) bool {
	_, ok := errors.AsType[*rolecall.SimulationError](err)
	return ok
}

// named puts the names of files into a text, for what the simulator calls them.
func (c *simulateCommand) named(text string) string {
	var names []string
	if c.Boundary != "" {
		names = append(names, "PermissionsBoundaryPolicyInputList.1", c.Boundary)
	}
	for i := len(c.Policy); i > 0; i-- {
		names = append(names, fmt.Sprintf("PolicyInputList.%d", i), c.Policy[i-1])
	}
	if c.ResourcePolicy != "" {
		names = append(names, "ResourcePolicy", c.ResourcePolicy)
	}
	return strings.NewReplacer(names...).Replace(text)
}

// inMemory asks a service that knows nothing.
func inMemory(use func(*rolecall.Server) error) error {
	s, err := rolecall.New(rolecall.Config{})
	if err != nil {
		return err
	}
	return errors.Join(use(s), s.Close())
}

// ask is the question that the flags make.
func (c *simulateCommand) ask() (rolecall.Simulation, error) {
	in := rolecall.Simulation{Source: c.Principal, Actions: c.Action, Resources: c.Resource, Caller: c.Caller, Region: c.Region}
	if c.Principal == "" && len(c.Policy) == 0 {
		return in, errors.New("give --principal, or the policies to simulate with --policy")
	}
	flags := question{Action: "-", Context: c.Context, ResourcePolicy: c.ResourcePolicy, ResourceAccount: c.ResourceOwner}
	ask := rolecall.Ask{Action: "-"}
	if err := flags.fill(&ask); err != nil {
		return in, err
	}
	in.Context, in.ResourcePolicy, in.ResourceOwner = ask.Context, ask.ResourcePolicy, ask.ResourceAccount
	names := c.Policy
	if c.Boundary != "" {
		names = append([]string{c.Boundary}, names...)
	}
	for _, name := range names {
		text, err := readPolicy(name, os.Stderr)
		if err != nil {
			return in, err
		}
		in.Policies = append(in.Policies, text)
	}
	if c.Boundary != "" {
		in.Boundary, in.Policies = in.Policies[0], in.Policies[1:]
	}
	return in, nil
}

// simulateRoute answers for a running server.
func simulateRoute(s *rolecall.Server) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var in rolecall.Simulation
		if err := json.NewDecoder(io.LimitReader(r.Body, 8<<20)).Decode(&in); err != nil {
			answer(w, nil, err)
			return
		}
		results, err := s.Simulate(r.Context(), in)
		if _, ok := errors.AsType[*rolecall.SimulationError](err); ok {
			http.Error(w, err.Error(), http.StatusUnprocessableEntity)
			return
		}
		answer(w, simulationAnswer{results}, err)
	}
}

// print prints results as a tree: decision, action, resource, and
// under them the statements.
func (c *simulateCommand) print(w io.Writer, results []api.EvaluationResult) error {
	p, colours := &page{w: w}, paintFor(w)
	for i, r := range results {
		if i > 0 {
			p.line("")
		}
		p.line("%s%s%s", colours.bold, r.EvalActionName, colours.off)
		each := r.ResourceSpecificResults
		if len(each) == 0 {
			each = []api.ResourceSpecificResult{{
				EvalResourceName: r.EvalResourceName, EvalResourceDecision: r.EvalDecision, MatchedStatements: r.MatchedStatements,
				MissingContextValues: r.MissingContextValues, PermissionsBoundaryDecisionDetail: r.PermissionsBoundaryDecisionDetail,
			}}
		}
		for _, one := range each {
			p.simulated(colours, one, c.named)
		}
		if o := r.OrganizationsDecisionDetail; o != nil && o.AllowedByOrganizations != nil && !*o.AllowedByOrganizations {
			p.line("      %sthe organization's policies do not allow it%s", colours.yellow, colours.off)
		}
	}
	return p.err
}

func (p *page) simulated(c paint, r api.ResourceSpecificResult, named func(string) string) {
	colour := c.red
	if r.EvalResourceDecision == "allowed" {
		colour = c.green
	}
	p.text("  "+colour, r.EvalResourceDecision+c.off+" on "+r.EvalResourceName)
	for _, m := range r.MatchedStatements {
		where := ""
		if m.StartPosition != nil && m.EndPosition != nil {
			where = fmt.Sprintf(", line %d column %d to line %d column %d", *m.StartPosition.Line, *m.StartPosition.Column, *m.EndPosition.Line, *m.EndPosition.Column)
		}
		p.text("      ", "by "+named(*m.SourcePolicyId)+" ("+m.SourcePolicyType+")"+where)
	}
	if b := r.PermissionsBoundaryDecisionDetail; b != nil && b.AllowedByPermissionsBoundary != nil && !*b.AllowedByPermissionsBoundary {
		p.line("      %sthe permissions boundary does not allow it%s", c.yellow, c.off)
	}
	for _, side := range slices.Sorted(maps.Keys(r.EvalDecisionDetails)) {
		p.text("      ", side+": "+r.EvalDecisionDetails[side])
	}
	if len(r.MissingContextValues) > 0 {
		p.text("      "+c.yellow, "the policies speak of keys that were not given: "+strings.Join(r.MissingContextValues, ", ")+c.off)
	}
}
