package iam

import (
	"context"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"time"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authn/saml/metadata"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// samlDocument is new metadata on its way into the store. Nil is none: the
// provider keeps what it has.
type samlDocument struct {
	longText
	said *metadata.Metadata
	at   time.Time
}

// readMetadata checks a document. None is given by an empty text.
func readMetadata(c *service.Call, text string) (*samlDocument, error) {
	if text == "" {
		return nil, nil
	}
	said, err := metadata.Parse(text)
	if err != nil {
		return nil, badMetadata()
	}
	long, err := newLongText(c, text)
	if err != nil {
		return nil, err
	}
	return &samlDocument{long, said, c.Now.UTC().Truncate(time.Millisecond)}, nil
}

// write has the document written together with what change does.
func (d *samlDocument) write(ctx context.Context, c *service.Call, change func(*directory.Tx) error) error {
	if d == nil {
		return c.Update(ctx, change)
	}
	return d.longText.write(ctx, c, change)
}

// put writes a provider with what the document says of it, in place of what
// was said before.
func (d *samlDocument) put(tx *directory.Tx, p *directory.SAMLProvider) {
	if d != nil {
		if p.Metadata.ID != d.kept.ID { // else this runs once more
			tx.DeletePieces(p.Account, p.Metadata)
		}
		p.Metadata, p.Issuer, p.ValidUntil = d.kept, d.said.EntityID, d.said.ValidUntil
		if p.ValidUntil.IsZero() {
			p.ValidUntil = d.at.AddDate(endless, 0, 0)
		}
	}
	tx.PutSAMLProvider(p)
}

// newSAMLKeys are the private keys to add to a provider's: one, if one is
// given.
func (s *Service) newSAMLKeys(c *service.Call, text string) ([]directory.SAMLKey, error) {
	if text == "" {
		return nil, nil
	}
	if !isRSAKey(text) {
		return nil, badSAMLKey()
	}
	id, err := arn.NewKeyID(samlKeyPrefix, c.Account, c.Rand)
	if err != nil {
		return nil, err
	}
	sealed, err := s.vault.SealSecret(id, text)
	if err != nil {
		return nil, fmt.Errorf("seal the private key of a SAML provider: %w", err)
	}
	return []directory.SAMLKey{{ID: id, Added: second(c.Now), Sealed: sealed}}, nil
}

// isRSAKey tells whether a text is one private RSA key in PEM, of PKCS #1 or
// PKCS #8.
func isRSAKey(text string) bool {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return false
	}
	if _, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
		return true
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	_, ok := key.(*rsa.PrivateKey)
	return err == nil && ok
}
