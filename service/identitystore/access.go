package identitystore

import (
	"context"
	"slices"

	"github.com/rolecall-iam/rolecall/api"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// target is what an operation is about: its store, and the ids of what it names
// in it, "*" for all.
type target struct {
	store, user, membership string
	groups                  []string
}

// scope is a call with the store that it is about.
type scope struct {
	*service.Call
	store *directory.IdentityStore
}

// stamp is who does something now.
func (s scope) stamp() directory.Stamp {
	return directory.Stamp{Created: s.Now.UTC(), Updated: s.Now.UTC(), CreatedBy: s.Caller.ARN(), UpdatedBy: s.Caller.ARN()}
}

// restamp is stamp for what was made before.
func (s scope) restamp(was directory.Stamp) directory.Stamp {
	was.Updated, was.UpdatedBy = s.Now.UTC(), s.Caller.ARN()
	return was
}

// bind ties an operation to what it is about and to its handler.
func bind[I, O any](op api.Op[I, O], about func(*directory.Reader, *I) target, act func(context.Context, scope, *I) (*O, error)) service.Operation {
	needs := func(c *service.Call, in *I) []service.Need { return needsOf(c, about(&c.View.Reader, in)) }
	return service.Bind(op, needs, func(ctx context.Context, in *I) (*O, error) {
		c := service.CallOf(ctx)
		store, err := enter(c, about(&c.View.Reader, in).store, op.ReadOnly)
		if err != nil {
			return nil, numbered(err, c.RequestID)
		}
		out, err := act(ctx, scope{c, store}, in)
		return out, numbered(err, c.RequestID)
	})
}

// needsOf is one need for each resource.
//
// Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentitystore.html
func needsOf(c *service.Call, t target) []service.Need {
	owner := c.Account
	var keys map[string]string
	if s, ok := c.View.IdentityStore(t.store); ok {
		owner = s.Account
		keys = map[string]string{"identitystore:PrimaryRegion": s.Region}
	}
	var needs []service.Need
	need := func(resource string) {
		needs = append(needs, service.Need{Resource: "arn:" + c.Partition + ":identitystore:" + resource, Keys: keys})
	}
	need(":" + owner.String() + ":identitystore/" + t.store)
	for _, id := range t.groups {
		need("::group/" + id)
	}
	if t.user != "" {
		need("::user/" + t.user)
	}
	if t.membership != "" {
		need("::membership/" + t.membership)
	}
	addIssuers(c, t, needs)
	return needs
}

// addIssuers adds who gave the external ids of the user or group at hand.
func addIssuers(c *service.Call, t target, needs []service.Need) {
	key, ids := "identitystore:UserExternalIdIssuers", []directory.ExternalID(nil)
	if p, ok := c.View.Person(t.store, t.user); ok {
		ids = p.ExternalIDs
	}
	if len(t.groups) == 1 && t.user == "" {
		key = "identitystore:GroupExternalIdIssuers"
		if g, ok := c.View.PersonGroup(t.store, t.groups[0]); ok {
			ids = g.ExternalIDs
		}
	}
	if len(ids) == 0 {
		return
	}
	var issuers []string
	for _, e := range ids {
		issuers = append(issuers, e.Issuer)
	}
	for i := range needs {
		needs[i].MultiKeys = map[string][]string{key: issuers}
	}
}

// enter answers a store that the caller's account may use: its own, one that
// it administers, or, to read, one of its organization's.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/manage-your-identity-source-idp.html
// and the notes of the operations' pages ("If you have access to a member account, you can use this API
// operation from the member account")
func enter(c *service.Call, id string, reads bool) (*directory.IdentityStore, error) {
	s, ok := c.View.IdentityStore(id)
	if !ok {
		return nil, notFound(storeType, id)
	}
	if s.Account == c.Account || reaches(&c.View.Reader, s.Account, c.Account, reads) {
		return s, nil
	}
	return nil, notYours()
}

// administrator is the service whose delegated administrator manages users.
const administrator = "sso.amazonaws.com"

func reaches(r *directory.Reader, owner, caller arn.AccountID, reads bool) bool {
	theirs, ok := r.Member(owner)
	if !ok {
		return false
	}
	ours, ok := r.Member(caller)
	if !ok || ours.Organization != theirs.Organization {
		return false
	}
	return reads || slices.ContainsFunc(ours.Delegated, func(d directory.Delegation) bool { return d.Service == administrator })
}
