// Package policytest holds what a team expects of its policies: who must and
// must not be able to do what, in files of YAML that people write and review.
//
//	suite, err := policytest.Parse("deploy.test.yaml", text, read)
//	report := policytest.Run(ctx, suites, open)
//	err = report.Text(os.Stdout, print)
//
// A file names where the policies come from and lists tests. A test is one
// sentence, its name, and one question or several: each of its principals, each
// of its actions, each of its resources. It holds if every answer is the one
// that is expected, and for the reason that is expected where the file gives
// one (format.go).
//
// The YAML is the part of the language that people write: mappings, lists and
// plain values. Anchors, aliases, tags and several documents are refused, each
// with its place, and so is what nobody would have written by hand (yaml.go).
// Keys that are not known are refused as well: a mistyped one must not silently
// mean its default.
//
// Who answers is not decided here. Run asks through an interface, which the
// command line fills with a service in memory or a running one; inputs that
// several files share are opened once (run.go).
//
// A report is printed for people, as JSON, as JUnit's XML for the pages that CI
// systems make of it, and as SARIF, which shows a failure at the line of the
// test and of the statement that decided (text.go, junit.go, sarif.go).
package policytest
