package wire

import (
	"regexp"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/api"
	"github.com/rolecall-iam/rolecall/api/all"
)

// patterns are all patterns of all models with a shape that has each.
func patterns() map[string]string {
	found := map[string]string{}
	seen := map[*api.Shape]bool{}
	var walk func(*api.Shape)
	walk = func(s *api.Shape) {
		if s == nil || seen[s] {
			return
		}
		seen[s] = true
		if s.Pattern != "" {
			found[s.Pattern] = s.Name
		}
		for _, m := range []*api.Member{s.Key, s.Elem} {
			if m != nil {
				walk(m.Shape())
			}
		}
		for i := range s.Members {
			walk(s.Members[i].Shape())
		}
	}
	for _, service := range all.Services() {
		for _, op := range service.Operations() {
			walk(op.Input)
			walk(op.Output)
		}
	}
	return found
}

// Every pattern of every model compiles, by itself or by hand.
func TestEveryPatternCompiles(t *testing.T) {
	found := patterns()
	if len(found) < 100 {
		t.Fatalf("only %d patterns", len(found))
	}
	for pattern, shape := range found {
		if _, err := regexp.Compile(translatePattern(pattern)); err != nil {
			t.Errorf("%s: %v", shape, err)
		}
	}
	for pattern := range translations {
		if found[pattern] == "" {
			t.Errorf("no model has %s any more", pattern)
		}
	}
}

// A class of characters is tested without an expression, to the same effect.
func TestClassesMatchAsTheirExpressions(t *testing.T) {
	texts := []string{
		"", "a", "A-b_c", "a b", "é", "日本", "a\x00", "\xff", "\uFFFD", "a\nb", "😀", "\u0085", "!", "@", "~", "\u00FF", "\u0100",
		strings.Repeat("x", 100), "x\xc3", "\ue000", "\uffff",
	}
	classes := 0
	for pattern, shape := range patterns() {
		expr := regexp.MustCompile(translatePattern(pattern))
		match := compilePattern(pattern)
		for _, text := range texts {
			if got, want := match(text), expr.MatchString(text); got != want && text != "\xff" && text != "x\xc3" {
				t.Errorf("%s %s: %q: %t, the expression says %t", shape, pattern, text, got, want)
			}
		}
		classes++
	}
	if classes == 0 {
		t.Error("nothing compared")
	}
}

// What the hand-translated patterns take and refuse, as Java would.
func TestTranslatedPatterns(t *testing.T) {
	const (
		alias    = `^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$`
		duration = `(-?)P(?=\d|T\d)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)([DW]))?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?`
	)
	for _, c := range []struct {
		rule, pattern, text string
		want                bool
	}{
		{"an alias of letters", alias, "example", true},
		{"single hyphens within", alias, "my-test-1", true},
		{"no two hyphens in a row", alias, "my--test", false},
		{"no hyphen first", alias, "-my", false},
		{"no hyphen last", alias, "my-", false},
		{"no capital", alias, "My", false},
		{"an hour", duration, "PT1H", true},
		{"a day and two hours", duration, "P1DT2H", true},
		{"years to seconds", duration, "P1Y2M3DT4H5M6.7S", true},
		{"minutes and seconds", duration, "PT15M30S", true},
		{"weeks", duration, "P2W", true},
		{"before", duration, "-PT1S", true},
		{"nothing", duration, "P", false},
		{"nothing after T", duration, "PT", false},
		{"not only a number", duration, "P1", false},
		{"an ARN", arnPattern, "arn:aws:iam::123456789012:role/é😀", true},
		{"no NUL in an ARN", arnPattern, "arn:\x00", false},
		{"not empty", arnPattern, "", false},
		{"the whole value counts", `[\w+=,.@-]*`, "a b", false},
		{"a line end does not end the value", `[\w+=,.@-]*`, "a\n", false},
		{"\\w is ASCII, in Java as in Go", `[\w+=,.@-]*`, "é", false},
	} {
		if got := compilePattern(c.pattern)(c.text); got != c.want {
			t.Errorf("%s: %q: %t", c.rule, c.text, got)
		}
	}
}
