package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/authz/explain"
	"github.com/rolecall-iam/rolecall/policytest"
	"github.com/rolecall-iam/rolecall/service"
	files "github.com/rolecall-iam/rolecall/world"
)

// testCommand is rolecall test.
type testCommand struct {
	dataFlag
	outputFlag
	Paths  []string `arg:"" name:"file" help:"Files of tests, or folders with files that end in .test.yaml or .test.yml." placeholder:"FILE|DIR"`
	Only   string   `name:"run" help:"Only tests whose name matches." placeholder:"REGEXP"`
	JUnit  string   `name:"junit" help:"Write JUnit's XML as well." placeholder:"FILE" type:"path"`
	SARIF  string   `name:"sarif" help:"Write SARIF 2.1.0 as well." placeholder:"FILE" type:"path"`
	Region string   `help:"Region of templates and plans that name none." default:"us-east-1"`
	parameterFlag
}

// Run runs the tests: no where one fails, a usage error where one asks what
// cannot be asked.
func (c *testCommand) Run(stdout io.Writer) error {
	suites, err := c.suites()
	if err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	warnOfTested(os.Stderr, suites)
	report, err := policytest.Run(context.Background(), suites, c.open)
	if err != nil {
		return err
	}
	if c.Output == "json" {
		err = report.JSON(stdout)
	} else {
		p := paintFor(stdout)
		err = report.Text(stdout, policytest.Colours{Bad: p.red, Good: p.green, Faint: p.faint, Off: p.off}, printBriefly)
	}
	err = errors.Join(err,
		writeReport(c.JUnit, func(w io.Writer) error { return report.JUnit(w, printBriefly) }),
		writeReport(c.SARIF, report.SARIF))
	switch {
	case err != nil:
		return err
	case report.Errors > 0:
		return fmt.Errorf("%w: tests that ask what cannot be asked: %d", errUsage, report.Errors)
	case report.Failed > 0:
		return errNo
	}
	return nil
}

// writeReport writes a report into a file, none where it has no name.
func writeReport(name string, write func(io.Writer) error) error {
	if name == "" {
		return nil
	}
	var b bytes.Buffer
	if err := write(&b); err != nil {
		return err
	}
	return os.WriteFile(name, b.Bytes(), 0o644)
}

// suites reads the files of tests, and leaves the tests that are asked for.
func (c *testCommand) suites() ([]policytest.Suite, error) {
	only, err := regexp.Compile(c.Only)
	if err != nil {
		return nil, fmt.Errorf("--run: %w", err)
	}
	names, err := c.files()
	if err != nil {
		return nil, err
	}
	var suites []policytest.Suite
	var wrongs []error
	tests := 0
	for _, name := range names {
		text, err := readAtMost(name, maxSmall)
		if err != nil {
			return nil, err
		}
		s, err := policytest.Parse(name, text, func(name string) ([]byte, error) { return readAtMost(name, maxSmall) })
		wrongs = append(wrongs, err)
		s.Tests = slices.DeleteFunc(s.Tests, func(t policytest.Test) bool { return !only.MatchString(t.Name) })
		if tests += len(s.Tests); len(s.Tests) > 0 {
			suites = append(suites, s)
		}
	}
	if err := errors.Join(wrongs...); err != nil {
		return nil, err
	}
	if tests == 0 {
		return nil, fmt.Errorf("no test's name matches %s", c.Only)
	}
	return suites, nil
}

// files are the files of tests that the arguments mean, each once.
func (c *testCommand) files() ([]string, error) {
	var names []string
	add := func(name string) {
		if name = filepath.Clean(name); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for _, path := range c.Paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			add(path)
			continue
		}
		before := len(names)
		err = filepath.WalkDir(path, func(name string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if d.IsDir() && name != path && strings.HasPrefix(d.Name(), ".") {
				return filepath.SkipDir
			}
			if d.Type().IsRegular() && (strings.HasSuffix(name, ".test.yaml") || strings.HasSuffix(name, ".test.yml")) {
				add(name)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		if len(names) == before {
			return nil, fmt.Errorf("%s: there is no file in this folder that ends in .test.yaml or .test.yml", path)
		}
	}
	return names, nil
}

// open asks the inputs of a file, or the data directory.
func (c *testCommand) open(from []string, use func(policytest.Asker) error) error {
	if len(from) > 0 {
		return fromFlag{From: from, parameterFlag: c.parameterFlag}.world(c.Region, os.Stderr, func(a *files.Asked) error { return use(answersOf(a)) })
	}
	dir, err := c.dir()
	if err != nil {
		return err
	}
	return runningOr(dir, func() error {
		return use(func(_ context.Context, asks []service.Ask) ([]policytest.Answer, error) { return askMany(dir, asks) })
	}, func(s *rolecall.Server) error { return use(answersOf(s)) })
}

// answersOf asks one question after the other.
func answersOf(s asker) policytest.Asker {
	return func(ctx context.Context, asks []service.Ask) ([]policytest.Answer, error) {
		answers := make([]policytest.Answer, 0, len(asks))
		for _, ask := range asks {
			x, err := s.Why(ctx, ask)
			a := policytest.Answer{Explanations: x}
			if e, ok := errors.AsType[*files.UnknownError](err); ok {
				// What was explained is one of several things that it may come to.
				a = policytest.Answer{Unknown: e.Error()}
			} else if _, ok := errors.AsType[*rolecall.AskError](err); ok {
				a.Wrong = err.Error()
			} else if err != nil {
				return nil, err
			}
			answers = append(answers, a)
		}
		return answers, nil
	}
}

// What goes to a running server in one request: so many questions, of so many
// bytes of policies.
const (
	mostAsks  = 200
	mostBytes = 2 << 20
)

// askMany asks the server that runs on dir, some questions at a time.
func askMany(dir string, asks []service.Ask) ([]policytest.Answer, error) {
	var all []policytest.Answer
	for len(asks) > 0 {
		n, size := 0, 0
		for n < len(asks) && n < mostAsks && (n == 0 || size+len(asks[n].ResourcePolicy) < mostBytes) {
			size += len(asks[n].ResourcePolicy)
			n++
		}
		body, err := json.Marshal(asks[:n])
		if err != nil {
			return nil, err
		}
		var some []policytest.Answer
		if err := askFor(dir, "POST", "/why-many", bytes.NewReader(body), &some); err != nil {
			return nil, err
		}
		if len(some) != n {
			return nil, errors.New("the running server answered another number of questions; is it of another version?")
		}
		all, asks = append(all, some...), asks[n:]
	}
	return all, nil
}

// whyManyRoute answers many questions for a running server.
func whyManyRoute(s *rolecall.Server) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var asks []service.Ask
		if err := json.NewDecoder(io.LimitReader(r.Body, 8<<20)).Decode(&asks); err != nil {
			answer(w, nil, err)
			return
		}
		answers, err := answersOf(s)(r.Context(), asks)
		answer(w, answers, err)
	}
}

// printBriefly prints an explanation as why does, with the first fix alone and
// without the command that makes it: the report indents it.
func printBriefly(w io.Writer, x explain.Explanation) error {
	if len(x.Fixes) > 1 {
		x.Fixes = x.Fixes[:1]
	}
	x.Fixes = slices.Clone(x.Fixes)
	for i := range x.Fixes {
		x.Fixes[i].Edits = slices.Clone(x.Fixes[i].Edits)
		for j := range x.Fixes[i].Edits {
			x.Fixes[i].Edits[j].Command, x.Fixes[i].Edits[j].Terraform = "", ""
		}
	}
	return printWhyWithin(w, x, width-policytest.Indent)
}
