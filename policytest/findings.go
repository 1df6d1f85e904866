package policytest

import (
	"encoding/json"
	"io"
	"slices"
)

// Finding is a result of another check of policies than a test, for WriteSARIF.
type Finding struct {
	Rule         string // its code
	Level        string // error, warning or note
	Text         string
	Help         string // where to read more
	File         string
	Line, Column int
	Fingerprint  string // what is the same in the next run
}

// WriteSARIF writes findings as SARIF 2.1.0, with a rule for each code.
func WriteSARIF(w io.Writer, findings []Finding) error {
	run := sarifRun{
		Tool:    sarifTool{sarifDriver{"rolecall", "https://github.com/rolecall-iam/rolecall", []sarifRule{}}},
		Results: []sarifResult{},
	}
	for _, f := range findings {
		rules := run.Tool.Driver.Rules
		rule := slices.IndexFunc(rules, func(r sarifRule) bool { return r.ID == f.Rule })
		if rule < 0 {
			rule = len(rules)
			run.Tool.Driver.Rules = append(rules, sarifRule{f.Rule, sarifMessage{f.Rule}, sarifMessage{f.Text}, sarifMessage{f.Help}})
		}
		run.Results = append(run.Results, sarifResult{
			RuleID: f.Rule, RuleIndex: rule, Level: f.Level, Message: sarifMessage{f.Text},
			Locations:    []sarifLocation{{Physical: physical(f.File, f.Line, f.Column)}},
			Fingerprints: map[string]string{"rolecallFinding/v1": f.Fingerprint},
		})
	}
	e := json.NewEncoder(w)
	e.SetIndent("", " ")
	return e.Encode(sarifLog{Schema: sarifSchema, Version: "2.1.0", Runs: []sarifRun{run}})
}
