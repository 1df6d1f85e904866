package compiled

import (
	"strings"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authz"
)

// caller is the request's principal taken apart.
type caller struct {
	kind      callerKind
	account   string // digits; empty for a principal of no account
	partition string
	resource  string // of the user's ARN, or of the user's behind a federated user
	role      string // name of the role, without its path
	id        string // of the user, the role, or the user behind a federated user
	name      string // of the session, federated user or service
	provider  string
	linked    bool // a session of a service-linked role
	owner     bool // has an account's every permission: the root user, or by its federation token
}

type callerKind uint8

const (
	nobody callerKind = iota // no principal of the kinds that are known
	anonymous
	service
	identity // of a provider, without a session
	root     // from here on: principals of an account
	user
	roleSession
	federatedUser
)

// belongsToAccount tells whether the caller is a principal of an account.
func (c *caller) belongsToAccount() bool { return c.kind >= root }

// hasPolicies tells whether identity policies and boundaries are for the
// caller.
func (c *caller) hasPolicies() bool { return c.kind >= user }

// read takes a principal apart.
func (c *caller) read(p authz.Principal) {
	switch p := p.(type) {
	case authz.Anonymous:
		c.kind = anonymous
	case authz.ServicePrincipal:
		c.kind, c.name = service, p.Name
	case authz.FederatedIdentity:
		c.kind, c.provider = identity, p.Provider
	case authz.Root:
		c.readRoot(p)
	case authz.User:
		c.readUser(p)
	case authz.RoleSession:
		c.readSession(&p)
	case authz.FederatedUser:
		c.readFederated(p)
	}
}

func (c *caller) readRoot(p authz.Root) {
	if p.Account.IsZero() {
		return
	}
	c.kind, c.owner = root, true
	c.account, c.partition = p.Account.String(), p.Partition
	if c.partition == "" {
		c.partition = "aws"
	}
}

func (c *caller) readUser(p authz.User) {
	if isAccount(p.ARN.Account) {
		c.kind, c.id = user, p.ID
		c.account, c.partition, c.resource = p.ARN.Account, p.ARN.Partition, p.ARN.Resource
	}
}

func (c *caller) readSession(p *authz.RoleSession) {
	if !isAccount(p.Role.Account) {
		return
	}
	c.kind, c.id, c.name, c.provider = roleSession, p.RoleID, p.Name, p.Provider
	c.account, c.partition = p.Role.Account, p.Role.Partition
	c.role, c.resource = p.Role.ResourceName(), p.Role.Resource
	c.linked = strings.HasPrefix(p.Role.Resource, "role/aws-service-role/")
}

func (c *caller) readFederated(p authz.FederatedUser) {
	switch parent := p.Parent.(type) {
	case authz.Root:
		c.readRoot(parent)
	case authz.User:
		c.readUser(parent)
	}
	if c.kind != nobody {
		c.kind, c.name = federatedUser, p.Name
	}
}

func isAccount(s string) bool {
	_, err := arn.ParseAccountID(s)
	return err == nil
}
