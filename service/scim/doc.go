// Package scim lets an identity provider keep an identity store in step with
// itself: SCIM 2.0 (RFC 7643 and 7644) as AWS's Identity Center speaks it, and
// as Okta, Entra and Keycloak send it.
//
// Whoever calls shows a bearer token that was made for one identity store; the
// token is all there is to say which (token.go). Users and groups are the same
// as those of package identitystore, under the same constraints: one value of
// each of emails, addresses and phone numbers, one user of a name.
//
// A resource is a JSON document on its way in and out (resource.go). PATCH
// works on that document (patch.go) as if its result had been PUT. The members
// of a group alone are not in it, since there may be many: changes to them are
// collected and made one by one (members.go). A request is done whole or not at
// all.
//
// Sources: https://www.rfc-editor.org/rfc/rfc7643, https://www.rfc-editor.org/rfc/rfc7644,
// https://docs.aws.amazon.com/singlesignon/latest/developerguide/what-is-scim.html
package scim
