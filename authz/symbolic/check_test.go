package symbolic

import (
	"fmt"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/policy"
)

func parse(t *testing.T, text string) *policy.Document {
	t.Helper()
	d, err := policy.Parse(text)
	if err != nil {
		t.Fatalf("the test's own policy is wrong: %v\n%s", err, text)
	}
	return d
}

// statements wraps statements into a document.
func statements(list ...string) string {
	return `{"Version":"2012-10-17","Statement":[` + strings.Join(list, ",") + `]}`
}

func allow(rest string) string { return `{"Effect":"Allow",` + rest + `}` }
func deny(rest string) string  { return `{"Effect":"Deny",` + rest + `}` }

// onAll is everything but the conditions.
const onAll = `"Action":"*","Resource":"*"`

// told are the findings in short: each statement, with ! where no request
// proves it.
func told(found []Finding) string {
	var list []string
	for _, f := range found {
		s := fmt.Sprint(f.Index)
		if f.Witness == nil {
			s += "!"
		}
		list = append(list, s)
	}
	return strings.Join(list, " ")
}

// comparisons are policies before and after, and the statements that grant
// what is new.
var comparisons = []struct {
	name            string
	kind            Kind
	existing, after string
	want            string
}{
	{
		name:     "the same actions without the condition are new access (AWS Security Blog, custom policy checks, example 1)",
		kind:     Identity,
		existing: statements(allow(`"Action":["ec2:StartInstances","ec2:StopInstances"],"Resource":"arn:aws:ec2:*:*:instance/*","Condition":{"StringEquals":{"aws:ResourceTag/Owner":"${aws:username}"}}`)),
		after:    statements(allow(`"Action":["ec2:StartInstances","ec2:StopInstances"],"Resource":"arn:aws:ec2:*:*:instance/*"`)),
		want:     "0",
	},
	{
		name:     "adding the condition is none",
		kind:     Identity,
		existing: statements(allow(`"Action":["ec2:StartInstances","ec2:StopInstances"],"Resource":"arn:aws:ec2:*:*:instance/*"`)),
		after:    statements(allow(`"Action":["ec2:StartInstances","ec2:StopInstances"],"Resource":"arn:aws:ec2:*:*:instance/*","Condition":{"StringEquals":{"aws:ResourceTag/Owner":"${aws:username}"}}`)),
		want:     "",
	},
	{
		name:     "an action more is new access (AWS CLI reference, check-no-new-access)",
		kind:     Identity,
		existing: statements(allow(`"Action":["s3:GetObject"],"Resource":["arn:aws:s3:::amzn-s3-demo-bucket","arn:aws:s3:::amzn-s3-demo-bucket/*"]`)),
		after:    statements(allow(`"Action":["s3:GetObject","s3:ListBucket"],"Resource":["arn:aws:s3:::amzn-s3-demo-bucket","arn:aws:s3:::amzn-s3-demo-bucket/*"]`)),
		want:     "0",
	},
	{
		name:     "actions are compared without regard to case",
		kind:     Identity,
		existing: statements(allow(`"Action":"S3:getobject","Resource":"*"`)),
		after:    statements(allow(`"Action":"s3:GetObject","Resource":"*"`)),
		want:     "",
	},
	{
		name:     "a wildcard covers what it matches",
		kind:     Identity,
		existing: statements(allow(`"Action":"s3:*","Resource":"arn:aws:s3:::*"`)),
		after:    statements(allow(`"Action":["s3:Get*","s3:?utObject"],"Resource":["arn:aws:s3:::a/*","arn:aws:s3:::b?"]`)),
		want:     "",
	},
	{
		name:     "two statements may cover a third together",
		kind:     Identity,
		existing: statements(allow(`"Action":"s3:*","Resource":"arn:aws:s3:::a/*"`), allow(`"Action":"s3:*","NotResource":"arn:aws:s3:::a/*"`)),
		after:    statements(allow(`"Action":"s3:GetObject","Resource":"*"`)),
		want:     "",
	},
	{
		name:     "an action and its NotAction are all actions",
		kind:     Identity,
		existing: statements(allow(`"Action":"iam:*","Resource":"*"`), allow(`"NotAction":"iam:*","Resource":"*"`)),
		after:    statements(allow(onAll)),
		want:     "",
	},
	{
		name:     "a Deny less is new access of what it denied",
		kind:     Identity,
		existing: statements(allow(onAll), deny(`"Action":"iam:*","Resource":"*"`)),
		after:    statements(allow(onAll)),
		want:     "0",
	},
	{
		name:     "a Deny more is none",
		kind:     Identity,
		existing: statements(allow(onAll)),
		after:    statements(allow(onAll), deny(`"Action":"iam:*","Resource":"*"`)),
		want:     "",
	},
	{
		name:     "a Deny may be written as NotAction",
		kind:     Identity,
		existing: statements(allow(`"NotAction":"iam:*","Resource":"*"`)),
		after:    statements(allow(onAll), deny(`"Action":"iam:*","Resource":"*"`)),
		want:     "",
	},
	{
		name:     "a condition may move into a Deny",
		kind:     Identity,
		existing: statements(allow(onAll + `,"Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}`)),
		after:    statements(allow(onAll), deny(onAll+`,"Condition":{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}`)),
		want:     "0",
	},
	{
		name:     "with the key demanded as well it is the same",
		kind:     Identity,
		existing: statements(allow(onAll + `,"Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}`)),
		after:    statements(allow(onAll), deny(onAll+`,"Condition":{"StringNotEqualsIgnoreCase":{"aws:MultiFactorAuthPresent":"true"}}`)),
		want:     "",
	},
	{
		name:     "a narrower range of addresses is none",
		kind:     Identity,
		existing: statements(allow(onAll + `,"Condition":{"IpAddress":{"aws:SourceIp":["10.0.0.0/8","192.0.2.0/24"]}}`)),
		after:    statements(allow(onAll + `,"Condition":{"IpAddress":{"aws:SourceIp":["10.1.0.0/16","192.0.2.128/25"]}}`)),
		want:     "",
	},
	{
		name:     "two halves make a range",
		kind:     Identity,
		existing: statements(allow(onAll + `,"Condition":{"IpAddress":{"aws:SourceIp":["10.0.0.0/9","10.128.0.0/9"]}}`)),
		after:    statements(allow(onAll + `,"Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}`)),
		want:     "",
	},
	{
		name:     "one address more is new",
		kind:     Identity,
		existing: statements(allow(onAll + `,"Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/24"}}`)),
		after:    statements(allow(onAll + `,"Condition":{"IpAddress":{"aws:SourceIp":["10.0.0.0/24","10.0.1.0/32"]}}`)),
		want:     "0",
	},
	{
		name:     "numbers are ordered",
		kind:     Identity,
		existing: statements(allow(onAll + `,"Condition":{"NumericLessThan":{"aws:MultiFactorAuthAge":"3600"}}`)),
		after:    statements(allow(onAll + `,"Condition":{"NumericLessThanEquals":{"aws:MultiFactorAuthAge":"3599.5"}}`)),
		want:     "",
	},
	{
		name:     "a bound that takes its end in is more",
		kind:     Identity,
		existing: statements(allow(onAll + `,"Condition":{"NumericLessThan":{"aws:MultiFactorAuthAge":"3600"}}`)),
		after:    statements(allow(onAll + `,"Condition":{"NumericLessThanEquals":{"aws:MultiFactorAuthAge":"3600"}}`)),
		want:     "0",
	},
	{
		name:     "dates are ordered, however they are written",
		kind:     Identity,
		existing: statements(allow(onAll + `,"Condition":{"DateLessThan":{"aws:CurrentTime":"2030-01-01T00:00:00Z"}}`)),
		after:    statements(allow(onAll + `,"Condition":{"DateLessThanEquals":{"aws:CurrentTime":"1893455999"}}`)),
		want:     "",
	},
	{
		name:     "a later date is more",
		kind:     Identity,
		existing: statements(allow(onAll + `,"Condition":{"DateLessThan":{"aws:CurrentTime":"2030-01-01T00:00:00Z"}}`)),
		after:    statements(allow(onAll + `,"Condition":{"DateLessThan":{"aws:CurrentTime":"2030-01-01T00:00:01Z"}}`)),
		want:     "0",
	},
	{
		name:     "IfExists lets requests without the key in",
		kind:     Identity,
		existing: statements(allow(onAll + `,"Condition":{"StringEquals":{"aws:RequestedRegion":"eu-west-1"}}`)),
		after:    statements(allow(onAll + `,"Condition":{"StringEqualsIfExists":{"aws:RequestedRegion":"eu-west-1"}}`)),
		want:     "0",
	},
	{
		name:     "ForAllValues holds for no values, ForAnyValue does not",
		kind:     Identity,
		existing: statements(allow(onAll + `,"Condition":{"ForAnyValue:StringEquals":{"aws:TagKeys":["a","b"]}}`)),
		after:    statements(allow(onAll + `,"Condition":{"ForAllValues:StringEquals":{"aws:TagKeys":["a","b"]}}`)),
		want:     "0",
	},
	{
		name:     "ForAllValues with the key demanded is within ForAnyValue",
		kind:     Identity,
		existing: statements(allow(onAll + `,"Condition":{"ForAnyValue:StringEquals":{"aws:TagKeys":["a","b"]}}`)),
		after:    statements(allow(onAll + `,"Condition":{"ForAllValues:StringEquals":{"aws:TagKeys":["a","b"]},"Null":{"aws:TagKeys":"false"}}`)),
		want:     "",
	},
	{
		name:     "a variable is itself",
		kind:     Identity,
		existing: statements(allow(`"Action":"s3:*","Resource":"arn:aws:s3:::home/${aws:username}/*"`)),
		after:    statements(allow(`"Action":"s3:GetObject","Resource":"arn:aws:s3:::home/${aws:username}/a*"`)),
		want:     "",
	},
	{
		name:     "a wildcard is more than a variable",
		kind:     Identity,
		existing: statements(allow(`"Action":"s3:*","Resource":"arn:aws:s3:::home/${aws:username}/*"`)),
		after:    statements(allow(`"Action":"s3:GetObject","Resource":"arn:aws:s3:::home/*"`)),
		want:     "0",
	},
	{
		name:     "a variable is within a wildcard, and another variable is not it",
		kind:     Identity,
		existing: statements(allow(`"Action":"s3:*","Resource":"arn:aws:s3:::home/*"`)),
		after:    statements(allow(`"Action":"s3:*","Resource":"arn:aws:s3:::home/${aws:username}"`), allow(`"Action":"s3:*","Resource":"arn:aws:s3:::team/${aws:username}"`)),
		want:     "1",
	},
	{
		name:     "a variable is not the text that it may be",
		kind:     Identity,
		existing: statements(allow(`"Action":"s3:*","Resource":"arn:aws:s3:::home/bob"`)),
		after:    statements(allow(`"Action":"s3:*","Resource":"arn:aws:s3:::home/${aws:username}"`)),
		want:     "0",
	},
	{
		name:     "without Version there are no variables",
		kind:     Identity,
		existing: `{"Statement":[` + allow(`"Action":"s3:*","Resource":"arn:aws:s3:::home/${aws:username}"`) + `]}`,
		after:    statements(allow(`"Action":"s3:*","Resource":"arn:aws:s3:::home/${aws:username}"`)),
		want:     "0",
	},
	{
		name:     "another principal is new access",
		kind:     Resource,
		existing: statements(allow(`"Principal":{"AWS":"arn:aws:iam::111122223333:role/A"},"Action":"sts:AssumeRole"`)),
		after:    statements(allow(`"Principal":{"AWS":["arn:aws:iam::111122223333:role/A","arn:aws:iam::111122223333:role/B"]},"Action":"sts:AssumeRole"`)),
		want:     "0",
	},
	{
		name:     "a role is of its account",
		kind:     Resource,
		existing: statements(allow(`"Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"`)),
		after:    statements(allow(`"Principal":{"AWS":"arn:aws:iam::111122223333:role/B"},"Action":"sts:AssumeRole"`)),
		want:     "",
	},
	{
		name:     "everybody is more than an account",
		kind:     Resource,
		existing: statements(allow(`"Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"sts:AssumeRole"`)),
		after:    statements(allow(`"Principal":{"AWS":"*"},"Action":"sts:AssumeRole"`)),
		want:     "0",
	},
	{
		name:     "the external ID taken away is new access",
		kind:     Resource,
		existing: statements(allow(`"Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"42"}}`)),
		after:    statements(allow(`"Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"`)),
		want:     "0",
	},
	{
		name:     "a statement without Resource, where another has one, granted nothing for sure",
		kind:     Identity,
		existing: statements(allow(`"Action":"s3:*"`)),
		after:    statements(allow(`"Action":"s3:*","Resource":"*"`)),
		want:     "0",
	},
	{
		name:     "what cannot be read is unchanged where it stands unchanged",
		kind:     Identity,
		existing: statements(allow(onAll + `,"Condition":{"StringRhymes":{"a":"b"}}`)),
		after:    statements(allow(onAll + `,"Condition":{"StringRhymes":{"a":"b"}}`)),
		want:     "",
	},
	{
		name:     "and new where it is new, though nothing proves it",
		kind:     Identity,
		existing: statements(allow(`"Action":"s3:*","Resource":"*"`)),
		after:    statements(allow(onAll + `,"Condition":{"StringRhymes":{"a":"b"}}`)),
		want:     "0!",
	},
}

func TestNewAccess(t *testing.T) {
	for _, c := range comparisons {
		t.Run(c.name, func(t *testing.T) {
			found := NewAccess(parse(t, c.after), parse(t, c.existing), c.kind)
			if got := told(found); got != c.want {
				t.Errorf("statements %q, want %q", got, c.want)
				for _, f := range found {
					t.Logf("%d: %+v", f.Index, f.Witness)
				}
			}
		})
	}
}

func TestGranted(t *testing.T) {
	trail := statements(allow(`"Action":["cloudtrail:StopLogging","cloudtrail:Delete*"],"Resource":["*"]`))
	bucket := statements(allow(`"Principal":{"AWS":"arn:aws:iam::123456789012:user/JohnDoe"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::my-bucket/*"`))
	cases := []struct {
		name   string
		kind   Kind
		policy string
		access Access
		want   string
	}{
		{
			name:   "a listed action (AWS Security Blog, custom policy checks, example 2)",
			kind:   Identity,
			policy: trail,
			access: Access{Actions: []string{"cloudtrail:StopLogging", "cloudtrail:DeleteTrail"}},
			want:   "0",
		},
		{
			name:   "an action that is not listed",
			kind:   Identity,
			policy: trail,
			access: Access{Actions: []string{"cloudtrail:StartLogging", "s3:*"}},
			want:   "",
		},
		{
			name:   "a pattern that meets another",
			kind:   Identity,
			policy: trail,
			access: Access{Actions: []string{"cloudtrail:*Trail"}},
			want:   "0",
		},
		{
			name:   "a resource (SDK example of CheckAccessNotGranted)",
			kind:   Resource,
			policy: bucket,
			access: Access{Resources: []string{"arn:aws:s3:::my-bucket/*"}},
			want:   "0",
		},
		{
			name:   "another resource",
			kind:   Resource,
			policy: bucket,
			access: Access{Resources: []string{"arn:aws:s3:::sensitive-bucket/*"}},
			want:   "",
		},
		{
			name:   "both are asked together",
			kind:   Resource,
			policy: bucket,
			access: Access{Actions: []string{"s3:GetObject"}, Resources: []string{"arn:aws:s3:::my-bucket/*"}},
			want:   "",
		},
		{
			name:   "a part of a resource",
			kind:   Identity,
			policy: statements(allow(`"Action":"s3:*","Resource":"arn:aws:s3:::b/public/*"`)),
			access: Access{Resources: []string{"arn:aws:s3:::b/*"}},
			want:   "0",
		},
		{
			name:   "what is denied is not granted",
			kind:   Identity,
			policy: statements(allow(onAll), deny(`"Action":"iam:*","Resource":"*"`)),
			access: Access{Actions: []string{"iam:CreateUser"}},
			want:   "",
		},
		{
			name:   "what is denied in part is granted in part",
			kind:   Identity,
			policy: statements(allow(onAll), deny(`"Action":"iam:*","Resource":"arn:aws:iam::*:user/a"`)),
			access: Access{Actions: []string{"iam:CreateUser"}},
			want:   "0",
		},
		{
			name:   "a condition does not take access away",
			kind:   Identity,
			policy: statements(allow(onAll + `,"Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}`)),
			access: Access{Actions: []string{"iam:CreateUser"}},
			want:   "0",
		},
		{
			name:   "a condition that never holds does",
			kind:   Identity,
			policy: statements(allow(onAll + `,"Condition":{"Bool":{"k":"true"},"StringEquals":{"k":"false"}}`)),
			access: Access{Actions: []string{"iam:CreateUser"}},
			want:   "",
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := told(Granted(parse(t, c.policy), c.kind, c.access)); got != c.want {
				t.Errorf("statements %q, want %q", got, c.want)
			}
		})
	}
}
