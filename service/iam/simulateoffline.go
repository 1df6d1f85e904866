package iam

import (
	"context"
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/policy"
	"github.com/rolecall-iam/rolecall/service"
)

// Simulate is SimulatePrincipalPolicy for a source, and SimulateCustomPolicy
// without one, for the command line: it answers all actions at once, and to
// assume a role it decides the role's trust policy too, which AWS's simulator
// leaves out. Any principal that is a source may have a resource's policy. holes
// tells, by its Sid, of a statement that stands for what is not known yet, what
// that is: what it decides is refused. It may be nil.
func (s *Service) Simulate(ctx context.Context, source string, in *iam.SimulateCustomPolicyInput, holes func(sid string) string) ([]iam.EvaluationResult, error) {
	sim := simulation{c: service.CallOf(ctx), trusts: true, abroad: true}
	if source != "" {
		if err := sim.readSource(source); err != nil {
			return nil, err
		}
	}
	if err := sim.read(in); err != nil {
		return nil, err
	}
	if err := sim.rolesKnown(); err != nil {
		return nil, err
	}
	if err := sim.known(holes); err != nil {
		return nil, err
	}
	var all []iam.EvaluationResult
	for marker := ""; ; {
		p, err := sim.page(ctx, marker, 0)
		if err != nil {
			return nil, err
		}
		all = append(all, p.Items...)
		if p.Marker == nil {
			return all, nil
		}
		marker = *p.Marker
	}
}

// rolesKnown refuses roles that are to be assumed and of which nobody knows whom
// they trust.
func (s *simulation) rolesKnown() error {
	for _, action := range s.actions {
		for _, resource := range s.resources {
			if s.resource != nil || !assumes(action, resource) {
				continue
			}
			if s.trustOf(resource) == nil {
				return invalidInput("The role %s is not here, and so nobody knows whom it trusts: pass its trust policy as the ResourcePolicy.", resource)
			}
		}
	}
	return nil
}

// known refuses what would be decided otherwise without the statements that stand
// for what is not known yet.
func (s *simulation) known(holes func(sid string) string) error {
	if holes == nil {
		return nil
	}
	f := filler{holes: holes}
	without := *s
	without.filler, without.policies, without.trusted = &f, f.policies(s.policies), nil
	for _, action := range s.actions {
		for _, resource := range s.resources {
			if s.decide(action, resource).decision != without.decide(action, resource).decision {
				return invalidInput("Whether %s is allowed on %s is not known yet: %s.", action, resource, strings.Join(f.found, "; "))
			}
		}
	}
	return nil
}

// filler takes statements that stand for what is not known out of policies.
type filler struct {
	holes func(sid string) string
	found []string
}

func (f *filler) policies(p authz.Policies) authz.Policies {
	p.Identity = f.all(p.Identity)
	if p.Boundary != nil {
		p.Boundary = &f.all([]authz.Named{*p.Boundary})[0]
	}
	levels := make([][]authz.Named, len(p.SCPs))
	for i, level := range p.SCPs {
		levels[i] = f.all(level)
	}
	if p.SCPs != nil {
		p.SCPs = levels
	}
	return p
}

func (f *filler) all(list []authz.Named) []authz.Named {
	out := make([]authz.Named, len(list))
	for i, named := range list {
		out[i] = named
		if named.Document != nil {
			out[i].Document = f.document(named.Document)
		}
	}
	return out
}

func (f *filler) document(doc *policy.Document) *policy.Document {
	out := *doc
	out.Statements = nil
	for i := range doc.Statements {
		hole := ""
		if sid := doc.Statements[i].Sid; sid != "" {
			hole = f.holes(sid)
		}
		switch {
		case hole == "":
			out.Statements = append(out.Statements, doc.Statements[i])
		case !slices.Contains(f.found, hole):
			f.found = append(f.found, hole)
		}
	}
	return &out
}
