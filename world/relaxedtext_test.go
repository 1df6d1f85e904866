package world

import "testing"

// A policy with comments is read as if they were not there, and each is pointed
// out with its line.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
func TestAddedWordsArePointedOut(t *testing.T) {
	text, found := Relax("bucket.json", []byte("{ // who\n\"a\": [1,]}"))
	if string(text) != "{       \n\"a\": [1 ]}" || len(found) != 2 {
		t.Fatalf("%q %v", text, found)
	}
	if got := found[0].String(); got != "bucket.json:1: a comment; AWS refuses JSON that has one" {
		t.Error(got)
	}
	if got := found[1].String(); got != "bucket.json:2: a comma that nothing follows; AWS refuses JSON that has one" {
		t.Error(got)
	}
}
