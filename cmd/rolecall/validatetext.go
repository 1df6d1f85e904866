package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/rolecall-iam/rolecall/policy/lint"
)

// severityWords are how severities are called, the gravest first.
var severityWords = [...]struct {
	severity   lint.Severity
	word, many string
}{
	{lint.Error, "error", "errors"}, {lint.SecurityWarning, "security warning", "security warnings"},
	{lint.Warning, "warning", "warnings"}, {lint.Suggestion, "suggestion", "suggestions"},
}

// printValidated prints each finding under its place, written as compilers do,
// and a line at the end that counts them.
func printValidated(w io.Writer, all []validated) error {
	paint, out := paintFor(w), &page{w: w}
	count, open := map[lint.Severity]int{}, 0
	for _, d := range all {
		for _, f := range d.Findings {
			count[f.Severity]++
			out.line("%s%s:%d:%d:%s %s %s", paint.bold, d.File, f.Line, f.Column, paint.off, severity(paint, f.Severity), f.Code)
			if where := d.where(); where != "" {
				out.text("    ", "in "+where)
			}
			out.text("    ", f.Text)
			if f.Change != "" {
				out.text("    "+paint.green+"→"+paint.off+" ", f.Change)
			}
			if f.Page != "" {
				out.line("    %ssee %s%s", paint.faint, pageCommand(f.Page), paint.off)
			}
		}
	}
	var parts []string
	for _, s := range severityWords {
		switch n := count[s.severity]; n {
		case 0:
		case 1:
			parts = append(parts, "1 "+s.word)
		default:
			parts = append(parts, fmt.Sprintf("%d %s", n, s.many))
		}
	}
	if parts == nil {
		parts = []string{"nothing found"}
	}
	what := documentTypeWords[all[0].Type]
	if len(all) > 1 {
		what = fmt.Sprintf("%d documents", len(all))
	}
	for _, d := range all {
		for _, why := range d.NotChecked {
			out.text("", strings.TrimSuffix(d.File+": not checked: "+d.where(), ": ")+": "+why)
		}
		open += min(1, len(d.NotChecked))
	}
	if open > 0 && len(all) == 1 {
		what += ", which is not known as a whole yet"
	} else if open > 0 {
		what += fmt.Sprintf(", %d of which %s not known as a whole yet", open, map[bool]string{true: "is", false: "are"}[open == 1])
	}
	out.line("%s in %s", strings.Join(parts, ", "), what)
	return out.err
}

// where is what a document is, in the file's words and in others.
func (v validated) where() string {
	return strings.TrimPrefix(strings.TrimSuffix(v.In+", "+v.Of, ", "), ", ")
}

// documentTypeWords are the types in words.
var documentTypeWords = map[string]string{
	"identity": "a permissions policy", "resource": "a resource's policy", "trust": "a role's trust policy",
	"bucket": "a bucket's policy", "scp": "a service control policy", "rcp": "a resource control policy",
}

func severity(p paint, s lint.Severity) string {
	for i, known := range severityWords {
		switch {
		case known.severity != s:
		case i < 2:
			return p.red + known.word + p.off
		case i == 2:
			return p.yellow + known.word + p.off
		default:
			return known.word
		}
	}
	return string(s)
}
