// Package directory is what the service remembers, as typed documents over
// the ordered keys of package store: accounts, users, groups, roles, managed
// policies, access keys and the keyring, and the rest of what an account's users
// and roles have.
//
// One document an entity, keyed by account and unique id; beside it index
// keys: name to id (without regard to case, as IAM's names are unique), member
// and attachment in the other direction. Names, paths and tags may change; an
// id never does, and whatever refers to an entity refers to its id.
//
// A View is one consistent reading at one revision: everything that decides
// one request reads through one View. An Update is a transaction: it reads
// through the same methods, and commits only if nothing it read has changed
// meanwhile, else it runs again. What must not happen at once with something
// else touches the same document: AddUserToGroup rewrites the group it adds
// to, so that it cannot pass a DeleteGroup unseen.
//
// Reading methods answer false for what is not there. A store that fails is
// not the same thing: the reader then remembers the first error, answers false
// from there on, and Err tells it. The door asks Err before it lets a decision
// count, and Update before it commits, so a policy that could not be read
// never passes for a policy that is not there.
//
// Decoded documents are cached by key and revision and shared: nobody may
// change what a View returns. Inside an Update, the Edit methods give a copy.
package directory
