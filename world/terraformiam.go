package world

import (
	"slices"
	"strconv"
	"strings"
)

// policies takes in the managed policies.
func (p *plan) policies() error {
	for _, r := range p.of("aws_iam_policy") {
		d, err := p.policyOf(r, "policy", forIdentity)
		if err != nil {
			return err
		}
		a := p.owner(r)
		d.at = p.at(r, "")
		if err := p.addPolicy(a, &managedPolicy{name: p.called(r), path: pathIn(r), document: d, newer: true, standIn: r.known("name") == ""}); err != nil {
			return err
		}
		r.account = a
		r.values.set("arn", textNode(0, a.arn("policy", pathIn(r), a.policies[len(a.policies)-1].name)))
	}
	return nil
}

func pathIn(r *planned) string {
	if path := r.known("path"); path != "" {
		return path
	}
	return "/"
}

// entities takes in users, groups and roles.
func (p *plan) entities() error {
	for _, r := range p.of("aws_iam_role", "aws_iam_user", "aws_iam_group") {
		e := &entity{kind: strings.TrimPrefix(r.kind, "aws_iam_"), name: p.called(r), path: pathIn(r), at: p.at(r, ""), newer: true, standIn: r.known("name") == "", id: r.known("unique_id")}
		r.entity, r.account = e, p.owner(r)
		if err := p.entity(r, e); err != nil {
			return err
		}
		if err := r.account.add(e); err != nil {
			return err
		}
	}
	return nil
}

func (p *plan) entity(r *planned, e *entity) error {
	for i, key := range r.values.get("tags_all").namesOr(r.values.get("tags")) {
		e.tags = append(e.tags, tag{key, r.values.get("tags_all").or(r.values.get("tags")).items[i].str()})
	}
	if b := r.get("permissions_boundary"); b != nil {
		e.boundary = p.attached(r, "permissions_boundary", b)
	}
	if e.kind != "role" {
		return nil
	}
	if seconds, ok := r.values.get("max_session_duration").whole(); ok {
		e.session = seconds
	}
	var err error
	if e.trust, err = p.policyOf(r, "assume_role_policy", forTrust); err != nil {
		return err
	}
	for _, block := range r.get("inline_policy").list() {
		if !block.is(hole) && !block.get("policy").has() {
			continue // an empty block says that there is none
		}
		name := block.get("name").str()
		if name == "" {
			name = "inline"
		}
		inside := block.get("policy")
		if block.is(hole) {
			inside = block
		}
		d, err := p.document(inside, p.at(r, "inline_policy"), forIdentity)
		if err == nil {
			err = e.give(name, d)
		}
		if err != nil {
			return err
		}
	}
	e.onlyInline = r.settings.get("inline_policy") != nil
	e.onlyAttached = r.settings.get("managed_policy_arns") != nil
	for _, item := range r.get("managed_policy_arns").list() {
		e.attach(*p.attached(r, "managed_policy_arns", item))
	}
	return nil
}

// namesOr are the names of an object's members, or of another's where there is
// none.
func (n *node) namesOr(other *node) []string {
	if n = n.or(other); n.is(object) {
		return n.names
	}
	return nil
}

// or is the first of two that is an object.
func (n *node) or(other *node) *node {
	if n.is(object) {
		return n
	}
	return other
}

// attached is a managed policy that an attribute names, by its ARN or, where
// that is not known, by the resource that the attribute is made of.
func (p *plan) attached(r *planned, attribute string, value *node) *attachment {
	at := p.at(r, attribute)
	if !value.is(hole) {
		return &attachment{name: value.str(), at: at}
	}
	if to := p.refer(r, attribute); to != nil && to.kind == "aws_iam_policy" {
		return &attachment{name: to.known("arn"), at: at}
	}
	return &attachment{at: at, unknown: at.Where + " is known after apply"}
}

// holders are the attributes that name a user, a group or a role.
var holders = map[string]string{"role": "role", "role_name": "role", "user": "user", "group": "group", "roles": "role", "users": "user", "groups": "group"}

// to finds whom an attribute names. Where that is not known, it may be any of
// the kind: all of the plan are answered, and open says why. To those that are
// not in the plan it comes later.
func (p *plan) to(r *planned, attribute string, others func(*entity) error) (whom []*entity, open string) {
	kind, value := holders[attribute], r.get(attribute)
	if value == nil {
		return nil, ""
	}
	for _, item := range value.list() {
		if !item.is(hole) {
			name := item.str()
			name = name[strings.LastIndexByte(name, '/')+1:]
			if e := p.named(kind, name); e != nil {
				whom = append(whom, e)
			} else {
				p.give(p.account, kind, name, p.at(r, attribute), others)
			}
			continue
		}
		if one := p.refer(r, attribute); one != nil && one.entity != nil && one.entity.kind == kind {
			whom = append(whom, one.entity)
			continue
		}
		whom = nil
		for _, one := range p.of("aws_iam_" + kind) {
			whom = append(whom, one.entity)
		}
		return whom, r.address + "." + attribute + " is known after apply"
	}
	return whom, ""
}

// named finds a user, a group or a role of the plan, in whatever account.
func (p *plan) named(kind, name string) *entity {
	for _, r := range p.of("aws_iam_" + kind) {
		if strings.EqualFold(r.entity.name, name) {
			return r.entity
		}
	}
	return nil
}

// holding is a type of resource that gives users, groups or roles something.
type holding struct {
	kind       string
	attributes []string // that name whom
	policy     string   // the attribute with an inline policy; empty for none
	attached   string   // the attribute with ARNs of managed policies; empty for none
	exclusive  bool     // attached is all that they have
	only       string   // the attribute with the names of all inline policies; empty for none
	group      string   // the attribute with groups that users get into; empty for none
}

var holdings = [...]holding{
	{kind: "aws_iam_role_policy", attributes: []string{"role"}, policy: "policy"},
	{kind: "aws_iam_user_policy", attributes: []string{"user"}, policy: "policy"},
	{kind: "aws_iam_group_policy", attributes: []string{"group"}, policy: "policy"},
	{kind: "aws_iam_role_policy_attachment", attributes: []string{"role"}, attached: "policy_arn"},
	{kind: "aws_iam_user_policy_attachment", attributes: []string{"user"}, attached: "policy_arn"},
	{kind: "aws_iam_group_policy_attachment", attributes: []string{"group"}, attached: "policy_arn"},
	{kind: "aws_iam_policy_attachment", attributes: []string{"roles", "users", "groups"}, attached: "policy_arn"},
	{kind: "aws_iam_role_policy_attachments_exclusive", attributes: []string{"role_name"}, attached: "policy_arns", exclusive: true},
	{kind: "aws_iam_role_policies_exclusive", attributes: []string{"role_name"}, only: "policy_names"},
	{kind: "aws_iam_user_group_membership", attributes: []string{"user"}, group: "groups"},
	{kind: "aws_iam_group_membership", attributes: []string{"users"}, group: "group"},
}

// holdings gives users, groups and roles what other resources give them.
func (p *plan) holdings() error {
	for _, h := range holdings {
		for _, r := range p.of(h.kind) {
			for _, attribute := range h.attributes {
				whom, open := p.to(r, attribute, func(e *entity) error { return p.hold(h, r, e, "") })
				for _, e := range whom {
					if err := p.hold(h, r, e, open); err != nil {
						return err
					}
				}
			}
		}
	}
	return nil
}

func (p *plan) hold(h holding, r *planned, e *entity, open string) error {
	switch {
	case open != "":
		at := p.at(r, "")
		return e.give("unknown-"+strconv.Itoa(len(e.inline)), p.unknownDocument(at, open, forIdentity))
	case h.policy != "":
		d, err := p.policyOf(r, h.policy, forIdentity)
		if err != nil {
			return err
		}
		d.at = p.at(r, "")
		return p.giveNewer(e, p.called(r), d, r.known("name") == "")
	case h.only != "":
		e.only(r.get(h.only).strings())
	case h.attached != "":
		if h.exclusive && e.newer {
			e.onlyAttached = true
		} else if h.exclusive {
			e.attached = nil
		}
		for _, item := range r.get(h.attached).list() {
			e.attach(*p.attached(r, h.attached, item))
		}
	default:
		for _, item := range r.get(h.group).list() {
			e.groups = append(e.groups, p.group(r, h.group, item))
		}
	}
	return nil
}

// only tells that an entity has no inline policies but those of some names. Of
// one that is the plan's own, what others say of it goes later.
func (e *entity) only(names []string) {
	if e.newer {
		e.onlyInline = true
		return
	}
	e.inline = slices.DeleteFunc(e.inline, func(has namedDocument) bool { return !has.newer && !slices.Contains(names, has.name) })
}

// group is a group that users get into.
func (p *plan) group(r *planned, attribute string, item *node) attachment {
	at := p.at(r, attribute)
	if !item.is(hole) {
		return attachment{name: item.str(), at: at}
	}
	if one := p.refer(r, attribute); one != nil && one.entity != nil && one.kind == "aws_iam_group" {
		return attachment{name: one.entity.name, at: at}
	}
	return attachment{at: at, unknown: at.Where + " is known after apply"}
}
