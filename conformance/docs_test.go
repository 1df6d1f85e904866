package conformance_test

import (
	"cmp"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/conformance"
	"github.com/rolecall-iam/rolecall/policy"
)

const page = "../docs/conformance.md"

var update = flag.Bool("update", false, "write the generated parts of docs/conformance.md")

// TestPage: the counts and the table of questions in docs/conformance.md are
// those of the suite and of the code. go test ./conformance -update writes
// them.
func TestPage(t *testing.T) {
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	want := string(text)
	for name, part := range map[string]string{
		"counts": counts(suite(t)), "questions": questions(t, suite(t)), "mistakes": mistakesTable(t, suite(t)),
	} {
		if want, err = replacePart(want, name, part); err != nil {
			t.Fatal(err)
		}
	}
	switch {
	case want == string(text):
	case *update:
		if err := os.WriteFile(page, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		t.Error("docs/conformance.md is out of date: go test ./conformance -update")
	}
}

// replacePart puts text between the marks of a generated part.
func replacePart(page, name, text string) (string, error) {
	before, rest, ok1 := strings.Cut(page, "<!-- "+name+" -->\n")
	_, after, ok2 := strings.Cut(rest, "<!-- end of "+name+" -->\n")
	if !ok1 || !ok2 {
		return "", fmt.Errorf("the page has no marks around %s", name)
	}
	return before + "<!-- " + name + " -->\n" + text + "<!-- end of " + name + " -->\n" + after, nil
}

// counts are the tables of cases a group and cases a rule. A case of two rules
// counts for both.
func counts(cases []conformance.Case) string {
	groups, rules := map[string]int{}, map[string]int{}
	for _, c := range cases {
		groups[c.Group]++
		for _, rule := range c.Rules {
			rules[rule]++
		}
	}
	var out strings.Builder
	fmt.Fprintf(&out, "%d cases, of which SimulateCustomPolicy can be asked %d.\n\n| group | cases |\n|---|---|\n", len(cases), simulable(cases))
	for _, group := range sortedKeys(groups) {
		fmt.Fprintf(&out, "| `%s` | %d |\n", group, groups[group])
	}
	out.WriteString("\n| rules | cases of each |\n|---|---|")
	family := ""
	for _, rule := range sortedKeys(rules) {
		letters := strings.TrimSpace(strings.TrimRightFunc(rule, unicode.IsDigit))
		if letters != family {
			family = letters
			fmt.Fprintf(&out, " |\n| %s |", family)
		}
		fmt.Fprintf(&out, " %s: %d,", strings.TrimPrefix(rule, family+" "), rules[rule])
	}
	text := strings.Replace(out.String(), "|---|---| |\n", "|---|---|\n", 1) + " |\n"
	return strings.ReplaceAll(text, ", |\n", " |\n")
}

// simulable counts the cases that an endpoint can be asked.
func simulable(cases []conformance.Case) int {
	n := 0
	for _, c := range cases {
		if _, ok := c.Simulation(); ok {
			n++
		}
	}
	return n
}

// sortedKeys sorts numbers in names as numbers: V9 before V10.
func sortedKeys(m map[string]int) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b string) int {
		letters := func(s string) string { return strings.TrimRightFunc(s, unicode.IsDigit) }
		digits := func(s string) string { return s[len(letters(s)):] }
		return cmp.Or(
			strings.Compare(letters(a), letters(b)),
			cmp.Compare(len(digits(a)), len(digits(b))),
			strings.Compare(digits(a), digits(b)))
	})
	return keys
}

// questions is the table of what AWS's sources disagree on. Every question
// has a case.
func questions(t *testing.T, cases []conformance.Case) string {
	t.Helper()
	held := map[string]int{}
	for _, c := range cases {
		for _, rule := range c.Rules {
			held[rule]++
		}
	}
	var out strings.Builder
	out.WriteString("| | question | choice | source | cases |\n|---|---|---|---|---|\n")
	rows := map[int]string{}
	row := func(number int, question, choice, source string) {
		rule := fmt.Sprintf("question %d", number)
		if rows[number] != "" {
			t.Errorf("two questions have the number %d", number)
		}
		if held[rule] == 0 {
			t.Errorf("there is no case of %s: %s", rule, question)
		}
		rows[number] = fmt.Sprintf("| %d | %s | %s | %s | %d |\n", number, cell(question), cell(choice), cell(source), held[rule])
	}
	for _, q := range authz.Disputed() {
		row(q.Number, q.Question, q.Choice, q.Source)
	}
	for _, q := range policy.Disputed() {
		row(q.Number, q.Question, q.Choice, q.Source)
	}
	for _, number := range slices.Sorted(maps.Keys(rows)) {
		out.WriteString(rows[number])
	}
	return out.String()
}

// cell keeps a text within its cell.
func cell(s string) string { return strings.ReplaceAll(s, "|", "\\|") }
