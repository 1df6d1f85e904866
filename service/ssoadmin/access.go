package ssoadmin

import (
	"context"
	"slices"

	"github.com/rolecall-iam/rolecall/api"
	"github.com/rolecall-iam/rolecall/api/ssoadmin"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// target is what an operation is about, as its input names it: ARNs, and an
// account's digits. "*" in an account stands for all.
type target struct {
	instance, set, application, provider, issuer string
	account                                      string

	tags   []ssoadmin.Tag // that are asked for
	keys   []string       // tag keys that are taken away
	makes  string         // the kind of what is made
	tagged string         // the ARN of what tags are read or changed of
}

// scope is a call with the instance that it is about.
type scope struct {
	*service.Call
	instance *directory.Instance
}

// bind ties an operation on an instance to what it is about and to its handler.
// The caller is of the account that has the instance, or of one that administers
// it; ListInstances and the like, which are about none, are bound with open.
func bind[I, O any](op api.Op[I, O], about func(*I) target, act func(context.Context, scope, *I) (*O, error)) service.Operation {
	needs := func(c *service.Call, in *I) []service.Need { return needsOf(c, about(in)) }
	return service.Bind(op, needs, func(ctx context.Context, in *I) (*O, error) {
		c := service.CallOf(ctx)
		i, err := enter(c, about(in))
		if err != nil {
			if !mayMiss(op.Operation) {
				err = notYours()
			}
			return nil, err
		}
		return act(ctx, scope{c, i}, in)
	})
}

// bindAll is bind for an operation that is decided on everything.
func bindAll[I, O any](op api.Op[I, O], about func(*I) target, act func(context.Context, scope, *I) (*O, error)) service.Operation {
	return service.Bind(op, service.Always[I], func(ctx context.Context, in *I) (*O, error) {
		c := service.CallOf(ctx)
		i, err := enter(c, about(in))
		if err != nil {
			return nil, notYours()
		}
		return act(ctx, scope{c, i}, in)
	})
}

// open ties an operation that is about no instance.
func open[I, O any](op api.Op[I, O], about func(*I) target, act func(context.Context, *service.Call, *I) (*O, error)) service.Operation {
	needs := func(c *service.Call, in *I) []service.Need { return needsOf(c, about(in)) }
	return service.Bind(op, needs, func(ctx context.Context, in *I) (*O, error) { return act(ctx, service.CallOf(ctx), in) })
}

// mayMiss tells whether an operation may answer that something does not exist.
// Of an instance that does not exist the others say that access is denied.
func mayMiss(op *api.Operation) bool {
	return slices.ContainsFunc(op.Errors, func(f *api.Failure) bool { return f.Code == "ResourceNotFoundException" })
}

// instanceID is the id of the instance that a target is in.
func (t target) instanceID(partition string) (string, error) {
	id := ""
	for _, name := range []string{t.instance, t.set, t.application, t.issuer, t.tagged} {
		if name == "" {
			continue
		}
		n := parseName(partition, name)
		switch {
		case n.instance == "":
			return "", invalid("The ARN %s is not one of this partition.", name)
		case id != "" && n.instance != id:
			return "", invalid("The ARN %s is of another instance.", name)
		}
		id = n.instance
	}
	return id, nil
}

// enter answers the instance that a target is in, where the caller's account
// may use it from the region that it lives in.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/delegated-admin.html,
// https://docs.aws.amazon.com/singlesignon/latest/userguide/regions.html
func enter(c *service.Call, t target) (*directory.Instance, error) {
	id, err := t.instanceID(c.Partition)
	if err != nil {
		return nil, err
	}
	i, ok := c.View.Instance(id)
	switch {
	case !ok || i.Region != c.Region:
		return nil, notFound("Instance", id)
	case i.Account != c.Account && !administers(&c.View.Reader, i.Account, c.Account):
		return nil, notYours()
	}
	return i, nil
}

// administrator is the service whose delegated administrators manage an
// organization's instance.
const administrator = "sso.amazonaws.com"

func administers(r *directory.Reader, owner, caller arn.AccountID) bool {
	o, ok := organizationOf(r, owner)
	if !ok {
		return false
	}
	m, ok := r.Member(caller)
	return ok && m.Organization == o.ID &&
		slices.ContainsFunc(m.Delegated, func(d directory.Delegation) bool { return d.Service == administrator })
}

// organizationOf is the organization that an account manages.
func organizationOf(r *directory.Reader, account arn.AccountID) (*directory.Organization, bool) {
	m, ok := r.Member(account)
	if !ok {
		return nil, false
	}
	o, ok := r.Organization(m.Organization)
	return o, ok && o.Management == account
}

// needsOf is one need for each resource.
//
// Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsiamidentitycenter.html
func needsOf(c *service.Call, t target) []service.Need {
	var needs []service.Need
	id, _ := t.instanceID(c.Partition)
	region := ""
	if i, ok := c.View.Instance(id); ok {
		region = i.Region
	}
	add := func(resource string, keys map[string]string, tags []directory.Tag) {
		if resource == "" {
			return
		}
		if region != "" && keys == nil {
			keys = map[string]string{"sso:PrimaryRegion": region}
		}
		needs = append(needs, service.Need{Resource: resource, Keys: keys, ResourceTags: tags, RequestTags: requestTags(t.tags), TagKeys: t.keys})
	}
	if t.account != "" {
		add(accountARN(c.Partition, t.account), map[string]string{}, nil)
	}
	add(t.provider, map[string]string{}, nil)
	for _, name := range []string{t.instance, t.set, t.application, t.issuer, t.tagged} {
		tags, keys := described(c, region, name)
		add(name, keys, tags)
	}
	switch t.makes {
	case "":
	case "instance":
		add(instanceARN(c.Partition, "*"), nil, nil)
	case "permissionSet":
		add(setARN(c.Partition, id, "*"), nil, nil)
	default:
		add(inAccount(c.Partition, t.makes, c.Account, id, "*"), nil, nil)
	}
	if len(needs) == 0 {
		needs = append(needs, service.Need{RequestTags: requestTags(t.tags)})
	}
	return needs
}

// described answers the tags of what an ARN names, and the condition keys that
// describe it beyond those of its instance.
func described(c *service.Call, region, name string) ([]directory.Tag, map[string]string) {
	n := parseName(c.Partition, name)
	tags, _ := tagsOf(&c.View.Reader, n)
	if n.kind != "application" {
		return tags, nil
	}
	return tags, map[string]string{"sso:ApplicationAccount": n.account, "sso:PrimaryRegion": region}
}

func requestTags(tags []ssoadmin.Tag) []directory.Tag {
	var out []directory.Tag
	for _, t := range tags {
		out = append(out, directory.Tag{Key: t.Key, Value: t.Value})
	}
	return out
}

// in finds the instance again, within a transaction.
func (s scope) in(tx *directory.Tx) (*directory.Instance, error) {
	i, ok := tx.Instance(s.instance.ID)
	if !ok {
		return nil, notFound("Instance", s.instance.ID)
	}
	return i, nil
}

// set finds a permission set by its ARN.
func (s scope) set(r *directory.Reader, name string) (*directory.PermissionSet, error) {
	id := parseName(s.Partition, name).id
	p, ok := r.PermissionSet(s.instance.ID, id)
	if !ok {
		return nil, notFound("PermissionSet", id)
	}
	return p, nil
}
