package world

import (
	"maps"
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/arn"
)

// setup is a World while it is read.
type setup struct {
	World
	defaultID arn.AccountID
	region    string
	seen      map[string]bool // files
	later     []func() error  // what has to wait until every file is read
}

func newSetup(o Options) (*setup, error) {
	s := &setup{
		World:     World{resources: make(map[string]resource), sources: make(map[string]string), arns: make(map[string]bool)},
		defaultID: o.Account, region: o.Region, seen: make(map[string]bool),
	}
	if s.region == "" {
		s.region = "us-east-1"
	}
	var err error
	if s.defaultID.IsZero() {
		s.defaultID, err = arn.ParseAccountID(defaultAccount)
	}
	return s, err
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// account is one account.
type account struct {
	id        arn.AccountID
	partition string
	exports   []export
	entities  []*entity
	byName    map[string]*entity // kind/name in small letters
	policies  []*managedPolicy
	byARN     map[string]*managedPolicy
}

// entity is a user, a group or a role.
type entity struct {
	kind       string // as ARNs have it: user, group or role
	name, path string
	at         Place
	trust      document // a role's
	inline     []namedDocument
	attached   []attachment
	boundary   *attachment
	groups     []attachment // a user's: names
	tags       []tag
	session    int // longest session in seconds; 0 where it is not told
}

type namedDocument struct {
	name string
	document
}

// attachment is a managed policy, or a group, that somebody has.
type attachment struct {
	name    string // ARN, or the name of a group
	at      Place
	unknown string // why the name is not known; else empty
}

type tag struct{ key, value string }

// managedPolicy is a customer managed policy.
type managedPolicy struct {
	name, path string
	document
}

// resource is what has a policy of its own.
type resource struct {
	account arn.AccountID
	document
}

// account answers the account of an id, made if it is new.
func (s *setup) account(id arn.AccountID, partition string) *account {
	for _, a := range s.accounts {
		if a.id == id {
			return a
		}
	}
	a := &account{id: id, partition: partition, byName: make(map[string]*entity), byARN: make(map[string]*managedPolicy)}
	s.accounts = append(s.accounts, a)
	return a
}

// add puts an entity into an account.
func (a *account) add(e *entity) error {
	key := e.kind + "/" + strings.ToLower(e.name)
	if there, ok := a.byName[key]; ok {
		return e.at.wrong("the %s %s of account %s is in %s as well", e.kind, e.name, a.id, there.at)
	}
	a.byName[key] = e
	a.entities = append(a.entities, e)
	return nil
}

// entity finds one that was added.
func (a *account) entity(kind, name string) *entity { return a.byName[kind+"/"+strings.ToLower(name)] }

// arn is the name of something of the account's.
func (a *account) arn(kind, path, name string) string {
	return "arn:" + a.partition + ":iam::" + a.id.String() + ":" + kind + path + name
}

func (a *account) addPolicy(p *managedPolicy) error {
	for _, there := range a.policies {
		if strings.EqualFold(there.name, p.name) {
			return p.at.wrong("the policy %s of account %s is in %s as well", p.name, a.id, there.at)
		}
	}
	a.policies = append(a.policies, p)
	a.byARN[a.arn("policy", p.path, p.name)] = p
	return nil
}

// give adds an inline policy to an entity. Its name gets a number where there is
// another of that name already.
func (e *entity) give(name string, d document) error {
	for _, has := range e.inline {
		if has.name == name {
			return d.at.wrong("the %s %s has another inline policy %s, in %s", e.kind, e.name, name, has.at)
		}
	}
	e.inline = append(e.inline, namedDocument{name, d})
	return nil
}

// attach adds a managed policy. Twice is once.
func (e *entity) attach(at attachment) {
	for _, has := range e.attached {
		if has.name == at.name && at.unknown == "" {
			return
		}
	}
	e.attached = append(e.attached, at)
}

// hasPolicy puts the policy of a bucket, queue or other resource into the world.
func (s *setup) hasPolicy(name string, id arn.AccountID, d document) error {
	if there, ok := s.resources[name]; ok {
		return d.at.wrong("the policy of %s is in %s as well", name, there.at)
	}
	s.resources[name] = resource{id, d}
	return nil
}

// leftOut warns of something that is given to a user, group or role of which a
// file knows nothing else. Where another file has it, the two cannot both be
// followed.
func (s *setup) leftOut(id arn.AccountID, kind, name string, at Place) {
	s.warn(at, "the "+kind+" "+name+" is not in this file: what it gets here is left out")
	s.later = append(s.later, func() error {
		for _, a := range s.accounts {
			if a.id != id {
				continue
			}
			index, err := a.index()
			if err != nil {
				return err
			}
			if there, ok := index[kind+"/"+strings.ToLower(name)]; ok {
				return at.wrong("this changes the %s %s, which is in %s: give one of the two", kind, name, there)
			}
			if e := a.entity(kind, name); e != nil {
				return at.wrong("this changes the %s %s, which is in %s: give one of the two", kind, name, e.at)
			}
		}
		return nil
	})
}
