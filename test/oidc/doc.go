// Package oidc signs people in with an OpenID Connect issuer that others wrote,
// oidc-provider from npm, and has them assume roles with its ID tokens. The
// issuer runs in Node (issuer.mjs); package-lock.json says which versions.
//
//	npm ci --prefix test/oidc --ignore-scripts
package oidc
