package directory

import (
	"slices"
	"time"
)

// MFAPolicy says when people who sign in are asked for a second factor. The
// zero value asks whoever has one, each time, and lets in whoever has none.
type MFAPolicy struct {
	Prompt  string `json:"prompt,omitempty"`
	Missing string `json:"missing,omitempty"` // what becomes of who has no device
}

// When a second factor is asked for.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/mfa-getting-started.html
const (
	MFAAlways  = "" // every time
	MFAContext = "context-aware"
	MFANever   = "disabled"
)

// What becomes of people who have registered no device.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/how-to-configure-mfa-device-enforcement.html
const (
	MFAAllow  = ""
	MFAEnroll = "enroll" // they register one as they sign in
	MFABlock  = "block"
)

// The kinds of PersonDevice.
const (
	TOTPDevice    = "totp"
	PasskeyDevice = "passkey"
)

// SSOSignIn is the signing in of somebody who has shown a password, and has yet to
// show or to register a second factor. No session has begun.
type SSOSignIn struct {
	Hash     string    `json:"hash"`     // of the browser's token
	Workflow string    `json:"workflow"` // names the events of it in the trail
	Store    string    `json:"store"`
	Person   string    `json:"person"`
	Shown    string    `json:"shown"` // tells another password from the one that was shown
	Next     string    `json:"next"`
	Expires  time.Time `json:"expires"`
}

// FactorStep is a question to a second factor, or the registration of one, that
// waits for its one answer.
type FactorStep struct {
	Hash    string    `json:"hash"`             // of the browser's token, and of what is done
	Device  string    `json:"device,omitempty"` // the id of the device to come
	Name    string    `json:"name,omitempty"`
	Sealed  []byte    `json:"sealed,omitempty"`  // the seed of an authenticator app to come
	Site    string    `json:"site,omitempty"`    // that passkeys are asked for
	Options []byte    `json:"options,omitempty"` // for the browser
	State   []byte    `json:"state,omitempty"`   // the passkey's question
	Expires time.Time `json:"expires"`
}

// TrustedBrowser is one in which a person has shown a second factor and said
// that it is to be trusted.
type TrustedBrowser struct {
	Hash    string    `json:"hash"` // of the browser's token
	Store   string    `json:"store"`
	Person  string    `json:"person"`
	Context string    `json:"context"` // a hash of what must not have changed
	Expires time.Time `json:"expires"`
}

const (
	ssoSignInPrefix      = "sso-sign-in/"
	factorStepPrefix     = "sso-factor-step/"
	trustedBrowserPrefix = "sso-trusted-browser/"
)

// SSOSignIn reads a sign-in by the hash of the browser's token.
func (r *Reader) SSOSignIn(hash string) (*SSOSignIn, bool) {
	return document[SSOSignIn](r, ssoSignInPrefix+hash)
}

// FactorStep reads a step by its hash.
func (r *Reader) FactorStep(hash string) (*FactorStep, bool) {
	return document[FactorStep](r, factorStepPrefix+hash)
}

// TrustedBrowser reads a browser by the hash of its token.
func (r *Reader) TrustedBrowser(hash string) (*TrustedBrowser, bool) {
	return document[TrustedBrowser](r, trustedBrowserPrefix+hash)
}

// PutSSOSignIn writes a new sign-in.
func (tx *Tx) PutSSOSignIn(s *SSOSignIn) {
	tx.put(ssoSignInPrefix+s.Hash, s)
	tx.forgetAt(s.Expires, ssoSignInPrefix+s.Hash)
}

// DeleteSSOSignIn removes a sign-in that has become a session.
func (tx *Tx) DeleteSSOSignIn(s *SSOSignIn) { tx.delete(ssoSignInPrefix + s.Hash) }

// PutFactorStep writes a step, in the place of one of the same hash.
func (tx *Tx) PutFactorStep(s *FactorStep) {
	tx.put(factorStepPrefix+s.Hash, s)
	tx.forgetAt(s.Expires, factorStepPrefix+s.Hash)
}

// DeleteFactorStep removes a step that was answered.
func (tx *Tx) DeleteFactorStep(s *FactorStep) { tx.delete(factorStepPrefix + s.Hash) }

// PutTrustedBrowser writes a browser to trust.
func (tx *Tx) PutTrustedBrowser(b *TrustedBrowser) {
	tx.put(trustedBrowserPrefix+b.Hash, b)
	tx.forgetAt(b.Expires, trustedBrowserPrefix+b.Hash)
}

// Device finds a device of the person by its id.
func (p *Person) Device(id string) (int, bool) {
	at := slices.IndexFunc(p.Devices, func(d PersonDevice) bool { return d.ID == id })
	return at, at >= 0
}

// WithoutDevice is a copy of the person without one of the devices.
func (p *Person) WithoutDevice(at int) *Person {
	c := p.Clone()
	c.Devices = slices.Delete(c.Devices, at, at+1)
	return c
}
