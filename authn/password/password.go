package password

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"io"
	"strings"

	"golang.org/x/crypto/argon2"
)

// The parameters of new hashes: what OWASP recommends at the least, so that a
// small machine can do several at once.
//
// Source: https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
const (
	memory  = 19 * 1024 // KiB
	passes  = 2
	threads = 1
	saltLen = 16
	hashLen = 32
)

// The most that a hash may ask for: one from elsewhere does not take all
// memory or hang.
const (
	maxMemory  = 64 * 1024
	maxPasses  = 16
	maxThreads = 8
	maxBytes   = 64 // of salt and hash
)

// Hash answers the hash of a password under a new salt. It fails only where
// rand does.
func Hash(password string, rand io.Reader) (string, error) {
	salt := make([]byte, saltLen)
	if _, err := io.ReadFull(rand, salt); err != nil {
		return "", fmt.Errorf("make the salt of a password: %w", err)
	}
	h := parameters{memory, passes, threads, salt, nil}
	h.hash = h.of(password, hashLen)
	return h.String(), nil
}

// Unknown answers a hash whose password nobody knows: it is made of its salt, by
// another function. To compare with it takes as long as with any other, so that
// whoever is not there is refused no sooner than whoever is. It fails only where
// rand does.
func Unknown(rand io.Reader) (string, error) {
	salt := make([]byte, saltLen)
	if _, err := io.ReadFull(rand, salt); err != nil {
		return "", fmt.Errorf("make the hash of no password: %w", err)
	}
	hash := sha256.Sum256(salt)
	return parameters{memory, passes, threads, salt, hash[:hashLen]}.String(), nil
}

// Matches tells whether a password belongs to a hash. To what is no hash
// belongs none.
func Matches(hash, password string) bool {
	h, ok := parse(hash)
	return ok && subtle.ConstantTimeCompare(h.hash, h.of(password, uint32(len(h.hash)))) == 1
}

// parameters are those of a hash, and the hash itself.
type parameters struct {
	memory, passes uint32
	threads        uint8
	salt, hash     []byte
}

func (p parameters) of(password string, size uint32) []byte {
	return argon2.IDKey([]byte(password), p.salt, p.passes, p.memory, p.threads, size)
}

// String is the hash with its parameters as text.
func (p parameters) String() string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, p.memory, p.passes, p.threads,
		base64.RawStdEncoding.EncodeToString(p.salt), base64.RawStdEncoding.EncodeToString(p.hash))
}

// parse reads what String wrote, and nothing that is written otherwise.
func parse(text string) (parameters, bool) {
	fields := strings.Split(text, "$")
	if len(fields) != 6 {
		return parameters{}, false
	}
	var p parameters
	if _, err := fmt.Sscanf(fields[3], "m=%d,t=%d,p=%d", &p.memory, &p.passes, &p.threads); err != nil {
		return parameters{}, false
	}
	if p.memory == 0 || p.memory > maxMemory || p.passes == 0 || p.passes > maxPasses || p.threads == 0 || p.threads > maxThreads {
		return parameters{}, false
	}
	var err error
	if p.salt, err = base64.RawStdEncoding.DecodeString(fields[4]); err != nil {
		return parameters{}, false
	}
	if p.hash, err = base64.RawStdEncoding.DecodeString(fields[5]); err != nil {
		return parameters{}, false
	}
	if len(p.salt) == 0 || len(p.salt) > maxBytes || len(p.hash) < saltLen || len(p.hash) > maxBytes {
		return parameters{}, false
	}
	return p, p.String() == text
}
