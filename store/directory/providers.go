package directory

import (
	"slices"
	"time"

	"github.com/rolecall-iam/rolecall/arn"
)

// OIDCProvider is an OpenID Connect identity provider. Its URL is what it is
// known by, and never changes.
type OIDCProvider struct {
	Account     arn.AccountID `json:"account"`
	URL         string        `json:"url"` // without https://
	Created     time.Time     `json:"created"`
	ClientIDs   []string      `json:"clientIDs,omitempty"`
	Thumbprints []string      `json:"thumbprints,omitempty"`
	Tags        []Tag         `json:"tags,omitempty"`
}

// SAMLProvider is a SAML 2.0 identity provider without its metadata, which
// Reader.Text reads. Its name is what it is known by, and never changes.
type SAMLProvider struct {
	ID         string        `json:"id"` // SAMLSP…
	Account    arn.AccountID `json:"account"`
	Name       string        `json:"name"`
	Created    time.Time     `json:"created"`
	ValidUntil time.Time     `json:"validUntil"`
	Issuer     string        `json:"issuer"` // the entity id of the metadata
	Metadata   Pieces        `json:"metadata"`
	Encryption string        `json:"encryption"` // of assertions: Required or Allowed
	Keys       []SAMLKey     `json:"keys,omitempty"`
	Tags       []Tag         `json:"tags,omitempty"`
}

// SAMLKey is a private key that opens encrypted assertions.
type SAMLKey struct {
	ID     string    `json:"id"`
	Added  time.Time `json:"added"`
	Sealed []byte    `json:"sealed"` // its PEM, sealed under the keyring
}

const (
	oidcKeys = "oidc-provider/"
	samlKeys = "saml-provider/"
)

// ARN is the provider's name in the partition given.
func (p *OIDCProvider) ARN(partition string) string {
	return "arn:" + partition + ":iam::" + p.Account.String() + ":oidc-provider/" + p.URL
}

// ARN is the provider's name in the partition given.
func (p *SAMLProvider) ARN(partition string) string {
	return "arn:" + partition + ":iam::" + p.Account.String() + ":saml-provider/" + p.Name
}

// Clone is a copy that may be changed and written back.
func (p *OIDCProvider) Clone() *OIDCProvider {
	c := *p
	c.ClientIDs, c.Thumbprints, c.Tags = slices.Clone(p.ClientIDs), slices.Clone(p.Thumbprints), slices.Clone(p.Tags)
	return &c
}

// Clone is a copy that may be changed and written back.
func (p *SAMLProvider) Clone() *SAMLProvider {
	c := *p
	c.Keys, c.Tags = slices.Clone(p.Keys), slices.Clone(p.Tags)
	return &c
}

// OIDCProvider finds a provider by its URL without https://.
func (r *Reader) OIDCProvider(account arn.AccountID, url string) (*OIDCProvider, bool) {
	return document[OIDCProvider](r, in(account, oidcKeys+url))
}

// OIDCProviders walks the OpenID Connect providers of an account in the order
// of their URLs.
func (r *Reader) OIDCProviders(account arn.AccountID, yield func(*OIDCProvider) bool) {
	r.keys(in(account, oidcKeys), "", func(url string, _ []byte) bool {
		p, ok := r.OIDCProvider(account, url)
		return ok && yield(p)
	})
}

// SAMLProvider finds a provider by its name.
func (r *Reader) SAMLProvider(account arn.AccountID, name string) (*SAMLProvider, bool) {
	return document[SAMLProvider](r, in(account, samlKeys+name))
}

// SAMLProviders walks the SAML providers of an account in the order of their
// names.
func (r *Reader) SAMLProviders(account arn.AccountID, yield func(*SAMLProvider) bool) {
	r.keys(in(account, samlKeys), "", func(name string, _ []byte) bool {
		p, ok := r.SAMLProvider(account, name)
		return ok && yield(p)
	})
}

// CountProviders answers how many identity providers of each kind an account
// has.
func (r *Reader) CountProviders(account arn.AccountID) (oidc, saml int) {
	return r.Total(account, CountedOIDC), r.Total(account, CountedSAML)
}

// PutOIDCProvider writes a provider, made or changed.
func (tx *Tx) PutOIDCProvider(p *OIDCProvider) {
	if _, ok := tx.OIDCProvider(p.Account, p.URL); !ok {
		tx.counted(p.Account, CountedOIDC, p.URL, 1)
	}
	tx.put(in(p.Account, oidcKeys+p.URL), p)
}

// DeleteOIDCProvider removes a provider.
func (tx *Tx) DeleteOIDCProvider(p *OIDCProvider) {
	tx.delete(in(p.Account, oidcKeys+p.URL))
	tx.counted(p.Account, CountedOIDC, p.URL, -1)
}

// PutSAMLProvider writes a provider, made or changed. The pieces of its
// metadata are the caller's to write, and those of former metadata to delete.
func (tx *Tx) PutSAMLProvider(p *SAMLProvider) {
	if _, ok := tx.SAMLProvider(p.Account, p.Name); !ok {
		tx.counted(p.Account, CountedSAML, p.Name, 1)
	}
	tx.put(in(p.Account, samlKeys+p.Name), p)
}

// DeleteSAMLProvider removes a provider with its metadata.
func (tx *Tx) DeleteSAMLProvider(p *SAMLProvider) {
	tx.delete(in(p.Account, samlKeys+p.Name))
	tx.counted(p.Account, CountedSAML, p.Name, -1)
	tx.DeletePieces(p.Account, p.Metadata)
}
