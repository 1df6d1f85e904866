package explain_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/authz/explain"
	"github.com/rolecall-iam/rolecall/policy"
)

// The words that questions are made of: near misses of one another.
var (
	callers = []string{"arn:aws:iam::" + account + ":user/ann", "arn:aws:iam::" + account + ":role/Dev@ann",
		"arn:aws:iam::" + other + ":role/Dev@ann", regional, "firehose.amazonaws.com"}
	actions    = []string{`"sts:AssumeRole"`, `["sts:AssumeRole", "sts:TagSession"]`, `"sts:*"`, `["iam:PassRole","sts:GetCallerIdentity"]`}
	resources  = []string{`"*"`, `"` + target + `"`, `["arn:aws:iam::` + account + `:role/other", "arn:aws:iam::` + other + `:role/*"]`}
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
		parts = append(parts, `"Action":`+draw(actions, "action"))
		if resource {
			parts = append(parts, `"Resource":`+draw(resources, "resource"))
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

// Whatever is asked: the verdict is the engine's; each fix, applied as it is
// printed, turns the decision; and no edit changes another policy than it says.
func TestWhatIsOfferedTurnsTheDecision(t *testing.T) {
	offered, denied := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		s := scene{
			caller: rapid.SampledFrom(callers).Draw(rt, "caller"), action: "sts:AssumeRole", resource: target,
			trust: drawPolicy(rt, "trust", true, false),
			keys:  map[string]string{"sts:RoleSessionName": "bob", "aws:SourceIp": "10.1.2.3"},
		}
		for i := range rapid.IntRange(0, 2).Draw(rt, "policies") {
			s.identity = append(s.identity, drawPolicy(rt, fmt.Sprint("identity", i), false, true))
		}
		if rapid.Bool().Draw(rt, "bounded") {
			s.boundary = drawPolicy(rt, "boundary", false, true)
		}
		if rapid.Bool().Draw(rt, "guarded") {
			s.scp = drawPolicy(rt, "scp", false, true)
		}
		q := s.question(t)
		q.Homes = func(r explain.Ref) explain.Home {
			return explain.Home{Kind: explain.OrganizationPolicy, Policy: place(r)}
		}
		x := explain.Explain(q, true)
		if want := authz.Decide(q.Request, q.Policies).Allowed; x.Allowed != want {
			rt.Fatalf("verdict %v, the engine's %v", x.Allowed, want)
		}
		if !x.Allowed {
			denied++
		}
		for _, f := range x.Fixes {
			offered++
			if d := decideWith(rt, s.question(t), f); !d.Allowed {
				rt.Fatalf("%q does not turn it: %+v\n%+v", f.Title, d, f)
			}
		}
	})
	if offered < 50 || denied < 50 {
		t.Errorf("only %d fixes of %d denials", offered, denied)
	}
}

// failer is what a test and a property have in common.
type failer interface {
	Fatalf(format string, args ...any)
}

// decideWith applies a fix from what it prints alone.
func decideWith(t failer, q explain.Question, f explain.Fix) authz.Decision {
	for _, e := range f.Edits {
		if e.Target == "request" {
			applyToRequest(t, &q, e)
			continue
		}
		doc, err := policy.Parse(e.Document)
		if err != nil {
			t.Fatalf("%q: %v in %s", e.Title, err, e.Document)
		}
		if strings.HasPrefix(e.Target, "inline policy Allow") {
			q.Policies.Identity = append(q.Policies.Identity, authz.Named{Name: "new", Document: doc})
			continue
		}
		var r explain.Ref
		if _, err := fmt.Sscanf(strings.TrimPrefix(e.Target, "organization policy "), "p-%d-%d-%d", &r.Layer, &r.Level, &r.Index); err != nil {
			t.Fatalf("%q: %v", e.Target, err)
		}
		switch r.Layer {
		case authz.ResourceLayer:
			q.Policies.Resource.Document = doc
		case authz.IdentityLayer:
			q.Policies.Identity[r.Index].Document = doc
		case authz.BoundaryLayer:
			q.Policies.Boundary.Document = doc
		case authz.ServiceControlLayer:
			q.Policies.SCPs[r.Level][r.Index].Document = doc
		default:
			t.Fatalf("%q changes %v", e.Title, r)
		}
	}
	return authz.Decide(q.Request, q.Policies)
}

// applyToRequest does what an edit tells the caller to do.
func applyToRequest(t failer, q *explain.Question, e explain.Edit) {
	option := func(name string) (string, bool) {
		_, rest, ok := strings.Cut(e.Command, name+" '")
		return strings.TrimSuffix(rest, "'"), ok
	}
	if id, ok := option("--source-identity"); ok {
		q.Request.Context.Set("sts:SourceIdentity", id)
	} else if id, ok := option("--external-id"); ok {
		q.Request.Context.Set("sts:ExternalId", id)
	} else if name, ok := option("--role-session-name"); ok {
		q.Request.Context.Set("sts:RoleSessionName", name)
	} else if strings.Contains(e.Command, "--token-code") {
		q.Request.Context.Set("aws:MultiFactorAuthPresent", "true")
		q.Request.Context.Set("aws:MultiFactorAuthAge", "0")
	} else {
		t.Fatalf("%q tells nothing to do", e.Command)
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
