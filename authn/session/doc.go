// Package session makes temporary credentials that need no memory: all that
// is known of a session travels, sealed, in the session token itself. A token
// that one node sealed is good on every node at once, and a million sessions
// take no room.
//
// # Tokens
//
// A token is base64(version ‖ key id ‖ nonce ‖ AES-256-GCM(deflate(body))).
// Version, key id and the access key id are associated data, so that a token
// opens only beside the access key it was made for. The secret access key is
// random and inside; nothing that can be seen helps to compute it. The role's
// own policies are never inside: they are looked up by the unique id at each
// use, so a role made again under an old name revives no old session.
//
// # Keyring
//
// A Keyring is an immutable value; every change answers a new one, which the
// store puts in place with a compare-and-swap. A key's state follows from the
// clock alone, so that nodes need no second write to agree:
//
//	staged       Rotate made it; it opens, but does not seal before every
//	             node has had time to hear of it
//	active       the newest whose time has come: it seals
//	verify-only  a newer one is active: it opens what it sealed
//	gone         no session sealed under it can still be alive: it opens none
//
// Purge is the emergency: a new key at once, and all tokens of the others
// refused from then on.
//
// Wrap and Unwrap turn a keyring into bytes and back under a 32-byte key that
// lives in a file beside the store, never in it.
//
// # Secrets at rest
//
// SealSecret and OpenSecret keep the secrets of long-term access keys with
// the same keyring, under a key of its own derived from each generation. A
// long-term secret outlives any rotation, so a generation that is gone for
// tokens still opens secrets until Prune drops it; Prune is to be called only
// when every secret has been sealed anew. The way is: Rotate; when the new
// key is active, walk the access keys and reseal those that NeedsReseal
// names; then Prune. Doing that late or never loses nothing.
//
// # Messages
//
// SealMessage and OpenMessage carry what is known of a denied request past the
// caller, who is not to see it, to whoever may: sts:DecodeAuthorizationMessage
// opens it. They are sealed like tokens, for one account, and expire.
//
// # Limits
//
// GCM's random nonces are safe for some 2³² tokens a key; rotate before that.
// PackedSize tells how much of AWS's allowance policies and tags take.
package session
