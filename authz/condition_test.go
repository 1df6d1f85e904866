package authz

import (
	"strings"
	"testing"
)

// conditionCase says what a Condition element makes of a context.
type conditionCase struct {
	name      string // a sentence that begins with the rule's number
	condition string
	context   Context
	want      truth
}

const operatorsPage = userGuide + "reference_policies_elements_condition_operators"

func runConditions(t *testing.T, source string, cases []conditionCase) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			body := `"Action":"*","Resource":"*","Condition":` + c.condition
			if got := answer(t, reads(alice, c.context), v2012, body); got != c.want {
				t.Errorf("%s\nsays %v, want %v\ncontext: %v\nsource: %s", c.condition, got, c.want, c.context.keys, source)
			}
		})
	}
}

func TestConditionLogic(t *testing.T) {
	none := Context{}
	runConditions(t, userGuide+"reference_policies_condition-logic-multiple-context-keys-or-values", []conditionCase{
		{"C1 all operators must hold", `{"StringEquals":{"a":"1"},"StringLike":{"b":"2*"}}`, keys("a", "1", "b", "3"), no},
		{"C1 all keys of one operator must hold", `{"StringEquals":{"a":"1","b":"2"}}`, keys("a", "1", "b", "3"), no},
		{"C1 all hold", `{"StringEquals":{"a":"1","b":"2"},"Bool":{"c":"true"}}`, keys("a", "1", "b", "2", "c", "true"), yes},
		{"C1 one value of a key is enough", `{"StringEquals":{"a":["0","1"]}}`, keys("a", "1"), yes},
		{"C1 a negated operator wants none of its values", `{"StringNotEquals":{"a":["0","1"]}}`, keys("a", "1"), no},
		{"C1 a negated operator holds where no value matches", `{"StringNotEquals":{"a":["0","1"]}}`, keys("a", "2"), yes},
		{"C1 no conditions hold", `{}`, none, yes},
		{"C2 operators are read without case", `{"stringequals":{"a":"1"}}`, keys("a", "1"), yes},
		{"C2 an unknown operator allows nothing", `{"StringSounds":{"a":"1"}}`, keys("a", "1"), unknown},
		{"C2 an unknown operator on a missing key allows nothing", `{"StringSoundsIfExists":{"a":"1"}}`, none, unknown},
		{"C2 an unknown operator beside a condition that fails decides nothing", `{"StringSounds":{"a":"1"},"StringEquals":{"a":"2"}}`, keys("a", "1"), no},
		{"C2 an unknown prefix is an unknown operator", `{"ForSomeValues:StringEquals":{"a":"1"}}`, keys("a", "1"), unknown},
		{"C2 an empty operator is unknown", `{"":{"a":"1"}}`, keys("a", "1"), unknown},
		{"C2 IfExists alone is unknown", `{"IfExists":{"a":"1"}}`, keys("a", "1"), unknown},
		{"C2 an operator without values is none of AWS's", `{"StringNotEquals":{"a":[]}}`, keys("a", "1"), unknown},
		{"C14 key names have no case", `{"StringEquals":{"SAML:Aud":"x"}}`, keys("saml:aud", "x"), yes},
		{"C14 tag keys have no case", `{"StringEquals":{"aws:PrincipalTag/Team":"x"}}`, keys("aws:PrincipalTag/team", "x"), yes},
		{"C14 values have case", `{"StringEquals":{"aws:PrincipalTag/team":"X"}}`, keys("aws:PrincipalTag/team", "x"), no},
	})
}

func TestMissingKeys(t *testing.T) {
	none, empty := Context{}, keys("k", "")
	runConditions(t, operatorsPage, []conditionCase{
		{"C3 StringEquals on a missing key", `{"StringEquals":{"k":"x"}}`, none, no},
		{"C3 StringNotEquals on a missing key", `{"StringNotEquals":{"k":"x"}}`, none, yes},
		{"C3 StringNotLike on a missing key", `{"StringNotLike":{"k":"x"}}`, none, yes},
		{"C3 ArnNotLike on a missing key", `{"ArnNotLike":{"k":"arn:aws:iam::1:x"}}`, none, yes},
		{"C3 NotIpAddress on a missing key", `{"NotIpAddress":{"k":"192.0.2.0/24"}}`, none, yes},
		{"C3 NumericLessThan on a missing key", `{"NumericLessThan":{"k":"5"}}`, none, no},
		{"C3 NumericNotEquals on a missing key", `{"NumericNotEquals":{"k":"5"}}`, none, yes},
		{"C3 Bool on a missing key", `{"Bool":{"k":"false"}}`, none, no},
		{"C3 IfExists on a missing key", `{"StringEqualsIfExists":{"k":"x"}}`, none, yes},
		{"C3 IfExists on a key that does not match", `{"StringEqualsIfExists":{"k":"x"}}`, keys("k", "y"), no},
		{"C3 a negated IfExists on a missing key", `{"StringNotEqualsIfExists":{"k":"x"}}`, none, yes},
		{"C3 a negated IfExists on a key that matches", `{"StringNotEqualsIfExists":{"k":"x"}}`, keys("k", "x"), no},
		{"C3 BoolIfExists on a missing key", `{"BoolIfExists":{"k":"false"}}`, none, yes},
		{"C4 Null true on a missing key", `{"Null":{"k":"true"}}`, none, yes},
		{"C4 Null true on a key that is there", `{"Null":{"k":"true"}}`, keys("k", "v"), no},
		{"C4 Null false on a key that is there", `{"Null":{"k":"false"}}`, keys("k", "v"), yes},
		{"C4 Null false on a missing key", `{"Null":{"k":"false"}}`, none, no},
		{"C4 Null false on an empty value", `{"Null":{"k":"false"}}`, empty, no},
		{"C4 Null true on an empty value", `{"Null":{"k":"true"}}`, empty, yes},
		{"C4 Null true on an empty set", `{"Null":{"k":"true"}}`, keys("k[]", ""), yes},
		{"C4 Null takes a bare boolean", `{"Null":{"k":true}}`, none, yes},
		{"C4 Null with both values", `{"Null":{"k":["true","false"]}}`, none, yes},
		{"C4 Null with another text is none of AWS's", `{"Null":{"k":"yes"}}`, none, unknown},
		{"C3 Null has no IfExists", `{"NullIfExists":{"k":"true"}}`, none, unknown},
		{"C12 Null has no set operator", `{"ForAllValues:Null":{"k":"true"}}`, none, unknown},
	})
}

func TestStringOperators(t *testing.T) {
	runConditions(t, operatorsPage, []conditionCase{
		{"C5 StringEquals is exact", `{"StringEquals":{"k":"Abc"}}`, keys("k", "Abc"), yes},
		{"C5 StringEquals has case", `{"StringEquals":{"k":"Abc"}}`, keys("k", "abc"), no},
		{"C5 StringEquals takes * literally", `{"StringEquals":{"k":"a*"}}`, keys("k", "abc"), no},
		{"C5 StringEquals on a literal *", `{"StringEquals":{"k":"a*"}}`, keys("k", "a*"), yes},
		{"C5 StringEqualsIgnoreCase has none", `{"StringEqualsIgnoreCase":{"k":"ABC"}}`, keys("k", "abc"), yes},
		{"C5 StringEqualsIgnoreCase beyond ASCII", `{"StringEqualsIgnoreCase":{"k":"ÄB"}}`, keys("k", "äb"), yes},
		{"C5 StringNotEqualsIgnoreCase", `{"StringNotEqualsIgnoreCase":{"k":"ABC"}}`, keys("k", "abc"), no},
		{"C5 StringLike takes * and ?", `{"StringLike":{"k":"a?c*"}}`, keys("k", "abcdef"), yes},
		{"C5 StringLike has case", `{"StringLike":{"k":"A*"}}`, keys("k", "abc"), no},
		{"C5 StringNotLike", `{"StringNotLike":{"k":["x*","a*"]}}`, keys("k", "abc"), no},
		{"C5 an empty value equals an empty value", `{"StringEquals":{"k":""}}`, keys("k", ""), yes},
		{"C9 Bool has no case", `{"Bool":{"k":"TRUE"}}`, keys("k", "true"), yes},
		{"C9 Bool false", `{"Bool":{"k":"false"}}`, keys("k", "true"), no},
		{"C9 Bool takes a bare boolean", `{"Bool":{"k":true}}`, keys("k", "true"), yes},
		{"C9 Bool never matches another text", `{"Bool":{"k":"yes"}}`, keys("k", "yes"), no},
		{"C10 BinaryEquals", `{"BinaryEquals":{"k":"QmluYXJ5"}}`, keys("k", "QmluYXJ5"), yes},
		{"C10 BinaryEquals on other bytes", `{"BinaryEquals":{"k":"QmluYXJ5"}}`, keys("k", "QmluYXJ6"), no},
		{"C10 BinaryEquals of what is not base64", `{"BinaryEquals":{"k":"%"}}`, keys("k", "%"), unknown},
	})
}

func TestARNOperators(t *testing.T) {
	const finance = "arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt"
	const pattern = `"arn:aws:someservice:*:111122223333:finance/*"`
	runConditions(t, operatorsPage, []conditionCase{
		{"C6 ArnLike compares part by part", `{"ArnLike":{"k":` + pattern + `}}`, keys("k", finance), no},
		{"C6 StringLike compares the whole", `{"StringLike":{"k":` + pattern + `}}`, keys("k", finance), yes},
		{"C6 ArnEquals takes wildcards", `{"ArnEquals":{"k":"arn:aws:s3:::a*"}}`, keys("k", "arn:aws:s3:::abc"), yes},
		{"C6 * runs over slashes", `{"ArnLike":{"k":"arn:aws:iam::*:role/*"}}`, keys("k", "arn:aws:iam::1:role/a/b"), yes},
		{"C6 the last part keeps its colons", `{"ArnLike":{"k":"arn:aws:logs:*:*:log-group:*"}}`, keys("k", "arn:aws:logs:r:1:log-group:a:b"), yes},
		{"C6 ArnLike has case", `{"ArnLike":{"k":"arn:aws:s3:::A*"}}`, keys("k", "arn:aws:s3:::abc"), no},
		{"C6 ArnNotLike", `{"ArnNotLike":{"k":"arn:aws:s3:::a*"}}`, keys("k", "arn:aws:s3:::abc"), no},
		{"C6 ArnNotEquals takes wildcards", `{"ArnNotEquals":{"k":"arn:aws:s3:::a*"}}`, keys("k", "arn:aws:s3:::b"), yes},
		{"C6 ArnLike of what is no ARN does not match", `{"ArnLike":{"k":"*"}}`, keys("k", "arn:aws:s3:::b"), no},
		{"C6 ArnLike on a value that is no ARN does not match", `{"ArnLike":{"k":"arn:aws:s3:::*"}}`, keys("k", "b"), no},
		{"C6 ArnNotLike of what is no ARN allows nothing", `{"ArnNotLike":{"k":"b"}}`, keys("k", "arn:aws:s3:::b"), unknown},
	})
}

func TestNumericOperators(t *testing.T) {
	big := strings.Repeat("9", 400)
	runConditions(t, operatorsPage, []conditionCase{
		{"C7 NumericEquals compares values, not texts", `{"NumericEquals":{"k":"10"}}`, keys("k", "10.0"), yes},
		{"C7 a bare number", `{"NumericEquals":{"k":5.50}}`, keys("k", "5.5"), yes},
		{"C7 NumericLessThan is of the request's value", `{"NumericLessThan":{"k":"10"}}`, keys("k", "9"), yes},
		{"C7 NumericLessThan is strict", `{"NumericLessThan":{"k":"10"}}`, keys("k", "10"), no},
		{"C7 NumericLessThanEquals", `{"NumericLessThanEquals":{"k":"10"}}`, keys("k", "10"), yes},
		{"C7 NumericGreaterThan", `{"NumericGreaterThan":{"k":"10"}}`, keys("k", "11"), yes},
		{"C7 NumericGreaterThanEquals", `{"NumericGreaterThanEquals":{"k":"10"}}`, keys("k", "10"), yes},
		{"C7 NumericNotEquals", `{"NumericNotEquals":{"k":["1","2"]}}`, keys("k", "2"), no},
		{"C7 negative numbers", `{"NumericLessThan":{"k":"-1"}}`, keys("k", "-1.5"), yes},
		{"C7 numbers that floats confuse", `{"NumericEquals":{"k":"9007199254740993"}}`, keys("k", "9007199254740992"), no},
		{"C7 fractions that floats confuse", `{"NumericEquals":{"k":"0.3"}}`, keys("k", "0.30000000000000001"), no},
		{"C7 numbers of hundreds of digits", `{"NumericLessThan":{"k":"1` + strings.Repeat("0", 400) + `"}}`, keys("k", big), yes},
		{"C7 exponents", `{"NumericEquals":{"k":"1e3"}}`, keys("k", "1000"), yes},
		{"C7 exponents below zero", `{"NumericEquals":{"k":"15e-1"}}`, keys("k", "1.5"), yes},
		{"C7 zeros before and after", `{"NumericEquals":{"k":"007.50"}}`, keys("k", "7.5"), yes},
		{"C7 no number ends in its point", `{"NumericEquals":{"k":"5."}}`, keys("k", "5"), unknown},
		{"C7 exponents beyond floats", `{"NumericLessThan":{"k":"1e1000"}}`, keys("k", "1e999"), yes},
		{"C7 exponents below floats", `{"NumericGreaterThan":{"k":"0"}}`, keys("k", "1e-999"), yes},
		{"C7 an exponent out of bounds is no number", `{"NumericLessThan":{"k":"1e99999999999999999999"}}`, keys("k", "1"), unknown},
		{"C7 zeros are equal", `{"NumericEquals":{"k":"-0.0e7"}}`, keys("k", "0"), yes},
		{"C7 a text is no number", `{"NumericLessThan":{"k":"ten"}}`, keys("k", "9"), unknown},
		{"C7 a request's text is no number", `{"NumericNotEquals":{"k":"10"}}`, keys("k", "ten"), unknown},
		{"C7 no number is empty", `{"NumericEquals":{"k":"0"}}`, keys("k", ""), unknown},
		{"C7 not-a-number is no number", `{"NumericNotEquals":{"k":"NaN"}}`, keys("k", "1"), unknown},
		{"C7 hexadecimal is no number", `{"NumericEquals":{"k":"0x10"}}`, keys("k", "16"), unknown},
	})
}

func TestDateOperators(t *testing.T) {
	const moment = "2024-05-06T07:08:09Z"
	runConditions(t, operatorsPage+" and W3C NOTE-datetime", []conditionCase{
		{"C8 DateEquals", `{"DateEquals":{"k":"` + moment + `"}}`, keys("k", moment), yes},
		{"C8 DateEquals across zones", `{"DateEquals":{"k":"2024-05-06T09:08:09+02:00"}}`, keys("k", moment), yes},
		{"C8 DateEquals across midnight", `{"DateEquals":{"k":"2024-05-05T23:08:09-08:00"}}`, keys("k", moment), yes},
		{"C8 a date without time is its first second", `{"DateLessThan":{"k":"2024-05-07"}}`, keys("k", moment), yes},
		{"C8 a month is its first second", `{"DateGreaterThanEquals":{"k":"2024-05"}}`, keys("k", "2024-05-01T00:00:00Z"), yes},
		{"C8 four digits are a year", `{"DateGreaterThan":{"k":"2024"}}`, keys("k", moment), yes},
		{"C8 minutes without seconds", `{"DateEquals":{"k":"2024-05-06T07:08Z"}}`, keys("k", "2024-05-06T07:08:00Z"), yes},
		{"C8 fractions of a second", `{"DateGreaterThan":{"k":"` + moment + `"}}`, keys("k", "2024-05-06T07:08:09.001Z"), yes},
		{"C8 no zone is UTC", `{"DateEquals":{"k":"2024-05-06T07:08:09"}}`, keys("k", moment), yes},
		{"C8 a number is seconds since 1970", `{"DateEquals":{"k":"1714979289"}}`, keys("k", moment), yes},
		{"C8 a bare number is seconds since 1970", `{"DateLessThanEquals":{"k":1714979289}}`, keys("k", moment), yes},
		{"C8 the last second there is", `{"DateLessThan":{"k":"9223372036854775807"}}`, keys("k", moment), yes},
		{"C8 one second later is no date", `{"DateLessThan":{"k":"9223372036854775808"}}`, keys("k", moment), unknown},
		{"C8 aws:EpochTime is a date", `{"DateLessThan":{"aws:EpochTime":"2025-01-01"}}`, keys("aws:EpochTime", "1714979289"), yes},
		{"C8 aws:EpochTime is a number", `{"NumericLessThan":{"aws:EpochTime":"1714979290"}}`, keys("aws:EpochTime", "1714979289"), yes},
		{"C8 DateNotEquals", `{"DateNotEquals":{"k":"2024-05-06"}}`, keys("k", moment), yes},
		{"C8 the 29th of February", `{"DateEquals":{"k":"2024-02-29"}}`, keys("k", "2024-02-29T00:00:00Z"), yes},
		{"C8 no 29th of February", `{"DateLessThan":{"k":"2023-02-29"}}`, keys("k", moment), unknown},
		{"C8 no 13th month", `{"DateLessThan":{"k":"2023-13-01"}}`, keys("k", moment), unknown},
		{"C8 no 25th hour", `{"DateLessThan":{"k":"2023-12-01T25:00:00Z"}}`, keys("k", moment), unknown},
		{"C8 a time of a month's first day", `{"DateEquals":{"k":"2024-05T10:00:00Z"}}`, keys("k", "2024-05-01T10:00:00Z"), yes},
		{"C8 hours alone", `{"DateEquals":{"k":"2024-05-06T07"}}`, keys("k", "2024-05-06T07:00:00Z"), yes},
		{"C8 an offset of hours alone", `{"DateEquals":{"k":"2024-05-06T07+02"}}`, keys("k", "2024-05-06T05:00:00Z"), yes},
		{"C8 small letters", `{"DateEquals":{"k":"2024-05-06t07:08:09z"}}`, keys("k", moment), yes},
		{"C8 single digits", `{"DateEquals":{"k":"2024-5-6T7:8:9Z"}}`, keys("k", moment), yes},
		{"C8 a year before the common era", `{"DateLessThan":{"k":"0001-01-01"}}`, keys("k", "-44-03-15"), yes},
		{"C8 places of a fraction count", `{"DateGreaterThan":{"k":"2024-05-06T07:08:09.05Z"}}`, keys("k", "2024-05-06T07:08:09.5Z"), yes},
		{"C8 a year far off", `{"DateLessThan":{"k":"292278993-01-01"}}`, keys("k", moment), yes},
		{"C8 no year beyond Java's", `{"DateLessThan":{"k":"292278994-01-01"}}`, keys("k", moment), unknown},
		{"C8 no month 0", `{"DateGreaterThan":{"k":"2024-00"}}`, keys("k", moment), unknown},
		{"C8 no four numbers in a time", `{"DateGreaterThan":{"k":"2024-01-01T1:2:3:4"}}`, keys("k", moment), unknown},
		{"C8 no fraction of a minute", `{"DateGreaterThan":{"k":"2024-01-01T10:30.5Z"}}`, keys("k", moment), unknown},
		{"C8 no ten digits of a fraction", `{"DateGreaterThan":{"k":"2024-01-01T10:30:00.0123456789Z"}}`, keys("k", moment), unknown},
		{"C8 nothing after Z", `{"DateGreaterThan":{"k":"2024-01-01T10:30:00Z1"}}`, keys("k", moment), unknown},
		{"C8 no zone without a time", `{"DateGreaterThan":{"k":"2024-01-01T+02"}}`, keys("k", moment), unknown},
		{"C8 a text is no date", `{"DateNotEquals":{"k":"tomorrow"}}`, keys("k", moment), unknown},
		{"C8 a request's text is no date", `{"DateNotEquals":{"k":"` + moment + `"}}`, keys("k", "tomorrow"), unknown},
		{"C8 no date is empty", `{"DateEquals":{"k":""}}`, keys("k", ""), unknown},
	})
}

func TestAddressOperators(t *testing.T) {
	runConditions(t, operatorsPage, []conditionCase{
		{"C11 an IPv4 range", `{"IpAddress":{"k":"203.0.113.0/24"}}`, keys("k", "203.0.113.77"), yes},
		{"C11 outside an IPv4 range", `{"IpAddress":{"k":"203.0.113.0/24"}}`, keys("k", "203.0.114.1"), no},
		{"C11 a bare IPv4 address is a range of one", `{"IpAddress":{"k":"203.0.113.7"}}`, keys("k", "203.0.113.7"), yes},
		{"C11 bits beyond the prefix do not count", `{"IpAddress":{"k":"203.0.113.9/24"}}`, keys("k", "203.0.113.7"), yes},
		{"C11 an IPv6 range", `{"IpAddress":{"k":"2001:DB8:1234:5678::/64"}}`, keys("k", "2001:db8:1234:5678:1::1"), yes},
		{"C11 a bare IPv6 address is compared as a number", `{"IpAddress":{"k":"2001:DB8::1"}}`, keys("k", "2001:db8:0:0:0:0:0:1"), yes},
		{"C11 an IPv4 address is in no IPv6 range", `{"IpAddress":{"k":"::/0"}}`, keys("k", "203.0.113.7"), no},
		{"C11 NotIpAddress of the other family", `{"NotIpAddress":{"k":"2001:db8::/32"}}`, keys("k", "203.0.113.7"), yes},
		{"C11 NotIpAddress", `{"NotIpAddress":{"k":["203.0.113.0/24","198.51.100.0/24"]}}`, keys("k", "198.51.100.4"), no},
		{"C11 an IPv4 address in IPv6's clothes", `{"IpAddress":{"k":"203.0.113.0/24"}}`, keys("k", "::ffff:203.0.113.7"), yes},
		{"C11 an IPv4 range in IPv6's clothes", `{"IpAddress":{"k":"::ffff:203.0.113.0/120"}}`, keys("k", "203.0.113.7"), yes},
		{"C11 a range of either family", `{"IpAddress":{"k":["203.0.113.0/24","2001:db8::/32"]}}`, keys("k", "2001:db8::1"), yes},
		{"C11 no prefix beyond 32", `{"IpAddress":{"k":"203.0.113.0/33"}}`, keys("k", "203.0.113.7"), unknown},
		{"C11 no address", `{"NotIpAddress":{"k":"localhost"}}`, keys("k", "203.0.113.7"), unknown},
		{"C11 a request's text is no address", `{"NotIpAddress":{"k":"203.0.113.0/24"}}`, keys("k", "localhost"), unknown},
	})
}

func TestSetOperators(t *testing.T) {
	none, empty := Context{}, keys("k[]", "")
	two := keys("k[]", "a,b")
	runConditions(t, userGuide+"reference_policies_condition-single-vs-multi-valued-context-keys", []conditionCase{
		{"C12 ForAllValues wants every value of the request", `{"ForAllValues:StringEquals":{"k":["a","b","c"]}}`, two, yes},
		{"C12 ForAllValues fails on one value", `{"ForAllValues:StringEquals":{"k":["a"]}}`, two, no},
		{"C12 ForAllValues on a missing key", `{"ForAllValues:StringEquals":{"k":"a"}}`, none, yes},
		{"C12 ForAllValues on an empty set", `{"ForAllValues:StringEquals":{"k":"a"}}`, empty, yes},
		{"C12 ForAllValues on an empty string", `{"ForAllValues:StringEquals":{"k":"a"}}`, keys("k", ""), yes},
		{"C12 ForAllValues negated wants no value in the list", `{"ForAllValues:StringNotEquals":{"k":["b","c"]}}`, two, no},
		{"C12 ForAllValues negated", `{"ForAllValues:StringNotEquals":{"k":["c","d"]}}`, two, yes},
		{"C12 ForAllValues with StringLike", `{"ForAllValues:StringLike":{"k":["a*","b*"]}}`, keys("k[]", "ax,by"), yes},
		{"C12 ForAnyValue wants one value", `{"ForAnyValue:StringEquals":{"k":["b","c"]}}`, two, yes},
		{"C12 ForAnyValue without any", `{"ForAnyValue:StringEquals":{"k":["c"]}}`, two, no},
		{"C12 ForAnyValue on a missing key", `{"ForAnyValue:StringEquals":{"k":"a"}}`, none, no},
		{"C12 ForAnyValue on an empty set", `{"ForAnyValue:StringEquals":{"k":"a"}}`, empty, no},
		{"C12 ForAnyValue on an empty string", `{"ForAnyValue:StringEquals":{"k":""}}`, keys("k", ""), no},
		{"C12 ForAnyValue negated on a missing key", `{"ForAnyValue:StringNotEquals":{"k":"a"}}`, none, no},
		{"C12 ForAnyValue negated wants one value outside the list", `{"ForAnyValue:StringNotEquals":{"k":["a"]}}`, two, yes},
		{"C12 ForAnyValue negated with all values listed", `{"ForAnyValue:StringNotEquals":{"k":["a","b"]}}`, two, no},
		{"C12 ForAnyValue IfExists on a missing key", `{"ForAnyValue:StringEqualsIfExists":{"k":"a"}}`, none, yes},
		{"C12 set operators are read without case", `{"foranyvalue:StringEquals":{"k":"a"}}`, two, yes},
		{"C13 a single-valued key is a set of one", `{"ForAllValues:StringEquals":{"k":["a"]}}`, keys("k", "b"), no},
		{"C13 ... for ForAnyValue too", `{"ForAnyValue:StringEquals":{"k":["a"]}}`, keys("k", "a"), yes},
		{"C13 a multivalued key without set operator allows nothing", `{"StringEquals":{"k":"a"}}`, keys("k[]", "a"), unknown},
		{"C13 ... and negated neither", `{"StringNotEquals":{"k":"c"}}`, two, unknown},
		{"C12 numbers in a set", `{"ForAllValues:NumericLessThan":{"k":"10"}}`, keys("k[]", "1,9"), yes},
		{"C12 one value that is no number leaves it open", `{"ForAllValues:NumericLessThan":{"k":"10"}}`, keys("k[]", "1,x"), unknown},
	})
}

// TestEveryOperatorIsTested holds the table against the cases: each operator
// must decide something here.
func TestEveryOperatorIsTested(t *testing.T) {
	samples := map[string][2]string{ // a value of the policy, a value of the request that matches it
		"String": {"a", "a"}, "Arn": {"arn:aws:s3:::a", "arn:aws:s3:::a"}, "Bool": {"true", "true"},
		"Numeric": {"1", "1"}, "Date": {"2024-01-01", "2024-01-01"}, "Binary": {"QQ==", "QQ=="},
		"IpAddress": {"192.0.2.1", "192.0.2.1"}, "NotIpAddress": {"192.0.2.1", "192.0.2.1"}, "Null": {"false", "a"},
	}
	for name, op := range operators {
		for kind, sample := range samples {
			if !strings.HasPrefix(name, kind) {
				continue
			}
			want := yes
			if op.negated || strings.HasSuffix(name, "Than") {
				want = no
			}
			body := `"Action":"*","Resource":"*","Condition":{"` + name + `":{"k":"` + sample[0] + `"}}`
			if got := answer(t, reads(alice, keys("k", sample[1])), v2012, body); got != want {
				t.Errorf("%s of %v says %v, want %v", name, sample, got, want)
			}
		}
	}
}
