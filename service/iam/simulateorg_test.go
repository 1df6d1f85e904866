package iam_test

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/test/calltest"
)

// member makes an organization with a service control policy over its root, and
// answers the IAM of an account in it, and the account.
func (h *house) member(scp string) (*iam.Client, string) {
	h.t.Helper()
	call := func(operation string, in map[string]any) calltest.Answer {
		h.t.Helper()
		keys := calltest.Keys{AccessKeyID: adminKey.AccessKeyID, SecretAccessKey: adminKey.SecretAccessKey}
		return calltest.At(h.t, h.url, keys, "organizations", "AWSOrganizationsV20161128."+operation, in)
	}
	call("CreateOrganization", nil)
	root := call("ListRoots", nil).At("Roots", 0, "Id")
	call("EnablePolicyType", map[string]any{"RootId": root, "PolicyType": "SERVICE_CONTROL_POLICY"})
	policy := call("CreatePolicy", map[string]any{"Type": "SERVICE_CONTROL_POLICY", "Name": "limits", "Description": "", "Content": scp}).At("Policy", "PolicySummary", "Id")
	call("AttachPolicy", map[string]any{"PolicyId": policy, "TargetId": root})
	status := call("CreateAccount", map[string]any{"Email": "member@example.com", "AccountName": "member"}).At("CreateAccountStatus", "Id")
	account := call("DescribeCreateAccountStatus", map[string]any{"CreateAccountRequestId": status}).At("CreateAccountStatus", "AccountId")
	out, err := h.sts(adminKey).AssumeRole(context.Background(), &sts.AssumeRoleInput{
		RoleArn: aws.String("arn:aws:iam::" + account + ":role/OrganizationAccountAccessRole"), RoleSessionName: aws.String("night"),
	})
	if err != nil {
		h.t.Fatal(err)
	}
	c := out.Credentials
	return h.client(rolecall.Credentials{AccessKeyID: *c.AccessKeyId, SecretAccessKey: *c.SecretAccessKey}, *c.SessionToken), account
}

// TestSimulatedOrganization: service control policies enter the simulation of a
// principal of a member account, and no other (P1).
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_OrganizationsDecisionDetail.html
func TestSimulatedOrganization(t *testing.T) {
	h, ctx := open(t), context.Background()
	client, account := h.member(`{"Version":"2012-10-17","Statement":{"Sid":"NoEC2","Effect":"Deny","Action":"ec2:*","Resource":"*"}}`)
	must(client.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String("ann")}))(t)
	must(client.PutUserPolicy(ctx, &iam.PutUserPolicyInput{UserName: aws.String("ann"), PolicyName: aws.String("all"), PolicyDocument: aws.String(allowAll)}))(t)
	in := &iam.SimulatePrincipalPolicyInput{PolicySourceArn: aws.String("arn:aws:iam::" + account + ":user/ann"), ActionNames: []string{"s3:GetObject", "ec2:RunInstances"}}
	out := must(client.SimulatePrincipalPolicy(ctx, in))(t)
	want := []string{`allowed * [user_ann_all "IAM Policy" 1/38-1/83]`, `explicitDeny * [limits "Service Control Policy" 1/38-1/100]`}
	for i, r := range out.EvaluationResults {
		if got := told(r); got != want[i] {
			t.Errorf("\n got %s\nwant %s", got, want[i])
		}
		if d := r.OrganizationsDecisionDetail; d == nil || d.AllowedByOrganizations != (i == 0) {
			t.Errorf("%s: %+v", *r.EvalActionName, d)
		}
	}
	custom := must(client.SimulateCustomPolicy(ctx, &iam.SimulateCustomPolicyInput{PolicyInputList: []string{allowAll}, ActionNames: in.ActionNames}))(t)
	for _, r := range custom.EvaluationResults {
		if r.EvalDecision != "allowed" || r.OrganizationsDecisionDetail != nil {
			t.Errorf("a policy that is nobody's: %s %+v", told(r), r.OrganizationsDecisionDetail)
		}
	}
	must(h.admin.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String("ann")}))(t)
	must(h.admin.PutUserPolicy(ctx, &iam.PutUserPolicyInput{UserName: aws.String("ann"), PolicyName: aws.String("all"), PolicyDocument: aws.String(allowAll)}))(t)
	in.PolicySourceArn = aws.String("arn:aws:iam::" + adminAccount + ":user/ann")
	for _, r := range must(h.admin.SimulatePrincipalPolicy(ctx, in))(t).EvaluationResults {
		if r.EvalDecision != "allowed" || r.OrganizationsDecisionDetail == nil || !r.OrganizationsDecisionDetail.AllowedByOrganizations {
			t.Errorf("the management account is not bound: %s", told(r))
		}
	}
}

// adminAccount is the account of every test where another has its name.
const adminAccount = account
