// Package load holds no code, only tests: many clients at once, many writers,
// and a million users and roles in one data directory.
//
//	go test ./test/load
//
// is a short run that looks at what must hold at any size: that nothing is
// lost, nothing fails and lists are whole. Its long form, make load, measures as
// well:
//
//	go test ./test/load -v -count 1 -timeout 30m -clients 1000 -rounds 5 -principals 1000000 -writes 100000
//
// docs/performance.md keeps what it said.
package load
