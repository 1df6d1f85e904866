package service

import (
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authn/session"
	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/store/directory"
	"github.com/rolecall-iam/rolecall/trail"
)

// Caller is who signed a request, read through the call's view: its entity as
// it is now, whatever it was called when its credentials were made.
type Caller struct {
	Principal   authz.Principal
	UserID      string // as GetCallerIdentity shows it
	AccessKeyID string

	User    *directory.User  // the user that signed, or who asked for the session that did
	Role    *directory.Role  // the role of a role session
	Session *session.Session // nil for long-term keys

	Federation *Federation // nil for all who sign
}

// Federation is what a provider vouches for, of the caller of an operation that
// takes an assertion or a token instead of a signature.
type Federation struct {
	Claims    []session.Claim // the condition keys it makes, such as saml:aud
	Proof     any             // what was verified, for the operation's needs and handler
	Identity  trail.Identity  // as the trail shows the caller
	Recipient arn.AccountID   // whose trail the call is in: the role's account
	Carried   *trail.Carried  // what the trail shows of the assertion or token; nil for nothing
}

// claims are the condition keys that a provider's word makes: for the request
// that carries it, and for the session that it began.
func (c *Caller) claims() []session.Claim {
	switch {
	case c.Federation != nil:
		return c.Federation.Claims
	case c.Session != nil:
		return c.Session.Claims
	}
	return nil
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
