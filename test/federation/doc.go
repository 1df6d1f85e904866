// Package federation tests a whole server with identity providers: attacks on
// the way in with SAML responses, made with new keys at every run, none of
// which may be accepted; and responses of software that is not ours (xmlsec1,
// pysaml2, samlify, node-saml), none of which may be refused.
//
// The npm packages are those of package-lock.json beside this file; npm ci
// installs them.
package federation
