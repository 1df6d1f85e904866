package service

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authn/session"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// propagation is how long a new sealing key only opens before it seals: longer
// than a change of the store takes to every node.
const propagation = time.Minute

// Keys is the keyring in use: it seals and opens sessions and the secrets of
// access keys. The keyring itself is in the store, wrapped by a master key
// that is not.
type Keys struct {
	dir    *directory.Directory
	master []byte
	now    func() time.Time
	rand   io.Reader

	ring   atomic.Pointer[session.Keyring]
	opened *session.Cache

	reloading sync.Mutex
	revision  int64 // by reloading: of the store when ring was read
}

// openedSessions is how many sessions are kept open in memory.
const openedSessions = 1 << 12

// OpenKeys reads the keyring, and makes one for a store that has none. It
// fails where the master key is not the one that the keyring was wrapped with.
func OpenKeys(ctx context.Context, dir *directory.Directory, master []byte, now func() time.Time, rand io.Reader) (*Keys, error) {
	k := &Keys{dir: dir, master: master, now: now, rand: rand, opened: session.NewCache(openedSessions)}
	err := dir.Update(ctx, func(tx *directory.Tx) error {
		if _, ok := tx.Keyring(); ok {
			return nil
		}
		ring, err := session.NewKeyring(now(), rand)
		if err != nil {
			return err
		}
		wrapped, err := ring.Wrap(master, rand)
		if err != nil {
			return err
		}
		tx.PutKeyring(wrapped)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return k, k.reload(ctx)
}

// reload reads the keyring from the store, unless that was done since the
// store last changed.
func (k *Keys) reload(ctx context.Context) error {
	k.reloading.Lock()
	defer k.reloading.Unlock()
	view, err := k.dir.View(ctx)
	if err != nil {
		return err
	}
	defer view.Close()
	if view.Revision() == k.revision && k.ring.Load() != nil {
		return nil
	}
	wrapped, ok := view.Keyring()
	if !ok {
		return errors.Join(view.Err(), errors.New("the store has no keyring"))
	}
	ring, err := session.Unwrap(k.master, wrapped)
	if errors.Is(err, session.ErrUnwrap) {
		return errors.New("the key file is not the one that this data was sealed with")
	}
	if err != nil {
		return err
	}
	k.revision = view.Revision()
	k.ring.Store(ring)
	return nil
}

// Rotate adds a key to the keyring, and answers its id and when it begins to
// seal.
func (k *Keys) Rotate(ctx context.Context) (id string, active time.Time, err error) {
	return k.change(ctx, func(ring *session.Keyring, now time.Time) (*session.Keyring, error) {
		return ring.Rotate(now, propagation, k.rand)
	})
}

// Purge adds a key that seals at once and ends every session: none that another
// key sealed is good any more.
func (k *Keys) Purge(ctx context.Context) (id string, active time.Time, err error) {
	return k.change(ctx, func(ring *session.Keyring, now time.Time) (*session.Keyring, error) {
		return ring.Purge(now, k.rand)
	})
}

// change replaces the keyring by one with a new key, the last, and answers that.
func (k *Keys) change(ctx context.Context, next func(*session.Keyring, time.Time) (*session.Keyring, error)) (id string, active time.Time, err error) {
	now := k.now()
	err = k.dir.Update(ctx, func(tx *directory.Tx) error {
		wrapped, _ := tx.Keyring()
		ring, err := session.Unwrap(k.master, wrapped)
		if err != nil {
			return err
		}
		if ring, err = next(ring, now); err != nil {
			return err
		}
		keys := ring.Keys(now)
		last := keys[len(keys)-1]
		id, active = fmt.Sprintf("%08x", last.ID), last.ActiveAt
		if wrapped, err = ring.Wrap(k.master, k.rand); err != nil {
			return err
		}
		tx.PutKeyring(wrapped)
		return nil
	})
	if err != nil {
		return "", time.Time{}, err
	}
	return id, active, k.reload(ctx)
}

// SealSession makes the token of a session.
func (k *Keys) SealSession(s *session.Session, rand io.Reader, now time.Time) (string, error) {
	return session.Seal(k.ring.Load(), s, rand, now)
}

// OpenSession reads a session token that came with an access key id. Its
// error is session.ErrInvalid or session.ErrExpired.
func (k *Keys) OpenSession(token, accessKeyID string, now time.Time) (*session.Session, error) {
	return k.opened.Open(k.ring.Load(), token, accessKeyID, now)
}

// SealMessage seals what is told of a denied request, for those of an account
// who may read it.
func (k *Keys) SealMessage(account arn.AccountID, text []byte, rand io.Reader, now time.Time) (string, error) {
	return session.SealMessage(k.ring.Load(), account, text, rand, now)
}

// OpenMessage opens what SealMessage sealed for the account. Its error is
// session.ErrMessage.
func (k *Keys) OpenMessage(account arn.AccountID, message string, now time.Time) ([]byte, error) {
	return session.OpenMessage(k.ring.Load(), account, message, now)
}

// SealSecret seals the secret of a long-term access key for the store.
func (k *Keys) SealSecret(accessKeyID, secret string) ([]byte, error) {
	return session.SealSecret(k.ring.Load(), accessKeyID, secret, k.rand, k.now())
}

// OpenSecret opens what SealSecret sealed.
func (k *Keys) OpenSecret(accessKeyID string, sealed []byte) (string, error) {
	return session.OpenSecret(k.ring.Load(), accessKeyID, sealed)
}
