package organizations

import (
	"context"
	"slices"

	"github.com/rolecall-iam/rolecall/api/organizations"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

func (s *Service) tagOperations() []service.Operation {
	return []service.Operation{
		bind(organizations.TagResource, delegates, func(c scope, in *organizations.TagResourceInput) service.Need {
			n := c.on(in.ResourceId)
			n.RequestTags = requestTags(in.Tags)
			return n
		}, s.TagResource),
		bind(organizations.UntagResource, delegates, func(c scope, in *organizations.UntagResourceInput) service.Need {
			n := c.on(in.ResourceId)
			n.TagKeys = in.TagKeys
			return n
		}, s.UntagResource),
		bind(organizations.ListTagsForResource, readers, func(c scope, in *organizations.ListTagsForResourceInput) service.Need {
			return c.on(in.ResourceId)
		}, s.ListTagsForResource),
	}
}

// tagged finds what may have tags, and answers its tags and how to write
// others back.
func tagged(tx *directory.Tx, o *directory.Organization, id string) ([]directory.Tag, func([]directory.Tag), bool) {
	if n, put, ok := node(tx, o, id); ok {
		return n.Tags, func(tags []directory.Tag) { n.Tags = tags; put() }, true
	}
	if p, ok := tx.OrgPolicy(o.ID, id); ok {
		now := p.Clone()
		return p.Tags, func(tags []directory.Tag) { now.Tags = tags; tx.PutOrgPolicy(now) }, true
	}
	before, ok := tx.Organization(o.ID)
	if !ok || before.Policy == nil || before.Policy.ID != id {
		return nil, nil, false
	}
	now := before.Clone()
	return before.Policy.Tags, func(tags []directory.Tag) { now.Policy.Tags = tags; tx.PutOrganization(before, now) }, true
}

// TagResource sets tags of the root, a unit, an account or a policy.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_TagResource.html
func (s *Service) TagResource(ctx context.Context, c scope, in *organizations.TagResourceInput) (*organizations.TagResourceOutput, error) {
	return &organizations.TagResourceOutput{}, c.Update(ctx, func(tx *directory.Tx) error {
		old, put, ok := tagged(tx, c.org, in.ResourceId)
		if !ok {
			return noTarget()
		}
		tags, err := mergeTags(old, in.Tags)
		if err != nil {
			return err
		}
		put(tags)
		return nil
	})
}

// UntagResource removes tags. One that is not there is no error.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_UntagResource.html
func (s *Service) UntagResource(ctx context.Context, c scope, in *organizations.UntagResourceInput) (*organizations.UntagResourceOutput, error) {
	return &organizations.UntagResourceOutput{}, c.Update(ctx, func(tx *directory.Tx) error {
		old, put, ok := tagged(tx, c.org, in.ResourceId)
		if !ok {
			return noTarget()
		}
		put(slices.DeleteFunc(slices.Clone(old), func(t directory.Tag) bool { return slices.Contains(in.TagKeys, t.Key) }))
		return nil
	})
}

// ListTagsForResource tells the tags of something.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListTagsForResource.html
func (s *Service) ListTagsForResource(_ context.Context, c scope, in *organizations.ListTagsForResourceInput) (*organizations.ListTagsForResourceOutput, error) {
	tags, ok := c.tagsOf(in.ResourceId)
	if !ok {
		return nil, noTarget()
	}
	out := &organizations.ListTagsForResourceOutput{Tags: []organizations.Tag{}}
	for _, t := range tags {
		out.Tags = append(out.Tags, organizations.Tag{Key: t.Key, Value: t.Value})
	}
	return out, nil
}

func (s scope) tagsOf(id string) ([]directory.Tag, bool) {
	if n, ok := s.nodeOf(id); ok {
		return n.Tags, true
	}
	if p, ok := s.View.OrgPolicy(s.org.ID, id); ok {
		return p.Tags, true
	}
	if s.org.Policy != nil && s.org.Policy.ID == id {
		return s.org.Policy.Tags, true
	}
	return nil, false
}
