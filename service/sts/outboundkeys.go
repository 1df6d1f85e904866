package sts

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authn/oidc"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

const (
	// keyLife is how long a key signs before another is brought in.
	keyLife = 90 * 24 * time.Hour
	// announced is how long a new key is published before it signs: those who
	// verify tokens keep what was published for hours.
	announced = 24 * time.Hour
	// kept is how long a key stays published when it signs no more: longer than
	// any token lives.
	kept = 24 * time.Hour
)

// signers keeps opened keys by their names. Opening one takes as long as several
// signatures.
type signers struct {
	mu   sync.Mutex
	open map[string]*oidc.SigningKey
}

// maxSigners is how many keys are kept open.
const maxSigners = 256

func (s *signers) get(id string) (*oidc.SigningKey, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k, ok := s.open[id]
	return k, ok
}

func (s *signers) put(k *oidc.SigningKey) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open == nil || len(s.open) >= maxSigners {
		s.open = map[string]*oidc.SigningKey{}
	}
	s.open[k.ID()] = k
}

// outboundKey is the key that an account's tokens are signed with now. It makes
// one for an account that has none, and another when the newest has signed for
// long enough; that one is announced first.
func (s *Service) outboundKey(ctx context.Context, c *service.Call, algorithm string) (*oidc.SigningKey, error) {
	if keys, ok := c.View.OutboundKeys(c.Account); !ok || needsKey(keys, algorithm, c.Now) {
		if err := s.addKey(ctx, c, algorithm); err != nil {
			return nil, err
		}
	}
	keys, _ := c.View.OutboundKeys(c.Account)
	key := signing(keys, algorithm, c.Now)
	if key == nil {
		return nil, fmt.Errorf("account %s has no key to sign with", c.Account)
	}
	if open, ok := s.signers.get(key.ID); ok {
		return open, nil
	}
	private, err := s.sealer.OpenSecret(key.ID, key.Sealed)
	if err != nil {
		return nil, fmt.Errorf("open a signing key: %w", err)
	}
	open, err := oidc.ParseSigningKey(key.Algorithm, private)
	if err != nil {
		return nil, err
	}
	s.signers.put(open)
	return open, nil
}

// signing is the newest key whose time has come; nil where there is none.
func signing(keys *directory.OutboundKeys, algorithm string, now time.Time) *directory.OutboundKey {
	var found *directory.OutboundKey
	if keys == nil {
		return nil
	}
	for i := range keys.Keys {
		if k := &keys.Keys[i]; k.Algorithm == algorithm && !k.Active.After(now) {
			found = k
		}
	}
	return found
}

// needsKey tells whether there is no key, or the newest is old.
func needsKey(keys *directory.OutboundKeys, algorithm string, now time.Time) bool {
	newest := time.Time{}
	for _, k := range keys.Keys {
		if k.Algorithm == algorithm {
			newest = k.Active
		}
	}
	return newest.IsZero() || now.Sub(newest) >= keyLife
}

// addKey writes a new key, and leaves out those that have been retired for long
// enough. Of two who do so at once one finds it done.
func (s *Service) addKey(ctx context.Context, c *service.Call, algorithm string) error {
	key, err := oidc.NewSigningKey(algorithm, c.Rand)
	if err != nil {
		return err
	}
	public, err := key.Public()
	if err != nil {
		return err
	}
	private, err := key.Private()
	if err != nil {
		return err
	}
	sealed, err := s.sealer.SealSecret(key.ID(), private)
	if err != nil {
		return err
	}
	return c.Update(ctx, func(tx *directory.Tx) error {
		before, ok := tx.OutboundKeys(c.Account)
		if !ok {
			before = new(directory.OutboundKeys)
		}
		if !needsKey(before, algorithm, c.Now) {
			return nil
		}
		made := directory.OutboundKey{
			ID: key.ID(), Algorithm: algorithm, Created: c.Now.UTC(), Active: c.Now.UTC(), Public: public, Sealed: sealed,
		}
		if signing(before, algorithm, c.Now) != nil {
			made.Active = made.Active.Add(announced)
		}
		tx.PutOutboundKeys(c.Account, &directory.OutboundKeys{Keys: append(published(before, c.Now), made)})
		return nil
	})
}

// published are the keys that somebody may still need: those that sign or will,
// and those that did until a while ago.
func published(keys *directory.OutboundKeys, now time.Time) []directory.OutboundKey {
	var some []directory.OutboundKey
	for i, k := range keys.Keys {
		if retired := successor(keys.Keys[i+1:], k.Algorithm); retired.IsZero() || now.Sub(retired) < kept {
			some = append(some, k)
		}
	}
	return some
}

// successor is when the first of some keys that is for an algorithm takes over;
// zero where there is none.
func successor(keys []directory.OutboundKey, algorithm string) time.Time {
	for _, k := range keys {
		if k.Algorithm == algorithm {
			return k.Active
		}
	}
	return time.Time{}
}

// IssuerKeys is the key set that an issuer of outbound tokens publishes, and
// false for one that no account has. Tokens of an account that has turned the
// feature off stay good until they end.
func IssuerKeys(r *directory.Reader, issuer string, now time.Time) ([]byte, bool) {
	account, ok := r.IssuerAccount(issuer)
	if !ok || account == (arn.AccountID{}) {
		return nil, false
	}
	var public [][]byte
	if keys, ok := r.OutboundKeys(account); ok {
		for _, k := range published(keys, now) {
			public = append(public, k.Public)
		}
	}
	return oidc.PublishKeys(public), true
}

// newTokenID is a UUID of version 4.
func newTokenID(rand io.Reader) (string, error) {
	var b [16]byte
	if _, err := io.ReadFull(rand, b[:]); err != nil {
		return "", fmt.Errorf("make a token's id: %w", err)
	}
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	text := hex.EncodeToString(b[:])
	return text[:8] + "-" + text[8:12] + "-" + text[12:16] + "-" + text[16:20] + "-" + text[20:], nil
}
