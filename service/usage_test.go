package service

import (
	"slices"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/policy"
	"github.com/rolecall-iam/rolecall/service/internal/reach"
)

// TestUsageOf: what was called of what is allowed, and a policy of it that IAM
// takes.
func TestUsageOf(t *testing.T) {
	can := Can{Services: []CanService{
		{Prefix: "ec2", Grants: []reach.Grant{{Actions: []string{"StartInstances"}, Patterns: []string{"ec2:StartInstances"}, Resource: "*"}}},
		{Prefix: "s3", Grants: []reach.Grant{
			{Actions: []string{"GetObject", "GetObjectAcl", "PutObject"}, Patterns: []string{"s3:Get*", "s3:PutObject"}, Resource: "arn:aws:s3:::b/*"},
			{Actions: []string{"ListAllMyBuckets"}, Patterns: []string{"s3:ListAllMyBuckets"}, Resource: "*", Conditions: []string{"only if …"}},
		}},
	}}
	u := UsageOf(can, []Used{
		{Service: "s3.amazonaws.com", Operation: "HeadObject"}, {Service: "s3", Operation: "GetObject"}, {Service: "s3", Operation: "ListBuckets"},
		{Service: "iam.amazonaws.com", Operation: "CreateUser"}, {Service: "nowhere.amazonaws.com", Operation: "Do"}, {Service: "nowhere.amazonaws.com", Operation: "Do"},
	})
	for _, c := range []struct {
		what      string
		got, want []string
	}{
		{"used", u.Used, []string{"s3:GetObject", "s3:ListAllMyBuckets"}},
		{"denied", u.Denied, []string{"iam:CreateUser"}},
		{"unclear", u.Unclear, []string{"nowhere.amazonaws.com:Do"}},
		{"unused services", u.Unused, []string{"ec2"}},
		{"unused actions", u.UnusedActions, []string{"s3:GetObjectAcl", "s3:PutObject"}},
	} {
		if !slices.Equal(c.got, c.want) {
			t.Errorf("%s: %v, want %v", c.what, c.got, c.want)
		}
	}
	doc, err := policy.Validate(u.Policy, policy.Inline, policy.Environment{Partition: "aws"})
	if err != nil || len(doc.Statements) != 2 || strings.Contains(u.Policy, "PutObject") {
		t.Errorf("%v: %s", err, u.Policy)
	}
	if none := UsageOf(can, nil); none.Policy != "" || len(none.Unused) != 2 {
		t.Errorf("%+v", none)
	}
}

// TestActionOf: the action that an event's operation needs.
func TestActionOf(t *testing.T) {
	for event, want := range map[string]string{
		"s3.amazonaws.com:ListObjectsV2": "s3:ListBucket", "lambda.amazonaws.com:ListFunctions20150331": "lambda:ListFunctions",
		"lambda.amazonaws.com:Invoke": "lambda:InvokeFunction", "monitoring.amazonaws.com:PutMetricData": "cloudwatch:PutMetricData",
		"iam.amazonaws.com:CreateRole": "iam:CreateRole", "sts.amazonaws.com:AssumeRole": "sts:AssumeRole", "s3:getobject": "s3:GetObject",
		"lambda.amazonaws.com:GetFunction20150331v2": "lambda:GetFunction", "s3.amazonaws.com:Nothing": "", ":": "",
	} {
		source, name, _ := strings.Cut(event, ":")
		if got, ok := actionOf(source, name); got != want || ok != (want != "") {
			t.Errorf("%s: %q, want %q", event, got, want)
		}
	}
}
