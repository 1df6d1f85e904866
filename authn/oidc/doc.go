// Package oidc verifies web identity tokens: JSON Web Tokens that an OpenID
// Connect issuer signed. It fetches nothing and asks nobody the time: what the
// issuer publishes and what the clock says are arguments.
//
// A token goes through three hands:
//
//	token, err := oidc.Parse(text)              // well-formed; nothing is proven
//	err = token.Check(oidc.Rules{...})          // would do, if it is genuine
//	identity, err := token.Verify(keys, rules)  // is genuine, and does
//
// Parse tells the issuer, so that a caller can find out whether it knows that
// issuer, and Check turns most bad tokens away before their issuer is asked for
// its keys. Only Verify makes an Identity, and nothing else does.
//
// # What is refused
//
// Whatever is not exactly three parts of unpadded base64url; members given
// twice, at any depth, and names in other letters; algorithms that are not
// RS256, RS384, RS512, ES256, ES384, ES512 or PS256, "none" and all shared
// secrets first; a "crit" header,
// since nothing critical is understood, and everything that would make the
// payload something else ("b64", "zip", "enc", "cty"); tokens that say by their
// type that they are no ID tokens. Keys, or addresses of keys, that the token
// itself brings along (jwk, jku, x5c, x5u) have no say.
//
// Of an issuer's keys those are passed over that are private, symmetric, meant
// for encryption, on another curve than their algorithm's, or RSA of less than
// 2048 bits or more than 4096.
//
// go-jose reads the keys. It does not check the signatures, since it takes a
// token apart twice for that, at more than the cost of the signature; the tests
// hold what does against it.
//
// # Discovery
//
// ParseDiscovery reads the document in which an issuer names the address of its
// keys, ParseKeys the keys. Fetching both is another package's.
package oidc
