// Package compiled decides as package authz does, and fast: in less than a
// microsecond by a hundred statements, without allocating, on any number of
// processors at once.
//
// # How it is used
//
// A Cache turns the documents that are attached to a caller and a resource
// into Policies; equal documents are compiled once. Decide answers a request
// by them with a Decision, which says what decided: the layer, the policy and
// the first statement. Explain decides again with the literal evaluator of
// package authz and tells every statement that matched, for whoever wants to
// read it. Between the two there is no difference in meaning: the literal one
// is the oracle, and a test holds both to the same answers on generated
// requests.
//
// # How it decides
//
// A document is split by effect, because a request asks first whether
// anything denies and only then whether something allows; and each effect into
// segments of at most 512 statements, so that a set of a segment's statements
// is a handful of words. A segment has two indexes:
//
//   - of actions (actions.go): a hash table of those that are spelled out, and
//     for each service the short list of those that end in a *;
//   - of resources (resources.go): a hash table of what stands before the
//     first wildcard or variable, probed once for each length that occurs.
//
// Each answers a set of statements that match for sure and one of those that
// match perhaps: what AWS would not have stored, an Allow does not gain by and
// a Deny does. NotAction and NotResource turn the set around. The second index
// compares only patterns of statements that the first let through, and what
// both let through (segment.go) is asked for its principal and its conditions.
// Statements with the same conditions ask them once.
//
// A condition (condition.go, compare.go) knows its key by a hash, has its
// values parsed, and its patterns split at their wildcards. The values of a
// request are parsed when they are first asked for.
//
// decide.go puts the layers together, in the order and with the exceptions
// that package authz documents. What the question itself decides is in
// fixed.go.
//
// # What it does not do
//
// Nothing here keeps more than it is given: a Policy is not changed once it is
// made, so that any number of goroutines share it without a lock. Deciding
// uses no maps, regular expressions or closures. Hashes are only ever a hint:
// what they find is compared, so that names chosen to collide cost time, and
// no more of it than reading every statement would.
package compiled
