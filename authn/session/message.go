package session

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/rolecall-iam/rolecall/arn"
)

// messageVersion stands first in a sealed message.
const messageVersion = 1

// MaxMessage is the length of the longest sealed message, in characters.
//
// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html
const MaxMessage = 10240

// messageLife is how long a message can be opened. AWS says that messages
// expire, not when.
const messageLife = 24 * time.Hour

// ErrMessage is OpenMessage's answer to what SealMessage did not write for this
// account, or too long ago.
var ErrMessage = errors.New("the message cannot be opened, or has expired")

// SealMessage seals a text about a denied request for those of an account who
// may read it, in letters, digits, "-" and "_". It fails where rand does, and
// with ErrTooLarge.
func SealMessage(k *Keyring, account arn.AccountID, text []byte, rand io.Reader, now time.Time) (string, error) {
	if len(text) > maxBody-8 {
		return "", ErrTooLarge
	}
	w := k.work.Get().(*workspace)
	defer k.work.Put(w)
	w.body = append(binary.BigEndian.AppendUint64(w.body[:0], uint64(now.Unix())), text...)
	if err := w.deflate(); err != nil {
		return "", fmt.Errorf("seal a message: %w", err)
	}
	one := k.active(now)
	b := binary.BigEndian.AppendUint32(append(w.token[:0], messageVersion), one.id)
	b = append(b, make([]byte, nonceSize)...)
	if _, err := io.ReadFull(rand, b[headerSize-nonceSize:]); err != nil {
		return "", fmt.Errorf("seal a message: %w", err)
	}
	w.data = associated(w.data[:0], b, account.String())
	w.token = one.messages.Seal(b, b[headerSize-nonceSize:headerSize], w.packed, w.data)
	if base64.RawURLEncoding.EncodedLen(len(w.token)) > MaxMessage {
		return "", ErrTooLarge
	}
	w.data = base64.RawURLEncoding.AppendEncode(w.data[:0], w.token)
	return string(w.data), nil
}

// OpenMessage opens what SealMessage sealed for an account. Its error is always
// ErrMessage.
func OpenMessage(k *Keyring, account arn.AccountID, message string, now time.Time) ([]byte, error) {
	if len(message) > MaxMessage || strings.ContainsAny(message, "\r\n") { // which the decoder would skip
		return nil, ErrMessage
	}
	w := k.work.Get().(*workspace)
	defer k.work.Put(w)
	var err error
	w.data = append(w.data[:0], message...)
	w.token, err = base64.RawURLEncoding.Strict().AppendDecode(w.token[:0], w.data)
	if err != nil || len(w.token) < headerSize+tagSize || w.token[0] != messageVersion {
		return nil, ErrMessage
	}
	one := k.find(binary.BigEndian.Uint32(w.token[1:]))
	if one == nil || k.state(one, now) == Gone {
		return nil, ErrMessage
	}
	w.data = associated(w.data[:0], w.token, account.String())
	w.packed, err = one.messages.Open(w.packed[:0], w.token[headerSize-nonceSize:headerSize], w.token[headerSize:], w.data)
	if err != nil || w.inflate() != nil || len(w.body) < 8 {
		return nil, ErrMessage
	}
	sealed := time.Unix(int64(binary.BigEndian.Uint64(w.body)), 0)
	if now.After(sealed.Add(messageLife)) {
		return nil, ErrMessage
	}
	return append([]byte(nil), w.body[8:]...), nil
}
