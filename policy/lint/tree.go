package lint

import (
	"strconv"
	"strings"

	"github.com/rolecall-iam/rolecall/policy"
)

// word is a string of the document, or a number or a word that stood bare.
type word struct {
	spot
	text  string
	shape policy.Shape
}

// element is an element of a statement.
type element struct {
	name  string
	value policy.Value
	key   spot // of its name
	spot       // of its value
}

// statement is one statement as far as it could be read.
type statement struct {
	spot
	elements   []element
	effect     string
	negatedAct bool // NotAction
	negatedRes bool // NotResource
	negatedWho bool // NotPrincipal
	act, res   []word
	who        []principal
	cond       []condition
	roles      map[string]word // once named was asked
}

// principal is one principal of a statement; the kind of the bare "*" is "*".
type principal struct {
	kind string
	word
}

// condition is one key of one operator.
type condition struct {
	operator word
	base     string // the operator without what stands around it
	set      string // ForAllValues, ForAnyValue or empty
	ifExists bool
	key      word
	values   []word
	all      spot // where the values stand
}

func (s *statement) allows() bool { return s.effect == "Allow" }

// element finds one by its name.
func (s *statement) element(name string) *element {
	for i := range s.elements {
		if s.elements[i].name == name {
			return &s.elements[i]
		}
	}
	return nil
}

// either finds an element or its Not form.
func (s *statement) either(name string) *element {
	if e := s.element(name); e != nil {
		return e
	}
	return s.element("Not" + name)
}

// document reads the document's own members.
func (l *linter) document(root policy.Value) {
	if root.Shape != policy.Object {
		l.add("DATA_TYPE_MISMATCH", spot{nil, root.Span}, "Object")
		return
	}
	l.unique(root, nil)
	found := false
	for _, m := range root.Members {
		at := spot{(*trail)(nil).value(m.Name.Value), m.Value.Span}
		switch m.Name.Value {
		case "Version":
			l.versioned = true
			l.readVersion(m.Value, at)
		case "Id":
			l.expect(m.Value, at, policy.String, "String")
		case "Statement":
			found = true
			l.readStatements(m.Value, at)
		default:
			l.add("INVALID_POLICY_ELEMENT", spot{(*trail)(nil).name(m.Name.Value), m.Name.Span}, m.Name.Value)
		}
	}
	if !found {
		l.add("MISSING_STATEMENT", spot{nil, root.Span})
	}
	if !l.versioned {
		l.add("MISSING_VERSION", spot{nil, root.Span}).Change = `add "Version": "2012-10-17"`
	}
	l.size(root)
	l.sids()
}

const versions = "2012-10-17, 2008-10-17"

func (l *linter) readVersion(v policy.Value, at spot) {
	if !l.expect(v, at, policy.String, "String") {
		return
	}
	l.version = v.Text.Value
	if l.version != string(policy.Version2012) && l.version != string(policy.Version2008) {
		l.add("INVALID_VERSION", at, l.version, versions).Change = `write "2012-10-17"`
	}
}

// expect tells whether a value has the shape, and reports where it has not.
func (l *linter) expect(v policy.Value, at spot, shape policy.Shape, name string) bool {
	if v.Shape == shape {
		return true
	}
	l.add("DATA_TYPE_MISMATCH", at, name)
	return false
}

// unique reports members of one name.
func (l *linter) unique(v policy.Value, path *trail) {
	seen := make(map[string]bool, len(v.Members))
	for _, m := range v.Members {
		if seen[m.Name.Value] {
			l.add("JSON_SYNTAX_ERROR", spot{path.name(m.Name.Value), m.Name.Span}, "").Change =
				"a name may stand only once: join the two " + strconv.Quote(m.Name.Value)
		}
		seen[m.Name.Value] = true
	}
}

func (l *linter) readStatements(v policy.Value, at spot) {
	switch v.Shape {
	case policy.Object:
		l.readStatement(v, at)
	case policy.Array:
		if len(v.Elements) == 0 {
			l.add("MISSING_STATEMENT", at)
		}
		for i, e := range v.Elements {
			place := spot{at.path.index(i), e.Span}
			if l.expect(e, place, policy.Object, "Object") {
				l.readStatement(e, place)
			}
		}
	default:
		l.add("DATA_TYPE_MISMATCH", at, "Array")
	}
}

func (l *linter) readStatement(v policy.Value, at spot) {
	s := statement{spot: at}
	l.unique(v, at.path)
	for _, m := range v.Members {
		e := element{m.Name.Value, m.Value, spot{at.path.name(m.Name.Value), m.Name.Span}, spot{at.path.value(m.Name.Value), m.Value.Span}}
		switch e.name {
		case "Sid":
			if !l.expect(e.value, e.spot, policy.String, "String") {
				continue
			}
		case "Effect":
			if l.expect(e.value, e.spot, policy.String, "String") {
				s.effect = e.value.Text.Value
			}
		case "Action", "NotAction":
			s.act, s.negatedAct = l.words(e.value, e.spot, false), e.name == "NotAction"
		case "Resource", "NotResource":
			s.res, s.negatedRes = l.words(e.value, e.spot, false), e.name == "NotResource"
		case "Principal", "NotPrincipal":
			s.who, s.negatedWho = l.readPrincipals(e), e.name == "NotPrincipal"
		case "Condition":
			s.cond = append(s.cond, l.readConditions(e)...)
		default:
			l.add("INVALID_POLICY_ELEMENT", e.key, e.name).Change = similarElement(e.name)
			continue
		}
		s.elements = append(s.elements, e)
	}
	l.statements = append(l.statements, s)
}

// similarElement is what an unknown element was meant to be.
func similarElement(name string) string {
	for _, known := range [...]string{
		"Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal", "Condition",
	} {
		if strings.EqualFold(known, strings.TrimSuffix(name, "s")) || strings.EqualFold(known, name) {
			return "write " + strconv.Quote(known)
		}
	}
	return ""
}

// words reads a string or an array of strings; bare lets numbers and booleans
// stand without quotes.
func (l *linter) words(v policy.Value, at spot, bare bool) []word {
	if v.Shape != policy.Array {
		return l.oneWord(nil, v, at, bare)
	}
	words := make([]word, 0, len(v.Elements))
	for i, e := range v.Elements {
		words = l.oneWord(words, e, spot{at.path.index(i), e.Span}, bare)
	}
	return words
}

func (l *linter) oneWord(words []word, v policy.Value, at spot, bare bool) []word {
	switch v.Shape {
	case policy.String:
	case policy.Number, policy.Boolean:
		if !bare {
			l.add("DATA_TYPE_MISMATCH", at, "String")
			return words
		}
	default:
		l.add("DATA_TYPE_MISMATCH", at, "String")
		return words
	}
	return append(words, word{at, v.Text.Value, v.Shape})
}

func (l *linter) readPrincipals(e element) []principal {
	if e.value.Shape == policy.String && e.value.Text.Value == "*" {
		return []principal{{"*", word{e.spot, "*", policy.String}}}
	}
	if e.value.Shape != policy.Object {
		l.add("INVALID_PRINCIPAL_FORMAT", e.spot)
		return nil
	}
	l.unique(e.value, e.path)
	if len(e.value.Members) == 0 {
		l.add("EMPTY_OBJECT_PRINCIPAL", e.spot)
	}
	var all []principal
	for _, m := range e.value.Members {
		at := spot{e.path.value(m.Name.Value), m.Value.Span}
		switch m.Name.Value {
		case "AWS", "Service", "Federated", "CanonicalUser":
			if m.Value.Shape == policy.Array && len(m.Value.Elements) == 0 {
				l.add("EMPTY_ARRAY_PRINCIPAL", at)
			}
			for _, w := range l.words(m.Value, at, false) {
				all = append(all, principal{m.Name.Value, w})
			}
		default:
			l.add("INVALID_PRINCIPAL_KEY", spot{e.path.name(m.Name.Value), m.Name.Span}, m.Name.Value)
		}
	}
	return all
}

func (l *linter) readConditions(e element) []condition {
	if !l.expect(e.value, e.spot, policy.Object, "Object") {
		return nil
	}
	l.unique(e.value, e.path)
	if len(e.value.Members) == 0 {
		l.add("EMPTY_OBJECT_CONDITION", e.spot)
	}
	var all []condition
	for _, o := range e.value.Members {
		block := spot{e.path.value(o.Name.Value), o.Value.Span}
		if !l.expect(o.Value, block, policy.Object, "Object") {
			continue
		}
		operator := word{spot{e.path.name(o.Name.Value), o.Name.Span}, o.Name.Value, policy.String}
		base, set, ifExists := splitOperator(operator.text)
		if len(o.Value.Members) == 0 {
			l.add("EMPTY_OBJECT_CONDITION", block)
		}
		for _, k := range o.Value.Members {
			key := word{spot{block.path.name(k.Name.Value), k.Name.Span}, k.Name.Value, policy.String}
			at := spot{block.path.value(k.Name.Value), k.Value.Span}
			all = append(all, condition{operator, base, set, ifExists, key, l.words(k.Value, at, true), at})
		}
		l.sameKeys(o.Value, block.path)
	}
	return all
}

// sameKeys reports keys of one operator that are the same: letter by letter,
// or but for their case.
func (l *linter) sameKeys(v policy.Value, path *trail) {
	l.unique(v, path)
	seen := make(map[string]string, len(v.Members))
	for _, k := range v.Members {
		lower := strings.ToLower(k.Name.Value)
		if was, ok := seen[lower]; ok && was != k.Name.Value {
			l.add("DUPLICATE_KEYS_WITH_DIFFERENT_CASE", spot{path.name(k.Name.Value), k.Name.Span}, k.Name.Value)
		}
		seen[lower] = k.Name.Value
	}
}

// splitOperator takes what stands before and behind an operator from it.
func splitOperator(name string) (base, set string, ifExists bool) {
	base = name
	if before, after, ok := strings.Cut(name, ":"); ok && (before == "ForAllValues" || before == "ForAnyValue") {
		set, base = before, after
	}
	base, ifExists = strings.CutSuffix(base, "IfExists")
	return base, set, ifExists
}

func number(n int) string { return strconv.Itoa(n) }
