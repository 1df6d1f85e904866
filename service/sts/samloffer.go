package sts

import (
	"errors"
	"slices"
	"time"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authn/saml"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// Offer is what a SAML response offers to whom it was given, for the sign-in
// page: the roles to choose among. Whether one may be assumed its trust policy
// says, when it is.
type Offer struct {
	Roles   []OfferedRole
	Seconds int32 // how long the provider wants the session to last; 0 where it does not say
}

// OfferedRole is a role with the provider that vouches for it.
type OfferedRole struct {
	RoleARN, ProviderARN string
	Account              arn.AccountID
}

// offeringProviders is how many providers a response is verified with: it names
// one for each account that it has roles in.
const offeringProviders = 100

// SAMLOffer answers what a response offers by the word of the providers that it
// names, as far as they sent it; or of the one with the id given, which an
// encrypted response needs. An offer without roles is AWS's invalid response.
func (s *Service) SAMLOffer(view *directory.View, response, providerID string, now time.Time) (Offer, error) {
	providers, err := s.offering(view, response, providerID)
	if err != nil {
		return Offer{}, err
	}
	var offer Offer
	var refused error
	for _, name := range providers {
		a, err := arn.Parse(name)
		if err != nil {
			continue
		}
		p, ok := samlProviderOf(view, name, a.Partition)
		if !ok {
			refused = orFirst(refused, samlProviderMissing())
			continue
		}
		said, err := s.verifySAML(view, p, a.Partition, response, now)
		if err != nil {
			refused = orFirst(refused, err)
			continue
		}
		offer.add(said, name, a.Partition)
	}
	if len(offer.Roles) == 0 {
		return Offer{}, errors.Join(view.Err(), refused)
	}
	return offer, view.Err()
}

func orFirst(first, second error) error {
	if first != nil {
		return first
	}
	return second
}

// offering are the ARNs of the providers to verify a response with.
func (s *Service) offering(view *directory.View, response, providerID string) ([]string, error) {
	if providerID != "" {
		name, ok := providerByID(view, providerID)
		if !ok {
			return nil, samlProviderMissing()
		}
		return []string{name}, nil
	}
	claimed, err := saml.Claimed(response)
	if err != nil {
		s.countPanic(err)
		return nil, samlRefusal(err)
	}
	var names []string
	for _, pair := range offeredPairs(claimed) {
		if _, provider, ok := splitPair(pair); ok && !slices.Contains(names, provider) && len(names) < offeringProviders {
			names = append(names, provider)
		}
	}
	return names, nil
}

// providerByID finds a provider by its SAMLSP…, which tells its account.
func providerByID(view *directory.View, id string) (name string, ok bool) {
	if len(id) != len("SAMLSP")+16 {
		return "", false
	}
	account, known := arn.KeyAccount(id[2:])
	if !known {
		return "", false
	}
	view.SAMLProviders(account, func(p *directory.SAMLProvider) bool {
		if p.ID == id {
			name, ok = p.ARN("aws"), true
		}
		return !ok
	})
	return name, ok
}

// offeredPairs are the values of the attribute Role, in any partition.
func offeredPairs(attributes []saml.Attribute) []string {
	var pairs []string
	for _, a := range attributes {
		for _, partition := range []string{"aws", "aws-cn"} {
			if name, ok := awsAttribute(partition, a.Name); ok && name == "Role" {
				pairs = append(pairs, a.Values...)
				break
			}
		}
	}
	return pairs
}

// add takes up the roles that an assertion names together with the provider.
func (o *Offer) add(said *saml.Assertion, provider, partition string) {
	for _, pair := range offeredPairs(said.Attributes) {
		name, by, ok := splitPair(pair)
		if !ok || by != provider {
			continue
		}
		role, err := arn.Parse(name)
		if err != nil || role.ResourceType() != "role" || role.Partition != partition {
			continue
		}
		account, err := arn.ParseAccountID(role.Account)
		offered := OfferedRole{RoleARN: name, ProviderARN: provider, Account: account}
		if err == nil && !slices.Contains(o.Roles, offered) {
			o.Roles = append(o.Roles, offered)
		}
	}
	for _, a := range said.Attributes {
		if name, ok := awsAttribute(partition, a.Name); ok && name == "SessionDuration" && len(a.Values) == 1 {
			o.Seconds = sessionSeconds(a.Values[0])
		}
	}
}
