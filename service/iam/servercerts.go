package iam

import (
	"context"
	"strings"

	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// The certificates of servers, kept for services such as load balancers.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_server-certs.html

func (s *Service) serverCertificateOperations() []service.Operation {
	return []service.Operation{
		service.Bind(iam.UploadServerCertificate, needUploadCertificate, s.UploadServerCertificate),
		service.Bind(iam.GetServerCertificate, one(func(c *service.Call, in *iam.GetServerCertificateInput) service.Need {
			return onServerCertificate(c, in.ServerCertificateName)
		}), s.GetServerCertificate),
		service.Bind(iam.ListServerCertificates, one(func(c *service.Call, in *iam.ListServerCertificatesInput) service.Need {
			return onPath(c, "server-certificate", in.PathPrefix)
		}), s.ListServerCertificates),
		service.Bind(iam.UpdateServerCertificate, needUpdateCertificate, s.UpdateServerCertificate),
		service.Bind(iam.DeleteServerCertificate, one(func(c *service.Call, in *iam.DeleteServerCertificateInput) service.Need {
			return onServerCertificate(c, in.ServerCertificateName)
		}), s.DeleteServerCertificate),
		service.Bind(iam.TagServerCertificate, one(func(c *service.Call, in *iam.TagServerCertificateInput) service.Need {
			return withRequestTags(onServerCertificate(c, in.ServerCertificateName), in.Tags)
		}), s.TagServerCertificate),
		service.Bind(iam.UntagServerCertificate, one(func(c *service.Call, in *iam.UntagServerCertificateInput) service.Need {
			return withTagKeys(onServerCertificate(c, in.ServerCertificateName), in.TagKeys)
		}), s.UntagServerCertificate),
		service.Bind(iam.ListServerCertificateTags, one(func(c *service.Call, in *iam.ListServerCertificateTagsInput) service.Need {
			return onServerCertificate(c, in.ServerCertificateName)
		}), s.ListServerCertificateTags),
	}
}

// onServerCertificate needs the server certificate that is named.
func onServerCertificate(c *service.Call, name string) service.Need {
	cert, ok := c.View.ServerCertificate(c.Account, name)
	if !ok {
		return onTagged(iamARN(c, "server-certificate", "/", name), "server certificate "+name, nil)
	}
	return onTagged(cert.ARN(c.Partition), "server certificate "+name, cert.Tags)
}

func needUploadCertificate(c *service.Call, in *iam.UploadServerCertificateInput) []service.Need {
	return tagging(onNew(c, "server-certificate", in.Path, in.ServerCertificateName), "iam:TagServerCertificate", in.Tags)
}

// needUpdateCertificate needs the certificate as it is and as it will be.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateServerCertificate.html
func needUpdateCertificate(c *service.Call, in *iam.UpdateServerCertificateInput) []service.Need {
	needs := []service.Need{onServerCertificate(c, in.ServerCertificateName)}
	if in.NewServerCertificateName == "" && in.NewPath == "" {
		return needs
	}
	path, name := in.NewPath, in.NewServerCertificateName
	if cert, ok := c.View.ServerCertificate(c.Account, in.ServerCertificateName); ok {
		path, name = orElse(path, cert.Path), orElse(name, cert.Name)
	}
	return append(needs, onNew(c, "server-certificate", path, orElse(name, in.ServerCertificateName)))
}

// serverCertificatePrefix begins the ids of server certificates.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-prefixes
const serverCertificatePrefix arn.IDPrefix = "ASCA"

// UploadServerCertificate keeps a certificate and its chain. The private key
// is checked and not kept: nobody could read it, and nothing here uses it.
func (s *Service) UploadServerCertificate(ctx context.Context, in *iam.UploadServerCertificateInput) (*iam.UploadServerCertificateOutput, error) {
	c := service.CallOf(ctx)
	leaf, err := checkServerCertificate(in.CertificateBody, in.CertificateChain, in.PrivateKey, c.Now)
	if err != nil {
		return nil, err
	}
	if err := checkPolicyTags(in.Tags); err != nil {
		return nil, err
	}
	id, err := arn.NewID(serverCertificatePrefix, c.Account, c.Rand)
	if err != nil {
		return nil, err
	}
	cert := &directory.ServerCertificate{Entity: directory.Entity{
		ID: id, Account: c.Account, Name: in.ServerCertificateName, Path: pathOr(in.Path),
		Created: second(c.Now), Tags: storedTags(in.Tags),
	}, Body: strings.TrimSpace(in.CertificateBody), Chain: strings.TrimSpace(in.CertificateChain), Expires: second(leaf.NotAfter)}
	w := wireServerCertificate(c, cert)
	return &iam.UploadServerCertificateOutput{ServerCertificateMetadata: &w, Tags: wireTags(cert.Tags)}, c.Update(ctx, func(tx *directory.Tx) error {
		if _, taken := tx.ServerCertificate(c.Account, cert.Name); taken {
			return serverCertificateExists(cert.Name)
		}
		switch {
		case !tx.Room(c.Account, directory.CountedCertificates, cert.ID, serverCertificates.limit(c)):
			return overQuota(c, serverCertificates)
		case len(cert.Tags) > tagsPerServerCertificate.limit(c):
			return overQuota(c, tagsPerServerCertificate)
		}
		tx.CreateServerCertificate(cert)
		return nil
	})
}

func wireServerCertificate(c *service.Call, cert *directory.ServerCertificate) iam.ServerCertificateMetadata {
	return iam.ServerCertificateMetadata{
		Arn: cert.ARN(c.Partition), Path: cert.Path, ServerCertificateId: cert.ID, ServerCertificateName: cert.Name,
		UploadDate: cert.Created, Expiration: cert.Expires,
	}
}

// findServerCertificate finds a server certificate by name.
func findServerCertificate(c *service.Call, r *directory.Reader, name string) (*directory.ServerCertificate, error) {
	cert, ok := r.ServerCertificate(c.Account, name)
	if !ok {
		return nil, noSuchServerCertificate(name)
	}
	return cert, nil
}

// GetServerCertificate shows a certificate with its chain. Tags are there even
// where there are none (recorded: test_server_certificate_lifecycle).
func (s *Service) GetServerCertificate(ctx context.Context, in *iam.GetServerCertificateInput) (*iam.GetServerCertificateOutput, error) {
	c := service.CallOf(ctx)
	cert, err := findServerCertificate(c, &c.View.Reader, in.ServerCertificateName)
	if err != nil {
		return nil, err
	}
	w := wireServerCertificate(c, cert)
	return &iam.GetServerCertificateOutput{ServerCertificate: &iam.ServerCertificate{
		ServerCertificateMetadata: &w, CertificateBody: cert.Body, CertificateChain: cert.Chain, Tags: sortedTags(cert.Tags),
	}}, nil
}

// ListServerCertificates lists the certificates below a path.
func (s *Service) ListServerCertificates(ctx context.Context, in *iam.ListServerCertificatesInput) (*iam.ListServerCertificatesOutput, error) {
	c := service.CallOf(ctx)
	certs := matching(func(after string, yield func(*directory.ServerCertificate) bool) {
		c.View.ServerCertificates(c.Account, after, yield)
	}, func(cert *directory.ServerCertificate) bool { return strings.HasPrefix(cert.Path, in.PathPrefix) })
	p, err := pageOf(in.Marker, in.MaxItems, func(cert *directory.ServerCertificate) string { return cert.Name }, certs)
	if err != nil {
		return nil, err
	}
	w := pageAs(p, func(cert *directory.ServerCertificate) iam.ServerCertificateMetadata {
		return wireServerCertificate(c, cert)
	})
	return &iam.ListServerCertificatesOutput{ServerCertificateMetadataList: w.Items, IsTruncated: w.IsTruncated, Marker: w.Marker}, nil
}

// changeServerCertificate rewrites a server certificate in a transaction.
func changeServerCertificate(ctx context.Context, name string, change func(*directory.Tx, *directory.ServerCertificate) error) error {
	c := service.CallOf(ctx)
	return c.Update(ctx, func(tx *directory.Tx) error {
		before, err := findServerCertificate(c, &tx.Reader, name)
		if err != nil {
			return err
		}
		cert := before.Clone()
		if err := change(tx, cert); err != nil {
			return err
		}
		tx.PutServerCertificate(before, cert)
		return nil
	})
}

// UpdateServerCertificate renames a certificate or moves it to another path.
func (s *Service) UpdateServerCertificate(ctx context.Context, in *iam.UpdateServerCertificateInput) (*iam.UpdateServerCertificateOutput, error) {
	return &iam.UpdateServerCertificateOutput{}, changeServerCertificate(ctx, in.ServerCertificateName, func(tx *directory.Tx, cert *directory.ServerCertificate) error {
		if in.NewServerCertificateName != "" {
			if other, taken := tx.ServerCertificate(cert.Account, in.NewServerCertificateName); taken && other.ID != cert.ID {
				return serverCertificateExists(in.NewServerCertificateName)
			}
		}
		cert.Name, cert.Path = orElse(in.NewServerCertificateName, cert.Name), orElse(in.NewPath, cert.Path)
		return nil
	})
}

// DeleteServerCertificate removes a certificate.
func (s *Service) DeleteServerCertificate(ctx context.Context, in *iam.DeleteServerCertificateInput) (*iam.DeleteServerCertificateOutput, error) {
	c := service.CallOf(ctx)
	return &iam.DeleteServerCertificateOutput{}, c.Update(ctx, func(tx *directory.Tx) error {
		cert, err := findServerCertificate(c, &tx.Reader, in.ServerCertificateName)
		if err == nil {
			tx.DeleteServerCertificate(cert)
		}
		return err
	})
}

// TagServerCertificate sets tags of a certificate.
func (s *Service) TagServerCertificate(ctx context.Context, in *iam.TagServerCertificateInput) (*iam.TagServerCertificateOutput, error) {
	return &iam.TagServerCertificateOutput{}, changeServerCertificate(ctx, in.ServerCertificateName, func(_ *directory.Tx, cert *directory.ServerCertificate) (err error) {
		cert.Tags, err = mergeExactTags(service.CallOf(ctx), cert.Tags, in.Tags, tagsPerServerCertificate)
		return err
	})
}

// UntagServerCertificate takes tags from a certificate.
func (s *Service) UntagServerCertificate(ctx context.Context, in *iam.UntagServerCertificateInput) (*iam.UntagServerCertificateOutput, error) {
	return &iam.UntagServerCertificateOutput{}, changeServerCertificate(ctx, in.ServerCertificateName, func(_ *directory.Tx, cert *directory.ServerCertificate) error {
		cert.Tags = withoutExactTags(cert.Tags, in.TagKeys)
		return nil
	})
}

// ListServerCertificateTags lists the tags of a certificate by key.
func (s *Service) ListServerCertificateTags(ctx context.Context, in *iam.ListServerCertificateTagsInput) (*iam.ListServerCertificateTagsOutput, error) {
	c := service.CallOf(ctx)
	cert, err := findServerCertificate(c, &c.View.Reader, in.ServerCertificateName)
	if err != nil {
		return nil, err
	}
	p, err := pageTags(in.Marker, in.MaxItems, cert.Tags)
	if err != nil {
		return nil, err
	}
	return &iam.ListServerCertificateTagsOutput{Tags: p.Items, IsTruncated: p.IsTruncated, Marker: p.Marker}, nil
}
