package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/rolecall-iam/rolecall/authz/explain"
)

// width is how many columns an explanation takes at most, but for names that
// are longer by themselves.
const width = 100

// paint are the colours of a terminal; all empty where the output is none.
type paint struct{ bold, red, green, yellow, faint, off string }

func paintFor(w io.Writer) paint {
	f, ok := w.(*os.File)
	if !ok || os.Getenv("NO_COLOR") != "" {
		return paint{}
	}
	info, err := f.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return paint{}
	}
	return paint{bold: "\x1b[1m", red: "\x1b[31m", green: "\x1b[32m", yellow: "\x1b[33m", faint: "\x1b[2m", off: "\x1b[0m"}
}

// page writes lines and remembers the first failure.
type page struct {
	w      io.Writer
	err    error
	narrow int  // columns that it has less than width
	hcl    bool // a policy is from Terraform
}

func (p *page) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format+"\n", args...)
	}
}

// text breaks a text into lines that begin with an indent.
func (p *page) text(indent, text string) {
	line, begun := indent, false
	for _, word := range strings.Fields(text) {
		if begun && columns(line)+1+columns(word) > width-p.narrow {
			p.line("%s", line)
			line, begun = strings.Repeat(" ", columns(indent)), false
		}
		if begun {
			line += " "
		}
		line, begun = line+word, true
	}
	p.line("%s", line)
}

// columns is how many columns of a terminal a text takes: what colours it takes
// none.
func columns(s string) int {
	n := 0
	for {
		before, after, found := strings.Cut(s, "\x1b[")
		n += utf8.RuneCountInString(before)
		if !found {
			return n
		}
		_, s, _ = strings.Cut(after, "m")
	}
}

// printWhy prints an explanation for people.
func printWhy(w io.Writer, x explain.Explanation) error { return printWhyWithin(w, x, width) }

// printWhyWithin prints it in so many columns.
func printWhyWithin(w io.Writer, x explain.Explanation, columns int) error {
	p, c := &page{w: w, narrow: width - columns}, paintFor(w)
	if x.Allowed {
		p.line("%s%sALLOWED%s", c.bold, c.green, c.off)
	} else {
		p.line("%s%sDENIED%s", c.bold, c.red, c.off)
	}
	p.text("  ", x.Verdict)
	if x.Earlier != nil {
		p.earlier(c, x.Earlier)
	}
	p.inShort(c, x.Fixes)
	for _, m := range x.Mistakes {
		p.line("")
		p.line("%s%s%s (%s)", c.yellow, m.Name, c.off, pageCommand(m.Name))
		p.text("  ", m.Text)
	}
	if x.Message != "" {
		p.line("")
		p.line("AWS says")
		p.text("  ", x.Message)
	}
	p.line("")
	if len(x.Layers) > 0 {
		p.line("What the policies say")
	}
	for _, l := range x.Layers {
		p.layer(c, l)
	}
	if x.Earlier == nil {
		p.untold(x.Layers)
	}
	for i, f := range x.Fixes {
		p.line("")
		if i == 0 {
			p.line("What would allow it (each was tried), what opens least first")
		}
		p.fix(c, i+1, f)
	}
	return p.err
}

// inShort tells what to do, above all that is to be read about it; in a report,
// which is short, it stands below anyway.
func (p *page) inShort(c paint, fixes []explain.Fix) {
	if len(fixes) == 0 || p.narrow > 0 {
		return
	}
	where, more := "", ""
	if e := fixes[0].Edits[0]; len(fixes[0].Edits) == 1 && e.Target != "request" && !strings.Contains(fixes[0].Title, e.Target) {
		where = ", in the " + e.Target
	}
	if n := len(fixes); n > 1 {
		more = fmt.Sprintf("; it is 1 of %d ways", n)
	}
	p.text("  "+c.green+"→"+c.off+" ", "to allow it: "+fixes[0].Title+where+" (below"+more+")")
}

// untold names the keys that policies which decide ask for and the question does
// not have: a real request may.
func (p *page) untold(layers []explain.Layer) {
	var keys []string
	for _, l := range layers {
		for _, pol := range l.Policies {
			for _, s := range pol.Statements {
				for _, f := range s.Failures {
					asked := slices.Clone(f.Unfilled)
					if f.Absent {
						asked = append([]string{f.Key}, asked...)
					}
					for _, key := range asked {
						if l.Decides && !slices.Contains(keys, key) {
							keys = append(keys, key)
						}
					}
				}
			}
		}
	}
	if len(keys) > 0 {
		p.text("  ", "Asked without "+strings.Join(keys, ", ")+": if the request has it, ask again with -c "+keys[0]+"=VALUE.")
	}
}

// earlier tells of the call that is asked about.
func (p *page) earlier(c paint, e *explain.Earlier) {
	p.line("")
	p.line("The call")
	p.text("  ", e.Operation+" at "+e.Time.UTC().Format(time.RFC3339)+", request "+e.RequestID)
	if e.Message != "" {
		p.text("  ", "answered with "+e.Message)
	}
	if e.Changed != "" {
		p.text("  "+c.yellow+"careful:"+c.off+" ", e.Changed)
	}
}

func (p *page) layer(c paint, l explain.Layer) {
	mark := ""
	if l.Decides {
		mark = c.bold + "  ← this decides" + c.off
	}
	p.line("  %s: %s%s", l.Name, l.Outcome, mark)
	for _, pol := range l.Policies {
		name := pol.Name
		if pol.Source != "" {
			p.hcl = p.hcl || strings.Contains(pol.Source, "aws_iam_")
			name += " (" + pol.Source + ")"
		}
		if pol.Unreadable {
			name += ": cannot be read"
		}
		if name != "" {
			p.line("    %s", name)
		}
		for _, s := range pol.Statements {
			p.statement(c, s)
		}
		if pol.Others > 0 {
			p.line("      %s%d more that are farther off%s", c.faint, pol.Others, c.off)
		}
	}
}

func (p *page) statement(c paint, s explain.Statement) {
	name := fmt.Sprintf("statement %d", s.Number)
	if s.Sid != "" {
		name += " " + s.Sid
	}
	if s.Line > 1 {
		name += fmt.Sprintf(", line %d", s.Line)
	}
	if s.Matches {
		colour := c.green
		if s.Effect != "Allow" {
			colour = c.red
		}
		p.line("      %s%s: %s, it matches%s", colour, name, s.Effect, c.off)
		return
	}
	p.line("      %s: %s, it does not match", name, s.Effect)
	for _, f := range s.Failures {
		p.text("        "+f.Element+" ", f.Text)
	}
}

func (p *page) fix(c paint, number int, f explain.Fix) {
	p.text(fmt.Sprintf("%2d. ", number), f.Title)
	for i, e := range f.Edits {
		target := e.Target
		if e.Source != "" {
			target += ", " + e.Source
		}
		if len(f.Edits) > 1 || e.Target != "request" {
			p.line("    %s", target)
		}
		if e.Account != "" {
			p.line("    an administrator of account %s has to do it", e.Account)
		}
		for line := range strings.Lines(e.Diff) {
			colour := c.faint
			switch line[0] {
			case '-':
				colour = c.red
			case '+':
				colour = c.green
			}
			p.line("      %s%s%s", colour, strings.TrimSuffix(line, "\n"), c.off)
		}
		if e.Command != "" && (i == 0 || e.Command != f.Edits[i-1].Command) {
			p.line("    $ %s", e.Command)
		}
		p.terraform(e)
	}
	for _, w := range f.Warnings {
		p.text("    "+c.yellow+"careful:"+c.off+" ", w)
	}
}

// terraform prints what to write in Terraform: all of it where it is known
// which resource makes the policy, else where one would be.
func (p *page) terraform(e explain.Edit) {
	first, rest, _ := strings.Cut(e.Terraform, "\n")
	where, ok := strings.CutPrefix(first, "# ")
	switch {
	case !ok: // a resource that is not there yet
		if p.hcl && e.Terraform != "" {
			p.line("    in Terraform")
			for line := range strings.Lines(e.Terraform) {
				p.line("      %s", strings.TrimSuffix(line, "\n"))
			}
		}
	case strings.Contains(where, "."):
		p.line("    in Terraform, resource %s", where)
		for line := range strings.Lines(rest) {
			p.line("      %s", strings.TrimSuffix(line, "\n"))
		}
	default:
		argument, _, _ := strings.Cut(rest, " ")
		p.line("    in Terraform, argument %s of the %s", argument, where)
	}
}
