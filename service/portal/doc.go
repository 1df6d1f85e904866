// Package portal is the access portal of IAM Identity Center, under
// /_/portal/: where people sign in, approve a program that waits for them, see
// which roles they have in which accounts, and copy credentials for one.
//
// A person signs in with user name and password, and then with a code of an
// authenticator app or with a passkey, as the instance's policy says and the
// person's devices allow. Between the two there is no session, only a sign-in
// that waits; a device may be registered in it where nobody gets in without.
// Whoever is signed in registers and removes devices with the password once
// more, and with a second factor shown just now where there is one; the last
// device stays where the policy wants one. The seed of an app is sealed from the moment it is made.
//
// Whoever has no password yet, or is to get another, is given a link that works
// once; `rolecall portal password reset` prints it. Wrong passwords are counted
// for a name whether or not anybody has it, and every refusal reads and takes
// the same, so that nobody learns who is there. Wrong codes are counted apart.
//
// The pages are plain HTML without scripts, but for those that ask a passkey,
// which browsers do for scripts alone; nothing in them is cached, framed or
// loaded from elsewhere. The cookie holds the token of a session that begins
// with signing in; by HTTPS no cookie is taken that another host of the domain
// could have planted. Forms carry a token that only the cookie's holder can make,
// and a browser that says that another site posts is refused. Onward one gets
// to the portal itself and to a loopback address that a client registered.
//
// Each step of a sign-in is told of in the trail, in AWS's words.
//
// Accounts and credentials come through the door, by the portal's own API:
// asked, recorded and refused like everybody's.
package portal
