package sts

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"sync"
	"time"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authn/saml"
	"github.com/rolecall-iam/rolecall/authn/saml/metadata"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// samlProviderOf finds the provider that an ARN names.
func samlProviderOf(view *directory.View, name, partition string) (*directory.SAMLProvider, bool) {
	a, err := arn.Parse(name)
	if err != nil || a.ResourceType() != "saml-provider" {
		return nil, false
	}
	account, err := arn.ParseAccountID(a.Account)
	if err != nil {
		return nil, false
	}
	p, ok := view.SAMLProvider(account, a.ResourceName())
	if !ok || p.ARN(partition) != name {
		return nil, false
	}
	return p, true
}

// verifySAML answers what a response says that is the provider's and meant for
// here, or refuses it in AWS's words.
func (s *Service) verifySAML(view *directory.View, p *directory.SAMLProvider, partition, response string, now time.Time) (*saml.Assertion, error) {
	if !now.Before(p.ValidUntil) {
		return nil, samlProviderExpired()
	}
	certificates, err := s.samlCertificates(view, p)
	if err != nil {
		return nil, err
	}
	var failed error
	keys := func() (keys []*rsa.PrivateKey) {
		keys, failed = s.samlKeys(p)
		return keys
	}
	doors := signInDoors{partition: partition, provider: p.ID, own: s.url}
	a, err := saml.Verify(response,
		saml.Provider{EntityID: p.Issuer, Certificates: certificates, Keys: keys, MustEncrypt: p.Encryption == "Required"},
		saml.Expected{Audience: doors.audience, Recipient: doors.recipient}, now)
	if failed != nil {
		return nil, failed
	}
	if err != nil {
		s.countPanic(err)
		return nil, samlRefusal(err)
	}
	return a, nil
}

// samlKeys are the private keys of a provider.
func (s *Service) samlKeys(p *directory.SAMLProvider) ([]*rsa.PrivateKey, error) {
	var keys []*rsa.PrivateKey
	for _, k := range p.Keys {
		text, err := s.sealer.OpenSecret(k.ID, k.Sealed)
		if err != nil {
			return nil, fmt.Errorf("open a private key of SAML provider %s: %w", p.ID, err)
		}
		block, _ := pem.Decode([]byte(text))
		if block == nil {
			return nil, fmt.Errorf("a private key of SAML provider %s is not PEM", p.ID)
		}
		if key, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
			keys = append(keys, key)
		} else if key, err := x509.ParsePKCS8PrivateKey(block.Bytes); err == nil {
			if key, ok := key.(*rsa.PrivateKey); ok {
				keys = append(keys, key)
			}
		}
	}
	return keys, nil
}

// samlCertificates are those that a provider signs with.
func (s *Service) samlCertificates(view *directory.View, p *directory.SAMLProvider) ([]*x509.Certificate, error) {
	if known, ok := s.certificates.get(p.Metadata.ID); ok {
		return known, nil
	}
	text := view.Text(p.Account, p.Metadata)
	if err := view.Err(); err != nil {
		return nil, err
	}
	said, err := metadata.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("read the metadata of SAML provider %s: %w", p.ID, err)
	}
	s.certificates.put(p.Metadata.ID, said.Certificates)
	return said.Certificates, nil
}

// certificateCache keeps the certificates of metadata by the ID of its text,
// which is never given twice.
type certificateCache struct {
	mu    sync.Mutex
	known map[string][]*x509.Certificate
}

// keptCertificates is how many providers' are kept.
const keptCertificates = 256

func (c *certificateCache) get(id string) ([]*x509.Certificate, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	list, ok := c.known[id]
	return list, ok
}

func (c *certificateCache) put(id string, list []*x509.Certificate) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known == nil || len(c.known) >= keptCertificates {
		c.known = make(map[string][]*x509.Certificate)
	}
	c.known[id] = list
}
