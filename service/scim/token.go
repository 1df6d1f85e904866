package scim

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/rolecall-iam/rolecall/store/directory"
)

// A token is the base64url of its id and its secret. Only the hash of the
// secret is kept: 256 random bits need no slow hash.
const (
	idBytes     = 8
	secretBytes = 32
)

// TokenLife is how long a token is good.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/provision-automatically.html
// ("SCIM access tokens are generated with a validity of one year")
const TokenLife = 365 * 24 * time.Hour

// NewToken makes a token for an identity store: what is kept of it, and the
// token itself, which nobody can tell again.
func NewToken(store string, now time.Time, rand io.Reader) (*directory.SCIMToken, string, error) {
	var b [idBytes + secretBytes]byte
	if _, err := io.ReadFull(rand, b[:]); err != nil {
		return nil, "", fmt.Errorf("make a SCIM token: %w", err)
	}
	hash := sha256.Sum256(b[idBytes:])
	now = now.UTC().Truncate(time.Second)
	t := &directory.SCIMToken{ID: hex.EncodeToString(b[:idBytes]), Store: store, Hash: hash[:], Created: now, Expires: now.Add(TokenLife)}
	return t, base64.RawURLEncoding.EncodeToString(b[:]), nil
}

// storeOf answers the identity store that a request's token is for, and the
// token's id.
func storeOf(r *http.Request, view *directory.View, now time.Time) (*directory.IdentityStore, string, error) {
	scheme, text, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	b, err := base64.RawURLEncoding.Strict().DecodeString(strings.TrimSpace(text))
	if !strings.EqualFold(scheme, "Bearer") || err != nil || len(b) != idBytes+secretBytes {
		return nil, "", unauthorized()
	}
	hash := sha256.Sum256(b[idBytes:])
	t, ok := view.SCIMToken(hex.EncodeToString(b[:idBytes]))
	if !ok {
		t = &directory.SCIMToken{Hash: make([]byte, sha256.Size)}
	}
	if subtle.ConstantTimeCompare(hash[:], t.Hash) != 1 || !ok || !now.Before(t.Expires) {
		return nil, "", unauthorized()
	}
	s, ok := view.IdentityStore(t.Store)
	if !ok {
		return nil, "", unauthorized()
	}
	return s, t.ID, nil
}
