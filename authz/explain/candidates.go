package explain

import (
	"cmp"
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/policy"
)

// What an edit costs: the more it opens, and the farther it is from what the
// author meant, the more.
const (
	costRequest      = 1  // the caller does something else
	costVersion      = 4  // variables that were meant as such
	costCorrection   = 5  // a value that was meant otherwise
	costConditionSet = 8  // one more value of a condition
	costAction       = 10 // one more action
	costResource     = 12
	costAnyTag       = 12 // a tag of which nobody asks the value
	costPrincipal    = 14
	costCallerTag    = 24
	costResourceTag  = 25
	costStatement    = 26 // a statement of its own
	costExemption    = 32 // a denial that leaves somebody out
	costNarrowDeny   = 34
	costNoSession    = 46 // a session that nothing narrows
	costNoDenial     = 60 // a denial that is gone
	costStrangers    = 99 // whoever likes, who has not signed in
	costWider        = 18 // for each way in which it opens more than is needed: rather a statement of its own
	costShared       = 1  // a policy that others may have as well
)

// candidates are the edits worth trying on a denial, cheapest first.
func (s state) candidates() []candidate {
	list := s.q.requestCandidates(s.trace)
	switch why := s.trace.Decision.Reason.(type) {
	case authz.ImplicitDeny:
		list = append(list, s.q.allowing(s.trace, why)...)
	case authz.ExplicitDeny:
		for _, m := range s.trace.Decision.Matched {
			list = append(list, s.q.undenying(s.trace, m)...)
		}
	}
	slices.SortStableFunc(list, func(a, b candidate) int { return cmp.Compare(a.cost, b.cost) })
	return list[:min(len(list), mostCandidates)]
}

// allowing are edits that make a layer allow: repairs of the statements that
// came close, and a statement of its own.
func (q *Question) allowing(trace authz.Trace, why authz.ImplicitDeny) []candidate {
	type close struct {
		ref Ref
		doc *policy.Document
		authz.StatementTrace
	}
	var near []close
	var list []candidate
	for _, l := range trace.Layers {
		if l.Layer != why.Layer || l.Level != why.Level {
			continue
		}
		for i, p := range l.Policies {
			ref := Ref{l.Layer, l.Level, i}
			if c, ok := q.newVersion(ref, p.Policy.Document); ok {
				list = append(list, c)
			}
			for _, s := range p.Statements {
				if p.Policy.Document.Statements[s.Index].Effect == policy.Allow {
					near = append(near, close{ref, p.Policy.Document, s})
				}
			}
		}
	}
	// Of a thousand statements only the nearest are worth the work.
	slices.SortStableFunc(near, func(a, b close) int { return cmp.Compare(distance(&a.StatementTrace), distance(&b.StatementTrace)) })
	missing := q.lacking(why)
	list = append(list, q.statements(trace, why, missing)...)
	for _, c := range near[:min(len(near), mostCandidates)] {
		list = append(list, q.repairs(c.ref, c.doc, c.StatementTrace, missing)...)
	}
	return list
}

// mostRepairs is how many elements of one statement are repaired together.
const mostRepairs = 3

// repairs are edits of one statement that make all its elements hold.
func (q *Question) repairs(ref Ref, doc *policy.Document, t authz.StatementTrace, missing []lack) []candidate {
	steps := q.steps(doc, t, slices.DeleteFunc(slices.Clone(missing), func(l lack) bool { return l.namedBy(ref, t.Index) }))
	if len(steps) == 0 || len(steps) > mostRepairs {
		return nil
	}
	var list []candidate
	combine(steps, func(chosen []repair) {
		text, title, cost := doc.Text, "", 0
		var warnings []string
		// From the end of the text to its beginning, so that what is still to
		// be changed stays where it is.
		sorted := slices.Clone(chosen)
		slices.SortFunc(sorted, func(a, b repair) int { return cmp.Compare(b.from, a.from) })
		for _, r := range sorted {
			text = r.apply(text)
		}
		for i, r := range chosen {
			if i > 0 {
				title += " and "
			}
			title, cost, warnings = title+r.title, cost+r.cost, append(warnings, r.warnings...)
		}
		if c, ok := q.change(ref, title, text, cost, warnings...); ok {
			list = append(list, c)
		}
	})
	return list
}

// repair is one way to make one element hold.
type repair struct {
	splice
	title    string
	cost     int
	warnings []string
}

// combine calls use with every choice of one repair a step.
func combine(steps [][]repair, use func([]repair)) {
	chosen := make([]repair, 0, len(steps))
	var walk func(int)
	walk = func(i int) {
		if i == len(steps) {
			use(chosen)
			return
		}
		for _, r := range steps[i] {
			chosen = append(chosen, r)
			walk(i + 1)
			chosen = chosen[:i]
		}
	}
	walk(0)
}

// steps are the elements of a statement that fail, each with its repairs; nil
// where one has none. Actions of the call that are missing as well it names too.
func (q *Question) steps(doc *policy.Document, t authz.StatementTrace, missing []lack) [][]repair {
	s := &doc.Statements[t.Index]
	var steps [][]repair
	if t.Action != authz.Holds && t.Resource != authz.Holds {
		return nil // it is about something else: each action would then be allowed on each resource
	}
	if t.Principal != authz.Holds {
		steps = append(steps, q.principalRepairs(doc, s))
	}
	switch {
	case t.Action != authz.Holds:
		steps = append(steps, setRepairs(doc, "Action", s.Actions, q.among(missing), costAction, openedByAction(s)))
	case len(missing) > 0 && !s.Actions.Negated:
		steps = append(steps, setRepairs(doc, "Action", s.Actions, q.among(missing)[1:], costAction, openedByAction(s)))
	}
	if t.Resource != authz.Holds {
		steps = append(steps, setRepairs(doc, "Resource", s.Resources, []string{q.Request.Resource}, costResource, openedByResource(s)))
	}
	for i, o := range t.Conditions {
		if o != authz.Holds {
			steps = append(steps, q.conditionRepairs(doc, &s.Conditions[i]))
		}
	}
	if slices.ContainsFunc(steps, func(r []repair) bool { return len(r) == 0 }) {
		return nil
	}
	return steps
}

func (q *Question) principalRepairs(doc *policy.Document, s *policy.Statement) []repair {
	kind, name := principalOf(q.Request.Principal)
	if !comesBy(kind, q.Request.Action) {
		return nil
	}
	cut, ok := addPrincipal(doc.Text, s.Principals, kind, name)
	if !ok || name == "" || kind == policy.Federated && len(s.Conditions) == 0 {
		return nil // or whoever signs in would be in
	}
	r := repair{splice: cut, title: "let " + name + " in", cost: costPrincipal}
	if len(s.Actions.Values) > 1 || slices.ContainsFunc(s.Actions.Values, func(v policy.Text) bool { return strings.Contains(v.Value, "*") }) {
		r.warn("it may then do all that the statement allows: " + some(texts(s.Actions.Values)))
	}
	return []repair{r}
}

// comesBy tells whether a principal of a type can come to a role by an action:
// users and roles by sts:AssumeRole alone, identity providers by theirs.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_request.html
func comesBy(kind policy.PrincipalType, action string) bool {
	with, federated := strings.CutPrefix(strings.ToLower(action), "sts:assumerolewith")
	return !federated || kind == policy.Federated && with != ""
}

// principalOf is the caller as a Principal element names it: a session by its
// role, which stays.
func principalOf(p authz.Principal) (policy.PrincipalType, string) {
	switch p := p.(type) {
	case authz.RoleSession:
		return policy.AWS, p.Role.String()
	case authz.ServicePrincipal:
		return policy.Service, p.Name
	case authz.FederatedIdentity:
		return policy.Federated, p.Provider
	case authz.User, authz.Root, authz.FederatedUser:
		return policy.AWS, p.CallerARN()
	}
	return "", ""
}

// setRepairs put values into an element, or take the first out of its Not form.
func setRepairs(doc *policy.Document, element string, set policy.Set, add []string, cost int, opened []string) []repair {
	if !set.Present || len(set.Values) == 0 {
		return nil
	}
	if !set.Negated {
		r := repair{splice: addValue(doc.Text, set.Values[len(set.Values)-1].Span, add...), title: "add " + both(add) + " to " + element, cost: cost}
		for _, w := range opened {
			r.warn(w)
		}
		return []repair{r}
	}
	for _, v := range set.Values {
		if strings.EqualFold(v.Value, add[0]) {
			if cut, ok := removeValue(doc.Text, v.Span); ok {
				return []repair{{splice: cut, title: "take " + add[0] + " out of Not" + element, cost: cost}}
			}
		}
	}
	return nil
}

func (r *repair) warn(text string) {
	r.warnings = append(r.warnings, text)
	r.cost += costWider
}

// openedByAction is what else an action more in a statement opens.
func openedByAction(s *policy.Statement) []string {
	if s.Resources.Negated || slices.ContainsFunc(s.Resources.Values, func(v policy.Text) bool { return v.Value == "*" }) {
		return []string{"it is then allowed on every resource that the statement names"}
	}
	if len(s.Resources.Values) > 1 {
		return []string{"it is then allowed on " + some(texts(s.Resources.Values))}
	}
	return nil
}

// openedByResource is what else a resource more in a statement opens.
func openedByResource(s *policy.Statement) []string {
	if s.Actions.Negated || len(s.Actions.Values) > 1 || slices.ContainsFunc(s.Actions.Values, func(v policy.Text) bool { return strings.Contains(v.Value, "*") }) {
		return []string{"everything that the statement allows is then allowed on it: " + some(texts(s.Actions.Values))}
	}
	return nil
}

func texts(values []policy.Text) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = v.Value
	}
	return out
}

// undenying are edits of a statement that denies.
func (q *Question) undenying(trace authz.Trace, m authz.Match) []candidate {
	ref, ok := refOf(trace, m)
	if !ok {
		return nil
	}
	doc, s := m.Policy.Document, m.Statement()
	var list []candidate
	strangers := q.unauthenticated() && slices.ContainsFunc(s.Conditions, isLogin)
	offer := func(title, text string, cost int, warnings ...string) {
		if strangers {
			cost, warnings = cost+costStrangers, append(warnings, toStrangers)
		}
		if c, ok := q.change(ref, title, text, cost, warnings...); ok {
			list = append(list, c)
		}
	}
	if c, ok := q.newVersion(ref, doc); ok {
		list = append(list, c)
	}
	name := statementName(s, m.Index)
	for i := range s.Conditions {
		for _, r := range q.exemptions(&s.Conditions[i], doc) {
			offer(r.title+" that "+name+" leaves out", r.apply(doc.Text), r.cost, r.warnings...)
		}
	}
	for _, v := range s.Actions.Values {
		if cut, ok := removeValue(doc.Text, v.Span); ok && !s.Actions.Negated && strings.EqualFold(v.Value, q.Request.Action) {
			offer("take "+v.Value+" out of "+name, cut.apply(doc.Text), costNarrowDeny, "nobody is then denied "+v.Value+" by it")
		}
	}
	if ref.Layer == authz.SessionLayer {
		list = append(list, q.withoutSession()...)
	} else if _, arn := principalOf(q.Request.Principal); arn != "" && ref.Layer != authz.ResourceControlLayer {
		cut := addCondition(doc, m.Index, "ArnNotEquals", "aws:PrincipalArn", arn)
		offer("leave "+arn+" out of "+name, cut.apply(doc.Text), costExemption, exempted(s)...)
	}
	if cut, ok := removeStatement(doc, m.Index); ok {
		offer("remove "+name, cut.apply(doc.Text), costNoDenial, "nobody is then denied anything by it")
	}
	return list
}

// exempted tells what a denial no longer asks of whom it leaves out.
func exempted(s *policy.Statement) []string {
	var keys []string
	for _, c := range s.Conditions {
		if !strings.HasPrefix(strings.ToLower(c.Key.Value), "aws:principal") && !strings.EqualFold(c.Key.Value, "aws:userid") {
			keys = append(keys, c.Key.Value)
		}
	}
	if len(keys) == 0 {
		return nil
	}
	return []string{"it then has to meet no condition on " + some(keys) + ", which the denial asks of everybody"}
}

// refOf finds the place of a policy that matched.
func refOf(trace authz.Trace, m authz.Match) (Ref, bool) {
	for _, l := range trace.Layers {
		for i, p := range l.Policies {
			if p.Policy == m.Policy {
				return Ref{l.Layer, l.Level, i}, true
			}
		}
	}
	return Ref{}, false
}
