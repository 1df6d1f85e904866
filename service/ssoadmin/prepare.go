package ssoadmin

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"math/big"
	"time"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// samlIDPrefix begins the unique ids of SAML providers.
const samlIDPrefix arn.IDPrefix = "SAMLSP"

// The role of the service itself, with which it works in an account.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/using-service-linked-roles.html
const (
	linkedRole   = "AWSServiceRoleForSSO"
	linkedPath   = "/aws-service-role/sso.amazonaws.com/"
	linkedTrust  = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"sso.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
	linkedPolicy = directory.PolicyRef("aws:/aws-service-role/AWSSSOServiceRolePolicy")
)

// prepare gives an account what roles of permission sets need beside them.
func (m *maker) prepare(tx *directory.Tx, account arn.AccountID) error {
	if m.prepared[account] {
		return nil
	}
	if err := m.putLinkedRole(tx, account); err != nil {
		return err
	}
	if err := m.putProvider(tx, account); err != nil {
		return err
	}
	m.prepared[account] = true
	return nil
}

func (m *maker) putLinkedRole(tx *directory.Tx, account arn.AccountID) error {
	if _, ok := tx.Role(account, linkedRole); ok {
		return nil
	}
	id, err := arn.NewID(arn.RolePrefix, account, m.rand)
	if err != nil {
		return err
	}
	tx.CreateRole(&directory.Role{
		Entity: directory.Entity{
			ID: id, Account: account, Name: linkedRole, Path: linkedPath, Created: m.now, Attached: []directory.PolicyRef{linkedPolicy},
		},
		MaxSessionDuration: 3600,
		Description:        new("Service-linked role used by AWS SSO to manage AWS resources, including IAM roles, policies and SAML IdP on your behalf."),
		Trust:              directory.NewPolicyText(linkedTrust),
	})
	return nil
}

// putProvider gives an account the instance's SAML provider, if it has not got
// it. Nobody has the private key of its certificate: the access portal makes
// sessions without a SAML response.
func (m *maker) putProvider(tx *directory.Tx, account arn.AccountID) error {
	name := samlProviderName(m.instance.ID, account)
	if _, ok := tx.SAMLProvider(account, name); ok {
		return nil
	}
	id, err := arn.NewKeyID(samlIDPrefix, account, m.rand)
	if err != nil {
		return err
	}
	kept, err := hexID(m.rand, "", 32)
	if err != nil {
		return err
	}
	issuer := "https://portal.sso." + m.instance.Region + ".amazonaws.com/saml/assertion/" + base64.StdEncoding.EncodeToString([]byte(account.String()+"_"+m.instance.ID))
	until := m.now.AddDate(100, 0, 0)
	document, err := m.metadata(issuer, until)
	if err != nil {
		return err
	}
	tx.PutPiece(account, kept, 0, document)
	tx.PutSAMLProvider(&directory.SAMLProvider{
		ID: id, Account: account, Name: name, Created: m.now, ValidUntil: until, Issuer: issuer,
		Metadata: directory.Pieces{ID: kept, Count: 1}, Encryption: "Allowed",
	})
	return nil
}

// metadata is the document of a provider with a key that is thrown away.
func (m *maker) metadata(issuer string, until time.Time) (string, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), m.rand)
	if err != nil {
		return "", fmt.Errorf("make a key: %w", err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: m.now, NotAfter: until}
	certificate, err := x509.CreateCertificate(m.rand, template, template, &key.PublicKey, key)
	if err != nil {
		return "", fmt.Errorf("make a certificate: %w", err)
	}
	return `<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="` + issuer + `" validUntil="` + until.Format(time.RFC3339) + `">` +
		`<IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><KeyDescriptor use="signing">` +
		`<KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>` + base64.StdEncoding.EncodeToString(certificate) +
		`</X509Certificate></X509Data></KeyInfo></KeyDescriptor><SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="` + issuer +
		`"/></IDPSSODescriptor></EntityDescriptor>`, nil
}
