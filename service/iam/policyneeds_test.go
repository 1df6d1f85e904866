package iam_test

import (
	"context"
	"html"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

// policyDenials are the rows of denials for the operations on policies.
// Sources of the forms: aws/aws-sam-cli#394 and nccgroup/ScoutSuite#727
// (ListPolicies), galaxyproject/cloudlaunch#205 (CreatePolicy), the denial of
// GetPolicy that AWS IoT Greengrass prints, uhppoted's among others
// (GetPolicy), aws-samples/aws-hpc-tutorials#175 (AttachRolePolicy). The rest
// follows them by kind of operation.
func policyDenials() []struct {
	action, resource string
	parameters       []string
} {
	own, policyOf := ownPolicies+"P", "policy "+ownPolicies+"P"
	return []struct {
		action, resource string
		parameters       []string
	}{
		{"ListPolicies", "policy path /", nil},
		{"ListPolicies", "policy path /team/", []string{"PathPrefix", "/team/"}},
		{"CreatePolicy", "policy new", []string{"PolicyName", "new", "Path", "/x/", "PolicyDocument", readBuckets}},
		{"GetPolicy", policyOf, []string{"PolicyArn", own}},
		{"GetPolicy", "policy " + awsPolicies + "ReadOnlyAccess", []string{"PolicyArn", awsPolicies + "ReadOnlyAccess"}},
		{"DeletePolicy", policyOf, []string{"PolicyArn", own}},
		{"ListPolicyTags", policyOf, []string{"PolicyArn", own}},
		{"TagPolicy", policyOf, []string{"PolicyArn", own, "Tags.member.1.Key", "a", "Tags.member.1.Value", "b"}},
		{"UntagPolicy", policyOf, []string{"PolicyArn", own, "TagKeys.member.1", "a"}},
		{"CreatePolicyVersion", policyOf, []string{"PolicyArn", own, "PolicyDocument", readBuckets}},
		{"GetPolicyVersion", policyOf, []string{"PolicyArn", own, "VersionId", "v1"}},
		{"ListPolicyVersions", policyOf, []string{"PolicyArn", own}},
		{"DeletePolicyVersion", policyOf, []string{"PolicyArn", own, "VersionId", "v1"}},
		{"SetDefaultPolicyVersion", policyOf, []string{"PolicyArn", own, "VersionId", "v1"}},
		{"ListEntitiesForPolicy", policyOf, []string{"PolicyArn", own}},
		{"PutUserPolicy", "user Ada", []string{"UserName", "Ada", "PolicyName", "P", "PolicyDocument", readBuckets}},
		{"GetGroupPolicy", "group Ada", []string{"GroupName", "Ada", "PolicyName", "P"}},
		{"DeleteRolePolicy", "role Ada", []string{"RoleName", "Ada", "PolicyName", "P"}},
		{"ListRolePolicies", "role Ada", []string{"RoleName", "Ada"}},
		{"AttachRolePolicy", "role Ada", []string{"RoleName", "Ada", "PolicyArn", own}},
		{"DetachUserPolicy", "user Ada", []string{"UserName", "Ada", "PolicyArn", own}},
		{"ListAttachedGroupPolicies", "group Ada", []string{"GroupName", "Ada"}},
		{"PutUserPermissionsBoundary", "user Ada", []string{"UserName", "Ada", "PermissionsBoundary", own}},
		{"DeleteRolePermissionsBoundary", "role Ada", []string{"RoleName", "Ada"}},
		{"GetAccountSummary", "*", nil},
		{"GetAccountAuthorizationDetails", "*", nil},
	}
}

func TestOperationsOnPoliciesAreDeniedInAWSsWords(t *testing.T) {
	h := open(t)
	h.managed("/", "P")
	entities(t, h)
	judy := h.userKey("judy", "")
	for _, d := range policyDenials() {
		t.Run(d.action+" on "+d.resource, func(t *testing.T) {
			form := url.Values{"Action": {d.action}}
			for i := 0; i < len(d.parameters); i += 2 {
				form.Set(d.parameters[i], d.parameters[i+1])
			}
			status, body := h.postAs(judy, form)
			want := "User: arn:aws:iam::123456789012:user/judy is not authorized to perform: iam:" + d.action +
				" on resource: " + d.resource + " because no identity-based policy allows the iam:" + d.action + " action"
			if status != 403 || !strings.Contains(html.UnescapeString(body), "<Message>"+want+"</Message>") {
				t.Errorf("%d %s\nwant %s", status, body, want)
			}
		})
	}
}

// Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
// and, for the delegation, access_policies_boundaries.html#access_policies_boundaries-delegate.
func TestWhatOperationsOnPoliciesAreDecidedOn(t *testing.T) {
	h, ctx := open(t), context.Background()
	ada := aws.String("Ada")
	entities(t, h)
	h.managed("/ci/", "InCI")
	red := must(h.admin.CreatePolicy(ctx, &iam.CreatePolicyInput{
		PolicyName: aws.String("Red"), PolicyDocument: aws.String(readBuckets), Tags: tags("Team", "red")}))(t).Policy.Arn
	bound := aws.String(awsPolicies + "ReadOnlyAccess")
	must(h.admin.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String("Bound"), PermissionsBoundary: bound}))(t)
	get := func(arn string) func(*iam.Client) error {
		return func(c *iam.Client) error {
			_, err := c.GetPolicy(ctx, &iam.GetPolicyInput{PolicyArn: &arn})
			return err
		}
	}
	attach := func(user, policy string) func(*iam.Client) error {
		return func(c *iam.Client) error {
			_, err := c.AttachUserPolicy(ctx, &iam.AttachUserPolicyInput{UserName: &user, PolicyArn: &policy})
			return err
		}
	}
	put := func(user string) func(*iam.Client) error {
		return func(c *iam.Client) error {
			_, err := c.PutUserPolicy(ctx, &iam.PutUserPolicyInput{UserName: &user, PolicyName: aws.String("P"), PolicyDocument: aws.String(readBuckets)})
			return err
		}
	}
	setBoundary := func(policy string) func(*iam.Client) error {
		return func(c *iam.Client) error {
			_, err := c.PutUserPermissionsBoundary(ctx, &iam.PutUserPermissionsBoundaryInput{UserName: ada, PermissionsBoundary: &policy})
			return err
		}
	}
	create := func(name string, tag ...string) func(*iam.Client) error {
		return func(c *iam.Client) error {
			_, err := c.CreatePolicy(ctx, &iam.CreatePolicyInput{
				PolicyName: &name, Path: aws.String("/new/"), PolicyDocument: aws.String(readBuckets), Tags: tags(tag...)})
			return err
		}
	}
	list := func(prefix *string) func(*iam.Client) error {
		return func(c *iam.Client) error {
			_, err := c.ListPolicies(ctx, &iam.ListPoliciesInput{PathPrefix: prefix})
			return err
		}
	}
	h.check("judy", `{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Action":"iam:GetPolicy","Resource":["arn:aws:iam::123456789012:policy/ci/*","arn:aws:iam::aws:policy/ReadOnlyAccess"]},
		{"Effect":"Allow","Action":"iam:GetPolicy","Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/Team":"red"}}},
		{"Effect":"Allow","Action":"iam:AttachUserPolicy","Resource":"*","Condition":{"ArnLike":{"iam:PolicyARN":"arn:aws:iam::aws:policy/*"}}},
		{"Effect":"Allow","Action":["iam:PutUserPolicy","iam:DeleteUserPermissionsBoundary","iam:PutUserPermissionsBoundary"],"Resource":"*",
			"Condition":{"StringEquals":{"iam:PermissionsBoundary":"arn:aws:iam::aws:policy/ReadOnlyAccess"}}},
		{"Effect":"Allow","Action":["iam:CreatePolicy"],"Resource":"arn:aws:iam::123456789012:policy/new/*"},
		{"Effect":"Allow","Action":["iam:TagPolicy"],"Resource":"*","Condition":{"ForAllValues:StringEquals":{"aws:TagKeys":"Team"}}},
		{"Effect":"Allow","Action":"iam:ListPolicies","Resource":"arn:aws:iam::123456789012:policy/team/*"}]}`,
		[]can{
			{"a policy under the path", true, get(ownPolicies + "ci/InCI")},
			{"a policy that does not exist under the path is not found", false, get(ownPolicies + "other/None")},
			{"AWS's policy by its ARN", true, get(*bound)},
			{"another one of AWS's", false, get(awsPolicies + "AdministratorAccess")},
			{"a policy with the tag", true, get(*red)},
			{"iam:PolicyARN lets attach AWS's", true, attach("Ada", awsPolicies+"ReadOnlyAccess")},
			{"and no other", false, attach("Ada", *red)},
			{"iam:PermissionsBoundary is the user's own where a policy is put", true, put("Bound")},
			{"a user without boundary", false, put("Ada")},
			{"iam:PermissionsBoundary is the one to be where a boundary is put", true, setBoundary(*bound)},
			{"another one to be", false, setBoundary(*red)},
			{"to create under the path", true, create("A")},
			{"to create with a tag needs iam:TagPolicy on aws:TagKeys too", true, create("B", "Team", "x")},
			{"with another tag", false, create("C", "Owner", "x")},
			{"to list a path", true, list(aws.String("/team/"))},
			{"to list everything", false, list(nil)},
		})
}
