package passkey

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
)

// Person is who a key is of.
type Person struct {
	Handle        string // an id that tells nothing, of at most 64 bytes
	Name, Display string
	Keys          []Key // for the same Party
}

// Key is what is kept of a passkey or security key.
type Key struct {
	ID, Public []byte
	Count      uint32 // how often it says that it signed
	Synced     bool   // it may be on several devices of its owner
	Transports []string
}

// State is what is kept between a question and its answer.
type State []byte

// ErrRefused is all that is told of an answer that does not hold.
var ErrRefused = errors.New("the passkey's answer does not hold")

// longest is how long an answer of a browser may be. An attestation holds a few
// certificates at most.
const longest = 32 << 10

// challengeBytes is the length of a challenge.
//
// Source: https://www.w3.org/TR/webauthn-3/#sctn-cryptographic-challenges ("at least 16 bytes")
const challengeBytes = 32

// Register asks for a new key. The options are for
// PublicKeyCredential.parseCreationOptionsFromJSON; keys that the person has
// already are not made again.
func (p Party) Register(who Person, rand io.Reader) (options []byte, s State, err error) {
	w, err := p.library()
	if err != nil {
		return nil, nil, err
	}
	challenge, err := newChallenge(rand)
	if err != nil {
		return nil, nil, err
	}
	known := make([]protocol.CredentialDescriptor, len(who.Keys))
	for i, c := range owner(who).WebAuthnCredentials() {
		known[i] = c.Descriptor()
	}
	asked, kept, err := w.BeginRegistration(owner(who), webauthn.WithExclusions(known),
		func(o *protocol.PublicKeyCredentialCreationOptions) error { o.Challenge = challenge; return nil })
	if err != nil {
		return nil, nil, fmt.Errorf("ask for a new passkey: %w", err)
	}
	return written(asked.Response, kept)
}

// Registered reads the answer to Register.
func (p Party) Registered(who Person, s State, answer string) (Key, error) {
	w, kept, err := p.resume(s, answer)
	if err != nil {
		return Key{}, err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes([]byte(answer))
	if err != nil {
		return Key{}, ErrRefused
	}
	c, err := w.CreateCredential(owner(who), kept, parsed)
	if err != nil {
		return Key{}, ErrRefused
	}
	for _, k := range who.Keys {
		if bytes.Equal(k.ID, c.ID) {
			return Key{}, ErrRefused
		}
	}
	k := Key{ID: c.ID, Public: c.PublicKey, Count: c.Authenticator.SignCount, Synced: c.Flags.BackupEligible}
	for _, t := range c.Transport {
		k.Transports = append(k.Transports, string(t))
	}
	return k, nil
}

// Ask asks for a signature by one of the person's keys. The options are for
// PublicKeyCredential.parseRequestOptionsFromJSON.
func (p Party) Ask(who Person, rand io.Reader) (options []byte, s State, err error) {
	w, err := p.library()
	if err != nil {
		return nil, nil, err
	}
	challenge, err := newChallenge(rand)
	if err != nil {
		return nil, nil, err
	}
	asked, kept, err := w.BeginLogin(owner(who), webauthn.WithChallenge(challenge))
	if err != nil {
		return nil, nil, fmt.Errorf("ask for a passkey: %w", err)
	}
	return written(asked.Response, kept)
}

// Answered reads the answer to Ask: which key signed, with its new count.
func (p Party) Answered(who Person, s State, answer string) (Key, error) {
	w, kept, err := p.resume(s, answer)
	if err != nil {
		return Key{}, err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes([]byte(answer))
	if err != nil {
		return Key{}, ErrRefused
	}
	c, err := w.ValidateLogin(owner(who), kept, parsed)
	if err != nil || c.Authenticator.CloneWarning {
		return Key{}, ErrRefused
	}
	for _, k := range who.Keys {
		if bytes.Equal(k.ID, c.ID) {
			k.Count = c.Authenticator.SignCount
			return k, nil
		}
	}
	return Key{}, ErrRefused
}

func newChallenge(rand io.Reader) ([]byte, error) {
	b := make([]byte, challengeBytes)
	if _, err := io.ReadFull(rand, b); err != nil {
		return nil, fmt.Errorf("make a challenge: %w", err)
	}
	return b, nil
}

// written writes the options for the browser, and what is kept.
func written(asked any, kept *webauthn.SessionData) (options []byte, s State, err error) {
	if options, err = json.Marshal(asked); err != nil {
		return nil, nil, fmt.Errorf("write the options of a passkey: %w", err)
	}
	if s, err = json.Marshal(kept); err != nil {
		return nil, nil, fmt.Errorf("write the state of a passkey: %w", err)
	}
	return options, s, nil
}

// resume reads what was kept. A state of another site is none.
func (p Party) resume(s State, answer string) (*webauthn.WebAuthn, webauthn.SessionData, error) {
	var kept webauthn.SessionData
	w, err := p.library()
	if err != nil {
		return nil, kept, err
	}
	if len(answer) > longest || json.Unmarshal(s, &kept) != nil || kept.RelyingPartyID != p.id || kept.Challenge == "" {
		return nil, kept, ErrRefused
	}
	return w, kept, nil
}

// owner is a Person as the library sees one.
type owner Person

func (o owner) WebAuthnID() []byte          { return []byte(o.Handle) }
func (o owner) WebAuthnName() string        { return o.Name }
func (o owner) WebAuthnDisplayName() string { return o.Display }

func (o owner) WebAuthnCredentials() []webauthn.Credential {
	all := make([]webauthn.Credential, len(o.Keys))
	for i, k := range o.Keys {
		all[i] = webauthn.Credential{
			ID: k.ID, PublicKey: k.Public, Authenticator: webauthn.Authenticator{SignCount: k.Count},
			Flags: webauthn.CredentialFlags{BackupEligible: k.Synced},
		}
		for _, t := range k.Transports {
			all[i].Transport = append(all[i].Transport, protocol.AuthenticatorTransport(t))
		}
	}
	return all
}
