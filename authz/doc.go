// Package authz decides: may this principal do this action on this resource,
// by these policies?
//
// The caller gathers what it knows into a Request (who, what, on what, and the
// condition keys in a Context) and every policy that has a say into Policies.
// Decide answers with a Decision, which is a value and never an error: what
// cannot be evaluated is denied, and the Decision's Reason says why.
// AccessDeniedMessage turns a denial into AWS's words.
//
// This evaluator is the literal one: it reads the policy's text with every
// request and is written to be compared with AWS's documentation line by
// line. Each policy statement ends in one of three answers, yes, no or
// unknown, joined by three-valued logic; an Allow counts only on yes, a Deny
// also on unknown. Unknown is what an operator, operand or element yields
// that AWS would have refused to store.
//
// A Context is filled by AddCall, AddCaller, AddResource and AddRequestTags
// with the keys that AWS documents as present, and no others: a key that is
// false and one that is absent decide differently. Keys of single services
// (sts:ExternalId, saml:aud) are Set by whoever serves them.
//
// How a decision is put together, file by file: decide.go holds the order of
// the policy types, statement.go one statement, action.go, resource.go,
// principal_match.go and condition.go its elements, operators.go the table of
// condition operators, variable.go the ${...} of policy values, and
// disputed.go the questions on which AWS's own sources disagree.
//
// Nothing here opens, logs or asks the time; a Request and Policies are only
// read, so any number of goroutines may decide on the same ones.
package authz
