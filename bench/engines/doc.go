// Package engines puts the same questions to rolecall's compiled evaluator, to
// cedar-go and to OPA, in one run and one process, and measures what each
// takes. It is a module of its own, so that neither of the others is a
// dependency of anything else here.
//
//	cd bench/engines && go test -bench . -benchmem -cpu 1 .
//
// The questions are those of docs/performance.md: ten policies of ten
// statements each, with StringLike, ArnLike, IpAddress, Bool and a variable in
// the resource, and an explicit deny at the end. Each engine has them in its
// own language, as somebody who knows it would write them: for Cedar a policy a
// statement, the variable being an attribute of the resource that is compared
// with one of the principal, and actions with a wildcard a group of actions; for
// OPA a rule a statement, which its index finds by the bucket's name, with
// policies and question parsed beforehand.
//
// Before anything is measured, a test puts to all of them questions that each
// condition, action and resource turns, and holds that they agree.
package engines
