package policytest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/rolecall-iam/rolecall/authz/explain"
	"github.com/rolecall-iam/rolecall/service"
)

// Indent is by how many columns explanations are indented.
const Indent = 6

// Print writes an explanation for people.
type Print func(w io.Writer, x explain.Explanation) error

// Colours are what a terminal is told before and after what fails, what passes
// and what stands back; all empty for none.
type Colours struct{ Bad, Good, Faint, Off string }

// Text prints what is not as expected, each with its explanation, and a line
// that sums up.
func (r *Report) Text(w io.Writer, c Colours, print Print) error {
	var b bytes.Buffer
	for i := range r.outcomes {
		o := &r.outcomes[i]
		if o.state == Passed {
			continue
		}
		word := "FAIL"
		if o.state == InError {
			word = "ERROR"
		}
		fmt.Fprintf(&b, "%s%s%s  %s\n", c.Bad, word, c.Off, o.test.Name)
		fmt.Fprintf(&b, "      %s%s:%d%s\n", c.Faint, o.suite.File, o.test.Line, c.Off)
		if err := o.text(&b, print); err != nil {
			return err
		}
		b.WriteString("\n")
	}
	sum := c.Good
	if r.Failed+r.Errors > 0 {
		sum = c.Bad
	}
	fmt.Fprintf(&b, "%s%s%s\n", sum, r.Summary(), c.Off)
	_, err := w.Write(b.Bytes())
	return err
}

// Summary counts the tests in one line.
func (r *Report) Summary() string {
	text := fmt.Sprintf("%d passed, %d failed", r.Passed, r.Failed)
	if r.Errors > 0 {
		text += fmt.Sprintf(", %d could not be asked", r.Errors)
	}
	return text
}

// mostPrinted is how many questions of one test are explained.
const mostPrinted = 3

func (o *outcome) text(b *bytes.Buffer, print Print) error {
	wrongs := o.wrongs()
	for _, wrong := range wrongs[:min(len(wrongs), mostPrinted)] {
		if err := wrong.text(b, print); err != nil {
			return err
		}
	}
	if more := len(wrongs) - mostPrinted; more > 0 {
		fmt.Fprintf(b, "\n      and %d more of its questions\n", more)
	}
	return nil
}

// text prints one result that is not as expected.
func (r *Result) text(b *bytes.Buffer, print Print) error {
	fmt.Fprintf(b, "\n      %s\n      %s\n      on %s\n", r.Ask.Principal, r.Ask.Action, r.Ask.Resource)
	fmt.Fprintf(b, "      %s\n", r.Why)
	x := r.last()
	if x == nil || print == nil {
		return nil
	}
	var explained bytes.Buffer
	if err := print(&explained, *x); err != nil {
		return err
	}
	b.WriteString("\n")
	for line := range strings.Lines(explained.String()) {
		if strings.TrimSpace(line) != "" {
			b.WriteString("      ")
		}
		b.WriteString(line)
	}
	return nil
}

// The report as JSON; docs/explain.md describes it.
type (
	reportJSON struct {
		Passed int        `json:"passed"`
		Failed int        `json:"failed"`
		Errors int        `json:"errors"`
		Tests  []testJSON `json:"tests"`
	}
	testJSON struct {
		File    string       `json:"file"`
		Line    int          `json:"line"`
		Name    string       `json:"name"`
		State   State        `json:"state"`
		Expect  Outcome      `json:"expect"`
		Because string       `json:"because,omitempty"`
		Results []resultJSON `json:"results"`
	}
	resultJSON struct {
		Principal string              `json:"principal"`
		Action    string              `json:"action"`
		Resource  string              `json:"resource"`
		Context   map[string][]string `json:"context,omitempty"`
		Result
		Unknown     string               `json:"unknown,omitempty"`
		Explanation *explain.Explanation `json:"explanation,omitempty"`
	}
)

// JSON writes the report for programs.
func (r *Report) JSON(w io.Writer) error {
	out := reportJSON{r.Passed, r.Failed, r.Errors, []testJSON{}}
	for i := range r.outcomes {
		o := &r.outcomes[i]
		t := testJSON{
			File: o.suite.File, Line: o.test.Line, Name: o.test.Name, State: o.state,
			Expect: o.test.Expect, Because: o.test.Because, Results: []resultJSON{},
		}
		for j := range o.results {
			t.Results = append(t.Results, o.results[j].json())
		}
		out.Tests = append(out.Tests, t)
	}
	return json.NewEncoder(w).Encode(out)
}

// json has the explanation only of what is not as expected.
func (r *Result) json() resultJSON {
	out := resultJSON{
		Principal: r.Ask.Principal, Action: r.Ask.Action, Resource: r.Ask.Resource, Context: r.Ask.Context,
		Result: *r, Unknown: r.Answer.Unknown,
	}
	if r.Why != "" {
		out.Explanation = r.last()
	}
	return out
}

// questionOf names a question in one line.
func questionOf(a service.Ask) string {
	return fmt.Sprintf("%s  %s  %s", a.Principal, a.Action, a.Resource)
}
