package explain

import (
	"slices"
	"time"

	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/policy"
)

// Question is one request with every policy that has a say in it.
type Question struct {
	Request  authz.Request
	Policies authz.Policies
	// Also are further actions that the same call needs on the same resource, such
	// as sts:TagSession beside sts:AssumeRole. A fix makes all of them allowed.
	Also []string
	// Homes tells where a policy lives. A policy of which it answers the zero
	// Home can be shown, but no command changes it. It may be nil. Of one identity
	// policy more than there is it tells where a new one of the caller's would be.
	Homes func(Ref) Home
	// MFADevice is the serial number of a device of the user who asks; it may be
	// empty.
	MFADevice string
	// SessionTags are the keys of the caller's tags that its session has, and no
	// tagging of its role changes.
	SessionTags []string
	// IDsMadeUp tells that nobody knows the unique ids of some users and roles: one
	// that a policy names need not be of somebody who was deleted.
	IDsMadeUp bool
	// Untold tells of a condition key that nobody said what the request has of it.
	// Where it is not nil, Explain looks for those that what is allowed depends on.
	Untold func(key string) bool
}

// Ref names one of the policies of a Question.
type Ref struct {
	Layer authz.Layer
	Level int // of SCPs and RCPs
	Index int // in the layer, or in its level
}

// Explanation tells why a decision is what it is. Its form as JSON is
// documented in docs/explain.md.
type Explanation struct {
	Allowed   bool   `json:"allowed"`
	Principal string `json:"principal"`
	Action    string `json:"action"`
	Resource  string `json:"resource"`
	// Verdict is one sentence for a newcomer.
	Verdict string `json:"verdict"`
	// Message is what AWS answers; empty where the request is allowed.
	Message  string    `json:"message,omitempty"`
	Mistakes []Mistake `json:"mistakes,omitempty"`
	Layers   []Layer   `json:"layers"`
	Fixes    []Fix     `json:"fixes,omitempty"`
	// DependsOn are keys that a pasted denial does not tell, and that what is allowed
	// here depends on.
	DependsOn []Dependence `json:"dependsOn,omitempty"`
	// Earlier is the call that is asked about, where it is one that was made.
	Earlier *Earlier `json:"earlier,omitempty"`
	// Undecided tells that it is denied for some values of the keys that the
	// request leaves open, and allowed for others: what is told is of the former,
	// without fixes.
	Undecided bool `json:"-"`
}

// Earlier is a call that was made, and how it was answered then.
type Earlier struct {
	RequestID string    `json:"requestId"`
	Time      time.Time `json:"time"`
	Operation string    `json:"operation"`
	Allowed   bool      `json:"wasAllowed"` // by the policies of then
	// Message is what the call was refused with; empty where it was done.
	Message string `json:"wasAnswered,omitempty"`
	// Changed tells that it would be decided otherwise now.
	Changed string `json:"changed,omitempty"`
}

// Layer is one type of policy, or one level of an organization's.
type Layer struct {
	Name string `json:"name"` // in AWS's words, such as "identity-based policy"
	// Outcome is "allows", "denies", "does not allow", or "is not needed" for a
	// layer that allows nothing where another's word is enough.
	Outcome  string   `json:"outcome"`
	Decides  bool     `json:"decides,omitempty"` // the decision is what it is because of this layer
	Policies []Policy `json:"policies"`
}

// Policy is one policy, with those of its statements that came close.
type Policy struct {
	Name       string      `json:"name"`
	ARN        string      `json:"arn,omitempty"`
	Source     string      `json:"source,omitempty"` // a file, where it is from one
	Unreadable bool        `json:"unreadable,omitempty"`
	Statements []Statement `json:"statements"`
	Others     int         `json:"others,omitempty"` // statements that are not shown
}

// Statement is one statement and what it made of the request.
type Statement struct {
	Number   int       `json:"number"` // from 1
	Sid      string    `json:"sid,omitempty"`
	Line     int       `json:"line"` // in its policy's text, from 1
	Effect   string    `json:"effect"`
	Matches  bool      `json:"matches"`
	Failures []Failure `json:"failures,omitempty"` // none where it matches
}

// Failure is one element of a statement that does not hold.
type Failure struct {
	Element string `json:"element"` // Principal, Action, Resource or Condition
	Line    int    `json:"line"`
	// Operator and Key are a condition's.
	Operator string   `json:"operator,omitempty"`
	Key      string   `json:"key,omitempty"`
	Wants    []string `json:"wants"`
	Has      []string `json:"has"`    // of the request
	Absent   bool     `json:"absent"` // the request does not have the key
	// Unfilled are the keys of variables in what it wants that have no value.
	Unfilled []string `json:"unfilled,omitempty"`
	// Unclear tells that it cannot be evaluated, and so never allows.
	Unclear bool   `json:"unclear,omitempty"`
	Text    string `json:"text"`
}

// closest is how many statements of a policy are shown at most, besides those
// that match.
const closest = 3

// Explain decides a question and tells why. Fixes are looked for where it is
// denied and fixes is true.
func Explain(q Question, fixes bool) Explanation {
	trace, undecided := q.trace(fixes)
	x := Explanation{
		Allowed: trace.Decision.Allowed, Undecided: undecided, Principal: callerName(q.Request), Action: q.Request.Action, Resource: q.Request.Resource,
	}
	if !x.Allowed {
		x.Message = authz.AccessDeniedMessage(q.Request, trace.Decision)
	}
	for i := range trace.Layers {
		x.Layers = append(x.Layers, q.layer(trace, &trace.Layers[i]))
	}
	x.Verdict = q.verdict(trace)
	if x.Allowed && q.Untold != nil {
		x.DependsOn = q.dependsOn(trace)
	}
	if !x.Allowed {
		x.Mistakes = q.mistakes(trace)
		if fixes && !undecided {
			x.Fixes = q.fixes(trace)
		}
	}
	return x
}

// trace is how the question is decided. What is denied whatever the open keys
// are is told of as if they were what helps most: not they are what denies.
func (q *Question) trace(all bool) (trace authz.Trace, undecided bool) {
	trace = authz.Explain(q.Request, q.Policies, all)
	if trace.Decision.Allowed || !q.Request.Context.HasOpen() {
		return trace, false
	}
	r := q.Request
	r.Hopeful = true
	hopeful := authz.Explain(r, q.Policies, all)
	if hopeful.Decision.Allowed {
		return trace, true
	}
	return hopeful, false
}

func callerName(r authz.Request) string {
	switch p := r.Principal.(type) {
	case authz.ServicePrincipal:
		return p.Name
	case authz.FederatedIdentity:
		return p.Provider
	case nil:
		return ""
	}
	if name := r.Principal.CallerARN(); name != "" {
		return name
	}
	return "anonymous"
}

func (q *Question) home(ref Ref) Home {
	if q.Homes == nil {
		return Home{}
	}
	return q.Homes(ref)
}

func (q *Question) layer(trace authz.Trace, t *authz.LayerTrace) Layer {
	l := Layer{Name: layerName(t), Decides: decides(trace, t), Policies: []Policy{}}
	allows, denies := false, false
	for i := range t.Policies {
		p := &t.Policies[i]
		l.Policies = append(l.Policies, q.policy(Ref{t.Layer, t.Level, i}, p))
		denies = denies || p.Policy.Document == nil
		for _, s := range p.Statements {
			effect := p.Policy.Document.Statements[s.Index].Effect
			allows = allows || effect == policy.Allow && s.Matches == authz.Holds
			denies = denies || effect != policy.Allow && s.Matches != authz.Fails
		}
	}
	switch {
	case denies:
		l.Outcome = "denies"
	case allows:
		l.Outcome = "allows"
	case trace.Decision.Allowed:
		l.Outcome = "is not needed"
	default:
		l.Outcome = "does not allow"
	}
	return l
}

func layerName(t *authz.LayerTrace) string {
	if t.Trust {
		return "role trust policy"
	}
	return t.Layer.String()
}

// decides tells whether a layer is why the decision is what it is.
func decides(trace authz.Trace, t *authz.LayerTrace) bool {
	switch why := trace.Decision.Reason.(type) {
	case authz.ExplicitDeny:
		return why.Layer == t.Layer && slices.ContainsFunc(t.Policies, func(p authz.PolicyTrace) bool { return p.Policy == why.Policy })
	case authz.ImplicitDeny:
		return why.Layer == t.Layer && why.Level == t.Level
	case authz.UnreadablePolicy:
		return why.Layer == t.Layer
	case authz.Granted:
		return why.Layer == t.Layer
	}
	return false
}

func (q *Question) policy(ref Ref, t *authz.PolicyTrace) Policy {
	p := Policy{Name: t.Policy.Name, ARN: t.Policy.ARN, Source: q.home(ref).File, Statements: []Statement{}}
	if t.Policy.Document == nil {
		p.Unreadable = true
		return p
	}
	for _, i := range nearest(t.Statements) {
		p.Statements = append(p.Statements, q.statement(t.Policy.Document, t.Statements[i]))
	}
	p.Others = len(t.Statements) - len(p.Statements)
	return p
}

// nearest are the statements that match and, up to so many in all, those that
// came closest, each by its place.
func nearest(all []authz.StatementTrace) []int {
	var matched, close []int
	for i := range all {
		if all[i].Matches != authz.Fails {
			matched = append(matched, i)
			continue
		}
		at := len(close)
		for at > 0 && shownDistance(&all[i]) < shownDistance(&all[close[at-1]]) {
			at--
		}
		if at < closest {
			close = slices.Insert(close, at, i)
			close = close[:min(len(close), closest)]
		}
	}
	room := max(closest-len(matched), 0)
	return append(matched, close[:min(len(close), room)]...)
}

// shownDistance is distance for what is shown, which is the same whether fixes
// are looked for or not: of a statement of another action all that counts is
// whom it names.
func shownDistance(s *authz.StatementTrace) int {
	if s.Action != authz.Fails {
		return distance(s)
	}
	bare := authz.StatementTrace{Principal: s.Principal, Action: authz.Fails, Resource: authz.Fails}
	return distance(&bare)
}

// distance is how far a statement was from matching. An action that it does
// not speak of puts it farther away than all else.
func distance(s *authz.StatementTrace) int {
	d := 0
	for _, o := range s.Conditions {
		if o != authz.Holds {
			d++
		}
	}
	if s.Principal != authz.Holds {
		d++
	}
	if s.Resource != authz.Holds {
		d += 2
	}
	if s.Action != authz.Holds {
		d += 4
	}
	if s.Matches != authz.Fails {
		d = -1
	}
	return d
}

func (q *Question) statement(doc *policy.Document, t authz.StatementTrace) Statement {
	s := &doc.Statements[t.Index]
	out := Statement{
		Number: t.Index + 1, Sid: s.Sid, Line: s.Start.Line, Effect: effectName(s.Effect),
		Matches: t.Matches == authz.Holds || t.Matches == authz.Open && s.Effect != policy.Allow,
	}
	if !out.Matches {
		out.Failures = q.failures(doc, t)
	}
	return out
}

func effectName(e policy.Effect) string {
	if e == policy.Allow {
		return "Allow"
	}
	return "Deny"
}
