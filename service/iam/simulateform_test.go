package iam

import "testing"

// TestResourceForm: the form of the type that all resources have.
func TestResourceForm(t *testing.T) {
	const logs = "arn:aws:logs:us-east-1:123456789012:log-group:"
	for _, c := range []struct {
		action    string
		resources []string
		want      string
	}{
		{"s3:GetObject", []string{"arn:aws:s3:::b/k", "arn:aws:s3:::c/d/e"}, "arn:aws:s3:::${BucketName}/${ObjectName}"},
		{"s3:ListBucket", []string{"arn:aws:s3:::b", "arn:aws:s3:::c"}, "arn:aws:s3:::${BucketName}"},
		{"logs:DescribeLogStreams", []string{logs + "a", logs + "b"}, "arn:aws:logs:*:${Account}:log-group:${LogGroupName}"},
		{"s3:GetObject", []string{"arn:aws:s3:::b/k", "arn:aws:sqs:us-east-1:123456789012:q"}, "*"},
		{"s3:GetObject", []string{"arn:aws:s3:::b/k", "*"}, "*"},
		{"s3:Nothing", []string{"arn:aws:s3:::b/k", "arn:aws:s3:::c"}, "*"},
		{"nothing:Get", []string{"arn:aws:s3:::b/k"}, "*"},
	} {
		if got := resourceForm("aws", c.action, c.resources); got != c.want {
			t.Errorf("%s on %v: %s, want %s", c.action, c.resources, got, c.want)
		}
	}
}

func TestFills(t *testing.T) {
	for _, c := range []struct {
		form, text string
		want       bool
	}{
		{"a", "a", true}, {"a", "ab", false}, {"a${x}", "ab", true}, {"a${x}", "a", false}, {"${x}b", "ab", true}, {"${x}b", "b", false},
		{"${x}:${y}", "a:b:c", true}, {"${x}/y/${z}", "a/y/b/y/c", true}, {"${x}/y/${z}", "a/y/", false}, {"${x}${y}", "ab", true}, {"", "", true},
		{"${x}:${y}:z", "a:b:c:z", true}, {"${x}:${y}:z", "a:z", false},
	} {
		if got := fills(c.form, c.text); got != c.want {
			t.Errorf("%q fills %q: %v, want %v", c.text, c.form, got, c.want)
		}
	}
}
