package iam

import (
	"slices"

	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// The tags of what is neither user nor role: their keys differ by case.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html#id_tags_rules

// mergeExactTags is mergeTags with keys that differ by case.
func mergeExactTags(c *service.Call, old []directory.Tag, set []iam.Tag, most quota) ([]directory.Tag, error) {
	merged, err := laidOver(old, set)
	if err == nil && len(merged) > most.limit(c) {
		return nil, overQuota(c, most)
	}
	return merged, err
}

// mergeProviderTags is mergeExactTags for identity providers and MFA devices,
// of which one too many has words of its own.
func mergeProviderTags(old []directory.Tag, set []iam.Tag) ([]directory.Tag, error) {
	merged, err := laidOver(old, set)
	if err == nil && len(merged) > tagsPerProvider {
		return nil, tooManyTags()
	}
	return merged, err
}

func laidOver(old []directory.Tag, set []iam.Tag) ([]directory.Tag, error) {
	if err := checkPolicyTags(set); err != nil {
		return nil, err
	}
	merged := slices.Clone(old)
	for _, t := range storedTags(set) {
		i := slices.IndexFunc(merged, func(o directory.Tag) bool { return o.Key == t.Key })
		if i >= 0 {
			merged[i] = t
		} else {
			merged = append(merged, t)
		}
	}
	return merged, nil
}

// withoutExactTags is withoutTags with keys that differ by case.
func withoutExactTags(old []directory.Tag, keys []string) []directory.Tag {
	return slices.DeleteFunc(slices.Clone(old), func(t directory.Tag) bool { return slices.Contains(keys, t.Key) })
}
