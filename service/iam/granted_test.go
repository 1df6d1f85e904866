package iam

import (
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/rolecall-iam/rolecall/policy"
)

// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html: the services that
// "are allowed by an IAM entity's policies".
func TestWhichServicesPoliciesGrant(t *testing.T) {
	const all = `{"Effect":"Allow","Action":"*","Resource":"*"}`
	cases := []struct {
		rule       string
		statements string
		granted    string // of those below
	}{
		{"nothing", `{"Effect":"Deny","Action":"ec2:StopInstances","Resource":"*"}`, ""},
		{"everything", all, "a4b ec2 iam s3 sts"},
		{"a whole service", `{"Effect":"Allow","Action":"s3:*","Resource":"*"}`, "s3"},
		{"one action of it", `{"Effect":"Allow","Action":"S3:getobject","Resource":"arn:aws:s3:::b/*"}`, "s3"},
		{"a condition does not matter", `{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"true"}}}`, "sts"},
		{"a pattern that fits no action", `{"Effect":"Allow","Action":["iam:Fetch*","sts:Assume?ole"],"Resource":"*"}`, "sts"},
		{"no wildcard reaches into the service's name", `{"Effect":"Allow","Action":"s*:*","Resource":"*"}`, ""},
		{"all but some", `{"Effect":"Allow","NotAction":["iam:*","sts:AssumeRole"],"Resource":"*"}`, "a4b ec2 s3 sts"},
		{"all but everything", `{"Effect":"Allow","NotAction":"*","Resource":"*"}`, ""},
		{"a denial of the whole service", all + `,{"Effect":"Deny","Action":"s3:*","Resource":"*"}`, "a4b ec2 iam sts"},
		{"a denial of all but one", all + `,{"Effect":"Deny","NotAction":"iam:*","Resource":"*"}`, "iam"},
		{"a denial of one action", all + `,{"Effect":"Deny","Action":"s3:GetObject","Resource":"*"}`, "a4b ec2 iam s3 sts"},
		{"a denial of the one action allowed", `{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"},{"Effect":"Deny","Action":"s3:Get*","Resource":"*"}`, ""},
		{"a denial on a condition", all + `,{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"false"}}}`, "a4b ec2 iam s3 sts"},
		{"a denial of one resource", all + `,{"Effect":"Deny","Action":"s3:*","Resource":"arn:aws:s3:::b"}`, "a4b ec2 iam s3 sts"},
		{"a denial of all resources but one", all + `,{"Effect":"Deny","Action":"s3:*","NotResource":"arn:aws:s3:::b"}`, "a4b ec2 iam s3 sts"},
	}
	for _, c := range cases {
		t.Run(c.rule, func(t *testing.T) {
			doc, err := policy.Parse(`{"Version":"2012-10-17","Statement":[` + c.statements + `]}`)
			if err != nil {
				t.Fatal(err)
			}
			g := new(granting)
			g.add(doc)
			var granted []string
			for _, namespace := range []string{"a4b", "ec2", "iam", "s3", "sts"} {
				if g.service(namespace) {
					granted = append(granted, namespace)
				}
			}
			if got := strings.Join(granted, " "); got != c.granted {
				t.Errorf("granted are %q, want %q", got, c.granted)
			}
		})
	}
}

func TestAPolicyThatCannotBeReadGrantsNothing(t *testing.T) {
	doc, err := policy.Parse(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`)
	if err != nil {
		t.Fatal(err)
	}
	g := new(granting)
	g.add(doc)
	g.add(nil)
	if g.service("s3") {
		t.Error("s3 is granted beside a policy that cannot be read")
	}
}

func TestPatternsOfActions(t *testing.T) {
	for _, c := range []struct {
		pattern, text string
		want          bool
	}{
		{"", "", true}, {"*", "", true}, {"get*", "getobject", true}, {"*t", "getobject", true}, {"g*o*t", "getobject", true},
		{"get?bject", "getobject", true}, {"get", "getobject", false}, {"*x", "getobject", false}, {"?", "", false},
		{"**", "getobject", true}, {"g*z*t", "getobject", false},
		{strings.Repeat("*a", 200) + "b", strings.Repeat("a", 5000), false},
	} {
		if got := like(c.pattern, c.text); got != c.want {
			t.Errorf("like(%.20q, %.20q) is %v", c.pattern, c.text, got)
		}
	}
}

func TestPatternsOfActionsAreWhatTheyAreAsExpressions(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		pattern := rapid.StringMatching(`[ab*?]{0,8}`).Draw(r, "pattern")
		text := rapid.StringMatching(`[ab]{0,10}`).Draw(r, "text")
		expression := "^" + strings.NewReplacer("*", ".*", "?", ".").Replace(pattern) + "$"
		if want := regexp.MustCompile(expression).MatchString(text); like(pattern, text) != want {
			r.Fatalf("like(%q, %q) is %v", pattern, text, !want)
		}
	})
}
