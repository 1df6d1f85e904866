package world

import (
	"slices"
	"strings"
)

// ReadParameters reads a file of parameters for templates: the list that the aws
// CLI takes, an object of names and values, or one with such an object as its
// Parameters, as pipelines have it. The error is an *Error.
//
// Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/continuous-delivery-codepipeline-cfn-artifacts.html
func ReadParameters(f File) (map[string]string, error) {
	at := Place{File: f.Name}
	s, err := newSetup(Options{})
	if err != nil {
		return nil, err
	}
	isJSON, err := s.clean(&f)
	if err != nil {
		return nil, err
	}
	var n *node
	if isJSON {
		n, err = readJSON(f.Text, at, 1)
	} else {
		n, err = readYAML(f.Text, at)
	}
	if err != nil {
		return nil, err
	}
	if inside := n.get("Parameters"); inside.is(object) || inside.is(list) {
		n = inside
	}
	given := make(map[string]string)
	put := func(name string, value *node, line int) error {
		if value == nil || name == "" || value.kind == object || value.kind == null {
			return at.in(name, line).wrong("a parameter has a name and a value: {\"ParameterKey\": NAME, \"ParameterValue\": VALUE} or NAME: VALUE")
		}
		if _, ok := given[name]; ok {
			return at.in(name, line).wrong("this parameter stands there twice")
		}
		given[name] = strings.Join(value.strings(), ",")
		return nil
	}
	switch {
	case n.is(object):
		for i, name := range n.names {
			if err := put(name, n.items[i], n.items[i].line); err != nil {
				return nil, err
			}
		}
	case n.is(list):
		for _, item := range n.items {
			if item.get("UsePreviousValue").str() == "true" {
				continue // which the file does not tell
			}
			if err := put(item.get("ParameterKey").str(), item.get("ParameterValue"), item.line); err != nil {
				return nil, err
			}
		}
	default:
		return nil, at.wrong("this is %s, and no list of parameters", n.kind)
	}
	return given, nil
}

// checkParameters holds the values given against a template, and notes which
// names it has.
func (t *stack) checkParameters() error {
	if !t.parameters.is(object) {
		return nil
	}
	for i, name := range t.parameters.names {
		value, ok := t.given[name]
		if !ok {
			continue
		}
		t.asked[name] = true
		p := t.parameters.items[i]
		if may := p.get("AllowedValues").strings(); len(may) > 0 && !slices.Contains(may, value) {
			at := Place{File: t.file, Line: p.line, Where: "Parameters." + name}
			return at.wrong("%q is none of its values: %s", value, strings.Join(may, ", "))
		}
	}
	return nil
}

// unasked refuses a parameter that no template has.
func (s *setup) unasked() error {
	for _, name := range sortedKeys(s.given) {
		if !s.asked[name] {
			return Place{File: "the parameter " + name}.wrong("none of the templates has it")
		}
	}
	return nil
}
