package iam

import (
	"context"
	"crypto/x509"
	"encoding/base32"
	"encoding/pem"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// The certificates with which users, and the root user, sign SOAP requests.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_UploadSigningCertificate.html

func (s *Service) signingOperations() []service.Operation {
	return []service.Operation{
		service.Bind(iam.UploadSigningCertificate, one(func(c *service.Call, in *iam.UploadSigningCertificateInput) service.Need {
			return onUser(c, in.UserName)
		}), s.UploadSigningCertificate),
		service.Bind(iam.ListSigningCertificates, one(func(c *service.Call, in *iam.ListSigningCertificatesInput) service.Need {
			return onUser(c, in.UserName)
		}), s.ListSigningCertificates),
		service.Bind(iam.UpdateSigningCertificate, one(func(c *service.Call, in *iam.UpdateSigningCertificateInput) service.Need {
			return onUser(c, in.UserName)
		}), s.UpdateSigningCertificate),
		service.Bind(iam.DeleteSigningCertificate, one(func(c *service.Call, in *iam.DeleteSigningCertificateInput) service.Need {
			return onUser(c, in.UserName)
		}), s.DeleteSigningCertificate),
	}
}

// UploadSigningCertificate gives a user another certificate.
func (s *Service) UploadSigningCertificate(ctx context.Context, in *iam.UploadSigningCertificateInput) (*iam.UploadSigningCertificateOutput, error) {
	c := service.CallOf(ctx)
	id, err := newCertificateID(c.Rand)
	if err != nil {
		return nil, err
	}
	stored := directory.SigningCertificate{ID: id, Body: in.CertificateBody, Active: true, Uploaded: second(c.Now)}
	out := &iam.UploadSigningCertificateOutput{}
	return out, changeCertificates(ctx, in.UserName, func(owner keyOwner, creds *directory.Credentials) error {
		cert, ok := parseCertificate(in.CertificateBody)
		switch {
		case !ok:
			return badSigningCertificate(in.CertificateBody)
		case c.Now.Before(cert.NotBefore) || c.Now.After(cert.NotAfter):
			return invalidCertificate()
		}
		for _, had := range creds.Certificates {
			if other, ok := parseCertificate(had.Body); ok && other.Equal(cert) {
				return duplicateCertificate()
			}
		}
		if len(creds.Certificates) >= certificatesPerUser.limit(c) {
			return overQuota(c, certificatesPerUser)
		}
		creds.Certificates = append(creds.Certificates, stored)
		w := wireSigning(owner, stored)
		out.Certificate = &w
		return nil
	})
}

// changeCertificates rewrites what a user, or the root user, has.
func changeCertificates(ctx context.Context, name string, change func(keyOwner, *directory.Credentials) error) error {
	c := service.CallOf(ctx)
	return c.Update(ctx, func(tx *directory.Tx) error {
		owner, err := findOwner(c, &tx.Reader, name)
		if err != nil {
			return err
		}
		creds := tx.Credentials(c.Account, owner.id).Clone()
		if err := change(owner, creds); err != nil {
			return err
		}
		tx.PutCredentials(creds)
		return nil
	})
}

// newCertificateID makes the id of a signing certificate: thirty-two letters
// and digits.
func newCertificateID(rand io.Reader) (string, error) {
	var b [20]byte
	if _, err := io.ReadFull(rand, b[:]); err != nil {
		return "", fmt.Errorf("make the id of a certificate: %w", err)
	}
	return base32.StdEncoding.EncodeToString(b[:]), nil
}

// parseCertificate reads one certificate in PEM, with nothing beside it.
func parseCertificate(text string) (*x509.Certificate, bool) {
	certs, ok := parseCertificates(text)
	if !ok || len(certs) != 1 {
		return nil, false
	}
	return certs[0], true
}

// parseCertificates reads certificates in PEM, with nothing beside them.
func parseCertificates(text string) ([]*x509.Certificate, bool) {
	var certs []*x509.Certificate
	for rest := strings.TrimSpace(text); rest != ""; {
		if !strings.HasPrefix(rest, "-----BEGIN CERTIFICATE-----") {
			return nil, false
		}
		block, after := pem.Decode([]byte(rest))
		if block == nil || block.Type != "CERTIFICATE" {
			return nil, false
		}
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, false
		}
		certs, rest = append(certs, cert), strings.TrimSpace(string(after))
	}
	return certs, true
}

func wireSigning(owner keyOwner, s directory.SigningCertificate) iam.SigningCertificate {
	return iam.SigningCertificate{
		CertificateId: s.ID, CertificateBody: s.Body, Status: word(s.Active), UploadDate: s.Uploaded, UserName: owner.name,
	}
}

// byAge orders by time, and by id what is of the same second.
func byAge(t time.Time, id string) string { return fmt.Sprintf("%020d/%s", t.Unix(), id) }

// ListSigningCertificates lists the certificates of a user, the oldest first.
func (s *Service) ListSigningCertificates(ctx context.Context, in *iam.ListSigningCertificatesInput) (*iam.ListSigningCertificatesOutput, error) {
	c := service.CallOf(ctx)
	owner, err := findOwner(c, &c.View.Reader, in.UserName)
	if err != nil {
		return nil, err
	}
	key := func(s directory.SigningCertificate) string { return byAge(s.Uploaded, s.ID) }
	p, err := pageOf(in.Marker, in.MaxItems, key, inOrder(c.View.Credentials(c.Account, owner.id).Certificates, key))
	if err != nil {
		return nil, err
	}
	w := pageAs(p, func(s directory.SigningCertificate) iam.SigningCertificate { return wireSigning(owner, s) })
	return &iam.ListSigningCertificatesOutput{Certificates: w.Items, IsTruncated: w.IsTruncated, Marker: w.Marker}, nil
}

// signingIndex finds one of a user's certificates.
func signingIndex(creds *directory.Credentials, id string) (int, error) {
	i := slices.IndexFunc(creds.Certificates, func(s directory.SigningCertificate) bool { return s.ID == id })
	if i < 0 {
		return 0, noSuchSigningCertificate(id)
	}
	return i, nil
}

// UpdateSigningCertificate turns a certificate on or off.
func (s *Service) UpdateSigningCertificate(ctx context.Context, in *iam.UpdateSigningCertificateInput) (*iam.UpdateSigningCertificateOutput, error) {
	return &iam.UpdateSigningCertificateOutput{}, changeCertificates(ctx, in.UserName, func(_ keyOwner, creds *directory.Credentials) error {
		i, err := signingIndex(creds, in.CertificateId)
		if err == nil {
			creds.Certificates[i].Active = in.Status == active
		}
		return err
	})
}

// DeleteSigningCertificate removes a certificate.
func (s *Service) DeleteSigningCertificate(ctx context.Context, in *iam.DeleteSigningCertificateInput) (*iam.DeleteSigningCertificateOutput, error) {
	return &iam.DeleteSigningCertificateOutput{}, changeCertificates(ctx, in.UserName, func(_ keyOwner, creds *directory.Credentials) error {
		i, err := signingIndex(creds, in.CertificateId)
		if err == nil {
			creds.Certificates = slices.Delete(creds.Certificates, i, i+1)
		}
		return err
	})
}
