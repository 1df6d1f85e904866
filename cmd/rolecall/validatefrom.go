package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/rolecall-iam/rolecall/policy/lint"
	files "github.com/rolecall-iam/rolecall/world"
)

// errNothing is a command without any input.
var errNothing = errors.New("no policies are given: name files, or accounts' details, plans, templates and folders with --from")

// within looks at the policies of accounts' details, plans, states, templates,
// folders and organizations. What is told of one stands at the line of it.
func (c *validateCommand) within(ref lint.Reference, access accessCheck) ([]validated, error) {
	if len(c.From) == 0 {
		return nil, nil
	}
	given, err := readFiles(c.From)
	if err != nil {
		return nil, err
	}
	w, err := files.Read(given, files.Options{Wrong: true})
	if err != nil {
		return nil, err
	}
	documents, err := w.Documents()
	if err != nil {
		return nil, err
	}
	if len(documents) == 0 {
		return nil, fmt.Errorf("%s: there is no policy in it", strings.Join(c.From, ", "))
	}
	var all []validated
	for _, d := range documents {
		all = append(all, c.document(d, ref, access))
	}
	return all, nil
}

// document looks at what is known of one policy.
func (c *validateCommand) document(d files.Document, ref lint.Reference, access accessCheck) validated {
	one := *c
	if c.Type == "guess" {
		one.Type = d.Type
	}
	v := validated{File: d.Place.File, Type: one.Type, Findings: []findingOutcome{}}
	if d.Text != "" {
		v = one.validate(d.Place.File, d.Text, ref, access)
	}
	v.In, v.Of = d.Place.Where, d.Of
	for _, open := range d.Open {
		v.NotChecked = append(v.NotChecked, open.What)
	}
	line := max(d.Place.Line, 1)
	for i := range v.Findings {
		f := &v.Findings[i]
		f.Path = amongAll(f.Path, d.Statements)
		if d.Column == 0 {
			f.Line, f.Column, f.EndLine, f.EndCol = line, 1, line, 1
			continue
		}
		f.Line, f.Column = inFile(f.Line, f.Column, d)
		f.EndLine, f.EndCol = inFile(f.EndLine, f.EndCol, d)
	}
	return v
}

// inFile is a place of a document in the file that it stands in.
func inFile(line, column int, d files.Document) (int, int) {
	if line == 1 {
		column += d.Column - 1
	}
	return d.Place.Line + line - 1, column
}

// amongAll is a path in a document of which only some statements are known, in
// the whole one.
func amongAll(path string, statements []int) string {
	rest, ok := strings.CutPrefix(path, ".Statement[")
	digits, rest, cut := strings.Cut(rest, "]")
	i, err := strconv.Atoi(digits)
	if !ok || !cut || err != nil || i >= len(statements) {
		return path
	}
	return fmt.Sprintf(".Statement[%d]%s", statements[i], rest)
}

// notAlone refuses what has policies in it and is none itself: a plan, a template
// or an account's details, which would be told of as one broken policy.
func notAlone(name, text string) error {
	if _, err := files.Read([]files.File{{Name: name, Text: []byte(text)}}, files.Options{}); err != nil {
		return nil
	}
	return fmt.Errorf("%s is no policy, but has some in it: give it with --from", name)
}
