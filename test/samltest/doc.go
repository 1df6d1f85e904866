// Package samltest is an identity provider for tests: it has a key made for the
// run, describes itself in metadata, and answers signed SAML responses, or ones
// that are wrong in a way that a test chooses.
package samltest
