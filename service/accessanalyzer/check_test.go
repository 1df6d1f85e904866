package accessanalyzer

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/api/accessanalyzer"
	"github.com/rolecall-iam/rolecall/policy/lint"
	"github.com/rolecall-iam/rolecall/wire"
)

const (
	readBucket = `{"Version":"2012-10-17","Statement":[{"Sid":"Read","Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::amzn-s3-demo-bucket/*"}]}`
	wideBucket = `{"Version":"2012-10-17","Statement":[{"Sid":"Read","Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::amzn-s3-demo-bucket/*"},` +
		`{"Effect":"Allow","Action":"s3:PutObject","Resource":"*"},{"Sid":"All","Effect":"Allow","Action":"s3:*","Resource":"*"}]}`
	everybody = `{"Version":"2012-10-17","Statement":[{"Sid":"Bob","Effect":"Allow","Principal":"*","Action":["s3:GetObject"]}]}`
)

// shown is an answer in one line for each thing that it says.
func shown(result string, message *string, reasons []accessanalyzer.ReasonSummary) string {
	lines := []string{result, *message}
	for _, r := range reasons {
		sid := ""
		if r.StatementId != nil {
			sid = *r.StatementId
		}
		lines = append(lines, *r.Description+" "+sid+" "+string(rune('0'+*r.StatementIndex)))
	}
	return strings.Join(lines, "\n")
}

// TestChecksAreToldInAWSsWords holds the words of the examples that AWS's SDKs
// and CLI have with the operations.
func TestChecksAreToldInAWSsWords(t *testing.T) {
	s, ctx := New(), context.Background()
	fresh := func(existing, updated string) (string, error) {
		o, err := s.checkNoNewAccess(ctx, &accessanalyzer.CheckNoNewAccessInput{ExistingPolicyDocument: existing, NewPolicyDocument: updated, PolicyType: "IDENTITY_POLICY"})
		if err != nil {
			return "", err
		}
		return shown(o.Result, o.Message, o.Reasons), nil
	}
	granted := func(doc string, a accessanalyzer.Access) (string, error) {
		o, err := s.checkAccessNotGranted(ctx, &accessanalyzer.CheckAccessNotGrantedInput{PolicyDocument: doc, Access: []accessanalyzer.Access{a}, PolicyType: "IDENTITY_POLICY"})
		if err != nil {
			return "", err
		}
		return shown(o.Result, o.Message, o.Reasons), nil
	}
	public := func(doc, of string) (string, error) {
		o, err := s.checkNoPublicAccess(ctx, &accessanalyzer.CheckNoPublicAccessInput{PolicyDocument: doc, ResourceType: of})
		if err != nil {
			return "", err
		}
		return shown(o.Result, o.Message, o.Reasons), nil
	}
	long := readBucket + strings.Repeat(" ", lint.MaxSize)
	cases := []struct {
		name string
		ask  func() (string, error)
		want string // or the code of the refusal
	}{
		{"each statement of new access is named, by its Sid or else its index", func() (string, error) { return fresh(readBucket, wideBucket) },
			"FAIL\nThe modified permissions grant new access compared to your existing policy.\nNew access in the statement with index: 1.  1\nNew access in the statement with sid: All. All 2"},
		{"nothing new has no reasons", func() (string, error) { return fresh(wideBucket, readBucket) },
			"PASS\nThe updated permissions do not grant new access compared to your existing policy."},
		{"a listed action", func() (string, error) {
			return granted(readBucket, accessanalyzer.Access{Actions: []string{"s3:Get*"}})
		},
			"FAIL\nThe policy document grants access to perform one or more of the listed actions or resources.\nOne or more of the listed actions or resources in the statement with sid: Read. Read 0"},
		{"none of the listed resources", func() (string, error) {
			return granted(readBucket, accessanalyzer.Access{Resources: []string{"arn:aws:s3:::sensitive/*"}})
		}, "PASS\nThe policy document does not grant access to perform the listed actions or resources."},
		{"everybody", func() (string, error) { return public(everybody, "AWS::S3::Bucket") },
			"FAIL\nThe resource policy grants public access for the given resource type.\nPublic access granted in the following statement with sid: Bob. Bob 0"},
		{"an account", func() (string, error) {
			return public(strings.Replace(everybody, `"*"`, `{"AWS":"111122223333"}`, 1), "AWS::SQS::Queue")
		},
			"PASS\nThe resource policy does not grant public access for the given resource type."},
		{"an access to nothing is refused", func() (string, error) { return granted(readBucket, accessanalyzer.Access{}) }, "InvalidParameterException"},
		{"a service with a wildcard is refused", func() (string, error) { return granted(readBucket, accessanalyzer.Access{Actions: []string{"*:*"}}) }, "InvalidParameterException"},
		{"a wildcard before a resource's last part is refused", func() (string, error) {
			return granted(readBucket, accessanalyzer.Access{Resources: []string{"arn:aws:ec2:*:111122223333:instance/i"}})
		}, "InvalidParameterException"},
		{"a document beyond all quotas is refused", func() (string, error) { return fresh(long, readBucket) }, "InvalidParameterException"},
		{"a document that is none is refused", func() (string, error) { return fresh(readBucket, "{}") }, "InvalidParameterException"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := c.ask()
			var refusal *wire.Error
			if errors.As(err, &refusal) {
				got = refusal.Code
			}
			if got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

// TestEveryResourceTypeOfTheModelIsChecked goes through the model's list.
func TestEveryResourceTypeOfTheModelIsChecked(t *testing.T) {
	s := New()
	for i := range accessanalyzer.CheckNoPublicAccess.Operation.Input.Members {
		m := &accessanalyzer.CheckNoPublicAccess.Operation.Input.Members[i]
		if m.Name != "resourceType" {
			continue
		}
		types := slices.Clone(m.Shape().Enum)
		if len(types) < 20 {
			t.Fatalf("%d types only", len(types))
		}
		for _, of := range types {
			o, err := s.checkNoPublicAccess(context.Background(), &accessanalyzer.CheckNoPublicAccessInput{PolicyDocument: everybody, ResourceType: of})
			if err != nil || o.Result != "FAIL" {
				t.Errorf("%s: %v, %v", of, o, err)
			}
		}
	}
}
