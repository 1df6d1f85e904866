package compiled

import (
	"strings"
	"unicode/utf8"

	"github.com/rolecall-iam/rolecall/authz"
)

// A pattern is a text of a policy, split once at its wildcards and variables.
type pattern struct {
	runs      []run
	variables []variable
}

// run is a piece of a pattern: text as it stands, a wildcard, or what stands
// for a variable.
type run struct {
	kind runKind
	n    int // of the variable, in pattern.variables
	text string
}

type runKind uint8

const (
	literal runKind = iota
	oneCharacter
	anyCharacters
	ofVariable
)

// variable is a ${key} or ${key, 'default'} of a policy.
type variable struct {
	key        authz.Key
	fallback   string
	hasDefault bool
}

// maxVariables is how many variables one text may have to be decided on here;
// the literal evaluator takes those with more.
const maxVariables = 8

// values are what stands for the variables of one pattern in one request.
type values [maxVariables]string

// split makes a pattern of a text. Wildcards count where wild says so, and
// variables where those say so.
func split(text string, wild, variables bool) pattern {
	p := pattern{runs: make([]run, 0, pieces(text))}
	for variables {
		start := strings.Index(text, "${")
		if start < 0 {
			break
		}
		v, ok := parseVariable(text[start:])
		if !ok {
			break // no closing brace: plain text
		}
		p.add(text[:start], wild)
		switch v.name {
		case "*", "?", "$":
			p.add(v.name, false)
		default:
			p.runs = append(p.runs, run{kind: ofVariable, n: len(p.variables)})
			p.variables = append(p.variables, variable{authz.MakeKey(v.name), v.fallback, v.hasDefault})
		}
		text = text[start+v.length:]
	}
	p.add(text, wild)
	return p
}

// pieces is how many runs a text may fall into, and one for a text before it.
func pieces(text string) int {
	n := 2
	for i := range len(text) {
		if c := text[i]; c == '*' || c == '?' || c == '$' {
			n += 2
		}
	}
	return n
}

// add appends a text without variables.
func (p *pattern) add(text string, wild bool) {
	for text != "" {
		cut := len(text)
		if wild {
			if cut = strings.IndexAny(text, "*?"); cut < 0 {
				cut = len(text)
			}
		}
		if cut > 0 {
			p.runs = append(p.runs, run{kind: literal, text: text[:cut]})
		}
		if cut == len(text) {
			return
		}
		if kind := wildcard(text[cut]); kind != anyCharacters || !p.endsOpen() {
			p.runs = append(p.runs, run{kind: kind})
		}
		text = text[cut+1:]
	}
}

func wildcard(b byte) runKind {
	if b == '*' {
		return anyCharacters
	}
	return oneCharacter
}

// endsOpen tells whether the pattern so far ends with a *; a second one after
// it says nothing.
func (p *pattern) endsOpen() bool {
	return len(p.runs) > 0 && p.runs[len(p.runs)-1].kind == anyCharacters
}

// wild tells whether the pattern has wildcards.
func (p *pattern) wild() bool {
	for i := range p.runs {
		if k := p.runs[i].kind; k == oneCharacter || k == anyCharacters {
			return true
		}
	}
	return false
}

// plain answers the text of a pattern that has neither wildcards nor
// variables.
func (p *pattern) plain() (string, bool) {
	switch {
	case len(p.runs) == 0:
		return "", true
	case len(p.runs) == 1 && p.runs[0].kind == literal:
		return p.runs[0].text, true
	}
	text := ""
	for i := range p.runs {
		if p.runs[i].kind != literal {
			return "", false
		}
		text += p.runs[i].text
	}
	return text, true
}

// spelled is a variable as the policy spells it.
type spelled struct {
	name, fallback string
	hasDefault     bool
	length         int // of the whole, braces included
}

// parseVariable reads the variable that s begins with. A default is written
// after a comma and one space, in single quotes; other spellings make a key
// that no request has.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-default-values
func parseVariable(s string) (spelled, bool) {
	end := strings.IndexByte(s, '}')
	if end < 0 {
		return spelled{}, false
	}
	whole := spelled{name: s[len("${"):end], length: end + 1}
	name, _, quoted := strings.Cut(whole.name, ", '")
	if !quoted {
		return whole, true
	}
	from := len("${") + len(name) + len(", '")
	fallback, _, closed := strings.Cut(s[from:], "'}")
	if !closed {
		return whole, true
	}
	return spelled{name, fallback, true, from + len(fallback) + len("'}")}, true
}

// matcher compares runs with text. It takes back only the latest *, so its
// time is at most proportional to the length of the pattern times that of the
// text.
type matcher struct {
	with *values
	fold bool // letters A to Z are compared without regard to case
}

func (m matcher) text(r *run) string {
	if r.kind == ofVariable {
		return m.with[r.n]
	}
	return r.text
}

// match tells whether the runs cover all of s.
func (m matcher) match(runs []run, s string) bool {
	n := nextOpen(runs)
	s, ok := m.here(runs[:n], s)
	if !ok || n == len(runs) {
		return ok && s == ""
	}
	for {
		runs = runs[n:]
		for len(runs) > 0 && runs[0].kind == anyCharacters {
			runs = runs[1:]
		}
		if len(runs) == 0 {
			return true
		}
		if n = nextOpen(runs); n == len(runs) {
			return m.atEnd(runs, s)
		}
		if s, ok = m.search(runs[:n], s); !ok {
			return false
		}
	}
}

// nextOpen is the place of the next *, or the number of runs.
func nextOpen(runs []run) int {
	for i := range runs {
		if runs[i].kind == anyCharacters {
			return i
		}
	}
	return len(runs)
}

// here matches runs without * at the start of s and answers what is left.
func (m matcher) here(runs []run, s string) (string, bool) {
	for i := range runs {
		if runs[i].kind == oneCharacter {
			if s == "" {
				return s, false
			}
			s = s[characterLen(s):]
			continue
		}
		text := m.text(&runs[i])
		if !strings.HasPrefix(s, text) && (!m.fold || !hasFolded(s, text)) {
			return s, false
		}
		s = s[len(text):]
	}
	return s, true
}

// search matches runs without * at the first place in s where they do.
func (m matcher) search(runs []run, s string) (string, bool) {
	if text, ok := m.only(runs); ok {
		at := strings.Index(s, text)
		if at < 0 {
			return s, false
		}
		return s[at+len(text):], true
	}
	for {
		if rest, ok := m.here(runs, s); ok {
			return rest, true
		}
		if s == "" {
			return s, false
		}
		s = s[characterLen(s):]
	}
}

// atEnd tells whether runs without * match the end of s.
func (m matcher) atEnd(runs []run, s string) bool {
	if text, ok := m.only(runs); ok {
		return strings.HasSuffix(s, text)
	}
	for {
		if rest, ok := m.here(runs, s); ok && rest == "" {
			return true
		}
		if s == "" {
			return false
		}
		s = s[characterLen(s):]
	}
}

// only answers the text of runs that are a single text that can be searched
// for byte by byte: its first byte begins a character, so that it is found
// between characters only.
func (m matcher) only(runs []run) (string, bool) {
	if m.fold || len(runs) != 1 || runs[0].kind == oneCharacter {
		return "", false
	}
	text := m.text(&runs[0])
	return text, text == "" || utf8.RuneStart(text[0])
}
