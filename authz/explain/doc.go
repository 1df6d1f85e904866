// Package explain tells people why a request is denied, and the smallest
// change that would allow it.
//
// Explain takes one question with all policies that have a say, as authz
// decides it, and answers the layers in AWS's order; of each the statements
// that came close, with the element where each failed and, for a condition,
// what the policy wants and what the request has; and one sentence for who has
// never read a policy (verdict.go).
//
// Then it looks for fixes (fix.go). A candidate is an edit: of the text of one
// policy (edit.go), which stays the author's but for the words that change, or
// of the request, such as an external id that was not passed. Each candidate
// is applied to a copy and the whole question is decided again. What does not
// turn the denial may be half of what does: where the other account must
// allow too, candidates for the next reason are tried on top of it. Only what
// turns the decision is answered, the one that opens least first, with a
// warning where it opens more than the request needs.
//
// Nothing here decides: the verdict is always authz.Decide's.
package explain
