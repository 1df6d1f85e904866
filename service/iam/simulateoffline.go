package iam

import (
	"context"
	"strings"

	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/service"
)

// Simulate is SimulatePrincipalPolicy for a source, and SimulateCustomPolicy
// without one, for the command line: it answers all actions at once, and to
// assume a role it decides the role's trust policy too, which AWS's simulator
// leaves out. Any principal that is a source may have a resource's policy.
func (s *Service) Simulate(ctx context.Context, source string, in *iam.SimulateCustomPolicyInput) ([]iam.EvaluationResult, error) {
	sim := simulation{c: service.CallOf(ctx), trusts: true}
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

// assumes tells whether an action on a resource is to assume a role, which its
// trust policy decides too.
func assumes(action, resource string) bool {
	return len(action) >= len("sts:Assume") && strings.EqualFold(action[:len("sts:Assume")], "sts:Assume") && resourceKind(action, resource) == authz.TrustPolicy
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

// trustOf is the trust policy of a role that is here.
func (s *simulation) trustOf(resource string) *authz.Named {
	name, err := arn.Parse(resource)
	if err != nil {
		return nil
	}
	account, err := arn.ParseAccountID(name.Account)
	if err != nil {
		return nil
	}
	role, ok := s.c.View.Role(account, name.ResourceName())
	if !ok || role.ARN(name.Partition) != resource {
		return nil
	}
	return &authz.Named{Name: "trust policy of " + role.Name, Document: role.Trust.Document()}
}
