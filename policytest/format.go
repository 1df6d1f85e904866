package policytest

import (
	"errors"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authz/explain"
	"github.com/rolecall-iam/rolecall/service"
)

// Outcome is what becomes of a question, as files write it.
type Outcome string

// The outcomes. Unknown is the answer where an input does not know yet what
// decides, such as an attribute of a Terraform plan.
const (
	Allowed Outcome = "allowed"
	Denied  Outcome = "denied"
	Unknown Outcome = "unknown"
)

// Suite is one file of tests.
type Suite struct {
	File  string
	From  []string // inputs, by their paths; none asks the data directory
	Tests []Test
}

// Test is one sentence with its questions.
type Test struct {
	Name         string
	Line, Column int
	Asks         []service.Ask
	Expect       Outcome
	// Because is why it is denied: the name of a known mistake, or the type of
	// policy that decides, as explanations name it. Empty for any reason.
	Because string
}

// layers are the short names of types of policy that files may give, and what
// explanations call them.
var layers = map[string]string{
	"identity": "identity-based policy",
	"trust":    "role trust policy",
	"resource": "resource-based policy",
	"boundary": "permissions boundary",
	"session":  "session policy",
	"scp":      "service control policy",
	"rcp":      "resource control policy",
	"endpoint": "VPC endpoint policy",
}

// most is how many questions one file may ask.
const most = 100_000

// Parse reads one file of tests. read reads the files that it names: what they
// are named is made relative to the file's own folder. The error is one *Error,
// or several joined.
func Parse(file string, text []byte, read func(name string) ([]byte, error)) (Suite, error) {
	f := format{reader: reader{file: file}, read: read, suite: Suite{File: file}, policies: map[string]string{}}
	if body := f.document(text); body != nil {
		f.top(body)
	}
	return f.suite, errors.Join(f.wrongs...)
}

// format reads a file's members.
type format struct {
	reader
	read     func(name string) ([]byte, error)
	suite    Suite
	policies map[string]string // texts of files, by path
	asked    int
}

// given is what a test asks, or what all tests ask that do not say otherwise.
type given struct {
	principals, actions, resources []string
	context                        map[string][]string
	region, policy                 string
	account                        arn.AccountID
	expect                         Outcome
	because                        string
}

// member reads one member of a test or of the defaults into g; false for one
// that neither has.
func (f *format) member(g *given, p pair) bool {
	switch p.key {
	case "principal":
		g.principals = f.texts(p.value, p.key)
	case "action":
		g.actions = f.texts(p.value, p.key)
	case "resource":
		g.resources = f.texts(p.value, p.key)
	case "context":
		g.context = f.context(g.context, p.value)
	case "region":
		g.region = f.text(p.value, "region")
	case "resource_policy":
		g.policy = f.policy(p.value)
	case "resource_account":
		id, err := arn.ParseAccountID(f.text(p.value, "resource_account"))
		if err != nil {
			f.wrong(p.value, "resource_account is no account id: write its twelve digits")
		}
		g.account = id
	case "expect":
		g.expect = Outcome(f.text(p.value, "expect"))
		if g.expect != Allowed && g.expect != Denied && g.expect != Unknown {
			f.wrong(p.value, "expect is %q; it has to be allowed, denied or unknown", string(g.expect))
		}
	case "because":
		g.because = f.reason(p.value)
	default:
		return false
	}
	return true
}

var (
	topKeys  = []string{"from", "defaults", "context", "resource_policy", "tests"}
	testKeys = []string{"name", "principal", "action", "resource", "context", "region", "resource_policy", "resource_account", "expect", "because"}
)

// top reads the file's own members, the tests last: what stands above them and
// what stands below goes for all.
func (f *format) top(body *yaml.Node) {
	all, ok := f.pairs(body, "the file")
	if !ok {
		return
	}
	var g given
	var tests *pair
	for i, p := range all {
		switch p.key {
		case "from":
			f.from(p.value)
		case "defaults":
			f.defaults(&g, p.value)
		case "context", "resource_policy":
			f.member(&g, p)
		case "tests":
			tests = &all[i]
		default:
			f.unknown(p, "the file", topKeys)
		}
	}
	if tests == nil {
		f.wrong(body, "the file has no tests")
		return
	}
	if tests.value.Kind != yaml.SequenceNode || plainly(tests.value) != "" || len(tests.value.Content) == 0 {
		f.wrong(tests.at, "tests is %s; it has to be a list of tests", emptyOr(tests.value))
		return
	}
	names := map[string]int{}
	for _, n := range tests.value.Content {
		f.test(g, n, names)
	}
}

func emptyOr(n *yaml.Node) string {
	if n.Kind == yaml.SequenceNode && len(n.Content) == 0 {
		return "an empty list"
	}
	return kindOf(n)
}

func (f *format) unknown(p pair, what string, keys []string) {
	near := ""
	for _, k := range keys {
		if strings.EqualFold(strings.Trim(p.key, "s_-"), strings.Trim(k, "s_-")) || len(p.key) > 3 && strings.HasPrefix(k, strings.ToLower(p.key[:4])) {
			near = "; is " + k + " meant?"
			break
		}
	}
	if near == "" {
		near = ": it may have " + strings.Join(keys, ", ")
	}
	f.wrong(p.at, "%s has no key %q%s", what, p.key, near)
}

func (f *format) from(n *yaml.Node) {
	for _, name := range f.texts(n, "from") {
		f.suite.From = append(f.suite.From, f.path(name))
	}
}

// path is a file that this file names.
func (f *format) path(name string) string {
	if filepath.IsAbs(name) {
		return filepath.Clean(name)
	}
	return filepath.Join(filepath.Dir(f.file), name)
}

func (f *format) defaults(g *given, n *yaml.Node) {
	all, _ := f.pairs(n, "defaults")
	for _, p := range all {
		if p.key == "name" || !f.member(g, p) {
			f.unknown(p, "defaults", testKeys[1:])
		}
	}
}

// context lays the keys of a mapping over those that are there. An empty value
// takes a key away.
func (f *format) context(under map[string][]string, n *yaml.Node) map[string][]string {
	all, ok := f.pairs(n, "context")
	if !ok {
		return under
	}
	out := maps.Clone(under)
	if out == nil {
		out = make(map[string][]string, len(all))
	}
	for _, p := range all {
		for has := range out {
			if strings.EqualFold(has, p.key) {
				delete(out, has)
			}
		}
		if !strings.Contains(p.key, ":") {
			f.wrong(p.at, "%s is no condition key: they are written as aws:SourceIp", p.key)
		}
		if isNull(p.value) {
			continue
		}
		out[p.key] = []string{}
		for _, item := range items(p.value) {
			if s, ok := f.scalar(item, p.key); ok {
				out[p.key] = append(out[p.key], s)
			}
		}
	}
	return out
}

// policy is a resource's policy: the name of a file, or the policy itself.
func (f *format) policy(n *yaml.Node) string {
	text := f.text(n, "resource_policy")
	if strings.HasPrefix(strings.TrimSpace(text), "{") || text == "" {
		return text
	}
	name := f.path(text)
	if known, ok := f.policies[name]; ok {
		return known
	}
	content, err := f.read(name)
	if err != nil {
		f.wrong(n, "the resource's policy: %v", err)
		return ""
	}
	f.policies[name] = string(content)
	return string(content)
}

// reason is what because names.
func (f *format) reason(n *yaml.Node) string {
	text := f.text(n, "because")
	if full, ok := layers[text]; ok {
		return full
	}
	for _, full := range layers {
		if text == full {
			return text
		}
	}
	if slices.Contains(explain.MistakeNames(), text) {
		return text
	}
	if text != "" {
		f.wrong(n, "because is %q; it has to be a known mistake (rolecall docs denials), such as external-id, or one of %s", text,
			strings.Join(slices.Sorted(maps.Keys(layers)), ", "))
	}
	return ""
}

func (f *format) test(g given, n *yaml.Node, names map[string]int) {
	all, ok := f.pairs(n, "a test")
	if !ok {
		return
	}
	t := Test{}
	t.Line, t.Column = n.Line, n.Column
	for _, p := range all {
		if p.key == "name" {
			t.Name = strings.Join(strings.Fields(f.text(p.value, "name")), " ")
			if line, twice := names[t.Name]; twice {
				f.wrong(p.value, "the test on line %d has the same name", line)
			}
			names[t.Name] = t.Line
		} else if !f.member(&g, p) {
			f.unknown(p, "a test", testKeys)
		}
	}
	t.Expect, t.Because = g.expect, g.because
	for _, must := range []struct {
		missing bool
		key     string
	}{{t.Name == "", "name"}, {len(g.principals) == 0, "principal"}, {len(g.actions) == 0, "action"}, {g.expect == "", "expect"}} {
		if must.missing && !slices.ContainsFunc(all, func(p pair) bool { return p.key == must.key }) {
			f.wrong(n, "the test has no %s", must.key)
		}
	}
	if t.Because != "" && t.Expect == Allowed {
		f.wrong(n, "because tells why something is denied, and this is to be allowed")
	}
	if f.asked += len(g.principals) * len(g.actions) * max(1, len(g.resources)); f.asked > most {
		f.wrong(n, "the file asks more than %d questions", most)
		return
	}
	t.Asks = g.asks()
	f.suite.Tests = append(f.suite.Tests, t)
}

// asks are the questions of a test, each principal with each action on each
// resource.
func (g given) asks() []service.Ask {
	resources := g.resources
	if len(resources) == 0 {
		resources = []string{"*"}
	}
	var all []service.Ask
	for _, principal := range g.principals {
		for _, action := range g.actions {
			for _, resource := range resources {
				all = append(all, service.Ask{
					Principal: principal, Action: action, Resource: resource, Region: g.region, Context: g.context,
					ResourcePolicy: g.policy, ResourceAccount: g.account,
				})
			}
		}
	}
	return all
}
