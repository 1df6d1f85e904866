package directory

import (
	"slices"
	"time"

	"github.com/rolecall-iam/rolecall/arn"
)

// Tag is a tag of an entity, its key spelled as it was given.
type Tag struct {
	Key   string `json:"k"`
	Value string `json:"v"`
}

// Account is an AWS account that lives here.
type Account struct {
	ID      arn.AccountID `json:"id"`
	Name    string        `json:"name,omitempty"`
	Email   string        `json:"email,omitempty"`
	Alias   string        `json:"alias,omitempty"`
	Created time.Time     `json:"created"`
	Keys    []string      `json:"keys,omitempty"`  // access key ids of the root user
	First   bool          `json:"first,omitempty"` // made by the first start

	TokenVersion int32 `json:"tokenVersion,omitempty"` // of STS's global endpoint; 0 for AWS's default
}

// User is an IAM user. Keys, Groups and the policies are in the order in which
// they came.
type User struct {
	Entity
	Groups []string `json:"groups,omitempty"` // ids
	Keys   []string `json:"keys,omitempty"`   // access key ids
}

// Group is an IAM group. Its members are found through View.Members.
type Group struct{ Entity }

// Role is an IAM role.
type Role struct {
	Entity
	Description        *string    `json:"description,omitempty"`
	MaxSessionDuration int32      `json:"maxSession"` // seconds
	Trust              PolicyText `json:"trust"`      // with unique ids for the principals that have one
}

// Entity is what users, groups and roles have in common.
type Entity struct {
	ID       string        `json:"id"` // AIDA…, AGPA…, AROA…
	Account  arn.AccountID `json:"account"`
	Name     string        `json:"name"`
	Path     string        `json:"path"`
	Created  time.Time     `json:"created"`
	Tags     []Tag         `json:"tags,omitempty"`
	Boundary PolicyRef     `json:"boundary,omitempty"`
	Inline   []Inline      `json:"inline,omitempty"`
	Attached []PolicyRef   `json:"attached,omitempty"`
}

// Inline is a policy that lives in the entity it belongs to.
type Inline struct {
	Name     string     `json:"name"`
	Document PolicyText `json:"document"`
}

// Policy is a customer managed policy without the texts of its versions,
// which View.PolicyVersion reads.
type Policy struct {
	ID          string          `json:"id"` // ANPA…
	Account     arn.AccountID   `json:"account"`
	Name        string          `json:"name"`
	Path        string          `json:"path"`
	Description *string         `json:"description,omitempty"`
	Created     time.Time       `json:"created"`
	Updated     time.Time       `json:"updated"`
	Tags        []Tag           `json:"tags,omitempty"`
	Default     string          `json:"default"` // such as v3
	Last        int             `json:"last"`    // the highest number ever given; numbers never come again
	Versions    []PolicyVersion `json:"versions"`
}

// PolicyVersion is one version of a managed policy. Its text is read with
// View.PolicyText.
type PolicyVersion struct {
	ID      string    `json:"id"` // such as v3
	Created time.Time `json:"created"`
}

// AccessKey is a long-term access key. Owner is a user's id, or the twelve
// digits of the account where it is the root user's.
type AccessKey struct {
	ID      string        `json:"id"`
	Account arn.AccountID `json:"account"`
	Owner   string        `json:"owner"`
	Sealed  []byte        `json:"sealed"` // the secret, sealed under the keyring
	Active  bool          `json:"active"`
	Created time.Time     `json:"created"`
}

// LastUsed is when, where and for what an access key was last used.
type LastUsed struct {
	Time    time.Time `json:"time"`
	Region  string    `json:"region"`
	Service string    `json:"service"`
}

// ARN is the user's name in the partition given.
func (u *User) ARN(partition string) string { return u.arn(partition, "user") }

// ARN is the group's name in the partition given.
func (g *Group) ARN(partition string) string { return g.arn(partition, "group") }

// ARN is the role's name in the partition given.
func (r *Role) ARN(partition string) string { return r.arn(partition, "role") }

func (e *Entity) arn(partition, kind string) string {
	return "arn:" + partition + ":iam::" + e.Account.String() + ":" + kind + e.Path + e.Name
}

// ARN is the policy's name in the partition given.
func (p *Policy) ARN(partition string) string {
	return "arn:" + partition + ":iam::" + p.Account.String() + ":policy" + p.Path + p.Name
}

// RootARN is the name of an account's root user in the partition given.
func RootARN(partition string, account arn.AccountID) string {
	return "arn:" + partition + ":iam::" + account.String() + ":root"
}

// Clone is a copy that may be changed and written back.
func (a *Account) Clone() *Account {
	b := *a
	b.Keys = slices.Clone(a.Keys)
	return &b
}

// Clone is a copy that may be changed and written back.
func (u *User) Clone() *User {
	return &User{u.Entity.clone(), slices.Clone(u.Groups), slices.Clone(u.Keys)}
}

// Clone is a copy that may be changed and written back.
func (g *Group) Clone() *Group { return &Group{g.Entity.clone()} }

// Clone is a copy that may be changed and written back.
func (r *Role) Clone() *Role {
	c := *r
	c.Entity = r.Entity.clone()
	return &c
}

func (e *Entity) clone() Entity {
	c := *e
	c.Tags, c.Inline, c.Attached = slices.Clone(e.Tags), slices.Clone(e.Inline), slices.Clone(e.Attached)
	return c
}

// Clone is a copy that may be changed and written back.
func (p *Policy) Clone() *Policy {
	c := *p
	c.Tags, c.Versions = slices.Clone(p.Tags), slices.Clone(p.Versions)
	return &c
}
