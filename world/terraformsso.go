package world

import (
	"strings"

	"github.com/rolecall-iam/rolecall/arn"
)

// permissionSets takes in permission sets and what they are assigned to. What is
// given to a set may stand in another plan than the set.
func (p *plan) permissionSets() error {
	made := make(map[*planned]*permissionSet)
	for _, r := range p.of("aws_ssoadmin_permission_set") {
		set := &permissionSet{name: r.known("name"), region: p.region, arn: r.known("arn"), at: p.at(r, "")}
		set.holder.kind, set.holder.name = "permission set", set.name
		if region := r.known("region"); region != "" {
			set.region = region
		}
		if set.name == "" {
			p.warn(p.at(r, "name"), "is known after apply: the permission set is left out")
			continue
		}
		for _, has := range p.sets {
			if has.name == set.name {
				return set.at.wrong("the permission set %s is in %s as well", set.name, has.at)
			}
		}
		p.sets = append(p.sets, set)
		made[r] = set
	}
	for _, r := range p.of(sortedKeys(setHoldings)...) {
		p.setParts = append(p.setParts, func() error { return p.setHolding(r, made) })
	}
	return nil
}

// setHoldings are the types that give permission sets something.
var setHoldings = map[string]func(*plan, *planned, *permissionSet) error{
	"aws_ssoadmin_permission_set_inline_policy": func(p *plan, r *planned, set *permissionSet) error {
		d, err := p.policyOf(r, "inline_policy", forIdentity)
		if err != nil {
			return err
		}
		d.at = p.at(r, "")
		return set.holder.give(setInline, d)
	},
	"aws_ssoadmin_managed_policy_attachment": func(p *plan, r *planned, set *permissionSet) error {
		set.holder.attach(*p.attached(r, "managed_policy_arn", r.get("managed_policy_arn")))
		return nil
	},
	"aws_ssoadmin_customer_managed_policy_attachment": func(p *plan, r *planned, set *permissionSet) error {
		for _, ref := range r.get("customer_managed_policy_reference").list() {
			if c, ok := p.customer(r, ref, "customer_managed_policy_reference"); ok {
				set.customer = append(set.customer, c)
			} else if err := p.mayHave(set, c.at, c.at.Where+" is known after apply"); err != nil {
				return err
			}
		}
		return nil
	},
	"aws_ssoadmin_permissions_boundary_attachment": func(p *plan, r *planned, set *permissionSet) error {
		for _, block := range r.get("permissions_boundary").list() {
			at := p.at(r, "permissions_boundary")
			if name := block.get("managed_policy_arn"); name.has() && !name.is(hole) && name.str() != "" {
				set.holder.boundary = &attachment{name: name.str(), at: at}
				continue
			}
			refs := block.get("customer_managed_policy_reference").list()
			if len(refs) == 1 {
				if c, ok := p.customer(r, refs[0], "permissions_boundary"); ok {
					set.bound = &c
					continue
				}
			}
			set.holder.boundary = &attachment{at: at, unknown: at.Where + " is known after apply"}
		}
		return nil
	},
	"aws_ssoadmin_account_assignment": func(p *plan, r *planned, set *permissionSet) error {
		target := r.get("target_id")
		id, err := arn.ParseAccountID(target.str())
		switch {
		case target.is(hole):
			p.warn(p.at(r, "target_id"), "is known after apply: this assignment is left out")
		case err != nil:
			return p.at(r, "target_id").wrong("%v", err)
		default:
			set.accounts = append(set.accounts, id)
			p.setup.account(id, arn.PartitionOf(set.region))
		}
		return nil
	},
}

// setHolding gives a permission set what a resource has for it.
func (p *plan) setHolding(r *planned, made map[*planned]*permissionSet) error {
	value := r.get("permission_set_arn")
	if !value.is(hole) {
		set := p.setNamed(value.str())
		if set == nil {
			p.warn(p.at(r, "permission_set_arn"), "the permission set is in none of the files: what it gets here is left out")
			return nil
		}
		return setHoldings[r.kind](p, r, set)
	}
	if one := p.refer(r, "permission_set_arn"); made[one] != nil {
		return setHoldings[r.kind](p, r, made[one])
	}
	if strings.HasSuffix(r.kind, "_assignment") {
		p.warn(p.at(r, "permission_set_arn"), "is known after apply: this assignment is left out")
		return nil
	}
	for _, set := range made {
		if err := p.mayHave(set, p.at(r, ""), r.address+".permission_set_arn is known after apply"); err != nil {
			return err
		}
	}
	return nil
}

// customer is a policy of the account that a permission set is assigned to; false
// where its name is not known.
func (p *plan) customer(r *planned, ref *node, attribute string) (customerPolicy, bool) {
	c := customerPolicy{path: "/", name: ref.get("name").str(), at: p.at(r, attribute)}
	if path := ref.get("path"); path.has() && path.str() != "" {
		c.path = path.str()
	}
	if to := p.refer(r, attribute); c.name == "" && to != nil && to.kind == "aws_iam_policy" {
		c.name, c.path = p.called(to), pathIn(to)
	}
	return c, c.name != "" && !ref.get("path").is(hole)
}
