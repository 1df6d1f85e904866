package authz

import "testing"

// TestGlobWithoutCase: names of actions are compared without regard to the case
// of A to Z, and of no other letter (rule M2).
func TestGlobWithoutCase(t *testing.T) {
	for _, c := range []struct {
		pattern, text string
		want          bool
	}{
		{"GetObject", "getobject", true}, {"get*", "GETOBJECT", true}, {"*Object", "GetOBJECT", true}, {"Get?bject", "getObject", true},
		{"Get*", "Put", false}, {"É*", "éa", false}, {"É*", "Éa", true}, {"[*", "{a", false}, {"@", "`", false}, {"K", "\u212a", false}, // the sign for Kelvin
	} {
		if got := (glob{text: c.pattern, fold: true}).match(c.text); got != c.want {
			t.Errorf("%q covers %q without case: %v, want %v", c.pattern, c.text, got, c.want)
		}
	}
}

// TestGlobOfOtherBytes: what is not UTF-8 is compared byte by byte, and folding
// leaves it alone.
func TestGlobOfOtherBytes(t *testing.T) {
	for _, fold := range []bool{false, true} {
		for _, c := range []struct {
			pattern, text string
			want          bool
		}{
			{"\xff", "\xff", true}, {"\xff", "\xfe", false}, {"\xff", "\ufffd", false}, {"\ufffd", "\xff", false},
			{"*\xff", "a\xff", true}, {"a?b", "a\xffb", true}, {"a?b", "a\xff\xfeb", false}, {"*\x80", "é", false},
		} {
			if got := (glob{text: c.pattern, fold: fold}).match(c.text); got != c.want {
				t.Errorf("%q covers %q (fold %v): %v, want %v", c.pattern, c.text, fold, got, c.want)
			}
		}
	}
}

// TestGlobKeepsLiterals: a star that a variable's value brought stays a star in
// every part of the pattern that is cut from the whole.
func TestGlobKeepsLiterals(t *testing.T) {
	whole := glob{text: "arn:a*:b*?", literal: []int{5, 9}} // the first *, and the ?
	for _, c := range []struct {
		from, to int
		text     string
		want     bool
	}{
		{4, 6, "a*", true}, {4, 6, "ab", false}, {7, 10, "b?", true}, {7, 10, "bcd?", true}, {7, 10, "bcd", false}, {0, 3, "arn", true},
	} {
		part := whole.part(c.from, c.to)
		if got := part.match(c.text); got != c.want {
			t.Errorf("%q covers %q: %v, want %v", part.text, c.text, got, c.want)
		}
	}
	if part := whole.part(0, 6); part.wild() || !whole.wild() {
		t.Error("a star that is plain text makes a pattern wild, or one that is not does not")
	}
}
