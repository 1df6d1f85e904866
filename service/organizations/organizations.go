package organizations

import (
	"context"
	"slices"
	"time"

	"github.com/rolecall-iam/rolecall/api/organizations"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// Service holds the handlers of Organizations. All it needs comes with a call.
type Service struct{}

// New makes the service.
func New() *Service { return &Service{} }

// Operations are the operations that the service answers.
func (s *Service) Operations() []service.Operation {
	return slices.Concat(
		s.organizationOperations(),
		s.treeOperations(),
		s.unitOperations(),
		s.accountOperations(),
		s.policyOperations(),
		s.attachmentOperations(),
		s.typeOperations(),
		s.handshakeOperations(),
		s.delegationOperations(),
		s.resourcePolicyOperations(),
		s.tagOperations(),
		s.elsewhereOperations(),
	)
}

func (s *Service) organizationOperations() []service.Operation {
	return []service.Operation{
		bind(organizations.CreateOrganization, anyone, everything, s.CreateOrganization),
		bind(organizations.DescribeOrganization, members, everything, s.DescribeOrganization),
		bind(organizations.DeleteOrganization, managers, everything, s.DeleteOrganization),
		bind(organizations.EnableAllFeatures, managers, everything, s.EnableAllFeatures),
	}
}

// The two feature sets.
const (
	allFeatures = "ALL"
	billingOnly = "CONSOLIDATED_BILLING"
)

// CreateOrganization makes an organization with the caller's account as the one
// that manages it.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateOrganization.html
func (s *Service) CreateOrganization(ctx context.Context, c scope, in *organizations.CreateOrganizationInput) (*organizations.CreateOrganizationOutput, error) {
	o, err := newOrganization(c, in.FeatureSet)
	if err != nil {
		return nil, err
	}
	out := &organizations.CreateOrganizationOutput{}
	return out, c.Update(ctx, func(tx *directory.Tx) error {
		if _, ok := tx.Member(c.Account); ok {
			return alreadyIn()
		}
		tx.PutOrganization(nil, o)
		tx.PutMember(nil, &directory.Member{
			Node: directory.Node{ID: c.Account.String()}, Account: c.Account, Organization: o.ID,
			Parent: o.Root.ID, Joined: o.Created, Method: "INVITED",
		})
		out.Organization = shownOrganization(c.Partition, &tx.Reader, o)
		return putLinkedRole(tx, c.Rand, c.Account, o.Created)
	})
}

func newOrganization(c scope, features string) (*directory.Organization, error) {
	if features == "" {
		features = allFeatures
	}
	id, err := newID(c.Rand, "o-", organizationLetters)
	if err != nil {
		return nil, err
	}
	root, err := newID(c.Rand, "r-", rootLetters)
	if err != nil {
		return nil, err
	}
	return &directory.Organization{
		ID: id, Management: c.Account, Created: second(c.Now), Features: features, Root: directory.Node{ID: root},
	}, nil
}

// second is a time as AWS keeps it.
func second(t time.Time) time.Time { return t.UTC().Truncate(time.Second) }

// DescribeOrganization tells the caller's organization.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeOrganization.html
func (s *Service) DescribeOrganization(_ context.Context, c scope, _ *organizations.DescribeOrganizationInput) (*organizations.DescribeOrganizationOutput, error) {
	return &organizations.DescribeOrganizationOutput{Organization: shownOrganization(c.Partition, &c.View.Reader, c.org)}, nil
}

func shownOrganization(partition string, r *directory.Reader, o *directory.Organization) *organizations.Organization {
	shown := &organizations.Organization{
		Id:                   &o.ID,
		Arn:                  new(nameIn(partition, o, "organization", "")),
		FeatureSet:           o.Features,
		MasterAccountId:      new(o.Management.String()),
		MasterAccountArn:     new(nameIn(partition, o, "account", "/"+o.Management.String())),
		MasterAccountEmail:   emailOf(r, o.Management),
		AvailablePolicyTypes: []organizations.PolicyTypeSummary{},
	}
	if o.Features == allFeatures {
		shown.AvailablePolicyTypes = append(shown.AvailablePolicyTypes,
			organizations.PolicyTypeSummary{Type: service.ServiceControlPolicy, Status: "ENABLED"})
	}
	return shown
}

// DeleteOrganization ends an organization that has no other accounts left. Its
// units and policies go with it.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_DeleteOrganization.html
func (s *Service) DeleteOrganization(ctx context.Context, c scope, _ *organizations.DeleteOrganizationInput) (*organizations.DeleteOrganizationOutput, error) {
	return &organizations.DeleteOrganizationOutput{}, c.Update(ctx, func(tx *directory.Tx) error {
		o, ok := tx.Organization(c.org.ID)
		if !ok {
			return notInUse()
		}
		var last *directory.Member
		others := false
		tx.MembersOf(o.ID, "", func(m *directory.Member) bool {
			if m.Account == o.Management {
				last = m
			} else {
				others = true
			}
			return !others
		})
		if others || last == nil {
			return notEmpty()
		}
		empty(tx, o)
		tx.DeleteMember(last)
		tx.DeleteOrganization(o)
		return nil
	})
}

// empty removes the units and policies of an organization.
func empty(tx *directory.Tx, o *directory.Organization) {
	var walk func(parent string)
	walk = func(parent string) {
		tx.Children(o.ID, parent, false, "", func(id string) bool {
			walk(id)
			if u, ok := tx.Unit(o.ID, id); ok {
				tx.DeleteUnit(u)
			}
			return true
		})
	}
	walk(o.Root.ID)
	tx.OrgPolicies(o.ID, "", func(p *directory.OrgPolicy) bool {
		tx.DeleteOrgPolicy(p)
		return true
	})
}

// EnableAllFeatures begins the way from consolidated billing to all features.
// Here no invited account has to agree: the handshake is accepted at once.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_EnableAllFeatures.html
func (s *Service) EnableAllFeatures(ctx context.Context, c scope, _ *organizations.EnableAllFeaturesInput) (*organizations.EnableAllFeaturesOutput, error) {
	id, err := newID(c.Rand, "h-", handshakeLetters)
	if err != nil {
		return nil, err
	}
	out := &organizations.EnableAllFeaturesOutput{}
	return out, c.Update(ctx, func(tx *directory.Tx) error {
		before, ok := tx.Organization(c.org.ID)
		switch {
		case !ok:
			return notInUse()
		case before.Features == allFeatures:
			return because("HandshakeConstraintViolationException", "ORGANIZATION_ALREADY_HAS_ALL_FEATURES", "Your organization already has all features enabled.")
		}
		o := before.Clone()
		o.Features = allFeatures
		tx.PutOrganization(before, o)
		h := &directory.Handshake{ID: id, Organization: o.ID, Management: o.Management, Action: "ENABLE_ALL_FEATURES",
			State: accepted, Requested: second(c.Now), Expires: second(c.Now).Add(featuresLife)}
		tx.PutHandshake(h)
		out.Handshake = shownHandshake(c.Partition, &tx.Reader, h)
		return nil
	})
}
