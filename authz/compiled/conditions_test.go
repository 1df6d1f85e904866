package compiled_test

import (
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/authz"
)

// operatorsPage is where the operators are documented.
const operatorsPage = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html"

// conditionCase asks one condition of a request whose keys are pairs.
type conditionCase struct {
	name      string
	condition string
	pairs     string // name=value, with | between them
	want      string
}

func runConditions(t *testing.T, version, source string, cases []conditionCase) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var pairs []string
			for _, pair := range strings.FieldsFunc(c.pairs, func(r rune) bool { return r == '|' }) {
				name, value, _ := strings.Cut(pair, "=")
				pairs = append(pairs, name, value)
			}
			body := `"Action":"*","Resource":"*","Condition":{` + c.condition + `}`
			if got := answer(t, reads(alice, pairs...), version, body); got != c.want {
				t.Errorf("%s of %q is %s, want %s; %s", c.condition, c.pairs, got, c.want, source)
			}
		})
	}
}

func TestTexts(t *testing.T) {
	runConditions(t, v2012, operatorsPage+"#Conditions_String", []conditionCase{
		{"C5 the same text", `"StringEquals":{"k":"red"}`, "k=red", "yes"},
		{"C5 another case", `"StringEquals":{"k":"red"}`, "k=Red", "no"},
		{"C5 a * is only a * here", `"StringEquals":{"k":"r*"}`, "k=red", "no"},
		{"C5 ... and equals itself", `"StringEquals":{"k":"r*"}`, "k=r*", "yes"},
		{"C1 one of several values is enough", `"StringEquals":{"k":["blue","red"]}`, "k=red", "yes"},
		{"C1 one of very many values is enough", `"StringEquals":{"k":["a","b","c","d","e","f","g","h","i","red","k","l","m","n"]}`, "k=red", "yes"},
		{"C1 none of very many values", `"StringEquals":{"k":["a","b","c","d","e","f","g","h","i","j","k","l","m","n"]}`, "k=red", "no"},
		{"C3 no key", `"StringEquals":{"k":"red"}`, "", "no"},
		{"C3 no key, if it exists", `"StringEqualsIfExists":{"k":"red"}`, "", "yes"},
		{"C3 another value, if it exists", `"StringEqualsIfExists":{"k":"red"}`, "k=blue", "no"},
		{"C5 not the same text", `"StringNotEquals":{"k":"red"}`, "k=blue", "yes"},
		{"C1 none of several", `"StringNotEquals":{"k":["red","blue"]}`, "k=blue", "no"},
		{"C3 no key is not the text", `"StringNotEquals":{"k":"red"}`, "", "yes"},
		{"C3 ... nor if it exists", `"StringNotEqualsIfExists":{"k":"red"}`, "", "yes"},
		{"C5 ignoring case", `"StringEqualsIgnoreCase":{"k":"ReD"}`, "k=rEd", "yes"},
		{"C5 ignoring case beyond ASCII", `"StringEqualsIgnoreCase":{"k":"ÜMLAUT"}`, "k=ümlaut", "yes"},
		{"C5 ignoring case, many values in no order", `"StringEqualsIgnoreCase":{"k":["n","M","l","K","j","I","h","G","f","E","d","C"]}`, "k=k", "yes"},
		{"C5 not ignoring case", `"StringNotEqualsIgnoreCase":{"k":"ReD"}`, "k=rEd", "no"},
		{"C5 like", `"StringLike":{"k":"r*d"}`, "k=red", "yes"},
		{"C5 like nothing between", `"StringLike":{"k":"r*d"}`, "k=rd", "yes"},
		{"C5 like, the end is missing", `"StringLike":{"k":"r*d"}`, "k=reds", "no"},
		{"C5 like, one character", `"StringLike":{"k":"r?d"}`, "k=rüd", "yes"},
		{"C5 like has case", `"StringLike":{"k":"R*"}`, "k=red", "no"},
		{"C5 like a text without wildcards", `"StringLike":{"k":"red"}`, "k=red", "yes"},
		{"C5 not like", `"StringNotLike":{"k":["b*","r*"]}`, "k=red", "no"},
		{"C5 not like any", `"StringNotLike":{"k":["b*","g*"]}`, "k=red", "yes"},
		{"C14 the key's name has no case", `"StringEquals":{"AWS:principalTAG/Team":"red"}`, "aws:PrincipalTag/team=red", "yes"},
		{"C2 nor has the operator's", `"stringequals":{"k":"red"}`, "k=red", "yes"},
		{"C2 an operator that does not exist", `"StringRhymes":{"k":"red"}`, "k=red", "open"},
		{"C2 an operator without values", `"StringEquals":{"k":[]}`, "k=red", "open"},
		{"C1 all operators must hold", `"StringEquals":{"k":"red"},"StringLike":{"l":"b*"}`, "k=red|l=green", "no"},
		{"C1 all keys must hold", `"StringEquals":{"k":"red","l":"blue"}`, "k=red|l=green", "no"},
		{"C1 what fails outweighs what is open", `"StringEquals":{"k":"blue"},"StringRhymes":{"k":"red"}`, "k=red", "no"},
	})
}

func TestBooleansAndBytes(t *testing.T) {
	runConditions(t, v2012, operatorsPage+"#Conditions_Boolean", []conditionCase{
		{"C9 true", `"Bool":{"k":"true"}`, "k=true", "yes"},
		{"C9 true in any case", `"Bool":{"k":"TRUE"}`, "k=True", "yes"},
		{"C9 false", `"Bool":{"k":"false"}`, "k=false", "yes"},
		{"C9 either", `"Bool":{"k":["true","false"]}`, "k=false", "yes"},
		{"C9 the other", `"Bool":{"k":"true"}`, "k=false", "no"},
		{"C9 no other text matches", `"Bool":{"k":"yes"}`, "k=yes", "no"},
		{"G12 a bare true", `"Bool":{"k":true}`, "k=true", "yes"},
		{"C3 no key", `"Bool":{"k":"false"}`, "", "no"},
		{"C3 no key, if it exists", `"BoolIfExists":{"k":"true"}`, "", "yes"},
		{"C10 the same bytes", `"BinaryEquals":{"k":"QQ=="}`, "k=QQ==", "yes"},
		{"C10 other bytes", `"BinaryEquals":{"k":"QQ=="}`, "k=Qg==", "no"},
		{"C10 what is no base64", `"BinaryEquals":{"k":"Q"}`, "k=Q", "open"},
		{"C10 what is no base64, beside what matches", `"BinaryEquals":{"k":["Q","QQ=="]}`, "k=QQ==", "yes"},
		{"C4 null", `"Null":{"k":"true"}`, "", "yes"},
		{"C4 not null", `"Null":{"k":"false"}`, "k=x", "yes"},
		{"C4 null, and there is a value", `"Null":{"k":"true"}`, "k=x", "no"},
		{"C4 not null, and there is none", `"Null":{"k":"false"}`, "", "no"},
		{"C4 an empty text is null", `"Null":{"k":"true"}`, "k=", "yes"},
		{"C4 an empty set is null", `"Null":{"k":"true"}`, "k[]=", "yes"},
		{"C4 a set is not", `"Null":{"k":"true"}`, "k[]=a,b", "no"},
		{"C4 null in any case", `"Null":{"k":"False"}`, "k=x", "yes"},
		{"C4 neither true nor false", `"Null":{"k":"maybe"}`, "k=x", "open"},
		{"C4 neither, beside what holds", `"Null":{"k":["maybe","false"]}`, "k=x", "yes"},
		{"C4 Null has no IfExists", `"NullIfExists":{"k":"true"}`, "", "open"},
		{"C4 Null has no prefix", `"ForAnyValue:Null":{"k":"true"}`, "", "open"},
	})
}

func TestNumbers(t *testing.T) {
	runConditions(t, v2012, operatorsPage+"#Conditions_Numeric", []conditionCase{
		{"C7 equal", `"NumericEquals":{"k":"10"}`, "k=10", "yes"},
		{"C7 equal in other digits", `"NumericEquals":{"k":"10.0"}`, "k=1e1", "yes"},
		{"C7 equal beyond what a float holds", `"NumericEquals":{"k":"9007199254740993"}`, "k=9007199254740992", "no"},
		{"C7 zeros before and after", `"NumericEquals":{"k":"007.50"}`, "k=7.5", "yes"},
		{"C7 zero has no sign", `"NumericEquals":{"k":"-0"}`, "k=0.00", "yes"},
		{"C7 not equal", `"NumericNotEquals":{"k":"1"}`, "k=2", "yes"},
		{"C7 less", `"NumericLessThan":{"k":"10"}`, "k=9.99", "yes"},
		{"C7 less, and equal", `"NumericLessThan":{"k":"10"}`, "k=10", "no"},
		{"C7 at most, and equal", `"NumericLessThanEquals":{"k":"10"}`, "k=10", "yes"},
		{"C7 at most, and greater", `"NumericLessThanEquals":{"k":"10"}`, "k=10.01", "no"},
		{"C7 greater", `"NumericGreaterThan":{"k":"-10"}`, "k=-9", "yes"},
		{"C7 greater, and equal", `"NumericGreaterThan":{"k":"-10"}`, "k=-10", "no"},
		{"C7 at least, and equal", `"NumericGreaterThanEquals":{"k":"3600"}`, "k=3600", "yes"},
		{"C7 at least, and less", `"NumericGreaterThanEquals":{"k":"3600"}`, "k=60", "no"},
		{"C7 a fraction below one", `"NumericLessThan":{"k":"0.01"}`, "k=.001", "yes"},
		{"C7 a negative is less than any other", `"NumericLessThan":{"k":"0"}`, "k=-1e-9", "yes"},
		{"C7 what is no number", `"NumericEquals":{"k":"1"}`, "k=one", "open"},
		{"C7 what is no number in the policy", `"NumericNotEquals":{"k":"one"}`, "k=1", "open"},
		{"C7 what is no number, beside what matches", `"NumericEquals":{"k":["one","1"]}`, "k=1", "yes"},
		{"C7 1e999 is a number", `"NumericLessThan":{"k":"1e999"}`, "k=1e998", "yes"},
		{"C7 an exponent beyond reason is none", `"NumericLessThan":{"k":"1e9999999999"}`, "k=1", "open"},
		{"C3 no key", `"NumericLessThan":{"k":"1"}`, "", "no"},
		{"M7 numbers have no variables", `"NumericEquals":{"k":"${l}"}`, "k=1|l=1", "open"},
	})
}

func TestDates(t *testing.T) {
	runConditions(t, v2012, operatorsPage+"#Conditions_Date", []conditionCase{
		{"C8 the same second", `"DateEquals":{"k":"2026-11-21T12:00:00Z"}`, "k=2026-11-21T12:00:00Z", "yes"},
		{"C8 the same second in another zone", `"DateEquals":{"k":"2026-11-21T14:00:00+02:00"}`, "k=2026-11-21T12:00:00Z", "yes"},
		{"C8 seconds since 1970", `"DateEquals":{"k":"1795262400"}`, "k=2026-11-21T12:00:00Z", "yes"},
		{"C8 a day is its first second", `"DateEquals":{"k":"2026-11-21"}`, "k=2026-11-21T00:00:00Z", "yes"},
		{"C8 four digits are a year", `"DateEquals":{"k":"2026"}`, "k=2026-01-01T00:00:00Z", "yes"},
		{"C8 not the same", `"DateNotEquals":{"k":"2026-11-21"}`, "k=2026-11-22", "yes"},
		{"C8 before", `"DateLessThan":{"k":"2026-11-21"}`, "k=2026-11-20T23:59:59.999Z", "yes"},
		{"C8 not before itself", `"DateLessThan":{"k":"2026-11-21"}`, "k=2026-11-21", "no"},
		{"C8 not after, and the same", `"DateLessThanEquals":{"k":"2026-11-21"}`, "k=2026-11-21", "yes"},
		{"C8 after", `"DateGreaterThan":{"k":"2024-02-29"}`, "k=2024-03-01", "yes"},
		{"C8 after by a fraction", `"DateGreaterThan":{"k":"2026-11-21T00:00:00.1Z"}`, "k=2026-11-21T00:00:00.11Z", "yes"},
		{"C8 not before, and the same", `"DateGreaterThanEquals":{"k":"2026-11-21T00Z"}`, "k=2026-11-21", "yes"},
		{"C8 a day that does not exist", `"DateLessThan":{"k":"2026-02-29"}`, "k=2026-01-01", "open"},
		{"C8 what is no date", `"DateLessThan":{"k":"2026-01-01"}`, "k=soon", "open"},
		{"C8 before our era", `"DateGreaterThan":{"k":"-0044-03-15"}`, "k=1970-01-01", "yes"},
		{"C3 no key", `"DateLessThan":{"k":"2026-01-01"}`, "", "no"},
		{"C3 no key, if it exists", `"DateLessThanIfExists":{"k":"2026-01-01"}`, "", "yes"},
	})
}

func TestAddresses(t *testing.T) {
	runConditions(t, v2012, operatorsPage+"#Conditions_IPAddress", []conditionCase{
		{"C11 in a range", `"IpAddress":{"k":"192.0.2.0/24"}`, "k=192.0.2.255", "yes"},
		{"C11 beside a range", `"IpAddress":{"k":"192.0.2.0/24"}`, "k=192.0.3.0", "no"},
		{"C11 one address", `"IpAddress":{"k":"192.0.2.7"}`, "k=192.0.2.7", "yes"},
		{"C11 one of several ranges", `"IpAddress":{"k":["10.0.0.0/8","192.0.2.0/24"]}`, "k=192.0.2.7", "yes"},
		{"C11 not in a range", `"NotIpAddress":{"k":"192.0.2.0/24"}`, "k=198.51.100.1", "yes"},
		{"C11 not in a range, and it is", `"NotIpAddress":{"k":"192.0.2.0/24"}`, "k=192.0.2.1", "no"},
		{"C11 IPv6 by number", `"IpAddress":{"k":"2001:db8::/32"}`, "k=2001:0DB8:0:0::1", "yes"},
		{"C11 one IPv6 address", `"IpAddress":{"k":"2001:db8::1"}`, "k=2001:db8:0::1", "yes"},
		{"C11 IPv4 is in no range of IPv6", `"IpAddress":{"k":"::/0"}`, "k=192.0.2.7", "no"},
		{"C11 IPv4 written as IPv6", `"IpAddress":{"k":"192.0.2.0/24"}`, "k=::ffff:192.0.2.7", "yes"},
		{"C11 a range of IPv4 written as IPv6", `"IpAddress":{"k":"::ffff:192.0.2.0/120"}`, "k=192.0.2.7", "yes"},
		{"C11 a range with bits beyond its length", `"IpAddress":{"k":"192.0.2.7/24"}`, "k=192.0.2.9", "yes"},
		{"C11 what is no address", `"IpAddress":{"k":"192.0.2.0/24"}`, "k=here", "open"},
		{"C11 what is no range", `"NotIpAddress":{"k":"192.0.2.0/33"}`, "k=192.0.2.7", "open"},
		{"C11 a zone is not part of a range", `"IpAddress":{"k":"fe80::1%eth0"}`, "k=fe80::1", "open"},
		{"C11 a zone of the request's address does not count", `"IpAddress":{"k":"fe80::/10"}`, "k=fe80::1%eth0", "yes"},
		{"C11 two keys with two addresses", `"IpAddress":{"k":"192.0.2.7","l":"192.0.2.8"}`, "k=192.0.2.7|l=192.0.2.8", "yes"},
		{"C3 no key", `"NotIpAddress":{"k":"192.0.2.0/24"}`, "", "yes"},
	})
}

func TestARNs(t *testing.T) {
	const role = "k=arn:aws:iam::111111111111:role/ci/Deployer"
	runConditions(t, v2012, operatorsPage+"#Conditions_ARN", []conditionCase{
		{"C6 the same", `"ArnEquals":{"k":"arn:aws:iam::111111111111:role/ci/Deployer"}`, role, "yes"},
		{"C6 ArnEquals has wildcards too", `"ArnEquals":{"k":"arn:aws:iam::*:role/*"}`, role, "yes"},
		{"C6 a * crosses slashes", `"ArnLike":{"k":"arn:aws:iam::111111111111:role/*yer"}`, role, "yes"},
		{"C6 a * crosses no colon before the last part", `"ArnLike":{"k":"arn:aws:*:role/ci/Deployer"}`, role, "no"},
		{"C6 the last part keeps its colons", `"ArnLike":{"k":"arn:aws:lambda:*:*:function:*:1"}`, "k=arn:aws:lambda:us-east-1:111111111111:function:f:1", "yes"},
		{"C6 each of the wildcards is of its part", `"ArnLike":{"k":"arn:*:*:*:1?1111111111:role/*"}`, role, "yes"},
		{"C6 another account", `"ArnLike":{"k":"arn:aws:iam::222222222222:role/*"}`, role, "no"},
		{"C6 case counts", `"ArnLike":{"k":"arn:aws:IAM::111111111111:role/*"}`, role, "no"},
		{"C6 what is no ARN is like none", `"ArnLike":{"k":"*"}`, role, "no"},
		{"C6 like no ARN in the request", `"ArnLike":{"k":"arn:aws:iam::111111111111:role/*"}`, "k=Deployer", "no"},
		{"C6 not like", `"ArnNotLike":{"k":"arn:aws:iam::222222222222:role/*"}`, role, "yes"},
		{"C6 not equal, and it is", `"ArnNotEquals":{"k":"arn:aws:iam::*:role/*"}`, role, "no"},
		{"C6 not like what is no ARN", `"ArnNotLike":{"k":"*"}`, role, "open"},
		{"C6 no ARN in the request is not like one", `"ArnNotLike":{"k":"arn:aws:iam::111111111111:role/*"}`, "k=Deployer", "open"},
		{"C6 the first part is arn", `"ArnLike":{"k":"a*:aws:iam::111111111111:role/*"}`, role, "no"},
		{"C6 two keys with two ARNs", `"ArnLike":{"k":"arn:*:*:*:*:role/*","l":"arn:*:*:*:*:user/*"}`, role + "|l=arn:aws:iam::111111111111:user/alice", "yes"},
		{"C3 no key", `"ArnNotLike":{"k":"arn:aws:iam::111111111111:role/*"}`, "", "yes"},
	})
}

// TestSets is rules C12 and C13.
func TestSets(t *testing.T) {
	runConditions(t, v2012, "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html", []conditionCase{
		{"C12 all are listed", `"ForAllValues:StringEquals":{"k":["a","b"]}`, "k[]=a,b", "yes"},
		{"C12 one is not", `"ForAllValues:StringEquals":{"k":["a","b"]}`, "k[]=a,c", "no"},
		{"C12 all of none", `"ForAllValues:StringEquals":{"k":"a"}`, "k[]=", "yes"},
		{"C12 all of an empty text", `"ForAllValues:StringEquals":{"k":"a"}`, "k[]=", "yes"},
		{"C12 all of a key that is not there", `"ForAllValues:StringEquals":{"k":"a"}`, "", "yes"},
		{"C12 any is listed", `"ForAnyValue:StringEquals":{"k":["a","b"]}`, "k[]=c,b", "yes"},
		{"C12 none is", `"ForAnyValue:StringEquals":{"k":["a","b"]}`, "k[]=c,d", "no"},
		{"C12 any of none", `"ForAnyValue:StringEquals":{"k":"a"}`, "k[]=", "no"},
		{"C12 any of a key that is not there", `"ForAnyValue:StringEquals":{"k":"a"}`, "", "no"},
		{"C12 any of a key that is not there, negated", `"ForAnyValue:StringNotEquals":{"k":"a"}`, "", "no"},
		{"C12 any, if it exists", `"ForAnyValue:StringEqualsIfExists":{"k":"a"}`, "", "yes"},
		{"C12 any that is none of them", `"ForAnyValue:StringNotEquals":{"k":["a","b"]}`, "k[]=a,c", "yes"},
		{"C12 all that are none of them", `"ForAllValues:StringNotEquals":{"k":["a","b"]}`, "k[]=c,a", "no"},
		{"C12 all like", `"ForAllValues:StringLike":{"k":["a*","b*"]}`, "k[]=apple,bean", "yes"},
		{"C12 all in a range", `"ForAllValues:IpAddress":{"k":"10.0.0.0/8"}`, "k[]=10.1.1.1,10.2.2.2", "yes"},
		{"C12 any number", `"ForAnyValue:NumericLessThan":{"k":"5"}`, "k[]=9,4", "yes"},
		{"C12 what is open stays open", `"ForAllValues:NumericLessThan":{"k":"5"}`, "k[]=4,x", "open"},
		{"C12 what fails outweighs it", `"ForAllValues:NumericLessThan":{"k":"5"}`, "k[]=x,9", "no"},
		{"C13 a single value is a set of one", `"ForAnyValue:StringEquals":{"k":"a"}`, "k=a", "yes"},
		{"C13 a set without a set operator", `"StringEquals":{"k":"a"}`, "k[]=a", "open"},
		{"C13 a set without a set operator, negated", `"StringNotEquals":{"k":"a"}`, "k[]=b", "open"},
		{"C2 prefix in another case", `"foranyvalue:StringEquals":{"k":"a"}`, "k[]=a", "yes"},
		{"C2 a prefix that does not exist", `"ForSomeValues:StringEquals":{"k":"a"}`, "k[]=a", "open"},
		{"C2 two prefixes", `"ForAnyValue:ForAllValues:StringEquals":{"k":"a"}`, "k[]=a", "open"},
	})
}

// TestConditionsOfOneKindAreAskedOnce: statements that share their conditions
// and statements that do not decide alike, beyond the number that is
// remembered too.
func TestConditionsOfOneKindAreAskedOnce(t *testing.T) {
	const one = `{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"StringEquals":{"k":"%"}}}`
	for _, n := range []int{1, 2, 63, 64, 65, 100} {
		var all []string
		for i := range n {
			all = append(all, strings.Replace(one, "%", string(rune('a'+i)), 1), strings.Replace(one, "%", "same", 1))
		}
		p := authz.Policies{Identity: named(t, `{"Version":"2012-10-17","Statement":[`+strings.Join(all, ",")+`]}`)}
		for value, want := range map[string]string{
			"same": "allowed by identity-based policy", string(rune('a' + n - 1)): "allowed by identity-based policy",
			string(rune('a' + n)): "denied for want of identity-based policy",
		} {
			if got := decided(t, reads(alice, "k", value), p); got != want {
				t.Errorf("%d conditions, the value %q: %s", n, value, got)
			}
		}
	}
}
