package iam_test

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// detailed is a house in which Ada, Ada and Ada have all that can be had.
func detailed(t *testing.T) *house {
	h, ctx := open(t), context.Background()
	own, bounding := h.managed("/team/", "Own"), h.managed("/", "Bounding")
	for _, e := range entities(t, h) {
		done(t, e.put("Inline", readBuckets))
		done(t, e.attach(own))
		done(t, e.attach(awsPolicies+"job-function/Billing"))
		if e.bound != nil {
			done(t, e.bound(bounding))
		}
	}
	ada := aws.String("Ada")
	must(h.admin.TagUser(ctx, &iam.TagUserInput{UserName: ada, Tags: tags("environment", "test", "team", "platform")}))(t)
	must(h.admin.TagRole(ctx, &iam.TagRoleInput{RoleName: ada, Tags: tags("team", "platform")}))(t)
	must(h.admin.AddUserToGroup(ctx, &iam.AddUserToGroupInput{UserName: ada, GroupName: ada}))(t)
	h.version(own, strings.Replace(readBuckets, "ListBucket", "GetObject", 1), true)
	return h
}

// summaryOf names everything on a page of GetAccountAuthorizationDetails.
func summaryOf(out *iam.GetAccountAuthorizationDetailsOutput) string {
	line := ""
	for _, u := range out.UserDetailList {
		line += "user " + *u.UserName + ", "
	}
	for _, g := range out.GroupDetailList {
		line += "group " + *g.GroupName + ", "
	}
	for _, r := range out.RoleDetailList {
		line += "role " + *r.RoleName + ", "
	}
	for _, p := range out.Policies {
		line += "policy " + *p.PolicyName + ", "
	}
	return line
}

// Source of the filter:
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
func TestAuthorizationDetailsShowWhatTheFilterNames(t *testing.T) {
	h := detailed(t)
	tests := []struct {
		name   string
		filter []types.EntityType
		want   string
	}{
		{"everything, and of AWS's policies those in use", nil,
			"user Ada, user admin, group Ada, role Ada, policy Bounding, policy Own, policy AdministratorAccess, policy Billing, "},
		{"users", []types.EntityType{"User"}, "user Ada, user admin, "},
		{"groups", []types.EntityType{"Group"}, "group Ada, "},
		{"roles", []types.EntityType{"Role"}, "role Ada, "},
		{"the account's policies", []types.EntityType{"LocalManagedPolicy"}, "policy Bounding, policy Own, "},
		{"AWS's policies", []types.EntityType{"AWSManagedPolicy"}, "policy AdministratorAccess, policy Billing, "},
		{"two kinds", []types.EntityType{"Role", "Group"}, "group Ada, role Ada, "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out := must(h.admin.GetAccountAuthorizationDetails(context.Background(), &iam.GetAccountAuthorizationDetailsInput{Filter: tt.filter}))(t)
			if got := summaryOf(out); got != tt.want || out.IsTruncated {
				t.Errorf("%s, want %s", got, tt.want)
			}
		})
	}
}

func TestAuthorizationDetailsInPages(t *testing.T) {
	h := detailed(t)
	for size, want := range map[int32]string{
		3: "user Ada, user admin, group Ada, | role Ada, policy Bounding, policy Own, | policy AdministratorAccess, policy Billing, | ",
		1: "user Ada, | user admin, | group Ada, | role Ada, | policy Bounding, | policy Own, | policy AdministratorAccess, | policy Billing, | ",
		8: "user Ada, user admin, group Ada, role Ada, policy Bounding, policy Own, policy AdministratorAccess, policy Billing, | ",
	} {
		line := ""
		pages := iam.NewGetAccountAuthorizationDetailsPaginator(h.admin, &iam.GetAccountAuthorizationDetailsInput{MaxItems: &size})
		for pages.HasMorePages() {
			line += summaryOf(must(pages.NextPage(context.Background()))(t)) + "| "
		}
		if line != want {
			t.Errorf("the pages of %d are %s, want %s", size, line, want)
		}
	}
}

// Recorded: test_iam_account_authorization_details.snapshot.json.
func TestAuthorizationDetailsOfAnEntity(t *testing.T) {
	h := detailed(t)
	out := must(h.admin.GetAccountAuthorizationDetails(context.Background(), &iam.GetAccountAuthorizationDetailsInput{}))(t)
	const attached = "Own Billing "
	u, g, r := out.UserDetailList[0], out.GroupDetailList[0], out.RoleDetailList[0]
	got := fmt.Sprint(attachedNames(u.AttachedManagedPolicies), u.GroupList, " ", text(u.Tags), inlineOf(u.UserPolicyList), *u.PermissionsBoundary.PermissionsBoundaryArn)
	if want := attached + "[Ada] environment=test team=platform Inline " + ownPolicies + "Bounding"; got != want {
		t.Errorf("the user has\n%s, want\n%s", got, want)
	}
	if got := attachedNames(g.AttachedManagedPolicies) + inlineOf(g.GroupPolicyList); got != attached+"Inline " {
		t.Errorf("the group has %s", got)
	}
	got = attachedNames(r.AttachedManagedPolicies) + text(r.Tags) + inlineOf(r.RolePolicyList) + *r.PermissionsBoundary.PermissionsBoundaryArn
	if want := attached + "team=platform Inline " + ownPolicies + "Bounding"; got != want {
		t.Errorf("the role has\n%s, want\n%s", got, want)
	}
	if trust, err := url.PathUnescape(*r.AssumeRolePolicyDocument); err != nil || trust != trustAccount {
		t.Errorf("its trust policy is %s", *r.AssumeRolePolicyDocument)
	}
}

func inlineOf(list []types.PolicyDetail) string {
	line := ""
	for _, p := range list {
		if document, err := url.PathUnescape(*p.PolicyDocument); err == nil && document == readBuckets {
			line += *p.PolicyName + " "
		}
	}
	return line
}

// Recorded: filter_local_managed_policy and filter_aws_managed_policy.
func TestAuthorizationDetailsOfPolicies(t *testing.T) {
	h := detailed(t)
	out := must(h.admin.GetAccountAuthorizationDetails(context.Background(), &iam.GetAccountAuthorizationDetailsInput{
		Filter: []types.EntityType{"LocalManagedPolicy", "AWSManagedPolicy"},
	}))(t)
	bounding, own, admin := out.Policies[0], out.Policies[1], out.Policies[2]
	if *own.AttachmentCount != 3 || *bounding.PermissionsBoundaryUsageCount != 2 || *own.DefaultVersionId != "v2" || !own.IsAttachable {
		t.Errorf("attached %d times, bounding %d, default %s", *own.AttachmentCount, *bounding.PermissionsBoundaryUsageCount, *own.DefaultVersionId)
	}
	versions := ""
	for _, v := range own.PolicyVersionList {
		document, err := url.PathUnescape(*v.Document)
		if err != nil {
			t.Error(err)
		}
		versions += fmt.Sprint(*v.VersionId, " ", v.IsDefaultVersion, " ", strings.Contains(document, "GetObject"), "; ")
	}
	if versions != "v2 true true; v1 false false; " {
		t.Errorf("its versions are %s", versions)
	}
	if *admin.Arn != awsPolicies+"AdministratorAccess" || len(admin.PolicyVersionList) == 0 || *admin.AttachmentCount != 1 {
		t.Errorf("AWS's policy is %s with %d versions", *admin.Arn, len(admin.PolicyVersionList))
	}
}

// Which elements are there although they are empty. Recorded: no_filter.
func TestElementsOfAuthorizationDetails(t *testing.T) {
	h := open(t)
	entities(t, h)
	tests := []struct {
		filter    string
		has, lack []string
	}{
		{"User", []string{"<AttachedManagedPolicies", "<GroupList", "<Tags", "<RoleDetailList", "<Policies"}, []string{"<UserPolicyList", "<PermissionsBoundary"}},
		{"Group", []string{"<AttachedManagedPolicies", "<GroupPolicyList", "<UserDetailList"}, []string{"<Tags"}},
		{"Role", []string{"<InstanceProfileList", "<RoleLastUsed", "<RolePolicyList", "<Tags", "<IsTruncated>false"}, []string{"<MaxSessionDuration", "<Description"}},
	}
	for _, tt := range tests {
		t.Run(tt.filter, func(t *testing.T) {
			h.t = t
			form := url.Values{"Action": {"GetAccountAuthorizationDetails"}, "Filter.member.1": {tt.filter}}
			if tt.filter == "User" { // without admin, who has a policy
				form.Set("MaxItems", "1")
			}
			_, body := h.post(form)
			for _, element := range tt.has {
				if !strings.Contains(body, element) {
					t.Errorf("want %s in\n%s", element, body)
				}
			}
			for _, element := range tt.lack {
				if strings.Contains(body, element) {
					t.Errorf("want no %s in\n%s", element, body)
				}
			}
		})
	}
}
