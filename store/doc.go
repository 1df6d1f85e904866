// Package store is what rolecall remembers: ordered keys with values, one
// revision that counts every change, transactions that compare before they
// write, and a watch that misses nothing. It is a small subset of etcd v3, so
// that one embedded file (package bolt) and a cluster can stand behind it.
//
// Reading takes a Snapshot, which never changes while it is open:
//
//	s, err := engine.Read(ctx)
//	if err != nil {
//		return err
//	}
//	defer s.Close()
//	kv, ok, err := s.Get("role/AROA…")
//
// Writing compares and sets. Nothing is locked between reading and writing: a
// writer says what it has seen, and begins again when that is no longer so:
//
//	r, err := engine.Txn(ctx, store.Txn{
//		Compares: []store.Compare{store.Unchanged{Key: kv.Key, ModRevision: kv.ModRevision}},
//		Ops:      []store.Op{store.Put{Key: kv.Key, Value: changed}},
//	})
//	if err == nil && !r.Succeeded {
//		// somebody else was first
//	}
//
// Following takes every change from a revision on, one transaction at a time:
//
//	for change, err := range engine.Watch(ctx, "role/", s.Revision()+1) {
//		…
//	}
//
// A new store is at revision 1, as etcd's is, and the first change makes
// revision 2. Package storetest holds all of this for every engine.
package store
