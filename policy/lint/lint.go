package lint

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/rolecall-iam/rolecall/policy"
)

// Document is a policy with what it is for.
type Document struct {
	Text     string
	Type     Type
	Resource string // the type of resource, such as Bucket; empty for any
}

// MaxSize is how many bytes of text Find is made for: the largest quota that AWS
// has for a document is a sixth of it. Longer ones are for the caller to refuse.
const MaxSize = 1 << 17

// most is how many findings there are at most: who has as many has no use for
// more, and so a document of nothing but mistakes costs no more than others.
const most = 1000

// Find looks for everything and answers what it found in the order of the
// text. A document that is no JSON has that for its one finding.
func Find(d Document, ref Reference) []Finding {
	l := &linter{Document: d, ref: ref, services: map[string]*service{}, formats: map[string][]string{}}
	root, err := policy.ReadValue(d.Text)
	if err != nil {
		l.syntax(err)
		return l.findings
	}
	l.document(root)
	for _, family := range [...]func(*linter, *statement){
		(*linter).elements, (*linter).principals, (*linter).actions, (*linter).resources, (*linter).conditions,
		(*linter).variables, (*linter).redundant, (*linter).grants, (*linter).tags, (*linter).trusts, (*linter).control,
		(*linter).own,
	} {
		for i := range l.statements {
			family(l, &l.statements[i])
		}
	}
	slices.SortStableFunc(l.findings, func(a, b Finding) int {
		return cmp.Compare(a.Locations[0].Start.Offset, b.Locations[0].Start.Offset)
	})
	return l.findings
}

// linter goes over one document.
type linter struct {
	Document
	ref      Reference
	services map[string]*service // those looked up, nil for what is none
	formats  map[string][]string
	guesses  int // how often the reference was searched for a similar name
	lookups  int // how often keys of an action were looked up

	seen map[string]spot // statements by what they say

	version    string
	versioned  bool
	statements []statement
	findings   []Finding
}

// add records what a check of the table found at a place.
func (l *linter) add(code string, at spot, values ...any) *Finding {
	c := check(code)
	f := Finding{Code: c.Code, Severity: c.Severity, Details: c.words(values), Page: c.Page, Locations: []Location{at.location()}}
	if len(l.findings) >= most {
		return &f
	}
	l.findings = append(l.findings, f)
	return &l.findings[len(l.findings)-1]
}

// also adds a further place to a finding.
func (f *Finding) also(at spot) { f.Locations = append(f.Locations, at.location()) }

// formatsOf are the ARNs of resources whose ARN names a service.
func (l *linter) formatsOf(service string) []string {
	f, ok := l.formats[service]
	if !ok {
		f = l.ref.Formats(service)
		l.formats[service] = f
	}
	return f
}

// trust tells whether the document is a role's trust policy.
func (l *linter) trust() bool { return l.Type == Resource && l.Resource == Trust }

// spot is a place in the document.
type spot struct {
	path *trail
	policy.Span
}

// trail is a path from its end to its begin, so that places share what they
// have in common.
type trail struct {
	up   *trail
	step Step
}

func (t *trail) value(name string) *trail { return &trail{t, Step{Kind: ToValue, Name: name}} }
func (t *trail) name(name string) *trail  { return &trail{t, Step{Kind: ToName, Name: name}} }
func (t *trail) index(i int) *trail       { return &trail{t, Step{Kind: ToIndex, Index: i}} }

func (s spot) location() Location {
	var path []Step
	for t := s.path; t != nil; t = t.up {
		path = append(path, t.step)
	}
	slices.Reverse(path)
	return Location{path, s.Span}
}

// syntax reports what is no JSON.
func (l *linter) syntax(err error) {
	fault, ok := err.(*policy.SyntaxError)
	if !ok || fault.Kind == policy.TooDeep {
		l.add("JSON_SYNTAX_ERROR", spot{}, "")
		return
	}
	at := fault.Position
	f := l.add("JSON_SYNTAX_ERROR", spot{nil, policy.Span{Start: at, End: at}}, syntaxPlace(l.Text, at))
	f.Change = fault.Detail
}

// syntaxPlace counts as locations do: lines from 1, columns and index from 0,
// in characters.
func syntaxPlace(text string, at policy.Position) string {
	var b strings.Builder
	for _, part := range [...]struct {
		name string
		n    int
	}{{" at index ", utf8.RuneCountInString(text[:at.Offset])}, {" line ", at.Line}, {" column ", at.Column - 1}} {
		b.WriteString(part.name)
		b.WriteString(number(part.n))
	}
	return b.String()
}
