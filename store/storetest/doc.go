// Package storetest is what every store.Engine has to pass. Where a rule is
// etcd's, the case says so: the engine over etcd and the one over a file must
// not be told apart by those who use them.
//
// Cases assume nothing of the revision at which they begin and use no key
// outside their own prefixes, so that an engine may hand out one store for
// several of them.
package storetest
