// Package passkey is what a passkey or security key, the browser that holds it
// and the service must agree on (WebAuthn, level 3): a challenge, and a
// signature of it that only the key can make, for one site only.
//
// The site is a Party: a host name that keys are bound to, and the origin of
// the pages on which they are asked for. Register answers options for the
// browser, and Registered the Key that it made; Ask and Answered do the same
// where a key that is known is to sign. Between the two whoever calls keeps a
// State, once, where the browser cannot change it: it holds the challenge.
//
// Keys are only taken where they verified their owner, by a PIN or a finger. A
// key that says that it signed no more often than before may be a copy, and is
// refused. No attestation is asked for: which model a key is of is nobody's
// business here.
//
// The checks are those of github.com/go-webauthn/webauthn. Nothing here asks
// the time or makes randomness; how long a State is good is the caller's to
// know.
package passkey
