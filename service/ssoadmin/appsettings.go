package ssoadmin

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/rolecall-iam/rolecall/api/ssoadmin"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// mostScopes is how many access scopes an application has at most.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/limits.html
const mostScopes = 25

func (s *Service) applicationSettingOperations() []service.Operation {
	return []service.Operation{
		bind(ssoadmin.PutApplicationAccessScope, func(in *ssoadmin.PutApplicationAccessScopeInput) target {
			return target{application: in.ApplicationArn}
		}, s.PutApplicationAccessScope),
		bind(ssoadmin.GetApplicationAccessScope, func(in *ssoadmin.GetApplicationAccessScopeInput) target {
			return target{application: in.ApplicationArn}
		}, s.GetApplicationAccessScope),
		bind(ssoadmin.DeleteApplicationAccessScope, func(in *ssoadmin.DeleteApplicationAccessScopeInput) target {
			return target{application: in.ApplicationArn}
		}, s.DeleteApplicationAccessScope),
		bind(ssoadmin.ListApplicationAccessScopes, func(in *ssoadmin.ListApplicationAccessScopesInput) target {
			return target{application: in.ApplicationArn}
		}, s.ListApplicationAccessScopes),
		bind(ssoadmin.PutApplicationGrant, func(in *ssoadmin.PutApplicationGrantInput) target {
			return target{application: in.ApplicationArn}
		}, s.PutApplicationGrant),
		bind(ssoadmin.GetApplicationGrant, func(in *ssoadmin.GetApplicationGrantInput) target {
			return target{application: in.ApplicationArn}
		}, s.GetApplicationGrant),
		bind(ssoadmin.DeleteApplicationGrant, func(in *ssoadmin.DeleteApplicationGrantInput) target {
			return target{application: in.ApplicationArn}
		}, s.DeleteApplicationGrant),
		bind(ssoadmin.ListApplicationGrants, func(in *ssoadmin.ListApplicationGrantsInput) target {
			return target{application: in.ApplicationArn}
		}, s.ListApplicationGrants),
		bind(ssoadmin.PutApplicationAuthenticationMethod, func(in *ssoadmin.PutApplicationAuthenticationMethodInput) target {
			return target{application: in.ApplicationArn}
		}, s.PutApplicationAuthenticationMethod),
		bind(ssoadmin.GetApplicationAuthenticationMethod, func(in *ssoadmin.GetApplicationAuthenticationMethodInput) target {
			return target{application: in.ApplicationArn}
		}, s.GetApplicationAuthenticationMethod),
		bind(ssoadmin.DeleteApplicationAuthenticationMethod, func(in *ssoadmin.DeleteApplicationAuthenticationMethodInput) target {
			return target{application: in.ApplicationArn}
		}, s.DeleteApplicationAuthenticationMethod),
		bind(ssoadmin.ListApplicationAuthenticationMethods, func(in *ssoadmin.ListApplicationAuthenticationMethodsInput) target {
			return target{application: in.ApplicationArn}
		}, s.ListApplicationAuthenticationMethods),
		bind(ssoadmin.PutApplicationSessionConfiguration, func(in *ssoadmin.PutApplicationSessionConfigurationInput) target {
			return target{application: in.ApplicationArn}
		}, s.PutApplicationSessionConfiguration),
		bind(ssoadmin.GetApplicationSessionConfiguration, func(in *ssoadmin.GetApplicationSessionConfigurationInput) target {
			return target{application: in.ApplicationArn}
		}, s.GetApplicationSessionConfiguration),
	}
}

// PutApplicationAccessScope lets an application ask for a scope.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_PutApplicationAccessScope.html
func (s *Service) PutApplicationAccessScope(ctx context.Context, c scope, in *ssoadmin.PutApplicationAccessScopeInput) (*ssoadmin.PutApplicationAccessScopeOutput, error) {
	return &ssoadmin.PutApplicationAccessScopeOutput{}, c.changeApplication(ctx, in.ApplicationArn, func(_ *directory.Tx, a *directory.Application) error {
		if a.Scopes == nil {
			a.Scopes = map[string][]string{}
		}
		if a.Scopes[in.Scope] = in.AuthorizedTargets; len(a.Scopes) > mostScopes {
			return conflict("An application has at most %d access scopes.", mostScopes)
		}
		return nil
	})
}

// GetApplicationAccessScope tells the targets of a scope.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_GetApplicationAccessScope.html
func (s *Service) GetApplicationAccessScope(_ context.Context, c scope, in *ssoadmin.GetApplicationAccessScopeInput) (*ssoadmin.GetApplicationAccessScopeOutput, error) {
	a, err := c.application(&c.View.Reader, in.ApplicationArn)
	if err != nil {
		return nil, err
	}
	targets, ok := a.Scopes[in.Scope]
	if !ok {
		return nil, notFound("Scope", in.Scope)
	}
	return &ssoadmin.GetApplicationAccessScopeOutput{Scope: in.Scope, AuthorizedTargets: targets}, nil
}

// DeleteApplicationAccessScope takes a scope away.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DeleteApplicationAccessScope.html
func (s *Service) DeleteApplicationAccessScope(ctx context.Context, c scope, in *ssoadmin.DeleteApplicationAccessScopeInput) (*ssoadmin.DeleteApplicationAccessScopeOutput, error) {
	return &ssoadmin.DeleteApplicationAccessScopeOutput{}, c.changeApplication(ctx, in.ApplicationArn, func(_ *directory.Tx, a *directory.Application) error {
		if _, ok := a.Scopes[in.Scope]; !ok {
			return notFound("Scope", in.Scope)
		}
		delete(a.Scopes, in.Scope)
		return nil
	})
}

// ListApplicationAccessScopes tells the scopes of an application.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListApplicationAccessScopes.html
func (s *Service) ListApplicationAccessScopes(_ context.Context, c scope, in *ssoadmin.ListApplicationAccessScopesInput) (*ssoadmin.ListApplicationAccessScopesOutput, error) {
	page, err := newPage[ssoadmin.ScopeDetails](in.NextToken, atMost(in.MaxResults, 10))
	if err != nil {
		return nil, err
	}
	a, err := c.application(&c.View.Reader, in.ApplicationArn)
	if err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(a.Scopes)) {
		if !page.AddAfter(name, ssoadmin.ScopeDetails{Scope: name, AuthorizedTargets: a.Scopes[name]}) {
			break
		}
	}
	return &ssoadmin.ListApplicationAccessScopesOutput{Scopes: page.Items, NextToken: page.NextToken()}, nil
}

// keep writes down what an application has of a kind, by its type.
func keep(all map[string]string, name string, v any) (map[string]string, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encode what an application has: %w", err)
	}
	if all == nil {
		all = map[string]string{}
	}
	all[name] = string(b)
	return all, nil
}

// kept reads what keep wrote.
func kept[T any](all map[string]string, what, name string) (*T, error) {
	text, ok := all[name]
	if !ok {
		return nil, missing("The application has no %s of type %s.", what, name)
	}
	v := new(T)
	if err := json.Unmarshal([]byte(text), v); err != nil {
		return nil, fmt.Errorf("decode what an application has: %w", err)
	}
	return v, nil
}

// grantTypes are the members of a grant, of which one is given, by their types.
func grantTypes(g *ssoadmin.Grant) map[string]bool {
	return map[string]bool{
		"authorization_code": g.AuthorizationCode != nil,
		"refresh_token":      g.RefreshToken != nil,
		"urn:ietf:params:oauth:grant-type:jwt-bearer":     g.JwtBearer != nil,
		"urn:ietf:params:oauth:grant-type:token-exchange": g.TokenExchange != nil,
	}
}

// PutApplicationGrant lets an application get tokens in a way.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_PutApplicationGrant.html
func (s *Service) PutApplicationGrant(ctx context.Context, c scope, in *ssoadmin.PutApplicationGrantInput) (*ssoadmin.PutApplicationGrantOutput, error) {
	if !grantTypes(in.Grant)[in.GrantType] {
		return nil, invalid("The grant is not one of type %s.", in.GrantType)
	}
	return &ssoadmin.PutApplicationGrantOutput{}, c.changeApplication(ctx, in.ApplicationArn, func(_ *directory.Tx, a *directory.Application) (err error) {
		a.Grants, err = keep(a.Grants, in.GrantType, in.Grant)
		return err
	})
}

// GetApplicationGrant tells one of an application's grants.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_GetApplicationGrant.html
func (s *Service) GetApplicationGrant(_ context.Context, c scope, in *ssoadmin.GetApplicationGrantInput) (*ssoadmin.GetApplicationGrantOutput, error) {
	a, err := c.application(&c.View.Reader, in.ApplicationArn)
	if err != nil {
		return nil, err
	}
	g, err := kept[ssoadmin.Grant](a.Grants, "grant", in.GrantType)
	return &ssoadmin.GetApplicationGrantOutput{Grant: g}, err
}

// DeleteApplicationGrant takes a grant away.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DeleteApplicationGrant.html
func (s *Service) DeleteApplicationGrant(ctx context.Context, c scope, in *ssoadmin.DeleteApplicationGrantInput) (*ssoadmin.DeleteApplicationGrantOutput, error) {
	return &ssoadmin.DeleteApplicationGrantOutput{}, c.changeApplication(ctx, in.ApplicationArn, func(_ *directory.Tx, a *directory.Application) error {
		_, err := kept[ssoadmin.Grant](a.Grants, "grant", in.GrantType)
		delete(a.Grants, in.GrantType)
		return err
	})
}

// ListApplicationGrants tells an application's grants.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListApplicationGrants.html
func (s *Service) ListApplicationGrants(_ context.Context, c scope, in *ssoadmin.ListApplicationGrantsInput) (*ssoadmin.ListApplicationGrantsOutput, error) {
	page, err := newPage[ssoadmin.GrantItem](in.NextToken, 0)
	if err != nil {
		return nil, err
	}
	a, err := c.application(&c.View.Reader, in.ApplicationArn)
	if err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(a.Grants)) {
		g, err := kept[ssoadmin.Grant](a.Grants, "grant", name)
		if err != nil {
			return nil, err
		}
		page.AddAfter(name, ssoadmin.GrantItem{Grant: g, GrantType: name})
	}
	return &ssoadmin.ListApplicationGrantsOutput{Grants: page.Items, NextToken: page.NextToken()}, nil
}
