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
	{"the same actions without the condition are new access (AWS Security Blog, custom policy checks, example 1)", Identity,
		statements(allow(`"Action":["ec2:StartInstances","ec2:StopInstances"],"Resource":"arn:aws:ec2:*:*:instance/*","Condition":{"StringEquals":{"aws:ResourceTag/Owner":"${aws:username}"}}`)),
		statements(allow(`"Action":["ec2:StartInstances","ec2:StopInstances"],"Resource":"arn:aws:ec2:*:*:instance/*"`)), "0"},
	{"adding the condition is none", Identity,
		statements(allow(`"Action":["ec2:StartInstances","ec2:StopInstances"],"Resource":"arn:aws:ec2:*:*:instance/*"`)),
		statements(allow(`"Action":["ec2:StartInstances","ec2:StopInstances"],"Resource":"arn:aws:ec2:*:*:instance/*","Condition":{"StringEquals":{"aws:ResourceTag/Owner":"${aws:username}"}}`)), ""},
	{"an action more is new access (AWS CLI reference, check-no-new-access)", Identity,
		statements(allow(`"Action":["s3:GetObject"],"Resource":["arn:aws:s3:::amzn-s3-demo-bucket","arn:aws:s3:::amzn-s3-demo-bucket/*"]`)),
		statements(allow(`"Action":["s3:GetObject","s3:ListBucket"],"Resource":["arn:aws:s3:::amzn-s3-demo-bucket","arn:aws:s3:::amzn-s3-demo-bucket/*"]`)), "0"},
	{"actions are compared without regard to case", Identity,
		statements(allow(`"Action":"S3:getobject","Resource":"*"`)), statements(allow(`"Action":"s3:GetObject","Resource":"*"`)), ""},
	{"a wildcard covers what it matches", Identity,
		statements(allow(`"Action":"s3:*","Resource":"arn:aws:s3:::*"`)), statements(allow(`"Action":["s3:Get*","s3:?utObject"],"Resource":["arn:aws:s3:::a/*","arn:aws:s3:::b?"]`)), ""},
	{"two statements may cover a third together", Identity,
		statements(allow(`"Action":"s3:*","Resource":"arn:aws:s3:::a/*"`), allow(`"Action":"s3:*","NotResource":"arn:aws:s3:::a/*"`)),
		statements(allow(`"Action":"s3:GetObject","Resource":"*"`)), ""},
	{"an action and its NotAction are all actions", Identity,
		statements(allow(`"Action":"iam:*","Resource":"*"`), allow(`"NotAction":"iam:*","Resource":"*"`)), statements(allow(onAll)), ""},
	{"a Deny less is new access of what it denied", Identity,
		statements(allow(onAll), deny(`"Action":"iam:*","Resource":"*"`)), statements(allow(onAll)), "0"},
	{"a Deny more is none", Identity,
		statements(allow(onAll)), statements(allow(onAll), deny(`"Action":"iam:*","Resource":"*"`)), ""},
	{"a Deny may be written as NotAction", Identity,
		statements(allow(`"NotAction":"iam:*","Resource":"*"`)), statements(allow(onAll), deny(`"Action":"iam:*","Resource":"*"`)), ""},
	{"a condition may move into a Deny", Identity,
		statements(allow(onAll + `,"Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}`)),
		statements(allow(onAll), deny(onAll+`,"Condition":{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}`)), "0"},
	{"with the key demanded as well it is the same", Identity,
		statements(allow(onAll + `,"Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}`)),
		statements(allow(onAll), deny(onAll+`,"Condition":{"StringNotEqualsIgnoreCase":{"aws:MultiFactorAuthPresent":"true"}}`)), ""},
	{"a narrower range of addresses is none", Identity,
		statements(allow(onAll + `,"Condition":{"IpAddress":{"aws:SourceIp":["10.0.0.0/8","192.0.2.0/24"]}}`)),
		statements(allow(onAll + `,"Condition":{"IpAddress":{"aws:SourceIp":["10.1.0.0/16","192.0.2.128/25"]}}`)), ""},
	{"two halves make a range", Identity,
		statements(allow(onAll + `,"Condition":{"IpAddress":{"aws:SourceIp":["10.0.0.0/9","10.128.0.0/9"]}}`)),
		statements(allow(onAll + `,"Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}`)), ""},
	{"one address more is new", Identity,
		statements(allow(onAll + `,"Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/24"}}`)),
		statements(allow(onAll + `,"Condition":{"IpAddress":{"aws:SourceIp":["10.0.0.0/24","10.0.1.0/32"]}}`)), "0"},
	{"numbers are ordered", Identity,
		statements(allow(onAll + `,"Condition":{"NumericLessThan":{"aws:MultiFactorAuthAge":"3600"}}`)),
		statements(allow(onAll + `,"Condition":{"NumericLessThanEquals":{"aws:MultiFactorAuthAge":"3599.5"}}`)), ""},
	{"a bound that takes its end in is more", Identity,
		statements(allow(onAll + `,"Condition":{"NumericLessThan":{"aws:MultiFactorAuthAge":"3600"}}`)),
		statements(allow(onAll + `,"Condition":{"NumericLessThanEquals":{"aws:MultiFactorAuthAge":"3600"}}`)), "0"},
	{"dates are ordered, however they are written", Identity,
		statements(allow(onAll + `,"Condition":{"DateLessThan":{"aws:CurrentTime":"2030-01-01T00:00:00Z"}}`)),
		statements(allow(onAll + `,"Condition":{"DateLessThanEquals":{"aws:CurrentTime":"1893455999"}}`)), ""},
	{"a later date is more", Identity,
		statements(allow(onAll + `,"Condition":{"DateLessThan":{"aws:CurrentTime":"2030-01-01T00:00:00Z"}}`)),
		statements(allow(onAll + `,"Condition":{"DateLessThan":{"aws:CurrentTime":"2030-01-01T00:00:01Z"}}`)), "0"},
	{"IfExists lets requests without the key in", Identity,
		statements(allow(onAll + `,"Condition":{"StringEquals":{"aws:RequestedRegion":"eu-west-1"}}`)),
		statements(allow(onAll + `,"Condition":{"StringEqualsIfExists":{"aws:RequestedRegion":"eu-west-1"}}`)), "0"},
	{"ForAllValues holds for no values, ForAnyValue does not", Identity,
		statements(allow(onAll + `,"Condition":{"ForAnyValue:StringEquals":{"aws:TagKeys":["a","b"]}}`)),
		statements(allow(onAll + `,"Condition":{"ForAllValues:StringEquals":{"aws:TagKeys":["a","b"]}}`)), "0"},
	{"ForAllValues with the key demanded is within ForAnyValue", Identity,
		statements(allow(onAll + `,"Condition":{"ForAnyValue:StringEquals":{"aws:TagKeys":["a","b"]}}`)),
		statements(allow(onAll + `,"Condition":{"ForAllValues:StringEquals":{"aws:TagKeys":["a","b"]},"Null":{"aws:TagKeys":"false"}}`)), ""},
	{"a variable is itself", Identity,
		statements(allow(`"Action":"s3:*","Resource":"arn:aws:s3:::home/${aws:username}/*"`)),
		statements(allow(`"Action":"s3:GetObject","Resource":"arn:aws:s3:::home/${aws:username}/a*"`)), ""},
	{"a wildcard is more than a variable", Identity,
		statements(allow(`"Action":"s3:*","Resource":"arn:aws:s3:::home/${aws:username}/*"`)),
		statements(allow(`"Action":"s3:GetObject","Resource":"arn:aws:s3:::home/*"`)), "0"},
	{"a variable is within a wildcard, and another variable is not it", Identity,
		statements(allow(`"Action":"s3:*","Resource":"arn:aws:s3:::home/*"`)),
		statements(allow(`"Action":"s3:*","Resource":"arn:aws:s3:::home/${aws:username}"`), allow(`"Action":"s3:*","Resource":"arn:aws:s3:::team/${aws:username}"`)), "1"},
	{"a variable is not the text that it may be", Identity,
		statements(allow(`"Action":"s3:*","Resource":"arn:aws:s3:::home/bob"`)),
		statements(allow(`"Action":"s3:*","Resource":"arn:aws:s3:::home/${aws:username}"`)), "0"},
	{"without Version there are no variables", Identity,
		`{"Statement":[` + allow(`"Action":"s3:*","Resource":"arn:aws:s3:::home/${aws:username}"`) + `]}`,
		statements(allow(`"Action":"s3:*","Resource":"arn:aws:s3:::home/${aws:username}"`)), "0"},
	{"another principal is new access", Resource,
		statements(allow(`"Principal":{"AWS":"arn:aws:iam::111122223333:role/A"},"Action":"sts:AssumeRole"`)),
		statements(allow(`"Principal":{"AWS":["arn:aws:iam::111122223333:role/A","arn:aws:iam::111122223333:role/B"]},"Action":"sts:AssumeRole"`)), "0"},
	{"a role is of its account", Resource,
		statements(allow(`"Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"`)),
		statements(allow(`"Principal":{"AWS":"arn:aws:iam::111122223333:role/B"},"Action":"sts:AssumeRole"`)), ""},
	{"everybody is more than an account", Resource,
		statements(allow(`"Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"sts:AssumeRole"`)),
		statements(allow(`"Principal":{"AWS":"*"},"Action":"sts:AssumeRole"`)), "0"},
	{"the external ID taken away is new access", Resource,
		statements(allow(`"Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"42"}}`)),
		statements(allow(`"Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"`)), "0"},
	{"what cannot be read is unchanged where it stands unchanged", Identity,
		statements(allow(onAll + `,"Condition":{"StringRhymes":{"a":"b"}}`)), statements(allow(onAll + `,"Condition":{"StringRhymes":{"a":"b"}}`)), ""},
	{"and new where it is new, though nothing proves it", Identity,
		statements(allow(`"Action":"s3:*","Resource":"*"`)), statements(allow(onAll + `,"Condition":{"StringRhymes":{"a":"b"}}`)), "0!"},
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
		{"a listed action (AWS Security Blog, custom policy checks, example 2)", Identity, trail, Access{Actions: []string{"cloudtrail:StopLogging", "cloudtrail:DeleteTrail"}}, "0"},
		{"an action that is not listed", Identity, trail, Access{Actions: []string{"cloudtrail:StartLogging", "s3:*"}}, ""},
		{"a pattern that meets another", Identity, trail, Access{Actions: []string{"cloudtrail:*Trail"}}, "0"},
		{"a resource (SDK example of CheckAccessNotGranted)", Resource, bucket, Access{Resources: []string{"arn:aws:s3:::my-bucket/*"}}, "0"},
		{"another resource", Resource, bucket, Access{Resources: []string{"arn:aws:s3:::sensitive-bucket/*"}}, ""},
		{"both are asked together", Resource, bucket, Access{Actions: []string{"s3:GetObject"}, Resources: []string{"arn:aws:s3:::my-bucket/*"}}, ""},
		{"a part of a resource", Identity, statements(allow(`"Action":"s3:*","Resource":"arn:aws:s3:::b/public/*"`)), Access{Resources: []string{"arn:aws:s3:::b/*"}}, "0"},
		{"what is denied is not granted", Identity, statements(allow(onAll), deny(`"Action":"iam:*","Resource":"*"`)), Access{Actions: []string{"iam:CreateUser"}}, ""},
		{"what is denied in part is granted in part", Identity,
			statements(allow(onAll), deny(`"Action":"iam:*","Resource":"arn:aws:iam::*:user/a"`)), Access{Actions: []string{"iam:CreateUser"}}, "0"},
		{"a condition does not take access away", Identity,
			statements(allow(onAll + `,"Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}`)), Access{Actions: []string{"iam:CreateUser"}}, "0"},
		{"a condition that never holds does", Identity,
			statements(allow(onAll + `,"Condition":{"Bool":{"k":"true"},"StringEquals":{"k":"false"}}`)), Access{Actions: []string{"iam:CreateUser"}}, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := told(Granted(parse(t, c.policy), c.kind, c.access)); got != c.want {
				t.Errorf("statements %q, want %q", got, c.want)
			}
		})
	}
}
