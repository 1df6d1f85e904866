// Package issuers asks OpenID Connect issuers for the keys that they sign
// tokens with, and remembers the answers.
//
// To ask is two requests: for the issuer's discovery document, and for the keys
// at the address that it names. Both are by HTTPS, with a certificate that a
// trusted authority signed or that bears a thumbprint of the registered
// provider (trust.go); plain HTTP is for issuers on the loopback address, and
// only where the configuration says so. What is asked is bounded on every side:
// five seconds for both requests together, a quarter of a megabyte a document,
// no redirects to another host, no proxy, no cookies, so that an issuer that
// hangs, floods or sends the asker around costs little and reaches nothing.
//
// Nothing is asked but registered issuers, and the addresses of keys that their
// own documents name. Those may be at another host, as they are with AWS and at
// many providers, but not on this machine or its link unless the issuer is
// there itself.
//
// # What is remembered
//
// Keys are good for ten minutes. A token that names a key which is not among
// them may be a sign that the issuer has rotated, or an attempt to make it be
// asked a thousand times: it is asked again, but at most every ten seconds. An
// issuer that cannot be reached is left alone as long; if it answered before,
// its last keys are good for up to an hour, and nobody waits. However many want
// to know of one issuer, one asks.
//
// Whoever waits should not have a view of the store open: what it sees is not
// freed meanwhile.
package issuers
