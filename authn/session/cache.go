package session

import (
	"strings"
	"time"

	"github.com/rolecall-iam/rolecall/authn/internal/table"
)

// Cache remembers opened sessions, so that a token used a thousand times is
// decrypted once. It serves one keyring and those made from it. It is bounded,
// safe for many goroutines, and its reads take no lock. The zero value is not
// usable.
type Cache struct {
	opened *table.Table[opened]
}

type opened struct {
	session *Session
	key     uint32
}

// NewCache makes a cache of about that many sessions. One takes two to four
// kilobytes.
func NewCache(sessions int) *Cache {
	return &Cache{opened: table.New[opened](sessions)}
}

// Open is Open with a memory. The access key id, the session's expiry and the
// state of the key that sealed it are checked on every use.
func (c *Cache) Open(k *Keyring, token, accessKeyID string, now time.Time) (*Session, error) {
	if o, ok := c.opened.Get(token); ok && o.session.AccessKeyID == accessKeyID {
		one := k.find(o.key)
		if one == nil || k.state(one, now) == Gone {
			return nil, ErrInvalid
		}
		if !now.Before(o.session.Expires) {
			return nil, ErrExpired
		}
		return o.session, nil
	}
	s, one, err := open(k, token, accessKeyID, now)
	if err != nil {
		return nil, err
	}
	if !now.Before(s.Expires) {
		return nil, ErrExpired
	}
	c.opened.Put(strings.Clone(token), opened{session: s, key: one.id})
	return s, nil
}
