// Package service is what every service stands on: the one door, and the call
// that comes through it.
//
// The Door is an http.Handler for all services at once. For each request it
// finds out which operation is meant (package wire), who signed it (package
// authn), whether it is allowed (package authz), lets the service act, and
// answers in the words of the service's protocol. No handler authenticates,
// decides or writes HTTP; no operation comes to act by another way.
//
// A service is a list of Operations, each bound in one line that the compiler
// checks:
//
//	service.Bind(iam.GetRole, s.roleByName, s.GetRole)
//
// which names the operation of the model, what a caller must be allowed (a
// function from the input to Needs), and the handler. A handler finds its Call
// in the context: the view to read through, the account, the time.
package service
