package ssoadmin

import (
	"context"
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/api/ssoadmin"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// mostTags is how many tags a resource may have.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/tagging.html
const mostTags = 50

func (s *Service) tagOperations() []service.Operation {
	return []service.Operation{
		bind(ssoadmin.TagResource, func(in *ssoadmin.TagResourceInput) target {
			return target{tagged: in.ResourceArn, tags: in.Tags}
		}, s.TagResource),
		bind(ssoadmin.UntagResource, func(in *ssoadmin.UntagResourceInput) target {
			return target{tagged: in.ResourceArn, keys: in.TagKeys}
		}, s.UntagResource),
		bind(ssoadmin.ListTagsForResource, func(in *ssoadmin.ListTagsForResourceInput) target {
			return target{tagged: in.ResourceArn}
		}, s.ListTagsForResource),
	}
}

// mergeTags sets tags beside those that are there.
func mergeTags(old []directory.Tag, set []ssoadmin.Tag) ([]directory.Tag, error) {
	merged := slices.Clone(old)
	for i, t := range set {
		if strings.HasPrefix(strings.ToLower(t.Key), "aws:") {
			return nil, invalid("Tag keys that begin with aws: are reserved for AWS.")
		}
		if slices.ContainsFunc(set[:i], func(o ssoadmin.Tag) bool { return o.Key == t.Key }) {
			return nil, invalid("The tag key %s is given twice.", t.Key)
		}
		at := slices.IndexFunc(merged, func(o directory.Tag) bool { return o.Key == t.Key })
		if at < 0 {
			merged = append(merged, directory.Tag{Key: t.Key, Value: t.Value})
		} else {
			merged[at].Value = t.Value
		}
	}
	if len(merged) > mostTags {
		return nil, exceeded("A resource has at most %d tags.", mostTags)
	}
	return merged, nil
}

// tagsOf answers the tags of what an ARN names.
func tagsOf(r *directory.Reader, n named) ([]directory.Tag, bool) {
	switch n.kind {
	case "instance":
		if i, ok := r.Instance(n.instance); ok {
			return i.Tags, true
		}
	case "permissionSet":
		if p, ok := r.PermissionSet(n.instance, n.id); ok {
			return p.Tags, true
		}
	case "application":
		if a, ok := r.Application(n.instance, n.id); ok && a.Account.String() == n.account {
			return a.Tags, true
		}
	case "trustedTokenIssuer":
		if t, ok := r.TokenIssuer(n.instance, n.id); ok && t.Account.String() == n.account {
			return t.Tags, true
		}
	}
	return nil, false
}

// putTags gives other tags to what an ARN names. Accounts have no use for the
// tags of a permission set: it stays as it was provisioned.
func putTags(tx *directory.Tx, n named, tags []directory.Tag) {
	switch n.kind {
	case "instance":
		if before, ok := tx.Instance(n.instance); ok {
			i := before.Clone()
			i.Tags = tags
			tx.PutInstance(i)
		}
	case "permissionSet":
		if before, ok := tx.PermissionSet(n.instance, n.id); ok {
			p := before.Clone()
			p.Tags = tags
			tx.PutPermissionSet(p)
		}
	case "application":
		if before, ok := tx.Application(n.instance, n.id); ok {
			a := before.Clone()
			a.Tags = tags
			tx.PutApplication(a)
		}
	case "trustedTokenIssuer":
		if before, ok := tx.TokenIssuer(n.instance, n.id); ok {
			t := before.Clone()
			t.Tags = tags
			tx.PutTokenIssuer(t)
		}
	}
}

func (s scope) retag(ctx context.Context, name string, how func([]directory.Tag) ([]directory.Tag, error)) error {
	n := parseName(s.Partition, name)
	return s.Update(ctx, func(tx *directory.Tx) error {
		was, ok := tagsOf(&tx.Reader, n)
		if !ok {
			return missing("The resource %s does not exist.", name)
		}
		tags, err := how(was)
		if err == nil {
			putTags(tx, n, tags)
		}
		return err
	})
}

// TagResource sets tags beside those that are there.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_TagResource.html
func (s *Service) TagResource(ctx context.Context, c scope, in *ssoadmin.TagResourceInput) (*ssoadmin.TagResourceOutput, error) {
	return &ssoadmin.TagResourceOutput{}, c.retag(ctx, in.ResourceArn, func(was []directory.Tag) ([]directory.Tag, error) {
		return mergeTags(was, in.Tags)
	})
}

// UntagResource takes tags away.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_UntagResource.html
func (s *Service) UntagResource(ctx context.Context, c scope, in *ssoadmin.UntagResourceInput) (*ssoadmin.UntagResourceOutput, error) {
	return &ssoadmin.UntagResourceOutput{}, c.retag(ctx, in.ResourceArn, func(was []directory.Tag) ([]directory.Tag, error) {
		return slices.DeleteFunc(slices.Clone(was), func(t directory.Tag) bool { return slices.Contains(in.TagKeys, t.Key) }), nil
	})
}

// ListTagsForResource tells the tags of an instance, a permission set, an
// application or a trusted token issuer.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListTagsForResource.html
func (s *Service) ListTagsForResource(_ context.Context, c scope, in *ssoadmin.ListTagsForResourceInput) (*ssoadmin.ListTagsForResourceOutput, error) {
	page, err := newPage[ssoadmin.Tag](in.NextToken, 0)
	if err != nil {
		return nil, err
	}
	tags, ok := tagsOf(&c.View.Reader, parseName(c.Partition, in.ResourceArn))
	if !ok {
		return nil, missing("The resource %s does not exist.", in.ResourceArn)
	}
	for _, t := range slices.SortedFunc(slices.Values(tags), func(a, b directory.Tag) int { return strings.Compare(a.Key, b.Key) }) {
		if !page.AddAfter(t.Key, ssoadmin.Tag{Key: t.Key, Value: t.Value}) {
			break
		}
	}
	return &ssoadmin.ListTagsForResourceOutput{Tags: page.Items, NextToken: page.NextToken()}, nil
}
