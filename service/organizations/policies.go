package organizations

import (
	"context"
	"encoding/json"
	"errors"
	"unicode/utf8"

	"github.com/rolecall-iam/rolecall/api/organizations"
	"github.com/rolecall-iam/rolecall/policy"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

func (s *Service) policyOperations() []service.Operation {
	return []service.Operation{
		bind(organizations.CreatePolicy, delegates, func(c scope, in *organizations.CreatePolicyInput) service.Need {
			n := withType(service.Need{}, in.Type)
			if c.org != nil {
				n.Resource = service.OrgPolicyARN(c.Partition, c.org, directory.OrgPolicyRef{Type: in.Type, ID: "*"})
			}
			n.RequestTags = requestTags(in.Tags)
			return n
		}, s.CreatePolicy),
		bind(organizations.DescribePolicy, readers, func(c scope, in *organizations.DescribePolicyInput) service.Need {
			return c.onPolicy(in.PolicyId)
		}, s.DescribePolicy),
		bind(organizations.UpdatePolicy, delegates, func(c scope, in *organizations.UpdatePolicyInput) service.Need {
			return c.onPolicy(in.PolicyId)
		}, s.UpdatePolicy),
		bind(organizations.DeletePolicy, delegates, func(c scope, in *organizations.DeletePolicyInput) service.Need {
			return c.onPolicy(in.PolicyId)
		}, s.DeletePolicy),
		bind(organizations.ListPolicies, readers, func(_ scope, in *organizations.ListPoliciesInput) service.Need {
			return withType(service.Need{}, in.Filter)
		}, s.ListPolicies),
	}
}

// largest is how many characters a policy of each type may have; a service
// control policy since May 15, 2026 (5,120 before).
//
// Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
var largest = map[string]int{
	service.ServiceControlPolicy: 10240, service.ResourceControlPolicy: 5120, "AISERVICES_OPT_OUT_POLICY": 2500,
}

// largestOther is that of all other types.
const largestOther = 10000

// checkContent refuses what is no policy of its type.
func checkContent(c scope, policyType, content string) error {
	most, ok := largest[policyType]
	if !ok {
		most = largestOther
	}
	if utf8.RuneCountInString(content) > most {
		return constraint("POLICY_CONTENT_LIMIT_EXCEEDED", "You have exceeded the content limit for policies.")
	}
	kind := policy.ServiceControl
	switch policyType {
	case service.ServiceControlPolicy:
	case service.ResourceControlPolicy:
		kind = policy.ResourceControl
	default:
		var members map[string]json.RawMessage
		if json.Unmarshal([]byte(content), &members) != nil {
			return malformedPolicy("")
		}
		return nil
	}
	_, err := policy.Validate(content, kind, policy.Environment{Partition: c.Partition})
	var refused *policy.Error
	if errors.As(err, &refused) {
		return malformedPolicy(refused.Message)
	}
	return err
}

// CreatePolicy makes a policy. It decides nothing until it is attached.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreatePolicy.html
func (s *Service) CreatePolicy(ctx context.Context, c scope, in *organizations.CreatePolicyInput) (*organizations.CreatePolicyOutput, error) {
	if c.org.Features != allFeatures {
		return nil, typeNotAvailable()
	}
	if err := checkContent(c, in.Type, in.Content); err != nil {
		return nil, err
	}
	tags, err := mergeTags(nil, in.Tags)
	if err != nil {
		return nil, err
	}
	id, err := newID(c.Rand, "p-", policyLetters)
	if err != nil {
		return nil, err
	}
	p := &directory.OrgPolicy{
		ID: id, Organization: c.org.ID, Type: in.Type, Name: in.Name, Description: in.Description,
		Content: directory.NewPolicyText(in.Content), Tags: tags,
	}
	return &organizations.CreatePolicyOutput{Policy: shownPolicy(c, p)}, c.Update(ctx, func(tx *directory.Tx) error {
		if policyNamed(&tx.Reader, c.org, in.Type, in.Name) != "" {
			return duplicatePolicy()
		}
		tx.PutOrgPolicy(p)
		return nil
	})
}

// policyNamed answers the id of the policy of that type and name, or "".
func policyNamed(r *directory.Reader, o *directory.Organization, policyType, name string) string {
	for _, ref := range fullAccess() {
		if p, _ := awsPolicy(ref.ID); p.Type == policyType && p.Name == name {
			return p.ID
		}
	}
	found := ""
	r.OrgPolicies(o.ID, "", func(p *directory.OrgPolicy) bool {
		if p.Type == policyType && p.Name == name {
			found = p.ID
		}
		return found == ""
	})
	return found
}

func shownPolicy(c scope, p *directory.OrgPolicy) *organizations.Policy {
	return &organizations.Policy{Content: p.Content.String(), PolicySummary: shownSummary(c, p)}
}

func shownSummary(c scope, p *directory.OrgPolicy) *organizations.PolicySummary {
	_, aws := awsPolicy(p.ID)
	return &organizations.PolicySummary{
		Id: &p.ID, Arn: new(service.OrgPolicyARN(c.Partition, c.org, directory.OrgPolicyRef{Type: p.Type, ID: p.ID})),
		Name: p.Name, Description: &p.Description, Type: p.Type, AwsManaged: &aws,
	}
}

// DescribePolicy tells a policy with its text.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribePolicy.html
func (s *Service) DescribePolicy(_ context.Context, c scope, in *organizations.DescribePolicyInput) (*organizations.DescribePolicyOutput, error) {
	p, ok := policyOf(&c.View.Reader, c.org, in.PolicyId)
	if !ok {
		return nil, noPolicy()
	}
	return &organizations.DescribePolicyOutput{Policy: shownPolicy(c, p)}, nil
}

// immutable refuses to change a policy of AWS's own.
func immutable(id string) error {
	if _, ok := awsPolicy(id); ok {
		return invalid("IMMUTABLE_POLICY", "You specified a policy that is managed by AWS and can't be modified.")
	}
	return nil
}

// UpdatePolicy changes what is given of a policy. It decides anew at once.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_UpdatePolicy.html
func (s *Service) UpdatePolicy(ctx context.Context, c scope, in *organizations.UpdatePolicyInput) (*organizations.UpdatePolicyOutput, error) {
	if err := immutable(in.PolicyId); err != nil {
		return nil, err
	}
	out := &organizations.UpdatePolicyOutput{}
	return out, c.Update(ctx, func(tx *directory.Tx) error {
		before, ok := tx.OrgPolicy(c.org.ID, in.PolicyId)
		if !ok {
			return noPolicy()
		}
		p := before.Clone()
		if in.Content != "" {
			if err := checkContent(c, p.Type, in.Content); err != nil {
				return err
			}
			p.Content = directory.NewPolicyText(in.Content)
		}
		if in.Name != "" {
			if other := policyNamed(&tx.Reader, c.org, p.Type, in.Name); other != "" && other != p.ID {
				return duplicatePolicy()
			}
			p.Name = in.Name
		}
		if in.Description != nil {
			p.Description = *in.Description
		}
		tx.PutOrgPolicy(p)
		out.Policy = shownPolicy(c, p)
		return nil
	})
}

// DeletePolicy removes a policy that is attached to nothing.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_DeletePolicy.html
func (s *Service) DeletePolicy(ctx context.Context, c scope, in *organizations.DeletePolicyInput) (*organizations.DeletePolicyOutput, error) {
	if err := immutable(in.PolicyId); err != nil {
		return nil, err
	}
	return &organizations.DeletePolicyOutput{}, c.Update(ctx, func(tx *directory.Tx) error {
		p, ok := tx.OrgPolicy(c.org.ID, in.PolicyId)
		if !ok {
			return noPolicy()
		}
		used := false
		tx.PolicyTargets(c.org.ID, p.ID, "", func(string) bool { used = true; return false })
		if used {
			return refuse("PolicyInUseException", "The policy is attached to one or more entities. You must detach it from all roots, OUs, and accounts before performing this operation.")
		}
		tx.DeleteOrgPolicy(p)
		return nil
	})
}

// ListPolicies tells the policies of one type, AWS's own among them.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListPolicies.html
func (s *Service) ListPolicies(_ context.Context, c scope, in *organizations.ListPoliciesInput) (*organizations.ListPoliciesOutput, error) {
	page, err := newPage[organizations.PolicySummary](in.NextToken, in.MaxResults)
	if err != nil {
		return nil, err
	}
	var aws []*directory.OrgPolicy // those that are still to come, in the order of their ids
	for _, ref := range fullAccess() {
		if p, _ := awsPolicy(ref.ID); p.Type == in.Filter && p.ID > page.After {
			aws = append(aws, p)
		}
	}
	add := func(p *directory.OrgPolicy) bool { return page.Add(p.ID, *shownSummary(c, p)) }
	c.View.OrgPolicies(c.org.ID, page.After, func(p *directory.OrgPolicy) bool {
		for len(aws) > 0 && aws[0].ID < p.ID {
			if !add(aws[0]) {
				return false
			}
			aws = aws[1:]
		}
		return p.Type != in.Filter || add(p)
	})
	for page.Next == "" && len(aws) > 0 && add(aws[0]) {
		aws = aws[1:]
	}
	return &organizations.ListPoliciesOutput{Policies: page.Items, NextToken: page.NextToken()}, nil
}
