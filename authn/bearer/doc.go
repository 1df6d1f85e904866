// Package bearer makes and checks the secrets that whoever has them is let in
// with: access and refresh tokens, device and authorization codes, the cookies
// of the access portal.
//
// Each is 256 random bits, and only its hash is stored: who reads the store
// cannot sign in with what is found there. A plain hash is enough, since nobody
// guesses 256 bits. The code that people type is short, good for minutes and
// for one use, and worth nothing without signing in.
package bearer
