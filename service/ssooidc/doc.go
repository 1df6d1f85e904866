// Package ssooidc is the OAuth 2.0 side of IAM Identity Center: what `aws sso
// login` speaks before it has a token.
//
// A client registers itself, which takes no proof and is remembered nowhere:
// its registration travels, sealed, in its own id, and its secret is sealed for
// that id. It then waits for a person, who signs in at the access portal and
// approves the code that the client shows, or whose browser comes back to the
// client's loopback address with a code that only the client can use (PKCE).
// The tokens belong to the person's session at the portal and end with it. They
// are opaque, bound to the client, and of each only the hash is kept; a refresh
// token works once, and using it again ends all that came of it.
//
// Which instance is meant follows from the start URL where that names one, and
// from there being one only.
package ssooidc
