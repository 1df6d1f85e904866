// Command portalbrowser is a person in a headless Chromium: at the access portal
// it sets a password by a one-time link, or opens the address that `aws sso
// login` opens, signs in and allows access; at the sign-in page of `aws login`
// it signs in with the console's password, and allows or denies.
//
//	portalbrowser password URL PASSWORD
//	portalbrowser allow URL USERNAME PASSWORD
//	portalbrowser login URL ACCOUNT USERNAME PASSWORD allow|deny
//	portalbrowser mfa URL ACCOUNT USERNAME PASSWORD allow|deny CODE
//
// It prints the headings of the pages that it saw, who it was, and the message
// or code at the end. Scripts name it in the environment variable BROWSER, as
// people name theirs.
package main
