package iam_test

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

func entry(name, kind string, values ...string) types.ContextEntry {
	return types.ContextEntry{ContextKeyName: &name, ContextKeyType: types.ContextKeyTypeEnum(kind), ContextKeyValues: values}
}

// TestSimulationRefuses: rule P7 and API_SimulateCustomPolicy. Where a case
// names no source, code and status are AWS's and the words our own.
func TestSimulationRefuses(t *testing.T) {
	h, ctx := open(t), context.Background()
	const ann = "arn:aws:iam::" + account + ":user/ann"
	const bucket = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}}`
	const object = "arn:aws:s3:::b/k"
	invalid := func(message string) refusal { return refusal{400, "InvalidInput", message} }
	for _, c := range []struct {
		rule   string
		change func(*iam.SimulateCustomPolicyInput)
		want   refusal
	}{
		{"a document that is none", func(in *iam.SimulateCustomPolicyInput) { in.PolicyInputList[0] = "{" }, invalid("PolicyInputList.1: Syntax errors in policy.")},
		{"a member twice (G14, versitygw)", func(in *iam.SimulateCustomPolicyInput) {
			in.PolicyInputList = append(in.PolicyInputList, strings.Replace(allowAll, `"Action"`, `"Action":"*","Action"`, 1))
		}, invalid("PolicyInputList.2: Syntax errors in policy.")},
		{"two boundaries", func(in *iam.SimulateCustomPolicyInput) {
			in.PermissionsBoundaryPolicyInputList = []string{allowAll, allowAll}
		}, invalid("The list of Permissions Boundary policies cannot exceed 1 items.")},
		{"a wildcard in an action (P1)", func(in *iam.SimulateCustomPolicyInput) { in.ActionNames[0] = "s3:Get*" }, invalid(`Invalid Input Actions: "s3:Get*" is not the name of one action of a service.`)},
		{"an action without its service", func(in *iam.SimulateCustomPolicyInput) { in.ActionNames[0] = "GetObject" }, invalid(`Invalid Input Actions: "GetObject" is not the name of one action of a service.`)},
		{"a resource that is no ARN (amazon-ecs-exec-checker#35)", func(in *iam.SimulateCustomPolicyInput) { in.ResourceArns = []string{"14a050d4"} },
			invalid("ResourceNames are not in a valid ARN format: 14a050d4.")},
		{"an owner that is no ARN (botocore#1346)", func(in *iam.SimulateCustomPolicyInput) { in.ResourceOwner = aws.String("123456789012") },
			invalid("'123456789012' is not a valid as a Resource Owner.")},
		{"a caller that is a session (P1, P7)", func(in *iam.SimulateCustomPolicyInput) {
			in.CallerArn = aws.String("arn:aws:sts::" + account + ":assumed-role/R/s")
		}, invalid("Invalid Entity Arn: arn:aws:sts::" + account + ":assumed-role/R/s does not clearly define entity type and name.")},
		{"a caller that is a role (P1)", func(in *iam.SimulateCustomPolicyInput) {
			in.CallerArn = aws.String("arn:aws:iam::" + account + ":role/R")
		}, invalid("Invalid Entity Arn: arn:aws:iam::" + account + ":role/R does not clearly define entity type and name.")},
		{"a resource policy without a caller (P1)", func(in *iam.SimulateCustomPolicyInput) { in.ResourcePolicy = aws.String(bucket) },
			invalid("CallerArn, the ARN of an IAM user, is required with a ResourcePolicy.")},
		{"a resource policy that names nobody", func(in *iam.SimulateCustomPolicyInput) {
			in.ResourcePolicy, in.CallerArn = aws.String(allowAll), aws.String(ann)
		},
			invalid("ResourcePolicy: Missing required field Principal")},
		{"a handling option that does not exist", func(in *iam.SimulateCustomPolicyInput) { in.ResourceHandlingOption = aws.String("EC2-Moon") },
			invalid("EC2-Moon is not a valid ResourceHandlingOption.")},
		{"a handling option without its resources", func(in *iam.SimulateCustomPolicyInput) {
			in.ResourceHandlingOption, in.ResourceArns = aws.String("EC2-VPC-EBS"), []string{object}
		}, invalid("ResourceHandlingOption EC2-VPC-EBS requires the ARN of a resource of type instance.")},
		{"a number that is none", func(in *iam.SimulateCustomPolicyInput) {
			in.ContextEntries = []types.ContextEntry{entry("s3:max-keys", "numeric", "ten")}
		}, invalid("Invalid context entry s3:max-keys: a value is not of type numeric.")},
		{"binary that is no base64 (versitygw)", func(in *iam.SimulateCustomPolicyInput) {
			in.ContextEntries = []types.ContextEntry{entry("x:bytes", "binaryList", "QQ==", "*")}
		}, invalid("Invalid context entry x:bytes: a value is not of type binary.")},
		{"two values of a key with one", func(in *iam.SimulateCustomPolicyInput) {
			in.ContextEntries = []types.ContextEntry{entry("x:names", "string", "a", "b")}
		}, invalid("Invalid context entry x:names: a key of type string has one value.")},
	} {
		t.Run(c.rule, func(t *testing.T) {
			in := &iam.SimulateCustomPolicyInput{PolicyInputList: []string{allowAll}, ActionNames: []string{"s3:GetObject"}}
			c.change(in)
			_, err := h.admin.SimulateCustomPolicy(ctx, in)
			mustRefuse(t, err, c.want)
		})
	}
}

// TestSimulatedSourcesRefused: rule P7.
func TestSimulatedSourcesRefused(t *testing.T) {
	h, ctx := open(t), context.Background()
	for source, want := range map[string]refusal{
		"arn:aws:sts::" + account + ":assumed-role/R/s": {400, "InvalidInput", "Invalid Entity Arn: arn:aws:sts::" + account + ":assumed-role/R/s does not clearly define entity type and name."},
		"arn:aws:iam::aws:policy/AdministratorAccess":   {400, "InvalidInput", "Invalid Entity Arn: arn:aws:iam::aws:policy/AdministratorAccess does not clearly define entity type and name."},
		"this is not the name of anything":              {400, "InvalidInput", "Invalid Entity Arn: this is not the name of anything does not clearly define entity type and name."},
		"arn:aws:iam::" + account + ":role/nobody":      {404, "NoSuchEntity", "The role with name nobody cannot be found."},
		"arn:aws:iam::" + account + ":user/nobody":      {404, "NoSuchEntity", "The user with name nobody cannot be found."},
		"arn:aws:iam::" + account + ":group/nobody":     {404, "NoSuchEntity", "The group with name nobody cannot be found."},
	} {
		_, err := h.admin.SimulatePrincipalPolicy(ctx, &iam.SimulatePrincipalPolicyInput{PolicySourceArn: &source, ActionNames: []string{"s3:GetObject"}})
		mustRefuse(t, err, want)
		_, err = h.admin.GetContextKeysForPrincipalPolicy(ctx, &iam.GetContextKeysForPrincipalPolicyInput{PolicySourceArn: &source})
		mustRefuse(t, err, want)
	}
}

// TestSimulatorNeedsPermission: who may simulate a user may not simulate
// another, and who may simulate nothing is told of the action.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_testing-policies.html#permissions-required_policy-simulator-api
func TestSimulatorNeedsPermission(t *testing.T) {
	h, ctx := open(t), context.Background()
	h.simulated()
	bob := h.user("bob", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iam:SimulatePrincipalPolicy","Resource":"`+simulatedUser+`"}}`)
	ask := func(source string) error {
		_, err := bob.SimulatePrincipalPolicy(ctx, &iam.SimulatePrincipalPolicyInput{PolicySourceArn: &source, ActionNames: []string{"s3:GetObject"}})
		return err
	}
	if err := ask(simulatedUser); err != nil {
		t.Error(err)
	}
	const denied = "User: arn:aws:iam::" + account + ":user/bob is not authorized to perform: iam:"
	mustRefuse(t, ask(simulatedRole), refusal{403, "AccessDenied", denied + "SimulatePrincipalPolicy on resource: " + simulatedRole +
		" because no identity-based policy allows the iam:SimulatePrincipalPolicy action"})
	_, err := bob.SimulateCustomPolicy(ctx, &iam.SimulateCustomPolicyInput{PolicyInputList: []string{allowAll}, ActionNames: []string{"s3:GetObject"}})
	mustRefuse(t, err, refusal{403, "AccessDenied", denied + "SimulateCustomPolicy on resource: * because no identity-based policy allows the iam:SimulateCustomPolicy action"})
}

// TestLargeSimulations: what is asked for is bounded; a page ends early before
// an answer takes long.
func TestLargeSimulations(t *testing.T) {
	h := open(t)
	var statements []string
	for range 2000 {
		statements = append(statements, `{"Effect":"Allow","Action":"*","Resource":"*"}`)
	}
	large := `{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`
	form := func(actions, resources int) url.Values {
		f := url.Values{"Action": {"SimulateCustomPolicy"}, "PolicyInputList.member.1": {large}, "MaxItems": {"1000"}}
		for i := range actions {
			f.Set(fmt.Sprintf("ActionNames.member.%d", i+1), fmt.Sprintf("s3:Do%d", i))
		}
		for i := range resources {
			f.Set(fmt.Sprintf("ResourceArns.member.%d", i+1), fmt.Sprintf("arn:aws:s3:::b/%d", i))
		}
		return f
	}
	started := time.Now()
	status, body := h.post(form(1000, 0))
	if n := strings.Count(body, "<EvalActionName>"); status != 200 || n == 0 || n == 1000 || !strings.Contains(body, "<IsTruncated>true</IsTruncated>") {
		t.Errorf("%d with %d results", status, n)
	}
	status, body = h.post(form(1, 2000))
	if status != 400 || !strings.Contains(body, "The simulation is too large: pass fewer resources or policies.") {
		t.Errorf("%d %.300s", status, body)
	}
	t.Logf("in %v", time.Since(started))
}
