// Package bolt is the store of a single node: one bbolt file, or the same in
// memory.
//
// The file has four buckets. A key's newest value is one b-tree lookup away;
// what it was before is kept beside it until it is compacted:
//
//	rolecall  format version and id of the store
//	current   key → created, modified, checksum, value
//	past      key, revision that replaced it → the same record, as it was
//	history   revision, number → put or delete, and the key
//
// The sequence number of current is the revision of the store, that of history
// the compacted revision, so that a read transaction knows both without a
// lookup. A watch reads history and finds each value in current or past, so
// that no value is stored twice and a slow watcher costs no memory.
//
// One goroutine commits. While it waits for the disk the next transactions
// gather, and all of them share the next commit: each is evaluated in turn on
// what those before it wrote, and one that fails its compares writes nothing.
//
// Every record carries a checksum. bbolt itself panics on what it cannot read;
// here every such panic, and a fault in the mapped file, becomes ErrDamaged.
package bolt
