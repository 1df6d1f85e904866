// Package portal goes through the access portal as people do, in a headless
// Chromium, from the first password to signing out: with an authenticator app,
// a passkey, a program that waits for approval, and credentials that the aws CLI
// then uses. Every page on the way is held to what keyboards and screen readers
// need. `make screenshots` keeps pictures of them for docs/.
package portal
