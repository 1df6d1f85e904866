package directory

import (
	"slices"
	"strings"
	"time"

	"github.com/rolecall-iam/rolecall/arn"
)

// Instance is an instance of IAM Identity Center. Its people are those of the
// identity store that was made with it.
type Instance struct {
	ID      string        `json:"id"` // ssoins-…
	Account arn.AccountID `json:"account"`
	Store   string        `json:"store"` // d-…
	Region  string        `json:"region"`
	Name    string        `json:"name,omitempty"`
	Status  string        `json:"status"` // ACTIVE
	Created time.Time     `json:"created"`
	Tags    []Tag         `json:"tags,omitempty"`
	// Attributes become the session tags of whoever signs in, where ABAC is on.
	ABAC       bool            `json:"abac,omitempty"`
	Attributes []ABACAttribute `json:"attributes,omitempty"`
	MFA        MFAPolicy       `json:"mfa,omitzero"`
	// Token is what the caller who made it named the request.
	Token string `json:"token,omitempty"`
}

// ABACAttribute says which attribute of a person a session tag has as its
// value, such as ${path:enterprise.costCenter}.
type ABACAttribute struct {
	Key    string   `json:"key"`
	Source []string `json:"source"`
}

// PermissionSet is what a person may do in the accounts where it is assigned.
type PermissionSet struct {
	ID              string        `json:"id"` // ps-…
	Instance        string        `json:"instance"`
	Name            string        `json:"name"`
	Description     string        `json:"description,omitempty"`
	SessionDuration string        `json:"sessionDuration"` // ISO 8601
	RelayState      string        `json:"relayState,omitempty"`
	Created         time.Time     `json:"created"`
	Tags            []Tag         `json:"tags,omitempty"`
	Inline          PolicyText    `json:"inline,omitzero"`
	Managed         []PolicyRef   `json:"managed,omitempty"`  // AWS's own
	Customer        []CustomerRef `json:"customer,omitempty"` // in each account
	Boundary        *SetBoundary  `json:"boundary,omitempty"`
	// Version grows with each change that accounts are yet to be told of.
	Version int64 `json:"version"`
}

// CustomerRef names a customer managed policy in whatever account.
type CustomerRef struct {
	Name string `json:"name"`
	Path string `json:"path"`
}

// SetBoundary is a permission set's permissions boundary: one of AWS's
// policies, or a customer's.
type SetBoundary struct {
	Managed  PolicyRef    `json:"managed,omitempty"`
	Customer *CustomerRef `json:"customer,omitempty"`
}

// The two types of principals that a permission set is assigned to.
const (
	PrincipalUser  = "USER"
	PrincipalGroup = "GROUP"
)

// Assignment lets a user or group of the identity store use a permission set in
// an account.
type Assignment struct {
	Account       arn.AccountID
	PermissionSet string
	Type          string // USER or GROUP
	Principal     string // its id
}

// Provisioned is what an account has of a permission set.
type Provisioned struct {
	Account       arn.AccountID `json:"account"`
	PermissionSet string        `json:"permissionSet"`
	Role          string        `json:"role"`        // AROA…
	Version       int64         `json:"version"`     // of the permission set
	Assignments   int           `json:"assignments"` // that it has in the account
}

// Access is what somebody may use: a permission set in an account.
type Access struct {
	Account       arn.AccountID
	PermissionSet string
}

// SSORequest is a request that is answered before it is done. Its ID begins
// with its time, so that requests are kept in the order in which they came.
type SSORequest struct {
	ID            string        `json:"id"`
	Kind          SSOKind       `json:"kind"`
	Created       time.Time     `json:"created"`
	Status        string        `json:"status"` // IN_PROGRESS, SUCCEEDED or FAILED
	Failure       string        `json:"failure,omitempty"`
	Account       arn.AccountID `json:"account,omitzero"` // none where it is about all accounts
	PermissionSet string        `json:"permissionSet"`
	Type          string        `json:"type,omitempty"`
	Principal     string        `json:"principal,omitempty"`
}

// SSOKind is what a request is for.
type SSOKind string

// The kinds of requests.
const (
	SSOAssign    SSOKind = "assign"
	SSOUnassign  SSOKind = "unassign"
	SSOProvision SSOKind = "provision"
)

// Clone is a copy that may be changed and written back.
func (i *Instance) Clone() *Instance {
	c := *i
	c.Tags, c.Attributes = slices.Clone(i.Tags), slices.Clone(i.Attributes)
	return &c
}

// Clone is a copy that may be changed and written back.
func (p *PermissionSet) Clone() *PermissionSet {
	c := *p
	c.Tags, c.Managed, c.Customer = slices.Clone(p.Tags), slices.Clone(p.Managed), slices.Clone(p.Customer)
	return &c
}

const (
	instancePrefix   = "sso-instance/"
	instanceOfPrefix = "sso-instance-of/"
)

func inInstance(instance, rest string) string { return "in-sso-instance/" + instance + "/" + rest }

func assignmentsKey(account arn.AccountID, set string) string {
	return "assignment/" + account.String() + "/" + set + "/"
}

func assignedKey(principalType, principal string) string {
	return "assigned/" + principalType + "/" + foldName(principal) + "/"
}

func placeKey(account arn.AccountID, set string) string { return account.String() + "/" + set }

func provisionedKey(set string, account arn.AccountID) string {
	return "provisioned/" + set + "/" + account.String()
}

// Instance reads an instance of IAM Identity Center by its id.
func (r *Reader) Instance(id string) (*Instance, bool) {
	return document[Instance](r, instancePrefix+id)
}

// InstanceOf reads an account's instance, of which it has one at most.
func (r *Reader) InstanceOf(account arn.AccountID) (*Instance, bool) {
	id, ok := r.text(instanceOfPrefix + account.String())
	if !ok {
		return nil, false
	}
	return referred[Instance](r, instancePrefix+id)
}

// Instances walks all instances in the order of their ids.
func (r *Reader) Instances(yield func(*Instance) bool) {
	r.keys(instancePrefix, "", func(id string, _ []byte) bool {
		i, ok := referred[Instance](r, instancePrefix+id)
		return ok && yield(i)
	})
}

// PermissionSet reads a permission set of an instance.
func (r *Reader) PermissionSet(instance, id string) (*PermissionSet, bool) {
	return document[PermissionSet](r, inInstance(instance, "permission-set/"+id))
}

// PermissionSetNamed finds a permission set by name, without regard to case.
func (r *Reader) PermissionSetNamed(instance, name string) (*PermissionSet, bool) {
	id, ok := r.text(inInstance(instance, "permission-set-name/"+foldName(name)))
	if !ok {
		return nil, false
	}
	return referred[PermissionSet](r, inInstance(instance, "permission-set/"+id))
}

// PermissionSets walks the permission sets of an instance in the order of their
// ids, after the one given.
func (r *Reader) PermissionSets(instance, after string, yield func(*PermissionSet) bool) {
	r.keys(inInstance(instance, "permission-set/"), after, func(id string, _ []byte) bool {
		p, ok := r.PermissionSet(instance, id)
		return ok && yield(p)
	})
}

// Assigned tells whether an assignment is there.
func (r *Reader) Assigned(instance string, a Assignment) bool {
	_, ok := r.get(inInstance(instance, assignmentsKey(a.Account, a.PermissionSet)+a.Type+"/"+foldName(a.Principal)))
	return ok
}

// Assignments walks those to whom a permission set is assigned in an account,
// in the order of "type/id", after the one given.
func (r *Reader) Assignments(instance string, account arn.AccountID, set, after string, yield func(Assignment) bool) {
	r.keys(inInstance(instance, assignmentsKey(account, set)), after, func(rest string, _ []byte) bool {
		principalType, id, _ := strings.Cut(rest, "/")
		return yield(Assignment{account, set, principalType, id})
	})
}

// AssignmentsTo walks what is assigned to a user or group itself, in the order
// of "account/permission set", after the one given.
func (r *Reader) AssignmentsTo(instance, principalType, principal, after string, yield func(Assignment) bool) {
	r.keys(inInstance(instance, assignedKey(principalType, principal)), after, func(rest string, _ []byte) bool {
		digits, set, _ := strings.Cut(rest, "/")
		account, err := arn.ParseAccountID(digits)
		return err == nil && yield(Assignment{account, set, principalType, foldName(principal)})
	})
}

// AccountsOf answers the accounts in which a person may use something, by
// assignments of its own and of the groups given, in the order of their numbers.
// Of an account with many it reads two, and then what comes after the account.
func (r *Reader) AccountsOf(instance, person string, groups []string) []arn.AccountID {
	var digits []string
	for _, prefix := range assignedTo(instance, person, groups) {
		for after, more := "", true; more; {
			more = false
			last := ""
			r.keys(prefix, after, func(rest string, _ []byte) bool {
				account, _, _ := strings.Cut(rest, "/")
				if account == last {
					after, more = account+"0", true // "0" is what comes after "/"
					return false
				}
				digits, last = append(digits, account), account
				return true
			})
		}
	}
	slices.Sort(digits)
	digits = slices.Compact(digits)
	accounts := make([]arn.AccountID, 0, len(digits))
	for _, d := range digits {
		if account, err := arn.ParseAccountID(d); err == nil {
			accounts = append(accounts, account)
		}
	}
	return accounts
}

// AccessIn answers the permission sets that a person may use in an account, in
// the order of their ids.
func (r *Reader) AccessIn(instance string, account arn.AccountID, person string, groups []string) []string {
	var sets []string
	for _, prefix := range assignedTo(instance, person, groups) {
		r.keys(prefix+account.String()+"/", "", func(set string, _ []byte) bool {
			sets = append(sets, set)
			return true
		})
	}
	slices.Sort(sets)
	return slices.Compact(sets)
}

// AccessOf answers all that a person may use, in the order of accounts and
// permission sets. Where that is much, AccountsOf is far quicker.
func (r *Reader) AccessOf(instance, person string, groups []string) []Access {
	var access []Access
	for _, account := range r.AccountsOf(instance, person, groups) {
		for _, set := range r.AccessIn(instance, account, person, groups) {
			access = append(access, Access{account, set})
		}
	}
	return access
}

// assignedTo are the prefixes of what is assigned to a person and its groups.
func assignedTo(instance, person string, groups []string) []string {
	prefixes := []string{inInstance(instance, assignedKey(PrincipalUser, person))}
	for _, g := range groups {
		prefixes = append(prefixes, inInstance(instance, assignedKey(PrincipalGroup, g)))
	}
	return prefixes
}

// MayUse tells whether a person may use a permission set in an account, by an
// assignment of its own or of one of the groups given.
func (r *Reader) MayUse(instance string, a Access, person string, groups []string) bool {
	if r.Assigned(instance, Assignment{a.Account, a.PermissionSet, PrincipalUser, person}) {
		return true
	}
	return slices.ContainsFunc(groups, func(g string) bool {
		return r.Assigned(instance, Assignment{a.Account, a.PermissionSet, PrincipalGroup, g})
	})
}

// Provisioned reads what an account has of a permission set.
func (r *Reader) Provisioned(instance, set string, account arn.AccountID) (*Provisioned, bool) {
	return document[Provisioned](r, inInstance(instance, provisionedKey(set, account)))
}

// ProvisionedOf walks where a permission set is provisioned, in the order of
// the accounts, after the one given.
func (r *Reader) ProvisionedOf(instance, set, after string, yield func(*Provisioned) bool) {
	prefix := "provisioned/" + set + "/"
	r.keys(inInstance(instance, prefix), after, func(digits string, _ []byte) bool {
		p, ok := referred[Provisioned](r, inInstance(instance, prefix+digits))
		return ok && yield(p)
	})
}

// ProvisionedIn walks what is provisioned in an account, in the order of the
// permission sets' ids, after the one given.
func (r *Reader) ProvisionedIn(instance string, account arn.AccountID, after string, yield func(*Provisioned) bool) {
	r.keys(inInstance(instance, "provisioned-in/"+account.String()+"/"), after, func(set string, _ []byte) bool {
		p, ok := referred[Provisioned](r, inInstance(instance, provisionedKey(set, account)))
		return ok && yield(p)
	})
}

// CountProvisionedIn answers how many permission sets an account has.
func (r *Reader) CountProvisionedIn(instance string, account arn.AccountID) int {
	return r.count(inInstance(instance, "provisioned-in/"+account.String()+"/"))
}

// SSORequest reads a request of a kind by its id.
func (r *Reader) SSORequest(instance string, kind SSOKind, id string) (*SSORequest, bool) {
	return document[SSORequest](r, inInstance(instance, requestKey(kind, id)))
}

// SSORequests walks the requests of a kind, the oldest first, after the one
// given.
func (r *Reader) SSORequests(instance string, kind SSOKind, after string, yield func(*SSORequest) bool) {
	r.keys(inInstance(instance, requestKey(kind, "")), after, func(id string, _ []byte) bool {
		q, ok := r.SSORequest(instance, kind, id)
		return ok && yield(q)
	})
}

func requestKey(kind SSOKind, id string) string { return "request/" + string(kind) + "/" + id }
