package iam_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// tagged is what has tags: a user or a role, each made here.
type tagged struct {
	kind  string
	tag   func([]types.Tag) error
	untag func(...string) error
	list  func() []types.Tag // as List…Tags answers
	read  func() []types.Tag // as Get… answers
}

func (h *house) tagged() []tagged {
	h.t.Helper()
	ctx, name := context.Background(), aws.String("Tagged")
	must(h.admin.CreateUser(ctx, &iam.CreateUserInput{UserName: name}))(h.t)
	h.role(*name, trustAccount)
	return []tagged{{
		"user",
		func(list []types.Tag) error {
			_, err := h.admin.TagUser(ctx, &iam.TagUserInput{UserName: name, Tags: list})
			return err
		},
		func(keys ...string) error {
			_, err := h.admin.UntagUser(ctx, &iam.UntagUserInput{UserName: name, TagKeys: keys})
			return err
		},
		func() []types.Tag {
			return must(h.admin.ListUserTags(ctx, &iam.ListUserTagsInput{UserName: name}))(h.t).Tags
		},
		func() []types.Tag {
			return must(h.admin.GetUser(ctx, &iam.GetUserInput{UserName: name}))(h.t).User.Tags
		},
	}, {
		"role",
		func(list []types.Tag) error {
			_, err := h.admin.TagRole(ctx, &iam.TagRoleInput{RoleName: name, Tags: list})
			return err
		},
		func(keys ...string) error {
			_, err := h.admin.UntagRole(ctx, &iam.UntagRoleInput{RoleName: name, TagKeys: keys})
			return err
		},
		func() []types.Tag {
			return must(h.admin.ListRoleTags(ctx, &iam.ListRoleTagsInput{RoleName: name}))(h.t).Tags
		},
		func() []types.Tag {
			return must(h.admin.GetRole(ctx, &iam.GetRoleInput{RoleName: name}))(h.t).Role.Tags
		},
	}}
}

// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html#id_tags_rules
func TestTagKeysOfUsersAndRolesDoNotDifferByCaseAlone(t *testing.T) {
	for _, e := range open(t).tagged() {
		t.Run(e.kind, func(t *testing.T) {
			steps := []struct {
				rule string
				do   func() error
				read string
			}{
				{"a new tag", func() error { return e.tag(tags("Department", "finance")) }, "Department=finance "},
				{"another", func() error { return e.tag(tags("Cost", "1")) }, "Department=finance Cost=1 "},
				{"the same key in lower case takes the first one's place", func() error { return e.tag(tags("department", "hr")) }, "department=hr Cost=1 "},
				{"an empty value", func() error { return e.tag(tags("phone", "")) }, "department=hr Cost=1 phone= "},
				{"a key goes in whatever case, one that is not there without an error", func() error { return e.untag("DEPARTMENT", "none") }, "Cost=1 phone= "},
			}
			for _, s := range steps {
				if err := s.do(); err != nil {
					t.Fatalf("%s: %v", s.rule, err)
				}
				if got := text(e.read()); got != s.read {
					t.Errorf("%s: %s, want %s", s.rule, got, s.read)
				}
			}
		})
	}
}

// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoleTags.html
func TestTagsAreListedInTheOrderOfTheirKeys(t *testing.T) {
	for _, e := range open(t).tagged() {
		if err := e.tag(tags("b", "2", "c", "3", "a", "1")); err != nil {
			t.Fatal(err)
		}
		if list, read := text(e.list()), text(e.read()); list != "a=1 b=2 c=3 " || read != "b=2 c=3 a=1 " {
			t.Errorf("%s: listed %s, read %s", e.kind, list, read)
		}
	}
}

func TestTagsThatAreRefused(t *testing.T) {
	many := func(n int) []types.Tag {
		var list []types.Tag
		for i := range n {
			list = append(list, tags(fmt.Sprintf("key-%02d", i), "")...)
		}
		return list
	}
	for _, e := range open(t).tagged() {
		quota := map[string]string{"user": "TagsPerUser", "role": "TagsPerRole"}[e.kind]
		if err := e.tag(many(50)); err != nil {
			t.Fatal(err)
		}
		cases := []struct {
			rule string
			tags []types.Tag
			want refusal
		}{
			{"one key twice (github-aws-runners/terraform-aws-github-runner#1346)", tags("Environment", "a", "environment", "b"),
				refusal{400, "InvalidInput", "Duplicate tag keys found. Please note that Tag keys are case insensitive."}},
			{"AWS's prefix in a key (id_tags.html; words of our own)", tags("AWS:x", "a"),
				refusal{400, "InvalidInput", "Tag keys and values that begin with aws: are reserved for system use."}},
			{"AWS's prefix in a value (id_tags.html; words of our own)", tags("x", "aws:a"),
				refusal{400, "InvalidInput", "Tag keys and values that begin with aws: are reserved for system use."}},
			{"a fifty-first (reference_iam-quotas.html)", tags("key-50", ""),
				refusal{409, "LimitExceeded", "Cannot exceed quota for " + quota + ": 50"}},
		}
		for _, c := range cases {
			t.Run(e.kind+": "+c.rule, func(t *testing.T) { mustRefuse(t, e.tag(c.tags), c.want) })
		}
		if err := e.tag(tags("KEY-07", "new")); err != nil {
			t.Errorf("%s: a tag that is there may change where there are fifty: %v", e.kind, err)
		}
	}
}
