package authz

import (
	"strings"

	"github.com/rolecall-iam/rolecall/policy"
)

// Trace is everything that had a say in a decision, and what each statement of
// it made of the request. It is for telling people why: Decide alone decides.
type Trace struct {
	Decision Decision
	Layers   []LayerTrace // in the order of AWS's evaluation logic
}

// LayerTrace is one layer, or one level of an organization's.
type LayerTrace struct {
	Layer Layer
	Level int  // which of Policies.SCPs or RCPs
	Trust bool // the policy is a role trust policy
	// MustAllow tells that nothing is allowed that this layer does not allow,
	// whatever others do: an organization's levels and an endpoint's policy.
	MustAllow bool
	Policies  []PolicyTrace
}

// PolicyTrace is one policy. Without a Document it has no statements, and
// denies.
type PolicyTrace struct {
	Policy     *Named
	Statements []StatementTrace // all of them, in their order
}

// StatementTrace is what one statement made of the request. A statement applies
// where all its elements hold.
type StatementTrace struct {
	Index                       int
	Matches                     Outcome
	Principal, Action, Resource Outcome
	Conditions                  []Outcome // as in policy.Statement
	// Names tells how closely the Principal element names the caller.
	Names Closeness
}

// Outcome is whether an element holds. Open is what cannot be told: it counts
// for no in a statement that allows, for yes in one that denies.
type Outcome uint8

// The outcomes.
const (
	Fails Outcome = iota
	Open
	Holds
	Unasked // nobody looked: another element had failed
)

// Closeness is how closely a Principal element names the caller: not at all,
// by the account, by the role or user behind a session, or as it is.
type Closeness uint8

// The degrees of closeness.
const (
	NotNamed Closeness = iota
	AccountNamed
	EntityNamed
	SelfNamed
)

// Explain decides r by p, as Decide does, and tells what each statement made
// of it. Unless all is true, a statement of another action is not looked at
// further: its Resource is Unasked and it has no Conditions.
func Explain(r Request, p Policies, all bool) Trace {
	t := Trace{Decision: Decide(r, p)}
	e := tracer{evaluation{r: &r, p: &p}, all}
	if !e.read() {
		return t
	}
	for _, a := range e.layers(nil) {
		l := LayerTrace{Layer: a.layer, Level: a.level, Trust: e.trusts(a.layer), MustAllow: a.mustAllow}
		for i := range a.len() {
			l.Policies = append(l.Policies, e.tracePolicy(a.layer, a.at(i)))
		}
		t.Layers = append(t.Layers, l)
	}
	return t
}

// tracer goes through policies without stopping at what decides.
type tracer struct {
	evaluation
	all bool
}

func (e *tracer) tracePolicy(l Layer, named *Named) PolicyTrace {
	t := PolicyTrace{Policy: named}
	if named.Document == nil {
		return t
	}
	e.enter(l, named.Document)
	all := named.Document.Statements
	t.Statements = make([]StatementTrace, len(all))
	conditions := 0
	for i := range all {
		conditions += len(all[i].Conditions)
	}
	room := make([]Outcome, 0, conditions)
	for i := range all {
		t.Statements[i], room = e.traceStatement(i, &all[i], room)
	}
	return t
}

// traceStatement is one statement's trace, with its conditions in room, which
// is big enough.
func (e *tracer) traceStatement(index int, s *policy.Statement, room []Outcome) (StatementTrace, []Outcome) {
	e.effect = s.Effect
	who, closest := e.who(s)
	action, from := e.action(s.Actions), len(room)
	t := StatementTrace{Index: index, Principal: Outcome(who), Names: Closeness(closest), Action: Outcome(action)}
	if action == no && !e.all {
		t.Resource = Unasked
		return t, room
	}
	what := e.what(s.Resources)
	matches := who.and(action).and(what)
	for i := range s.Conditions {
		holds := e.condition(&s.Conditions[i])
		matches = matches.and(holds)
		room = append(room, Outcome(holds))
	}
	t.Matches, t.Resource, t.Conditions = Outcome(matches), Outcome(what), room[from:len(room):len(room)]
	return t, room
}

// Expand is a text of a policy with the values of its variables in their
// place, as the request fills them; false where one has no value that is known
// and no default. It is for documents of version 2012-10-17.
func (r *Request) Expand(text string) (string, bool) {
	e := evaluation{r: r, variables: true}
	filled, ok := e.expand(text)
	if !ok || strings.Contains(filled.text, unknownCharacter) {
		return "", false
	}
	return filled.text, true
}
