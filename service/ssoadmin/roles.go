package ssoadmin

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"io"
	"math/big"
	"time"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// inlineName is the name under which a role has the permission set's own policy.
const inlineName = "AwsSSOInlinePolicy"

// samlIDPrefix begins the unique ids of SAML providers.
const samlIDPrefix arn.IDPrefix = "SAMLSP"

// mostProvisioned is how many permission sets an account has at most.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/limits.html
const mostProvisioned = 250

// maker makes what a permission set is in accounts.
type maker struct {
	rand      io.Reader
	now       time.Time
	partition string
	instance  *directory.Instance
}

func (s scope) maker() maker {
	return maker{s.Rand, second(s.Now), s.Partition, s.instance}
}

// provision brings a permission set to an account as it is now, and answers
// what is to be written as provisioned. An error of type failed tells that the
// account is not as the permission set needs it; nothing is written then.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/permissionsetsconcept.html
func (m maker) provision(tx *directory.Tx, p *directory.PermissionSet, account arn.AccountID) (*directory.Provisioned, error) {
	var role *directory.Role
	at := directory.Provisioned{Account: account, PermissionSet: p.ID}
	if was, ok := tx.Provisioned(p.Instance, p.ID, account); ok {
		at = *was
		role, _ = tx.RoleByID(account, was.Role)
		if role != nil && was.Version == p.Version {
			return &at, nil
		}
	} else if err := m.mayHaveMore(tx, account); err != nil {
		return nil, err
	}
	before := role
	var err error
	if before == nil {
		role, err = m.newRole(p, account)
	} else {
		role = before.Clone()
	}
	if err != nil {
		return nil, err
	}
	if err := m.shape(tx, role, p); err != nil {
		return nil, err
	}
	if err := m.putProvider(tx, account); err != nil {
		return nil, err
	}
	if before == nil {
		tx.CreateRole(role)
	} else {
		tx.PutRole(before, role)
	}
	at.Role, at.Version = role.ID, p.Version
	return &at, nil
}

func (m maker) mayHaveMore(tx *directory.Tx, account arn.AccountID) error {
	if n := tx.CountProvisionedIn(m.instance.ID, account); n >= mostProvisioned {
		return exceeded("The account %s has %d permission sets already.", account, n)
	}
	return nil
}

// newRole is a role that trusts the instance's provider.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
// (the path has the region, except in us-east-1)
func (m maker) newRole(p *directory.PermissionSet, account arn.AccountID) (*directory.Role, error) {
	id, err := arn.NewID(arn.RolePrefix, account, m.rand)
	if err != nil {
		return nil, err
	}
	name, err := hexID(m.rand, "AWSReservedSSO_"+p.Name+"_", 16)
	if err != nil {
		return nil, err
	}
	path := "/aws-reserved/sso.amazonaws.com/"
	if m.instance.Region != "us-east-1" {
		path += m.instance.Region + "/"
	}
	return &directory.Role{
		Entity: directory.Entity{ID: id, Account: account, Name: name, Path: path, Created: m.now},
		Trust: directory.NewPolicyText(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"arn:` + m.partition + `:iam::` +
			account.String() + `:saml-provider/` + samlProviderName(m.instance.ID, account) +
			`"},"Action":["sts:AssumeRoleWithSAML","sts:TagSession"],"Condition":{"StringEquals":{"SAML:aud":"https://signin.aws.amazon.com/saml"}}}]}`),
	}, nil
}

// shape gives a role what its permission set says.
func (m maker) shape(r *directory.Tx, role *directory.Role, p *directory.PermissionSet) error {
	length, err := sessionLength(p.SessionDuration)
	if err != nil {
		return err
	}
	role.MaxSessionDuration = int32(length / time.Second)
	role.Description, role.Inline, role.Attached, role.Boundary = nil, nil, nil, ""
	if p.Description != "" {
		role.Description = &p.Description
	}
	if !p.Inline.IsZero() {
		role.Inline = []directory.Inline{{Name: inlineName, Document: p.Inline}}
	}
	role.Attached = append(role.Attached, p.Managed...)
	for _, ref := range p.Customer {
		id, err := inThe(role.Account, r, ref)
		if err != nil {
			return err
		}
		role.Attached = append(role.Attached, id)
	}
	if p.Boundary == nil {
		return nil
	}
	role.Boundary = p.Boundary.Managed
	if p.Boundary.Customer != nil {
		role.Boundary, err = inThe(role.Account, r, *p.Boundary.Customer)
	}
	return err
}

// inThe finds a customer managed policy in an account.
func inThe(account arn.AccountID, r *directory.Tx, ref directory.CustomerRef) (directory.PolicyRef, error) {
	if p, ok := r.Policy(account, ref.Name); ok && p.Path == ref.Path {
		return directory.PolicyRef(p.ID), nil
	}
	return "", noCustomerPolicy(ref.Path, ref.Name)
}

// withdraw takes a permission set from an account with its role. Sessions of
// the role end with it.
func withdraw(tx *directory.Tx, i *directory.Instance, at *directory.Provisioned) {
	if role, ok := tx.RoleByID(at.Account, at.Role); ok {
		tx.DeleteRole(role)
	}
	tx.DeleteProvisioned(i.ID, at)
}

// withdrawAll takes everything that an instance made from all accounts.
func withdrawAll(tx *directory.Tx, i *directory.Instance) {
	accounts := map[arn.AccountID]bool{}
	tx.PermissionSets(i.ID, "", func(p *directory.PermissionSet) bool {
		tx.ProvisionedOf(i.ID, p.ID, "", func(at *directory.Provisioned) bool {
			withdraw(tx, i, at)
			accounts[at.Account] = true
			return true
		})
		return true
	})
	for account := range accounts {
		if p, ok := tx.SAMLProvider(account, samlProviderName(i.ID, account)); ok {
			tx.DeleteSAMLProvider(p)
		}
	}
}

// putProvider gives an account the instance's SAML provider, if it has not got
// it. Nobody has the private key of its certificate: the access portal makes
// sessions without a SAML response.
func (m maker) putProvider(tx *directory.Tx, account arn.AccountID) error {
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
func (m maker) metadata(issuer string, until time.Time) (string, error) {
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
