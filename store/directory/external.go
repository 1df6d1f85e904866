package directory

import "time"

// IdentitySource is the identity provider at which the people of an identity
// store sign in, in place of a password of their own: by SAML or by OpenID
// Connect.
type IdentitySource struct {
	Store     string      `json:"store"`
	Origin    string      `json:"origin"`              // of the access portal, as the provider knows it
	Passwords bool        `json:"passwords,omitempty"` // work as well
	Changed   time.Time   `json:"changed"`
	SAML      *SAMLSource `json:"saml,omitempty"`
	OIDC      *OIDCSource `json:"oidc,omitempty"`
}

// SAMLSource is a provider as its metadata describes it.
type SAMLSource struct {
	EntityID     string    `json:"entityId"`
	SignIn       string    `json:"signIn,omitempty"` // where browsers are sent; "" where the provider takes no requests
	ValidUntil   time.Time `json:"validUntil,omitzero"`
	Certificates [][]byte  `json:"certificates"` // that it signs with, in DER
}

// OIDCSource is an issuer, with the client that this server is there.
type OIDCSource struct {
	Issuer    string `json:"issuer"`
	ClientID  string `json:"clientId"`
	Sealed    []byte `json:"sealed,omitempty"` // the client's secret; none for a public client
	Claim     string `json:"claim"`            // that has the user name
	Authorize string `json:"authorize"`
	Token     string `json:"token"`
}

// ExternalSignIn is somebody on the way to a provider and back. Of its state,
// which the browser carries, only a hash is known.
type ExternalSignIn struct {
	Hash    string    `json:"hash"`
	Store   string    `json:"store"`
	Visit   string    `json:"visit,omitempty"` // the hash of the browser's cookie; "" where the provider began
	Next    string    `json:"next"`
	Request string    `json:"request,omitempty"` // the id of the SAML request
	Expires time.Time `json:"expires"`

	// Set once the provider has vouched for somebody.
	Person string    `json:"person,omitempty"`
	Ends   time.Time `json:"ends,omitzero"` // of the provider's session, where it says
}

const (
	identitySourcePrefix = "identity-source/"
	externalSignInPrefix = "external-sign-in/"
)

// IdentitySource reads the provider of an identity store, if it has one.
func (r *Reader) IdentitySource(store string) (*IdentitySource, bool) {
	return document[IdentitySource](r, identitySourcePrefix+store)
}

// PutIdentitySource writes the provider of an identity store.
func (tx *Tx) PutIdentitySource(s *IdentitySource) { tx.put(identitySourcePrefix+s.Store, s) }

// DeleteIdentitySource has people sign in with their passwords again.
func (tx *Tx) DeleteIdentitySource(store string) { tx.delete(identitySourcePrefix + store) }

// ExternalSignIn reads a sign-in by the hash of its state. Whether it has
// expired is the caller's to ask.
func (r *Reader) ExternalSignIn(hash string) (*ExternalSignIn, bool) {
	return document[ExternalSignIn](r, externalSignInPrefix+hash)
}

// PutExternalSignIn writes a sign-in, new or vouched for.
func (tx *Tx) PutExternalSignIn(s *ExternalSignIn) {
	tx.put(externalSignInPrefix+s.Hash, s)
	tx.forgetAt(s.Expires, externalSignInPrefix+s.Hash)
}

// DeleteExternalSignIn removes a sign-in that was used.
func (tx *Tx) DeleteExternalSignIn(hash string) { tx.delete(externalSignInPrefix + hash) }
