package symbolic

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// defined is the definition of a pattern without variables, by recursion.
func defined(tokens []token, s []rune) bool {
	if len(tokens) == 0 {
		return len(s) == 0
	}
	t, rest := tokens[0], tokens[1:]
	one := len(s) > 0 && defined(rest, s[min(1, len(s)):])
	switch t.kind {
	case letter:
		return one && s[0] == t.char
	case folded:
		return one && strings.EqualFold(string(s[0]), string(t.char))
	case anyOne:
		return one
	case partOne:
		return one && s[0] != ':'
	case anyText:
		return defined(rest, s) || len(s) > 0 && defined(tokens, s[1:])
	case partText:
		return defined(rest, s) || len(s) > 0 && s[0] != ':' && defined(tokens, s[1:])
	}
	return false
}

// in tells by definition whether a text is as a clause wants it.
func (c clause) in(s string) bool {
	in := slices.ContainsFunc(c.patterns, func(p pattern) bool { return defined(p.tokens, []rune(s)) })
	if c.notARN {
		in = in || !defined(arnShape().tokens, []rune(s))
	}
	return in != c.out
}

var drawnTokens = []token{
	{letter, 'a'}, {letter, 'b'}, {letter, ':'}, {folded, 'a'}, {folded, 'B'}, {kind: anyOne}, {kind: anyText}, {kind: anyText}, {kind: partOne}, {kind: partText},
}

func drawClauses(t *rapid.T) []clause {
	clauses := make([]clause, rapid.IntRange(1, 4).Draw(t, "clauses"))
	for i := range clauses {
		clauses[i].out = rapid.Bool().Draw(t, "out")
		for range rapid.IntRange(1, 3).Draw(t, "patterns") {
			clauses[i].patterns = append(clauses[i].patterns, pattern{tokens: rapid.SliceOfN(rapid.SampledFrom(drawnTokens), 0, 4).Draw(t, "tokens")})
		}
	}
	return clauses
}

// short is every text of up to four characters of a few.
var short = func() []string {
	all, last := []string{""}, []string{""}
	for range 4 {
		var next []string
		for _, s := range last {
			for _, c := range []string{"a", "b", "A", ":", "x"} {
				next = append(next, s+c)
			}
		}
		all, last = append(all, next...), next
	}
	return all
}()

// TestSolveTextAgreesWithTheDefinition compares the automaton with the
// definition, on all short texts.
func TestSolveTextAgreesWithTheDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		clauses := drawClauses(t)
		wants := func(s string) bool {
			return !slices.ContainsFunc(clauses, func(c clause) bool { return !c.in(s) })
		}
		found, o := solveText(&budget{1_000_000}, clauses, []pattern{all}, "")
		switch {
		case o == unsure:
			t.Fatal("small patterns, and unsure")
		case o == some && !wants(string(found)):
			t.Fatalf("%q is not as %+v want it", string(found), clauses)
		case o == none && slices.ContainsFunc(short, wants):
			t.Fatalf("none, but %q is as %+v want it", short[slices.IndexFunc(short, wants)], clauses)
		}
	})
}

// TestMatchAgreesWithTheDefinition compares single patterns with single texts.
func TestMatchAgreesWithTheDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := pattern{tokens: rapid.SliceOfN(rapid.SampledFrom(drawnTokens), 0, 6).Draw(t, "tokens")}
		s := rapid.SampledFrom(short).Draw(t, "text")
		if got, want := p.match(&budget{100_000}, s, taken), defined(p.tokens, []rune(s)); got != want {
			t.Fatalf("%+v has %q: %v, want %v", p.tokens, s, got, want)
		}
	})
}

// like is a pattern as StringLike reads it, with variables.
func like(n *names, text string) pattern {
	r := reader{names: n, variables: true}
	yes, _ := r.like(text)
	return yes[0]
}

// TestVariablesInPatterns holds what is known of a text in which the value of
// a variable stands, whatever that value is.
func TestVariablesInPatterns(t *testing.T) {
	cases := []struct {
		name    string
		within  []string // one text of each
		without []string
		want    outcome
	}{
		{
			name:    "a variable is itself",
			within:  []string{"home/${u}"},
			without: []string{"home/${u}"},
			want:    none,
		},
		{
			name:    "and within what a star stands for",
			within:  []string{"home/${u}/x"},
			without: []string{"home/*"},
			want:    none,
		},
		{
			name:    "also in the middle",
			within:  []string{"home/${u}/x"},
			without: []string{"home/*x"},
			want:    none,
		},
		{
			name:    "but not one character",
			within:  []string{"home/${u}"},
			without: []string{"home/?"},
			want:    some,
		},
		{
			name:    "nor some two, which it may have",
			within:  []string{"home/${u}"},
			without: []string{"home/??*"},
			want:    some,
		},
		{
			name:    "another variable is not it",
			within:  []string{"home/${u}"},
			without: []string{"home/${v}"},
			want:    some,
		},
		{
			name:    "with a default it is another",
			within:  []string{"home/${u, 'x'}"},
			without: []string{"home/${u}"},
			want:    some,
		},
		{
			name:    "a variable's key has no case",
			within:  []string{"home/${aws:UserName}"},
			without: []string{"home/${aws:username}"},
			want:    none,
		},
		{
			name:   "its value may be any text that is wanted besides",
			within: []string{"home/${u}", "home/bob"},
			want:   some,
		},
		{
			name:   "but what stands before it stays",
			within: []string{"home/${u}", "team/*"},
			want:   none,
		},
		{
			name:    "a star is not within a variable",
			within:  []string{"home/*"},
			without: []string{"home/${u}"},
			want:    some,
		},
		{
			name:    "two variables stay in their order",
			within:  []string{"${u}/${v}"},
			without: []string{"${v}/${u}"},
			want:    some,
		},
		{
			name:    "a variable twice is itself twice",
			within:  []string{"${u}/${u}"},
			without: []string{"${u}/*", "*/${u}"},
			want:    none,
		},
		{
			name:    "${*} is the character",
			within:  []string{"a${*}"},
			without: []string{"a*"},
			want:    none,
		},
		{
			name:    "and no wildcard",
			within:  []string{"ab"},
			without: []string{"a${*}"},
			want:    some,
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var n names
			var clauses []clause
			for _, s := range c.within {
				clauses = append(clauses, clause{language: language{patterns: []pattern{like(&n, s)}}})
			}
			out := clause{out: true}
			for _, s := range c.without {
				out.patterns = append(out.patterns, like(&n, s))
			}
			if found, o := solveText(&budget{100_000}, append(clauses, out), []pattern{nonempty}, ""); o != c.want {
				t.Errorf("%v, %q; want %v", o, string(found), c.want)
			}
		})
	}
}

// TestLoosePatternsAreNotTakenAway holds that what a loose pattern stands for
// is not known: it lets everything in, and keeps nothing out.
func TestLoosePatternsAreNotTakenAway(t *testing.T) {
	loose := clause{language: language{patterns: []pattern{unclear}}}
	cases := []struct {
		name    string
		clauses []clause
		want    outcome
	}{
		{
			name:    "wanted, it may be anything",
			clauses: []clause{loose},
			want:    some,
		},
		{
			name:    "not wanted, it may be nothing",
			clauses: []clause{loose.not()},
			want:    some,
		},
		{
			name:    "both at once may be so too",
			clauses: []clause{loose, loose.not()},
			want:    some,
		},
		{
			name:    "what is wanted besides still is",
			clauses: []clause{loose, {language: language{patterns: []pattern{literal("a")}}}, {language: language{patterns: []pattern{literal("b")}}}},
			want:    none,
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if _, o := solveText(&budget{100_000}, c.clauses, []pattern{nonempty}, ""); o != c.want {
				t.Errorf("%v, want %v", o, c.want)
			}
		})
	}
}

// TestBudgetEndsTheSearch holds that no budget means no answer, and never "none".
func TestBudgetEndsTheSearch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		clauses := drawClauses(t)
		_, whole := solveText(&budget{1_000_000}, clauses, []pattern{all}, "")
		_, cut := solveText(&budget{rapid.IntRange(0, 200).Draw(t, "budget")}, clauses, []pattern{all}, "")
		if cut != unsure && cut != whole {
			t.Fatalf("%v with little work, %v with enough", cut, whole)
		}
	})
}

func TestMayMeet(t *testing.T) {
	cases := []struct {
		a, b string
		want bool
	}{
		{"s3:*", "s3:Get*", true},
		{"s3:*", "iam:*", false},
		{"s3:Get", "s3:Get", true},
		{"s3:Get", "s3:Put", false},
		{"*", "iam:*", true},
		{"?3:*", "s3:*", true},
		{"", "s3:*", true},
	}
	for _, c := range cases {
		var n names
		if got := mayMeet(like(&n, c.a), like(&n, c.b)); got != c.want {
			t.Errorf("%q and %q: %v", c.a, c.b, got)
		}
	}
}
