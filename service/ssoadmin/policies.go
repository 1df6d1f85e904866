package ssoadmin

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/api/ssoadmin"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/policy"
	"github.com/rolecall-iam/rolecall/policy/managed"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// The quotas of a permission set's policies.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/limits.html
const (
	mostManaged = 20    // AWS managed and customer managed together
	mostInline  = 10240 // characters that are not white space
)

func (s *Service) policyOperations() []service.Operation {
	return []service.Operation{
		bind(ssoadmin.PutInlinePolicyToPermissionSet, func(in *ssoadmin.PutInlinePolicyToPermissionSetInput) target {
			return target{instance: in.InstanceArn, set: in.PermissionSetArn}
		}, s.PutInlinePolicyToPermissionSet),
		bind(ssoadmin.GetInlinePolicyForPermissionSet, func(in *ssoadmin.GetInlinePolicyForPermissionSetInput) target {
			return target{instance: in.InstanceArn, set: in.PermissionSetArn}
		}, s.GetInlinePolicyForPermissionSet),
		bind(ssoadmin.DeleteInlinePolicyFromPermissionSet, func(in *ssoadmin.DeleteInlinePolicyFromPermissionSetInput) target {
			return target{instance: in.InstanceArn, set: in.PermissionSetArn}
		}, s.DeleteInlinePolicyFromPermissionSet),
		bind(ssoadmin.AttachManagedPolicyToPermissionSet, func(in *ssoadmin.AttachManagedPolicyToPermissionSetInput) target {
			return target{instance: in.InstanceArn, set: in.PermissionSetArn}
		}, s.AttachManagedPolicyToPermissionSet),
		bind(ssoadmin.DetachManagedPolicyFromPermissionSet, func(in *ssoadmin.DetachManagedPolicyFromPermissionSetInput) target {
			return target{instance: in.InstanceArn, set: in.PermissionSetArn}
		}, s.DetachManagedPolicyFromPermissionSet),
		bind(ssoadmin.ListManagedPoliciesInPermissionSet, func(in *ssoadmin.ListManagedPoliciesInPermissionSetInput) target {
			return target{instance: in.InstanceArn, set: in.PermissionSetArn}
		}, s.ListManagedPoliciesInPermissionSet),
	}
}

// PutInlinePolicyToPermissionSet gives a permission set a policy of its own.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_PutInlinePolicyToPermissionSet.html
func (s *Service) PutInlinePolicyToPermissionSet(ctx context.Context, c scope, in *ssoadmin.PutInlinePolicyToPermissionSetInput) (*ssoadmin.PutInlinePolicyToPermissionSetOutput, error) {
	_, err := policy.Validate(in.InlinePolicy, policy.Inline, policy.Environment{Partition: c.Partition})
	if refused, ok := errors.AsType[*policy.Error](err); ok {
		return nil, invalid("The inline policy is not valid: %s", refused.Message)
	}
	if err != nil {
		return nil, err
	}
	if n := policy.Size(in.InlinePolicy); n > mostInline {
		return nil, exceeded("The inline policy has %d characters that are not white space, and may have %d.", n, mostInline)
	}
	return &ssoadmin.PutInlinePolicyToPermissionSetOutput{}, c.change(ctx, in.PermissionSetArn, func(_ *directory.Tx, p *directory.PermissionSet) error {
		p.Inline = directory.NewPolicyText(in.InlinePolicy)
		return nil
	})
}

// GetInlinePolicyForPermissionSet tells a permission set's own policy; nothing
// where it has none.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_GetInlinePolicyForPermissionSet.html
func (s *Service) GetInlinePolicyForPermissionSet(_ context.Context, c scope, in *ssoadmin.GetInlinePolicyForPermissionSetInput) (*ssoadmin.GetInlinePolicyForPermissionSetOutput, error) {
	p, err := c.set(&c.View.Reader, in.PermissionSetArn)
	if err != nil {
		return nil, err
	}
	return &ssoadmin.GetInlinePolicyForPermissionSetOutput{InlinePolicy: p.Inline.String()}, nil
}

// DeleteInlinePolicyFromPermissionSet takes a permission set's own policy away.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DeleteInlinePolicyFromPermissionSet.html
func (s *Service) DeleteInlinePolicyFromPermissionSet(ctx context.Context, c scope, in *ssoadmin.DeleteInlinePolicyFromPermissionSetInput) (*ssoadmin.DeleteInlinePolicyFromPermissionSetOutput, error) {
	return &ssoadmin.DeleteInlinePolicyFromPermissionSetOutput{}, c.change(ctx, in.PermissionSetArn, func(_ *directory.Tx, p *directory.PermissionSet) error {
		if p.Inline.IsZero() {
			return missing("PermissionSet with id %s has no inline policy.", p.ID)
		}
		p.Inline = directory.PolicyText{}
		return nil
	})
}

// managedRef refers to one of AWS's policies that a role can have.
func managedRef(partition, name string) (directory.PolicyRef, error) {
	if p, ok := managed.Lookup(name); ok && p.Attachable {
		if a, err := arn.Parse(name); err == nil && a.Partition == partition {
			if ref, ok := directory.AWSPolicy(a); ok {
				return ref, nil
			}
		}
	}
	return "", missing("Policy %s does not exist or is not attachable.", name)
}

// AttachManagedPolicyToPermissionSet adds one of AWS's policies.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_AttachManagedPolicyToPermissionSet.html
func (s *Service) AttachManagedPolicyToPermissionSet(ctx context.Context, c scope, in *ssoadmin.AttachManagedPolicyToPermissionSetInput) (*ssoadmin.AttachManagedPolicyToPermissionSetOutput, error) {
	ref, err := managedRef(c.Partition, in.ManagedPolicyArn)
	if err != nil {
		return nil, err
	}
	return &ssoadmin.AttachManagedPolicyToPermissionSetOutput{}, c.change(ctx, in.PermissionSetArn, func(_ *directory.Tx, p *directory.PermissionSet) error {
		if slices.Contains(p.Managed, ref) {
			return conflict("Policy %s is already attached to PermissionSet %s.", in.ManagedPolicyArn, p.ID)
		}
		p.Managed = append(p.Managed, ref)
		return room(p)
	})
}

func room(p *directory.PermissionSet) error {
	if len(p.Managed)+len(p.Customer) > mostManaged {
		return exceeded("A permission set has at most %d managed policies.", mostManaged)
	}
	return nil
}

// DetachManagedPolicyFromPermissionSet takes one of AWS's policies away.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DetachManagedPolicyFromPermissionSet.html
func (s *Service) DetachManagedPolicyFromPermissionSet(ctx context.Context, c scope, in *ssoadmin.DetachManagedPolicyFromPermissionSetInput) (*ssoadmin.DetachManagedPolicyFromPermissionSetOutput, error) {
	return &ssoadmin.DetachManagedPolicyFromPermissionSetOutput{}, c.change(ctx, in.PermissionSetArn, func(_ *directory.Tx, p *directory.PermissionSet) error {
		at := slices.IndexFunc(p.Managed, func(ref directory.PolicyRef) bool {
			name, _ := ref.AWSManaged(c.Partition)
			return name == in.ManagedPolicyArn
		})
		if at < 0 {
			return missing("Policy %s is not attached to PermissionSet %s.", in.ManagedPolicyArn, p.ID)
		}
		p.Managed = slices.Delete(p.Managed, at, at+1)
		return nil
	})
}

// ListManagedPoliciesInPermissionSet tells AWS's policies of a permission set.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListManagedPoliciesInPermissionSet.html
func (s *Service) ListManagedPoliciesInPermissionSet(_ context.Context, c scope, in *ssoadmin.ListManagedPoliciesInPermissionSetInput) (*ssoadmin.ListManagedPoliciesInPermissionSetOutput, error) {
	page, err := newPage[ssoadmin.AttachedManagedPolicy](in.NextToken, in.MaxResults)
	if err != nil {
		return nil, err
	}
	p, err := c.set(&c.View.Reader, in.PermissionSetArn)
	if err != nil {
		return nil, err
	}
	for _, ref := range slices.Sorted(slices.Values(p.Managed)) {
		name, _ := ref.AWSManaged(c.Partition)
		if !page.AddAfter(string(ref), ssoadmin.AttachedManagedPolicy{Arn: name, Name: lastPart(name)}) {
			break
		}
	}
	return &ssoadmin.ListManagedPoliciesInPermissionSetOutput{AttachedManagedPolicies: page.Items, NextToken: page.NextToken()}, nil
}

// customerRef is a reference with its default path.
func customerRef(in *ssoadmin.CustomerManagedPolicyReference) directory.CustomerRef {
	ref := directory.CustomerRef{Name: in.Name, Path: in.Path}
	if ref.Path == "" {
		ref.Path = "/"
	}
	return ref
}

// same tells whether two references name one policy: names are one without
// regard to case.
func same(a, b directory.CustomerRef) bool {
	return strings.EqualFold(a.Name, b.Name) && a.Path == b.Path
}
