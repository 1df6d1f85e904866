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

// simulated makes the user ann with an inline policy, in a group with another
// and a managed one, and a role with a boundary.
func (h *house) simulated() {
	h.t.Helper()
	ctx, t := context.Background(), h.t
	const own = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/${aws:username}/*"}}`
	h.user("ann", own)
	must(h.admin.CreateGroup(ctx, &iam.CreateGroupInput{GroupName: aws.String("ops")}))(t)
	must(h.admin.AddUserToGroup(ctx, &iam.AddUserToGroupInput{GroupName: aws.String("ops"), UserName: aws.String("ann")}))(t)
	must(h.admin.AttachGroupPolicy(ctx, &iam.AttachGroupPolicyInput{GroupName: aws.String("ops"), PolicyArn: aws.String("arn:aws:iam::aws:policy/AdministratorAccess")}))(t)
	must(h.admin.PutGroupPolicy(ctx, &iam.PutGroupPolicyInput{GroupName: aws.String("ops"), PolicyName: aws.String("late"), PolicyDocument: aws.String(
		`{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"ec2:*","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"false"}}}}`)}))(t)
	must(h.admin.CreateRole(ctx, &iam.CreateRoleInput{RoleName: aws.String("R"), AssumeRolePolicyDocument: aws.String(trustAccount),
		PermissionsBoundary: aws.String("arn:aws:iam::aws:policy/IAMReadOnlyAccess")}))(t)
	must(h.admin.PutRolePolicy(ctx, &iam.PutRolePolicyInput{RoleName: aws.String("R"), PolicyName: aws.String("all"), PolicyDocument: aws.String(allowAll)}))(t)
}

const (
	simulatedUser  = "arn:aws:iam::" + account + ":user/ann"
	simulatedGroup = "arn:aws:iam::" + account + ":group/ops"
	simulatedRole  = "arn:aws:iam::" + account + ":role/R"
)

// TestSimulatePrincipalPolicy: what is attached to a user, its groups and a role
// decides, and the boundary limits.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
func TestSimulatePrincipalPolicy(t *testing.T) {
	h, ctx := open(t), context.Background()
	h.simulated()
	noMFA := []types.ContextEntry{{ContextKeyName: aws.String("aws:MultiFactorAuthPresent"), ContextKeyType: "boolean", ContextKeyValues: []string{"false"}}}
	const readOnly = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iam:Get*","Resource":"*"}}`
	for _, c := range []struct {
		rule, source, action string
		more                 iam.SimulatePrincipalPolicyInput
		want                 string
	}{
		{"a user has the policies of its groups, a managed one by its name", simulatedUser, "ec2:RunInstances", iam.SimulatePrincipalPolicyInput{},
			`allowed * [AdministratorAccess "IAM Policy" `},
		{"an inline policy of a group by kind, group and name", simulatedUser, "ec2:RunInstances", iam.SimulatePrincipalPolicyInput{ContextEntries: noMFA},
			`explicitDeny * [group_ops_late "IAM Policy" 1/38-`},
		{"a group", simulatedGroup, "ec2:RunInstances", iam.SimulatePrincipalPolicyInput{ContextEntries: noMFA}, `explicitDeny * [group_ops_late "IAM Policy" `},
		{"a role is limited by its boundary", simulatedRole, "ec2:RunInstances", iam.SimulatePrincipalPolicyInput{}, `implicitDeny * boundary=false`},
		{"a role within its boundary", simulatedRole, "iam:GetUser", iam.SimulatePrincipalPolicyInput{}, `allowed * [role_R_all "IAM Policy" 1/38-1/83] boundary=true`},
		{"a boundary that is passed takes the place of its own", simulatedRole, "iam:ListUsers", iam.SimulatePrincipalPolicyInput{PermissionsBoundaryPolicyInputList: []string{readOnly}}, `implicitDeny * boundary=false`},
		{"policies that are passed are added", simulatedUser, "sqs:SendMessage", iam.SimulatePrincipalPolicyInput{PolicyInputList: []string{
			`{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"sqs:*","Resource":"*"}}`}}, `explicitDeny * [PolicyInputList.1 "IAM Policy" `},
	} {
		t.Run(c.rule, func(t *testing.T) {
			in := c.more
			in.PolicySourceArn, in.ActionNames = &c.source, []string{c.action}
			out := must(h.admin.SimulatePrincipalPolicy(ctx, &in))(t)
			if got := told(out.EvaluationResults[0]); !strings.HasPrefix(got, c.want) {
				t.Errorf("\n got %s\nwant %s…", got, c.want)
			}
		})
	}
}

// TestSimulatedCaller: the user whose policies they are calls, unless another
// is named ("as if Bob had David's policies").
func TestSimulatedCaller(t *testing.T) {
	h, ctx := open(t), context.Background()
	h.simulated()
	const bob = "arn:aws:iam::" + account + ":user/bob"
	deny := `{"Version":"2012-10-17","Statement":{"Effect":"Deny","Principal":{"AWS":"` + simulatedUser + `"},"Action":"s3:*","Resource":"*"}}`
	in := iam.SimulatePrincipalPolicyInput{PolicySourceArn: aws.String(simulatedUser), ActionNames: []string{"s3:GetObject"}, ResourceArns: []string{"arn:aws:s3:::b/k"}, ResourcePolicy: &deny}
	for caller, want := range map[string]types.PolicyEvaluationDecisionType{"": "explicitDeny", simulatedUser: "explicitDeny", bob: "allowed"} {
		if in.CallerArn = nil; caller != "" {
			in.CallerArn = &caller
		}
		if got := must(h.admin.SimulatePrincipalPolicy(ctx, &in))(t).EvaluationResults[0].EvalDecision; got != want {
			t.Errorf("as %q: %s, want %s", caller, got, want)
		}
	}
	in.PolicySourceArn, in.CallerArn = aws.String(simulatedRole), nil
	_, err := h.admin.SimulatePrincipalPolicy(ctx, &in)
	mustRefuse(t, err, refusal{400, "InvalidInput", "CallerArn, the ARN of an IAM user, is required with a ResourcePolicy."})
}

// TestContextKeys: of each statement first the variables in its resources, then
// the keys and variables of its conditions, each once (rule P6).
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetContextKeysForCustomPolicy.html
func TestContextKeys(t *testing.T) {
	h, ctx := open(t), context.Background()
	h.simulated()
	const example = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:*","Resource":"arn:aws:dynamodb:us-west-2:` + account + `:table/${aws:username}",` +
		`"Condition":{"DateGreaterThan":{"aws:CurrentTime":"2015-08-16T12:00:00Z"}}}}`
	const more = `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","NotAction":"a:b","NotResource":"arn:aws:s3:::${*}/${aws:PrincipalTag/team, 'none'}/${AWS:UserName}",` +
		`"Condition":{"StringLike":{"s3:prefix":["${aws:userid}/*","${"]},"Bool":{"aws:SecureTransport":true}}}]}`
	const old = `{"Statement":{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::${aws:username}"}}`
	for _, c := range []struct {
		rule     string
		policies []string
		want     []string
	}{
		{"AWS CLI's example", []string{example}, []string{"aws:username", "aws:CurrentTime"}},
		{"each once, in any case", []string{example, more}, []string{"aws:username", "aws:CurrentTime", "aws:PrincipalTag/team", "s3:prefix", "aws:userid", "aws:SecureTransport"}},
		{"a document of 2008 has no variables", []string{old}, nil},
	} {
		out := must(h.admin.GetContextKeysForCustomPolicy(ctx, &iam.GetContextKeysForCustomPolicyInput{PolicyInputList: c.policies}))(t)
		if !slices.Equal(out.ContextKeyNames, c.want) {
			t.Errorf("%s: %v, want %v", c.rule, out.ContextKeyNames, c.want)
		}
	}
	for source, want := range map[string][]string{
		simulatedUser: {"aws:username", "aws:MultiFactorAuthPresent"}, simulatedGroup: {"aws:MultiFactorAuthPresent"}, simulatedRole: nil,
	} {
		out := must(h.admin.GetContextKeysForPrincipalPolicy(ctx, &iam.GetContextKeysForPrincipalPolicyInput{PolicySourceArn: &source}))(t)
		if !slices.Equal(out.ContextKeyNames, want) {
			t.Errorf("%s: %v, want %v", source, out.ContextKeyNames, want)
		}
	}
	out := must(h.admin.GetContextKeysForPrincipalPolicy(ctx, &iam.GetContextKeysForPrincipalPolicyInput{PolicySourceArn: aws.String(simulatedRole), PolicyInputList: []string{example}}))(t)
	if !slices.Equal(out.ContextKeyNames, []string{"aws:username", "aws:CurrentTime"}) {
		t.Errorf("those that are passed are added: %v", out.ContextKeyNames)
	}
}
