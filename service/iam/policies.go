package iam

import (
	"context"
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/policy"
	"github.com/rolecall-iam/rolecall/policy/managed"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// policyOperations are the operations on policies and on the account's
// entities as a whole.
func (s *Service) policyOperations() []service.Operation {
	return slices.Concat(s.managedOperations(), s.versionOperations(), s.inlineOperations(),
		s.attachOperations(), s.boundaryOperations(), s.overviewOperations())
}

func (s *Service) managedOperations() []service.Operation {
	return []service.Operation{
		service.Bind(iam.CreatePolicy, needCreatePolicy, s.CreatePolicy),
		service.Bind(iam.GetPolicy, one(func(c *service.Call, in *iam.GetPolicyInput) service.Need {
			return onPolicy(c, in.PolicyArn)
		}), s.GetPolicy),
		service.Bind(iam.DeletePolicy, one(func(c *service.Call, in *iam.DeletePolicyInput) service.Need {
			return onPolicy(c, in.PolicyArn)
		}), s.DeletePolicy),
		service.Bind(iam.ListPolicies, one(onPolicyPath), s.ListPolicies),
		service.Bind(iam.ListPolicyTags, one(func(c *service.Call, in *iam.ListPolicyTagsInput) service.Need {
			return onPolicy(c, in.PolicyArn)
		}), s.ListPolicyTags),
		service.Bind(iam.TagPolicy, one(func(c *service.Call, in *iam.TagPolicyInput) service.Need {
			return withRequestTags(onPolicy(c, in.PolicyArn), in.Tags)
		}), s.TagPolicy),
		service.Bind(iam.UntagPolicy, one(func(c *service.Call, in *iam.UntagPolicyInput) service.Need {
			n := onPolicy(c, in.PolicyArn)
			n.TagKeys = in.TagKeys
			return n
		}), s.UntagPolicy),
	}
}

// CreatePolicy makes a managed policy with its first version. It answers the tags
// that there are and no description, unlike GetPolicy (recorded:
// test_policy_tag_lifecycle).
func (s *Service) CreatePolicy(ctx context.Context, in *iam.CreatePolicyInput) (*iam.CreatePolicyOutput, error) {
	c := service.CallOf(ctx)
	if err := checkPolicyTags(in.Tags); err != nil {
		return nil, err
	}
	if err := validManaged(c, in.PolicyDocument); err != nil {
		return nil, err
	}
	id, err := arn.NewID(arn.ManagedPolicyPrefix, c.Account, c.Rand)
	if err != nil {
		return nil, err
	}
	now := second(c.Now)
	p := &directory.Policy{
		ID: id, Account: c.Account, Name: in.PolicyName, Path: pathOr(in.Path), Description: in.Description,
		Created: now, Updated: now, Tags: storedTags(in.Tags),
		Default: "v1", Last: 1, Versions: []directory.PolicyVersion{{ID: "v1", Created: now}},
	}
	err = c.Update(ctx, func(tx *directory.Tx) error {
		if _, taken := tx.Policy(c.Account, p.Name); taken {
			return policyExists(p.Name)
		}
		if !tx.Room(c.Account, directory.CountedPolicies, p.ID, policiesPerAccount.limit(c)) {
			return overQuota(c, policiesPerAccount)
		}
		tx.CreatePolicy(p, directory.NewPolicyText(in.PolicyDocument))
		return nil
	})
	if err != nil {
		return nil, err
	}
	w := ownPolicy{p}.wire(c.Partition)
	w.AttachmentCount, w.PermissionsBoundaryUsageCount = new(int32(0)), new(int32(0))
	if len(p.Tags) > 0 {
		w.Tags = wireTags(p.Tags)
	}
	return &iam.CreatePolicyOutput{Policy: &w}, nil
}

// validManaged checks the document of a managed policy and its size.
func validManaged(c *service.Call, document string) error {
	if err := validDocument(c, document, policy.Managed); err != nil {
		return err
	}
	if policy.Size(document) > policySize.limit(c) {
		return overQuota(c, policySize)
	}
	return nil
}

// GetPolicy shows a managed policy, but no document: that is a version's.
func (s *Service) GetPolicy(ctx context.Context, in *iam.GetPolicyInput) (*iam.GetPolicyOutput, error) {
	c := service.CallOf(ctx)
	p, err := lookUpPolicy(c, &c.View.Reader, in.PolicyArn, noSuchPolicy)
	if err != nil {
		return nil, err
	}
	w := fullPolicy(c, &c.View.Reader, p)
	return &iam.GetPolicyOutput{Policy: &w}, nil
}

// DeletePolicy removes a policy that nothing uses and that has one version left.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicy.html
func (s *Service) DeletePolicy(ctx context.Context, in *iam.DeletePolicyInput) (*iam.DeletePolicyOutput, error) {
	c := service.CallOf(ctx)
	err := c.Update(ctx, func(tx *directory.Tx) error {
		p, err := ownToChange(c, tx, "DeletePolicy", in.PolicyArn, noSuchPolicy)
		if err != nil {
			return err
		}
		u, ref := usesOf(c, &tx.Reader), directory.PolicyRef(p.ID)
		switch {
		case u.attached(ref) > 0 || u.bounding(ref) > 0:
			return policyInUse()
		case len(p.Versions) > 1:
			return versionsLeft()
		}
		tx.DeletePolicy(p)
		return nil
	})
	return &iam.DeletePolicyOutput{}, err
}

// ownToChange finds a policy that is to be changed. AWS's own never are.
func ownToChange(c *service.Call, tx *directory.Tx, action, text string, missing func(string) error) (*directory.Policy, error) {
	p, err := lookUpPolicy(c, &tx.Reader, text, missing)
	if err != nil {
		return nil, err
	}
	own, ok := p.(ownPolicy)
	if !ok {
		return nil, awsOwned(c, action, text)
	}
	return own.Policy, nil
}

// ListPolicies lists the account's own policies by name, then AWS's in AWS's
// order.
func (s *Service) ListPolicies(ctx context.Context, in *iam.ListPoliciesInput) (*iam.ListPoliciesOutput, error) {
	c := service.CallOf(ctx)
	u := allUses(c, &c.View.Reader)
	list := matching(policiesOf(c, in.Scope), func(p managedPolicy) bool {
		return strings.HasPrefix(p.path(), in.PathPrefix) && listed(u, p.ref(), in)
	})
	found, err := pageOf(in.Marker, in.MaxItems, policyKey, list)
	if err != nil {
		return nil, err
	}
	out := pageAs(found, func(p managedPolicy) iam.Policy { return wireManaged(c, p, u) })
	return &iam.ListPoliciesOutput{Policies: out.Items, IsTruncated: out.IsTruncated, Marker: out.Marker}, nil
}

// listed tells whether the uses of a policy are those that the caller wants to
// see. PolicyUsageFilter leaves the policies that are used in its way;
// OnlyAttached those that are used in any.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicies.html
func listed(u uses, ref directory.PolicyRef, in *iam.ListPoliciesInput) bool {
	switch {
	case in.PolicyUsageFilter == "PermissionsPolicy":
		return u.attached(ref) > 0
	case in.PolicyUsageFilter == "PermissionsBoundary":
		return u.bounding(ref) > 0
	case in.OnlyAttached != nil && *in.OnlyAttached:
		return u.attached(ref) > 0 || u.bounding(ref) > 0
	}
	return true
}

// policyKey is where a policy stands among all that ListPolicies lists: the
// customer's, then AWS's.
func policyKey(p managedPolicy) string {
	switch p := p.(type) {
	case ownPolicy:
		return "local/" + p.Name
	case awsPolicy:
		return "aws/" + p.Path + p.Name
	}
	return ""
}

// policiesOf walks the policies of a Scope: Local, AWS, or both where it is
// All or not said.
func policiesOf(c *service.Call, scope string) walk[managedPolicy] {
	return func(after string, yield func(managedPolicy) bool) {
		kind, from, _ := strings.Cut(after, "/")
		more := true
		if scope != "AWS" && kind != "aws" {
			c.View.Policies(c.Account, from, func(p *directory.Policy) bool {
				more = yield(ownPolicy{p})
				return more
			})
			from = ""
		}
		if scope == "Local" || !more {
			return
		}
		walkAWS(from, yield)
	}
}

// walkAWS walks AWS's policies after the one whose path and name are given.
func walkAWS(after string, yield func(managedPolicy) bool) {
	reached := after == ""
	for p := range managed.All() {
		if reached && !yield(awsPolicy{p}) {
			return
		}
		reached = reached || p.Path+p.Name == after
	}
}
