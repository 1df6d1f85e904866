package symbolic

import (
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/policy"
)

// statement is a statement as a box: what it wants of each side of a request.
type statement struct {
	source     *policy.Statement
	index      int
	variables  bool // its document has them
	who        crowd
	action     clause
	resource   clause
	conditions []keyed
}

// keyed is a test of a key.
type keyed struct {
	key string
	test
}

// compiler reads the statements of the documents of one question.
type compiler struct {
	names names
	// everywhere tells that no statement has a Resource, as in trust policies,
	// where it means the role.
	everywhere bool
	people     *people // nil for policies of identities
}

// compile reads a document.
func (c *compiler) compile(doc *policy.Document) []*statement {
	variables := doc.Version == policy.Version2012
	r := reader{names: &c.names, variables: variables}
	var list []*statement
	for i := range doc.Statements {
		s := &doc.Statements[i]
		out := &statement{source: s, index: i, variables: variables, action: actions(s.Actions), resource: c.resources(&r, s.Resources)}
		if c.people != nil {
			out.who = c.people.named(s)
		} else if s.Principals.Present {
			out.conditions = append(out.conditions, keyed{test: test{anything: true}})
		}
		for _, condition := range s.Conditions {
			out.conditions = append(out.conditions, keyed{sameKey(condition.Key.Value), r.test(condition, s.Effect)})
		}
		list = append(list, out)
	}
	return list
}

// unclear is a pattern for what may mean anything.
var unclear = pattern{tokens: all.tokens, loose: true}

// actions reads an Action or NotAction element.
func actions(set policy.Set) clause {
	c := clause{out: set.Negated}
	for _, v := range set.Values {
		c.patterns = append(c.patterns, action(v.Value))
	}
	if len(set.Values) == 0 {
		c = clause{language: language{patterns: []pattern{unclear}}}
	}
	return c
}

// action reads one action, without regard to case. AWS knows no wildcard in a
// service's name.
func action(text string) pattern {
	how := reading{wildcards: true}
	var n names
	p := pattern{tokens: n.read(lower(text), how)}
	if text == "*" {
		return p
	}
	service, _, ok := strings.Cut(text, ":")
	if !ok {
		return unclear
	}
	p.loose = strings.ContainsAny(service, "*?")
	return p
}

// Every action has a service and a name; in none are the characters of
// notInActions.
const notInActions = "*? \t\r\n,"

func everyAction() []pattern {
	return []pattern{{tokens: []token{{kind: partOne}, {kind: partText}, {letter, ':'}, {kind: anyOne}, {kind: anyText}}}}
}

// resources reads a Resource or NotResource element.
func (c *compiler) resources(r *reader, set policy.Set) clause {
	if !set.Present && c.everywhere {
		return clause{language: language{patterns: []pattern{all}}}
	}
	if len(set.Values) == 0 {
		return clause{language: language{patterns: []pattern{unclear}}}
	}
	out := clause{out: set.Negated}
	for _, v := range set.Values {
		out.patterns = append(out.patterns, r.resource(v.Value))
	}
	return out
}

// resource reads one resource, part by part; parts that are not there stand
// for anything, and variables count in the last alone.
func (r *reader) resource(text string) pattern {
	parts := splitARN(text)
	switch {
	case text == "*":
		return all
	case parts[0] != "arn":
		return unclear
	}
	for len(parts) < 6 {
		parts = append(parts, "*")
	}
	var n names
	p := literal("arn")
	for _, part := range parts[1:5] {
		p.tokens = append(p.tokens, token{letter, ':'})
		p.tokens = append(p.tokens, n.read(part, reading{wildcards: true, parts: true})...)
	}
	p.tokens = append(append(p.tokens, token{letter, ':'}), r.pattern(parts[5], reading{wildcards: true}).tokens...)
	p.loose = strings.ContainsAny(parts[2], "*?")
	return p
}

// everyResource is what a request can be about: an ARN, or "*" where the
// action knows no resources.
func everyResource() []pattern {
	p := literal("arn:")
	some := []token{{kind: partOne}, {kind: partText}, {letter, ':'}}
	any := []token{{kind: partText}, {letter, ':'}}
	p.tokens = slices.Concat(p.tokens, some, some, any, any, []token{{kind: anyOne}, {kind: anyText}})
	return []pattern{p, literal("*")}
}

// same tells whether two statements say the same, whatever that is.
func (s *statement) same(t *statement) bool {
	a, b := s.source, t.source
	return a.Effect == b.Effect && s.variables == t.variables &&
		sameSet(a.Actions, b.Actions) && sameSet(a.Resources, b.Resources) &&
		a.Principals.Present == b.Principals.Present && a.Principals.Negated == b.Principals.Negated &&
		slices.EqualFunc(a.Principals.Values, b.Principals.Values, func(x, y policy.Principal) bool {
			return x.Type == y.Type && x.Value == y.Value
		}) &&
		slices.EqualFunc(a.Conditions, b.Conditions, func(x, y policy.Condition) bool {
			return x.Operator.Value == y.Operator.Value && x.Key.Value == y.Key.Value && slices.EqualFunc(x.Values, y.Values, sameText)
		})
}

func sameSet(a, b policy.Set) bool {
	return a.Present == b.Present && a.Negated == b.Negated && slices.EqualFunc(a.Values, b.Values, sameText)
}

func sameText(a, b policy.Text) bool { return a.Value == b.Value }
