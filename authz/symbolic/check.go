package symbolic

import (
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/policy"
)

// Kind is what a policy is attached to.
type Kind uint8

// The kinds of policies: of users, groups and roles, without Principal; and of
// resources, a role's trust policy among them.
const (
	Identity Kind = iota + 1
	Resource
)

// Finding is a statement of the policy that grants what it should not, or of
// which it could not be shown that it does not.
type Finding struct {
	Index int // of the statement
	Sid   string
	// Witness is a request that shows it: authz.Decide was asked. It is nil
	// where none was found.
	Witness *authz.Request
}

// Name is how Access Analyzer names the statement: by its Sid where it has one.
func (f Finding) Name() string {
	if f.Sid != "" {
		return "sid: " + f.Sid
	}
	return "index: " + strconv.Itoa(f.Index)
}

// Access is what a policy should not grant: any of the actions on any of the
// resources. An empty list stands for all.
type Access struct{ Actions, Resources []string }

// NewAccess answers the statements of updated with which it grants what
// existing does not. None is the proof that it grants nothing new.
func NewAccess(updated, existing *policy.Document, kind Kind) []Finding {
	c := newComparison(kind, updated, existing)
	now, before := c.compile(updated), c.compile(existing)
	grants := func(w *witness) bool { return c.allowed(w, updated) && !c.allowed(w, existing) }
	return c.each(updated, now, func(s *search, a *statement, b box) outcome {
		if slices.ContainsFunc(before, a.same) {
			return s.denied(b, now, before)
		}
		return max(s.denied(b, now, before), s.take(b, append(denials(now), allowances(before)...)))
	}, grants)
}

// denied looks for what is left of a box where an existing policy denied. What
// the same statement denies still is not looked at.
func (s *search) denied(b box, now, before []*statement) outcome {
	left := none
	for _, d := range denials(before) {
		if slices.ContainsFunc(now, d.same) {
			continue
		}
		if part, any := b.within(s.work, d); any {
			left = max(left, s.take(part, denials(now)))
		}
	}
	return left
}

// Granted answers the statements of a policy that grant any of the accesses.
func Granted(doc *policy.Document, kind Kind, accesses ...Access) []Finding {
	c := newComparison(kind, doc)
	statements := c.compile(doc)
	reader := reader{names: &c.names}
	return c.each(doc, statements, func(s *search, _ *statement, b box) outcome {
		left := none
		for _, access := range accesses {
			part := b
			if len(access.Actions) > 0 {
				part.actions = append(slices.Clone(b.actions), wantedActions(access.Actions))
			}
			if len(access.Resources) > 0 {
				part.resources = append(slices.Clone(b.resources), wantedResources(&reader, access.Resources))
			}
			if !part.meets(s.work) {
				continue
			}
			left = max(left, s.take(part, denials(statements)))
		}
		return left
	}, func(w *witness) bool { return c.allowed(w, doc) })
}

func wantedActions(list []string) clause {
	var c clause
	for _, a := range list {
		c.patterns = append(c.patterns, action(a))
	}
	return c
}

func wantedResources(r *reader, list []string) clause {
	var c clause
	for _, a := range list {
		c.patterns = append(c.patterns, r.resource(a))
	}
	return c
}

// meets tells whether a box may have an action and a resource.
func (b box) meets(w *budget) bool {
	_, actions := solveText(w, b.actions, everyAction(), notInActions)
	_, resources := solveText(w, b.resources, everyResource(), "")
	return actions != none && resources != none
}

// comparison is one question.
type comparison struct {
	compiler
	kind    authz.ResourceKind // zero for policies of identities
	invalid bool               // a document is no text: nothing can be shown
}

func newComparison(kind Kind, docs ...*policy.Document) *comparison {
	c := &comparison{}
	c.everywhere = kind == Resource
	for _, d := range docs {
		c.invalid = c.invalid || !utf8.ValidString(d.Text)
		for i := range d.Statements {
			c.everywhere = c.everywhere && !d.Statements[i].Resources.Present
		}
	}
	if kind == Resource {
		c.kind = authz.KeyPolicy
		if c.everywhere {
			c.kind = authz.TrustPolicy
		}
		c.people = gatherPeople(c.kind, docs...)
	}
	return c
}

// workInAll bounds the work on one question, leastWork that on a statement
// of it: some half a second and a hundredth of one.
const (
	workInAll = 10_000_000
	leastWork = 50_000
)

// each asks about the statements that allow, one by one.
func (c *comparison) each(doc *policy.Document, list []*statement, left func(*search, *statement, box) outcome, proves func(*witness) bool) []Finding {
	var findings []Finding
	granting := allowances(list)
	for _, a := range granting {
		f := Finding{Index: a.index, Sid: a.source.Sid}
		s := &search{work: &budget{max(workInAll/len(granting), leastWork)}}
		s.found = func(b box) bool {
			f.Witness = c.prove(s.work, b, a, proves)
			return f.Witness != nil
		}
		start := box{}
		if c.people != nil {
			start.people = slices.Repeat([]bool{true}, len(c.people.list))
		}
		b, any := start.within(s.work, a)
		if c.invalid || any && left(s, a, b) != none {
			findings = append(findings, f)
		}
	}
	return findings
}

func allowances(list []*statement) []*statement {
	return slices.DeleteFunc(slices.Clone(list), func(s *statement) bool { return s.source.Effect != policy.Allow })
}

func denials(list []*statement) []*statement {
	return slices.DeleteFunc(slices.Clone(list), func(s *statement) bool { return s.source.Effect == policy.Allow })
}
