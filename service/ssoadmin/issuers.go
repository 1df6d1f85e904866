package ssoadmin

import (
	"context"

	"github.com/rolecall-iam/rolecall/api/ssoadmin"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

func (s *Service) issuerOperations() []service.Operation {
	return []service.Operation{
		bind(ssoadmin.CreateTrustedTokenIssuer, func(in *ssoadmin.CreateTrustedTokenIssuerInput) target {
			return target{instance: in.InstanceArn, makes: "trustedTokenIssuer", tags: in.Tags}
		}, s.CreateTrustedTokenIssuer),
		bind(ssoadmin.DescribeTrustedTokenIssuer, func(in *ssoadmin.DescribeTrustedTokenIssuerInput) target {
			return target{issuer: in.TrustedTokenIssuerArn}
		}, s.DescribeTrustedTokenIssuer),
		bind(ssoadmin.UpdateTrustedTokenIssuer, func(in *ssoadmin.UpdateTrustedTokenIssuerInput) target {
			return target{issuer: in.TrustedTokenIssuerArn}
		}, s.UpdateTrustedTokenIssuer),
		bind(ssoadmin.DeleteTrustedTokenIssuer, func(in *ssoadmin.DeleteTrustedTokenIssuerInput) target {
			return target{issuer: in.TrustedTokenIssuerArn}
		}, s.DeleteTrustedTokenIssuer),
		bind(ssoadmin.ListTrustedTokenIssuers, func(in *ssoadmin.ListTrustedTokenIssuersInput) target {
			return target{instance: in.InstanceArn}
		}, s.ListTrustedTokenIssuers),
	}
}

func (s scope) issuerARN(t *directory.TokenIssuer) string {
	return inAccount(s.Partition, "trustedTokenIssuer", t.Account, t.Instance, t.ID)
}

// issuer finds a trusted token issuer by its ARN.
func (s scope) issuer(r *directory.Reader, name string) (*directory.TokenIssuer, error) {
	n := parseName(s.Partition, name)
	t, ok := r.TokenIssuer(s.instance.ID, n.id)
	if !ok || t.Account.String() != n.account {
		return nil, notFound("TrustedTokenIssuer", n.id)
	}
	return t, nil
}

// CreateTrustedTokenIssuer lets applications exchange an issuer's tokens.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_CreateTrustedTokenIssuer.html
func (s *Service) CreateTrustedTokenIssuer(ctx context.Context, c scope, in *ssoadmin.CreateTrustedTokenIssuerInput) (*ssoadmin.CreateTrustedTokenIssuerOutput, error) {
	config := in.TrustedTokenIssuerConfiguration.OidcJwtConfiguration
	if config == nil {
		return nil, invalid("The configuration is not one of type %s.", in.TrustedTokenIssuerType)
	}
	tags, err := mergeTags(nil, in.Tags)
	if err != nil {
		return nil, err
	}
	id, err := requestID(c.Rand, c.Now)
	if err != nil {
		return nil, err
	}
	t := &directory.TokenIssuer{
		ID: "tti-" + id, Instance: c.instance.ID, Account: c.Account, Name: in.Name, Type: in.TrustedTokenIssuerType, Tags: tags, Token: in.ClientToken,
		IssuerURL: config.IssuerUrl, Claim: config.ClaimAttributePath, Attribute: config.IdentityStoreAttributePath, Keys: config.JwksRetrievalOption,
	}
	out := &ssoadmin.CreateTrustedTokenIssuerOutput{TrustedTokenIssuerArn: c.issuerARN(t)}
	return out, c.Update(ctx, func(tx *directory.Tx) error {
		if _, err := c.in(tx); err != nil {
			return err
		}
		var clash *directory.TokenIssuer
		tx.TokenIssuers(t.Instance, "", func(o *directory.TokenIssuer) bool {
			if o.IssuerURL == t.IssuerURL || t.Token != "" && o.Token == t.Token {
				clash = o
			}
			return clash == nil
		})
		switch {
		case clash == nil:
			tx.PutTokenIssuer(t)
			return nil
		case t.Token == "" || clash.Token != t.Token || clash.IssuerURL != t.IssuerURL:
			return conflict("A trusted token issuer with this issuer URL or client token already exists.")
		}
		out.TrustedTokenIssuerArn = c.issuerARN(clash)
		return nil
	})
}

// DescribeTrustedTokenIssuer tells of an issuer.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DescribeTrustedTokenIssuer.html
func (s *Service) DescribeTrustedTokenIssuer(_ context.Context, c scope, in *ssoadmin.DescribeTrustedTokenIssuerInput) (*ssoadmin.DescribeTrustedTokenIssuerOutput, error) {
	t, err := c.issuer(&c.View.Reader, in.TrustedTokenIssuerArn)
	if err != nil {
		return nil, err
	}
	return &ssoadmin.DescribeTrustedTokenIssuerOutput{
		Name: t.Name, TrustedTokenIssuerArn: in.TrustedTokenIssuerArn, TrustedTokenIssuerType: t.Type,
		TrustedTokenIssuerConfiguration: &ssoadmin.TrustedTokenIssuerConfiguration{OidcJwtConfiguration: &ssoadmin.OidcJwtConfiguration{
			IssuerUrl: t.IssuerURL, ClaimAttributePath: t.Claim, IdentityStoreAttributePath: t.Attribute, JwksRetrievalOption: t.Keys,
		}},
	}, nil
}

// UpdateTrustedTokenIssuer changes what is given. The issuer's URL stays.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_UpdateTrustedTokenIssuer.html
func (s *Service) UpdateTrustedTokenIssuer(ctx context.Context, c scope, in *ssoadmin.UpdateTrustedTokenIssuerInput) (*ssoadmin.UpdateTrustedTokenIssuerOutput, error) {
	return &ssoadmin.UpdateTrustedTokenIssuerOutput{}, c.Update(ctx, func(tx *directory.Tx) error {
		before, err := c.issuer(&tx.Reader, in.TrustedTokenIssuerArn)
		if err != nil {
			return err
		}
		t := before.Clone()
		given := map[*string]string{&t.Name: in.Name}
		if config := in.TrustedTokenIssuerConfiguration; config != nil && config.OidcJwtConfiguration != nil {
			o := config.OidcJwtConfiguration
			given[&t.Claim], given[&t.Attribute], given[&t.Keys] = o.ClaimAttributePath, o.IdentityStoreAttributePath, o.JwksRetrievalOption
		}
		for to, text := range given {
			if text != "" {
				*to = text
			}
		}
		tx.PutTokenIssuer(t)
		return nil
	})
}

// DeleteTrustedTokenIssuer removes an issuer.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DeleteTrustedTokenIssuer.html
func (s *Service) DeleteTrustedTokenIssuer(ctx context.Context, c scope, in *ssoadmin.DeleteTrustedTokenIssuerInput) (*ssoadmin.DeleteTrustedTokenIssuerOutput, error) {
	return &ssoadmin.DeleteTrustedTokenIssuerOutput{}, c.Update(ctx, func(tx *directory.Tx) error {
		t, err := c.issuer(&tx.Reader, in.TrustedTokenIssuerArn)
		if err == nil {
			tx.DeleteTokenIssuer(t)
		}
		return err
	})
}

// ListTrustedTokenIssuers tells the issuers of an instance.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListTrustedTokenIssuers.html
func (s *Service) ListTrustedTokenIssuers(_ context.Context, c scope, in *ssoadmin.ListTrustedTokenIssuersInput) (*ssoadmin.ListTrustedTokenIssuersOutput, error) {
	page, err := newPage[ssoadmin.TrustedTokenIssuerMetadata](in.NextToken, in.MaxResults)
	if err != nil {
		return nil, err
	}
	c.View.TokenIssuers(c.instance.ID, page.After, func(t *directory.TokenIssuer) bool {
		return page.Add(t.ID, ssoadmin.TrustedTokenIssuerMetadata{Name: t.Name, TrustedTokenIssuerArn: c.issuerARN(t), TrustedTokenIssuerType: t.Type})
	})
	return &ssoadmin.ListTrustedTokenIssuersOutput{TrustedTokenIssuers: page.Items, NextToken: page.NextToken()}, nil
}
