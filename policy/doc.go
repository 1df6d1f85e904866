// Package policy is AWS's policy language: it parses a document with the
// position of everything in it, validates it as the call that stores it does,
// and prints it as its author wrote it.
//
// A Document is read-only and knows nothing of who it is attached to; what it
// decides is package authz's business. Nothing here opens, logs or asks the
// time.
package policy
