package policy

import "strings"

// Parse reads a document: strict JSON (RFC 8259) whose first byte is '{',
// with AWS's elements and no others, each of the type that the grammar gives
// it. It knows no kinds of policy: which elements a kind wants, and which
// actions, resources and principals are valid, Validate tells.
//
// The error is a *SyntaxError. Work and memory are proportional to the text.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
func Parse(text string) (*Document, error) {
	p := parse(text)
	if err := p.first(); err != nil {
		return nil, err
	}
	return &p.doc, nil
}

// draft is a document that may have faults: what the grammar forbids but JSON
// allows is noted and stepped over, because AWS's message for the whole
// depends on the kind of policy and on which fault it looks for first.
type draft struct {
	scanner
	doc    Document
	marks  []marks
	faults [syntaxKinds]*SyntaxError // the first of each kind

	scratch    []Text
	texts      slab[Text]
	principals slab[Principal]
	kept       slab[Condition]
	conditions []Condition
}

// marks are the offsets of the values of a statement's elements; 0 is an
// element that is not there.
type marks struct {
	sid, effect, resource, principal, principalEnd int
	effectText                                     string
}

// first answers the fault that ended the scan, else the one that stands first
// in the text, else what is missing: a misspelt element is better called
// unknown than missing.
func (d *draft) first() *SyntaxError {
	if d.failure != nil {
		return d.failure
	}
	var first *SyntaxError
	for kind, fault := range d.faults {
		missing := SyntaxKind(kind) == NoEffect || SyntaxKind(kind) == NoStatement
		if fault != nil && !missing && (first == nil || fault.Position.Offset < first.Position.Offset) {
			first = fault
		}
	}
	if first == nil {
		first = d.faults[NoStatement]
	}
	if first == nil {
		first = d.faults[NoEffect]
	}
	return first
}

// note records a fault at a place and lets the scan go on.
func (d *draft) note(kind SyntaxKind, at Position, detail string) bool {
	if d.faults[kind] == nil {
		d.faults[kind] = &SyntaxError{kind, at, detail}
	}
	return true
}

func parse(text string) *draft {
	d := &draft{scanner: scanner{text: text}, doc: Document{Text: text}}
	d.texts.size = min(max(len(text)/48, 8), 64)
	d.kept.size = min(max(len(text)/192, 2), 16)
	d.principals.size = 4
	if start := d.at(); d.peek() == '{' && d.offset > 0 {
		d.note(LeadingSpace, start, "white space before the first {")
	}
	if !d.document() {
		return d
	}
	if d.peek(); d.offset < len(text) {
		d.fail(NotJSON, "text after the document's end")
	}
	return d
}

func (d *draft) document() bool {
	if d.peek() != '{' {
		return d.fail(NotJSON, "the document does not begin with {")
	}
	var seen names
	statements := d.at()
	ok := d.object(func(name Text) bool {
		if !seen.add(name.Value) {
			d.note(DuplicateMember, name.Start, "the element stands twice")
		}
		switch name.Value {
		case "Version":
			return d.version()
		case "Id":
			id, at, ok := d.plain("Id")
			d.doc.ID, d.doc.IDAt = id, at
			return ok
		case "Statement":
			statements = d.at()
			return d.statements()
		}
		d.note(UnknownElement, name.Start, "a policy has no such element")
		return d.skip()
	})
	if ok && len(d.doc.Statements) == 0 {
		d.note(NoStatement, statements, "the policy has no statement")
	}
	return ok
}

func (d *draft) version() bool {
	at := d.at()
	if d.peek() != '"' {
		d.note(BadVersion, at, "Version must be 2008-10-17 or 2012-10-17")
		return d.skip()
	}
	version, ok := d.str()
	d.doc.Version, d.doc.VersionAt = Version(version.Value), at
	if ok && d.doc.Version != Version2008 && d.doc.Version != Version2012 {
		d.note(BadVersion, at, "Version must be 2008-10-17 or 2012-10-17")
	}
	return ok
}

func (d *draft) statements() bool {
	switch d.peek() {
	case '{':
		return d.statement()
	case '[':
		// A hint only, so that a text of nothing but "Effect" costs little.
		if d.doc.Statements == nil {
			n := min(strings.Count(d.text, `"Effect"`), 64)
			d.doc.Statements = make([]Statement, 0, n)
			d.marks = make([]marks, 0, n)
		}
		return d.array(d.statement)
	}
	d.note(WrongType, d.at(), "Statement must be an object or an array of objects")
	return d.skip()
}

func (d *draft) statement() bool {
	start := d.at()
	if d.peek() != '{' {
		d.note(WrongType, start, "a statement must be an object")
		return d.skip()
	}
	d.doc.Statements = push(d.doc.Statements, Statement{})
	d.marks = push(d.marks, marks{})
	// Nothing appends to the two while this statement is read.
	st := &d.doc.Statements[len(d.doc.Statements)-1]
	m := &d.marks[len(d.marks)-1]
	d.conditions = d.conditions[:0]
	var seen elements
	ok := d.object(func(name Text) bool {
		e := elementOf(name.Value)
		if e == unknownElement {
			d.note(UnknownElement, name.Start, "a statement has no such element")
			return d.skip()
		}
		if !seen.add(e) {
			d.note(DuplicateMember, name.Start, "the element stands twice")
		}
		return d.element(st, m, e)
	})
	st.Span = Span{start, d.at()}
	st.Conditions = d.kept.keep(d.conditions)
	d.agree(seen, start)
	return ok
}

// agree holds the elements of a statement that began at start against each
// other (rule G13).
func (d *draft) agree(seen elements, start Position) {
	if !seen.has(effectElement) {
		d.note(NoEffect, start, "the statement has no Effect")
	}
	for _, pair := range [...][2]element{
		{actionElement, notActionElement},
		{resourceElement, notResourceElement},
		{principalElement, notPrincipalElement},
	} {
		if seen.has(pair[0]) && seen.has(pair[1]) {
			d.note(Contradiction, start, "the statement has an element and its Not form")
		}
	}
}

// element reads the value of one element of a statement.
func (d *draft) element(st *Statement, m *marks, e element) (ok bool) {
	start := d.offset
	switch e {
	case sidElement:
		m.sid = start
		st.Sid, st.SidAt, ok = d.plain("Sid")
	case effectElement:
		m.effect = start
		ok = d.effect(st, m)
	case actionElement, notActionElement:
		ok = d.set(&st.Actions, e == notActionElement, "Action", false)
	case resourceElement, notResourceElement:
		m.resource = start
		ok = d.set(&st.Resources, e == notResourceElement, "Resource", true)
	case principalElement, notPrincipalElement:
		m.principal = start
		ok = d.principal(&st.Principals, e == notPrincipalElement)
		m.principalEnd = d.offset
	case conditionElement:
		ok = d.condition()
	}
	return ok
}

func (d *draft) effect(st *Statement, m *marks) bool {
	value, at, ok := d.plain("Effect")
	m.effectText, st.EffectAt = value, at
	switch {
	case value == "Allow":
		st.Effect = Allow
	case value == "Deny":
		st.Effect = Deny
	case strings.EqualFold(value, "Allow"), strings.EqualFold(value, "Deny"):
		d.note(MiscasedEffect, at, "Effect is Allow or Deny, letter by letter")
	case ok:
		d.note(BadEffect, at, "Effect must be Allow or Deny")
	}
	return ok
}

// plain reads an element that is a string.
func (d *draft) plain(element string) (value string, at Position, ok bool) {
	at = d.at()
	if d.peek() != '"' {
		d.note(WrongType, at, element+" must be a string")
		return "", at, d.skip()
	}
	t, ok := d.str()
	return t.Value, at, ok
}
