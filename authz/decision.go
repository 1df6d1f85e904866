package authz

import "github.com/rolecall-iam/rolecall/policy"

// Decision is the answer to a Request. The zero value denies.
type Decision struct {
	Allowed bool
	// Reason is why; only the zero Decision has none.
	Reason Reason
	// Matched are the statements that decided: all that deny after an
	// explicit denial, all allowing ones of the identity and resource
	// policies after an allowance, none after an implicit denial.
	Matched []Match
}

// Match is one statement that matched.
type Match struct {
	Layer Layer
	// Policy points into the Policies that were decided on.
	Policy *Named
	// Index is the statement's place in Policy.Document.Statements.
	Index int
	// Trust tells that Policy is a role trust policy.
	Trust bool
	// Unevaluable tells that part of a denying statement could not be
	// evaluated, and that it denies for that reason.
	Unevaluable bool
}

// Statement is the statement that matched.
func (m Match) Statement() *policy.Statement { return &m.Policy.Document.Statements[m.Index] }

// Reason is why a Decision is what it is: Granted, ExplicitDeny, ImplicitDeny,
// UnreadablePolicy or FixedRule, as values.
//
//sumtype:decl
type Reason interface{ reason() }

// Granted allows: statements of Layer allow, and nothing else forbids. Layer
// is IdentityLayer, or ResourceLayer where the resource's policy alone was
// enough.
type Granted struct{ Layer Layer }

// ExplicitDeny denies: Match is the first statement that does so.
type ExplicitDeny struct{ Match }

// ImplicitDeny denies: a policy of Layer would have had to allow, and none
// does. Level is which of Policies.SCPs or RCPs that was.
type ImplicitDeny struct {
	Layer Layer
	Level int
	Trust bool // it would have been the role trust policy
}

// UnreadablePolicy denies: Policy has no Document, and so nobody knows what it
// would have said.
type UnreadablePolicy struct {
	Layer  Layer
	Policy *Named
	Trust  bool // it is a role trust policy
}

// FixedRule allows or denies whatever the policies say.
type FixedRule struct{ Rule Rule }

// Rule is a rule of AWS's that no policy can change.
type Rule uint8

// The fixed rules.
const (
	_ Rule = iota
	// NoPermissionNeeded allows sts:GetCallerIdentity and
	// sts:GetSessionToken.
	NoPermissionNeeded
	// RootUser allows the root user what no organization policy and no
	// resource policy denies.
	RootUser
	// RootAssumesRole denies sts:AssumeRole to root users.
	RootAssumesRole
	// OwnedByAWS denies changing what belongs to AWS.
	OwnedByAWS
	// Malformed denies a Request without principal, or whose action or
	// resource is not of AWS's form.
	Malformed
)

func (Granted) reason()          {}
func (ExplicitDeny) reason()     {}
func (ImplicitDeny) reason()     {}
func (UnreadablePolicy) reason() {}
func (FixedRule) reason()        {}
