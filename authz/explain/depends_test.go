package explain_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/authz/explain"
)

// What is allowed only for what nobody said of the request is told, with a value
// of the key that denies it; what does not turn it is not.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
func TestWhatIsAllowedDependsOnKeys(t *testing.T) {
	const deny = `"Effect":"Deny","Action":"*","Resource":"*","Condition":`
	for _, c := range []struct {
		rule   string
		policy string // beside one that allows, or in its place
		alone  bool
		want   []string
	}{
		{"an address that is denied", deny + `{"IpAddress":{"aws:SourceIp":"198.51.100.0/24"}}`, false, []string{"aws:SourceIp=198.51.100.0"}},
		{"an address other than those let in", deny + `{"NotIpAddressIfExists":{"aws:SourceIp":"198.51.100.0/24"},"Null":{"aws:SourceIp":"false"}}`, false, []string{"aws:SourceIp=192.0.2.1"}},
		{"TLS, which is taken for granted", deny + `{"Bool":{"aws:SecureTransport":"false"}}`, false, []string{"aws:SecureTransport=false"}},
		{"TLS, of what allows", `"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"true"}}`, true, []string{"aws:SecureTransport=false"}},
		{"two keys of two statements", deny + `{"Bool":{"aws:SecureTransport":"false"}}},{` + deny + `{"StringLike":{"aws:UserAgent":"curl*"}}`, false, []string{"aws:SecureTransport=false", "aws:UserAgent=curlx"}},
		{"a key that is there at all", deny + `{"Null":{"aws:SourceVpce":"false"}}`, false, []string{"aws:SourceVpce=any"}},
		{"another value than one", deny + `{"StringNotEquals":{"aws:SourceVpc":"vpc-1"},"Null":{"aws:SourceVpc":"false"}}`, false, []string{"aws:SourceVpc=another"}},
		{"a number", deny + `{"NumericGreaterThan":{"aws:MultiFactorAuthAge":"3600"}}`, false, []string{"aws:MultiFactorAuthAge=999999999"}},
		{"a moment", deny + `{"DateGreaterThan":{"aws:CurrentTime":"2030-01-01T00:00:00Z"}}`, false, []string{"aws:CurrentTime=2099-12-31T00:00:00Z"}},
		{"an ARN", deny + `{"ArnLike":{"aws:SourceArn":"arn:aws:sns:*:*:topic"}}`, false, []string{"aws:SourceArn=arn:aws:sns:x:x:topic"}},
		{"one of several values", deny + `{"ForAnyValue:StringEquals":{"aws:CalledVia":"athena.amazonaws.com"}}`, false, []string{"aws:CalledVia=athena.amazonaws.com"}},
		{"one key that is asked about twice", deny + `{"Bool":{"aws:SecureTransport":"false"}}},{` + deny + `{"Bool":{"AWS:SecureTransport":"false"}}`, false, []string{"aws:SecureTransport=false"}},
		{"a key that is told", deny + `{"StringEquals":{"aws:username":"bob"}}`, false, nil},
		{"another action", `"Effect":"Deny","Action":"iam:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}`, false, nil},
		{"one that is allowed whatever it is", `"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"true"}}`, false, nil},
	} {
		t.Run(c.rule, func(t *testing.T) {
			s := scene{caller: annARN, action: "s3:GetObject", resource: object, keys: map[string]string{"aws:SecureTransport": "true", "aws:CurrentTime": "2026-03-01T12:00:00Z"}}
			s.identity = []string{statement(c.policy)}
			if !c.alone {
				s.identity = append(s.identity, statement(readOnly))
			}
			q := s.question(t)
			if x := explain.Explain(q, true); !x.Allowed || x.DependsOn != nil {
				t.Fatalf("%v %v", x.Allowed, x.DependsOn)
			}
			q.Untold = func(key string) bool { return !strings.EqualFold(key, "aws:username") }
			var got []string
			for _, d := range explain.Explain(q, false).DependsOn {
				got = append(got, d.Key+"="+d.Value)
				denied := s.question(t)
				denied.Request.Context.Set(d.Key, d.Value)
				if strings.Contains(c.policy, "ForAny") {
					denied.Request.Context.SetMany(d.Key, d.Value)
				}
				if authz.Decide(denied.Request, denied.Policies).Allowed {
					t.Errorf("allowed with %s=%s", d.Key, d.Value)
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%q, want %q", got, c.want)
			}
			if _, set := q.Request.Context.Get("aws:SourceIp"); set {
				t.Error("the question was changed")
			}
		})
	}
}

// What is denied anyway depends on nothing that would be looked for.
func TestWhatIsDeniedDependsOnNothing(t *testing.T) {
	q := scene{caller: annARN, action: "s3:GetObject", resource: object, identity: []string{statement(readOnly + `,"Condition":{"Bool":{"aws:SecureTransport":"true"}}`)}}.question(t)
	q.Untold = func(string) bool { return true }
	if x := explain.Explain(q, true); x.Allowed || x.DependsOn != nil {
		t.Errorf("%v %v", x.Allowed, x.DependsOn)
	}
}
