package sts

import (
	"github.com/rolecall-iam/rolecall/api/sts"
	"github.com/rolecall-iam/rolecall/service"
)

// contextProvider is the one that there is.
//
// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_ProvidedContext.html
func contextProvider(partition string) string {
	return "arn:" + partition + ":iam::aws:contextProvider/IdentityCenter"
}

// providedContext is the identity that a request brings along for the session;
// nil where it brings none. The person must still be there.
//
// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html (ProvidedContexts)
func (s *Service) providedContext(c *service.Call, in *sts.AssumeRoleInput) (*service.IdentityContext, error) {
	if len(in.ProvidedContexts) == 0 {
		return nil, nil
	}
	for _, p := range in.ProvidedContexts {
		if p.ProviderArn != contextProvider(c.Partition) {
			return nil, providedContextRefused(p.ProviderArn)
		}
	}
	x, ok := service.OpenIdentityContext(s.sealer.OpenSecret, in.ProvidedContexts[0].ContextAssertion, c.Now)
	if !ok || len(in.ProvidedContexts) > 1 {
		return nil, contextAssertionRefused()
	}
	if p, ok := c.View.Person(x.Store, x.Person); !ok || p.Disabled {
		return nil, contextAssertionRefused()
	}
	return &x, nil
}

// assumeWithContextNeeds are those of AssumeRole, with sts:SetContext where an
// identity is brought along.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/trustedidentitypropagation-identity-enhanced-iam-role-sessions.html
func (s *Service) assumeWithContextNeeds(c *service.Call, in *sts.AssumeRoleInput) []service.Need {
	needs := assumeNeeds(c, in)
	x, err := s.providedContext(c, in)
	if err != nil {
		return nil // it was checked: nobody may
	}
	if x == nil {
		return needs
	}
	set := as(needs[0], "sts:SetContext")
	set.Keys = map[string]string{"sts:RequestContext/identitystore:UserId": x.Person}
	for key, value := range needs[0].Keys {
		set.Keys[key] = value
	}
	set.MultiKeys = map[string][]string{"sts:RequestContextProviders": {contextProvider(c.Partition)}}
	for key, values := range needs[0].MultiKeys {
		set.MultiKeys[key] = values
	}
	return append(needs, set)
}
