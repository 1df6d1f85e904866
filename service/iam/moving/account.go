package moving

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/policy"
	"github.com/rolecall-iam/rolecall/policy/managed"
)

// Account is what was read of an account: each entity is right by itself.
type Account struct {
	ID        arn.AccountID
	Partition string

	content
	notes notes
}

// Counts are how many of each kind there are.
type Counts struct {
	Users            int `json:"users"`
	Groups           int `json:"groups"`
	Roles            int `json:"roles"`
	Policies         int `json:"policies"` // the account's own
	InstanceProfiles int `json:"instanceProfiles"`
}

// Counts counts what is to be written.
func (a *Account) Counts() Counts {
	n := Counts{Users: len(a.users), Groups: len(a.groups), Roles: len(a.roles)}
	for _, p := range a.policies {
		if !ofAWS(p.item.ARN) {
			n.Policies++
		}
	}
	for _, r := range a.roles {
		n.InstanceProfiles += len(r.item.InstanceProfileList)
	}
	return n
}

// Notes are sentences about what is not as it was at AWS.
func (a *Account) Notes() []string { return a.notes.sentences() }

// checker looks at the entities of one account.
type checker struct {
	*Account
	ids   map[string]bool
	names map[string]bool // kind and folded name
}

// account checks everything that can be checked without a store.
func (c *content) account(given arn.AccountID) (*Account, error) {
	a := &Account{content: *c}
	if err := a.identify(given); err != nil {
		return nil, err
	}
	k := checker{a, make(map[string]bool), make(map[string]bool)}
	for _, check := range [...]func() error{k.checkPolicies, k.checkGroups, k.checkUsers, k.checkRoles, k.checkListed} {
		if err := check(); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// identify finds the account and its partition in the first ARN there is; all
// others are held against it.
func (a *Account) identify(given arn.AccountID) error {
	a.ID, a.Partition = given, "aws"
	at, text, ok := a.firstARN()
	if !ok {
		if given.IsZero() {
			return &Error{a.files[0].Name, 1, "", "no ARN tells which account this is; give --account-id"}
		}
		return nil
	}
	name, err := arn.Parse(text)
	if err != nil {
		return at.wrong("%q is no ARN", text)
	}
	id, err := arn.ParseAccountID(name.Account)
	switch {
	case err != nil || name.Service != "iam":
		return at.wrong("%q is no ARN of an account's user, group, role or policy", text)
	case !slices.Contains([]string{"aws", "aws-cn", "aws-us-gov"}, name.Partition):
		return at.wrong("%q is of a partition that rolecall does not have", text)
	case !given.IsZero() && given != id:
		return at.wrong("this is of account %s, not of %s", id, given)
	}
	a.ID, a.Partition = id, name.Partition
	return nil
}

func (a *Account) firstARN() (place, string, bool) {
	switch {
	case len(a.users) > 0:
		return a.users[0].at, a.users[0].item.ARN, true
	case len(a.roles) > 0:
		return a.roles[0].at, a.roles[0].item.ARN, true
	case len(a.groups) > 0:
		return a.groups[0].at, a.groups[0].item.ARN, true
	}
	for _, p := range a.policies {
		if !ofAWS(p.item.ARN) {
			return p.at, p.item.ARN, true
		}
	}
	return place{}, "", false
}

func ofAWS(policyARN string) bool { return strings.Contains(policyARN, ":iam::aws:policy/") }

// The forms of names, paths and ids.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-names
var (
	nameForm = regexp.MustCompile(`^[\w+=,.@-]+$`)
	pathForm = regexp.MustCompile(`^(/|/[!-~]{1,510}/)$`)
	idForm   = regexp.MustCompile(`^[A-Z0-9]{16,128}$`)
)

// naming is what all entities have.
type naming struct {
	kind           string // as ARNs have it
	name, path, id string
	prefix         arn.IDPrefix
	arn            string
	created        date
	longest        int // name
}

// entity checks what all entities have, and answers the place with its name.
func (k *checker) entity(at place, n naming) (place, error) {
	if at.size > maxEntity {
		return at, at.wrong("this has more than %d KiB, more than AWS stores", maxEntity>>10)
	}
	if !nameForm.MatchString(n.name) || len(n.name) > n.longest {
		return at, at.wrong("%q is no name for a %s", n.name, n.kind)
	}
	at.where += ", " + n.kind + " " + n.name
	want := "arn:" + k.Partition + ":iam::" + k.ID.String() + ":" + n.kind + n.path + n.name
	named := n.kind + "/" + strings.ToLower(n.name)
	switch {
	case !pathForm.MatchString(n.path):
		return at, at.wrong("%q is no path", n.path)
	case !idForm.MatchString(n.id) || !strings.HasPrefix(n.id, string(n.prefix)):
		return at, at.wrong("%q is no id of a %s: those begin with %s", n.id, n.kind, n.prefix)
	case n.arn != want:
		return at, at.wrong("its ARN is %q, but by account, path and name it is %q", n.arn, want)
	case n.created.IsZero():
		return at, at.wrong("it has no CreateDate")
	case k.ids[n.id]:
		return at, at.wrong("something else has the id %s as well", n.id)
	case k.names[named]:
		return at, at.wrong("there is another %s of that name", n.kind)
	}
	k.ids[n.id], k.names[named] = true, true
	return at, nil
}

func (k *checker) checkPolicies() error {
	listed := make(map[string]bool)
	for i := range k.policies {
		p := &k.policies[i]
		if !ofAWS(p.item.ARN) {
			if err := k.checkPolicy(p); err != nil {
				return err
			}
			continue
		}
		if listed[p.item.ARN] { // pages repeat none, but whole answers do
			continue
		}
		listed[p.item.ARN] = true
		if ours, ok := managed.Lookup(p.item.ARN); ok && ours.Default().ID != p.item.DefaultVersionID {
			k.notes.add("AWS's policies are rolecall's, here of another version than in the account",
				fmt.Sprintf("%s (%s, not %s)", p.item.PolicyName, ours.Default().ID, p.item.DefaultVersionID))
		}
	}
	return nil
}

var versionForm = regexp.MustCompile(`^v[1-9][0-9]{0,8}$`)

func (k *checker) checkPolicy(p *placed[managedPolicy]) (err error) {
	it := &p.item
	p.at, err = k.entity(p.at, naming{"policy", it.PolicyName, it.Path, it.PolicyID, arn.ManagedPolicyPrefix, it.ARN, it.CreateDate, 128})
	if err != nil {
		return err
	}
	k.unknown("policies", it.Unknown)
	defaults := 0
	seen := make(map[string]bool)
	for _, v := range it.PolicyVersionList {
		switch {
		case !versionForm.MatchString(v.VersionID):
			return p.at.wrong("%q is no version", v.VersionID)
		case seen[v.VersionID]:
			return p.at.wrong("version %s stands there twice", v.VersionID)
		case v.CreateDate.IsZero():
			return p.at.wrong("version %s has no CreateDate", v.VersionID)
		case v.IsDefaultVersion != (v.VersionID == it.DefaultVersionID):
			return p.at.wrong("by DefaultVersionId the default is %s, by the versions it is not", it.DefaultVersionID)
		}
		seen[v.VersionID] = true
		if v.IsDefaultVersion {
			defaults++
		}
		if err := k.document(p.at, "version "+v.VersionID, v.Document, policy.Managed); err != nil {
			return err
		}
	}
	if defaults != 1 {
		return p.at.wrong("its default version %q is not among its versions", it.DefaultVersionID)
	}
	return nil
}

func (k *checker) checkGroups() (err error) {
	for i := range k.groups {
		g := &k.groups[i]
		it := &g.item
		g.at, err = k.entity(g.at, naming{"group", it.GroupName, it.Path, it.GroupID, arn.GroupPrefix, it.ARN, it.CreateDate, 128})
		if err != nil {
			return err
		}
		k.unknown("groups", it.Unknown)
		if err := k.holdings(g.at, it.GroupPolicyList, it.AttachedManagedPolicies, nil); err != nil {
			return err
		}
	}
	return nil
}

func (k *checker) checkUsers() (err error) {
	for i := range k.users {
		u := &k.users[i]
		it := &u.item
		u.at, err = k.entity(u.at, naming{"user", it.UserName, it.Path, it.UserID, arn.UserPrefix, it.ARN, it.CreateDate, 64})
		if err != nil {
			return err
		}
		k.unknown("users", it.Unknown)
		if err := k.holdings(u.at, it.UserPolicyList, it.AttachedManagedPolicies, it.Tags); err != nil {
			return err
		}
		if twice, ok := repeated(it.GroupList, strings.ToLower); ok {
			return u.at.wrong("it is in the group %s twice", twice)
		}
	}
	return nil
}

func (k *checker) checkRoles() (err error) {
	for i := range k.roles {
		r := &k.roles[i]
		it := &r.item
		r.at, err = k.entity(r.at, naming{"role", it.RoleName, it.Path, it.RoleID, arn.RolePrefix, it.ARN, it.CreateDate, 64})
		if err != nil {
			return err
		}
		k.unknown("roles", it.Unknown)
		if err := k.holdings(r.at, it.RolePolicyList, it.AttachedManagedPolicies, it.Tags); err != nil {
			return err
		}
		if err := k.document(r.at, "trust policy", it.AssumeRolePolicyDocument, policy.Trust); err != nil {
			return err
		}
		for _, p := range it.InstanceProfileList {
			if err := k.checkProfile(r, p); err != nil {
				return err
			}
		}
	}
	return nil
}

func (k *checker) checkProfile(r *placed[role], p profile) error {
	at, err := k.entity(r.at, naming{"instance-profile", p.InstanceProfileName, p.Path, p.InstanceProfileID, arn.InstanceProfilePrefix, p.ARN, p.CreateDate, 128})
	if err != nil {
		return err
	}
	k.unknown("instance profiles", p.Unknown)
	for _, has := range p.Roles {
		if has.RoleID != r.item.RoleID {
			return at.wrong("it has the role %s, but stands in the list of %s", has.RoleName, r.item.RoleName)
		}
	}
	return k.tags(at, p.Tags)
}

// checkListed checks what ListRoles answered against the roles that there are.
func (k *checker) checkListed() error {
	if len(k.listed) > 0 && len(k.roles) == 0 {
		return k.listed[0].at.wrong("this is what aws iam list-roles prints; it goes with the account's details, not without")
	}
	for _, l := range k.listed {
		switch {
		case !k.names["role/"+strings.ToLower(l.item.RoleName)]:
			return l.at.wrong("the account's details have no role %s", l.item.RoleName)
		case l.item.MaxSessionDuration < 3600 || l.item.MaxSessionDuration > 43200:
			return l.at.wrong("%d is no MaxSessionDuration", l.item.MaxSessionDuration)
		}
	}
	return nil
}
