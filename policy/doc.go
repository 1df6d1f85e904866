// Package policy is AWS's policy language: it parses a document with the
// position of everything in it, validates it as the call that stores it does,
// and prints it as its author wrote it.
//
// Parse knows the grammar and no kinds of policy; it serves who evaluates what
// is stored already. Validate is the door: it refuses a document in AWS's
// words for its kind, in AWS's order, so that a client cannot tell the
// difference. Between the two stands a draft, a document that may have faults,
// because AWS's choice of what to complain of needs the whole.
//
// What is printed is the author's text, byte for byte; only principals are
// ever replaced in it, by ReplacePrincipals. Disputed lists the questions on
// which AWS's own sources disagree.
//
// A Document is read-only and knows nothing of who it is attached to; what it
// decides is package authz's business. Nothing here opens, logs or asks the
// time.
package policy
