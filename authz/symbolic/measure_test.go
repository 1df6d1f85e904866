package symbolic

import (
	"net/netip"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestCandidates tells which values are tried for what conditions say.
func TestCandidates(t *testing.T) {
	cases := []struct {
		name   string
		class  class
		values []string
		want   []string // among those that are tried
		exact  bool
	}{
		{
			name:   "numbers, between them and beyond",
			class:  numbers,
			values: []string{"5", "7"},
			want:   []string{"4", "5", "6", "7", "8", "x", ""},
			exact:  true,
		},
		{
			name:   "numbers with exponents",
			class:  numbers,
			values: []string{"1e2", "-1.5"},
			want:   []string{"1e2", "-1.5", "49.25", "101", "-2.5"},
			exact:  true,
		},
		{
			name:   "a number too large to be worked with",
			class:  numbers,
			values: []string{"1e999999999"},
		},
		{
			name:   "what is no number",
			class:  numbers,
			values: []string{"many"},
		},
		{
			name:   "a date and the instants beside it",
			class:  dates,
			values: []string{"2024-01-01"},
			want:   []string{"2023-12-31T23:59:59.999999999Z", "2024-01-01T00:00:00.000000000Z", "2024-01-01T00:00:00.000000001Z"},
			exact:  true,
		},
		{
			name:   "seconds since 1970",
			class:  dates,
			values: []string{"1700000000"},
			want:   []string{"2023-11-14T22:13:20.000000000Z"},
			exact:  true,
		},
		{
			name:   "what is no date",
			class:  dates,
			values: []string{"tomorrow"},
		},
		{
			name:   "a range and what comes after it",
			class:  addresses,
			values: []string{"10.1.0.0/16"},
			want:   []string{"10.1.0.0", "10.2.0.0", "0.0.0.0", "::"},
			exact:  true,
		},
		{
			name:   "the last address has none after it",
			class:  addresses,
			values: []string{"255.255.255.255"},
			want:   []string{"255.255.255.255"},
			exact:  true,
		},
		{
			name:   "an IPv4 range written as IPv6",
			class:  addresses,
			values: []string{"::ffff:10.0.0.0/104"},
			want:   []string{"10.0.0.0", "11.0.0.0"},
			exact:  true,
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			list, exact := candidates([]clause{{language: language{measured: &measure{class: c.class, values: c.values}}}})
			if exact != c.exact {
				t.Errorf("exact: %v, want %v", exact, c.exact)
			}
			for _, s := range c.want {
				if !slices.Contains(list, s) {
					t.Errorf("%s is not tried, but %q", s, list)
				}
			}
		})
	}
}

// TestRangesAreSolvedExactly draws ranges to be in and out of, and compares
// with every address of a small network.
func TestRangesAreSolvedExactly(t *testing.T) {
	ranges := []string{"192.0.2.0/24", "192.0.2.0/25", "192.0.2.128/26", "192.0.2.7", "192.0.2.4/30", "0.0.0.0/0", "192.0.2.192/26"}
	rapid.Check(t, func(t *rapid.T) {
		var clauses []clause
		for range rapid.IntRange(1, 4).Draw(t, "clauses") {
			clauses = append(clauses, clause{
				language: language{measured: &measure{
					class: addresses, operator: "IpAddress",
					values: rapid.SliceOfN(rapid.SampledFrom(ranges), 1, 3).Draw(t, "ranges"),
				}},
				out: rapid.Bool().Draw(t, "out"),
			})
		}
		wants := func(s string) bool {
			return !slices.ContainsFunc(clauses, func(c clause) bool { return !c.accepts(&budget{1_000_000}, s) })
		}
		found, o := solveValue(&budget{1_000_000}, clauses, []pattern{nonempty})
		switch {
		case o == unsure:
			t.Fatal("ranges alone, and unsure")
		case o == some && !wants(string(found)):
			t.Fatalf("%s is not in them", string(found))
		}
		for a := netip.MustParseAddr("192.0.1.254"); o == none && a != netip.MustParseAddr("192.0.3.2"); a = a.Next() {
			if wants(a.String()) {
				t.Fatalf("none, but %s is", a)
			}
		}
	})
}

// TestMeasuresWithTexts asks for a value that is a number and a text at once.
func TestMeasuresWithTexts(t *testing.T) {
	below := clause{language: language{measured: &measure{class: numbers, operator: "NumericLessThan", values: []string{"10"}}}}
	after := clause{language: language{measured: &measure{class: dates, operator: "DateGreaterThan", values: []string{"2030-01-01"}}}}
	text := func(s string) clause {
		return clause{language: language{patterns: []pattern{literal(s)}}}
	}
	var n names
	cases := []struct {
		name    string
		clauses []clause
		want    outcome
	}{
		{
			name:    "a number that is tried",
			clauses: []clause{below, text("9")},
			want:    some,
		},
		{
			name:    "no number",
			clauses: []clause{below, text("a"), text("b")},
			want:    none,
		},
		{
			name:    "numbers with a pattern are not looked at together",
			clauses: []clause{below, {language: language{patterns: []pattern{like(&n, "*7777")}}}},
			want:    unsure,
		},
		{
			name:    "numbers that cannot be, whatever the text",
			clauses: []clause{below, below.not(), text("a")},
			want:    none,
		},
		{
			name:    "numbers and dates are not, either",
			clauses: []clause{below, after},
			want:    unsure,
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if found, o := solveValue(&budget{1_000_000}, c.clauses, []pattern{nonempty}); o != c.want {
				t.Errorf("%v, %q; want %v", o, string(found), c.want)
			}
		})
	}
}

// TestReadDate reads the forms of AWS's pages.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Date
func TestReadDate(t *testing.T) {
	new2024 := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	cases := []struct {
		text string
		want time.Time
		ok   bool
	}{
		{"2024-01-01T00:00:00Z", new2024, true},
		{"2024-01-01T01:00:00+01:00", new2024, true},
		{"2024-01-01T00:00Z", new2024, true},
		{"2024-01-01T00:00:00", new2024, true},
		{"2024-01-01", new2024, true},
		{"2024-01", new2024, true},
		{"2024", new2024, true},
		{"1704067200", new2024, true},
		{"2024-13-01", time.Time{}, false},
		{"", time.Time{}, false},
		{"-1", time.Time{}, false},
	}
	for _, c := range cases {
		if got, ok := readDate(c.text); ok != c.ok || ok && !got.Equal(c.want) {
			t.Errorf("%s: %v, %v", c.text, got, ok)
		}
	}
}

// TestWide holds S3's bounds of narrow ranges.
//
// Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status
func TestWide(t *testing.T) {
	for text, want := range map[string]bool{
		"0.0.0.0/1": true, "8.0.0.0/7": true, "8.0.0.0/8": false, "10.0.0.0/8": false, "192.0.2.7": false,
		"2000::/3": true, "2001:db8::/31": true, "2001:db8::/32": false,
	} {
		p, ok := readNetwork(text)
		if got := wide(p); !ok || got != want {
			t.Errorf("%s: wide %v", text, got)
		}
	}
}
