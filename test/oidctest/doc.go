// Package oidctest is an OpenID Connect issuer for tests: it listens on the
// loopback address, publishes its discovery document and its keys, and signs
// whatever claims a test wants. Its keys and its certificates are new each time.
// It counts what it is asked, and can be told to answer anything else.
package oidctest
