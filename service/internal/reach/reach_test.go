package reach

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/api/reference"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/policy"
)

const userARN = "arn:aws:iam::111111111111:user/ann"

func document(t testing.TB, statements ...string) authz.Named {
	t.Helper()
	if len(statements) == 0 {
		statements = []string{`{"Effect":"Allow","Action":"none:none","Resource":"*"}`}
	}
	doc, err := policy.Parse(`{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`)
	if err != nil {
		t.Fatal(err)
	}
	return authz.Named{Name: "p", Document: doc}
}

// asked is ann, with what is known of her.
func asked(t testing.TB, p authz.Policies) *Asked {
	t.Helper()
	name, err := arn.Parse(userARN)
	if err != nil {
		t.Fatal(err)
	}
	account, err := arn.ParseAccountID(name.Account)
	if err != nil {
		t.Fatal(err)
	}
	a := &Asked{Principal: authz.User{ARN: name, ID: "AIDA"}, Account: account, Partition: "aws", Policies: p}
	a.Context.Set("aws:username", "ann")
	a.Context.Set("aws:PrincipalArn", userARN)
	a.Absent = func(key string) bool { return strings.HasPrefix(strings.ToLower(key), "aws:principaltag/") }
	return a
}

// told is what is allowed, one line a grant.
func told(services []Service) string {
	var lines []string
	for _, s := range services {
		for _, g := range s.Grants {
			line := strings.Join(g.Patterns, " ") + " on " + g.Resource
			for _, x := range g.Except {
				line += " -" + x
			}
			for _, c := range g.Conditions {
				line += " (" + c + ")"
			}
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

// TestServices: what each combination of policies allows.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
func TestServices(t *testing.T) {
	const (
		all      = `{"Effect":"Allow","Action":"*","Resource":"*"}`
		sqs      = `{"Effect":"Allow","Action":"sqs:*","Resource":"arn:aws:sqs:*:111111111111:jobs-*"}`
		denySQS  = `{"Effect":"Deny","Action":"sqs:*","Resource":"arn:aws:sqs:*:111111111111:jobs-secret"}`
		narrower = `{"Effect":"Deny","Action":"sqs:*","Resource":"arn:aws:sqs:*:*:*secret"}`
		send     = `{"Effect":"Allow","Action":"sqs:SendMessage","Resource":"arn:aws:sqs:*:111111111111:jobs-1"}`
	)
	mfa := func(effect, operator, value string) string {
		return `{"Effect":"` + effect + `","Action":"sqs:SendMessage","Resource":"*","Condition":{"` + operator + `":{"aws:MultiFactorAuthPresent":"` + value + `"}}}`
	}
	on := func(effect, action, resource, more string) string {
		return `{"Effect":"` + effect + `","Action":"` + action + `","Resource":"` + resource + `"` + more + `}`
	}
	for _, c := range []struct {
		rule     string
		identity []string
		boundary []string
		scp      []string
		action   string
		want     string
	}{
		{"nothing allows nothing", nil, nil, nil, "sqs:SendMessage", ""},
		{"an action on a pattern", []string{sqs}, nil, nil, "sqs:SendMessage", "sqs:SendMessage on arn:aws:sqs:*:111111111111:jobs-*"},
		{"all actions that take such a resource are a star", []string{sqs}, nil, nil, "", "sqs:* on arn:aws:sqs:*:111111111111:jobs-*"},
		{"a narrower Deny is an exception", []string{sqs, denySQS}, nil, nil, "sqs:SendMessage",
			"sqs:SendMessage on arn:aws:sqs:*:111111111111:jobs-* -arn:aws:sqs:*:111111111111:jobs-secret"},
		{"a Deny that overlaps is an exception", []string{sqs, narrower}, nil, nil, "sqs:SendMessage",
			"sqs:SendMessage on arn:aws:sqs:*:111111111111:jobs-* -arn:aws:sqs:*:*:*secret"},
		{"a wider Deny leaves nothing", []string{sqs, on("Deny", "sqs:*", "*", "")}, nil, nil, "sqs:SendMessage", ""},
		{"a Deny of another action is none", []string{send, on("Deny", "sqs:DeleteQueue", "*", "")}, nil, nil, "sqs:SendMessage",
			"sqs:SendMessage on arn:aws:sqs:*:111111111111:jobs-1"},
		{"a boundary limits to what both allow", []string{all}, []string{send}, nil, "sqs:*", "sqs:SendMessage on arn:aws:sqs:*:111111111111:jobs-1"},
		{"a boundary that allows everything limits nothing", []string{sqs}, []string{all}, nil, "sqs:SendMessage",
			"sqs:SendMessage on arn:aws:sqs:*:111111111111:jobs-*"},
		{"a service control policy as well", []string{all}, nil, []string{sqs, denySQS}, "sqs:SendMessage",
			"sqs:SendMessage on arn:aws:sqs:*:111111111111:jobs-* -arn:aws:sqs:*:111111111111:jobs-secret"},
		{"what an Allow leaves out is an exception", []string{`{"Effect":"Allow","Action":"sqs:SendMessage","NotResource":"arn:aws:sqs:*:*:audit"}`}, nil, nil, "sqs:SendMessage",
			"sqs:SendMessage on * -arn:aws:sqs:*:*:audit"},
		{"what a Deny leaves out is all that there is", []string{all, `{"Effect":"Deny","Action":"sqs:*","NotResource":"arn:aws:sqs:*:*:jobs"}`}, nil, nil, "sqs:SendMessage",
			"sqs:SendMessage on arn:aws:sqs:*:*:jobs"},
		{"NotAction leaves out", []string{`{"Effect":"Allow","NotAction":"sqs:Send*","Resource":"*"}`}, nil, nil, "sqs:SendMessage", ""},
		{"a condition that comes with the request", []string{mfa("Allow", "Bool", "true")}, nil, nil, "sqs:SendMessage",
			"sqs:SendMessage on * (only if Bool aws:MultiFactorAuthPresent true)"},
		{"and without it is no condition", []string{mfa("Allow", "Bool", "true"), on("Allow", "sqs:SendMessage", "*", "")}, nil, nil, "sqs:SendMessage", "sqs:SendMessage on *"},
		{"one of two is enough", []string{mfa("Allow", "Bool", "true"), mfa("Allow", "Null", "true")}, nil, nil, "sqs:SendMessage",
			"sqs:SendMessage on * (only if Bool aws:MultiFactorAuthPresent true, or if Null aws:MultiFactorAuthPresent true)"},
		{"of a Deny it must not be met", []string{sqs, mfa("Deny", "BoolIfExists", "false")}, nil, nil, "sqs:SendMessage",
			"sqs:SendMessage on arn:aws:sqs:*:111111111111:jobs-* (not if BoolIfExists aws:MultiFactorAuthPresent false)"},
		{"a condition on the principal that holds is none", []string{on("Allow", "sqs:SendMessage", "*", `,"Condition":{"StringEquals":{"aws:username":"ann"}}`)}, nil, nil, "sqs:SendMessage", "sqs:SendMessage on *"},
		{"and one that does not allows nothing", []string{on("Allow", "sqs:SendMessage", "*", `,"Condition":{"StringEquals":{"aws:PrincipalTag/team":"a"}}`)}, nil, nil, "sqs:SendMessage", ""},
		{"a variable has its value", []string{on("Allow", "sqs:SendMessage", "arn:aws:sqs:*:*:${aws:username}-*", "")}, nil, nil, "sqs:SendMessage", "sqs:SendMessage on arn:aws:sqs:*:*:ann-*"},
		{"or stays", []string{on("Allow", "sqs:SendMessage", "arn:aws:sqs:*:*:${aws:SourceVpc}", "")}, nil, nil, "sqs:SendMessage", "sqs:SendMessage on arn:aws:sqs:*:*:${aws:SourceVpc}"},
		{"another account has a say", []string{on("Allow", "sqs:SendMessage", "arn:aws:sqs:eu-west-1:222222222222:q", "")}, nil, nil, "sqs:SendMessage",
			"sqs:SendMessage on arn:aws:sqs:eu-west-1:222222222222:q (only if a policy of the resource, in account 222222222222, allows it too)"},
		{"a narrower resource is said already", []string{sqs, send}, nil, nil, "sqs:SendMessage", "sqs:SendMessage on arn:aws:sqs:*:111111111111:jobs-*"},
		{"but not where the wider one has conditions", []string{send, mfa("Allow", "Bool", "true")}, nil, nil, "sqs:SendMessage",
			"sqs:SendMessage on arn:aws:sqs:*:111111111111:jobs-1\nsqs:SendMessage on * (only if Bool aws:MultiFactorAuthPresent true)"},
		{"a resource of another kind is none", []string{on("Allow", "s3:*", "arn:aws:s3:::b/*", "")}, nil, nil, "s3:ListBucket", ""},
		{"an action without resources is asked of *", []string{on("Allow", "s3:*", "arn:aws:s3:::b", "")}, nil, nil, "s3:ListAllMyBuckets", ""},
		{"what belongs to AWS cannot be changed", []string{on("Allow", "iam:*", "arn:aws:iam::aws:policy/ReadOnlyAccess", "")}, nil, nil, "iam:Get*Policy",
			"iam:GetPolicy on arn:aws:iam::aws:policy/ReadOnlyAccess"},
		{"nor can its aliases of keys", []string{on("Allow", "kms:*", "arn:aws:kms:*:*:alias/aws/s3", "")}, nil, nil, "kms:UpdateAlias", ""},
		{"what two layers have in common", []string{on("Allow", "sqs:SendMessage", "arn:aws:sqs:*:*:q*", "")}, []string{on("Allow", "sqs:SendMessage", "arn:aws:sqs:eu-west-1:*:*", "")}, nil, "sqs:SendMessage",
			"sqs:SendMessage on arn:aws:sqs:eu-west-1:*:q*"},
		{"a question mark does not cover a star", []string{on("Allow", "sqs:SendMessage", "arn:aws:sqs:*:*:q*", "")}, []string{on("Allow", "sqs:SendMessage", "arn:aws:sqs:*:*:q?", "")}, nil, "sqs:SendMessage",
			"sqs:SendMessage on arn:aws:sqs:*:*:q?"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			p := authz.Policies{Identity: []authz.Named{document(t, c.identity...)}}
			if c.boundary != nil {
				b := document(t, c.boundary...)
				p.Boundary = &b
			}
			if c.scp != nil {
				p.SCPs = [][]authz.Named{{document(t, c.scp...)}}
			}
			a := asked(t, p)
			a.Action = c.action
			services := New(a).Services()
			if c.action == "" {
				services = slices.DeleteFunc(services, func(s Service) bool { return s.Prefix == "sts" })
			}
			if got := told(services); got != c.want {
				t.Errorf("\n got %s\nwant %s", got, c.want)
			}
		})
	}
}

// TestEverything: an administrator may do every action of the reference, the
// root user as well, and an unreadable policy allows nothing.
func TestEverything(t *testing.T) {
	admin := asked(t, authz.Policies{Identity: []authz.Named{document(t, `{"Effect":"Allow","Action":"*","Resource":"*"}`)}})
	root := asked(t, authz.Policies{})
	root.Principal = authz.Root{Account: root.Account, Partition: "aws"}
	for _, a := range []*Asked{admin, root} {
		got := New(a).Services()
		if len(got) != len(reference.ServicePrefixes()) {
			t.Errorf("%d services of %d", len(got), len(reference.ServicePrefixes()))
		}
		for _, s := range got {
			if s.Prefix != "sts" && (len(s.Grants) != 1 || s.Grants[0].Patterns[0] != s.Prefix+":*" || s.Grants[0].Resource != "*") {
				t.Errorf("%+v", s)
			}
		}
	}
	broken := asked(t, authz.Policies{Identity: []authz.Named{admin.Policies.Identity[0], {Name: "broken"}}})
	if got := told(New(broken).Services()); strings.Contains(got, "s3:") {
		t.Error(got)
	}
}

// TestHoles: a statement that waits for something allows nothing for certain.
func TestHoles(t *testing.T) {
	a := asked(t, authz.Policies{Identity: []authz.Named{document(t, `{"Sid":"Hole0","Effect":"Allow","Action":"sqs:SendMessage","Resource":"*"}`)}})
	a.Action = "sqs:SendMessage"
	a.Holes = func(sid string) string { return map[string]string{"Hole0": "plan.json: x is not known yet"}[sid] }
	if got := told(New(a).Services()); got != "sqs:SendMessage on * (only if this allows it: plan.json: x is not known yet)" {
		t.Error(got)
	}
}

// TestWhatIsToldIsDecided: on generated policies, every grant without conditions
// is allowed by the evaluator on instances of its resource that no exception
// covers, whatever keys the request has.
func TestWhatIsToldIsDecided(t *testing.T) {
	resources := []string{"*", "arn:aws:sqs:*:*:a*", "arn:aws:sqs:*:*:*b", "arn:aws:sqs:*:*:a?", "arn:aws:sqs:*:*:ab", "arn:aws:sqs:*:111111111111:*"}
	elements := []string{"Resource", "NotResource"}
	conditions := []string{"", "", `,"Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}`, `,"Condition":{"Null":{"aws:SourceIp":"true"}}`}
	names := []string{"a", "b", "ab", "ax", "axb", "x", "aab", "abb"}
	checked := 0
	for seed := range 4000 {
		pick := func(n int) int { seed = seed*1103515245 + 12345; return (seed >> 16) & 0x7fff % n }
		var statements []string
		for range 1 + pick(4) {
			effect := "Allow"
			if pick(3) == 0 {
				effect = "Deny"
			}
			statements = append(statements, fmt.Sprintf(`{"Effect":%q,"Action":"sqs:SendMessage",%q:%q%s}`,
				effect, elements[pick(8)/7], resources[pick(len(resources))], conditions[pick(len(conditions))]))
		}
		p := authz.Policies{Identity: []authz.Named{document(t, statements...)}}
		a := asked(t, p)
		a.Action = "sqs:SendMessage"
		services := New(a).Services()
		for _, name := range names {
			resource := "arn:aws:sqs:eu-west-1:111111111111:" + name
			promised, possible := false, false
			for _, s := range services {
				for _, g := range s.Grants {
					in := covers(g.Resource, resource) && !slices.ContainsFunc(g.Except, func(x string) bool { return covers(x, resource) })
					promised, possible = promised || in && len(g.Conditions) == 0, possible || in
				}
			}
			for keys := range 4 {
				r := authz.Request{Principal: a.Principal, Action: "sqs:SendMessage", Resource: resource, Context: a.Context.Clone()}
				if keys&1 > 0 {
					r.Context.Set("aws:MultiFactorAuthPresent", "true")
				}
				if keys&2 > 0 {
					r.Context.Set("aws:SourceIp", "10.0.0.1")
				}
				allowed := authz.Decide(r, p).Allowed
				checked++
				complete := !strings.Contains(strings.Join(statements, ""), "a?") // what it has in common with others is not always said
				if promised && !allowed || allowed && !possible && complete {
					t.Fatalf("%s keys %d: allowed %v, told\n%s\nof\n%s", resource, keys, allowed, told(services), strings.Join(statements, "\n"))
				}
			}
		}
	}
	t.Logf("%d decisions", checked)
}

// TestPatterns: covering and overlapping.
func TestPatterns(t *testing.T) {
	for _, c := range []struct {
		p, q             string
		covers, overlaps bool
	}{
		{"*", "a*", true, true}, {"a*", "*", false, true}, {"a*", "ab*", true, true}, {"a*", "*b", false, true}, {"a*c", "b*", false, false},
		{"a?", "a*", false, true}, {"a?", "a?", true, true}, {"a*", "a?", true, true}, {"", "", true, true}, {"a", "", false, false}, {"*", "", true, true},
		{"a*b*c", "axbxc", true, true}, {"a*b*c", "axcxb", false, false}, {"ab", "a?", false, true}, {"*a*", "*b*", false, true},
	} {
		if got := covers(c.p, c.q); got != c.covers {
			t.Errorf("covers(%q, %q) is %v", c.p, c.q, got)
		}
		if got := overlap(c.p, c.q); got != c.overlaps {
			t.Errorf("overlap(%q, %q) is %v", c.p, c.q, got)
		}
		if got := overlap(c.q, c.p); got != c.overlaps {
			t.Errorf("overlap(%q, %q) is %v", c.q, c.p, got)
		}
	}
}

// BenchmarkAdministrator is every action of AWS's services decided by one
// policy; BenchmarkPatterns by one with two hundred resources.
func BenchmarkAdministrator(b *testing.B) {
	a := asked(b, authz.Policies{Identity: []authz.Named{document(b, `{"Effect":"Allow","Action":"*","Resource":"*"}`)}})
	for b.Loop() {
		if len(New(a).Services()) == 0 {
			b.Fatal("nothing")
		}
	}
}

func BenchmarkPatterns(b *testing.B) {
	var statements []string
	for i := range 200 {
		statements = append(statements, fmt.Sprintf(`{"Effect":"Allow","Action":["s3:*","sqs:*","dynamodb:*"],"Resource":["arn:aws:s3:::bucket-%d/*","arn:aws:sqs:*:*:q-%d-*"]}`, i, i))
	}
	a := asked(b, authz.Policies{Identity: []authz.Named{document(b, statements...)}})
	for b.Loop() {
		if len(New(a).Services()) == 0 {
			b.Fatal("nothing")
		}
	}
}

// BenchmarkRoles is a policy with four hundred roles, of which iam's actions are
// decided one by one.
func BenchmarkRoles(b *testing.B) {
	var roles []string
	for i := range 400 {
		roles = append(roles, fmt.Sprintf(`"arn:aws:iam::111111111111:role/team-%d-*"`, i))
	}
	list := strings.Join(roles, ",")
	a := asked(b, authz.Policies{Identity: []authz.Named{document(b, `{"Effect":"Allow","Action":"iam:*","Resource":[`+list+`]}`, `{"Effect":"Deny","Action":"iam:Delete*","Resource":[`+list+`]}`)}})
	for b.Loop() {
		if len(New(a).Services()) == 0 {
			b.Fatal("nothing")
		}
	}
}
