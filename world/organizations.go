package world

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/arn"
)

// told is what outputs of aws organizations tell of an organization, each of a
// part of it.
type told struct {
	at                   Place // of the first of them
	id, management, root string
	types                []string // of policies, that are enabled; told by rootsAt
	rootsAt              Place
	billing              bool // it has no policies at all
	units, accounts      map[string]*toldNode
	allAccounts          Place                  // which lists all accounts; zero where none does
	policies             map[string]*toldPolicy // by id
	lists                map[string][]string    // by type, ids of all policies
	targets              map[string][]string    // by id, to what a policy is attached
	attached             map[string][]string    // by root, unit or account and type, ids of all its policies
}

// toldNode is a unit or an account.
type toldNode struct {
	name, parent string
	at           Place // of what tells the parent
}

// toldPolicy is a policy: what a list tells of it, and its text where it is
// described.
type toldPolicy struct {
	id, name, policyType string
	text                 *document
}

// output is what one command of aws organizations prints, told by the member
// that its answer has.
type output struct {
	member  string
	command string
	// asked are the kinds of ids of which the file's name has to have the one that
	// was asked about, since the answer does not tell it, but for one that may go without.
	asked []idKind
	may   func(*node) bool
	// is tells it from what other services print.
	is   func(*node) bool
	read func(t *told, n *node, about string, at Place) error
}

// idKind is a kind of ids in an organization.
type idKind uint8

const (
	_ idKind = iota
	ofRoot
	ofUnit
	ofAccount
	ofPolicy
)

// idForms are the forms of ids, as AWS's API reference has them, for finding one
// in a file's name.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_AttachPolicy.html
var idForms = map[idKind]*regexp.Regexp{
	ofRoot:    regexp.MustCompile(`(?:^|[^0-9A-Za-z])(r-[0-9a-z]{4,32})(?:$|[^0-9a-z])`),
	ofUnit:    regexp.MustCompile(`(?:^|[^0-9A-Za-z])(ou-[0-9a-z]{4,32}-[0-9a-z]{8,32})(?:$|[^0-9a-z])`),
	ofAccount: regexp.MustCompile(`(?:^|[^0-9])([0-9]{12})(?:$|[^0-9])`),
	ofPolicy:  regexp.MustCompile(`(?:^|[^0-9A-Za-z])(p-[0-9A-Za-z]{8,128})(?:$|[^0-9A-Za-z])`),
}

// outputs are those that are read.
func outputs() []output {
	ofOrganizations := func(n *node) bool {
		for _, item := range n.list() {
			if strings.Contains(item.get("Arn").str(), ":organizations:") {
				return true
			}
		}
		return len(n.list()) == 0
	}
	ids := func(n *node) bool { return n.is(list) }
	always, never := func(*node) bool { return true }, func(*node) bool { return false }
	paths := func(n *node) bool {
		return !slices.ContainsFunc(n.items, func(item *node) bool { return item.get("Path").str() == "" })
	}
	return []output{
		{"Organization", "describe-organization", nil, never, func(n *node) bool { return n.get("Id") != nil }, (*told).organization},
		{"Roots", "list-roots", nil, never, ids, (*told).roots},
		{"OrganizationalUnits", "list-organizational-units-for-parent", []idKind{ofRoot, ofUnit}, paths, ids, (*told).unitList},
		{"Accounts", "list-accounts-for-parent", []idKind{ofRoot, ofUnit}, always, ids, (*told).accountList},
		{"Children", "list-children", []idKind{ofRoot, ofUnit}, never, ids, (*told).children},
		{"Parents", "list-parents", []idKind{ofUnit, ofAccount}, never, ids, (*told).parents},
		{"Policies", "list-policies-for-target", []idKind{ofRoot, ofUnit, ofAccount}, always, ofOrganizations, (*told).policyList},
		{"Policy", "describe-policy", nil, never, func(n *node) bool { return n.get("PolicySummary") != nil }, (*told).policy},
		{"Targets", "list-targets-for-policy", []idKind{ofPolicy}, never, ids, (*told).targetList},
	}
}

// outputOf finds the output that an object is; false where it is none.
func outputOf(n *node) (output, bool) {
	for _, o := range outputs() {
		if inside := n.get(o.member); inside != nil && o.is(inside) {
			return o, true
		}
	}
	return output{}, false
}

// organizations takes in what a command of aws organizations prints.
func (s *setup) organizations(f File, n *node) error {
	o, ok := outputOf(n)
	if !ok {
		return Place{File: f.Name}.wrong("this is none of the outputs of aws organizations that are read (rolecall docs inputs), nor of another command that is")
	}
	at := Place{File: f.Name}
	if n.get("NextToken").has() {
		return at.wrong("this is one page of several: run aws organizations %s without --max-items and --no-paginate", o.command)
	}
	about, ok := askedAbout(f.Name, o.asked)
	if !ok && len(o.asked) > 0 && !o.may(n.get(o.member)) {
		return at.wrong("what aws organizations %s prints does not tell what it was asked about: put that id into the file's name, as in %s", o.command, exampleNames[o.member])
	}
	if s.told == nil {
		s.told = &told{
			at: at, units: make(map[string]*toldNode), accounts: make(map[string]*toldNode), policies: make(map[string]*toldPolicy), lists: make(map[string][]string),
			targets: make(map[string][]string), attached: make(map[string][]string),
		}
	}
	return o.read(s.told, n.get(o.member), about, at)
}

// exampleNames are names that tell what an output was asked about.
var exampleNames = map[string]string{
	"OrganizationalUnits": "units-of-r-examplerootid.json", "Children": "children-of-r-examplerootid.json",
	"Parents": "parents-of-111111111111.json", "Targets": "targets-p-examplepolicyid.json",
}

// askedAbout finds the id that a file's name tells; the last where there are
// several.
func askedAbout(name string, kinds []idKind) (id string, ok bool) {
	name = filepath.Base(name)
	last := -1
	for _, kind := range kinds {
		for at := 0; at < len(name); {
			m := idForms[kind].FindStringSubmatchIndex(name[at:])
			if m == nil {
				break
			}
			if at+m[2] > last {
				last, id = at+m[2], name[at+m[2]:at+m[3]]
			}
			at += m[3]
		}
	}
	return id, last >= 0
}

// named reads what ARNs tell: whose organization it is, and its id.
func (t *told) named(n *node, at Place) error {
	parsed, err := arn.Parse(n.get("Arn").str())
	if err != nil || parsed.Service != "organizations" || parsed.Account == "aws" {
		return nil
	}
	parts := strings.Split(parsed.Resource, "/")
	if len(parts) < 2 {
		return nil
	}
	return t.same(&t.id, parts[1], at, t.same(&t.management, parsed.Account, at, nil))
}

// same notes what two files must not tell otherwise.
func (t *told) same(of *string, value string, at Place, err error) error {
	if err == nil && value != "" && *of != "" && *of != value {
		return at.wrong("this is of %s, and %s of %s: one organization is asked about at a time", value, t.at, *of)
	}
	if value != "" {
		*of = value
	}
	return err
}

func (t *told) organization(n *node, _ string, at Place) error {
	t.billing = n.get("FeatureSet").str() == "CONSOLIDATED_BILLING"
	err := t.same(&t.id, n.get("Id").str(), at, nil)
	err = t.same(&t.management, n.get("MasterAccountId").str(), at, err)
	return t.same(&t.management, n.get("ManagementAccountId").str(), at, err)
}

func (t *told) roots(n *node, _ string, at Place) error {
	for _, item := range n.items {
		t.rootsAt = at
		for _, enabled := range item.get("PolicyTypes").list() {
			if enabled.get("Status").str() == "ENABLED" {
				t.types = append(t.types, enabled.get("Type").str())
			}
		}
		if err := t.same(&t.root, item.get("Id").str(), at, t.named(item, at)); err != nil {
			return err
		}
	}
	return nil
}

// child notes a unit or an account, and what it is in where that is told.
func (t *told) child(of map[string]*toldNode, id, name, parent string, at Place) error {
	has, ok := of[id]
	if !ok {
		has = &toldNode{at: at}
		of[id] = has
	}
	if name != "" {
		has.name = name
	}
	if strings.HasPrefix(parent, "r-") {
		if err := t.same(&t.root, parent, at, nil); err != nil {
			return err
		}
	}
	if parent != "" && has.parent != "" && has.parent != parent {
		return at.wrong("%s is in %s here, and in %s in %s", id, parent, has.parent, has.at)
	}
	if parent != "" {
		has.parent, has.at = parent, at
	}
	return nil
}

// above is the last but one of a path such as o-a/r-b/ou-b-c/, whose end may be
// the id itself.
func above(path, id string) string {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	if n := len(parts); n > 1 && parts[n-1] == id {
		parts = parts[:n-1]
	}
	if parent := parts[len(parts)-1]; strings.HasPrefix(parent, "r-") || strings.HasPrefix(parent, "ou-") {
		return parent
	}
	return ""
}

func (t *told) unitList(n *node, about string, at Place) error {
	for _, item := range n.items {
		id, err := item.get("Id").str(), t.named(item, at)
		if path := item.get("Path").str(); path != "" && err == nil {
			err = t.child(t.units, id, "", above(path, id), at)
		}
		if err == nil {
			err = t.child(t.units, id, item.get("Name").str(), about, at)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (t *told) accountList(n *node, about string, at Place) error {
	if about == "" {
		t.allAccounts = at
	}
	for _, item := range n.items {
		id, err := item.get("Id").str(), t.named(item, at)
		for _, path := range item.get("Paths").strings() {
			if err == nil {
				err = t.child(t.accounts, id, "", above(path, id), at)
			}
		}
		if err == nil {
			err = t.child(t.accounts, id, "", about, at)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (t *told) children(n *node, about string, at Place) error {
	for _, item := range n.items {
		of := t.accounts
		if item.get("Type").str() == "ORGANIZATIONAL_UNIT" {
			of = t.units
		}
		if err := t.child(of, item.get("Id").str(), "", about, at); err != nil {
			return err
		}
	}
	return nil
}

func (t *told) parents(n *node, about string, at Place) error {
	of := t.accounts
	if strings.HasPrefix(about, "ou-") {
		of = t.units
	}
	for _, item := range n.items {
		if err := t.child(of, about, "", item.get("Id").str(), at); err != nil {
			return err
		}
	}
	return nil
}

// summary reads what lists and descriptions tell of a policy.
func (t *told) summary(n *node, at Place) (*toldPolicy, error) {
	id := n.get("Id").str()
	p, ok := t.policies[id]
	if !ok {
		p = &toldPolicy{id: id, name: n.get("Name").str(), policyType: n.get("Type").str()}
		t.policies[id] = p
	}
	if id == "" || p.policyType == "" {
		return nil, at.wrong("a policy has no Id or no Type here")
	}
	return p, t.named(n, at)
}

func (t *told) policyList(n *node, about string, at Place) error {
	for _, item := range n.items {
		p, err := t.summary(item, at)
		switch {
		case err != nil:
			return err
		case about == "":
			t.lists[p.policyType] = append(t.lists[p.policyType], p.id)
		default:
			key := homeKey(about, p.policyType)
			t.attached[key] = append(t.attached[key], p.id)
		}
	}
	return nil
}

func (t *told) policy(n *node, _ string, at Place) error {
	p, err := t.summary(n.get("PolicySummary"), at)
	if err != nil {
		return err
	}
	p.text = &document{text: n.get("Content").str(), at: at}
	if n.get("Content").is(object) {
		p.text.text = n.get("Content").render()
	}
	return nil
}

func (t *told) targetList(n *node, about string, at Place) error {
	if t.targets[about] == nil {
		t.targets[about] = []string{}
	}
	for _, item := range n.items {
		id := item.get("TargetId").str()
		var err error
		switch item.get("Type").str() {
		case "ROOT":
			err = t.same(&t.root, id, at, nil)
		case "ORGANIZATIONAL_UNIT":
			err = t.child(t.units, id, item.get("Name").str(), "", at)
		case "ACCOUNT":
			err = t.child(t.accounts, id, "", "", at)
		}
		if err == nil {
			err = t.named(item, at)
		}
		if err != nil {
			return err
		}
		t.targets[about] = append(t.targets[about], id)
	}
	return nil
}
