package iam

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/api/reference"
	"github.com/rolecall-iam/rolecall/service"
)

// ListPoliciesGrantingServiceAccess lists, for each service asked about, the
// policies by which a user, group or role can use it.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPoliciesGrantingServiceAccess.html
func (s *Service) ListPoliciesGrantingServiceAccess(ctx context.Context, in *iam.ListPoliciesGrantingServiceAccessInput) (*iam.ListPoliciesGrantingServiceAccessOutput, error) {
	c := service.CallOf(ctx)
	who, err := findSubject(c, &c.View.Reader, in.Arn)
	switch {
	case err != nil:
		return nil, err
	case who.policy != nil:
		return nil, badSubject(in.Arn)
	}
	for _, namespace := range in.ServiceNamespaces {
		if !reference.Known(namespace) {
			return nil, noSuchNamespace(namespace)
		}
	}
	sources := who.sources(c)
	list := pageableEntries(in.ServiceNamespaces)
	p, err := pageOf(in.Marker, 0, entryKey, list)
	if err != nil {
		return nil, err
	}
	w := pageAs(p, func(e namespaceEntry) iam.ListPoliciesGrantingServiceAccessEntry {
		return iam.ListPoliciesGrantingServiceAccessEntry{ServiceNamespace: e.namespace, Policies: policiesFor(sources, e.namespace)}
	})
	return &iam.ListPoliciesGrantingServiceAccessOutput{
		PoliciesGrantingServiceAccess: w.Items, IsTruncated: w.IsTruncated, Marker: w.Marker,
	}, nil
}

// namespaceEntry is a service that was asked about, with its place in the
// request.
type namespaceEntry struct{ key, namespace string }

func entryKey(e namespaceEntry) string { return e.key }

// pageableEntries are the services in the order of the request.
func pageableEntries(namespaces []string) walk[namespaceEntry] {
	entries := make([]namespaceEntry, len(namespaces))
	for i, n := range namespaces {
		entries[i] = namespaceEntry{fmt.Sprintf("%03d", i), n}
	}
	return inOrder(entries, entryKey)
}

// policiesFor are the policies that grant a service, those of the account's
// groups included, by name. A policy grants what neither it nor another of them
// denies.
func policiesFor(sources []source, namespace string) []iam.PolicyGrantingServiceAccess {
	all := grantedBy(sources)
	found := []iam.PolicyGrantingServiceAccess{}
	for _, s := range sources {
		own := grantedBy([]source{s})
		own.denies = all.denies
		if !own.service(strings.ToLower(namespace)) {
			continue
		}
		w := iam.PolicyGrantingServiceAccess{PolicyName: s.name, PolicyType: "INLINE", EntityName: s.holder, EntityType: s.kind}
		if s.arn != "" {
			w.PolicyType, w.PolicyArn = "MANAGED", s.arn
		}
		if !slices.Contains(found, w) {
			found = append(found, w)
		}
	}
	slices.SortFunc(found, func(a, b iam.PolicyGrantingServiceAccess) int {
		return cmp.Or(cmp.Compare(a.PolicyName, b.PolicyName), cmp.Compare(a.EntityName, b.EntityName))
	})
	return found
}

// noSuchNamespace has words of our own.
func noSuchNamespace(namespace string) error {
	return invalidInput("%s is not the namespace of a service.", namespace)
}
