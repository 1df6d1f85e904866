package world

// documentData is the data source that makes policies. One that waits for
// something is in a plan with all that does not wait.
const documentData = "data.aws_iam_policy_document"

// policyOf reads the policy in an attribute. One that is not known and is made
// by the data source is known in part.
func (p *plan) policyOf(r *planned, attribute string, u use) (document, error) {
	value := r.get(attribute)
	if value.is(hole) {
		if from := p.refer(r, attribute); from != nil && from.kind == documentData {
			value = from.policy(u)
		}
	}
	return p.document(value, p.at(r, attribute), u)
}

// policy is the policy that the data source makes.
//
// Source: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document
func (r *planned) policy(u use) *node {
	for _, name := range [...]string{"source_policy_documents", "override_policy_documents", "source_json", "override_json"} {
		if v := r.values.get(name); v.has() {
			return holeNode(0, r.address+".json is known after apply")
		}
	}
	if v := r.values.get("statement"); !v.is(list) {
		return holeNode(0, r.address+".statement is known after apply")
	}
	doc := inDocument()
	if v := r.values.get("version"); v.has() {
		doc.set("Version", v)
	}
	for _, st := range r.values.get("statement").items {
		doc.get("Statement").items = append(doc.get("Statement").items, documentStatement(st))
	}
	return doc
}

// documentElements are the attributes of a statement and the elements that they
// become.
var documentElements = [...]struct{ attribute, element string }{
	{"sid", "Sid"}, {"actions", "Action"}, {"not_actions", "NotAction"}, {"resources", "Resource"}, {"not_resources", "NotResource"},
}

func documentStatement(st *node) *node {
	if !st.is(object) {
		return st
	}
	out := &node{kind: object}
	out.set("Effect", textNode(0, "Allow"))
	if v := st.get("effect"); v.has() {
		out.set("Effect", v)
	}
	for _, e := range documentElements {
		if v := st.get(e.attribute); v.is(hole) || v.is(text) && v.text != "" || v.is(list) && len(v.items) > 0 {
			out.set(e.element, v)
		}
	}
	setPrincipals(out, "Principal", st.get("principals"))
	setPrincipals(out, "NotPrincipal", st.get("not_principals"))
	conditions := &node{kind: object}
	for _, c := range st.get("condition").list() {
		if c.firstHole() != nil && !c.get("test").is(text) {
			conditions.set("", c.firstHole())
			continue
		}
		block := conditions.get(c.get("test").str())
		if block == nil {
			block = &node{kind: object}
			conditions.set(c.get("test").str(), block)
		}
		key := c.get("variable").str()
		values := c.get("values")
		if has := block.get(key); has != nil {
			values = listNode(0, append(has.list(), values.list()...))
		}
		block.set(key, values)
	}
	if len(conditions.names) > 0 {
		out.set("Condition", conditions)
	}
	return out
}

// setPrincipals puts an element for principals into a statement.
func setPrincipals(st *node, element string, blocks *node) {
	if blocks.is(hole) {
		st.set(element, blocks)
		return
	}
	all := &node{kind: object}
	for _, b := range blocks.list() {
		kind, values := b.get("type").str(), b.get("identifiers")
		if h := b.firstHole(); h != nil && values.firstHole() == nil {
			values = h
		}
		if kind == "*" {
			st.set(element, textNode(0, "*"))
			return
		}
		if has := all.get(kind); has != nil {
			values = listNode(0, append(has.list(), values.list()...))
		}
		all.set(kind, values)
	}
	if len(all.names) > 0 {
		st.set(element, all)
	}
}
