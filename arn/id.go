package arn

import (
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// IDPrefix is the four letters that tell what a unique identifier names.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-prefixes
type IDPrefix string

// The prefixes that AWS documents and this service makes.
const (
	UserPrefix            IDPrefix = "AIDA"
	RolePrefix            IDPrefix = "AROA"
	GroupPrefix           IDPrefix = "AGPA"
	ManagedPolicyPrefix   IDPrefix = "ANPA"
	InstanceProfilePrefix IDPrefix = "AIPA"
	AccessKeyPrefix       IDPrefix = "AKIA"
	SessionKeyPrefix      IDPrefix = "ASIA"
)

// keyEncoding is RFC 4648's base32, which AWS's identifiers are written in.
var keyEncoding = base32.StdEncoding.WithPadding(base32.NoPadding)

// NewID makes the identifier of an entity: the prefix and seventeen letters
// and digits. Like AWS's, it carries the account in its first characters, so
// that ids of one account look alike and never collide with another's.
// It fails only where rand does.
func NewID(prefix IDPrefix, account AccountID, rand io.Reader) (string, error) {
	id, err := NewKeyID(prefix, account, rand)
	if err != nil {
		return "", err
	}
	var extra [1]byte
	if _, err := io.ReadFull(rand, extra[:]); err != nil {
		return "", fmt.Errorf("make an identifier: %w", err)
	}
	return id + string("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[extra[0]&31]), nil
}

// NewKeyID makes an access key ID: the prefix and sixteen base32 characters
// whose first 48 bits hold a set bit, the account's number in forty, and the
// start of 39 random bits. KeyAccount reads the account back, as people do
// with real access key IDs.
func NewKeyID(prefix IDPrefix, account AccountID, rand io.Reader) (string, error) {
	var b [10]byte
	if _, err := io.ReadFull(rand, b[:]); err != nil {
		return "", fmt.Errorf("make an identifier: %w", err)
	}
	number, err := strconv.ParseUint(account.digits, 10, 64)
	if err != nil {
		return "", fmt.Errorf("make an identifier for account %q: %w", account.digits, err)
	}
	head := binary.BigEndian.Uint64(b[:8])
	const random = 1<<23 - 1 // what the account leaves of the first 64 bits
	head = 1<<63 | number<<23 | head&random
	binary.BigEndian.PutUint64(b[:8], head)
	return string(prefix) + keyEncoding.EncodeToString(b[:]), nil
}

// KeyAccount reads the account out of an access key ID that NewKeyID made. It
// answers false for a key ID that carries none, such as one that a user chose.
func KeyAccount(id string) (AccountID, bool) {
	if len(id) != 20 {
		return AccountID{}, false
	}
	b, err := keyEncoding.DecodeString(id[4:])
	if err != nil || len(b) != 10 || b[0]&0x80 == 0 { // the decoder skips line breaks
		return AccountID{}, false
	}
	number := binary.BigEndian.Uint64(b[:8]) << 1 >> 24
	digits := strconv.FormatUint(number, 10)
	if len(digits) > 12 {
		return AccountID{}, false
	}
	account, err := ParseAccountID(strings.Repeat("0", 12-len(digits)) + digits)
	return account, err == nil
}
