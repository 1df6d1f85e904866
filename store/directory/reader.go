package directory

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/store"
)

// Reader is what a View and a Tx have in common: every way to look something
// up. What it returns is shared and must not be changed.
type Reader struct {
	snap  store.Snapshot
	cache *cache
	read  func(key string, revision int64) // told of each key read; nil outside a Tx
	err   error
}

// Err is the first failure of the store since the Reader was made. Where it is
// not nil, a false from any method means nothing.
func (r *Reader) Err() error { return r.err }

// Revision is the store's revision that r reads at.
func (r *Reader) Revision() int64 { return r.snap.Revision() }

func (r *Reader) get(key string) (store.KV, bool) {
	if r.err != nil {
		return store.KV{}, false
	}
	kv, ok, err := r.snap.Get(key)
	if err != nil {
		r.err = fmt.Errorf("read %q: %w", key, err)
		return store.KV{}, false
	}
	if r.read != nil {
		r.read(key, kv.ModRevision)
	}
	return kv, ok
}

// document reads and decodes the document under key, or takes it from the
// cache where this very revision of it was decoded before.
func document[T any](r *Reader, key string) (*T, bool) {
	kv, ok := r.get(key)
	if !ok {
		return nil, false
	}
	if v, ok := r.cache.get(key, kv.ModRevision); ok {
		return v.(*T), true
	}
	v := new(T)
	if err := json.Unmarshal(kv.Value, v); err != nil {
		r.err = fmt.Errorf("decode %q: %w", key, err)
		return nil, false
	}
	r.cache.put(key, kv.ModRevision, len(kv.Value), v)
	return v, true
}

// referred is document for a key that something else in the store refers to:
// that it is not there is damage, not an answer.
func referred[T any](r *Reader, key string) (*T, bool) {
	v, ok := document[T](r, key)
	if !ok && r.err == nil {
		r.err = fmt.Errorf("read %q: %w: something refers to it, and it is not there", key, store.ErrDamaged)
	}
	return v, ok
}

func (r *Reader) text(key string) (string, bool) {
	kv, ok := r.get(key)
	return string(kv.Value), ok
}

// keys walks the keys under prefix that come after the one given, in order,
// without their prefix, until yield answers false.
func (r *Reader) keys(prefix, after string, yield func(rest string, value []byte) bool) {
	if r.err != nil {
		return
	}
	if after != "" {
		after = prefix + after
	}
	for kv, err := range r.snap.List(prefix, after, 0) {
		if err != nil {
			r.err = fmt.Errorf("list %q: %w", prefix, err)
			return
		}
		if !yield(strings.TrimPrefix(kv.Key, prefix), kv.Value) {
			return
		}
	}
}

func (r *Reader) count(prefix string) int {
	n := 0
	r.keys(prefix, "", func(string, []byte) bool { n++; return true })
	return n
}

// Account reads an account that lives here.
func (r *Reader) Account(id arn.AccountID) (*Account, bool) {
	return document[Account](r, accountPrefix+id.String())
}

// Accounts walks all accounts in the order of their numbers.
func (r *Reader) Accounts(yield func(*Account) bool) {
	r.keys(accountPrefix, "", func(id string, _ []byte) bool {
		a, ok := document[Account](r, accountPrefix+id)
		return ok && yield(a)
	})
}

// AliasAccount answers the account that has the alias.
func (r *Reader) AliasAccount(alias string) (arn.AccountID, bool) {
	digits, ok := r.text(aliasPrefix + alias)
	if !ok {
		return arn.AccountID{}, false
	}
	id, err := arn.ParseAccountID(digits)
	return id, err == nil
}

// AccessKey reads a long-term access key.
func (r *Reader) AccessKey(id string) (*AccessKey, bool) {
	return document[AccessKey](r, accessPrefix+id)
}

// LastUsed tells when an access key was last used, as far as it was written
// down.
func (r *Reader) LastUsed(key string) (*LastUsed, bool) {
	return document[LastUsed](r, lastUsedPrefix+key)
}

// Keyring is the wrapped keyring, as it was stored.
func (r *Reader) Keyring() ([]byte, bool) {
	kv, ok := r.get(keyringKey)
	return append([]byte(nil), kv.Value...), ok
}
