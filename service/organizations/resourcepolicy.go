package organizations

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/rolecall-iam/rolecall/api/organizations"
	"github.com/rolecall-iam/rolecall/policy"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

func (s *Service) resourcePolicyOperations() []service.Operation {
	return []service.Operation{
		bind(organizations.PutResourcePolicy, managers, func(c scope, in *organizations.PutResourcePolicyInput) service.Need {
			n := service.Need{RequestTags: requestTags(in.Tags)}
			if c.org != nil {
				n.Resource = c.name("resourcepolicy", "/rp-*")
			}
			return n
		}, s.PutResourcePolicy),
		bind(organizations.DescribeResourcePolicy, readers, everything, s.DescribeResourcePolicy),
		bind(organizations.DeleteResourcePolicy, managers, everything, s.DeleteResourcePolicy),
	}
}

// largestResourcePolicy is how many characters it may have.
//
// Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
const largestResourcePolicy = 40000

// delegable are the actions, beside Describe… and List…, that a resource
// policy can let members do.
//
// Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_delegate_policies.html
var delegable = []string{
	"attachpolicy", "createpolicy", "deletepolicy", "detachpolicy", "disablepolicytype", "enablepolicytype",
	"tagresource", "untagresource", "updatepolicy",
}

// checkResourcePolicy refuses what cannot delegate.
func checkResourcePolicy(text string) error {
	if utf8.RuneCountInString(text) > largestResourcePolicy {
		return constraint("POLICY_CONTENT_LIMIT_EXCEEDED", "You have exceeded the content limit for policies.")
	}
	doc, err := policy.Parse(text)
	if err != nil {
		return invalid("INVALID_RESOURCE_POLICY_JSON", "The provided resource policy is not valid: "+err.Error())
	}
	for _, st := range doc.Statements {
		if !st.Principals.Present {
			return invalid("INVALID_PRINCIPAL", "You provided a resource-based policy without a principal.")
		}
		if st.Actions.Negated {
			return unsupportedAction()
		}
		for _, a := range st.Actions.Values {
			if !isDelegable(strings.ToLower(a.Value)) {
				return unsupportedAction()
			}
		}
	}
	return nil
}

func unsupportedAction() error {
	return invalid("UNSUPPORTED_ACTION_IN_RESOURCE_POLICY", "You attempted to create or update a resource-based policy with an unsupported action.")
}

func isDelegable(action string) bool {
	name, ok := strings.CutPrefix(action, "organizations:")
	return ok && (strings.HasPrefix(name, "describe") || strings.HasPrefix(name, "list") || slices.Contains(delegable, name))
}

// PutResourcePolicy says what members may do of the management account's work.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_PutResourcePolicy.html
func (s *Service) PutResourcePolicy(ctx context.Context, c scope, in *organizations.PutResourcePolicyInput) (*organizations.PutResourcePolicyOutput, error) {
	if err := checkResourcePolicy(in.Content); err != nil {
		return nil, err
	}
	tags, err := mergeTags(nil, in.Tags)
	if err != nil {
		return nil, err
	}
	id, err := newID(c.Rand, "rp-", policyLetters)
	if err != nil {
		return nil, err
	}
	out := &organizations.PutResourcePolicyOutput{}
	return out, c.Update(ctx, func(tx *directory.Tx) error {
		before, ok := tx.Organization(c.org.ID)
		if !ok {
			return notInUse()
		}
		o := before.Clone()
		if o.Policy == nil {
			o.Policy = &directory.OrgResourcePolicy{ID: id, Tags: tags}
		} else if len(tags) > 0 {
			return invalid("INVALID_SYSTEM_TAGS_PARAMETER", "You can't tag a resource policy that exists already: call TagResource.")
		}
		o.Policy.Content = directory.NewPolicyText(in.Content)
		tx.PutOrganization(before, o)
		out.ResourcePolicy = shownResourcePolicy(c.Partition, o)
		return nil
	})
}

func shownResourcePolicy(partition string, o *directory.Organization) *organizations.ResourcePolicy {
	return &organizations.ResourcePolicy{
		Content: o.Policy.Content.String(),
		ResourcePolicySummary: &organizations.ResourcePolicySummary{
			Id: &o.Policy.ID, Arn: new(nameIn(partition, o, "resourcepolicy", "/"+o.Policy.ID)),
		},
	}
}

func noResourcePolicy() error {
	return refuse("ResourcePolicyNotFoundException", "You specified a resource policy that doesn't exist.")
}

// DescribeResourcePolicy tells it.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeResourcePolicy.html
func (s *Service) DescribeResourcePolicy(_ context.Context, c scope, _ *organizations.DescribeResourcePolicyInput) (*organizations.DescribeResourcePolicyOutput, error) {
	if c.org.Policy == nil {
		return nil, noResourcePolicy()
	}
	return &organizations.DescribeResourcePolicyOutput{ResourcePolicy: shownResourcePolicy(c.Partition, c.org)}, nil
}

// DeleteResourcePolicy removes it.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_DeleteResourcePolicy.html
func (s *Service) DeleteResourcePolicy(ctx context.Context, c scope, _ *organizations.DeleteResourcePolicyInput) (*organizations.DeleteResourcePolicyOutput, error) {
	return &organizations.DeleteResourcePolicyOutput{}, c.Update(ctx, func(tx *directory.Tx) error {
		before, ok := tx.Organization(c.org.ID)
		if !ok || before.Policy == nil {
			return noResourcePolicy()
		}
		o := before.Clone()
		o.Policy = nil
		tx.PutOrganization(before, o)
		return nil
	})
}
