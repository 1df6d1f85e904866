package session

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"
)

// State is what a key of a keyring may be used for.
type State uint8

// The states a key goes through. The zero State is none of them.
const (
	_          State = iota
	Staged           // opens tokens; will seal them once its time has come
	Active           // seals and opens
	VerifyOnly       // opens tokens
	Gone             // opens no token; opens secrets at rest until Prune
)

// String is the state's name, as the documentation has it.
func (s State) String() string {
	names := [...]string{"", "staged", "active", "verify-only", "gone"}
	if int(s) < len(names) {
		return names[s]
	}
	return ""
}

// Keyring holds the keys that tokens and secrets are sealed under. It never
// changes; Rotate, Purge and Prune answer another. It is safe for many
// goroutines and prints without its keys. The zero value is not usable.
type Keyring struct {
	keys []*key // oldest activation first, never empty
	work *sync.Pool
}

// Key is what may be told of a key.
type Key struct {
	ID       uint32
	State    State
	ActiveAt time.Time // when it begins, or began, to seal
	GoneAt   time.Time // when it opens its last token; zero while none follows it
}

// key is one generation. Its times are whole seconds.
type key struct {
	id       uint32
	activeAt int64
	purged   bool // its tokens are refused, whatever their age
	material [32]byte
	tokens   cipher.AEAD
	secrets  cipher.AEAD
	messages cipher.AEAD
}

// grace is how long a key opens tokens after the next began to seal: the life
// of the longest session, and an hour for clocks that differ.
const grace = int64((MaxLife + time.Hour) / time.Second)

// ErrStaged is Rotate's answer while an earlier rotation is under way.
var ErrStaged = errors.New("a new key is already staged")

// NewKeyring makes a keyring of one key that is active at once. It fails only
// where rand does.
func NewKeyring(now time.Time, rand io.Reader) (*Keyring, error) {
	k := &Keyring{work: &sync.Pool{New: newWorkspace}}
	return k.with(now, rand)
}

// Rotate adds a key that becomes active after delay, which is to be longer
// than a change takes to reach every node. It answers ErrStaged where a key
// waits already.
func (k *Keyring) Rotate(now time.Time, delay time.Duration, rand io.Reader) (*Keyring, error) {
	if k.keys[len(k.keys)-1].activeAt > now.Unix() {
		return nil, ErrStaged
	}
	return k.with(now.Add(delay), rand)
}

// Purge adds a key that is active at once and refuses every token sealed
// before: all sessions end. Secrets at rest are not touched.
func (k *Keyring) Purge(now time.Time, rand io.Reader) (*Keyring, error) {
	old := &Keyring{work: k.work}
	for _, one := range k.keys {
		gone := *one
		gone.purged, gone.activeAt = true, min(gone.activeAt, now.Unix())
		old.keys = append(old.keys, &gone)
	}
	return old.with(now, rand)
}

// Prune drops the keys that are gone. Call it only when no secret at rest is
// sealed under them: see NeedsReseal.
func (k *Keyring) Prune(now time.Time) *Keyring {
	kept := &Keyring{work: k.work}
	for _, one := range k.keys {
		if k.state(one, now) != Gone {
			kept.keys = append(kept.keys, one)
		}
	}
	return kept
}

// Keys lists the keys, oldest first, with their states at now.
func (k *Keyring) Keys(now time.Time) []Key {
	out := make([]Key, len(k.keys))
	for i, one := range k.keys {
		out[i] = Key{ID: one.id, State: k.state(one, now), ActiveAt: time.Unix(one.activeAt, 0).UTC()}
		if next := k.next(one); next != nil {
			out[i].GoneAt = time.Unix(next.activeAt+grace, 0).UTC()
			if one.purged {
				out[i].GoneAt = time.Unix(next.activeAt, 0).UTC()
			}
		}
	}
	return out
}

// Format prints how many keys there are, whatever the verb.
func (k *Keyring) Format(f fmt.State, _ rune) {
	fmt.Fprintf(f, "keyring of %d keys", len(k.keys))
}

// with is k and a new key, active from a time on.
func (k *Keyring) with(activeAt time.Time, rand io.Reader) (*Keyring, error) {
	one := &key{activeAt: activeAt.Unix()}
	var id [4]byte
	for one.id == 0 || k.find(one.id) != nil {
		if _, err := io.ReadFull(rand, id[:]); err != nil {
			return nil, fmt.Errorf("make a key: %w", err)
		}
		one.id = binary.BigEndian.Uint32(id[:])
	}
	if _, err := io.ReadFull(rand, one.material[:]); err != nil {
		return nil, fmt.Errorf("make a key: %w", err)
	}
	if err := one.derive(); err != nil {
		return nil, err
	}
	return &Keyring{keys: append(slices.Clone(k.keys), one), work: k.work}, nil
}

// derive makes the ciphers of a key: one each for tokens, secrets and messages,
// so that none can ever be taken for another.
func (one *key) derive() (err error) {
	if one.tokens, err = derived(one.material[:], "rolecall session token"); err != nil {
		return err
	}
	if one.secrets, err = derived(one.material[:], "rolecall secret at rest"); err != nil {
		return err
	}
	one.messages, err = derived(one.material[:], "rolecall authorization message")
	return err
}

func derived(material []byte, purpose string) (cipher.AEAD, error) {
	sub, err := hkdf.Key(sha256.New, material, nil, purpose, 32)
	if err != nil {
		return nil, fmt.Errorf("derive a key: %w", err)
	}
	return gcm(sub)
}

// gcm is AES-256-GCM under a key of 32 bytes.
func gcm(key []byte) (cipher.AEAD, error) {
	if len(key) != 32 {
		return nil, fmt.Errorf("key has %d bytes, not 32", len(key))
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// active is the key that seals at now: the newest whose time has come, or the
// oldest where the clock stands before them all.
func (k *Keyring) active(now time.Time) *key {
	for i := len(k.keys) - 1; i > 0; i-- {
		if k.keys[i].activeAt <= now.Unix() {
			return k.keys[i]
		}
	}
	return k.keys[0]
}

// find answers the key with an id, or nil.
func (k *Keyring) find(id uint32) *key {
	for _, one := range k.keys {
		if one.id == id {
			return one
		}
	}
	return nil
}

// next is the key that follows one, or nil.
func (k *Keyring) next(one *key) *key {
	if i := slices.Index(k.keys, one); i+1 < len(k.keys) {
		return k.keys[i+1]
	}
	return nil
}

func (k *Keyring) state(one *key, now time.Time) State {
	if one.purged {
		return Gone
	}
	if one == k.active(now) {
		return Active
	}
	if one.activeAt > now.Unix() {
		return Staged
	}
	if next := k.next(one); next != nil && now.Unix() > next.activeAt+grace {
		return Gone
	}
	return VerifyOnly
}
