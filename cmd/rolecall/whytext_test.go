package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/authz/explain"
)

// denial is one with more policies than a screen has lines.
func denial() explain.Explanation {
	x := explain.Explanation{Verdict: "ann may not.", Layers: []explain.Layer{
		{Name: "role trust policy", Outcome: "does not allow", Decides: true, Policies: []explain.Policy{{Name: "deploy", Statements: []explain.Statement{
			{Number: 1, Effect: "Allow", Failures: []explain.Failure{{Element: "Condition", Key: "aws:SourceIp", Absent: true, Text: "needs aws:SourceIp"}}},
		}}}},
		{Name: "identity-based policy", Outcome: "allows"},
	}, Fixes: []explain.Fix{
		{Title: "let ann in", Edits: []explain.Edit{{Title: "let ann in", Target: "trust policy of role deploy"}}},
		{Title: "let ann in with a statement", Edits: []explain.Edit{{Title: "let ann in with a statement", Target: "trust policy of role deploy"}}},
	}}
	for range 40 {
		x.Layers[1].Policies = append(x.Layers[1].Policies, explain.Policy{Name: "one of many"})
	}
	return x
}

// The first lines tell why and what to do, however long the rest is.
func TestTheFirstScreenTellsWhyAndWhatToDo(t *testing.T) {
	var b bytes.Buffer
	if err := printWhy(&b, denial()); err != nil {
		t.Fatal(err)
	}
	first := strings.Join(strings.SplitN(b.String(), "\n", 4)[:3], "\n")
	if want := "DENIED\n  ann may not.\n  → to allow it: let ann in, in the trust policy of role deploy (below; it is 1 of 2 ways)"; first != want {
		t.Errorf("%s\nwant\n%s", first, want)
	}
	fits(t, b.String())
}

// What the question does not tell, and a policy asks for, may be in the request.
func TestKeysThatTheQuestionLeavesOutAreNamed(t *testing.T) {
	const hint = "Asked without aws:SourceIp: if the request has it, ask again with -c aws:SourceIp=VALUE."
	for _, c := range []struct {
		rule   string
		change func(*explain.Explanation)
		want   bool
	}{
		{"the layer decides", func(*explain.Explanation) {}, true},
		{"another layer decides", func(x *explain.Explanation) { x.Layers[0].Decides = false }, false},
		{"the request has another value", func(x *explain.Explanation) { x.Layers[0].Policies[0].Statements[0].Failures[0].Absent = false }, false},
		{"of a call that was made, all is known", func(x *explain.Explanation) { x.Earlier = &explain.Earlier{} }, false},
	} {
		x, b := denial(), bytes.Buffer{}
		c.change(&x)
		if err := printWhy(&b, x); err != nil || strings.Contains(b.String(), hint) != c.want {
			t.Errorf("%s: %v, %s", c.rule, err, b.String())
		}
	}
}
