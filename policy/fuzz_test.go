package policy

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

// seed gives a fuzz target the documents of the tables, the deep ones apart.
func seed(f *testing.F) {
	for _, test := range refused {
		if len(test.text) < 4096 {
			f.Add(test.text)
		}
	}
	for _, table := range [][]refusal{managedRefusals, trustRefusals, forumBuckets} {
		for _, test := range table {
			f.Add(test.text)
		}
	}
	for _, page := range [][]written{forum, samlGuide, reservedPath, mending, diary} {
		for _, test := range page {
			f.Add(test.text)
		}
	}
}

// FuzzParse: what is read is JSON to the standard library, too; every text
// stands where its span says; and reading what was printed changes nothing.
func FuzzParse(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, text string) {
		d, err := Parse(text)
		if err != nil {
			var syntax *SyntaxError
			if !errors.As(err, &syntax) || syntax.Kind == 0 || syntax.Detail == "" {
				t.Fatalf("%q: %#v is no syntax error", text, err)
			}
			if want := position(text, syntax.Position.Offset); utf8.ValidString(text) && syntax.Position != want {
				t.Fatalf("%q: the place is %+v, want %+v", text, syntax.Position, want)
			}
			if syntax.Kind == NotJSON && json.Valid([]byte(text)) && strings.HasPrefix(text, "{") {
				t.Fatalf("%q: %v, and encoding/json takes it", text, err)
			}
			return
		}
		if !json.Valid([]byte(text)) || !utf8.ValidString(text) {
			t.Fatalf("%q was read and is no JSON", text)
		}
		again, err := Parse(d.Text)
		if err != nil || d.Text != text || len(again.Statements) != len(d.Statements) {
			t.Fatalf("%q: read again: %v", text, err)
		}
		for _, st := range d.Statements {
			checkStatement(t, text, st)
		}
	})
}

func checkStatement(t *testing.T, text string, st Statement) {
	if st.Effect != Allow && st.Effect != Deny {
		t.Fatalf("%q: a statement without Effect", text)
	}
	whole := text[st.Start.Offset:st.End.Offset]
	if !strings.HasPrefix(whole, "{") || !strings.HasSuffix(whole, "}") {
		t.Fatalf("%q: a statement's span is %q", text, whole)
	}
	var effect string
	if err := json.NewDecoder(strings.NewReader(text[st.EffectAt.Offset:])).Decode(&effect); err != nil || effect != "Allow" && effect != "Deny" || st.EffectAt != position(text, st.EffectAt.Offset) {
		t.Fatalf("%q: the Effect stands at %+v", text, st.EffectAt)
	}
	var sid string
	if st.SidAt.Line > 0 && (json.NewDecoder(strings.NewReader(text[st.SidAt.Offset:])).Decode(&sid) != nil || sid != st.Sid) || st.SidAt.Line == 0 && st.Sid != "" {
		t.Fatalf("%q: the Sid %q stands at %+v", text, st.Sid, st.SidAt)
	}
	if st.Start != position(text, st.Start.Offset) || st.End != position(text, st.End.Offset) {
		t.Fatalf("%q: a statement's places are %+v", text, st.Span)
	}
	all := append(append([]Text(nil), st.Actions.Values...), st.Resources.Values...)
	for _, p := range st.Principals.Values {
		all = append(all, p.Text)
	}
	for _, c := range st.Conditions {
		all = append(append(all, c.Operator, c.Key), c.Values...)
	}
	for _, value := range all {
		token := text[value.Start.Offset:value.End.Offset]
		var read string
		if token != value.Value && (json.Unmarshal([]byte(token), &read) != nil || read != value.Value) {
			t.Fatalf("%q: %q stands as %q", text, value.Value, token)
		}
		if value.Start != position(text, value.Start.Offset) || value.End != position(text, value.End.Offset) {
			t.Fatalf("%q: the places of %q are %+v", text, value.Value, value.Span)
		}
	}
}

// FuzzValidate: every kind answers with the document or with a coded error,
// and what it takes Parse takes. Principals replaced and put back give the
// same document.
func FuzzValidate(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, text string) {
		for kind := Inline; kind <= Endpoint; kind++ {
			d, err := Validate(text, kind, Environment{Bucket: "b"})
			if err != nil {
				var refused *Error
				if !errors.As(err, &refused) || refused.Code == "" || refused.Message == "" {
					t.Fatalf("kind %d of %q: %#v is no answer", kind, text, err)
				}
				continue
			}
			if _, err := Parse(text); err != nil {
				t.Fatalf("kind %d takes %q: %v", kind, text, err)
			}
			checkReplacing(t, d)
		}
	})
}

func checkReplacing(t *testing.T, d *Document) {
	marked := d.ReplacePrincipals(func(p Principal) (string, bool) { return "\"\\" + p.Value, true })
	m, err := Parse(marked)
	if err != nil {
		t.Fatalf("%q with other principals is %q: %v", d.Text, marked, err)
	}
	back, err := Parse(m.ReplacePrincipals(func(p Principal) (string, bool) { return strings.TrimPrefix(p.Value, "\"\\"), true }))
	if err != nil {
		t.Fatal(err)
	}
	for i, st := range d.Statements {
		for j, p := range st.Principals.Values {
			if got := back.Statements[i].Principals.Values[j].Value; got != p.Value {
				t.Fatalf("%q: principal %q became %q", d.Text, p.Value, got)
			}
		}
	}
}
