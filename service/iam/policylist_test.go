package iam_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// listed is a house with three policies of the account and bob, to whom one of
// each kind is attached and whom one bounds.
func listed(t *testing.T) *house {
	h, ctx := open(t), context.Background()
	attached, bounding := h.managed("/team/a/", "Attached"), h.managed("/team/b/", "Bounding")
	h.managed("/", "idle")
	h.user("bob", "")
	for _, arn := range []string{attached, awsPolicies + "job-function/Billing"} {
		must(h.admin.AttachUserPolicy(ctx, &iam.AttachUserPolicyInput{UserName: aws.String("bob"), PolicyArn: &arn}))(t)
	}
	must(h.admin.PutUserPermissionsBoundary(ctx, &iam.PutUserPermissionsBoundaryInput{
		UserName: aws.String("bob"), PermissionsBoundary: &bounding,
	}))(t)
	return h
}

// Source of what the parameters mean:
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicies.html
func TestListPoliciesShowsWhatItIsAskedFor(t *testing.T) {
	h, ctx := listed(t), context.Background()
	tests := []struct {
		name string
		in   iam.ListPoliciesInput
		want string
	}{
		{"Local: the account's own by name, without regard to case", iam.ListPoliciesInput{Scope: "Local"}, "Attached Bounding idle "},
		{"only those of a path", iam.ListPoliciesInput{Scope: "Local", PathPrefix: aws.String("/team/")}, "Attached Bounding "},
		{"a path is a prefix of paths, not of names", iam.ListPoliciesInput{Scope: "Local", PathPrefix: aws.String("/team/a/")}, "Attached "},
		{"a path that nothing is under", iam.ListPoliciesInput{Scope: "Local", PathPrefix: aws.String("/none/")}, ""},
		{"only what is used, both of AWS and of the account", iam.ListPoliciesInput{OnlyAttached: true},
			"Attached Bounding AdministratorAccess Billing "},
		{"only what is used of the account", iam.ListPoliciesInput{Scope: "Local", OnlyAttached: true}, "Attached Bounding "},
		{"only what is used of AWS", iam.ListPoliciesInput{Scope: "AWS", OnlyAttached: true}, "AdministratorAccess Billing "},
		{"AWS's of a path that are used", iam.ListPoliciesInput{Scope: "AWS", OnlyAttached: true, PathPrefix: aws.String("/job-function/")}, "Billing "},
		{"only permissions policies", iam.ListPoliciesInput{PolicyUsageFilter: "PermissionsPolicy"}, "Attached AdministratorAccess Billing "},
		{"only boundaries", iam.ListPoliciesInput{PolicyUsageFilter: "PermissionsBoundary"}, "Bounding "},
		{"only boundaries, and only AWS's", iam.ListPoliciesInput{PolicyUsageFilter: "PermissionsBoundary", Scope: "AWS"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out := must(h.admin.ListPolicies(ctx, &tt.in))(t)
			if got := names(out.Policies); got != tt.want || out.IsTruncated || out.Marker != nil {
				t.Errorf("%q, truncated %v; want %q", got, out.IsTruncated, tt.want)
			}
		})
	}
}

// Terraform's data source aws_iam_policy pages through them all.
func TestListPoliciesPagesThroughAllOfAWS(t *testing.T) {
	h := listed(t)
	for _, size := range []int32{1000, 100, 7} {
		var all []types.Policy
		pages := iam.NewListPoliciesPaginator(h.admin, &iam.ListPoliciesInput{MaxItems: &size})
		for pages.HasMorePages() {
			page := must(pages.NextPage(context.Background()))(t)
			if page.IsTruncated && len(page.Policies) != int(size) {
				t.Fatalf("a page of %d has %d policies", size, len(page.Policies))
			}
			all = append(all, page.Policies...)
		}
		if got := names(all[:6]); got != "Attached Bounding idle AdministratorAccess PowerUserAccess ReadOnlyAccess " {
			t.Errorf("in pages of %d, the list begins with %s", size, got)
		}
		arns := make([]string, 0, len(all))
		for _, p := range all {
			arns = append(arns, *p.Arn)
		}
		slices.Sort(arns)
		if n := len(slices.Compact(arns)); n != 1594+3 || len(all) != n {
			t.Errorf("in pages of %d there are %d policies, %d different; want 1597", size, len(all), n)
		}
	}
}

func TestListPoliciesStartsWithAHundred(t *testing.T) {
	h := open(t)
	out := must(h.admin.ListPolicies(context.Background(), &iam.ListPoliciesInput{Scope: "AWS"}))(t)
	if len(out.Policies) != 100 || !out.IsTruncated || out.Marker == nil {
		t.Errorf("%d policies, truncated %v; the API's page has 100", len(out.Policies), out.IsTruncated)
	}
}

func TestListPoliciesCountsUses(t *testing.T) {
	h := listed(t)
	for _, p := range must(h.admin.ListPolicies(context.Background(), &iam.ListPoliciesInput{OnlyAttached: true}))(t).Policies {
		attached, bounding := int32(1), int32(0)
		if *p.PolicyName == "Bounding" {
			attached, bounding = 0, 1
		}
		if *p.AttachmentCount != attached || *p.PermissionsBoundaryUsageCount != bounding {
			t.Errorf("%s is attached %d times and bounds %d, want %d and %d",
				*p.PolicyName, *p.AttachmentCount, *p.PermissionsBoundaryUsageCount, attached, bounding)
		}
		if p.Description != nil || p.Tags != nil || !strings.HasPrefix(*p.PolicyId, "ANPA") {
			t.Errorf("%s has description %v, tags %v, id %s", *p.PolicyName, p.Description, p.Tags, *p.PolicyId)
		}
	}
}

func TestAMarkerThatNobodyGaveIsRefused(t *testing.T) {
	h := open(t)
	_, err := h.admin.ListPolicies(context.Background(), &iam.ListPoliciesInput{Marker: aws.String("no such marker")})
	if got := refusalOf(err); got.Status != 400 {
		t.Errorf("%+v, want a refusal", got)
	}
}

func TestPolicyTags(t *testing.T) {
	h, ctx := open(t), context.Background()
	arn := h.managed("/", "Tagged")
	tag := func(keysAndValues ...string) {
		t.Helper()
		must(h.admin.TagPolicy(ctx, &iam.TagPolicyInput{PolicyArn: &arn, Tags: tags(keysAndValues...)}))(t)
	}
	list := func(want string) {
		t.Helper()
		out := must(h.admin.ListPolicyTags(ctx, &iam.ListPolicyTagsInput{PolicyArn: &arn}))(t)
		if got := text(out.Tags); got != want {
			t.Errorf("the tags are %q, want %q", got, want)
		}
	}
	// Recorded: test_policy_tag_operations.
	tag("somekey", "somevalue", "someotherkey", "someothervalue")
	list("somekey=somevalue someotherkey=someothervalue ")
	tag("somekey", "somenewvalue")
	list("somekey=somenewvalue someotherkey=someothervalue ")
	tag("somekey", "")
	list("somekey= someotherkey=someothervalue ")
	must(h.admin.UntagPolicy(ctx, &iam.UntagPolicyInput{PolicyArn: &arn, TagKeys: []string{"somekey", "never"}}))(t)
	list("someotherkey=someothervalue ")
	tag("a", "lowercase", "A", "uppercase")
	list("A=uppercase a=lowercase someotherkey=someothervalue ")
	must(h.admin.UntagPolicy(ctx, &iam.UntagPolicyInput{PolicyArn: &arn, TagKeys: []string{"a", "someotherkey"}}))(t)
	list("A=uppercase ")

	tag("b", "2", "c", "3")
	one := must(h.admin.ListPolicyTags(ctx, &iam.ListPolicyTagsInput{PolicyArn: &arn, MaxItems: aws.Int32(2)}))(t)
	two := must(h.admin.ListPolicyTags(ctx, &iam.ListPolicyTagsInput{PolicyArn: &arn, MaxItems: aws.Int32(2), Marker: one.Marker}))(t)
	if text(one.Tags)+"| "+text(two.Tags) != "A=uppercase b=2 | c=3 " || !one.IsTruncated || two.IsTruncated {
		t.Errorf("the pages are %q and %q", text(one.Tags), text(two.Tags))
	}
}

func TestRefusalsOfPolicyTags(t *testing.T) {
	h, ctx := open(t), context.Background()
	arn, missing := h.managed("/", "Tagged"), ownPolicies+"NotAPolicy"
	_, err := h.admin.TagPolicy(ctx, &iam.TagPolicyInput{PolicyArn: &arn, Tags: tags("k", "1", "k", "2")})
	mustRefuse(t, err, refusal{400, "InvalidInput", "Duplicate tag keys found."}) // recorded: err-tag-duplicate-keys

	noSuch := refusal{404, "NoSuchEntity", "Policy " + missing + " was not found."} // recorded: err-tag-nonexistent-policy
	_, err = h.admin.TagPolicy(ctx, &iam.TagPolicyInput{PolicyArn: &missing, Tags: tags("k", "1")})
	mustRefuse(t, err, noSuch)
	_, err = h.admin.UntagPolicy(ctx, &iam.UntagPolicyInput{PolicyArn: &missing, TagKeys: []string{"k"}})
	mustRefuse(t, err, noSuch)
	_, err = h.admin.ListPolicyTags(ctx, &iam.ListPolicyTagsInput{PolicyArn: &missing})
	mustRefuse(t, err, noSuch)

	// What begins with aws: is AWS's own (id_tags, "Rules for tagging").
	_, err = h.admin.TagPolicy(ctx, &iam.TagPolicyInput{PolicyArn: &arn, Tags: tags("AWS:own", "1")})
	if got := refusalOf(err); got.Status != 400 || got.Code != "InvalidInput" {
		t.Errorf("%+v, want InvalidInput", got)
	}

	// reference_iam-quotas: 50 tags to a policy. The words are those of other quotas.
	var many []types.Tag
	for i := range 50 {
		many = append(many, tags("k"+strings.Repeat("x", i), "v")...)
	}
	must(h.admin.TagPolicy(ctx, &iam.TagPolicyInput{PolicyArn: &arn, Tags: many}))(t)
	_, err = h.admin.TagPolicy(ctx, &iam.TagPolicyInput{PolicyArn: &arn, Tags: tags("more", "v")})
	mustRefuse(t, err, refusal{409, "LimitExceeded", "Cannot exceed quota for TagsPerPolicy: 50"})
}
