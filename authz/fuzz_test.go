package authz

import (
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall/policy"
)

// FuzzGlob looks for panics, and holds that literal text covers itself only.
func FuzzGlob(f *testing.F) {
	for _, seed := range [][2]string{{"a*", "abc"}, {"*?*", "é"}, {"", ""}, {"\xff*", "\xff\xfe"}, {"**a", "ba"}} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, pattern, text string) {
		got := (glob{text: pattern}).match(text)
		if !strings.ContainsAny(pattern, "*?") && got != (pattern == text) {
			t.Errorf("%q covers %q: %v", pattern, text, got)
		}
		e := evaluation{r: &Request{Context: keys("k", pattern)}, variables: true}
		if literal, ok := e.expand("${k}"); !ok || literal.match(text) != (pattern == text) {
			t.Errorf("the value %q covers %q", pattern, text)
		}
	})
}

// FuzzCondition looks for panics, and holds that operator and negated operator
// never both allow on a key that is there.
func FuzzCondition(f *testing.F) {
	f.Add("NumericEquals", "1e999", "1E+999")
	f.Add("DateEquals", "2024-02-30T24:61:61+99:99", "-1")
	f.Add("IpAddress", "::ffff:0:0/96", "fe80::1%eth0")
	f.Add("ArnEquals", "arn:*:*:*:*:${k}", "arn:::::")
	f.Add("StringLike", "${k, '*'}${", "***")
	f.Add("BinaryEquals", "QQ==", "QQ")
	f.Add("Null", "true", "")
	negation := map[string]string{
		"NumericEquals": "NumericNotEquals", "DateEquals": "DateNotEquals", "IpAddress": "NotIpAddress",
		"ArnEquals": "ArnNotEquals", "StringLike": "StringNotLike", "StringEquals": "StringNotEquals",
	}
	f.Fuzz(func(t *testing.T, operator, want, have string) {
		holds := func(name string) truth {
			e := evaluation{r: &Request{Context: keys("k", have)}, variables: true}
			return e.condition(&policy.Condition{
				Operator: policy.Text{Value: name}, Key: policy.Text{Value: "K"}, Values: []policy.Text{{Value: want}},
			})
		}
		got := holds(operator)
		if negated, ok := negation[operator]; ok && got == yes && holds(negated) != no {
			t.Errorf("%s and %s of %q and %q both hold", operator, negated, want, have)
		}
	})
}

// FuzzDecimal compares with math/big where that can follow.
func FuzzDecimal(f *testing.F) {
	for _, seed := range [][2]string{{"1", "1.0"}, {"-0", "0"}, {"1e3", "999.9"}, {"007", "7"}, {".5", "0.50"}, {"9007199254740993", "9007199254740992"}, {"1e", "e1"}} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		x, ok1 := parseDecimal(a)
		y, ok2 := parseDecimal(b)
		if !ok1 || !ok2 || max(x.exponent, -x.exponent, y.exponent, -y.exponent, len(a), len(b)) > 500 {
			return
		}
		p, ok1 := new(big.Rat).SetString(a)
		q, ok2 := new(big.Rat).SetString(b)
		if !ok1 || !ok2 {
			t.Fatalf("%q or %q is a number here only", a, b)
		}
		if got := x.compare(y); got != p.Cmp(q) || y.compare(x) != -got {
			t.Errorf("%s against %s is %d, want %d", a, b, got, p.Cmp(q))
		}
	})
}

// FuzzInstant compares with package time where that can follow.
func FuzzInstant(f *testing.F) {
	for _, seed := range []string{"2024-05-06T07:08:09Z", "2024", "20240506", "2024-05-06T07:08:09.123456789+01:30", "0000-01-01", "9999-12-31T23:59:59Z", "T", "-1", "2024-05-06T00:00:00-23:59"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, ok := parseInstant(s)
		want, err := time.Parse(time.RFC3339Nano, s)
		if err != nil {
			return
		}
		// Package time takes commas, long fractions and odd zones as well.
		strict := s[13] == ':' && !strings.Contains(s, ",") && strings.HasSuffix(s, "Z") && len(s) <= len("2006-01-02T15:04:05.999999999Z")
		if !ok && strict {
			t.Fatalf("%q is no date", s)
		}
		if ok && (got.seconds != want.Unix() || got.nanoseconds != want.Nanosecond()) {
			t.Errorf("%q is %v, want %v", s, got, want)
		}
	})
}

// FuzzDecide looks for panics in whatever can be parsed, and holds that an
// explicit Deny of everything is never overcome.
func FuzzDecide(f *testing.F) {
	f.Add(allowAll, "s3:GetObject", bucket)
	f.Add(`{"Statement":[{"Effect":"Allow","NotPrincipal":{"AWS":"*"},"NotAction":"a","NotResource":"arn:::::${x"}]}`, "a:b", "*")
	f.Add(trustText(`{"Federated":"x","CanonicalUser":["y"]}`), "sts:AssumeRole", role)
	principals := []Principal{nil, Anonymous{}, root, alice, deployer, visitor, lambda, okta}
	deny := doc(f, denyAll)
	f.Fuzz(func(t *testing.T, text, action, resource string) {
		d, err := policy.Parse(text)
		if err != nil {
			return
		}
		for _, p := range principals {
			r := Request{Principal: p, Action: action, Resource: resource, Context: keys("k", text)}
			policies := Policies{
				Identity: []Named{{Document: d}}, Boundary: &Named{Document: d}, Session: []Named{{Document: d}},
				Resource: &ResourcePolicy{TrustPolicy, Named{Document: d}}, Endpoint: &Named{Document: d},
				SCPs: [][]Named{{{Document: d}}}, RCPs: [][]Named{{{Document: d}}},
			}
			if decision := Decide(r, policies); !decision.Allowed && AccessDeniedMessage(r, decision) == "" {
				t.Error("a denial without words")
			}
			policies.Identity = append(policies.Identity, Named{Document: deny})
			decision := Decide(r, policies)
			if _, fixed := decision.Reason.(FixedRule); fixed {
				continue
			}
			switch p.(type) {
			case User, RoleSession, FederatedUser:
				if decision.Allowed {
					t.Errorf("%v is %s", p, why(decision))
				}
			}
		}
	})
}
