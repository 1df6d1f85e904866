package world

import (
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/arn"
)

// guarded is a type of resource that is, or has, the policy of another.
type guarded struct {
	kind      string
	policy    string
	names     string // the attribute that names what has the policy
	of        string // the type of that, for the ARN
	belongsTo string // its resource type in Terraform
}

// guardedBy are the types, those that are nothing but a policy first: in a state
// the others tell it again.
var guardedBy = [...]guarded{
	{"aws_s3_bucket_policy", "policy", "bucket", "buckets", "aws_s3_bucket"},
	{"aws_sqs_queue_policy", "policy", "queue_url", "queues", "aws_sqs_queue"},
	{"aws_sns_topic_policy", "policy", "arn", "topics", "aws_sns_topic"},
	{"aws_kms_key_policy", "policy", "key_id", "keys", "aws_kms_key"},
	{"aws_secretsmanager_secret_policy", "policy", "secret_arn", "secrets", "aws_secretsmanager_secret"},
	{"aws_s3_bucket", "policy", "", "buckets", ""},
	{"aws_sqs_queue", "policy", "", "queues", ""},
	{"aws_sns_topic", "policy", "", "topics", ""},
	{"aws_kms_key", "policy", "", "keys", ""},
	{"aws_secretsmanager_secret", "policy", "", "secrets", ""},
}

// resourcePolicies takes in the policies of buckets, queues and the like.
func (p *plan) resourcePolicies() error {
	for _, g := range guardedBy {
		for _, r := range p.of(g.kind) {
			if r.get(g.policy) == nil {
				continue
			}
			name := p.guardedARN(g, r)
			if there, ok := p.setup.resources[name]; ok && there.at.File == p.file && g.names == "" {
				continue
			}
			d, err := p.policyOf(r, g.policy, forResource)
			if err != nil {
				return err
			}
			d.at = p.at(r, "")
			if name == "" {
				p.warn(p.at(r, g.names), "is known after apply, and so is what this policy guards: it is left out")
				p.unguarded = append(p.unguarded, unnamedPolicy{d, resourceType(resourceARNs[g.of]), notNamed})
				continue
			}
			if err := p.hasPolicy(name, p.owner(r).id, d); err != nil {
				return err
			}
		}
	}
	return p.permissions()
}

// guardedARN is the ARN of what a policy is about; empty where it is not known.
func (p *plan) guardedARN(g guarded, r *planned) string {
	if g.names == "" {
		return p.arnOf(g.of, r)
	}
	value := r.get(g.names)
	if value.is(hole) {
		if to := p.refer(r, g.names); to != nil && to.kind == g.belongsTo {
			return p.arnOf(g.of, to)
		}
		return ""
	}
	name := value.str()
	if strings.HasPrefix(name, "arn:") {
		return name
	}
	return p.fillARN(g.of, name[strings.LastIndexByte(name, '/')+1:]) // of a queue its URL
}

// arnOf is the ARN of a resource, where AWS's part in it can be known.
func (p *plan) arnOf(of string, r *planned) string {
	if name := r.known("arn"); strings.HasPrefix(name, "arn:") {
		return name
	}
	switch of {
	case "buckets":
		if name := r.known("bucket"); name != "" {
			return p.fillARN(of, name)
		}
	case "queues", "topics", "functions":
		if name := r.known("name") + r.known("function_name"); name != "" {
			return p.fillARN(of, name)
		}
	}
	return "" // a key's id and a secret's last letters are AWS's to choose
}

func (p *plan) fillARN(of, name string) string {
	filled := strings.NewReplacer("REGION", p.region, "ACCOUNT", p.account.String(), "NAME", name).Replace(resourceARNs[of])
	return "arn:" + arn.PartitionOf(p.region) + ":" + filled
}

// permissions makes the policy of a function of the permissions that it has.
//
// Source: https://docs.aws.amazon.com/lambda/latest/dg/permissions-function-services.html
func (p *plan) permissions() error {
	statements := make(map[string][]*node)
	at := make(map[string]Place)
	for _, r := range p.of("aws_lambda_permission") {
		name := ""
		switch value := r.get("function_name"); {
		case value.is(hole):
			if to := p.refer(r, "function_name"); to != nil && to.kind == "aws_lambda_function" {
				name = p.arnOf("functions", to)
			}
		case strings.HasPrefix(value.str(), "arn:"):
			name = value.str()
		case value != nil:
			name = p.fillARN("functions", value.str())
		}
		if name == "" {
			p.warn(p.at(r, "function_name"), "is known after apply: this is left out")
			continue
		}
		statements[name] = append(statements[name], permission(r, name))
		if _, ok := at[name]; !ok {
			at[name] = p.at(r, "")
		}
	}
	for _, name := range sortedKeys(statements) {
		d, err := p.document(inDocument(statements[name]...), at[name], forResource)
		if err == nil {
			err = p.hasPolicy(name, p.account, d)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func permission(r *planned, function string) *node {
	principal := &node{kind: object}
	switch who := r.get("principal"); {
	case who.str() == "*":
		principal = who
	case strings.HasSuffix(who.str(), ".amazonaws.com"):
		principal.set("Service", who)
	default:
		principal.set("AWS", who)
	}
	st := &node{kind: object}
	st.set("Effect", textNode(0, "Allow"))
	st.set("Principal", principal)
	st.set("Action", r.get("action"))
	st.set("Resource", textNode(0, function))
	conditions := &node{kind: object}
	for _, c := range [...]struct{ attribute, operator, key string }{
		{"source_arn", "ArnLike", "aws:SourceArn"}, {"source_account", "StringEquals", "aws:SourceAccount"},
		{"principal_org_id", "StringEquals", "aws:PrincipalOrgID"},
	} {
		if v := r.get(c.attribute); v != nil {
			block := conditions.get(c.operator)
			if block == nil {
				block = &node{kind: object}
				conditions.set(c.operator, block)
			}
			block.set(c.key, v)
		}
	}
	if len(conditions.names) > 0 {
		st.set("Condition", conditions)
	}
	return st
}

// organizations takes in the policies of an organization whose tree another
// file tells.
func (p *plan) organizations() error {
	policies := p.of("aws_organizations_policy")
	if len(policies) == 0 {
		return nil
	}
	p.later = append(p.later, func() error {
		o := p.setup.organization
		if o == nil {
			p.warn(p.at(policies[0], ""), "nothing tells the tree of the organization: its policies are left out; give an organization file as well")
		}
		for _, r := range policies {
			if err := p.organizationPolicy(o, r); err != nil {
				return err
			}
		}
		return nil
	})
	return nil
}

func (p *plan) organizationPolicy(o *organization, r *planned) error {
	policyType := r.known("type")
	if policyType == "" {
		policyType = policyTypes[0].policyType
	}
	i := slices.IndexFunc(policyTypes[:], func(t orgPolicyType) bool { return t.policyType == policyType })
	if i < 0 {
		return nil // of a type that decides nothing
	}
	d, err := p.document(r.get("content"), p.at(r, "content"), policyTypes[i].use)
	if err != nil {
		return err
	}
	p.controls[policyType+"/"+p.called(r)] = d
	if o == nil {
		return nil
	}
	var targets []string
	for _, a := range p.of("aws_organizations_policy_attachment") {
		id, target := a.get("policy_id"), a.get("target_id")
		if to := p.refer(a, "policy_id"); id.is(hole) && to != r || !id.is(hole) && (r.known("id") == "" || id.str() != r.known("id")) {
			continue
		}
		switch {
		case target.is(hole):
			p.warn(p.at(a, "target_id"), "is known after apply: it is asked as if it were attached to all")
			targets = append(targets, o.Root)
		case target.str() == o.Root || o.ids[target.str()]:
			targets = append(targets, target.str())
		default:
			return p.at(a, "target_id").wrong("there is no %s in the organization of %s", target.str(), o.at)
		}
	}
	if i := slices.IndexFunc(o.Policies, func(has rolecall.OrganizationPolicy) bool { return r.known("id") != "" && has.ID == r.known("id") }); i >= 0 {
		p.sources[homeKey("organization", r.known("id"))] = d.at.String()
		o.Policies[i].Content = d.text
		for _, target := range targets {
			o.attach(o.Policies[i], target)
		}
		return nil
	}
	p.addPolicyTo(o, policyType, p.file+r.address, p.called(r), d, targets)
	return nil
}
