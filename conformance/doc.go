// Package conformance is a suite of cases that says how AWS decides, and the
// reader and runner for it.
//
// The cases are text, in folders below cases: one folder a group of rules, many
// cases a file, three to ten lines a case or one row of a table. Each case
// names its rule and where AWS documents it. docs/conformance.md tells how to
// write one and counts them.
//
// A case is either a request with every policy that has a say in it and the
// decision that AWS makes, or a policy document and what AWS answers to whoever
// stores it. Read reads them all and is strict: what it does not know it
// refuses, so a mistyped field is no silent default. Case.Run holds one against
// an engine, which is a function, so that any engine can be scored;
// Case.Simulation makes a call of it that an endpoint can be asked.
//
// File by file: lines.go takes a file apart, names.go replaces $names,
// case.go makes cases, request.go and policies.go read their fields,
// expect.go the decisions, document.go the
// documents; simulate.go asks endpoints.
package conformance
