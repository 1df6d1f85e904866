package compiled

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// covers is the recursive definition of * and ?.
func covers(p, s []rune) bool {
	switch {
	case len(p) == 0:
		return len(s) == 0
	case p[0] == '*':
		return covers(p[1:], s) || len(s) > 0 && covers(p, s[1:])
	}
	return len(s) > 0 && (p[0] == '?' || p[0] == s[0]) && covers(p[1:], s[1:])
}

func matches(text, s string, fold bool) bool {
	p := split(text, true, false)
	return matcher{fold: fold}.match(p.runs, s)
}

func TestMatchAgreesWithItsDefinition(t *testing.T) {
	text := func(letters string) *rapid.Generator[string] {
		return rapid.StringOfN(rapid.SampledFrom([]rune(letters)), 0, 8, -1)
	}
	rapid.Check(t, func(t *rapid.T) {
		p, s := text("abAB日**?").Draw(t, "pattern"), text("abAB日").Draw(t, "text")
		if got, want := matches(p, s, false), covers([]rune(p), []rune(s)); got != want {
			t.Fatalf("%q covers %q: %v, want %v", p, s, got, want)
		}
		if got, want := matches(p, s, true), covers([]rune(strings.ToLower(p)), []rune(strings.ToLower(s))); got != want {
			t.Fatalf("%q covers %q without regard to case: %v, want %v", p, s, got, want)
		}
	})
}

// TestVariablesAreLiteral: a pattern whose pieces come from variables covers
// what it covers when they are written out, but for their wildcards.
func TestVariablesAreLiteral(t *testing.T) {
	text := func(letters string) *rapid.Generator[string] {
		return rapid.StringOfN(rapid.SampledFrom([]rune(letters)), 0, 4, -1)
	}
	rapid.Check(t, func(t *rapid.T) {
		before, value, after := text("ab*?").Draw(t, "before"), text("ab日").Draw(t, "value"), text("ab*?").Draw(t, "after")
		s := rapid.StringOfN(rapid.SampledFrom([]rune("ab日")), 0, 10, -1).Draw(t, "text")
		p := split(before+"${v}"+after, true, true)
		got := matcher{with: &values{value}}.match(p.runs, s)
		if want := covers([]rune(before+value+after), []rune(s)); got != want {
			t.Fatalf("%s[%s]%s covers %q: %v, want %v", before, value, after, s, got, want)
		}
	})
}

func TestMatchInBytes(t *testing.T) {
	for _, c := range []struct {
		name, pattern, text string
		want                bool
	}{
		{"M3 a ? is one character of several bytes", "?", "é", true},
		{"... and not a part of one", "??", "é", false},
		{"a byte that is no UTF-8 is a character", "?", "\xff", true},
		{"half a character is one", "?", "\xc3", true},
		{"a * goes on between characters only", "*\xa9", "é", false},
		{"... but finds the byte alone", "*\xa9", "x\xa9", true},
		{"a * finds a character after half of one", "*é", "\xc3é", true},
		{"a * and two ? are two characters, not bytes of one", "*??b*", "日b", false},
		{"... at the end", "*??b", "日b", false},
		{"a * finds what begins within another", "*aab", "aaab", true},
		{"a * in the middle", "a*b*c", "aXbYbZc", true},
		{"a * in the middle, the end twice", "a*bc*bc", "abcbc", true},
		{"a * in the middle, the end once", "a*bc*bc", "abc", false},
		{"NUL is a character", "a?b", "a\x00b", true},
		{"a line's end is one", "a*b", "a\nb", true},
		{"nothing covers nothing", "", "", true},
		{"nothing covers nothing else", "", "a", false},
		{"a * covers nothing", "*", "", true},
		{"a ? does not", "?", "", false},
		{"a ? after a *, at the end", "*?", "日本", true},
		{"... of nothing", "*?", "", false},
	} {
		if got := matches(c.pattern, c.text, false); got != c.want {
			t.Errorf("%s: %q covers %q: %v", c.name, c.pattern, c.text, got)
		}
	}
}

// TestWorstPattern: the time is at most proportional to pattern times text.
// It looks at growth, not at a clock alone: a matcher that tries everything
// would not come back.
func TestWorstPattern(t *testing.T) {
	text := strings.Repeat("a", 64<<10)
	started := time.Now()
	for _, pattern := range []string{
		strings.Repeat("a*", 64) + "b", strings.Repeat("*a", 64) + "b*", strings.Repeat("a?*", 64) + "b", strings.Repeat("*ab", 64),
		"*" + strings.Repeat("a", 64) + "b*",
	} {
		if matches(pattern, text, false) || matches(pattern, text, true) {
			t.Errorf("%.20s... covers a text without b", pattern)
		}
	}
	t.Logf("ten times in %v", time.Since(started))
}

// BenchmarkWorstPattern matches patterns of 128 characters that cost the most,
// against 64 KiB.
func BenchmarkWorstPattern(b *testing.B) {
	text := strings.Repeat("a", 64<<10)
	for name, pattern := range map[string]string{
		"a*": strings.Repeat("a*", 64) + "b", "*aaa": "*" + strings.Repeat("a", 127) + "b", "*?a": "*" + strings.Repeat("?a", 63) + "b",
	} {
		p := split(pattern, true, false)
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				matcher{}.match(p.runs, text)
			}
		})
	}
}

func TestSplit(t *testing.T) {
	for _, c := range []struct {
		name, text, plain string
		isPlain           bool
		wild              bool
		variables         int
	}{
		{"plain text", "abc", "abc", true, false, 0},
		{"no text", "", "", true, false, 0},
		{"wildcards", "a*b?", "", false, true, 0},
		{"a variable", "a${b}c", "", false, false, 1},
		{"a star by name", "a${*}", "a*", true, false, 0},
		{"two variables", "${a}${b, '*'}", "", false, false, 2},
		{"an open brace", "a${b", "a${b", true, false, 0},
		{"a wildcard within a variable", "${a*}", "", false, false, 1},
		{"a dollar", "a$b", "a$b", true, false, 0},
	} {
		p := split(c.text, true, true)
		plain, ok := p.plain()
		if plain != c.plain || ok != c.isPlain || p.wild() != c.wild || len(p.variables) != c.variables {
			t.Errorf("%s: %q is %+v", c.name, c.text, p)
		}
	}
	if p := split("a*?", false, false); len(p.runs) != 1 || p.wild() {
		t.Errorf("wildcards that are not asked for count: %+v", p)
	}
	if p := split("a***b", true, false); len(p.runs) != 3 {
		t.Errorf("several stars are not one: %+v", p)
	}
}

func TestParseVariable(t *testing.T) {
	for _, c := range []struct {
		text string
		want spelled
		ok   bool
	}{
		{"${aws:username}/x", spelled{name: "aws:username", length: 15}, true},
		{"${a, 'b'}", spelled{"a", "b", true, 9}, true},
		{"${a, ''}", spelled{"a", "", true, 8}, true},
		{"${a, '}'}", spelled{"a", "}", true, 9}, true},
		{"${a,'b'}", spelled{name: "a,'b'", length: 8}, true},
		{"${a,  'b'}", spelled{name: "a,  'b'", length: 10}, true},
		{"${a, 'b}", spelled{name: "a, 'b", length: 8}, true},
		{"${}", spelled{name: "", length: 3}, true},
		{"${a", spelled{}, false},
	} {
		if got, ok := parseVariable(c.text); got != c.want || ok != c.ok {
			t.Errorf("%s is %+v, %v", c.text, got, ok)
		}
	}
}

// FuzzMatch looks for panics, and holds that literal text covers itself only.
func FuzzMatch(f *testing.F) {
	for _, seed := range [][2]string{{"a*", "abc"}, {"*?*", "é"}, {"", ""}, {"\xff*", "\xff\xfe"}, {"**a", "ba"}, {"${a}*", "x"}} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, pattern, text string) {
		got := matches(pattern, text, false)
		if !strings.ContainsAny(pattern, "*?") && got != (pattern == text) {
			t.Errorf("%q covers %q: %v", pattern, text, got)
		}
		if got && !matches(pattern, text, true) {
			t.Errorf("%q covers %q with regard to case only", pattern, text)
		}
		p := split("${k}", true, true)
		if got := (matcher{with: &values{pattern}}).match(p.runs, text); got != (pattern == text) {
			t.Errorf("the value %q covers %q: %v", pattern, text, got)
		}
	})
}
