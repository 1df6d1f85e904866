package world

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/service"
)

// organization is an organization and where it was told.
type organization struct {
	rolecall.Organization
	at       Place
	ids      map[string]bool     // of units and accounts
	policies map[string]int      // index of a policy by type and name
	files    map[string]document // policies that lie in files, by type and name
}

// orgPolicyType is a type of policies that decide.
type orgPolicyType struct {
	list, policyType, full string
	use                    use
}

// policyTypes are the lists of policies that a root, unit or account has, and
// AWS's own policy of each.
var policyTypes = [...]orgPolicyType{
	{"scps", service.ServiceControlPolicy, "FullAWSAccess", forIdentity},
	{"rcps", service.ResourceControlPolicy, "RCPFullAWSAccess", forResource},
}

// organizationFile reads an organization file that stands by itself.
func (s *setup) organizationFile(f File, n *node) error {
	return s.readOrganization(n, Place{File: f.Name}, make(map[string]document))
}

// begin makes the organization there is to be.
func (s *setup) begin(id, management, root string, at Place) (*organization, error) {
	if s.organization != nil {
		return nil, at.wrong("there is another organization in %s", s.organization.at)
	}
	manages, err := arn.ParseAccountID(management)
	if err != nil {
		return nil, at.wrong("management: %v", err)
	}
	if id == "" {
		id = "o-" + short(management)
	}
	if root == "" {
		root = "r-" + short(management)[:4]
	}
	o := &organization{
		Organization: rolecall.Organization{ID: id, Management: manages, Root: root},
		at:           at, ids: make(map[string]bool), policies: make(map[string]int),
	}
	s.organization = o
	return o, nil
}

// short is an id for something that the files give none.
func short(name string) string {
	sum := sha256.Sum256([]byte(name))
	return hex.EncodeToString(sum[:5])
}

// organizationMembers are the members of an organization file, and nodeMembers
// those of a root, a unit or an account in it.
var (
	organizationMembers = []string{"id", "management", "root", "scps", "rcps"}
	nodeMembers         = []string{"id", "name", "scps", "rcps", "units", "accounts"}
)

func onlyMembers(n *node, at Place, known []string) error {
	if !n.is(object) {
		return at.in("", 0).wrong("this must be an object, and is %s", n.kind)
	}
	for i, name := range n.names {
		if !slices.Contains(known, name) {
			at.Line = n.items[i].line
			return at.wrong("%q is none of %s", name, strings.Join(known, ", "))
		}
	}
	return nil
}

// readOrganization reads an organization file. files are the policies that lie
// beside it.
func (s *setup) readOrganization(n *node, at Place, files map[string]document) error {
	at.Line = n.line
	if err := onlyMembers(n, at, organizationMembers); err != nil {
		return err
	}
	root := n.get("root")
	if !root.is(object) {
		return at.wrong("root is not there: what is directly under the root, such as root: {accounts: [...]}")
	}
	o, err := s.begin(n.get("id").str(), n.get("management").str(), root.get("id").str(), at)
	if err != nil {
		return err
	}
	o.files = files
	for _, t := range policyTypes {
		if err := s.policiesIn(o, n.get(t.list), at, t.policyType, t.use); err != nil {
			return err
		}
	}
	if err := s.organizationNode(o, root, o.Root, at.in("root", root.line), 0); err != nil {
		return err
	}
	if !o.ids[o.Management.String()] {
		o.Accounts = append(o.Accounts, rolecall.OrganizationAccount{ID: o.Management, Parent: o.Root})
	}
	maps.Copy(s.controls, o.files)
	return nil
}

// policiesIn reads the policies that an organization file has itself.
func (s *setup) policiesIn(o *organization, n *node, at Place, policyType string, u use) error {
	if !n.has() {
		return nil
	}
	if n.kind != object {
		return at.in("", n.line).wrong("this must be an object of policies by name")
	}
	for i, name := range n.names {
		key := policyType + "/" + name
		if there, ok := o.files[key]; ok {
			return at.in(name, n.items[i].line).wrong("this policy is in %s as well", there.at)
		}
		d, err := s.document(n.items[i], at.in(name, n.items[i].line), u)
		if err != nil {
			return err
		}
		o.files[key] = d
	}
	return nil
}

// organizationNode reads a root, a unit or an account.
func (s *setup) organizationNode(o *organization, n *node, id string, at Place, depth int) error {
	if err := onlyMembers(n, at, nodeMembers); err != nil {
		return err
	}
	for _, t := range policyTypes {
		names := n.get(t.list).strings()
		if t.policyType == service.ResourceControlPolicy || n.get(t.list) == nil {
			names = append([]string{t.full}, names...) // attached by AWS itself, this one for good
		}
		for _, name := range names {
			if err := s.attachPolicy(o, t.policyType, name, id, at); err != nil {
				return err
			}
		}
	}
	for _, account := range n.get("accounts").list() {
		if err := s.organizationAccount(o, account, id, at); err != nil {
			return err
		}
	}
	for i, unit := range n.get("units").list() {
		if depth > 5 {
			return at.wrong("units are nested more than five deep")
		}
		name := unit.get("name").str()
		if name == "" {
			return at.in(fmt.Sprintf("units[%d]", i), unit.line).wrong("the unit has no name")
		}
		unitID := unit.get("id").str()
		if unitID == "" {
			unitID = "ou-" + strings.TrimPrefix(o.Root, "r-") + "-" + short(id + "/" + name)[:8]
		}
		if o.ids[unitID] {
			return at.in(name, unit.line).wrong("there is another unit %s here", name)
		}
		o.ids[unitID] = true
		o.Units = append(o.Units, rolecall.OrganizationUnit{ID: unitID, Name: name, Parent: id})
		if err := s.organizationNode(o, unit, unitID, at.in(name, unit.line), depth+1); err != nil {
			return err
		}
	}
	return nil
}

// organizationAccount reads an account: its digits, or an object.
func (s *setup) organizationAccount(o *organization, n *node, parent string, at Place) error {
	at.Line = n.line
	digits := n.str()
	if n.is(object) {
		digits = n.get("id").str()
	}
	id, err := arn.ParseAccountID(digits)
	if err != nil {
		return at.wrong("%v; write it in quotes", err)
	}
	if o.ids[digits] {
		return at.wrong("account %s is in the organization twice", digits)
	}
	o.ids[digits] = true
	o.Accounts = append(o.Accounts, rolecall.OrganizationAccount{ID: id, Parent: parent})
	if !n.is(object) {
		n = &node{kind: object, line: n.line}
	}
	return s.organizationNode(o, n, digits, at.in("account "+digits, n.line), 100)
}

// attachPolicy attaches a policy by its name to a root, unit or account.
func (s *setup) attachPolicy(o *organization, policyType, name, target string, at Place) error {
	key := policyType + "/" + name
	i, ok := o.policies[key]
	if !ok {
		p := organizationPolicy("p-"+name, policyType, name, "", nil)
		if _, ofAWS := service.FullAccessPolicy(p.ID); !ofAWS {
			d, there := o.files[key]
			if !there {
				return at.wrong("there is no policy %s: neither in the file nor beside it", name)
			}
			p.ID, p.Content = "p-"+short(key), d.text
			s.sources[homeKey("organization", p.ID)] = d.at.String()
		}
		i = len(o.Policies)
		o.policies[key] = i
		o.Policies = append(o.Policies, p)
	}
	if !slices.Contains(o.Policies[i].Targets, target) {
		o.Policies[i].Targets = append(o.Policies[i].Targets, target)
	}
	return nil
}

func organizationPolicy(id, policyType, name, content string, targets []string) rolecall.OrganizationPolicy {
	return rolecall.OrganizationPolicy{ID: id, Type: policyType, Name: name, Content: content, Targets: targets}
}
