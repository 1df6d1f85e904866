package directory

import (
	"time"

	"github.com/rolecall-iam/rolecall/arn"
)

// SignIn is a browser in which a user or the root user of an account is signed
// in with the password, as at AWS's console.
type SignIn struct {
	ID      string        `json:"id"` // made of the cookie's token
	Account arn.AccountID `json:"account"`
	Owner   string        `json:"owner"` // a user's id, or the account's digits for its root user
	Created time.Time     `json:"created"`
	Expires time.Time     `json:"expires"`
	MFA     time.Time     `json:"mfa,omitzero"` // when a code was shown

	Password string `json:"password"` // the hash of the hash that the password was compared with
}

// LoginCode is the code that a browser takes from the page of consent to a
// program: it stands for the sign-in, once.
type LoginCode struct {
	Hash      string    `json:"hash"`
	Client    string    `json:"client"`
	Redirect  string    `json:"redirect"`
	Challenge string    `json:"challenge"` // S256
	SignIn    SignIn    `json:"signIn"`    // as it was when the person agreed
	Expires   time.Time `json:"expires"`
	Used      bool      `json:"used,omitempty"`
}

// Login is a program that may get credentials of whoever signed in. Its refresh
// token changes with each use.
type Login struct {
	ID         string    `json:"id"`
	Code       string    `json:"code"` // the hash of the code that it came of
	Client     string    `json:"client"`
	Thumbprint string    `json:"thumbprint"` // of the key that it proves to have
	SignIn     SignIn    `json:"signIn"`
	Expires    time.Time `json:"expires"`

	Current  string    `json:"current"`            // the hash of the refresh token
	Previous string    `json:"previous,omitempty"` // and of the one before
	Rotated  time.Time `json:"rotated,omitzero"`   // when that one was used
}

const (
	signInPrefix    = "signin/"
	loginCodePrefix = "login-code/"
	loginPrefix     = "login/"
	loginOfCode     = "login-of-code/"
	loginOfToken    = "login-of-token/"
	oncePrefix      = "once/"
)

// SignIn reads a sign-in. Whether it has expired is the caller's to ask.
func (r *Reader) SignIn(id string) (*SignIn, bool) { return document[SignIn](r, signInPrefix+id) }

// PutSignIn writes a new sign-in.
func (tx *Tx) PutSignIn(s *SignIn) {
	tx.put(signInPrefix+s.ID, s)
	tx.forgetAt(s.Expires, signInPrefix+s.ID)
}

// DeleteSignIn ends a sign-in. Programs that were let in go on.
func (tx *Tx) DeleteSignIn(id string) { tx.delete(signInPrefix + id) }

// LoginCode reads a code by its hash.
func (r *Reader) LoginCode(hash string) (*LoginCode, bool) {
	return document[LoginCode](r, loginCodePrefix+hash)
}

// PutLoginCode writes a code, new or used. It is kept longer than it is good,
// so that what came of it can end where it comes again.
func (tx *Tx) PutLoginCode(c *LoginCode) {
	tx.put(loginCodePrefix+c.Hash, c)
	tx.forgetAt(c.Expires.Add(time.Hour), loginCodePrefix+c.Hash)
}

// LoginByToken finds a program by the hash of its refresh token, or of one that
// it had before.
func (r *Reader) LoginByToken(hash string) (*Login, bool) {
	return r.loginAt(loginOfToken + hash)
}

// LoginByCode finds the program that came of a code.
func (r *Reader) LoginByCode(hash string) (*Login, bool) { return r.loginAt(loginOfCode + hash) }

func (r *Reader) loginAt(key string) (*Login, bool) {
	id, ok := r.text(key)
	if !ok {
		return nil, false
	}
	return document[Login](r, loginPrefix+id)
}

// PutLogin writes a program, new or with another refresh token.
func (tx *Tx) PutLogin(l *Login) {
	tx.put(loginPrefix+l.ID, l)
	for _, index := range []string{loginOfCode + l.Code, loginOfToken + l.Current} {
		tx.putText(index, l.ID)
		tx.forgetAt(l.Expires, index)
	}
	tx.forgetAt(l.Expires, loginPrefix+l.ID)
}

// DeleteLogin ends a program's access to further credentials.
func (tx *Tx) DeleteLogin(l *Login) { tx.delete(loginPrefix + l.ID) }

// Once notes the use of something that may be used once, such as the id of a
// proof, and answers false where it was used before. It is remembered until a
// time.
func (tx *Tx) Once(what string, until time.Time) bool {
	key := oncePrefix + what
	if _, used := tx.text(key); used || tx.err != nil {
		return false
	}
	tx.putText(key, "")
	tx.forgetAt(until, key)
	return true
}

// RootPasswordLink lets whoever has it set the password of an account's root
// user, once, and while the password is still the one of when it was made.
type RootPasswordLink struct {
	Hash    string        `json:"hash"`
	Account arn.AccountID `json:"account"`
	Expires time.Time     `json:"expires"`
	Shown   string        `json:"shown"` // the hash of that password; "" where there was none
}

const rootLinkPrefix = "root-password-link/"

// RootPasswordLink reads a link by the hash of its token.
func (r *Reader) RootPasswordLink(hash string) (*RootPasswordLink, bool) {
	return document[RootPasswordLink](r, rootLinkPrefix+hash)
}

// PutRootPasswordLink writes a link.
func (tx *Tx) PutRootPasswordLink(l *RootPasswordLink) {
	tx.put(rootLinkPrefix+l.Hash, l)
	tx.forgetAt(l.Expires, rootLinkPrefix+l.Hash)
}

// DeleteRootPasswordLink removes a link that was used.
func (tx *Tx) DeleteRootPasswordLink(l *RootPasswordLink) { tx.delete(rootLinkPrefix + l.Hash) }
