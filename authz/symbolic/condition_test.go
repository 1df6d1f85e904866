package symbolic

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/policy"
)

// when is an Allow of everything under conditions.
func when(conditions string) string {
	return statements(allow(onAll + `,"Condition":{` + conditions + `}`))
}

// TestConditions compares conditions with each other.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
func TestConditions(t *testing.T) {
	cases := []struct {
		name            string
		existing, after string
		want            string
	}{
		{
			name:     "values are alternatives",
			existing: `"StringEquals":{"k":["a","b"]}`,
			after:    `"StringEquals":{"k":"b"}`,
			want:     "",
		},
		{
			name:     "one value more is more",
			existing: `"StringEquals":{"k":["a","b"]}`,
			after:    `"StringEquals":{"k":["b","c"]}`,
			want:     "0",
		},
		{
			name:     "of a negated operator one value more is less",
			existing: `"StringNotEquals":{"k":["a","b"]}`,
			after:    `"StringNotEquals":{"k":["a","b","c"]}`,
			want:     "",
		},
		{
			name:     "and one less is more",
			existing: `"StringNotEquals":{"k":["a","b"]}`,
			after:    `"StringNotEquals":{"k":"a"}`,
			want:     "0",
		},
		{
			name:     "a key more is less",
			existing: `"StringEquals":{"k":"a"}`,
			after:    `"StringEquals":{"k":"a","l":"b"}`,
			want:     "",
		},
		{
			name:     "a key less is more",
			existing: `"StringEquals":{"k":"a","l":"b"}`,
			after:    `"StringEquals":{"k":"a"}`,
			want:     "0",
		},
		{
			name:     "keys have no case",
			existing: `"StringEquals":{"AWS:PrincipalTag/Team":"a"}`,
			after:    `"StringEquals":{"aws:principaltag/team":"a"}`,
			want:     "",
		},
		{
			name:     "values have",
			existing: `"StringEquals":{"k":"a"}`,
			after:    `"StringEquals":{"k":"A"}`,
			want:     "0",
		},
		{
			name:     "but for IgnoreCase",
			existing: `"StringEqualsIgnoreCase":{"k":"a"}`,
			after:    `"StringEquals":{"k":["a","A"]}`,
			want:     "",
		},
		{
			name:     "StringLike has wildcards",
			existing: `"StringLike":{"k":"a*"}`,
			after:    `"StringLike":{"k":["a","a?","ab*"]}`,
			want:     "",
		},
		{
			name:     "StringEquals has none",
			existing: `"StringEquals":{"k":"a*"}`,
			after:    `"StringLike":{"k":"a*"}`,
			want:     "0",
		},
		{
			name:     "StringNotLike is all the others",
			existing: `"StringNotLike":{"k":"a*"}`,
			after:    `"StringLike":{"k":"b*"}`,
			want:     "",
		},
		{
			name:     "a negated operator holds without the key",
			existing: `"StringLike":{"k":"*"}`,
			after:    `"StringNotEquals":{"k":"a"}`,
			want:     "0",
		},
		{
			name:     "unless it is demanded",
			existing: `"StringLike":{"k":"*"}`,
			after:    `"StringNotEquals":{"k":"a"},"Null":{"k":"false"}`,
			want:     "",
		},
		{
			name:     "IfExists holds without the key",
			existing: `"StringEqualsIfExists":{"k":"a"}`,
			after:    `"Null":{"k":"true"},"StringNotLike":{"k":"?*"}`,
			want:     "0", // Null holds of the empty text, too
		},
		{
			name:     "Null is with or without",
			existing: `"Null":{"k":["true","false"]}`,
			after:    `"StringEqualsIfExists":{"k":"a"}`,
			want:     "",
		},
		{
			name:     "ArnLike goes part by part",
			existing: `"ArnLike":{"aws:SourceArn":"arn:aws:sns:*:111122223333:*"}`,
			after:    `"ArnEquals":{"aws:SourceArn":["arn:aws:sns:eu-west-1:111122223333:a:b","arn:aws:sns:us-*-1:111122223333:t*"]}`,
			want:     "",
		},
		{
			name:     "no star of it crosses a colon before the last part",
			existing: `"ArnLike":{"aws:SourceArn":"arn:aws:*:111122223333:a"}`,
			after:    `"ArnLike":{"aws:SourceArn":"arn:aws:sns:eu-west-1:111122223333:a"}`,
			want:     "0",
		},
		{
			name:     "StringLike's do",
			existing: `"StringLike":{"aws:SourceArn":"arn:aws:*:111122223333:a"}`,
			after:    `"ArnLike":{"aws:SourceArn":"arn:aws:sns:*:111122223333:a"}`,
			want:     "",
		},
		{
			name:     "ArnNotLike holds of other ARNs only",
			existing: `"ArnLike":{"aws:SourceArn":"arn:*:*:*:*:*"},"ArnNotLike":{"aws:SourceArn":"arn:aws:sns:*:*:*"}`,
			after:    `"ArnNotLike":{"aws:SourceArn":"arn:aws:sns:*:*:*"},"Null":{"aws:SourceArn":"false"}`,
			want:     "",
		},
		{
			name:     "Bool has no case",
			existing: `"Bool":{"aws:SecureTransport":"true"}`,
			after:    `"Bool":{"aws:SecureTransport":"TRUE"}`,
			want:     "",
		},
		{
			name:     "Bool of another word holds of nothing",
			existing: `"Bool":{"aws:SecureTransport":"true"}`,
			after:    `"Bool":{"aws:SecureTransport":"yes"}`,
			want:     "",
		},
		{
			name:     "Bool true and false leave other words out",
			existing: `"Bool":{"k":["true","false"]}`,
			after:    `"StringEquals":{"k":["true","maybe"]}`,
			want:     "0",
		},
		{
			name:     "numbers are compared as numbers",
			existing: `"NumericEquals":{"k":"10"}`,
			after:    `"NumericEquals":{"k":["10.0","1e1","+10"]}`,
			want:     "",
		},
		{
			name:     "two bounds make a range",
			existing: `"NumericGreaterThan":{"k":"0"},"NumericLessThan":{"k":"100"}`,
			after:    `"NumericGreaterThanEquals":{"k":"1"},"NumericLessThanEquals":{"k":"99.99"}`,
			want:     "",
		},
		{
			name:     "a bound of two is the wider",
			existing: `"NumericLessThan":{"k":["10","20"]}`,
			after:    `"NumericLessThan":{"k":"20"}`,
			want:     "",
		},
		{
			name:     "NumericNotEquals is below and above",
			existing: `"NumericLessThan":{"k":"5"}`,
			after:    `"NumericNotEquals":{"k":"5"},"Null":{"k":"false"}`,
			want:     "0",
		},
		{
			name:     "dates are compared as times",
			existing: `"DateGreaterThan":{"aws:CurrentTime":"2024-01-01T00:00:00Z"}`,
			after:    `"DateGreaterThanEquals":{"aws:CurrentTime":"2024-01-01T01:00:00+00:30"}`,
			want:     "",
		},
		{
			name:     "an instant is between two dates",
			existing: `"DateGreaterThan":{"aws:CurrentTime":"2024-01-01"},"DateLessThan":{"aws:CurrentTime":"2024-01-03"}`,
			after:    `"DateEquals":{"aws:CurrentTime":"2024-01-02"}`,
			want:     "",
		},
		{
			name:     "IPv6 ranges",
			existing: `"IpAddress":{"aws:SourceIp":"2001:db8::/32"}`,
			after:    `"IpAddress":{"aws:SourceIp":["2001:db8:1::/48","2001:db8::7"]}`,
			want:     "",
		},
		{
			name:     "all of IPv4 is not all of IPv6",
			existing: `"IpAddress":{"aws:SourceIp":"0.0.0.0/0"}`,
			after:    `"IpAddress":{"aws:SourceIp":["0.0.0.0/0","::/0"]}`,
			want:     "0",
		},
		{
			name:     "a range but a part of it",
			existing: `"IpAddress":{"aws:SourceIp":["10.0.0.0/9","10.192.0.0/10"]}`,
			after:    `"IpAddress":{"aws:SourceIp":"10.0.0.0/8"},"NotIpAddress":{"aws:SourceIp":"10.128.0.0/10"}`,
			want:     "",
		},
		{
			name:     "base64",
			existing: `"BinaryEquals":{"k":"YWI="}`,
			after:    `"BinaryEquals":{"k":["YWI=","YQ=="]}`,
			want:     "0",
		},
		{
			name:     "a variable as a value",
			existing: `"StringEquals":{"aws:ResourceTag/team":"${aws:PrincipalTag/team}"}`,
			after:    `"StringEquals":{"aws:ResourceTag/team":"${aws:PrincipalTag/Team}"}`,
			want:     "",
		},
		{
			name:     "another variable as a value",
			existing: `"StringEquals":{"aws:ResourceTag/team":"${aws:PrincipalTag/team}"}`,
			after:    `"StringEquals":{"aws:ResourceTag/team":"${aws:username}"}`,
			want:     "0",
		},
		{
			name:     "ForAnyValue of fewer values",
			existing: `"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-1/*"}`,
			after:    `"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":["o-1/r-1/*","o-1/r-2/*"]}`,
			want:     "",
		},
		{
			name:     "ForAllValues of more values",
			existing: `"ForAllValues:StringEquals":{"aws:TagKeys":"a"}`,
			after:    `"ForAllValues:StringEquals":{"aws:TagKeys":["a","b"]}`,
			want:     "0",
		},
		{
			name:     "no value is another than one that is",
			existing: `"ForAnyValue:StringNotEquals":{"aws:TagKeys":"a"}`,
			after:    `"ForAllValues:StringNotEquals":{"aws:TagKeys":"a"},"Null":{"aws:TagKeys":"false"}`,
			want:     "",
		},
		{
			name:     "an operator that nobody knows lets nothing through for sure",
			existing: `"StringRhymes":{"k":"a"}`,
			after:    `"StringEquals":{"k":"a"}`,
			want:     "0",
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			found := NewAccess(parse(t, when(c.after)), parse(t, when(c.existing)), Identity)
			if got := told(found); got != c.want {
				t.Errorf("statements %q, want %q", got, c.want)
				for _, f := range found {
					t.Logf("%+v", f.Witness)
				}
			}
		})
	}
}

// conditionOf reads the one condition of a statement.
func conditionOf(t *rapid.T, text string, effect policy.Effect) (policy.Condition, keyed) {
	doc := documentOf(t, version2012, fmt.Sprintf(`{"Effect":"%s",%s,"Condition":{%s}}`, map[policy.Effect]string{policy.Allow: "Allow", policy.Deny: "Deny"}[effect], onAll, text))
	c := doc.Statements[0].Conditions[0]
	r := reader{names: &names{}, variables: true}
	return c, keyed{sameKey(c.Key.Value), r.test(c, effect)}
}

// counts asks the evaluator whether a condition counts for a statement's
// effect.
func counts(c policy.Condition, effect policy.Effect, context authz.Context) bool {
	r := authz.Request{Principal: asker(), Action: askedAction, Resource: "*", Context: context}
	if effect == policy.Allow {
		return authz.Decide(r, authz.Policies{Identity: []authz.Named{{Document: anything(policy.Allow, c)}}}).Allowed
	}
	return !authz.Decide(r, authz.Policies{Identity: []authz.Named{{Document: anything(policy.Allow)}, {Document: anything(policy.Deny, c)}}}).Allowed
}

// TestSolveKeyAgreesWithTheEvaluator draws conditions of one key, some to
// count and some not to: what is found must be so, and where nothing is
// found, no value that is drawn may be.
func TestSolveKeyAgreesWithTheEvaluator(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var tests []wanted
		var asked []func(authz.Context) bool
		for range rapid.IntRange(1, 3).Draw(t, "tests") {
			text := drawCondition(t)
			if strings.Contains(text, "${") || strings.Contains(text, "Rhymes") {
				continue
			}
			for _, key := range drawnKeys {
				text = strings.Replace(text, `{"`+key+`":`, `{"k":`, 1)
			}
			effect := rapid.SampledFrom([]policy.Effect{policy.Allow, policy.Deny}).Draw(t, "effect")
			not := rapid.Bool().Draw(t, "not")
			condition, test := conditionOf(t, text, effect)
			tests = append(tests, wanted{test.test, not})
			asked = append(asked, func(c authz.Context) bool { return counts(condition, effect, c) != not })
		}
		agree := func(c authz.Context) bool {
			for _, ask := range asked {
				if !ask(c) {
					return false
				}
			}
			return true
		}
		s, o := solveKey(&budget{1_000_000}, "k", tests, false)
		if o == some {
			var c authz.Context
			switch s.shape {
			case value:
				c.Set("k", string(s.values[0]))
			case many:
				var list []string
				for _, v := range s.values {
					list = append(list, string(v))
				}
				c.SetMany("k", list...)
			}
			if !agree(c) {
				t.Fatalf("%+v is not as it should be", s)
			}
		}
		for _, v := range drawnValues {
			for _, shape := range []shape{absent, value, many} {
				var c authz.Context
				switch shape {
				case value:
					c.Set("k", v)
				case many:
					c.SetMany("k", v, rapid.SampledFrom(drawnValues).Draw(t, "second"))
				}
				if o == none && agree(c) {
					t.Fatalf("none, but %q, %v is so", v, shape)
				}
			}
		}
	})
}

// TestReadOperator reads prefixes and suffixes, in any case.
func TestReadOperator(t *testing.T) {
	cases := []struct {
		spelled  string
		base     string
		set      setOperator
		ifExists bool
		known    bool
	}{
		{"StringEquals", "StringEquals", single, false, true},
		{"stringequalsifexists", "stringequals", single, true, true},
		{"ForAllValues:StringLike", "StringLike", forAll, false, true},
		{"foranyvalue:ArnLikeIfExists", "ArnLike", forAny, true, true},
		{"IfExists", "IfExists", single, false, false},
		{"StringRhymes", "StringRhymes", single, false, false},
		{"ForSomeValues:StringLike", "ForSomeValues:StringLike", single, false, false},
	}
	for _, c := range cases {
		var got test
		_, base, known := got.readOperator(c.spelled)
		if base != c.base || got.set != c.set || got.ifExists != c.ifExists || known != c.known {
			t.Errorf("%s: %q, %v, %v, %v", c.spelled, base, got.set, got.ifExists, known)
		}
	}
}

// TestMayHaveMany knows AWS's own keys with several values.
func TestMayHaveMany(t *testing.T) {
	for key, want := range map[string]bool{
		"aws:tagkeys": true, "aws:principalorgpaths": true, "aws:username": false, "aws:principaltag/team": false, "s3:prefix": true, "k": true,
	} {
		if got := mayHaveMany(key); got != want {
			t.Errorf("%s: %v", key, got)
		}
	}
}
