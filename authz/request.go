package authz

import "github.com/rolecall-iam/rolecall/arn"

// Request is one question: may Principal do Action on Resource?
//
// An operation that needs several permissions is several requests: AssumeRole
// with session tags asks for sts:AssumeRole and then for sts:TagSession, with
// a source identity for sts:SetSourceIdentity as well.
type Request struct {
	// Principal is who asks. A nil Principal is denied everything.
	Principal Principal
	// Action is what is asked for, such as sts:AssumeRole.
	Action string
	// Resource is the ARN of what it is asked for, or "*" where the action
	// knows no resource types. Anything else is denied.
	Resource string
	// ResourceAccount owns the resource. The zero value says that it belongs
	// to the principal's account.
	ResourceAccount arn.AccountID
	// CanonicalUser is the canonical user ID of the principal's account, under
	// which policies of S3 may name it. Where it is empty, such a policy allows
	// the principal nothing and denies it what it denies anybody.
	CanonicalUser string
	// Context holds the condition keys. Decide adds none: a key that is not
	// in it is absent.
	Context Context
	// Hopeful takes what open keys leave open for what allows the request. Who
	// is denied all the same is denied whatever their values are.
	Hopeful bool
}
