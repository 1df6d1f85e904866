// Command coverage writes docs/coverage.md: which operations of AWS's models
// have a handler, and which answer NotImplemented. It asks the service itself,
// so that the page cannot say more than the program does:
//
//	go run ./test/coverage
//
// What stands above the line of the page that says so is written by people,
// above all where rolecall deviates from AWS and why, and is left as it is.
package main
