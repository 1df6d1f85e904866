// Package signin is the page that people come to from their identity provider:
// AWS's https://signin.aws.amazon.com/saml, here /_/signin/saml.
//
// The provider has the browser post a SAML response. If it offers one role, it
// is assumed; if several, a page has the user choose, in the shape in which
// saml2aws and its like read AWS's. What follows is a page of credentials to
// copy. Roles are assumed through the door like everybody's, by
// AssumeRoleWithSAML: decided, recorded, refused in the same words.
//
// The pages are plain HTML without scripts, made here; nothing in them is
// cached, framed or loaded from elsewhere, and no secret is in an address.
// RelayState leads on to this server alone.
package signin
