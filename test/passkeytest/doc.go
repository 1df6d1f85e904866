// Package passkeytest is a passkey made of software, for tests: it answers what
// a browser would, and lies where a test wants it to.
package passkeytest
