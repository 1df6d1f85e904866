package ssoadmin

import (
	"context"
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/api/ssoadmin"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

func (s *Service) customerOperations() []service.Operation {
	return []service.Operation{
		bind(ssoadmin.AttachCustomerManagedPolicyReferenceToPermissionSet, func(in *ssoadmin.AttachCustomerManagedPolicyReferenceToPermissionSetInput) target {
			return target{instance: in.InstanceArn, set: in.PermissionSetArn}
		}, s.AttachCustomerManagedPolicyReferenceToPermissionSet),
		bind(ssoadmin.DetachCustomerManagedPolicyReferenceFromPermissionSet, func(in *ssoadmin.DetachCustomerManagedPolicyReferenceFromPermissionSetInput) target {
			return target{instance: in.InstanceArn, set: in.PermissionSetArn}
		}, s.DetachCustomerManagedPolicyReferenceFromPermissionSet),
		bind(ssoadmin.ListCustomerManagedPolicyReferencesInPermissionSet, func(in *ssoadmin.ListCustomerManagedPolicyReferencesInPermissionSetInput) target {
			return target{instance: in.InstanceArn, set: in.PermissionSetArn}
		}, s.ListCustomerManagedPolicyReferencesInPermissionSet),
		bind(ssoadmin.PutPermissionsBoundaryToPermissionSet, func(in *ssoadmin.PutPermissionsBoundaryToPermissionSetInput) target {
			return target{instance: in.InstanceArn, set: in.PermissionSetArn}
		}, s.PutPermissionsBoundaryToPermissionSet),
		bind(ssoadmin.GetPermissionsBoundaryForPermissionSet, func(in *ssoadmin.GetPermissionsBoundaryForPermissionSetInput) target {
			return target{instance: in.InstanceArn, set: in.PermissionSetArn}
		}, s.GetPermissionsBoundaryForPermissionSet),
		bind(ssoadmin.DeletePermissionsBoundaryFromPermissionSet, func(in *ssoadmin.DeletePermissionsBoundaryFromPermissionSetInput) target {
			return target{instance: in.InstanceArn, set: in.PermissionSetArn}
		}, s.DeletePermissionsBoundaryFromPermissionSet),
	}
}

// AttachCustomerManagedPolicyReferenceToPermissionSet adds a policy by its name,
// which each account is to have under it.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_AttachCustomerManagedPolicyReferenceToPermissionSet.html
func (s *Service) AttachCustomerManagedPolicyReferenceToPermissionSet(ctx context.Context, c scope, in *ssoadmin.AttachCustomerManagedPolicyReferenceToPermissionSetInput) (*ssoadmin.AttachCustomerManagedPolicyReferenceToPermissionSetOutput, error) {
	ref := customerRef(in.CustomerManagedPolicyReference)
	return &ssoadmin.AttachCustomerManagedPolicyReferenceToPermissionSetOutput{}, c.change(ctx, in.PermissionSetArn, func(_ *directory.Tx, p *directory.PermissionSet) error {
		if slices.ContainsFunc(p.Customer, func(o directory.CustomerRef) bool { return same(o, ref) }) {
			return conflict("Policy %s%s is already attached to PermissionSet %s.", ref.Path, ref.Name, p.ID)
		}
		p.Customer = append(p.Customer, ref)
		return room(p)
	})
}

// DetachCustomerManagedPolicyReferenceFromPermissionSet takes a policy away.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DetachCustomerManagedPolicyReferenceFromPermissionSet.html
func (s *Service) DetachCustomerManagedPolicyReferenceFromPermissionSet(ctx context.Context, c scope, in *ssoadmin.DetachCustomerManagedPolicyReferenceFromPermissionSetInput) (*ssoadmin.DetachCustomerManagedPolicyReferenceFromPermissionSetOutput, error) {
	ref := customerRef(in.CustomerManagedPolicyReference)
	return &ssoadmin.DetachCustomerManagedPolicyReferenceFromPermissionSetOutput{}, c.change(ctx, in.PermissionSetArn, func(_ *directory.Tx, p *directory.PermissionSet) error {
		at := slices.IndexFunc(p.Customer, func(o directory.CustomerRef) bool { return same(o, ref) })
		if at < 0 {
			return missing("Policy %s%s is not attached to PermissionSet %s.", ref.Path, ref.Name, p.ID)
		}
		p.Customer = slices.Delete(p.Customer, at, at+1)
		return nil
	})
}

// ListCustomerManagedPolicyReferencesInPermissionSet tells the policies that
// accounts are to have.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListCustomerManagedPolicyReferencesInPermissionSet.html
func (s *Service) ListCustomerManagedPolicyReferencesInPermissionSet(_ context.Context, c scope, in *ssoadmin.ListCustomerManagedPolicyReferencesInPermissionSetInput) (*ssoadmin.ListCustomerManagedPolicyReferencesInPermissionSetOutput, error) {
	page, err := newPage[ssoadmin.CustomerManagedPolicyReference](in.NextToken, in.MaxResults)
	if err != nil {
		return nil, err
	}
	p, err := c.set(&c.View.Reader, in.PermissionSetArn)
	if err != nil {
		return nil, err
	}
	refs := slices.SortedFunc(slices.Values(p.Customer), func(a, b directory.CustomerRef) int {
		return strings.Compare(a.Path+a.Name, b.Path+b.Name)
	})
	for _, ref := range refs {
		if !page.AddAfter(ref.Path+ref.Name, ssoadmin.CustomerManagedPolicyReference{Name: ref.Name, Path: ref.Path}) {
			break
		}
	}
	return &ssoadmin.ListCustomerManagedPolicyReferencesInPermissionSetOutput{CustomerManagedPolicyReferences: page.Items, NextToken: page.NextToken()}, nil
}

// PutPermissionsBoundaryToPermissionSet bounds a permission set by one policy,
// AWS's or the accounts' own.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_PutPermissionsBoundaryToPermissionSet.html
func (s *Service) PutPermissionsBoundaryToPermissionSet(ctx context.Context, c scope, in *ssoadmin.PutPermissionsBoundaryToPermissionSetInput) (*ssoadmin.PutPermissionsBoundaryToPermissionSetOutput, error) {
	given := in.PermissionsBoundary
	if (given.ManagedPolicyArn == "") == (given.CustomerManagedPolicyReference == nil) {
		return nil, invalid("A permissions boundary is either a ManagedPolicyArn or a CustomerManagedPolicyReference.")
	}
	b := &directory.SetBoundary{}
	if given.CustomerManagedPolicyReference != nil {
		b.Customer = new(customerRef(given.CustomerManagedPolicyReference))
	} else {
		ref, err := managedRef(c.Partition, given.ManagedPolicyArn)
		if err != nil {
			return nil, err
		}
		b.Managed = ref
	}
	return &ssoadmin.PutPermissionsBoundaryToPermissionSetOutput{}, c.change(ctx, in.PermissionSetArn, func(_ *directory.Tx, p *directory.PermissionSet) error {
		p.Boundary = b
		return nil
	})
}

func noBoundary(p *directory.PermissionSet) error {
	return missing("PermissionSet with id %s has no permissions boundary.", p.ID)
}

// GetPermissionsBoundaryForPermissionSet tells what bounds a permission set.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_GetPermissionsBoundaryForPermissionSet.html
func (s *Service) GetPermissionsBoundaryForPermissionSet(_ context.Context, c scope, in *ssoadmin.GetPermissionsBoundaryForPermissionSetInput) (*ssoadmin.GetPermissionsBoundaryForPermissionSetOutput, error) {
	p, err := c.set(&c.View.Reader, in.PermissionSetArn)
	if err != nil {
		return nil, err
	}
	if p.Boundary == nil {
		return nil, noBoundary(p)
	}
	shown := &ssoadmin.PermissionsBoundary{}
	if ref := p.Boundary.Customer; ref != nil {
		shown.CustomerManagedPolicyReference = &ssoadmin.CustomerManagedPolicyReference{Name: ref.Name, Path: ref.Path}
	} else {
		shown.ManagedPolicyArn, _ = p.Boundary.Managed.AWSManaged(c.Partition)
	}
	return &ssoadmin.GetPermissionsBoundaryForPermissionSetOutput{PermissionsBoundary: shown}, nil
}

// DeletePermissionsBoundaryFromPermissionSet takes the bound away.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DeletePermissionsBoundaryFromPermissionSet.html
func (s *Service) DeletePermissionsBoundaryFromPermissionSet(ctx context.Context, c scope, in *ssoadmin.DeletePermissionsBoundaryFromPermissionSetInput) (*ssoadmin.DeletePermissionsBoundaryFromPermissionSetOutput, error) {
	return &ssoadmin.DeletePermissionsBoundaryFromPermissionSetOutput{}, c.change(ctx, in.PermissionSetArn, func(_ *directory.Tx, p *directory.PermissionSet) error {
		if p.Boundary == nil {
			return noBoundary(p)
		}
		p.Boundary = nil
		return nil
	})
}
