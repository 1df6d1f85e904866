package compiled_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/authz/compiled"
	"github.com/rolecall-iam/rolecall/policy"
)

// TestWhatIsLarge: documents and requests that nobody writes decide as the
// literal evaluator decides them.
func TestWhatIsLarge(t *testing.T) {
	long := strings.Repeat("a", 1<<20)
	many := func(n int, value func(int) string) string {
		all := make([]string, n)
		for i := range all {
			all[i] = `"` + value(i) + `"`
		}
		return "[" + strings.Join(all, ",") + "]"
	}
	number := func(prefix string) func(int) string {
		return func(i int) string { return fmt.Sprintf("%s%d", prefix, i) }
	}
	allow := func(elements string) string {
		return `{"Version":"2012-10-17","Statement":{"Effect":"Allow",` + elements + `}}`
	}
	const yes, no = "allowed by identity-based policy", "denied for want of identity-based policy"
	for _, c := range []struct {
		name, text string
		request    authz.Request
		want       string
	}{
		{"a set of 100,000 values, and it is there", allow(`"Action":"*","Resource":"*","Condition":{"StringEquals":{"k":` + many(100_000, number("v")) + `}}`), reads(alice, "k", "v99999"), yes},
		{"a set of 100,000 values, and it is not", allow(`"Action":"*","Resource":"*","Condition":{"StringEquals":{"k":` + many(100_000, number("v")) + `}}`), reads(alice, "k", "v100000"), no},
		{"100,000 values of another kind", allow(`"Action":"*","Resource":"*","Condition":{"NumericEquals":{"k":` + many(100_000, number("")) + `}}`), reads(alice, "k", "99999.0"), yes},
		{"5,000 actions", allow(`"Action":` + many(5_000, number("s3:Get")) + `,"Resource":"*"`), authz.Request{Principal: alice, Action: "s3:get4999", Resource: "*"}, yes},
		{"5,000 services", allow(`"Action":` + many(5_000, func(i int) string { return fmt.Sprintf("s%d:*", i) }) + `,"Resource":"*"`), authz.Request{Principal: alice, Action: "s4999:Get", Resource: "*"}, yes},
		{"5,000 beginnings of actions", allow(`"Action":` + many(5_000, func(i int) string { return fmt.Sprintf("s3:Get%d*", i) }) + `,"Resource":"*"`), authz.Request{Principal: alice, Action: "s3:Get4999X", Resource: "*"}, yes},
		{"5,000 resources", allow(`"Action":"*","Resource":` + many(5_000, number("arn:aws:s3:::b"))), authz.Request{Principal: alice, Action: "s3:GetObject", Resource: "arn:aws:s3:::b4999"}, yes},
		{"5,000 principals", allow(`"Action":"*","Resource":"*","Principal":{"AWS":` + many(5_000, number("AIDA")) + `}`), reads(alice), no},
		{"a megabyte of an action", allow(`"Action":"s3:` + long + `","Resource":"*"`), authz.Request{Principal: alice, Action: "s3:" + long, Resource: "*"}, yes},
		{"a megabyte of a resource", allow(`"Action":"*","Resource":"arn:aws:s3:::` + long + `*"`), authz.Request{Principal: alice, Action: "s3:GetObject", Resource: "arn:aws:s3:::" + long}, yes},
		{"a megabyte of a value", allow(`"Action":"*","Resource":"*","Condition":{"StringLike":{"k":"*` + long + `b"}}`), reads(alice, "k", long), no},
		{"a megabyte of digits", allow(`"Action":"*","Resource":"*","Condition":{"NumericLessThan":{"k":"` + strings.Repeat("9", 1<<20) + `"}}`), reads(alice, "k", "8"+strings.Repeat("9", 1<<20-1)), yes},
		{"a variable with a megabyte", allow(`"Action":"*","Resource":"arn:aws:s3:::*${k}*"`), func() authz.Request {
			r := reads(alice, "k", long)
			r.Resource = "arn:aws:s3:::x" + long + "y"
			return r
		}(), yes},
		{"a hundred variables", allow(`"Action":"*","Resource":"arn:aws:s3:::` + strings.Repeat("${k}", 100) + `"`), func() authz.Request {
			r := reads(alice, "k", "ab")
			r.Resource = "arn:aws:s3:::" + strings.Repeat("ab", 100)
			return r
		}(), yes},
		{"a thousand wildcards", allow(`"Action":"*","Resource":"arn:aws:s3:::` + strings.Repeat("a*", 1000) + `b"`), authz.Request{Principal: alice, Action: "s3:GetObject", Resource: "arn:aws:s3:::" + strings.Repeat("a", 5000)}, no},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := authz.Policies{Identity: named(t, c.text)}
			if strings.Contains(c.text, `"Principal"`) {
				p = authz.Policies{Resource: resourcePolicy(t, authz.OrdinaryPolicy, c.text)}
			}
			if got := decided(t, c.request, p); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

// TestWhatIsOdd: bytes that are no text, in the request and in the policy.
func TestWhatIsOdd(t *testing.T) {
	odd := []string{"", "\x00", "\xff", "\xc3", "é\xc3", "\u017f", "\u212a", "K", "\ufffd", "\U0010ffff", "*", "?", "${", "}", "${k}", ":", "::::::", "arn", "arn:::::", " ", "\n"}
	resource := func(s string) string { return "arn:aws:s3:::x" + s }
	for _, a := range odd {
		for _, b := range odd {
			d := *doc(t, allowAll)
			text := func(s string) []policy.Text { return []policy.Text{{Value: s}} }
			d.Statements = []policy.Statement{{
				Effect: policy.Allow, Actions: policy.Set{Present: true, Values: text("s3:Get" + a)}, Resources: policy.Set{Present: true, Values: text(resource(a))},
			}, {
				Effect: policy.Deny, Actions: policy.Set{Present: true, Values: text("*")}, Resources: policy.Set{Present: true, Negated: true, Values: text(resource(a))},
				Conditions: []policy.Condition{{Operator: text("StringLike")[0], Key: text("k" + a)[0], Values: text(a)}},
			}, {
				Effect: policy.Deny, Actions: policy.Set{Present: true, Values: text(a)}, Resources: policy.Set{Present: true, Values: text(a)},
				Conditions: []policy.Condition{{Operator: text("String" + a)[0], Key: text(a)[0], Values: text(a)}},
			}}
			p := authz.Policies{Identity: []authz.Named{{Document: &d}}, Resource: &authz.ResourcePolicy{Named: authz.Named{Document: &d}}}
			r := authz.Request{Principal: alice, Action: "s3:Get" + b, Resource: resource(b), Context: with("k"+b, b, b, b)}
			decided(t, r, p)
		}
	}
}

// TestManagedPolicies holds both evaluators against each other on policies
// that people use, and on actions that these name or nearly name.
func TestManagedPolicies(t *testing.T) {
	p := authz.Policies{Identity: managedPolicies(t)}
	ready := compiled.NewPolicies(p)
	var names []string
	for _, n := range p.Identity {
		for _, s := range n.Document.Statements {
			for _, a := range s.Actions.Values {
				names = append(names, a.Value)
			}
		}
	}
	r := rand.New(rand.NewPCG(*generatedFrom, 9))
	const asked = 1500
	for range asked {
		name := near(r, strings.NewReplacer("*", "Object", "?", "x").Replace(oneOf(r, names)))
		q := asks(alice, name, oneOf(r, resources))
		if !same(t, &q, p, ready) {
			return
		}
	}
}

// FuzzAgree holds both evaluators against each other on whatever can be
// parsed, in every layer.
func FuzzAgree(f *testing.F) {
	r := rand.New(rand.NewPCG(2, 2))
	for range 30 {
		q := drawRequest(r)
		for _, form := range []form{attached, byPrincipal, trust} {
			if d := document(r, form); d != nil {
				f.Add(d.Text, q.Action, q.Resource, "alice")
			}
		}
	}
	f.Add(`{"Statement":[{"Effect":"Allow","NotPrincipal":{"AWS":"*"},"NotAction":"a","NotResource":"arn:::::${x"}]}`, "a:b", "*", "*")
	f.Add(statementsText(3), "s3:GetObject", bucketOf(1), "alice")
	f.Fuzz(func(t *testing.T, text, action, resource, value string) {
		d, err := policy.Parse(text)
		if err != nil {
			return
		}
		one := authz.Named{Document: d}
		for _, principal := range principals {
			q := authz.Request{Principal: principal, Action: action, Resource: resource}
			for _, k := range keys {
				if k.multi {
					q.Context.SetMany(k.name, value, "red")
				} else {
					q.Context.Set(k.name, value)
				}
			}
			for _, p := range []authz.Policies{
				{Identity: []authz.Named{one}},
				{Identity: []authz.Named{one}, Resource: &authz.ResourcePolicy{Kind: authz.TrustPolicy, Named: one}},
				{Identity: []authz.Named{one}, Resource: &authz.ResourcePolicy{Kind: authz.OrdinaryPolicy, Named: one}, Boundary: &one, Session: []authz.Named{one}},
				{Endpoint: &one, SCPs: [][]authz.Named{{one}}, RCPs: [][]authz.Named{{one}}, Identity: []authz.Named{one}},
			} {
				same(t, &q, p, compiled.NewPolicies(p))
			}
		}
	})
}
