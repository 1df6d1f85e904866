package iam

import (
	"slices"

	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// The tags of what is neither user nor role: their keys differ by case.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html#id_tags_rules

// mergeExactTags is mergeTags with keys that differ by case.
func mergeExactTags(old []directory.Tag, set []iam.Tag, most quota) ([]directory.Tag, error) {
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
	if len(merged) > most.limit() {
		return nil, overQuota(most)
	}
	return merged, nil
}

// withoutExactTags is withoutTags with keys that differ by case.
func withoutExactTags(old []directory.Tag, keys []string) []directory.Tag {
	return slices.DeleteFunc(slices.Clone(old), func(t directory.Tag) bool { return slices.Contains(keys, t.Key) })
}
