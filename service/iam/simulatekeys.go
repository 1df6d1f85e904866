package iam

import (
	"context"
	"strings"

	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/policy"
	"github.com/rolecall-iam/rolecall/service"
)

// GetContextKeysForCustomPolicy lists the condition keys that policies speak
// of.
func (s *Service) GetContextKeysForCustomPolicy(ctx context.Context, in *iam.GetContextKeysForCustomPolicyInput) (*iam.GetContextKeysForCustomPolicyOutput, error) {
	sim := simulation{c: service.CallOf(ctx)}
	if err := sim.readPolicies(&iam.SimulateCustomPolicyInput{PolicyInputList: in.PolicyInputList}); err != nil {
		return nil, err
	}
	return &iam.GetContextKeysForCustomPolicyOutput{ContextKeyNames: keysOf(sim.documents())}, nil
}

// GetContextKeysForPrincipalPolicy lists the condition keys that the policies
// of a user, group or role speak of, and those that the caller adds.
func (s *Service) GetContextKeysForPrincipalPolicy(ctx context.Context, in *iam.GetContextKeysForPrincipalPolicyInput) (*iam.GetContextKeysForPrincipalPolicyOutput, error) {
	sim := simulation{c: service.CallOf(ctx)}
	if err := sim.readSource(in.PolicySourceArn); err != nil {
		return nil, err
	}
	sim.policies.Boundary = nil // it gives no permissions, and the page speaks of those that do
	if err := sim.readPolicies(&iam.SimulateCustomPolicyInput{PolicyInputList: in.PolicyInputList}); err != nil {
		return nil, err
	}
	return &iam.GetContextKeysForPrincipalPolicyOutput{ContextKeyNames: keysOf(sim.documents())}, nil
}

// documents are those that the caller passed or asked for: all but the
// organization's.
func (s *simulation) documents() []*policy.Document {
	var all []*policy.Document
	for i := range s.policies.Identity {
		all = append(all, s.policies.Identity[i].Document)
	}
	for _, one := range [...]*authz.Named{s.policies.Boundary, s.resource} {
		if one != nil {
			all = append(all, one.Document)
		}
	}
	return all
}

// missing are the condition keys that the policies, with the resource's own,
// speak of and the request does not have.
func (s *simulation) missing(resource *authz.Named) []string {
	missing := []string{}
	documents := s.documents()
	if resource != nil && resource != s.resource && resource.Document != nil {
		documents = append(documents, resource.Document)
	}
	for _, key := range keysOf(documents) {
		if _, ok := s.context.Get(key); !ok {
			missing = append(missing, key)
		}
	}
	return missing
}

// keysOf lists condition keys, each once, in the order in which the policies
// speak of them: of a statement first the variables in its resources.
func keysOf(documents []*policy.Document) []string {
	list := keyList{names: []string{}, seen: map[string]bool{}}
	for _, doc := range documents {
		variables := doc.Version == policy.Version2012
		for i := range doc.Statements {
			st := &doc.Statements[i]
			list.addVariables(st.Resources.Values, variables)
			for _, c := range st.Conditions {
				list.add(c.Key.Value)
				list.addVariables(c.Values, variables)
			}
		}
	}
	return list.names
}

// keyList is names of condition keys, which are the same in any case.
type keyList struct {
	names []string
	seen  map[string]bool
}

func (l *keyList) add(name string) {
	if folded := strings.ToLower(name); name != "" && !l.seen[folded] {
		l.seen[folded] = true
		l.names = append(l.names, name)
	}
}

// addVariables adds what stands as ${key} or ${key, 'default'}.
func (l *keyList) addVariables(values []policy.Text, variables bool) {
	for i := 0; variables && i < len(values); i++ {
		for rest := values[i].Value; ; {
			_, after, found := strings.Cut(rest, "${")
			name, next, closed := strings.Cut(after, "}")
			if !found || !closed {
				break
			}
			name, _, _ = strings.Cut(name, ", '")
			if name != "*" && name != "?" && name != "$" {
				l.add(name)
			}
			rest = next
		}
	}
}
