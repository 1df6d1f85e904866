package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/rolecall-iam/rolecall/api/reference"
	"github.com/rolecall-iam/rolecall/policy/lint"
	"github.com/rolecall-iam/rolecall/policytest"
	files "github.com/rolecall-iam/rolecall/world"
)

// validateCommand is rolecall validate.
type validateCommand struct {
	outputFlag
	accessFlags
	Files []string `arg:"" optional:"" name:"file" help:"Files of one policy each, - for what is piped in, or folders with files that end in .json." placeholder:"FILE|DIR"`
	From  []string `help:"Look at all policies of accounts' details, Terraform plans or states as JSON, templates, organizations or folders laid out as rolecall docs inputs tells; repeat for more." placeholder:"FILE"`
	Type  string   `help:"What the documents are for, where they do not tell: ${enum}." enum:"guess,identity,resource,trust,bucket,scp,rcp" default:"guess"`
	SARIF string   `name:"sarif" help:"Write SARIF 2.1.0 as well." placeholder:"FILE" type:"path"`
}

// documentTypes are what --type may say.
var documentTypes = map[string]lint.Document{
	"identity": {Type: lint.Identity}, "resource": {Type: lint.Resource}, "trust": {Type: lint.Resource, Resource: lint.Trust},
	"bucket": {Type: lint.Resource, Resource: lint.Bucket}, "scp": {Type: lint.ServiceControl}, "rcp": {Type: lint.ResourceControl},
}

// validated is one document with what was found in it.
type validated struct {
	File     string           `json:"file"`
	In       string           `json:"in,omitempty"` // what of the file, such as aws_iam_role.deploy
	Of       string           `json:"of,omitempty"` // what it is and whose, where the file tells
	Type     string           `json:"type"`         // as --type names it
	Findings []findingOutcome `json:"findings"`
	// NotChecked are sentences about what is not known of it yet.
	NotChecked []string `json:"notChecked,omitempty"`
}

// findingOutcome is a finding as --output json has it. Lines and columns count
// from 1.
type findingOutcome struct {
	Code     string        `json:"code"`
	Severity lint.Severity `json:"severity"`
	Own      bool          `json:"own,omitempty"` // not one of AWS's
	Text     string        `json:"text"`
	Change   string        `json:"change,omitempty"`
	Page     string        `json:"page,omitempty"` // in docs/denials
	Link     string        `json:"link,omitempty"` // to AWS's page
	Line     int           `json:"line"`
	Column   int           `json:"column"`
	EndLine  int           `json:"endLine"`
	EndCol   int           `json:"endColumn"`
	Path     string        `json:"path,omitempty"`
}

// Run looks for all that is wrong or doubtful: no where an error or a security
// warning is found.
func (c *validateCommand) Run(stdout io.Writer) error {
	names, err := c.names()
	if err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	access, err := c.prepare(c.read)
	if err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	ref := reference.NewLookup()
	all, err := c.within(ref, access)
	if err == nil && len(names)+len(all) == 0 {
		err = errNothing
	}
	if err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	for _, name := range names {
		text, err := c.read(name)
		if err == nil {
			err = notAlone(name, text)
		}
		if err != nil {
			return fmt.Errorf("%w: %w", errUsage, err)
		}
		all = append(all, c.validate(name, text, ref, access))
	}
	if c.Output == "json" {
		err = writeJSON(stdout, map[string]any{"documents": all})
	} else {
		err = printValidated(stdout, all)
	}
	if err != nil {
		return err
	}
	if err := writeReport(c.SARIF, func(w io.Writer) error { return findingsSARIF(w, all) }); err != nil {
		return err
	}
	for _, d := range all {
		for _, f := range d.Findings {
			if f.Severity == lint.Error || f.Severity == lint.SecurityWarning {
				return errNo
			}
		}
	}
	return nil
}

func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// names are the files that the arguments mean.
func (c *validateCommand) names() ([]string, error) {
	var names []string
	for _, path := range c.Files {
		info, err := os.Stat(path)
		switch {
		case path == "-":
			names = append(names, path)
			continue
		case err != nil:
			return nil, err
		case !info.IsDir():
			names = append(names, path)
			continue
		}
		before := len(names)
		err = filepath.WalkDir(path, func(name string, d fs.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() && strings.HasSuffix(name, ".json") {
				names = append(names, name)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
		if len(names) == before {
			return nil, fmt.Errorf("%s: there is no file in this folder that ends in .json", path)
		}
	}
	return names, nil
}

// read reads a document that is no longer than any policy. A byte order mark, as
// editors on Windows write it, is no part of it.
func (c *validateCommand) read(name string) (string, error) {
	in := io.Reader(os.Stdin)
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return "", err
		}
		defer f.Close()
		in = f
	}
	text, err := io.ReadAll(io.LimitReader(in, lint.MaxSize+1))
	if err == nil && len(text) > lint.MaxSize {
		err = fmt.Errorf("%s: longer than %d KiB, and no policy is; plans, states and templates are given with --from", name, lint.MaxSize>>10)
	}
	if err == nil && len(bytes.TrimSpace(text)) > 0 { // that there is nothing is a finding
		text, err = files.Plain(name, text)
	}
	return string(text), err
}

// validate looks at one document.
func (c *validateCommand) validate(name, text string, ref lint.Reference, access accessCheck) validated {
	plain, comments := lint.WithoutComments(text)
	d, ok := documentTypes[c.Type]
	if !ok {
		d.Type, d.Resource = lint.Guess(plain)
	}
	d.Text = plain
	v := validated{File: name, Findings: []findingOutcome{}}
	for name, known := range documentTypes {
		if known.Type == d.Type && known.Resource == d.Resource {
			v.Type = name
		}
	}
	for _, f := range append(comments, lint.Find(d, ref)...) {
		at := f.Locations[0]
		v.Findings = append(v.Findings, findingOutcome{
			Code: f.Code, Severity: f.Severity, Own: f.Own(), Text: f.Details, Change: f.Change, Page: f.Page, Link: f.Link(),
			Line: max(at.Start.Line, 1), Column: max(at.Start.Column, 1), EndLine: max(at.End.Line, 1), EndCol: max(at.End.Column, 1),
			Path: pathOf(at.Path),
		})
	}
	v.Findings = append(v.Findings, access.find(d)...)
	return v
}

// pathOf writes a path as jq does.
func pathOf(path []lint.Step) string {
	var b strings.Builder
	for _, s := range path {
		switch {
		case s.Kind == lint.ToIndex:
			fmt.Fprintf(&b, "[%d]", s.Index)
		case strings.Trim(s.Name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") == "":
			b.WriteString("." + s.Name)
		default:
			fmt.Fprintf(&b, "[%q]", s.Name)
		}
	}
	return b.String()
}

// findingsSARIF writes all findings as SARIF.
func findingsSARIF(w io.Writer, all []validated) error {
	levels := map[lint.Severity]string{lint.Error: "error", lint.SecurityWarning: "error", lint.Warning: "warning", lint.Suggestion: "note"}
	var findings []policytest.Finding
	for _, d := range all {
		for _, f := range d.Findings {
			text := f.Text
			if f.Change != "" {
				text += " (" + f.Change + ")"
			}
			if where := d.where(); where != "" {
				text += " In " + where + "."
			}
			findings = append(findings, policytest.Finding{
				Rule: f.Code, Level: levels[f.Severity], Text: text, Help: f.Link + pageLink(f.Page), File: d.File,
				Line: f.Line, Column: f.Column, Fingerprint: strings.TrimSuffix(d.File+":"+d.Of, ":") + ":" + f.Code + ":" + f.Path,
			})
		}
	}
	return policytest.WriteSARIF(w, findings)
}

// pageLink is what shows a page.
func pageLink(page string) string {
	if page == "" {
		return ""
	}
	return " " + pageCommand(page)
}
