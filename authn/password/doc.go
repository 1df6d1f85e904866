// Package password keeps passwords so that nobody reads them back: it hashes
// them with Argon2id (RFC 9106) and tells whether one belongs to a hash.
//
// A hash is a line of text that names its own parameters and salt, in the form
// that most libraries write:
//
//	$argon2id$v=19$m=19456,t=2,p=1$<salt>$<hash>
//
// so that stronger parameters can come without breaking the passwords that
// there are. Each hash and each comparison takes 19 MiB of memory for some
// tens of milliseconds; whoever calls sees to it how many do so at once.
package password
