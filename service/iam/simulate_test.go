package iam_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

const simulatePage = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulateCustomPolicy.html"

// told is a result in short: decision, resource, and the statements with their
// policy, type and places.
func told(r types.EvaluationResult) string {
	text := string(r.EvalDecision) + " " + aws.ToString(r.EvalResourceName) + matches(r.MatchedStatements)
	if len(r.MissingContextValues) > 0 {
		text += " missing " + strings.Join(r.MissingContextValues, ",")
	}
	if b := r.PermissionsBoundaryDecisionDetail; b != nil {
		text += fmt.Sprintf(" boundary=%v", b.AllowedByPermissionsBoundary)
	}
	for _, each := range r.ResourceSpecificResults {
		text += "\n  " + string(each.EvalResourceDecision) + " " + aws.ToString(each.EvalResourceName) + matches(each.MatchedStatements)
		if len(each.MissingContextValues) > 0 {
			text += " missing " + strings.Join(each.MissingContextValues, ",")
		}
	}
	return text
}

func matches(list []types.Statement) string {
	text := ""
	for _, m := range list {
		text += fmt.Sprintf(" [%s %q %d/%d-%d/%d]", *m.SourcePolicyId, m.SourcePolicyType,
			m.StartPosition.Line, m.StartPosition.Column, m.EndPosition.Line, m.EndPosition.Column)
	}
	return text
}

// TestSimulateCustomPolicy: rules P1 to P6.
func TestSimulateCustomPolicy(t *testing.T) {
	h, ctx := open(t), context.Background()
	const read = `{"Version":"2012-10-17","Statement":{"Sid":"R","Effect":"Allow","Action":"s3:Get*","Resource":"arn:aws:s3:::b/*"}}`
	const deny = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"},{"Effect":"Deny","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/no"}]}`
	const mine = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::b/${aws:username}/*",` +
		`"Condition":{"DateGreaterThan":{"aws:CurrentTime":"2015-08-16T12:00:00Z"}}}}`
	const b, no = "arn:aws:s3:::b/k", "arn:aws:s3:::b/no"
	for _, c := range []struct {
		rule string
		in   iam.SimulateCustomPolicyInput
		want string
	}{
		{"P2 without resources it is asked of *, and only * allows that", iam.SimulateCustomPolicyInput{PolicyInputList: []string{read}}, "implicitDeny *"},
		{"P4, P5 a statement alone, and the place behind its brace", iam.SimulateCustomPolicyInput{PolicyInputList: []string{allowAll}},
			`allowed * [PolicyInputList.1 "IAM Policy" 1/38-1/83]`},
		{"P3 with a resource the result is told twice", iam.SimulateCustomPolicyInput{PolicyInputList: []string{read}, ResourceArns: []string{b}},
			`allowed ` + b + ` [PolicyInputList.1 "IAM Policy" 1/38-1/114]` + "\n  allowed " + b + ` [PolicyInputList.1 "IAM Policy" 1/38-1/114]`},
		{"P2 all that allow are told", iam.SimulateCustomPolicyInput{PolicyInputList: []string{allowAll, allowAll}},
			`allowed * [PolicyInputList.1 "IAM Policy" 1/38-1/83] [PolicyInputList.2 "IAM Policy" 1/38-1/83]`},
		{"P2 of a denial only what denies", iam.SimulateCustomPolicyInput{PolicyInputList: []string{allowAll, deny}, ResourceArns: []string{no}},
			`explicitDeny ` + no + ` [PolicyInputList.2 "IAM Policy" 1/87-1/160]` + "\n  explicitDeny " + no + ` [PolicyInputList.2 "IAM Policy" 1/87-1/160]`},
		{"several resources are told of one by one, and the worst above", iam.SimulateCustomPolicyInput{PolicyInputList: []string{deny}, ResourceArns: []string{b, no}},
			"explicitDeny arn:aws:s3:::${BucketName}/${ObjectName}\n  allowed " + b + ` [PolicyInputList.1 "IAM Policy" 1/38-1/87]` + "\n  explicitDeny " + no + ` [PolicyInputList.1 "IAM Policy" 1/87-1/160]`},
		{"P6 keys that are missing, of *", iam.SimulateCustomPolicyInput{PolicyInputList: []string{mine}}, "implicitDeny * missing aws:username,aws:CurrentTime"},
		{"P6 keys that are missing, of a resource", iam.SimulateCustomPolicyInput{PolicyInputList: []string{mine}, ResourceArns: []string{b},
			ContextEntries: []types.ContextEntry{{ContextKeyName: aws.String("AWS:username"), ContextKeyType: "string", ContextKeyValues: []string{"k"}}}},
			"implicitDeny " + b + "\n  implicitDeny " + b + " missing aws:CurrentTime"},
		{"a boundary limits, and says so", iam.SimulateCustomPolicyInput{PolicyInputList: []string{allowAll}, PermissionsBoundaryPolicyInputList: []string{read}}, "implicitDeny * boundary=false"},
		{"a boundary that allows says so too", iam.SimulateCustomPolicyInput{PolicyInputList: []string{allowAll}, PermissionsBoundaryPolicyInputList: []string{allowAll}},
			`allowed * [PolicyInputList.1 "IAM Policy" 1/38-1/83] boundary=true`},
		{"a boundary denies by its own name", iam.SimulateCustomPolicyInput{PolicyInputList: []string{allowAll}, PermissionsBoundaryPolicyInputList: []string{deny}, ResourceArns: []string{no}},
			`explicitDeny ` + no + ` [PermissionsBoundaryPolicyInputList.1 "IAM Permissions Boundary Policy" 1/87-1/160] boundary=false` +
				"\n  explicitDeny " + no + ` [PermissionsBoundaryPolicyInputList.1 "IAM Permissions Boundary Policy" 1/87-1/160]`},
	} {
		t.Run(c.rule, func(t *testing.T) {
			c.in.ActionNames = []string{"s3:GetObject"}
			out := must(h.admin.SimulateCustomPolicy(ctx, &c.in))(t)
			if len(out.EvaluationResults) != 1 || out.IsTruncated || *out.EvaluationResults[0].EvalActionName != "s3:GetObject" {
				t.Fatalf("%+v", out)
			}
			if got := told(out.EvaluationResults[0]); got != c.want {
				t.Errorf("\n got %s\nwant %s\n%s", got, c.want, simulatePage)
			}
		})
	}
}

// TestSimulatedPlaces: how far AWS's parser has come where a statement begins
// and ends (rule P5), in the layouts of which answers are known.
func TestSimulatedPlaces(t *testing.T) {
	h, ctx := open(t), context.Background()
	const statement = `"Effect": "Allow", "Action": "*", "Resource": "*"`
	for _, c := range []struct{ source, text, want string }{
		{"AdministratorAccess, as many quote it", "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n    {\n      \"Effect\": \"Allow\",\n      \"Action\": \"*\",\n      \"Resource\": \"*\"\n    }\n  ]\n}", "3/17-8/6"},
		{"json.dumps, a statement alone (recorded: 41)", `{"Version": "2012-10-17", "Statement": {` + statement + `}}`, "1/41-1/91"},
		{"json.dumps, one in a list (smoketurner: 41)", `{"Version": "2012-10-17", "Statement": [{` + statement + `}]}`, "1/41-1/92"},
		{"AWS CLI's example over lines (19)", "{\n    \"Version\": \"2012-10-17\",\n    \"Statement\": {\n        " + statement + "\n    }\n}", "3/19-5/6"},
	} {
		out := must(h.admin.SimulateCustomPolicy(ctx, &iam.SimulateCustomPolicyInput{PolicyInputList: []string{c.text}, ActionNames: []string{"s3:GetObject"}}))(t)
		if got := matches(out.EvaluationResults[0].MatchedStatements); got != ` [PolicyInputList.1 "IAM Policy" `+c.want+`]` {
			t.Errorf("%s: %s, want %s", c.source, got, c.want)
		}
	}
}

// TestSimulatedElements: which elements are there (P3, and API_EvaluationResult
// on EvalDecisionDetails).
func TestSimulatedElements(t *testing.T) {
	h := open(t)
	const always = "<MissingContextValues></MissingContextValues>"
	ask := func(resource string, more ...string) string {
		form := map[string][]string{"Action": {"SimulateCustomPolicy"}, "ActionNames.member.1": {"s3:GetObject"}, "PolicyInputList.member.1": {allowAll}}
		if resource != "" {
			form["ResourceArns.member.1"] = []string{resource}
		}
		for i := 0; i < len(more); i += 2 {
			form[more[i]] = []string{more[i+1]}
		}
		status, body := h.post(form)
		if status != 200 || !strings.Contains(body, always) || !strings.Contains(body, "<IsTruncated>false</IsTruncated>") {
			t.Errorf("%d %s", status, body)
		}
		return body
	}
	if body := ask(""); strings.Contains(body, "EvalDecisionDetails") || strings.Contains(body, "OrganizationsDecisionDetail") {
		t.Errorf("of all resources, and in no organization: %s", body)
	}
	if body := ask("arn:aws:s3:::b/k"); strings.Count(body, "<EvalDecisionDetails></EvalDecisionDetails>") != 2 {
		t.Errorf("within an account the details are there and empty: %s", body)
	}
	const share = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::` + account + `:user/ann"},"Action":"s3:*","Resource":"*"}}`
	body := ask("arn:aws:s3:::b/k", "ResourcePolicy", share, "CallerArn", "arn:aws:iam::"+account+":user/ann", "ResourceOwner", "arn:aws:iam::222222222222:root")
	for _, side := range []string{"IAM Policy", "Resource Policy"} {
		if !strings.Contains(body, "<entry><key>"+side+"</key><value>allowed</value></entry>") {
			t.Errorf("across accounts the %s is told of: %s", side, body)
		}
	}
	if !strings.Contains(body, "<SourcePolicyId>ResourcePolicy</SourcePolicyId>") {
		t.Errorf("the resource's policy is among those that allow: %s", body)
	}
}

// TestSimulatedResourcePolicy: a resource's policy with the caller and the owner.
func TestSimulatedResourcePolicy(t *testing.T) {
	h, ctx := open(t), context.Background()
	const ann, bob = "arn:aws:iam::" + account + ":user/ann", "arn:aws:iam::" + account + ":user/bob"
	to := func(effect, who, resource string) *string {
		text := `{"Version":"2012-10-17","Statement":{"Effect":"` + effect + `","Principal":{"AWS":"` + who + `"},"Action":"*"` + resource + `}}`
		return &text
	}
	const all = `,"Resource":"*"`
	const nothing = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"ec2:*","Resource":"*"}}`
	const role, key = "arn:aws:iam::" + account + ":role/r", "arn:aws:kms:us-east-1:" + account + ":key/k"
	for _, c := range []struct {
		rule, action, resource, identity string
		policy                           *string
		caller, owner                    string
		want                             types.PolicyEvaluationDecisionType
	}{
		{"it allows the user that it names", "s3:GetObject", "arn:aws:s3:::b/k", nothing, to("Allow", ann, all), ann, "", "allowed"},
		{"and no other", "s3:GetObject", "arn:aws:s3:::b/k", nothing, to("Allow", ann, all), bob, "", "implicitDeny"},
		{"it denies whom it names", "s3:GetObject", "arn:aws:s3:::b/k", allowAll, to("Deny", ann, all), ann, "", "explicitDeny"},
		{"of another account it needs the caller's own policies too", "s3:GetObject", "arn:aws:s3:::b/k", nothing, to("Allow", ann, all), ann, "arn:aws:iam::222222222222:root", "implicitDeny"},
		{"of another account with both", "s3:GetObject", "arn:aws:s3:::b/k", allowAll, to("Allow", ann, all), ann, "arn:aws:iam::222222222222:root", "allowed"},
		{"of another account that names nobody here", "s3:GetObject", "arn:aws:s3:::b/k", allowAll, to("Allow", "333333333333", all), ann, "arn:aws:iam::222222222222:root", "implicitDeny"},
		{"the owner in the ARN wins", "sqs:SendMessage", "arn:aws:sqs:us-east-1:222222222222:q", nothing, to("Allow", ann, all), ann, "", "implicitDeny"},
		{"peer 32: a trust policy that denies is not ignored (aws/aws-cli#10314)", "sts:AssumeRole", role, allowAll, to("Deny", ann, ""), ann, "", "explicitDeny"},
		{"peer 32: a trust policy that names another is not ignored", "sts:AssumeRole", role, allowAll, to("Allow", bob, ""), ann, "", "implicitDeny"},
		{"a key's policy must allow", "kms:Decrypt", key, allowAll, to("Allow", bob, all), ann, "", "implicitDeny"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			in := &iam.SimulateCustomPolicyInput{PolicyInputList: []string{c.identity}, ActionNames: []string{c.action}, ResourceArns: []string{c.resource}, ResourcePolicy: c.policy, CallerArn: &c.caller}
			if c.owner != "" {
				in.ResourceOwner = &c.owner
			}
			if c.resource == role {
				in.ResourcePolicy = aws.String(strings.Replace(*c.policy, `"Action":"*"`, `"Action":"sts:AssumeRole"`, 1))
			}
			out := must(h.admin.SimulateCustomPolicy(ctx, in))(t)
			if got := out.EvaluationResults[0]; got.EvalDecision != c.want {
				b, _ := json.Marshal(got)
				t.Errorf("%s, want %s\n%s", got.EvalDecision, c.want, b)
			}
		})
	}
}

// TestSimulationPages: MaxItems and Marker go by actions (rule P8).
func TestSimulationPages(t *testing.T) {
	h, ctx := open(t), context.Background()
	var actions, got []string
	for i := range 250 {
		actions = append(actions, fmt.Sprintf("s3:Do%d", i))
	}
	in := &iam.SimulateCustomPolicyInput{PolicyInputList: []string{allowAll}, ActionNames: actions}
	for _, c := range []struct {
		size  int32
		pages []int
	}{{0, []int{100, 100, 50}}, {1000, []int{250}}, {125, []int{125, 125}}} {
		in.Marker, got = nil, nil
		if in.MaxItems = nil; c.size > 0 {
			in.MaxItems = &c.size
		}
		var pages []int
		for {
			out := must(h.admin.SimulateCustomPolicy(ctx, in))(t)
			pages = append(pages, len(out.EvaluationResults))
			for _, r := range out.EvaluationResults {
				got = append(got, *r.EvalActionName)
			}
			if in.Marker = out.Marker; !out.IsTruncated {
				break
			}
		}
		if !slices.Equal(pages, c.pages) || !slices.Equal(got, actions) {
			t.Errorf("pages of %d: %v, want %v", c.size, pages, c.pages)
		}
	}
	in.Marker = aws.String("made up")
	_, err := h.admin.SimulateCustomPolicy(ctx, in)
	mustRefuse(t, err, refusal{400, "ValidationError", "Invalid Marker."})
}
