package session

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"strings"
	"time"
)

// tokenVersion stands first in a token.
const tokenVersion = 1

const (
	nonceSize  = 12
	headerSize = 1 + 4 + nonceSize // version, key id, nonce
	tagSize    = 16

	maxToken = 4 << 10  // longest token that is made or read, in characters
	maxBody  = 64 << 10 // longest body that is inflated, in bytes
)

// Seal makes the session token of s under the keyring's active key. The
// session's AccessKeyID is bound to the token. It fails where rand does, for
// a session that makes no sense, and with ErrTooLarge.
func Seal(k *Keyring, s *Session, rand io.Reader, now time.Time) (string, error) {
	w := k.work.Get().(*workspace)
	defer k.work.Put(w)
	var err error
	if w.body, err = appendBody(w.body[:0], s); err != nil {
		return "", fmt.Errorf("seal a session: %w", err)
	}
	if len(w.body) > maxBody {
		return "", ErrTooLarge
	}
	if err := w.deflate(); err != nil {
		return "", fmt.Errorf("seal a session: %w", err)
	}
	key := k.active(now)
	b := binary.BigEndian.AppendUint32(append(w.token[:0], tokenVersion), key.id)
	b = append(b, make([]byte, nonceSize)...)
	if _, err := io.ReadFull(rand, b[headerSize-nonceSize:]); err != nil {
		return "", fmt.Errorf("seal a session: %w", err)
	}
	w.data = associated(w.data[:0], b, s.AccessKeyID)
	w.token = key.tokens.Seal(b, b[headerSize-nonceSize:headerSize], w.packed, w.data)
	if base64.StdEncoding.EncodedLen(len(w.token)) > maxToken {
		return "", ErrTooLarge
	}
	w.data = base64.StdEncoding.AppendEncode(w.data[:0], w.token)
	return string(w.data), nil
}

// associated is what is bound to a sealed text but not inside: the version
// and key id that begin it, and the access key id.
func associated(b, sealed []byte, accessKeyID string) []byte {
	return append(append(b, sealed[:1+4]...), accessKeyID...)
}

// Open reads a token that came with an access key id. Its error is ErrExpired
// for a good token whose time is over, and ErrInvalid for everything else.
func Open(k *Keyring, token, accessKeyID string, now time.Time) (*Session, error) {
	s, _, err := open(k, token, accessKeyID, now)
	if err != nil {
		return nil, err
	}
	if !now.Before(s.Expires) {
		return nil, ErrExpired
	}
	return s, nil
}

// open reads a token without looking at the session's own times, and tells
// which key it was sealed with.
func open(k *Keyring, token, accessKeyID string, now time.Time) (*Session, *key, error) {
	// The decoder would skip line breaks, and one session would have many
	// tokens.
	if len(token) > maxToken || strings.ContainsAny(token, "\r\n") {
		return nil, nil, ErrInvalid
	}
	w := k.work.Get().(*workspace)
	defer k.work.Put(w)
	var err error
	w.data = append(w.data[:0], token...)
	w.token, err = base64.StdEncoding.Strict().AppendDecode(w.token[:0], w.data)
	if err != nil || len(w.token) < headerSize+tagSize || w.token[0] != tokenVersion {
		return nil, nil, ErrInvalid
	}
	key := k.find(binary.BigEndian.Uint32(w.token[1:]))
	if key == nil || k.state(key, now) == Gone {
		return nil, nil, ErrInvalid
	}
	w.data = associated(w.data[:0], w.token, accessKeyID)
	w.packed, err = key.tokens.Open(w.packed[:0], w.token[headerSize-nonceSize:headerSize], w.token[headerSize:], w.data)
	if err != nil {
		return nil, nil, ErrInvalid
	}
	if err := w.inflate(); err != nil {
		return nil, nil, ErrInvalid
	}
	s, err := parseBody(w.body)
	if err != nil {
		return nil, nil, ErrInvalid
	}
	s.AccessKeyID = strings.Clone(accessKeyID)
	return s, key, nil
}
