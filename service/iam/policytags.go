package iam

import (
	"cmp"
	"context"
	"slices"

	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// The tags of policies. Their keys differ by case, unlike those of users and
// roles, and they are answered in the order of their keys (recorded:
// test_policy_tag_operations).

// ListPolicyTags lists the tags of a policy by key.
func (s *Service) ListPolicyTags(ctx context.Context, in *iam.ListPolicyTagsInput) (*iam.ListPolicyTagsOutput, error) {
	c := service.CallOf(ctx)
	p, err := lookUpPolicy(c, &c.View.Reader, in.PolicyArn, noSuchPolicy)
	if err != nil {
		return nil, err
	}
	tags := sortedTags(p.tags())
	found, err := pageOf(in.Marker, in.MaxItems, tagKey, inOrder(tags, tagKey))
	if err != nil {
		return nil, err
	}
	return &iam.ListPolicyTagsOutput{Tags: found.Items, IsTruncated: found.IsTruncated, Marker: found.Marker}, nil
}

// TagPolicy adds tags to a policy and gives those that it has their new values.
func (s *Service) TagPolicy(ctx context.Context, in *iam.TagPolicyInput) (*iam.TagPolicyOutput, error) {
	c := service.CallOf(ctx)
	if err := checkPolicyTags(in.Tags); err != nil {
		return nil, err
	}
	err := retag(ctx, c, "TagPolicy", in.PolicyArn, func(tags []directory.Tag) []directory.Tag {
		for _, t := range storedTags(in.Tags) {
			i := slices.IndexFunc(tags, func(had directory.Tag) bool { return had.Key == t.Key })
			if i < 0 {
				tags = append(tags, t)
				continue
			}
			tags[i].Value = t.Value
		}
		return tags
	})
	return &iam.TagPolicyOutput{}, err
}

// UntagPolicy takes tags away; a key that the policy has not is no error.
func (s *Service) UntagPolicy(ctx context.Context, in *iam.UntagPolicyInput) (*iam.UntagPolicyOutput, error) {
	c := service.CallOf(ctx)
	err := retag(ctx, c, "UntagPolicy", in.PolicyArn, func(tags []directory.Tag) []directory.Tag {
		return slices.DeleteFunc(tags, func(t directory.Tag) bool { return slices.Contains(in.TagKeys, t.Key) })
	})
	return &iam.UntagPolicyOutput{}, err
}

// retag writes what change makes of a policy's tags.
func retag(ctx context.Context, c *service.Call, action, text string, change func([]directory.Tag) []directory.Tag) error {
	return c.Update(ctx, func(tx *directory.Tx) error {
		before, err := ownToChange(c, tx, action, text, noSuchPolicy)
		if err != nil {
			return err
		}
		p := before.Clone()
		p.Tags = change(p.Tags)
		if len(p.Tags) > tagsPerPolicy.limit(c) {
			return overQuota(c, tagsPerPolicy)
		}
		tx.PutPolicy(p)
		return nil
	})
}

// checkPolicyTags refuses tags that no policy may be given together.
func checkPolicyTags(tags []iam.Tag) error {
	seen := make(map[string]bool, len(tags))
	for _, t := range tags {
		switch {
		case reservedText(t.Key) || reservedText(t.Value):
			return reservedTag()
		case seen[t.Key]:
			return duplicatePolicyTags()
		}
		seen[t.Key] = true
	}
	return nil
}

// sortedTags are tags by key, and an empty list where there are none.
func sortedTags(tags []directory.Tag) []iam.Tag {
	sorted := make([]iam.Tag, 0, len(tags))
	for _, t := range tags {
		sorted = append(sorted, iam.Tag{Key: t.Key, Value: t.Value})
	}
	slices.SortFunc(sorted, func(a, b iam.Tag) int { return cmp.Compare(a.Key, b.Key) })
	return sorted
}

func tagKey(t iam.Tag) string { return t.Key }
