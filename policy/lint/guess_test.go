package lint_test

import (
	"testing"

	"github.com/rolecall-iam/rolecall/policy/lint"
)

func TestGuess(t *testing.T) {
	for name, test := range map[string]struct {
		text string
		want lint.Document
	}{
		"no principal is an identity's": {`"Effect":"Allow","Action":"s3:GetObject","Resource":"*"`, identity},
		"sts:AssumeRole without principals is an identity's too": {
			`"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::123456789012:role/a"`, identity},
		"principals that assume a role are a trust policy's": {
			`"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"`, trust},
		"those that sign in elsewhere too": {
			`"Effect":"Allow","Principal":{"Federated":"accounts.google.com"},"Action":["sts:AssumeRoleWithWebIdentity","sts:TagSession"]`, trust},
		"a trust policy with a resource is one still, and has that for a finding": {
			`"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole","Resource":"*"`, trust},
		"NotPrincipal is a principal": {`"Effect":"Deny","NotPrincipal":{"AWS":"*"},"Action":"STS:AssumeRole"`, trust},
		"objects and buckets are a bucket's": {
			`"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::a","arn:aws:s3:::a/*"]`, bucket},
		"other resources are of something else": {
			`"Effect":"Allow","Principal":"*","Action":"sqs:*","Resource":"arn:aws:sqs:us-east-1:123456789012:a"`, resource},
		"no resources are of something else": {`"Effect":"Allow","Principal":"*","Action":"ecr:*"`, resource},
		"no JSON is an identity's":           {`{`, identity},
		"no object is an identity's":         {`[]`, identity},
		"no statements are an identity's":    {`{"Statement":7}`, identity},
	} {
		kind, of := lint.Guess(document(test.text))
		if kind != test.want.Type || of != test.want.Resource {
			t.Errorf("%s: %s %s", name, kind, of)
		}
	}
}
