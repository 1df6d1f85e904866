package directory

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"
)

// SSOSession is a person's being signed in at the access portal. Tokens and
// role credentials are given out while it lasts.
type SSOSession struct {
	ID      string    `json:"id"`
	Store   string    `json:"store"` // the identity store
	Person  string    `json:"person"`
	Created time.Time `json:"created"`
	Expires time.Time `json:"expires"`
	MFA     time.Time `json:"mfa,omitzero"` // when a second factor was shown
	// Shown is the mark of the password that it began with; "" for one that
	// began without. It ends with that password, even where both are written at
	// the same time.
	Shown string `json:"shown,omitempty"`
}

// The kinds of SSOToken.
const (
	BrowserToken = "browser" // the portal's cookie
	AccessToken  = "access"
	RefreshToken = "refresh"

	// Those of applications, which open nothing at the access portal.
	AppAccessToken  = "application access"
	AppRefreshToken = "application refresh"
)

// SSOToken is a bearer token of a session. Of the token itself only a hash is
// known.
type SSOToken struct {
	Hash    string    `json:"hash"`
	Kind    string    `json:"kind"`
	Session string    `json:"session"`
	Client  string    `json:"client,omitempty"` // the hash of the client's id
	Scopes  []string  `json:"scopes,omitempty"`
	Grant   string    `json:"grant,omitempty"` // what it descends from by refreshing
	Expires time.Time `json:"expires"`
	App     string    `json:"app,omitempty"`  // the ARN of the application that it is for
	Used    bool      `json:"used,omitempty"` // of a refresh token: another took its place
}

// The states of an SSODevice.
const (
	DevicePending  = "pending"
	DeviceApproved = "approved"
	DeviceDenied   = "denied"
)

// SSODevice is a client that waits for a person to approve it.
type SSODevice struct {
	Hash     string    `json:"hash"` // of the device code
	UserCode string    `json:"userCode"`
	Store    string    `json:"store"`
	Client   string    `json:"client"` // the hash of the client's id
	Name     string    `json:"name"`   // what the client calls itself
	Scopes   []string  `json:"scopes,omitempty"`
	State    string    `json:"state"`
	Session  string    `json:"session,omitempty"` // of the person who approved it
	Created  time.Time `json:"created"`
	Expires  time.Time `json:"expires"`
}

// SSOCode is an authorization code that a client's redirect address was given.
type SSOCode struct {
	Hash      string    `json:"hash"`
	Client    string    `json:"client"` // the hash of the client's id
	Redirect  string    `json:"redirect"`
	Challenge string    `json:"challenge"` // S256
	Scopes    []string  `json:"scopes,omitempty"`
	Session   string    `json:"session"`
	Expires   time.Time `json:"expires"`
	Grant     string    `json:"grant,omitempty"` // set once it was used
}

// SignInFailures are the wrong passwords in a row for a user name, whether or
// not anybody has it.
type SignInFailures struct {
	Count   int       `json:"count"`
	Expires time.Time `json:"expires"` // when they are forgotten
}

// PasswordLink lets whoever has it set a person's password, once, and while the
// password is still the one of when it was made.
type PasswordLink struct {
	Hash    string    `json:"hash"`
	Store   string    `json:"store"`
	Person  string    `json:"person"`
	Expires time.Time `json:"expires"`
	Shown   string    `json:"shown"` // the mark of that password
}

const (
	ssoSessionPrefix   = "sso-session/"
	ssoTokenPrefix     = "sso-token/"
	ssoDevicePrefix    = "sso-device/"
	ssoUserCodePrefix  = "sso-user-code/"
	ssoCodePrefix      = "sso-code/"
	ssoFailuresPrefix  = "sso-failures/"
	passwordLinkPrefix = "password-link/"
	ssoExpiryPrefix    = "sso-expiry/"
)

// sessionsOfPerson lists the ids of a person's sessions.
func sessionsOfPerson(store, person string) string {
	return "sso-session-of/" + store + "/" + person + "/"
}

// tokensOfSession lists the hashes of a session's tokens.
func tokensOfSession(id string) string { return "sso-session-token/" + id + "/" }

// SSOSession reads a session by its id. Whether it has expired is the caller's
// to ask.
func (r *Reader) SSOSession(id string) (*SSOSession, bool) {
	return document[SSOSession](r, ssoSessionPrefix+id)
}

// SSOSessionsOf walks a person's sessions.
func (r *Reader) SSOSessionsOf(store, person string, yield func(*SSOSession) bool) {
	r.keys(sessionsOfPerson(store, person), "", func(id string, _ []byte) bool {
		s, ok := r.SSOSession(id)
		return !ok && r.err == nil || ok && yield(s)
	})
}

// SSOToken reads a token by its hash.
func (r *Reader) SSOToken(hash string) (*SSOToken, bool) {
	return document[SSOToken](r, ssoTokenPrefix+hash)
}

// SSODevice reads a waiting client by the hash of its device code.
func (r *Reader) SSODevice(hash string) (*SSODevice, bool) {
	return document[SSODevice](r, ssoDevicePrefix+hash)
}

// SSODeviceByUserCode finds a waiting client by the code that people type.
func (r *Reader) SSODeviceByUserCode(code string) (*SSODevice, bool) {
	hash, ok := r.text(ssoUserCodePrefix + code)
	if !ok {
		return nil, false
	}
	return r.SSODevice(hash)
}

// SSOCode reads an authorization code by its hash.
func (r *Reader) SSOCode(hash string) (*SSOCode, bool) {
	return document[SSOCode](r, ssoCodePrefix+hash)
}

// SignInFailures reads the wrong passwords for a user name, by the hash of the
// name.
func (r *Reader) SignInFailures(hash string) (*SignInFailures, bool) {
	return document[SignInFailures](r, ssoFailuresPrefix+hash)
}

// PasswordLink reads a link by the hash of its token.
func (r *Reader) PasswordLink(hash string) (*PasswordLink, bool) {
	return document[PasswordLink](r, passwordLinkPrefix+hash)
}

// PutSSOSession writes a new session.
func (tx *Tx) PutSSOSession(s *SSOSession) {
	tx.put(ssoSessionPrefix+s.ID, s)
	tx.forgetAt(s.Expires, ssoSessionPrefix+s.ID)
	index := sessionsOfPerson(s.Store, s.Person) + s.ID
	tx.putText(index, "")
	tx.forgetAt(s.Expires, index)
}

// DeleteSSOSession ends a session, and with it all its tokens.
func (tx *Tx) DeleteSSOSession(s *SSOSession) {
	tx.DeleteSSOTokens(s.ID, func(*SSOToken) bool { return true })
	tx.delete(ssoSessionPrefix + s.ID)
	tx.delete(sessionsOfPerson(s.Store, s.Person) + s.ID)
}

// PutSSOToken writes a token, new or used. Its session is the one of whom the
// caller has seen that it lasts: if it ends at the same time, that conflicts.
func (tx *Tx) PutSSOToken(t *SSOToken) {
	tx.put(ssoTokenPrefix+t.Hash, t)
	tx.forgetAt(t.Expires, ssoTokenPrefix+t.Hash)
	index := tokensOfSession(t.Session) + t.Hash
	tx.putText(index, "")
	tx.forgetAt(t.Expires, index)
	if s, ok := tx.SSOSession(t.Session); ok {
		tx.touch(ssoSessionPrefix+s.ID, s)
	}
}

// DeleteSSOTokens removes those tokens of a session that are to go.
func (tx *Tx) DeleteSSOTokens(session string, goes func(*SSOToken) bool) {
	tx.keys(tokensOfSession(session), "", func(hash string, _ []byte) bool {
		if t, ok := tx.SSOToken(hash); ok && goes(t) {
			tx.delete(ssoTokenPrefix + hash)
			tx.delete(tokensOfSession(session) + hash)
		}
		return tx.err == nil
	})
}

// PutSSODevice writes a waiting client, new or decided about.
func (tx *Tx) PutSSODevice(d *SSODevice) {
	tx.put(ssoDevicePrefix+d.Hash, d)
	tx.putText(ssoUserCodePrefix+d.UserCode, d.Hash)
	// It stays as long again, so that the client is told that it expired.
	later := d.Expires.Add(d.Expires.Sub(d.Created))
	tx.forgetAt(later, ssoDevicePrefix+d.Hash)
	tx.forgetAt(later, ssoUserCodePrefix+d.UserCode)
}

// DeleteSSODevice removes a client that waits no more.
func (tx *Tx) DeleteSSODevice(d *SSODevice) {
	tx.delete(ssoDevicePrefix + d.Hash)
	tx.delete(ssoUserCodePrefix + d.UserCode)
}

// PutSSOCode writes an authorization code, new or used.
func (tx *Tx) PutSSOCode(c *SSOCode) {
	tx.put(ssoCodePrefix+c.Hash, c)
	tx.forgetAt(c.Expires, ssoCodePrefix+c.Hash)
}

// PutSignInFailures writes the wrong passwords for a user name.
func (tx *Tx) PutSignInFailures(hash string, f *SignInFailures) {
	tx.put(ssoFailuresPrefix+hash, f)
	tx.forgetAt(f.Expires, ssoFailuresPrefix+hash)
}

// DeleteSignInFailures forgets the wrong passwords for a user name.
func (tx *Tx) DeleteSignInFailures(hash string) { tx.delete(ssoFailuresPrefix + hash) }

// PutPasswordLink writes a link, which goes with the person's password as it is
// now.
func (tx *Tx) PutPasswordLink(l *PasswordLink) {
	if p, ok := tx.Person(l.Store, l.Person); ok {
		l.Shown = p.PasswordMark()
	}
	tx.put(passwordLinkPrefix+l.Hash, l)
	tx.forgetAt(l.Expires, passwordLinkPrefix+l.Hash)
}

// DeletePasswordLink removes a link that was used.
func (tx *Tx) DeletePasswordLink(l *PasswordLink) { tx.delete(passwordLinkPrefix + l.Hash) }

// forgetAt notes that what is under a key can be removed after a time.
func (tx *Tx) forgetAt(at time.Time, key string) {
	tx.putText(ssoExpiryPrefix+fmt.Sprintf("%012d", max(at.Unix(), 0)+1)+"/"+key, "")
}

// mostForgotten is how many keys one transaction removes beside its own work.
const mostForgotten = 40

// ForgetExpired removes some of what has expired. What writes sessions, tokens
// or codes calls it, so that what is left behind does not pile up.
func (tx *Tx) ForgetExpired(now time.Time) {
	end := fmt.Sprintf("%012d", max(now.Unix(), 0)+1)
	var old []string
	tx.keys(ssoExpiryPrefix, "", func(rest string, _ []byte) bool {
		if rest >= end || len(old) >= mostForgotten {
			return false
		}
		old = append(old, rest)
		return true
	})
	for _, rest := range old {
		_, key, _ := strings.Cut(rest, "/")
		tx.delete(ssoExpiryPrefix + rest)
		if _, written := tx.writes[key]; !written && !tx.livesOn(key, now) {
			tx.delete(key)
		}
	}
}

// livesOn tells whether what is under a key was written anew with a later end.
func (tx *Tx) livesOn(key string, now time.Time) bool {
	if name, ok := strings.CutPrefix(key, ssoFailuresPrefix); ok {
		f, ok := tx.SignInFailures(name)
		return ok && f.Expires.After(now)
	}
	if hash, ok := strings.CutPrefix(key, factorStepPrefix); ok {
		s, ok := tx.FactorStep(hash)
		return ok && s.Expires.After(now)
	}
	return false
}

// PasswordMark tells a person's password from another, and nothing about it.
func (p *Person) PasswordMark() string {
	sum := sha256.Sum256([]byte("shown " + p.Password))
	return hex.EncodeToString(sum[:])
}

// Clone is a copy that may be changed and written back.
func (d *SSODevice) Clone() *SSODevice {
	c := *d
	c.Scopes = slices.Clone(d.Scopes)
	return &c
}
