package explain

import (
	"cmp"
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/policy"
)

// Fix is a change that allows a denied request: it was decided again with it.
type Fix struct {
	Title string `json:"title"`
	Edits []Edit `json:"edits"`
	// Warnings tell where it opens more than the request needs.
	Warnings []string `json:"warnings,omitempty"`

	cost int
}

// Edit is one thing to change: a policy or the request.
type Edit struct {
	Title  string `json:"title"`
	Target string `json:"target"`           // what it changes
	Source string `json:"source,omitempty"` // the file that the policy is from
	Diff   string `json:"diff,omitempty"`
	// Document is the policy's text with the change in it.
	Document string `json:"document,omitempty"`
	// Command is the line that does it.
	Command string `json:"command,omitempty"`
	// Terraform is what to write where Terraform makes the policy.
	Terraform string `json:"terraform,omitempty"`
	// Account is another account than the caller's, whose administrator has to
	// do it.
	Account string `json:"account,omitempty"`
}

// How far the search goes: how many edits a fix has at most, how many
// candidates are tried on one state, how many states are followed, and how
// many fixes are answered.
const (
	mostEdits      = 3
	mostCandidates = 24
	mostStates     = 4
	mostFixes      = 4
)

// candidate is one edit that may help.
type candidate struct {
	Edit
	warnings  []string
	cost      int
	mfa       bool            // a code is passed
	otherwise bool            // the request is made in another way, which no option tells
	goOn      bool            // what more it takes is worth a look, though nothing shows it
	region    string          // that it is made in
	apply     func(*Question) // to a copy that is its own
}

// state is a question with some edits applied.
type state struct {
	q     Question
	trace authz.Trace
	done  []candidate
}

// fixes looks for edits that turn the denial, the one that opens least first.
func (q *Question) fixes(trace authz.Trace) []Fix {
	var found []Fix
	states := []state{{q: *q, trace: trace}}
	for range mostEdits {
		var next []state
		for _, s := range states {
			for _, c := range s.candidates() {
				then := s.with(c)
				switch {
				case then.trace.Decision.Allowed:
					found = append(found, then.fix())
				case c.goOn || then.q.Request.Action != s.q.Request.Action || further(s.trace, then.trace):
					next = append(next, then)
				}
			}
		}
		slices.SortStableFunc(next, func(a, b state) int { return cmp.Compare(a.cost(), b.cost()) })
		states = worthwhile(next[:min(len(next), mostStates)], found)
		if len(states) == 0 {
			break
		}
	}
	slices.SortStableFunc(found, func(a, b Fix) int { return cmp.Compare(a.cost, b.cost) })
	return distinct(found)
}

// worthwhile are the states that cost less than every fix there is: only with
// those is one more edit worth a try.
func worthwhile(states []state, found []Fix) []state {
	return slices.DeleteFunc(states, func(s state) bool {
		return slices.ContainsFunc(found, func(f Fix) bool { return f.cost <= s.cost() })
	})
}

// distinct are the first of some fixes, without those of which a part is one.
func distinct(found []Fix) []Fix {
	var out []Fix
	for _, f := range found {
		if len(out) < mostFixes && !slices.ContainsFunc(out, func(o Fix) bool { return o.within(f) }) {
			out = append(out, f)
		}
	}
	return out
}

// within tells whether a fix is another, or a part of it.
func (f Fix) within(other Fix) bool {
	if len(f.Edits) == 0 {
		return f.Title == other.Title
	}
	for _, e := range f.Edits {
		if !slices.ContainsFunc(other.Edits, func(o Edit) bool { return o.Title == e.Title }) {
			return false
		}
	}
	return true
}

// further tells whether an edit has brought a request nearer to being allowed:
// it is denied for another reason than before, or for the same one with less
// in the way of the closest statement.
func further(before, now authz.Trace) bool {
	switch was := before.Decision.Reason.(type) {
	case authz.ImplicitDeny:
		is, ok := now.Decision.Reason.(authz.ImplicitDeny)
		if !ok || is.Layer != was.Layer || is.Level != was.Level {
			return true
		}
		s, _, found := near(before, was, distance)
		t, _, still := near(now, is, distance)
		return still && (!found || distance(&t) < distance(&s))
	case authz.ExplicitDeny:
		is, ok := now.Decision.Reason.(authz.ExplicitDeny)
		return !ok || len(now.Decision.Matched) < len(before.Decision.Matched) || is.Index != was.Index || is.Layer != was.Layer
	}
	return false
}

func (s state) cost() int {
	sum := 0
	for _, c := range s.done {
		sum += c.cost
	}
	return sum
}

// with applies a candidate to a copy and decides again.
func (s state) with(c candidate) state {
	next := state{q: s.q.clone(), done: append(slices.Clone(s.done), c)}
	c.apply(&next.q)
	next.trace = authz.Trace{Decision: next.q.decide()}
	if !next.trace.Decision.Allowed {
		next.trace = authz.Explain(next.q.Request, next.q.Policies, true)
	}
	return next
}

func (s state) fix() Fix {
	f := Fix{cost: s.cost()}
	var titles []string
	mfa := slices.ContainsFunc(s.done, func(c candidate) bool { return c.mfa })
	for _, c := range s.done {
		titles = append(titles, c.Title)
		if c.Target == "request" && (!c.otherwise || c.region != "") {
			c.Command = s.q.requestCommand(mfa)
		}
		if c.Command != "" && c.region != "" {
			c.Command += " --region " + word(c.region)
		}
		f.Edits = append(f.Edits, c.Edit)
		f.Warnings = append(f.Warnings, c.warnings...)
	}
	f.Title = strings.Join(titles, ", and ")
	return f
}

// clone is a copy whose policies and context may be changed.
func (q *Question) clone() Question {
	c := *q
	c.Request.Context = q.Request.Context.Clone()
	p := &c.Policies
	p.Identity, p.Session = slices.Clone(p.Identity), slices.Clone(p.Session)
	p.SCPs, p.RCPs = cloneLevels(p.SCPs), cloneLevels(p.RCPs)
	if p.Boundary != nil {
		b := *p.Boundary
		p.Boundary = &b
	}
	if p.Resource != nil {
		r := *p.Resource
		p.Resource = &r
	}
	if p.Endpoint != nil {
		e := *p.Endpoint
		p.Endpoint = &e
	}
	return c
}

func cloneLevels(levels [][]authz.Named) [][]authz.Named {
	out := slices.Clone(levels)
	for i := range out {
		out[i] = slices.Clone(out[i])
	}
	return out
}

// at is the policy that a Ref names, to be changed; nil where there is none.
func (q *Question) at(ref Ref) *authz.Named {
	p := &q.Policies
	list := func(l []authz.Named) *authz.Named {
		if ref.Index < len(l) {
			return &l[ref.Index]
		}
		return nil
	}
	switch ref.Layer {
	case authz.IdentityLayer:
		return list(p.Identity)
	case authz.SessionLayer:
		return list(p.Session)
	case authz.BoundaryLayer:
		return p.Boundary
	case authz.EndpointLayer:
		return p.Endpoint
	case authz.ResourceLayer:
		if p.Resource != nil {
			return &p.Resource.Named
		}
	case authz.ServiceControlLayer:
		if ref.Level < len(p.SCPs) {
			return list(p.SCPs[ref.Level])
		}
	case authz.ResourceControlLayer:
		if ref.Level < len(p.RCPs) {
			return list(p.RCPs[ref.Level])
		}
	}
	return nil
}

// change is the candidate that writes a text into a policy; false where it is
// no policy any more, or nobody can.
func (q *Question) change(ref Ref, title, text string, cost int, warnings ...string) (candidate, bool) {
	home, was := q.home(ref), q.at(ref)
	session := home.Kind == SessionPolicy && was != nil && isSessionPolicy(*was)
	if was == nil || was.Document == nil || !home.changeable() && !session {
		return candidate{}, false
	}
	doc, err := policy.Parse(text)
	if err != nil {
		return candidate{}, false
	}
	if ref.Layer == authz.ResourceLayer {
		clean, gone, ok := q.saveable(doc)
		if !ok {
			return candidate{}, false
		}
		if doc, text = clean, clean.Text; len(gone) > 0 {
			title += ", and take out " + strings.Join(gone, ", and ")
		}
	}
	if id := q.idIn(doc); ref.Layer == authz.ResourceLayer && id != "" {
		warnings = append(slices.Clone(warnings), id+" stays in it: AWS does not save a policy with the unique id of somebody who was deleted")
	}
	command := home.command(text)
	if session {
		how, line, ok := q.again(text)
		if !ok {
			return candidate{}, false
		}
		title, command, warnings = how+": "+title, line, append(slices.Clone(warnings), begunAgain)
	}
	if home.Kind == PermissionSetInline {
		cost, warnings = cost+costWider, append(slices.Clone(warnings), openedBySet(home))
	}
	c := candidate{
		Edit: Edit{
			Title: title, Target: home.String(), Source: home.File,
			Diff: diff(was.Document.Text, text), Document: text, Command: command, Terraform: home.terraform(text),
		},
		cost: cost, warnings: warnings,
		apply: func(q *Question) { q.at(ref).Document = doc },
	}
	if c.Target == "" {
		c.Target = ref.Layer.String() + " " + was.Name
	}
	if home.Account != "" && home.Account != q.Request.Principal.AccountID().String() {
		c.Account = home.Account
	}
	return c, true
}
