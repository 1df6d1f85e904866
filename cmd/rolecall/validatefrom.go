package main

import (
	"errors"
	"fmt"

	"github.com/rolecall-iam/rolecall/policy/lint"
	files "github.com/rolecall-iam/rolecall/world"
)

// errNothing is a command without any input.
var errNothing = errors.New("no policies are given: name files, or plans, templates and folders with --from")

// within looks at the policies of plans, templates and folders. What is told of
// one stands at the line of it.
func (c *validateCommand) within(ref lint.Reference, access accessCheck) ([]validated, error) {
	if len(c.From) == 0 {
		return nil, nil
	}
	given, err := readFiles(c.From)
	if err != nil {
		return nil, err
	}
	w, err := files.Read(given, files.Options{})
	if err != nil {
		return nil, err
	}
	documents := w.Documents()
	if len(documents) == 0 {
		return nil, fmt.Errorf("%s: no policy of a plan, a state, a template or a folder stands in there; those of accounts' details are not looked at", c.From[0])
	}
	var all []validated
	for _, d := range documents {
		one := *c
		switch {
		case c.Type != "guess":
		case d.Trust:
			one.Type = "trust"
		case !d.Resource:
			one.Type = "identity"
		}
		v := one.validate(d.Place.File, d.Text, ref, access)
		v.In = d.Place.Where
		for i := range v.Findings {
			if f, line := &v.Findings[i], max(d.Place.Line, 1); d.Place.Where != "" {
				f.Line, f.Column, f.EndLine, f.EndCol = line, 1, line, 1
			}
		}
		all = append(all, v)
	}
	return all, nil
}

// notAlone refuses what has policies in it and is none itself: a plan, a template
// or an account's details, which would be told of as one broken policy.
func notAlone(name, text string) error {
	if _, err := files.Read([]files.File{{Name: name, Text: []byte(text)}}, files.Options{}); err != nil {
		return nil
	}
	return fmt.Errorf("%s is no policy, but has some in it: give it with --from", name)
}
