package bearer

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
)

// tokenBytes is the length of a token before it is written in base64.
const tokenBytes = 32

// New makes a token. It fails only where rand does.
func New(rand io.Reader) (string, error) {
	var raw [tokenBytes]byte
	if _, err := io.ReadFull(rand, raw[:]); err != nil {
		return "", fmt.Errorf("make a token: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(raw[:]), nil
}

// Hash is what is stored of a token.
func Hash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// FormToken is what a form carries, so that no other site can post it: made of
// the cookie's token, which another site cannot read.
func FormToken(token string) string {
	mac := hmac.New(sha256.New, []byte(token))
	mac.Write([]byte("form")) // never fails
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// IsFormToken tells in constant time whether a form is of the cookie's token.
func IsFormToken(form, token string) bool {
	return token != "" && subtle.ConstantTimeCompare([]byte(form), []byte(FormToken(token))) == 1
}

// letters are those of user codes: consonants, so that no word comes about and
// nothing is mistaken for a digit.
//
// Source: https://www.rfc-editor.org/rfc/rfc8628#section-6.1
const letters = "BCDFGHJKLMNPQRSTVWXZ"

// userCodeLetters is how many letters a user code has.
const userCodeLetters = 8

// NewUserCode makes a code for people to type, such as BDFG-HJKL. It fails only
// where rand does.
func NewUserCode(rand io.Reader) (string, error) {
	code := make([]byte, 0, userCodeLetters+1)
	var b [1]byte
	for len(code) < userCodeLetters+1 {
		if len(code) == userCodeLetters/2 {
			code = append(code, '-')
			continue
		}
		if _, err := io.ReadFull(rand, b[:]); err != nil {
			return "", fmt.Errorf("make a user code: %w", err)
		}
		// What is left over would make the first letters likelier.
		if int(b[0]) < 256/len(letters)*len(letters) {
			code = append(code, letters[int(b[0])%len(letters)])
		}
	}
	return string(code), nil
}

// ParseUserCode reads a code as people type it: in any case, with or without
// the hyphen, with spaces. It answers false for what is no code.
func ParseUserCode(typed string) (string, bool) {
	if len(typed) > 4*userCodeLetters {
		return "", false
	}
	code := make([]byte, 0, userCodeLetters+1)
	for _, c := range []byte(strings.ToUpper(typed)) {
		switch {
		case c == ' ' || c == '-':
			continue
		case strings.IndexByte(letters, c) < 0 || len(code) > userCodeLetters:
			return "", false
		}
		if len(code) == userCodeLetters/2 {
			code = append(code, '-')
		}
		code = append(code, c)
	}
	return string(code), len(code) == userCodeLetters+1
}

// The lengths of a code verifier.
//
// Source: https://www.rfc-editor.org/rfc/rfc7636#section-4.1
const (
	shortestVerifier = 43
	longestVerifier  = 128
)

// challengeLength is that of a SHA-256 in base64.
const challengeLength = 43

// IsChallenge tells whether text can be the S256 challenge of a verifier.
func IsChallenge(text string) bool {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	return err == nil && len(text) == challengeLength && len(raw) == sha256.Size
}

// Verifies tells whether a code verifier is the one that an S256 challenge was
// made of.
//
// Source: https://www.rfc-editor.org/rfc/rfc7636#section-4.6
func Verifies(verifier, challenge string) bool {
	if len(verifier) < shortestVerifier || len(verifier) > longestVerifier {
		return false
	}
	sum := sha256.Sum256([]byte(verifier))
	return subtle.ConstantTimeCompare([]byte(base64.RawURLEncoding.EncodeToString(sum[:])), []byte(challenge)) == 1
}
