package iam

import (
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authz"
)

// assumes tells whether an action on a resource is to assume a role, which its
// trust policy decides too.
func assumes(action, resource string) bool {
	return isAssume(action) && resourceKind(action, resource) == authz.TrustPolicy
}

func isAssume(action string) bool {
	return len(action) >= len("sts:Assume") && strings.EqualFold(action[:len("sts:Assume")], "sts:Assume")
}

// resourcePolicy is the resource's policy: the one that was passed, else the
// trust policy of a role that is to be assumed.
func (s *simulation) resourcePolicy(action, resource string) *authz.Named {
	if s.resource == nil && s.trusts && assumes(action, resource) {
		return s.trustOf(resource)
	}
	return s.resource
}

// trustOf is the trust policy of a role that is here, whose ARN is read once; it
// is nil of any other. It names users and roles as GetRole shows them, so that
// the places of its statements are those of the text that people see.
func (s *simulation) trustOf(resource string) *authz.Named {
	trust, read := s.trusted[resource]
	if !read {
		trust = s.readTrust(resource)
		if s.trusted == nil {
			s.trusted = map[string]*authz.Named{}
		}
		s.trusted[resource] = trust
	}
	return trust
}

func (s *simulation) readTrust(resource string) *authz.Named {
	name, err := arn.Parse(resource)
	if err != nil {
		return nil
	}
	account, err := arn.ParseAccountID(name.Account)
	if err != nil {
		return nil
	}
	if account != s.c.Account && !s.abroad {
		return nil // whom another account's role trusts is not for this one to try out
	}
	role, ok := s.c.View.Role(account, name.ResourceName())
	if !ok || role.ARN(name.Partition) != resource {
		return nil
	}
	trust := authz.Named{Name: "trust policy of " + role.Name, Document: s.c.TrustShown(role)}
	if s.filler != nil {
		trust = s.filler.all([]authz.Named{trust})[0]
	}
	return &trust
}

// trustStatements is how many statements the longest of the trust policies has
// that are to be decided.
func (s *simulation) trustStatements() int {
	first := slices.IndexFunc(s.actions, isAssume)
	if first < 0 {
		return 0
	}
	most := 0
	for _, resource := range s.resources {
		if own := s.resourcePolicy(s.actions[first], resource); own != nil && own != s.resource && own.Document != nil {
			most = max(most, len(own.Document.Statements))
		}
	}
	return most
}
