// Package sso is the API of the access portal: what a person who is signed in
// may use, and credentials for it.
//
// Requests carry a bearer token that package ssooidc gave out, or the portal's
// own, and no signature. Each request asks anew: whether the token holds, the
// session lasts, the person may still sign in, and the permission set is still
// assigned. What is assigned no more gives no credentials from that moment on;
// role sessions that were given before run until they end, or until the role
// goes with the last assignment in its account.
package sso
