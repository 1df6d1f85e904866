package directory

import (
	"slices"
	"time"

	"github.com/rolecall-iam/rolecall/arn"
)

// Credentials are what a user has to prove who it is, beside its access keys
// and MFA devices: one document for each user that has any. Owner is a user's
// id, or the twelve digits of the account where they are the root user's.
type Credentials struct {
	Account      arn.AccountID        `json:"account"`
	Owner        string               `json:"owner"`
	Password     *Password            `json:"password,omitempty"`
	SSHKeys      []SSHKey             `json:"ssh,omitempty"`
	Certificates []SigningCertificate `json:"certificates,omitempty"`
	Services     []ServiceCredential  `json:"services,omitempty"`
}

// Password is a user's login profile.
type Password struct {
	Created       time.Time `json:"created"`
	Changed       time.Time `json:"changed"`
	ResetRequired bool      `json:"reset,omitempty"`
	Hash          string    `json:"hash"`             // as package password makes it
	Former        []string  `json:"former,omitempty"` // hashes of those before, the newest first
}

// SSHKey is a public key for CodeCommit.
type SSHKey struct {
	ID       string    `json:"id"` // APKA…
	Body     string    `json:"body"`
	Active   bool      `json:"active"`
	Uploaded time.Time `json:"uploaded"`
}

// SigningCertificate is an X.509 certificate for what signs by certificate.
type SigningCertificate struct {
	ID       string    `json:"id"`
	Body     string    `json:"body"`
	Active   bool      `json:"active"`
	Uploaded time.Time `json:"uploaded"`
}

// ServiceCredential is a name and password for one service alone.
type ServiceCredential struct {
	ID      string    `json:"id"` // ACCA…
	Service string    `json:"service"`
	Name    string    `json:"name"`
	Sealed  []byte    `json:"sealed"` // the password, sealed under the keyring
	Active  bool      `json:"active"`
	Created time.Time `json:"created"`
	Expires time.Time `json:"expires,omitzero"`
}

// Clone is a copy that may be changed and written back.
func (c *Credentials) Clone() *Credentials {
	d := *c
	if c.Password != nil {
		p := *c.Password
		p.Former = slices.Clone(p.Former)
		d.Password = &p
	}
	d.SSHKeys, d.Certificates, d.Services = slices.Clone(c.SSHKeys), slices.Clone(c.Certificates), slices.Clone(c.Services)
	return &d
}

func (c *Credentials) empty() bool {
	return c.Password == nil && len(c.SSHKeys)+len(c.Certificates)+len(c.Services) == 0
}

func credentials(account arn.AccountID) string { return in(account, "credentials/") }

// Credentials reads what a user has; the answer has nothing in it where the
// user has nothing.
func (r *Reader) Credentials(account arn.AccountID, owner string) *Credentials {
	c, ok := document[Credentials](r, credentials(account)+owner)
	if !ok {
		return &Credentials{Account: account, Owner: owner}
	}
	return c
}

// AllCredentials walks the credentials of the users of an account that have
// any, in the order of the users' ids.
func (r *Reader) AllCredentials(account arn.AccountID, yield func(*Credentials) bool) {
	r.keys(credentials(account), "", func(owner string, _ []byte) bool {
		c, ok := referred[Credentials](r, credentials(account)+owner)
		return ok && yield(c)
	})
}

// PutCredentials writes what a user has. The caller has read the user and the
// credentials in the same transaction, so that it conflicts with one that
// deletes either.
func (tx *Tx) PutCredentials(c *Credentials) {
	if c.empty() {
		tx.delete(credentials(c.Account) + c.Owner)
		return
	}
	tx.put(credentials(c.Account)+c.Owner, c)
}

// PasswordPolicy is what an account demands of its users' passwords.
type PasswordPolicy struct {
	MinimumLength   int   `json:"length"`
	Uppercase       bool  `json:"upper,omitempty"`
	Lowercase       bool  `json:"lower,omitempty"`
	Numbers         bool  `json:"numbers,omitempty"`
	Symbols         bool  `json:"symbols,omitempty"`
	UsersMayChange  bool  `json:"change,omitempty"`
	MaxAge          int   `json:"age,omitempty"` // days; 0 for ever
	ReusePrevention int   `json:"reuse,omitempty"`
	HardExpiry      *bool `json:"hard,omitempty"`
}

func passwordPolicyKey(account arn.AccountID) string { return in(account, "password-policy") }

// PasswordPolicy reads an account's password policy, and answers false for one
// that has made none.
func (r *Reader) PasswordPolicy(account arn.AccountID) (*PasswordPolicy, bool) {
	return document[PasswordPolicy](r, passwordPolicyKey(account))
}

// PutPasswordPolicy writes an account's password policy.
func (tx *Tx) PutPasswordPolicy(account arn.AccountID, p *PasswordPolicy) {
	tx.put(passwordPolicyKey(account), p)
}

// DeletePasswordPolicy removes an account's password policy.
func (tx *Tx) DeletePasswordPolicy(account arn.AccountID) { tx.delete(passwordPolicyKey(account)) }
