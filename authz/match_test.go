package authz

import (
	"strings"
	"testing"
)

const userGuide = "IAM User Guide, "

// matchCase says what one statement's elements make of a request.
type matchCase struct {
	name    string // a sentence that begins with the rule's number
	source  string
	body    string // of the statement, without Effect
	request Request
	want    truth
}

func runMatches(t *testing.T, version string, cases []matchCase) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := c.request
			if r.Action == "" {
				r.Action = "s3:GetObject"
			}
			if r.Resource == "" {
				r.Resource = bucket
			}
			if r.Principal == nil {
				r.Principal = alice
			}
			if got := answer(t, r, version, c.body); got != c.want {
				t.Errorf("{%s}\nsays %v of %s on %s, want %v\nsource: %s", c.body, got, r.Action, r.Resource, c.want, c.source)
			}
		})
	}
}

func TestActions(t *testing.T) {
	const page = userGuide + "reference_policies_elements_action"
	asks := func(action string) Request { return Request{Action: action} }
	with := func(action string) string { return `"Action":` + action + `,"Resource":"*"` }
	runMatches(t, v2012, []matchCase{
		{"M1 a statement matches where action and resource do", userGuide + "intro-structure", with(`"s3:GetObject"`), asks("s3:GetObject"), yes},
		{"M1 another action does not match", page, with(`"s3:PutObject"`), asks("s3:GetObject"), no},
		{"M2 service and name are compared without case", page, with(`"S3:getobject"`), asks("s3:GetObject"), yes},
		{"M2 * in the name runs over any characters", page, with(`"s3:Get*"`), asks("s3:GetObjectAcl"), yes},
		{"M2 * stands anywhere in the name", page, with(`"s3:*Object*"`), asks("s3:GetObjectAcl"), yes},
		{"M2 ? stands for one character", page, with(`"s3:Ge?Object"`), asks("s3:GetObject"), yes},
		{"M2 ? does not stand for none", page, with(`"s3:GetObject?"`), asks("s3:GetObject"), no},
		{"M2 * alone covers every action", page, with(`"*"`), asks("iam:CreateUser"), yes},
		{"M2 s3:* covers no other service", page, with(`"s3:*"`), asks("s3express:CreateSession"), no},
		{"M2 a wildcard for the service allows nothing", "iam-simulate; moto refuses it as a vendor", with(`"s*:Get*"`), asks("s3:GetObject"), unknown},
		{"M2 a wildcard for the service that does not match", "iam-simulate", with(`"e*:Get*"`), asks("s3:GetObject"), no},
		{"M2 white space makes an action that never matches", "iam-simulate, whitespace actions", with(`"s3:GetObject "`), asks("s3:GetObject"), no},
		{"M2 a comma makes an action that never matches", "iam-simulate, commas", with(`"s3:GetObject,s3:PutObject"`), asks("s3:GetObject"), no},
		{"M2 an action without a service is none of AWS's", page, with(`"GetObject"`), asks("s3:GetObject"), unknown},
		{"M2 one of several actions is enough", page, with(`["s3:PutObject","s3:GetObject"]`), asks("s3:GetObject"), yes},
		{"M6 NotAction covers what is not listed", userGuide + "reference_policies_elements_notaction", `"NotAction":"iam:*","Resource":"*"`, asks("s3:GetObject"), yes},
		{"M6 NotAction does not cover what one of its actions does", userGuide + "reference_policies_elements_notaction", `"NotAction":["ec2:*","s3:Get*"],"Resource":"*"`, asks("s3:GetObject"), no},
		{"M6 NotAction with a wildcard for the service allows nothing", "follows M2", `"NotAction":"s*:*","Resource":"*"`, asks("s3:GetObject"), unknown},
		{"M1 an empty Action is none of AWS's", page, `"Action":[],"Resource":"*"`, asks("s3:GetObject"), unknown},
	})
}

func TestResources(t *testing.T) {
	const page = userGuide + "reference_policies_elements_resource"
	on := func(resource string) Request { return Request{Resource: resource} }
	with := func(resource string) string { return `"Action":"*","Resource":` + resource }
	runMatches(t, v2012, []matchCase{
		{"M3 * covers every resource", page, with(`"*"`), on(bucket), yes},
		{"M3 the ARN itself", page, with(`"` + bucket + `"`), on(bucket), yes},
		{"M3 * runs over slashes", page, with(`"arn:aws:s3:::reports/*.csv"`), on("arn:aws:s3:::reports/a/b/c.csv"), yes},
		{"M3 * in the last part runs over colons", page, with(`"arn:aws:logs:us-east-1:111111111111:log-group:*"`), on("arn:aws:logs:us-east-1:111111111111:log-group:a:log-stream:b"), yes},
		{"M3 ? stands for one character", page, with(`"arn:aws:s3:::report?/*"`), on(bucket), yes},
		{"M3 ? stands for one character of several bytes", page, with(`"arn:aws:s3:::b/?"`), on("arn:aws:s3:::b/ü"), yes},
		{"M3 * in a part before the last stops at the colon", page, with(`"arn:aws:sqs:*:queue"`), on("arn:aws:sqs:us-east-1:111111111111:queue"), no},
		{"M3 region and account take wildcards", page, with(`"arn:aws:sqs:us-*:1111????1111:queue"`), on("arn:aws:sqs:us-east-1:111111111111:queue"), yes},
		{"M3 letters keep their case", page, with(`"arn:aws:s3:::Reports/*"`), on(bucket), no},
		{"M3 a wildcard for the service allows nothing", page, with(`"arn:aws:*:::reports/*"`), on(bucket), unknown},
		{"M3 another partition is another resource", page, with(`"arn:aws-cn:s3:::reports/*"`), on(bucket), no},
		{"M3 a bucket is not the objects in it", page, with(`"arn:aws:s3:::reports"`), on(bucket), no},
		{"M3 what is no ARN allows nothing", page, with(`"reports/*"`), on(bucket), unknown},
		{"M4 an ARN's missing parts stand for anything", "iam-simulate", with(`"arn:aws:s3"`), on(bucket), yes},
		{"M4 a short ARN of another service", "iam-simulate", with(`"arn:aws:sqs"`), on(bucket), no},
		{"M5 no ARN covers an action without resources", "iam-simulate, wildcard-only actions", with(`"arn:aws:s3:::*"`), on("*"), no},
		{"M5 ... not even one of wildcards", "iam-simulate, wildcard-only actions", with(`"arn:*:*:*:*:*"`), on("*"), no},
		{"M5 * covers an action without resources", "iam-simulate, wildcard-only actions", with(`"*"`), on("*"), yes},
		{"M5 NotResource with an ARN covers an action without resources", "iam-simulate, wildcard-only actions", `"Action":"*","NotResource":"arn:aws:s3:::reports"`, on("*"), yes},
		{"M6 NotResource covers what is not listed", userGuide + "reference_policies_elements_notresource", `"Action":"*","NotResource":"arn:aws:s3:::secret/*"`, on(bucket), yes},
		{"M6 NotResource does not cover what is listed", userGuide + "reference_policies_elements_notresource", `"Action":"*","NotResource":["arn:aws:s3:::x","arn:aws:s3:::reports/*"]`, on(bucket), no},
		{"M1 an empty Resource is none of AWS's", page, `"Action":"*","Resource":[]`, on(bucket), unknown},
		{"M1 an identity policy has no Principal", userGuide + "reference_policies_elements_principal", `"Principal":"*","Action":"*","Resource":"*"`, on(bucket), unknown},
	})
}

func TestVariables(t *testing.T) {
	const page = userGuide + "reference_policies_variables"
	home := func(name string, pairs ...string) Request {
		return Request{Resource: "arn:aws:s3:::home/" + name, Context: keys(pairs...)}
	}
	with := func(resource string) string { return `"Action":"*","Resource":"` + resource + `"` }
	if_ := func(operator, value string) string {
		return `"Action":"*","Resource":"*","Condition":{"` + operator + `":{"k":"` + value + `"}}`
	}
	runMatches(t, v2012, []matchCase{
		{"M7 a variable stands for the key's value", page, with("arn:aws:s3:::home/${aws:username}"), home("alice", "aws:username", "alice"), yes},
		{"M7 the key's name has no case", page, with("arn:aws:s3:::home/${AWS:UserName}"), home("alice", "aws:username", "alice"), yes},
		{"M7 wildcards around a variable work", page, with("arn:aws:s3:::h?me/${aws:username}/*"), home("alice/x", "aws:username", "alice"), yes},
		{"M7 a wildcard in the value is literal", "iam-simulate", with("arn:aws:s3:::home/${aws:username}"), home("bob", "aws:username", "*"), no},
		{"M7 a literal * in the value matches itself", "iam-simulate", with("arn:aws:s3:::home/${aws:username}"), home("*", "aws:username", "*"), yes},
		{"M7 a value's wildcard is literal beside the author's", "iam-simulate", with("arn:aws:s3:::home/${aws:username}-*"), home("a?-1", "aws:username", "a?"), yes},
		{"M7 ... and covers no other character", "iam-simulate", with("arn:aws:s3:::home/${aws:username}-*"), home("ab-1", "aws:username", "a?"), no},
		{"M7 ${*} is a literal *", page, with("arn:aws:s3:::home/${*}"), home("bob"), no},
		{"M7 ${*} matches *", page, with("arn:aws:s3:::home/${*}"), home("*"), yes},
		{"M7 ${?} is a literal ?", page, with("arn:aws:s3:::home/${?}"), home("b"), no},
		{"M7 ${$} is a literal $", page, with("arn:aws:s3:::home/${$}{aws:username}"), home("${aws:username}", "aws:username", "alice"), yes},
		{"M7 a default stands where the key is missing", page, with("arn:aws:s3:::home/${aws:username, 'nobody'}"), home("nobody"), yes},
		{"M7 a default gives way to the value", page, with("arn:aws:s3:::home/${aws:username, 'nobody'}"), home("nobody", "aws:username", "alice"), no},
		{"M7 a default may be empty", page, with("arn:aws:s3:::home/x${aws:username, ''}"), home("x"), yes},
		{"M7 a default may hold a brace", page, with("arn:aws:s3:::home/${aws:username, 'a}b'}"), home("a}b"), yes},
		{"M7 a default without the space is none", page, with("arn:aws:s3:::home/${aws:username,'nobody'}"), home("nobody"), no},
		{"M7 a default that does not end is none", page, with("arn:aws:s3:::home/${aws:username, 'nobody}"), home("nobody"), no},
		{"M7 a brace that does not close is text", page, with("arn:aws:s3:::home/${aws:username"), home("${aws:username", "aws:username", "alice"), yes},
		{"M7 a multivalued key has no value", page, with("arn:aws:s3:::home/${aws:tagkeys}"), home("a", "aws:TagKeys[]", "a"), no},
		{"M7 ... so that its default stands", page, with("arn:aws:s3:::home/${aws:tagkeys, 'd'}"), home("d", "aws:TagKeys[]", "a"), yes},
		{"M7 a variable before the fifth colon is none", page, with("arn:aws:s3::${aws:username}:home"), home("x", "aws:username", ""), no},
		{"M6 a variable without value matches no resource", page, with("arn:aws:s3:::home/${aws:username}"), home("${aws:username}"), no},
		{"M6 ... in NotResource neither", page, `"Action":"*","NotResource":"arn:aws:s3:::home/${aws:username}"`, home("alice"), yes},
		{"M7 StringEquals takes variables", page, if_("StringEquals", "${aws:username}"), home("x", "k", "alice", "aws:username", "alice"), yes},
		{"M7 StringLike takes variables", page, if_("StringLike", "${aws:username}/*"), home("x", "k", "alice/a", "aws:username", "alice"), yes},
		{"M7 ArnLike takes variables", page, if_("ArnLike", "arn:aws:iam::*:user/${aws:username}"), home("x", "k", "arn:aws:iam::1:user/alice", "aws:username", "alice"), yes},
		{"M7 ArnEquals takes a whole ARN from a variable", page, if_("ArnEquals", "${tag}"), home("x", "k", "arn:aws:iam::1:user/alice", "tag", "arn:aws:iam::1:user/alice"), yes},
		{"M7 ArnLike takes the value's wildcards literally", page, if_("ArnLike", "arn:aws:iam::1:user/${tag}"), home("x", "k", "arn:aws:iam::1:user/alice", "tag", "*"), no},
		{"M7 NumericEquals takes no variables", page, if_("NumericEquals", "${n}"), home("x", "k", "1", "n", "1"), unknown},
		{"M7 IpAddress takes no variables", page, if_("IpAddress", "${n}"), home("x", "k", "192.0.2.1", "n", "192.0.2.1"), unknown},
		{"M8 StringEquals with a valueless variable does not match", page, if_("StringEquals", "${aws:username}"), home("x", "k", "${aws:username}"), no},
		{"M8 StringNotEquals with a valueless variable matches", page, if_("StringNotEquals", "${aws:username}"), home("x", "k", "alice"), yes},
		{"M8 StringNotLike with a valueless variable matches", page, if_("StringNotLike", "${aws:username}*"), home("x", "k", "alice"), yes},
	})
	literal := "arn:aws:s3:::home/${aws:username}"
	for _, version := range []string{"", `"Version":"2008-10-17",`} {
		runMatches(t, version, []matchCase{
			{"G18 before 2012-10-17 a variable is plain text" + version, page, with(literal), home("${aws:username}", "aws:username", "alice"), yes},
			{"G18 before 2012-10-17 a variable has no value" + version, page, with(literal), home("alice", "aws:username", "alice"), no},
		})
	}
}

func TestGlob(t *testing.T) {
	for _, c := range []struct {
		pattern, text string
		want          bool
	}{
		{"", "", true}, {"", "a", false}, {"*", "", true}, {"**", "", true}, {"?", "", false},
		{"a*b", "ab", true}, {"a*b", "a-b-b", true}, {"a*b", "a-b-c", false}, {"*a*", "bab", true},
		{"*ab", "aab", true}, {"a?c", "abc", true}, {"a?c", "ac", false}, {"*??", "日", false},
		{"*??", "日本", true}, {"*??bc", "日bc", false}, {"?", "日", true}, {"?", "\xff", true}, {"*.csv", "a.csv.csv", true},
		{"a*", "b", false}, {"*a", "ab", false}, {"a**b", "axxb", true}, {"*?*", "", false},
	} {
		if got := (glob{text: c.pattern}).match(c.text); got != c.want {
			t.Errorf("%q covers %q: %v, want %v", c.pattern, c.text, got, c.want)
		}
	}
}

// TestGlobIsNeverExponential takes the patterns on which a backtracking
// matcher does not come back.
func TestGlobIsNeverExponential(t *testing.T) {
	long := strings.Repeat("a", 64<<10)
	for _, pattern := range []string{
		strings.Repeat("a*", 64), strings.Repeat("a*", 64) + "b", strings.Repeat("*a", 64) + "b", strings.Repeat("*?", 64) + "b",
		"*" + strings.Repeat("a", 127) + "b", "*" + strings.Repeat("?a", 64) + "b",
	} {
		want := !strings.HasSuffix(pattern, "b")
		if got := (glob{text: pattern}).match(long); got != want {
			t.Errorf("%.12s... covers 64 KiB of a: %v, want %v", pattern, got, want)
		}
	}
}
