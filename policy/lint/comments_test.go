package lint_test

import (
	"encoding/json"
	"testing"

	"github.com/rolecall-iam/rolecall/policy"
	"github.com/rolecall-iam/rolecall/policy/lint"
)

func TestWithoutComments(t *testing.T) {
	for name, test := range map[string]struct {
		text, want string
		at         []policy.Position
	}{
		"nothing to take out":         {`{"a": "b"}`, `{"a": "b"}`, nil},
		"to the end of the line":      {"{ // why\n}", "{       \n}", []policy.Position{{Offset: 2, Line: 1, Column: 3}}},
		"to the end of the text":      {"{}//", "{}  ", []policy.Position{{Offset: 2, Line: 1, Column: 3}}},
		"between two signs":           {`{/* a */"b":1}`, `{       "b":1}`, []policy.Position{{Offset: 1, Line: 1, Column: 2}}},
		"over lines":                  {"/*ä\n*/{}", "    \n  {}", []policy.Position{{Offset: 0, Line: 1, Column: 1}}},
		"without an end":              {"{} /* a", "{}     ", []policy.Position{{Offset: 3, Line: 1, Column: 4}}},
		"not in a string":             {`{"a": "https://b/*", "c": "\"//"}`, `{"a": "https://b/*", "c": "\"//"}`, nil},
		"after a string":              {`{"ä": 1} // b`, `{"ä": 1}     `, []policy.Position{{Offset: 10, Line: 1, Column: 10}}},
		"two of them":                 {"// a\n// b\n{}", "    \n    \n{}", []policy.Position{{Offset: 0, Line: 1, Column: 1}, {Offset: 5, Line: 2, Column: 1}}},
		"after a string without end":  {"\"a\n// b", "\"a\n    ", []policy.Position{{Offset: 3, Line: 2, Column: 1}}},
		"a slash that is no comment":  {"{/}", "{/}", nil},
		"a string that ends the text": {`"a\`, `"a\`, nil},
	} {
		got, found := lint.WithoutComments(test.text)
		if got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
		if len(found) != len(test.at) {
			t.Errorf("%s: %d comments, want %d", name, len(found), len(test.at))
			continue
		}
		for i, f := range found {
			if f.Code != "comment" || !f.Own() || f.Page != "comment" || f.Locations[0].Start != test.at[i] {
				t.Errorf("%s: %s at %+v, want %+v", name, f.Code, f.Locations[0].Start, test.at[i])
			}
		}
	}
}

// FuzzWithoutComments: what has no comments stays; all other text keeps its
// length, and the lines stay where they are.
func FuzzWithoutComments(f *testing.F) {
	for _, seed := range []string{`{}`, "{ // a\n}", `{"a//":/* b */1}`, "/*", "\"\\", "/*\n*/ // é\n\"//\""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, found := lint.WithoutComments(text)
		if len(got) != len(text) || len(found) == 0 && got != text {
			t.Fatalf("%q became %q", text, got)
		}
		for i := range text {
			if (text[i] == '\n') != (got[i] == '\n') {
				t.Fatalf("%q became %q: line ends moved", text, got)
			}
		}
		if json.Valid([]byte(text)) && got != text {
			t.Fatalf("%q has no comments and became %q", text, got)
		}
	})
}
