package dpop

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"math/big"
	"net/url"
	"strings"
	"time"
)

// Window is how far the time that a proof names may be from now, in either
// direction: clocks of clients are not right.
//
// Source: https://www.rfc-editor.org/rfc/rfc9449#section-11.1
const Window = 5 * time.Minute

// Life is how long the id of a proof must be remembered, so that none is used
// twice.
const Life = 2 * Window

// longest is beyond any proof that a client has reason to send.
const longest = 4 << 10

// longestID is beyond the UUIDs that clients send.
const longestID = 256

// Proof is what a genuine proof shows.
type Proof struct {
	Thumbprint string // of the key
	ID         string // the jti, to be used once
}

// The refusals. None quotes the proof.
var (
	// ErrMalformed is no proof at all.
	ErrMalformed = errors.New("the DPoP proof is malformed")
	// ErrSignature is a proof that its key did not sign.
	ErrSignature = errors.New("the DPoP proof's signature does not verify")
	// ErrRequest is a proof for another request.
	ErrRequest = errors.New("the DPoP proof is for another request")
	// ErrTime is a proof of another time.
	ErrTime = errors.New("the DPoP proof's time is not now")
)

type header struct {
	Type      string          `json:"typ"`
	Algorithm string          `json:"alg"`
	Key       *key            `json:"jwk"`
	Critical  json.RawMessage `json:"crit"`
}

type key struct {
	Kind    string          `json:"kty"`
	Curve   string          `json:"crv"`
	X       string          `json:"x"`
	Y       string          `json:"y"`
	Private json.RawMessage `json:"d"`
}

type claims struct {
	ID      string       `json:"jti"`
	Method  string       `json:"htm"`
	Address string       `json:"htu"`
	Issued  *json.Number `json:"iat"`
}

// Verify answers what a proof shows that is for a request of a method to one
// of the addresses given, now.
//
// Source: https://www.rfc-editor.org/rfc/rfc9449#section-4.3
func Verify(proof, method string, addresses []string, now time.Time) (Proof, error) {
	parts := strings.Split(proof, ".")
	if len(proof) > longest || len(parts) != 3 {
		return Proof{}, ErrMalformed
	}
	var h header
	var c claims
	if !decode(parts[0], &h) || !decode(parts[1], &c) {
		return Proof{}, ErrMalformed
	}
	if h.Type != "dpop+jwt" || h.Algorithm != "ES256" || h.Key == nil || h.Critical != nil {
		return Proof{}, ErrMalformed
	}
	public, thumbprint, ok := h.Key.public()
	if !ok || c.ID == "" || len(c.ID) > longestID || c.Issued == nil {
		return Proof{}, ErrMalformed
	}
	if !signed(public, parts) {
		return Proof{}, ErrSignature
	}
	if c.Method != method || !isOneOf(c.Address, addresses) {
		return Proof{}, ErrRequest
	}
	issued, err := c.Issued.Float64()
	if err != nil {
		return Proof{}, ErrMalformed
	}
	if off := float64(now.Unix()) - issued; off > Window.Seconds() || off < -Window.Seconds() {
		return Proof{}, ErrTime
	}
	return Proof{Thumbprint: thumbprint, ID: c.ID}, nil
}

// decode reads one part: JSON in base64url, with nothing behind it, and no
// member twice.
func decode(part string, into any) bool {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(part)
	if err != nil || !unique(raw) {
		return false
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	return d.Decode(into) == nil
}

// unique tells whether a text is one JSON object in which no name, in whatever
// letters, is given twice.
func unique(raw []byte) bool {
	d := json.NewDecoder(bytes.NewReader(raw))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return false
	}
	if !uniqueIn(d, 0) {
		return false
	}
	_, err := d.Token()
	return err != nil && !d.More()
}

// deepest is how deep a part may be nested; a key in a header is one deep.
const deepest = 4

func uniqueIn(d *json.Decoder, depth int) bool {
	seen := map[string]bool{}
	for d.More() {
		name, err := d.Token()
		text, ok := name.(string)
		if text = strings.ToLower(text); err != nil || !ok || seen[text] || depth > deepest {
			return false
		}
		seen[text] = true
		value, err := d.Token()
		switch {
		case err != nil, value == json.Delim('['):
			return false // no member that a proof may have is a list
		case value == json.Delim('{'):
			if !uniqueIn(d, depth+1) {
				return false
			}
		}
	}
	_, err := d.Token()
	return err == nil
}

// size is that of a number on the curve P-256.
const size = 32

// public reads the key, and its thumbprint. Numbers that begin with zeros may
// come shorter than they should be: AWS's SDK for Go writes them so.
//
// Source: https://www.rfc-editor.org/rfc/rfc7638
func (k *key) public() (*ecdsa.PublicKey, string, bool) {
	if k.Kind != "EC" || k.Curve != "P-256" || k.Private != nil {
		return nil, "", false
	}
	x, okX := number(k.X)
	y, okY := number(k.Y)
	if !okX || !okY {
		return nil, "", false
	}
	point := append(append([]byte{4}, x...), y...)
	public, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), point)
	if err != nil {
		return nil, "", false
	}
	sum := sha256.Sum256([]byte(`{"crv":"P-256","kty":"EC","x":"` + encode(x) + `","y":"` + encode(y) + `"}`))
	return public, encode(sum[:]), true
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func number(text string) ([]byte, bool) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(raw) == 0 || len(raw) > size {
		return nil, false
	}
	return append(make([]byte, size-len(raw)), raw...), true
}

func signed(public *ecdsa.PublicKey, parts []string) bool {
	signature, err := base64.RawURLEncoding.Strict().DecodeString(parts[2])
	if err != nil || len(signature) != 2*size {
		return false
	}
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	return ecdsa.Verify(public, sum[:], new(big.Int).SetBytes(signature[:size]), new(big.Int).SetBytes(signature[size:]))
}

// isOneOf tells whether an address is one of those given, but for its query.
//
// Source: https://www.rfc-editor.org/rfc/rfc9449#section-4.3 (item 9)
func isOneOf(address string, addresses []string) bool {
	u, err := url.Parse(address)
	if err != nil || u.User != nil {
		return false
	}
	for _, a := range addresses {
		own, err := url.Parse(a)
		if err == nil && strings.EqualFold(u.Scheme, own.Scheme) && strings.EqualFold(hostOf(u), hostOf(own)) && u.EscapedPath() == own.EscapedPath() {
			return true
		}
	}
	return false
}

// hostOf is a URL's host without the port that its scheme has anyhow.
func hostOf(u *url.URL) string {
	if u.Scheme == "https" && u.Port() == "443" || u.Scheme == "http" && u.Port() == "80" {
		return u.Hostname()
	}
	return u.Host
}
