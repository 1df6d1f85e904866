package policy

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

func TestReadValueKeepsAllThatIsThere(t *testing.T) {
	const text = " {\"a\": [1, true, null, \"ä\\n\"],\n \"a\": {}}\n"
	v, err := ReadValue(text)
	if err != nil || v.Shape != Object || len(v.Members) != 2 {
		t.Fatalf("%+v, %v", v, err)
	}
	if at := v.Members[1].Name.Start; at != (Position{Offset: 33, Line: 2, Column: 2}) {
		t.Errorf("the second member stands at %+v", at)
	}
	list := v.Members[0].Value
	var shapes []Shape
	for _, e := range list.Elements {
		shapes = append(shapes, e.Shape)
		if got := text[e.Start.Offset:e.End.Offset]; e.Shape != String && got != e.Text.Value {
			t.Errorf("%q is not %q", got, e.Text.Value)
		}
	}
	if want := []Shape{Number, Boolean, Null, String}; len(shapes) != 4 || shapes[0] != want[0] || shapes[3] != want[3] {
		t.Errorf("shapes %v, want %v", shapes, want)
	}
	if last := list.Elements[3]; last.Text.Value != "ä\n" || list.End.Column != 30 {
		t.Errorf("%+v ends at %+v", last, list.End)
	}
}

func TestReadValueRefusesWhatIsNotJSON(t *testing.T) {
	for name, test := range map[string]struct {
		text string
		kind SyntaxKind
	}{
		"nothing":                  {"", NotJSON},
		"a word":                   {"Statement", NotJSON},
		"a comma too many":         {`{"a":1,}`, NotJSON},
		"a comment":                {"{} // why", NotJSON},
		"more after the end":       {"{}{}", NotJSON},
		"no end":                   {`{"a":[`, NotJSON},
		"bytes that are not UTF-8": {"\"\xff\"", NotUnicode},
		"a NUL":                    {`"\u0000"`, NotUnicode},
		"10,000 deep":              {strings.Repeat("[", 10_000), TooDeep},
	} {
		var syntax *SyntaxError
		if _, err := ReadValue(test.text); !errors.As(err, &syntax) || syntax.Kind != test.kind {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzReadValue: what is read is JSON to the standard library too, and means
// the same.
func FuzzReadValue(f *testing.F) {
	seed(f)
	f.Add(`[1e5, -0.5, "\ud83d\ude00", {"a":{"a":null}}]`)
	f.Fuzz(func(t *testing.T, text string) {
		v, err := ReadValue(text)
		if err != nil {
			var syntax *SyntaxError
			if !errors.As(err, &syntax) || syntax.Kind == NotJSON && json.Valid([]byte(text)) {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		if !json.Valid([]byte(text)) {
			t.Fatalf("%q was read and is no JSON", text)
		}
		checkValue(t, text, v)
	})
}

func checkValue(t *testing.T, text string, v Value) {
	t.Helper()
	if v.Shape == String {
		var want string
		if err := json.Unmarshal([]byte(text[v.Start.Offset:v.End.Offset]), &want); err != nil || want != v.Text.Value {
			t.Fatalf("%q: read %q, want %q (%v)", text, v.Text.Value, want, err)
		}
	}
	for _, e := range v.Elements {
		checkValue(t, text, e)
	}
	for _, m := range v.Members {
		checkValue(t, text, m.Value)
	}
}
