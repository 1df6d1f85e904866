package policytest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/rolecall-iam/rolecall/authz/explain"
)

// SARIF 2.1.0, the part of it that a list of findings needs.
//
// Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html;
// what GitHub reads of it: https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool    sarifTool     `json:"tool"`
		Results []sarifResult `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name           string      `json:"name"`
		InformationURI string      `json:"informationUri"`
		Rules          []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID               string       `json:"id"`
		ShortDescription sarifMessage `json:"shortDescription"`
		FullDescription  sarifMessage `json:"fullDescription"`
		Help             sarifMessage `json:"help"`
	}
	sarifMessage struct {
		Text string `json:"text"`
	}
	sarifResult struct {
		RuleID           string            `json:"ruleId"`
		RuleIndex        int               `json:"ruleIndex"`
		Level            string            `json:"level"`
		Message          sarifMessage      `json:"message"`
		Locations        []sarifLocation   `json:"locations"`
		RelatedLocations []sarifLocation   `json:"relatedLocations,omitempty"`
		Fingerprints     map[string]string `json:"partialFingerprints"`
	}
	sarifLocation struct {
		ID       int           `json:"id,omitempty"`
		Physical sarifPhysical `json:"physicalLocation"`
		Message  *sarifMessage `json:"message,omitempty"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   sarifRegion   `json:"region"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn,omitempty"`
	}
)

const sarifSchema = "https://json.schemastore.org/sarif-2.1.0.json"

// sarifRules are the rules, by the state of the test that breaks them.
var sarifRules = []sarifRule{
	{
		"policy-test", sarifMessage{"A policy does not do what a test expects"},
		sarifMessage{"The policies decide otherwise than a test of rolecall expects."},
		sarifMessage{"The message tells which statement decided and why. Change the policy, or the test."},
	},
	{
		"policy-test-question", sarifMessage{"A test asks what cannot be asked"},
		sarifMessage{"A test names a principal, an action or a resource that does not exist."},
		sarifMessage{"Correct the names in the test, or the inputs that its file gives."},
	},
}

// SARIF writes what is not as expected as results at the lines of the tests,
// with the statements that decided as related locations where they are in
// files.
func (r *Report) SARIF(w io.Writer) error {
	log := sarifLog{
		Schema: sarifSchema, Version: "2.1.0",
		Runs: []sarifRun{{
			Tool:    sarifTool{sarifDriver{"rolecall", "https://github.com/rolecall-iam/rolecall", sarifRules}},
			Results: []sarifResult{},
		}},
	}
	for i := range r.outcomes {
		o := &r.outcomes[i]
		for n, wrong := range o.wrongs() {
			log.Runs[0].Results = append(log.Runs[0].Results, o.sarif(wrong, n))
		}
	}
	e := json.NewEncoder(w)
	e.SetIndent("", " ")
	return e.Encode(log)
}

func (o *outcome) sarif(r *Result, n int) sarifResult {
	rule := 0
	if r.Got == "" {
		rule = 1
	}
	text := o.test.Name + ": " + r.Why + ". " + questionOf(r.Ask) + "."
	if x := r.last(); x != nil {
		text += " " + x.Verdict
	}
	return sarifResult{
		RuleID: sarifRules[rule].ID, RuleIndex: rule, Level: "error", Message: sarifMessage{text},
		Locations:        []sarifLocation{{Physical: physical(o.suite.File, o.test.Line, o.test.Column)}},
		RelatedLocations: o.related(r),
		Fingerprints:     map[string]string{"rolecallTest/v1": fmt.Sprintf("%s:%s:%d", filepath.ToSlash(o.suite.File), o.test.Name, n)},
	}
}

// related are the places of the statements that decided, or that came closest
// where none matched.
func (o *outcome) related(r *Result) []sarifLocation {
	x := r.last()
	if x == nil {
		return nil
	}
	var all []sarifLocation
	for _, l := range x.Layers {
		matched := slices.ContainsFunc(l.Policies, func(p explain.Policy) bool {
			return slices.ContainsFunc(p.Statements, func(s explain.Statement) bool { return s.Matches })
		})
		for _, p := range l.Policies {
			for _, s := range p.Statements {
				if !l.Decides || p.Source == "" || matched && !s.Matches {
					continue
				}
				text := fmt.Sprintf("%s %s: statement %d", l.Name, p.Name, s.Number)
				if s.Sid != "" {
					text += " " + s.Sid
				}
				file, line := o.suite.sourceLine(p.Source, s.Line)
				all = append(all, sarifLocation{len(all) + 1, physical(file, line, 0), &sarifMessage{text}})
			}
		}
	}
	return all
}

func physical(file string, line, column int) sarifPhysical {
	u := url.URL{Path: filepath.ToSlash(filepath.Clean(file))}
	if filepath.IsAbs(file) {
		u.Scheme = "file"
	}
	uri := strings.TrimPrefix(u.String(), "./")
	return sarifPhysical{sarifArtifact{uri}, sarifRegion{max(1, line), column}}
}

// sourceLine is the place of a statement in the file that a policy is from: a
// file in a folder of policies is the policy, in which the statement has its own
// line; FILE:LINE: and FILE: with more behind tell where in a larger file the
// policy stands.
func (s *Suite) sourceLine(source string, statement int) (file string, line int) {
	file, rest, more := strings.Cut(source, ": ")
	if at := strings.LastIndexByte(file, ':'); at > 0 {
		if n, err := strconv.Atoi(file[at+1:]); err == nil {
			return file[:at], n
		}
	}
	if more && rest != "" {
		return file, 1
	}
	for _, from := range s.From {
		if inside, err := filepath.Rel(from, file); err == nil && filepath.IsLocal(inside) && strings.ContainsRune(inside, filepath.Separator) {
			return file, statement
		}
	}
	return file, 1
}
