package world

import (
	"fmt"
	"strings"

	"github.com/rolecall-iam/rolecall/policy/managed"
)

// withGlobals adds what a SAM template's Globals say to a function that does
// not say it.
//
// Source: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html
func (t *stack) withGlobals(m *made, properties *node) *node {
	globals := t.root.at("Globals", "Function")
	if m.kind != "AWS::Serverless::Function" || !globals.is(object) {
		return properties
	}
	out := &node{kind: object, line: properties.line}
	for i, name := range globals.names {
		out.set(name, globals.items[i])
	}
	for i, name := range properties.names {
		out.set(name, properties.items[i])
	}
	return out
}

// lambdaTrust is the trust policy of the role that SAM makes for a function.
const lambdaTrust = `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Principal": {"Service": ["lambda.amazonaws.com"]},
      "Action": ["sts:AssumeRole"]
    }
  ]
}`

// function takes in the role that SAM makes for a function which names none.
//
// Source: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html
func (t *stack) function(m *made) error {
	if m.kind != "AWS::Serverless::Function" || m.properties.get("Role").has() {
		return nil
	}
	e := &entity{kind: "role", name: m.logical + "Role", path: "/", at: m.at, trust: document{text: lambdaTrust, at: m.at}, newer: true, standIn: true}
	if p := m.properties.get("RolePath").str(); p != "" {
		e.path = p
	}
	t.standIn(m.at, "the name of its role is not known until it is made", e.name)
	if doc := m.properties.get("AssumeRolePolicyDocument"); doc.has() {
		d, err := t.policyIn(m, doc, "AssumeRolePolicyDocument", forTrust)
		if err != nil {
			return err
		}
		e.trust = d
	}
	if b := m.properties.get("PermissionsBoundary"); b.has() {
		at := t.attachment(m, b, "PermissionsBoundary")
		e.boundary = &at
	}
	basic := "service-role/AWSLambdaBasicExecutionRole"
	if m.properties.get("VpcConfig").has() {
		basic = "service-role/AWSLambdaVPCAccessExecutionRole"
	}
	e.attach(attachment{name: t.managedARN(basic), at: m.at})
	if m.properties.get("Tracing").str() == "Active" {
		e.attach(attachment{name: t.managedARN("AWSXrayWriteOnlyAccess"), at: m.at})
	}
	for i, p := range m.properties.get("Policies").list() {
		if err := t.functionPolicy(m, e, p, i); err != nil {
			return err
		}
	}
	return t.account.add(e)
}

func (t *stack) managedARN(name string) string {
	return "arn:" + t.partition + ":iam::aws:policy/" + name
}

// functionPolicy reads one of a function's policies: the name or ARN of a
// managed policy, a policy, or one of SAM's own templates, which are not known
// here.
func (t *stack) functionPolicy(m *made, e *entity, p *node, i int) error {
	property := fmt.Sprintf("Policies[%d]", i)
	at := m.at.in("Properties."+property, p.line)
	name := fmt.Sprintf("%sRolePolicy%d", m.logical, i)
	switch {
	case p.is(hole):
		return e.give(name, t.unknownDocument(at, p.text, forIdentity))
	case p.is(text):
		e.attach(attachment{name: t.managedNamed(p.text), at: at})
		return nil
	case p.get("Statement") != nil:
		doc := &node{kind: object, line: p.line}
		doc.set("Version", textNode(p.line, "2012-10-17"))
		for i, name := range p.names {
			doc.set(name, p.items[i])
		}
		d, err := t.policyIn(m, doc, property, forIdentity)
		if err != nil {
			return err
		}
		return e.give(name, d)
	case p.is(object) && len(p.names) == 1:
		allows := &node{kind: object, line: p.line} // which is all that they do
		allows.set("Effect", textNode(p.line, "Allow"))
		allows.set("Action", holeNode(p.line, "SAM's policy template "+p.names[0]+" is not known"))
		d, err := t.document(inDocument(allows), at, forIdentity)
		if err != nil {
			return err
		}
		return e.give(name, d)
	}
	return at.wrong("this is no policy")
}

// managedNamed is the ARN of a managed policy: SAM takes names of AWS's too.
func (t *stack) managedNamed(name string) string {
	if strings.HasPrefix(name, "arn:") {
		return name
	}
	for _, path := range [...]string{"", "service-role/", "job-function/", "aws-service-role/"} {
		if full := t.managedARN(path + name); known(full) {
			return full
		}
	}
	return t.managedARN(name)
}

func known(policyARN string) bool {
	_, ok := managed.Lookup(policyARN)
	return ok
}

// organizationPolicyOf takes in a policy of an organization whose tree another
// file tells.
func (t *stack) organizationPolicyOf(m *made) error {
	if m.kind != "AWS::Organizations::Policy" {
		return nil
	}
	t.later = append(t.later, func() error {
		o := t.setup.organization
		if o == nil {
			t.warn(m.at, "nothing tells the tree of the organization: its policies are left out; give an organization file as well")
		}
		return t.addOrganizationPolicy(o, m)
	})
	return nil
}

func (t *stack) addOrganizationPolicy(o *organization, m *made) error {
	for _, kind := range policyTypes {
		if kind.policyType != m.properties.get("Type").str() {
			continue
		}
		d, err := t.policyIn(m, m.properties.get("Content"), "Content", kind.use)
		if err != nil {
			return err
		}
		name := m.properties.get("Name").str()
		if name == "" {
			name = m.logical
		}
		t.controls[kind.policyType+"/"+name] = d
		if o == nil {
			return nil
		}
		var targets []string
		for _, target := range m.properties.get("TargetIds").list() {
			if !target.is(hole) && target.str() != o.Root && !o.ids[target.str()] {
				return m.in("TargetIds").wrong("there is no %s in the organization of %s", target.str(), o.at)
			}
			targets = append(targets, target.str())
			if target.is(hole) {
				t.warn(m.in("TargetIds"), target.text+": it is asked as if it were attached to all")
				targets[len(targets)-1] = o.Root
			}
		}
		t.addPolicyTo(o, kind.policyType, t.file+m.logical, name, d, targets)
	}
	return nil
}

// addPolicyTo attaches a policy that no organization file has.
func (s *setup) addPolicyTo(o *organization, policyType, key, name string, d document, targets []string) {
	if len(targets) > 0 {
		id := "p-" + short(key)
		s.sources[homeKey("organization", id)] = d.at.String()
		o.Policies = append(o.Policies, organizationPolicy(id, policyType, name, d.text, targets))
	}
}
