package reach

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/api/reference"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/authz/compiled"
	"github.com/rolecall-iam/rolecall/policy"
)

// statement is what a statement says of actions and resources.
type statement struct {
	number    int
	layer     int // statements of one layer add up
	negated   bool
	effect    policy.Effect
	actions   policy.Set
	resources []string
	// carves tells that its resources are taken out of what is allowed: those of a
	// Deny, or those that an Allow leaves out.
	carves bool
}

// statementsOf are those of all policies with one effect.
func statementsOf(all []statement, p authz.Policies, effect policy.Effect) []statement {
	everyDocument(p, func(layer int, doc *policy.Document) {
		for i := range doc.Statements {
			s := &doc.Statements[i]
			if s.Effect != effect {
				continue
			}
			out := statement{
				number: len(all), layer: layer, negated: s.Resources.Negated, effect: s.Effect, actions: s.Actions,
				carves: (s.Effect == policy.Deny) != s.Resources.Negated,
			}
			for _, r := range s.Resources.Values {
				out.resources = append(out.resources, r.Value)
			}
			all = append(all, out)
		}
	})
	return all
}

// speaksOf tells whether anything may allow an action of a service. Whoever
// needs no policy may do everything.
func (w *Walker) speaksOf(prefix string) bool {
	if _, root := w.Principal.(authz.Root); root {
		return true
	}
	return slices.ContainsFunc(w.of(prefix), func(s statement) bool { return s.effect == policy.Allow })
}

// of are the statements that speak of a service, with its actions only.
func (w *Walker) of(prefix string) []statement {
	var all []statement
	for _, s := range w.statements {
		if s.actions.Negated {
			all = append(all, s)
			continue
		}
		own := policy.Set{Present: s.actions.Present}
		for _, v := range s.actions.Values {
			vendor, _, _ := strings.Cut(v.Value, ":")
			if matches(vendor, prefix) {
				own.Values = append(own.Values, v)
			}
		}
		if len(own.Values) > 0 {
			s.actions = own
			all = append(all, s)
		}
	}
	return all
}

func (s *statement) speaks(action string) bool {
	listed := slices.ContainsFunc(s.actions.Values, func(v policy.Text) bool { return matches(v.Value, action) })
	return s.actions.Present && listed != s.actions.Negated
}

// row is one resource on which an action is allowed.
type row struct {
	resource   string
	except     []string
	conditions []string
}

func (r row) key() string {
	return fmt.Sprintf("%s\x00%q\x00%q", r.resource, r.except, r.conditions)
}

// ruled is what of an action's name the rules go by that no policy can change:
// those of sts, what belongs to AWS in iam, which may be read, and AWS's own
// aliases of keys.
func ruled(prefix, name string) string {
	switch {
	case prefix == "sts", prefix == "kms" && strings.HasSuffix(name, "Alias"):
		return name
	case prefix == "iam":
		return firstWord(name)
	}
	return ""
}

// rows decides an action on every resource that a policy names for it. Actions
// that the same statements speak of, and that take the same kinds of resources,
// are decided alike, but for rules of AWS's own.
func (w *Walker) rows(known map[string][]row, spoken []statement, entry *reference.ServiceEntry, action reference.ActionEntry, name string) []row {
	var same strings.Builder
	var speak []statement
	for i := range spoken {
		if spoken[i].speaks(name) {
			speak = append(speak, spoken[i])
			fmt.Fprintf(&same, "%d,", spoken[i].number)
		}
	}
	for _, kind := range action.Resources {
		same.WriteString(kind.Type + " ")
	}
	same.WriteString(ruled(entry.Prefix, action.Name))
	if rows, ok := known[same.String()]; ok {
		return rows
	}
	var rows []row
	for _, d := range w.decided(w.candidates(speak, entry, action), name) {
		if !d.could.Allowed || d.within(rows, nil) || d.could.Rule == authz.NoPermissionNeeded && !allows(speak) {
			continue
		}
		if r := w.row(d, name); !d.within(rows, r.conditions) {
			rows = append(rows, r)
		}
	}
	known[same.String()] = rows
	return rows
}

// allows tells whether a statement allows anything. What needs no permission is
// not told of where nothing else is.
func allows(speak []statement) bool {
	return slices.ContainsFunc(speak, func(s statement) bool { return s.effect == policy.Allow })
}

// candidate is a resource's pattern with how it is decided.
type candidate struct {
	resource    string
	carves      bool // something is taken out by it
	denies      bool // by a Deny
	sure, could compiled.Decision
	others      []candidate // that are decided beside it
}

// candidates are the resources to decide an action on, wider ones first.
func (w *Walker) candidates(speak []statement, entry *reference.ServiceEntry, action reference.ActionEntry) []candidate {
	if w.Resource != "" {
		if !takes(entry, action, w.Resource, w.Partition) {
			return nil
		}
		out := []candidate{{resource: w.Resource}}
		for _, s := range speak {
			for _, r := range s.resources {
				if s.carves && r != w.Resource && overlap(r, w.Resource) && !covers(r, w.Resource) {
					out = append(out, candidate{resource: r, carves: true, denies: s.effect == policy.Deny})
				}
			}
		}
		return out
	}
	out := []candidate{{resource: "*"}}
	place := map[string]int{"*": 0}
	for _, s := range speak {
		for _, r := range s.resources {
			i, ok := place[r]
			if !ok && (len(out) >= mostCandidates || !takes(entry, action, r, w.Partition)) {
				continue
			}
			if !ok {
				i = len(out)
				place[r] = i
				out = append(out, candidate{resource: r})
			}
			out[i].carves = out[i].carves || s.carves
			out[i].denies = out[i].denies || s.carves && s.effect == policy.Deny
		}
	}
	for range 2 { // what two have in common, and then three or four
		for _, r := range common(speak, out) {
			if _, ok := place[r]; !ok && len(out) < mostCandidates && takes(entry, action, r, w.Partition) {
				place[r] = len(out)
				out = append(out, candidate{resource: r, carves: true})
			}
		}
	}
	// What covers another has fewer characters of its own.
	slices.SortStableFunc(out, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(literal(a.resource), literal(b.resource)), strings.Compare(a.resource, b.resource))
	})
	return out
}

// common are patterns of what two resources have in common, where what one
// statement allows is limited by another's pattern.
func common(speak []statement, known []candidate) []string {
	limits := false
	for _, s := range speak {
		limits = limits || s.layer != speak[0].layer || s.negated
	}
	if !limits || len(known) > mostPaired {
		return nil
	}
	var out []string
	for i, a := range known {
		for _, b := range known[i+1:] {
			if both, ok := intersection(a.resource, b.resource); ok && both != a.resource && both != b.resource {
				out = append(out, both)
			}
		}
	}
	return out
}

// mostPaired is of how many resources every two are looked at.
const mostPaired = 100

// literal is how many characters of a pattern are no *.
func literal(pattern string) int { return len(pattern) - strings.Count(pattern, "*") }

// mostCandidates bounds the resources that one action is decided on.
const mostCandidates = 2000

func (w *Walker) decided(all []candidate, action string) []candidate {
	for i := range all {
		c := &all[i]
		if c.could = w.decide(could, action, c.resource); c.could.Allowed || c.carves {
			c.sure = w.decide(sure, action, c.resource)
		}
	}
	for i := range all {
		all[i].others = all
	}
	if w.Resource != "" && len(all) > 0 {
		return all[:1]
	}
	return all
}

// within tells whether rows say all that there is to say of a candidate: a wider
// one is allowed under these conditions, and it is no exception of that.
func (c *candidate) within(rows []row, conditions []string) bool {
	return slices.ContainsFunc(rows, func(r row) bool {
		return slices.Equal(r.conditions, conditions) && covers(r.resource, c.resource) &&
			!slices.ContainsFunc(r.except, func(x string) bool { return overlap(x, shown(c.resource)) })
	})
}

// row is a candidate that could be allowed, with what is taken out of it and
// with its conditions.
func (w *Walker) row(c candidate, action string) row {
	r := row{resource: c.resource}
	if !c.sure.Allowed {
		r.conditions = w.conditions(action, c.resource)
	}
	for _, other := range c.others {
		if !other.carves || other.resource == c.resource || covers(other.resource, c.resource) || !overlap(other.resource, c.resource) {
			continue
		}
		switch {
		case covers(c.resource, other.resource) || !other.denies:
			// What can be allowed of it under other conditions has a row of its own.
			if !other.could.Allowed || c.sure.Allowed && !other.sure.Allowed {
				r.except = addExcept(r.except, shown(other.resource))
			}
		case other.could.Cause == compiled.Explicit:
			r.except = addExcept(r.except, shown(other.resource))
		case other.sure.Cause == compiled.Explicit:
			for _, condition := range w.conditions(action, other.resource) {
				if strings.HasPrefix(condition, notIf) {
					r.conditions = add(r.conditions, "on "+shown(other.resource)+" "+condition)
				}
			}
		}
	}
	if owner, err := arn.ParseAccountID(parts(c.resource)[4]); err == nil && owner != w.Account {
		r.conditions = append(r.conditions, "only if a policy of the resource, in account "+owner.String()+", allows it too")
	}
	return r
}

func addExcept(to []string, resource string) []string {
	if slices.ContainsFunc(to, func(x string) bool { return covers(x, resource) }) {
		return to
	}
	return append(to, resource)
}
