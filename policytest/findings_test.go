package policytest

import (
	"bytes"
	"encoding/json"
	"testing"
)

// Findings of one code have one rule, and each its place.
//
// Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html#_Toc34317648 (ruleIndex)
func TestFindingsAsSARIF(t *testing.T) {
	var b bytes.Buffer
	err := WriteSARIF(&b, []Finding{
		{Rule: "A", Level: "error", Text: "first", File: "a b.json", Line: 3, Column: 7, Fingerprint: "1"},
		{Rule: "B", Level: "note", Text: "second", File: "a.json", Line: 1, Column: 1, Fingerprint: "2"},
		{Rule: "A", Level: "error", Text: "third", File: "a.json", Line: 2, Column: 1, Fingerprint: "3"},
	})
	if err != nil {
		t.Fatal(err)
	}
	var log sarifLog
	if err := json.Unmarshal(b.Bytes(), &log); err != nil {
		t.Fatal(err)
	}
	run := log.Runs[0]
	if log.Version != "2.1.0" || len(run.Tool.Driver.Rules) != 2 || len(run.Results) != 3 {
		t.Fatalf("%s", b.Bytes())
	}
	for i, r := range run.Results {
		if run.Tool.Driver.Rules[r.RuleIndex].ID != r.RuleID || len(r.Fingerprints) != 1 {
			t.Errorf("result %d is of rule %d", i, r.RuleIndex)
		}
	}
	if at := run.Results[0].Locations[0].Physical; at.Artifact.URI != "a%20b.json" || at.Region.StartLine != 3 || at.Region.StartColumn != 7 {
		t.Errorf("at %+v", at)
	}
}

// No findings are a run without results, which code scanning takes for mended.
func TestNoFindingsAreAnEmptyRun(t *testing.T) {
	var b bytes.Buffer
	if err := WriteSARIF(&b, nil); err != nil || !bytes.Contains(b.Bytes(), []byte(`"results": []`)) {
		t.Errorf("%v: %s", err, b.Bytes())
	}
}
