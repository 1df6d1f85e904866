package iam

import (
	"context"
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

func (s *Service) tagOperations() []service.Operation {
	return []service.Operation{
		service.Bind(iam.TagUser, one(func(c *service.Call, in *iam.TagUserInput) service.Need {
			return withRequestTags(onUser(c, in.UserName), in.Tags)
		}), s.TagUser),
		service.Bind(iam.UntagUser, one(func(c *service.Call, in *iam.UntagUserInput) service.Need {
			return withTagKeys(onUser(c, in.UserName), in.TagKeys)
		}), s.UntagUser),
		service.Bind(iam.ListUserTags, one(func(c *service.Call, in *iam.ListUserTagsInput) service.Need {
			return onUser(c, in.UserName)
		}), s.ListUserTags),
		service.Bind(iam.TagRole, one(func(c *service.Call, in *iam.TagRoleInput) service.Need {
			return withRequestTags(onRole(c, in.RoleName), in.Tags)
		}), s.TagRole),
		service.Bind(iam.UntagRole, one(func(c *service.Call, in *iam.UntagRoleInput) service.Need {
			return withTagKeys(onRole(c, in.RoleName), in.TagKeys)
		}), s.UntagRole),
		service.Bind(iam.ListRoleTags, one(func(c *service.Call, in *iam.ListRoleTagsInput) service.Need {
			return onRole(c, in.RoleName)
		}), s.ListRoleTags),
	}
}

// withTagKeys adds aws:TagKeys.
func withTagKeys(n service.Need, keys []string) service.Need {
	n.TagKeys = keys
	return n
}

// sameKey compares tag keys: IAM's do not differ by case alone.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html#id_tags_rules_creating
func sameKey(a, b string) bool { return strings.EqualFold(a, b) }

// checkTags refuses tags that nobody may set together.
func checkTags(c *service.Call, tags []iam.Tag, most quota) error {
	if len(tags) > most.limit(c) {
		return overQuota(c, most)
	}
	for i, t := range tags {
		if reservedText(t.Key) || reservedText(t.Value) {
			return reservedTag()
		}
		if slices.ContainsFunc(tags[:i], func(o iam.Tag) bool { return sameKey(o.Key, t.Key) }) {
			return duplicateTags()
		}
	}
	return nil
}

// reservedText tells whether only AWS may write a tag's key or value.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html#id_tags_rules_creating
func reservedText(s string) bool { return strings.HasPrefix(strings.ToLower(s), "aws:") }

// mergeTags sets tags beside those that are there. One whose key is there
// already, in whatever case, takes the other's place.
func mergeTags(c *service.Call, old []directory.Tag, set []iam.Tag, most quota) ([]directory.Tag, error) {
	if err := checkTags(c, set, most); err != nil {
		return nil, err
	}
	merged := slices.Clone(old)
	for _, t := range storedTags(set) {
		i := slices.IndexFunc(merged, func(o directory.Tag) bool { return sameKey(o.Key, t.Key) })
		if i >= 0 {
			merged[i] = t
		} else {
			merged = append(merged, t)
		}
	}
	if len(merged) > most.limit(c) {
		return nil, overQuota(c, most)
	}
	return merged, nil
}

// withoutTags takes the keys away; one that is not there does not matter.
func withoutTags(old []directory.Tag, keys []string) []directory.Tag {
	return slices.DeleteFunc(slices.Clone(old), func(t directory.Tag) bool {
		return slices.ContainsFunc(keys, func(k string) bool { return sameKey(k, t.Key) })
	})
}

// pageTags is a page of tags in the order of their keys.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoleTags.html
func pageTags(marker string, maxItems int32, tags []directory.Tag) (page[iam.Tag], error) {
	key := func(t iam.Tag) string { return t.Key }
	return pageOf(marker, maxItems, key, inOrder(wireTags(tags), key))
}

// changeUser rewrites a user in a transaction.
func changeUser(ctx context.Context, name string, change func(*directory.Tx, *directory.User) error) error {
	c := service.CallOf(ctx)
	return c.Update(ctx, func(tx *directory.Tx) error {
		before, err := findUser(c, &tx.Reader, name)
		if err != nil {
			return err
		}
		u := before.Clone()
		if err := change(tx, u); err != nil {
			return err
		}
		tx.PutUser(before, u)
		return nil
	})
}

// TagUser sets tags of a user.
func (s *Service) TagUser(ctx context.Context, in *iam.TagUserInput) (*iam.TagUserOutput, error) {
	return &iam.TagUserOutput{}, changeUser(ctx, in.UserName, func(_ *directory.Tx, u *directory.User) (err error) {
		u.Tags, err = mergeTags(service.CallOf(ctx), u.Tags, in.Tags, tagsPerUser)
		return err
	})
}

// UntagUser takes tags from a user.
func (s *Service) UntagUser(ctx context.Context, in *iam.UntagUserInput) (*iam.UntagUserOutput, error) {
	return &iam.UntagUserOutput{}, changeUser(ctx, in.UserName, func(_ *directory.Tx, u *directory.User) error {
		u.Tags = withoutTags(u.Tags, in.TagKeys)
		return nil
	})
}

// ListUserTags lists the tags of a user.
func (s *Service) ListUserTags(ctx context.Context, in *iam.ListUserTagsInput) (*iam.ListUserTagsOutput, error) {
	c := service.CallOf(ctx)
	u, ok := c.View.User(c.Account, in.UserName)
	if !ok {
		return nil, noSuchUser(in.UserName)
	}
	p, err := pageTags(in.Marker, in.MaxItems, u.Tags)
	if err != nil {
		return nil, err
	}
	return &iam.ListUserTagsOutput{Tags: p.Items, IsTruncated: p.IsTruncated, Marker: p.Marker}, nil
}

// TagRole sets tags of a role.
func (s *Service) TagRole(ctx context.Context, in *iam.TagRoleInput) (*iam.TagRoleOutput, error) {
	return &iam.TagRoleOutput{}, changeRole(ctx, in.RoleName, func(_ *directory.Tx, r *directory.Role) (err error) {
		r.Tags, err = mergeTags(service.CallOf(ctx), r.Tags, in.Tags, tagsPerRole)
		return err
	})
}

// UntagRole takes tags from a role.
func (s *Service) UntagRole(ctx context.Context, in *iam.UntagRoleInput) (*iam.UntagRoleOutput, error) {
	return &iam.UntagRoleOutput{}, changeRole(ctx, in.RoleName, func(_ *directory.Tx, r *directory.Role) error {
		r.Tags = withoutTags(r.Tags, in.TagKeys)
		return nil
	})
}

// ListRoleTags lists the tags of a role.
func (s *Service) ListRoleTags(ctx context.Context, in *iam.ListRoleTagsInput) (*iam.ListRoleTagsOutput, error) {
	c := service.CallOf(ctx)
	r, ok := c.View.Role(c.Account, in.RoleName)
	if !ok {
		return nil, noSuchRole(in.RoleName)
	}
	p, err := pageTags(in.Marker, in.MaxItems, r.Tags)
	if err != nil {
		return nil, err
	}
	return &iam.ListRoleTagsOutput{Tags: p.Items, IsTruncated: p.IsTruncated, Marker: p.Marker}, nil
}
