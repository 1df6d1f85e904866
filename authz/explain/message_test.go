package explain_test

import (
	"testing"

	"github.com/rolecall-iam/rolecall/authz/explain"
)

// The texts are those that people paste.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
func TestADenialIsReadOutOfWhatPeoplePaste(t *testing.T) {
	for _, c := range []struct{ rule, text, principal, action, resource string }{
		{"the aws CLI's", "An error occurred (AccessDenied) when calling the AssumeRole operation: User: arn:aws:sts::111111111111:assumed-role/Dev/ann is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::111111111111:role/target",
			"arn:aws:sts::111111111111:assumed-role/Dev/ann", "sts:AssumeRole", "arn:aws:iam::111111111111:role/target"},
		{"S3's, with quotes and a reason", `User: arn:aws:iam::1:user/ann is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::b/a key" because no identity-based policy allows the s3:GetObject action`,
			"arn:aws:iam::1:user/ann", "s3:GetObject", "arn:aws:s3:::b/a key"},
		{"broken into lines", "User:\n arn:aws:iam::1:user/ann is not authorized\n to perform: s3:ListAllMyBuckets because no identity-based policy allows the s3:ListAllMyBuckets action",
			"arn:aws:iam::1:user/ann", "s3:ListAllMyBuckets", "*"},
		{"IAM's, with a kind and a name", "User: arn:aws:iam::111111111111:user/ann is not authorized to perform: iam:GetUser on resource: user bob because no identity-based policy allows the iam:GetUser action",
			"arn:aws:iam::111111111111:user/ann", "iam:GetUser", "arn:aws:iam::111111111111:user/bob"},
		{"in a log of JSON", `{"errorMessage":"User: arn:aws:iam::1:user/ann is not authorized to perform: s3:GetObject on resource: \"arn:aws:s3:::b/k\" with an explicit deny in a resource-based policy"}`,
			"arn:aws:iam::1:user/ann", "s3:GetObject", "arn:aws:s3:::b/k"},
		{"with the policy's ARN", "User: arn:aws:sts::1:assumed-role/Dev/ann is not authorized to perform: ec2:RunInstances on resource: arn:aws:ec2:us-east-1:1:instance/* with an explicit deny in a service control policy: arn:aws:organizations::2:policy/o-1/service_control_policy/p-1. Encoded authorization failure message: abc",
			"arn:aws:sts::1:assumed-role/Dev/ann", "ec2:RunInstances", "arn:aws:ec2:us-east-1:1:instance/*"},
		{"KMS's, of a resource that it does not name", "User: arn:aws:sts::1:assumed-role/Dev/ann is not authorized to perform: kms:GenerateDataKey on this resource because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access",
			"arn:aws:sts::1:assumed-role/Dev/ann", "kms:GenerateDataKey", "*"},
		{"of nobody in particular", "User: anonymous is not authorized to perform: s3:GetObject on resource: \"arn:aws:s3:::b/k\" because no resource-based policy allows the s3:GetObject action",
			"anonymous", "s3:GetObject", "arn:aws:s3:::b/k"},
	} {
		principal, action, resource, ok := explain.ReadMessage(c.text)
		if !ok || principal != c.principal || action != c.action || resource != c.resource {
			t.Errorf("%s: %q %q %q %v", c.rule, principal, action, resource, ok)
		}
	}
	if _, _, _, ok := explain.ReadMessage("An error occurred (Throttling): Rate exceeded"); ok {
		t.Error("read out of a text that is none")
	}
}

func FuzzReadMessage(f *testing.F) {
	f.Add("User: a is not authorized to perform: b:C on resource: d")
	f.Add(`User: a is not authorized to perform: b:C on resource: "`)
	f.Fuzz(func(t *testing.T, text string) {
		if _, action, resource, ok := explain.ReadMessage(text); ok && (action == "" || resource == "") {
			t.Errorf("%q: %q %q", text, action, resource)
		}
	})
}

// A text that names the session policy is told from others, in whatever lines.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
func TestATextTellsOfASessionPolicy(t *testing.T) {
	for text, want := range map[string]bool{
		"User: arn:aws:sts::111111111111:assumed-role/R/s is not authorized to perform: s3:GetObject on resource: \"x\" because no session policy allows the s3:GetObject action": true,
		"User: a is not authorized to perform: s3:GetObject because no\n  session policy allows the s3:GetObject action":                                                          true,
		"User: a is not authorized to perform: s3:GetObject because no identity-based policy allows the s3:GetObject action":                                                      false,
		"User: a is not authorized to perform: s3:GetObject with an explicit deny in a session policy":                                                                            false,
		"": false,
	} {
		if explain.TellsSession(text) != want {
			t.Errorf("%q: %v", text, !want)
		}
	}
}
