package service

import (
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authn/session"
	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// Caller is who signed a request, read through the call's view: its entity as
// it is now, whatever it was called when its credentials were made.
type Caller struct {
	Principal   authz.Principal
	UserID      string // as GetCallerIdentity shows it
	AccessKeyID string

	User    *directory.User  // the user that signed, or whose GetSessionToken did
	Role    *directory.Role  // the role of a role session
	Session *session.Session // nil for long-term keys
}

// Account is the account that the caller belongs to.
func (c *Caller) Account() arn.AccountID { return c.Principal.AccountID() }

// ARN is the caller as GetCallerIdentity and AccessDenied texts show it.
func (c *Caller) ARN() string { return c.Principal.CallerARN() }

// IsRoot tells whether the caller is the root user of its account.
func (c *Caller) IsRoot() bool {
	_, root := c.Principal.(authz.Root)
	return root
}

// Temporary tells whether the credentials are temporary ones.
func (c *Caller) Temporary() bool { return c.Session != nil }

// tags are the entity's, with those of the session laid over them. Keys are
// the same without regard to case (rule C14).
func (c *Caller) tags() []authz.Tag {
	var entity []directory.Tag
	switch {
	case c.User != nil:
		entity = c.User.Tags
	case c.Role != nil:
		entity = c.Role.Tags
	}
	var tags []authz.Tag
	for _, t := range entity {
		tags = append(tags, authz.Tag{Key: t.Key, Value: t.Value})
	}
	if c.Session == nil {
		return tags
	}
	for _, t := range c.Session.Tags {
		tags = append(tags, authz.Tag{Key: t.Key, Value: t.Value}) // a later key takes the place of an earlier
	}
	return tags
}

// entityARN is an entity's ARN taken apart.
func entityARN(text string) arn.ARN {
	a, _ := arn.Parse(text) // made from checked parts
	return a
}
