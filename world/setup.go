package world

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/rolecall-iam/rolecall/arn"
)

// setup is a World while it is read.
type setup struct {
	World
	defaultID arn.AccountID
	region    string
	seen      map[string]bool   // files
	wrong     bool              // takes in policies that cannot be read
	given     map[string]string // values of templates' parameters
	asked     map[string]bool   // those that a template has
	later     []func() error    // what has to wait until every file is read
	gives     []late            // what plans and templates give to others' users, groups and roles
	takes     []late            // and what plans take away
	reading   bool              // plans and templates
	inferred  bool              // defaultID is of another file
	told      *told             // by outputs of aws organizations
	setParts  []func() error    // what permission sets have
	second    []func() error    // plans and templates, which are read last
}

func newSetup(o Options) (*setup, error) {
	s := &setup{
		World:     World{resources: make(map[string]resource), sources: make(map[string]string), arns: make(map[string]bool), setRoles: make(map[string]setRole), madeUp: make(map[string]bool), idless: make(map[string]Unknown), unplaced: make(map[string]Unknown), controls: make(map[string]document)},
		defaultID: o.Account, region: o.Region, seen: make(map[string]bool),
		given: o.Parameters, wrong: o.Wrong, asked: make(map[string]bool),
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

// defaultsTo finds the account of plans and templates that name none: where
// nobody told it, that of the one account there is.
func (s *setup) defaultsTo(o Options) {
	s.reading = true
	if o.Account.IsZero() && len(s.accounts) == 1 && s.accounts[0].id != s.defaultID {
		s.defaultID, s.inferred = s.accounts[0].id, true
	}
}

// unsaid is the account of a plan or a template that names none.
func (s *setup) unsaid(file string) arn.AccountID {
	if s.inferred {
		s.warn(Place{File: file}, "nothing tells its account: it is taken to be "+s.defaultID.String()+", the only one in the other files (else give --account-id)")
	}
	return s.defaultID
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
	items     map[string]exportItem // by kind and name, as where
	where     map[string]Place      // what the exports have, as index answers it
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

	newer   bool    // of a plan or a template
	standIn bool    // its name is one to be asked by
	base    *entity // what a folder or an export says of it
	// onlyInline and onlyAttached tell that it has no policies but these.
	onlyInline, onlyAttached bool
	// id is the unique id; made and profiles are what only exports tell.
	id, made string
	profiles jsontext.Value
}

type namedDocument struct {
	name string
	document
	newer bool // of a plan or a template
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
	newer   bool // of a plan or a template
	standIn bool // its name is one to be asked by
}

// resource is what has a policy of its own.
type resource struct {
	account arn.AccountID
	document
	newer bool // of a plan or a template
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

// key is what an account knows an entity by.
func (e *entity) key() string { return e.kind + "/" + strings.ToLower(e.name) }

// add puts an entity into an account. One of a plan or a template comes over
// that of a folder.
func (a *account) add(e *entity) error {
	key := e.key()
	if there, ok := a.byName[key]; ok {
		if !e.newer || there.newer || e.standIn {
			return e.at.wrong("the %s %s of account %s is in %s as well", e.kind, e.name, a.id, there.at)
		}
		e.base = there
		a.drop(there)
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

// addPolicy puts a managed policy into an account. One of a plan or a template
// comes in the place of a folder's.
func (s *setup) addPolicy(a *account, p *managedPolicy) error {
	for i, there := range a.policies {
		if !strings.EqualFold(there.name, p.name) {
			continue
		}
		if !p.newer || there.newer || p.standIn || p.path != there.path {
			return p.at.wrong("the policy %s of account %s is in %s as well", p.name, a.id, there.at)
		}
		if !sameText(p.text, there.text) {
			s.warn(p.at, "this replaces what "+there.at.String()+" says of the policy "+p.name)
		}
		a.policies = slices.Delete(a.policies, i, i+1)
		break
	}
	a.policies = append(a.policies, p)
	a.byARN[a.arn("policy", p.path, p.name)] = p
	return nil
}

// give adds an inline policy to an entity.
func (e *entity) give(name string, d document) error {
	for _, has := range e.inline {
		if has.name == name {
			return d.at.wrong("the %s %s has another inline policy %s, in %s", e.kind, e.name, name, has.at)
		}
	}
	e.inline = append(e.inline, namedDocument{name, d, e.newer})
	return nil
}

// giveNewer is give for a policy of a plan or a template, whoever it is for: it
// comes in the place of one that an export or a folder has. A name that only
// stands in gets a number where there is another.
func (s *setup) giveNewer(e *entity, name string, d document, standIn bool) error {
	has := func(name string) int {
		return slices.IndexFunc(e.inline, func(has namedDocument) bool { return has.name == name })
	}
	i := has(name)
	for n := 2; standIn && i >= 0; n++ {
		if i = has(name + "-" + strconv.Itoa(n)); i < 0 {
			name += "-" + strconv.Itoa(n)
		}
	}
	switch {
	case i < 0:
		e.inline = append(e.inline, namedDocument{name, d, true})
		return nil
	case e.inline[i].newer && e.inline[i].at.Where != e.at.Where+".inline_policy":
		return d.at.wrong("the %s %s has another inline policy %s, in %s", e.kind, e.name, name, e.inline[i].at)
	case !e.inline[i].newer && !sameText(e.inline[i].text, d.text):
		s.warn(d.at, "this replaces what "+e.inline[i].at.String()+" says of the "+e.kind+" "+e.name+": its policy "+name)
	}
	e.inline[i] = namedDocument{name, d, true}
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
	newer := s.reading
	if there, ok := s.resources[name]; ok && newer && !there.newer {
		s.warn(d.at, "this replaces what "+there.at.String()+" says of "+name)
	} else if ok {
		return d.at.wrong("the policy of %s is in %s as well", name, there.at)
	}
	s.resources[name] = resource{id, d, newer}
	return nil
}
