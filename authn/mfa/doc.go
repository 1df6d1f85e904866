// Package mfa is what a virtual MFA device and the service must agree on: a
// seed, and six digits that follow from the seed and the time (TOTP, RFC 6238,
// with HMAC-SHA-1 and steps of thirty seconds, as AWS's devices have it).
//
// A device begins with NewSeed, which its owner takes over by typing it or by
// photographing QR. VerifyPair proves that this was done: two codes in a row,
// for which it searches far and wide, since the clock of a device may be wrong.
// What it finds, the device's drift, is remembered. Verify then takes a single
// code near the time, by our clock or by the device's.
//
// Both answer the step that a code belongs to. Whoever calls remembers it: a
// step that was used, and all before it, are not accepted again, so that a code
// works once.
//
// Nothing here asks the time or makes randomness; both are arguments. Codes are
// compared in constant time.
package mfa
