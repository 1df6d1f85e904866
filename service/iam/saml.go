package iam

import (
	"context"
	"slices"
	"time"

	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

const (
	// samlPrefix begins the ids of SAML providers.
	//
	// Source: hashicorp/terraform-provider-aws#45699
	samlPrefix arn.IDPrefix = "SAMLSP"
	// samlKeyPrefix begins the ids of their private keys; AWS's is not known.
	samlKeyPrefix arn.IDPrefix = "SAMLPK"
	// endless is how many years a provider is good for whose metadata does not
	// say (hashicorp/terraform-provider-aws#45699).
	endless = 100
)

func (s *Service) samlOperations() []service.Operation {
	return []service.Operation{
		service.Bind(iam.CreateSAMLProvider, func(c *service.Call, in *iam.CreateSAMLProviderInput) []service.Need {
			return tagging(onNew(c, "saml-provider", "/", in.Name), "iam:TagSAMLProvider", in.Tags)
		}, s.CreateSAMLProvider),
		service.Bind(iam.UpdateSAMLProvider, one(func(c *service.Call, in *iam.UpdateSAMLProviderInput) service.Need {
			return onSAML(c, in.SAMLProviderArn)
		}), s.UpdateSAMLProvider),
		service.Bind(iam.GetSAMLProvider, one(func(c *service.Call, in *iam.GetSAMLProviderInput) service.Need {
			return onSAML(c, in.SAMLProviderArn)
		}), s.GetSAMLProvider),
		service.Bind(iam.DeleteSAMLProvider, one(func(c *service.Call, in *iam.DeleteSAMLProviderInput) service.Need {
			return onSAML(c, in.SAMLProviderArn)
		}), s.DeleteSAMLProvider),
		service.Bind(iam.ListSAMLProviders, service.Always, s.ListSAMLProviders),
		service.Bind(iam.TagSAMLProvider, one(func(c *service.Call, in *iam.TagSAMLProviderInput) service.Need {
			return withRequestTags(onSAML(c, in.SAMLProviderArn), in.Tags)
		}), s.TagSAMLProvider),
		service.Bind(iam.UntagSAMLProvider, one(func(c *service.Call, in *iam.UntagSAMLProviderInput) service.Need {
			return withTagKeys(onSAML(c, in.SAMLProviderArn), in.TagKeys)
		}), s.UntagSAMLProvider),
		service.Bind(iam.ListSAMLProviderTags, one(func(c *service.Call, in *iam.ListSAMLProviderTagsInput) service.Need {
			return onSAML(c, in.SAMLProviderArn)
		}), s.ListSAMLProviderTags),
	}
}

// onSAML needs the SAML provider that is named.
func onSAML(c *service.Call, text string) service.Need {
	p, err := findSAML(c, &c.View.Reader, text)
	if err != nil {
		return onNamed(c, "saml-provider", text, nil)
	}
	return onNamed(c, "saml-provider", text, p.Tags)
}

func findSAML(c *service.Call, r *directory.Reader, text string) (*directory.SAMLProvider, error) {
	name, ok, err := resourceOf(c, "saml-provider", text)
	if err != nil {
		return nil, err
	}
	if ok {
		if p, ok := r.SAMLProvider(c.Account, name); ok {
			return p, nil
		}
	}
	return nil, noSuchSAML(text)
}

// CreateSAMLProvider makes a SAML identity provider known by its metadata.
func (s *Service) CreateSAMLProvider(ctx context.Context, in *iam.CreateSAMLProviderInput) (*iam.CreateSAMLProviderOutput, error) {
	c := service.CallOf(ctx)
	tags, err := mergeProviderTags(nil, in.Tags)
	if err != nil {
		return nil, err
	}
	id, err := arn.NewKeyID(samlPrefix, c.Account, c.Rand)
	if err != nil {
		return nil, err
	}
	p := &directory.SAMLProvider{
		ID: id, Account: c.Account, Name: in.Name, Created: c.Now.UTC().Truncate(time.Millisecond),
		Encryption: orElse(in.AssertionEncryptionMode, "Allowed"), Tags: tags,
	}
	if p.Keys, err = s.newSAMLKeys(c, in.AddPrivateKey); err != nil {
		return nil, err
	}
	told, err := readMetadata(c, in.SAMLMetadataDocument)
	if err != nil {
		return nil, err
	}
	free := func(r *directory.Reader) error {
		if _, taken := r.SAMLProvider(c.Account, p.Name); taken {
			return samlExists(p.Name)
		}
		return nil
	}
	if err := free(&c.View.Reader); err != nil {
		return nil, err
	}
	out := &iam.CreateSAMLProviderOutput{SAMLProviderArn: p.ARN(c.Partition), Tags: wireTags(tags)}
	return out, told.write(ctx, c, func(tx *directory.Tx) error {
		if err := free(&tx.Reader); err != nil {
			return err
		}
		if !tx.Room(c.Account, directory.CountedSAML, p.Name, samlPerAccount.limit(c)) {
			return overQuota(c, samlPerAccount)
		}
		told.put(tx, p)
		return nil
	})
}

// UpdateSAMLProvider changes of a provider what is given: its metadata, its
// keys, or whether assertions must be encrypted.
func (s *Service) UpdateSAMLProvider(ctx context.Context, in *iam.UpdateSAMLProviderInput) (*iam.UpdateSAMLProviderOutput, error) {
	c := service.CallOf(ctx)
	now, err := findSAML(c, &c.View.Reader, in.SAMLProviderArn)
	if err != nil {
		return nil, err
	}
	told, err := readMetadata(c, in.SAMLMetadataDocument)
	if err != nil {
		return nil, err
	}
	added, err := s.newSAMLKeys(c, in.AddPrivateKey)
	if err != nil {
		return nil, err
	}
	out := &iam.UpdateSAMLProviderOutput{SAMLProviderArn: now.ARN(c.Partition)}
	return out, told.write(ctx, c, func(tx *directory.Tx) error {
		before, err := findSAML(c, &tx.Reader, in.SAMLProviderArn)
		if err != nil {
			return err
		}
		p := before.Clone()
		p.Encryption = orElse(in.AssertionEncryptionMode, p.Encryption)
		if p.Keys, err = withoutKey(p.Keys, in.RemovePrivateKey); err != nil {
			return err
		}
		if p.Keys = append(p.Keys, added...); len(p.Keys) > keysPerSAML.limit(c) {
			return overQuota(c, keysPerSAML)
		}
		told.put(tx, p)
		return nil
	})
}

// GetSAMLProvider shows a provider with its metadata.
func (s *Service) GetSAMLProvider(ctx context.Context, in *iam.GetSAMLProviderInput) (*iam.GetSAMLProviderOutput, error) {
	c := service.CallOf(ctx)
	p, err := findSAML(c, &c.View.Reader, in.SAMLProviderArn)
	if err != nil {
		return nil, err
	}
	keys := make([]iam.SAMLPrivateKey, 0, len(p.Keys))
	for _, k := range p.Keys {
		keys = append(keys, iam.SAMLPrivateKey{KeyId: k.ID, Timestamp: k.Added})
	}
	return &iam.GetSAMLProviderOutput{
		SAMLProviderUUID: p.ID, CreateDate: p.Created, ValidUntil: p.ValidUntil,
		SAMLMetadataDocument:    c.View.Text(c.Account, p.Metadata),
		AssertionEncryptionMode: p.Encryption, PrivateKeyList: keys, Tags: sortedTags(p.Tags),
	}, nil
}

// DeleteSAMLProvider removes a provider. Roles that trust it stay.
func (s *Service) DeleteSAMLProvider(ctx context.Context, in *iam.DeleteSAMLProviderInput) (*iam.DeleteSAMLProviderOutput, error) {
	c := service.CallOf(ctx)
	return &iam.DeleteSAMLProviderOutput{}, c.Update(ctx, func(tx *directory.Tx) error {
		p, err := findSAML(c, &tx.Reader, in.SAMLProviderArn)
		if err != nil {
			return err
		}
		tx.DeleteSAMLProvider(p)
		return nil
	})
}

// ListSAMLProviders lists the account's providers, all at once as AWS does.
func (s *Service) ListSAMLProviders(ctx context.Context, _ *iam.ListSAMLProvidersInput) (*iam.ListSAMLProvidersOutput, error) {
	c := service.CallOf(ctx)
	list := []iam.SAMLProviderListEntry{}
	c.View.SAMLProviders(c.Account, func(p *directory.SAMLProvider) bool {
		list = append(list, iam.SAMLProviderListEntry{Arn: p.ARN(c.Partition), CreateDate: p.Created, ValidUntil: p.ValidUntil})
		return true
	})
	return &iam.ListSAMLProvidersOutput{SAMLProviderList: list}, nil
}

// retagSAML writes what change makes of a provider's tags.
func retagSAML(ctx context.Context, text string, change func([]directory.Tag) ([]directory.Tag, error)) error {
	c := service.CallOf(ctx)
	return c.Update(ctx, func(tx *directory.Tx) error {
		before, err := findSAML(c, &tx.Reader, text)
		if err != nil {
			return err
		}
		p := before.Clone()
		if p.Tags, err = change(p.Tags); err != nil {
			return err
		}
		tx.PutSAMLProvider(p)
		return nil
	})
}

// TagSAMLProvider sets tags of a provider.
func (s *Service) TagSAMLProvider(ctx context.Context, in *iam.TagSAMLProviderInput) (*iam.TagSAMLProviderOutput, error) {
	return &iam.TagSAMLProviderOutput{}, retagSAML(ctx, in.SAMLProviderArn, func(tags []directory.Tag) ([]directory.Tag, error) {
		return mergeProviderTags(tags, in.Tags)
	})
}

// UntagSAMLProvider takes tags from a provider.
func (s *Service) UntagSAMLProvider(ctx context.Context, in *iam.UntagSAMLProviderInput) (*iam.UntagSAMLProviderOutput, error) {
	return &iam.UntagSAMLProviderOutput{}, retagSAML(ctx, in.SAMLProviderArn, func(tags []directory.Tag) ([]directory.Tag, error) {
		return withoutExactTags(tags, in.TagKeys), nil
	})
}

// ListSAMLProviderTags lists the tags of a provider by key.
func (s *Service) ListSAMLProviderTags(ctx context.Context, in *iam.ListSAMLProviderTagsInput) (*iam.ListSAMLProviderTagsOutput, error) {
	c := service.CallOf(ctx)
	p, err := findSAML(c, &c.View.Reader, in.SAMLProviderArn)
	if err != nil {
		return nil, err
	}
	tags, err := pageTags(in.Marker, in.MaxItems, p.Tags)
	if err != nil {
		return nil, err
	}
	return &iam.ListSAMLProviderTagsOutput{Tags: tags.Items, IsTruncated: tags.IsTruncated, Marker: tags.Marker}, nil
}

// withoutKey takes a private key away.
func withoutKey(keys []directory.SAMLKey, id string) ([]directory.SAMLKey, error) {
	if id == "" {
		return keys, nil
	}
	i := slices.IndexFunc(keys, func(k directory.SAMLKey) bool { return k.ID == id })
	if i < 0 {
		return nil, noSuchPrivateKey(id)
	}
	return slices.Delete(keys, i, i+1), nil
}
