// Package authn holds no code: its folders are the proofs of identity that a
// caller can bring, one folder a proof.
//
// sigv4 checks the signature that every AWS client puts on a request and
// names the access key that made it. session seals and opens the tokens of
// temporary credentials, and keeps the keys they are sealed with. password
// hashes the passwords of users. mfa makes and checks the codes of MFA devices.
// saml verifies what a SAML identity provider says of a user, and saml/metadata
// reads what it says of itself.
//
// Each is a pure function of what it is given: the time, randomness and keys
// are arguments. Nothing here opens a file or a socket, logs, or knows which
// users and roles exist; who a key belongs to and what it may do is decided
// further in.
package authn
