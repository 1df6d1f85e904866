package organizations

import (
	"context"
	"slices"

	"github.com/rolecall-iam/rolecall/api/organizations"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

func (s *Service) typeOperations() []service.Operation {
	return []service.Operation{
		bind(organizations.EnablePolicyType, delegates, func(c scope, in *organizations.EnablePolicyTypeInput) service.Need {
			return withType(c.on(in.RootId), in.PolicyType)
		}, s.EnablePolicyType),
		bind(organizations.DisablePolicyType, delegates, func(c scope, in *organizations.DisablePolicyTypeInput) service.Need {
			return withType(c.on(in.RootId), in.PolicyType)
		}, s.DisablePolicyType),
	}
}

// EnablePolicyType lets policies of a type be attached. SCPs and RCPs come
// with the policy that allows everything, on the root and on all below.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_EnablePolicyType.html,
// https://docs.aws.amazon.com/organizations/latest/userguide/enable-policy-type.html
func (s *Service) EnablePolicyType(ctx context.Context, c scope, in *organizations.EnablePolicyTypeInput) (*organizations.EnablePolicyTypeOutput, error) {
	out := &organizations.EnablePolicyTypeOutput{}
	return out, c.Update(ctx, func(tx *directory.Tx) error {
		before, ok := tx.Organization(c.org.ID)
		switch {
		case !ok || before.Root.ID != in.RootId:
			return noRoot()
		case before.Features != allFeatures:
			return typeNotAvailable()
		case before.Has(in.PolicyType):
			return refuse("PolicyTypeAlreadyEnabledException", "The specified policy type is already enabled.")
		}
		o := before.Clone()
		o.Types = append(o.Types, in.PolicyType)
		slices.Sort(o.Types)
		for _, ref := range fullAccess() {
			if ref.Type == in.PolicyType {
				attach := func(n *directory.Node) { n.Attached = append(n.Attached, ref) }
				attach(&o.Root)
				below(tx, o, attach)
			}
		}
		tx.PutOrganization(before, o)
		out.Root = shownRoot(c.Partition, o)
		return nil
	})
}

// DisablePolicyType detaches all policies of a type from everything: they
// stay, and decide nothing.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_DisablePolicyType.html
func (s *Service) DisablePolicyType(ctx context.Context, c scope, in *organizations.DisablePolicyTypeInput) (*organizations.DisablePolicyTypeOutput, error) {
	out := &organizations.DisablePolicyTypeOutput{}
	return out, c.Update(ctx, func(tx *directory.Tx) error {
		before, ok := tx.Organization(c.org.ID)
		switch {
		case !ok || before.Root.ID != in.RootId:
			return noRoot()
		case !before.Has(in.PolicyType):
			return typeNotEnabled()
		}
		o := before.Clone()
		o.Types = slices.DeleteFunc(o.Types, func(t string) bool { return t == in.PolicyType })
		detach := func(n *directory.Node) {
			n.Attached = slices.DeleteFunc(n.Attached, func(ref directory.OrgPolicyRef) bool { return ref.Type == in.PolicyType })
		}
		detach(&o.Root)
		below(tx, o, detach)
		tx.PutOrganization(before, o)
		out.Root = shownRoot(c.Partition, o)
		return nil
	})
}

// below changes every unit and account of an organization.
func below(tx *directory.Tx, o *directory.Organization, change func(*directory.Node)) {
	var walk func(parent string)
	walk = func(parent string) {
		tx.Children(o.ID, parent, false, "", func(id string) bool {
			if before, ok := tx.Unit(o.ID, id); ok {
				u := before.Clone()
				change(&u.Node)
				tx.PutUnit(before, u)
			}
			walk(id)
			return true
		})
	}
	walk(o.Root.ID)
	tx.MembersOf(o.ID, "", func(before *directory.Member) bool {
		m := before.Clone()
		change(&m.Node)
		tx.PutMember(before, m)
		return true
	})
}
