// Package signin is the page that people come to from their identity provider:
// AWS's https://signin.aws.amazon.com/saml, here /_/signin/saml.
//
// The provider has the browser post a SAML response. If it offers one role, it
// is assumed; if several, a page has the user choose, in the shape in which
// saml2aws and its like read AWS's. What follows is a page of credentials to
// copy. Roles are assumed through the door like everybody's, by
// AssumeRoleWithSAML: decided, recorded, refused in the same words.
//
// `aws login` begins here too: the program opens /v1/authorize in a browser,
// where a user, or an account's root user, signs in with the password of the
// console, and with a code where a device is enabled, and allows the program to
// act for them. The browser carries a code back, to a loopback address or by the
// person's hand, and CreateOAuth2Token gives credentials for it: those of the
// user, for 15 minutes, and again for 12 hours with refresh tokens that are bound
// to a key of the program's (package dpop). Policies decide both, and changing
// the password ends it. A root user, who has none at first, sets one by a link of
// the administrator's.
//
// The pages are plain HTML without scripts, made here; nothing in them is
// cached, framed or loaded from elsewhere, and no secret is in an address.
// RelayState leads on to this server alone.
package signin
