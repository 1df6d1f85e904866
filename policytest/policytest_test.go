package policytest_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/authz/explain"
	"github.com/rolecall-iam/rolecall/policytest"
	"github.com/rolecall-iam/rolecall/service"
)

// parse reads a file of tests; there is one other file, a bucket's policy.
func parse(text string) (policytest.Suite, error) {
	return policytest.Parse("policies/a.test.yaml", []byte(text), func(name string) ([]byte, error) {
		if name == "policies/bucket.json" {
			return []byte(`{"Statement":[]}`), nil
		}
		return nil, fmt.Errorf("open %s: %w", name, os.ErrNotExist)
	})
}

const whole = `# What the team expects.
from: [account.json, ../org.json]
defaults:
  principal: arn:aws:iam::111111111111:user/ann
  expect: denied
  region: eu-west-1
context:
  aws:SourceIp: 10.0.0.1
  aws:MultiFactorAuthPresent: true
resource_policy: bucket.json
tests:
  - name: a reader reads
    principal:
      - arn:aws:iam::111111111111:role/reader
      - arn:aws:iam::111111111111:role/admin
    action: [s3:GetObject, "s3:ListBucket"]
    resource: arn:aws:s3:::b/k
    context: {aws:sourceip: 10.0.0.2, "s3:max-keys": 10, aws:MultiFactorAuthPresent: ~, aws:TagKeys: [a, b]}
    expect: allowed

  - name: >
      nobody else
      does
    action: s3:*Object
    resource: "*"
    resource_policy: |
      {"Version": "2012-10-17"}
    resource_account: 012345678901
    because: identity
`

// TestParse: what the file says is what is asked.
func TestParse(t *testing.T) {
	s, err := parse(whole)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(s.From, []string{"policies/account.json", "org.json"}) || len(s.Tests) != 2 {
		t.Fatalf("%+v", s)
	}
	first, second := s.Tests[0], s.Tests[1]
	if first.Name != "a reader reads" || first.Line != 12 || first.Column != 5 || first.Expect != policytest.Allowed || len(first.Asks) != 4 {
		t.Errorf("%+v", first)
	}
	ask := first.Asks[3]
	if ask.Principal != "arn:aws:iam::111111111111:role/admin" || ask.Action != "s3:ListBucket" || ask.Region != "eu-west-1" || ask.ResourcePolicy != `{"Statement":[]}` {
		t.Errorf("%+v", ask)
	}
	want := map[string][]string{"aws:sourceip": {"10.0.0.2"}, "s3:max-keys": {"10"}, "aws:TagKeys": {"a", "b"}}
	if fmt.Sprint(ask.Context) != fmt.Sprint(want) {
		t.Errorf("a test's keys lie over the file's without regard to case, and an empty one takes one away: %v", ask.Context)
	}
	if second.Name != "nobody else does" || second.Expect != policytest.Denied || second.Because != "identity-based policy" {
		t.Errorf("%+v", second)
	}
	ask = second.Asks[0]
	if ask.ResourceAccount.String() != "012345678901" || ask.Resource != "*" || !strings.HasPrefix(ask.ResourcePolicy, "{") ||
		ask.Context["aws:MultiFactorAuthPresent"][0] != "true" {
		t.Errorf("%+v", ask)
	}
}

// TestRefusals: each mistake is told with its place.
func TestRefusals(t *testing.T) {
	const one = "tests:\n- name: x\n  principal: p\n  action: s3:GetObject\n  expect: allowed\n"
	for _, c := range []struct{ rule, text, want string }{
		{"an empty file", "", "policies/a.test.yaml: there is nothing in the file"},
		{"comments alone", "# nothing\n", "there is nothing in the file"},
		{"a list", "- a\n", "1:1: the file is a list; it has to be a mapping"},
		{"no tests", "from: a.json\n", "1:1: the file has no tests"},
		{"an empty list of tests", "tests: []\n", "1:1: tests is an empty list"},
		{"tests that are a text", "tests: all\n", "1:1: tests is a text; it has to be a list"},
		{"a test that is a text", "tests: [all]\n", "1:9: a test is a text; it has to be a mapping"},
		{"an unknown key of the file", "form: a.json\n" + one, "1:1: the file has no key \"form\": it may have from, defaults, context, resource_policy, tests"},
		{"an unknown key of a test", one + "  expected: denied\n", "6:3: a test has no key \"expected\"; is expect meant?"},
		{"a plural", one + "  actions: [a]\n", "6:3: a test has no key \"actions\"; is action meant?"},
		{"an unknown key of the defaults", "defaults: {name: x}\n" + one, "1:12: defaults has no key \"name\""},
		{"a key twice", one + "  expect: denied\n", "6:3: "},
		{"a name twice", one + "- name: x\n  principal: p\n  action: a:b\n  expect: denied\n", "6:9: the test on line 2 has the same name"},
		{"a name that is missing", "tests:\n- principal: p\n  action: s3:GetObject\n  expect: allowed\n", "2:3: the test has no name"},
		{"a principal that is missing", "tests:\n- name: x\n  action: s3:GetObject\n  expect: allowed\n", "2:3: the test has no principal"},
		{"an expectation that is missing", "tests:\n- name: x\n  principal: p\n  action: s3:GetObject\n", "2:3: the test has no expect"},
		{"another expectation", strings.Replace(one, "allowed", "allow", 1), `5:11: expect is "allow"; it has to be allowed, denied or unknown`},
		{"a mapping for a text", one + "  region: {a: b}\n", "6:11: region is a mapping; it has to be a text"},
		{"an empty text", one + "  region: ''\n", "6:11: region is empty"},
		{"nothing for a text", one + "  region:\n", "6:10: region is empty; it has to be a text"},
		{"an empty list", one + "  resource: []\n", "6:13: resource is an empty list"},
		{"a list for the context", one + "  context: [a]\n", "6:12: context is a list; it has to be a mapping"},
		{"no condition key", one + "  context: {ip: a}\n", "6:13: ip is no condition key"},
		{"a bare star", one + "  resource: *\n", "this is no YAML: did not find expected alphabetic or numeric character; a star that stands for everything"},
		{"a star with something behind", one + "  resource: *all\n", "this is no YAML: unknown anchor 'all' referenced; a star that stands for everything is written in quotes"},
		{"an anchor", "defaults: &d\n  region: r\n" + one, "1:11: defaults is an anchor, which is not read here"},
		{"a merge", one + "  <<: {a: b}\n", "6:3: "},
		{"a tag", one + "  region: !Ref r\n", "6:11: region is a tag, which is not read here"},
		{"two documents", one + "---\n" + one, "there is a second document"},
		{"an account that is none", one + "  resource_account: 12\n", "6:21: resource_account is no account id"},
		{"a reason of nothing", strings.Replace(one, "allowed", "denied", 1) + "  because: mistake\n", `6:12: because is "mistake"; it has to be a known mistake (rolecall docs denials), such as external-id, or one of boundary, endpoint, identity, rcp, resource, scp, session, trust`},
		{"a reason why it is allowed", one + "  because: trust\n", "2:3: because tells why something is denied"},
		{"a policy that is not there", one + "  resource_policy: none.json\n", "6:20: the resource's policy: open policies/none.json"},
		{"no YAML", "tests: [\n", "policies/a.test.yaml:1:1: this is no YAML"},
		{"a tab", "tests:\n\t- a\n", "this is no YAML"},
		{"NUL", "tests:\x00\n", ":1:1: this is not text in UTF-8"},
		{"no UTF-8", "a: b\ntests: \xff\n", ":2:1: this is not text in UTF-8"},
		{"a megabyte", strings.Repeat("#", 1<<20+1), "the file has more than 1024 KiB"},
		{"ten thousand brackets", "tests: " + strings.Repeat("[", 10_000), ":1:1: this is nested too deeply"},
		{"ten thousand dashes", strings.Repeat("- ", 10_000), ":1:1: this is nested too deeply"},
		{"ten thousand questions", strings.Repeat("? ", 10_000), ":1:1: this is nested too deeply"},
		{"a thousand levels", levels(1000), "this is nested too deeply"},
		{"more questions than anybody asks", "tests:\n- name: x\n  expect: denied\n  principal: [" + many("p") + "]\n  action: [" + many("a:b") + "]\n  resource: [" + many("r") + "]\n",
			"2:3: the file asks more than 100000 questions"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			_, err := parse(c.text)
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "policies/a.test.yaml:") {
				t.Errorf("\n got %v\nwant %s", err, c.want)
			}
		})
	}
}

func many(s string) string { return strings.Repeat(s+", ", 99) + s }

func levels(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return b.String()
}

// TestSeveralMistakesAreToldAtOnce: up to ten.
func TestSeveralMistakesAreToldAtOnce(t *testing.T) {
	_, err := parse("a: 1\nb: 2\ntests:\n- name: x\n")
	if n := strings.Count(err.Error(), "\n") + 1; n != 5 {
		t.Errorf("%d: %v", n, err)
	}
	_, err = parse(strings.Repeat("tests: [1, 2]\n", 1) + strings.TrimSuffix(levels(0), "") + "x1: 1\nx2: 1\nx3: 1\nx4: 1\nx5: 1\nx6: 1\nx7: 1\nx8: 1\nx9: 1\n")
	if n := strings.Count(err.Error(), "\n") + 1; n != 10 {
		t.Errorf("%d: %v", n, err)
	}
	if _, ok := errors.AsType[*policytest.Error](err); !ok {
		t.Errorf("%T", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(whole)
	f.Add("tests: [{name: a, principal: p, action: a:b, expect: allowed}]")
	f.Add("a: &a [*a]\n<<: *a\n? b\n: |2-\n  x\n")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := parse(text)
		if err == nil && len(s.Tests) == 0 {
			t.Error("a file without tests was read")
		}
		for _, test := range s.Tests {
			if err == nil && (test.Name == "" || len(test.Asks) == 0 || test.Line == 0) {
				t.Errorf("%+v", test)
			}
		}
	})
}

// engine answers by the action: what begins with Get is allowed.
func engine(opened *[]string) policytest.Open {
	return func(from []string, use func(policytest.Asker) error) error {
		*opened = append(*opened, strings.Join(from, ","))
		return use(func(_ context.Context, asks []service.Ask) ([]policytest.Answer, error) {
			var answers []policytest.Answer
			for _, a := range asks {
				answers = append(answers, answer(a))
			}
			return answers, nil
		})
	}
}

func answer(a service.Ask) policytest.Answer {
	x := explain.Explanation{Principal: a.Principal, Action: a.Action, Resource: a.Resource, Verdict: "The verdict <&>."}
	_, operation, _ := strings.Cut(a.Action, ":")
	switch {
	case strings.HasPrefix(operation, "Get"):
		x.Allowed = true
		x.Layers = []explain.Layer{{Name: "identity-based policy", Decides: true, Policies: []explain.Policy{{
			Name: "readers", Source: "policies/roles/readers/p.json", Statements: []explain.Statement{{Number: 2, Line: 7, Sid: "Read", Effect: "Allow", Matches: true}},
		}}}}
	case strings.HasPrefix(operation, "Open"):
		return policytest.Answer{Unknown: "plan.json: aws_iam_policy.p is not known yet"}
	case strings.HasPrefix(operation, "Wrong"):
		return policytest.Answer{Wrong: "there is no user " + a.Principal}
	default:
		x.Layers = []explain.Layer{{Name: "role trust policy", Decides: true}}
		x.Mistakes = []explain.Mistake{{Name: "external-id"}}
	}
	if a.Fixes {
		x.Fixes = []explain.Fix{{Title: "a fix"}}
	}
	return policytest.Answer{Explanations: []explain.Explanation{x}}
}

// suite makes one file of tests, each an action, an expectation and a reason.
func suite(t *testing.T, file, from string, tests ...string) policytest.Suite {
	t.Helper()
	text := "from: " + from + "\ndefaults: {principal: arn:aws:iam::111111111111:user/ann, resource: 'arn:aws:s3:::b/k'}\ntests:\n"
	for i, test := range tests {
		f := strings.Fields(test)
		text += fmt.Sprintf("- {name: test %d %s, action: %s, expect: %s", i+1, f[0], f[0], f[1])
		if len(f) > 2 {
			text += ", because: " + f[2]
		}
		text += "}\n"
	}
	s, err := policytest.Parse(file, []byte(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func run(t *testing.T, suites ...policytest.Suite) (*policytest.Report, []string) {
	t.Helper()
	var opened []string
	r, err := policytest.Run(context.Background(), suites, engine(&opened))
	if err != nil {
		t.Fatal(err)
	}
	return r, opened
}

// TestRun: a test holds where every answer is the expected one, for the
// expected reason.
func TestRun(t *testing.T) {
	for _, c := range []struct{ test, want string }{
		{"s3:Get allowed", ""},
		{"s3:Put denied", ""},
		{"s3:Put denied trust", ""},
		{"s3:Put denied external-id", ""},
		{"s3:Open unknown", ""},
		{"s3:Get denied", "expected denied, and it is allowed"},
		{"s3:Put allowed", "expected allowed, and it is denied"},
		{"s3:Put denied identity", "it is denied as expected, but not because of identity-based policy: the role trust policy decides, known mistake external-id"},
		{"s3:Put unknown", "expected unknown, and it is denied"},
		{"s3:Open allowed", "expected allowed, and it is unknown: plan.json: aws_iam_policy.p is not known yet"},
		{"s3:Open denied trust", "expected denied, and it is unknown"},
		{"s3:Wrong denied", "there is no user arn:aws:iam::111111111111:user/ann"},
	} {
		r, _ := run(t, suite(t, "a.test.yaml", "x.json", c.test))
		var b strings.Builder
		if err := r.Text(&b, policytest.Colours{}, nil); err != nil {
			t.Fatal(err)
		}
		passed := strings.Contains(b.String(), "1 passed, 0 failed\n") && !strings.Contains(b.String(), "not be asked")
		if passed != (c.want == "") || !strings.Contains(b.String(), c.want) {
			t.Errorf("%s: want %q:\n%s", c.test, c.want, b.String())
		}
	}
}

// TestInputsAreOpenedOnce: files with the same inputs share them, and the report
// keeps the order of the files.
func TestInputsAreOpenedOnce(t *testing.T) {
	r, opened := run(t,
		suite(t, "a.test.yaml", "x.json", "s3:Get denied"),
		suite(t, "b.test.yaml", "y.json", "s3:Get allowed"),
		suite(t, "c.test.yaml", "[x.json]", "s3:Wrong denied"))
	if !slices.Equal(opened, []string{"x.json", "y.json"}) {
		t.Errorf("opened %v", opened)
	}
	var b strings.Builder
	if err := r.Text(&b, policytest.Colours{}, nil); err != nil {
		t.Fatal(err)
	}
	a, c := strings.Index(b.String(), "a.test.yaml:4"), strings.Index(b.String(), "c.test.yaml:4")
	if r.Passed != 1 || r.Failed != 1 || r.Errors != 1 || a < 0 || c < a {
		t.Errorf("%+v\n%s", r, b.String())
	}
}

// TestFailingOpen: an error of the inputs ends the run.
func TestFailingOpen(t *testing.T) {
	broken := errors.New("cut off")
	_, err := policytest.Run(context.Background(), []policytest.Suite{suite(t, "a.test.yaml", "x.json", "s3:Get denied")},
		func([]string, func(policytest.Asker) error) error { return broken })
	if !errors.Is(err, broken) {
		t.Error(err)
	}
}
