package iam

import (
	"context"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// maxThumbprints is how many thumbprints a provider may have.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html
const maxThumbprints = 5

func (s *Service) oidcOperations() []service.Operation {
	return []service.Operation{
		service.Bind(iam.CreateOpenIDConnectProvider, needCreateOIDC, s.CreateOpenIDConnectProvider),
		service.Bind(iam.GetOpenIDConnectProvider, one(func(c *service.Call, in *iam.GetOpenIDConnectProviderInput) service.Need {
			return onOIDC(c, in.OpenIDConnectProviderArn)
		}), s.GetOpenIDConnectProvider),
		service.Bind(iam.DeleteOpenIDConnectProvider, one(func(c *service.Call, in *iam.DeleteOpenIDConnectProviderInput) service.Need {
			return onOIDC(c, in.OpenIDConnectProviderArn)
		}), s.DeleteOpenIDConnectProvider),
		service.Bind(iam.ListOpenIDConnectProviders, service.Always, s.ListOpenIDConnectProviders),
		service.Bind(iam.AddClientIDToOpenIDConnectProvider, one(func(c *service.Call, in *iam.AddClientIDToOpenIDConnectProviderInput) service.Need {
			return onOIDC(c, in.OpenIDConnectProviderArn)
		}), s.AddClientIDToOpenIDConnectProvider),
		service.Bind(iam.RemoveClientIDFromOpenIDConnectProvider, one(func(c *service.Call, in *iam.RemoveClientIDFromOpenIDConnectProviderInput) service.Need {
			return onOIDC(c, in.OpenIDConnectProviderArn)
		}), s.RemoveClientIDFromOpenIDConnectProvider),
		service.Bind(iam.UpdateOpenIDConnectProviderThumbprint, one(func(c *service.Call, in *iam.UpdateOpenIDConnectProviderThumbprintInput) service.Need {
			return onOIDC(c, in.OpenIDConnectProviderArn)
		}), s.UpdateOpenIDConnectProviderThumbprint),
		service.Bind(iam.TagOpenIDConnectProvider, one(func(c *service.Call, in *iam.TagOpenIDConnectProviderInput) service.Need {
			return withRequestTags(onOIDC(c, in.OpenIDConnectProviderArn), in.Tags)
		}), s.TagOpenIDConnectProvider),
		service.Bind(iam.UntagOpenIDConnectProvider, one(func(c *service.Call, in *iam.UntagOpenIDConnectProviderInput) service.Need {
			return withTagKeys(onOIDC(c, in.OpenIDConnectProviderArn), in.TagKeys)
		}), s.UntagOpenIDConnectProvider),
		service.Bind(iam.ListOpenIDConnectProviderTags, one(func(c *service.Call, in *iam.ListOpenIDConnectProviderTagsInput) service.Need {
			return onOIDC(c, in.OpenIDConnectProviderArn)
		}), s.ListOpenIDConnectProviderTags),
	}
}

func needCreateOIDC(c *service.Call, in *iam.CreateOpenIDConnectProviderInput) []service.Need {
	need := service.Need{Resource: iamARN(c, "oidc-provider", "/", strings.TrimPrefix(in.Url, scheme))}
	return tagging(need, "iam:TagOpenIDConnectProvider", in.Tags)
}

// onOIDC needs the OpenID Connect provider that is named.
func onOIDC(c *service.Call, text string) service.Need {
	p, err := findOIDC(c, &c.View.Reader, text, noSuchOIDC)
	if err != nil {
		return onNamed(c, "oidc-provider", text, nil)
	}
	return onNamed(c, "oidc-provider", text, p.Tags)
}

// resourceOf is what a request's ARN names of a kind in the caller's account:
// what comes behind the kind and a slash. It answers false for the ARN of
// something else.
func resourceOf(c *service.Call, kind, text string) (name string, ok bool, err error) {
	a, err := arn.Parse(text)
	if err != nil {
		return "", false, badProviderARN(text)
	}
	name, ok = strings.CutPrefix(text, iamARN(c, kind, "/", ""))
	return name, ok && a.Service == "iam", nil
}

func findOIDC(c *service.Call, r *directory.Reader, text string, missing func(string) error) (*directory.OIDCProvider, error) {
	name, ok, err := resourceOf(c, "oidc-provider", text)
	if err != nil {
		return nil, err
	}
	if ok {
		if p, ok := r.OIDCProvider(c.Account, name); ok {
			return p, nil
		}
	}
	return nil, missing(text)
}

const scheme = "https://"

// hostPattern is a host name, perhaps with a port.
var hostPattern = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?(:[0-9]{1,5})?$`)

// issuerOf is what a provider's URL is kept as: without its scheme. It has no
// query, no fragment and nobody's name in it.
//
// Source: Url of https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html
func issuerOf(text string) (string, error) {
	rest, ok := strings.CutPrefix(text, scheme)
	u, err := url.Parse(text)
	if !ok || err != nil || !hostPattern.MatchString(u.Host) || strings.ContainsAny(rest, "?#@\\ ") {
		return "", badOIDCURL()
	}
	return rest, nil
}

// CreateOpenIDConnectProvider makes known an issuer of web identity tokens. It
// does not ask the issuer: one without thumbprints is trusted by its
// certificate alone.
func (s *Service) CreateOpenIDConnectProvider(ctx context.Context, in *iam.CreateOpenIDConnectProviderInput) (*iam.CreateOpenIDConnectProviderOutput, error) {
	c := service.CallOf(ctx)
	issuer, err := issuerOf(in.Url)
	if err != nil {
		return nil, err
	}
	tags, err := mergeProviderTags(nil, in.Tags)
	switch {
	case err != nil:
		return nil, err
	case len(in.ThumbprintList) > maxThumbprints:
		return nil, tooManyThumbprints()
	case len(in.ClientIDList) > clientsPerOIDC.limit(c):
		return nil, overQuota(c, clientsPerOIDC)
	}
	p := &directory.OIDCProvider{
		Account: c.Account, URL: issuer, Created: second(c.Now),
		ClientIDs: distinct(in.ClientIDList), Thumbprints: distinct(in.ThumbprintList), Tags: tags,
	}
	out := &iam.CreateOpenIDConnectProviderOutput{OpenIDConnectProviderArn: p.ARN(c.Partition), Tags: wireTags(tags)}
	return out, c.Update(ctx, func(tx *directory.Tx) error {
		if _, taken := tx.OIDCProvider(c.Account, issuer); taken {
			return oidcExists(in.Url)
		}
		if !tx.Room(c.Account, directory.CountedOIDC, p.URL, oidcPerAccount.limit(c)) {
			return overQuota(c, oidcPerAccount)
		}
		tx.PutOIDCProvider(p)
		return nil
	})
}

// distinct leaves out what was there before, and keeps the order.
func distinct(list []string) []string {
	out := make([]string, 0, len(list))
	for _, s := range list {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// GetOpenIDConnectProvider shows a provider, its URL without the scheme. Lists
// are there even when they are empty (recorded).
func (s *Service) GetOpenIDConnectProvider(ctx context.Context, in *iam.GetOpenIDConnectProviderInput) (*iam.GetOpenIDConnectProviderOutput, error) {
	c := service.CallOf(ctx)
	p, err := findOIDC(c, &c.View.Reader, in.OpenIDConnectProviderArn, noSuchOIDC)
	if err != nil {
		return nil, err
	}
	return &iam.GetOpenIDConnectProviderOutput{
		Url: p.URL, CreateDate: p.Created, Tags: sortedTags(p.Tags),
		ClientIDList: distinct(p.ClientIDs), ThumbprintList: distinct(p.Thumbprints),
	}, nil
}

// DeleteOpenIDConnectProvider removes a provider. Roles that trust it stay.
func (s *Service) DeleteOpenIDConnectProvider(ctx context.Context, in *iam.DeleteOpenIDConnectProviderInput) (*iam.DeleteOpenIDConnectProviderOutput, error) {
	c := service.CallOf(ctx)
	return &iam.DeleteOpenIDConnectProviderOutput{}, c.Update(ctx, func(tx *directory.Tx) error {
		p, err := findOIDC(c, &tx.Reader, in.OpenIDConnectProviderArn, noOIDCToDelete)
		if err != nil {
			return err
		}
		tx.DeleteOIDCProvider(p)
		return nil
	})
}

// ListOpenIDConnectProviders lists the ARNs of the account's providers, all at
// once as AWS does.
func (s *Service) ListOpenIDConnectProviders(ctx context.Context, _ *iam.ListOpenIDConnectProvidersInput) (*iam.ListOpenIDConnectProvidersOutput, error) {
	c := service.CallOf(ctx)
	list := []iam.OpenIDConnectProviderListEntry{}
	c.View.OIDCProviders(c.Account, func(p *directory.OIDCProvider) bool {
		list = append(list, iam.OpenIDConnectProviderListEntry{Arn: p.ARN(c.Partition)})
		return true
	})
	return &iam.ListOpenIDConnectProvidersOutput{OpenIDConnectProviderList: list}, nil
}

// changeOIDC rewrites a provider in a transaction.
func changeOIDC(ctx context.Context, text string, change func(*directory.OIDCProvider) error) error {
	c := service.CallOf(ctx)
	return c.Update(ctx, func(tx *directory.Tx) error {
		before, err := findOIDC(c, &tx.Reader, text, noSuchOIDC)
		if err != nil {
			return err
		}
		p := before.Clone()
		if err := change(p); err != nil {
			return err
		}
		tx.PutOIDCProvider(p)
		return nil
	})
}

// AddClientIDToOpenIDConnectProvider adds a client id; one that is there
// already does not matter.
func (s *Service) AddClientIDToOpenIDConnectProvider(ctx context.Context, in *iam.AddClientIDToOpenIDConnectProviderInput) (*iam.AddClientIDToOpenIDConnectProviderOutput, error) {
	return &iam.AddClientIDToOpenIDConnectProviderOutput{}, changeOIDC(ctx, in.OpenIDConnectProviderArn, func(p *directory.OIDCProvider) error {
		if p.ClientIDs = distinct(append(p.ClientIDs, in.ClientID)); len(p.ClientIDs) > clientsPerOIDC.limit(service.CallOf(ctx)) {
			return overQuota(service.CallOf(ctx), clientsPerOIDC)
		}
		return nil
	})
}

// RemoveClientIDFromOpenIDConnectProvider takes a client id away; one that is
// not there does not matter.
func (s *Service) RemoveClientIDFromOpenIDConnectProvider(ctx context.Context, in *iam.RemoveClientIDFromOpenIDConnectProviderInput) (*iam.RemoveClientIDFromOpenIDConnectProviderOutput, error) {
	return &iam.RemoveClientIDFromOpenIDConnectProviderOutput{}, changeOIDC(ctx, in.OpenIDConnectProviderArn, func(p *directory.OIDCProvider) error {
		p.ClientIDs = slices.DeleteFunc(p.ClientIDs, func(id string) bool { return id == in.ClientID })
		return nil
	})
}

// UpdateOpenIDConnectProviderThumbprint replaces the thumbprints.
func (s *Service) UpdateOpenIDConnectProviderThumbprint(ctx context.Context, in *iam.UpdateOpenIDConnectProviderThumbprintInput) (*iam.UpdateOpenIDConnectProviderThumbprintOutput, error) {
	return &iam.UpdateOpenIDConnectProviderThumbprintOutput{}, changeOIDC(ctx, in.OpenIDConnectProviderArn, func(p *directory.OIDCProvider) error {
		if len(in.ThumbprintList) > maxThumbprints {
			return tooManyThumbprints()
		}
		p.Thumbprints = distinct(in.ThumbprintList)
		return nil
	})
}

// TagOpenIDConnectProvider sets tags of a provider.
func (s *Service) TagOpenIDConnectProvider(ctx context.Context, in *iam.TagOpenIDConnectProviderInput) (*iam.TagOpenIDConnectProviderOutput, error) {
	return &iam.TagOpenIDConnectProviderOutput{}, changeOIDC(ctx, in.OpenIDConnectProviderArn, func(p *directory.OIDCProvider) (err error) {
		p.Tags, err = mergeProviderTags(p.Tags, in.Tags)
		return err
	})
}

// UntagOpenIDConnectProvider takes tags from a provider.
func (s *Service) UntagOpenIDConnectProvider(ctx context.Context, in *iam.UntagOpenIDConnectProviderInput) (*iam.UntagOpenIDConnectProviderOutput, error) {
	return &iam.UntagOpenIDConnectProviderOutput{}, changeOIDC(ctx, in.OpenIDConnectProviderArn, func(p *directory.OIDCProvider) error {
		p.Tags = withoutExactTags(p.Tags, in.TagKeys)
		return nil
	})
}

// ListOpenIDConnectProviderTags lists the tags of a provider by key.
func (s *Service) ListOpenIDConnectProviderTags(ctx context.Context, in *iam.ListOpenIDConnectProviderTagsInput) (*iam.ListOpenIDConnectProviderTagsOutput, error) {
	c := service.CallOf(ctx)
	p, err := findOIDC(c, &c.View.Reader, in.OpenIDConnectProviderArn, noSuchOIDC)
	if err != nil {
		return nil, err
	}
	tags, err := pageTags(in.Marker, in.MaxItems, p.Tags)
	if err != nil {
		return nil, err
	}
	return &iam.ListOpenIDConnectProviderTagsOutput{Tags: tags.Items, IsTruncated: tags.IsTruncated, Marker: tags.Marker}, nil
}
