// Package portal is the access portal of IAM Identity Center, under
// /_/portal/: where people sign in, approve a program that waits for them, see
// which roles they have in which accounts, and copy credentials for one.
//
// A person signs in with user name and password, and with a one-time code where
// an authenticator app is registered. Whoever has no password yet, or is to get
// another, is given a link that works once; `rolecall portal password reset`
// prints it. Wrong passwords are counted for a name whether or not anybody has
// it, and every refusal reads and takes the same, so that nobody learns who is
// there.
//
// The pages are plain HTML without scripts; nothing in them is cached, framed
// or loaded from elsewhere. The cookie holds the token of a session that begins
// with signing in. Forms carry a token that only the cookie's holder can make,
// and a browser that says that another site posts is refused. Onward one gets
// to the portal itself and to a loopback address that a client registered.
//
// Accounts and credentials come through the door, by the portal's own API:
// asked, recorded and refused like everybody's.
package portal
