package scim

import (
	"encoding/json"
	"testing"

	"github.com/rolecall-iam/rolecall/store/directory"
)

// A filter that is read compares with something and has no more clauses than
// it may.
func FuzzParseFilter(f *testing.F) {
	for _, text := range []string{`userName eq "lee"`, `a eq "b" and c eq true`, `a eq "\"] and"`, `a eq`, `a co "b"`, `a EQ 1 AND b eq 2`, `(`, ``} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		clauses, err := parseFilter(text)
		if err != nil {
			return
		}
		if len(clauses) == 0 || len(clauses) > mostClauses {
			t.Fatalf("%q: %d clauses", text, len(clauses))
		}
		for _, c := range clauses {
			if c.name == "" || c.value == nil {
				t.Errorf("%q: %+v", text, c)
			}
		}
		passes(map[string]any{"userName": "lee", "emails": []any{map[string]any{"value": "x"}}}, clauses)
	})
}

// A patch of whatever kind leaves a document that can be read as a user, or is
// refused with a fault.
func FuzzPatch(f *testing.F) {
	for _, text := range []string{
		`{"op":"add","path":"emails[type eq \"work\"].value","value":"x"}`, `{"op":"remove","path":"name"}`,
		`{"op":"replace","value":{"name.familyName":"x","active":false}}`, `{"op":"add","path":"roles","value":[1,{"value":"x"}]}`,
		`{"op":"replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager","value":"x"}`,
		`{"op":"replace","path":"emails.value","value":null}`, `{"op":"add","path":"emails[","value":{}}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var op operation
		if json.Unmarshal(text, &op) != nil {
			return
		}
		body := patchBody{Schemas: []string{patchSchema}, Operations: []operation{op}}
		if body.check() != nil {
			return
		}
		p := &directory.Person{ID: "x", Store: "d-1"}
		p.UserName, p.Emails = "lee", []directory.PersonValue{{Value: "a@b", Type: "work"}}
		d := userDocument(p)
		if err := (patch{d, attributes, userSchema}).apply(body.Operations[0]); err != nil {
			if _, ok := err.(*fault); !ok {
				t.Errorf("%s: %v", text, err)
			}
			return
		}
		if err := readUser(p, d); err != nil {
			if _, ok := err.(*fault); !ok {
				t.Errorf("%s: %v", text, err)
			}
		}
	})
}
