package iam

import (
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/service"
)

// callIn is a call of an account in a partition.
func callIn(t testing.TB, partition string) *service.Call {
	account, err := arn.ParseAccountID("123456789012")
	if err != nil {
		t.Fatal(err)
	}
	return &service.Call{Partition: partition, Account: account}
}

// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
func TestARNsOfManagedPolicies(t *testing.T) {
	tests := []struct {
		name, partition, arn string
		valid                bool
	}{
		{"a customer's", "aws", "arn:aws:iam::123456789012:policy/P", true},
		{"a customer's with a path", "aws", "arn:aws:iam::123456789012:policy/a/b/P", true},
		{"another account's", "aws", "arn:aws:iam::210987654321:policy/P", true},
		{"AWS's", "aws", "arn:aws:iam::aws:policy/job-function/Billing", true},
		{"AWS's in China", "aws-cn", "arn:aws-cn:iam::aws:policy/ReadOnlyAccess", true},
		{"AWS's of another partition", "aws-cn", "arn:aws:iam::aws:policy/ReadOnlyAccess", false},
		{"a name", "aws", "longpolicynamebutnoarn", false},
		{"a role's", "aws", "arn:aws:iam::123456789012:role/P", false},
		{"another service's", "aws", "arn:aws:iot::123456789012:policy/P", false},
		{"with a region", "aws", "arn:aws:iam:us-east-1:123456789012:policy/P", false},
		{"without an account", "aws", "arn:aws:iam:::policy/PPPPPPPPPPPP", false},
		{"an account of eleven digits", "aws", "arn:aws:iam::12345678901:policy/P", false},
		{"without a name", "aws", "arn:aws:iam::123456789012:policy/", false},
		{"without a slash", "aws", "arn:aws:iam::123456789012:policy", false},
		{"a colon for the slash", "aws", "arn:aws:iam::123456789012:policy:P", false},
		{"nothing", "aws", "", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			name, err := parsePolicyARN(callIn(t, tt.partition), tt.arn)
			if (err == nil) != tt.valid {
				t.Errorf("%s: %v; want valid %v", tt.arn, err, tt.valid)
			}
			if err == nil && name.String() != tt.arn {
				t.Errorf("%s became %s", tt.arn, name)
			}
		})
	}
}

// What passes as the ARN of a policy names one account and one policy.
func FuzzParsePolicyARN(f *testing.F) {
	for _, seed := range []string{
		"arn:aws:iam::123456789012:policy/P", "arn:aws:iam::aws:policy/service-role/AWSLambdaRole",
		"arn:aws:iam::123456789012:policy/", "arn:aws:iam::aws:policy", "arn:aws:iam::123456789012:policy:x/y",
		"arn:aws:iam:r:aws:policy/x", "arn:::::", "arn", "", "\x00", "arn:aws:iam::123456789012:policy/\xff",
		strings.Repeat("arn:", 4096),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		name, err := parsePolicyARN(callIn(t, "aws"), text)
		if err != nil {
			return
		}
		if name.String() != text || !strings.HasPrefix(name.Resource, "policy/") || name.ResourceName() == "" {
			t.Errorf("%q passes as %+v", text, name)
		}
	})
}
