package session

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"
)

// wrapVersion stands first in a wrapped keyring.
const wrapVersion = 1

// keySize is what a key takes in a wrapped keyring: id, time, purged, key.
const keySize = 4 + 8 + 1 + 32

// maxKeys bounds a keyring. One that rotates daily and never prunes stays
// below it for a decade.
const maxKeys = 4096

// ErrUnwrap is Unwrap's answer to the wrong master key, or to bytes that Wrap
// did not write: the two cannot be told apart.
var ErrUnwrap = errors.New("the keyring cannot be opened with this master key")

// Wrap seals a keyring under a master key of 32 bytes.
func (k *Keyring) Wrap(master []byte, rand io.Reader) ([]byte, error) {
	aead, err := gcm(master)
	if err != nil {
		return nil, fmt.Errorf("wrap the keyring: %w", err)
	}
	plain := make([]byte, 0, len(k.keys)*keySize)
	for _, one := range k.keys {
		plain = binary.BigEndian.AppendUint32(plain, one.id)
		plain = binary.BigEndian.AppendUint64(plain, uint64(one.activeAt))
		purged := byte(0)
		if one.purged {
			purged = 1
		}
		plain = append(append(plain, purged), one.material[:]...)
	}
	out := make([]byte, 1+nonceSize, 1+nonceSize+len(plain)+tagSize)
	out[0] = wrapVersion
	if _, err := io.ReadFull(rand, out[1:]); err != nil {
		return nil, fmt.Errorf("wrap the keyring: %w", err)
	}
	return aead.Seal(out, out[1:], plain, []byte("rolecall keyring 1")), nil
}

// Unwrap opens what Wrap sealed. Its error is ErrUnwrap unless the master key
// has the wrong length.
func Unwrap(master, wrapped []byte) (*Keyring, error) {
	aead, err := gcm(master)
	if err != nil {
		return nil, fmt.Errorf("unwrap the keyring: %w", err)
	}
	if len(wrapped) < 1+nonceSize+tagSize || wrapped[0] != wrapVersion {
		return nil, ErrUnwrap
	}
	plain, err := aead.Open(nil, wrapped[1:1+nonceSize], wrapped[1+nonceSize:], []byte("rolecall keyring 1"))
	if err != nil || len(plain) == 0 || len(plain)%keySize != 0 || len(plain)/keySize > maxKeys {
		return nil, ErrUnwrap
	}
	k := &Keyring{work: &sync.Pool{New: newWorkspace}}
	for ; len(plain) > 0; plain = plain[keySize:] {
		one := &key{
			id:       binary.BigEndian.Uint32(plain),
			activeAt: int64(binary.BigEndian.Uint64(plain[4:])),
			purged:   plain[12] == 1,
		}
		copy(one.material[:], plain[13:])
		if err := one.derive(); err != nil {
			return nil, err
		}
		k.keys = append(k.keys, one)
	}
	return k, nil
}

// secretVersion stands first in a sealed secret.
const secretVersion = 1

// ErrSecret is OpenSecret's answer to bytes that SealSecret did not write
// for this access key under this keyring.
var ErrSecret = errors.New("the secret cannot be opened with this keyring")

// SealSecret seals the secret of a long-term access key for the store. It is
// bound to the access key id. It fails only where rand does.
func SealSecret(k *Keyring, accessKeyID, secret string, rand io.Reader, now time.Time) ([]byte, error) {
	one := k.active(now)
	out := binary.BigEndian.AppendUint32([]byte{secretVersion}, one.id)
	out = append(out, make([]byte, nonceSize)...)
	nonce := out[headerSize-nonceSize:]
	if _, err := io.ReadFull(rand, nonce); err != nil {
		return nil, fmt.Errorf("seal a secret: %w", err)
	}
	return one.secrets.Seal(out, nonce, []byte(secret), associated(nil, out, accessKeyID)), nil
}

// OpenSecret opens what SealSecret sealed, under any key that was not pruned.
// Its error is always ErrSecret.
func OpenSecret(k *Keyring, accessKeyID string, sealed []byte) (string, error) {
	if len(sealed) < headerSize+tagSize || sealed[0] != secretVersion {
		return "", ErrSecret
	}
	one := k.find(binary.BigEndian.Uint32(sealed[1:]))
	if one == nil {
		return "", ErrSecret
	}
	plain, err := one.secrets.Open(nil, sealed[headerSize-nonceSize:headerSize], sealed[headerSize:], associated(nil, sealed, accessKeyID))
	if err != nil {
		return "", ErrSecret
	}
	return string(plain), nil
}

// NeedsReseal tells whether a sealed secret is under another key than the
// active one, and should be opened and sealed again before Prune.
func NeedsReseal(k *Keyring, sealed []byte, now time.Time) bool {
	return len(sealed) < headerSize || binary.BigEndian.Uint32(sealed[1:]) != k.active(now).id
}
