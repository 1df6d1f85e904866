// Package dpop verifies proofs of possession (DPoP, RFC 9449): small signed
// documents with which a program shows at each request that it has the key that
// its tokens are bound to. Whoever steals a token without the key has nothing.
//
// Verify is pure: the proof, what the request is, and the time go in; the key's
// thumbprint and the proof's own id come out. It remembers nothing: whoever
// calls sees to it that an id is used once, for as long as Life says.
//
// Proofs are signed by ES256, which is what AWS's clients sign by and the one
// algorithm that is taken here.
package dpop
