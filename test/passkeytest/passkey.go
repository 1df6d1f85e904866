package passkeytest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"testing"
)

// Flags of what an authenticator says.
//
// Source: https://www.w3.org/TR/webauthn-3/#authdata-flags
const (
	Present  = 1 << 0
	Verified = 1 << 2
	attested = 1 << 6
)

// Passkey is one key. Its fields may be changed between answers.
type Passkey struct {
	T      testing.TB
	Site   string // that it says it is for
	Origin string // of the page that asked
	Flags  byte
	Count  uint32
	Handle string // of its owner, or "" for one that does not tell
	ID     []byte
	key    *ecdsa.PrivateKey
}

// New makes a key for the pages of an origin.
func New(t testing.TB, site, origin string) *Passkey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	id := make([]byte, 16)
	_, _ = rand.Read(id)
	return &Passkey{T: t, Site: site, Origin: origin, Flags: Present | Verified, ID: id, key: key}
}

// Create answers the options of a registration.
func (p *Passkey) Create(options string) string {
	p.T.Helper()
	data := p.clientData("webauthn.create", options)
	return p.answer(map[string]any{
		"clientDataJSON": encode(data), "attestationObject": encode(p.attestation()), "transports": []string{"internal"},
	})
}

// Get answers the options of a question, and counts.
func (p *Passkey) Get(options string) string {
	p.T.Helper()
	p.Count++
	data, about := p.clientData("webauthn.get", options), p.about(p.Flags)
	hash := sha256.Sum256(data)
	sum := sha256.Sum256(append(append([]byte{}, about...), hash[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, p.key, sum[:])
	if err != nil {
		p.T.Fatal(err)
	}
	return p.answer(map[string]any{
		"clientDataJSON": encode(data), "authenticatorData": encode(about), "signature": encode(signature), "userHandle": encode([]byte(p.Handle)),
	})
}

func (p *Passkey) clientData(kind, options string) []byte {
	p.T.Helper()
	var asked struct{ Challenge string }
	if err := json.Unmarshal([]byte(options), &asked); err != nil {
		p.T.Fatalf("%v in the options %s", err, options)
	}
	text, _ := json.Marshal(map[string]any{"type": kind, "challenge": asked.Challenge, "origin": p.Origin, "crossOrigin": false})
	return text
}

// about is the authenticator's data.
//
// Source: https://www.w3.org/TR/webauthn-3/#sctn-authenticator-data
func (p *Passkey) about(flags byte) []byte {
	site := sha256.Sum256([]byte(p.Site))
	return binary.BigEndian.AppendUint32(append(site[:], flags), p.Count)
}

// attestation is an attestation object of the format none, in CBOR.
func (p *Passkey) attestation() []byte {
	about := append(p.about(p.Flags|attested), make([]byte, 16)...) // no model
	about = append(binary.BigEndian.AppendUint16(about, uint16(len(p.ID))), p.ID...)
	point, err := p.key.PublicKey.Bytes() // 4, x, y
	if err != nil {
		p.T.Fatal(err)
	}
	// {1: 2, 3: -7, -1: 1, -2: x, -3: y}
	about = append(about, 0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20)
	about = append(append(append(about, point[1:33]...), 0x22, 0x58, 0x20), point[33:]...)
	object := append([]byte{0xa3, 0x63}, "fmt"...)
	object = append(append(object, 0x64), "none"...)
	object = append(append(append(object, 0x67), "attStmt"...), 0xa0)
	object = append(append(append(object, 0x68), "authData"...), 0x58, byte(len(about)))
	return append(object, about...)
}

func (p *Passkey) answer(response map[string]any) string {
	text, _ := json.Marshal(map[string]any{
		"id": encode(p.ID), "rawId": encode(p.ID), "type": "public-key", "response": response, "clientExtensionResults": map[string]any{},
	})
	return string(text)
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
