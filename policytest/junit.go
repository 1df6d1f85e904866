package policytest

import (
	"bytes"
	"encoding/xml"
	"io"
	"strings"
)

// JUnit's XML, as the common consumers read it: a suite for each file, a case
// for each test.
//
// Source: https://github.com/testmoapp/junitxml
type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Name     string       `xml:"name,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Errors   int          `xml:"errors,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		File     string      `xml:"file,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Errors   int         `xml:"errors,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Name    string        `xml:"name,attr"`
		Class   string        `xml:"classname,attr"`
		File    string        `xml:"file,attr"`
		Line    int           `xml:"line,attr"`
		Failure *junitProblem `xml:"failure"`
		Error   *junitProblem `xml:"error"`
	}
	junitProblem struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr"`
		Text    string `xml:",chardata"`
	}
)

// JUnit writes the report as JUnit's XML.
func (r *Report) JUnit(w io.Writer, print Print) error {
	out := junitSuites{Name: "rolecall test", Tests: len(r.outcomes), Failures: r.Failed, Errors: r.Errors}
	for i := range r.outcomes {
		o := &r.outcomes[i]
		if i == 0 || r.outcomes[i-1].suite != o.suite {
			out.Suites = append(out.Suites, junitSuite{Name: o.suite.File, File: o.suite.File})
		}
		s := &out.Suites[len(out.Suites)-1]
		c := junitCase{Name: o.test.Name, Class: className(o.suite.File), File: o.suite.File, Line: o.test.Line}
		s.Tests++
		if o.state != Passed {
			p, err := o.junit(print)
			if err != nil {
				return err
			}
			if o.state == Failed {
				c.Failure = p
				s.Failures++
			} else {
				c.Error = p
				s.Errors++
			}
		}
		s.Cases = append(s.Cases, c)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(out); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// className is a file's path as the pages of CI systems group by: without its
// endings, with dots for slashes.
func className(file string) string {
	for _, end := range [...]string{".yaml", ".yml", ".test"} {
		file = strings.TrimSuffix(file, end)
	}
	return strings.ReplaceAll(strings.Trim(file, "./"), "/", ".")
}

func (o *outcome) junit(print Print) (*junitProblem, error) {
	var b bytes.Buffer
	if err := o.text(&b, print); err != nil {
		return nil, err
	}
	return &junitProblem{Message: o.wrongs()[0].Why, Type: string(o.state), Text: b.String()}, nil
}
