package iam

import (
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/policy"
)

// FuzzSimulated: of whatever parses, every statement has its places in order
// and within the text, and no key is listed twice.
func FuzzSimulated(f *testing.F) {
	f.Add(`{"Statement":{"Effect":"Allow"}}`)
	f.Add("{\"Version\":\"2012-10-17\",\"Statement\":[\n{\"Effect\":\"Deny\",\"Resource\":\"arn:aws:s3:::${a}/${b, 'c'}${\"},\r\n {\"Effect\":\"Allow\"}]}")
	f.Add(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Condition":{"StringLike":{"é":["${É}","${*}","${}"]}}}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		doc, err := policy.Parse(text)
		if err != nil {
			return
		}
		lines := strings.Split(text, "\n")
		for i := range doc.Statements {
			start, end := places(doc, i)
			if *start.Line > *end.Line || *start.Line == *end.Line && *start.Column >= *end.Column {
				t.Fatalf("%q: statement %d is from %d/%d to %d/%d", text, i, *start.Line, *start.Column, *end.Line, *end.Column)
			}
			for _, at := range []*iam.Position{start, end} {
				if int(*at.Line) > len(lines) || int(*at.Column) > len(lines[*at.Line-1])+1 || *at.Column < 1 {
					t.Fatalf("%q: %d/%d is outside the text", text, *at.Line, *at.Column)
				}
			}
		}
		seen := map[string]bool{}
		for _, key := range keysOf([]*policy.Document{doc, doc}) {
			if folded := strings.ToLower(key); key == "" || seen[folded] {
				t.Fatalf("%q: the key %q stands twice or has no name", text, key)
			} else {
				seen[folded] = true
			}
		}
	})
}

// FuzzContextEntry looks for panics, and holds that what is taken is there.
func FuzzContextEntry(f *testing.F) {
	for kind := range contextTypes {
		f.Add("aws:key", kind, "1")
		f.Add("aws:key", kind+"List", "2024-01-01T00:00:00Z")
	}
	f.Add("", "List", "")
	f.Fuzz(func(t *testing.T, name, kind, value string) {
		keys, err := readContextEntries([]iam.ContextEntry{{ContextKeyName: name, ContextKeyType: kind, ContextKeyValues: []string{value}}})
		if err != nil {
			return
		}
		if values, ok := keys.Get(name); !ok || len(values) != 1 || values[0] != value {
			t.Fatalf("%q of type %q and value %q became %q", name, kind, value, values)
		}
	})
}
