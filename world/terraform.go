package world

import (
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/arn"
)

// plan is a Terraform plan or state while it is read.
//
// Source: https://developer.hashicorp.com/terraform/internals/json-format
type plan struct {
	*setup
	file      string
	region    string
	account   arn.AccountID
	resources []*planned
	byBase    map[string][]*planned // by address without the resource's own index
	config    *node                 // of the root module; nil for a state
}

// planned is one resource as it is to be.
type planned struct {
	address, module, kind, name, index string
	values                             *node // with holes for what is not known yet
	settings                           *node // expressions of the configuration; nil where there are none
	entity                             *entity
	account                            *account
}

// terraform reads what terraform show -json prints of a plan or a state.
func (s *setup) terraform(f File, n *node) error {
	p := &plan{setup: s, file: f.Name, byBase: make(map[string][]*planned), config: n.at("configuration", "root_module")}
	root := n.at("planned_values", "root_module")
	if root == nil {
		root = n.at("values", "root_module")
	}
	if root == nil {
		return Place{File: f.Name}.wrong("the plan or state has no resources in it")
	}
	changes := make(map[string]*node)
	for _, c := range n.get("resource_changes").list() {
		changes[c.get("address").str()] = c.get("change")
	}
	p.module(root, "", changes)
	p.settle(n)
	p.taken(n.get("resource_changes"))
	for _, step := range [...]func() error{p.policies, p.entities, p.holdings, p.resourcePolicies, p.others, p.organizations, p.permissionSets} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// module takes in the resources of a module and of those in it.
func (p *plan) module(m *node, address string, changes map[string]*node) {
	for _, r := range m.get("resources").list() {
		one := &planned{
			address: r.get("address").str(), module: address, kind: r.get("type").str(), name: r.get("name").str(),
			index: r.get("index").str(), values: r.get("values"),
		}
		if r.get("mode").str() == "data" {
			one.kind = "data." + one.kind
		}
		if !r.get("values").is(object) {
			one.values = &node{kind: object}
		}
		if c := changes[one.address]; c != nil {
			if c.get("after").is(object) {
				one.values = c.get("after")
			}
			one.values = withHoles(one.values, c.get("after_unknown"), one.address)
		}
		one.settings = p.settings(address, one.kind+"."+one.name)
		base := one.base()
		p.byBase[base] = append(p.byBase[base], one)
		p.resources = append(p.resources, one)
	}
	for _, child := range m.get("child_modules").list() {
		p.module(child, child.get("address").str(), changes)
	}
}

// base is the address without the resource's own index.
func (r *planned) base() string { return inModule(r.module, r.kind+"."+r.name) }

func inModule(module, name string) string {
	if module == "" {
		return name
	}
	return module + "." + name
}

// withHoles puts a hole wherever a plan says that a value is not known.
func withHoles(value, unknown *node, path string) *node {
	switch {
	case unknown.is(boolean) && unknown.text == "true":
		return holeNode(0, path+" is known after apply")
	case unknown.is(object):
		out := &node{kind: object}
		if value.is(object) {
			out.names, out.items = slices.Clone(value.names), slices.Clone(value.items)
		}
		for i, name := range unknown.names {
			if v := withHoles(out.get(name), unknown.items[i], path+"."+name); v != nil {
				out.set(name, v)
			}
		}
		return out
	case unknown.is(list) && value.is(list) && len(unknown.items) == len(value.items):
		out := listNode(value.line, nil)
		for i, item := range value.items {
			out.items = append(out.items, withHoles(item, unknown.items[i], path))
		}
		return out
	}
	return value
}

// settle finds the region and the account that the plan is for.
func (p *plan) settle(n *node) {
	p.region = p.setup.region
	if region := n.at("configuration", "provider_config", "aws", "expressions", "region", "constant_value").str(); region != "" {
		p.region = region
	}
	found := make(map[string]bool)
	var look func(m *node)
	look = func(m *node) {
		for _, r := range m.get("resources").list() {
			if r.get("type").str() == "aws_caller_identity" {
				found[r.at("values", "account_id").str()] = true
			}
		}
		for _, child := range m.get("child_modules").list() {
			look(child)
		}
	}
	look(n.at("prior_state", "values", "root_module"))
	look(n.at("values", "root_module"))
	for _, r := range p.resources {
		if name, err := arn.Parse(r.known("arn")); err == nil && len(found) < 2 && name.Account != "" && name.Account != "aws" {
			found[name.Account] = true
		}
	}
	for digits := range found {
		if id, err := arn.ParseAccountID(digits); err == nil && len(found) == 1 {
			p.account = id
		}
	}
	if p.account.IsZero() {
		p.account = p.unsaid(p.file)
	}
}

// at is the place of a resource, or of one of its attributes.
func (p *plan) at(r *planned, attribute string) Place {
	where := r.address
	if attribute != "" {
		where += "." + attribute
	}
	return Place{File: p.file, Where: where}
}

// get is an attribute; nil where the configuration does not set it and AWS will.
func (r *planned) get(name string) *node {
	v := r.values.get(name)
	if v.is(hole) && r.settings != nil && r.settings.get(name) == nil {
		return nil
	}
	if v.is(text) && v.text == "" || v.is(null) {
		return nil
	}
	return v
}

// known is an attribute's text; empty where it is not set or not known.
func (r *planned) known(name string) string { return r.values.get(name).str() }

// of are the resources of some types, in their order.
func (p *plan) of(kinds ...string) []*planned {
	var out []*planned
	for _, r := range p.resources {
		if slices.Contains(kinds, r.kind) {
			out = append(out, r)
		}
	}
	return out
}

// owner is the account of a resource: that of its ARN, where it has one already.
func (p *plan) owner(r *planned) *account {
	if name, err := arn.Parse(r.known("arn")); err == nil {
		if id, err := arn.ParseAccountID(name.Account); err == nil {
			return p.setup.account(id, name.Partition)
		}
	}
	return p.setup.account(p.account, arn.PartitionOf(p.region))
}

// called is the name of a resource. One that gets its name from AWS is asked of
// by what the configuration calls it.
func (p *plan) called(r *planned) string {
	if name := r.known("name"); name != "" {
		return name
	}
	name := r.name
	if r.index != "" {
		name += "-" + strings.Map(nameLetter, r.index)
	}
	if r.kind == "aws_iam_role" || r.kind == "aws_iam_user" {
		p.standIn(p.at(r, ""), "its name is known after apply", name)
	}
	return name
}

// standIn tells that something without a name gets one to be asked by.
func (s *setup) standIn(at Place, why, name string) {
	message := why + "; ask for it as " + name
	s.warn(at, message)
	s.unnamed = append(s.unnamed, at.String()+": "+message)
}

// nameLetter keeps the letters that a name may have.
func nameLetter(c rune) rune {
	if c < 128 && (c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || strings.ContainsRune("_+=,.@-", c)) {
		return c
	}
	return '-'
}
