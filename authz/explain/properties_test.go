package explain_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/authz/compiled"
	"github.com/rolecall-iam/rolecall/authz/explain"
	"github.com/rolecall-iam/rolecall/policy"
)

// The words that questions are made of: near misses of one another.
var (
	callers = []string{"arn:aws:iam::" + account + ":user/ann", "arn:aws:iam::" + account + ":role/Dev@ann",
		"arn:aws:iam::" + other + ":role/Dev@ann", regional, "firehose.amazonaws.com"}
	actions = []string{`"sts:AssumeRole"`, `["sts:AssumeRole", "sts:TagSession"]`, `"sts:*"`, `["iam:PassRole","sts:GetCallerIdentity"]`,
		`["s3:GetObject"]`, `"s3:Get*"`, `["s3:PutObject", "s3:GetObject", "sts:AssumeRole"]`, `"*"`}
	resources = []string{`"*"`, `"` + target + `"`, `["arn:aws:iam::` + account + `:role/other", "arn:aws:iam::` + other + `:role/*"]`,
		`"arn:aws:s3:::b/*"`, `["arn:aws:s3:::c/*", "` + object + `"]`}
	principals = []string{`{"AWS":"` + account + `"}`, `{"AWS":["` + other + `","arn:aws:iam::` + account + `:user/ann"]}`,
		`{"Service":"firehose.amazonaws.com"}`, `"*"`, `{"AWS":"arn:aws:iam::` + account + `:role/Dev","Service":"ec2.amazonaws.com"}`}
	conditions = []string{"", `"Condition":{"StringEquals":{"sts:ExternalId":"x1"}}`, `"Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}`,
		`"Condition":{"ArnLike":{"aws:PrincipalArn":"` + ssoPath + `AWSReservedSSO_AWS*"}}`,
		`"Condition":{"StringNotEquals":{"aws:PrincipalAccount":["333333333333","` + other + `"]}}`,
		`"Condition":{"StringLike":{"sts:RoleSessionName":"admin-*"},"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}`}
)

// drawPolicy makes a policy of one to three statements, laid out in one line or
// in several.
func drawPolicy(t *rapid.T, name string, principal, resource bool) string {
	var statements []string
	for i := range rapid.IntRange(1, 3).Draw(t, name) {
		draw := func(from []string, what string) string {
			return rapid.SampledFrom(from).Draw(t, fmt.Sprint(name, i, what))
		}
		parts := []string{`"Effect":"` + draw([]string{"Allow", "Allow", "Allow", "Deny"}, "effect") + `"`}
		if principal {
			parts = append(parts, `"Principal":`+draw(principals, "principal"))
		}
		parts = append(parts, `"`+draw([]string{"Action", "Action", "Action", "NotAction"}, "verb")+`":`+draw(actions, "action"))
		if resource {
			parts = append(parts, `"`+draw([]string{"Resource", "Resource", "Resource", "NotResource"}, "noun")+`":`+draw(resources, "resource"))
		}
		if c := draw(conditions, "condition"); c != "" {
			parts = append(parts, c)
		}
		statements = append(statements, "{"+strings.Join(parts, rapid.SampledFrom([]string{",", ",\n      "}).Draw(t, fmt.Sprint(name, i, "layout")))+"}")
	}
	if len(statements) == 1 && rapid.Bool().Draw(t, name+"bare") {
		return `{"Version":"2012-10-17","Statement":` + statements[0] + `}`
	}
	return "{\n  \"Version\":\"2012-10-17\",\n  \"Statement\":[" + strings.Join(statements, ",\n    ") + "]\n}"
}

// place names a policy so that it is found again.
func place(r explain.Ref) string { return fmt.Sprintf("p-%d-%d-%d", r.Layer, r.Level, r.Index) }

// drawQuestion makes a question with every kind of policy there is: it answers
// how to make it again, since fixes are applied to a fresh one.
func drawQuestion(t *rapid.T) func(testing.TB) explain.Question {
	s := scene{
		caller: rapid.SampledFrom(callers).Draw(t, "caller"), action: "sts:AssumeRole", resource: target,
		keys: map[string]string{"sts:RoleSessionName": "bob", "aws:SourceIp": "10.1.2.3"},
	}
	some := func(what string) bool { return rapid.IntRange(0, 2).Draw(t, what) == 0 }
	if some("about an object") {
		s.action, s.resource = "s3:GetObject", object
		if some("with a bucket's policy") {
			s.bucket = drawPolicy(t, "bucket", true, true)
		}
	} else {
		s.trust = drawPolicy(t, "trust", true, false)
	}
	for i := range rapid.IntRange(0, 2).Draw(t, "policies") {
		s.identity = append(s.identity, drawPolicy(t, fmt.Sprint("identity", i), false, true))
	}
	if some("bounded") {
		s.boundary = drawPolicy(t, "boundary", false, true)
	}
	if some("narrowed") {
		s.session = drawPolicy(t, "session", false, true)
	}
	levels := func(what string, principal bool) (texts [][]string) {
		for i := range rapid.IntRange(0, 2).Draw(t, what+"s") {
			level := []string{}
			for n := range rapid.IntRange(1, 2).Draw(t, fmt.Sprint(what, i)) {
				level = append(level, drawPolicy(t, fmt.Sprint(what, i, "-", n), principal, true))
			}
			texts = append(texts, level)
		}
		return texts
	}
	scps, rcps := levels("scp", false), levels("rcp", true)
	return func(tb testing.TB) explain.Question {
		q := s.question(tb)
		q.Policies.SCPs, q.Policies.RCPs = parsedLevels(tb, scps), parsedLevels(tb, rcps)
		q.Homes = func(r explain.Ref) explain.Home {
			return explain.Home{Kind: explain.OrganizationPolicy, Policy: place(r)}
		}
		return q
	}
}

func parsedLevels(tb testing.TB, texts [][]string) (levels [][]authz.Named) {
	for _, level := range texts {
		var all []authz.Named
		for _, text := range level {
			all = append(all, authz.Named{Name: "org", Document: parsed(tb, text)})
		}
		levels = append(levels, all)
	}
	return levels
}

// Whatever is asked: the verdict is both engines'; each fix, applied as it is
// printed, turns the decision; no edit changes another policy than it says, nor
// more of it than its diff shows.
func TestWhatIsOfferedTurnsTheDecision(t *testing.T) {
	offered, denied, layers := 0, 0, map[authz.Layer]int{}
	rapid.Check(t, func(rt *rapid.T) {
		again := drawQuestion(rt)
		q := again(t)
		x := explain.Explain(q, true)
		if want := authz.Decide(q.Request, q.Policies).Allowed; x.Allowed != want {
			rt.Fatalf("verdict %v, the engine's %v", x.Allowed, want)
		}
		if want := compiled.Decide(&q.Request, compiled.NewCache(64).Policies(q.Policies)).Allowed; x.Allowed != want {
			rt.Fatalf("verdict %v, the compiled engine's %v", x.Allowed, want)
		}
		if plain := explain.Explain(q, false); plain.Allowed != x.Allowed || plain.Verdict != x.Verdict || fmt.Sprint(plain.Mistakes) != fmt.Sprint(x.Mistakes) {
			rt.Fatalf("with fixes %q %v\nwithout %q %v", x.Verdict, x.Mistakes, plain.Verdict, plain.Mistakes)
		}
		if !x.Allowed {
			denied++
		}
		for _, f := range x.Fixes {
			offered++
			fresh := again(t)
			if d := applied(rt, &fresh, f, layers); !d.Allowed {
				rt.Fatalf("%q does not turn it: %+v\n%+v", f.Title, d, f)
			}
		}
	})
	if offered < 50 || denied < 50 {
		t.Errorf("only %d fixes of %d denials", offered, denied)
	}
	for _, l := range []authz.Layer{authz.IdentityLayer, authz.ResourceLayer, authz.BoundaryLayer, authz.ServiceControlLayer, authz.ResourceControlLayer} {
		if layers[l] == 0 {
			t.Errorf("no fix changed a %v", l)
		}
	}
}

// What explaining costs, with 100 statements: the goals are 20 µs without
// fixes and 5 ms with them.
func BenchmarkExplain(b *testing.B) {
	var statements []string
	for i := range 100 {
		statements = append(statements, fmt.Sprintf(`{"Effect":"Allow","Action":"s3:Get%d","Resource":"arn:aws:s3:::b%d/*","Condition":{"StringLike":{"aws:PrincipalTag/team":"t%d*"}}}`, i, i, i))
	}
	doc, err := policy.Parse(`{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`)
	if err != nil {
		b.Fatal(err)
	}
	q := explain.Question{Request: authz.Request{Principal: authz.User{ARN: userARN, ID: "AIDAEXAMPLEEXAMPLEEXA"}, Action: "s3:Get50", Resource: "arn:aws:s3:::c/x"}}
	q.Policies.Identity = []authz.Named{{Name: "hundred", Document: doc}}
	for name, fixes := range map[string]bool{"decision alone": false, "without fixes": false, "with fixes": true} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if name == "decision alone" {
					authz.Decide(q.Request, q.Policies)
				} else {
					explain.Explain(q, fixes)
				}
			}
		})
	}
}
