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
