package world

import (
	"fmt"
	"strings"

	"github.com/rolecall-iam/rolecall/arn"
)

// stack is a template of CloudFormation or SAM while it is read.
//
// Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
type stack struct {
	*setup
	file       string
	partition  string
	root       *node
	parameters *node
	resources  map[string]*made
	order      []*made
	conditions map[string]*node // as they were found; a nil one is being found
	account    *account
}

// made is one resource of a template.
type made struct {
	logical, kind string
	properties    *node // with functions applied
	at            Place
	entity        *entity
	set           *permissionSet
	unsure        string // why it is not known whether it will be there; else empty
}

// template reads a template of CloudFormation or SAM.
func (s *setup) template(f File, n *node) error {
	at := Place{File: f.Name}
	if !n.get("Resources").is(object) {
		return at.wrong("the template has no Resources")
	}
	t := &stack{
		setup: s, file: f.Name, partition: arn.PartitionOf(s.region), root: n, parameters: n.get("Parameters"),
		resources: make(map[string]*made), conditions: make(map[string]*node),
	}
	t.account = s.account(s.unsaid(f.Name), t.partition)
	if err := t.checkParameters(); err != nil {
		return err
	}
	if err := t.declare(n.get("Resources")); err != nil {
		return err
	}
	for _, m := range t.order {
		if err := t.settle(m, n.at("Resources", m.logical, "Properties")); err != nil {
			return err
		}
	}
	for _, step := range [...]func(*made) error{t.policy, t.principal, t.function, t.holding, t.guarded, t.other, t.permissionSet, t.assignment} {
		for _, m := range t.order {
			if err := step(m); err != nil {
				return err
			}
		}
	}
	return nil
}

// declare notes every resource, so that each can refer to all.
func (t *stack) declare(resources *node) error {
	for i, logical := range resources.names {
		r := resources.items[i]
		at := Place{File: t.file, Line: r.line, Where: "Resources." + logical}
		kind := r.get("Type").str()
		if kind == "" {
			return at.wrong("the resource has no Type")
		}
		m := &made{logical: logical, kind: kind, at: at}
		if c := r.get("Condition"); c != nil {
			switch v := t.condition(c.str(), at); {
			case v.is(hole):
				m.unsure = v.text
			case v.str() == "false":
				continue
			}
		}
		t.resources[logical] = m
		t.order = append(t.order, m)
	}
	return nil
}

// settle applies the functions in a resource's properties.
func (t *stack) settle(m *made, properties *node) error {
	m.properties = &node{kind: object, line: m.at.Line}
	if properties.is(object) {
		properties = t.withGlobals(m, properties)
		for i, name := range properties.names {
			if v := t.eval(properties.items[i], 0); v != nil {
				m.properties.set(name, v)
			}
		}
	}
	return nil
}

// in is the place of a property.
func (m *made) in(property string) Place {
	line := m.at.Line
	if v := m.properties.get(property); v != nil && v.line > 0 {
		line = v.line
	}
	return m.at.in("Properties."+property, line)
}

// named are the properties that hold the name of what has users' rights, by
// type. Where it is not set, CloudFormation makes one up.
var named = map[string]string{
	"AWS::IAM::Role": "RoleName", "AWS::IAM::User": "UserName", "AWS::IAM::Group": "GroupName",
	"AWS::IAM::ManagedPolicy": "ManagedPolicyName", "AWS::IAM::InstanceProfile": "InstanceProfileName",
}

// called is the name of a user, group, role or managed policy. One without a
// name is asked of by its logical id.
func (m *made) called() string {
	if name := m.properties.get(named[m.kind]); name.is(text) {
		return name.text
	}
	return m.logical
}

// isNamed tells whether the template has the name.
func (m *made) isNamed() bool { return m.properties.get(named[m.kind]).is(text) }

func (m *made) path() string {
	if p := m.properties.get("Path").str(); p != "" {
		return p
	}
	return "/"
}

// tellName warns of a name that is not known.
func (t *stack) tellName(m *made) {
	if !m.isNamed() {
		t.standIn(m.at, "its name is not known until it is made", m.called())
	}
}

// policyIn reads a policy in a property, or in a part of one.
func (t *stack) policyIn(m *made, n *node, property string, u use) (document, error) {
	at := m.in(property)
	if n != nil && n.line > 0 {
		at.Line = n.line
	}
	if m.unsure != "" {
		return t.unknownDocument(at, m.unsure, u), nil
	}
	return t.document(asText(n), at, u)
}

// asText turns numbers and booleans into texts, as CloudFormation does.
func asText(n *node) *node {
	switch {
	case n == nil || n.kind == hole || n.kind == text:
		return n
	case n.kind == number || n.kind == boolean:
		return textNode(n.line, n.text)
	}
	out := &node{kind: n.kind, line: n.line, names: n.names}
	for _, item := range n.items {
		out.items = append(out.items, asText(item))
	}
	return out
}

// policy takes in a managed policy.
func (t *stack) policy(m *made) error {
	if m.kind != "AWS::IAM::ManagedPolicy" {
		return nil
	}
	d, err := t.policyIn(m, m.properties.get("PolicyDocument"), "PolicyDocument", forIdentity)
	if err != nil {
		return err
	}
	return t.addPolicy(t.account, &managedPolicy{name: m.called(), path: m.path(), document: d, newer: true, standIn: !m.isNamed()})
}

// principal takes in a user, a group or a role.
func (t *stack) principal(m *made) error {
	kind, ok := map[string]string{"AWS::IAM::Role": "role", "AWS::IAM::User": "user", "AWS::IAM::Group": "group"}[m.kind]
	if !ok {
		return nil
	}
	t.tellName(m)
	m.entity = &entity{kind: kind, name: m.called(), path: m.path(), at: m.at, newer: true, standIn: !m.isNamed()}
	if kind == "role" {
		d, err := t.policyIn(m, m.properties.get("AssumeRolePolicyDocument"), "AssumeRolePolicyDocument", forTrust)
		if err != nil {
			return err
		}
		m.entity.trust = d
		if seconds, ok := m.properties.get("MaxSessionDuration").whole(); ok {
			m.entity.session = seconds
		}
	}
	if err := t.common(m, m.entity); err != nil {
		return err
	}
	for i, p := range m.properties.get("Policies").list() {
		if err := t.inline(m, m.entity, p, fmt.Sprintf("Policies[%d]", i)); err != nil {
			return err
		}
	}
	return t.account.add(m.entity)
}

// common reads what users, groups and roles have alike.
func (t *stack) common(m *made, e *entity) error {
	for _, item := range m.properties.get("ManagedPolicyArns").list() {
		e.attach(t.attachment(m, item, "ManagedPolicyArns"))
	}
	for _, item := range m.properties.get("Groups").list() {
		e.groups = append(e.groups, t.attachment(m, item, "Groups"))
	}
	if b := m.properties.get("PermissionsBoundary"); b.has() {
		at := t.attachment(m, b, "PermissionsBoundary")
		e.boundary = &at
	}
	for _, item := range m.properties.get("Tags").list() {
		if key := item.get("Key").str(); key != "" && item.get("Value").is(text) {
			e.tags = append(e.tags, tag{key, item.get("Value").str()})
		}
	}
	return nil
}

func (t *stack) attachment(m *made, n *node, property string) attachment {
	at := m.in(property)
	if n.line > 0 {
		at.Line = n.line
	}
	if n.is(hole) {
		return attachment{at: at, unknown: n.text}
	}
	return attachment{name: n.str(), at: at}
}

// inline reads one of an entity's own policies.
func (t *stack) inline(m *made, e *entity, p *node, property string) error {
	at := m.at.in("Properties."+property, p.line)
	name := p.get("PolicyName")
	switch {
	case p.is(hole):
		return e.give("unknown-"+m.logical, t.unknownDocument(at, p.text, forIdentity))
	case !name.is(text):
		name = textNode(p.line, strings.Map(nameLetter, property))
	}
	d, err := t.policyIn(m, p.get("PolicyDocument"), property, forIdentity)
	if err == nil {
		err = e.give(name.text, d)
	}
	return err
}
