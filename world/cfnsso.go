package world

import (
	"strings"

	"github.com/rolecall-iam/rolecall/arn"
)

// permissionSet takes in a permission set.
//
// Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-sso-permissionset.html
func (t *stack) permissionSet(m *made) error {
	if m.kind != "AWS::SSO::PermissionSet" {
		return nil
	}
	name := m.properties.get("Name")
	if !name.is(text) || m.unsure != "" {
		t.warn(m.at, "the name of the permission set, or whether there will be one, is not known from the template: it is left out")
		return nil
	}
	set := &permissionSet{name: name.text, region: t.region, at: m.at}
	set.holder.kind, set.holder.name = "permission set", set.name
	for _, has := range t.sets {
		if has.name == set.name {
			return m.at.wrong("the permission set %s is in %s as well", set.name, has.at)
		}
	}
	if doc := m.properties.get("InlinePolicy"); doc.has() && !(doc.is(text) && doc.text == "") {
		d, err := t.policyIn(m, doc, "InlinePolicy", forIdentity)
		if err != nil {
			return err
		}
		if err := set.holder.give(setInline, d); err != nil {
			return err
		}
	}
	for _, item := range m.properties.get("ManagedPolicies").list() {
		set.holder.attach(t.attachment(m, item, "ManagedPolicies"))
	}
	for _, ref := range m.properties.get("CustomerManagedPolicyReferences").list() {
		c, open := t.customer(m, ref, "CustomerManagedPolicyReferences")
		if open == nil {
			set.customer = append(set.customer, c)
		} else if err := t.mayHave(set, c.at, open.text); err != nil {
			return err
		}
	}
	t.setBoundary(m, set)
	t.sets = append(t.sets, set)
	m.set = set
	return nil
}

func (t *stack) setBoundary(m *made, set *permissionSet) {
	b := m.properties.get("PermissionsBoundary")
	switch {
	case !b.has():
	case b.get("ManagedPolicyArn").has():
		at := t.attachment(m, b.get("ManagedPolicyArn"), "PermissionsBoundary")
		set.holder.boundary = &at
	default:
		ref := b.get("CustomerManagedPolicyReference").or(b)
		c, open := t.customer(m, ref, "PermissionsBoundary")
		if open != nil {
			set.holder.boundary = &attachment{at: c.at, unknown: open.text}
			return
		}
		set.bound = &c
	}
}

// customer is a policy of the account that a set is assigned to, or the hole in
// what names it.
func (t *stack) customer(m *made, ref *node, property string) (customerPolicy, *node) {
	c := customerPolicy{path: "/", name: ref.get("Name").str(), at: m.in(property)}
	if path := ref.get("Path").str(); path != "" {
		c.path = path
	}
	open := ref.firstHole()
	if open == nil && c.name == "" {
		open = holeNode(c.at.Line, "the policy has no name")
	}
	return c, open
}

// assignment takes in to whom a permission set is assigned.
func (t *stack) assignment(m *made) error {
	if m.kind != "AWS::SSO::Assignment" {
		return nil
	}
	target := m.properties.get("TargetId")
	id, err := arn.ParseAccountID(target.str())
	switch {
	case target.is(hole):
		t.warn(m.in("TargetId"), target.text+": this assignment is left out")
		return nil
	case err != nil:
		return m.in("TargetId").wrong("%v", err)
	}
	set := t.assigned(m)
	if set != nil {
		set.accounts = append(set.accounts, id)
		t.setup.account(id, t.partition)
		return nil
	}
	name := m.properties.get("PermissionSetArn").str()
	t.setParts = append(t.setParts, func() error {
		if set := t.setNamed(name); set != nil {
			set.accounts = append(set.accounts, id)
			t.setup.account(id, t.partition)
			return nil
		}
		t.warn(m.in("PermissionSetArn"), "the permission set is in none of the files: this assignment is left out")
		return nil
	})
	return nil
}

// assigned is the template's permission set that an assignment names; nil where
// that is none.
func (t *stack) assigned(m *made) *permissionSet {
	raw := t.root.at("Resources", m.logical, "Properties", "PermissionSetArn")
	if raw == nil {
		return nil
	}
	f, arg, ok := functionOf(raw)
	if !ok || f != "Fn::GetAtt" {
		return nil
	}
	logical, _, _ := strings.Cut(arg.str(), ".")
	if arg.is(list) && len(arg.items) == 2 {
		logical = arg.items[0].str()
	}
	if to, ok := t.resources[logical]; ok {
		return to.set
	}
	return nil
}
