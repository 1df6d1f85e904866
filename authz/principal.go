package authz

import "github.com/rolecall-iam/rolecall/arn"

// Principal is who makes a request: Anonymous, Root, User, RoleSession,
// FederatedUser, ServicePrincipal or FederatedIdentity, as values.
//
//sumtype:decl
type Principal interface {
	// CallerARN is the ARN that AWS prints in GetCallerIdentity and in
	// AccessDenied texts: a session's for sessions. It is empty for a
	// principal that has none.
	CallerARN() string
	// AccountID is the account that the principal belongs to; the zero value
	// for a principal of no account.
	AccountID() arn.AccountID
	principal()
}

// Anonymous is the caller of an unsigned request.
type Anonymous struct{}

// Root is the root user of an account, with its own keys or with temporary
// ones of GetSessionToken.
type Root struct {
	Account   arn.AccountID
	Partition string // "aws" where empty
}

// User is an IAM user, with its own keys or with temporary ones of
// GetSessionToken.
type User struct {
	ARN arn.ARN // path included
	ID  string  // AIDA...
}

// RoleSession is a session of a role, however it was begun.
type RoleSession struct {
	Role     arn.ARN // the role's, path included
	RoleID   string  // AROA...
	Name     string  // the session's name
	Provider string  // the identity provider that the session began with, or empty
}

// FederatedUser is a session that GetFederationToken began.
type FederatedUser struct {
	Name   string    // chosen by who called GetFederationToken
	Parent Principal // who called it: a User or a Root
}

// ServicePrincipal is an AWS service that acts for itself.
type ServicePrincipal struct {
	Name string // such as ec2.amazonaws.com
}

// FederatedIdentity is the caller of AssumeRoleWithSAML or
// AssumeRoleWithWebIdentity: whoever the provider's assertion or token speaks
// of.
type FederatedIdentity struct {
	// Provider is as a trust policy names it: the ARN of the SAML or OIDC
	// provider, or a host such as accounts.google.com.
	Provider string
}

func (Anonymous) principal()         {}
func (Root) principal()              {}
func (User) principal()              {}
func (RoleSession) principal()       {}
func (FederatedUser) principal()     {}
func (ServicePrincipal) principal()  {}
func (FederatedIdentity) principal() {}

// CallerARN is empty: an unsigned request has no caller to name.
func (Anonymous) CallerARN() string { return "" }

// CallerARN is arn:aws:iam::ACCOUNT:root.
func (r Root) CallerARN() string {
	return "arn:" + r.partition() + ":iam::" + r.Account.String() + ":root"
}

// CallerARN is the user's ARN.
func (u User) CallerARN() string { return u.ARN.String() }

// CallerARN is arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION, without the
// role's path.
func (s RoleSession) CallerARN() string {
	return "arn:" + s.Role.Partition + ":sts::" + s.Role.Account + ":assumed-role/" + s.Role.ResourceName() + "/" + s.Name
}

// CallerARN is arn:aws:sts::ACCOUNT:federated-user/NAME.
func (f FederatedUser) CallerARN() string {
	return "arn:" + partitionOf(f) + ":sts::" + f.AccountID().String() + ":federated-user/" + f.Name
}

// CallerARN is empty; AWS names a service by its Name.
func (ServicePrincipal) CallerARN() string { return "" }

// CallerARN is empty: who has no session yet has no ARN.
func (FederatedIdentity) CallerARN() string { return "" }

// AccountID is the zero value.
func (Anonymous) AccountID() arn.AccountID { return arn.AccountID{} }

// AccountID is the account whose root user it is.
func (r Root) AccountID() arn.AccountID { return r.Account }

// AccountID is the user's account.
func (u User) AccountID() arn.AccountID { return accountOf(u.ARN) }

// AccountID is the role's account, wherever the one who assumed it came from.
func (s RoleSession) AccountID() arn.AccountID { return accountOf(s.Role) }

// AccountID is the parent's account.
func (f FederatedUser) AccountID() arn.AccountID {
	switch parent := f.Parent.(type) {
	case User:
		return parent.AccountID()
	case Root:
		return parent.Account
	}
	return arn.AccountID{}
}

// AccountID is the zero value: a service belongs to no account.
func (ServicePrincipal) AccountID() arn.AccountID { return arn.AccountID{} }

// AccountID is the zero value: a provider's identities belong to no account.
func (FederatedIdentity) AccountID() arn.AccountID { return arn.AccountID{} }

// accountOf reads the account out of an ARN; an ARN with none gives the zero
// value.
func accountOf(a arn.ARN) arn.AccountID {
	account, err := arn.ParseAccountID(a.Account)
	if err != nil {
		return arn.AccountID{}
	}
	return account
}

func (r Root) partition() string {
	if r.Partition == "" {
		return "aws"
	}
	return r.Partition
}

// partitionOf answers the partition of a principal that has an account.
func partitionOf(p Principal) string {
	switch p := p.(type) {
	case Root:
		return p.partition()
	case User:
		return p.ARN.Partition
	case RoleSession:
		return p.Role.Partition
	case FederatedUser:
		if _, nested := p.Parent.(FederatedUser); !nested && p.Parent != nil {
			return partitionOf(p.Parent)
		}
	}
	return ""
}
