// Command portalbrowser is a person at the access portal, in a headless
// Chromium: it sets a password by a one-time link, or opens the address that
// `aws sso login` opens, signs in and allows access.
//
//	portalbrowser password URL PASSWORD
//	portalbrowser allow URL USERNAME PASSWORD
//
// It prints the headings of the pages that it saw. Scripts name it in the
// environment variable BROWSER, as people name theirs.
package main
