package main

import (
	"fmt"
	"maps"
	"strings"

	files "github.com/rolecall-iam/rolecall/world"
)

// parameterFlag are the values of templates' parameters.
type parameterFlag struct {
	Parameter     []string `help:"Value of a template's parameter; repeat for more." placeholder:"NAME=VALUE" sep:"none"`
	ParameterFile string   `help:"File of templates' parameters, as the aws CLI takes it or as an object of names and values; --parameter wins over it." placeholder:"FILE"`
}

// parameters are the values by name.
func (f parameterFlag) parameters() (map[string]string, error) {
	given := make(map[string]string)
	if f.ParameterFile != "" {
		text, err := readAtMost(f.ParameterFile, maxImport)
		if err != nil {
			return nil, err
		}
		if given, err = files.ReadParameters(files.File{Name: f.ParameterFile, Text: text}); err != nil {
			return nil, err
		}
	}
	named := make(map[string]string)
	for _, p := range f.Parameter {
		name, value, ok := strings.Cut(p, "=")
		if _, twice := named[name]; !ok || name == "" || twice {
			return nil, fmt.Errorf("--parameter %s: write NAME=VALUE, each name once", p)
		}
		named[name] = value
	}
	maps.Copy(given, named)
	return given, nil
}
