package iam_test

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// notDenied is nil where somebody was allowed to ask, whatever came of it.
func notDenied(err error) error {
	if refusalOf(err).Code == "AccessDenied" {
		return err
	}
	return nil
}

// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
// (iam:OrganizationsPolicyId) and
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
// (iam:DelegationDuration, iam:NotificationChannel, iam:TemplateArn, iam:DelegationRequestOwner).
func TestReportsAndDelegationRequestsAreDecidedOnTheirKeys(t *testing.T) {
	h, ctx, n := open(t), context.Background(), aws.String
	report := func(path string, policy *string) func(*iam.Client) error {
		return func(c *iam.Client) error {
			return second(c.GenerateOrganizationsAccessReport(ctx, &iam.GenerateOrganizationsAccessReportInput{EntityPath: &path, OrganizationsPolicyId: policy}))
		}
	}
	delegate := func(duration int32, template string) func(*iam.Client) error {
		return func(c *iam.Client) error {
			return notDenied(second(c.CreateDelegationRequest(ctx, &iam.CreateDelegationRequestInput{
				Description: n("x"), NotificationChannel: n("arn:aws:sns:us-east-1:" + account + ":topic"), RequestorWorkflowId: n("flow-1"),
				SessionDuration: &duration, Permissions: &types.DelegationPermission{PolicyTemplateArn: &template},
			})))
		}
	}
	list := func(owner *string) func(*iam.Client) error {
		return func(c *iam.Client) error {
			return second(c.ListDelegationRequests(ctx, &iam.ListDelegationRequestsInput{OwnerId: owner}))
		}
	}
	const path, template = "o-abcdefghij/r-abcd/ou-abcd-abcdefgh", "arn:aws:iam::123456789012:delegation-template/one"
	owner := "arn:aws:iam::" + account + ":user/judy"
	cases := []can{
		{"a report of a policy", true, report(path, n("p-abcdefgh"))},
		{"a report of another policy", false, report(path, n("p-other000"))},
		{"a report of no policy", false, report(path, nil)},
		{"a report of another entity", false, report("o-abcdefghij/r-abcd", n("p-abcdefgh"))},
		{"one's own requests", true, list(&owner)},
		{"another's requests", false, list(n("arn:aws:iam::" + account + ":user/admin"))},
		{"all requests", false, list(nil)},
		{"a request of the template and an hour", true, delegate(3600, template)},
		{"a request of another template", false, delegate(3600, "arn:aws:iam::123456789012:delegation-template/two")},
		{"a longer one", false, delegate(7200, template)},
	}
	document := `{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Action":"iam:GenerateOrganizationsAccessReport","Resource":"arn:aws:iam::123456789012:access-report/` + path + `",
		 "Condition":{"StringEquals":{"iam:OrganizationsPolicyId":"p-abcdefgh"}}},
		{"Effect":"Allow","Action":"iam:ListDelegationRequests","Resource":"*","Condition":{"ArnEquals":{"iam:DelegationRequestOwner":"` + owner + `"}}},
		{"Effect":"Allow","Action":"iam:CreateDelegationRequest","Resource":"*","Condition":{
		 "StringEquals":{"iam:DelegationDuration":"3600"},"ArnLike":{"iam:TemplateArn":"` + template + `"},
		 "StringLike":{"iam:NotificationChannel":"arn:aws:sns:*"}}}]}`
	h.check("judy", document, cases)
}
