package lint

import (
	"strings"

	"github.com/rolecall-iam/rolecall/policy"
)

func hasVariable(s string) bool { return strings.Contains(s, "${") }

// firstVariable is the first ${…} of a text.
func firstVariable(s string) string {
	i := strings.Index(s, "${")
	v, _, closed := strings.Cut(s[i:], "}")
	if closed {
		v += "}"
	}
	return v
}

// variables looks at ${…} in resources and conditions, the only places where
// it means anything.
func (l *linter) variables(s *statement) {
	reported := false
	see := func(w word) {
		if !hasVariable(w.text) {
			return
		}
		if l.version != string(policy.Version2012) && !reported {
			reported = true
			l.add("VARIABLE_UNSUPPORTED_IN_VERSION", w.spot).Change = `write "Version": "2012-10-17"`
		}
		l.variable(w)
	}
	for _, w := range s.res {
		see(w)
	}
	for _, c := range s.cond {
		for _, w := range c.values {
			see(w)
			if hasVariable(w.text) && !textual(c.base) {
				l.add("INVALID_VARIABLE_FOR_OPERATOR", w.spot)
			}
		}
	}
	for _, p := range s.who {
		if hasVariable(p.text) {
			l.add("VARIABLE_UNSUPPORTED_IN_ELEMENT", p.spot, firstVariable(p.text))
		}
	}
	if e := s.element("Sid"); e != nil && hasVariable(e.value.Text.Value) {
		l.add("VARIABLE_UNSUPPORTED_IN_ELEMENT", e.spot, firstVariable(e.value.Text.Value))
	}
}

// textual tells whether values beside an operator may have variables. Of Bool
// AWS's pages contradict each other; unknown operators have a finding already.
func textual(base string) bool {
	switch families[base] {
	case "String", "Arn", "Bool", "":
		return true
	}
	return false
}

// variable looks at the form of each variable of a value, and tells of the
// first fault.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
func (l *linter) variable(w word) {
	for rest := w.text; ; {
		_, after, ok := strings.Cut(rest, "${")
		if !ok {
			return
		}
		name, tail, closed := strings.Cut(after, "}")
		if fault := variableFault(name, closed); fault != "" {
			l.add(fault, w.spot)
			return
		}
		rest = tail
	}
}

// goodVariables tells whether all variables of a resource end.
func (l *linter) goodVariables(w word) bool {
	for rest := w.text; ; {
		_, after, ok := strings.Cut(rest, "${")
		if !ok {
			return true
		}
		_, tail, closed := strings.Cut(after, "}")
		if !closed {
			return false
		}
		rest = tail
	}
}

// variableFault is the check that the inside of ${…} fails.
func variableFault(name string, closed bool) string {
	key, fallback, hasFallback := strings.Cut(name, ",")
	switch {
	case !closed:
		return "MISSING_BRACE_IN_VARIABLE"
	case strings.TrimSpace(name) == "":
		return "EMPTY_VARIABLE"
	case strings.Contains(key, " ") && !strings.Contains(key, "/"):
		return "UNSUPPORTED_SPACE_IN_VARIABLE" // the key of a tag may have spaces
	case !hasFallback:
		return ""
	}
	value := strings.TrimSpace(fallback)
	if len(value) < 2 || value[0] != '\'' || value[len(value)-1] != '\'' {
		return "MISSING_QUOTE_IN_VARIABLE"
	}
	return ""
}
