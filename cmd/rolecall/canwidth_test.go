package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall"
	api "github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/authz/explain"
)

// longARN is a name as long as AWS lets names be.
var longARN = "arn:aws:iam::111111111111:role/" + strings.Repeat("a-long-path/", 40) + strings.Repeat("N", 64)

// fits holds every line to the width but for one name that is longer by itself.
func fits(t *testing.T, text string) {
	t.Helper()
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if columns(line) > width && len(strings.Fields(line)) > 4 {
			t.Errorf("%d columns: %s", columns(line), line)
		}
		if strings.Contains(line, "\x1b") {
			t.Errorf("a colour where there is no terminal: %q", line)
		}
	}
}

// TestWidth: what is printed for people fits a hundred columns, whatever names
// are in it.
func TestWidth(t *testing.T) {
	var many []string
	for range 60 {
		many = append(many, "service:OperationWithALongName")
	}
	var b bytes.Buffer
	can := canAnswer{Can: rolecall.Can{
		Principal: longARN,
		Services:  []rolecall.CanService{{Prefix: "service", Name: strings.Repeat("Name ", 10), Grants: nil}},
		Roles:     []rolecall.CanAssume{{Role: longARN, Conditions: []string{"only if " + strings.Join(many, ", ")}}},
	}, Usage: &rolecall.Usage{Used: many, Denied: many, Unclear: many, Unused: many, UnusedActions: many}}
	can.Services[0].Grants = append(can.Services[0].Grants, grantOf(many))
	if err := (&canCommand{}).print(&b, can); err != nil {
		t.Fatal(err)
	}
	fits(t, b.String())
	yes, line := false, int32(1)
	name, kind := longARN, "IAM Policy"
	b.Reset()
	if err := (&simulateCommand{}).print(&b, []api.EvaluationResult{{
		EvalActionName: "s3:GetObject", EvalDecision: "implicitDeny", EvalResourceName: longARN, MissingContextValues: many,
		MatchedStatements: []api.Statement{{
			SourcePolicyId: &name, SourcePolicyType: kind, StartPosition: &api.Position{Line: &line, Column: &line}, EndPosition: &api.Position{Line: &line, Column: &line},
		}},
		PermissionsBoundaryDecisionDetail: &api.PermissionsBoundaryDecisionDetail{AllowedByPermissionsBoundary: &yes},
		OrganizationsDecisionDetail:       &api.OrganizationsDecisionDetail{AllowedByOrganizations: &yes},
	}}); err != nil {
		t.Fatal(err)
	}
	fits(t, b.String())
	for _, want := range []string{"the permissions boundary does not allow it", "the organization's policies do not allow it"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in %s", want, b.String())
		}
	}
	b.Reset()
	if err := printWhy(&b, explain.Explanation{
		Verdict: strings.Join(many, " "), Message: longARN + " " + strings.Join(many, " "),
		Layers: []explain.Layer{{Name: "identity-based policy", Outcome: "denies", Policies: []explain.Policy{{Name: longARN, Statements: []explain.Statement{{
			Number: 1, Sid: "S", Effect: "Allow", Failures: []explain.Failure{{Element: "Action", Text: strings.Join(many, " ")}},
		}}}}}},
	}); err != nil {
		t.Fatal(err)
	}
	fits(t, b.String())
}

func grantOf(patterns []string) (g struct {
	Actions    []string `json:"actions"`
	Patterns   []string `json:"patterns"`
	Resource   string   `json:"resource"`
	Except     []string `json:"except,omitempty"`
	Conditions []string `json:"conditions,omitempty"`
}) {
	g.Actions, g.Patterns, g.Resource = patterns, patterns, longARN
	g.Except, g.Conditions = []string{longARN}, []string{"not if " + strings.Join(patterns, ", ")}
	return g
}

// TestColumns: colours take no room.
func TestColumns(t *testing.T) {
	for text, want := range map[string]int{"": 0, "abc": 3, "\x1b[31mabc\x1b[0m": 3, "größer": 6, "\x1b[1m": 0} {
		if got := columns(text); got != want {
			t.Errorf("columns(%q) is %d, want %d", text, got, want)
		}
	}
	var b bytes.Buffer
	p := page{w: &b}
	p.text("  \x1b[32m", strings.Repeat("word ", 40)+"\x1b[0m")
	for line := range strings.Lines(b.String()) {
		if columns(strings.TrimSuffix(line, "\n")) > width || !strings.HasPrefix(strings.TrimPrefix(line, "  \x1b[32m"), "word") && !strings.HasPrefix(line, "  word") {
			t.Errorf("%q", line)
		}
	}
}

// TestEvents: events in all the forms that people have them in.
func TestEvents(t *testing.T) {
	const one = `{"eventSource":"s3.amazonaws.com","eventName":"GetObject","userIdentity":{"arn":"a"}}`
	quoted := `"` + strings.ReplaceAll(one, `"`, `\"`) + `"`
	for form, c := range map[string]struct {
		text string
		want int
	}{
		"a trail's file":             {`{"Records":[` + one + `,` + one + `]}`, 2},
		"lookup-events":              {`{"Events":[{"EventId":"x","CloudTrailEvent":` + quoted + `}]}`, 1},
		"one event of lookup-events": {`{"CloudTrailEvent":` + quoted + `}`, 1},
		"one event":                  {one, 1},
		"a list":                     {`[` + one + `]`, 1},
		"a line each":                {one + "\n" + one + "\n", 2},
		"nothing":                    {"", 0},
		"another object":             {`{}`, 0},
		"truncated":                  {`{"Records":[`, -1},
		"no JSON":                    {`Records`, -1},
		"another type":               {`{"Records":{}}`, -1},
		"a text that is no JSON":     {`{"CloudTrailEvent":"{"}`, -1},
		"nested deeply":              {strings.Repeat("[", 20000), -1},
	} {
		events, err := eventsIn([]byte(c.text))
		if (err != nil) != (c.want < 0) || err == nil && len(events) != c.want {
			t.Errorf("%s: %d events, %v", form, len(events), err)
		}
	}
}

func FuzzEvents(f *testing.F) {
	f.Add([]byte(`{"Records":[{"eventName":"x"}]}`))
	f.Add([]byte(`{"Events":[{"CloudTrailEvent":"{}"}]}[]`))
	f.Fuzz(func(_ *testing.T, text []byte) {
		_, _ = eventsIn(text)
	})
}
