package world

import (
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/service"
)

// assemble puts together what outputs of aws organizations tell. What they leave
// out is not known.
func (s *setup) assemble() error {
	t := s.told
	if t == nil {
		return nil
	}
	if t.management == "" {
		return t.at.wrong("nothing tells which account manages the organization: add what aws organizations describe-organization prints")
	}
	for _, id := range sortedKeys(t.units) {
		if part := strings.Split(id, "-"); t.root == "" && len(part) == 3 {
			t.root = "r-" + part[1]
		}
	}
	o, err := s.begin(t.id, t.management, t.root, t.at)
	if err != nil {
		return err
	}
	o.files = make(map[string]document)
	for _, id := range sortedKeys(t.units) {
		s.unitTold(o, id)
	}
	for _, id := range sortedKeys(t.accounts) {
		if err := s.accountTold(o, id); err != nil {
			return err
		}
	}
	if !o.ids[t.management] {
		o.ids[t.management] = true
		o.Accounts = append(o.Accounts, rolecall.OrganizationAccount{ID: o.Management, Parent: o.Root})
	}
	for _, id := range append([]string{o.Root}, sortedKeys(o.ids)...) {
		for _, kind := range policyTypes {
			if err := s.policiesTold(o, id, kind); err != nil {
				return err
			}
		}
	}
	s.later = append(s.later, func() error { s.membersTold(o); return nil })
	return s.textsTold()
}

// textsTold are the policies that are described, also those that are attached to
// nothing.
func (s *setup) textsTold() error {
	for _, id := range sortedKeys(s.told.policies) {
		p := s.told.policies[id]
		if _, ofAWS := service.FullAccessPolicy(id); ofAWS || p.text == nil || !decisive(p.policyType) {
			continue
		}
		d, err := s.documentText(p.text.text, p.text.at, false)
		if err != nil {
			return err
		}
		s.controls[p.policyType+"/"+p.name] = d
	}
	return nil
}

// decisive tells whether policies of a type are of the policy language.
func decisive(policyType string) bool {
	return slices.ContainsFunc(policyTypes[:], func(t orgPolicyType) bool { return t.policyType == policyType })
}

// unitTold puts a unit into the organization, those above it first.
func (s *setup) unitTold(o *organization, id string) {
	if o.ids[id] {
		return
	}
	o.ids[id] = true
	unit := s.told.units[id]
	parent := unit.parent
	if s.told.units[parent] != nil {
		s.unitTold(o, parent)
	} else {
		parent = o.Root
	}
	o.Units = append(o.Units, rolecall.OrganizationUnit{ID: id, Name: unit.name, Parent: parent})
}

// accountTold puts an account into the organization. Where its place is not told
// nothing is known of what it may do.
func (s *setup) accountTold(o *organization, digits string) error {
	id, err := arn.ParseAccountID(digits)
	if err != nil {
		return s.told.accounts[digits].at.wrong("%v", err)
	}
	o.ids[digits] = true
	parent := s.told.accounts[digits].parent
	if parent == "" || s.told.units[parent] == nil {
		parent = o.Root
	}
	o.Accounts = append(o.Accounts, rolecall.OrganizationAccount{ID: id, Parent: parent})
	if lost := s.told.lost(o.Root, digits); lost != "" && digits != s.told.management {
		s.unplaced[digits] = notTold("what "+lost+" is in", "list-parents --child-id "+lost+" > parents-of-"+lost+".json")
	}
	return nil
}

// lost is the unit or account, of an account and the units above it, of which
// nothing tells what it is in; empty where they end in the root.
func (t *told) lost(root, id string) string {
	for range len(t.units) + 2 {
		node := t.units[id]
		if node == nil {
			node = t.accounts[id]
		}
		switch {
		case node == nil || node.parent == "":
			return id
		case node.parent == root:
			return ""
		}
		id = node.parent
	}
	return id // units in a circle
}

// membersTold looks for accounts of which nothing tells whether they are in the
// organization.
func (s *setup) membersTold(o *organization) {
	for _, a := range s.accounts {
		switch digits := a.id.String(); {
		case o.ids[digits]:
		case s.told.allAccounts.File != "":
			s.warn(s.told.allAccounts, "account "+digits+" is not in the organization: its policies do not bind it")
		default:
			s.unplaced[digits] = notTold("whether account "+digits+" is in the organization", "list-accounts > accounts.json")
		}
	}
}

func notTold(what, command string) Unknown {
	return Unknown{What: "no file tells " + what + "; aws organizations " + command + " does"}
}

// policiesTold attaches to a root, unit or account the policies of one type.
func (s *setup) policiesTold(o *organization, id string, kind orgPolicyType) error {
	full := "p-" + kind.full
	if !s.told.decides(kind.policyType) {
		o.attach(rolecall.OrganizationPolicy{ID: full, Type: kind.policyType, Name: kind.full}, id)
		return nil
	}
	if kind.policyType == service.ResourceControlPolicy {
		o.attach(rolecall.OrganizationPolicy{ID: full, Type: kind.policyType, Name: kind.full}, id) // nobody can detach it
	}
	attached, missing := s.told.attachedTo(id, kind.policyType)
	for _, one := range attached {
		p := rolecall.OrganizationPolicy{ID: one, Type: kind.policyType, Name: one}
		if has := s.told.policies[one]; has != nil {
			p.Name = has.name
		}
		if _, ofAWS := service.FullAccessPolicy(one); !ofAWS {
			d, err := s.textTold(p, kind.use)
			if err != nil {
				return err
			}
			p.Content = d.text
			s.sources[homeKey("organization", p.ID)] = d.at.String()
		}
		o.attach(p, id)
	}
	if missing == (Unknown{}) {
		return nil
	}
	d := inDocument(widest(s.unknown(missing.Place, missing.What), kind.use))
	o.attach(rolecall.OrganizationPolicy{ID: "p-unknown" + strings.ToLower(kind.list+short(id)), Type: kind.policyType, Name: "unknown", Content: d.render()}, id)
	return nil
}

// textTold is the text of a policy.
func (s *setup) textTold(p rolecall.OrganizationPolicy, u use) (document, error) {
	if has := s.told.policies[p.ID]; has != nil && has.text != nil {
		return s.documentText(has.text.text, has.text.at, false)
	}
	open := notTold("what the policy "+p.Name+" says", "describe-policy --policy-id "+p.ID+" > "+p.ID+".json")
	return s.unknownDocument(Place{}, open.What, u), nil
}

// attach attaches a policy that has its id.
func (o *organization) attach(p rolecall.OrganizationPolicy, target string) {
	i := slices.IndexFunc(o.Policies, func(has rolecall.OrganizationPolicy) bool { return has.ID == p.ID && has.Type == p.Type })
	if i < 0 {
		i = len(o.Policies)
		o.Policies = append(o.Policies, p)
		o.policies[p.Type+"/"+p.Name] = i
	}
	if !slices.Contains(o.Policies[i].Targets, target) {
		o.Policies[i].Targets = append(o.Policies[i].Targets, target)
	}
}

// decides tells whether policies of a type decide in the organization: where
// nothing tells it, they do.
func (t *told) decides(policyType string) bool {
	return !t.billing && (t.rootsAt.File == "" || slices.Contains(t.types, policyType))
}

// attachedTo are the policies of a type that are attached to a root, unit or
// account, as far as they are told, and what is missing where that is not all.
func (t *told) attachedTo(id, policyType string) (ids []string, missing Unknown) {
	if all, ok := t.attached[homeKey(id, policyType)]; ok {
		return all, Unknown{}
	}
	for _, p := range sortedKeys(t.targets) {
		if slices.Contains(t.targets[p], id) && (t.policies[p] == nil || t.policies[p].policyType == policyType) {
			ids = append(ids, p)
		}
	}
	if t.lists[policyType] == nil {
		missing = notTold("which policies of type "+policyType+" there are", "list-policies --filter "+policyType)
		if t.rootsAt.File == "" {
			missing.What += ", or aws organizations list-roots where that type is not enabled"
		}
		return ids, missing
	}
	for _, p := range t.lists[policyType] {
		if _, ok := t.targets[p]; !ok && p != "p-RCPFullAWSAccess" {
			return ids, notTold("what the policy "+t.policies[p].name+" is attached to", "list-targets-for-policy --policy-id "+p+" > targets-"+p+".json")
		}
	}
	return ids, Unknown{}
}
