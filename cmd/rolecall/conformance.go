package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/conformance"
)

// conformanceCommand is rolecall conformance.
type conformanceCommand struct {
	outputFlag
	awsKeys
	Endpoint string `help:"Ask the SimulateCustomPolicy of an endpoint instead, as far as it knows what the cases are about." placeholder:"URL"`
	Dir      string `arg:"" optional:"" help:"A folder of cases; those that come with rolecall otherwise." type:"path" placeholder:"DIR"`
}

// conformanceReport is what it prints in JSON.
type conformanceReport struct {
	Cases    int                  `json:"cases"`
	Failures []conformanceFailure `json:"failures"`
}

type conformanceFailure struct {
	File  string   `json:"file"`
	Line  int      `json:"line"`
	Name  string   `json:"name"`
	Rules []string `json:"rules"`
	Error string   `json:"error"`
}

// Run holds every case against the engine, or asks an endpoint.
func (c *conformanceCommand) Run(stdout io.Writer) error {
	cases, err := c.read()
	if err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	report := decideAll(cases)
	if c.Endpoint != "" {
		if report, err = c.simulate(cases, time.Now); err != nil {
			return fmt.Errorf("ask %s: %w", c.Endpoint, err)
		}
	}
	if err := report.print(stdout, c.Output); err != nil {
		return err
	}
	if len(report.Failures) > 0 {
		return fmt.Errorf("%d of %d cases fail", len(report.Failures), report.Cases)
	}
	return nil
}

// decideAll holds the cases against the engine that serves requests.
func decideAll(cases []conformance.Case) conformanceReport {
	report := conformanceReport{Cases: len(cases), Failures: []conformanceFailure{}}
	for _, one := range cases {
		report.add(one, one.Run(authz.Decide))
	}
	return report
}

// add notes a case that fails.
func (r *conformanceReport) add(c conformance.Case, err error) {
	if err != nil {
		r.Failures = append(r.Failures, conformanceFailure{c.File, c.Line, c.Name, c.Rules, err.Error()})
	}
}

// read reads the cases. A folder without any is not one of cases.
func (c *conformanceCommand) read() ([]conformance.Case, error) {
	fsys := conformance.Suite()
	if c.Dir != "" {
		fsys = os.DirFS(c.Dir)
	}
	cases, err := conformance.Read(fsys)
	if err == nil && len(cases) == 0 {
		err = errors.New("there are no cases in " + c.Dir)
	}
	return cases, err
}

func (r conformanceReport) print(stdout io.Writer, output string) error {
	if output == "json" {
		return json.NewEncoder(stdout).Encode(r)
	}
	for _, f := range r.Failures {
		fmt.Fprintln(stdout, f.Error)
	}
	_, err := fmt.Fprintf(stdout, "%d cases, %d fail\n", r.Cases, len(r.Failures))
	return err
}
